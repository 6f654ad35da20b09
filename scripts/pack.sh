#!/usr/bin/env bash
# Packs the libraries into artifacts/packages, a local feed. Tmds.Fuse and Tmds.LibC are for local feeds only: those ids are not ours to publish.
# Usage: pack.sh [DIRECTORY]
set -euo pipefail
cd "$(dirname "$0")/.."
feed=${1:-artifacts/packages}
mkdir -p "$feed"
export MSBUILDDISABLENODEREUSE=1
# The last one refers to all the others, so one build is enough.
dotnet build src/Zufs.FuseShim/TmdsFuse -c Release -v q -nologo
for project in src/Zufs.Core src/Zufs.FuseShim src/Zufs.FuseShim/TmdsLibC src/Zufs.FuseShim/TmdsFuse; do
	dotnet pack "$project" -c Release --no-build -v q -nologo -o "$feed"
done
