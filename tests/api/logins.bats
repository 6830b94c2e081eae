# Log-ins, of which each takes a core for tens of ms.
load ../helper
load apps
load chats

setup_file() {
	stack_private user admin lighttpd
	use_app logins
	sign_up Anna
	sign_up Bert
}
teardown_file() { stack_done; }

whoami() { http GET /v1/users/me "" "$@"; }
answers() {
	as Anna
	whoami
	[ "$status" = 200 ]
}

# answered: how many of the log-ins in the background have an answer.
answered() { cat "$BATS_TEST_TMPDIR"/login.* 2>/dev/null | grep -c .; }
metric() { # NAME: of the user service
	http GET /metrics
	sed -n "s/^imcloud_$1{program=\"user\"} //p" <<<"$body"
}
crowd_waits() {
	[ "$(metric requests_waiting)" -ge 16 ] || [ "$(answered)" -ge 24 ]
}
# 40 log-ins, of which each takes a core for a while: when somebody else is
# answered, more of them than there are threads still wait.
others_come_first() {
	local i waiting=() left
	rm -f "$BATS_TEST_TMPDIR"/login.*
	for i in $(seq 40); do
		curl -s -o /dev/null -w '%{http_code}\n' "$url/v1/sessions" \
			-H 'Content-Type: application/json' -d "{\"app\":\"$IM_APP\",
			\"username\":\"$Bert_name\",\"password\":\"$password\",
			\"device\":{\"id\":\"crowd-$i\",\"platform\":\"web\"}}" \
			>"$BATS_TEST_TMPDIR/login.$i" 3>&- 4>&- &
		waiting+=($!)
	done
	wait_for crowd_waits
	as Anna
	whoami
	left=$((40 - $(answered)))
	wait "${waiting[@]}"
	[ "$status" = 200 ] || return 1
	[ "$(cat "$BATS_TEST_TMPDIR"/login.* | sort -u)" = 201 ] || return 1
	echo "$left log-ins were left"
	[ $left -gt 12 ]
}

@test "log-ins that wait for a password hash hold up nobody else" {
	wait_for others_come_first
}

@test "more log-ins than may wait are told to come again" {
	announce 'route=session.create status=503'
	stack_set user password_queue 1
	stack_set user password_threads 1
	service restart user
	wait_for answers
	as nobody
	crowded() {
		many "$BATS_TEST_TMPDIR/crowd" 8 POST /v1/sessions "{\"app\":\"$IM_APP\",
			\"username\":\"$Bert_name\",\"password\":\"$password\",
			\"device\":{\"id\":\"x\",\"platform\":\"web\"}}"
		grep -qx 503 "$BATS_TEST_TMPDIR"/crowd.*
	}
	wait_for crowded
	[ "$(cat "$BATS_TEST_TMPDIR"/crowd.* | grep -x '[0-9]*' | sort -u)" = "201
503" ]
	[ "$(metric requests_crowded_total)" -ge 1 ]
	rm "$stack"/etc/imcloud.conf.d/user-password_*
	service restart user
	wait_for answers
}

# With LOGIN_DRILL_MS (make drill): the p99 of others beside 32 log-ins.
@test "drill: others are answered soon beside 32 log-ins" {
	local more=() said=$BATS_TEST_TMPDIR/said rc=0
	[ -z "${LOGIN_DRILL_MS-}" ] || more=(2000 "$LOGIN_DRILL_MS")
	python3 "$TOP/tests/helpers/beside.py" "$url" "$Anna_token" "$IM_APP" \
		"$Bert_name" "$password" "${more[@]}" >"$said" || rc=1
	sed 's/^/# figure: /' "$said" >&3
	[ $rc -eq 0 ]
}
