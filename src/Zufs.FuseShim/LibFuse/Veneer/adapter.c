/* SPDX-License-Identifier: BSD-2-Clause */
/* Attributes and extended attributes; the beginning and the end (init, destroy); who calls (fuse_get_context). */
#include "adapter.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>

/* The largest minor of FUSE's protocol that each generation's library has spoken of to programs. */
#define PROTOCOL_MINOR (FUSE_GENERATION == 3 ? 31 : 19)

__thread struct fuse_context current_context;

EXPORT struct fuse_context *fuse_get_context(void)
{
	return &current_context;
}

static int op_getattr(void *program, const struct zufs_caller *caller, const char *path, struct zufs_file *file, struct zufs_attributes *attributes)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);
	struct stat st;
	int result;

	memset(&st, 0, sizeof st);
#if FUSE_GENERATION == 3
	result = fuse->operations.getattr(path, &st, file->bits & ZUFS_FILE_OPEN ? &info : NULL);
#else
	if ((file->bits & ZUFS_FILE_OPEN) && fuse->operations.fgetattr)
		result = fuse->operations.fgetattr(path, &st, &info);
	else
		result = path && fuse->operations.getattr ? fuse->operations.getattr(path, &st) : -ENOENT;
#endif
	if (result == 0)
		from_stat(&st, attributes);
	return result;
}

static int op_chmod(void *program, const struct zufs_caller *caller, const char *path, uint32_t mode, struct zufs_file *file)
{
	ENTER_BY_PATH;
#if FUSE_GENERATION == 3
	struct fuse_file_info info = to_info(file);

	return fuse->operations.chmod(path, mode, file->bits & ZUFS_FILE_OPEN ? &info : NULL);
#else
	(void)file;
	return path ? fuse->operations.chmod(path, mode) : -ENOENT;
#endif
}

static int op_chown(void *program, const struct zufs_caller *caller, const char *path, uint32_t uid, uint32_t gid, struct zufs_file *file)
{
	ENTER_BY_PATH;
#if FUSE_GENERATION == 3
	struct fuse_file_info info = to_info(file);

	return fuse->operations.chown(path, uid, gid, file->bits & ZUFS_FILE_OPEN ? &info : NULL);
#else
	(void)file;
	return path ? fuse->operations.chown(path, uid, gid) : -ENOENT;
#endif
}

static int op_truncate(void *program, const struct zufs_caller *caller, const char *path, uint64_t length, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);

#if FUSE_GENERATION == 3
	return fuse->operations.truncate(path, (off_t)length, file->bits & ZUFS_FILE_OPEN ? &info : NULL);
#else
	if ((file->bits & ZUFS_FILE_OPEN) && fuse->operations.ftruncate)
		return fuse->operations.ftruncate(path, (off_t)length, &info);
	if (!fuse->operations.truncate)
		return -ENOSYS;
	return path ? fuse->operations.truncate(path, (off_t)length) : -ENOENT;
#endif
}

static int op_utimens(void *program, const struct zufs_caller *caller, const char *path, const struct zufs_times *times, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct timespec tv[2] = { { times->atime, times->atime_nsec }, { times->mtime, times->mtime_nsec } };
#if FUSE_GENERATION == 3
	struct fuse_file_info info = to_info(file);

	return fuse->operations.utimens(path, tv, file->bits & ZUFS_FILE_OPEN ? &info : NULL);
#else
	(void)file;
	if (!path)
		return -ENOENT;
	if (!fuse->operations.flag_utime_omit_ok || !fuse->operations.utimens) {
		/* Such a program sets both times, and knows no special ones. */
		if (tv[0].tv_nsec == UTIME_OMIT || tv[1].tv_nsec == UTIME_OMIT)
			return 0;
		for (int i = 0; i < 2; i++)
			if (tv[i].tv_nsec == UTIME_NOW)
				clock_gettime(CLOCK_REALTIME, &tv[i]);
	}
	if (fuse->operations.utimens)
		return fuse->operations.utimens(path, tv);
	struct utimbuf old = { tv[0].tv_sec, tv[1].tv_sec };

	return fuse->operations.utime(path, &old);
#endif
}

static int op_access(void *program, const struct zufs_caller *caller, const char *path, uint32_t mask)
{
	ENTER_BY_PATH;
	return fuse->operations.access(path, (int)mask);
}

static int op_statfs(void *program, const struct zufs_caller *caller, const char *path, struct zufs_statfs *to)
{
	struct fuse *fuse = program;
	char room[fuse->subdir ? PATH_ROOM : 1];
	struct statvfs from;
	int result;

	enter(fuse, caller);
	memset(&from, 0, sizeof from);
	result = fuse->operations.statfs(subdir_path(fuse, path ? path : "/", room), &from);
	if (result)
		return result;
	to->blocks = from.f_blocks;
	to->free_blocks = from.f_bfree;
	to->available_blocks = from.f_bavail;
	to->files = from.f_files;
	to->free_files = from.f_ffree;
	to->block_size = (uint32_t)from.f_bsize;
	to->name_length = (uint32_t)from.f_namemax;
	to->fragment_size = (uint32_t)from.f_frsize;
	return 0;
}

static int op_setxattr(void *program, const struct zufs_caller *caller, const char *path, const char *name, const void *value, uint64_t size, int flags)
{
	ENTER_BY_PATH;
	return fuse->operations.setxattr(path, name, value ? value : "", size, flags);
}

static int op_getxattr(void *program, const struct zufs_caller *caller, const char *path, const char *name, void *room, uint64_t size)
{
	ENTER_BY_PATH;
	return fuse->operations.getxattr(path, name, room, size);
}

static int op_listxattr(void *program, const struct zufs_caller *caller, const char *path, void *room, uint64_t size)
{
	ENTER_BY_PATH;
	return fuse->operations.listxattr(path, room, size);
}

static int op_removexattr(void *program, const struct zufs_caller *caller, const char *path, const char *name)
{
	ENTER_BY_PATH;
	return fuse->operations.removexattr(path, name);
}

/* The table, from what the program has. */
void adapter_fill(struct fuse *fuse)
{
	const struct fuse_operations *has = &fuse->operations;
	struct zufs_operations *table = &fuse->table;

	memset(table, 0, sizeof *table);
	table->size = sizeof *table;
	adapter_fill_names(fuse);
	adapter_fill_files(fuse);
#if FUSE_GENERATION == 3
	if (has->getattr)
		PROVIDE(table, getattr, op_getattr);
	if (has->truncate)
		PROVIDE(table, truncate, op_truncate);
	if (has->utimens)
		PROVIDE(table, utimens, op_utimens);
#else
	if (has->getattr || has->fgetattr)
		PROVIDE(table, getattr, op_getattr);
	if (has->truncate || has->ftruncate)
		PROVIDE(table, truncate, op_truncate);
	if (has->utimens || has->utime)
		PROVIDE(table, utimens, op_utimens);
#endif
	if (has->chmod)
		PROVIDE(table, chmod, op_chmod);
	if (has->chown)
		PROVIDE(table, chown, op_chown);
	if (has->access)
		PROVIDE(table, access, op_access);
	if (has->statfs)
		PROVIDE(table, statfs, op_statfs);
	if (has->setxattr)
		PROVIDE(table, setxattr, op_setxattr);
	if (has->getxattr)
		PROVIDE(table, getxattr, op_getxattr);
	if (has->listxattr)
		PROVIDE(table, listxattr, op_listxattr);
	if (has->removexattr)
		PROVIDE(table, removexattr, op_removexattr);
}

static const struct {
	uint32_t capability, feature;
} features[] = {
	{ FUSE_CAP_POSIX_LOCKS, ZUFS_WANT_POSIX_LOCKS },
	{ FUSE_CAP_FLOCK_LOCKS, ZUFS_WANT_FLOCK_LOCKS },
	{ FUSE_CAP_ATOMIC_O_TRUNC, ZUFS_WANT_ATOMIC_OPEN_TRUNCATE },
	{ FUSE_CAP_DONT_MASK, ZUFS_WANT_OWN_UMASK },
#if FUSE_GENERATION == 3
	{ FUSE_CAP_AUTO_INVAL_DATA, ZUFS_WANT_AUTO_INVAL_DATA },
	{ FUSE_CAP_READDIRPLUS, ZUFS_WANT_READDIR_PLUS },
	{ FUSE_CAP_WRITEBACK_CACHE, ZUFS_WANT_WRITEBACK_CACHE },
	{ FUSE_CAP_PARALLEL_DIROPS, ZUFS_WANT_PARALLEL_DIROPS },
	{ FUSE_CAP_POSIX_ACL, ZUFS_WANT_POSIX_ACL },
	{ FUSE_CAP_CACHE_SYMLINKS, ZUFS_WANT_CACHE_SYMLINKS },
#endif
};

static unsigned capable_by(uint32_t offered)
{
	unsigned capable = FUSE_CAP_ASYNC_READ | FUSE_CAP_IOCTL_DIR;

#if FUSE_GENERATION == 3
	capable |= FUSE_CAP_ASYNC_DIO | FUSE_CAP_NO_OPEN_SUPPORT | FUSE_CAP_NO_OPENDIR_SUPPORT;
	if (offered & ZUFS_WANT_READDIR_PLUS)
		capable |= FUSE_CAP_READDIRPLUS_AUTO;
#else
	capable |= FUSE_CAP_BIG_WRITES;
#endif
	for (size_t i = 0; i < sizeof features / sizeof features[0]; i++)
		if (offered & features[i].feature)
			capable |= features[i].capability;
	return capable;
}

/* What libfuse agrees to before init is asked. */
static unsigned wanted_unasked(const struct fuse *fuse)
{
	unsigned want = FUSE_CAP_ASYNC_READ;

#if FUSE_GENERATION == 3
	want |= FUSE_CAP_ATOMIC_O_TRUNC | FUSE_CAP_AUTO_INVAL_DATA | FUSE_CAP_PARALLEL_DIROPS | FUSE_CAP_ASYNC_DIO | FUSE_CAP_IOCTL_DIR |
		FUSE_CAP_READDIRPLUS | FUSE_CAP_READDIRPLUS_AUTO;
#else
	if (fuse->options.atomic_o_trunc)
		want |= FUSE_CAP_ATOMIC_O_TRUNC;
#endif
	if (fuse->operations.lock && !fuse->options.no_remote_posix_lock)
		want |= FUSE_CAP_POSIX_LOCKS;
	if (fuse->operations.flock && !fuse->options.no_remote_flock)
		want |= FUSE_CAP_FLOCK_LOCKS;
	return want;
}

#if FUSE_GENERATION == 3
static void call_init(struct fuse *fuse, struct fuse_conn_info *connection)
{
	struct high_options *options = &fuse->options;
	struct fuse_config config = {
		.set_gid = options->set_gid, .gid = options->gid, .set_uid = options->set_uid, .uid = options->uid,
		.set_mode = options->set_mode, .umask = options->umask, .entry_timeout = options->entry_timeout,
		.negative_timeout = options->negative_timeout, .attr_timeout = options->attr_timeout, .intr = options->intr,
		.intr_signal = options->intr_signal, .remember = options->remember, .hard_remove = options->hard_remove,
		.use_ino = options->use_ino, .readdir_ino = options->readdir_ino, .direct_io = options->direct_io,
		.kernel_cache = options->kernel_cache, .auto_cache = options->auto_cache, .no_rofd_flush = options->no_rofd_flush,
		.ac_attr_timeout_set = options->ac_attr_timeout_set, .ac_attr_timeout = options->ac_attr_timeout,
		.nullpath_ok = 0, .modules = options->modules, .debug = options->debug,
	};

	if (fuse->operations.init)
		fuse->user_data = fuse->operations.init(connection, &config);
	options->set_gid = config.set_gid;
	options->gid = config.gid;
	options->set_uid = config.set_uid;
	options->uid = config.uid;
	options->set_mode = config.set_mode;
	options->umask = config.umask;
	options->entry_timeout = config.entry_timeout;
	options->negative_timeout = config.negative_timeout;
	options->attr_timeout = config.attr_timeout;
	options->hard_remove = config.hard_remove;
	options->use_ino = config.use_ino;
	options->direct_io = config.direct_io;
	options->kernel_cache = config.kernel_cache;
	options->auto_cache = config.auto_cache;
	options->no_rofd_flush = config.no_rofd_flush;
	options->ac_attr_timeout_set = config.ac_attr_timeout_set;
	options->ac_attr_timeout = config.ac_attr_timeout;
	fuse->nullpath_ok = config.nullpath_ok != 0;
}
#else
static void call_init(struct fuse *fuse, struct fuse_conn_info *connection)
{
	if (fuse->operations.init)
		fuse->user_data = fuse->operations.init(connection);
	fuse->nullpath_ok = fuse->operations.flag_nullpath_ok || fuse->operations.flag_nopath;
}
#endif

void adapter_offered(void *program, uint32_t offered, struct zufs_wishes *wishes)
{
	struct fuse *fuse = program;
	const struct high_options *options = &fuse->options;
	struct fuse_conn_info connection;
	struct zufs_caller nobody = { 0, 0, 0, 0 };

	memset(&connection, 0, sizeof connection);
	connection.proto_major = 7;
	connection.proto_minor = PROTOCOL_MINOR;
	connection.max_write = wishes->max_write;
	connection.max_readahead = 128u << 10;
	connection.capable = capable_by(offered);
	connection.want = wanted_unasked(fuse) & connection.capable;
	connection.max_background = options->max_background;
	connection.congestion_threshold = options->congestion_threshold;
#if FUSE_GENERATION == 3
	connection.time_gran = 1;
#else
	connection.async_read = (unsigned)options->async_read;
#endif
	enter(fuse, &nobody);
	fuse->got_init = true;
	call_init(fuse, &connection);

	for (size_t i = 0; i < sizeof features / sizeof features[0]; i++)
		if (connection.want & features[i].capability)
			wishes->features |= features[i].feature;
	if (connection.max_write < wishes->max_write)
		wishes->max_write = connection.max_write;
	wishes->entry_timeout = options->entry_timeout;
	wishes->attr_timeout = options->attr_timeout;
	wishes->negative_timeout = options->negative_timeout;
	wishes->ac_attr_timeout = options->ac_attr_timeout_set ? options->ac_attr_timeout : options->attr_timeout;
	wishes->uid = options->uid;
	wishes->gid = options->gid;
	wishes->umask = options->umask;
	wishes->bits = (options->hard_remove ? ZUFS_WISH_HARD_REMOVE : 0) | (options->use_ino ? ZUFS_WISH_USE_INO : 0) |
		       (options->direct_io ? ZUFS_WISH_DIRECT_IO : 0) | (options->kernel_cache ? ZUFS_WISH_KERNEL_CACHE : 0) |
		       (options->auto_cache ? ZUFS_WISH_AUTO_CACHE | ZUFS_WISH_AC_TIMEOUT : 0) |
		       (options->no_rofd_flush ? ZUFS_WISH_NO_ROFD_FLUSH : 0) | (fuse->nullpath_ok ? ZUFS_WISH_NO_PATH : 0) |
		       (options->set_uid ? ZUFS_WISH_UID : 0) | (options->set_gid ? ZUFS_WISH_GID : 0) | (options->set_mode ? ZUFS_WISH_UMASK : 0);
}

/* Once, after the last operation, on the thread that ran the loop. */
void adapter_destroy(struct fuse *fuse)
{
	struct zufs_caller nobody = { 0, 0, 0, 0 };

	if (!fuse->got_init)
		return;
	fuse->got_init = false;
	enter(fuse, &nobody);
	if (fuse->operations.destroy)
		fuse->operations.destroy(fuse->user_data);
}

EXPORT int fuse_getgroups(int size, gid_t list[])
{
	char name[64], line[4096];
	FILE *status;
	int count = 0;

	snprintf(name, sizeof name, "/proc/%i/task/%i/status", (int)current_context.pid, (int)current_context.pid);
	status = fopen(name, "re");
	if (!status)
		return -errno;
	while (fgets(line, sizeof line, status)) {
		char *at = line + 7, *end;

		if (strncmp(line, "Groups:", 7) != 0)
			continue;
		for (;; at = end, count++) {
			unsigned long id = strtoul(at, &end, 10);

			if (end == at)
				break;
			if (count < size)
				list[count] = (gid_t)id;
		}
		break;
	}
	fclose(status);
	return count;
}
