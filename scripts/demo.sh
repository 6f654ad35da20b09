#!/usr/bin/env bash
# The main job, told step by step: a Tmds.Fuse file system, unchanged, on real FUSE and on the per-CPU channel, compared.
set -uo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }
run() {
	printf '$ %s\n' "$*"
	"$@"
}

sample=artifacts/samples/tmds-operations/tmds-operations.dll
if [ ! -e "$sample" ]; then
	echo "The sample $sample is missing. Try: make build" >&2
	exit 2
fi

step "What can this machine do?"
run artifacts/zufs-migrate doctor
[ $? -le 1 ] || exit 2

step "An existing Tmds.Fuse file system ($sample) twice, side by side: on real FUSE and on io_uring."
echo "Named checks compare results, errno values, attributes, listings and data; then /usr/include is copied into both,"
echo "read back and hashed; then each operation's p50, p99 and rate are measured on both."
run artifacts/zufs-migrate compare "$sample" --channels fuse,uring
found=$?

case $found in
0) step "No difference: the file system behaves on io_uring as on real FUSE; the table above says what it gains." ;;
1) step "Differences were found: each is listed above with the command that shows it again." ;;
*) step "The comparison could not be made: the sentence above says why." ;;
esac

if ! command -v qemu-system-x86_64 >/dev/null 2>&1; then
	step "With QEMU (apt-get install qemu-system-x86) this would end with the same comparison with the kernel module zufs.ko."
	exit $found
fi
step "The same file system with the kernel module zufs.ko, in a virtual machine with Debian's kernel: yours isn't touched."
run artifacts/zufs-migrate compare "$sample" --channels fuse,zufs --vm --quick
guest=$?
case $guest in
0) step "No difference there either. An emulated machine's speed says nothing about yours: kernel/README.md has instructions an operation." ;;
1) step "Differences were found in the guest: each is listed above." ;;
*) step "The comparison in the guest could not be made: the sentence above says why." ;;
esac
[ $found -ne 0 ] || found=$guest
exit $found
