#!/usr/bin/env bash
# Runs one outside tool in a directory of a mount, and says by its exit code whether everything was as the tool wants it.
# Usage: run.sh TOOL DIRECTORY short|full
set -euo pipefail
tool=$1 dir=$2 form=$3
here=$(cd "$(dirname "$0")" && pwd)

need() { command -v "$1" >/dev/null 2>&1 || { echo "$1 is missing. Run: scripts/require.sh tools" >&2; exit 2; }; }
full() { [ "$form" = full ]; }
seconds() { if full; then echo "$1"; else echo "$2"; fi; }

kernel_source() {
	local archive
	archive=$(echo /usr/src/linux-source-*.tar.xz | awk '{print $NF}')
	[ -e "$archive" ] || { echo "There is no kernel source in /usr/src. Run: scripts/require.sh soak" >&2; exit 2; }
	echo "$archive"
}

cd "$dir"
case $tool in
stress-ng)
	need stress-ng
	common=(--temp-path "$dir" --verify --hdd-bytes 16m --fallocate-bytes 16m --iomix-bytes 16m --sync-file-bytes 16m
		--seek-size 16m --readahead-bytes 16m --dirdeep-inodes 4000)
	# What moves data is in other classes of its, and as much a file system's business.
	data=(aiol readahead revio seek sendfile splice mmap msync)
	if full; then
		# The whole class, one after another, two of each on the same directory.
		stress-ng "${common[@]}" --class filesystem --sequential 2 --timeout 10s 2>&1
		for stressor in "${data[@]}"; do stress-ng "${common[@]}" --mmap-file --mmap-bytes 32m --"$stressor" 2 --timeout 10s 2>&1; done
	else
		# Side by side: also what they do to each other.
		names=(access chdir chmod chown copy-file dentry dir dirdeep dirmany dnotify fallocate fanotify fcntl fiemap file-ioctl filename flock fpunch
			fsize fstat getdent hdd inotify iomix lease link locka lockf lockofd mknod open rename symlink sync-file touch utime xattr)
		stress-ng "${common[@]}" $(printf -- '--%s 1 ' "${names[@]:0:20}") --timeout 3s 2>&1
		stress-ng "${common[@]}" $(printf -- '--%s 1 ' "${names[@]:20}") --timeout 3s 2>&1
		stress-ng "${common[@]}" --mmap-file --mmap-bytes 8m $(printf -- '--%s 1 ' "${data[@]}") --timeout 3s 2>&1
	fi
	;;
fio)
	need fio
	verified=(--directory="$dir" --verify=crc32c --verify_fatal=1 --do_verify=1 --group_reporting --output-format=terse)
	for engine in sync psync libaio io_uring mmap; do
		fio --name=$engine --rw=randwrite --bs=4k-64k --size="$(seconds 128m 4m)" --numjobs=2 --ioengine=$engine --iodepth=8 --fsync=64 "${verified[@]}" >/dev/null
		[ $engine = mmap ] ||
			fio --name=direct-$engine --direct=1 --rw=randwrite --bs=4k-64k --size="$(seconds 128m 4m)" --numjobs=2 --ioengine=$engine --iodepth=8 "${verified[@]}" >/dev/null
		rm -f ./*$engine.*
	done
	fio --name=stream --rw=write --bs=1m --size="$(seconds 512m 16m)" --ioengine=psync "${verified[@]}" >/dev/null
	# Readers and writers of one file, by the page cache and around it.
	fio --name=mixed --filename=mixed --rw=randrw --bs=4k --size="$(seconds 64m 4m)" --ioengine=libaio --iodepth=8 --direct=1 "${verified[@]}" >/dev/null
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
	made=
	if full; then
		archive=$(kernel_source)
		tar xf "$archive"
	else
		made=$(mktemp) archive=$made
		trap 'rm -f $made' EXIT
		tar cf "$archive" -C /usr/include linux asm-generic
		tar xf "$archive"
	fi
	# Types, modes, times, links and bytes against the archive; then every file's hash against the same archive unpacked on the disk.
	tar df "$archive"
	elsewhere=$(mktemp -d)
	trap 'rm -rf "$elsewhere" $made' EXIT
	tar xf "$archive" -C "$elsewhere"
	hashes() { (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum); }
	hashes "$elsewhere" | diff - <(hashes .)
	;;
git)
	need git
	# Somebody else's files, to git: a test runs as root, and a checkout may be anybody's.
	export GIT_CONFIG_COUNT=3 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' GIT_CONFIG_KEY_1=user.name GIT_CONFIG_VALUE_1=tester \
		GIT_CONFIG_KEY_2=user.email GIT_CONFIG_VALUE_2=tester@localhost
	for i in $(seq "$(seconds 5 1)"); do
		git clone -q --no-local "$here/../.." "clone$i"
		cd "clone$i"
		git checkout -q -b work
		for file in $(git ls-files 'docs/*.md'); do echo "a line" >>"$file"; done
		git commit -q -a -m "A line more"
		git mv docs papers
		git commit -q -m "A directory moves"
		git reset -q --hard HEAD~1
		git gc -q --prune=now
		git fsck --full --strict --no-progress
		[ -z "$(git status --porcelain)" ]
		# What is there is what was committed, byte by byte: an index that knows nothing yet makes the same tree of it.
		export GIT_INDEX_FILE=$PWD/.git/anew
		git add -A
		[ "$(git write-tree)" = "$(git rev-parse 'HEAD^{tree}')" ]
		unset GIT_INDEX_FILE
		cd ..
	done
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
	# C that people wrote: this project's own, and in the long form a part of Linux. Elsewhere the same is made of it.
	objects() { # objects DIRECTORY
		(cd "$1" && for file in *.c; do echo "$file"; done | xargs -P 2 -I % gcc -std=gnu11 -O1 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DFUSE_GENERATION=3 -c % && sha256sum ./*.o)
	}
	elsewhere=$(mktemp -d)
	trap 'rm -rf "$elsewhere"' EXIT
	cp "$here"/../../src/Zufs.FuseShim/LibFuse/Veneer/*.[ch] "$elsewhere"
	cp -r "$elsewhere" veneer
	[ "$(objects veneer)" = "$(objects "$elsewhere")" ]
	if full; then
		tar xf "$(kernel_source)"
		cd linux-source-*
		make -s tinyconfig >/dev/null
		make -s -j2 prepare >/dev/null
		make -s -j2 mm/ lib/ fs/ >/dev/null
		# All of it is up to date, by the files' times.
		! make -j2 mm/ lib/ fs/ | grep -E '^  (CC|AS|AR) '
	fi
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
habits) "$here/habits.sh" "$form" ;;
*)
	echo "run.sh: there is no tool called '$tool'." >&2
	exit 2
	;;
esac
