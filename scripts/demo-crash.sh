#!/usr/bin/env bash
# The mount outlives its server, to watch: applications work on a mount while its worker is killed again and again.
# Usage: demo-crash.sh [KILLS]   (default 20)
set -uo pipefail
cd "$(dirname "$0")/.."
kills=${1:-20}
zufs=artifacts/zufs-migrate

step() { printf '\n== %s\n' "$*"; }
# Of this mount's object in the list.
field() { $zufs status --json | awk -v want="\"$1\":" -v mine="\"$mount\"" '/"mountpoint":/ { on = index($0, mine) } on && $1 == want { gsub(/[",]/, "", $2); print $2 }'; }

top=$(mktemp -d "${TMPDIR:-/tmp}/zufs-demo-crash.XXXXXX")
mount=$(realpath "$top")/mnt
mkdir "$mount"
writers=()
clean_up() {
	for pid in "${writers[@]}"; do kill "$pid" 2>/dev/null; done
	wait 2>/dev/null
	$zufs stop "$mount" >/dev/null 2>&1
	rm -rf --one-file-system "$top"
}
trap clean_up EXIT

step "A file system in memory, on the fastest channel of those that lose nothing when the worker dies."
$zufs run memory "$mount" --daemon --survive --restart-limit 10000/10 || exit 2

step "Four applications write, read back, rename, append and remove in a loop. Each stops at the first error or wrong byte."
work() {
	local dir=$mount/app$1 n=0
	mkdir "$dir" && cd "$dir" || return 1
	while [ ! -e "$top/stop" ]; do
		n=$((n + 1))
		head -c $((n % 30000 + 1)) /dev/zero | tr '\0' "$1" >"file$n" &&
			[ "$(tr -d "$1" <"file$n" | wc -c)" = 0 ] && [ "$(stat -c %s "file$n")" = $((n % 30000 + 1)) ] &&
			mv "file$n" "moved$n" && [ ! -e "file$n" ] && echo "$n" >>log && rm "moved$n" || {
			echo "application $1 failed in round $n" >>"$top/failures"
			return 1
		}
	done
	seq "$n" | cmp -s - log || echo "application $1: its log isn't 1 to $n" >>"$top/failures"
	echo "application $1: $n rounds, its log has each once"
}
for app in 1 2 3 4; do
	work "$app" &
	writers+=($!)
done
sleep 1

step "Its worker is killed $kills times."
for ((kill = 1; kill <= kills; kill++)); do
	pid=$(field worker_pid)
	kill -9 "$pid"
	for ((i = 0; i < 500; i++)); do
		now=$(field worker_pid)
		[ -n "$now" ] && [ "$now" != "$pid" ] && [ "$now" != 0 ] && [ "$(field state)" = serving ] && break
		sleep 0.01
	done
	printf 'kill -9 %s: worker %s goes on\n' "$pid" "$now"
	[ ! -e "$top/failures" ] || break
	sleep 0.3
done

step "What the applications noticed:"
touch "$top/stop"
wait "${writers[@]}"
writers=()
$zufs status
if [ -e "$top/failures" ]; then
	cat "$top/failures"
	exit 1
fi
step "Nothing: no error, no lost and no doubled line through $kills deaths."
