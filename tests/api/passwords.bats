load ../helper
load apps
load chats
load acts

# Changing one's password.

setup_file() {
	stack_private
	use_app passwords
	for name in Anna Bert; do sign_up $name; done
}
teardown_file() { stack_done; }

change() { # WHO OLD NEW [MEMBERS]
	as "$1"
	http PUT /v1/users/me/password \
		"{\"old\":\"$2\",\"new\":\"$3\"${4+,$4}}"
}
try() { # PASSWORD: a log-in of New
	TOKEN=
	http POST /v1/sessions "{\"app\":\"$IM_APP\",\"username\":\"$New_name\",
		\"password\":\"$1\",\"device\":{\"id\":\"try\",\"platform\":\"web\"}}"
}
# route: user.password

@test "password: the old one ends, the new one begins, sessions stay" {
	sign_up New
	log_in "$New_name" second
	export Second_token=$token
	change New "$password" 'another one'
	is_status 204
	[ -z "$body" ]
	try "$password"
	is_problem 401 unauthenticated
	try 'another one'
	is_status 201
	for who in New Second; do
		as $who
		http GET /v1/users/me
		is_status 200
	done
	change New 'another one' "$password"
	is_status 204
}

@test "password: other sessions end where it is asked for" {
	sign_up New
	log_in "$New_name" second
	export Second_token=$token
	log_in "$New_name" third
	export Third_token=$token
	live=$BATS_TEST_TMPDIR/live
	curl -sN -H "Authorization: Bearer $Second_token" -o "$live" \
		"$url/v1/live/events" 3>&- 4>&- &
	wait_for grep -q hello "$live"
	change New "$password" 'another one' '"end_sessions":true'
	is_status 204
	wait_for grep -q '"bye"' "$live"
	grep -q '"reason":"kicked"' "$live"
	for who in Second Third; do
		as $who
		http GET /v1/users/me
		is_problem 401 unauthenticated
	done
	as New
	http GET /v1/sessions
	is_json '[(.items | length), .items[0].current] | tojson' '[1,true]'
}

@test "password: a wrong one, and what is refused" {
	sign_up New
	change New 'not the one' 'another one' '"end_sessions":true'
	is_problem 403 forbidden old
	change New "$password" short
	is_problem 400 invalid_argument new
	change New "$password" "$(printf 'x%.0s' {1..257})"
	is_problem 400 invalid_argument new
	change New '' 'another one'
	is_problem 400 invalid_argument old
	change New "$password" 'another one' '"end_sessions":1'
	is_problem 400 invalid_argument end_sessions
	change New "$password" 'another one' '"x":1'
	is_problem 400 invalid_argument x
	as New
	for body in '{}' '{"new":"another one"}'; do
		http PUT /v1/users/me/password "$body"
		is_problem 400 invalid_argument old
	done
	http PUT /v1/users/me/password '{"old":"x","new":null}'
	is_problem 400 invalid_argument new
	http POST /v1/users/me/password '{}'
	is_problem 405 method_not_allowed
	as nobody
	http PUT /v1/users/me/password '{"old":"x","new":"another one"}'
	is_problem 401 unauthenticated
	try "$password"
	is_status 201
	# who has none
	sql "DELETE FROM credential WHERE user_id = $New_id"
	change New "$password" 'another one'
	is_problem 403 forbidden old
}

@test "password: two devices at once, and one of the passwords counts" {
	sign_up New
	as New
	for i in 1 2 3 4; do
		curl -sS -X PUT "$url/v1/users/me/password" -o /dev/null \
			-w '%{http_code}\n' -H "Authorization: Bearer $New_token" \
			-H 'Content-Type: application/json' \
			-d "{\"old\":\"$password\",\"new\":\"password $i\"}" \
			3>&- 4>&- >"$BATS_TEST_TMPDIR/at.$i" &
	done
	wait
	grep -qx 204 "$BATS_TEST_TMPDIR"/at.*
	n=0
	for i in 1 2 3 4; do
		try "password $i"
		[ "$status" != 201 ] || n=$((n + 1))
	done
	[ $n = 1 ]
}

# The first log-in and three guesses are the four that a minute has.
guesses_are_limited() {
	local minute
	minute=$(($(date +%s) / 60))
	sign_up New
	try 'not the one' && is_problem 401 unauthenticated || return 1
	for i in 1 2; do
		change New 'not the one' 'another one'
		is_problem 403 forbidden old || return 1
	done
	change New "$password" 'another one'
	is_problem 429 rate_limited || return 1
	try "$password"
	is_problem 429 rate_limited || return 1
	[ "$minute" = $(($(date +%s) / 60)) ]
}

@test "password: guesses are limited, together with those of log-ins" {
	service down message
	stack_set rate account 4
	service restart user
	sign_up New
	up() { as New; http GET /v1/users/me; [ "$status" = 200 ]; }
	wait_for up
	# A new minute forgives them: all has to be said in one.
	wait_for guesses_are_limited
}
