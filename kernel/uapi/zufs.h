/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * zufs.h - the ABI of /dev/zufs: per-CPU synchronous channels for live FUSE connections.
 *
 * A server process
 *   1. opens /dev/zufs and says ZUFS_IOC_HELLO: that file is now a *server*;
 *   2. makes a *channel* per CPU with ZUFS_IOC_CREATE (a new fd, with some *slots*), and maps each;
 *   3. gives connections to its channels with ZUFS_IOC_ATTACH (fd of a mounted /dev/fuse);
 *   4. has one thread per slot, pinned to the channel's CPU, in ZUFS_IOC_EXCHANGE:
 *      give the reply that stands in the slot, wait for the next request in the same slot.
 *
 * What a channel does not take (INIT, DESTROY, background requests, FORGET, INTERRUPT,
 * notifications, excluded operations, a CPU whose slots are all busy) arrives on /dev/fuse as
 * always, so the server goes on reading there too. INTERRUPT names the unique of a request,
 * whichever way that was delivered.
 *
 * Structs are sized: the caller sets size = sizeof(struct); a kernel that knows less refuses
 * unknown nonzero bytes (E2BIG), one that knows more takes the missing ones as 0 (as clone3(2)).
 * All numbers are in the machine's byte order. Reserved fields are 0. Wire bytes are those of
 * <linux/fuse.h>.
 */
#ifndef _UAPI_ZUFS_H
#define _UAPI_ZUFS_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define ZUFS_ABI_VERSION	1

#define ZUFS_DEVICE		"/dev/zufs"

/* Limits. */
#define ZUFS_SLOTS_MAX		64		/* per channel */
#define ZUFS_PAYLOAD_MIN	(128u << 10)	/* bytes per slot */
#define ZUFS_PAYLOAD_MAX	(4u << 20)
#define ZUFS_LEND_MAX		64		/* pieces per lent reply */

/* ------------------------------------------------------------------ HELLO */

/* zufs_hello.features */
#define ZUFS_FEATURE_LEND	(1ull << 0)	/* ZUFS_REPLY_LEND */
#define ZUFS_FEATURE_REDELIVER	(1ull << 1)	/* ZUFS_ATTACH_REDELIVER */
/* bits for later: map on touch, backing files, two-phase writes */

/*
 * Makes the file a server. Once per open file; all else but HELLO is EINVAL before it.
 * Errors: EPROTO (abi not known to this module; the module's own is put into abi),
 * EALREADY.
 */
struct zufs_hello {
	__u32	size;
	__u32	abi;		/* in: the caller's ZUFS_ABI_VERSION; out: the module's */
	__u64	features;	/* out */
	__u32	lend_min;	/* out: replies of fewer bytes are cheaper filled than lent */
	__u32	busy_us;	/* out: a request waits so long for a free slot, then goes to /dev/fuse */
	__u32	cpus;		/* out: possible CPUs; cpu numbers are below it */
	__u32	page_size;	/* out */
	__u64	reserved[4];
};

/* ----------------------------------------------------------------- CREATE */

/*
 * Makes a channel for a CPU: one per CPU and server. The new fd (close-on-exec) is for
 * EXCHANGE and mmap, and closing its last copy kills the channel. The CPU may be offline.
 * mmap(NULL, map_len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); slot N is at N * slot_stride.
 * The mapping is not inherited by fork.
 * Errors: EINVAL (ranges), EEXIST (the CPU has one), ENOMEM, EMFILE.
 */
struct zufs_create {
	__u32	size;
	__u32	flags;		/* 0 */
	__u32	cpu;
	__u32	slots;		/* 1 .. ZUFS_SLOTS_MAX */
	__u32	payload;	/* bytes per slot, ZUFS_PAYLOAD_MIN .. _MAX, a multiple of the page size */
	__s32	fd;		/* out */
	__u64	slot_stride;	/* out: bytes from slot to slot */
	__u64	map_len;	/* out: bytes to map */
	__u64	reserved[4];
};

/* ----------------------------------------------------------------- ATTACH */

/*
 * zufs_attach.flags. What becomes of requests that a server held when it (or its channel or
 * the slot's thread) died: with REDELIVER they wait for the successor's channels, where they
 * come again with ZUFS_REQ_REDELIVERED and the same unique; without, they fail (ECONNABORTED).
 * Requests that nobody had received yet go to /dev/fuse in either case.
 */
#define ZUFS_ATTACH_REDELIVER	(1u << 0)
/* Take the connection over from a server that is still alive; requests that it holds are finished there. */
#define ZUFS_ATTACH_SUCCEED	(1u << 1)

/*
 * Gives a connection to this server's channels, at any time after its INIT was answered, also
 * under load. A connection whose server died is attached again the same way; requests that wait for
 * redelivery then come (REDELIVER) or fail (without: also the way to give up waiting for a successor).
 * Needs CAP_SYS_ADMIN in the user namespace of the connection, or a /dev/zufs file that was
 * opened with CAP_SYS_ADMIN in the initial one.
 * Errors: EBADF, EINVAL (no mounted /dev/fuse), EPERM, ENOTCONN (INIT not answered yet, or
 * aborted), EBUSY (attached to a living server and no SUCCEED; or another transport is there).
 */
struct zufs_attach {
	__u32	size;
	__s32	fuse_fd;
	__u32	flags;
	__u32	reserved0;
	__u64	cookie;		/* the server's own, comes with each request */
	__u64	exclude[2];	/* opcodes that shall stay on /dev/fuse: bit (opcode % 64) of [opcode / 64] */
	__u64	conn_id;	/* out: the connection's number; not reused */
	__u32	orphans;	/* out: requests that wait for redelivery */
	__u32	reserved1;
	__u64	reserved[4];
};

/*
 * Sends the connection's new requests to /dev/fuse again. Those that are held are finished on
 * the channel. Errors: ENOENT (not attached to this server).
 */
struct zufs_detach {
	__u32	size;
	__u32	flags;		/* 0 */
	__u64	conn_id;
	__u64	reserved[2];
};

/* --------------------------------------------------------------- EXCHANGE */

/*
 * The argument of ZUFS_IOC_EXCHANGE is a number, not an address: ZUFS_EXCHANGE(slot, flags).
 * REPLY then RECV is the usual call. A slot belongs to the thread that received in it
 * until it replies; that thread alone may reply, or hand the slot over with DEFER.
 *
 *  REPLY  take the reply that stands in the slot. A reply to a request that ended in the
 *         meantime (abort) is dropped without an error. A reply that breaks the rules of the
 *         protocol ends the request with EIO, and the call goes on.
 *  RECV   wait for a request in this slot, which must be empty (after REPLY it is).
 *  DEFER  keep the request, give up owning the slot: any thread may REPLY (| RECV) it later. Alone.
 *  KICK   make the RECV of the slot's thread, present or next, return ECANCELED. Alone, any thread.
 *
 * Returns 0: with RECV, a request stands in the slot.
 * Errors: EINTR (a signal; a reply given along was taken: call again with RECV alone),
 * ECANCELED (KICK; the reply was taken), ENODEV (channel or server closed),
 * EINVAL (no such slot, flags, REPLY in a slot without a request), EBUSY (another thread is in
 * the slot, or RECV where a request stands), EPERM (REPLY by a thread that does not own it).
 * With EINVAL, EBUSY and EPERM nothing was done.
 */
#define ZUFS_X_REPLY		(1u << 16)
#define ZUFS_X_RECV		(1u << 17)
#define ZUFS_X_DEFER		(1u << 18)
#define ZUFS_X_KICK		(1u << 19)
#define ZUFS_EXCHANGE(slot, flags)	((unsigned long)(slot) | (flags))

/* zufs_slot.req_flags */
#define ZUFS_REQ_REDELIVERED	(1u << 0)	/* a server before held it, and may have done it */

/* zufs_slot.reply_kind */
#define ZUFS_REPLY_FILL		0	/* the body is at room_off */
#define ZUFS_REPLY_LEND		1	/* the body is the concatenation of lend[] */
/* kinds for later: mapped pages, a backing file, the place for a write's bytes */

/* A piece of the calling process's memory, read with its rights. */
struct zufs_piece {
	__u64	addr;
	__u64	len;
};

/*
 * The head of a slot in shared memory. Offsets are from the slot's start, 8-byte aligned.
 *
 * The request's wire bytes are [in_off, in_len) followed by [rest_off, rest_len):
 *  - if all fit (8 KiB), they are together at in_off and rest_len is 0;
 *  - else in_off has fuse_in_header and the operation's fixed struct, and rest_off all behind it
 *    (data of WRITE, name and value of SETXATTR, ...) together. rest_off is page aligned.
 * The room for the reply is the slot's payload area; it is where a separate rest stands, too: read that
 * before filling. The kernel never reads the request part back.
 *
 * A reply is error, and for error 0 a body: the wire bytes behind fuse_out_header, of out_len
 * bytes. Lent memory must stay as it is until the reply is taken, which is when the call
 * returns, or, for other threads, when taken has become the request's seq.
 */
struct zufs_slot {
	/* Request: written by the kernel before RECV returns. */
	__u64	conn_id;
	__u64	cookie;
	__u64	seq;		/* counts this slot's requests, from 1 */
	__u32	req_flags;
	__u32	in_off;
	__u32	in_len;
	__u32	rest_off;
	__u32	rest_len;
	__u32	room_off;
	__u32	room_len;
	__u32	out_max;	/* the largest body that fits the request */
	__u64	req_reserved[9];

	/* Reply: written by the server before REPLY, read once by the kernel. (offset 128) */
	__s32	error;		/* 0 or -errno (1..511) */
	__u32	reply_kind;
	__u32	out_len;
	__u32	lend_count;	/* pieces; their lengths sum up to out_len */
	__u64	reply_reserved[6];

	/* Written by the kernel. (offset 192) */
	__u64	taken;		/* seq of the last request whose reply was taken or dropped */
	__u64	taken_reserved[7];

	/* (offset 256) */
	struct zufs_piece lend[ZUFS_LEND_MAX];
};

/* ------------------------------------------------------------------ calls */

#define ZUFS_IOC_HELLO		_IOWR('Z', 0x60, struct zufs_hello)	/* on /dev/zufs */
#define ZUFS_IOC_CREATE		_IOWR('Z', 0x61, struct zufs_create)	/* on a server */
#define ZUFS_IOC_ATTACH		_IOWR('Z', 0x62, struct zufs_attach)	/* on a server */
#define ZUFS_IOC_DETACH		_IOW('Z', 0x63, struct zufs_detach)	/* on a server */
#define ZUFS_IOC_EXCHANGE	_IO('Z', 0x64)				/* on a channel */

#endif /* _UAPI_ZUFS_H */
