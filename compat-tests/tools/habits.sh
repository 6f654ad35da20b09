#!/usr/bin/env bash
# What programs do that file systems get wrong: odd names, holes, files that are replaced while they are open, memory that is short.
# Runs in the working directory. Usage: habits.sh short|full
set -euo pipefail
form=$1
export LC_ALL=C

same() { [ "$1" = "$2" ] || { echo "$3: “$1” instead of “$2”" >&2; exit 1; }; }

# Names of 255 bytes, of every byte that a name may hold, and of bytes that are no UTF-8: made, listed, archived, renamed, removed.
mkdir names
long=$(printf 'n%.0s' $(seq 255))
: >"names/$long"
if : 2>/dev/null >"names/${long}n"; then echo "a name of 256 bytes was taken" >&2; exit 1; fi
for ((byte = 1; byte < 256; byte++)); do
	printf -v code '\\x%02x' $byte
	printf -v name "a${code}z."
	[ $byte -eq 47 ] || printf '%d' $byte >"names/$name"
done
broken=$(printf '\xff\xfe\x80\xc3\x28')
mkdir -p "names/$broken/$long"
echo deep >"names/$broken/$long/$broken"
same "$(find names -type f -print0 | tr -cd '\0' | wc -c)" 256 "files with odd names"
tar cf names.tar names
tar df names.tar
mkdir again
tar xf names.tar -C again
diff -r names again/names
cp -a names copy
diff -r names copy
mv "copy/$broken" "copy/$long$(:)" 2>/dev/null && { echo "a directory replaced a file" >&2; exit 1; }
mv "copy/$broken/$long/$broken" "copy/$long"
same "$(cat "copy/$long")" deep "a file that took the place of another"
rm -r copy again names
same "$(find . -mindepth 1 ! -name names.tar | wc -l)" 0 "what is left after rm -r"

# Sparse files: as long as they say, as small as they are, and their copies too.
truncate -s 1T sparse
printf end | dd of=sparse bs=1 seek=$((1 << 35)) conv=notrunc status=none
same "$(stat -c %s sparse)" $((1 << 40)) "the size of a sparse file"
[ "$(stat -c %b sparse)" -le 2048 ] || { echo "a sparse file takes $(stat -c %b sparse) blocks" >&2; exit 1; }
same "$(dd if=sparse bs=1 skip=$((1 << 35)) count=4 status=none | od -An -tx1 | tr -d ' ')" 656e6400 "what stands behind a hole"
truncate -s 64M holes
for i in 3 17 40; do dd if=/dev/urandom of=holes bs=64k seek=$((i * 16)) count=1 conv=notrunc status=none; done
cp --sparse=always holes holes.copy
tar cSf holes.tar holes
mkdir untarred && tar xSf holes.tar -C untarred
cmp holes holes.copy
cmp holes untarred/holes
[ "$(stat -c %b holes.tar)" -lt 20000 ] || { echo "an archive of holes takes $(stat -c %b holes.tar) blocks" >&2; exit 1; }
fallocate --dig-holes holes.copy
fallocate --punch-hole --offset $((17 * 1024 * 1024)) --length 65536 holes.copy
same "$(dd if=holes.copy bs=64k skip=$((17 * 16)) count=1 status=none | tr -d '\0' | wc -c)" 0 "what was punched out"
rm -r sparse holes* untarred

# A file that is replaced while others have it open: they keep what they opened; whoever comes finds all of the one or all of the other.
echo old >config
exec 3<config 4>>config
rounds=50
[ "$form" = short ] || rounds=3000
for i in $(seq $rounds); do
	head -c 4096 /dev/zero | tr '\0' $((i % 10)) >config.new
	mv config.new config
done &
writer=$!
while kill -0 $writer 2>/dev/null; do
	read -r -d '' -n 4096 content <config || true
	[ "$content" = old ] || [ -z "${content//${content:0:1}/}" ] && [ "${#content}" = 4096 ] || [ "$content" = old ] ||
		{ echo "a file was seen half replaced: ${#content} bytes" >&2; exit 1; }
done
wait $writer
echo more >&4
same "$(cat <&3)" "old
more" "a replaced file by its old descriptor"
exec 3<&- 4>&-
same "$(stat -c %s config)" 4096 "the file in its place"
# The last name goes while it is open and mapped: what runs goes on.
cp "$(type -P sleep)" program
./program 1 &
running=$!
sleep 0.2
cp "$(type -P true)" program.new
mv program.new program
./program
wait $running

# Shared mappings when memory is short: pages go and come back as they were. A control group limits them where this user may make one.
size=32m limit=$((24 << 20))
[ "$form" = short ] || size=256m limit=$((64 << 20))
group=
for parent in "/sys/fs/cgroup/memory$(sed -n 's/^[0-9]*:memory://p' /proc/self/cgroup)" "/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)"; do
	for file in memory.limit_in_bytes memory.max; do
		if [ -z "$group" ] && mkdir "$parent/zufs-habits.$$" 2>/dev/null; then
			if echo $limit 2>/dev/null >"$parent/zufs-habits.$$/$file"; then group=$parent/zufs-habits.$$; else rmdir "$parent/zufs-habits.$$"; fi
		fi
	done
done
if [ -n "$group" ]; then
	# The dead leave a group a moment after they are gone.
	trap 'for _ in 1 2 3 4 5; do if rmdir "$group" 2>/dev/null; then break; else sleep 0.2; fi; done' EXIT
	enter() { (echo 0 >"$group/cgroup.procs" && exec "$@"); }
else
	echo "no control group can be made here: mappings are tested without a limit"
	enter() { "$@"; }
fi
enter fio --name=mapped --filename=mapped --rw=randwrite --bs=4k --size=$size --ioengine=mmap --verify=crc32c --verify_fatal=1 --do_verify=1 --output-format=terse >/dev/null
enter stress-ng --temp-path "$PWD" --mmap 1 --mmap-file --mmap-bytes $size --msync 1 --msync-bytes $size --verify --timeout "$([ "$form" = short ] && echo 2 || echo 30)s" 2>&1
