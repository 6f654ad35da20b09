#!/usr/bin/env bash
# Builds the libraries that libfuse programs load: libfuse3.so.3 and libfuse.so.2, from one source. Usage: libfuse.sh DIRECTORY
set -euo pipefail
mkdir -p "$1"
target=$(realpath "$1")
cd "$(dirname "$0")/../src/Zufs.FuseShim/LibFuse/Veneer"

build() { # build GENERATION SONAME
	local object
	object=$(mktemp -d)
	${CC:-gcc} -std=gnu11 -O2 -g -Wall -Wextra -Werror -fPIC -fvisibility=hidden -fno-plt -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DFUSE_GENERATION="$1" \
		-shared -Wl,-soname,"$2" -Wl,--version-script="libfuse$1.map" -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -o "$object/$2" ./*.c -ldl -lpthread
	# What a running program has mapped is replaced, not written over.
	mv -f "$object/$2" "$target/$2"
	rmdir "$object"
}

build 3 libfuse3.so.3
build 2 libfuse.so.2
