#!/usr/bin/env bash
# im-live: memory per idle WebSocket, and deliveries of a broadcast per second
# of its CPU time beside a bare epoll loop that writes the same bytes.
#
#   bench/live.sh [CONNECTIONS]    a stack of its own below var/bench
#
# Targets: at most 4096 bytes per connection, a ratio of at least 0.5.  The
# median of three rounds counts.
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}
n=${1:-2000}
dir=$PWD/var/bench/live-$$
mkdir -p "$dir/etc/imcloud.conf.d"
printf '[live]\nheartbeat_s = 30\nper_user_max = 100000\n' \
	>"$dir/etc/imcloud.conf.d/bench.conf"
tools/stack/stack start "$dir" user inbox live lighttpd
trap 'tools/stack/stack stop "$dir"; rm -rf "$dir"' EXIT
while IFS='=' read -r name value; do
	export "$name=$value"
done < <(tools/stack/stack env "$dir")
mariadb --no-defaults -S "$IM_MYSQL_SOCKET" -u "$(id -un)" imcloud -e "
	INSERT IGNORE INTO app (app_id, name, secret, created_ms)
	VALUES (1, 'bench', 'bench-bench-bench-bench-bench-bench', 1)"

post() { # PATH BODY
	curl -fsS -H 'Content-Type: application/json' -d "$2" "$IM_URL$1"
}
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

who='"app":"bench","username":"bench","password":"bench-password"'
post /v1/users "{$who}" >"$dir/user"
post /v1/sessions "{$who,\"device\":{\"id\":\"b\",\"platform\":\"other\"}}" \
	>"$dir/session"
id=$(field user_id <"$dir/user")
token=$(field token <"$dir/session")
pid=$(cat "$dir/service/live/supervise/pid")
for _ in 1 2 3; do
	"$build/bench/live" -a "${IM_LIVE_URL#http://}" \
		-b "$(dirname "$IM_MYSQL_SOCKET")/live1.bus" -p "$pid" -u "$id" \
		-k "$token" -n "$n"
done >"$dir/lines"
# The first round: later ones reuse memory.
grep -m 1 '^memory' "$dir/lines"
grep '^broadcast' "$dir/lines" | sort -t= -k5 -n | sed -n 2p
