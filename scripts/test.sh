#!/usr/bin/env bash
# Builds, checks the format, and runs the test projects. The last line is "N passed, N failed", summed over all of them.
# Usage: test.sh [PROJECT...]   (default: all)
set -uo pipefail
cd "$(dirname "$0")/.."

projects=("$@")
[ ${#projects[@]} -gt 0 ] || projects=(tests/Zufs.Tests compat-tests/Zufs.CompatTests compat-tests/Zufs.VmTests)

passed=0
failed=0
finish() {
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
	exit
}
fail() {
	echo "FAILED: $*"
	failed=$((failed + 1))
}

scripts/publish.sh || { fail "the build (scripts/publish.sh)"; finish; }
for project in "${projects[@]}"; do
	case $project in
	*.VmTests) scripts/vm.sh build || { fail "the guest's build (scripts/vm.sh build)"; finish; } ;;
	esac
done
dotnet build Zufs.sln -c Release -v q -nologo || { fail "the build of the solution"; finish; }
# Style is enforced by the build; what is left is white space.
dotnet format whitespace . --folder --verify-no-changes --exclude artifacts/ || fail "the format (make format mends it)"

results=$PWD/artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

# Everything that tests mount lies below here, so what is left over can be told from other people's mounts.
TMPDIR=$(mktemp -d /tmp/zufs-test.XXXXXX)
chmod 755 "$TMPDIR" # tests of ordinary users go there too
export TMPDIR
export ZUFS_LIB=$PWD/artifacts/lib/zufs
clean_up() {
	local left
	left=$(awk -v top="$TMPDIR/" 'index($5, top) == 1 { print $5 }' /proc/self/mountinfo | sort -r)
	for mount in $left; do
		umount -l "$mount" 2>/dev/null
	done
	rm -rf --one-file-system "$TMPDIR"
	printf '%s' "$left"
}
trap 'clean_up >/dev/null' EXIT

for project in "${projects[@]}"; do
	name=$(basename "$project")
	echo "== $name"
	# The guest runs as a whole before its first result can be told.
	case $name in *.VmTests) patience=20m ;; *) patience=4m ;; esac
	dotnet test "$project" -c Release --no-build --nologo \
		--logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" --results-directory "$results" \
		--blame-hang-timeout "$patience" --blame-hang-dump-type none </dev/null
	status=$?
	counters=$(grep -o '<Counters [^>]*>' "$results/$name.trx" 2>/dev/null | head -n 1)
	count() { sed -nE "s/.* $1=\"([0-9]+)\".*/\1/p" <<<"$counters"; }
	if [ -z "$counters" ] || [ "$(count executed)" -eq 0 ]; then
		fail "$name ran no test"
		continue
	fi
	passed=$((passed + $(count passed)))
	bad=$(($(count total) - $(count passed)))
	failed=$((failed + bad))
	if [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then
		fail "$name: every test passed, but the run ended with code $status"
	fi
done

left=$(clean_up)
[ -z "$left" ] || fail "mounts were left behind: $left"
finish
