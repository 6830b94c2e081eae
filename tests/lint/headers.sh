#!/usr/bin/env bash
# Every header compiles on its own: it includes what it uses.
set -eu
cd "$(dirname "$0")/../.."
alone() {
	gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Ilib -iquote daemons/live \
		-I"$(dirname "$1")" \
		-include lib/base/banned.h -isystem /usr/include/mariadb \
		-fsyntax-only -x c - <<<"#include \"$PWD/$1\"" || {
		echo "$1 does not compile alone"
		exit 1
	}
}
export -f alone
find lib cgi-bin daemons batch tools bench tests -name node_modules -prune \
	-o -name '*.h' -print0 | xargs -0 -n 1 -P 2 bash -c 'alone "$0"'
