// SPDX-License-Identifier: BSD-2-Clause
// Bytes of every size and alignment, filled and lent.
#include "module.h"

void basic(void)
{
	struct server *s = up(2);
	struct stat st;
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

void data_inline(void) { data(0); }
void data_lent(void) { data(1); }
