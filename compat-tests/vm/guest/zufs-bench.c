/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nanoseconds an operation on CPU 0, by the same raw C server pinned there: /dev/fuse, channel with replies filled, channel with replies lent.
 * Under QEMU's icount a nanosecond is an instruction, and the figures repeat. Usage: zufs-bench [OPERATIONS]
 */
#include "zufs_server.h"

#define MOUNT "/tmp/b"

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

int main(int argc, char **argv)
{
	static const char * const ways[] = { "/dev/fuse, same CPU", "zufs, filled", "zufs, lent" };
	static const struct { const char *name; uint32_t size; int write; } ops[] = {
		{ "fstat", 0, 0 }, { "read 4K", 4096, 0 }, { "read 16K", 16384, 0 }, { "read 128K", 131072, 0 }, { "read 1M", 1 << 20, 0 },
		{ "write 4K", 4096, 1 }, { "write 128K", 131072, 1 },
	};
	int n = argc > 1 ? atoi(argv[1]) : 200;
	char *buf = aligned_alloc(4096, 1 << 20);

	setvbuf(stdout, NULL, _IOLBF, 0);
	memset(buf, 1, 1 << 20);
	test_name = "bench";
	pin(0);
	for (int way = 0; way < 3; way++) {
		struct server *s = make_server(MOUNT, 2);
		int fd;

		s->cpus = 1;
		s->no_attach = way == 0;
		s->control->lend = way == 2;
		CHECK(!start_server(s), "the server did not start");
		fd = open(MOUNT "/f", O_RDWR | O_DIRECT);
		for (unsigned int k = 0; k < sizeof(ops) / sizeof(*ops) && !test_bad; k++) {
			int count = ops[k].size > 65536 ? n / 4 : n;
			uint64_t from = 0;

			for (int i = -10; i < count; i++) {
				off_t at = (off_t)ops[k].size * (i & 3);
				struct stat st;

				if (!i)
					from = now();
				if (!ops[k].size)
					CHECK(!fstat(fd, &st), "fstat: %s", strerror(errno));
				else if (ops[k].write)
					CHECK(pwrite(fd, buf, ops[k].size, at) == ops[k].size, "write: %s", strerror(errno));
				else
					CHECK(pread(fd, buf, ops[k].size, at) == ops[k].size, "read: %s", strerror(errno));
			}
			printf("NOTE bench %-20s %-10s %8lu ns\n", ways[way], ops[k].name, (unsigned long)((now() - from) / count));
		}
		close(fd);
		CHECK(!end_server(s), "the mount did not go");
	}
	return failures ? 1 : 0;
}
