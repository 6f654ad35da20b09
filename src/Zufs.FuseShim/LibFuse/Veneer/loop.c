/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop: only here the engine is loaded, and with it the .NET runtime. Programs fork before (fuse_daemonize, daemon(3), their own), and a
 * runtime that was up by then would leave a child that hangs at its first garbage collection.
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "veneer.h"

/* What lies above is not the program's: the runtime stops its threads by SIGRTMIN. */
#define PROGRAM_SIGNALS 31

static struct {
	zufs_engine_start_fn start;
	zufs_engine_wait_fn wait;
	zufs_engine_stop_fn stop;
	zufs_engine_free_fn free;
	zufs_engine_poll_wakeup_fn poll_wakeup;
} engine;

/* Guards fuse->engine against being freed under whoever stops or wakes it. */
static pthread_mutex_t engine_lock = PTHREAD_MUTEX_INITIALIZER;

static int load_engine(void)
{
	char path[PATH_MAX];
	const char *slash;
	Dl_info own;
	void *library;

	if (engine.start)
		return 0;
	if (!dladdr((void *)&load_engine, &own) || !own.dli_fname || !(slash = strrchr(own.dli_fname, '/')))
		snprintf(path, sizeof path, "libzufs.so");
	else
		snprintf(path, sizeof path, "%.*s/libzufs.so", (int)(slash - own.dli_fname), own.dli_fname);
	/* The real file's neighbour, when the veneer was found by a link. */
	char *real = access(path, R_OK) == 0 ? NULL : realpath(own.dli_fname ? own.dli_fname : "", NULL);

	if (real) {
		slash = strrchr(real, '/');
		snprintf(path, sizeof path, "%.*s/libzufs.so", (int)(slash - real), real);
		free(real);
	}
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!library) {
		say(LOG_LEVEL_ERROR, "fuse: the engine of this library (Zufs) can't be loaded: %s\n", dlerror());
		return -1;
	}
	engine.wait = (zufs_engine_wait_fn)dlsym(library, "zufs_engine_wait");
	engine.stop = (zufs_engine_stop_fn)dlsym(library, "zufs_engine_stop");
	engine.free = (zufs_engine_free_fn)dlsym(library, "zufs_engine_free");
	engine.poll_wakeup = (zufs_engine_poll_wakeup_fn)dlsym(library, "zufs_engine_poll_wakeup");
	engine.start = (zufs_engine_start_fn)dlsym(library, "zufs_engine_start");
	if (!engine.start || !engine.wait || !engine.stop || !engine.free || !engine.poll_wakeup) {
		engine.start = NULL;
		say(LOG_LEVEL_ERROR, "fuse: %s is no engine for this library (Zufs): install both from one version\n", path);
		return -1;
	}
	return 0;
}

static void log_sentence(void *program, const char *sentence)
{
	(void)program;
	say(LOG_LEVEL_INFO, "fuse: %s\n", sentence);
}

/* Async-signal-safe. */
void session_ask_exit(struct fuse_session *session)
{
	uint64_t one = 1;
	int error = errno;

	session->exited = 1;
	(void)!write(session->exit_fd, &one, sizeof one);
	errno = error;
}

struct watch {
	struct fuse *fuse;
	int done;	/* an eventfd: the loop has ended by itself */
};

static void *watch_exit(void *argument)
{
	struct watch *watch = argument;
	struct pollfd ends[2] = { { .fd = watch->fuse->session.exit_fd, .events = POLLIN }, { .fd = watch->done, .events = POLLIN } };

	while (poll(ends, 2, -1) == -1 && errno == EINTR)
		;
	if (ends[0].revents) {
		pthread_mutex_lock(&engine_lock);
		if (watch->fuse->engine)
			engine.stop(watch->fuse->engine);
		pthread_mutex_unlock(&engine_lock);
	}
	return NULL;
}

void wakeup_poll(struct fuse *fuse, uint64_t poll_handle)
{
	pthread_mutex_lock(&engine_lock);
	if (fuse->engine)
		engine.poll_wakeup(fuse->engine, poll_handle);
	pthread_mutex_unlock(&engine_lock);
}

/* Starts the session. The program's signal dispositions are afterwards what they were, and its signals come to its own threads. */
static int start(struct fuse *fuse, bool one_thread, void **session)
{
	struct sigaction before[PROGRAM_SIGNALS + 1];
	const char *channel = getenv("ZUFS_CHANNEL");
	struct zufs_start how = {
		.size = sizeof how,
		.abi = ZUFS_ENGINE_ABI,
		.fd = fuse->session.fd,
		.threads = one_thread ? ZUFS_THREADS_CALLER : ZUFS_THREADS_OWN,
		.owner = fuse->session.mount.allow_root && !fuse->session.mount.allow_other ? getuid() : UINT32_MAX,
		.max_write = fuse->options.max_write,
		.channel = channel && *channel ? channel : "auto",
		.name = fuse->name,
		.operations = &fuse->table,
		.program = fuse,
		.offered = adapter_offered,
		.log = log_sentence,
	};
	sigset_t blocked, mask;
	int result;

	for (int i = 1; i <= PROGRAM_SIGNALS; i++)
		sigaction(i, NULL, &before[i]);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGHUP);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGQUIT);
	sigaddset(&blocked, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &blocked, &mask);
	result = engine.start(&how, session);
	for (int i = 1; i <= PROGRAM_SIGNALS; i++)
		if (i != SIGKILL && i != SIGSTOP)
			sigaction(i, &before[i], NULL);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	if (result == -EINVAL)
		say(LOG_LEVEL_ERROR, "fuse: this library (Zufs) and the engine beside it are of different versions: install both from one\n");
	return result;
}

int run_loop(struct fuse *fuse, bool one_thread)
{
	struct watch watch = { fuse, -1 };
	uint64_t one = 1;
	pthread_t watcher;
	void *session = NULL;
	int end;

	if (fuse->session.fd == -1) {
		say(LOG_LEVEL_ERROR, "fuse: the loop was called before the file system was mounted\n");
		return -1;
	}
	if (fuse->session.exited)
		return fuse->session.signal;
	if (load_engine() == -1)
		return -1;
	watch.done = eventfd(0, EFD_CLOEXEC);
	if (watch.done == -1) {
		say(LOG_LEVEL_ERROR, "fuse: eventfd: %s\n", strerror(errno));
		return -1;
	}
	if (start(fuse, one_thread, &session) != 0) {
		close(watch.done);
		return -1;
	}
	fuse->engine = session;
	if (pthread_create(&watcher, NULL, watch_exit, &watch) != 0) {
		say(LOG_LEVEL_ERROR, "fuse: error creating thread: %s\n", strerror(errno));
		engine.stop(session);
		end = engine.wait(session);
		watcher = 0;
	} else {
		end = engine.wait(session);
	}
	pthread_mutex_lock(&engine_lock);
	fuse->engine = NULL;
	pthread_mutex_unlock(&engine_lock);
	(void)!write(watch.done, &one, sizeof one);
	if (watcher)
		pthread_join(watcher, NULL);
	close(watch.done);
	engine.free(session);
	fuse->session.exited = 1;
	adapter_destroy(fuse);
	return end == ZUFS_END_FAILED ? -1 : fuse->session.signal;
}
