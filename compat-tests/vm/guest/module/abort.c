// SPDX-License-Identifier: BSD-2-Clause
// Signals to applications, and aborted connections.
#include "module.h"

void signals(void)
{
	struct server *s = up(1);
	pid_t pid;
	int fd;

	if (!s)
		return;
	fd = open_file(MOUNT, O_RDWR);
	s->control->stuck_op = FUSE_GETATTR;
	pid = app(app_stat_cpu, fd);
	CHECK(wait_for(&s->control->stuck, 1, 5000), "the server did not get the request");
	/* Asks the server to interrupt it, over /dev/fuse, with the request's number. */
	kill(pid, SIGTERM);
	CHECK(wait_for(&s->control->interrupts, 1, 5000), "no INTERRUPT came");
	kill(pid, SIGKILL);
	usleep(20000);
	CHECK(kill(pid, 0) == 0, "the killed application left a request that is being served");
	s->control->stuck_op = NO_OP;
	CHECK(ended(pid, 5000) >= 128, "the killed application did not end after the reply");
	CHECK(!app_stat(fd), "the connection does not work any more");
	close(fd);
	down(s);
}

/* A request that waits for a slot: a kill ends it at once. */
void killed_waiting(void)
{
	struct server *s = up(1);
	pid_t holder, waiter;
	int fd;

	if (!s)
		return;
	fd = open_file(MOUNT, O_RDWR);
	busy_us("4000");
	s->control->stuck_op = FUSE_GETATTR;
	holder = app(app_stat_cpu, fd);
	CHECK(wait_for(&s->control->stuck, 1, 5000), "the server did not get the request");
	for (int i = 0; i < 20 && !test_bad; i++) {
		waiter = app(app_stat_cpu, fd);
		usleep(1000 * (i % 4));
		kill(waiter, SIGKILL);
		if (atomic_load(&s->control->stuck) > 2)
			s->control->stuck_op = NO_OP;
		usleep(5000);
		s->control->stuck_op = NO_OP;
		CHECK(ended(waiter, 5000) != -1, "the killed waiter hangs");
		if (ended(holder, 1) == -1)
			CHECK(ended(holder, 5000) != -1, "the holder hangs");
		s->control->stuck_op = FUSE_GETATTR;
		holder = app(app_stat_cpu, fd);
		CHECK(wait_for(&s->control->stuck, 1, 5000), "the server did not get the request");
	}
	s->control->stuck_op = NO_OP;
	CHECK(ended(holder, 5000) != -1, "the holder hangs");
	busy_us(BUSY_LONG);
	close(fd);
	down(s);
}

static void abort_stuck(int force)
{
	struct server *s = up(2);
	pid_t pid[4];
	int fd, i;

	if (!s)
		return;
	fd = open_file(MOUNT, O_RDWR);
	s->control->stuck_op = FUSE_GETATTR;
	for (i = 0; i < 4; i++)
		pid[i] = app(app_stat_cpu, (i & 1) << 16 | fd);
	CHECK(wait_for(&s->control->stuck, 3, 5000), "the server did not get the requests");
	if (force)
		umount2(MOUNT, MNT_FORCE);
	else
		CHECK(!abort_by_fusectl(), "no connection to abort");
	for (i = 0; i < 4; i++)
		CHECK(aborted(pid[i]), "application %d did not end by the abort", i);
	close(fd);
	down(s);
}

void abort_fusectl(void) { abort_stuck(0); }
void abort_umount(void) { abort_stuck(1); }

void abort_loop(void)
{
	for (int i = 0; i < 15 && !test_bad; i++) {
		struct server *s = up(2);
		pid_t pid[4];
		int fd, k;

		if (!s)
			return;
		fd = open_file(MOUNT, O_RDWR);
		for (k = 0; k < 4; k++) {
			pid[k] = fork();
			if (!pid[k]) {
				char buf[8192];

				pin(k & 1);
				while (pread(fd, buf, sizeof(buf), 0) >= 0 && !app_stat(fd))
					posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
				_exit(0);
			}
		}
		usleep(20000 + i * 3000);
		if (i & 1)
			abort_by_fusectl();
		else
			umount2(MOUNT, MNT_FORCE);
		for (k = 0; k < 4; k++)
			CHECK(ended(pid[k], 10000) != -1, "round %d: an application hangs after the abort", i);
		close(fd);
		down(s);
	}
}
