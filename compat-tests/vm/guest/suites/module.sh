# zufs.ko by a raw server in C: data, fall-back, signals, abort, death, live attach, lending.
zufs-module
