# Servers that stop or die under load: every application gets an answer, and nothing of the mount stays.
round() {
	rm -f /tmp/halt
	zufs-guest mount memory /mnt/k zufs >/tmp/k.log 2>&1 &
	guest=$!
	for i in $(seq 200); do grep -q MOUNTED /tmp/k.log && break; sleep 0.1; done
	worker=$(sed -n 's/^MOUNTED .* worker //p' /tmp/k.log)
	dd if=/dev/zero of=/mnt/k/f bs=64k count=16 2>/dev/null
	readers=""
	for cpu in 1 2; do
		taskset $cpu sh -c 'while [ ! -e /tmp/halt ] && dd if=/mnt/k/f of=/dev/null bs=64k iflag=direct 2>/dev/null; do :; done' &
		readers="$readers $!"
	done
	sleep 1
}
# Every wait has a bound: what hangs is a failure with a name.
ends() {
	for i in $(seq 300); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.1
	done
	return 1
}
finish() {
	touch /tmp/halt
	for reader in $readers; do
		ends $reader || echo "FAIL $1: a reader still waits"
	done
	umount /mnt/k 2>/dev/null
	ends $guest || echo "FAIL $1: the mount hasn't ended"
	if grep -q /mnt/k /proc/mounts; then
		echo "FAIL $1: the mount is still there"
		umount -l /mnt/k
	else
		echo "PASS $1"
	fi
}
round
kill -STOP $worker
sleep 1
kill -CONT $worker
dd if=/mnt/k/f of=/dev/null bs=64k 2>/dev/null || echo "FAIL The mount goes on after SIGSTOP and SIGCONT"
finish "A server that is stopped for a second goes on"
for n in 1 2 3; do
	round
	kill -KILL $worker
	sleep 1
	finish "Readers get an answer when the server is killed ($n)"
	tail -2 /tmp/k.log
done
