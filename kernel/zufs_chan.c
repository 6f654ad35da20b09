// SPDX-License-Identifier: GPL-2.0-only
/*
 * The channel core: a rendezvous of senders and a server's threads on one CPU.
 *
 * A sender puts its call on the queue of its CPU's channel (the entry is on its stack),
 * wakes a thread that sleeps in a seat, and waits until some thread has taken the call, the
 * bound has passed, or it is killed. So a call that nobody has taken never leaves its sender's hands,
 * and all ways of falling back are one: take the entry off the queue.
 *
 * A thread that takes a call copies the request into its slot and returns to user mode; its next
 * ioctl takes the reply and waits again. The thread is bound to the sender's CPU, so the wake-up
 * preempts the sender, and the sender goes on when the thread sleeps again.
 *
 * Lifetimes: senders use servers and channels under RCU alone, plus the channel's lock. A closed
 * channel first empties its queue under its lock, and is freed after a grace period: a
 * sender that finds its entry still queued inside an RCU section knows that the channel is there.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "zufs.h"

/* Guards servers' channel tables, clients' servers and zufs_chans. Outermost. */
DEFINE_MUTEX(zufs_lock);
static LIST_HEAD(zufs_chans);

/* Guards the lists of clients and orphans. Innermost, and never on an ordinary call's path. */
static DEFINE_SPINLOCK(zufs_orphan_lock);

/* A sender that waits for a thread. Guarded by the channel's lock until done. */
struct zufs_wait {
	struct list_head link;
	struct zufs_client *client;
	struct list_head *call;
	struct task_struct *task;	/* whom to wake; NULL while it has not gone to sleep */
	int done;			/* ZUFS_TAKEN, ZUFS_BOUNCED: last access of the other side */
};

enum { ZUFS_TAKEN = 1, ZUFS_BOUNCED };

static void zufs_sweep(struct work_struct *work);
static DECLARE_DELAYED_WORK(zufs_sweeper, zufs_sweep);

/* ------------------------------------------------------------------ senders */

/* Tells a sender; its entry (on its stack) is gone with that. Its task is not before we leave the RCU section. */
static void zufs_wait_done(struct zufs_chan *ch, struct zufs_wait *w, int how)
{
	struct task_struct *task = w->task;

	lockdep_assert_held(&ch->lock);
	list_del(&w->link);
	rcu_read_lock();
	/* Pairs with the acquire in zufs_send(): what was read from the entry is read before it goes. */
	smp_store_release(&w->done, how);
	if (task)
		wake_up_process(task);
	rcu_read_unlock();
}

/* Wakes one sleeping thread, which looks at the queue and the orphans. */
static void zufs_wake_one(struct zufs_chan *ch)
{
	struct zufs_seat *seat = list_first_entry_or_null(&ch->idle, struct zufs_seat, idle);

	lockdep_assert_held(&ch->lock);
	if (!seat)
		return;
	list_del(&seat->idle);
	seat->state = ZUFS_SEAT_EMPTY;
	wake_up_process(seat->owner);
}

/* Waits until taken, for at most the bound. Returns with the entry off the queue. */
static enum zufs_sent zufs_wait_taken(struct zufs_chan *ch, struct zufs_wait *w)
{
	ktime_t until = ktime_add_us(ktime_get(), READ_ONCE(zufs_busy_us));
	enum zufs_sent res = ZUFS_SENT;
	bool over = false;

	for (;;) {
		rcu_read_lock();
		/* Not done inside the section: the channel is there until its end. */
		if (smp_load_acquire(&w->done)) {
			rcu_read_unlock();
			break;
		}
		spin_lock(&ch->lock);
		if (!w->done && (over || fatal_signal_pending(current))) {
			list_del(&w->link);
			w->done = ZUFS_BOUNCED;
			res = over ? ZUFS_ALL_BUSY : ZUFS_UNSENT;
		} else if (!w->done) {
			w->task = current;
			set_current_state(TASK_KILLABLE);
		}
		spin_unlock(&ch->lock);
		rcu_read_unlock();
		if (!READ_ONCE(w->done))
			over = !schedule_hrtimeout_range(&until, 50 * NSEC_PER_USEC, HRTIMER_MODE_ABS);
		__set_current_state(TASK_RUNNING);
	}
	return res == ZUFS_SENT && w->done == ZUFS_BOUNCED ? ZUFS_UNSENT : res;
}

/**
 * zufs_send() - send a call over the channel of this CPU
 * @cl:   whose call it is
 * @call: the call
 * @need: bytes of payload area that it takes
 *
 * The sender's context; sleeps, for the bound at most.
 *
 * Return: ZUFS_SENT, and the call is the core's until ops->end(); else it is the caller's.
 */
enum zufs_sent zufs_send(struct zufs_client *cl, struct list_head *call, u32 need)
{
	struct zufs_wait w = { .client = cl, .call = call };
	struct zufs_server *srv;
	struct zufs_chan *ch;
	int done;

	rcu_read_lock();
	srv = rcu_dereference(cl->server);
	if (!srv) {
		rcu_read_unlock();
		return ZUFS_NO_SERVER;
	}
	ch = rcu_dereference(srv->chan[raw_smp_processor_id()]);
	if (!ch) {
		rcu_read_unlock();
		return ZUFS_NO_THREAD;
	}
	if (need > ch->payload) {
		rcu_read_unlock();
		return ZUFS_NO_ROOM;
	}
	spin_lock(&ch->lock);
	/* Dead is set before zufs_client_cut() takes this lock: either we see it, or it sees our entry. */
	if (ch->dead || !ch->active || READ_ONCE(cl->dead)) {
		spin_unlock(&ch->lock);
		rcu_read_unlock();
		return ZUFS_NO_THREAD;
	}
	list_add_tail(&w.link, &ch->queue);
	zufs_wake_one(ch);
	spin_unlock(&ch->lock);
	rcu_read_unlock();

	/* The thread we woke runs here and now, on this CPU; mostly the whole operation is over when we go on. */
	cond_resched();
	/* Pairs with the release in zufs_wait_done(). */
	done = smp_load_acquire(&w.done);
	if (likely(done == ZUFS_TAKEN))
		return ZUFS_SENT;
	return done ? ZUFS_UNSENT : zufs_wait_taken(ch, &w);
}

/* ------------------------------------------------------------------ orphans */

/* A call whose server (or thread) died holding it. */
static void zufs_orphan(struct zufs_client *cl, struct list_head *call)
{
	struct zufs_server *srv;
	struct zufs_chan *ch;
	unsigned int cpu;

	spin_lock(&zufs_orphan_lock);
	if (!cl->redeliver || cl->dead) {
		spin_unlock(&zufs_orphan_lock);
		cl->ops->end(cl, call, -ECONNABORTED);
		return;
	}
	list_add_tail(call, &cl->orphans);
	srv = cl->home;
	if (!srv) {
		spin_unlock(&zufs_orphan_lock);
		return;
	}
	WRITE_ONCE(srv->norphans, srv->norphans + 1);
	rcu_read_lock();
	spin_unlock(&zufs_orphan_lock);
	/* Its other threads may take it. */
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		ch = rcu_dereference(srv->chan[cpu]);
		if (!ch)
			continue;
		spin_lock(&ch->lock);
		zufs_wake_one(ch);
		spin_unlock(&ch->lock);
	}
	rcu_read_unlock();
}

static struct list_head *zufs_adopt(struct zufs_server *srv, struct zufs_client **client)
{
	struct list_head *call = NULL;
	struct zufs_client *cl;

	spin_lock(&zufs_orphan_lock);
	list_for_each_entry(cl, &srv->clients, link) {
		if (list_empty(&cl->orphans))
			continue;
		call = cl->orphans.next;
		list_del_init(call);
		WRITE_ONCE(srv->norphans, srv->norphans - 1);
		*client = cl;
		break;
	}
	spin_unlock(&zufs_orphan_lock);
	return call;
}

/* ------------------------------------------------- the server's threads */

/**
 * zufs_seat_leave() - let go of the call before something that may block at the server's will
 * @seat: busy, in ops->reply()
 *
 * Return: false when the client was aborted meanwhile: end the call.
 */
bool zufs_seat_leave(struct zufs_seat *seat)
{
	bool ok;

	spin_lock(&seat->ch->lock);
	ok = !seat->cut;
	if (ok)
		seat->state = ZUFS_SEAT_LEFT;
	spin_unlock(&seat->ch->lock);
	return ok;
}

/**
 * zufs_seat_return() - take the call up again
 * @seat: was left with zufs_seat_leave()
 *
 * Return: false when it ended meanwhile: its memory must not be touched.
 */
bool zufs_seat_return(struct zufs_seat *seat)
{
	bool ok;

	spin_lock(&seat->ch->lock);
	seat->state = ZUFS_SEAT_BUSY;
	ok = seat->call;
	spin_unlock(&seat->ch->lock);
	return ok;
}

/* Ends the time of a call in a busy seat. Returns it when it is still the seat's. */
static struct list_head *zufs_seat_empty(struct zufs_seat *seat, bool *cut)
{
	struct list_head *call = seat->call;

	lockdep_assert_held(&seat->ch->lock);
	*cut = seat->cut;
	seat->call = NULL;
	seat->cut = false;
	seat->deferred = false;
	seat->state = ZUFS_SEAT_EMPTY;
	return call;
}

/* Takes the reply of a held seat, which is now busy and ours. */
static void zufs_take_reply(struct zufs_seat *seat)
{
	struct zufs_chan *ch = seat->ch;
	struct zufs_client *cl = seat->client;
	struct list_head *call;
	int res = 0;
	bool cut;

	/* NULL: it ended while it was held. Nobody else changes this while the seat is busy. */
	if (seat->call)
		res = cl->ops->reply(cl, seat->call, seat);

	spin_lock(&ch->lock);
	call = zufs_seat_empty(seat, &cut);
	spin_unlock(&ch->lock);
	if (call && res != ZUFS_LOST)
		cl->ops->end(cl, call, cut ? -ECONNABORTED : res);
	WRITE_ONCE(seat->mem->taken, seat->seq);
}

/* The next call for a thread: from the queue, or one that another left. The seat is busy with it then. */
static bool zufs_take_call(struct zufs_seat *seat)
{
	struct zufs_chan *ch = seat->ch;
	struct zufs_wait *w;

	lockdep_assert_held(&ch->lock);
	if (unlikely(READ_ONCE(ch->server->norphans))) {
		seat->call = zufs_adopt(ch->server, &seat->client);
		seat->again = seat->call;
	}
	if (!seat->call) {
		w = list_first_entry_or_null(&ch->queue, struct zufs_wait, link);
		if (!w)
			return false;
		seat->call = w->call;
		seat->client = w->client;
		seat->again = false;
		zufs_wait_done(ch, w, ZUFS_TAKEN);
	}
	seat->state = ZUFS_SEAT_BUSY;
	seat->cut = READ_ONCE(seat->client->dead);
	return true;
}

/* Writes the request into the slot. Returns false when there is none any more. */
static bool zufs_give_call(struct zufs_seat *seat)
{
	struct zufs_chan *ch = seat->ch;
	struct zufs_client *cl = seat->client;
	struct list_head *call;
	bool cut, dead;
	int err;

	seat->seq++;
	err = cl->ops->fill(cl, seat->call, seat);

	spin_lock(&ch->lock);
	dead = ch->dead;
	if (likely(!err && !seat->cut && !dead)) {
		seat->state = ZUFS_SEAT_HELD;
		spin_unlock(&ch->lock);
		return true;
	}
	call = zufs_seat_empty(seat, &cut);
	spin_unlock(&ch->lock);
	if (err || cut)
		cl->ops->end(cl, call, cut ? -ECONNABORTED : err);
	else
		zufs_orphan(cl, call);
	return false;
}

/* Makes the seat the current thread's. */
static void zufs_own(struct zufs_seat *seat)
{
	lockdep_assert_held(&seat->ch->lock);
	if (likely(seat->owner == current))
		return;
	if (seat->owner)
		put_task_struct(seat->owner);
	else
		seat->ch->active++;
	seat->owner = get_task_struct(current);
}

static long zufs_receive(struct zufs_seat *seat)
{
	struct zufs_chan *ch = seat->ch;
	long err;

	for (;;) {
		spin_lock(&ch->lock);
		if (seat->state != ZUFS_SEAT_EMPTY) {
			spin_unlock(&ch->lock);
			return -EBUSY;
		}
		zufs_own(seat);
		err = 0;
		if (ch->dead)
			err = -ENODEV;
		else if (fatal_signal_pending(current))
			err = -EINTR;
		else if (zufs_take_call(seat)) {
			spin_unlock(&ch->lock);
			if (zufs_give_call(seat))
				return 0;
			continue;
		} else if (seat->kicked)
			err = -ECANCELED;
		else if (signal_pending(current))
			err = -EINTR;
		if (err) {
			/* We may have been woken for a request that we don't take: pass it on. */
			if (!list_empty(&ch->queue))
				zufs_wake_one(ch);
			if (err == -ECANCELED)
				seat->kicked = false;
			spin_unlock(&ch->lock);
			return err;
		}
		seat->state = ZUFS_SEAT_IDLE;
		list_add(&seat->idle, &ch->idle);
		set_current_state(TASK_INTERRUPTIBLE);
		spin_unlock(&ch->lock);
		schedule();
		__set_current_state(TASK_RUNNING);

		/* A signal leaves the seat on the idle list; whoever wakes us takes it off. */
		if (READ_ONCE(seat->state) == ZUFS_SEAT_IDLE) {
			spin_lock(&ch->lock);
			if (seat->state == ZUFS_SEAT_IDLE && seat->owner == current) {
				list_del(&seat->idle);
				seat->state = ZUFS_SEAT_EMPTY;
			}
			spin_unlock(&ch->lock);
		}
	}
}

/* DEFER and KICK: changes of a seat's state alone. */
static long zufs_seat_note(struct zufs_seat *seat, unsigned long flags)
{
	struct zufs_chan *ch = seat->ch;
	long err = 0;

	spin_lock(&ch->lock);
	if (flags == ZUFS_X_KICK) {
		seat->kicked = true;
		if (seat->state == ZUFS_SEAT_IDLE) {
			list_del(&seat->idle);
			seat->state = ZUFS_SEAT_EMPTY;
			wake_up_process(seat->owner);
		}
	} else if (seat->state != ZUFS_SEAT_HELD) {
		err = seat->state == ZUFS_SEAT_EMPTY ? -EINVAL : -EBUSY;
	} else if (seat->owner != current || seat->deferred) {
		err = -EPERM;
	} else {
		seat->deferred = true;
	}
	spin_unlock(&ch->lock);
	return err;
}

/* ZUFS_IOC_EXCHANGE: see uapi/zufs.h. */
static long zufs_exchange(struct zufs_chan *ch, unsigned long arg)
{
	unsigned long n = arg & (ZUFS_X_REPLY - 1), flags = arg - n;
	struct zufs_seat *seat;

	if (n >= ch->nseats)
		return -EINVAL;
	seat = &ch->seats[array_index_nospec(n, ch->nseats)];
	if (flags == ZUFS_X_DEFER || flags == ZUFS_X_KICK)
		return zufs_seat_note(seat, flags);
	if (!flags || flags & ~(ZUFS_X_REPLY | ZUFS_X_RECV))
		return -EINVAL;

	if (flags & ZUFS_X_REPLY) {
		long err = 0;

		spin_lock(&ch->lock);
		if (seat->state == ZUFS_SEAT_EMPTY)
			err = -EINVAL;
		else if (seat->state != ZUFS_SEAT_HELD)
			err = -EBUSY;
		else if (seat->owner != current && !seat->deferred)
			err = -EPERM;
		else
			seat->state = ZUFS_SEAT_BUSY;
		spin_unlock(&ch->lock);
		if (err)
			return err;
		zufs_take_reply(seat);
	}
	return flags & ZUFS_X_RECV ? zufs_receive(seat) : 0;
}

/* ------------------------------------------------------- death and abort */

/* Takes the call away from a seat that its server holds; of one client, or of all. */
static struct list_head *zufs_seat_pull(struct zufs_seat *seat, struct zufs_client *cl)
{
	struct list_head *call = seat->call;

	lockdep_assert_held(&seat->ch->lock);
	if (!call || (cl && seat->client != cl))
		return NULL;
	if (seat->state == ZUFS_SEAT_BUSY && cl)
		seat->cut = true;
	if (seat->state != ZUFS_SEAT_HELD && seat->state != ZUFS_SEAT_LEFT)
		return NULL;
	/* The server may go on as if it had it; its reply will be dropped. */
	seat->call = NULL;
	return call;
}

/* Sends the queue's entries, of one client or all, back to their senders. */
static void zufs_bounce(struct zufs_chan *ch, struct zufs_client *cl)
{
	struct zufs_wait *w, *next;

	lockdep_assert_held(&ch->lock);
	list_for_each_entry_safe(w, next, &ch->queue, link)
		if (!cl || w->client == cl)
			zufs_wait_done(ch, w, ZUFS_BOUNCED);
}

/* Closes a channel, with threads in it or not. */
static void zufs_chan_kill(struct zufs_chan *ch)
{
	struct zufs_client *cl;
	struct list_head *call;
	unsigned int i;

	spin_lock(&ch->lock);
	ch->dead = true;
	zufs_bounce(ch, NULL);
	while (!list_empty(&ch->idle))
		zufs_wake_one(ch);
	spin_unlock(&ch->lock);
	for (i = 0; i < ch->nseats; i++) {
		spin_lock(&ch->lock);
		call = zufs_seat_pull(&ch->seats[i], NULL);
		cl = ch->seats[i].client;
		spin_unlock(&ch->lock);
		if (call)
			zufs_orphan(cl, call);
	}
}

/* A thread that exits without a reply loses its request like a server that dies. */
static void zufs_sweep(struct work_struct *work)
{
	struct zufs_client *cl;
	struct list_head *call;
	struct zufs_chan *ch;
	unsigned int i;

	mutex_lock(&zufs_lock);
	list_for_each_entry(ch, &zufs_chans, link) {
		for (i = 0; i < ch->nseats; i++) {
			struct zufs_seat *seat = &ch->seats[i];

			spin_lock(&ch->lock);
			call = NULL;
			if (seat->owner && READ_ONCE(seat->owner->flags) & PF_EXITING && !seat->deferred &&
			    (seat->state == ZUFS_SEAT_HELD || seat->state == ZUFS_SEAT_EMPTY)) {
				call = zufs_seat_pull(seat, NULL);
				cl = seat->client;
				seat->state = ZUFS_SEAT_EMPTY;
				put_task_struct(seat->owner);
				seat->owner = NULL;
				ch->active--;
			}
			spin_unlock(&ch->lock);
			if (call)
				zufs_orphan(cl, call);
		}
	}
	if (!list_empty(&zufs_chans))
		schedule_delayed_work(&zufs_sweeper, HZ);
	mutex_unlock(&zufs_lock);
}

/* ------------------------------------------------------------------ clients */

/**
 * zufs_client_init() - make a client that nobody serves
 * @cl:  the client
 * @ops: its operations
 */
void zufs_client_init(struct zufs_client *cl, const struct zufs_client_ops *ops)
{
	cl->ops = ops;
	INIT_LIST_HEAD(&cl->orphans);
	INIT_LIST_HEAD(&cl->link);
}

static void zufs_end_all(struct zufs_client *cl, struct list_head *calls)
{
	struct list_head *call, *next;

	list_for_each_safe(call, next, calls) {
		list_del_init(call);
		cl->ops->end(cl, call, -ECONNABORTED);
	}
}

/* Moves a client to a server, or to none, with its orphans: what is left of them, or all of them into *lost. */
static unsigned int zufs_client_move(struct zufs_client *cl, struct zufs_server *srv, struct list_head *lost)
{
	unsigned int n;

	spin_lock(&zufs_orphan_lock);
	n = list_count_nodes(&cl->orphans);
	if (cl->home)
		WRITE_ONCE(cl->home->norphans, cl->home->norphans - n);
	list_del_init(&cl->link);
	if (lost) {
		list_splice_init(&cl->orphans, lost);
		n = 0;
	}
	cl->home = srv;
	if (srv) {
		list_add_tail(&cl->link, &srv->clients);
		WRITE_ONCE(srv->norphans, srv->norphans + n);
	}
	spin_unlock(&zufs_orphan_lock);
	return n;
}

/**
 * zufs_client_serve() - give a client to a server
 * @cl:        the client; served by another, or by nobody
 * @srv:       the server, alive; zufs_lock is held
 * @redeliver: whether calls whose server died wait for the next; if not, those that wait fail
 *
 * Calls that the server before holds stay with it.
 *
 * Return: how many calls wait for redelivery
 */
unsigned int zufs_client_serve(struct zufs_client *cl, struct zufs_server *srv, bool redeliver)
{
	struct zufs_chan *ch;
	unsigned int cpu, n;
	LIST_HEAD(lost);

	lockdep_assert_held(&zufs_lock);
	spin_lock(&zufs_orphan_lock);
	cl->redeliver = redeliver;
	spin_unlock(&zufs_orphan_lock);
	n = zufs_client_move(cl, srv, redeliver ? NULL : &lost);
	rcu_assign_pointer(cl->server, srv);
	zufs_end_all(cl, &lost);
	for (cpu = 0; n && cpu < nr_cpu_ids; cpu++) {
		ch = rcu_dereference_protected(srv->chan[cpu], lockdep_is_held(&zufs_lock));
		if (!ch)
			continue;
		spin_lock(&ch->lock);
		while (!list_empty(&ch->idle))
			zufs_wake_one(ch);
		spin_unlock(&ch->lock);
	}
	return n;
}

/**
 * zufs_client_leave() - take a client from its server
 * @cl: the client; zufs_lock is held
 *
 * New calls are not sent. Held ones stay; those that wait for redelivery fail.
 */
void zufs_client_leave(struct zufs_client *cl)
{
	LIST_HEAD(lost);

	lockdep_assert_held(&zufs_lock);
	RCU_INIT_POINTER(cl->server, NULL);
	zufs_client_move(cl, NULL, &lost);
	zufs_end_all(cl, &lost);
}

/**
 * zufs_client_cut() - end all calls of a client that was aborted
 * @cl: dead is set, so no call is sent any more
 *
 * A call that a thread is copying right now ends when that step is over.
 */
void zufs_client_cut(struct zufs_client *cl)
{
	struct list_head *call;
	struct zufs_chan *ch;
	unsigned int i;
	LIST_HEAD(lost);

	mutex_lock(&zufs_lock);
	RCU_INIT_POINTER(cl->server, NULL);
	zufs_client_move(cl, NULL, &lost);
	list_for_each_entry(ch, &zufs_chans, link) {
		spin_lock(&ch->lock);
		zufs_bounce(ch, cl);
		for (i = 0; i < ch->nseats; i++) {
			call = zufs_seat_pull(&ch->seats[i], cl);
			if (call)
				list_add_tail(call, &lost);
		}
		spin_unlock(&ch->lock);
	}
	mutex_unlock(&zufs_lock);
	zufs_end_all(cl, &lost);
}

/* ----------------------------------------------------- channels and servers */

static void zufs_chan_free(struct rcu_head *rcu)
{
	struct zufs_chan *ch = container_of(rcu, struct zufs_chan, rcu);
	unsigned int i;

	for (i = 0; i < ch->nseats; i++)
		if (ch->seats[i].owner)
			put_task_struct(ch->seats[i].owner);
	vfree(ch->shm);
	kvfree(ch);
}

static void zufs_server_put(struct zufs_server *srv)
{
	if (refcount_dec_and_test(&srv->ref))
		kfree_rcu(srv, rcu);
}

static int zufs_chan_release(struct inode *inode, struct file *file)
{
	struct zufs_chan *ch = file->private_data;
	struct zufs_server *srv = ch->server;

	mutex_lock(&zufs_lock);
	RCU_INIT_POINTER(srv->chan[ch->cpu], NULL);
	zufs_chan_kill(ch);
	list_del(&ch->link);
	mutex_unlock(&zufs_lock);
	/* Its last thread has left the ioctl: that had a reference to the file. */
	call_rcu(&ch->rcu, zufs_chan_free);
	zufs_server_put(srv);
	return 0;
}

static long zufs_chan_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return cmd == ZUFS_IOC_EXCHANGE ? zufs_exchange(file->private_data, arg) : -ENOTTY;
}

static int zufs_chan_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct zufs_chan *ch = file->private_data;
	unsigned long len = vma->vm_end - vma->vm_start, at;
	int err = 0;

	if (!(vma->vm_flags & VM_SHARED) || vma->vm_pgoff || len > ch->stride * ch->nseats)
		return -EINVAL;
	vm_flags_mod(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP, VM_MAYEXEC);
	for (at = 0; at < len && !err; at += PAGE_SIZE)
		err = vm_insert_page(vma, vma->vm_start + at, vmalloc_to_page(ch->shm + at));
	return err;
}

static const struct file_operations zufs_chan_fops = {
	.owner		= THIS_MODULE,
	.release	= zufs_chan_release,
	.unlocked_ioctl	= zufs_chan_ioctl,
	.mmap		= zufs_chan_mmap,
};

static struct zufs_chan *zufs_chan_alloc(struct zufs_server *srv, const struct zufs_create *arg)
{
	static atomic_t ids;
	struct zufs_chan *ch;
	unsigned int i;

	ch = kvzalloc(struct_size(ch, seats, arg->slots), GFP_KERNEL_ACCOUNT);
	if (!ch)
		return NULL;
	ch->stride = ZUFS_ROOM_OFF + arg->payload;
	/* Zeroed: its bytes are the server's to see. */
	ch->shm = __vmalloc(ch->stride * arg->slots, GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!ch->shm) {
		kvfree(ch);
		return NULL;
	}
	spin_lock_init(&ch->lock);
	INIT_LIST_HEAD(&ch->queue);
	INIT_LIST_HEAD(&ch->idle);
	ch->id = atomic_inc_return(&ids);
	ch->cpu = arg->cpu;
	ch->payload = arg->payload;
	ch->nseats = arg->slots;
	ch->server = srv;
	for (i = 0; i < ch->nseats; i++) {
		ch->seats[i].ch = ch;
		ch->seats[i].mem = ch->shm + i * ch->stride;
	}
	return ch;
}

/**
 * zufs_chan_create() - ZUFS_IOC_CREATE
 * @srv: the server
 * @arg: the caller's wishes; the answer, with the new fd, which is not installed on an error
 *
 * Return: the file to install at arg->fd is made; 0, or a negative errno
 */
int zufs_chan_create(struct zufs_server *srv, struct zufs_create *arg)
{
	struct zufs_chan *ch;
	struct file *file;
	int fd, err = 0;

	if (arg->flags || arg->cpu >= nr_cpu_ids || !cpu_possible(arg->cpu) || !arg->slots ||
	    arg->slots > ZUFS_SLOTS_MAX || arg->payload < ZUFS_PAYLOAD_MIN ||
	    arg->payload > ZUFS_PAYLOAD_MAX || !PAGE_ALIGNED(arg->payload) || memchr_inv(arg->reserved, 0, sizeof(arg->reserved)))
		return -EINVAL;
	arg->cpu = array_index_nospec(arg->cpu, nr_cpu_ids);
	ch = zufs_chan_alloc(srv, arg);
	if (!ch)
		return -ENOMEM;
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0) {
		err = fd;
		goto err_free;
	}
	mutex_lock(&zufs_lock);
	if (srv->dead || rcu_access_pointer(srv->chan[ch->cpu])) {
		err = srv->dead ? -ENODEV : -EEXIST;
		goto err_unlock;
	}
	file = anon_inode_getfile("[zufs-channel]", &zufs_chan_fops, ch, O_RDWR);
	if (IS_ERR(file)) {
		err = PTR_ERR(file);
		goto err_unlock;
	}
	refcount_inc(&srv->ref);
	if (list_empty(&zufs_chans))
		schedule_delayed_work(&zufs_sweeper, HZ);
	list_add_tail(&ch->link, &zufs_chans);
	rcu_assign_pointer(srv->chan[ch->cpu], ch);
	mutex_unlock(&zufs_lock);
	arg->slot_stride = ch->stride;
	arg->map_len = ch->stride * ch->nseats;
	arg->fd = fd;
	fd_install(fd, file);
	return 0;

err_unlock:
	mutex_unlock(&zufs_lock);
	put_unused_fd(fd);
err_free:
	vfree(ch->shm);
	kvfree(ch);
	return err;
}

/**
 * zufs_server_alloc() - ZUFS_IOC_HELLO
 *
 * Return: a server without channels, or NULL
 */
struct zufs_server *zufs_server_alloc(void)
{
	struct zufs_server *srv = kzalloc(struct_size(srv, chan, nr_cpu_ids), GFP_KERNEL_ACCOUNT);

	if (srv) {
		refcount_set(&srv->ref, 1);
		INIT_LIST_HEAD(&srv->clients);
	}
	return srv;
}

/**
 * zufs_server_close() - the server's file is closed: it died, or gives up
 * @srv: the server
 *
 * Its channels die with it, also those that somebody still has open.
 */
void zufs_server_close(struct zufs_server *srv)
{
	struct zufs_client *cl;
	struct zufs_chan *ch;
	unsigned int cpu;

	mutex_lock(&zufs_lock);
	srv->dead = true;
	/* Its clients change under zufs_lock only. Orphans wait for the next server. */
	while ((cl = list_first_entry_or_null(&srv->clients, struct zufs_client, link))) {
		RCU_INIT_POINTER(cl->server, NULL);
		zufs_client_move(cl, NULL, NULL);
	}
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		ch = rcu_dereference_protected(srv->chan[cpu], lockdep_is_held(&zufs_lock));
		if (ch)
			zufs_chan_kill(ch);
	}
	mutex_unlock(&zufs_lock);
	zufs_server_put(srv);
}

/* Module exit: no file is open and no client exists. */
void zufs_chan_exit(void)
{
	cancel_delayed_work_sync(&zufs_sweeper);
	rcu_barrier();
}
