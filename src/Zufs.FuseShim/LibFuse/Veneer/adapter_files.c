/* SPDX-License-Identifier: BSD-2-Clause */
/* Open files, their data and locks. */
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "adapter.h"

static int op_open(void *program, const struct zufs_caller *caller, const char *path, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);
	int result = fuse->operations.open(path, &info);

	if (result == 0)
		keep_info(&info, file);
	return result;
}

static int op_create(void *program, const struct zufs_caller *caller, const char *path, uint32_t mode, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);
	int result = fuse->operations.create(path, mode, &info);

	if (result == 0)
		keep_info(&info, file);
	return result;
}

static int read_by_vector(struct fuse *fuse, const char *path, void *room, size_t size, off_t offset, struct fuse_file_info *info)
{
	struct fuse_bufvec *source = NULL;
	struct fuse_bufvec target = { .count = 1, .buf = { { .size = size, .mem = room, .fd = -1 } } };
	int result = fuse->operations.read_buf(path, &source, size, offset, info);

	if (result == 0 && source) {
		if (fuse_buf_size(source) > size)
			say(LOG_LEVEL_ERROR, "fuse: read too many bytes\n");
		result = (int)fuse_buf_copy(&target, source, 0);
	}
	if (source) {
		for (size_t i = 0; i < source->count; i++)
			if (!(source->buf[i].flags & FUSE_BUF_IS_FD))
				free(source->buf[i].mem);
		free(source);
	}
	return result;
}

static int op_read(void *program, const struct zufs_caller *caller, const char *path, void *room, uint64_t size, uint64_t offset, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);
	int result;

	if (fuse->operations.read_buf)
		return read_by_vector(fuse, path, room, size, (off_t)offset, &info);
	result = fuse->operations.read(path, room, size, (off_t)offset, &info);
	if (result >= 0 && (uint64_t)result > size)
		say(LOG_LEVEL_ERROR, "fuse: read too many bytes\n");
	return result;
}

static int op_write(void *program, const struct zufs_caller *caller, const char *path, const void *data, uint64_t size, uint64_t offset, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);
	struct fuse_bufvec source = { .count = 1, .buf = { { .size = size, .mem = (void *)data, .fd = -1 } } };
	int result;

	if (fuse->operations.write_buf)
		result = fuse->operations.write_buf(path, &source, (off_t)offset, &info);
	else
		result = fuse->operations.write(path, data, size, (off_t)offset, &info);
	if (result >= 0 && (uint64_t)result > size)
		say(LOG_LEVEL_ERROR, "fuse: wrote too many bytes\n");
	return result;
}

static struct flock to_flock(const struct zufs_lock *lock)
{
	struct flock flock;

	memset(&flock, 0, sizeof flock);
	flock.l_type = (short)lock->type;
	flock.l_whence = SEEK_SET;
	flock.l_start = (off_t)lock->start;
	flock.l_len = lock->end >= (uint64_t)INT64_MAX ? 0 : (off_t)(lock->end - lock->start + 1);
	flock.l_pid = (pid_t)lock->pid;
	return flock;
}

static int op_lock(void *program, const struct zufs_caller *caller, const char *path, int command, struct zufs_lock *lock, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);
	struct flock flock = to_flock(lock);
	int result = fuse->operations.lock(path, &info, command, &flock);

	if (result == 0 && command == F_GETLK) {
		lock->type = (uint32_t)flock.l_type;
		lock->start = (uint64_t)flock.l_start;
		lock->end = flock.l_len ? (uint64_t)(flock.l_start + flock.l_len - 1) : (uint64_t)INT64_MAX;
		lock->pid = (uint32_t)flock.l_pid;
	}
	return result;
}

/* A close also unlocks what its owner holds. */
static int op_flush(void *program, const struct zufs_caller *caller, const char *path, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);
	struct zufs_lock all = { 0, INT64_MAX, F_UNLCK, 0 };
	struct flock flock = to_flock(&all);
	int result = fuse->operations.flush ? fuse->operations.flush(path, &info) : -ENOSYS;

	if (fuse->operations.lock && fuse->operations.lock(path, &info, F_SETLK, &flock) != -ENOSYS && result == -ENOSYS)
		result = 0;
	return result;
}

static int op_release(void *program, const struct zufs_caller *caller, const char *path, struct zufs_file *file)
{
	struct fuse *fuse = program;
	struct fuse_file_info info = to_info(file);
	char room[fuse->subdir ? PATH_ROOM : 1];

	enter(fuse, caller);
	/* libfuse's word for the path that isn't there any more. */
	path = path ? subdir_path(fuse, path, room) : fuse->nullpath_ok ? NULL : "-";
	fuse->operations.release(path, &info);
	return 0;
}

static int op_fsync(void *program, const struct zufs_caller *caller, const char *path, int data_only, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);

	return fuse->operations.fsync(path, data_only, &info);
}

static int op_flock(void *program, const struct zufs_caller *caller, const char *path, int operation, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);

	return fuse->operations.flock(path, &info, operation);
}

static int op_fallocate(void *program, const struct zufs_caller *caller, const char *path, uint32_t mode, uint64_t offset, uint64_t length, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);

	return fuse->operations.fallocate(path, (int)mode, (off_t)offset, (off_t)length, &info);
}

static int op_bmap(void *program, const struct zufs_caller *caller, const char *path, uint32_t block_size, uint64_t *block)
{
	ENTER_BY_PATH;
	return fuse->operations.bmap(path, block_size, block);
}

static int op_ioctl(void *program, const struct zufs_caller *caller, const char *path, struct zufs_ioctl *call, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);
	void *data = NULL;

	if (call->input_size && call->output_size && call->input_size != call->output_size)
		return -EINVAL;
	if (call->output_size) {
		/* One buffer for both ways; where nothing comes in, nothing of others is shown either. */
		if (call->input_size)
			memcpy(call->output, call->input, call->output_size);
		else
			memset(call->output, 0, call->output_size);
		data = call->output;
	} else if (call->input_size) {
		data = (void *)call->input;
	}
	return fuse->operations.ioctl(path, (int)call->command, (void *)(uintptr_t)call->argument, &info, call->flags, data);
}

struct fuse_pollhandle {
	struct fuse *fuse;
	uint64_t handle;
};

static int op_poll(void *program, const struct zufs_caller *caller, const char *path, uint64_t poll_handle, uint32_t *ready, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);
	struct fuse_pollhandle *handle = NULL;
	unsigned events = 0;
	int result;

	if (poll_handle) {
		handle = malloc(sizeof *handle);
		if (!handle)
			return -ENOMEM;
		handle->fuse = fuse;
		handle->handle = poll_handle;
	}
	result = fuse->operations.poll(path, &info, handle, &events);
	*ready = events;
	return result;
}

EXPORT void fuse_pollhandle_destroy(struct fuse_pollhandle *handle)
{
	free(handle);
}

EXPORT int fuse_notify_poll(struct fuse_pollhandle *handle)
{
	wakeup_poll(handle->fuse, handle->handle);
	return 0;
}

#if FUSE_GENERATION == 3
static int64_t op_copy_file_range(void *program, const struct zufs_caller *caller, const char *path, uint64_t offset, struct zufs_file *file,
				  const char *new_path, uint64_t new_offset, struct zufs_file *new_file, uint64_t length, uint32_t flags)
{
	ENTER_BY_PATH;
	struct fuse_file_info from = to_info(file), to = to_info(new_file);
	char new_room[fuse->subdir ? PATH_ROOM : 1];

	if (!new_path && !fuse->nullpath_ok)
		return -ENOENT;
	new_path = subdir_path(fuse, new_path, new_room);
	return fuse->operations.copy_file_range(path, &from, (off_t)offset, new_path, &to, (off_t)new_offset, length, (int)flags);
}

static int64_t op_lseek(void *program, const struct zufs_caller *caller, const char *path, uint64_t offset, uint32_t whence, struct zufs_file *file)
{
	ENTER_BY_PATH;
	struct fuse_file_info info = to_info(file);

	return fuse->operations.lseek(path, (off_t)offset, (int)whence, &info);
}
#endif

void adapter_fill_files(struct fuse *fuse)
{
	const struct fuse_operations *has = &fuse->operations;
	struct zufs_operations *table = &fuse->table;

	if (has->open)
		PROVIDE(table, open, op_open);
	if (has->create)
		PROVIDE(table, create, op_create);
	if (has->read || has->read_buf)
		PROVIDE(table, read, op_read);
	if (has->write || has->write_buf)
		PROVIDE(table, write, op_write);
	if (has->flush || has->lock)
		PROVIDE(table, flush, op_flush);
	if (has->release)
		PROVIDE(table, release, op_release);
	if (has->fsync)
		PROVIDE(table, fsync, op_fsync);
	if (has->lock)
		PROVIDE(table, lock, op_lock);
	if (has->flock)
		PROVIDE(table, flock, op_flock);
	if (has->bmap)
		PROVIDE(table, bmap, op_bmap);
	if (has->ioctl)
		PROVIDE(table, ioctl, op_ioctl);
	if (has->poll)
		PROVIDE(table, poll, op_poll);
	if (has->fallocate)
		PROVIDE(table, fallocate, op_fallocate);
#if FUSE_GENERATION == 3
	if (has->copy_file_range)
		PROVIDE(table, copy_file_range, op_copy_file_range);
	if (has->lseek)
		PROVIDE(table, lseek, op_lseek);
#endif
}
