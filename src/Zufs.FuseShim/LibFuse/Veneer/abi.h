/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The structures that libfuse's programs hand over and get: of libfuse 3 (FUSE_GENERATION 3) and libfuse 2 (2). Layouts are facts; a test
 * compares each offset with what the distribution's own headers give.
 */
#ifndef ZUFS_VENEER_ABI_H
#define ZUFS_VENEER_ABI_H

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <time.h>
#include <utime.h>

struct fuse_args {
	int argc;
	char **argv;
	int allocated;
};

struct fuse_opt {
	const char *templ;
	unsigned long offset;
	int value;
};

#define FUSE_OPT_KEY(templ, key) { templ, -1U, key }
#define FUSE_OPT_END { NULL, 0, 0 }
#define FUSE_OPT_KEY_OPT -1
#define FUSE_OPT_KEY_NONOPT -2
#define FUSE_OPT_KEY_KEEP -3
#define FUSE_OPT_KEY_DISCARD -4

typedef int (*fuse_opt_proc_t)(void *data, const char *arg, int key, struct fuse_args *outargs);

struct fuse;
struct fuse_session;
struct fuse_pollhandle;

struct fuse_context {
	struct fuse *fuse;
	uid_t uid;
	gid_t gid;
	pid_t pid;
	void *private_data;
	mode_t umask;
};

enum fuse_buf_flags {
	FUSE_BUF_IS_FD = 1 << 1,
	FUSE_BUF_FD_SEEK = 1 << 2,
	FUSE_BUF_FD_RETRY = 1 << 3,
};

enum fuse_buf_copy_flags {
	FUSE_BUF_NO_SPLICE = 1 << 1,
	FUSE_BUF_FORCE_SPLICE = 1 << 2,
	FUSE_BUF_SPLICE_MOVE = 1 << 3,
	FUSE_BUF_SPLICE_NONBLOCK = 1 << 4,
};

struct fuse_buf {
	size_t size;
	enum fuse_buf_flags flags;
	void *mem;
	int fd;
	off_t pos;
};

struct fuse_bufvec {
	size_t count;
	size_t idx;
	size_t off;
	struct fuse_buf buf[1];
};

/* The bits of fuse_conn_info.capable and .want; the same in both generations where both have them. */
#define FUSE_CAP_ASYNC_READ (1u << 0)
#define FUSE_CAP_POSIX_LOCKS (1u << 1)
#define FUSE_CAP_ATOMIC_O_TRUNC (1u << 3)
#define FUSE_CAP_EXPORT_SUPPORT (1u << 4)
#define FUSE_CAP_BIG_WRITES (1u << 5)
#define FUSE_CAP_DONT_MASK (1u << 6)
#define FUSE_CAP_FLOCK_LOCKS (1u << 10)
#define FUSE_CAP_IOCTL_DIR (1u << 11)
#define FUSE_CAP_AUTO_INVAL_DATA (1u << 12)
#define FUSE_CAP_READDIRPLUS (1u << 13)
#define FUSE_CAP_READDIRPLUS_AUTO (1u << 14)
#define FUSE_CAP_ASYNC_DIO (1u << 15)
#define FUSE_CAP_WRITEBACK_CACHE (1u << 16)
#define FUSE_CAP_NO_OPEN_SUPPORT (1u << 17)
#define FUSE_CAP_PARALLEL_DIROPS (1u << 18)
#define FUSE_CAP_POSIX_ACL (1u << 19)
#define FUSE_CAP_CACHE_SYMLINKS (1u << 23)
#define FUSE_CAP_NO_OPENDIR_SUPPORT (1u << 24)

#define FUSE_IOCTL_DIR (1u << 4)

#if FUSE_GENERATION == 3

struct fuse_file_info {
	int flags;
	unsigned int writepage : 1;
	unsigned int direct_io : 1;
	unsigned int keep_cache : 1;
	unsigned int flush : 1;
	unsigned int nonseekable : 1;
	unsigned int flock_release : 1;
	unsigned int cache_readdir : 1;
	unsigned int noflush : 1;
	unsigned int parallel_direct_writes : 1;
	unsigned int padding : 23;
	unsigned int padding2 : 32;
	uint64_t fh;
	uint64_t lock_owner;
	uint32_t poll_events;
};

struct fuse_conn_info {
	unsigned proto_major;
	unsigned proto_minor;
	unsigned max_write;
	unsigned max_read;
	unsigned max_readahead;
	unsigned capable;
	unsigned want;
	unsigned max_background;
	unsigned congestion_threshold;
	unsigned time_gran;
	unsigned reserved[22];
};

struct fuse_config {
	int set_gid;
	unsigned int gid;
	int set_uid;
	unsigned int uid;
	int set_mode;
	unsigned int umask;
	double entry_timeout;
	double negative_timeout;
	double attr_timeout;
	int intr;
	int intr_signal;
	int remember;
	int hard_remove;
	int use_ino;
	int readdir_ino;
	int direct_io;
	int kernel_cache;
	int auto_cache;
	int no_rofd_flush;
	int ac_attr_timeout_set;
	double ac_attr_timeout;
	int nullpath_ok;
	int show_help;
	char *modules;
	int debug;
};

struct fuse_cmdline_opts {
	int singlethread;
	int foreground;
	int debug;
	int nodefault_subtype;
	char *mountpoint;
	int show_version;
	int show_help;
	int clone_fd;
	unsigned int max_idle_threads;
	unsigned int max_threads; /* since 3.12 */
};

#define FUSE_READDIR_PLUS 1
#define FUSE_FILL_DIR_PLUS 2
typedef int (*fuse_fill_dir_t)(void *buf, const char *name, const struct stat *stbuf, off_t off, int flags);

struct fuse_operations {
	int (*getattr)(const char *, struct stat *, struct fuse_file_info *);
	int (*readlink)(const char *, char *, size_t);
	int (*mknod)(const char *, mode_t, dev_t);
	int (*mkdir)(const char *, mode_t);
	int (*unlink)(const char *);
	int (*rmdir)(const char *);
	int (*symlink)(const char *, const char *);
	int (*rename)(const char *, const char *, unsigned int flags);
	int (*link)(const char *, const char *);
	int (*chmod)(const char *, mode_t, struct fuse_file_info *);
	int (*chown)(const char *, uid_t, gid_t, struct fuse_file_info *);
	int (*truncate)(const char *, off_t, struct fuse_file_info *);
	int (*open)(const char *, struct fuse_file_info *);
	int (*read)(const char *, char *, size_t, off_t, struct fuse_file_info *);
	int (*write)(const char *, const char *, size_t, off_t, struct fuse_file_info *);
	int (*statfs)(const char *, struct statvfs *);
	int (*flush)(const char *, struct fuse_file_info *);
	int (*release)(const char *, struct fuse_file_info *);
	int (*fsync)(const char *, int, struct fuse_file_info *);
	int (*setxattr)(const char *, const char *, const char *, size_t, int);
	int (*getxattr)(const char *, const char *, char *, size_t);
	int (*listxattr)(const char *, char *, size_t);
	int (*removexattr)(const char *, const char *);
	int (*opendir)(const char *, struct fuse_file_info *);
	int (*readdir)(const char *, void *, fuse_fill_dir_t, off_t, struct fuse_file_info *, int flags);
	int (*releasedir)(const char *, struct fuse_file_info *);
	int (*fsyncdir)(const char *, int, struct fuse_file_info *);
	void *(*init)(struct fuse_conn_info *, struct fuse_config *);
	void (*destroy)(void *);
	int (*access)(const char *, int);
	int (*create)(const char *, mode_t, struct fuse_file_info *);
	int (*lock)(const char *, struct fuse_file_info *, int cmd, struct flock *);
	int (*utimens)(const char *, const struct timespec tv[2], struct fuse_file_info *);
	int (*bmap)(const char *, size_t blocksize, uint64_t *idx);
	int (*ioctl)(const char *, unsigned int cmd, void *arg, struct fuse_file_info *, unsigned int flags, void *data);
	int (*poll)(const char *, struct fuse_file_info *, struct fuse_pollhandle *, unsigned *);
	int (*write_buf)(const char *, struct fuse_bufvec *, off_t, struct fuse_file_info *);
	int (*read_buf)(const char *, struct fuse_bufvec **, size_t, off_t, struct fuse_file_info *);
	int (*flock)(const char *, struct fuse_file_info *, int op);
	int (*fallocate)(const char *, int, off_t, off_t, struct fuse_file_info *);
	ssize_t (*copy_file_range)(const char *, struct fuse_file_info *, off_t, const char *, struct fuse_file_info *, off_t, size_t, int);
	off_t (*lseek)(const char *, off_t, int whence, struct fuse_file_info *);
};

#else

struct fuse_chan;
typedef struct fuse_dirhandle *fuse_dirh_t;
typedef int (*fuse_dirfil_t)(fuse_dirh_t h, const char *name, int type, ino_t ino);
typedef int (*fuse_fill_dir_t)(void *buf, const char *name, const struct stat *stbuf, off_t off);

struct fuse_file_info {
	int flags;
	unsigned long fh_old;
	int writepage;
	unsigned int direct_io : 1;
	unsigned int keep_cache : 1;
	unsigned int flush : 1;
	unsigned int nonseekable : 1;
	unsigned int flock_release : 1;
	unsigned int padding : 27;
	uint64_t fh;
	uint64_t lock_owner;
};

struct fuse_conn_info {
	unsigned proto_major;
	unsigned proto_minor;
	unsigned async_read;
	unsigned max_write;
	unsigned max_readahead;
	unsigned capable;
	unsigned want;
	unsigned max_background;
	unsigned congestion_threshold;
	unsigned reserved[23];
};

struct fuse_operations {
	int (*getattr)(const char *, struct stat *);
	int (*readlink)(const char *, char *, size_t);
	int (*getdir)(const char *, fuse_dirh_t, fuse_dirfil_t);
	int (*mknod)(const char *, mode_t, dev_t);
	int (*mkdir)(const char *, mode_t);
	int (*unlink)(const char *);
	int (*rmdir)(const char *);
	int (*symlink)(const char *, const char *);
	int (*rename)(const char *, const char *);
	int (*link)(const char *, const char *);
	int (*chmod)(const char *, mode_t);
	int (*chown)(const char *, uid_t, gid_t);
	int (*truncate)(const char *, off_t);
	int (*utime)(const char *, struct utimbuf *);
	int (*open)(const char *, struct fuse_file_info *);
	int (*read)(const char *, char *, size_t, off_t, struct fuse_file_info *);
	int (*write)(const char *, const char *, size_t, off_t, struct fuse_file_info *);
	int (*statfs)(const char *, struct statvfs *);
	int (*flush)(const char *, struct fuse_file_info *);
	int (*release)(const char *, struct fuse_file_info *);
	int (*fsync)(const char *, int, struct fuse_file_info *);
	int (*setxattr)(const char *, const char *, const char *, size_t, int);
	int (*getxattr)(const char *, const char *, char *, size_t);
	int (*listxattr)(const char *, char *, size_t);
	int (*removexattr)(const char *, const char *);
	int (*opendir)(const char *, struct fuse_file_info *);
	int (*readdir)(const char *, void *, fuse_fill_dir_t, off_t, struct fuse_file_info *);
	int (*releasedir)(const char *, struct fuse_file_info *);
	int (*fsyncdir)(const char *, int, struct fuse_file_info *);
	void *(*init)(struct fuse_conn_info *);
	void (*destroy)(void *);
	int (*access)(const char *, int);
	int (*create)(const char *, mode_t, struct fuse_file_info *);
	int (*ftruncate)(const char *, off_t, struct fuse_file_info *);
	int (*fgetattr)(const char *, struct stat *, struct fuse_file_info *);
	int (*lock)(const char *, struct fuse_file_info *, int cmd, struct flock *);
	int (*utimens)(const char *, const struct timespec tv[2]);
	int (*bmap)(const char *, size_t blocksize, uint64_t *idx);
	unsigned int flag_nullpath_ok : 1;
	unsigned int flag_nopath : 1;
	unsigned int flag_utime_omit_ok : 1;
	unsigned int flag_reserved : 29;
	int (*ioctl)(const char *, int cmd, void *arg, struct fuse_file_info *, unsigned int flags, void *data);
	int (*poll)(const char *, struct fuse_file_info *, struct fuse_pollhandle *, unsigned *);
	int (*write_buf)(const char *, struct fuse_bufvec *, off_t, struct fuse_file_info *);
	int (*read_buf)(const char *, struct fuse_bufvec **, size_t, off_t, struct fuse_file_info *);
	int (*flock)(const char *, struct fuse_file_info *, int op);
	int (*fallocate)(const char *, int, off_t, off_t, struct fuse_file_info *);
};

#endif
#endif
