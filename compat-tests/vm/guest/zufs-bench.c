/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nanoseconds an operation on CPU 0. Under QEMU's icount a nanosecond is an instruction, and the figures repeat.
 * Usage: zufs-bench [OPERATIONS]              the same raw C server pinned there: /dev/fuse, channel with replies filled, and lent
 *        zufs-bench OPERATIONS NAME FILE      a file that is there: at least 4 MiB, on any file system
 */
#include "zufs_server.h"

#define MOUNT "/tmp/b"

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static const struct { const char *name; uint32_t size; int write; } ops[] = {
	{ "fstat", 0, 0 }, { "read 4K", 4096, 0 }, { "read 16K", 16384, 0 }, { "read 128K", 131072, 0 }, { "read 1M", 1 << 20, 0 },
	{ "write 4K", 4096, 1 }, { "write 128K", 131072, 1 },
};

static void measure(const char *name, const char *path, int n)
{
	char *buf = aligned_alloc(4096, 1 << 20);
	int fd = open(path, O_RDWR | O_DIRECT);

	CHECK(fd >= 0, "%s: %s", path, strerror(errno));
	memset(buf, 1, 1 << 20);
	for (unsigned int k = 0; k < sizeof(ops) / sizeof(*ops) && !test_bad; k++) {
		int count = ops[k].size > 65536 ? n / 4 : n;
		uint64_t from = 0;

		for (int i = -10; i < count; i++) {
			off_t at = (off_t)ops[k].size * (i & 3);
			struct statx st;

			if (!i)
				from = now();
			if (!ops[k].size)
				/* As fstat(2), but what the kernel has in its cache doesn't count. */
				CHECK(!statx(fd, "", AT_EMPTY_PATH | AT_STATX_FORCE_SYNC, STATX_BASIC_STATS, &st), "statx: %s", strerror(errno));
			else if (ops[k].write)
				CHECK(pwrite(fd, buf, ops[k].size, at) == ops[k].size, "write: %s", strerror(errno));
			else
				CHECK(pread(fd, buf, ops[k].size, at) == ops[k].size, "read: %s", strerror(errno));
		}
		printf("NOTE bench %-20s %-10s %8lu ns\n", name, ops[k].name, (unsigned long)((now() - from) / count));
	}
	close(fd);
	free(buf);
}

int main(int argc, char **argv)
{
	static const char * const ways[] = { "/dev/fuse, same CPU", "zufs, filled", "zufs, lent" };
	int n = argc > 1 ? atoi(argv[1]) : 200;

	setvbuf(stdout, NULL, _IOLBF, 0);
	test_name = "bench";
	pin(0);
	if (argc > 3) {
		measure(argv[2], argv[3], n);
		return failures ? 1 : 0;
	}
	for (int way = 0; way < 3; way++) {
		struct server *s = make_server(MOUNT, 2);

		s->cpus = 1;
		s->no_attach = way == 0;
		s->control->lend = way == 2;
		CHECK(!start_server(s), "the server did not start");
		measure(ways[way], MOUNT "/f", n);
		CHECK(!end_server(s), "the mount did not go");
	}
	return failures ? 1 : 0;
}
