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

@test "a start with a wrong setting says so and restarts nothing" {
	local pids now
	pids=$(cat "$stack"/service/*/supervise/pid)
	stack_set message threads none
	run "$TOP/tools/stack/stack" start "$stack" 3>&- 4>&-
	[ "$status" -ne 0 ]
	[[ $output == *message.threads* ]]
	now=$(cat "$stack"/service/{admin,message,lighttpd,live}/supervise/pid)
	[ -z "$(grep -vxF "$pids" <<<"$now")" ]
	answers
	rm "$stack/etc/imcloud.conf.d/message-threads.conf"
}

@test "a setting that only its program finds wrong: told at once, and mended" {
	stack_set live bus 0.0.0.0:65535 # and no bus.key
	run "$TOP/tools/stack/stack" start "$stack" 3>&- 4>&-
	[ "$status" -ne 0 ]
	[[ $output == *"settings refused by: live"* ]]
	[[ $output == *"set bus.key"* ]]
	rm "$stack/etc/imcloud.conf.d/live-bus.conf"
	"$TOP/tools/stack/stack" start "$stack" 3>&- 4>&-
	answers
}

@test "HTTP_PORT chooses the port, also of a stack that runs" {
	local port
	for port in 0 x 70000 "${IM_LIVE_URL##*:}"; do
		HTTP_PORT=$port run "$TOP/tools/stack/stack" start "$stack" 3>&- 4>&-
		[ "$status" -ne 0 ]
		[[ $output == *"HTTP_PORT=$port"* ]]
	done
	port=$(python3 -c 'import socket
s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
	HTTP_PORT=$port "$TOP/tools/stack/stack" start "$stack" 3>&- 4>&-
	curl -fsS -o "$BATS_TEST_TMPDIR/ready" \
		"http://127.0.0.1:$port/v1/health/ready"
	stack_known
	[ "$url" = "http://127.0.0.1:$port" ]
}

@test "a path with blanks" {
	local there="$TOP/var/test/with two blanks-$$" url IM_URL
	mkdir -p "$there"
	cp -r "$TOP"/{etc,schema,tools,www} "$there"
	"$there/tools/stack/stack" start "$there/var" admin live \
		lighttpd nginx apache 3>&- 4>&-
	. <("$there/tools/stack/stack" env "$there/var" | grep '_URL=')
	for url in "$IM_URL" "$IM_NGINX_URL" "$IM_APACHE_URL"; do
		http GET /v1/health
		is_status 200
		is_json .checks.live.status ok
		http GET /
		is_status 200
	done
	"$there/tools/stack/stack" stop "$there/var" 3>&- 4>&-
	rm -rf "$there"
}
