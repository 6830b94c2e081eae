# im-demo: a run that was killed is completed by the next; a complete demo is
# left alone.
bats_require_minimum_version 1.5.0
load ../helper

setup_file() { stack_private db; }
teardown_file() { stack_done; }

demo() {
	"$bin/im-demo" -c "$conf" --env "$BATS_FILE_TMPDIR/env" \
		--json "$BATS_FILE_TMPDIR/json" "$@"
}
entries() { sql 'SELECT COUNT(*) FROM entry'; }
# Everything that somebody would notice.
state() {
	sql 'SELECT * FROM entry ORDER BY conv_id, conv_index' | md5sum
	sql 'SELECT * FROM mark ORDER BY conv_id, user_id' | md5sum
	sql 'SELECT * FROM user_seq ORDER BY user_id' | md5sum
	sql 'SELECT * FROM app_key' | md5sum
	md5sum "$BATS_FILE_TMPDIR"/{env,json}
}
begun() { [ "$(entries)" -ge "$1" ]; }

@test "runs that are killed are completed by the next" {
	for least in 1 700 2000; do
		demo >/dev/null 3>&- &
		wait_for begun "$least"
		kill -KILL $! || :
		wait $! || :
	done
	run -0 demo
	[ "$(sql "SELECT COUNT(*) FROM app WHERE name = 'demo'")" = 1 ]
	[ "$(sql 'SELECT COUNT(*) FROM user')" = 18 ]
	[ "$(sql 'SELECT COUNT(*) FROM conversation')" = 36 ]
	[ "$(entries)" -gt 3500 ]
	[ "$(sql 'SELECT COUNT(*) FROM log_dirty')" = 0 ]
	"$bin/im-verify" -c "$conf"
}

@test "a complete demo is left as it is" {
	before=$(state)
	run -0 demo
	[ -z "$output" ]
	[ "$(state)" = "$before" ]
}

@test "there is something to read, and somebody is called" {
	unread="SELECT COUNT(*) FROM chat c
		LEFT JOIN mark m USING (conv_id, user_id)
		JOIN user u USING (user_id) WHERE u.username = 'alice'
		AND c.last_ordinal - c.own_ordinal >
		    IF(m.read_index >= c.base_index,
			m.read_ordinal - m.own_at_read,
			c.base_ordinal - c.base_own)"
	[ "$(sql "$unread")" -ge 5 ]
	[ "$(sql "SELECT COUNT(*) FROM mention t JOIN user u USING (user_id)
		LEFT JOIN mark m USING (conv_id, user_id)
		WHERE u.username = 'alice'
		AND t.conv_index > COALESCE(m.read_index, 0)")" -ge 1 ]
}

@test "the files: a key that opens the app, kept while it does" {
	[ "$(stat -c %a "$BATS_FILE_TMPDIR/env")" = 600 ]
	key=$(sed -n 's/^IM_APP_KEY=//p' "$BATS_FILE_TMPDIR/env")
	hash=$(printf %s "$key" | sha256sum | cut -d' ' -f1)
	[ "$(sql "SELECT COUNT(*) FROM app_key WHERE LOWER(HEX(key_hash)) = '$hash'")" = 1 ]
	[ "$(jq -r '.app, .users[0], .password' "$BATS_FILE_TMPDIR/json" |
		paste -sd' ')" = 'demo alice demo-password-1' ]
	sql 'UPDATE app_key SET revoked_ms = 1'
	run -0 demo
	fresh=$(sed -n 's/^IM_APP_KEY=//p' "$BATS_FILE_TMPDIR/env")
	[ "$fresh" != "$key" ]
}

@test "the other app: a key of its own, kept as well, and nobody to see" {
	key=$(sed -n 's/^IM_APP_KEY=//p' "$BATS_FILE_TMPDIR/env")
	key2=$(sed -n 's/^IM_APP2_KEY=//p' "$BATS_FILE_TMPDIR/env")
	[[ $key2 =~ ^imk_[A-Za-z0-9_-]+$ ]]
	alice=$(sql "SELECT user_id FROM user WHERE username = 'alice'")
	TOKEN=$key
	cgi user GET "/v1/users/$alice"
	is_problem 400 invalid_argument Im-Act-As
	HTTP_IM_ACT_AS=@alice cgi user GET "/v1/users/$alice"
	is_json .username alice
	TOKEN=$key2
	for who in @alice "$alice"; do
		HTTP_IM_ACT_AS=$who cgi user GET "/v1/users/$alice"
		is_problem 400 invalid_argument Im-Act-As
	done
	cgi user POST /v1/users '{"username":"zed","password":"long enough"}'
	is_status 201
	zed=$(json .user_id)
	HTTP_IM_ACT_AS=@zed cgi user GET "/v1/users/$alice"
	is_problem 404 not_found
	HTTP_IM_ACT_AS=@zed cgi user GET '/v1/users?q=ali'
	is_json '.items | length' 0
	# Both keys stay, and what the other app has made.
	run -0 demo
	[ "$(sed -n 's/^IM_APP_KEY=//p' "$BATS_FILE_TMPDIR/env")" = "$key" ]
	[ "$(sed -n 's/^IM_APP2_KEY=//p' "$BATS_FILE_TMPDIR/env")" = "$key2" ]
	HTTP_IM_ACT_AS=@zed cgi user GET /v1/users/me
	is_json .user_id "$zed"
	# A revoked one is replaced, the other is not.
	sql "UPDATE app_key k JOIN app a USING (app_id) SET revoked_ms = 1
		WHERE a.name = 'demo2'"
	run -0 demo
	[ "$(sed -n 's/^IM_APP_KEY=//p' "$BATS_FILE_TMPDIR/env")" = "$key" ]
	[ "$(sed -n 's/^IM_APP2_KEY=//p' "$BATS_FILE_TMPDIR/env")" != "$key2" ]
}

@test "another password is set for everybody; a bad one is refused" {
	run -64 demo --password 'two words'
	hashes="SELECT c.password_hash FROM credential c JOIN user USING (user_id)
		JOIN app a USING (app_id) WHERE a.name = 'demo'"
	before=$(sql "$hashes")
	run -0 demo --password another-password-2
	after=$(sql "$hashes")
	[ "$(comm -12 <(sort <<<"$before") <(sort <<<"$after") | wc -l)" = 0 ]
	[ "$(jq -r .password "$BATS_FILE_TMPDIR/json")" = another-password-2 ]
}
