// SPDX-License-Identifier: GPL-2.0-only
/*
 * Between a request of FUSE and a slot: the request's wire bytes into it, the reply out of it or
 * out of memory that it names.
 *
 * The slot is the server's memory: each of its fields is read once, into a local; what was checked is
 * what is used. The bytes of a reply are copied once, and the core checks its copy.
 *
 * Lent memory is read with page faults disabled. Where that comes short, the request is let go of (abort may end
 * it then), the memory is faulted in, and the copy goes on if the request is still ours. Otherwise
 * memory that never comes (userfaultfd, a page of the very folio that this reply is to fill) would keep
 * the application's pages, and the mount, for ever.
 */
#include "zufs_fuse.h"
#include <linux/highmem.h>
#include <linux/sched/signal.h>
#include <linux/uio.h>

/* Payload pages are never shorter than this promises: no progress in so many faults is a server's trick. */
#define ZUFS_FAULT_TRIES	64

/* Page i of the payload, with the part of it that is the request's. */
static struct page *zufs_page(const struct fuse_args_pages *ap, unsigned int i, u32 *off, u32 *len)
{
	if (ap->uses_folios) {
		*off = ap->folio_descs[i].offset;
		*len = ap->folio_descs[i].length;
		return folio_page(ap->folios[i], 0);
	}
	*off = ap->descs[i].offset;
	*len = ap->descs[i].length;
	return ap->pages[i];
}

static unsigned int zufs_pages(const struct fuse_args_pages *ap)
{
	return ap->uses_folios ? ap->num_folios : ap->num_pages;
}

/* How many arguments stand at in_off: all, or those before the payload area. */
static bool zufs_splits(const struct fuse_args *args, u32 len)
{
	return len > ZUFS_IN_LEN && args->in_numargs > 1 && args->opcode != FUSE_SYMLINK;
}

/**
 * zufs_copy_need() - how large a slot a request needs
 * @req: the request
 *
 * Return: bytes of payload area for it and its largest reply; U32_MAX when no slot will do
 */
u32 zufs_copy_need(const struct fuse_req *req)
{
	struct fuse_args *args = req->args;
	u32 len = req->in.h.len, first = sizeof(req->in.h) + args->in_args[0].size;
	u32 room = fuse_len_args(args->out_numargs, args->out_args);

	if (len <= ZUFS_IN_LEN)
		return room;
	return zufs_splits(args, len) && first <= ZUFS_IN_LEN ? max(room, len - first) : U32_MAX;
}

static void *zufs_put_arg(void *to, const struct fuse_args *args, unsigned int i)
{
	const struct fuse_args_pages *ap = container_of(args, struct fuse_args_pages, args);
	u32 left = args->in_args[i].size, off, len, n;

	if (!args->in_pages || i != args->in_numargs - 1) {
		memcpy(to, args->in_args[i].value, left);
		return to + left;
	}
	for (n = 0; n < zufs_pages(ap) && left; n++) {
		struct page *page = zufs_page(ap, n, &off, &len);

		len = min(len, left);
		memcpy_from_page(to, page, off, len);
		to += len;
		left -= len;
	}
	return to;
}

/**
 * zufs_copy_in() - write a request into a slot
 * @conn: the connection
 * @req:  the request; it fits (zufs_copy_need())
 * @seat: the slot, busy with it
 *
 * Return: 0, or the errno that the request ends with
 */
int zufs_copy_in(struct zufs_conn *conn, struct fuse_req *req, struct zufs_seat *seat)
{
	struct fuse_args *args = req->args;
	struct zufs_slot *slot = seat->mem;
	u32 len = req->in.h.len, rest = 0;
	void *to = (void *)slot + ZUFS_IN_OFF;
	unsigned int i;

	/* A redelivered one was sent to another server, whose slots were perhaps larger. */
	if (zufs_copy_need(req) > seat->ch->payload)
		return -EIO;
	if (zufs_splits(args, len))
		rest = len - sizeof(req->in.h) - args->in_args[0].size;
	memcpy(to, &req->in.h, sizeof(req->in.h));
	to += sizeof(req->in.h);
	for (i = 0; i < args->in_numargs; i++) {
		if (i == 1 && rest)
			to = (void *)slot + ZUFS_ROOM_OFF;
		to = zufs_put_arg(to, args, i);
	}
	slot->conn_id = conn->id;
	slot->cookie = READ_ONCE(conn->cookie);
	slot->seq = seat->seq;
	slot->req_flags = seat->again ? ZUFS_REQ_REDELIVERED : 0;
	slot->in_off = ZUFS_IN_OFF;
	slot->in_len = len - rest;
	slot->rest_off = rest ? ZUFS_ROOM_OFF : 0;
	slot->rest_len = rest;
	slot->room_off = ZUFS_ROOM_OFF;
	slot->room_len = seat->ch->payload;
	slot->out_max = fuse_len_args(args->out_numargs, args->out_args);
	zufs_count(conn, ZUFS_IN_BYTES, len);
	return 0;
}

/* A reply's bytes, and whose they are. */
struct zufs_source {
	struct zufs_conn *conn;
	struct zufs_seat *seat;
	struct iov_iter iter;
};

/*
 * Copies n bytes. ECONNABORTED: the request ends, or ended meanwhile, and "to" with it. ERESTARTSYS: our thread is killed, and its
 * server with it.
 */
static int zufs_pull(struct zufs_source *from, void *to, size_t n)
{
	unsigned int tries = 0;
	size_t got;

	for (;;) {
		pagefault_disable();
		got = copy_from_iter(to, n, &from->iter);
		pagefault_enable();
		to += got;
		n -= got;
		if (likely(!n))
			return 0;
		if (got)
			tries = 0;
		else if (++tries > ZUFS_FAULT_TRIES)
			return -EFAULT;
		zufs_count(from->conn, ZUFS_LEND_FAULTS, 1);
		if (!zufs_seat_leave(from->seat))
			return -ECONNABORTED;
		got = fault_in_iov_iter_readable(&from->iter, n);
		cond_resched();
		if (!zufs_seat_return(from->seat))
			return -ECONNABORTED;
		if (fatal_signal_pending(current))
			return -ERESTARTSYS;
		if (got == n)
			return -EFAULT;
	}
}

static int zufs_pull_pages(struct zufs_source *from, struct fuse_args *args, u32 left)
{
	const struct fuse_args_pages *ap = container_of(args, struct fuse_args_pages, args);
	u32 off, len, count;
	unsigned int i;
	int err = 0;

	for (i = 0; i < zufs_pages(ap) && !err && (left || args->page_zeroing); i++) {
		struct page *page = zufs_page(ap, i, &off, &len);
		void *at;

		count = min(len, left);
		if (args->page_zeroing && count < PAGE_SIZE)
			clear_highpage(page);
		if (!count)
			continue;
		at = kmap_local_page(page);
		err = zufs_pull(from, at + off, count);
		kunmap_local(at);
		if (!err)
			flush_dcache_page(page);
		left -= count;
	}
	return err;
}

/* Makes the source of what the slot lends. The pieces are copied before they are looked at. */
static int zufs_lend(struct zufs_slot *slot, struct iov_iter *iter, struct iovec *iov, u32 len)
{
	u32 n = READ_ONCE(slot->lend_count), i;
	u64 sum = 0, addr, part;

	if (n > ZUFS_LEND_MAX)
		return -EINVAL;
	for (i = 0; i < n; i++) {
		addr = READ_ONCE(slot->lend[i].addr);
		part = READ_ONCE(slot->lend[i].len);
		if (part > len - sum || !access_ok(u64_to_user_ptr(addr), part))
			return -EFAULT;
		iov[i].iov_base = u64_to_user_ptr(addr);
		iov[i].iov_len = part;
		sum += part;
	}
	if (sum != len)
		return -EINVAL;
	iov_iter_init(iter, ITER_SOURCE, iov, n, len);
	return 0;
}

/* The arguments of a reply of len bytes, by the rules of the core's copy_out_args(). */
static int zufs_pull_args(struct zufs_source *from, struct fuse_args *args, u32 len)
{
	u32 max = fuse_len_args(args->out_numargs, args->out_args);
	struct fuse_arg *last = &args->out_args[args->out_numargs - 1];
	u32 lack = max - len;
	unsigned int i;
	int err = 0;

	if (len > max || (lack && (!args->out_argvar || lack > last->size)))
		return -EINVAL;
	for (i = 0; i < args->out_numargs && !err; i++) {
		struct fuse_arg *arg = &args->out_args[i];
		u32 size = arg->size - (arg == last ? lack : 0);

		if (arg == last && args->out_pages)
			err = zufs_pull_pages(from, args, size);
		else
			err = zufs_pull(from, arg->value, size);
	}
	/* Not before all is there: the request may come to another server yet. */
	if (!err && lack)
		last->size -= lack;
	return err;
}

/**
 * zufs_copy_out() - take a reply out of a slot
 * @conn: the connection
 * @req:  the request
 * @seat: the slot, busy with it
 *
 * Return: what the request ends with, if it hasn't ended meanwhile: 0 or a negative errno
 */
int zufs_copy_out(struct zufs_conn *conn, struct fuse_req *req, struct zufs_seat *seat)
{
	struct zufs_source from = { .conn = conn, .seat = seat };
	struct zufs_slot *slot = seat->mem;
	struct iovec iov[ZUFS_LEND_MAX];
	u32 len = READ_ONCE(slot->out_len), kind = READ_ONCE(slot->reply_kind);
	int error = READ_ONCE(slot->error), err = -EINVAL;
	struct kvec room = { .iov_base = (void *)slot + ZUFS_ROOM_OFF, .iov_len = len };

	if (error) {
		if (error < 0 && error > -512)
			return error;
		goto bad;
	}
	if (len > seat->ch->payload)
		goto bad;
	if (kind == ZUFS_REPLY_FILL) {
		iov_iter_kvec(&from.iter, ITER_SOURCE, &room, 1, len);
		zufs_count(conn, ZUFS_FILL, 1);
		zufs_count(conn, ZUFS_FILL_BYTES, len);
		err = 0;
	} else if (kind == ZUFS_REPLY_LEND) {
		zufs_count(conn, ZUFS_LEND, 1);
		zufs_count(conn, ZUFS_LEND_BYTES, len);
		err = zufs_lend(slot, &from.iter, iov, len);
	}
	if (!err)
		err = zufs_pull_args(&from, req->args, len);
	if (!err || err == -ECONNABORTED || err == -ERESTARTSYS)
		return err;
bad:
	zufs_count(conn, ZUFS_BAD, 1);
	pr_warn_ratelimited("connection %llu: a reply to opcode %u breaks the rules (error %d, kind %u, %u bytes): EIO\n",
			    conn->id, req->in.h.opcode, error, kind, len);
	return -EIO;
}
