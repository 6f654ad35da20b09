# The one entry for people and CI. `make help` says what each target does; the work is in scripts/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr
DESTDIR ?=
export ZUFS_TARGET = $@

.PHONY: help demo demo-crash test build bench bench-quick module vm-test vm-fuzz vm-bench vm-shell soak format install clean

help: ## Say what each target does
	@echo "Zufs: FUSE file systems on per-CPU channels"
	@echo
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 18
	@echo
	@echo "demo, test, bench and soak mount file systems and set fuse's enable_uring for the run: use sudo when you are not root."

demo: ## Set everything up, then compare a Tmds.Fuse file system on real FUSE and on the per-CPU channel
	@scripts/require.sh build mount uring
	@scripts/publish.sh
	@scripts/with-uring.sh scripts/demo.sh

demo-crash: ## Set everything up, then kill a mount's worker again and again while applications work on it
	@scripts/require.sh build mount
	@scripts/publish.sh programs
	@scripts/demo-crash.sh

test: ## Set everything up, then run every test; the last line is "N passed, N failed"
	@scripts/require.sh build mount tools applications subjects vm uring
	@scripts/with-uring.sh scripts/test.sh

build: ## Build everything; the program ends at artifacts/zufs-migrate, the packages in artifacts/packages
	@scripts/require.sh build
	@scripts/publish.sh

bench: ## Measure against the same servers in C; the table, and artifacts/bench.json
	@scripts/require.sh build mount peers uring root
	@scripts/with-uring.sh scripts/bench.sh

bench-quick: ## The same in under three minutes: shorter visits, for a look while you change something
	@scripts/require.sh build mount peers uring root
	@scripts/with-uring.sh scripts/bench.sh --rounds 4 --window 60

module: ## Build zufs.ko for the pinned Debian kernel: artifacts/kernel/zufs.ko
	@scripts/require.sh vm
	@scripts/build-module.sh

vm-test: ## Boot that kernel in QEMU with the module and run every suite there; your own kernel isn't touched
	@scripts/require.sh build vm
	@scripts/vm.sh run --log all --timeout 1200 $$(scripts/vm.sh list | grep -vE '^(long|bench)-')

vm-fuzz: ## Ten minutes of a hostile server in that guest; make vm-test has less
	@scripts/require.sh build vm
	@scripts/vm.sh run --log fuzz --timeout 1200 long-fuzz

vm-bench: ## Instructions an operation in that guest, ours and others (docs/performance.md): repeatable, says nothing of hardware
	@scripts/require.sh build vm peers
	@scripts/vm.sh run --icount --log bench --timeout 1800 bench-module bench-servers

vm-shell: ## A shell in that guest, with zufs.ko and a mount to try: "exit" powers off
	@scripts/require.sh build vm
	@scripts/vm.sh shell

soak: ## The tests on real mounts with long repeats (what is too long for test)
	@scripts/require.sh build mount tools soak applications subjects uring
	@ZUFS_SOAK=1 scripts/with-uring.sh scripts/test.sh compat-tests/Zufs.CompatTests

format: ## Format the code as CI wants it
	@scripts/require.sh build
	@dotnet format Zufs.sln

install: ## Install into DESTDIR/PREFIX (default /usr): lib/zufs, bin/zufs-migrate, completions
	@scripts/install.sh "$(DESTDIR)" "$(PREFIX)"

clean: ## Remove what was built
	@rm -rf artifacts
	@find src tests compat-tests samples bench -type d \( -name bin -o -name obj -o -name TestResults \) -prune -exec rm -rf {} + 2>/dev/null || true
