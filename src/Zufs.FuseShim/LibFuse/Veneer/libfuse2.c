/* SPDX-License-Identifier: BSD-2-Clause */
/* What only libfuse.so.2 exports: the mount comes first, as a channel; then the session; the command line. */
#if FUSE_GENERATION == 2

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session.h"

/* The version that programs are told: what the symbols are those of. */
#define VERSION_NUMBER 29

struct fuse_chan {
	int fd;
	struct mount_options mount;
	struct fuse *fuse; /* that serves it; it frees the channel's fd */
};

EXPORT int fuse_version(void)
{
	return VERSION_NUMBER;
}

static struct fuse_chan *open_channel(const char *mountpoint, struct fuse_args *args)
{
	struct fuse_chan *channel = calloc(1, sizeof *channel);

	if (!channel) {
		say(LOG_LEVEL_ERROR, "fuse: failed to allocate channel\n");
		return NULL;
	}
	/* Not 0, 1 or 2, or daemonising would take it away. */
	for (int low = open("/dev/null", O_RDWR); low >= 0; low = open("/dev/null", O_RDWR)) {
		if (low > 2) {
			close(low);
			break;
		}
	}
	if (mount_options_parse(&channel->mount, args) == -1)
		goto fail;
	if (channel->mount.help) {
		channel->fd = -1;
		return channel;
	}
	if (!mountpoint) {
		say(LOG_LEVEL_ERROR, "fuse: missing mountpoint parameter\n");
		goto fail;
	}
	channel->fd = mount_fd_of(mountpoint);
	if (channel->fd < 0)
		channel->fd = mount_open(mountpoint, &channel->mount);
	if (channel->fd >= 0)
		return channel;
fail:
	mount_options_free(&channel->mount);
	free(channel);
	return NULL;
}

EXPORT struct fuse_chan *fuse_mount(const char *mountpoint, struct fuse_args *args)
{
	return open_channel(mountpoint, args);
}

EXPORT void fuse_unmount(const char *mountpoint, struct fuse_chan *channel)
{
	if (!channel) {
		mount_close(mountpoint, -1);
		return;
	}
	mount_close(mountpoint, channel->fd);
	if (channel->fuse)
		channel->fuse->session.fd = -1;
	mount_options_free(&channel->mount);
	free(channel);
}

EXPORT int fuse_chan_fd(struct fuse_chan *channel)
{
	return channel->fd;
}

static int unknown_option(void *data, const char *arg, int key, struct fuse_args *out)
{
	(void)data;
	(void)out;
	(void)key;
	say(LOG_LEVEL_ERROR, "fuse: unknown option `%s'\n", arg);
	return -1;
}

EXPORT struct fuse *fuse_new(struct fuse_chan *channel, struct fuse_args *args, const struct fuse_operations *operations, size_t size, void *user_data)
{
	static const struct fuse_opt none[] = { FUSE_OPT_END };
	struct fuse *fuse = session_new(args, operations, size, user_data);

	if (!fuse)
		return NULL;
	if (args && high_options_parse(fuse, args) == -1)
		goto fail;
	if (args && fuse_opt_parse(args, NULL, none, unknown_option) == -1)
		goto fail;
	fuse->session.fd = channel->fd;
	fuse->session.mount.allow_root = channel->mount.allow_root;
	fuse->session.mount.allow_other = channel->mount.allow_other;
	channel->fuse = fuse;
	return fuse;
fail:
	session_free(fuse);
	return NULL;
}

EXPORT void fuse_destroy(struct fuse *fuse)
{
	if (fuse)
		session_free(fuse);
}

EXPORT int fuse_loop_mt(struct fuse *fuse)
{
	return fuse && run_loop(fuse, false) >= 0 ? 0 : -1;
}

EXPORT int fuse_exited(struct fuse *fuse)
{
	return fuse->session.exited;
}

/* As libfuse: it was never there. */
EXPORT int fuse_invalidate(struct fuse *fuse, const char *path)
{
	(void)fuse;
	(void)path;
	return -EINVAL;
}

EXPORT int fuse_is_lib_option(const char *option)
{
	static const char *const words[] = {
		"allow_other", "allow_root", "nonempty", "auto_unmount", "blkdev", "default_permissions", "large_read", "debug", "hard_remove",
		"use_ino", "readdir_ino", "direct_io", "kernel_cache", "auto_cache", "noauto_cache", "noforget", "nopath", "intr", "async_read",
		"sync_read", "atomic_o_trunc", "big_writes", "no_remote_lock", NULL,
	};
	static const char *const prefixes[] = {
		"fsname=", "subtype=", "max_read=", "umask=", "uid=", "gid=", "entry_timeout=", "attr_timeout=", "ac_attr_timeout=",
		"negative_timeout=", "remember=", "modules=", "intr_signal=", "max_write=", "max_readahead=", "max_background=",
		"congestion_threshold=", NULL,
	};

	for (int i = 0; words[i]; i++)
		if (strcmp(option, words[i]) == 0)
			return 1;
	for (int i = 0; prefixes[i]; i++)
		if (strncmp(option, prefixes[i], strlen(prefixes[i])) == 0)
			return 1;
	return 0;
}

/* Programs of 2.5: no channel but its fd, no user data; their operations are the beginning of today's. */
static struct fuse_chan *channel_25;

EXPORT int fuse_mount_compat25(const char *mountpoint, struct fuse_args *args)
{
	channel_25 = open_channel(mountpoint, args);
	return channel_25 ? channel_25->fd : -1;
}

EXPORT struct fuse *fuse_new_compat25(int fd, struct fuse_args *args, const struct fuse_operations *operations, size_t size)
{
	if (!channel_25 || channel_25->fd != fd) {
		say(LOG_LEVEL_ERROR, "fuse: failed to allocate channel\n");
		return NULL;
	}
	return fuse_new(channel_25, args, operations, size, NULL);
}

EXPORT void fuse_unmount_compat22(const char *mountpoint)
{
	fuse_unmount(mountpoint, channel_25);
	channel_25 = NULL;
}

#endif
