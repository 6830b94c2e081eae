#!/usr/bin/env bash
# cppcheck and gcc's analyser over the programs.  static.known lists false
# positives of the analyser and may only shrink.
set -eu
cd "$(dirname "$0")/../.."
bad=0
# Disabled: pointers to variables that a callee fills (ctuuninitvar); readdir(),
# getpwuid() and getpwnam(), called by one thread; realloc() where a failure ends the
# program.
cppcheck -q --std=c11 --language=c --enable=warning,performance,portability \
	--library=posix --library=tests/lint/jansson.cfg --inline-suppr \
	--error-exitcode=1 -Ilib -Idaemons/live -D_GNU_SOURCE \
	--suppress=missingIncludeSystem --suppress=ctuuninitvar \
	--suppress=readdirCalled --suppress=getpwuidCalled \
	--suppress=getpwnamCalled \
	--suppress=memleakOnRealloc \
	lib cgi-bin daemons batch tools || bad=1

analyse() {
	gcc -std=c11 -D_GNU_SOURCE -Ilib -iquote daemons/live -include lib/base/banned.h \
		-isystem /usr/include/mariadb -O1 -fanalyzer -c -o /dev/null "$1" 2>&1 |
		sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: warning: /\1: /p'
}
export -f analyse
found=$(find lib cgi-bin daemons batch tools -name '*.c' -print0 |
	xargs -0 -n 1 -P 2 bash -c 'analyse "$0"' | sort -u)
diff <(sort -u tests/lint/static.known) <(echo "$found") || {
	echo "gcc -fanalyzer (>: new; <: in static.known and no longer found)"
	bad=1
}
exit $bad
