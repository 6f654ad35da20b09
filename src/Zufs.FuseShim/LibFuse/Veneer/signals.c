/* SPDX-License-Identifier: BSD-2-Clause */
/* fuse_set_signal_handlers: HUP, INT and TERM end the loop; a broken pipe doesn't end the program. Only what was the default is changed. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "veneer.h"

static struct fuse_session *handled;

static void on_exit_signal(int number)
{
	struct fuse_session *session = handled;

	if (!session)
		return;
	session->signal = number;
	session_ask_exit(session);
}

#if FUSE_GENERATION == 3
static void on_broken_pipe(int number)
{
	(void)number;
}
#else
#define on_broken_pipe SIG_IGN
#endif

static int change(int number, void (*from)(int), void (*to)(int))
{
	struct sigaction now, then;

	memset(&then, 0, sizeof then);
	then.sa_handler = to;
	sigemptyset(&then.sa_mask);
	if (sigaction(number, NULL, &now) == -1) {
		perror("fuse: cannot get old signal handler");
		return -1;
	}
	if (now.sa_handler == from && sigaction(number, &then, NULL) == -1) {
		perror("fuse: cannot set signal handler");
		return -1;
	}
	return 0;
}

EXPORT int fuse_set_signal_handlers(struct fuse_session *session)
{
	if (change(SIGHUP, SIG_DFL, on_exit_signal) == -1 || change(SIGINT, SIG_DFL, on_exit_signal) == -1 ||
	    change(SIGTERM, SIG_DFL, on_exit_signal) == -1 || change(SIGPIPE, SIG_DFL, on_broken_pipe) == -1)
		return -1;
	handled = session;
	return 0;
}

EXPORT void fuse_remove_signal_handlers(struct fuse_session *session)
{
	if (handled != session)
		say(LOG_LEVEL_ERROR, "fuse: fuse_remove_signal_handlers: unknown session\n");
	else
		handled = NULL;
	change(SIGHUP, on_exit_signal, SIG_DFL);
	change(SIGINT, on_exit_signal, SIG_DFL);
	change(SIGTERM, on_exit_signal, SIG_DFL);
	change(SIGPIPE, on_broken_pipe, SIG_DFL);
}
