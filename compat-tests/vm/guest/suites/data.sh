# Bytes through the C# channel: all sizes and alignments, direct and cached, vectored, mapped; the counters show which way they went.
zufs-guest mount memory:size=200M /mnt/z zufs >/tmp/z.log 2>&1 &
for i in $(seq 200); do grep -q MOUNTED /tmp/z.log && break; sleep 0.1; done
grep -q '^MOUNTED /mnt/z zufs' /tmp/z.log || { echo "FAIL The mount gets the zufs channel: $(cat /tmp/z.log)"; exit 1; }
data /mnt/z
status=$?
cat /sys/kernel/debug/zufs/*
lent=$(awk '$1 ~ /^[0-9]+$/ { n += $15 } END { print n + 0 }' /sys/kernel/debug/zufs/*)
[ "$lent" -gt 50 ] && echo "PASS Large reads are lent ($lent)" || echo "FAIL Large reads are lent: only $lent were"
umount /mnt/z
wait
exit $status
