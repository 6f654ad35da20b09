/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of zufs.ko share. */
#ifndef MODULE_H
#define MODULE_H

#include "../zufs_server.h"

#define MOUNT "/tmp/z"

/* An emulated machine loses milliseconds at any place, so mostly requests wait long for a slot here. */
#define BUSY_LONG "1000000"

/* apps.c */
int open_file(const char *mount, int flags);
struct server *up(int slots);
void down(struct server *s);
int reads_right(int fd, char *buf, size_t len, off_t at, uint64_t add);
int wait_for(atomic_uint *field, unsigned int value, int ms);
pid_t app(int (*what)(int), int arg);
int ended(pid_t pid, int ms);
int app_stat(int fd);
int app_stat_cpu(int fd);
void busy_us(const char *value);
int aborted(pid_t pid);
int abort_by_fusectl(void);

/* The tests, by file. */
void basic(void);
void data_inline(void);
void data_lent(void);
void fallback_cpu(void);
void fallback_busy(void);
void excluded(void);
void many_connections(void);
void signals(void);
void killed_waiting(void);
void abort_fusectl(void);
void abort_umount(void);
void abort_loop(void);
void death_fails(void);
void death_redelivers(void);
void orphans_end(void);
void thread_death(void);
void kill_loop(void);
void sigstop(void);
void hotplug(void);
void attach_storm(void);
void no_unload(void);
void rights(void);
void lend_userfault(void);
void lend_abort(void);
void lend_killed(void);
void lend_redelivered(void);
void lend_own_mount(void);
void lend_unmapped(void);
void lend_truncated(void);
void lend_remapped(void);

#endif
