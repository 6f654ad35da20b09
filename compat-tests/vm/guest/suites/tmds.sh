# A Tmds.Fuse file system, compiled ahead of time, by /dev/fuse and by zufs: every check and a tree come to the same.
for channel in fuse zufs; do
	mkdir -p /mnt/t.$channel
	ZUFS_CHANNEL=$channel taskset 1 tmds-operations /mnt/t.$channel >/tmp/t.$channel 2>&1 &
	for i in $(seq 200); do grep -q " /mnt/t.$channel " /proc/mounts && break; sleep 0.1; done
	stat /mnt/t.$channel >/dev/null || cat /tmp/t.$channel
done
sent() { awk '$1 ~ /^[0-9]+$/ { n += $3 } END { print n + 0 }' /sys/kernel/debug/zufs/* 2>/dev/null; }
taskset 1 zufs-guest compare-at fuse /mnt/t.fuse zufs /mnt/t.zufs checks tree
status=$?
[ "$(sent)" -gt 1000 ] && echo "PASS The second mount was on zufs ($(sent) requests)" || echo "FAIL The second mount was on zufs: $(sent) requests were"
for channel in fuse zufs; do umount /mnt/t.$channel; done
wait
exit $status
