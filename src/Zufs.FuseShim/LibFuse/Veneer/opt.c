/* SPDX-License-Identifier: BSD-2-Clause */
/* fuse_opt_*: options by templates ("-x", "name", "name=%u", "-x %s"), with libfuse's behaviour and messages. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "veneer.h"

struct parse {
	void *data;
	const struct fuse_opt *templates;
	fuse_opt_proc_t proc;
	int at, argc;
	char **argv;
	struct fuse_args out;
	char *list;		/* the -o words that are kept */
	int separator;		/* arguments kept up to and with "--"; 0: none was seen */
};

static int no_memory(void)
{
	say(LOG_LEVEL_ERROR, "fuse: memory allocation failed\n");
	return -1;
}

EXPORT void fuse_opt_free_args(struct fuse_args *args)
{
	if (!args)
		return;
	if (args->argv && args->allocated) {
		for (int i = 0; i < args->argc; i++)
			free(args->argv[i]);
		free(args->argv);
	}
	args->argc = 0;
	args->argv = NULL;
	args->allocated = 0;
}

EXPORT int fuse_opt_add_arg(struct fuse_args *args, const char *arg)
{
	char **vector;
	char *copy;

	assert(!args->argv || args->allocated);
	copy = strdup(arg);
	if (!copy)
		return no_memory();
	vector = realloc(args->argv, (size_t)(args->argc + 2) * sizeof(char *));
	if (!vector) {
		free(copy);
		return no_memory();
	}
	args->argv = vector;
	args->allocated = 1;
	vector[args->argc++] = copy;
	vector[args->argc] = NULL;
	return 0;
}

static int insert_arg(struct fuse_args *args, int pos, const char *arg)
{
	char *last;

	assert(pos <= args->argc);
	if (fuse_opt_add_arg(args, arg) == -1)
		return -1;
	last = args->argv[args->argc - 1];
	memmove(args->argv + pos + 1, args->argv + pos, (size_t)(args->argc - 1 - pos) * sizeof(char *));
	args->argv[pos] = last;
	return 0;
}

EXPORT int fuse_opt_insert_arg(struct fuse_args *args, int pos, const char *arg)
{
	return insert_arg(args, pos, arg);
}

static int add_word(char **list, const char *word, bool escape)
{
	size_t before = *list ? strlen(*list) : 0;
	char *longer = realloc(*list, before + 2 * strlen(word) + 2);
	char *end;

	if (!longer)
		return no_memory();
	*list = longer;
	end = longer + before;
	if (before)
		*end++ = ',';
	for (; *word; word++) {
		if (escape && (*word == ',' || *word == '\\'))
			*end++ = '\\';
		*end++ = *word;
	}
	*end = '\0';
	return 0;
}

EXPORT int fuse_opt_add_opt(char **opts, const char *opt)
{
	return add_word(opts, opt, false);
}

EXPORT int fuse_opt_add_opt_escaped(char **opts, const char *opt)
{
	return add_word(opts, opt, true);
}

/* Whether an argument is an instance of a template; *separator: where the value begins in both, 0 when there is none. */
static bool matches(const char *template, const char *arg, size_t *separator)
{
	const char *sign = strchr(template, '=');

	if (!sign)
		sign = strchr(template, ' ');
	*separator = 0;
	if (sign && (!sign[1] || sign[1] == '%')) {
		size_t fixed = (size_t)(sign - template) + (sign[0] == '=');

		if (strncmp(arg, template, fixed) == 0) {
			*separator = (size_t)(sign - template);
			return true;
		}
	}
	return strcmp(template, arg) == 0;
}

static const struct fuse_opt *find(const struct fuse_opt *templates, const char *arg, size_t *separator)
{
	for (; templates && templates->templ; templates++)
		if (matches(templates->templ, arg, separator))
			return templates;
	return NULL;
}

EXPORT int fuse_opt_match(const struct fuse_opt opts[], const char *opt)
{
	size_t separator;

	return find(opts, opt, &separator) != NULL;
}

static int next_value(struct parse *parse, const char *option)
{
	if (parse->at + 1 >= parse->argc) {
		say(LOG_LEVEL_ERROR, "fuse: missing argument after `%s'\n", option);
		return -1;
	}
	parse->at++;
	return 0;
}

/* Asks the program about an argument, and keeps it when it says so. */
static int ask(struct parse *parse, const char *arg, int key, bool in_list)
{
	if (key == FUSE_OPT_KEY_DISCARD)
		return 0;
	if (key != FUSE_OPT_KEY_KEEP && parse->proc) {
		int result = parse->proc(parse->data, arg, key, &parse->out);

		if (result == -1 || !result)
			return result;
	}
	return in_list ? fuse_opt_add_opt_escaped(&parse->list, arg) : fuse_opt_add_arg(&parse->out, arg);
}

static int store_value(void *where, const char *format, const char *value, const char *arg)
{
	assert(format[0] == '%');
	if (format[1] == 's') {
		char **text = where;
		char *copy = strdup(value);

		if (!copy)
			return no_memory();
		free(*text);
		*text = copy;
		return 0;
	}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the format is the program's template */
	if (sscanf(value, format, where) != 1) {
#pragma GCC diagnostic pop
		say(LOG_LEVEL_ERROR, "fuse: invalid parameter in option `%s'\n", arg);
		return -1;
	}
	return 0;
}

static int take(struct parse *parse, const struct fuse_opt *template, size_t separator, const char *arg, bool in_list)
{
	if (template->offset == (unsigned long)-1U)
		return ask(parse, arg, template->value, in_list);
	void *where = (char *)parse->data + template->offset;
	if (separator && template->templ[separator + 1]) {
		const char *value = arg + separator;

		if (template->templ[separator] == '=')
			value++;
		return store_value(where, template->templ + separator + 1, value, arg);
	}
	*(int *)where = template->value;
	return 0;
}

static int take_with_next(struct parse *parse, const struct fuse_opt *template, size_t separator, const char *arg, bool in_list)
{
	char *whole;
	int result;

	if (next_value(parse, arg) == -1)
		return -1;
	whole = malloc(separator + strlen(parse->argv[parse->at]) + 1);
	if (!whole)
		return no_memory();
	memcpy(whole, arg, separator);
	strcpy(whole + separator, parse->argv[parse->at]);
	result = take(parse, template, separator, whole, in_list);
	free(whole);
	return result;
}

static int one_option(struct parse *parse, const char *arg, bool in_list)
{
	size_t separator;
	const struct fuse_opt *template = find(parse->templates, arg, &separator);

	if (!template)
		return ask(parse, arg, FUSE_OPT_KEY_OPT, in_list);
	for (; template; template = find(template + 1, arg, &separator)) {
		bool has_next = separator && template->templ[separator] == ' ' && !arg[separator];
		int result = has_next ? take_with_next(parse, template, separator, arg, in_list)
				      : take(parse, template, separator, arg, in_list);

		if (result == -1)
			return -1;
	}
	return 0;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* A list after -o: words at commas; a backslash hides one character, or stands for three octal digits. */
static int option_list(struct parse *parse, const char *text)
{
	char *copy = strdup(text);
	char *word = copy, *to = copy;
	int result = 0;
	bool is_end = false;

	if (!copy)
		return no_memory();
	for (const char *from = copy; !is_end && result != -1; from++) {
		is_end = !*from;
		if (*from == ',' || is_end) {
			*to = '\0';
			result = one_option(parse, word, true);
			to = word;
			continue;
		}
		if (from[0] == '\\' && from[1]) {
			from++;
			if (from[0] >= '0' && from[0] <= '3' && is_octal(from[1]) && is_octal(from[2])) {
				*to++ = (char)((from[0] - '0') * 64 + (from[1] - '0') * 8 + (from[2] - '0'));
				from += 2;
				continue;
			}
		}
		*to++ = *from;
	}
	free(copy);
	return result == -1 ? -1 : 0;
}

static int one_argument(struct parse *parse, const char *arg)
{
	if (parse->separator || arg[0] != '-')
		return ask(parse, arg, FUSE_OPT_KEY_NONOPT, false);
	if (arg[1] == 'o') {
		if (arg[2])
			return option_list(parse, arg + 2);
		if (next_value(parse, arg) == -1)
			return -1;
		return option_list(parse, parse->argv[parse->at]);
	}
	if (arg[1] == '-' && !arg[2]) {
		if (fuse_opt_add_arg(&parse->out, arg) == -1)
			return -1;
		parse->separator = parse->out.argc;
		return 0;
	}
	return one_option(parse, arg, false);
}

static int all_arguments(struct parse *parse)
{
	if (parse->argc && fuse_opt_add_arg(&parse->out, parse->argv[0]) == -1)
		return -1;
	for (parse->at = 1; parse->at < parse->argc; parse->at++)
		if (one_argument(parse, parse->argv[parse->at]) == -1)
			return -1;
	if (parse->list && (insert_arg(&parse->out, 1, "-o") == -1 || insert_arg(&parse->out, 2, parse->list) == -1))
		return -1;
	/* A "--" with nothing behind it. */
	if (parse->separator && parse->separator == parse->out.argc && strcmp(parse->out.argv[parse->out.argc - 1], "--") == 0) {
		free(parse->out.argv[--parse->out.argc]);
		parse->out.argv[parse->out.argc] = NULL;
	}
	return 0;
}

EXPORT int fuse_opt_parse(struct fuse_args *args, void *data, const struct fuse_opt opts[], fuse_opt_proc_t proc)
{
	struct parse parse = { .data = data, .templates = opts, .proc = proc };
	int result;

	if (!args || !args->argv || !args->argc)
		return 0;
	parse.argc = args->argc;
	parse.argv = args->argv;
	result = all_arguments(&parse);
	if (result != -1) {
		struct fuse_args before = *args;

		*args = parse.out;
		parse.out = before;
	}
	free(parse.list);
	fuse_opt_free_args(&parse.out);
	return result;
}
