/* SPDX-License-Identifier: BSD-2-Clause */
/* What only libfuse3.so.3 exports: the session is made first, then mounted; the command line. */
#if FUSE_GENERATION == 3

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session.h"

/* The version that programs are told: what the symbols are those of. */
#define VERSION_TEXT "3.14.0"
#define VERSION_NUMBER 314

struct fuse_loop_config_v1 {
	int clone_fd;
	unsigned int max_idle_threads;
};

struct fuse_loop_config {
	int version_id;
	int clone_fd;
	unsigned int max_idle_threads;
	unsigned int max_threads;
};

EXPORT int fuse_version(void)
{
	return VERSION_NUMBER;
}

EXPORT const char *fuse_pkgversion(void)
{
	return VERSION_TEXT;
}

EXPORT void fuse_lowlevel_version(void)
{
	printf("using FUSE kernel interface version 7.31\n");
	mount_version();
}

EXPORT void fuse_lowlevel_help(void)
{
	printf("    -o allow_other         allow access by all users\n"
	       "    -o allow_root          allow access by root\n"
	       "    -o auto_unmount        auto unmount on process termination\n");
}

static struct fuse *new_fuse(struct fuse_args *args, const struct fuse_operations *operations, size_t size, void *user_data)
{
	struct fuse *fuse = session_new(args, operations, size, user_data);

	if (!fuse)
		return NULL;
	if (high_options_parse(fuse, args) == -1 || mount_options_parse(&fuse->session.mount, args) == -1)
		goto fail;
	if (args->argc == 1 && args->argv[0][0] == '-') {
		say(LOG_LEVEL_ERROR, "fuse: warning: argv[0] looks like an option, but will be ignored\n");
	} else if (args->argc > 1) {
		say(LOG_LEVEL_ERROR, "fuse: unknown option(s): `");
		for (int i = 1; i < args->argc; i++)
			say(LOG_LEVEL_ERROR, "%s%s", args->argv[i], i + 1 < args->argc ? " " : "'\n");
		goto fail;
	}
	return fuse;
fail:
	session_free(fuse);
	return NULL;
}

EXPORT struct fuse *fuse_new_31(struct fuse_args *args, const struct fuse_operations *operations, size_t size, void *user_data)
{
	return new_fuse(args, operations, size, user_data);
}

EXPORT struct fuse *fuse_new_30(struct fuse_args *args, const struct fuse_operations *operations, size_t size, void *user_data)
{
	for (int i = 1; args && i < args->argc; i++) {
		if (strcmp(args->argv[i], "-h") == 0 || strcmp(args->argv[i], "--help") == 0) {
			void fuse_lib_help(struct fuse_args *);

			fuse_lib_help(args);
			return NULL;
		}
	}
	return new_fuse(args, operations, size, user_data);
}

VERSIONED(new_default, "fuse_new@@FUSE_3.1");
EXPORT struct fuse *new_default(struct fuse_args *args, const struct fuse_operations *operations, size_t size, void *user_data)
{
	return new_fuse(args, operations, size, user_data);
}

VERSIONED(new_of_30, "fuse_new@FUSE_3.0");
EXPORT struct fuse *new_of_30(struct fuse_args *args, const struct fuse_operations *operations, size_t size, void *user_data)
{
	return fuse_new_30(args, operations, size, user_data);
}

EXPORT void fuse_destroy(struct fuse *fuse)
{
	if (fuse)
		session_free(fuse);
}

EXPORT int fuse_session_mount(struct fuse_session *session, const char *mountpoint)
{
	int fd = mount_fd_of(mountpoint);

	/* Not 0, 1 or 2, or daemonising would take it away. */
	for (int low = open("/dev/null", O_RDWR); low >= 0; low = open("/dev/null", O_RDWR)) {
		if (low > 2) {
			close(low);
			break;
		}
	}
	if (fd >= 0) {
		if (fcntl(fd, F_GETFD) == -1) {
			say(LOG_LEVEL_ERROR, "fuse: Invalid file descriptor /dev/fd/%u\n", fd);
			return -1;
		}
		session->fd = fd;
		return 0;
	}
	fd = mount_open(mountpoint, &session->mount);
	if (fd == -1)
		return -1;
	session->fd = fd;
	session->mountpoint = strdup(mountpoint);
	return session->mountpoint ? 0 : -1;
}

EXPORT void fuse_session_unmount(struct fuse_session *session)
{
	if (!session->mountpoint)
		return;
	mount_close(session->mountpoint, session->fd);
	session->fd = -1;
	free(session->mountpoint);
	session->mountpoint = NULL;
}

EXPORT int fuse_session_fd(struct fuse_session *session)
{
	return session->fd;
}

EXPORT int fuse_mount(struct fuse *fuse, const char *mountpoint)
{
	return fuse_session_mount(&fuse->session, mountpoint);
}

EXPORT void fuse_unmount(struct fuse *fuse)
{
	fuse_session_unmount(&fuse->session);
}

/* How many threads there are is the engine's to find out, by what the operations wait for. */
EXPORT int fuse_loop_mt_32(struct fuse *fuse, struct fuse_loop_config_v1 *config)
{
	(void)config;
	return fuse ? run_loop(fuse, false) : -1;
}

EXPORT int fuse_loop_mt_31(struct fuse *fuse, int clone_fd)
{
	(void)clone_fd;
	return fuse ? run_loop(fuse, false) : -1;
}

EXPORT int fuse_loop_mt_312(struct fuse *fuse, struct fuse_loop_config *config)
{
	(void)config;
	return fuse ? run_loop(fuse, false) : -1;
}

VERSIONED(loop_mt_of_30, "fuse_loop_mt@FUSE_3.0");
EXPORT int loop_mt_of_30(struct fuse *fuse)
{
	return fuse ? run_loop(fuse, false) : -1;
}

VERSIONED(loop_mt_of_32, "fuse_loop_mt@FUSE_3.2");
EXPORT int loop_mt_of_32(struct fuse *fuse, struct fuse_loop_config_v1 *config)
{
	return fuse_loop_mt_32(fuse, config);
}

VERSIONED(loop_mt_default, "fuse_loop_mt@@FUSE_3.12");
EXPORT int loop_mt_default(struct fuse *fuse, struct fuse_loop_config *config)
{
	return fuse_loop_mt_312(fuse, config);
}

EXPORT struct fuse_loop_config *fuse_loop_cfg_create(void)
{
	struct fuse_loop_config *config = calloc(1, sizeof *config);

	if (config) {
		config->version_id = 2;
		config->max_idle_threads = UINT_MAX;
		config->max_threads = 10;
	}
	return config;
}

EXPORT void fuse_loop_cfg_destroy(struct fuse_loop_config *config)
{
	free(config);
}

EXPORT void fuse_loop_cfg_set_idle_threads(struct fuse_loop_config *config, unsigned int value)
{
	config->max_idle_threads = value;
}

EXPORT void fuse_loop_cfg_set_max_threads(struct fuse_loop_config *config, unsigned int value)
{
	config->max_threads = value;
}

EXPORT void fuse_loop_cfg_set_clone_fd(struct fuse_loop_config *config, unsigned int value)
{
	config->clone_fd = (int)value;
}

EXPORT void fuse_loop_cfg_convert(struct fuse_loop_config *config, struct fuse_loop_config_v1 *old)
{
	config->max_idle_threads = old->max_idle_threads;
	config->clone_fd = old->clone_fd;
}

/* The fd of a mount that somebody else serves: as fuse_session_mount, without a session. */
EXPORT int fuse_open_channel(const char *mountpoint, const char *options)
{
	struct mount_options how;
	struct fuse_args args = { 0, NULL, 0 };
	int fd;

	if (fuse_opt_add_arg(&args, "") == -1 || fuse_opt_add_arg(&args, "-o") == -1 || fuse_opt_add_arg(&args, options) == -1 ||
	    mount_options_parse(&how, &args) == -1)
		return -1;
	fuse_opt_free_args(&args);
	fd = mount_open(mountpoint, &how);
	mount_options_free(&how);
	return fd;
}

#endif
