/* SPDX-License-Identifier: BSD-2-Clause */
/* libfuse 3's command line: fuse_parse_cmdline and fuse_main. */
#if FUSE_GENERATION == 3

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

void fuse_lib_help(struct fuse_args *args);
void fuse_lowlevel_version(void);
const char *fuse_pkgversion(void);
struct fuse *fuse_new_31(struct fuse_args *args, const struct fuse_operations *operations, size_t size, void *user_data);
int fuse_mount(struct fuse *fuse, const char *mountpoint);
void fuse_unmount(struct fuse *fuse);
struct fuse_session *fuse_get_session(struct fuse *fuse);

#define FIELD(name) offsetof(struct fuse_cmdline_opts, name)

static const struct fuse_opt templates[] = {
	{ "-h", FIELD(show_help), 1 },
	{ "--help", FIELD(show_help), 1 },
	{ "-V", FIELD(show_version), 1 },
	{ "--version", FIELD(show_version), 1 },
	{ "-d", FIELD(debug), 1 },
	{ "debug", FIELD(debug), 1 },
	{ "-d", FIELD(foreground), 1 },
	{ "debug", FIELD(foreground), 1 },
	FUSE_OPT_KEY("-d", FUSE_OPT_KEY_KEEP),
	FUSE_OPT_KEY("debug", FUSE_OPT_KEY_KEEP),
	{ "-f", FIELD(foreground), 1 },
	{ "-s", FIELD(singlethread), 1 },
	{ "fsname=", FIELD(nodefault_subtype), 1 },
	FUSE_OPT_KEY("fsname=", FUSE_OPT_KEY_KEEP),
	{ "subtype=", FIELD(nodefault_subtype), 1 },
	FUSE_OPT_KEY("subtype=", FUSE_OPT_KEY_KEEP),
	{ "clone_fd", FIELD(clone_fd), 1 },
	{ "max_idle_threads=%u", FIELD(max_idle_threads), 0 },
	FUSE_OPT_END,
};

/* Not known before 3.12, whose structure ends before it. */
static const struct fuse_opt templates_312[] = {
	{ "max_threads=%u", FIELD(max_threads), 0 },
	FUSE_OPT_END,
};

EXPORT void fuse_cmdline_help(void)
{
	fputs("    -h   --help            print help\n"
	      "    -V   --version         print version\n"
	      "    -d   -o debug          enable debug output (implies -f)\n"
	      "    -f                     foreground operation\n"
	      "    -s                     disable multi-threaded operation\n"
	      "    -o clone_fd            use separate fuse device fd for each thread\n"
	      "                           (may improve performance)\n"
	      "    -o max_idle_threads    the maximum number of idle worker threads\n"
	      "                           allowed (default: -1)\n"
	      "    -o max_threads         the maximum number of worker threads\n"
	      "                           allowed (default: 10)\n", stdout);
}

static int on_option(void *data, const char *arg, int key, struct fuse_args *out)
{
	struct fuse_cmdline_opts *options = data;
	char path[PATH_MAX];

	(void)out;
	if (key != FUSE_OPT_KEY_NONOPT)
		return 1;
	if (options->mountpoint) {
		say(LOG_LEVEL_ERROR, "fuse: invalid argument `%s'\n", arg);
		return -1;
	}
	if (mount_fd_of(arg) >= 0)
		return fuse_opt_add_opt(&options->mountpoint, arg);
	if (!realpath(arg, path)) {
		say(LOG_LEVEL_ERROR, "fuse: bad mount point `%s': %s\n", arg, strerror(errno));
		return -1;
	}
	return fuse_opt_add_opt(&options->mountpoint, path);
}

static int parse(struct fuse_args *args, struct fuse_cmdline_opts *options, bool is_312)
{
	memset(options, 0, is_312 ? sizeof *options : FIELD(max_threads));
	options->max_idle_threads = UINT_MAX;
	if (is_312)
		options->max_threads = 10;
	if (fuse_opt_parse(args, options, templates, on_option) == -1)
		return -1;
	if (is_312 && fuse_opt_parse(args, options, templates_312, NULL) == -1)
		return -1;
	if (!options->nodefault_subtype && args->argc && args->argv[0]) {
		const char *slash = strrchr(args->argv[0], '/');
		char *subtype = NULL;
		int result;

		if (asprintf(&subtype, "-osubtype=%s", slash ? slash + 1 : args->argv[0]) == -1)
			return -1;
		result = fuse_opt_add_arg(args, subtype);
		free(subtype);
		return result;
	}
	return 0;
}

EXPORT int fuse_parse_cmdline_30(struct fuse_args *args, struct fuse_cmdline_opts *options)
{
	return parse(args, options, false);
}

EXPORT int fuse_parse_cmdline_312(struct fuse_args *args, struct fuse_cmdline_opts *options)
{
	return parse(args, options, true);
}

VERSIONED(parse_cmdline_of_30, "fuse_parse_cmdline@FUSE_3.0");
EXPORT int parse_cmdline_of_30(struct fuse_args *args, struct fuse_cmdline_opts *options)
{
	return parse(args, options, false);
}

VERSIONED(parse_cmdline_default, "fuse_parse_cmdline@@FUSE_3.12");
EXPORT int parse_cmdline_default(struct fuse_args *args, struct fuse_cmdline_opts *options)
{
	return parse(args, options, true);
}

static int serve(struct fuse *fuse, const struct fuse_cmdline_opts *options)
{
	int result;

	if (fuse_mount(fuse, options->mountpoint) != 0)
		return 4;
	if (fuse_daemonize(options->foreground) != 0) {
		result = 5;
	} else if (fuse_set_signal_handlers(fuse_get_session(fuse)) != 0) {
		result = 6;
	} else {
		result = run_loop(fuse, options->singlethread) ? 8 : 0;
		fuse_remove_signal_handlers(fuse_get_session(fuse));
	}
	fuse_unmount(fuse);
	return result;
}

EXPORT int fuse_main_real(int argc, char *argv[], const struct fuse_operations *operations, size_t size, void *user_data)
{
	struct fuse_args args = { argc, argv, 0 };
	struct fuse_cmdline_opts options;
	struct fuse *fuse;
	int result = 0;

	if (parse(&args, &options, true) != 0)
		return 1;
	if (options.show_version) {
		printf("FUSE library version %s\n", fuse_pkgversion());
		fuse_lowlevel_version();
	} else if (options.show_help) {
		if (args.argv[0][0] != '\0')
			printf("usage: %s [options] <mountpoint>\n\n", args.argv[0]);
		printf("FUSE options:\n");
		fuse_cmdline_help();
		fuse_lib_help(&args);
	} else if (!options.mountpoint) {
		say(LOG_LEVEL_ERROR, "error: no mountpoint specified\n");
		result = 2;
	} else if (!(fuse = fuse_new_31(&args, operations, size, user_data))) {
		result = 3;
	} else {
		result = serve(fuse, &options);
		fuse_destroy(fuse);
	}
	free(options.mountpoint);
	fuse_opt_free_args(&args);
	return result;
}

#endif
