// SPDX-License-Identifier: BSD-2-Clause
// Lent memory that comes late, never, or goes.
#include "module.h"

#include <linux/userfaultfd.h>

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

static int app_read_right(int fd)
{
	errno = 0;
	return reads_right(fd, aligned_alloc(4096, 131072), 131072, 0, 0) ? 0 : errno ? errno : 255;
}

static uint32_t lend_flags;

/*
 * The server lends what the function makes, in its own process; then what the second does happens while the copy
 * is (or should be) in the middle of it.
 */
static struct server *lending(char *(*make)(struct server *), pthread_t *helper, void *(*help)(void *))
{
	struct server *s = make_server(MOUNT, 2);

	s->attach_flags = lend_flags;
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

void lend_userfault(void)
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
void lend_abort(void)
{
	struct server *s = lending(make_fault, NULL, NULL);
	int fd = open_file(MOUNT, O_RDWR | O_DIRECT);
	pid_t pid = app(app_read, fd);

	CHECK(ended(pid, 100) == -1, "the read did not wait for memory that never comes");
	abort_by_fusectl();
	CHECK(aborted(pid), "abort did not free the application");
	close(fd);
	down(s);
}

/* The same, and the server is killed: the request goes to ECONNABORTED. */
void lend_killed(void)
{
	struct server *s = lending(make_fault, NULL, NULL);
	int fd = open_file(MOUNT, O_RDWR | O_DIRECT);
	pid_t pid = app(app_read, fd);
	int r;

	CHECK(ended(pid, 100) == -1, "the read did not wait for memory that never comes");
	kill_server(s);
	r = ended(pid, 5000);
	CHECK(r == ECONNABORTED, "the death of the server did not free the application: %d", r);
	s->pid = app(app_stat, -1);
	close(fd);
	down(s);
}

/* The same, and a successor answers: what the dead one had begun to copy is no answer. */
void lend_redelivered(void)
{
	struct server *s;
	pid_t pid;
	int fd, r;

	lend_flags = ZUFS_ATTACH_REDELIVER;
	s = lending(make_fault, NULL, NULL);
	lend_flags = 0;
	fd = open_file(MOUNT, O_RDWR | O_DIRECT);
	pid = app(app_read_right, fd);
	CHECK(ended(pid, 100) == -1, "the read did not wait for memory that never comes");
	kill_server(s);
	atomic_store(&s->control->lend_at, 0);
	CHECK(!start_server(s), "the successor did not start");
	r = ended(pid, 5000);
	CHECK(!r, "the application got %d (255: other bytes) after the death of a server that lent", r);
	CHECK(atomic_load(&s->control->redelivered) == 1, "it was not redelivered");
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

void lend_own_mount(void)
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
		abort_by_fusectl();
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

void lend_unmapped(void) { lend_gone(make_hole); }
void lend_truncated(void) { lend_gone(make_short_file); }

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

void lend_remapped(void)
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
