/* SPDX-License-Identifier: BSD-2-Clause */
/* fuse_daemonize: into the background. The parent leaves only when the child is its own session, so nobody waits for a mount in vain. */
#include <unistd.h>

#include "veneer.h"

EXPORT int fuse_daemonize(int foreground)
{
	int pipe_ends[2], null;
	char byte = 0;

	if (!foreground) {
		if (pipe(pipe_ends) == -1) {
			perror("fuse_daemonize: pipe");
			return -1;
		}
		switch (fork()) {
		case -1:
			perror("fuse_daemonize: fork");
			return -1;
		case 0:
			break;
		default:
			/* Ends with the child's word, or with the child. */
			(void)!read(pipe_ends[0], &byte, sizeof byte);
			_exit(0);
		}
		if (setsid() == -1) {
			perror("fuse_daemonize: setsid");
			return -1;
		}
	}
	(void)!chdir("/");
	if (foreground)
		return 0;
	null = open("/dev/null", O_RDWR, 0);
	if (null != -1) {
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		if (null > 2)
			close(null);
	}
	(void)!write(pipe_ends[1], &byte, sizeof byte);
	close(pipe_ends[0]);
	close(pipe_ends[1]);
	return 0;
}
