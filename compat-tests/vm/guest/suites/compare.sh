# One file system by /dev/fuse and by zufs: every check and a tree come to the same.
# On one CPU: an emulated wake-up of another costs a millisecond.
taskset 1 zufs-guest compare memory fuse zufs checks tree
