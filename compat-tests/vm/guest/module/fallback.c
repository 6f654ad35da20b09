// SPDX-License-Identifier: BSD-2-Clause
// What goes to /dev/fuse, request by request; many connections on one set of channels.
#include "module.h"

void fallback_cpu(void)
{
	struct server *s = make_server(MOUNT, 1);
	unsigned long fuse, chan;
	int fd;

	s->cpus = 1;
	CHECK(!start_server(s), "the server did not start");
	fd = open_file(MOUNT, O_RDWR);
	fuse = atomic_load(&s->control->by_fuse);
	CHECK(!ended(app(app_stat_cpu, 1 << 16 | fd), 5000), "fstat on a CPU without a channel failed");
	CHECK(atomic_load(&s->control->by_fuse) > fuse, "it did not go to /dev/fuse");
	chan = atomic_load(&s->control->by_channel);
	CHECK(!ended(app(app_stat_cpu, fd), 5000), "fstat failed");
	CHECK(atomic_load(&s->control->by_channel) > chan, "it did not go over the channel");
	CHECK(counter(s, "no_thread") > 0, "no_thread is not counted");
	close(fd);
	down(s);
}

void fallback_busy(void)
{
	struct server *s = up(2);
	pid_t apps[8];
	int fd, n = 2 * sysconf(_SC_NPROCESSORS_ONLN), i;

	if (!s)
		return;
	busy_us("2000");
	fd = open_file(MOUNT, O_RDWR);
	s->control->stuck_op = FUSE_GETATTR;
	for (i = 0; i < n; i++)
		apps[i] = app(app_stat_cpu, (i / 2) << 16 | fd);
	CHECK(wait_for(&s->control->stuck, n, 5000), "only %u of %d got stuck", atomic_load(&s->control->stuck), n);
	/* Every slot has its request: others must still get through. */
	CHECK(!fsetxattr(fd, "user.x", "1", 1, 0), "setxattr with all slots busy: %s", strerror(errno));
	CHECK(counter(s, "all_busy") > 0, "all_busy is not counted");
	s->control->stuck_op = NO_OP;
	for (i = 0; i < n; i++)
		CHECK(!ended(apps[i], 5000), "a stuck application did not end");
	busy_us(BUSY_LONG);
	close(fd);
	down(s);
}

void excluded(void)
{
	struct server *s = make_server(MOUNT, 1);
	struct flock lock = { .l_type = F_WRLCK };
	unsigned long fuse;
	int fd;

	s->exclude = 1ull << FUSE_GETATTR;
	CHECK(!start_server(s), "the server did not start");
	fd = open_file(MOUNT, O_RDWR);
	fuse = atomic_load(&s->control->by_fuse_op[FUSE_GETATTR]);
	CHECK(!app_stat(fd), "fstat failed");
	CHECK(atomic_load(&s->control->by_fuse_op[FUSE_GETATTR]) == fuse + 1, "an excluded operation did not go to /dev/fuse");
	CHECK(!fcntl(fd, F_SETLKW, &lock), "lock: %s", strerror(errno));
	CHECK(atomic_load(&s->control->by_fuse_op[FUSE_SETLKW]) == 1, "SETLKW did not go to /dev/fuse");
	close(fd);
	down(s);
}

void many_connections(void)
{
	struct server *s[4] = { 0 };
	char path[32];
	int fd[4];

	/* One process and one set of channels for them all: the first server attaches the others' connections. */
	s[0] = up(2);
	if (!s[0])
		return;
	end_server(s[0]);
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), MOUNT "%d", i);
		s[i] = make_server(path, 2);
	}
	fflush(stdout);
	if (!fork_server(s[0])) {
		pthread_t t;
		struct stat st;

		for (int i = 1; i < 4; i++) {
			pthread_create(&t, NULL, fuse_thread, s[i]);
			stat(s[i]->mount, &st);
			s[i]->cookie = s[0]->cookie;
		}
		/* server_main() attaches s[0]; the rest as soon as that is done. */
		pthread_create(&t, NULL, server_thread, s[0]);
		while (!atomic_load(&s[0]->control->ready))
			usleep(1000);
		for (int i = 1; i < 4; i++) {
			s[i]->zufs_fd = s[0]->zufs_fd;
			if (attach(s[i], 0, NULL))
				_exit(1);
		}
		atomic_store(&s[1]->control->ready, 1);
		for (;;)
			pause();
	}
	CHECK(wait_for(&s[1]->control->ready, 1, 10000), "four connections were not attached");
	for (int i = 0; i < 4 && !test_bad; i++) {
		unsigned long before = atomic_load(&s[0]->control->by_channel);

		fd[i] = open_file(s[i]->mount, O_RDWR);
		CHECK(fd[i] >= 0 && !app_stat(fd[i]), "fstat on connection %d failed", i);
		CHECK(atomic_load(&s[0]->control->by_channel) > before, "connection %d does not use the channels", i);
		close(fd[i]);
	}
	CHECK(!atomic_load(&s[0]->control->bad), "requests did not add up");
	for (int i = 3; i >= 0; i--) {
		if (i)
			s[i]->pid = app(app_stat, -1);	/* something for end_server() to end */
		CHECK(!end_server(s[i]), "mount %d did not go", i);
	}
}
