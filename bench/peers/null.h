/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file system that does next to nothing: a directory with one file of 1 GiB, "data", whose bytes come from and go to a
 * window of 64 MiB. Nothing is cached, so that each system call is a request. bench/zufs-null is the same in C#.
 */
#ifndef ZUFS_BENCH_NULL_H
#define ZUFS_BENCH_NULL_H

#include <linux/fuse.h>
#include <stddef.h>
#include <stdint.h>

#define NULL_MAX_WRITE		(1u << 20)
#define NULL_NO_REPLY		(-100000)

/* Mounts at @mount_point and answers INIT, with io_uring when @uring. Returns the connection's fd; ends the program on failure. */
int null_mount(const char *mount_point, int uring);

/*
 * Serves one request. @argument is the operation's first structure, @payload what follows it. The reply is written to @reply, or
 * @lent is set to where it lies. Returns its length, a negative errno, or NULL_NO_REPLY.
 */
int null_serve(const struct fuse_in_header *header, const void *argument, const char *payload, char *reply, const char **lent);

/* Serves the connection's fd by read and write until it is unmounted. */
void null_serve_connection(int fd);

#endif
