// SPDX-License-Identifier: BSD-2-Clause
// What the raw server answers: one file "f" in a root directory.
#include "zufs_server.h"

static void fill_attr(const struct server *s, struct fuse_attr *a, uint64_t node)
{
	memset(a, 0, sizeof(*a));
	a->ino = node;
	a->nlink = node == 1 ? 2 : 1;
	a->mode = node == 1 ? S_IFDIR | 0777 : S_IFREG | 0666;
	a->size = node == 1 ? 0 : s->control->size;
	a->blksize = 4096;
}

/*
 * Serves one request: fixed arguments at arg, all else at rest. Writes a body into out, or names one by *body.
 * Returns the body's length or -errno; -1000: no reply.
 */
int serve(struct server *s, const struct fuse_in_header *h, const char *arg, const char *rest, uint32_t rest_len, char *out, char **body)
{
	struct control *c = s->control;

	*body = NULL;
	if (atomic_load(&c->exit_op) == h->opcode && atomic_exchange(&c->exit_op, NO_OP) == h->opcode) {
		atomic_store(&c->unique, h->unique);
		pthread_exit(NULL);
	}
	if (atomic_load(&c->slow_op) == h->opcode)
		usleep(atomic_load(&c->slow_us));
	if (atomic_load(&c->stuck_op) == h->opcode) {
		atomic_store(&c->unique, h->unique);
		atomic_fetch_add(&c->stuck, 1);
		while (atomic_load(&c->stuck_op) == h->opcode)
			usleep(1000);
		atomic_fetch_sub(&c->stuck, 1);
	}
	switch (h->opcode) {
	case FUSE_INIT: {
		const struct fuse_init_in *in = (const void *)arg;
		struct fuse_init_out *o = (void *)out;

		memset(o, 0, sizeof(*o));
		o->major = 7;
		o->minor = 31;
		o->max_readahead = in->max_readahead;
		o->flags = FUSE_MAX_PAGES | FUSE_BIG_WRITES | FUSE_PARALLEL_DIROPS | FUSE_ASYNC_READ | FUSE_POSIX_LOCKS;
		o->max_background = 16;
		o->congestion_threshold = 12;
		o->max_write = 1 << 20;
		o->max_pages = 256;
		o->time_gran = 1;
		return sizeof(*o);
	}
	case FUSE_LOOKUP: {
		struct fuse_entry_out *o = (void *)out;

		if (h->nodeid != 1 || strcmp(arg, "f"))
			return -ENOENT;
		memset(o, 0, sizeof(*o));
		o->nodeid = FILE_NODE;
		o->generation = 1;
		o->entry_valid = 3600;
		fill_attr(s, &o->attr, FILE_NODE);
		return sizeof(*o);
	}
	case FUSE_GETATTR:
	case FUSE_SETATTR: {
		struct fuse_attr_out *o = (void *)out;
		const struct fuse_setattr_in *in = (const void *)arg;

		if (h->opcode == FUSE_SETATTR && in->valid & FATTR_SIZE)
			c->size = in->size;
		memset(o, 0, sizeof(*o));
		fill_attr(s, &o->attr, h->nodeid);
		return sizeof(*o);
	}
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		memset(out, 0, sizeof(struct fuse_open_out));
		return sizeof(struct fuse_open_out);
	case FUSE_READ: {
		const struct fuse_read_in *in = (const void *)arg;
		uintptr_t at = atomic_load(&c->lend_at);
		uint32_t n = in->size;

		if (in->offset >= c->size)
			return 0;
		if (n > c->size - in->offset)
			n = c->size - in->offset;
		*body = at ? (char *)at : s->store + in->offset;
		return n;
	}
	case FUSE_WRITE: {
		const struct fuse_write_in *in = (const void *)arg;
		struct fuse_write_out *o = (void *)out;

		if (rest_len != in->size)
			atomic_fetch_add(&c->bad, 1);
		if (in->offset + in->size > STORE_SIZE)
			return -ENOSPC;
		memcpy(s->store + in->offset, rest, in->size);
		if (in->offset + in->size > c->size)
			c->size = in->offset + in->size;
		memset(o, 0, sizeof(*o));
		o->size = in->size;
		return sizeof(*o);
	}
	case FUSE_SETXATTR: {
		const struct fuse_setxattr_in *in = (const void *)arg;
		uint32_t name = strnlen(rest, rest_len) + 1;

		if (name + in->size != rest_len || in->size > VALUE_SIZE)
			atomic_fetch_add(&c->bad, 1);
		memcpy(c->value, rest + name, in->size);
		c->value_size = in->size;
		return 0;
	}
	case FUSE_GETXATTR: {
		const struct fuse_getxattr_in *in = (const void *)arg;
		struct fuse_getxattr_out *o = (void *)out;

		if (!in->size) {
			memset(o, 0, sizeof(*o));
			o->size = c->value_size;
			return sizeof(*o);
		}
		if (in->size < c->value_size)
			return -ERANGE;
		*body = c->value;
		return c->value_size;
	}
	case FUSE_SETLK:
	case FUSE_SETLKW:
		return 0;
	case FUSE_STATFS:
		memset(out, 0, sizeof(struct fuse_statfs_out));
		return sizeof(struct fuse_statfs_out);
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FSYNC:
	case FUSE_DESTROY:
		return 0;
	case FUSE_INTERRUPT:
		atomic_fetch_add(&c->interrupts, 1);
		return -1000;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
		return -1000;
	}
	return -ENOSYS;
}

/* The length of the operation's fixed arguments. */
uint32_t fixed_len(uint32_t op)
{
	switch (op) {
	case FUSE_WRITE: return sizeof(struct fuse_write_in);
	case FUSE_SETXATTR: return FUSE_COMPAT_SETXATTR_IN_SIZE;
	}
	return 0;
}
