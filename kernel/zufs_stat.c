// SPDX-License-Identifier: GPL-2.0-only
/* /sys/kernel/debug/zufs/connection-ID: a table of counters, a row per CPU that has any. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "zufs.h"

static struct dentry *zufs_dir;

static int zufs_stat_show(struct seq_file *m, void *unused)
{
	struct zufs_stats __percpu *stats = (void __percpu __force *)m->private;
	unsigned int cpu, i;

	/* As enum zufs_stat. */
	seq_puts(m, "cpu kind sent no_server no_thread no_room all_busy unsent redelivered cut bad_reply");
	seq_puts(m, " in_bytes fill fill_bytes lend lend_bytes lend_faults");
	for_each_possible_cpu(cpu) {
		struct zufs_stats *s = per_cpu_ptr(stats, cpu);

		if (!memchr_inv(s, 0, sizeof(*s)))
			continue;
		seq_printf(m, "\n%u", cpu);
		for (i = 0; i < ZUFS_NR_STATS; i++)
			seq_printf(m, " %llu", READ_ONCE(s->n[i]));
	}
	seq_putc(m, '\n');
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(zufs_stat);

/**
 * zufs_stat_add() - show a connection's counters
 * @id:    its number
 * @stats: the counters
 *
 * Return: what debugfs_remove() takes before they go
 */
struct dentry *zufs_stat_add(u64 id, struct zufs_stats __percpu *stats)
{
	char name[32];

	snprintf(name, sizeof(name), "connection-%llu", id);
	return debugfs_create_file(name, 0400, zufs_dir, (void __force *)stats, &zufs_stat_fops);
}

void zufs_stat_init(void)
{
	zufs_dir = debugfs_create_dir("zufs", NULL);
}

void zufs_stat_exit(void)
{
	debugfs_remove(zufs_dir);
}
