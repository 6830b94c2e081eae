# The app of log-ins and sign-ups that name none: user.default_app.
load ../helper
load apps

setup_file() {
	stack_private user lighttpd
	use_app one
	export ONE=$app ONE_ID=$app_id ONE_KEY=$app_key
	sign_up Anna
	use_app two
	export TWO=$app TWO_ID=$app_id TWO_KEY=$app_key
	sign_up Bert
}
teardown_file() { stack_done; }

# default_is APP: the user service runs with this default
default_is() {
	stack_set user default_app "$1"
	service restart user
	wait_for answers
}
answers() {
	as nobody
	http GET /v1/users/me
	[ "$status" = 401 ]
}

# enter NAME [MEMBER...]: logs in without `app`; members are added
enter() {
	http POST /v1/sessions "$(jq -nc --arg name "$1" --arg password "$password" \
		'{username: $name, password: $password,
		  device: {id: "d1", platform: "web"}}'"${2+ + $2}")"
}
# join [MEMBER...]: signs up without `app`
join() {
	http POST /v1/users "$(jq -nc --arg password "$password" \
		--arg name "u$(random_text | tr -cd a-z0-9)" \
		'{username: $name, password: $password}'"${1+ + $1}")"
}
is_in() { # APP_ID: the new user of $body is in this app
	is_status 201
	[ "$(sql "SELECT app_id FROM user WHERE user_id = $(json .user_id)")" = "$1" ]
}

# route: session.create
# route: user.create
@test "two apps and no default: one has to be named" {
	as nobody
	enter "$Anna_name"
	is_problem 400 invalid_argument app
	join
	is_problem 400 invalid_argument app
	join "{app: \"$TWO\"}"
	is_in "$TWO_ID"
}

@test "the default is meant where none is named, and only there" {
	default_is "$TWO"
	as nobody
	enter "$Bert_name"
	is_status 201
	is_json .user.user_id "$Bert_id"
	enter "$Anna_name"
	is_problem 401 unauthenticated
	enter "$Anna_name" "{app: \"$ONE\"}"
	is_status 201
	join
	is_in "$TWO_ID"
	join "{app: \"$ONE\"}"
	is_in "$ONE_ID"
	join '{app: "no-such-app"}'
	is_problem 404 not_found app
}

@test "with an app key its app is meant, whatever the default" {
	for default in "$ONE" ""; do
		default_is "$default"
		TOKEN=$TWO_KEY
		join
		is_in "$TWO_ID"
		join "{app: \"$TWO\"}"
		is_in "$TWO_ID"
		join "{app: \"$ONE\"}"
		is_problem 400 invalid_argument app
		enter "$Bert_name"
		is_status 201
		enter "$Bert_name" "{app: \"$TWO\"}"
		is_status 201
		enter "$Anna_name"
		is_problem 401 unauthenticated
	done
}

# The only other one is not taken for it.
@test "a default that is disabled: who names none is asked, and it is logged" {
	default_is "$TWO"
	sql "UPDATE app SET disabled_ms = 1 WHERE app_id = $TWO_ID"
	announce "ev=default_app .*app=$TWO .*is disabled"
	as nobody
	enter "$Anna_name"
	is_problem 400 invalid_argument app
	is_json '.detail | test("default app of this host is disabled")' true
	join
	is_problem 400 invalid_argument app
	enter "$Anna_name" "{app: \"$ONE\"}"
	is_status 201
	grep -q "ev=default_app .*app=$TWO .*is disabled" "$stack/log/user/current"
	"$bin/im-admin" -c "$conf" app list >"$BATS_TEST_TMPDIR/apps" \
		2>"$BATS_TEST_TMPDIR/said"
	[ "$(cut -f2,4 "$BATS_TEST_TMPDIR/apps" | grep yes)" = "$TWO"$'\t'yes ]
	grep -q "app=$TWO .*is disabled" "$BATS_TEST_TMPDIR/said"
	sql "UPDATE app SET disabled_ms = 0 WHERE app_id = $TWO_ID"
	enter "$Bert_name"
	is_status 201
}

@test "a default that does not exist: the same" {
	default_is nobodys
	announce 'ev=default_app .*app=nobodys .*does not exist'
	as nobody
	enter "$Anna_name"
	is_problem 400 invalid_argument app
	is_json '.detail | test("default app of this host does not exist")' true
	TOKEN=$TWO_KEY
	join
	is_in "$TWO_ID"
	grep -q 'ev=default_app .*app=nobodys' "$stack/log/user/current"
	"$bin/im-admin" -c "$conf" app list 2>&1 >/dev/null |
		grep -q 'app=nobodys .*does not exist'
}

@test "a default that can be no name is found by im-conf" {
	echo '[user]
default_app = my app' >"$BATS_TEST_TMPDIR/bad.conf"
	! "$bin/im-conf" -c "$BATS_TEST_TMPDIR/bad.conf" 2>"$BATS_TEST_TMPDIR/said"
	grep -q 'user.default_app: has other characters' "$BATS_TEST_TMPDIR/said"
}
