# A C# server on zufs.ko allocates nothing while it serves.
zufs-guest allocation zufs
