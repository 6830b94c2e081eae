#!/usr/bin/env bash
# The problem documents of the web servers have the status, code and title of
# lib/base/err.def.
set -eu
cd "$(dirname "$0")/../.."
bad=0
one_line() { tr -s '[:space:]' ' ' <"$1"; }

# STATUS CODE TITLE of every code
known=$(one_line lib/base/err.def |
	grep -oE 'E\([A-Z_]+, [0-9]+, "[a-z_]+", [A-Z]+, [A-Z_]+, "[^"]*"\)' |
	sed -E 's/E\([A-Z_]+, ([0-9]+), "([^"]*)", .*, "([^"]*)"\)/\1 \2 \3/')

# check FILE COUNT: standard input has COUNT documents
check() {
	local said
	said=$(cat)
	[ "$(grep -c . <<<"$said")" -eq "$2" ] || {
		echo "$1: $2 problem documents, not all in one form"
		bad=1
	}
	said=$(grep -vxF "$known" <<<"$said") || return 0
	sed "s,^,$1: not in err.def: ," <<<"$said"
	bad=1
}

for file in etc/nginx/imcloud.conf etc/apache/imcloud.conf; do
	check $file "$(grep -o 'urn:imcloud:problem:' $file | wc -l)" < <(
		grep -oE '"type":"urn:imcloud:problem:[^{}]*"code":"[^"]*"' $file |
			sed -E 's/.*:([a-z_]+)","title":"([^"]*)","status":([0-9]+),"code":"\1"/\3 \1 \2/')
done
file=etc/lighttpd/problem.lua
check $file "$(grep -cE '= \{ [0-9]' $file)" < <(one_line $file |
	grep -oE '[a-z_]+ = \{ [0-9]+, "[^"]*"' |
	sed -E 's/([a-z_]+) = \{ ([0-9]+), "([^"]*)"/\2 \1 \3/')
exit $bad
