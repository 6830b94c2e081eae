load ../helper
load apps

setup_file() {
	stack_shared
	use_app sessions
	sign_up Anna
	sign_up Bert
}
teardown_file() { stack_done; }

login() { # [MEMBER...]
	as nobody
	http POST /v1/sessions "$(jq -nc --arg app "$IM_APP" --arg name "$Anna_name" \
		--arg p "$password" '{app: $app, username: $name, password: $p,
		device: {id: "bats", platform: "web"}}'"${1+ * $1}")"
}
new_user() { sign_up New; }

# ---- log in ----------------------------------------------------------------
# route: session.create

@test "log in: token, user, session and where the inbox stands" {
	login '{device: {id: "A.b_c-1", platform: "ios", name: "Anna’s phone"}}'
	is_status 201
	is_json '.token | test("^imu_[A-Za-z0-9_-]{43}$")' true
	is_json .user.user_id "$Anna_id"
	is_json '.session.device | tojson' \
		'{"id":"A.b_c-1","platform":"ios","name":"Anna’s phone"}'
	is_json .session.current true
	is_json '.session.expires_at - .session.created_at == 90*24*3600*1000' true
	is_json '.session.ip' 127.0.0.1
	is_json '.stream_id | type' string
	is_json .user_index 0
	stream=$(json .stream_id)
	TOKEN=$(json .token)
	http GET /v1/users/me
	is_status 200
	http GET /v1/inbox/head
	is_json .stream_id "$stream"
}

@test "log in: one answer for a wrong name and a wrong password" {
	login '{password: "not it at all"}'
	is_problem 401 unauthenticated
	wrong=$(json 'del(.request_id)')
	for other in '{username: "nobody-here"}' '{username: "NO body ä"}' \
		'{app: "no-such-app"}'; do
		login "$other"
		is_problem 401 unauthenticated
		[ "$(json 'del(.request_id)')" = "$wrong" ]
	done
}

@test "log in: fields" {
	for bad in null 7 '""' "\"$(long 65)\""; do
		login "{username: $bad}"
		is_problem 400 invalid_argument username
	done
	for bad in null '""' "\"$(long 257)\""; do
		login "{password: $bad}"
		is_problem 400 invalid_argument password
	done
	for bad in null '""' '"a b"' '"ä"' 7 "\"$(long 65)\""; do
		login "{device: {id: $bad}}"
		is_problem 400 invalid_argument device.id
	done
	for bad in null '"phone"' '"WEB"' 1; do
		login "{device: {platform: $bad}}"
		is_problem 400 invalid_argument device.platform
	done
	login "{device: {name: \"$(long 257)\"}}"
	is_problem 400 invalid_argument device.name
	login '{device: {more: 1}}'
	is_problem 400 invalid_argument device.more
	login '{device: "bats"}'
	is_problem 400 invalid_argument device
	http POST /v1/sessions '{"username":"a","password":"b"}'
	is_problem 400 invalid_argument device
	login '{app: ""}'
	is_problem 400 invalid_argument app
	for platform in ios android web desktop bot other; do
		login "{device: {id: \"$platform\", platform: \"$platform\"}}"
		is_status 201
		is_json .session.device.platform $platform
	done
}

@test "log in: the same device ends the earlier session, another one does not" {
	new_user
	log_in "$New_name" one; first=$token
	log_in "$New_name" two; other=$token
	log_in "$New_name" one; second=$token
	TOKEN=$first
	http GET /v1/sessions/current
	is_problem 401 unauthenticated
	for TOKEN in $other $second $New_token; do
		http GET /v1/sessions/current
		is_status 200
	done
	[ "$(sql "SELECT ended_reason FROM session WHERE user_id = $New_id
		AND ended_ms > 0")" = 3 ]
}

@test "log in: one device at once leaves one session" {
	new_user
	for i in 1 2 3 4 5 6; do
		curl -s -o /dev/null "$url/v1/sessions" \
			-H 'Content-Type: application/json' -d "{\"app\":\"$IM_APP\",
			\"username\":\"$New_name\",\"password\":\"$password\",
			\"device\":{\"id\":\"race\",\"platform\":\"web\"}}" &
	done
	wait
	[ "$(sql "SELECT COUNT(*) FROM session WHERE user_id = $New_id
		AND device_id = 'race' AND ended_ms = 0")" = 1 ]
	[ "$(sql "SELECT COUNT(*) FROM session WHERE user_id = $New_id
		AND device_id = 'race'")" = 6 ]
}

@test "log in: one session per platform where the app wants it" {
	sql "UPDATE app SET login_policy = 1 WHERE app_id = $IM_APP_ID"
	new_user
	login "{username: \"$New_name\", device: {id: \"x\", platform: \"web\"}}"
	is_status 201
	TOKEN=$New_token
	http GET /v1/sessions/current
	is_problem 401 unauthenticated
	sql "UPDATE app SET login_policy = 0 WHERE app_id = $IM_APP_ID"
}

@test "log in: one session alone where the app wants it" {
	"$bin/im-admin" -c "$conf" app logins "$IM_APP" one
	[ "$("$bin/im-admin" -c "$conf" app logins "$IM_APP")" = logins=one ]
	new_user
	login "{username: \"$New_name\", device: {id: \"x\", platform: \"ios\"}}"
	is_status 201
	TOKEN=$New_token
	http GET /v1/sessions/current
	is_problem 401 unauthenticated
	! "$bin/im-admin" -c "$conf" app logins "$IM_APP" none
	"$bin/im-admin" -c "$conf" app logins "$IM_APP" all
	new_user
	login "{username: \"$New_name\", device: {id: \"x\", platform: \"web\"}}"
	TOKEN=$New_token
	http GET /v1/sessions/current
	is_status 200
}

@test "log in: over a hundred sessions the least recently used one ends" {
	new_user
	sql "INSERT INTO session (user_id, session_id, app_id, token_hash, device_id,
		platform, created_ms, last_seen_ms, expires_ms)
		SELECT $New_id, $New_id + 1 + seq, $IM_APP_ID, UNHEX(SHA2(CONCAT($New_id,
		seq), 256)), CONCAT('d', seq), 3, 1000 + seq, 1000 + seq, 1 << 60
		FROM seq_1_to_99"
	log_in "$New_name" hundred-and-first
	[ "$(sql "SELECT device_id FROM session WHERE user_id = $New_id
		AND ended_ms > 0")" = d1 ]
	TOKEN=$token
	# ... and the list has pages.
	http GET '/v1/sessions?limit=60'
	is_json '.items | length' 60
	http GET "/v1/sessions?limit=60&cursor=$(json .next)"
	is_json '.items | length' 40
	is_json .next null
}

@test "log in: a disabled user is told so, and nobody else" {
	new_user
	sql "UPDATE user SET disabled_ms = 1 WHERE user_id = $New_id"
	login "{username: \"$New_name\"}"
	is_problem 403 forbidden
	is_json .detail "the account is disabled"
	login "{username: \"$New_name\", password: \"not-the-password\"}"
	is_problem 401 unauthenticated
	[ "$(sql "SELECT COUNT(*) FROM session
		WHERE user_id = $New_id AND device_id = 'bats'")" = 0 ]
}

@test "log in: only a hash of the token is stored, and nothing is logged" {
	login
	secret=$(json .token)
	[ "$(sql "SELECT COUNT(*) FROM session
		WHERE token_hash = UNHEX(SHA2('$secret', 256))")" = 1 ]
	! grep -r -e "$secret" -e "$password" "$stack/log"
}

# ---- mine ------------------------------------------------------------------
# route: session.list session.current

@test "list: mine, with the present one marked" {
	new_user
	log_in "$New_name" other
	as New
	http GET /v1/sessions
	is_status 200
	is_json '.items | length' 2
	is_json '[.items[] | select(.current)] | length' 1
	is_json '.items[] | select(.current) | .device.id' "$New_device"
	is_json .next null
	http GET '/v1/sessions?limit=1'
	is_json '.items | length' 1
	is_json '.items[0].device.id' other
	http GET "/v1/sessions?limit=1&cursor=$(json .next)"
	is_json '.items[0].device.id' "$New_device"
	is_json .next null
	for bad in limit=0 limit=201 limit=x cursor=x; do
		http GET "/v1/sessions?$bad"
		is_problem 400 invalid_argument "${bad%=*}"
	done
	as nobody
	http GET /v1/sessions
	is_problem 401 unauthenticated
}

@test "current: the session of this request" {
	as Anna
	http GET /v1/sessions/current
	is_status 200
	is_json .device.id "$Anna_device"
	is_json .current true
	as nobody
	http GET /v1/sessions/current
	is_problem 401 unauthenticated
}

@test "expiry slides with use, and is written seldom" {
	new_user
	sql "UPDATE session SET last_seen_ms = last_seen_ms - 600000,
		expires_ms = expires_ms - 600000 WHERE user_id = $New_id"
	before=$(sql "SELECT expires_ms FROM session WHERE user_id = $New_id")
	as New
	http GET /v1/sessions/current
	is_status 200
	is_json ".expires_at > $before + 590000" true
	is_json ".last_seen_at > .created_at - 1000" true
	after=$(json .expires_at)
	http GET /v1/sessions/current
	is_json .expires_at "$after"
}

@test "a session that was not used for 90 days is none" {
	new_user
	sql "UPDATE session SET expires_ms = 1 WHERE user_id = $New_id"
	as New
	http GET /v1/users/me
	is_problem 401 unauthenticated
}

# ---- ends ------------------------------------------------------------------
# route: session.end session.end_current

@test "log out: the token is worth nothing from then on" {
	new_user
	as New
	http GET /v1/users/me
	is_status 200
	http DELETE /v1/sessions/current
	is_status 204
	[ -z "$body" ]
	for i in 1 2 3; do
		http GET /v1/users/me
		is_problem 401 unauthenticated
	done
	http DELETE /v1/sessions/current
	is_problem 401 unauthenticated
	[ "$(sql "SELECT ended_reason FROM session WHERE user_id = $New_id")" = 1 ]
}

@test "log out: also against readers that race with it" {
	new_user
	as New
	for i in 1 2 3 4; do
		for j in $(seq 30); do
			curl -s -o /dev/null -H "Authorization: Bearer $TOKEN" \
				"$url/v1/users/me"
		done &
	done
	http DELETE /v1/sessions/current
	is_status 204
	for i in $(seq 40); do
		http GET /v1/users/me
		is_problem 401 unauthenticated
	done
	wait
	http GET /v1/users/me
	is_problem 401 unauthenticated
}

@test "end another one of mine; again is the same; somebody else's is not there" {
	new_user
	log_in "$New_name" other
	TOKEN=$token
	http GET /v1/sessions/current
	other=$(json .session_id)
	as Bert
	http DELETE "/v1/sessions/$other"
	is_problem 404 not_found
	as New
	http DELETE "/v1/sessions/$other"
	is_status 204
	http DELETE "/v1/sessions/$other"
	is_status 204
	TOKEN=$token
	http GET /v1/users/me
	is_problem 401 unauthenticated
	as New
	for bad in 1 0 x; do
		http DELETE "/v1/sessions/$bad"
		is_problem 404 not_found
	done
	[ "$(sql "SELECT ended_reason FROM session WHERE session_id = $other")" = 2 ]
	as nobody
	http DELETE "/v1/sessions/$other"
	is_problem 401 unauthenticated
}
