# A raw C server pinned to the application's CPU: /dev/fuse, channel with replies filled, channel with replies lent.
zufs-bench 200
