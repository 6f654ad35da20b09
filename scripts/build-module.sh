#!/usr/bin/env bash
# Builds zufs.ko for the pinned kernel and checks that it was built with that kernel's private FUSE structs; prints its path.
# Usage: build-module.sh [KBUILD_ARGUMENT...]   e.g. W=1 or C=2
set -euo pipefail
cd "$(dirname "$0")/.."

trouble() {
	printf '%s\n' "$@" >&2
	exit 1
}

tree=$(scripts/kernel-packages.sh)
version=$(cat kernel/pin)
headers=$tree/usr/src/linux-headers-$version-amd64
out=$PWD/artifacts/kernel

# Built on a copy: kbuild leaves its files beside the sources.
mkdir -p "$out"
exec 9>"$out/lock"
flock 9
mkdir -p "$out/uapi"
for old in "$out"/zufs_*.[ch]; do
	[ ! -e "$old" ] || [ -e "kernel/$(basename "$old")" ] || rm -f "${old%.*}".*
done
cp -pu kernel/*.c kernel/*.h kernel/Makefile "$out/"
cp -pu kernel/uapi/zufs.h "$out/uapi/"
# All types of the kernel, by their sum (gzip ends with it): the module refuses to load where they differ.
objcopy --dump-section .BTF="$out/vmlinux.btf" "$headers/vmlinux" "$out/vmlinux.copy"
sum=$(gzip -1 <"$out/vmlinux.btf" | tail -c 8 | od -An -tx4 -N4 | tr -d ' ')
rm -f "$out/vmlinux.copy"
make -s -C "$headers" M="$out" ZUFS_FUSE_HEADERS="$tree/fuse" ZUFS_BTF_CRC32="0x$sum" "$@" modules >&2

# MODVERSIONS copies the kernel's checksums, so it can't see a wrong fuse_i.h. BTF can: a struct that differs from the kernel's
# shows up a second time, in the module's own part.
twice=$(pahole -F btf --btf_base "$headers/vmlinux" --sizes "$out/zufs.ko" 2>/dev/null | cut -f1 | grep '^fuse_' | sort | uniq -d)
known=$(pahole -F btf --btf_base "$headers/vmlinux" --sizes "$out/zufs.ko" 2>/dev/null | grep -c '^fuse_req') || true
[ -z "$twice" ] || trouble "zufs.ko was built with other FUSE structs than Linux $version has:" "$twice" "Try: rm -rf $tree, and build again."
[ "$known" -ge 1 ] || trouble "pahole finds no BTF in zufs.ko: the layout of the FUSE structs could not be checked."
echo "$out/zufs.ko"
