#!/usr/bin/env bash
# Installs what `make build` made. Usage: install.sh DESTDIR PREFIX
set -euo pipefail
cd "$(dirname "$0")/.."
root=$1$2

if [ ! -x artifacts/lib/zufs/zufs-migrate ]; then
	echo "Nothing is built yet. Try: make build" >&2
	exit 2
fi
if ! mkdir -p "$root/lib" 2>/dev/null || [ ! -w "$root/lib" ]; then
	echo "$root/lib can't be written to. Try: sudo make install (or another PREFIX or DESTDIR)" >&2
	exit 2
fi

rm -rf "$root/lib/zufs"
mkdir -p "$root/lib/zufs" "$root/bin" "$root/share/doc/zufs" \
	"$root/share/bash-completion/completions" "$root/share/zsh/vendor-completions" "$root/share/fish/vendor_completions.d"
cp -a artifacts/lib/zufs/. "$root/lib/zufs/"
ln -sfn ../lib/zufs/zufs-migrate "$root/bin/zufs-migrate"
cp LICENSE-BSD2 README.md CHANGELOG.md "$root/share/doc/zufs/"
program=artifacts/lib/zufs/zufs-migrate
"$program" completions bash >"$root/share/bash-completion/completions/zufs-migrate"
"$program" completions zsh >"$root/share/zsh/vendor-completions/_zufs-migrate"
"$program" completions fish >"$root/share/fish/vendor_completions.d/zufs-migrate.fish"
echo "Installed to $root/lib/zufs; the program is $root/bin/zufs-migrate."
