load ../helper
load apps
load chats
load acts

# Asking for exports; tests/job/export.bats has what is in the files.

setup_file() { people export; }
teardown_file() { stack_done; }

is_done() { # WHO
	as "$1"
	http GET /v1/users/me/export
	[ "$(json .state)" = done ]
}
# held WHO: an export of WHO that im-export has not begun and does not begin
held() {
	local id=$1_id
	sql "INSERT INTO export (app_id, export_id, user_id, conv_id, state,
			asked_ms, due_ms, name)
		VALUES ($IM_APP_ID, ${!id}, ${!id}, 0, 1,
			ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000), NULL, 'export-${!id}')"
	as "$1"
}

# route: export.create
# route: export.get

@test "export: asked for, running, done" {
	sign_up Mia
	as Mia
	http GET /v1/users/me/export
	is_problem 404 not_found
	http POST /v1/users/me/export
	is_status 202
	is_json .state running
	is_json 'keys | join(" ")' 'created_at state'
	asked=$(json .created_at)
	wait_for is_done Mia
	is_json .created_at "$asked"
	is_json 'keys | join(" ")' 'created_at state'
	http POST /v1/users/me/export '{"x":1}'
	is_problem 400 invalid_argument x
	http GET '/v1/users/me/export?x=1'
	is_problem 400 invalid_argument x
	http DELETE /v1/users/me/export
	is_problem 405 method_not_allowed
	as nobody
	for method in GET POST; do
		http $method /v1/users/me/export
		is_problem 401 unauthenticated
	done
	as_app
	http POST /v1/users/me/export
	is_problem 400 invalid_argument Im-Act-As
	http POST /v1/users/me/export '' -H "Im-Act-As: $Mia_id"
	is_status 202
}

@test "export: a repeat is the running one, also of many at once; by key the same answer" {
	sign_up Mia
	held Mia
	as Mia
	http GET /v1/users/me/export
	asked=$(json .created_at)
	many "$BATS_TEST_TMPDIR/ask" 8 POST /v1/users/me/export '{}'
	[ "$(cat "$BATS_TEST_TMPDIR"/ask.* | grep -c '^202$')" = 8 ]
	[ "$(cat "$BATS_TEST_TMPDIR"/ask.* | grep -v '^202$' | jq -c . | sort -u)" = \
		"{\"state\":\"running\",\"created_at\":$asked}" ]
	[ "$(sql "SELECT COUNT(*) FROM export WHERE user_id = $Mia_id AND state = 1")" = 1 ]
	sql "UPDATE export SET due_ms = 1 WHERE user_id = $Mia_id AND state = 1"
	wait_for is_done Mia
	http POST /v1/users/me/export '' -H 'Idempotency-Key: again'
	is_status 202
	first=$body
	wait_for is_done Mia
	http POST /v1/users/me/export '' -H 'Idempotency-Key: again'
	is_status 202
	[ "$body" = "$first" ]
	[ "$(header Idempotent-Replayed)" = true ]
	is_done Mia
}

# route: admin_export.create
# route: admin_export.get

@test "export: by the app's server, of a user or a conversation" {
	sign_up Mia
	new_conv group Mia Anna
	as_app
	for query in "conv_id=$conv" "user_id=$Mia_id"; do
		http GET "/v1/admin/export?$query"
		is_problem 404 not_found
		http POST /v1/admin/export "{\"${query%=*}\":\"${query#*=}\"}"
		is_status 202
		is_json .state running
		shows() { http GET "/v1/admin/export?$query"; [ "$(json .state)" = done ]; }
		wait_for shows
	done
	# of a user it is the user's own
	is_done Mia
	as_app
	http GET '/v1/admin/audit?action=admin_export.create'
	is_json '[.items[] | [.actor, .user_id // .detail] | join(" ")] | join(",")' \
		"test $Mia_id,test conv_id=$conv"
	http POST /v1/admin/export '{}'
	is_problem 400 invalid_argument conv_id
	http GET /v1/admin/export
	is_problem 400 invalid_argument conv_id
	http POST /v1/admin/export "{\"conv_id\":\"$conv\",\"user_id\":\"$Mia_id\"}"
	is_problem 400 invalid_argument user_id
	for field in conv_id user_id; do
		http POST /v1/admin/export "{\"$field\":\"01\"}"
		is_problem 400 invalid_argument $field
		http POST /v1/admin/export "{\"$field\":\"77\"}"
		is_problem 404 not_found $field
		http GET "/v1/admin/export?$field=77"
		is_problem 404 not_found $field
	done
	http POST /v1/admin/export "{\"conv_id\":\"$conv\",\"x\":1}"
	is_problem 400 invalid_argument x
	for who in Mia Anna; do
		as $who
		http POST /v1/admin/export "{\"conv_id\":\"$conv\"}"
		is_problem 403 forbidden
		http GET "/v1/admin/export?user_id=$Mia_id"
		is_problem 403 forbidden
	done
	as nobody
	http POST /v1/admin/export "{\"conv_id\":\"$conv\"}"
	is_problem 401 unauthenticated
	mia=$Mia_id
	use_app export_other
	as_app
	http POST /v1/admin/export "{\"conv_id\":\"$conv\"}"
	is_problem 404 not_found conv_id
	http POST /v1/admin/export "{\"user_id\":\"$mia\"}"
	is_problem 404 not_found user_id
	http GET "/v1/admin/export?conv_id=$conv"
	is_problem 404 not_found conv_id
}
