/* SPDX-License-Identifier: BSD-2-Clause */
/* struct fuse, made and undone; and what both generations export about it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "veneer.h"
#include "session.h"

static char *name_of(const struct fuse_args *args)
{
	const char *name = args && args->argc && args->argv[0] ? args->argv[0] : "fuse";
	const char *slash = strrchr(name, '/');
	char *copy = strdup(slash ? slash + 1 : name);

	for (char *c = copy; c && *c; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr("-_.", *c)))
			*c = '_';
	return copy;
}

/* A copy of the program's operations: as many as it has, none that it hasn't. NULL after saying why. */
struct fuse *session_new(const struct fuse_args *args, const struct fuse_operations *operations, size_t size, void *user_data)
{
	struct fuse *fuse;

	if (size > sizeof *operations) {
		say(LOG_LEVEL_ERROR, "fuse: warning: library too old, some operations may not not work\n");
		size = sizeof *operations;
	}
	fuse = calloc(1, sizeof *fuse);
	if (!fuse) {
		say(LOG_LEVEL_ERROR, "fuse: failed to allocate fuse object\n");
		return NULL;
	}
	if (operations)
		memcpy(&fuse->operations, operations, size);
	fuse->user_data = user_data;
	fuse->session.fuse = fuse;
	fuse->session.fd = -1;
	fuse->session.exit_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	fuse->name = name_of(args);
	high_options_defaults(&fuse->options);
	adapter_fill(fuse);
	return fuse;
}

void session_free(struct fuse *fuse)
{
	if (fuse->session.exit_fd != -1)
		close(fuse->session.exit_fd);
	mount_options_free(&fuse->session.mount);
	free(fuse->session.mountpoint);
	free(fuse->options.modules);
	free(fuse->subdir);
	free(fuse->name);
	free(fuse);
}

EXPORT int fuse_loop(struct fuse *fuse)
{
	int result = fuse ? run_loop(fuse, true) : -1;

	/* libfuse 3 tells which signal ended it, libfuse 2 doesn't. */
	return FUSE_GENERATION == 2 && result > 0 ? 0 : result;
}

EXPORT void fuse_exit(struct fuse *fuse)
{
	session_ask_exit(&fuse->session);
}

EXPORT struct fuse_session *fuse_get_session(struct fuse *fuse)
{
	return &fuse->session;
}

EXPORT void fuse_session_exit(struct fuse_session *session)
{
	session_ask_exit(session);
}

EXPORT int fuse_session_exited(struct fuse_session *session)
{
	return session->exited;
}

EXPORT void fuse_session_reset(struct fuse_session *session)
{
	uint64_t count;

	session->exited = 0;
	session->signal = 0;
	(void)!read(session->exit_fd, &count, sizeof count);
}

/* Cached names and attributes are the kernel's and the node table's; there is nothing here that has to be cleaned. */
EXPORT int fuse_start_cleanup_thread(struct fuse *fuse)
{
	(void)fuse;
	return 0;
}

EXPORT void fuse_stop_cleanup_thread(struct fuse *fuse)
{
	(void)fuse;
}

EXPORT int fuse_clean_cache(struct fuse *fuse)
{
	(void)fuse;
	return 60;
}
