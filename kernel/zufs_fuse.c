// SPDX-License-Identifier: GPL-2.0-only
/*
 * The FUSE client: gives requests of a live /dev/fuse connection to the channel core.
 *
 * Attaching puts our fuse_iqueue_ops where /dev/fuse's were, and chains to those for all that a
 * channel does not take. The core calls the operations under no lock and sleeps in them, so they can't be
 * taken out again under running requests: detaching only makes client.server NULL, and the
 * operations stay, with a reference to this module, until the connection itself goes (release).
 *
 * Ordering of attach: the connection's state is complete and in fiq->priv before fiq->ops is stored with
 * release. Whoever runs one of our operations has loaded that fiq->ops; the load is not ordered before
 * the one of fiq->priv by any dependency, so zufs_conn_of() has a read barrier, the other half of the pair.
 * fiq->priv is never changed again, and prev is constant.
 *
 * A request's flags: the core lets a killed sender take a request that is FR_PENDING off
 * the list it believes it on. So the bit is off from when we queue a request until it is back in the hands of its
 * sender (zufs_send() failed), who alone knows it then. FR_SENT is on while a server holds it: it lets
 * the core send FUSE_INTERRUPT, which goes over /dev/fuse.
 */
#include "zufs_fuse.h"
#include <linux/cred.h>
#include <linux/debugfs.h>
#include <linux/file.h>
#include <linux/module.h>

#define CREATE_TRACE_POINTS
#include "zufs_trace.h"

static LIST_HEAD(zufs_conns);
static const struct fuse_iqueue_ops zufs_fiq_ops;

static struct zufs_conn *zufs_conn_of(struct fuse_iqueue *fiq)
{
	smp_rmb();	/* see above: ops before priv */
	return fiq->priv;
}

static inline struct fuse_req *zufs_req(struct list_head *call)
{
	return list_entry(call, struct fuse_req, list);
}

/* ------------------------------------------------------- client operations */

static int zufs_fuse_fill(struct zufs_client *cl, struct list_head *call, struct zufs_seat *seat)
{
	struct zufs_conn *conn = container_of(cl, struct zufs_conn, client);
	struct fuse_req *req = zufs_req(call);
	int err;

	if (seat->again)
		zufs_count(conn, ZUFS_REDELIVERED, 1);
	else	/* The core's counter has a lock for all CPUs; these differ from its numbers in bit 62. */
		req->in.h.unique = BIT_ULL(62) | (u64)(seat->ch->id & 0xfffff) << 42 |
				   ((seat->seq << 7 | (seat - seat->ch->seats) << 1) & GENMASK_ULL(41, 1));
	err = zufs_copy_in(conn, req, seat);
	if (err)
		return err;
	set_bit(FR_SENT, &req->flags);
	/* Pairs with the barrier in request_wait_answer(): one of us sees the other's bit. */
	smp_mb__after_atomic();
	if (test_bit(FR_INTERRUPTED, &req->flags))
		conn->prev->send_interrupt(conn->fiq, req);
	return 0;
}

static int zufs_fuse_reply(struct zufs_client *cl, struct list_head *call, struct zufs_seat *seat)
{
	return zufs_copy_out(container_of(cl, struct zufs_conn, client), zufs_req(call), seat);
}

static void zufs_fuse_end(struct zufs_client *cl, struct list_head *call, int error)
{
	struct zufs_conn *conn = container_of(cl, struct zufs_conn, client);
	struct fuse_req *req = zufs_req(call);

	trace_zufs_request(conn->id, req->in.h.unique, req->in.h.opcode, ZUFS_SENT, error);
	if (error == -ECONNABORTED)
		zufs_count(conn, ZUFS_CUT, 1);
	req->out.h.error = error;
	clear_bit(FR_SENT, &req->flags);
	fuse_request_end(req);
}

static const struct zufs_client_ops zufs_fuse_client_ops = {
	.fill	= zufs_fuse_fill,
	.reply	= zufs_fuse_reply,
	.end	= zufs_fuse_end,
};

/* ------------------------------------------------------ fuse_iqueue_ops */

/* Gives a request to a channel, if it is of a kind that a channel takes. */
static enum zufs_stat zufs_try(struct zufs_conn *conn, struct fuse_req *req)
{
	u32 op = req->in.h.opcode;
	enum zufs_stat sent;

	/* Background requests come under a spinlock. Blocking locks would keep slots that their unlocks need. */
	if (test_bit(FR_BACKGROUND, &req->flags) || !test_bit(FR_ISREPLY, &req->flags) ||
	    op == FUSE_INIT || op == FUSE_DESTROY || op == FUSE_SETLKW || op == FUSE_NOTIFY_REPLY || op >= 128 ||
	    READ_ONCE(conn->exclude[op / 64]) & BIT_ULL(op % 64))
		return ZUFS_KIND;
	clear_bit(FR_PENDING, &req->flags);
	sent = zufs_send(&conn->client, &req->list, zufs_copy_need(req));
	if (sent != ZUFS_SENT) {
		set_bit(FR_PENDING, &req->flags);
		INIT_LIST_HEAD(&req->list);
	}
	return sent;
}

static void zufs_send_req(struct fuse_iqueue *fiq, struct fuse_req *req)
{
	struct zufs_conn *conn = zufs_conn_of(fiq);
	enum zufs_stat sent = zufs_try(conn, req);

	zufs_count(conn, sent, 1);
	if (sent == ZUFS_SENT)
		return;
	trace_zufs_request(conn->id, 0, req->in.h.opcode, sent, 0);
	conn->prev->send_req(fiq, req);
}

static void zufs_send_forget(struct fuse_iqueue *fiq, struct fuse_forget_link *link)
{
	zufs_conn_of(fiq)->prev->send_forget(fiq, link);
}

static void zufs_send_interrupt(struct fuse_iqueue *fiq, struct fuse_req *req)
{
	zufs_conn_of(fiq)->prev->send_interrupt(fiq, req);
}

/* The connection's last reference is gone, so no request is anywhere. */
static void zufs_release(struct fuse_iqueue *fiq)
{
	struct zufs_conn *conn = zufs_conn_of(fiq);

	remove_wait_queue(&fiq->waitq, &conn->abort);
	cancel_work_sync(&conn->abort_work);
	scoped_guard(mutex, &zufs_lock) {
		zufs_client_move(&conn->client, NULL, false);
		list_del(&conn->link);
	}
	debugfs_remove(conn->debug);
	fiq->priv = NULL;
	if (conn->prev->release)
		conn->prev->release(fiq);
	free_percpu(conn->stats);
	kfree(conn);
	/* Last, and a tail call: unloading waits for RCU, and there is no way to wait for these last instructions. */
	module_put(THIS_MODULE);
}

static const struct fuse_iqueue_ops zufs_fiq_ops = {
	.send_forget	= zufs_send_forget,
	.send_interrupt	= zufs_send_interrupt,
	.send_req	= zufs_send_req,
	.release	= zufs_release,
};

/* --------------------------------------------------------- attach, abort */

static void zufs_abort_work(struct work_struct *work)
{
	zufs_client_cut(&container_of(work, struct zufs_conn, abort_work)->client);
}

/* fuse_abort_conn() knows requests on its own lists only; but it wakes all readers with connected = 0. */
static int zufs_abort_wake(wait_queue_entry_t *entry, unsigned int mode, int flags, void *key)
{
	struct zufs_conn *conn = container_of(entry, struct zufs_conn, abort);

	if (unlikely(!READ_ONCE(conn->fiq->connected))) {
		WRITE_ONCE(conn->client.dead, true);
		schedule_work(&conn->abort_work);
	}
	return 0;
}

static struct zufs_conn *zufs_conn_alloc(struct fuse_iqueue *fiq)
{
	static u64 ids;
	struct zufs_conn *conn = kzalloc(sizeof(*conn), GFP_KERNEL);

	lockdep_assert_held(&zufs_lock);
	if (!conn)
		return NULL;
	conn->stats = alloc_percpu(struct zufs_stats);
	if (!conn->stats) {
		kfree(conn);
		return NULL;
	}
	zufs_client_init(&conn->client, &zufs_fuse_client_ops);
	conn->fiq = fiq;
	conn->prev = fiq->ops;
	conn->id = ++ids;
	conn->debug = zufs_stat_add(conn->id, conn->stats);
	INIT_WORK(&conn->abort_work, zufs_abort_work);
	init_waitqueue_func_entry(&conn->abort, zufs_abort_wake);
	list_add_tail(&conn->link, &zufs_conns);
	return conn;
}

/* Finds a connection's state, or makes it and puts our operations before the ones that are there. */
static struct zufs_conn *zufs_conn_get(struct fuse_conn *fc)
{
	struct fuse_iqueue *fiq = &fc->iq;
	struct zufs_conn *conn;

	if (fiq->ops == &zufs_fiq_ops)
		return fiq->priv;
	/* Another transport has state there (virtio-fs), or took a connection of ours over (a ring). */
	if (fiq->priv)
		return ERR_PTR(-EBUSY);
#ifdef CONFIG_FUSE_IO_URING
	/* A ring stores its operations when it is ready, whatever is there. */
	if (READ_ONCE(fc->ring))
		return ERR_PTR(-EBUSY);
#endif
	conn = zufs_conn_alloc(fiq);
	if (!conn)
		return ERR_PTR(-ENOMEM);
	__module_get(THIS_MODULE);
	add_wait_queue(&fiq->waitq, &conn->abort);
	fiq->priv = conn;
	/* Pairs with zufs_conn_of(). */
	smp_store_release(&fiq->ops, &zufs_fiq_ops);
	return conn;
}

static int zufs_attach_conn(struct fuse_conn *fc, struct zufs_server *srv, struct zufs_attach *arg)
{
	struct zufs_conn *conn;

	guard(mutex)(&zufs_lock);
	if (!READ_ONCE(fc->initialized) || !READ_ONCE(fc->connected))
		return -ENOTCONN;
	conn = zufs_conn_get(fc);
	if (IS_ERR(conn))
		return PTR_ERR(conn);
	if (rcu_access_pointer(conn->client.server) && !(arg->flags & ZUFS_ATTACH_SUCCEED))
		return -EBUSY;
	WRITE_ONCE(conn->cookie, arg->cookie);
	WRITE_ONCE(conn->exclude[0], arg->exclude[0]);
	WRITE_ONCE(conn->exclude[1], arg->exclude[1]);
	arg->conn_id = conn->id;
	arg->orphans = zufs_client_move(&conn->client, srv, arg->flags & ZUFS_ATTACH_REDELIVER);
	/* Aborted before the notifier was there, or just now: its work undoes what we did. */
	zufs_abort_wake(&conn->abort, 0, 0, NULL);
	return 0;
}

/**
 * zufs_fuse_attach() - ZUFS_IOC_ATTACH
 * @dev: the /dev/zufs file
 * @srv: its server
 * @arg: the caller's wishes; the answer
 *
 * Return: 0, or a negative errno
 */
int zufs_fuse_attach(struct file *dev, struct zufs_server *srv, struct zufs_attach *arg)
{
	CLASS(fd, f)(arg->fuse_fd);
	struct fuse_dev *fud;

	if (!fd_file(f))
		return -EBADF;
	if (arg->flags & ~(ZUFS_ATTACH_REDELIVER | ZUFS_ATTACH_SUCCEED) || arg->reserved0 || arg->reserved1 ||
	    memchr_inv(arg->reserved, 0, sizeof(arg->reserved)) || fd_file(f)->f_op != &fuse_dev_operations)
		return -EINVAL;
	/* The file has a reference to its device, and that to the connection. */
	fud = READ_ONCE(fd_file(f)->private_data);
	if (!fud)
		return -EINVAL;
	if (!file_ns_capable(dev, &init_user_ns, CAP_SYS_ADMIN) && !ns_capable(fud->fc->user_ns, CAP_SYS_ADMIN))
		return -EPERM;
	return zufs_attach_conn(fud->fc, srv, arg);
}

/**
 * zufs_fuse_detach() - ZUFS_IOC_DETACH
 * @srv: the server
 * @arg: which connection
 *
 * Return: 0, or a negative errno
 */
int zufs_fuse_detach(struct zufs_server *srv, const struct zufs_detach *arg)
{
	struct zufs_conn *conn;

	if (arg->flags || memchr_inv(arg->reserved, 0, sizeof(arg->reserved)))
		return -EINVAL;
	guard(mutex)(&zufs_lock);
	list_for_each_entry(conn, &zufs_conns, link) {
		if (conn->id != arg->conn_id || rcu_access_pointer(conn->client.server) != srv)
			continue;
		zufs_client_move(&conn->client, NULL, false);
		return 0;
	}
	return -ENOENT;
}
