// SPDX-License-Identifier: BSD-2-Clause
// Writes and reads every kind of size and alignment on a mount, and checks each byte. Usage: data DIRECTORY
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST (2u << 20)

static const size_t sizes[] = {
	1, 2, 7, 8, 9, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 8191, 8192, 8193, 32767, 32768, 32769,
	65535, 65536, 65537, 131071, 131072, 131073, 262144, 1048575, 1048576, 1048577,
};
static const size_t shifts[] = { 0, 1, 511, 4095 };
static unsigned char *out, *in;
static char path[4096];
static int failures;

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void fill(size_t length, unsigned seed)
{
	uint32_t x = seed * 2654435761u + 1;
	for (size_t i = 0; i < length; i++) {
		x ^= x << 13, x ^= x >> 17, x ^= x << 5;
		out[i] = (unsigned char)x;
	}
}

static void wrong(const char *how, size_t size, size_t at, const char *what)
{
	if (failures++ < 5)
		printf("FAIL data, %s, %zu bytes at %zu: %s (%s)\n", how, size, at, what, strerror(errno));
}

static void check(const char *how, size_t size, size_t at, const unsigned char *got, const unsigned char *wanted, ssize_t length)
{
	if (length != (ssize_t)size)
		wrong(how, size, at, length < 0 ? "error" : "short");
	else if (memcmp(got, wanted, size))
		wrong(how, size, at, "other bytes");
}

// How: flags of the writer, flags of the reader. A reader with O_DIRECT sees what the server has and not the page cache.
static void sizes_and_alignments(const char *how, int writing, int reading)
{
	int before = failures, writer, reader;

	unlink(path);
	writer = open(path, O_RDWR | O_CREAT | writing, 0644);
	reader = open(path, O_RDONLY | reading);
	if (writer < 0 || reader < 0) {
		wrong(how, 0, 0, "open");
		return;
	}
	for (size_t s = 0; s < COUNT(sizes); s++) {
		for (size_t m = 0; m < COUNT(shifts); m++) {
			size_t size = sizes[s], at = shifts[(m + s) % COUNT(shifts)], memory = shifts[m];

			fill(MOST, (unsigned)(s * 16 + m));
			memset(in, 0x5a, MOST);
			if (pwrite(writer, out + memory, size, at) != (ssize_t)size)
				wrong(how, size, at, "write");
			if (!(writing & O_DIRECT) && fdatasync(writer))
				wrong(how, size, at, "fdatasync");
			check(how, size, at, in + memory, out + memory, pread(reader, in + memory, size, at));
			if (in[memory + size] != 0x5a || (memory && in[memory - 1] != 0x5a))
				wrong(how, size, at, "bytes beside the buffer changed");
		}
	}
	close(writer);
	close(reader);
	if (failures == before)
		printf("PASS Data of %zu sizes and alignments comes back, %s\n", COUNT(sizes) * COUNT(shifts), how);
}

static void vectors(void)
{
	int before = failures, fd = open(path, O_RDWR | O_TRUNC | O_DIRECT);
	size_t pieces[] = { 1, 4096, 3, 70000, 511, 131072, 8 }, total = 0;
	struct iovec v[COUNT(pieces)];

	fill(MOST, 77);
	for (size_t i = 0; i < COUNT(pieces); i++) {
		v[i] = (struct iovec){ out + total, pieces[i] };
		total += pieces[i];
	}
	if (pwritev(fd, v, COUNT(pieces), 5) != (ssize_t)total)
		wrong("pwritev", total, 5, "write");
	memset(in, 0, MOST);
	for (size_t i = 0, at = 0; i < COUNT(pieces); at += pieces[i++])
		v[i].iov_base = in + at;
	check("preadv", total, 5, in, out, preadv(fd, v, COUNT(pieces), 5));
	close(fd);
	if (failures == before)
		puts("PASS Vectored reads and writes keep their bytes in order");
}

static void mapping(void)
{
	int before = failures, fd = open(path, O_RDWR | O_TRUNC), reader = open(path, O_RDONLY | O_DIRECT);
	size_t length = 300001;
	unsigned char *map;

	fill(MOST, 99);
	if (ftruncate(fd, length))
		wrong("mmap", length, 0, "ftruncate");
	map = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		wrong("mmap", length, 0, "mmap");
		return;
	}
	memcpy(map, out, length);
	if (msync(map, length, MS_SYNC))
		wrong("mmap", length, 0, "msync");
	check("mmap", length, 0, in, out, pread(reader, in, length, 0));
	munmap(map, length);
	// What was never written is zeros, also behind the end of what a lent reply names.
	if (ftruncate(fd, length + 100000))
		wrong("hole", length, 0, "ftruncate");
	memset(out, 0, MOST);
	check("hole", 100000, length, in, out, pread(reader, in, 100000, length));
	if (pread(reader, in, 4096, length + 100000) != 0)
		wrong("end", 4096, length + 100000, "not the end");
	close(fd);
	close(reader);
	if (failures == before)
		puts("PASS Mapped pages are written back, holes are zeros, and the end is the end");
}

#define ASYNC	16
#define BLOCK	65536u

/* An application of libaio: as many requests at once as it has blocks, written and then read back. */
static void aio(void)
{
	int before = failures, fd = open(path, O_RDWR | O_TRUNC | O_CREAT | O_DIRECT, 0644);
	struct iocb cb[ASYNC], *list[ASYNC];
	struct io_event events[ASYNC];
	aio_context_t context = 0;

	if (fd < 0 || syscall(SYS_io_setup, ASYNC, &context))
		wrong("io_setup", 0, 0, "error");
	fill(ASYNC * BLOCK, 55);
	memset(in, 0, ASYNC * BLOCK);
	for (int writing = 1; writing >= 0 && failures == before; writing--) {
		for (unsigned i = 0; i < ASYNC; i++) {
			cb[i] = (struct iocb){ .aio_fildes = fd, .aio_lio_opcode = writing ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD, .aio_nbytes = BLOCK,
					       .aio_buf = (uintptr_t)((writing ? out : in) + i * BLOCK), .aio_offset = i * BLOCK };
			list[i] = &cb[i];
		}
		if (syscall(SYS_io_submit, context, ASYNC, list) != ASYNC)
			wrong("io_submit", BLOCK, 0, "error");
		else if (syscall(SYS_io_getevents, context, ASYNC, ASYNC, events, NULL) != ASYNC)
			wrong("io_getevents", BLOCK, 0, "error");
		for (unsigned i = 0; i < ASYNC && failures == before; i++)
			if (events[i].res != BLOCK)
				wrong("aio", BLOCK, i, "short");
	}
	check("aio", ASYNC * BLOCK, 0, in, out, ASYNC * BLOCK);
	syscall(SYS_io_destroy, context);
	close(fd);
	if (failures == before)
		puts("PASS An application of libaio reads what it wrote");
}

/* The same by io_uring. */
static void uring(void)
{
	int before = failures, fd = open(path, O_RDWR | O_TRUNC | O_CREAT | O_DIRECT, 0644);
	struct io_uring_params p = { 0 };
	int ring = syscall(SYS_io_uring_setup, ASYNC, &p);
	unsigned char *sq, *cq;
	struct io_uring_sqe *sqe;

	if (fd < 0 || ring < 0) {
		wrong("io_uring_setup", 0, 0, "error");
		return;
	}
	sq = mmap(NULL, p.sq_off.array + p.sq_entries * sizeof(unsigned), PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	cq = mmap(NULL, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe), PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING);
	sqe = mmap(NULL, p.sq_entries * sizeof(*sqe), PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
	fill(ASYNC * BLOCK, 56);
	memset(in, 0, ASYNC * BLOCK);
	for (int writing = 1; writing >= 0 && failures == before; writing--) {
		unsigned *tail = (unsigned *)(sq + p.sq_off.tail), *head = (unsigned *)(cq + p.cq_off.head);
		unsigned *array = (unsigned *)(sq + p.sq_off.array);
		struct io_uring_cqe *cqe = (void *)(cq + p.cq_off.cqes);

		for (unsigned i = 0; i < ASYNC; i++) {
			sqe[i] = (struct io_uring_sqe){ .opcode = writing ? IORING_OP_WRITE : IORING_OP_READ, .fd = fd, .off = i * BLOCK,
							.addr = (uintptr_t)((writing ? out : in) + i * BLOCK), .len = BLOCK };
			array[(*tail + i) & (p.sq_entries - 1)] = i;
		}
		__atomic_store_n(tail, *tail + ASYNC, __ATOMIC_RELEASE);
		if (syscall(SYS_io_uring_enter, ring, ASYNC, ASYNC, IORING_ENTER_GETEVENTS, NULL, 0) != ASYNC)
			wrong("io_uring_enter", BLOCK, 0, "error");
		for (unsigned i = 0; i < ASYNC && failures == before; i++)
			if (cqe[(*head + i) & (p.cq_entries - 1)].res != (int)BLOCK)
				wrong("io_uring", BLOCK, i, "short");
		__atomic_store_n(head, *head + ASYNC, __ATOMIC_RELEASE);
	}
	check("io_uring", ASYNC * BLOCK, 0, in, out, ASYNC * BLOCK);
	close(ring);
	close(fd);
	if (failures == before)
		puts("PASS An application of io_uring reads what it wrote");
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	snprintf(path, sizeof(path), "%s/data", argv[1]);
	out = aligned_alloc(4096, MOST + 8192);
	in = aligned_alloc(4096, MOST + 8192);
	setvbuf(stdout, NULL, _IOLBF, 0);
	sizes_and_alignments("through the page cache", 0, 0);
	sizes_and_alignments("written through the cache, read directly", 0, O_DIRECT);
	sizes_and_alignments("with O_DIRECT", O_DIRECT, O_DIRECT);
	vectors();
	mapping();
	aio();
	uring();
	unlink(path);
	return failures != 0;
}
