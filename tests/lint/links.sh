#!/usr/bin/env bash
# Which libraries the programs link: a program that does not use the database,
# the event loop or FastCGI does not link it.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
bad=0

# without LIBRARIES PROGRAM...: links none of them (an extended regex).
without() {
	local libraries=$1 program found
	shift
	for program; do
		found=$(ldd "$program" | grep -oE "^[[:blank:]]*lib($libraries)\\.so[^ ]*") || continue
		echo "$program links" $found
		bad=1
	done
}

tools=()
for source in tools/*.c; do
	name=$build/bin/im-$(basename "${source%.c}")
	! grep -q '^int main(' "$source" || tools+=("$name")
done
jobs=()
for source in batch/*.c; do
	name=$build/bin/im-$(basename "${source%.c}")
	! grep -q '^int main(' "$source" || jobs+=("$name")
done

without 'mariadb|zstd|icu[a-z]*' "$build/bin/im-live"
without 'uv|wslay|http_parser' "${jobs[@]}" "${tools[@]}"
without 'uv|wslay|http_parser' "$build"/cgi-bin/*
# im-conf needs only the library that parses the file.
without 'mariadb|memcached|jansson|sodium|crypto|z|zstd|icu[a-z]*' "$build/bin/im-conf"
exit $bad
