/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What FUSE-over-io_uring adds to the wire since FUSE 7.42, and what io_uring has that Debian 12's headers lack.
 * Values are Linux's: include/uapi/linux/fuse.h and io_uring.h.
 */
#ifndef ZUFS_BENCH_URING_WIRE_H
#define ZUFS_BENCH_URING_WIRE_H

#include <stdint.h>

#define WIRE_INIT_EXT			(1ull << 30)
#define WIRE_OVER_IO_URING		(1ull << 41)

#define WIRE_CMD_REGISTER		1
#define WIRE_CMD_COMMIT_AND_FETCH	2

#define WIRE_OP_URING_CMD		46
#define WIRE_SETUP_NO_SQARRAY		(1u << 16)

struct wire_ent_in_out {
	uint64_t flags;
	uint64_t commit_id;
	uint32_t payload_sz;
	uint32_t padding;
	uint64_t reserved;
};

struct wire_req_header {
	char in_out[128];		/* fuse_in_header, overwritten by fuse_out_header */
	char op_in[128];		/* the operation's first argument structure */
	struct wire_ent_in_out ent;
};

struct wire_cmd_req {
	uint64_t flags;
	uint64_t commit_id;
	uint16_t qid;
	uint8_t padding[6];
};

#endif
