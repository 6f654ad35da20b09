# The C# channel on a live mount: it is taken, carries data, and comes away.
set -e
zufs-guest mount memory /mnt/z zufs >/tmp/z.log 2>&1 &
for i in $(seq 100); do grep -q MOUNTED /tmp/z.log && break; sleep 0.1; done
cat /tmp/z.log
grep -q '^MOUNTED /mnt/z zufs' /tmp/z.log && echo "PASS A mount gets the zufs channel" || echo "FAIL A mount gets the zufs channel: $(cat /tmp/z.log)"
dd if=/dev/urandom of=/tmp/data bs=1M count=4 2>/dev/null
cp /tmp/data /mnt/z/data
cmp /tmp/data /mnt/z/data && echo "PASS Data comes back as it was written" || echo "FAIL Data comes back as it was written"
ls -la /mnt/z; mkdir /mnt/z/d; mv /mnt/z/data /mnt/z/d/moved; [ -e /mnt/z/d/moved ]
cat /sys/kernel/debug/zufs/* 2>/dev/null | head -40
umount /mnt/z
wait
grep -q '^ENDED /mnt/z 0' /tmp/z.log && echo "PASS An unmount ends the mount cleanly" || echo "FAIL An unmount ends the mount cleanly: $(cat /tmp/z.log)"
