// SPDX-License-Identifier: BSD-2-Clause
// Applications as processes, and what tests do to mounts.
#include "module.h"

#include <dirent.h>

int open_file(const char *mount, int flags)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/f", mount);
	return open(path, flags);
}

/* Starts server and mount, or fails the test. */
struct server *up(int slots)
{
	struct server *s = make_server(MOUNT, slots);

	if (start_server(s)) {
		fail("the server did not start");
		end_server(s);
		return NULL;
	}
	return s;
}

void down(struct server *s)
{
	CHECK(!atomic_load(&s->control->bad), "%u requests did not add up", atomic_load(&s->control->bad));
	CHECK(!end_server(s), "the mount did not go");
}

/* Compares a read to the pattern (or to what add was written with). */
int reads_right(int fd, char *buf, size_t len, off_t at, uint64_t add)
{
	ssize_t n = pread(fd, buf, len, at);

	if (n != (ssize_t)len)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (buf[i] != pattern(at + i + add))
			return 0;
	return 1;
}

int wait_for(atomic_uint *field, unsigned int value, int ms)
{
	while (atomic_load(field) < value && ms--)
		usleep(1000);
	return atomic_load(field) >= value;
}

/* A process that does one thing; its exit code is what it returned. */
pid_t app(int (*what)(int), int arg)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(what(arg) & 0xff);
	return pid;
}

/* Waits for a process for a bounded time; -1: it hangs. */
int ended(pid_t pid, int ms)
{
	int status;

	while (ms--) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		usleep(1000);
	}
	return -1;
}

int app_stat(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? errno : 0;
}

int app_stat_cpu(int fd)
{
	pin(fd >> 16);
	return app_stat(fd & 0xffff);
}

/* How long a request waits for a slot. An emulated machine loses milliseconds at any place, so mostly it is long here. */
void busy_us(const char *value)
{
	int fd = open("/sys/module/zufs/parameters/busy_us", O_WRONLY);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		fail("busy_us: %s", strerror(errno));
	close(fd);
}

int aborted(pid_t pid)
{
	int r = ended(pid, 10000);

	return r == ECONNABORTED || r == ENOTCONN || r == EIO || r == 128 + SIGKILL;
}

/* Aborts all connections there are: the guest has ours only. */
int abort_by_fusectl(void)
{
	DIR *d = opendir("/sys/fs/fuse/connections");
	struct dirent *e;
	char path[96];
	int fd, r = -1;

	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/sys/fs/fuse/connections/%.20s/abort", e->d_name);
		fd = open(path, O_WRONLY);
		if (fd >= 0) {
			r = write(fd, "1", 1) == 1 ? 0 : -1;
			close(fd);
		}
	}
	if (d)
		closedir(d);
	return r;
}
