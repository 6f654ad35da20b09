/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the veneer (C, the ABI that programs are linked to) and the engine (C#, libzufs.so): private, flat, and found beside each other.
 * Each structure that one side fills begins with its size, so that a veneer and an engine of different versions refuse each other by a
 * sentence. Engine/EngineAbi.cs holds the same structures.
 */
#ifndef ZUFS_ENGINE_H
#define ZUFS_ENGINE_H

#include <stdint.h>

#define ZUFS_ENGINE_ABI 1

/* Who asks. */
struct zufs_caller {
	uint32_t uid, gid, pid, umask;
};

/* zufs_file.bits */
#define ZUFS_FILE_OPEN 1u
#define ZUFS_FILE_WRITE_PAGE 2u
#define ZUFS_FILE_FLUSH 4u
#define ZUFS_FILE_FLOCK_RELEASE 8u

/* zufs_file.options: FOPEN_*, set by an open */
#define ZUFS_OPEN_DIRECT_IO 1u
#define ZUFS_OPEN_KEEP_CACHE 2u
#define ZUFS_OPEN_NONSEEKABLE 4u
#define ZUFS_OPEN_CACHE_DIR 8u
#define ZUFS_OPEN_NOFLUSH 32u
#define ZUFS_OPEN_PARALLEL_DIRECT_WRITES 64u

struct zufs_file {
	uint64_t handle, lock_owner;
	uint32_t flags, poll_events, options, bits;
};

struct zufs_attributes {
	uint64_t ino, size, blocks;
	int64_t atime, mtime, ctime;
	uint32_t atime_nsec, mtime_nsec, ctime_nsec;
	uint32_t mode, nlink, uid, gid, rdev, block_size, reserved;
};

struct zufs_statfs {
	uint64_t blocks, free_blocks, available_blocks, files, free_files;
	uint32_t block_size, name_length, fragment_size, reserved;
};

struct zufs_lock {
	uint64_t start, end;
	uint32_t type, pid;
};

struct zufs_times {
	int64_t atime, mtime;
	uint32_t atime_nsec, mtime_nsec;
};

struct zufs_ioctl {
	uint32_t command, flags;
	uint64_t argument;
	const void *input;
	void *output;
	uint32_t input_size, output_size;
};

/* Takes an entry of a listing: 0, or 1 when no more are taken. With attributes when is_full. */
typedef int (*zufs_fill)(void *filler, const char *name, uint64_t name_length, uint64_t next_offset, const struct zufs_attributes *attributes, int is_full);

/* The operations; an entry is called only when its bit (the entry's place) is in 'present'. All return 0 or more, or a negative errno. */
struct zufs_operations {
	uint32_t size, reserved;
	uint64_t present;
	int (*getattr)(void *program, const struct zufs_caller *, const char *path, struct zufs_file *, struct zufs_attributes *);
	int (*readlink)(void *program, const struct zufs_caller *, const char *path, char *target, uint64_t size);
	int (*mknod)(void *program, const struct zufs_caller *, const char *path, uint32_t mode, uint32_t rdev);
	int (*mkdir)(void *program, const struct zufs_caller *, const char *path, uint32_t mode);
	int (*unlink)(void *program, const struct zufs_caller *, const char *path);
	int (*rmdir)(void *program, const struct zufs_caller *, const char *path);
	int (*symlink)(void *program, const struct zufs_caller *, const char *target, const char *path);
	int (*rename)(void *program, const struct zufs_caller *, const char *path, const char *new_path, uint32_t flags);
	int (*link)(void *program, const struct zufs_caller *, const char *path, const char *new_path);
	int (*chmod)(void *program, const struct zufs_caller *, const char *path, uint32_t mode, struct zufs_file *);
	int (*chown)(void *program, const struct zufs_caller *, const char *path, uint32_t uid, uint32_t gid, struct zufs_file *);
	int (*truncate)(void *program, const struct zufs_caller *, const char *path, uint64_t length, struct zufs_file *);
	int (*utimens)(void *program, const struct zufs_caller *, const char *path, const struct zufs_times *, struct zufs_file *);
	int (*open)(void *program, const struct zufs_caller *, const char *path, struct zufs_file *);
	int (*create)(void *program, const struct zufs_caller *, const char *path, uint32_t mode, struct zufs_file *);
	int (*read)(void *program, const struct zufs_caller *, const char *path, void *room, uint64_t size, uint64_t offset, struct zufs_file *);
	int (*write)(void *program, const struct zufs_caller *, const char *path, const void *data, uint64_t size, uint64_t offset, struct zufs_file *);
	int (*statfs)(void *program, const struct zufs_caller *, const char *path, struct zufs_statfs *);
	int (*flush)(void *program, const struct zufs_caller *, const char *path, struct zufs_file *);
	int (*release)(void *program, const struct zufs_caller *, const char *path, struct zufs_file *);
	int (*fsync)(void *program, const struct zufs_caller *, const char *path, int data_only, struct zufs_file *);
	int (*setxattr)(void *program, const struct zufs_caller *, const char *path, const char *name, const void *value, uint64_t size, int flags);
	int (*getxattr)(void *program, const struct zufs_caller *, const char *path, const char *name, void *room, uint64_t size);
	int (*listxattr)(void *program, const struct zufs_caller *, const char *path, void *room, uint64_t size);
	int (*removexattr)(void *program, const struct zufs_caller *, const char *path, const char *name);
	int (*opendir)(void *program, const struct zufs_caller *, const char *path, struct zufs_file *);
	int (*readdir)(void *program, const struct zufs_caller *, const char *path, void *filler, zufs_fill, uint64_t offset, int is_plus, struct zufs_file *);
	int (*releasedir)(void *program, const struct zufs_caller *, const char *path, struct zufs_file *);
	int (*fsyncdir)(void *program, const struct zufs_caller *, const char *path, int data_only, struct zufs_file *);
	int (*access)(void *program, const struct zufs_caller *, const char *path, uint32_t mask);
	int (*lock)(void *program, const struct zufs_caller *, const char *path, int command, struct zufs_lock *, struct zufs_file *);
	int (*flock)(void *program, const struct zufs_caller *, const char *path, int operation, struct zufs_file *);
	int (*bmap)(void *program, const struct zufs_caller *, const char *path, uint32_t block_size, uint64_t *block);
	int (*ioctl)(void *program, const struct zufs_caller *, const char *path, struct zufs_ioctl *, struct zufs_file *);
	int (*poll)(void *program, const struct zufs_caller *, const char *path, uint64_t poll_handle, uint32_t *ready, struct zufs_file *);
	int (*fallocate)(void *program, const struct zufs_caller *, const char *path, uint32_t mode, uint64_t offset, uint64_t length, struct zufs_file *);
	int64_t (*copy_file_range)(void *program, const struct zufs_caller *, const char *path, uint64_t offset, struct zufs_file *,
				   const char *new_path, uint64_t new_offset, struct zufs_file *, uint64_t length, uint32_t flags);
	int64_t (*lseek)(void *program, const struct zufs_caller *, const char *path, uint64_t offset, uint32_t whence, struct zufs_file *);
};

/* zufs_wishes.features: FileSystemFeatures of the engine, same values */
#define ZUFS_WANT_POSIX_LOCKS (1u << 0)
#define ZUFS_WANT_FLOCK_LOCKS (1u << 1)
#define ZUFS_WANT_READDIR_PLUS (1u << 2)
#define ZUFS_WANT_WRITEBACK_CACHE (1u << 3)
#define ZUFS_WANT_ATOMIC_OPEN_TRUNCATE (1u << 4)
#define ZUFS_WANT_OWN_UMASK (1u << 5)
#define ZUFS_WANT_POSIX_ACL (1u << 6)
#define ZUFS_WANT_CACHE_SYMLINKS (1u << 8)
#define ZUFS_WANT_PARALLEL_DIROPS (1u << 9)
#define ZUFS_WANT_AUTO_INVAL_DATA (1u << 11)
#define ZUFS_WANT_EXPORT (1u << 12)

/* zufs_wishes.bits */
#define ZUFS_WISH_HARD_REMOVE 1u
#define ZUFS_WISH_USE_INO 2u
#define ZUFS_WISH_DIRECT_IO 4u
#define ZUFS_WISH_KERNEL_CACHE 8u
#define ZUFS_WISH_AUTO_CACHE 16u
#define ZUFS_WISH_NO_ROFD_FLUSH 32u
#define ZUFS_WISH_NO_PATH 64u
#define ZUFS_WISH_UID 128u
#define ZUFS_WISH_GID 256u
#define ZUFS_WISH_UMASK 512u
#define ZUFS_WISH_AC_TIMEOUT 1024u

/* What the program wants, once it knows what the kernel offers. Times in seconds. */
struct zufs_wishes {
	uint32_t size, features, bits, max_write;
	uint32_t uid, gid, umask, reserved;
	double entry_timeout, attr_timeout, negative_timeout, ac_attr_timeout;
};

/* zufs_start.threads */
#define ZUFS_THREADS_OWN 0u    /* the engine's threads; operations overlap and may wait */
#define ZUFS_THREADS_CALLER 1u /* zufs_engine_serve's caller only */

struct zufs_start {
	uint32_t size, abi;
	int32_t fd;	/* the mounted connection; stays the caller's */
	uint32_t threads;
	uint32_t owner; /* only root and this user are served; UINT32_MAX: whoever the kernel lets in */
	uint32_t max_write;
	const char *channel; /* auto, uring, fuse */
	const char *name;
	const struct zufs_operations *operations;
	void *program;
	/* Called once, on the thread that starts, before the answer to INIT. */
	void (*offered)(void *program, uint32_t features, struct zufs_wishes *wishes);
	/* A sentence for people, without a line end. Any thread. */
	void (*log)(void *program, const char *sentence);
};

/* zufs_engine_wait's results */
#define ZUFS_END_UNMOUNTED 1
#define ZUFS_END_ABORTED 2
#define ZUFS_END_STOPPED 3
#define ZUFS_END_FAILED 5

/* Starts the session. 0, or -1: the reason was logged. *session is for the others; it is freed by zufs_engine_free. */
typedef int (*zufs_engine_start_fn)(const struct zufs_start *start, void **session);
/* Serves on this thread (ZUFS_THREADS_CALLER), or waits. One of ZUFS_END_. */
typedef int (*zufs_engine_wait_fn)(void *session);
/* Any thread; not from a signal handler. */
typedef void (*zufs_engine_stop_fn)(void *session);
/* After zufs_engine_wait has returned, once. */
typedef void (*zufs_engine_free_fn)(void *session);
typedef void (*zufs_engine_poll_wakeup_fn)(void *session, uint64_t poll_handle);

#endif
