// SPDX-License-Identifier: BSD-2-Clause
// Servers and their threads that die or stop, and CPUs that go.
#include "module.h"

void death_fails(void)
{
	struct server *s = up(1);
	int fd, r;
	pid_t pid;

	if (!s)
		return;
	fd = open_file(MOUNT, O_RDWR);
	s->control->stuck_op = FUSE_GETATTR;
	pid = app(app_stat_cpu, fd);
	CHECK(wait_for(&s->control->stuck, 1, 5000), "the server did not get the request");
	kill_server(s);
	r = ended(pid, 5000);
	CHECK(r == ECONNABORTED, "the application got %d instead of ECONNABORTED", r);
	s->control->stuck = 0;
	s->control->stuck_op = NO_OP;
	CHECK(!start_server(s), "a second server did not start");
	CHECK(!app_stat(fd), "the second server does not serve: %s", strerror(errno));
	close(fd);
	down(s);
}

void death_redelivers(void)
{
	struct server *s = make_server(MOUNT, 1);
	pid_t pid, waiting;
	int fd;

	s->attach_flags = ZUFS_ATTACH_REDELIVER;
	CHECK(!start_server(s), "the server did not start");
	fd = open_file(MOUNT, O_RDWR);
	s->control->stuck_op = FUSE_GETATTR;
	pid = app(app_stat_cpu, fd);
	CHECK(wait_for(&s->control->stuck, 1, 5000), "the server did not get the request");
	kill_server(s);
	s->control->stuck = 0;
	s->control->stuck_op = NO_OP;
	/* Comes when nobody serves: waits on /dev/fuse. */
	waiting = app(app_stat_cpu, fd);
	CHECK(ended(pid, 200) == -1, "the application did not wait for the successor");
	CHECK(!start_server(s), "the successor did not start");
	CHECK(!ended(pid, 5000), "the redelivered request failed");
	CHECK(!ended(waiting, 5000), "the undelivered request failed");
	CHECK(atomic_load(&s->control->redelivered) == 1 && atomic_load(&s->control->unique) == atomic_load(&s->control->unique_again),
	      "%lu redelivered, unique %lx then %lx", atomic_load(&s->control->redelivered), atomic_load(&s->control->unique),
	      atomic_load(&s->control->unique_again));
	close(fd);
	down(s);
}

/* Nobody comes: an attach that does not redeliver gives up for those who wait; so does an abort. */
void orphans_end(void)
{
	for (int by_abort = 0; by_abort < 2 && !test_bad; by_abort++) {
		struct server *s = make_server(MOUNT, 1);
		pid_t pid;
		int fd;

		s->attach_flags = ZUFS_ATTACH_REDELIVER;
		CHECK(!start_server(s), "the server did not start");
		fd = open_file(MOUNT, O_RDWR);
		s->control->stuck_op = FUSE_GETATTR;
		pid = app(app_stat_cpu, fd);
		CHECK(wait_for(&s->control->stuck, 1, 5000), "the server did not get the request");
		kill_server(s);
		s->control->stuck_op = NO_OP;
		if (by_abort) {
			abort_by_fusectl();
			s->pid = app(app_stat, -1);
		} else {
			s->attach_flags = 0;
			CHECK(!start_server(s), "the successor did not start");
		}
		CHECK(ended(pid, 5000) == ECONNABORTED, "the waiting application did not end");
		close(fd);
		down(s);
	}
}

void thread_death(void)
{
	struct server *s = make_server(MOUNT, 2);
	pid_t pid;
	int fd;

	s->attach_flags = ZUFS_ATTACH_REDELIVER;
	CHECK(!start_server(s), "the server did not start");
	fd = open_file(MOUNT, O_RDWR);
	s->control->exit_op = FUSE_GETATTR;
	pid = app(app_stat_cpu, fd);
	CHECK(!ended(pid, 10000), "no other thread took the request of one that exited");
	CHECK(atomic_load(&s->control->redelivered) == 1, "it was not redelivered");
	close(fd);
	down(s);
}

/* Servers killed under load: no application hangs, and after the last one all is as it was. */
void kill_loop(void)
{
	int rounds = getenv("ROUNDS") ? atoi(getenv("ROUNDS")) : 20;
	struct server *s = make_server(MOUNT, 2);
	pid_t pid[4];
	int fd, i, k;

	s->attach_flags = ZUFS_ATTACH_REDELIVER;
	CHECK(!start_server(s), "the server did not start");
	fd = open_file(MOUNT, O_RDWR);
	/* Requests that a dead server read from /dev/fuse are lost with it here: all of ours go over the channel. */
	for (i = 0; i < rounds && !test_bad; i++) {
		for (k = 0; k < 4; k++) {
			pid[k] = fork();
			if (!pid[k]) {
				pin(k & 1);
				for (int n = 0; n < 300; n++)
					if (app_stat(fd))
						_exit(1);
				_exit(0);
			}
		}
		usleep(2000 + 1700 * (i % 7));
		if (i % 3 == 2)
			kill(pid[i & 3], SIGKILL);
		kill_server(s);
		CHECK(!start_server(s), "round %d: the successor did not start", i);
		/* What the dead one had read from /dev/fuse comes again, as upstream's servers ask for it. */
		struct fuse_out_header resend = { .len = sizeof(resend), .error = 7 };

		if (write(s->fuse_fd, &resend, sizeof(resend)) < 0)
			fail("resend: %s", strerror(errno));
		for (k = 0; k < 4; k++) {
			int r = ended(pid[k], 20000);

			CHECK(!r || r == 128 + SIGKILL, "round %d: an application ended with %d", i, r);
		}
	}
	close(fd);
	down(s);
}

void sigstop(void)
{
	struct server *s = up(1);
	pid_t pid[3];
	int fd;

	if (!s)
		return;
	fd = open_file(MOUNT, O_RDWR);
	for (int i = 0; i < 5 && !test_bad; i++) {
		kill(s->pid, SIGSTOP);
		for (int k = 0; k < 3; k++)
			pid[k] = app(app_stat_cpu, (k & 1) << 16 | fd);
		usleep(30000);
		kill(pid[0], SIGTERM);
		kill(pid[1], SIGKILL);
		usleep(10000);
		kill(s->pid, SIGCONT);
		for (int k = 0; k < 3; k++)
			CHECK(ended(pid[k], 10000) != -1, "application %d hangs after SIGCONT", k);
	}
	CHECK(!app_stat(fd), "the server does not serve any more");
	close(fd);
	down(s);
}

static void online(int cpu, const char *value)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online", cpu);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, value, 1) != 1)
		fail("%s: %s", path, strerror(errno));
	close(fd);
}

void hotplug(void)
{
	struct server *s = up(2);
	pid_t pid[2];
	int fd, k;

	if (!s)
		return;
	fd = open_file(MOUNT, O_RDWR);
	for (k = 0; k < 2; k++) {
		pid[k] = fork();
		if (!pid[k]) {
			while (!app_stat(fd) && !atomic_load(&s->control->enough))
				;
			_exit(atomic_load(&s->control->enough) ? 0 : 1);
		}
	}
	for (int i = 0; i < 6 && !test_bad; i++) {
		online(1, "0");
		usleep(30000);
		online(1, "1");
		usleep(30000);
	}
	atomic_store(&s->control->enough, 1);
	for (k = 0; k < 2; k++)
		CHECK(!ended(pid[k], 10000), "an application did not get through");
	atomic_store(&s->control->enough, 0);
	close(fd);
	down(s);
}
