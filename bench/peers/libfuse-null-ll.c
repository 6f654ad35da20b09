/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The null file system (null.c) on libfuse's low level, with replies straight from memory: the best that libfuse does.
 * Usage: libfuse-null-ll MOUNTPOINT [libfuse's options: -f, -s, -o clone_fd ...]
 */
#define FUSE_USE_VERSION 34
#include "libfuse-window.h"

#include <errno.h>
#include <fuse_lowlevel.h>
#include <stdlib.h>
#include <string.h>

static void null_lookup(fuse_req_t request, fuse_ino_t parent, const char *name)
{
	struct fuse_entry_param entry = { .ino = 2 };

	if (parent != 1 || strcmp(name, "data") != 0) {
		fuse_reply_err(request, ENOENT);
		return;
	}
	window_attributes(&entry.attr, 2);
	fuse_reply_entry(request, &entry);
}

static void null_getattr(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *file)
{
	struct stat st;

	(void)file;
	window_attributes(&st, node);
	fuse_reply_attr(request, &st, 0);
}

static void null_open(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *file)
{
	(void)node;
	file->direct_io = 1;
#if FUSE_MINOR_VERSION >= 15
	file->parallel_direct_writes = 1;
#endif
	fuse_reply_open(request, file);
}

static void null_read(fuse_req_t request, fuse_ino_t node, size_t size, off_t offset, struct fuse_file_info *file)
{
	(void)node;
	(void)file;
	fuse_reply_buf(request, window_at(offset), window_length(size, offset));
}

static void null_write(fuse_req_t request, fuse_ino_t node, const char *bytes, size_t size, off_t offset, struct fuse_file_info *file)
{
	(void)node;
	(void)file;
	memcpy(window_at(offset), bytes, size);
	fuse_reply_write(request, size);
}

static const struct fuse_lowlevel_ops operations = {
	.lookup = null_lookup,
	.getattr = null_getattr,
	.open = null_open,
	.read = null_read,
	.write = null_write,
};

int main(int count, char **arguments)
{
	struct fuse_args args = FUSE_ARGS_INIT(count, arguments);
	struct fuse_cmdline_opts options;
	struct fuse_loop_config loop = { .max_idle_threads = 10 };
	struct fuse_session *session;
	int status = 1;

	window_map();
	if (fuse_parse_cmdline(&args, &options) != 0 || !options.mountpoint)
		return 2;
	loop.clone_fd = options.clone_fd;
	session = fuse_session_new(&args, &operations, sizeof(operations), NULL);
	if (!session || fuse_set_signal_handlers(session) != 0)
		return 1;
	if (fuse_session_mount(session, options.mountpoint) == 0) {
		status = options.singlethread ? fuse_session_loop(session) : fuse_session_loop_mt(session, &loop);
		fuse_session_unmount(session);
	}
	fuse_remove_signal_handlers(session);
	fuse_session_destroy(session);
	free(options.mountpoint);
	fuse_opt_free_args(&args);
	return status != 0;
}
