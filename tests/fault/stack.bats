# The development stack itself: whatever is killed comes back, the data stays,
# and a stop leaves nothing behind.
load ../helper

setup_file() { stack_private; }
teardown_file() { stack_done; }

setup() { announce .; } # programs complain when their stores are killed

# back NAME OLD: runs again, as another process
back() {
	local now
	now=$(service_pid "$1")
	[ -n "$now" ] && [ "$now" != "$2" ] && kill -0 "$now"
}

answers() { http GET /v1/health/ready && [ "$status" = 200 ]; }

@test "every program that is killed comes back" {
	local name pid
	for name in "$stack"/service/*; do
		name=${name##*/}
		pid=$(service_pid "$name")
		kill -KILL "$pid"
		wait_for back "$name" "$pid"
	done
	wait_for answers
}

@test "a killed supervisor of one service is replaced, its program too" {
	local pid old
	old=$(service_pid memcached)
	pid=$(awk '/^PPid:/ { print $2 }' "/proc/$old/status")
	kill -KILL "$pid"
	wait_for back memcached "$old"
	wait_for answers
}

@test "a second start makes nothing again and keeps the data" {
	sql 'CREATE TABLE IF NOT EXISTS kept (n INT PRIMARY KEY)'
	sql 'INSERT INTO kept VALUES (7)'
	[ -s "$stack/log/migrate" ] # by the first start
	"$TOP/tools/stack/stack" stop "$stack" 3>&- 4>&-
	local db
	db=$(stat -c %i "$stack/db")
	"$TOP/tools/stack/stack" start "$stack" 3>&- 4>&-
	[ "$(stat -c %i "$stack/db")" = "$db" ]
	[ ! -s "$stack/log/migrate" ]
	[ "$(sql 'SELECT n FROM kept')" = 7 ]
	sql 'DROP TABLE kept'
	answers
}

@test "a stop ends every process and takes the sockets away" {
	"$TOP/tools/stack/stack" stop "$stack" 3>&- 4>&-
	run grep -lzsxF "IMCLOUD_STACK=$stack" /proc/[0-9]*/environ
	[ -z "$output" ]
	[ ! -e "$stack/run" ]
	"$TOP/tools/stack/stack" start "$stack" 3>&- 4>&-
}

@test "a directory with a long name works" {
	local deep=$stack/$(printf 'deep%.0s' {1..20})
	mkdir -p "$deep"
	"$TOP/tools/stack/stack" start "$deep" none 3>&- 4>&-
	run "$TOP/tools/stack/stack" env "$deep"
	[[ $output == *IM_MYSQL_SOCKET=/tmp/imcloud.*/mysql.sock* ]]
	"$TOP/tools/stack/stack" stop "$deep" 3>&- 4>&-
	[ ! -e "${deep}/run" ]
	rm -rf "$deep"
}
