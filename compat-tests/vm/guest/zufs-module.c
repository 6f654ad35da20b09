/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of zufs.ko by a raw server in C: data, fall-back, signals, abort, death, live attach, lending.
 * Prints "PASS NAME" or "FAIL NAME: why" a line; arguments name tests, default all; exit code 1 when one failed.
 */
#include "zufs_server.h"

#include <dirent.h>
#include <linux/userfaultfd.h>

#define MOUNT "/tmp/z"

static int open_file(const char *mount, int flags)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/f", mount);
	return open(path, flags);
}

/* Starts server and mount, or fails the test. */
static struct server *up(int slots)
{
	struct server *s = make_server(MOUNT, slots);

	if (start_server(s)) {
		fail("the server did not start");
		end_server(s);
		return NULL;
	}
	return s;
}

static void down(struct server *s)
{
	CHECK(!atomic_load(&s->control->bad), "%u requests did not add up", atomic_load(&s->control->bad));
	CHECK(!end_server(s), "the mount did not go");
}

/* Compares a read to the pattern (or to what add was written with). */
static int reads_right(int fd, char *buf, size_t len, off_t at, uint64_t add)
{
	ssize_t n = pread(fd, buf, len, at);

	if (n != (ssize_t)len)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (buf[i] != pattern(at + i + add))
			return 0;
	return 1;
}

static int wait_for(atomic_uint *field, unsigned int value, int ms)
{
	while (atomic_load(field) < value && ms--)
		usleep(1000);
	return atomic_load(field) >= value;
}

/* A process that does one thing; its exit code is what it returned. */
static pid_t app(int (*what)(int), int arg)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(what(arg) & 0xff);
	return pid;
}

/* Waits for a process for a bounded time; -1: it hangs. */
static int ended(pid_t pid, int ms)
{
	int status;

	while (ms--) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		usleep(1000);
	}
	return -1;
}

static int app_stat(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? errno : 0;
}

static int app_stat_cpu(int fd)
{
	pin(fd >> 16);
	return app_stat(fd & 0xffff);
}

/* ------------------------------------------------------------------- data */

static void basic(void)
{
	struct server *s = up(2);
	struct stat st;
	char buf[4096];
	long sent, before;
	int fd;

	if (!s)
		return;
	fd = open_file(MOUNT, O_RDWR | O_DIRECT);
	CHECK(fd >= 0, "open: %s", strerror(errno));
	before = atomic_load(&s->control->by_channel);
	for (int i = 0; i < 100; i++)
		CHECK(!fstat(fd, &st) && st.st_size == FILE_SIZE, "fstat: %s", strerror(errno));
	CHECK(reads_right(fd, aligned_alloc(4096, 4096), 4096, 8192, 0), "read is not what was written");
	CHECK(atomic_load(&s->control->by_channel) - before >= 100, "only %ld of 101 requests came over the channel",
	      atomic_load(&s->control->by_channel) - before);
	sent = counter(s, "sent");
	CHECK(sent >= 100, "debugfs counts %ld sent", sent);
	(void)buf;
	close(fd);
	down(s);
}

/* Sizes around every border that a copy has: pages, the request area, pieces of lent memory. */
static const uint32_t sizes[] = { 1, 2, 7, 8, 511, 512, 513, 4095, 4096, 4097, 8191, 8192, 12289, 65535, 65536, 131071, 131072, 131073,
				  524289, 1048575, 1048576, 1048577 };

static void check_data(int flags)
{
	char *buf = aligned_alloc(4096, (2 << 20) + 8192);
	int fd = open_file(MOUNT, O_RDWR | flags);
	uint64_t add = 0;

	CHECK(fd >= 0, "open: %s", strerror(errno));
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(*sizes) && !test_bad; i++) {
		for (unsigned int shift = 0; shift < 4 && !test_bad; shift++) {
			static const uint32_t shifts[] = { 0, 1, 511, 4095 };
			char *at = buf + shifts[shift];
			off_t where = (off_t)i * 4096 + shifts[3 - shift];

			if (!(flags & O_DIRECT))
				posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
			CHECK(reads_right(fd, at, sizes[i], where, 0), "flags %o: a read of %u bytes at %ld differs", flags, sizes[i], (long)where);
			add += 31;
			for (uint32_t k = 0; k < sizes[i]; k++)
				at[k] = pattern(where + k + add);
			CHECK(pwrite(fd, at, sizes[i], where) == sizes[i], "write of %u: %s", sizes[i], strerror(errno));
			if (!(flags & O_DIRECT)) {
				fdatasync(fd);
				posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
			}
			CHECK(reads_right(fd, at, sizes[i], where, add), "flags %o: %u bytes written at %ld come back otherwise", flags, sizes[i], (long)where);
			/* Put back what was there: by a write, since read-ahead may just fill the cache. */
			for (uint32_t k = 0; k < sizes[i]; k++)
				at[k] = pattern(where + k);
			CHECK(pwrite(fd, at, sizes[i], where) == sizes[i], "write of %u: %s", sizes[i], strerror(errno));
		}
	}
	close(fd);
	free(buf);
}

static void data(int lend)
{
	struct server *s = up(2);
	char *value = malloc(VALUE_SIZE), *back = malloc(VALUE_SIZE);
	int fd;

	if (!s)
		return;
	s->control->lend = lend;
	check_data(O_DIRECT);
	check_data(0);
	fd = open_file(MOUNT, O_RDWR);
	for (uint32_t n = 1; n <= 60001 && !test_bad; n += 7500) {
		for (uint32_t i = 0; i < n; i++)
			value[i] = pattern(i + n);
		CHECK(!fsetxattr(fd, "user.x", value, n, 0), "setxattr of %u: %s", n, strerror(errno));
		CHECK(fgetxattr(fd, "user.x", back, VALUE_SIZE) == (ssize_t)n && !memcmp(value, back, n), "getxattr of %u differs", n);
	}
	CHECK(lend ? counter(s, "lend") > 0 : counter(s, "fill") > 0 && !counter(s, "lend"), "the other way of transfer was counted");
	CHECK(!counter(s, "bad_reply"), "%ld replies were refused", counter(s, "bad_reply"));
	close(fd);
	down(s);
}

static void data_inline(void) { data(0); }
static void data_lent(void) { data(1); }

/* -------------------------------------------------------------- fall-back */

static void fallback_cpu(void)
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

/* How long a request waits for a slot. An emulated machine loses milliseconds at any place, so mostly it is long here. */
static void busy_us(const char *value)
{
	int fd = open("/sys/module/zufs/parameters/busy_us", O_WRONLY);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		fail("busy_us: %s", strerror(errno));
	close(fd);
}

#define BUSY_LONG "1000000"

static void fallback_busy(void)
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

static void excluded(void)
{
	struct server *s = make_server(MOUNT, 1);
	struct flock lock = { .l_type = F_WRLCK };
	unsigned long fuse;
	int fd;

	s->exclude = 1ull << FUSE_GETATTR;
	CHECK(!start_server(s), "the server did not start");
	fd = open_file(MOUNT, O_RDWR);
	fuse = atomic_load(&s->control->by_fuse);
	CHECK(!app_stat(fd), "fstat failed");
	CHECK(atomic_load(&s->control->by_fuse) == fuse + 1, "an excluded operation did not go to /dev/fuse");
	CHECK(!fcntl(fd, F_SETLKW, &lock), "lock: %s", strerror(errno));
	CHECK(atomic_load(&s->control->by_fuse) == fuse + 2, "SETLKW did not go to /dev/fuse");
	close(fd);
	down(s);
}

static void many_connections(void)
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

/* ------------------------------------------------------- signals and abort */

static int aborted(pid_t pid)
{
	int r = ended(pid, 10000);

	return r == ECONNABORTED || r == ENOTCONN || r == EIO || r == 128 + SIGKILL;
}

static void signals(void)
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
static void killed_waiting(void)
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

static int abort_by_fusectl(const char *mount)
{
	struct stat st;
	char path[96];
	int fd, r;

	/* The number of the connection is the device's minor. */
	(void)mount;
	(void)st;
	DIR *d = opendir("/sys/fs/fuse/connections");
	struct dirent *e;

	r = -1;
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/sys/fs/fuse/connections/%.20s/abort", e->d_name);
		fd = open(path, O_WRONLY);
		if (fd >= 0) {
			r = write(fd, "1", 1) == 1 ? 0 : -1;
			close(fd);
		}
	}
	if (d)
		closedir(d);
	return r;
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
		CHECK(!abort_by_fusectl(MOUNT), "no connection to abort");
	for (i = 0; i < 4; i++)
		CHECK(aborted(pid[i]), "application %d did not end by the abort", i);
	close(fd);
	down(s);
}

static void abort_fusectl(void) { abort_stuck(0); }
static void abort_umount(void) { abort_stuck(1); }

static void abort_loop(void)
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
			abort_by_fusectl(MOUNT);
		else
			umount2(MOUNT, MNT_FORCE);
		for (k = 0; k < 4; k++)
			CHECK(ended(pid[k], 10000) != -1, "round %d: an application hangs after the abort", i);
		close(fd);
		down(s);
	}
}

/* ------------------------------------------------------------------- death */

static void death_fails(void)
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

static void death_redelivers(void)
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
static void orphans_end(void)
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
			abort_by_fusectl(MOUNT);
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

static void thread_death(void)
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
static void kill_loop(void)
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

static void sigstop(void)
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

static void hotplug(void)
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

/* ------------------------------------------------------------- live attach */

static void attach_storm(void)
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

static void no_unload(void)
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

/* ------------------------------------------------------------------ rights */

static int as_nobody(int fd)
{
	struct server s = { .fuse_fd = fd, .slots = 1 };

	if (setgid(65534) || setuid(65534))
		return 100;
	return open(ZUFS_DEVICE, O_RDWR) < 0 ? errno : 0;
	(void)s;
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

static void rights(void)
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

/* ----------------------------------------------------------------- lending */

static int fault_fd = -1;

/* A region whose pages never come until the test says so. */
static char *never(size_t len)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg;
	char *at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	fault_fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	reg = (struct uffdio_register){ .range = { (uintptr_t)at, len }, .mode = UFFDIO_REGISTER_MODE_MISSING };
	if (fault_fd < 0 || ioctl(fault_fd, UFFDIO_API, &api) || ioctl(fault_fd, UFFDIO_REGISTER, &reg))
		return NULL;
	return at;
}

static int app_read(int arg)
{
	int fd = arg & 0xffff;
	char *buf = aligned_alloc(4096, 131072);

	pin(arg >> 16 & 1);
	return pread(fd, buf, 131072, 0) == 131072 ? 0 : errno;
}

/*
 * The server lends what the function makes, in its own process; then what the second does happens while the copy
 * is (or should be) in the middle of it.
 */
static struct server *lending(char *(*make)(struct server *), pthread_t *helper, void *(*help)(void *))
{
	struct server *s = make_server(MOUNT, 2);

	fflush(stdout);
	if (!fork_server(s)) {
		char *at = make(s);
		pthread_t t;

		if (!at) {
			printf("memory to lend: %s\n", strerror(errno));
			_exit(1);
		}
		atomic_store(&s->control->lend_at, (uintptr_t)at);
		if (help)
			pthread_create(helper, NULL, help, s);
		pthread_create(&t, NULL, server_thread, s);
		for (;;)
			pause();
	}
	for (int i = 0; i < 5000 && !atomic_load(&s->control->ready); i++)
		usleep(1000);
	s->conn_id = atomic_load(&s->control->ready);
	CHECK(s->conn_id, "the server did not start");
	no_flush(s);
	return s;
}

static char *make_fault(struct server *s)
{
	(void)s;
	return never(131072);
}

/* Pages come late, one by one. */
static void *late_pages(void *p)
{
	struct server *s = p;
	static char page[4096];
	struct uffd_msg msg;

	while (read(fault_fd, &msg, sizeof(msg)) == sizeof(msg)) {
		uintptr_t at = msg.arg.pagefault.address & ~4095ull;
		struct uffdio_copy copy = { .dst = at, .src = (uintptr_t)page, .len = 4096 };

		for (int i = 0; i < 4096; i++)
			page[i] = pattern(at - atomic_load(&s->control->lend_at) + i);
		usleep(1000);
		ioctl(fault_fd, UFFDIO_COPY, &copy);
	}
	return NULL;
}

static void lend_userfault(void)
{
	pthread_t t;
	struct server *s = lending(make_fault, &t, late_pages);
	char *buf = aligned_alloc(4096, 131072);
	int fd = open_file(MOUNT, O_RDWR | O_DIRECT);

	CHECK(reads_right(fd, buf, 131072, 0, 0), "bytes that came late differ");
	CHECK(counter(s, "lend_faults") > 10, "only %ld faults", counter(s, "lend_faults"));
	close(fd);
	free(buf);
	down(s);
}

/* Pages never come: abort frees the application, though the server's thread sits in the fault. */
static void lend_abort(void)
{
	struct server *s = lending(make_fault, NULL, NULL);
	int fd = open_file(MOUNT, O_RDWR | O_DIRECT);
	pid_t pid = app(app_read, fd);

	CHECK(ended(pid, 100) == -1, "the read did not wait for memory that never comes");
	abort_by_fusectl(MOUNT);
	CHECK(aborted(pid), "abort did not free the application");
	close(fd);
	down(s);
}

/* The same, and the server is killed: the request goes to ECONNABORTED. */
static void lend_killed(void)
{
	struct server *s = lending(make_fault, NULL, NULL);
	int fd = open_file(MOUNT, O_RDWR | O_DIRECT);
	pid_t pid = app(app_read, fd);
	int r;

	CHECK(ended(pid, 100) == -1, "the read did not wait for memory that never comes");
	kill_server(s);
	r = ended(pid, 5000);
	CHECK(r == ECONNABORTED || r == EIO, "the death of the server did not free the application: %d", r);
	s->pid = app(app_stat, -1);
	close(fd);
	down(s);
}

/* The server lends a mapping of the very file that is read, cached: the fault waits for the folio that the reply shall fill. */
static char *own_map;

static char *make_own(struct server *s)
{
	own_map = mmap(NULL, 131072, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	(void)s;
	return own_map;
}

static void *map_own(void *p)
{
	struct server *s = p;
	int fd;

	while (!atomic_load(&s->control->ready))
		usleep(1000);
	fd = open_file(MOUNT, O_RDONLY);
	if (fd < 0 || mmap(own_map, 131072, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		printf("own mapping: %s\n", strerror(errno));
	atomic_store(&s->control->slow_us, 1);
	return NULL;
}

static void lend_own_mount(void)
{
	pthread_t t;
	struct server *s = lending(make_own, &t, map_own);
	int fd = open_file(MOUNT, O_RDWR | O_DIRECT), r;
	pid_t pid;

	CHECK(wait_for(&s->control->slow_us, 1, 5000), "no mapping");
	pid = app(app_read, fd);
	r = ended(pid, 1000);
	/* It deadlocks by the server's own making (each fault is a READ that lends the next): abort must break it. */
	if (r == -1) {
		abort_by_fusectl(MOUNT);
		CHECK(aborted(pid), "abort did not break the circle");
	}
	close(fd);
	/* Its mapping keeps the mount. */
	kill_server(s);
	s->pid = app(app_stat, -1);
	down(s);
}

static char *make_hole(struct server *s)
{
	char *at = mmap(NULL, 131072, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	(void)s;
	munmap(at + 65536, 65536);
	return at;
}

static char *make_short_file(struct server *s)
{
	int fd = memfd_create("lent", 0);

	(void)s;
	if (fd < 0 || ftruncate(fd, 65536))
		return NULL;
	return mmap(NULL, 131072, PROT_READ, MAP_SHARED, fd, 0);
}

static void lend_gone(char *(*make)(struct server *))
{
	struct server *s = lending(make, NULL, NULL);
	int fd = open_file(MOUNT, O_RDWR | O_DIRECT), r;

	r = ended(app(app_read, fd), 10000);
	CHECK(r == EIO, "a read of lent memory that is not there ended with %d", r);
	CHECK(!app_stat(fd), "the connection does not work any more");
	close(fd);
	down(s);
}

static void lend_unmapped(void) { lend_gone(make_hole); }
static void lend_truncated(void) { lend_gone(make_short_file); }

/* Unmapped, and mapped again, all the time. */
static void *remap(void *p)
{
	struct server *s = p;
	char *at = (char *)atomic_load(&s->control->lend_at);

	for (;;) {
		mmap(at + 32768, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		mmap(at + 32768, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	}
	return NULL;
}

static char *make_plain(struct server *s)
{
	(void)s;
	return mmap(NULL, 131072, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void lend_remapped(void)
{
	pthread_t t;
	struct server *s = lending(make_plain, &t, remap);
	int fd = open_file(MOUNT, O_RDWR | O_DIRECT), r;

	for (int i = 0; i < 50 && !test_bad; i++) {
		r = ended(app(app_read, i << 16 | fd), 10000);
		CHECK(r == 0 || r == EIO, "a read of memory that comes and goes ended with %d", r);
	}
	close(fd);
	down(s);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	mount("none", "/sys/fs/fuse/connections", "fusectl", 0, NULL);
	mount("none", "/sys/kernel/debug", "debugfs", 0, NULL);
	busy_us(BUSY_LONG);
#define TEST(name) run_test(argc, argv, #name, name)
	TEST(basic);
	TEST(data_inline);
	TEST(data_lent);
	TEST(fallback_cpu);
	TEST(fallback_busy);
	TEST(excluded);
	TEST(many_connections);
	TEST(signals);
	TEST(killed_waiting);
	TEST(abort_fusectl);
	TEST(abort_umount);
	TEST(abort_loop);
	TEST(death_fails);
	TEST(death_redelivers);
	TEST(orphans_end);
	TEST(thread_death);
	TEST(kill_loop);
	TEST(sigstop);
	TEST(hotplug);
	TEST(attach_storm);
	TEST(no_unload);
	TEST(rights);
	TEST(lend_userfault);
	TEST(lend_abort);
	TEST(lend_killed);
	TEST(lend_own_mount);
	TEST(lend_unmapped);
	TEST(lend_truncated);
	TEST(lend_remapped);
	return failures ? 1 : 0;
}
