// SPDX-License-Identifier: BSD-2-Clause
// Tests of zufs.ko by a raw server in C; they are in module/. Prints "PASS NAME" or "FAIL NAME: why" a line.
// Arguments name tests, default all; exit code 1 when one failed.
#include "module/module.h"

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	mount("none", "/sys/fs/fuse/connections", "fusectl", 0, NULL);
	mount("none", "/sys/kernel/debug", "debugfs", 0, NULL);
	busy_us(BUSY_LONG);
#define TEST(name) run_test(argc, argv, #name, name)
	TEST(basic);
	TEST(data_inline);
	TEST(data_lent);
	TEST(fallback_cpu);
	TEST(fallback_busy);
	TEST(excluded);
	TEST(many_connections);
	TEST(signals);
	TEST(killed_waiting);
	TEST(abort_fusectl);
	TEST(abort_umount);
	TEST(abort_loop);
	TEST(death_fails);
	TEST(death_redelivers);
	TEST(orphans_end);
	TEST(thread_death);
	TEST(kill_loop);
	TEST(sigstop);
	TEST(hotplug);
	TEST(attach_storm);
	TEST(no_unload);
	TEST(rights);
	TEST(lend_userfault);
	TEST(lend_abort);
	TEST(lend_killed);
	TEST(lend_redelivered);
	TEST(lend_own_mount);
	TEST(lend_unmapped);
	TEST(lend_truncated);
	TEST(lend_remapped);
	return failures ? 1 : 0;
}
