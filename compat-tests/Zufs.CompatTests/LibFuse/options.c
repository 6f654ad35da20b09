/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints what fuse_opt_* make of a command line, to be compared between libraries. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <fuse_opt.h>

struct values {
	char *name, *next;
	int number, flag;
	unsigned octal;
};

static const struct fuse_opt templates[] = {
	{ "name=%s", offsetof(struct values, name), 0 },
	{ "number=%i", offsetof(struct values, number), 0 },
	{ "octal=%o", offsetof(struct values, octal), 0 },
	{ "flag", offsetof(struct values, flag), 1 },
	{ "noflag", offsetof(struct values, flag), 0 },
	{ "-x", offsetof(struct values, flag), 7 },
	{ "-n %s", offsetof(struct values, next), 0 },
	{ "--long=%s", offsetof(struct values, next), 0 },
	FUSE_OPT_KEY("keep", FUSE_OPT_KEY_KEEP),
	FUSE_OPT_KEY("drop", FUSE_OPT_KEY_DISCARD),
	FUSE_OPT_KEY("key=", 5),
	FUSE_OPT_KEY("-k ", 6),
	FUSE_OPT_END,
};

static int on_option(void *data, const char *arg, int key, struct fuse_args *out)
{
	(void)data;
	(void)out;
	printf("%d [%s] ", key, arg);
	return strstr(arg, "fail") ? -1 : !strstr(arg, "eat");
}

int main(int argc, char *argv[])
{
	struct fuse_args args = FUSE_ARGS_INIT(argc, argv);
	struct values values = { NULL, NULL, 0, 0, 0 };
	int result = fuse_opt_parse(&args, &values, templates, on_option);
	char *list = NULL;

	printf("-> %d name=%s next=%s number=%d flag=%d octal=%o:", result, values.name ? values.name : "-", values.next ? values.next : "-",
	       values.number, values.flag, values.octal);
	for (int i = 1; i < args.argc; i++)
		printf(" [%s]", args.argv[i]);
	fuse_opt_add_opt(&list, "a,b");
	fuse_opt_add_opt_escaped(&list, "c,d\\e");
	printf(" %s %d %d\n", list, fuse_opt_match(templates, "name=x"), fuse_opt_match(templates, "nothing"));
	fuse_opt_free_args(&args);
	return 0;
}
