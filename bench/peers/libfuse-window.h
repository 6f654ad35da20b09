/* SPDX-License-Identifier: BSD-2-Clause */
/* The one file of the null file system and its bytes, for the servers on libfuse. */
#ifndef LIBFUSE_WINDOW_H
#define LIBFUSE_WINDOW_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define FILE_SIZE	(1ull << 30)
#define WINDOW		(64ull << 20)
#define MAX_TRANSFER	(1ull << 20)

static char *window;

static inline void window_map(void)
{
	window = mmap(NULL, WINDOW + MAX_TRANSFER, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (window == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	/* As in null.c: pages of zeros would be one page for the caches. */
	for (size_t i = 0; i < WINDOW + MAX_TRANSFER; i += 4096)
		window[i] = (char)(i >> 12);
}

/* MAX_TRANSFER longer than the largest offset, so that no piece wraps. */
static inline char *window_at(off_t offset)
{
	return window + (uint64_t)offset % WINDOW;
}

static inline size_t window_length(size_t size, off_t offset)
{
	uint64_t left = (uint64_t)offset < FILE_SIZE ? FILE_SIZE - (uint64_t)offset : 0;

	return size < left ? size : left;
}

static inline void window_attributes(struct stat *st, uint64_t node)
{
	memset(st, 0, sizeof(*st));
	st->st_ino = node;
	st->st_blksize = 4096;
	if (node == 1) {
		st->st_mode = S_IFDIR | 0755;
		st->st_nlink = 2;
	} else {
		st->st_mode = S_IFREG | 0666;
		st->st_nlink = 1;
		st->st_size = FILE_SIZE;
		st->st_blocks = FILE_SIZE / 512;
	}
}

#endif
