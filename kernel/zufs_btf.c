// SPDX-License-Identifier: GPL-2.0-only
/*
 * The structs of fs/fuse/fuse_i.h are private to the kernel: a module built with another version's would
 * corrupt memory. Symbol versions can't tell (a module takes them from the kernel that it is built for, whatever
 * header it uses), and insmod -f ignores them. So the running kernel's own type
 * information is asked before anything else happens.
 */
#include "zufs_fuse.h"
#include <linux/btf.h>
#include <linux/fs.h>
#include <linux/vmalloc.h>

struct zufs_layout {
	const char *type;
	const char *member;	/* NULL: the size of the type */
	u32 bytes;
	bool seen;
};

#define Z_SIZE(t)	{ #t, NULL, sizeof(struct t) }
#define Z_AT(t, m)	{ #t, #m, offsetof(struct t, m) }

static struct zufs_layout zufs_layouts[] __initdata = {
	Z_SIZE(fuse_req), Z_AT(fuse_req, list), Z_AT(fuse_req, args), Z_AT(fuse_req, flags),
	Z_AT(fuse_req, in), Z_AT(fuse_req, out), Z_AT(fuse_req, fm),
	Z_SIZE(fuse_args), Z_AT(fuse_args, opcode), Z_AT(fuse_args, in_args), Z_AT(fuse_args, out_args),
	Z_SIZE(fuse_args_pages), Z_AT(fuse_args_pages, uses_folios),
	Z_SIZE(fuse_iqueue), Z_AT(fuse_iqueue, connected), Z_AT(fuse_iqueue, waitq),
	Z_AT(fuse_iqueue, ops), Z_AT(fuse_iqueue, priv),
	Z_SIZE(fuse_iqueue_ops), Z_AT(fuse_iqueue_ops, send_req), Z_AT(fuse_iqueue_ops, send_interrupt),
	Z_AT(fuse_iqueue_ops, send_forget), Z_AT(fuse_iqueue_ops, release),
	Z_SIZE(fuse_conn), Z_AT(fuse_conn, iq), Z_AT(fuse_conn, user_ns), Z_AT(fuse_conn, connected),
	Z_AT(fuse_conn, initialized), Z_AT(fuse_dev, fc),
};

/* How many bytes of data stand behind a type. */
static u32 __init zufs_btf_extra(const struct btf_type *t)
{
	u32 n = btf_type_vlen(t);

	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return n * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return n * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64:
		return n * sizeof(struct btf_enum64);
	case BTF_KIND_FUNC_PROTO:
		return n * sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return n * sizeof(struct btf_var_secinfo);
	}
	return 0;
}

static int __init zufs_btf_differs(const struct zufs_layout *l, u32 bytes)
{
	if (bytes == l->bytes)
		return 0;
	pr_err("struct %s%s%s: %u in this kernel, %u in the one that zufs.ko was built for\n",
	       l->type, l->member ? "." : " size", l->member ?: "", bytes, l->bytes);
	return 1;
}

static int __init zufs_btf_type(const struct btf_type *t, const char *strings)
{
	const struct btf_member *m = (const void *)(t + 1);
	const char *name = strings + t->name_off;
	unsigned int i, k;
	int bad = 0;

	for (i = 0; i < ARRAY_SIZE(zufs_layouts); i++) {
		struct zufs_layout *l = &zufs_layouts[i];

		if (strcmp(l->type, name))
			continue;
		if (!l->member) {
			l->seen = true;
			bad += zufs_btf_differs(l, t->size);
		}
		for (k = 0; l->member && k < btf_type_vlen(t); k++) {
			if (strcmp(strings + m[k].name_off, l->member))
				continue;
			l->seen = true;
			bad += zufs_btf_differs(l, __btf_member_bit_offset(t, &m[k]) / 8);
		}
	}
	return bad;
}

/* The kernel's types, as user space gets them too; kernel_read_file() is for files that security policies know. */
static void * __init zufs_btf_read(loff_t *size)
{
	struct file *file = filp_open("/sys/kernel/btf/vmlinux", O_RDONLY, 0);
	void *data = NULL;
	ssize_t got = 1;
	loff_t at = 0;

	if (IS_ERR(file))
		return NULL;
	*size = i_size_read(file_inode(file));
	if (*size > (loff_t)sizeof(struct btf_header))
		data = vmalloc(*size);
	while (data && at < *size && got > 0)	/* sysfs gives a page at a time */
		got = kernel_read(file, data + at, *size - at, &at);
	filp_close(file, NULL);
	if (at < *size) {
		vfree(data);
		return NULL;
	}
	return data;
}

/**
 * zufs_btf_check() - compare the structs that we were built with to the running kernel's
 *
 * Return: 0, or -ENOEXEC after saying what differs
 */
int __init zufs_btf_check(void)
{
	const struct btf_header *h;
	const void *at, *end;
	loff_t size = 0;
	void *data = zufs_btf_read(&size);
	unsigned int i;
	int bad = 0;

	if (!data) {
		pr_err("/sys/kernel/btf/vmlinux can't be read: this kernel's FUSE structs can't be checked\n");
		return -ENOEXEC;
	}
	h = data;
	at = data + h->hdr_len + h->type_off;
	end = at + h->type_len;
	while (at < end) {
		const struct btf_type *t = at;

		if (BTF_INFO_KIND(t->info) == BTF_KIND_STRUCT)
			bad += zufs_btf_type(t, data + h->hdr_len + h->str_off);
		at += sizeof(*t) + zufs_btf_extra(t);
	}
	for (i = 0; i < ARRAY_SIZE(zufs_layouts); i++) {
		if (zufs_layouts[i].seen)
			continue;
		pr_err("this kernel has no struct %s with %s\n", zufs_layouts[i].type, zufs_layouts[i].member ?: "a size");
		bad++;
	}
	vfree(data);
	if (bad)
		pr_err("refusing to load: build zufs.ko for this kernel (scripts/build-module.sh)\n");
	return bad ? -ENOEXEC : 0;
}
