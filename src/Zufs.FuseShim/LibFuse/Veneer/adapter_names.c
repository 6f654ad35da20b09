/* SPDX-License-Identifier: BSD-2-Clause */
/* Names, links and directories. */
#include <stddef.h>

#include "adapter.h"

static int op_readlink(void *program, const struct zufs_caller *caller, const char *path, char *target, uint64_t size)
{
	const char *own = path;

	ENTER_BY_PATH;
	int result = fuse->operations.readlink(path, target, size);

	if (result == 0) {
		target[size - 1] = '\0';
		subdir_link(fuse, own, target, size);
	}
	return result;
}

static int op_mknod(void *program, const struct zufs_caller *caller, const char *path, uint32_t mode, uint32_t rdev)
{
	ENTER_BY_PATH;
	return fuse->operations.mknod(path, mode, rdev);
}

static int op_mkdir(void *program, const struct zufs_caller *caller, const char *path, uint32_t mode)
{
	ENTER_BY_PATH;
	return fuse->operations.mkdir(path, mode & 07777);
}

static int op_unlink(void *program, const struct zufs_caller *caller, const char *path)
{
	ENTER_BY_PATH;
	return fuse->operations.unlink(path);
}

static int op_rmdir(void *program, const struct zufs_caller *caller, const char *path)
{
	ENTER_BY_PATH;
	return fuse->operations.rmdir(path);
}

static int op_symlink(void *program, const struct zufs_caller *caller, const char *target, const char *path)
{
	ENTER_BY_PATH;
	return fuse->operations.symlink(target, path);
}

static int op_rename(void *program, const struct zufs_caller *caller, const char *path, const char *new_path, uint32_t flags)
{
	ENTER_BY_PATH;
	char new_room[fuse->subdir ? PATH_ROOM : 1];

	new_path = subdir_path(fuse, new_path, new_room);
#if FUSE_GENERATION == 3
	return fuse->operations.rename(path, new_path, flags);
#else
	return flags ? -EINVAL : fuse->operations.rename(path, new_path);
#endif
}

static int op_link(void *program, const struct zufs_caller *caller, const char *path, const char *new_path)
{
	ENTER_BY_PATH;
	char new_room[fuse->subdir ? PATH_ROOM : 1];

	return fuse->operations.link(path, subdir_path(fuse, new_path, new_room));
}

static int op_opendir(void *program, const struct zufs_caller *caller, const char *path, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);
	int result = fuse->operations.opendir(path, &info);

	if (result == 0)
		keep_info(&info, file);
	return result;
}

/* The program's 'buf' in its call of the filler. */
struct listing {
	void *filler;
	zufs_fill fill;
	bool is_plus;
};

static int add_entry(struct listing *listing, const char *name, const struct stat *st, off_t next, bool is_full)
{
	struct zufs_attributes attributes;

	memset(&attributes, 0, sizeof attributes);
	if (st)
		from_stat(st, &attributes);
	return listing->fill(listing->filler, name, strlen(name), (uint64_t)next, &attributes, is_full && st && listing->is_plus);
}

#if FUSE_GENERATION == 3
static int fill(void *buf, const char *name, const struct stat *st, off_t next, int flags)
{
	return add_entry(buf, name, st, next, flags & FUSE_FILL_DIR_PLUS);
}
#else
static int fill(void *buf, const char *name, const struct stat *st, off_t next)
{
	return add_entry(buf, name, st, next, false);
}

static int fill_by_type(fuse_dirh_t buf, const char *name, int type, ino_t ino)
{
	struct stat st;

	memset(&st, 0, sizeof st);
	st.st_mode = (mode_t)type << 12;
	st.st_ino = ino;
	return add_entry((struct listing *)buf, name, &st, 0, false) ? -ENOMEM : 0;
}
#endif

static int op_readdir(void *program, const struct zufs_caller *caller, const char *path, void *filler, zufs_fill take, uint64_t offset, int is_plus,
		      struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);
	struct listing listing = { filler, take, is_plus != 0 };

#if FUSE_GENERATION == 3
	return fuse->operations.readdir(path, &listing, fill, (off_t)offset, &info, is_plus ? FUSE_READDIR_PLUS : 0);
#else
	if (fuse->operations.readdir)
		return fuse->operations.readdir(path, &listing, fill, (off_t)offset, &info);
	return fuse->operations.getdir(path, (fuse_dirh_t)&listing, fill_by_type);
#endif
}

static int op_releasedir(void *program, const struct zufs_caller *caller, const char *path, struct zufs_file *file)
{
	struct fuse *fuse = program;
	struct fuse_file_info info = to_info(file);
	char room[fuse->subdir ? PATH_ROOM : 1];

	enter(fuse, caller);
	path = path ? subdir_path(fuse, path, room) : fuse->nullpath_ok ? NULL : "-";
	fuse->operations.releasedir(path, &info);
	return 0;
}

static int op_fsyncdir(void *program, const struct zufs_caller *caller, const char *path, int data_only, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);

	return fuse->operations.fsyncdir(path, data_only, &info);
}

void adapter_fill_names(struct fuse *fuse)
{
	const struct fuse_operations *has = &fuse->operations;
	struct zufs_operations *table = &fuse->table;

	if (has->readlink)
		PROVIDE(table, readlink, op_readlink);
	if (has->mknod)
		PROVIDE(table, mknod, op_mknod);
	if (has->mkdir)
		PROVIDE(table, mkdir, op_mkdir);
	if (has->unlink)
		PROVIDE(table, unlink, op_unlink);
	if (has->rmdir)
		PROVIDE(table, rmdir, op_rmdir);
	if (has->symlink)
		PROVIDE(table, symlink, op_symlink);
	if (has->rename)
		PROVIDE(table, rename, op_rename);
	if (has->link)
		PROVIDE(table, link, op_link);
	if (has->opendir)
		PROVIDE(table, opendir, op_opendir);
#if FUSE_GENERATION == 3
	if (has->readdir)
#else
	if (has->readdir || has->getdir)
#endif
		PROVIDE(table, readdir, op_readdir);
	if (has->releasedir)
		PROVIDE(table, releasedir, op_releasedir);
	if (has->fsyncdir)
		PROVIDE(table, fsyncdir, op_fsyncdir);
}
