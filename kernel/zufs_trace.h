/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM zufs

#if !defined(_ZUFS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _ZUFS_TRACE_H

#include <linux/tracepoint.h>

TRACE_EVENT(zufs_end,
	TP_PROTO(u64 conn, u64 unique, u32 opcode, int error),
	TP_ARGS(conn, unique, opcode, error),
	TP_STRUCT__entry(
		__field(u64, conn)
		__field(u64, unique)
		__field(u32, opcode)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->conn = conn;
		__entry->unique = unique;
		__entry->opcode = opcode;
		__entry->error = error;
	),
	TP_printk("connection %llu unique %llx opcode %u error %d", __entry->conn, __entry->unique, __entry->opcode, __entry->error)
);

TRACE_EVENT(zufs_fallback,
	TP_PROTO(u64 conn, u32 opcode, unsigned int why),
	TP_ARGS(conn, opcode, why),
	TP_STRUCT__entry(
		__field(u64, conn)
		__field(u32, opcode)
		__field(unsigned int, why)
	),
	TP_fast_assign(
		__entry->conn = conn;
		__entry->opcode = opcode;
		__entry->why = why;
	),
	TP_printk("connection %llu opcode %u why %u", __entry->conn, __entry->opcode, __entry->why)
);

#endif /* _ZUFS_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE zufs_trace
#include <trace/define_trace.h>
