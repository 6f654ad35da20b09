#!/usr/bin/env bash
# Builds the programs into artifacts/lib/zufs, with artifacts/zufs-migrate as a link; then the packages and the samples.
# What hasn't changed since the last time isn't built again. Usage: publish.sh [programs]   (programs: no packages, no samples)
set -euo pipefail
cd "$(dirname "$0")/.."
lib=$PWD/artifacts/lib/zufs
stamps=$PWD/artifacts/.stamps
only=${1:-all}
mkdir -p "$lib" "$stamps"
export MSBUILDDISABLENODEREUSE=1

# A hash of everything that a project is built from.
inputs() {
	find "$@" Directory.Build.props Directory.Packages.props global.json nuget.config \
		\( -name bin -o -name obj \) -prune -o -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' \
		-o -name '*.json' -o -name '*.config' -o -name '*.c' -o -name '*.h' \) -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}

# publish NAME PROJECT SOURCES...: into artifacts/lib/zufs, unless the stamp says that it is there.
publish() {
	local name=$1 project=$2 now
	shift 2
	now=$(inputs "$@")
	if [ -x "$lib/$name" ] && [ "$(cat "$stamps/$name" 2>/dev/null)" = "$now" ]; then
		return
	fi
	echo "Building $name ..." >&2
	rm -f "$stamps/$name"
	dotnet publish "$project" -c Release -v q -nologo -o "$lib.$name" >&2
	# A program that runs keeps its old file: the new one takes its name, it isn't written over.
	local file
	(cd "$lib.$name" && find . -type f ! -name '*.dbg' ! -name '*.pdb' ! -name '*.xml' -print) | while IFS= read -r file; do
		mkdir -p "$(dirname "$lib/$file")"
		mv -f "$lib.$name/$file" "$lib/$file"
	done
	rm -rf "$lib.$name"
	echo "$now" >"$stamps/$name"
}

publish zufs-supervisor src/zufs-supervisor src/zufs-supervisor src/Zufs.Core
publish zufs-worker src/zufs-worker src/zufs-worker src/Zufs.Core
publish zufs-migrate src/zufs-migrate src/zufs-migrate src/Zufs.Core src/Zufs.FuseShim src/Zufs.Conformance
ln -sfn lib/zufs/zufs-migrate artifacts/zufs-migrate

# What programs of libfuse load in its place: the engine, and beside it the veneer in C.
libfuse=src/Zufs.FuseShim/LibFuse
now=$(inputs "$libfuse/Engine" src/Zufs.Core src/Zufs.FuseShim/Paths src/Zufs.FuseShim/Zufs.FuseShim.csproj)
if [ ! -e "$lib/libfuse/libzufs.so" ] || [ "$(cat "$stamps/libzufs" 2>/dev/null)" != "$now" ]; then
	echo "Building libzufs.so ..." >&2
	rm -f "$stamps/libzufs"
	dotnet publish "$libfuse/Engine" -c Release -v q -nologo -o "$lib.libzufs" >&2
	mkdir -p "$lib/libfuse"
	mv -f "$lib.libzufs/libzufs.so" "$lib/libfuse/libzufs.so"
	rm -rf "$lib.libzufs"
	echo "$now" >"$stamps/libzufs"
fi
now=$(find "$libfuse/Veneer" scripts/libfuse.sh -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1)
if [ ! -e "$lib/libfuse/libfuse3.so.3" ] || [ "$(cat "$stamps/veneer" 2>/dev/null)" != "$now" ]; then
	echo "Building libfuse3.so.3 and libfuse.so.2 ..." >&2
	rm -f "$stamps/veneer"
	scripts/libfuse.sh "$lib/libfuse"
	echo "$now" >"$stamps/veneer"
fi

[ "$only" = all ] || exit 0
if [ -x scripts/pack.sh ]; then
	scripts/pack.sh >&2
fi
for project in samples/*/*.csproj; do
	[ -e "$project" ] || continue
	name=$(basename "$(dirname "$project")")
	now=$(inputs "samples/$name" src/Zufs.Core src/Zufs.FuseShim)
	if [ -d "artifacts/samples/$name" ] && [ "$(cat "$stamps/sample-$name" 2>/dev/null)" = "$now" ]; then
		continue
	fi
	echo "Building sample $name ..." >&2
	rm -f "$stamps/sample-$name"
	dotnet build "$project" -c Release -v q -nologo -o "artifacts/samples/$name" >&2
	echo "$now" >"$stamps/sample-$name"
done
