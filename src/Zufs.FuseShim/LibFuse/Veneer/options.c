/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of -o that concern the high level: caches, owners, the connection. What isn't known here or to the mount is an error. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "veneer.h"

enum { KEY_HELP, KEY_VERSION, KEY_KEPT };

#define FIELD(name) offsetof(struct high_options, name)
#define FLAG(word, name, value) { word, FIELD(name), value }

static const struct fuse_opt templates[] = {
	FLAG("debug", debug, 1),
	FLAG("-d", debug, 1),
	FLAG("kernel_cache", kernel_cache, 1),
	FLAG("auto_cache", auto_cache, 1),
	FLAG("noauto_cache", auto_cache, 0),
	FLAG("umask=", set_mode, 1),
	FLAG("umask=%o", umask, 0),
	FLAG("uid=", set_uid, 1),
	FLAG("uid=%d", uid, 0),
	FLAG("gid=", set_gid, 1),
	FLAG("gid=%d", gid, 0),
	FLAG("entry_timeout=%lf", entry_timeout, 0),
	FLAG("attr_timeout=%lf", attr_timeout, 0),
	FLAG("ac_attr_timeout=%lf", ac_attr_timeout, 0),
	FLAG("ac_attr_timeout=", ac_attr_timeout_set, 1),
	FLAG("negative_timeout=%lf", negative_timeout, 0),
	FLAG("noforget", noforget, 1),
	FLAG("remember=%u", remember, 0),
	FLAG("modules=%s", modules, 0),
#if FUSE_GENERATION == 3
	FLAG("no_rofd_flush", no_rofd_flush, 1),
	FUSE_OPT_KEY("debug", FUSE_OPT_KEY_DISCARD),
	FUSE_OPT_KEY("-d", FUSE_OPT_KEY_DISCARD),
	/* Left by fuse_parse_cmdline for whoever makes the session. */
	FUSE_OPT_KEY("clone_fd", FUSE_OPT_KEY_DISCARD),
#else
	FUSE_OPT_KEY("-h", KEY_HELP),
	FUSE_OPT_KEY("--help", KEY_HELP),
	FUSE_OPT_KEY("-V", KEY_VERSION),
	FUSE_OPT_KEY("--version", KEY_VERSION),
	FUSE_OPT_KEY("debug", FUSE_OPT_KEY_DISCARD),
	FUSE_OPT_KEY("-d", FUSE_OPT_KEY_DISCARD),
	FLAG("hard_remove", hard_remove, 1),
	FLAG("use_ino", use_ino, 1),
	FLAG("readdir_ino", readdir_ino, 1),
	FLAG("direct_io", direct_io, 1),
	FLAG("nopath", nopath, 1),
	FLAG("intr", intr, 1),
	FLAG("intr_signal=%d", intr_signal, 0),
	FLAG("max_write=%u", max_write, 0),
	FLAG("max_readahead=%u", max_readahead, 0),
	FLAG("max_background=%u", max_background, 0),
	FLAG("congestion_threshold=%u", congestion_threshold, 0),
	FLAG("async_read", async_read, 1),
	FLAG("sync_read", async_read, 0),
	FLAG("atomic_o_trunc", atomic_o_trunc, 1),
	FLAG("no_remote_lock", no_remote_posix_lock, 1),
	FLAG("no_remote_lock", no_remote_flock, 1),
	FLAG("no_remote_flock", no_remote_flock, 1),
	FLAG("no_remote_posix_lock", no_remote_posix_lock, 1),
	FUSE_OPT_KEY("big_writes", FUSE_OPT_KEY_DISCARD),
	FUSE_OPT_KEY("splice_write", FUSE_OPT_KEY_DISCARD),
	FUSE_OPT_KEY("no_splice_write", FUSE_OPT_KEY_DISCARD),
	FUSE_OPT_KEY("splice_move", FUSE_OPT_KEY_DISCARD),
	FUSE_OPT_KEY("no_splice_move", FUSE_OPT_KEY_DISCARD),
	FUSE_OPT_KEY("splice_read", FUSE_OPT_KEY_DISCARD),
	FUSE_OPT_KEY("no_splice_read", FUSE_OPT_KEY_DISCARD),
#endif
	FUSE_OPT_END,
};

#define COMMON_HELP_1 \
	"    -o kernel_cache        cache files in kernel\n" \
	"    -o [no]auto_cache      enable caching based on modification times (off)\n"
#define COMMON_HELP_2 \
	"    -o umask=M             set file permissions (octal)\n" \
	"    -o uid=N               set file owner\n" \
	"    -o gid=N               set file group\n" \
	"    -o entry_timeout=T     cache timeout for names (1.0s)\n" \
	"    -o negative_timeout=T  cache timeout for deleted names (0.0s)\n" \
	"    -o attr_timeout=T      cache timeout for attributes (1.0s)\n" \
	"    -o ac_attr_timeout=T   auto cache timeout for attributes (attr_timeout)\n" \
	"    -o noforget            never forget cached inodes\n" \
	"    -o remember=T          remember cached inodes for T seconds (0s)\n"

#if FUSE_GENERATION == 3
EXPORT void fuse_lib_help(struct fuse_args *args)
{
	(void)args;
	fputs(COMMON_HELP_1
	      "    -o no_rofd_flush       disable flushing of read-only fd on close (off)\n" COMMON_HELP_2
	      "    -o modules=M1[:M2...]  names of modules to push onto filesystem stack\n"
	      "    -o allow_other         allow access by all users\n"
	      "    -o allow_root          allow access by root\n"
	      "    -o auto_unmount        auto unmount on process termination\n", stdout);
	subdir_help();
}
#else
static void help(void)
{
	fputs("    -o hard_remove         immediate removal (don't hide files)\n"
	      "    -o use_ino             let filesystem set inode numbers\n"
	      "    -o readdir_ino         try to fill in d_ino in readdir\n"
	      "    -o direct_io           use direct I/O\n" COMMON_HELP_1 COMMON_HELP_2
	      "    -o nopath              don't supply path if not necessary\n"
	      "    -o intr                allow requests to be interrupted\n"
	      "    -o intr_signal=NUM     signal to send on interrupt (10)\n"
	      "    -o modules=M1[:M2...]  names of modules to push onto filesystem stack\n\n"
	      "    -o max_write=N         set maximum size of write requests\n"
	      "    -o max_readahead=N     set maximum readahead\n"
	      "    -o max_background=N    set number of maximum background requests\n"
	      "    -o congestion_threshold=N  set kernel's congestion threshold\n"
	      "    -o async_read          perform reads asynchronously (default)\n"
	      "    -o sync_read           perform reads synchronously\n"
	      "    -o atomic_o_trunc      enable atomic open+truncate support\n"
	      "    -o big_writes          enable larger than 4kB writes\n"
	      "    -o no_remote_lock      disable remote file locking\n"
	      "    -o no_remote_flock     disable remote file locking (BSD)\n"
	      "    -o no_remote_posix_lock disable remove file locking (POSIX)\n"
	      "    -o [no_]splice_write   use splice to write to the fuse device\n"
	      "    -o [no_]splice_move    move data while splicing to the fuse device\n"
	      "    -o [no_]splice_read    use splice to read from the fuse device\n", stderr);
	subdir_help();
}
#endif

static int on_option(void *data, const char *arg, int key, struct fuse_args *out)
{
	struct high_options *options = data;

	(void)out;
	(void)arg;
#if FUSE_GENERATION == 2
	if (key == KEY_HELP) {
		help();
		options->show_help = 1;
		return 0;
	}
	if (key == KEY_VERSION) {
		fputs("using FUSE kernel interface version 7.19\n", stderr);
		options->show_help = 1;
		return 0;
	}
#else
	(void)options;
	(void)key;
#endif
	return 1;
}

void high_options_defaults(struct high_options *options)
{
	memset(options, 0, sizeof *options);
	options->entry_timeout = 1.0;
	options->attr_timeout = 1.0;
	options->intr_signal = SIGUSR1;
	options->async_read = 1;
	options->max_write = FUSE_GENERATION == 3 ? 1u << 20 : 128u << 10;
}

/* 0, or -1 after saying why; what is left in args are the mount's options (generation 3) or nothing (2). */
int high_options_parse(struct fuse *fuse, struct fuse_args *args)
{
	if (fuse_opt_parse(args, &fuse->options, templates, on_option) == -1)
		return -1;
	if (fuse->options.show_help)
		return -1;
	return fuse->options.modules ? subdir_take(fuse, args) : 0;
}
