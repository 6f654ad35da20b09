// SPDX-License-Identifier: BSD-2-Clause
// Attach and detach under load, and who may.
#include "module.h"

void attach_storm(void)
{
	struct server *s = make_server(MOUNT, 2);
	int fd, k, r, rounds = getenv("ROUNDS") ? atoi(getenv("ROUNDS")) * 10 : 200;
	pid_t pid[4];

	fflush(stdout);
	if (!fork_server(s)) {
		/* This server attaches and detaches without end. */
		pthread_t t;

		pthread_create(&t, NULL, server_thread, s);
		while (!atomic_load(&s->control->ready))
			usleep(1000);
		for (int i = 0; i < rounds; i++) {
			int err = detach(s);

			usleep(i % 3 * 400);
			if (err || attach(s, i & 1 ? ZUFS_ATTACH_REDELIVER : 0, NULL) ||
			    attach(s, ZUFS_ATTACH_SUCCEED, NULL) || attach(s, 0, NULL) != -EBUSY)
				atomic_fetch_add(&s->control->bad, 1);
			usleep(i % 5 * 300);
		}
		atomic_store(&s->control->enough, 2);
		for (;;)
			pause();
	}
	for (k = 0; k < 10000 && !atomic_load(&s->control->ready); k++)
		usleep(1000);
	s->conn_id = atomic_load(&s->control->ready);
	no_flush(s);
	fd = open_file(MOUNT, O_RDWR | O_DIRECT);
	CHECK(fd >= 0, "open: %s", strerror(errno));
	for (k = 0; k < 4; k++) {
		pid[k] = fork();
		if (!pid[k]) {
			char *buf = aligned_alloc(4096, 65536);

			s->control->lend = 8192;
			while (atomic_load(&s->control->enough) != 2)
				for (int i = 0; i < 16; i++)
					if (errno = 0, !reads_right(fd, buf, 512u << (i & 7), i * 65536 + k * 512, 0) || app_stat(fd))
						_exit(errno ? errno : 255);
			_exit(0);
		}
	}
	for (k = 0; k < 4; k++)
		if ((r = ended(pid[k], 60000)))
			fail("application %d failed (%d; 255: other bytes; -1: it hangs)", k, r);
	CHECK(atomic_load(&s->control->by_channel) > 10 && atomic_load(&s->control->by_fuse) > 10, "the load did not use both ways");
	atomic_store(&s->control->enough, 0);
	close(fd);
	down(s);
}

void no_unload(void)
{
	struct server *s = up(1);

	if (!s)
		return;
	CHECK(syscall(SYS_delete_module, "zufs", O_NONBLOCK) && errno == EWOULDBLOCK, "the module was unloaded under a connection: %s", strerror(errno));
	kill_server(s);
	CHECK(syscall(SYS_delete_module, "zufs", O_NONBLOCK) && errno == EWOULDBLOCK, "... without a server");
	CHECK(!start_server(s), "the second server did not start");
	down(s);
}


static int as_nobody(int fd)
{
	(void)fd;
	if (setgid(65534) || setuid(65534))
		return 100;
	return open(ZUFS_DEVICE, O_RDWR) < 0 ? errno : 0;
}

/* An ordinary user with a fd of /dev/zufs that root opened, and one that anybody could open. */
static int handed_out(int arg)
{
	struct server s = { .fuse_fd = arg & 0xffff, .zufs_fd = arg >> 16, .slots = 1 };

	if (setgid(65534) || setuid(65534))
		return 100;
	if (hello(s.zufs_fd))
		return 101;
	return -attach(&s, ZUFS_ATTACH_SUCCEED, NULL);
}

static int opened_himself(int fuse_fd)
{
	struct server s = { .fuse_fd = fuse_fd, .slots = 1 };

	if (setgid(65534) || setuid(65534))
		return 100;
	s.zufs_fd = open(ZUFS_DEVICE, O_RDWR);
	if (s.zufs_fd < 0 || hello(s.zufs_fd))
		return 101;
	return -attach(&s, ZUFS_ATTACH_SUCCEED, NULL);
}

void rights(void)
{
	struct server *s = up(1);
	int r, fd;

	if (!s)
		return;
	r = ended(app(as_nobody, s->fuse_fd), 5000);
	CHECK(r == EACCES, "an ordinary user opening /dev/zufs got %d", r);
	fd = open(ZUFS_DEVICE, O_RDWR);
	r = ended(app(handed_out, fd << 16 | s->fuse_fd), 5000);
	CHECK(r == 0, "attaching with a fd that root handed out: %s", strerror(r));
	close(fd);
	chmod(ZUFS_DEVICE, 0666);
	r = ended(app(opened_himself, s->fuse_fd), 5000);
	chmod(ZUFS_DEVICE, 0600);
	CHECK(r == EPERM, "attaching root's connection with one's own fd got %d", r);
	fd = open(ZUFS_DEVICE, O_RDWR);
	s->zufs_fd = fd;
	hello(fd);
	s->fuse_fd = dup(s->fuse_fd);
	CHECK(attach(&(struct server){ .zufs_fd = fd, .fuse_fd = fd }, 0, NULL) == -EINVAL, "a fd that is no /dev/fuse was taken");
	CHECK(attach(&(struct server){ .zufs_fd = fd, .fuse_fd = -1 }, 0, NULL) == -EBADF, "a closed fd was taken");
	close(fd);
	down(s);
}
