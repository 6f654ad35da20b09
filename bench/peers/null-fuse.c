/* SPDX-License-Identifier: BSD-2-Clause */
/* The null file system in C on /dev/fuse: one thread, read and write. Usage: null-fuse MOUNTPOINT */
#include "null.h"

#include <stdio.h>

int main(int count, char **arguments)
{
	if (count != 2) {
		fprintf(stderr, "Usage: null-fuse MOUNTPOINT\n");
		return 2;
	}
	null_serve_connection(null_mount(arguments[1], 0));
	return 0;
}
