// SPDX-License-Identifier: BSD-2-Clause
// The raw server's process: threads on /dev/fuse and on the channels, its mount, its start and end.
#include "zufs_server.h"

void *fuse_thread(void *p)
{
	struct server *s = p;
	size_t len = (1 << 20) + 8192;
	char *buf = malloc(len), *out = malloc(8192), *body;

	for (;;) {
		ssize_t n = read(s->fuse_fd, buf, len);
		struct fuse_in_header *h = (void *)buf;
		struct fuse_out_header oh;
		struct iovec v[2] = { { &oh, sizeof(oh) } };
		uint32_t fixed;
		int r;

		if (n < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN))
			continue;
		if (n < 0)
			return NULL;
		if (h->opcode != FUSE_INIT && h->opcode != FUSE_FORGET)
			atomic_fetch_add(&s->control->by_fuse, 1);
		atomic_fetch_add(&s->control->by_fuse_op[h->opcode & 63], 1);
		fixed = fixed_len(h->opcode);
		r = serve(s, h, buf + sizeof(*h), buf + sizeof(*h) + fixed, h->len - sizeof(*h) - fixed, out, &body);
		if (r == -1000)
			continue;
		oh.unique = h->unique;
		oh.error = r < 0 ? r : 0;
		v[1].iov_base = body ? body : out;
		v[1].iov_len = r > 0 ? r : 0;
		oh.len = sizeof(oh) + v[1].iov_len;
		if (writev(s->fuse_fd, v, 2) < 0 && errno == ENODEV)
			return NULL;
	}
}

struct seat {
	struct server *s;
	int cpu, slot;
};

void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Serves the request that stands in a slot. */
void serve_slot(struct server *s, struct zufs_slot *slot)
{
	char *base = (char *)slot, *body;
	struct fuse_in_header *h = (void *)(base + slot->in_off);
	uint32_t fixed = fixed_len(h->opcode), lend = atomic_load(&s->control->lend);
	uint32_t rest_len = slot->rest_len ? slot->rest_len : h->len - sizeof(*h) - fixed;
	char *rest = slot->rest_len ? base + slot->rest_off : base + slot->in_off + sizeof(*h) + fixed;
	int r;

	atomic_fetch_add(&s->control->by_channel, 1);
	if (slot->in_len + slot->rest_len != h->len || slot->cookie != s->cookie)
		atomic_fetch_add(&s->control->bad, 1);
	if (slot->req_flags & ZUFS_REQ_REDELIVERED) {
		atomic_store(&s->control->unique_again, h->unique);
		atomic_fetch_add(&s->control->redelivered, 1);
	}
	r = serve(s, h, base + slot->in_off + sizeof(*h), rest, rest_len, base + slot->room_off, &body);
	slot->error = r < 0 ? r : 0;
	slot->out_len = r < 0 ? 0 : r;
	slot->reply_kind = ZUFS_REPLY_FILL;
	if (r > 0 && body) {
		if (atomic_load(&s->control->lend_at) || (lend && (uint32_t)r >= lend)) {
			/* In two pieces, so that pieces and pages have different borders. */
			uint32_t first = r > 3 ? r / 3 : r;

			slot->reply_kind = ZUFS_REPLY_LEND;
			slot->lend_count = first == (uint32_t)r ? 1 : 2;
			slot->lend[0] = (struct zufs_piece){ (uintptr_t)body, first };
			slot->lend[1] = (struct zufs_piece){ (uintptr_t)body + first, r - first };
		} else {
			memcpy(base + slot->room_off, body, r);
		}
	}
}

static void *chan_thread(void *p)
{
	struct seat *t = p;
	struct server *s = t->s;
	struct zufs_slot *slot = (void *)(s->map[t->cpu] + t->slot * s->stride);
	unsigned long flags = ZUFS_X_RECV;

	pin(t->cpu);
	for (;;) {
		if (ioctl(s->chan_fd[t->cpu], ZUFS_IOC_EXCHANGE, ZUFS_EXCHANGE(t->slot, flags))) {
			flags = ZUFS_X_RECV;
			if (errno == EINTR)
				continue;
			return NULL;
		}
		serve_slot(s, slot);
		flags = ZUFS_X_REPLY | ZUFS_X_RECV;
	}
	return NULL;
}

int hello(int fd)
{
	struct zufs_hello h = { .size = sizeof(h), .abi = ZUFS_ABI_VERSION };

	return ioctl(fd, ZUFS_IOC_HELLO, &h);
}

/* Makes a channel; returns 0 or -errno. */
int make_channel(struct server *s, int cpu, uint32_t payload)
{
	struct zufs_create c = { .size = sizeof(c), .cpu = cpu, .slots = s->slots, .payload = payload };

	if (ioctl(s->zufs_fd, ZUFS_IOC_CREATE, &c))
		return -errno;
	s->chan_fd[cpu] = c.fd;
	s->stride = c.slot_stride;
	s->map[cpu] = mmap(NULL, c.map_len, PROT_READ | PROT_WRITE, MAP_SHARED, c.fd, 0);
	return s->map[cpu] == MAP_FAILED ? -errno : 0;
}

int attach(struct server *s, uint32_t flags, uint32_t *orphans)
{
	struct zufs_attach a = { .size = sizeof(a), .fuse_fd = s->fuse_fd, .flags = flags, .cookie = s->cookie, .exclude = { s->exclude } };

	if (ioctl(s->zufs_fd, ZUFS_IOC_ATTACH, &a))
		return -errno;
	s->conn_id = a.conn_id;
	if (orphans)
		*orphans = a.orphans;
	return 0;
}

int detach(struct server *s)
{
	struct zufs_detach d = { .size = sizeof(d), .conn_id = s->conn_id };

	return ioctl(s->zufs_fd, ZUFS_IOC_DETACH, &d) ? -errno : 0;
}

/* What the test has open on a mount is not the server's: it would keep the mount busy. */
static void close_files(void)
{
	char path[64], target[64];

	for (int fd = 3; fd < 64; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (readlink(path, target, sizeof(target)) > 5 && !strncmp(target, "/tmp/", 5))
			close(fd);
	}
}

/* The server process: channels and threads, then attach; then it waits for its end. */
void server_main(struct server *s, int readers)
{
	static struct seat seats[64][ZUFS_SLOTS_MAX];
	pthread_t t;
	int cpu, slot, err = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close_files();
	for (int i = 0; i < readers; i++)
		pthread_create(&t, NULL, fuse_thread, s);
	s->zufs_fd = open(ZUFS_DEVICE, O_RDWR | O_CLOEXEC);
	if (s->zufs_fd < 0 || hello(s->zufs_fd))
		err = errno;
	for (cpu = s->first_cpu; !err && cpu < s->first_cpu + s->cpus; cpu++) {
		err = -make_channel(s, cpu, 1 << 20);
		for (slot = 0; !err && slot < s->slots; slot++) {
			seats[cpu][slot] = (struct seat){ s, cpu, slot };
			pthread_create(&t, NULL, chan_thread, &seats[cpu][slot]);
		}
	}
	if (!err) {
		struct stat st;

		/* INIT is answered when this is. */
		stat(s->mount, &st);
		err = s->no_attach ? 0 : -attach(s, s->attach_flags, NULL);
	}
	if (err) {
		printf("server: %s\n", strerror(err));
		_exit(1);
	}
	atomic_store(&s->control->ready, s->no_attach ? ~0u : s->conn_id);
	for (;;)
		pause();
}

/* The same in a thread, where the process has more to do. */
void *server_thread(void *s)
{
	server_main(s, 2);
	return NULL;
}

void *shared(size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
}

char pattern(uint64_t i)
{
	return (char)(i * 7 + (i >> 8) * 13 + (i >> 16));
}

/* Mounts, with nobody to serve yet. */
struct server *make_server(const char *mount_point, int slots)
{
	struct server *s = shared(sizeof(*s));
	char options[128];

	memset(s, 0, sizeof(*s));
	s->control = shared(sizeof(*s->control));
	s->store = shared(STORE_SIZE);
	for (uint32_t i = 0; i < STORE_SIZE; i++)
		s->store[i] = pattern(i);
	s->control->size = FILE_SIZE;
	s->control->stuck_op = s->control->slow_op = s->control->exit_op = NO_OP;
	s->slots = slots;
	s->cpus = sysconf(_SC_NPROCESSORS_ONLN);
	s->cookie = 0x1234567800000000ull | getpid();
	snprintf(s->mount, sizeof(s->mount), "%s", mount_point);
	mkdir(mount_point, 0755);
	s->fuse_fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", s->fuse_fd);
	if (s->fuse_fd < 0 || mount("zufs-test", mount_point, "fuse", 0, options)) {
		printf("mount %s: %s\n", mount_point, strerror(errno));
		exit(1);
	}
	return s;
}

/* fork(2), with the child's pid in what both share. */
pid_t fork_server(struct server *s)
{
	pid_t pid = fork();

	if (pid)
		s->pid = pid;
	return pid;
}

/* The first FLUSH says that there is none: from now on applications can exit when nobody serves. */
void no_flush(struct server *s)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/f", s->mount);
	close(open(path, O_RDONLY));
}

/* Starts a process that serves; returns 0 when it is attached. */
int start_server(struct server *s)
{
	atomic_store(&s->control->ready, 0);
	fflush(stdout);
	if (!fork_server(s))
		server_main(s, 2);
	for (int i = 0; i < 5000 && !atomic_load(&s->control->ready); i++) {
		if (waitpid(s->pid, NULL, WNOHANG) == s->pid)
			return -1;
		usleep(1000);
	}
	s->conn_id = atomic_load(&s->control->ready);
	no_flush(s);
	return s->conn_id ? 0 : -1;
}

void kill_server(struct server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
}

/* Unmounts and ends everything; returns 0 when the mount went. */
int end_server(struct server *s)
{
	int r = -1;

	s->control->stuck_op = s->control->slow_op = NO_OP;
	for (int i = 0; i < 100 && r; i++) {
		r = umount2(s->mount, 0);
		if (r)
			usleep(20000);
	}
	if (r)
		printf("umount %s: %s\n", s->mount, strerror(errno));
	umount2(s->mount, MNT_FORCE | MNT_DETACH);
	close(s->fuse_fd);
	kill_server(s);
	munmap(s->store, STORE_SIZE);
	munmap(s->control, sizeof(*s->control));
	munmap(s, sizeof(*s));
	return r;
}
