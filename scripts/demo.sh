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
exit $found
