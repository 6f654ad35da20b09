/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The null file system (null.c) on libfuse's high level, as most file systems use it.
 * Usage: libfuse-null-hl MOUNTPOINT [libfuse's options: -f, -s, -o ...]
 */
#define FUSE_USE_VERSION 31
#include "libfuse-window.h"

#include <errno.h>
#include <fuse.h>
#include <string.h>

static void *null_init(struct fuse_conn_info *connection, struct fuse_config *config)
{
	(void)connection;
	config->use_ino = 1;
	config->nullpath_ok = 1;
	config->attr_timeout = 0;
	config->entry_timeout = 0;
	return NULL;
}

static int null_getattr(const char *path, struct stat *st, struct fuse_file_info *file)
{
	if (file || strcmp(path, "/data") == 0)
		window_attributes(st, 2);
	else if (strcmp(path, "/") == 0)
		window_attributes(st, 1);
	else
		return -ENOENT;
	return 0;
}

static int null_open(const char *path, struct fuse_file_info *file)
{
	(void)path;
	file->direct_io = 1;
#if FUSE_MINOR_VERSION >= 15
	file->parallel_direct_writes = 1;
#endif
	return 0;
}

static int null_read(const char *path, char *buffer, size_t size, off_t offset, struct fuse_file_info *file)
{
	(void)path;
	(void)file;
	size = window_length(size, offset);
	memcpy(buffer, window_at(offset), size);
	return (int)size;
}

static int null_write(const char *path, const char *buffer, size_t size, off_t offset, struct fuse_file_info *file)
{
	(void)path;
	(void)file;
	memcpy(window_at(offset), buffer, size);
	return (int)size;
}

static const struct fuse_operations operations = {
	.init = null_init,
	.getattr = null_getattr,
	.open = null_open,
	.read = null_read,
	.write = null_write,
};

int main(int count, char **arguments)
{
	window_map();
	return fuse_main(count, arguments, &operations, NULL);
}
