/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that needs what isn't there yet is told so when it starts, by a sentence that names it; one that hides its need in a library of its
 * own is told at the first call. Neither mounts anything first.
 */
#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "veneer.h"

#define TROUBLE 2

static _Noreturn void refuse(const char *names)
{
	fprintf(stderr,
		"fuse: this program needs %s, which the libfuse of Zufs doesn't have yet (it has the high-level API).\n"
		"fuse: start it without zufs-migrate run (or without LD_LIBRARY_PATH) to use the system's libfuse.\n", names);
	_exit(TROUBLE);
}

#define ABSENT(name) \
	EXPORT _Noreturn void name(void); \
	EXPORT _Noreturn void name(void) \
	{ \
		refuse(#name); \
	}
#include "absent.h"
#undef ABSENT

#define ABSENT(name) #name,
static const char *const absent[] = {
#include "absent.h"
};
#undef ABSENT

#if __SIZEOF_POINTER__ == 8
#define RELOCATION_SYMBOL ELF64_R_SYM
#else
#define RELOCATION_SYMBOL ELF32_R_SYM
#endif

static bool is_absent(const char *name)
{
	for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
		if (strcmp(absent[i], name) == 0)
			return true;
	return false;
}

static void collect(char *names, size_t size, const char *strings, const ElfW(Sym) *symbols, const ElfW(Rela) *relocations, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const ElfW(Sym) *symbol = &symbols[RELOCATION_SYMBOL(relocations[i].r_info)];
		const char *name = strings + symbol->st_name;
		size_t length = strlen(names);

		if (symbol->st_shndx != SHN_UNDEF || !is_absent(name) || length + strlen(name) + 3 > size)
			continue;
		snprintf(names + length, size - length, "%s%s", length ? ", " : "", name);
	}
}

/* The main program is the first that is reported. */
static int check_program(struct dl_phdr_info *info, size_t size, void *data)
{
	const ElfW(Dyn) *dynamic = NULL;
	const char *strings = NULL;
	const ElfW(Sym) *symbols = NULL;
	const ElfW(Rela) *calls = NULL, *others = NULL;
	size_t call_bytes = 0, other_bytes = 0;
	char names[2048] = "";

	(void)size;
	(void)data;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			dynamic = (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	/* glibc has made addresses of what stands in the file as offsets. */
	for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++) {
		switch (dynamic->d_tag) {
		case DT_STRTAB: strings = (const char *)dynamic->d_un.d_ptr; break;
		case DT_SYMTAB: symbols = (const ElfW(Sym) *)dynamic->d_un.d_ptr; break;
		case DT_JMPREL: calls = (const ElfW(Rela) *)dynamic->d_un.d_ptr; break;
		case DT_PLTRELSZ: call_bytes = dynamic->d_un.d_val; break;
		case DT_RELA: others = (const ElfW(Rela) *)dynamic->d_un.d_ptr; break;
		case DT_RELASZ: other_bytes = dynamic->d_un.d_val; break;
		}
	}
	if (strings && symbols) {
		collect(names, sizeof names, strings, symbols, calls, calls ? call_bytes / sizeof *calls : 0);
		collect(names, sizeof names, strings, symbols, others, others ? other_bytes / sizeof *others : 0);
	}
	if (names[0])
		refuse(names);
	return 1;
}

__attribute__((constructor)) static void check_at_start(void)
{
	dl_iterate_phdr(check_program, NULL);
}
