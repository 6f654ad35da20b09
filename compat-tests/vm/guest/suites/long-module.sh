# Two hundred killed servers, two thousand attaches and detaches under load.
ROUNDS=200 zufs-module kill_loop attach_storm
