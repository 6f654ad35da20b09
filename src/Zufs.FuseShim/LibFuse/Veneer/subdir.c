/* SPDX-License-Identifier: BSD-2-Clause */
/* -o modules=subdir: another directory in front of every path. It is the one module there is. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "veneer.h"

struct subdir_options {
	char *subdir;
	int rellinks;
};

static const struct fuse_opt templates[] = {
	{ "subdir=%s", offsetof(struct subdir_options, subdir), 0 },
	{ "rellinks", offsetof(struct subdir_options, rellinks), 1 },
	{ "norellinks", offsetof(struct subdir_options, rellinks), 0 },
	FUSE_OPT_END,
};

void subdir_help(void)
{
#if FUSE_GENERATION == 3
	fputs("\nOptions for subdir module:\n", stdout);
	fputs("    -o subdir=DIR\t    prepend this directory to all paths (mandatory)\n"
	      "    -o [no]rellinks\t    transform absolute symlinks to relative\n", stdout);
#else
	fputs("\nModule options:\n\n[subdir]\n", stderr);
	fputs("    -o subdir=DIR\t    prepend this directory to all paths (mandatory)\n"
	      "    -o [no]rellinks\t    transform absolute symlinks to relative\n", stderr);
#endif
}

/* The modules that are asked for; only one subdir is. */
int subdir_take(struct fuse *fuse, struct fuse_args *args)
{
	struct subdir_options options = { NULL, 0 };
	size_t length;

	if (strcmp(fuse->options.modules, "subdir") != 0) {
		say(LOG_LEVEL_ERROR, "fuse: modules=%s: only the module subdir, once, is there in this library (Zufs)\n", fuse->options.modules);
		return -1;
	}
	if (fuse_opt_parse(args, &options, templates, NULL) == -1)
		return -1;
	if (!options.subdir) {
		say(LOG_LEVEL_ERROR, "fuse-subdir: missing 'subdir' option\n");
		return -1;
	}
	length = strlen(options.subdir);
	while (length && options.subdir[length - 1] == '/')
		options.subdir[--length] = '\0';
	fuse->subdir = options.subdir;
	fuse->subdir_length = length;
	fuse->rellinks = options.rellinks;
	return 0;
}

/* The path that the program gets; room holds the prefix and a path. */
const char *subdir_path(const struct fuse *fuse, const char *path, char *room)
{
	if (!fuse->subdir || !path)
		return path;
	memcpy(room, fuse->subdir, fuse->subdir_length);
	strcpy(room + fuse->subdir_length, path);
	return room;
}

/* rellinks: an absolute link into the directory becomes relative to where it stands. */
void subdir_link(const struct fuse *fuse, const char *path, char *target, size_t size)
{
	const char *rest = target + fuse->subdir_length;
	char relative[4096];
	size_t at = 0, shared = 0;

	if (!fuse->subdir || !fuse->rellinks || target[0] != '/')
		return;
	if (strncmp(target, fuse->subdir, fuse->subdir_length) != 0 || (*rest && *rest != '/'))
		return;
	while (*rest == '/')
		rest++;
	path++;
	for (size_t i = 0; path[i] && path[i] == rest[i]; i++)
		if (path[i] == '/')
			shared = i + 1;
	for (const char *p = path + shared; *p && at + 4 < sizeof relative; p++) {
		if (*p != '/')
			continue;
		memcpy(relative + at, "../", 3);
		at += 3;
	}
	if (at + strlen(rest + shared) + 2 > sizeof relative)
		return;
	strcpy(relative + at, rest[shared] ? rest + shared : ".");
	if (strlen(relative) + 1 <= size)
		strcpy(target, relative);
}
