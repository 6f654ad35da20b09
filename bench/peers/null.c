/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "null.h"
#include "uring_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILE_SIZE	(1ull << 30)
#define WINDOW		(64ull << 20)
#define ROOT_NODE	1
#define DATA_NODE	2

static char *window;

static void die(const char *what)
{
	fprintf(stderr, "null: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void fill_attributes(struct fuse_attr *attr, uint64_t node)
{
	memset(attr, 0, sizeof(*attr));
	attr->ino = node;
	attr->blksize = 4096;
	if (node == ROOT_NODE) {
		attr->mode = S_IFDIR | 0755;
		attr->nlink = 2;
	} else {
		attr->mode = S_IFREG | 0666;
		attr->nlink = 1;
		attr->size = FILE_SIZE;
		attr->blocks = FILE_SIZE / 512;
	}
}

static int serve_getattr(const struct fuse_in_header *header, char *reply)
{
	struct fuse_attr_out *out = (void *)reply;

	if (header->nodeid != ROOT_NODE && header->nodeid != DATA_NODE)
		return -ENOENT;
	out->attr_valid = 0;
	out->attr_valid_nsec = 0;
	out->dummy = 0;
	fill_attributes(&out->attr, header->nodeid);
	return sizeof(*out);
}

static int serve_lookup(const struct fuse_in_header *header, const char *name, char *reply)
{
	struct fuse_entry_out *out = (void *)reply;

	if (header->nodeid != ROOT_NODE || strcmp(name, "data") != 0)
		return -ENOENT;
	memset(out, 0, sizeof(*out));
	out->nodeid = DATA_NODE;
	fill_attributes(&out->attr, DATA_NODE);
	return sizeof(*out);
}

static int serve_open(const struct fuse_in_header *header, char *reply)
{
	struct fuse_open_out *out = (void *)reply;

	memset(out, 0, sizeof(*out));
	if (header->opcode == FUSE_OPEN)
		out->open_flags = FOPEN_DIRECT_IO | FOPEN_PARALLEL_DIRECT_WRITES;
	return sizeof(*out);
}

static int serve_read(const struct fuse_read_in *in, const char **lent)
{
	uint64_t length = in->size;

	if (in->offset >= FILE_SIZE)
		return 0;
	if (length > FILE_SIZE - in->offset)
		length = FILE_SIZE - in->offset;
	/* The window is mapped once more behind its end, so that no read wraps. */
	*lent = window + in->offset % WINDOW;
	return (int)length;
}

static int serve_write(const struct fuse_write_in *in, const char *payload, char *reply)
{
	struct fuse_write_out *out = (void *)reply;
	uint32_t size = in->size;

	memcpy(window + in->offset % WINDOW, payload, size);
	out->size = size;
	out->padding = 0;
	return sizeof(*out);
}

int null_serve(const struct fuse_in_header *header, const void *argument, const char *payload, char *reply, const char **lent)
{
	switch (header->opcode) {
	case FUSE_GETATTR:
		return serve_getattr(header, reply);
	case FUSE_LOOKUP:
		return serve_lookup(header, payload, reply);
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		return serve_open(header, reply);
	case FUSE_READ:
		return serve_read(argument, lent);
	case FUSE_WRITE:
		return serve_write(argument, payload, reply);
	case FUSE_READDIR:
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_DESTROY:
		return 0;
	case FUSE_STATFS:
		memset(reply, 0, sizeof(struct fuse_statfs_out));
		return sizeof(struct fuse_statfs_out);
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		return NULL_NO_REPLY;
	default:
		return -ENOSYS;
	}
}

/* WRITE is the only operation of ours that has a structure and a payload. */
static size_t argument_size(uint32_t opcode)
{
	return opcode == FUSE_WRITE ? sizeof(struct fuse_write_in) : 0;
}

void null_serve_connection(int fd)
{
	size_t room = NULL_MAX_WRITE + 8192;
	char *request = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	char *reply = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	struct fuse_out_header *out = (void *)reply;
	const struct fuse_in_header *header = (void *)request;
	char *body = reply + sizeof(*out);

	if (request == MAP_FAILED || reply == MAP_FAILED)
		die("mmap");
	for (;;) {
		const char *lent = NULL;
		ssize_t got = read(fd, request, room);
		int length;

		if (got < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN))
			continue;
		if (got < (ssize_t)sizeof(*header))
			return;	/* ENODEV: unmounted */
		length = null_serve(header, request + sizeof(*header), request + sizeof(*header) + argument_size(header->opcode), body, &lent);
		if (length == NULL_NO_REPLY)
			continue;
		out->unique = header->unique;
		out->error = length < 0 ? length : 0;
		out->len = sizeof(*out) + (length > 0 ? length : 0);
		if (lent && length > 0) {
			struct iovec parts[2] = { { out, sizeof(*out) }, { (void *)lent, (size_t)length } };

			if (writev(fd, parts, 2) < 0 && errno == ENODEV)
				return;
		} else if (write(fd, out, out->len) < 0 && errno == ENODEV) {
			return;
		}
	}
}

static void map_window(void)
{
	int memory = memfd_create("window", MFD_CLOEXEC);

	if (memory < 0 || ftruncate(memory, WINDOW) < 0)
		die("memfd");
	window = mmap(NULL, WINDOW + NULL_MAX_WRITE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (window == MAP_FAILED ||
	    mmap(window, WINDOW, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_POPULATE, memory, 0) == MAP_FAILED ||
	    mmap(window + WINDOW, NULL_MAX_WRITE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_POPULATE, memory, 0) == MAP_FAILED)
		die("mmap of the window");
	for (size_t i = 0; i < WINDOW; i += 4096)
		window[i] = (char)(i >> 12);
}

static void answer_init(int fd, int uring)
{
	static char request[65536];
	struct {
		struct fuse_out_header header;
		struct fuse_init_out init;
	} reply = { 0 };
	const struct fuse_in_header *header = (void *)request;
	const struct fuse_init_in *in = (void *)(request + sizeof(*header));
	uint64_t offered, taken;

	if (read(fd, request, sizeof(request)) < (ssize_t)(sizeof(*header) + sizeof(*in)) || header->opcode != FUSE_INIT)
		die("INIT");
	offered = in->flags | (uint64_t)in->flags2 << 32;
	taken = FUSE_ASYNC_READ | FUSE_BIG_WRITES | FUSE_PARALLEL_DIROPS | FUSE_MAX_PAGES | FUSE_ASYNC_DIO | WIRE_INIT_EXT;
	if (uring) {
		if (!(offered & WIRE_OVER_IO_URING)) {
			fprintf(stderr, "null: the kernel offers no FUSE-over-io_uring: set fuse's enable_uring.\n");
			exit(2);
		}
		taken |= WIRE_OVER_IO_URING;
	}
	taken &= offered;
	reply.header.len = sizeof(reply);
	reply.header.unique = header->unique;
	reply.init.major = FUSE_KERNEL_VERSION;
	reply.init.minor = in->minor;
	reply.init.max_readahead = in->max_readahead;
	reply.init.flags = (uint32_t)taken;
	reply.init.flags2 = (uint32_t)(taken >> 32);
	reply.init.max_background = 64;
	reply.init.congestion_threshold = 48;
	reply.init.max_write = NULL_MAX_WRITE;
	reply.init.time_gran = 1;
	reply.init.max_pages = NULL_MAX_WRITE / 4096;
	if (write(fd, &reply, sizeof(reply)) != sizeof(reply))
		die("the answer to INIT");
}

int null_mount(const char *mount_point, int uring)
{
	char options[128];
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("/dev/fuse");
	map_window();
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", fd);
	if (mount("null", mount_point, "fuse.null", MS_NOSUID | MS_NODEV, options) < 0)
		die(mount_point);
	answer_init(fd, uring);
	return fd;
}
