/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ZUFS_VENEER_SESSION_H
#define ZUFS_VENEER_SESSION_H

#include "veneer.h"

struct fuse *session_new(const struct fuse_args *args, const struct fuse_operations *operations, size_t size, void *user_data);
void session_free(struct fuse *fuse);

#endif
