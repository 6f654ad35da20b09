/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zufs.ko: per-CPU synchronous channels for live FUSE connections.
 *
 * What the parts of the module share. The channel core (zufs_call.c, zufs_chan.c) moves *calls*
 * of *clients* to the threads of a *server* and knows nothing of FUSE; the FUSE client
 * (zufs_fuse.c, zufs_copy.c) is its only client so far. kernel/README.md has the design.
 */
#ifndef _ZUFS_H
#define _ZUFS_H

#undef pr_fmt
#define pr_fmt(fmt) "zufs: " fmt

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "uapi/zufs.h"

/* A slot in shared memory: head, request, payload area. */
#define ZUFS_IN_OFF	4096u
#define ZUFS_IN_LEN	8192u
#define ZUFS_ROOM_OFF	(ZUFS_IN_OFF + ZUFS_IN_LEN)

struct zufs_client;
struct zufs_seat;

/**
 * struct zufs_client_ops - what the channel core asks of the owner of a call
 *
 * A call is the list head inside the client's request. All may sleep but must not wait for
 * the server. No lock is held.
 *
 * @fill:  write the request into the seat's memory. An error ends the call with it.
 * @reply: take the reply out of the seat's memory. Returns the call's result; no matter what
 *         when the call ended while the seat was left (zufs_seat_leave()). ERESTARTSYS: the
 *         thread was killed in it, and the call is as if it had not replied.
 * @end:   end the call; it, and its client, may be gone afterwards.
 */
struct zufs_client_ops {
	int (*fill)(struct zufs_client *cl, struct list_head *call, struct zufs_seat *seat);
	int (*reply)(struct zufs_client *cl, struct list_head *call, struct zufs_seat *seat);
	void (*end)(struct zufs_client *cl, struct list_head *call, int error);
};

/**
 * struct zufs_client - who sends calls: one connection
 * @ops:       see above
 * @server:    who serves it; RCU, written under zufs_lock
 * @redeliver: what becomes of calls whose server died: wait for the next, or fail; zufs_orphan_lock
 * @dead:      aborted; set once, then zufs_client_cut() runs
 * @orphans:   calls that wait for another server; zufs_orphan_lock
 * @link:      in the server's clients; zufs_orphan_lock
 */
struct zufs_client {
	const struct zufs_client_ops *ops;
	struct zufs_server __rcu *server;
	bool redeliver;
	bool dead;
	struct list_head orphans;
	struct list_head link;
};

/**
 * struct zufs_server - an open /dev/zufs that said HELLO
 * @ref:      the file's, and one per channel
 * @dead:     the file was closed; zufs_lock
 * @orphans:  some of its clients may have orphans; zufs_orphan_lock, peeked at without
 * @clients:  attached to it; zufs_orphan_lock
 * @rcu:      to free it: senders read it without a reference
 * @chan:     by CPU; RCU, written under zufs_lock
 */
struct zufs_server {
	refcount_t ref;
	bool dead;
	bool orphans;
	struct list_head clients;
	struct rcu_head rcu;
	struct zufs_chan __rcu *chan[];
};

enum zufs_seat_state {
	ZUFS_SEAT_EMPTY,	/* no request */
	ZUFS_SEAT_IDLE,		/* its thread sleeps in RECV; the seat is on the channel's idle list */
	ZUFS_SEAT_BUSY,		/* a thread of the server copies the request or reply: nobody else ends the call */
	ZUFS_SEAT_HELD,		/* the request is in the server's hands: abort and death may take it away */
	ZUFS_SEAT_LEFT,		/* as HELD, while the thread that takes the reply faults in lent memory */
};

/**
 * struct zufs_seat - the kernel's side of a slot
 *
 * All but the constant fields are guarded by the channel's lock.
 *
 * @ch:       constant
 * @mem:      constant: the slot's shared memory; the server may change it at any time
 * @state:    see above
 * @owner:    the thread that received last, with a reference
 * @deferred: any thread may reply
 * @kicked:   the next RECV returns ECANCELED
 * @cut:      the client was aborted while the seat was busy
 * @again:    the call is a redelivered one
 * @client:   of @call
 * @call:     the request in the seat; NULL when it ended while it was held
 * @seq:      counts requests
 * @idle:     in the channel's idle list
 */
struct zufs_seat {
	struct zufs_chan *ch;
	struct zufs_slot *mem;
	enum zufs_seat_state state;
	struct task_struct *owner;
	bool deferred;
	bool kicked;
	bool cut;
	bool again;
	struct zufs_client *client;
	struct list_head *call;
	u64 seq;
	struct list_head idle;
};

/**
 * struct zufs_chan - the channel of a CPU
 * @lock:    guards all below up to @seats. Taken by the senders and threads of its CPU, so
 *           nobody contends but tasks that were moved, and rare work (abort, death)
 * @dead:    closed
 * @active:  seats with an owner: threads that may come back for a request
 * @queue:   senders (struct zufs_wait) whose call nobody has taken yet
 * @idle:    seats whose thread sleeps; the last to come is first (warm cache)
 * @id:      constant, never reused
 * @server:  constant, with a reference
 * @shm:     constant: all slots
 * @link:    in zufs_chans; zufs_lock
 */
struct zufs_chan {
	spinlock_t lock;
	bool dead;
	unsigned int active;
	struct list_head queue;
	struct list_head idle;

	u32 id;
	u32 cpu;
	u32 payload;
	u32 nseats;
	size_t stride;
	struct zufs_server *server;
	void *shm;
	struct list_head link;
	struct rcu_head rcu;
	struct zufs_seat seats[];
};

/* What is counted. The first are also what became of a call. */
enum zufs_stat {
	ZUFS_KIND,		/* went to /dev/fuse by its kind or by exclusion */
	ZUFS_SENT,		/* a thread has taken it */
	ZUFS_NO_SERVER,		/* went to /dev/fuse: nobody is attached */
	ZUFS_NO_THREAD,		/* the CPU has no channel, or that has no thread */
	ZUFS_NO_ROOM,		/* it doesn't fit the channel's slots */
	ZUFS_ALL_BUSY,		/* no thread came in time */
	ZUFS_UNSENT,		/* killed, aborted, or the channel died */
	ZUFS_REDELIVERED,	/* given to a second server or thread */
	ZUFS_CUT,		/* ended by abort or death of the server */
	ZUFS_BAD,		/* replies that broke the rules */
	ZUFS_IN_BYTES,		/* bytes of requests copied into slots */
	ZUFS_FILL,		/* replies taken from slots, */
	ZUFS_FILL_BYTES,
	ZUFS_LEND,		/* and from lent memory */
	ZUFS_LEND_BYTES,
	ZUFS_LEND_FAULTS,	/* times that lent memory had to be faulted in */
	ZUFS_NR_STATS,
};

extern struct mutex zufs_lock;
extern spinlock_t zufs_orphan_lock;

/* zufs_call.c: the way of a call */
enum zufs_stat zufs_send(struct zufs_client *cl, struct list_head *call, u32 need);
long zufs_exchange(struct zufs_chan *ch, unsigned long arg);
bool zufs_seat_leave(struct zufs_seat *seat);
bool zufs_seat_return(struct zufs_seat *seat);
void zufs_orphan(struct zufs_client *cl, struct list_head *call);
void zufs_bounce(struct zufs_chan *ch, struct zufs_client *cl);
void zufs_wake_all(struct zufs_chan *ch);
void zufs_server_wake(struct zufs_server *srv);

/* zufs_chan.c: servers, channels, clients */
struct zufs_server *zufs_server_alloc(void);
void zufs_server_close(struct zufs_server *srv);
int zufs_chan_create(struct zufs_server *srv, struct zufs_create *arg);
void zufs_client_init(struct zufs_client *cl, const struct zufs_client_ops *ops);
unsigned int zufs_client_move(struct zufs_client *cl, struct zufs_server *srv, bool keep);
void zufs_client_cut(struct zufs_client *cl);
void zufs_chan_exit(void);

/* zufs_fuse.c: connections */
int zufs_fuse_attach(struct file *dev, struct zufs_server *srv, struct zufs_attach *arg);
int zufs_fuse_detach(struct zufs_server *srv, const struct zufs_detach *arg);

/* zufs_copy.c: between a request of FUSE and a slot */
struct fuse_req;
struct zufs_conn;
u32 zufs_copy_need(const struct fuse_req *req);
int zufs_copy_in(struct zufs_conn *conn, struct fuse_req *req, struct zufs_seat *seat);
int zufs_copy_out(struct zufs_conn *conn, struct fuse_req *req, struct zufs_seat *seat);

/* zufs_stat.c: counters in debugfs */
struct zufs_stats {
	u64 n[ZUFS_NR_STATS];
};

#define zufs_count(conn, what, by)	this_cpu_add((conn)->stats->n[what], by)

struct dentry *zufs_stat_add(u64 id, struct zufs_stats __percpu *stats);
void zufs_stat_init(void);
void zufs_stat_exit(void);

/* Module parameters. */
extern unsigned int zufs_busy_us;
extern unsigned int zufs_lend_min;

#endif /* _ZUFS_H */
