/* SPDX-License-Identifier: BSD-2-Clause */
/* Mounting: by mount(2) where that is allowed, else by fusermount; and the words of -o that concern the mount. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "veneer.h"

#if FUSE_GENERATION == 3
#define FUSERMOUNT "fusermount3"
#else
#define FUSERMOUNT "fusermount"
#endif

enum { KEY_KERNEL, KEY_FLAG, KEY_FUSERMOUNT, KEY_SUBTYPE, KEY_IGNORED, KEY_HELP, KEY_VERSION };

#define FIELD(name) offsetof(struct mount_options, name)

static const struct fuse_opt templates[] = {
	{ "allow_other", FIELD(allow_other), 1 },
	{ "allow_root", FIELD(allow_root), 1 },
	{ "blkdev", FIELD(blkdev), 1 },
	{ "auto_unmount", FIELD(auto_unmount), 1 },
	{ "fsname=%s", FIELD(fsname), 0 },
	{ "subtype=%s", FIELD(subtype), 0 },
	{ "max_read=%u", FIELD(max_read), 0 },
#if FUSE_GENERATION == 2
	{ "nonempty", FIELD(nonempty), 1 },
	FUSE_OPT_KEY("large_read", KEY_IGNORED),
	FUSE_OPT_KEY("-h", KEY_HELP),
	FUSE_OPT_KEY("--help", KEY_HELP),
	FUSE_OPT_KEY("-V", KEY_VERSION),
	FUSE_OPT_KEY("--version", KEY_VERSION),
#endif
	FUSE_OPT_KEY("allow_other", KEY_KERNEL),
	FUSE_OPT_KEY("nonempty", KEY_FUSERMOUNT),
	FUSE_OPT_KEY("auto_unmount", KEY_FUSERMOUNT),
	FUSE_OPT_KEY("blkdev", KEY_FUSERMOUNT),
	FUSE_OPT_KEY("fsname=", KEY_FUSERMOUNT),
	FUSE_OPT_KEY("subtype=", KEY_SUBTYPE),
	FUSE_OPT_KEY("blksize=", KEY_KERNEL),
	FUSE_OPT_KEY("default_permissions", KEY_KERNEL),
	FUSE_OPT_KEY("context=", KEY_KERNEL),
	FUSE_OPT_KEY("fscontext=", KEY_KERNEL),
	FUSE_OPT_KEY("defcontext=", KEY_KERNEL),
	FUSE_OPT_KEY("rootcontext=", KEY_KERNEL),
	FUSE_OPT_KEY("max_read=", KEY_KERNEL),
	FUSE_OPT_KEY("user=", KEY_IGNORED),
	FUSE_OPT_KEY("-n", KEY_IGNORED),
	FUSE_OPT_KEY("-r", KEY_FLAG),
	FUSE_OPT_KEY("ro", KEY_FLAG),
	FUSE_OPT_KEY("rw", KEY_FLAG),
	FUSE_OPT_KEY("suid", KEY_FLAG),
	FUSE_OPT_KEY("nosuid", KEY_FLAG),
	FUSE_OPT_KEY("dev", KEY_FLAG),
	FUSE_OPT_KEY("nodev", KEY_FLAG),
	FUSE_OPT_KEY("exec", KEY_FLAG),
	FUSE_OPT_KEY("noexec", KEY_FLAG),
	FUSE_OPT_KEY("async", KEY_FLAG),
	FUSE_OPT_KEY("sync", KEY_FLAG),
	FUSE_OPT_KEY("dirsync", KEY_FLAG),
	FUSE_OPT_KEY("atime", KEY_FLAG),
	FUSE_OPT_KEY("noatime", KEY_FLAG),
	FUSE_OPT_KEY("nodiratime", KEY_FLAG),
	FUSE_OPT_KEY("diratime", KEY_FLAG),
	FUSE_OPT_KEY("norelatime", KEY_FLAG),
	FUSE_OPT_KEY("relatime", KEY_FLAG),
	FUSE_OPT_END,
};

static const struct {
	const char *word;
	unsigned long flag;
	bool on;
} flag_words[] = {
	{ "rw", MS_RDONLY, false },	   { "ro", MS_RDONLY, true },	       { "suid", MS_NOSUID, false },	   { "nosuid", MS_NOSUID, true },
	{ "dev", MS_NODEV, false },	   { "nodev", MS_NODEV, true },	       { "exec", MS_NOEXEC, false },	   { "noexec", MS_NOEXEC, true },
	{ "async", MS_SYNCHRONOUS, false }, { "sync", MS_SYNCHRONOUS, true },  { "atime", MS_NOATIME, false },	   { "noatime", MS_NOATIME, true },
	{ "dirsync", MS_DIRSYNC, true },   { "nodiratime", MS_NODIRATIME, true }, { "diratime", MS_NODIRATIME, false },
	{ "relatime", MS_RELATIME, true }, { "norelatime", MS_RELATIME, false },
};

static void set_flag(struct mount_options *options, const char *word)
{
	for (size_t i = 0; i < sizeof flag_words / sizeof flag_words[0]; i++) {
		if (strcmp(flag_words[i].word, word) != 0)
			continue;
		if (flag_words[i].on)
			options->flags |= flag_words[i].flag;
		else
			options->flags &= ~flag_words[i].flag;
		return;
	}
}

#if FUSE_GENERATION == 2
static void help(void)
{
	fputs("    -o allow_other         allow access to other users\n"
	      "    -o allow_root          allow access to root\n"
	      "    -o auto_unmount        auto unmount on process termination\n"
	      "    -o nonempty            allow mounts over non-empty file/dir\n"
	      "    -o default_permissions enable permission checking by kernel\n"
	      "    -o fsname=NAME         set filesystem name\n"
	      "    -o subtype=NAME        set filesystem type\n"
	      "    -o large_read          issue large read requests (2.4 only)\n"
	      "    -o max_read=N          set maximum size of read requests\n\n", stderr);
}
#endif

static int on_option(void *data, const char *arg, int key, struct fuse_args *out)
{
	struct mount_options *options = data;

	(void)out;
	switch (key) {
	case KEY_KERNEL:
		return fuse_opt_add_opt(&options->kernel, arg);
	case KEY_FUSERMOUNT:
		return fuse_opt_add_opt_escaped(&options->fusermount, arg);
	case KEY_SUBTYPE:
		return fuse_opt_add_opt(&options->fusermount, arg);
	case KEY_FLAG:
		set_flag(options, strcmp(arg, "-r") == 0 ? "ro" : arg);
		return fuse_opt_add_opt(&options->flag_words, strcmp(arg, "-r") == 0 ? "ro" : arg);
	case KEY_IGNORED:
		return 0;
#if FUSE_GENERATION == 2
	case KEY_HELP:
		options->help = 1;
		help();
		return 1;
	case KEY_VERSION:
		options->help = 1;
		mount_version();
		return 1;
#endif
	}
	return 1;
}

int mount_options_parse(struct mount_options *options, struct fuse_args *args)
{
	memset(options, 0, sizeof *options);
	options->flags = MS_NOSUID | MS_NODEV;
	if (args && fuse_opt_parse(args, options, templates, on_option) == -1)
		return -1;
#if FUSE_GENERATION == 2
	if (options->allow_other && options->allow_root) {
		say(LOG_LEVEL_ERROR, "fuse: 'allow_other' and 'allow_root' options are mutually exclusive\n");
		return -1;
	}
#endif
	/* The kernel lets in nobody else or everybody; who isn't root or the owner is refused by the session. */
	if (options->allow_root && !options->allow_other && fuse_opt_add_opt(&options->kernel, "allow_other") == -1)
		return -1;
	return 0;
}

void mount_options_free(struct mount_options *options)
{
	free(options->fsname);
	free(options->subtype);
	free(options->kernel);
	free(options->fusermount);
	free(options->flag_words);
	memset(options, 0, sizeof *options);
}

void mount_version(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp(FUSERMOUNT, FUSERMOUNT, "--version", (char *)NULL);
		_exit(1);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

int mount_fd_of(const char *mountpoint)
{
	unsigned fd;
	int length = 0;

	if (sscanf(mountpoint, "/dev/fd/%u%n", &fd, &length) == 1 && length == (int)strlen(mountpoint))
		return (int)fd;
	return -1;
}

/* The fd, -1 after saying why, -2 when fusermount is to do it. */
static int by_system_call(const char *mountpoint, struct mount_options *options)
{
	struct stat root;
	char *type = NULL, *source = NULL, *data = NULL;
	int fd;

	if (options->auto_unmount)
		return -2; /* only fusermount stays to see the end */
	if (stat(mountpoint, &root) == -1) {
		say(LOG_LEVEL_ERROR, "fuse: failed to access mountpoint %s: %s\n", mountpoint, strerror(errno));
		return -1;
	}
	fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (fd == -1) {
		if (errno == ENODEV || errno == ENOENT)
			say(LOG_LEVEL_ERROR, "fuse: device not found, try 'modprobe fuse' first\n");
		else
			say(LOG_LEVEL_ERROR, "fuse: failed to open %s: %s\n", "/dev/fuse", strerror(errno));
		return -1;
	}
	if (asprintf(&type, "%s%s%s", options->blkdev ? "fuseblk" : "fuse", options->subtype ? "." : "", options->subtype ? options->subtype : "") == -1 ||
	    asprintf(&source, "%s", options->fsname ? options->fsname : options->subtype ? options->subtype : "/dev/fuse") == -1 ||
	    asprintf(&data, "fd=%i,rootmode=%o,user_id=%u,group_id=%u%s%s", fd, root.st_mode & S_IFMT, getuid(), getgid(),
		     options->kernel ? "," : "", options->kernel ? options->kernel : "") == -1) {
		say(LOG_LEVEL_ERROR, "fuse: failed to allocate memory\n");
		goto fail;
	}
	if (mount(source, mountpoint, type, options->flags, data) == -1) {
		if (errno == EPERM) {
			close(fd);
			fd = -2;
			goto out;
		}
		say(LOG_LEVEL_ERROR, "fuse: mount failed: %s\n", strerror(errno));
		goto fail;
	}
	goto out;
fail:
	close(fd);
	fd = -1;
out:
	free(type);
	free(source);
	free(data);
	return fd;
}

static int receive_fd(int socket)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec data = { &byte, 1 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
	struct cmsghdr *header;
	ssize_t got;
	int fd;

	while ((got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) == -1 && errno == EINTR)
		;
	if (got == -1) {
		perror("recvmsg");
		return -1;
	}
	header = CMSG_FIRSTHDR(&message);
	if (got == 0 || !header || header->cmsg_type != SCM_RIGHTS)
		return -1; /* fusermount has said why */
	memcpy(&fd, CMSG_DATA(header), sizeof fd);
	return fd;
}

static int by_fusermount(const char *mountpoint, struct mount_options *options)
{
	char *words = NULL, number[16];
	int sockets[2], fd;
	pid_t pid;

	if ((options->flag_words && fuse_opt_add_opt(&words, options->flag_words) == -1) ||
	    (options->kernel && fuse_opt_add_opt(&words, options->kernel) == -1) ||
	    (options->fusermount && fuse_opt_add_opt(&words, options->fusermount) == -1))
		return -1;
	if (socketpair(PF_UNIX, SOCK_STREAM, 0, sockets) == -1) {
		perror("fuse: socketpair() failed");
		free(words);
		return -1;
	}
	pid = fork();
	if (pid == -1) {
		perror("fuse: fork() failed");
		close(sockets[0]);
		close(sockets[1]);
		free(words);
		return -1;
	}
	if (pid == 0) {
		close(sockets[1]);
		snprintf(number, sizeof number, "%i", sockets[0]);
		setenv("_FUSE_COMMFD", number, 1);
		if (words)
			execlp(FUSERMOUNT, FUSERMOUNT, "-o", words, "--", mountpoint, (char *)NULL);
		else
			execlp(FUSERMOUNT, FUSERMOUNT, "--", mountpoint, (char *)NULL);
		perror("fuse: failed to exec " FUSERMOUNT);
		_exit(1);
	}
	free(words);
	close(sockets[0]);
	fd = receive_fd(sockets[1]);
	/* With auto_unmount it stays, and unmounts when our end of the socket closes: with this process. */
	if (options->auto_unmount && fd >= 0) {
		fcntl(sockets[1], F_SETFD, FD_CLOEXEC);
		return fd;
	}
	close(sockets[1]);
	waitpid(pid, NULL, 0);
	return fd;
}

#if FUSE_GENERATION == 2
#include <dirent.h>

static int check_empty(const char *mountpoint)
{
	struct stat st;
	bool is_empty = true;

	if (stat(mountpoint, &st) == -1)
		return 0;
	if (S_ISDIR(st.st_mode)) {
		DIR *directory = opendir(mountpoint);
		struct dirent *entry;

		if (!directory) {
			say(LOG_LEVEL_ERROR, "fuse: failed to open mountpoint for reading: %s\n", strerror(errno));
			return -1;
		}
		while ((entry = readdir(directory)))
			if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
				is_empty = false;
		closedir(directory);
	} else if (st.st_size) {
		is_empty = false;
	}
	if (is_empty)
		return 0;
	say(LOG_LEVEL_ERROR, "fuse: mountpoint is not empty\n");
	say(LOG_LEVEL_ERROR, "fuse: if you are sure this is safe, use the 'nonempty' mount option\n");
	return -1;
}
#endif

int mount_open(const char *mountpoint, struct mount_options *options)
{
	int fd;

#if FUSE_GENERATION == 2
	if (!options->nonempty && check_empty(mountpoint) == -1)
		return -1;
#endif
	fd = by_system_call(mountpoint, options);
	if (fd == -2)
		fd = by_fusermount(mountpoint, options);
	return fd;
}

void mount_close(const char *mountpoint, int fd)
{
	if (!mountpoint)
		return;
	if (fd != -1) {
		struct pollfd ask = { .fd = fd };
		bool has_ended = poll(&ask, 1, 0) == 1 && (ask.revents & POLLERR);

		/* Closed first: an unmount with requests that nobody reads would wait. */
		close(fd);
		if (has_ended)
			return;
	}
	if (umount2(mountpoint, MNT_DETACH) == 0 || geteuid() == 0)
		return;
	pid_t pid = fork();

	if (pid == 0) {
		execlp(FUSERMOUNT, FUSERMOUNT, "-u", "-q", "-z", "--", mountpoint, (char *)NULL);
		_exit(1);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}
