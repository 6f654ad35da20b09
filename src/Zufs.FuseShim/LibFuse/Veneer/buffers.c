/* SPDX-License-Identifier: BSD-2-Clause */
/* fuse_buf_*: bytes in memory and in files. Data is copied, never spliced: nothing here is a pipe of our own. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "veneer.h"

EXPORT size_t fuse_buf_size(const struct fuse_bufvec *bufv)
{
	size_t size = 0;

	for (size_t i = 0; i < bufv->count; i++)
		size = bufv->buf[i].size == SIZE_MAX || size == SIZE_MAX ? SIZE_MAX : size + bufv->buf[i].size;
	return size;
}

/* One transfer between a file and memory; as much as one call does, or all of it with FUSE_BUF_FD_RETRY. */
static ssize_t transfer(const struct fuse_buf *file, size_t file_offset, char *memory, size_t length, bool is_read)
{
	size_t done = 0;

	while (done < length) {
		ssize_t count;

		if (file->flags & FUSE_BUF_FD_SEEK) {
			off_t at = file->pos + (off_t)(file_offset + done);

			count = is_read ? pread(file->fd, memory + done, length - done, at) : pwrite(file->fd, memory + done, length - done, at);
		} else {
			count = is_read ? read(file->fd, memory + done, length - done) : write(file->fd, memory + done, length - done);
		}
		if (count == -1)
			return done ? (ssize_t)done : -errno;
		if (count == 0)
			break;
		done += (size_t)count;
		if (!(file->flags & FUSE_BUF_FD_RETRY))
			break;
	}
	return (ssize_t)done;
}

static ssize_t between_files(const struct fuse_buf *to, size_t to_offset, const struct fuse_buf *from, size_t from_offset, size_t length)
{
	char room[16384];
	size_t done = 0;

	while (done < length) {
		size_t wanted = length - done < sizeof room ? length - done : sizeof room;
		ssize_t got = transfer(from, from_offset + done, room, wanted, true);
		ssize_t put;

		if (got <= 0)
			return done ? (ssize_t)done : got;
		put = transfer(to, to_offset + done, room, (size_t)got, false);
		if (put < 0)
			return done ? (ssize_t)done : put;
		done += (size_t)put;
		if (put < got || (size_t)got < wanted)
			break;
	}
	return (ssize_t)done;
}

static ssize_t copy_one(const struct fuse_buf *to, size_t to_offset, const struct fuse_buf *from, size_t from_offset, size_t length)
{
	bool to_file = to->flags & FUSE_BUF_IS_FD, from_file = from->flags & FUSE_BUF_IS_FD;

	if (to_file && from_file)
		return between_files(to, to_offset, from, from_offset, length);
	if (to_file)
		return transfer(to, to_offset, (char *)from->mem + from_offset, length, false);
	if (from_file)
		return transfer(from, from_offset, (char *)to->mem + to_offset, length, true);
	memmove((char *)to->mem + to_offset, (char *)from->mem + from_offset, length);
	return (ssize_t)length;
}

static const struct fuse_buf *current(const struct fuse_bufvec *vector)
{
	return vector->idx < vector->count ? &vector->buf[vector->idx] : NULL;
}

/* Goes on by so many bytes; false at the end. */
static bool advance(struct fuse_bufvec *vector, size_t length)
{
	const struct fuse_buf *buffer = current(vector);

	vector->off += length;
	if (vector->off < buffer->size)
		return true;
	vector->off = 0;
	return ++vector->idx < vector->count;
}

EXPORT ssize_t fuse_buf_copy(struct fuse_bufvec *dst, struct fuse_bufvec *src, enum fuse_buf_copy_flags flags)
{
	size_t copied = 0;

	(void)flags;
	if (dst == src)
		return (ssize_t)fuse_buf_size(dst);
	for (;;) {
		const struct fuse_buf *to = current(dst), *from = current(src);
		size_t length;
		ssize_t count;

		if (!to || !from)
			break;
		length = to->size - dst->off < from->size - src->off ? to->size - dst->off : from->size - src->off;
		count = copy_one(to, dst->off, from, src->off, length);
		if (count < 0)
			return copied ? (ssize_t)copied : count;
		copied += (size_t)count;
		if (!advance(src, (size_t)count) || !advance(dst, (size_t)count))
			break;
		if ((size_t)count < length)
			break;
	}
	return (ssize_t)copied;
}
