#!/usr/bin/env bash
# Runs a command with fuse's enable_uring set, and puts the old value back afterwards: also on failure and ^C.
# Runs that overlap share it: the last one out puts it back.
# Usage: with-uring.sh COMMAND [ARGUMENT...]
set -euo pipefail

parameter=/sys/module/fuse/parameters/enable_uring
state=/run/zufs-enable-uring

say() { echo "with-uring: $*" >&2; }

[ -d /sys/module/fuse ] || modprobe fuse 2>/dev/null || true
if [ ! -e $parameter ]; then
	say "this kernel has no fuse.enable_uring (Linux 6.14 or newer with CONFIG_FUSE_IO_URING has it); going on without."
	exec "$@"
fi
if [ ! -w $parameter ]; then
	exec "$@"
fi

exec 8>>$state.guard 9>>$state.users
flock 8           # one run at a time looks and changes
flock --shared 9  # held while the command runs
if [ "$(cat $parameter)" = N ]; then
	echo N >$state
	echo Y >$parameter
	say "fuse's enable_uring was N: set to Y for this run."
fi
flock --unlock 8

put_back() {
	flock 8
	# Only the last user gets the exclusive lock.
	if flock --nonblock --exclusive 9 && [ -e $state ]; then
		cat $state >$parameter
		rm -f $state
		say "fuse's enable_uring put back to $(cat $parameter)."
	fi
}
trap put_back EXIT
trap : INT # ^C reaches the command too: it is in the same process group
trap 'kill -TERM "$child" 2>/dev/null || true' TERM HUP

# In the background, so that a SIGTERM to this script alone is passed on at once; a shell's background commands ignore ^C, hence env.
env --default-signal=INT,QUIT "$@" 8>&- 9>&- <&0 &
child=$!
status=0
wait "$child" || status=$?
# A trapped signal ends wait early: wait for the command itself.
while kill -0 "$child" 2>/dev/null; do
	status=0
	wait "$child" || status=$?
done
exit "$status"
