/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A raw FUSE server for tests of the kernel module: one file "f", served from shared memory over /dev/fuse and, attached, over
 * the channels of /dev/zufs. It runs in a child process, so that it can be killed; what the test steers is in shared memory too.
 */
#ifndef ZUFS_SERVER_H
#define ZUFS_SERVER_H

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
	atomic_ulong by_fuse_op[64];	/* the same by opcode: a RELEASE comes when it likes */
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
/* serve.c */
int serve(struct server *s, const struct fuse_in_header *h, const char *arg, const char *rest, uint32_t rest_len, char *out, char **body);
uint32_t fixed_len(uint32_t op);

/* server.c */
char pattern(uint64_t i);
void *shared(size_t size);
void pin(int cpu);
void *fuse_thread(void *server);
void serve_slot(struct server *s, struct zufs_slot *slot);
int hello(int fd);
int make_channel(struct server *s, int cpu, uint32_t payload);
int attach(struct server *s, uint32_t flags, uint32_t *orphans);
int detach(struct server *s);
void server_main(struct server *s, int readers);
void *server_thread(void *server);
struct server *make_server(const char *mount_point, int slots);
pid_t fork_server(struct server *s);
void no_flush(struct server *s);
int start_server(struct server *s);
void kill_server(struct server *s);
int end_server(struct server *s);

/* results.c */
extern const char *test_name;
extern int failures;
extern int test_bad;
void __attribute__((format(printf, 1, 2))) fail(const char *why, ...);
void run_test(int argc, char **argv, const char *name, void (*test)(void));
long counter(struct server *s, const char *name);

#define CHECK(what, ...) do { if (!(what)) fail(__VA_ARGS__); } while (0)

#endif
