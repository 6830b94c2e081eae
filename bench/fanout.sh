#!/usr/bin/env bash
# Fan-out against raw bulk inserts of the same inbox rows.
#
#   bench/fanout.sh         a stack of its own below var/bench
#   bench/fanout.sh CONF    against that database
#
# One line for each kind of conversation: inbox rows, rows/s of im-fanout
# (one process, everything that it does), rows/s of raw bulk inserts of the
# same rows in transactions of the same size, and the ratio; the median of
# three rounds.  Fan-out also writes a row for each member and chat, which
# several entries in one pass share.
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}
conf=${1-}
if [ -z "$conf" ]; then
	dir=$PWD/var/bench/fanout-$$
	IM_STACK_BUFFER_POOL=512M IM_STACK_REDO_LOG=256M \
		tools/stack/stack start "$dir" db
	trap 'tools/stack/stack stop "$dir"; rm -rf "$dir"' EXIT
	conf=$dir/etc/imcloud.conf
fi

# once FLOOD-OPTION...: "ratio rows got raw"
once() {
	local app rows raw ms
	read -r app _ < <("$build/tests/helpers/flood" -c "$conf" "$@")
	ms=$("$build/bin/im-fanout" -c "$conf" 2>&1 |
		sed -n 's/.*ev=job .* ms=\([0-9]*\).*/\1/p')
	read -r rows raw < <("$build/bench/fanout_raw" -c "$conf" "$app")
	awk -v rows="$rows" -v ms="$ms" -v raw="$raw" 'BEGIN {
		got = rows * 1000 / (ms ? ms : 1)
		printf "%.2f %d %d %d\n", got / raw, rows, got, raw }'
}

# line NAME FLOOD-OPTION...: the median of three
line() {
	local name=$1 ratio rows got raw
	shift
	read -r ratio rows got raw < <(
		for _ in 1 2 3; do once "$@"; done | sort -n | sed -n 2p)
	printf '%-34s %8d rows %8d/s raw %8d/s ratio %s\n' \
		"$name" "$rows" "$got" "$raw" "$ratio"
}

line 'groups of 100, 40 entries behind' -u 400 -d 0 -g 40 -m 100 -n 40
line 'group of 2000, 50 entries behind' -u 2000 -d 0 -g 1 -m 2000 -n 50
line 'groups of 200, 1 entry each' -u 400 -d 0 -g 100 -m 200 -n 1
line 'one-to-one, 1 message each' -u 400 -d 4000 -g 0 -n 1
line 'one-to-one, 20 messages each' -u 400 -d 1000 -g 0 -n 20
