# The null file system by several servers, all on the application's CPU: instructions an operation, under icount.
measure() {
	name=$1
	shift
	mkdir -p /mnt/n
	taskset 1 "$@" >/tmp/server.log 2>&1 &
	server=$!
	for i in $(seq 300); do grep -q ' /mnt/n ' /proc/mounts && break; sleep 0.1; done
	zufs-bench 60 "$name" /mnt/n/data || cat /tmp/server.log
	umount /mnt/n
	wait $server
}
measure "raw C, /dev/fuse" null-fuse /mnt/n
measure "libfuse high level" libfuse-null-hl -f /mnt/n
measure "C#, fuse" zufs-null /mnt/n fuse parallel
measure "C#, zufs" zufs-null /mnt/n zufs parallel
dd if=/dev/zero of=/tmp/data bs=1M count=4 2>/dev/null
zufs-bench 60 tmpfs /tmp/data
