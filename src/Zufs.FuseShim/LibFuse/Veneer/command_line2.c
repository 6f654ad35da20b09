/* SPDX-License-Identifier: BSD-2-Clause */
/* libfuse 2's command line: fuse_parse_cmdline, fuse_setup, fuse_teardown and fuse_main. */
#if FUSE_GENERATION == 2

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

struct fuse_chan *fuse_mount(const char *mountpoint, struct fuse_args *args);
void fuse_unmount(const char *mountpoint, struct fuse_chan *channel);
struct fuse *fuse_new(struct fuse_chan *channel, struct fuse_args *args, const struct fuse_operations *operations, size_t size, void *user_data);
int fuse_loop_mt(struct fuse *fuse);
struct fuse_session *fuse_get_session(struct fuse *fuse);

enum { KEY_HELP, KEY_HELP_WITHOUT_HEADER, KEY_VERSION };

struct command_line {
	int singlethread, foreground, nodefault_subtype;
	char *mountpoint;
};

#define FIELD(name) offsetof(struct command_line, name)

static const struct fuse_opt templates[] = {
	{ "-d", FIELD(foreground), 1 },
	{ "debug", FIELD(foreground), 1 },
	{ "-f", FIELD(foreground), 1 },
	{ "-s", FIELD(singlethread), 1 },
	{ "fsname=", FIELD(nodefault_subtype), 1 },
	{ "subtype=", FIELD(nodefault_subtype), 1 },
	FUSE_OPT_KEY("-h", KEY_HELP),
	FUSE_OPT_KEY("--help", KEY_HELP),
	FUSE_OPT_KEY("-ho", KEY_HELP_WITHOUT_HEADER),
	FUSE_OPT_KEY("-V", KEY_VERSION),
	FUSE_OPT_KEY("--version", KEY_VERSION),
	FUSE_OPT_KEY("-d", FUSE_OPT_KEY_KEEP),
	FUSE_OPT_KEY("debug", FUSE_OPT_KEY_KEEP),
	FUSE_OPT_KEY("fsname=", FUSE_OPT_KEY_KEEP),
	FUSE_OPT_KEY("subtype=", FUSE_OPT_KEY_KEEP),
	FUSE_OPT_END,
};

static void usage(const char *name)
{
	fprintf(stderr, "usage: %s mountpoint [options]\n\n", name);
	fputs("general options:\n"
	      "    -o opt,[opt...]        mount options\n"
	      "    -h   --help            print help\n"
	      "    -V   --version         print version\n\n", stderr);
}

static void help(void)
{
	fputs("FUSE options:\n"
	      "    -d   -o debug          enable debug output (implies -f)\n"
	      "    -f                     foreground operation\n"
	      "    -s                     disable multi-threaded operation\n\n", stderr);
}

static int on_option(void *data, const char *arg, int key, struct fuse_args *out)
{
	struct command_line *line = data;
	char path[PATH_MAX];

	switch (key) {
	case KEY_HELP:
		usage(out->argv[0]);
		help();
		return fuse_opt_add_arg(out, "-h");
	case KEY_HELP_WITHOUT_HEADER:
		help();
		return fuse_opt_add_arg(out, "-h");
	case KEY_VERSION:
		fprintf(stderr, "FUSE library version: %s\n", "2.9.9");
		return 1;
	case FUSE_OPT_KEY_NONOPT:
		break;
	default:
		return 1;
	}
	if (line->mountpoint) {
		say(LOG_LEVEL_ERROR, "fuse: invalid argument `%s'\n", arg);
		return -1;
	}
	if (mount_fd_of(arg) >= 0)
		return fuse_opt_add_opt(&line->mountpoint, arg);
	if (!realpath(arg, path)) {
		say(LOG_LEVEL_ERROR, "fuse: bad mount point `%s': %s\n", arg, strerror(errno));
		return -1;
	}
	return fuse_opt_add_opt(&line->mountpoint, path);
}

EXPORT int fuse_parse_cmdline(struct fuse_args *args, char **mountpoint, int *multithreaded, int *foreground)
{
	struct command_line line = { 0, 0, 0, NULL };

	if (fuse_opt_parse(args, &line, templates, on_option) == -1)
		goto fail;
	if (!line.nodefault_subtype && args->argc && args->argv[0]) {
		const char *slash = strrchr(args->argv[0], '/');
		char *subtype = NULL;
		int result;

		if (asprintf(&subtype, "-osubtype=%s", slash ? slash + 1 : args->argv[0]) == -1)
			goto fail;
		result = fuse_opt_add_arg(args, subtype);
		free(subtype);
		if (result == -1)
			goto fail;
	}
	if (mountpoint)
		*mountpoint = line.mountpoint;
	else
		free(line.mountpoint);
	if (multithreaded)
		*multithreaded = !line.singlethread;
	if (foreground)
		*foreground = line.foreground;
	return 0;
fail:
	free(line.mountpoint);
	return -1;
}

/* The channel of the mount that fuse_setup made, for fuse_teardown. */
static struct fuse_chan *setup_channel;

EXPORT struct fuse *fuse_setup(int argc, char *argv[], const struct fuse_operations *operations, size_t size, char **mountpoint, int *multithreaded,
			       void *user_data)
{
	struct fuse_args args = { argc, argv, 0 };
	struct fuse_chan *channel = NULL;
	struct fuse *fuse = NULL;
	int foreground;

	*mountpoint = NULL;
	if (fuse_parse_cmdline(&args, mountpoint, multithreaded, &foreground) == -1) {
		fuse_opt_free_args(&args);
		return NULL;
	}
	channel = fuse_mount(*mountpoint, &args);
	if (channel)
		fuse = fuse_new(channel, &args, operations, size, user_data);
	fuse_opt_free_args(&args);
	if (fuse && fuse_daemonize(foreground) != -1 && fuse_set_signal_handlers(fuse_get_session(fuse)) != -1) {
		setup_channel = channel;
		return fuse;
	}
	if (channel)
		fuse_unmount(*mountpoint, channel);
	if (fuse)
		fuse_destroy(fuse);
	free(*mountpoint);
	*mountpoint = NULL;
	return NULL;
}

EXPORT void fuse_teardown(struct fuse *fuse, char *mountpoint)
{
	fuse_remove_signal_handlers(fuse_get_session(fuse));
	fuse_unmount(mountpoint, setup_channel);
	setup_channel = NULL;
	fuse_destroy(fuse);
	free(mountpoint);
}

EXPORT int fuse_main_real(int argc, char *argv[], const struct fuse_operations *operations, size_t size, void *user_data)
{
	char *mountpoint;
	int multithreaded, result;
	struct fuse *fuse = fuse_setup(argc, argv, operations, size, &mountpoint, &multithreaded, user_data);

	if (!fuse)
		return 1;
	result = multithreaded ? fuse_loop_mt(fuse) : fuse_loop(fuse);
	fuse_teardown(fuse, mountpoint);
	return result == -1 ? 1 : 0;
}

EXPORT int fuse_main_real_compat25(int argc, char *argv[], const struct fuse_operations *operations, size_t size)
{
	return fuse_main_real(argc, argv, operations, size, NULL);
}

#endif
