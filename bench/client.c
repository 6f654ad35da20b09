/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The application's side of the bench: one operation in a loop for some milliseconds, each call timed.
 * Usage: client OPERATION PATH CPU THREADS MILLISECONDS
 * OPERATION: getattr (fstat), lookup (stat), open (open and close), read:SIZE, write:SIZE (O_DIRECT),
 *            syscall (getppid), handover (two processes on one CPU wake each other: what no server can beat)
 * CPU: -1 leaves threads to the scheduler; else all run there.
 * Prints: p50_us p99_us operations_per_second
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS	64
#define MAX_SAMPLES	400000
#define REGION		(64l << 20)

enum operation { GETATTR, LOOKUP, OPEN, READ, WRITE, SYSCALL, HANDOVER };

struct worker {
	pthread_t thread;
	int index;
	uint32_t *samples;
	long count, total;
	uint64_t elapsed;
};

static enum operation operation;
static const char *path;
static size_t size;
static int cpu;
static int hand[2];
static volatile int started, stopped;

static void die(const char *what)
{
	fprintf(stderr, "client: %s: %s\n", what, strerror(errno));
	exit(2);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static void pin(void)
{
	cpu_set_t cpus;

	if (cpu < 0)
		return;
	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) < 0)
		die("sched_setaffinity");
}

static void do_one(int fd, char *buffer, off_t offset)
{
	uint64_t one = 1;
	struct stat st;
	int opened;

	switch (operation) {
	case GETATTR:
		if (fstat(fd, &st) < 0)
			die("fstat");
		break;
	case LOOKUP:
		if (stat(path, &st) < 0)
			die("stat");
		break;
	case OPEN:
		opened = open(path, O_RDONLY);
		if (opened < 0)
			die("open");
		close(opened);
		break;
	case READ:
		if (pread(fd, buffer, size, offset) != (ssize_t)size)
			die("pread");
		break;
	case WRITE:
		if (pwrite(fd, buffer, size, offset) != (ssize_t)size)
			die("pwrite");
		break;
	case SYSCALL:
		syscall(SYS_getppid);
		break;
	case HANDOVER:
		if (write(hand[0], &one, 8) != 8 || read(hand[1], &one, 8) != 8)
			die("eventfd");
		break;
	}
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	char *buffer = NULL;
	off_t first = worker->index % 8 * REGION, offset = first;
	uint64_t begin, before;
	int fd = -1;

	pin();
	if (operation == GETATTR || operation == READ || operation == WRITE) {
		int flags = operation == WRITE ? O_RDWR | O_DIRECT : operation == READ ? O_RDONLY | O_DIRECT : O_RDONLY;

		fd = open(path, flags);
		if (fd < 0)
			die(path);
	}
	if (size) {
		buffer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		if (buffer == MAP_FAILED)
			die("mmap");
		memset(buffer, 1, size);
	}
	while (!started)
		sched_yield();
	begin = before = now();
	do {	/* once at least: on a busy machine the window may be over before the first call */
		uint64_t after;

		do_one(fd, buffer, offset);
		after = now();
		if (worker->count < MAX_SAMPLES)
			worker->samples[worker->count++] = (uint32_t)(after - before);
		before = after;
		worker->total++;
		offset += (off_t)size;
		if (offset + (off_t)size > first + REGION)
			offset = first;
	} while (!stopped);
	worker->elapsed = now() - begin;
	return NULL;
}

static pid_t start_partner(void)
{
	pid_t child;

	hand[0] = eventfd(0, 0);
	hand[1] = eventfd(0, 0);
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0) {
		uint64_t value;

		pin();
		while (read(hand[0], &value, 8) == 8 && write(hand[1], &value, 8) == 8)
			;
		_exit(0);
	}
	return child;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static int parse_operation(const char *name)
{
	static const char *const names[] = { "getattr", "lookup", "open", "read", "write", "syscall", "handover" };
	size_t length = strcspn(name, ":");

	if (name[length] == ':')
		size = strtoul(name + length + 1, NULL, 10);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0) {
			operation = (enum operation)i;
			return (operation == READ || operation == WRITE) == (size > 0);
		}
	}
	return 0;
}

int main(int count, char **arguments)
{
	struct worker workers[MAX_THREADS] = { 0 };
	uint32_t *all;
	long samples = 0, total = 0, at = 0;
	uint64_t elapsed = 1;
	pid_t partner = 0;
	int threads, milliseconds;

	if (count != 6 || !parse_operation(arguments[1])) {
		fprintf(stderr, "Usage: client getattr|lookup|open|read:SIZE|write:SIZE|syscall|handover PATH CPU THREADS MILLISECONDS\n");
		return 2;
	}
	path = arguments[2];
	cpu = atoi(arguments[3]);
	threads = atoi(arguments[4]);
	milliseconds = atoi(arguments[5]);
	if (threads < 1 || threads > MAX_THREADS || (operation == HANDOVER && threads != 1))
		return 2;
	if (operation == HANDOVER)
		partner = start_partner();
	for (int i = 0; i < threads; i++) {
		workers[i].index = i;
		workers[i].samples = mmap(NULL, MAX_SAMPLES * sizeof(uint32_t), PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (workers[i].samples == MAP_FAILED || pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			die("pthread_create");
	}
	usleep(5000);
	started = 1;
	usleep((useconds_t)milliseconds * 1000);
	stopped = 1;
	for (int i = 0; i < threads; i++) {
		pthread_join(workers[i].thread, NULL);
		samples += workers[i].count;
		total += workers[i].total;
		if (workers[i].elapsed > elapsed)
			elapsed = workers[i].elapsed;
	}
	if (partner) {
		kill(partner, SIGKILL);
		waitpid(partner, NULL, 0);
	}
	if (samples == 0)
		return 2;
	all = malloc((size_t)samples * sizeof(*all));
	if (!all)
		die("malloc");
	for (int i = 0; i < threads; i++) {
		memcpy(all + at, workers[i].samples, (size_t)workers[i].count * sizeof(*all));
		at += workers[i].count;
	}
	qsort(all, (size_t)samples, sizeof(*all), by_value);
	printf("%.2f %.2f %.0f\n", all[samples / 2] / 1e3, all[samples * 99 / 100] / 1e3, (double)total / ((double)elapsed / 1e9));
	return 0;
}
