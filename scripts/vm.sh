#!/usr/bin/env bash
# Boots a stock Debian kernel with zufs.ko in QEMU, runs suites of compat-tests/vm/guest/suites in it, powers off. The host's kernel isn't touched.
# Usage: vm.sh build                       the initramfs: artifacts/vm/initramfs
#        vm.sh run [OPTION...] SUITE...    exit code 0: every suite ended with 0 and printed no FAIL, and the kernel reported nothing
#        vm.sh shell [OPTION...]           a shell in the guest; "exit" powers off
#        vm.sh compare DIRECTORY WORD...   "zufs-migrate compare WORD..." in the guest, which has DIRECTORY's files: prints what it prints, ends with its code
#        vm.sh list                        the suites' names
# Options: --log NAME   artifacts/vm/NAME.log (console) and NAME.out (the suites' lines); default: run
#          --timeout S  seconds until QEMU is ended; default 300
#          --icount     one instruction is one nanosecond: repeatable, for the benchmark; single-threaded, slow
#          --append S   more words for the kernel's command line
#          --no-build   the initramfs is as it should be
set -euo pipefail
cd "$(dirname "$0")/.."
top=$PWD
vm=$top/artifacts/vm
guest=$top/compat-tests/vm

say() { echo "vm: $*" >&2; }
trouble() {
	printf '%s\n' "$@" >&2
	exit 2
}

# What the kernel says when something is wrong: any of it fails the run. Warnings about a tainted or unsigned module are none of them.
reports='Kernel panic|BUG:|BUG |WARNING:|Oops|general protection fault|unable to handle|Poison overwritten|Redzone|Object padding overwritten|KASAN|KCSAN|lockdep|INFO: task .* blocked|rcu: INFO|soft lockup|hard LOCKUP|scheduling while atomic|refcount_t:|list_(add|del) corruption|stack-protector|segfault at|traps: .* general protection'

# The pinned kernel's image, in the packages' cache.
image() {
	local version
	version=$(cat kernel/pin)
	echo "${XDG_CACHE_HOME:-$HOME/.cache}/zufs/kernel/$version/boot/vmlinuz-$version-amd64"
}

inputs() {
	find "$@" Directory.Build.props Directory.Packages.props global.json \
		\( -name bin -o -name obj \) -prune -o -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.json' \) -print0 |
		sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}

# native NAME PROJECT SOURCES...: a natively compiled C# program into artifacts/vm/bin, unless it is there already.
native() {
	local name=$1 project=$2 now
	shift 2
	now=$(inputs "$@")
	if [ -x "$vm/bin/$name" ] && [ "$(cat "$vm/bin/.$name" 2>/dev/null)" = "$now" ]; then
		return
	fi
	say "building $name ..."
	MSBUILDDISABLENODEREUSE=1 dotnet publish "$project" -c Release -v q -nologo -o "$vm/publish" >&2
	mv -f "$vm/publish/$name" "$vm/bin/$name"
	rm -rf "$vm/publish"
	echo "$now" >"$vm/bin/.$name"
}

# into ROOT PROGRAM: a program with the libraries it is linked to, where its loader looks for them.
into() {
	cp "$2" "$1/bin/"
	ldd "$2" 2>/dev/null | grep -oE '/[^ ]+' | while IFS= read -r library; do
		[ -e "$1$library" ] || install -D "$library" "$1$library"
	done || true # a static program has none
	# .NET loads OpenSSL by name, for hashes and random numbers.
	for library in /usr/lib/x86_64-linux-gnu/lib{ssl,crypto}.so.3; do
		[ -e "$1$library" ] || install -D "$library" "$1$library"
	done
}

build() {
	local program source name parts
	scripts/build-module.sh >&2
	scripts/publish.sh programs >&2
	mkdir -p "$vm/bin"
	native tmds-operations compat-tests/vm/Zufs.GuestTmds compat-tests/vm/Zufs.GuestTmds samples/tmds-operations src/Zufs.Core src/Zufs.FuseShim
	native zufs-guest compat-tests/vm/Zufs.Guest compat-tests/vm/Zufs.Guest src/Zufs.Core src/Zufs.Conformance
	# A program in C is a file of guest/, with what is in the folder of its name, and common/.
	for source in "$guest"/guest/*.c; do
		name=$(basename "$source" .c)
		program=$vm/bin/$name
		parts=("$source" "$guest"/guest/common/*.c)
		[ ! -d "$guest/guest/${name#zufs-}" ] || parts+=("$guest/guest/${name#zufs-}"/*.c)
		if [ -n "$(find "$guest/guest" kernel/uapi -name '*.[ch]' -newer "$program" -print -quit 2>&1)" ]; then
			gcc -O2 -Wall -Wextra -Werror -static -pthread -I kernel/uapi -I "$guest/guest" -o "$program" "${parts[@]}"
		fi
	done
	# What the benchmark compares with.
	case " $* " in
	*" bench-"*)
		native zufs-null bench/zufs-null bench/zufs-null src/Zufs.Core
		make -s -C bench/peers OUT="$vm/bin" "$vm/bin/null-fuse" "$vm/bin/libfuse-null-hl" >&2
		;;
	esac
	pack
}

pack() {
	local root program
	root=$vm/root
	rm -rf "$root"
	mkdir -p "$root"/{bin,dev,proc,sys,tmp,run,mnt,etc,lib/modules,suites}
	cp "$(command -v busybox)" "$root/bin/busybox"
	"$root/bin/busybox" --list | while IFS= read -r applet; do
		[ "$applet" = busybox ] || ln -sf busybox "$root/bin/$applet"
	done
	printf 'root:x:0:0:root:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
	for program in "$vm"/bin/* artifacts/lib/zufs/zufs-supervisor artifacts/lib/zufs/zufs-worker; do
		into "$root" "$program"
	done
	install -m 755 "$guest/init" "$root/init"
	cp "$guest"/guest/suites/*.sh "$root/suites/"
	cp artifacts/kernel/zufs.ko "$root/lib/modules/"
	# A tree to copy: our own sources.
	mkdir -p "$root/usr/share/tree"
	git ls-files -z src docs kernel 2>/dev/null | xargs -0 cp --parents -t "$root/usr/share/tree" 2>/dev/null || cp -a docs "$root/usr/share/tree/"
	(cd "$root" && find . -print0 | cpio --null -o -H newc --quiet) >"$vm/initramfs.new"
	mv "$vm/initramfs.new" "$vm/initramfs"
	rm -rf "$root"
}

# visit DIRECTORY WORD...: an archive on top of the initramfs: .NET, zufs-migrate, the files of a directory, and a suite that compares.
visit() {
	local files=$1 root=$vm/visit net runtime word
	shift
	net=$(dirname "$(readlink -f "$(command -v dotnet)")")
	runtime=$(dotnet --list-runtimes | sed -nE 's/^Microsoft\.NETCore\.App (10\.[^ ]+) .*/\1/p' | tail -1)
	rm -rf "$root"
	mkdir -p "$root"/{bin,suites,usr/lib/zufs,visit,usr/share/dotnet/{host,shared/Microsoft.NETCore.App}}
	cp -a "$net/host/fxr" "$root/usr/share/dotnet/host/"
	cp -a "$net/shared/Microsoft.NETCore.App/$runtime" "$root/usr/share/dotnet/shared/Microsoft.NETCore.App/"
	into "$root" "$net/dotnet"
	mv "$root/bin/dotnet" "$root/usr/share/dotnet/"
	into "$root" "$root/usr/share/dotnet/shared/Microsoft.NETCore.App/$runtime/libcoreclr.so"
	rm -f "$root/bin/libcoreclr.so"
	cp artifacts/lib/zufs/zufs-migrate artifacts/lib/zufs/*.dll artifacts/lib/zufs/*.json "$root/usr/lib/zufs/"
	ln -s /bin/zufs-supervisor /bin/zufs-worker "$root/usr/lib/zufs/"
	[ -z "$files" ] || cp -a "$files/." "$root/visit/"
	{
		echo 'export ZUFS_GUEST=1 ZUFS_LIB=/usr/lib/zufs DOTNET_ROOT=/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_TieredPGO=0 NO_COLOR=1'
		echo 'stty -onlcr -echo -F /dev/ttyS2'
		[ -z "$files" ] || printf 'mkdir -p %q && cp -a /visit/. %q\n' "$files" "$files"
		printf '/usr/lib/zufs/zufs-migrate compare --source /usr/share/tree'
		printf ' %q' "$@"
		echo ' >/dev/ttyS2'
	} >"$root/suites/visit.sh"
	(cd "$root" && find . -print0 | cpio --null -o -H newc --quiet) | cat "$vm/initramfs" - >"$vm/initramfs.visit"
	rm -rf "$root"
}

compare() {
	local out=$vm/$log.out console=$vm/$log.log result=$vm/$log.result status=0 machine told
	scripts/require.sh vm
	visit "$@"
	rm -f "$out" "$console" "$result"
	: >"$out"
	say "comparing in a virtual machine; $(accelerator | grep -q kvm && echo "it has KVM" || echo "without KVM this takes minutes, and its speed says nothing about yours")."
	initramfs=$vm/initramfs.visit ZUFS_VM_MEMORY=${ZUFS_VM_MEMORY:-2G} start visit -serial "file:$console" -serial "file:$out" -serial "file:$result" </dev/null &
	machine=$!
	tail --pid=$machine -n +1 -f "$out" 2>/dev/null | grep --line-buffered -vE '^(GUEST|SUITE|END|DONE)' >&2 &
	told=$!
	wait $machine || status=$?
	wait $told || true
	rm -f "$vm/initramfs.visit"
	sed -i 's/\r$//' "$out"
	if grep -E "$reports" "$console" | grep -vE 'module verification failed|loading out-of-tree' >&2; then
		trouble "The guest's kernel reported the above: $console"
	fi
	grep -qx DONE "$out" || trouble "The guest ended before the comparison did (QEMU: $status). Its log: $console"
	cat "$result"
	return "$(sed -nE 's/^END visit ([0-9]+) .*/\1/p' "$out")"
}

accelerator() {
	if [ "$icount" = yes ]; then
		echo tcg -icount shift=0,sleep=off
	elif [ -w /dev/kvm ]; then
		echo kvm
	else
		echo tcg,thread=multi
	fi
}

# start SUITES SERIAL...: the command line ends with the machine's serial ports.
start() {
	local suites=$1
	shift
	# The CPU is the oldest that .NET runs on: newer ones make the emulated kernel slower to boot, and "rep movsb" costs an instruction a byte.
	# shellcheck disable=SC2046
	timeout --kill-after=5 --foreground "$timeout" qemu-system-x86_64 -accel $(accelerator) \
		-cpu qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt -smp 2 -m "${ZUFS_VM_MEMORY:-1G}" -display none -no-reboot -nodefaults "$@" \
		-kernel "$(image)" -initrd "${initramfs:-$vm/initramfs}" \
		-append "console=ttyS0 rdinit=/init quiet loglevel=5 panic=-1 oops=panic panic_on_warn=1 $append zufs.suites=$suites"
}

run() {
	local out=$vm/$log.out console=$vm/$log.log status bad=0 suite try
	[ $# -gt 0 ] || trouble "vm.sh run: name a suite. Try: scripts/vm.sh list"
	# Memory that is freed or overrun is poisoned, and what touches it is reported. Instructions are counted without.
	[ $icount = yes ] || append="slub_debug=FZPU init_on_free=1 $append"
	for suite in "$@"; do
		[ -e "$guest/guest/suites/$suite.sh" ] || trouble "vm.sh: there is no suite “$suite”. Try: scripts/vm.sh list"
	done
	# An emulated kernel dies now and then while it patches its own code, long before anything of ours runs: that boot says nothing about us.
	for try in 1 2 3; do
		rm -f "$out" "$console"
		status=0
		start "$(IFS=,; echo "$*")" -serial "file:$console" -serial "file:$out" </dev/null || status=$?
		touch "$out" "$console"
		if [ $status -ne 0 ] || grep -q '^GUEST' "$out" || [ $try -eq 3 ] || grep -q 'Run /init' "$console"; then break; fi
		say "the kernel died before its first process began; trying again."
	done
	sed -i 's/\r$//' "$out" "$console"
	grep -E '^(GUEST|SUITE|END|PASS|FAIL|NOTE|DONE)' "$out" || true
	if [ $status -eq 124 ] || [ $status -eq 137 ]; then
		echo "FAIL the guest: it hadn't ended after $timeout seconds"
		bad=1
	elif [ $status -ne 0 ]; then
		echo "FAIL the guest: QEMU ended with $status"
		bad=1
	elif ! grep -qx DONE "$out"; then
		echo "FAIL the guest: it ended before its suites did"
		bad=1
	fi
	if grep -E "$reports" "$console" | grep -vE 'module verification failed|loading out-of-tree' >"$vm/$log.reports"; then
		echo "FAIL the kernel: $(head -n 3 "$vm/$log.reports" | tr '\n' '|')"
		bad=1
	fi
	! grep -q '^FAIL' "$out" || bad=1
	! grep -E '^END [^ ]+ [0-9]+ ' "$out" | grep -qvE '^END [^ ]+ 0 ' || bad=1
	[ $bad -eq 0 ] || say "the whole log: $console"
	return $bad
}

# In a function, so that the script is read whole before it runs: somebody may edit it meanwhile.
main() {
	verb=${1:-}
	[ $# -eq 0 ] || shift
	log=run timeout=300 icount=no append="" make=yes
	while [ $# -gt 0 ]; do
		case $1 in
		--log) log=$2; shift 2 ;;
		--timeout) timeout=$2; shift 2 ;;
		--append) append=$2; shift 2 ;;
		--icount) icount=yes; shift ;;
		--no-build) make=no; shift ;;
		--) shift; break ;;
		--*) trouble "vm.sh: there is no option $1. Try: head scripts/vm.sh" ;;
		*) break ;;
		esac
	done
	mkdir -p "$vm"
	[ $make = no ] || [ "$verb" = list ] || [ "$verb" = pack ] || build "$@"

	case $verb in
	pack) pack ;;
	build) say "built $vm/initramfs" ;;
	run) run "$@" ;;
	compare) compare "$@" ;;
	shell) timeout=86400 start shell -serial mon:stdio -serial null ;;
	list) for suite in "$guest"/guest/suites/*.sh; do basename "$suite" .sh; done ;;
	*) trouble "vm.sh: build, run, shell, compare or list." ;;
	esac
}

main "$@"; exit
