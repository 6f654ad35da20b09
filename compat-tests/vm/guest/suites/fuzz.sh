# A hostile server: random calls and replies, memory that changes while the kernel reads it. ZUFS_FUZZ_SECONDS: how long (10).
zufs-fuzz "${ZUFS_FUZZ_SECONDS:-10}"
