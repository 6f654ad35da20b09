#!/usr/bin/env bash
# Fetches the pinned Debian kernel (kernel/pin) into the cache, unpacked and not installed; prints the directory it is in:
#   boot/vmlinuz-VERSION-amd64   lib/modules/VERSION-amd64/   usr/src/linux-headers-VERSION-amd64/   (headers, and BTF as vmlinux)
#   fuse/ (fuse_i.h and what it includes)   checkpatch/ (checkpatch.pl)
# Nothing on this host changes: no package is installed, /boot and /lib/modules stay as they are.
set -euo pipefail
cd "$(dirname "$0")/.."

trouble() {
	printf '%s\n' "$@" >&2
	exit 2
}

version=$(cat kernel/pin)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/zufs/kernel
tree=$cache/$version
headers=$tree/usr/src/linux-headers-$version-amd64

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [ -e "$tree/complete" ]; then
	echo "$tree"
	exit 0
fi

command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1 ||
	trouble "The pinned kernel comes as Debian packages, and this machine has no apt-get." "Try: a Debian 12 machine or container."

packages=("linux-image-$version-amd64-unsigned" "linux-headers-$version-amd64" "linux-headers-$version-common" "linux-kbuild-$version")
present() { apt-cache show "${packages[0]}" 2>/dev/null | grep -q '^Version:'; }
if ! present && [ "$(id -u)" -eq 0 ]; then
	apt-get update -qq >&2 || true
fi
if ! present; then
	newest=$(apt-cache search --names-only '^linux-image-6\.12\.[0-9]+\+deb12-amd64-unsigned$' | sed -nE 's/^linux-image-(.*)-amd64-unsigned .*/\1/p' | sort -V | tail -1)
	if [ -z "$newest" ]; then
		trouble "apt knows no 6.12 kernel of Debian 12 (bookworm-security has them)." "Try: sudo apt-get update"
	fi
	trouble "The kernel $version that kernel/pin names is no longer in the archive; its newest of that series is $newest." \
		"Try: echo $newest > kernel/pin; make vm-test    (and commit kernel/pin when it passes)"
fi
# The source package has the version of the image: its name has none of its own.
source_version=$(apt-cache show "${packages[0]}" | sed -n 's/^Version: //p' | head -1)
packages+=("linux-source-6.12=$source_version")

rm -rf "$tree"
mkdir -p "$tree/debs"
echo "Fetching Linux $version into $tree (280 MB, once) ..." >&2
# Root's apt drops to a user that can't write here; its warning about that is noise.
(cd "$tree/debs" && apt-get download -qq "${packages[@]}" >&2 2>"$tree/download.log") || trouble "$(tail -3 "$tree/download.log")" "The packages of Linux $version could not be fetched."
for deb in "$tree"/debs/*.deb; do
	case $deb in
	*linux-source*) ;;
	*) dpkg-deb -x "$deb" "$tree" ;;
	esac
done
dpkg-deb --fsys-tarfile "$tree"/debs/linux-source-*.deb | tar -xO ./usr/src/linux-source-6.12.tar.xz | xz -dc -T0 |
	tar -x -C "$tree" --wildcards --strip-components=1 'linux-source-6.12/fs/fuse/*.h' \
		linux-source-6.12/scripts/checkpatch.pl linux-source-6.12/scripts/spelling.txt linux-source-6.12/scripts/const_structs.checkpatch
mv "$tree/fs/fuse" "$tree/fuse"
mv "$tree/scripts" "$tree/checkpatch"
rm -rf "$tree/fs" "$tree/debs" "$tree/download.log"
# The headers find their common part by an absolute path.
sed -i "s#^include /usr/src/#include $tree/usr/src/#" "$headers/Makefile"
touch "$tree/complete"
echo "$tree"
