/* SPDX-License-Identifier: BSD-2-Clause */
/* What the veneer's files know of each other. */
#ifndef ZUFS_VENEER_H
#define ZUFS_VENEER_H

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "abi.h"
#include "engine.h"

/* The exported ABI; everything else is hidden. */
#define EXPORT __attribute__((visibility("default")))
/* Exported as 'name' of a version node: default with "@@", for old programs with "@". */
#define VERSIONED(symbol, name_and_node) __asm__(".symver " #symbol "," name_and_node)

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_INFO = 6, LOG_LEVEL_DEBUG = 7 };
void say(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What an -o list says of the mount itself. */
struct mount_options {
	int allow_other, allow_root, auto_unmount, blkdev, nonempty, help;
	unsigned long flags;	/* MS_* */
	char *fsname, *subtype;
	char *kernel;		/* for the kernel, whoever mounts */
	char *fusermount;	/* for fusermount only */
	char *flag_words;	/* the flags in words, for fusermount */
	unsigned max_read;
};

int mount_options_parse(struct mount_options *options, struct fuse_args *args);
void mount_options_free(struct mount_options *options);
int mount_open(const char *mountpoint, struct mount_options *options); /* the fd, or -1 after saying why */
void mount_close(const char *mountpoint, int fd);
int mount_fd_of(const char *mountpoint); /* /dev/fd/N: N; else -1 */
void mount_version(void);

/* The high level's own options, in both generations. */
struct high_options {
	int set_gid, set_uid, set_mode;
	unsigned gid, uid, umask;
	double entry_timeout, negative_timeout, attr_timeout, ac_attr_timeout;
	int ac_attr_timeout_set, intr, intr_signal, remember, hard_remove, use_ino, readdir_ino;
	int direct_io, kernel_cache, auto_cache, no_rofd_flush, noforget, nopath, debug, show_help;
	char *modules;
	/* The connection's. */
	unsigned max_write, max_readahead, max_background, congestion_threshold;
	int async_read, sync_read, atomic_o_trunc, no_remote_lock, no_remote_flock, no_remote_posix_lock;
};

struct fuse_session {
	struct fuse *fuse;
	char *mountpoint;
	int fd;
	int exit_fd;		/* an eventfd; written by whoever ends the loop, also in a signal handler */
	volatile sig_atomic_t exited;
	volatile sig_atomic_t signal; /* the signal that ended it */
	struct mount_options mount;
};

struct fuse {
	struct fuse_session session; /* first: programs hold it as a fuse_session */
	struct fuse_operations operations;
	struct high_options options;
	struct zufs_operations table;
	void *user_data;	/* becomes what init returns */
	bool got_init;
	bool nullpath_ok;
	char *subdir;		/* -o modules=subdir: what stands before each path, without a slash at its end */
	size_t subdir_length;
	int rellinks;
	char *name;
	void *engine;		/* while a loop runs */
	unsigned features;	/* that the kernel offers */
};

int run_loop(struct fuse *fuse, bool one_thread);
void adapter_fill(struct fuse *fuse);
void adapter_offered(void *program, uint32_t features, struct zufs_wishes *wishes);
void adapter_destroy(struct fuse *fuse);
int subdir_take(struct fuse *fuse, struct fuse_args *args);
void subdir_help(void);
const char *subdir_path(const struct fuse *fuse, const char *path, char *room);
void subdir_link(const struct fuse *fuse, const char *path, char *target, size_t size);
void high_options_defaults(struct high_options *options);
int high_options_parse(struct fuse *fuse, struct fuse_args *args);
void session_ask_exit(struct fuse_session *session);
void wakeup_poll(struct fuse *fuse, uint64_t poll_handle);

/* What is exported and used here too. */
int fuse_opt_parse(struct fuse_args *args, void *data, const struct fuse_opt opts[], fuse_opt_proc_t proc);
int fuse_opt_add_opt(char **opts, const char *opt);
int fuse_opt_add_opt_escaped(char **opts, const char *opt);
int fuse_opt_add_arg(struct fuse_args *args, const char *arg);
int fuse_opt_insert_arg(struct fuse_args *args, int pos, const char *arg);
void fuse_opt_free_args(struct fuse_args *args);
size_t fuse_buf_size(const struct fuse_bufvec *bufv);
ssize_t fuse_buf_copy(struct fuse_bufvec *dst, struct fuse_bufvec *src, enum fuse_buf_copy_flags flags);
int fuse_daemonize(int foreground);
int fuse_set_signal_handlers(struct fuse_session *session);
void fuse_remove_signal_handlers(struct fuse_session *session);
void fuse_destroy(struct fuse *fuse);
int fuse_loop(struct fuse *fuse);
int fuse_version(void);
struct fuse_context *fuse_get_context(void);

#endif
