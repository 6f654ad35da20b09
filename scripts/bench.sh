#!/usr/bin/env bash
# Builds the servers and the harness, and measures. Arguments go to the harness (--only, --rounds, --window).
# PEER_DIR: a folder with libfuse-null-hl and libfuse-null-ll that were built on another libfuse.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p artifacts/bench
make -s -C bench/peers OUT="$PWD/artifacts/bench"
dotnet publish bench/zufs-null -c Release -v q -nologo -o artifacts/bench/null-publish >&2
ln -sfn null-publish/zufs-null artifacts/bench/zufs-null
dotnet build bench/Zufs.Bench -c Release -v q -nologo >&2
[ -z "${PEER_DIR:-}" ] || set -- --peer-dir "$PEER_DIR" "$@"
exec dotnet bench/Zufs.Bench/bin/Release/net10.0/zufs-bench.dll "$@"
