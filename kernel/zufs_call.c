// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a call: a rendezvous of senders and a server's threads on one CPU.
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
 * Senders use servers and channels under RCU alone, plus the channel's lock: zufs_chan.c has the lifetimes.
 */
#include <linux/hrtimer.h>
#include <linux/nospec.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "zufs.h"

/* Guards the lists of clients and orphans. Innermost, and never on an ordinary call's path. */
DEFINE_SPINLOCK(zufs_orphan_lock);

/* A sender that waits for a thread. Guarded by the channel's lock until done. */
struct zufs_wait {
	struct list_head link;
	struct zufs_chan *ch;
	struct zufs_client *client;
	struct list_head *call;
	struct task_struct *task;	/* whom to wake; NULL while it has not gone to sleep */
	enum zufs_stat done;		/* ZUFS_KIND: not yet. The last access of the other side */
};

/* ------------------------------------------------------------------ senders */

/* Tells a sender; its entry (on its stack) is gone with that. Its task is not before we leave the RCU section. */
static void zufs_wait_done(struct zufs_wait *w, enum zufs_stat how)
{
	struct task_struct *task = w->task;

	lockdep_assert_held(&w->ch->lock);
	list_del(&w->link);
	guard(rcu)();
	/* Pairs with the acquire in zufs_send(): what was read from the entry is read before it goes. */
	smp_store_release(&w->done, how);
	if (task)
		wake_up_process(task);
}

/**
 * zufs_bounce() - send the queue's entries back to their senders
 * @ch: the channel, locked
 * @cl: the client whose entries they are; NULL: all
 */
void zufs_bounce(struct zufs_chan *ch, struct zufs_client *cl)
{
	struct zufs_wait *w, *next;

	list_for_each_entry_safe(w, next, &ch->queue, link)
		if (!cl || w->client == cl)
			zufs_wait_done(w, ZUFS_UNSENT);
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

/**
 * zufs_wake_all() - make all sleeping threads of a channel look again
 * @ch: the channel, locked
 */
void zufs_wake_all(struct zufs_chan *ch)
{
	while (!list_empty(&ch->idle))
		zufs_wake_one(ch);
}

/* Under RCU. */
static enum zufs_stat zufs_enqueue(struct zufs_wait *w, u32 need)
{
	struct zufs_server *srv = rcu_dereference(w->client->server);
	struct zufs_chan *ch;
	bool takes;

	if (!srv)
		return ZUFS_NO_SERVER;
	ch = rcu_dereference(srv->chan[raw_smp_processor_id()]);
	if (!ch)
		return ZUFS_NO_THREAD;
	if (need > ch->payload)
		return ZUFS_NO_ROOM;
	spin_lock(&ch->lock);
	/* Dead is set before zufs_client_cut() takes this lock: either we see it, or it sees our entry. */
	takes = !ch->dead && ch->active && !READ_ONCE(w->client->dead);
	if (takes) {
		w->ch = ch;
		list_add_tail(&w->link, &ch->queue);
		zufs_wake_one(ch);
	}
	spin_unlock(&ch->lock);
	return takes ? ZUFS_SENT : ZUFS_NO_THREAD;
}

/* Takes an entry back that nobody has taken in time, or makes its sender ready to sleep. */
static void zufs_wait_look(struct zufs_wait *w, bool over)
{
	rcu_read_lock();
	/* Acquire: as in zufs_send(). Not done in here: a dying channel bounces first, so it is there until the end. */
	if (!smp_load_acquire(&w->done)) {
		spin_lock(&w->ch->lock);
		if (!w->done && (over || fatal_signal_pending(current))) {
			list_del(&w->link);
			w->done = over ? ZUFS_ALL_BUSY : ZUFS_UNSENT;
		} else if (!w->done) {
			w->task = current;
			set_current_state(TASK_KILLABLE);
		}
		spin_unlock(&w->ch->lock);
	}
	rcu_read_unlock();
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
enum zufs_stat zufs_send(struct zufs_client *cl, struct list_head *call, u32 need)
{
	struct zufs_wait w = { .client = cl, .call = call };
	enum zufs_stat done;
	ktime_t until;
	bool over;

	rcu_read_lock();
	done = zufs_enqueue(&w, need);
	rcu_read_unlock();
	if (done != ZUFS_SENT)
		return done;
	/* The thread we woke runs here and now, on this CPU; mostly the whole operation is over when we go on. */
	cond_resched();
	/* Pairs with the release in zufs_wait_done(). */
	done = smp_load_acquire(&w.done);
	if (likely(done))
		return done;
	until = ktime_add_us(ktime_get(), READ_ONCE(zufs_busy_us));
	zufs_wait_look(&w, false);
	/* Acquire: as above. */
	while (!smp_load_acquire(&w.done)) {
		over = !schedule_hrtimeout_range(&until, 50 * NSEC_PER_USEC, HRTIMER_MODE_ABS);
		zufs_wait_look(&w, over);
	}
	__set_current_state(TASK_RUNNING);
	return w.done;
}

/* ------------------------------------------------------------------ orphans */

/* Makes a server's threads look for orphans. */
void zufs_server_wake(struct zufs_server *srv)
{
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		struct zufs_chan *ch = rcu_dereference_check(srv->chan[cpu], lockdep_is_held(&zufs_lock));

		if (!ch)
			continue;
		spin_lock(&ch->lock);
		zufs_wake_all(ch);
		spin_unlock(&ch->lock);
	}
}

/**
 * zufs_orphan() - what becomes of a call whose server, or thread, died holding it
 * @cl:   whose call it is
 * @call: the call
 */
void zufs_orphan(struct zufs_client *cl, struct list_head *call)
{
	struct zufs_server *srv = NULL;
	bool waits;

	rcu_read_lock();
	scoped_guard(spinlock, &zufs_orphan_lock) {
		waits = cl->redeliver && !cl->dead;
		if (waits) {
			list_add_tail(call, &cl->orphans);
			/* A server that comes later finds it on the list. */
			srv = rcu_dereference(cl->server);
			if (srv)
				WRITE_ONCE(srv->orphans, true);
		}
	}
	if (srv)
		zufs_server_wake(srv);
	rcu_read_unlock();
	if (!waits)
		cl->ops->end(cl, call, -ECONNABORTED);
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
		*client = cl;
		break;
	}
	if (!call)
		WRITE_ONCE(srv->orphans, false);
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

/* Ends a busy seat's part in its call. NULL: the call ended before. */
static struct list_head *zufs_seat_empty(struct zufs_seat *seat, int *res)
{
	struct list_head *call = seat->call;

	lockdep_assert_held(&seat->ch->lock);
	if (seat->cut)
		*res = -ECONNABORTED;
	seat->call = NULL;
	seat->cut = false;
	seat->deferred = false;
	seat->state = ZUFS_SEAT_EMPTY;
	return call;
}

/* Takes the reply of a held seat, which is now busy and ours. */
static void zufs_take_reply(struct zufs_seat *seat)
{
	struct zufs_client *cl = seat->client;
	struct list_head *call;
	int res = 0;

	/* NULL: it ended while it was held. Nobody else changes this while the seat is busy. */
	if (seat->call)
		res = cl->ops->reply(cl, seat->call, seat);
	scoped_guard(spinlock, &seat->ch->lock)
		call = zufs_seat_empty(seat, &res);
	if (call && res == -ERESTARTSYS)
		zufs_orphan(cl, call);
	else if (call)
		cl->ops->end(cl, call, res);
	WRITE_ONCE(seat->mem->taken, seat->seq);
}

/* The next call for a thread: from the queue, or one that another left. The seat is busy with it then. */
static bool zufs_take_call(struct zufs_seat *seat)
{
	struct zufs_chan *ch = seat->ch;
	struct zufs_wait *w;

	lockdep_assert_held(&ch->lock);
	if (unlikely(READ_ONCE(ch->server->orphans)))
		seat->call = zufs_adopt(ch->server, &seat->client);
	seat->again = seat->call;
	if (!seat->call) {
		w = list_first_entry_or_null(&ch->queue, struct zufs_wait, link);
		if (!w)
			return false;
		seat->call = w->call;
		seat->client = w->client;
		zufs_wait_done(w, ZUFS_SENT);
	}
	seat->state = ZUFS_SEAT_BUSY;
	seat->cut = READ_ONCE(seat->client->dead);
	return true;
}

/* Writes the request into the slot. Returns false when there is none any more. */
static bool zufs_give_call(struct zufs_seat *seat)
{
	struct zufs_client *cl = seat->client;
	struct list_head *call;
	int res;

	seat->seq++;
	res = cl->ops->fill(cl, seat->call, seat);
	scoped_guard(spinlock, &seat->ch->lock) {
		if (likely(!res && !seat->cut && !seat->ch->dead)) {
			seat->state = ZUFS_SEAT_HELD;
			return true;
		}
		call = zufs_seat_empty(seat, &res);
	}
	if (res)
		cl->ops->end(cl, call, res);
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

/* Takes a call (1), makes the thread ready to sleep (0), or ends its wait with an errno. */
static long zufs_receive_look(struct zufs_seat *seat)
{
	struct zufs_chan *ch = seat->ch;
	long err = 0;

	lockdep_assert_held(&ch->lock);
	/* A signal leaves the seat on the idle list; whoever else wakes us takes it off. */
	if (seat->state == ZUFS_SEAT_IDLE && seat->owner == current) {
		list_del(&seat->idle);
		seat->state = ZUFS_SEAT_EMPTY;
	}
	if (seat->state != ZUFS_SEAT_EMPTY)
		return -EBUSY;
	zufs_own(seat);
	if (ch->dead)
		err = -ENODEV;
	else if (fatal_signal_pending(current))
		err = -EINTR;
	else if (zufs_take_call(seat))
		return 1;
	else if (seat->kicked)
		err = -ECANCELED;
	else if (signal_pending(current))
		err = -EINTR;
	if (err) {
		/* We may have been woken for a request that we don't take: pass it on. */
		if (!list_empty(&ch->queue))
			zufs_wake_one(ch);
		if (err == -ECANCELED)
			seat->kicked = false;
		return err;
	}
	seat->state = ZUFS_SEAT_IDLE;
	list_add(&seat->idle, &ch->idle);
	set_current_state(TASK_INTERRUPTIBLE);
	return 0;
}

static long zufs_receive(struct zufs_seat *seat)
{
	for (;;) {
		long res;

		spin_lock(&seat->ch->lock);
		res = zufs_receive_look(seat);
		spin_unlock(&seat->ch->lock);
		if (res < 0)
			return res;
		if (res > 0 && zufs_give_call(seat))
			return 0;
		if (!res)
			schedule();
		__set_current_state(TASK_RUNNING);
	}
}

/* What a call does under the lock: takes a held seat for its reply, or changes its state alone (DEFER, KICK). */
static long zufs_seat_begin(struct zufs_seat *seat, unsigned long flags)
{
	lockdep_assert_held(&seat->ch->lock);
	if (flags == ZUFS_X_KICK) {
		seat->kicked = true;
		if (seat->state == ZUFS_SEAT_IDLE) {
			list_del(&seat->idle);
			seat->state = ZUFS_SEAT_EMPTY;
			wake_up_process(seat->owner);
		}
		return 0;
	}
	if (seat->state != ZUFS_SEAT_HELD)
		return seat->state == ZUFS_SEAT_EMPTY ? -EINVAL : -EBUSY;
	if (seat->deferred ? flags == ZUFS_X_DEFER : seat->owner != current)
		return -EPERM;
	if (flags == ZUFS_X_DEFER)
		seat->deferred = true;
	else
		seat->state = ZUFS_SEAT_BUSY;
	return 0;
}

/**
 * zufs_exchange() - ZUFS_IOC_EXCHANGE
 * @ch:  the channel
 * @arg: ZUFS_EXCHANGE(slot, flags)
 *
 * Return: 0, or a negative errno; see uapi/zufs.h
 */
long zufs_exchange(struct zufs_chan *ch, unsigned long arg)
{
	unsigned long n = arg & (ZUFS_X_REPLY - 1), flags = arg - n;
	struct zufs_seat *seat;
	long err;

	if (n >= ch->nseats)
		return -EINVAL;
	seat = &ch->seats[array_index_nospec(n, ch->nseats)];
	if (flags != ZUFS_X_DEFER && flags != ZUFS_X_KICK && (!flags || flags & ~(ZUFS_X_REPLY | ZUFS_X_RECV)))
		return -EINVAL;
	if (flags != ZUFS_X_RECV) {
		spin_lock(&ch->lock);
		err = zufs_seat_begin(seat, flags);
		spin_unlock(&ch->lock);
		if (err)
			return err;
	}
	if (flags & ZUFS_X_REPLY)
		zufs_take_reply(seat);
	return flags & ZUFS_X_RECV ? zufs_receive(seat) : 0;
}
