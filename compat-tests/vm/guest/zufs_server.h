/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A raw FUSE server for tests of the kernel module: one file "f", served from shared memory over /dev/fuse and, attached, over
 * the channels of /dev/zufs. It runs in a child process, so that it can be killed; what the test steers is in shared memory too.
 */
#ifndef ZUFS_SERVER_H
#define ZUFS_SERVER_H

/* Not every test needs every part. */
#pragma GCC diagnostic ignored "-Wunused-function"

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "zufs.h"

#define FILE_SIZE	(8u << 20)
#define STORE_SIZE	(FILE_SIZE + (2u << 20))
#define VALUE_SIZE	65536u
#define FILE_NODE	2
#define NO_OP		(~0u)

/* What test and servers share. */
struct control {
	/* The test's wishes. */
	atomic_uint lend;		/* 0: fill; else replies of at least so many bytes are lent */
	atomic_uint stuck_op;		/* this operation waits until the field changes */
	atomic_uint slow_op;		/* this one takes slow_us */
	atomic_uint slow_us;
	atomic_uint exit_op;		/* the thread that gets this one exits; once */
	_Atomic uintptr_t lend_at;	/* READs lend this memory instead of the file's */
	atomic_uint enough;		/* the load ends */
	/* What the servers say. */
	atomic_uint ready;
	atomic_uint stuck;		/* threads that wait in stuck_op */
	atomic_ulong by_channel;	/* requests by way */
	atomic_ulong by_fuse;
	atomic_ulong redelivered;
	atomic_ulong unique;		/* of the last stuck or slow request */
	atomic_ulong unique_again;	/* of the last redelivered one */
	atomic_uint interrupts;
	atomic_uint bad;		/* requests that don't add up */
	atomic_uint leaked;		/* bytes seen that are none of the server's business */
	uint64_t size;
	uint32_t value_size;
	char value[VALUE_SIZE];
};

struct server {
	struct control *control;
	char *store;
	int fuse_fd;
	int zufs_fd;
	int cpus;			/* channels on CPUs 0 .. cpus - 1 */
	int first_cpu;
	int slots;			/* threads per channel */
	uint32_t attach_flags;
	int no_attach;			/* serve by /dev/fuse alone */
	uint64_t conn_id;
	uint64_t exclude;
	uint64_t cookie;
	pid_t pid;
	int chan_fd[64];
	char *map[64];
	uint64_t stride;
	char mount[128];
};

static void fill_attr(const struct server *s, struct fuse_attr *a, uint64_t node)
{
	memset(a, 0, sizeof(*a));
	a->ino = node;
	a->nlink = node == 1 ? 2 : 1;
	a->mode = node == 1 ? S_IFDIR | 0777 : S_IFREG | 0666;
	a->size = node == 1 ? 0 : s->control->size;
	a->blksize = 4096;
}

/*
 * Serves one request: fixed arguments at arg, all else at rest. Writes a body into out, or names one by *body.
 * Returns the body's length or -errno; -1000: no reply.
 */
static int serve(struct server *s, const struct fuse_in_header *h, const char *arg, const char *rest, uint32_t rest_len, char *out, char **body)
{
	struct control *c = s->control;

	*body = NULL;
	if (atomic_load(&c->exit_op) == h->opcode && atomic_exchange(&c->exit_op, NO_OP) == h->opcode) {
		atomic_store(&c->unique, h->unique);
		pthread_exit(NULL);
	}
	if (atomic_load(&c->slow_op) == h->opcode)
		usleep(atomic_load(&c->slow_us));
	if (atomic_load(&c->stuck_op) == h->opcode) {
		atomic_store(&c->unique, h->unique);
		atomic_fetch_add(&c->stuck, 1);
		while (atomic_load(&c->stuck_op) == h->opcode)
			usleep(1000);
		atomic_fetch_sub(&c->stuck, 1);
	}
	switch (h->opcode) {
	case FUSE_INIT: {
		const struct fuse_init_in *in = (const void *)arg;
		struct fuse_init_out *o = (void *)out;

		memset(o, 0, sizeof(*o));
		o->major = 7;
		o->minor = 31;
		o->max_readahead = in->max_readahead;
		o->flags = FUSE_MAX_PAGES | FUSE_BIG_WRITES | FUSE_PARALLEL_DIROPS | FUSE_ASYNC_READ | FUSE_POSIX_LOCKS;
		o->max_background = 16;
		o->congestion_threshold = 12;
		o->max_write = 1 << 20;
		o->max_pages = 256;
		o->time_gran = 1;
		return sizeof(*o);
	}
	case FUSE_LOOKUP: {
		struct fuse_entry_out *o = (void *)out;

		if (h->nodeid != 1 || strcmp(arg, "f"))
			return -ENOENT;
		memset(o, 0, sizeof(*o));
		o->nodeid = FILE_NODE;
		o->generation = 1;
		o->entry_valid = 3600;
		fill_attr(s, &o->attr, FILE_NODE);
		return sizeof(*o);
	}
	case FUSE_GETATTR:
	case FUSE_SETATTR: {
		struct fuse_attr_out *o = (void *)out;
		const struct fuse_setattr_in *in = (const void *)arg;

		if (h->opcode == FUSE_SETATTR && in->valid & FATTR_SIZE)
			c->size = in->size;
		memset(o, 0, sizeof(*o));
		fill_attr(s, &o->attr, h->nodeid);
		return sizeof(*o);
	}
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		memset(out, 0, sizeof(struct fuse_open_out));
		return sizeof(struct fuse_open_out);
	case FUSE_READ: {
		const struct fuse_read_in *in = (const void *)arg;
		uintptr_t at = atomic_load(&c->lend_at);
		uint32_t n = in->size;

		if (in->offset >= c->size)
			return 0;
		if (n > c->size - in->offset)
			n = c->size - in->offset;
		*body = at ? (char *)at : s->store + in->offset;
		return n;
	}
	case FUSE_WRITE: {
		const struct fuse_write_in *in = (const void *)arg;
		struct fuse_write_out *o = (void *)out;

		if (rest_len != in->size)
			atomic_fetch_add(&c->bad, 1);
		if (in->offset + in->size > STORE_SIZE)
			return -ENOSPC;
		memcpy(s->store + in->offset, rest, in->size);
		if (in->offset + in->size > c->size)
			c->size = in->offset + in->size;
		memset(o, 0, sizeof(*o));
		o->size = in->size;
		return sizeof(*o);
	}
	case FUSE_SETXATTR: {
		const struct fuse_setxattr_in *in = (const void *)arg;
		uint32_t name = strnlen(rest, rest_len) + 1;

		if (name + in->size != rest_len || in->size > VALUE_SIZE)
			atomic_fetch_add(&c->bad, 1);
		memcpy(c->value, rest + name, in->size);
		c->value_size = in->size;
		return 0;
	}
	case FUSE_GETXATTR: {
		const struct fuse_getxattr_in *in = (const void *)arg;
		struct fuse_getxattr_out *o = (void *)out;

		if (!in->size) {
			memset(o, 0, sizeof(*o));
			o->size = c->value_size;
			return sizeof(*o);
		}
		if (in->size < c->value_size)
			return -ERANGE;
		*body = c->value;
		return c->value_size;
	}
	case FUSE_SETLK:
	case FUSE_SETLKW:
		return 0;
	case FUSE_STATFS:
		memset(out, 0, sizeof(struct fuse_statfs_out));
		return sizeof(struct fuse_statfs_out);
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FSYNC:
	case FUSE_DESTROY:
		return 0;
	case FUSE_INTERRUPT:
		atomic_fetch_add(&c->interrupts, 1);
		return -1000;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
		return -1000;
	}
	return -ENOSYS;
}

/* The length of the operation's fixed arguments. */
static uint32_t fixed_len(uint32_t op)
{
	switch (op) {
	case FUSE_WRITE: return sizeof(struct fuse_write_in);
	case FUSE_SETXATTR: return FUSE_COMPAT_SETXATTR_IN_SIZE;
	}
	return 0;
}

static void *fuse_thread(void *p)
{
	struct server *s = p;
	size_t len = (1 << 20) + 8192;
	char *buf = malloc(len), *out = malloc(8192), *body;

	for (;;) {
		ssize_t n = read(s->fuse_fd, buf, len);
		struct fuse_in_header *h = (void *)buf;
		struct fuse_out_header oh;
		struct iovec v[2] = { { &oh, sizeof(oh) } };
		uint32_t fixed;
		int r;

		if (n < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN))
			continue;
		if (n < 0)
			return NULL;
		if (h->opcode != FUSE_INIT && h->opcode != FUSE_FORGET)
			atomic_fetch_add(&s->control->by_fuse, 1);
		fixed = fixed_len(h->opcode);
		r = serve(s, h, buf + sizeof(*h), buf + sizeof(*h) + fixed, h->len - sizeof(*h) - fixed, out, &body);
		if (r == -1000)
			continue;
		oh.unique = h->unique;
		oh.error = r < 0 ? r : 0;
		v[1].iov_base = body ? body : out;
		v[1].iov_len = r > 0 ? r : 0;
		oh.len = sizeof(oh) + v[1].iov_len;
		if (writev(s->fuse_fd, v, 2) < 0 && errno == ENODEV)
			return NULL;
	}
}

struct seat {
	struct server *s;
	int cpu, slot;
};

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Serves the request that stands in a slot. */
static void serve_slot(struct server *s, struct zufs_slot *slot)
{
	char *base = (char *)slot, *body;
	struct fuse_in_header *h = (void *)(base + slot->in_off);
	uint32_t fixed = fixed_len(h->opcode), lend = atomic_load(&s->control->lend);
	uint32_t rest_len = slot->rest_len ? slot->rest_len : h->len - sizeof(*h) - fixed;
	char *rest = slot->rest_len ? base + slot->rest_off : base + slot->in_off + sizeof(*h) + fixed;
	int r;

	atomic_fetch_add(&s->control->by_channel, 1);
	if (slot->in_len + slot->rest_len != h->len || slot->cookie != s->cookie)
		atomic_fetch_add(&s->control->bad, 1);
	if (slot->req_flags & ZUFS_REQ_REDELIVERED) {
		atomic_store(&s->control->unique_again, h->unique);
		atomic_fetch_add(&s->control->redelivered, 1);
	}
	r = serve(s, h, base + slot->in_off + sizeof(*h), rest, rest_len, base + slot->room_off, &body);
	slot->error = r < 0 ? r : 0;
	slot->out_len = r < 0 ? 0 : r;
	slot->reply_kind = ZUFS_REPLY_FILL;
	if (r > 0 && body) {
		if (atomic_load(&s->control->lend_at) || (lend && (uint32_t)r >= lend)) {
			/* In two pieces, so that pieces and pages have different borders. */
			uint32_t first = r > 3 ? r / 3 : r;

			slot->reply_kind = ZUFS_REPLY_LEND;
			slot->lend_count = first == (uint32_t)r ? 1 : 2;
			slot->lend[0] = (struct zufs_piece){ (uintptr_t)body, first };
			slot->lend[1] = (struct zufs_piece){ (uintptr_t)body + first, r - first };
		} else {
			memcpy(base + slot->room_off, body, r);
		}
	}
}

static void *chan_thread(void *p)
{
	struct seat *t = p;
	struct server *s = t->s;
	struct zufs_slot *slot = (void *)(s->map[t->cpu] + t->slot * s->stride);
	unsigned long flags = ZUFS_X_RECV;

	pin(t->cpu);
	for (;;) {
		if (ioctl(s->chan_fd[t->cpu], ZUFS_IOC_EXCHANGE, ZUFS_EXCHANGE(t->slot, flags))) {
			flags = ZUFS_X_RECV;
			if (errno == EINTR)
				continue;
			return NULL;
		}
		serve_slot(s, slot);
		flags = ZUFS_X_REPLY | ZUFS_X_RECV;
	}
	return NULL;
}

static int hello(int fd)
{
	struct zufs_hello h = { .size = sizeof(h), .abi = ZUFS_ABI_VERSION };

	return ioctl(fd, ZUFS_IOC_HELLO, &h);
}

/* Makes a channel; returns 0 or -errno. */
static int make_channel(struct server *s, int cpu, uint32_t payload)
{
	struct zufs_create c = { .size = sizeof(c), .cpu = cpu, .slots = s->slots, .payload = payload };

	if (ioctl(s->zufs_fd, ZUFS_IOC_CREATE, &c))
		return -errno;
	s->chan_fd[cpu] = c.fd;
	s->stride = c.slot_stride;
	s->map[cpu] = mmap(NULL, c.map_len, PROT_READ | PROT_WRITE, MAP_SHARED, c.fd, 0);
	return s->map[cpu] == MAP_FAILED ? -errno : 0;
}

static int attach(struct server *s, uint32_t flags, uint32_t *orphans)
{
	struct zufs_attach a = { .size = sizeof(a), .fuse_fd = s->fuse_fd, .flags = flags, .cookie = s->cookie, .exclude = { s->exclude } };

	if (ioctl(s->zufs_fd, ZUFS_IOC_ATTACH, &a))
		return -errno;
	s->conn_id = a.conn_id;
	if (orphans)
		*orphans = a.orphans;
	return 0;
}

static int detach(struct server *s)
{
	struct zufs_detach d = { .size = sizeof(d), .conn_id = s->conn_id };

	return ioctl(s->zufs_fd, ZUFS_IOC_DETACH, &d) ? -errno : 0;
}

/* What the test has open on a mount is not the server's: it would keep the mount busy. */
static void close_files(void)
{
	char path[64], target[64];

	for (int fd = 3; fd < 64; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (readlink(path, target, sizeof(target)) > 5 && !strncmp(target, "/tmp/", 5))
			close(fd);
	}
}

/* The server process: channels and threads, then attach; then it waits for its end. */
static void server_main(struct server *s, int readers)
{
	static struct seat seats[64][ZUFS_SLOTS_MAX];
	pthread_t t;
	int cpu, slot, err = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close_files();
	for (int i = 0; i < readers; i++)
		pthread_create(&t, NULL, fuse_thread, s);
	s->zufs_fd = open(ZUFS_DEVICE, O_RDWR | O_CLOEXEC);
	if (s->zufs_fd < 0 || hello(s->zufs_fd))
		err = errno;
	for (cpu = s->first_cpu; !err && cpu < s->first_cpu + s->cpus; cpu++) {
		err = -make_channel(s, cpu, 1 << 20);
		for (slot = 0; !err && slot < s->slots; slot++) {
			seats[cpu][slot] = (struct seat){ s, cpu, slot };
			pthread_create(&t, NULL, chan_thread, &seats[cpu][slot]);
		}
	}
	if (!err) {
		struct stat st;

		/* INIT is answered when this is. */
		stat(s->mount, &st);
		err = s->no_attach ? 0 : -attach(s, s->attach_flags, NULL);
	}
	if (err) {
		printf("server: %s\n", strerror(err));
		_exit(1);
	}
	atomic_store(&s->control->ready, s->no_attach ? ~0u : s->conn_id);
	for (;;)
		pause();
}

/* The same in a thread, where the process has more to do. */
static void *server_thread(void *s)
{
	server_main(s, 2);
	return NULL;
}

static void *shared(size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
}

static char pattern(uint64_t i)
{
	return (char)(i * 7 + (i >> 8) * 13 + (i >> 16));
}

/* Mounts, with nobody to serve yet. */
static struct server *make_server(const char *mount_point, int slots)
{
	struct server *s = shared(sizeof(*s));
	char options[128];

	memset(s, 0, sizeof(*s));
	s->control = shared(sizeof(*s->control));
	s->store = shared(STORE_SIZE);
	for (uint32_t i = 0; i < STORE_SIZE; i++)
		s->store[i] = pattern(i);
	s->control->size = FILE_SIZE;
	s->control->stuck_op = s->control->slow_op = s->control->exit_op = NO_OP;
	s->slots = slots;
	s->cpus = sysconf(_SC_NPROCESSORS_ONLN);
	s->cookie = 0x1234567800000000ull | getpid();
	snprintf(s->mount, sizeof(s->mount), "%s", mount_point);
	mkdir(mount_point, 0755);
	s->fuse_fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", s->fuse_fd);
	if (s->fuse_fd < 0 || mount("zufs-test", mount_point, "fuse", 0, options)) {
		printf("mount %s: %s\n", mount_point, strerror(errno));
		exit(1);
	}
	return s;
}

/* fork(2), with the child's pid in what both share. */
static pid_t fork_server(struct server *s)
{
	pid_t pid = fork();

	if (pid)
		s->pid = pid;
	return pid;
}

/* The first FLUSH says that there is none: from now on applications can exit when nobody serves. */
static void no_flush(struct server *s)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/f", s->mount);
	close(open(path, O_RDONLY));
}

/* Starts a process that serves; returns 0 when it is attached. */
static int start_server(struct server *s)
{
	atomic_store(&s->control->ready, 0);
	fflush(stdout);
	if (!fork_server(s))
		server_main(s, 2);
	for (int i = 0; i < 5000 && !atomic_load(&s->control->ready); i++) {
		if (waitpid(s->pid, NULL, WNOHANG) == s->pid)
			return -1;
		usleep(1000);
	}
	s->conn_id = atomic_load(&s->control->ready);
	no_flush(s);
	return s->conn_id ? 0 : -1;
}

static void kill_server(struct server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
}

/* Unmounts and ends everything; returns 0 when the mount went. */
static int end_server(struct server *s)
{
	int r = -1;

	s->control->stuck_op = s->control->slow_op = NO_OP;
	for (int i = 0; i < 100 && r; i++) {
		r = umount2(s->mount, 0);
		if (r)
			usleep(20000);
	}
	if (r)
		printf("umount %s: %s\n", s->mount, strerror(errno));
	umount2(s->mount, MNT_FORCE | MNT_DETACH);
	close(s->fuse_fd);
	kill_server(s);
	munmap(s->store, STORE_SIZE);
	munmap(s->control, sizeof(*s->control));
	munmap(s, sizeof(*s));
	return r;
}

/* ------------------------------------------------------------ results */

static const char *test_name;
static int failures;
static int test_bad;

/* Notes a failure of the running test, once. */
static void __attribute__((format(printf, 1, 2))) fail(const char *why, ...)
{
	va_list ap;

	if (test_bad++)
		return;
	failures++;
	printf("FAIL %s: ", test_name);
	va_start(ap, why);
	vprintf(why, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
}

#define CHECK(what, ...) do { if (!(what)) fail(__VA_ARGS__); } while (0)

/* Runs a test of the list when its name was asked for, or none was. */
static void run_test(int argc, char **argv, const char *name, void (*test)(void))
{
	int asked = argc < 2;
	struct timespec a, b;

	for (int i = 1; i < argc; i++)
		asked |= !strcmp(argv[i], name);
	if (!asked)
		return;
	test_name = name;
	test_bad = 0;
	clock_gettime(CLOCK_MONOTONIC, &a);
	test();
	clock_gettime(CLOCK_MONOTONIC, &b);
	if (!test_bad)
		printf("PASS %s (%.1f s)\n", name, (b.tv_sec - a.tv_sec) + (b.tv_nsec - a.tv_nsec) / 1e9);
	fflush(stdout);
}

/* A counter of the connection's debugfs file, summed over the CPUs; -1: not there. */
static long counter(struct server *s, const char *name)
{
	char path[64], head[512], *t, *save;
	long column = -1, sum = 0, i;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/debug/zufs/connection-%lu", (unsigned long)s->conn_id);
	f = fopen(path, "r");
	if (!f || !fgets(head, sizeof(head), f)) {
		if (f)
			fclose(f);
		return -1;
	}
	for (i = 0, t = strtok_r(head, " \n", &save); t; t = strtok_r(NULL, " \n", &save), i++)
		if (!strcmp(t, name))
			column = i;
	while (column >= 0 && fgets(head, sizeof(head), f))
		for (i = 0, t = strtok_r(head, " \n", &save); t; t = strtok_r(NULL, " \n", &save), i++)
			if (i == column)
				sum += atol(t);
	fclose(f);
	return column < 0 ? -1 : sum;
}

#endif
