/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said to people: on stderr, or where the program wants it (fuse_set_log_func). */
#include "veneer.h"

typedef void (*fuse_log_func_t)(int level, const char *format, va_list arguments);

static void to_stderr(int level, const char *format, va_list arguments)
{
	(void)level;
	vfprintf(stderr, format, arguments);
}

static fuse_log_func_t log_function = to_stderr;

void say(enum log_level level, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_function(level, format, arguments);
	va_end(arguments);
}

#if FUSE_GENERATION == 3
EXPORT void fuse_set_log_func(fuse_log_func_t function)
{
	log_function = function ? function : to_stderr;
}

EXPORT void fuse_log(int level, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_function(level, format, arguments);
	va_end(arguments);
}
#endif
