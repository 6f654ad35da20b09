#!/usr/bin/env bash
# Runs one outside tool in a directory of a mount, and says by its exit code whether everything was as the tool wants it.
# Usage: run.sh TOOL DIRECTORY short|full
set -euo pipefail
tool=$1 dir=$2 form=$3
here=$(cd "$(dirname "$0")" && pwd)

need() { command -v "$1" >/dev/null 2>&1 || { echo "$1 is missing. Run: scripts/require.sh tools" >&2; exit 2; }; }
full() { [ "$form" = full ]; }
seconds() { if full; then echo "$1"; else echo "$2"; fi; }

cd "$dir"
case $tool in
stress-ng)
	need stress-ng
	workers=1
	if full; then workers=2; fi
	for stressor in dentry dir fallocate hdd link rename symlink utime chmod; do
		stress-ng --temp-path "$dir" --"$stressor" $workers --hdd-bytes 16m --fallocate-bytes 16m --verify --timeout "$(seconds 30 1)s" --metrics-brief 2>&1
	done
	;;
fio)
	need fio
	for mode in write randwrite; do
		fio --name=verify --directory="$dir" --rw=$mode --bs=4k-64k --size="$(seconds 256m 8m)" --numjobs=2 --ioengine=psync \
			--verify=crc32c --verify_fatal=1 --do_verify=1 --fsync=64 --group_reporting --output-format=terse >/dev/null
	done
	fio --name=mapped --directory="$dir" --rw=randwrite --bs=4k --size="$(seconds 64m 4m)" --ioengine=mmap --verify=crc32c --verify_fatal=1 --do_verify=1 \
		--output-format=terse >/dev/null
	;;
dbench)
	need dbench
	dbench -D "$dir" -t "$(seconds 60 2)" 2 2>&1 | tail -n 3 | grep Throughput
	;;
fsmark)
	need fs_mark
	fs_mark -d marks -n "$(seconds 5000 200)" -s 4096 -t 2 -S 1
	;;
sqlite)
	need sqlite3
	for mode in delete wal; do
		rm -f "$mode.db"*
		sqlite3 "$mode.db" "pragma journal_mode=$mode; create table t(a integer primary key, b text);" >/dev/null
		rows=$(seconds 2000 100)
		# Two writers at a time, each waiting for the other's lock.
		for writer in 1 2; do
			{
				echo ".timeout 60000"
				for i in $(seq $((rows / 2))); do echo "insert into t(b) values(hex(randomblob(200)));"; done
			} | sqlite3 "$mode.db" &
			pids[writer]=$!
		done
		wait "${pids[1]}"
		wait "${pids[2]}"
		[ "$(sqlite3 "$mode.db" 'pragma integrity_check; select count(*) from t;')" = "ok"$'\n'"$rows" ]
	done
	;;
tree)
	if full; then
		archive=$(echo /usr/src/linux-source-*.tar.xz | awk '{print $NF}')
		[ -e "$archive" ] || { echo "There is no kernel source in /usr/src. Run: scripts/require.sh soak" >&2; exit 2; }
	else
		archive=$(mktemp)
		trap 'rm -f "$archive"' EXIT
		tar cf "$archive" -C /usr/include linux
	fi
	tar xf "$archive"
	tar df "$archive"
	;;
build)
	need gcc
	mkdir src
	count=$(seconds 400 20)
	for i in $(seq "$count"); do printf '#include <stdio.h>\n#include <stdlib.h>\nint f%d(int x) { return x + %d; }\n' "$i" "$i" >"src/f$i.c"; done
	{
		for i in $(seq "$count"); do echo "int f$i(int);"; done
		echo '#include <stdio.h>'
		echo 'int main(void) { int x = 0;'
		for i in $(seq "$count"); do echo "x = f$i(x);"; done
		echo 'printf("%d\n", x); return 0; }'
	} >src/main.c
	printf 'SOURCES := $(wildcard *.c)\nall: sum\nsum: $(SOURCES:.c=.o)\n\tgcc -o $@ $^\n' >src/Makefile
	make -s -j2 -C src
	[ "$(src/sum)" = $((count * (count + 1) / 2)) ]
	# Nothing is newer than what was made of it.
	[ -z "$(make -s -n -C src)" ]
	;;
postgres)
	# What it acknowledged must be there after its own death, too: it finds its write-ahead log as it wrote it.
	step() { "$here/postgres.sh" "$1" "$dir" "${2:-}"; }
	trap 'step kill >/dev/null 2>&1 || true' ERR TERM
	count=$(seconds 2000 100)
	step init
	step start
	step load "$(seconds 5 1)"
	step run "$count"
	step kill
	step start
	step run "$count"
	step check | tee checked
	[ "$(tail -n 1 checked)" = "history: $((4 * count))" ]
	step stop
	step check-pages
	;;
*)
	echo "run.sh: there is no tool called '$tool'." >&2
	exit 2
	;;
esac
