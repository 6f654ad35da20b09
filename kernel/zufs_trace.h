/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM zufs

#if !defined(_ZUFS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _ZUFS_TRACE_H

#include <linux/tracepoint.h>

/* A request that went to /dev/fuse (way as enum zufs_stat), or ended on a channel (way is ZUFS_SENT). */
TRACE_EVENT(zufs_request,
	TP_PROTO(u64 conn, u64 unique, u32 opcode, u32 way, int error),
	TP_ARGS(conn, unique, opcode, way, error),
	TP_STRUCT__entry(
		__field(u64, conn)
		__field(u64, unique)
		__field(u32, opcode)
		__field(u32, way)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->conn = conn;
		__entry->unique = unique;
		__entry->opcode = opcode;
		__entry->way = way;
		__entry->error = error;
	),
	TP_printk("connection %llu unique %llx opcode %u way %u error %d",
		  __entry->conn, __entry->unique, __entry->opcode, __entry->way, __entry->error)
);

#endif /* _ZUFS_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE zufs_trace
#include <trace/define_trace.h>
