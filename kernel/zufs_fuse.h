/* SPDX-License-Identifier: GPL-2.0-only */
/* The FUSE client's own: what zufs_fuse.c and zufs_copy.c share. */
#ifndef _ZUFS_FUSE_H
#define _ZUFS_FUSE_H

#include "fuse_i.h"
#include <linux/workqueue.h>

#include "zufs.h"

/**
 * struct zufs_conn - a FUSE connection that was attached once; lives as long as the connection
 * @client:  the channel core's view of it
 * @fiq:     the connection's queue: constant
 * @prev:    the operations that were there before: constant
 * @id:      constant
 * @cookie:  the server's; zufs_lock, read without
 * @exclude: opcodes that stay on /dev/fuse; zufs_lock, read without
 * @stats:   counters
 * @debug:   their file
 * @abort:   the abort notifier, on @fiq's wait queue, and its work
 * @link:    in zufs_conns; zufs_lock
 */
struct zufs_conn {
	struct zufs_client client;
	struct fuse_iqueue *fiq;
	const struct fuse_iqueue_ops *prev;
	u64 id;
	u64 cookie;
	u64 exclude[2];
	struct zufs_stats __percpu *stats;
	struct dentry *debug;
	wait_queue_entry_t abort;
	struct work_struct abort_work;
	struct list_head link;
};

#endif /* _ZUFS_FUSE_H */
