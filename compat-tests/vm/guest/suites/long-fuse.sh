# The ordinary channel in the guest: what the comparisons with zufs stand on. It shows that differences come from the channel and not from the guest.
# On one CPU: an emulated wake-up of another costs a millisecond.
taskset 1 zufs-guest compare memory fuse fuse checks tree
