/* SPDX-License-Identifier: BSD-2-Clause */
/* What the adapter's files share: from the engine's neutral operations to those of the program, in its generation's structures. */
#ifndef ZUFS_VENEER_ADAPTER_H
#define ZUFS_VENEER_ADAPTER_H

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "veneer.h"

/* What -o modules=subdir puts in front of a path. */
#define PATH_ROOM (2 * PATH_MAX)

extern __thread struct fuse_context current_context;

static inline void enter(struct fuse *fuse, const struct zufs_caller *caller)
{
	current_context.fuse = fuse;
	current_context.uid = caller->uid;
	current_context.gid = caller->gid;
	current_context.pid = (pid_t)caller->pid;
	current_context.umask = caller->umask;
	current_context.private_data = fuse->user_data;
}

/* Begins an operation: 'fuse', the context, and the path as the program is to see it. */
#define ENTER_BY_PATH \
	struct fuse *fuse = program; \
	char path_room[fuse->subdir ? PATH_ROOM : 1]; \
	if (!path && !fuse->nullpath_ok) \
		return -ENOENT; \
	path = subdir_path(fuse, path, path_room); \
	enter(fuse, caller)

static inline struct fuse_file_info to_info(const struct zufs_file *file)
{
	struct fuse_file_info info;

	memset(&info, 0, sizeof info);
	info.flags = (int)file->flags;
	info.fh = file->handle;
	info.lock_owner = file->lock_owner;
	info.writepage = (file->bits & ZUFS_FILE_WRITE_PAGE) != 0;
	info.flush = (file->bits & ZUFS_FILE_FLUSH) != 0;
	info.flock_release = (file->bits & ZUFS_FILE_FLOCK_RELEASE) != 0;
#if FUSE_GENERATION == 3
	info.poll_events = file->poll_events;
#else
	info.fh_old = (unsigned long)file->handle;
#endif
	return info;
}

/* What an open gives back. */
static inline void keep_info(const struct fuse_file_info *info, struct zufs_file *file)
{
	file->handle = info->fh;
	if (info->direct_io)
		file->options |= ZUFS_OPEN_DIRECT_IO;
	if (info->keep_cache)
		file->options |= ZUFS_OPEN_KEEP_CACHE;
	if (info->nonseekable)
		file->options |= ZUFS_OPEN_NONSEEKABLE;
#if FUSE_GENERATION == 3
	if (info->cache_readdir)
		file->options |= ZUFS_OPEN_CACHE_DIR;
	if (info->noflush)
		file->options |= ZUFS_OPEN_NOFLUSH;
	if (info->parallel_direct_writes)
		file->options |= ZUFS_OPEN_PARALLEL_DIRECT_WRITES;
#endif
}

static inline void from_stat(const struct stat *from, struct zufs_attributes *to)
{
	to->ino = from->st_ino;
	to->size = (uint64_t)from->st_size;
	to->blocks = (uint64_t)from->st_blocks;
	to->atime = from->st_atim.tv_sec;
	to->mtime = from->st_mtim.tv_sec;
	to->ctime = from->st_ctim.tv_sec;
	to->atime_nsec = (uint32_t)from->st_atim.tv_nsec;
	to->mtime_nsec = (uint32_t)from->st_mtim.tv_nsec;
	to->ctime_nsec = (uint32_t)from->st_ctim.tv_nsec;
	to->mode = from->st_mode;
	to->nlink = (uint32_t)from->st_nlink;
	to->uid = from->st_uid;
	to->gid = from->st_gid;
	to->rdev = (uint32_t)from->st_rdev;
	to->block_size = (uint32_t)from->st_blksize;
}

void adapter_fill_files(struct fuse *fuse);
void adapter_fill_names(struct fuse *fuse);

/* Enters an operation into the table. The bit's number is the entry's place. */
#define PROVIDE(table, entry, function) \
	((table)->entry = (function), \
	 (table)->present |= 1ull << ((offsetof(struct zufs_operations, entry) - offsetof(struct zufs_operations, getattr)) / sizeof(void *)))

#endif
