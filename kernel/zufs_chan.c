// SPDX-License-Identifier: GPL-2.0-only
/*
 * Servers, channels and clients: how they come, and how they go (death, abort).
 *
 * Senders use servers and channels under RCU alone, plus the channel's lock. A closed
 * channel first empties its queue under its lock, and is freed after a grace period: a
 * sender that finds its entry still queued inside an RCU section knows that the channel is there.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "zufs.h"

/* Guards servers' channel tables, clients' servers and zufs_chans. Outermost. */
DEFINE_MUTEX(zufs_lock);
static LIST_HEAD(zufs_chans);

static void zufs_sweep(struct work_struct *work);
static DECLARE_DELAYED_WORK(zufs_sweeper, zufs_sweep);

/* ---------------------------------------------------------- death and abort */

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

/* Takes their calls from the seats of a dead channel, or of threads that exited without a reply. */
static void zufs_chan_drop(struct zufs_chan *ch)
{
	unsigned int i;

	for (i = 0; i < ch->nseats; i++) {
		struct zufs_seat *seat = &ch->seats[i];
		struct list_head *call = NULL;
		struct zufs_client *cl;

		spin_lock(&ch->lock);
		cl = seat->client;
		if (ch->dead) {
			call = zufs_seat_pull(seat, NULL);
		} else if (seat->owner && READ_ONCE(seat->owner->flags) & PF_EXITING && !seat->deferred &&
			   (seat->state == ZUFS_SEAT_HELD || seat->state == ZUFS_SEAT_EMPTY)) {
			call = zufs_seat_pull(seat, NULL);
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

/* Closes a channel, with threads in it or not. */
static void zufs_chan_kill(struct zufs_chan *ch)
{
	scoped_guard(spinlock, &ch->lock) {
		ch->dead = true;
		zufs_bounce(ch, NULL);
		zufs_wake_all(ch);
	}
	zufs_chan_drop(ch);
}

static void zufs_sweep(struct work_struct *work)
{
	struct zufs_chan *ch;

	guard(mutex)(&zufs_lock);
	list_for_each_entry(ch, &zufs_chans, link)
		zufs_chan_drop(ch);
	if (!list_empty(&zufs_chans))
		schedule_delayed_work(&zufs_sweeper, HZ);
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

/**
 * zufs_client_move() - give a client to another server, or to none
 * @cl:   the client; zufs_lock is held
 * @srv:  who serves it from now on, alive; NULL: nobody
 * @keep: calls whose server died wait for the next; if not, those that wait fail
 *
 * Calls that the server before holds stay with it.
 *
 * Return: how many calls wait for redelivery
 */
unsigned int zufs_client_move(struct zufs_client *cl, struct zufs_server *srv, bool keep)
{
	unsigned int n = 0;
	LIST_HEAD(lost);

	lockdep_assert_held(&zufs_lock);
	rcu_assign_pointer(cl->server, srv);
	scoped_guard(spinlock, &zufs_orphan_lock) {
		list_del_init(&cl->link);
		if (!keep)
			list_splice_init(&cl->orphans, &lost);
		if (srv) {
			list_add_tail(&cl->link, &srv->clients);
			cl->redeliver = keep;
			n = list_count_nodes(&cl->orphans);
			if (n)
				WRITE_ONCE(srv->orphans, true);
		}
	}
	zufs_end_all(cl, &lost);
	if (n)
		zufs_server_wake(srv);
	return n;
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

	scoped_guard(mutex, &zufs_lock) {
		zufs_client_move(cl, NULL, false);
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
	}
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

	scoped_guard(mutex, &zufs_lock) {
		RCU_INIT_POINTER(srv->chan[ch->cpu], NULL);
		zufs_chan_kill(ch);
		list_del(&ch->link);
	}
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
	ch->cpu = array_index_nospec(arg->cpu, nr_cpu_ids);
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
 * @arg: the caller's wishes; the answer, with the new fd
 *
 * Return: 0, or a negative errno
 */
int zufs_chan_create(struct zufs_server *srv, struct zufs_create *arg)
{
	struct zufs_chan *ch;
	int fd;

	if (arg->flags || arg->cpu >= nr_cpu_ids || !cpu_possible(arg->cpu) || !arg->slots ||
	    arg->slots > ZUFS_SLOTS_MAX || arg->payload < ZUFS_PAYLOAD_MIN ||
	    arg->payload > ZUFS_PAYLOAD_MAX || !PAGE_ALIGNED(arg->payload) || memchr_inv(arg->reserved, 0, sizeof(arg->reserved)))
		return -EINVAL;
	ch = zufs_chan_alloc(srv, arg);
	if (!ch)
		return -ENOMEM;
	guard(mutex)(&zufs_lock);
	if (srv->dead)
		fd = -ENODEV;
	else if (rcu_access_pointer(srv->chan[ch->cpu]))
		fd = -EEXIST;
	else
		fd = anon_inode_getfd("[zufs-channel]", &zufs_chan_fops, ch, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		zufs_chan_free(&ch->rcu);
		return fd;
	}
	/* A thread that guesses the fd may use it by now; closing it waits for the lock. */
	refcount_inc(&srv->ref);
	if (list_empty(&zufs_chans))
		schedule_delayed_work(&zufs_sweeper, HZ);
	list_add_tail(&ch->link, &zufs_chans);
	rcu_assign_pointer(srv->chan[ch->cpu], ch);
	arg->slot_stride = ch->stride;
	arg->map_len = ch->stride * ch->nseats;
	arg->fd = fd;
	return 0;
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

	scoped_guard(mutex, &zufs_lock) {
		srv->dead = true;
		/* Its clients change under zufs_lock only. Orphans wait for the next server. */
		while ((cl = list_first_entry_or_null(&srv->clients, struct zufs_client, link)))
			zufs_client_move(cl, NULL, true);
		for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
			ch = rcu_dereference_protected(srv->chan[cpu], lockdep_is_held(&zufs_lock));
			if (ch)
				zufs_chan_kill(ch);
		}
	}
	zufs_server_put(srv);
}

/* Module exit: no file is open and no client exists. */
void zufs_chan_exit(void)
{
	cancel_delayed_work_sync(&zufs_sweeper);
	rcu_barrier();
}
