#!/usr/bin/env bash
# Checks what a target needs; as root on Debian it installs what is missing, else it says what to install.
# Usage: require.sh [build] [mount] [peers] [tools] [soak] [vm] [applications] [subjects] [uring] [root]
set -euo pipefail
cd "$(dirname "$0")/.."

trouble() {
	printf '%s\n' "$@" >&2
	exit 2
}

need_packages=()
need() { # need COMMAND PACKAGE
	command -v "$1" >/dev/null 2>&1 || need_packages+=("$2")
}

wants_uring=no
wants_root=no
for what in "$@"; do
	case $what in
	build)
		need gcc gcc
		need clang clang # links the native AOT programs
		need make make
		[ -e /usr/include/zlib.h ] || need_packages+=(zlib1g-dev)
		[ -e /usr/include/linux/fuse.h ] || need_packages+=(linux-libc-dev)
		;;
	mount) need fusermount3 fuse3 ;;
	tools)
		need stress-ng stress-ng
		need fio fio
		need dbench dbench
		need fs_mark fsmark
		need sqlite3 sqlite3
		need git git
		compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need_packages+=(postgresql)
		need setfacl acl
		need setfattr attr
		;;
	soak) compgen -G '/usr/src/linux-source-*.tar.xz' >/dev/null || need_packages+=(linux-source) ;;
	applications) # what tests run on mounts
		need sqlite3 sqlite3
		need setfattr attr
		;;
	peers)
		need pkg-config pkg-config
		pkg-config --exists fuse3 2>/dev/null || need_packages+=(libfuse3-dev)
		;;
	vm) # the guest and its kernel module; scripts/kernel-packages.sh fetches the kernel itself
		need qemu-system-x86_64 qemu-system-x86
		need busybox busybox-static
		need cpio cpio
		need gcc-12 gcc-12
		need make make
		need bc bc
		need xz xz-utils
		need pahole pahole
		need modprobe kmod
		need mkfs.ext4 e2fsprogs
		[ -e /usr/include/libelf.h ] || need_packages+=(libelf-dev)
		;;
	subjects) # file systems from the distribution that run on our libfuse unmodified, and the headers that layouts are compared with
		need squashfuse squashfuse
		need mksquashfs squashfs-tools
		need sshfs sshfs
		[ -x /usr/sbin/sshd ] || need_packages+=(openssh-server)
		need bindfs bindfs
		need fuse-zip fuse-zip
		need zip zip
		need unzip unzip
		need archivemount archivemount
		need unionfs unionfs-fuse
		need rofiles-fuse ostree
		[ -e /usr/include/fuse/fuse.h ] || need_packages+=(libfuse-dev)
		[ -e /usr/include/fuse3/fuse.h ] || need_packages+=(libfuse3-dev)
		;;
	uring) wants_uring=yes ;;
	root) wants_root=yes ;;
	*) trouble "require.sh: no requirement is called '$what'." ;;
	esac
done

if [ ${#need_packages[@]} -gt 0 ]; then
	if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
		echo "Installing ${need_packages[*]} ..." >&2
		export DEBIAN_FRONTEND=noninteractive
		apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends "${need_packages[@]}" </dev/null >&2 ||
			trouble "The packages ${need_packages[*]} could not be installed." "Try: apt-get install ${need_packages[*]}"
	else
		trouble "Missing: ${need_packages[*]}." "Try: sudo apt-get install ${need_packages[*]}"
	fi
fi

# The SDK is not in Debian, so it can't be installed for the user.
wanted_sdk=$(sed -nE 's/.*"version": "([0-9]+\.[0-9]+)\..*/\1/p' global.json)
if ! dotnet --list-sdks 2>/dev/null | grep -q "^${wanted_sdk}\."; then
	trouble "The .NET SDK ${wanted_sdk} is missing (global.json asks for it)." "Try: https://learn.microsoft.com/dotnet/core/install/linux"
fi

for what in "$@"; do
	if [ "$what" = mount ] && [ ! -e /dev/fuse ]; then
		[ "$(id -u)" -eq 0 ] && modprobe fuse 2>/dev/null || true
		[ -e /dev/fuse ] || trouble "There is no /dev/fuse: the kernel's fuse module is not loaded, or this container may not use it." \
			"Try: sudo modprobe fuse (or start the container with --device /dev/fuse --cap-add SYS_ADMIN)"
	fi
done

if [ "$(id -u)" -ne 0 ]; then
	again="sudo make ${ZUFS_TARGET:-test}"
	[ $wants_root = no ] || trouble "This needs root: it mounts with mount(2) and pins servers." "Try: $again"
	if [ $wants_uring = yes ] && [ "$(cat /sys/module/fuse/parameters/enable_uring 2>/dev/null)" = N ]; then
		trouble "fuse's enable_uring is off, and only root can set it for the run." "Try: $again"
	fi
fi
