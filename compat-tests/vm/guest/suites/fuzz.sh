# A hostile server for ten seconds: random calls and replies, memory that changes while the kernel reads it.
zufs-fuzz 10
