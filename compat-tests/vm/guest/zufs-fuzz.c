/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hostile server: random calls with random arguments, double replies, replies from wrong threads, shared memory that changes while it
 * is read, lent memory that comes and goes, while applications work on the mount. Nothing it does may crash or hang the kernel,
 * or another mount; and no byte of a canary may pass:
 *  - applications fill their write buffers' surroundings with one canary: the server looks for it in all that it can see;
 *  - the server keeps another in memory that it never lends (and frees): applications look for it in what they read.
 * Usage: zufs-fuzz [SECONDS [SEED]]    prints "PASS fuzz" or "FAIL fuzz: why"
 */
#include "zufs_server.h"

#define MOUNT_GOOD "/tmp/good"
#define MOUNT_BAD "/tmp/bad"
#define CANARY_APP 0xa9a9c3c35e5e7171ull
#define CANARY_SERVER 0x5b5bd2d2494f8e8eull

static uint64_t seed;
static struct server *bad;
static char *lent;		/* what is lent: 1 MiB, sometimes with holes */

static uint64_t rnd(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	return *state ^= *state << 17;
}

static uint64_t some(uint64_t *r, uint64_t below)
{
	return rnd(r) % below;
}

/* A number that is likely to be a border of something. */
static uint64_t odd_number(uint64_t *r)
{
	static const uint64_t odd[] = { 0, 1, 8, 16, 63, 64, 65, 511, 512, 4095, 4096, 4097, 8192, 1 << 20, (1 << 20) + 1, 0x7fffffff,
					0x80000000, 0xffffffff, 1ull << 47, (1ull << 47) - 4096, 1ull << 63, ~0ull, 0xffff800000000000ull };

	return some(r, 4) ? odd[some(r, sizeof(odd) / sizeof(*odd))] : rnd(r);
}

static int has_canary(const char *at, size_t len, uint64_t canary)
{
	return memmem(at, len, &canary, sizeof(canary)) != NULL;
}

static void random_reply(uint64_t *r, struct server *s, char *base, struct zufs_slot *slot)
{
	(void)base;
	switch (some(r, 8)) {
	case 0:
		slot->error = odd_number(r);
		break;
	case 1:
		slot->out_len = odd_number(r);
		break;
	case 2:
		slot->reply_kind = some(r, 4);
		break;
	case 3:
	case 4:
		slot->error = 0;
		slot->reply_kind = ZUFS_REPLY_LEND;
		slot->lend_count = some(r, 8) ? some(r, 4) : odd_number(r);
		for (int i = 0; i < ZUFS_LEND_MAX; i++) {
			slot->lend[i].addr = some(r, 3) ? (uintptr_t)lent + some(r, 1 << 20) : odd_number(r);
			slot->lend[i].len = some(r, 3) ? slot->out_len : odd_number(r);
		}
		break;
	default:
		/* Right: most must be, or no path is ever reached. */
		serve_slot(s, slot);
		if (!some(r, 3) && slot->out_len && !slot->error && slot->reply_kind == ZUFS_REPLY_FILL) {
			slot->reply_kind = ZUFS_REPLY_LEND;
			slot->lend_count = 1;
			slot->lend[0] = (struct zufs_piece){ (uintptr_t)lent + some(r, 4096), slot->out_len };
		}
	}
}

/* A thread that may do anything with the channels. */
static void *hostile(void *p)
{
	uint64_t r = seed * 7919 + (uintptr_t)p * 104729 + 1;
	struct server *s = bad;

	for (int n = 0; n < 8; n++)
		rnd(&r);
	pin((uintptr_t)p & 1);
	for (;;) {
		int cpu = some(&r, 2), slot = some(&r, s->slots);
		char *base = s->map[cpu] + slot * s->stride;
		struct zufs_slot *head = (void *)base;
		unsigned long flags;

		switch (some(&r, 16)) {
		case 0:
			flags = odd_number(&r);
			ioctl(s->chan_fd[cpu], ZUFS_IOC_EXCHANGE, ZUFS_EXCHANGE(slot, flags & ~ZUFS_X_RECV));
			break;
		case 1:
			ioctl(s->chan_fd[cpu], ZUFS_IOC_EXCHANGE, ZUFS_EXCHANGE(slot, ZUFS_X_KICK));
			break;
		case 2:
			ioctl(s->chan_fd[cpu], ZUFS_IOC_EXCHANGE, ZUFS_EXCHANGE(slot, ZUFS_X_DEFER));
			break;
		case 3: /* a reply to whatever stands there, twice */
			ioctl(s->chan_fd[cpu], ZUFS_IOC_EXCHANGE, ZUFS_EXCHANGE(slot, ZUFS_X_REPLY));
			ioctl(s->chan_fd[cpu], ZUFS_IOC_EXCHANGE, ZUFS_EXCHANGE(slot, ZUFS_X_REPLY));
			break;
		case 4: { /* memory that comes and goes */
			char *at = lent + (some(&r, 256) << 12);

			if (some(&r, 2))
				madvise(at, 4096, MADV_DONTNEED);
			else
				mprotect(at, 4096, some(&r, 2) ? PROT_NONE : PROT_READ | PROT_WRITE);
			break;
		}
		case 5: /* all of the head behind the request, which serve_slot() needs */
			((uint64_t *)base)[16 + some(&r, 496)] = odd_number(&r);
			break;
		case 6: {
			struct zufs_create c = { .size = odd_number(&r), .cpu = odd_number(&r), .slots = odd_number(&r), .payload = odd_number(&r) };
			struct zufs_detach d = { .size = sizeof(d), .conn_id = some(&r, 2) ? s->conn_id : odd_number(&r) };

			if (some(&r, 2) && !ioctl(s->zufs_fd, ZUFS_IOC_CREATE, &c))
				close(c.fd);
			if (!some(&r, 8))
				ioctl(s->zufs_fd, ZUFS_IOC_DETACH, &d);
			break;
		}
		case 7: {
			struct zufs_attach a = { .size = sizeof(a), .fuse_fd = s->fuse_fd, .flags = some(&r, 4), .cookie = s->cookie };

			if (!some(&r, 8))
				a.flags = odd_number(&r);
			ioctl(s->zufs_fd, ZUFS_IOC_ATTACH, &a);
			break;
		}
		case 8: /* a second server takes over, has nothing, and goes */
			if (!some(&r, 16)) {
				struct server other = { .fuse_fd = s->fuse_fd, .zufs_fd = open(ZUFS_DEVICE, O_RDWR | O_CLOEXEC), .slots = 1 };

				hello(other.zufs_fd);
				attach(&other, some(&r, 4), NULL);
				close(other.zufs_fd);
				attach(s, ZUFS_ATTACH_SUCCEED, NULL);
			}
			break;
		default: { /* receive for a while; a timer of signals ends the wait */
			char *copy;

			if (ioctl(s->chan_fd[cpu], ZUFS_IOC_EXCHANGE, ZUFS_EXCHANGE(slot, ZUFS_X_RECV)))
				break;
			copy = base;
			if (has_canary(copy, s->stride, CANARY_APP))
				atomic_store(&s->control->leaked, 1);
			random_reply(&r, s, base, head);
			if (some(&r, 8))
				ioctl(s->chan_fd[cpu], ZUFS_IOC_EXCHANGE, ZUFS_EXCHANGE(slot, ZUFS_X_REPLY));
			break;
		}
		}
	}
	return NULL;
}

/* Changes the heads of all slots all the time: what the kernel checked must be what it uses. */
static void *flipper(void *unused)
{
	uint64_t r = seed * 31 + 7;
	struct server *s = bad;

	(void)unused;
	for (;;) {
		struct zufs_slot *head = (void *)(s->map[some(&r, 2)] + some(&r, s->slots) * s->stride);

		switch (some(&r, 5)) {
		case 0: head->out_len = odd_number(&r); break;
		case 1: head->lend_count = odd_number(&r); break;
		case 2: head->lend[some(&r, 4)].len = odd_number(&r); break;
		case 3: head->lend[some(&r, 4)].addr = odd_number(&r); break;
		case 4: head->reply_kind ^= 1; break;
		}
		usleep(some(&r, 50));
	}
	return NULL;
}

static void nothing(int sig)
{
	(void)sig;
}

static void hostile_server(void)
{
	struct sigaction sa = { .sa_handler = nothing }, crash = { .sa_handler = _exit };
	uint64_t *secret;
	pthread_t t[12];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigaction(SIGUSR1, &sa, NULL);
	/* Two threads in one slot may well trip over each other: dying is one more thing that it does. */
	sigaction(SIGSEGV, &crash, NULL);
	sigaction(SIGBUS, &crash, NULL);
	lent = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	/* Memory beside the lent, never lent and freed at once. */
	secret = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 1 << 17; i++)
		secret[i] = CANARY_SERVER;
	munmap(secret, 1 << 20);
	pthread_create(&t[0], NULL, fuse_thread, bad);
	pthread_create(&t[0], NULL, fuse_thread, bad);
	bad->zufs_fd = open(ZUFS_DEVICE, O_RDWR | O_CLOEXEC);
	hello(bad->zufs_fd);
	if (make_channel(bad, 0, 1 << 20) || make_channel(bad, 1, 1 << 20))
		_exit(1);
	struct stat st;

	stat(MOUNT_BAD, &st);
	if (attach(bad, 0, NULL))
		_exit(1);
	for (uintptr_t i = 0; i < 12; i++)
		pthread_create(&t[i], NULL, i < 11 ? hostile : flipper, (void *)i);
	atomic_store(&bad->control->ready, bad->conn_id);
	for (uint64_t r = seed + 3;; usleep(500))
		pthread_kill(t[some(&r, 11)], SIGUSR1);
}

/* An application on the hostile mount: whatever it gets, it is no canary of the server's, and it goes on. */
static void victim(int k)
{
	uint64_t r = seed + k * 977 + 5, *buf = aligned_alloc(4096, 256 << 10);
	char path[64];

	pin(k & 1);
	for (;;) {
		int fd;

		snprintf(path, sizeof(path), MOUNT_BAD "/%s", some(&r, 8) ? "f" : "x");
		fd = open(path, O_RDWR | (some(&r, 2) ? O_DIRECT : 0));
		for (int i = 0; fd >= 0 && i < 8; i++) {
			size_t len = 512 * (1 + some(&r, 200));
			struct stat st;

			for (int w = 0; w < 256 << 7; w++)
				buf[w] = CANARY_APP;
			if (some(&r, 3)) {
				if (pread(fd, buf, len, 512 * some(&r, 64)) > 0 && has_canary((char *)buf, len, CANARY_SERVER))
					_exit(1);
			} else {
				/* The middle is written; what stands beside it in its pages must stay here. */
				memset((char *)buf + 512, 'w', 1024);
				if (pwrite(fd, (char *)buf + 512, 512, 512 * some(&r, 64)) < 0 && errno == 0)
					_exit(2);
			}
			fstat(fd, &st);
			fsetxattr(fd, "user.x", "value", 5, 0);
		}
		if (fd >= 0)
			close(fd);
	}
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 10, n = 0, status, fd;
	struct server *good;
	pid_t pid[4] = { 0 };
	time_t end;

	setvbuf(stdout, NULL, _IOLBF, 0);
	test_name = "fuzz";
	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)time(NULL) * 2654435761u;
	mount("none", "/sys/kernel/debug", "debugfs", 0, NULL);
	printf("fuzz: seed %lu\n", (unsigned long)seed);
	good = make_server(MOUNT_GOOD, 2);
	CHECK(!start_server(good), "the good server did not start");
	fd = open(MOUNT_GOOD "/f", O_RDWR);
	end = time(NULL) + seconds;
	for (int round = 0; !test_bad && (time(NULL) < end || !round); round++) {
		time_t until = time(NULL) + 4;

		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		bad = make_server(MOUNT_BAD, 4);
		if (!fork_server(bad))
			hostile_server();
		for (int i = 0; i < 10000 && !atomic_load(&bad->control->ready); i++)
			usleep(1000);
		CHECK(atomic_load(&bad->control->ready), "the hostile server did not start");
		fflush(stdout);
		for (int k = 0; k < 4; k++) {
			pid[k] = fork();
			if (!pid[k])
				victim(k);
		}
		while (time(NULL) < until && !test_bad) {
			char buf[64];

			/* The other mount doesn't notice. */
			for (int i = 0; i < 64; i++)
				CHECK(pread(fd, buf, 64, i * 64) == 64 && buf[5] == pattern(i * 64 + 5), "the good mount's bytes differ");
			posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
			usleep(20000);
			for (int k = 0; k < 4; k++)
				if (waitpid(pid[k], &status, WNOHANG) == pid[k])
					fail(WIFEXITED(status) && WEXITSTATUS(status) == 1 ? "an application read freed memory of the server" : "an application ended (%x)", status);
		}
		n++;
		CHECK(!atomic_load(&bad->control->leaked), "the server saw an application's memory beside its buffer");
		/* The end: whoever waits is freed by abort. */
		if (some(&seed, 2))
			kill(bad->pid, SIGKILL);
		umount2(MOUNT_BAD, MNT_FORCE);
		for (int k = 0; k < 4; k++)
			kill(pid[k], SIGKILL);
		for (int k = 0; k < 4; k++) {
			int i;

			for (i = 0; i < 10000 && waitpid(pid[k], &status, WNOHANG) != pid[k]; i++)
				usleep(1000);
			CHECK(i < 10000, "an application hangs after the abort");
		}
		CHECK(!end_server(bad), "the hostile mount did not go");
	}
	close(fd);
	CHECK(!end_server(good), "the good mount did not go");
	if (!test_bad)
		printf("PASS fuzz (%d hostile servers)\n", n);
	return failures ? 1 : 0;
}
