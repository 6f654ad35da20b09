// SPDX-License-Identifier: BSD-2-Clause
// How tests in the guest say what came out: a line that begins with PASS or FAIL each.
#include "zufs_server.h"

const char *test_name;
int failures;
int test_bad;

/* Notes a failure of the running test, once. */
void fail(const char *why, ...)
{
	va_list ap;

	if (test_bad++)
		return;
	failures++;
	printf("FAIL %s: ", test_name);
	va_start(ap, why);
	vprintf(why, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
}

/* Runs a test of the list when its name was asked for, or none was. */
void run_test(int argc, char **argv, const char *name, void (*test)(void))
{
	int asked = argc < 2;
	struct timespec a, b;

	for (int i = 1; i < argc; i++)
		asked |= !strcmp(argv[i], name);
	if (!asked)
		return;
	test_name = name;
	test_bad = 0;
	clock_gettime(CLOCK_MONOTONIC, &a);
	test();
	clock_gettime(CLOCK_MONOTONIC, &b);
	if (!test_bad)
		printf("PASS %s (%.1f s)\n", name, (b.tv_sec - a.tv_sec) + (b.tv_nsec - a.tv_nsec) / 1e9);
	fflush(stdout);
}

/* A counter of the connection's debugfs file, summed over the CPUs; -1: not there. */
long counter(struct server *s, const char *name)
{
	char path[64], head[512], *t, *save;
	long column = -1, sum = 0, i;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/debug/zufs/connection-%lu", (unsigned long)s->conn_id);
	f = fopen(path, "r");
	if (!f || !fgets(head, sizeof(head), f)) {
		if (f)
			fclose(f);
		return -1;
	}
	for (i = 0, t = strtok_r(head, " \n", &save); t; t = strtok_r(NULL, " \n", &save), i++)
		if (!strcmp(t, name))
			column = i;
	while (column >= 0 && fgets(head, sizeof(head), f))
		for (i = 0, t = strtok_r(head, " \n", &save); t; t = strtok_r(NULL, " \n", &save), i++)
			if (i == column)
				sum += atol(t);
	fclose(f);
	return column < 0 ? -1 : sum;
}
