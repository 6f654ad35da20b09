# The hostile server for ten minutes.
zufs-fuzz 600
