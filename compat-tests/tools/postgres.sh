#!/usr/bin/env bash
# A PostgreSQL cluster in a directory of a mount, as steps, so that something can happen to the mount between them.
# Usage: postgres.sh init|start|stop|kill|load|run|check DIRECTORY [ARGUMENT]
#   init DIRECTORY           makes the cluster DIRECTORY/pg, with checksums of every page; needs the mount to have allow_other
#   start DIRECTORY          starts the server, and waits till it takes connections (a crash is recovered from first)
#   stop DIRECTORY           stops it cleanly
#   kill DIRECTORY           kills it, as a crash of the machine would, less the loss of what the kernel holds
#   load DIRECTORY [SCALE]   pgbench's tables: SCALE x 100,000 accounts (default 1)
#   run DIRECTORY [COUNT]    COUNT transactions by each of two clients (default 100); prints pgbench's figures
#   check DIRECTORY          running: pgbench's sums agree and every index and table is sound (pg_amcheck)
#   check-pages DIRECTORY    stopped: every page has its checksum
# As root it becomes the user postgres (or ZUFS_PG_USER), since PostgreSQL doesn't run as root.
set -euo pipefail
verb=$1 top=$2 argument=${3:-}
data=$top/pg

bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || { echo "PostgreSQL is missing. Run: scripts/require.sh tools" >&2; exit 2; }

# The socket is on the mount too: programs find it by the folder's name.
as_user() {
	local identity=()
	[ "$(id -u)" -ne 0 ] || identity=(setpriv --reuid="${ZUFS_PG_USER:-postgres}" --regid="${ZUFS_PG_USER:-postgres}" --clear-groups --)
	(cd / && PGHOST=$data PGUSER=postgres PGDATABASE=postgres PATH=$bin:$PATH LC_ALL=C exec "${identity[@]}" "$@")
}
sum() { as_user psql -AtXc "select sum($2) from $1"; }

case $verb in
init)
	mkdir "$data"
	[ "$(id -u)" -ne 0 ] || chown "${ZUFS_PG_USER:-postgres}:" "$data"
	chmod 700 "$data"
	as_user initdb -D "$data" -U postgres --auth=trust --data-checksums --no-locale -E UTF8
	as_user tee -a "$data/postgresql.conf" >/dev/null <<-CONF
		listen_addresses = ''
		unix_socket_directories = '$data'
		shared_buffers = 16MB
		full_page_writes = on
		fsync = on
		log_min_messages = warning
	CONF
	;;
start) as_user pg_ctl -D "$data" -w -t 120 -l "$data/log" start >/dev/null || { cat "$data/log" >&2; exit 1; } ;;
stop) as_user pg_ctl -D "$data" -w -t 120 -m fast stop >/dev/null ;;
kill)
	# All of them at once: a postmaster that sees a child die would tidy up first.
	read -r postmaster <"$data/postmaster.pid"
	read -r -a children <"/proc/$postmaster/task/$postmaster/children" || true
	kill -KILL "$postmaster" "${children[@]}" 2>/dev/null || true
	# The next server looks whether a process of that number is there, and a dead one is till somebody has asked how it ended.
	for _ in $(seq 200); do
		kill -0 "$postmaster" 2>/dev/null || break
		sleep 0.05
	done
	;;
load) as_user pgbench -q -i -s "${argument:-1}" --foreign-keys 2>&1 ;;
run) as_user pgbench -n -c 2 -j 2 -t "${argument:-100}" 2>&1 ;;
check)
	# Every transaction adds the same to an account, a teller, a branch and the history.
	accounts=$(sum pgbench_accounts abalance)
	for other in "$(sum pgbench_tellers tbalance)" "$(sum pgbench_branches bbalance)" "$(as_user psql -AtXc 'select coalesce(sum(delta), 0) from pgbench_history')"; do
		[ "$accounts" = "$other" ] || { echo "pgbench's sums differ: $accounts in the accounts, $other elsewhere" >&2; exit 1; }
	done
	as_user psql -AtXqc "create extension if not exists amcheck"
	as_user pg_amcheck --heapallindexed --parent-check --no-dependent-toast
	as_user psql -AtXc "select 'history: ' || count(*) from pgbench_history"
	;;
check-pages) as_user pg_checksums --check -D "$data" ;;
*)
	echo "postgres.sh: there is no step called '$verb'." >&2
	exit 2
	;;
esac
