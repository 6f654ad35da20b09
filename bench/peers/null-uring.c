/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The null file system in C on FUSE-over-io_uring: a queue and a pinned thread per possible CPU, four entries each; a single
 * issuer with cooperative task work and a registered ring fd; submit, look, then wait. Usage: null-uring MOUNTPOINT
 */
#define _GNU_SOURCE
#include "null.h"
#include "uring_wire.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define DEPTH	4

struct ring {
	int fd;
	unsigned int enter_flags;
	unsigned int *sq_tail, *sq_mask, *cq_head, *cq_tail, *cq_mask;
	char *sqes;			/* 128 bytes each */
	struct io_uring_cqe *cqes;
	unsigned int unsubmitted;
};

struct entry {
	struct wire_req_header *header;
	char *payload;
	struct iovec parts[2];
};

static int connection;

static void die(const char *what)
{
	fprintf(stderr, "null-uring: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void *map(int fd, size_t length, off_t offset)
{
	int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
	void *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, flags | MAP_POPULATE, fd, offset);

	if (memory == MAP_FAILED)
		die("mmap");
	return memory;
}

static void ring_open(struct ring *ring)
{
	struct io_uring_params p = {
		.flags = IORING_SETUP_SQE128 | IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL | WIRE_SETUP_NO_SQARRAY |
			 IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG,
		.cq_entries = 2 * DEPTH,
	};
	struct io_uring_rsrc_update update = { .offset = -1u };
	char *rings;

	ring->fd = (int)syscall(SYS_io_uring_setup, DEPTH, &p);
	if (ring->fd < 0)
		die("io_uring_setup");
	rings = map(ring->fd, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_SQ_RING);
	ring->sq_tail = (void *)(rings + p.sq_off.tail);
	ring->sq_mask = (void *)(rings + p.sq_off.ring_mask);
	ring->cq_head = (void *)(rings + p.cq_off.head);
	ring->cq_tail = (void *)(rings + p.cq_off.tail);
	ring->cq_mask = (void *)(rings + p.cq_off.ring_mask);
	ring->cqes = (void *)(rings + p.cq_off.cqes);
	ring->sqes = map(ring->fd, p.sq_entries * 128, IORING_OFF_SQES);
	update.data = ring->fd;
	if (syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_RING_FDS, &update, 1) == 1) {
		ring->fd = (int)update.offset;
		ring->enter_flags = IORING_ENTER_REGISTERED_RING;
	}
}

static int ring_enter(struct ring *ring, unsigned int wait)
{
	long taken = syscall(SYS_io_uring_enter, ring->fd, ring->unsubmitted, wait,
			     ring->enter_flags | IORING_ENTER_GETEVENTS, NULL, 0);

	if (taken < 0)
		return errno == EINTR ? 0 : -errno;
	ring->unsubmitted -= (unsigned int)taken;
	return 0;
}

static void queue_command(struct ring *ring, uint32_t command, struct entry *entry, int queue, uint64_t commit_id)
{
	unsigned int tail = *ring->sq_tail;
	struct io_uring_sqe *sqe = (void *)(ring->sqes + (size_t)(tail & *ring->sq_mask) * 128);
	struct wire_cmd_req *request = (void *)((char *)sqe + 48);

	memset(sqe, 0, 128);
	sqe->opcode = WIRE_OP_URING_CMD;
	sqe->fd = connection;
	sqe->off = command;	/* cmd_op is the low half of this union */
	sqe->user_data = (uint64_t)entry;
	if (command == WIRE_CMD_REGISTER) {
		sqe->addr = (uint64_t)entry->parts;
		sqe->len = 2;
	}
	request->commit_id = commit_id;
	request->qid = (uint16_t)queue;
	__atomic_store_n(ring->sq_tail, tail + 1, __ATOMIC_RELEASE);
	ring->unsubmitted++;
}

static uint64_t serve_entry(struct entry *entry)
{
	struct wire_req_header *header = entry->header;
	const struct fuse_in_header *in = (void *)header->in_out;
	struct fuse_out_header *out = (void *)header->in_out;
	uint64_t unique = in->unique, commit_id = header->ent.commit_id;
	const char *lent = NULL;
	int length = null_serve(in, header->op_in, entry->payload, entry->payload, &lent);

	if (lent && length > 0)
		memcpy(entry->payload, lent, (size_t)length);
	out->unique = unique;
	out->error = length < 0 ? length : 0;
	header->ent.payload_sz = length > 0 ? (uint32_t)length : 0;
	out->len = sizeof(*out) + header->ent.payload_sz;
	return commit_id;
}

static void serve_queue(struct ring *ring, int queue)
{
	for (;;) {
		unsigned int head = *ring->cq_head;

		if (ring_enter(ring, 0) < 0)
			return;
		if (head == __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE) && ring_enter(ring, 1) < 0)
			return;
		for (; head != __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE); head++) {
			struct io_uring_cqe *cqe = &ring->cqes[head & *ring->cq_mask];
			struct entry *entry = (void *)cqe->user_data;

			if (cqe->res < 0)
				return;	/* ENOTCONN: unmounted */
			queue_command(ring, WIRE_CMD_COMMIT_AND_FETCH, entry, queue, serve_entry(entry));
		}
		__atomic_store_n(ring->cq_head, head, __ATOMIC_RELEASE);
	}
}

static void *queue_thread(void *argument)
{
	int queue = (int)(intptr_t)argument;
	struct ring ring = { 0 };
	struct entry *entries = calloc(DEPTH, sizeof(*entries));
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(queue, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);	/* fails for a CPU that is offline: then it is not pinned */
	ring_open(&ring);
	for (int i = 0; i < DEPTH; i++) {
		struct entry *entry = &entries[i];

		entry->header = map(-1, 4096, 0);
		entry->payload = map(-1, NULL_MAX_WRITE, 0);
		entry->parts[0] = (struct iovec){ entry->header, sizeof(*entry->header) };
		entry->parts[1] = (struct iovec){ entry->payload, NULL_MAX_WRITE };
		queue_command(&ring, WIRE_CMD_REGISTER, entry, queue, 0);
	}
	serve_queue(&ring, queue);
	return NULL;
}

/* The kernel wants a queue for every CPU that is possible, whether it is there or not. */
static int possible_cpus(void)
{
	FILE *file = fopen("/sys/devices/system/cpu/possible", "r");
	int first = 0, last = 0;

	if (!file || fscanf(file, "%d-%d", &first, &last) < 1)
		die("/sys/devices/system/cpu/possible");
	fclose(file);
	return (last > first ? last : first) + 1;
}

int main(int count, char **arguments)
{
	int queues = possible_cpus();

	if (count != 2) {
		fprintf(stderr, "Usage: null-uring MOUNTPOINT\n");
		return 2;
	}
	connection = null_mount(arguments[1], 1);
	for (intptr_t queue = 0; queue < queues; queue++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, queue_thread, (void *)queue))
			die("pthread_create");
	}
	null_serve_connection(connection);	/* FORGET and INTERRUPT come here always */
	return 0;
}
