# Workers that stop or die under load: a successor is given what they held, and nothing of it reaches an application. Rounds: $1, default 20.
rounds=${1:-20}
zufs-guest mount memory:size=200M /mnt/k zufs >/tmp/k.log 2>&1 &
guest=$!
for i in $(seq 300); do grep -q MOUNTED /tmp/k.log && break; sleep 0.1; done
grep -q '^MOUNTED /mnt/k zufs' /tmp/k.log || { echo "FAIL The mount gets the zufs channel: $(cat /tmp/k.log)"; exit 1; }

# The one that serves is the oldest: a successor may be kept ready.
worker() { pidof zufs-worker | tr ' ' '\n' | sort -n | head -n 1; }
# Every wait has a bound: what hangs is a failure with a name.
ends() {
	for i in $(seq 600); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.1
	done
	return 1
}
# Reads without the cache, and the bytes must be right.
reader() {
	while [ ! -e /tmp/halt ]; do
		dd if=/mnt/k/f of=/tmp/read.$1 bs=64k iflag=direct 2>/tmp/err.$1 && cmp -s /tmp/read.$1 /tmp/data || { echo "FAIL A reader gets its bytes: $(tail -n 1 /tmp/err.$1)"; return; }
	done
}
# What may not happen twice: names made and removed, files replaced.
changer() {
	n=0
	while [ ! -e /tmp/halt ]; do
		n=$((n + 1))
		{ mkdir /mnt/k/d.$1 && echo $n >/mnt/k/d.$1/new && mv /mnt/k/d.$1/new /mnt/k/d.$1/file && [ "$(cat /mnt/k/d.$1/file)" = $n ] &&
			rm /mnt/k/d.$1/file && rmdir /mnt/k/d.$1; } 2>/tmp/err.$1 || { echo "FAIL Changes are made once (round $n): $(cat /tmp/err.$1)"; return; }
	done
}
dd if=/dev/urandom of=/tmp/data bs=64k count=8 2>/dev/null
cp /tmp/data /mnt/k/f
rm -f /tmp/halt
load=""
for cpu in 1 2; do
	taskset -p $cpu $$ >/dev/null
	reader r$cpu & load="$load $!"
	changer c$cpu & load="$load $!"
done
taskset -p 3 $$ >/dev/null

sleep 1
first=$(worker)
kill -STOP $first; sleep 1; kill -CONT $first
gone_on=0
for n in $(seq $rounds); do
	old=$(worker)
	[ -n "$old" ] || break
	kill -KILL $old
	for i in $(seq 300); do
		new=$(worker)
		[ -n "$new" ] && [ "$new" != "$old" ] && timeout 20 stat /mnt/k/f >/dev/null 2>&1 && break
		sleep 0.1
	done
	[ -n "$new" ] && [ "$new" != "$old" ] && gone_on=$((gone_on + 1))
	sleep 0.$((n % 5 + 2))
done
[ $gone_on -eq $rounds ] && echo "PASS Another worker goes on after each of $rounds kills" || { echo "FAIL Another worker goes on after each of $rounds kills: after $gone_on"; tail -n 5 /tmp/k.log; }
touch /tmp/halt
bad=0
for pid in $load; do
	ends $pid || { echo "FAIL An application hangs"; bad=1; }
done
[ $bad -eq 0 ] && echo "PASS Applications under load end, and each of them said when it was served wrongly"
cat /sys/kernel/debug/zufs/*
again=$(awk '$1 ~ /^[0-9]+$/ { n += $9 } END { print n + 0 }' /sys/kernel/debug/zufs/*)
[ "$again" -gt 0 ] && echo "PASS Requests that a dead worker held come again ($again)" || echo "FAIL Requests that a dead worker held come again: none did"
umount /mnt/k
ends $guest || echo "FAIL The mount ends"
grep -q '^ENDED /mnt/k 0' /tmp/k.log && echo "PASS An unmount ends the mount cleanly" || echo "FAIL An unmount ends the mount cleanly: $(tail -n 2 /tmp/k.log)"
