# The guest itself: what every other suite stands on.
check() {
	if eval "$2"; then echo "PASS $1"; else echo "FAIL $1: $2"; fi
}
check "The guest has two CPUs" '[ "$(nproc)" -eq 2 ]'
check "The guest has FUSE" '[ -c /dev/fuse ] && grep -qw fuse /proc/filesystems'
check "Natively compiled C# runs without .NET" 'zufs-guest hello | grep -q "^hello from"'
