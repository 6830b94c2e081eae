#!/usr/bin/env bash
# information_schema.INNODB_TRX stands still for a reader that looks often.
#
# One would expect that a program that polls INNODB_TRX until another session
# waits for a row lock sees the wait at its next look, and the sooner the more
# often it looks.
#
# What happens: the server answers from a copy, and makes a new one only if the
# copy has not been read for 100 ms.  Each look counts as a read.  So polling
# every 50 ms shows the first answer for ever, while the wait lasts and after
# its end; polling every 200 ms works.  A test that passes on a busy machine,
# where each look takes longer, fails on an idle one.
# The status variable Innodb_row_lock_current_waits is right at any pace.
#
# Version: mariadb-server-core of Debian 12, named below.
# Source: storage/innobase/trx/trx0i_s.cc of MariaDB Server 10.11 (a constant of
# 100 ms of idle time); the page of INNODB_TRX in the manual does not mention
# the time.
set -eu
version=1:10.11.19-0+deb12u1
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; wait; rm -rf "$work"' EXIT

cd "$work"
apt-get -qq download "mariadb-server-core=$version" "mariadb-client-core=$version" \
	"mariadb-common=$version" "libmariadb3=$version"
for package in *.deb; do
	dpkg -x "$package" root
done
PATH=$work/root/usr/sbin:$work/root/usr/bin:$PATH
LD_LIBRARY_PATH=$(dirname "$work"/root/usr/lib/*/libmariadb.so.3)
export PATH LD_LIBRARY_PATH

options=(--no-defaults --user="$(id -un)" --datadir="$work/data"
	--lc-messages-dir="$work/root/usr/share/mysql"
	--lc-messages=en_US)
mkdir data
chmod 755 .
{
	printf '%s\n' 'CREATE DATABASE IF NOT EXISTS mysql;' 'USE mysql;'
	cat root/usr/share/mysql/mysql_system_tables.sql \
		root/usr/share/mysql/mysql_system_tables_data.sql
} | mariadbd "${options[@]}" --bootstrap >bootstrap.log 2>&1 || { cat bootstrap.log; exit 1; }
mariadbd "${options[@]}" --socket="$work/sock" --skip-networking \
	--skip-grant-tables >server.log 2>&1 &
server=$!
sql() { mariadb --no-defaults -S "$work/sock" -N -B -e "$1"; }
until sql 'SELECT 1' >/dev/null 2>&1; do sleep 0.2; done
mariadbd --version

sql 'CREATE DATABASE d; CREATE TABLE d.t (a INT PRIMARY KEY) ENGINE=InnoDB;
	INSERT INTO d.t VALUES (1)'

trx="(SELECT COUNT(*) FROM information_schema.innodb_trx
	WHERE trx_state = 'LOCK WAIT')"
status="(SELECT variable_value FROM information_schema.global_status
	WHERE variable_name = 'INNODB_ROW_LOCK_CURRENT_WAITS')"
# poll SECONDS: how many of 60 looks saw the wait: in INNODB_TRX, in the status
poll() {
	{
		for _ in {1..60}; do
			echo "SELECT $trx, $status; DO SLEEP($1);"
		done
	} | mariadb --no-defaults -S "$work/sock" -N -B |
		awk '{ trx += $1 > 0; status += $2 > 0 } END { print trx, status }'
}
# Nobody waits at the first look; the wait begins half a second later.
wait_begins() {
	sql 'BEGIN; SELECT a FROM d.t FOR UPDATE; SELECT SLEEP(20)' >/dev/null 2>&1 &
	holder=$!
	{ sleep 0.5; sql 'SET innodb_lock_wait_timeout = 30;
		SELECT a FROM d.t FOR UPDATE' >/dev/null 2>&1; } &
}

wait_begins
often=$(poll 0.02)
seldom=$(poll 0.2)
echo "60 looks every  20 ms: INNODB_TRX saw the wait in ${often% *}, the status in ${often#* }"
echo "60 looks every 200 ms: INNODB_TRX saw the wait in ${seldom% *}, the status in ${seldom#* }"
kill "$holder" 2>/dev/null || :
[ "${often% *}" = 0 ] && [ "${often#* }" -gt 0 ] && [ "${seldom% *}" -gt 0 ]
