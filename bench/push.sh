#!/usr/bin/env bash
# push.sh [SECONDS]: notices per second to a push provider on this host, and
# what each costs, by lib/push and by a bare libcurl loop, in turn.
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
coproc server { exec node bench/push_server.mjs "$dir"; }
read -r url <&"${server[0]}"
for round in 1 2 3; do
	for how in sender bare; do
		"$build/bench/push" "$how" "$url" "$dir" "${1:-5}" |
			sed "s/^/round=$round /"
	done
done | tee "$dir/lines"
awk '{ for (i = 1; i <= NF; i++) { split($i, f, "="); v[f[1]] = f[2] }
	rate[v["how"], v["round"]] = v["per_s"]
	cpu[v["how"], v["round"]] = v["cpu_us"] }
function median(a, b, c) {
	return a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b)
}
END {
	for (r = 1; r <= 3; r++) {
		q[r] = rate["sender", r] / rate["bare", r]
		c[r] = cpu["sender", r] / cpu["bare", r]
	}
	printf "rate sender/bare %.2f, CPU sender/bare %.2f\n",
		median(q[1], q[2], q[3]), median(c[1], c[2], c[3])
}' "$dir/lines"
fd=${server[1]}
exec {fd}>&-
