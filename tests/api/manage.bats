load ../helper
load apps
load chats
load acts

# What an app's server manages: users, their sessions, conversations, and what
# the audit log has of it.

setup_file() { people manage; }
teardown_file() { stack_done; }

users() { # JSON: the list
	as_app
	http POST /v1/admin/users "{\"users\":$1}"
}
unique() { echo "$1-$(head -c 6 /dev/urandom | od -An -tx1 | tr -d ' \n')"; }
# audited ACTION [USER_ID]: how many rows of the key have it
audited() {
	sql "SELECT COUNT(*) FROM audit WHERE app_id = $IM_APP_ID
		AND actor = 'key:$((IM_APP_ID + 1))' AND action = '$1'
		${2+AND user_id = $2}"
}

# route: admin_user.list
# route: admin_user.get
# route: admin_user.create
# route: admin_user.change
# route: admin_user.token
# route: admin_user.sessions
# route: admin_user.end_sessions
# route: admin_conversation.list
# route: admin_conversation.create
# route: admin_conversation.get
# route: admin_conversation.change
# route: admin_conversation.dissolve
# route: admin_conversation.add
# route: admin_conversation.remove
# route: audit.list

@test "manage: users are created, each with its outcome" {
	one=$(unique one) two=$(unique two)
	users "[{\"username\":\"$one\",\"display_name\":\"One\",\"bot\":true,\"meta\":{\"a\":1}},
		{\"username\":\"$two\",\"password\":\"$password\"},
		{\"username\":\"$one\"},{\"username\":\"$Anna_name\"},
		{\"username\":\"UPPER\"},{\"username\":\"ok\",\"password\":\"short\"},
		{\"username\":\"$(unique x)\",\"nope\":1},{}]"
	is_status 200
	is_json '[.items[].outcome] | join(" ")' \
		'created created exists exists invalid invalid invalid invalid'
	is_json '[.items[] | .field // "-"] | join(" ")' \
		'- - - - username password nope username'
	is_json '.items[0].user | [.username, .display_name, .bot, .meta.a, .disabled] | join(" ")' \
		"$one One true 1 false"
	is_json ".items[3].user.user_id" "$Anna_id"
	is_json '.items[2].user.user_id == .items[0].user.user_id' true
	is_json '.items[4].username' UPPER
	log_in "$two"
	# again: all exist
	users "[{\"username\":\"$one\"},{\"username\":\"$two\"}]"
	is_json '[.items[].outcome] | join(" ")' 'exists exists'
	[ "$(audited admin_user.create)" = 2 ]
	as_app
	for bad in '[]' '{}' '"x"' '[1]'; do
		users "$bad"
		is_problem 400 invalid_argument "users$([ "$bad" != '[1]' ] || echo .0)"
	done
}

@test "manage: a thousand at once, also by two at the same time" {
	name=$(unique n)
	list=$(seq 1000 | jq -Rcn --arg n "$name" '[inputs | {username: ($n + "-" + .)}]')
	as_app
	for i in 1 2; do
		curl -sS "$url/v1/admin/users" -H "Authorization: Bearer $TOKEN" \
			-H 'Content-Type: application/json' -o "$BATS_TEST_TMPDIR/all.$i" \
			-d "{\"users\":$list}" 3>&- 4>&- &
	done
	wait
	[ "$(jq -r '.items[].outcome' "$BATS_TEST_TMPDIR"/all.* | sort | uniq -c | xargs)" = \
		'1000 created 1000 exists' ]
	[ "$(sql "SELECT COUNT(*), COUNT(DISTINCT s.user_id) FROM user u
		JOIN user_seq s ON s.user_id = u.user_id
		WHERE u.app_id = $IM_APP_ID AND u.username LIKE '$name-%'" | xargs)" = '1000 1000' ]
}

@test "manage: names that are taken end nothing of their neighbours" {
	name=$(unique n)
	as_app
	users "[{\"username\":\"$name-7\"},{\"username\":\"$name-300\"}]"
	is_status 200
	taken=$(json '.items[0].user.user_id')
	list=$(seq 400 | jq -Rcn --arg n "$name" '[inputs | {username: ($n + "-" + .),
		display_name: ("Person " + .)}]
		| .[9] = {username: "Not A Name"} | . + [.[0]]')
	users "$list"
	is_json '[.items[].outcome] | group_by(.) | map([.[0], length]) | tojson' \
		'[["created",397],["exists",3],["invalid",1]]'
	is_json '[.items[] | select(.outcome == "exists") | .username] | join(" ")' \
		"$name-7 $name-300 $name-1"
	is_json '.items[6].user.user_id' "$taken"
	is_json '.items[0].user.user_id == .items[400].user.user_id' true
	[ "$(sql "SELECT COUNT(*), COUNT(DISTINCT s.stream_id) FROM username n
		JOIN user u ON u.user_id = n.user_id JOIN user_seq s ON s.user_id = n.user_id
		JOIN inbox_ack k ON k.user_id = n.user_id
		WHERE n.app_id = $IM_APP_ID AND n.username LIKE '$name-%'" | xargs)" = '399 399' ]
	# each is found by a part of the name
	http GET "/v1/admin/users?q=$(enc 'erson 399')"
	is_json "[.items[].username | select(startswith(\"$name\"))] | join(\" \")" \
		"$name-399"
}

@test "manage: the list, searched and paged" {
	as_app
	seen=
	after=0
	while http GET "/v1/admin/users?limit=200$([ $after = 0 ] || echo "&after=$after")"; do
		is_status 200
		seen+=" $(json '[.items[].user_id] | join(" ")')"
		after=$(json '.next // 0')
		[ "$after" != 0 ] || break
	done
	[ "$(tr ' ' '\n' <<<"$seen" | grep -c .)" = \
		"$(sql "SELECT COUNT(*) FROM user WHERE app_id = $IM_APP_ID")" ]
	[ "$(tr ' ' '\n' <<<"$seen" | grep . | sort -n | uniq -d)" = '' ]
	http GET "/v1/admin/users?q=$Cleo_name"
	is_json '[.items[].user_id] | join(" ")' "$Cleo_id"
	http GET "/v1/admin/users/$Cleo_id"
	is_json '[.username, .disabled] | join(" ")' "$Cleo_name false"
	for bad in limit=0 limit=201 after=x q= x=1; do
		http GET "/v1/admin/users?$bad"
		is_problem 400 invalid_argument "${bad%%=*}"
	done
}

@test "manage: a user is changed, disabled with all sessions, and back" {
	sign_up Mia
	polling Mia "after=$(stand Mia)"
	as_app
	http PATCH "/v1/admin/users/$Mia_id" '{"display_name":"Mia M","bio":"x"}'
	is_status 200
	is_json '[.display_name, .bio, .disabled] | join(" ")' 'Mia M x false'
	heard Mia
	is_json '.events[0].user.display_name' 'Mia M'
	polling Mia "after=$(stand Mia)"
	as_app
	http PATCH "/v1/admin/users/$Mia_id" '{"disabled":true}'
	is_status 200
	is_json .disabled true
	heard Mia
	is_json .code unauthenticated
	as Mia
	http GET /v1/users/me
	is_problem 401 unauthenticated
	as nobody
	http POST /v1/sessions "{\"app\":\"$IM_APP\",\"username\":\"$Mia_name\",
		\"password\":\"$password\",\"device\":{\"id\":\"d\",\"platform\":\"web\"}}"
	is_problem 403 forbidden
	as_app
	http POST "/v1/admin/users/$Mia_id/tokens" '{"device":{"id":"d","platform":"web"}}'
	is_problem 403 forbidden
	http GET "/v1/admin/users?q=$Mia_name"
	is_json '[.items[] | .user_id, .disabled] | join(" ")' "$Mia_id true"
	http PATCH "/v1/admin/users/$Mia_id" '{"disabled":false,"bio":null,"password":"another-one-1"}'
	is_json '[.disabled, has("bio")] | join(" ")' 'false false'
	password=another-one-1 log_in "$Mia_name"
	as_app
	for bad in '{"display_name":""}' '{"disabled":1}' '{"password":"short"}' '{"x":1}' \
		'{"avatar":"http://x"}'; do
		http PATCH "/v1/admin/users/$Mia_id" "$bad"
		is_problem 400 invalid_argument "$(jq -r 'keys[0]' <<<"$bad")"
	done
	[ "$(audited admin_user.change "$Mia_id")" = 3 ]
	[[ "$(sql "SELECT GROUP_CONCAT(detail) FROM audit WHERE user_id = $Mia_id")" != *another* ]]
}

@test "manage: tokens and sessions" {
	sign_up Mia
	as_app
	http POST "/v1/admin/users/$Mia_id/tokens" \
		'{"device":{"id":"d1","platform":"ios","name":"Phone"}}'
	is_status 201
	is_json '[.user.user_id, .session.device.id, (.token | startswith("imu_"))] | join(" ")' \
		"$Mia_id d1 true"
	is_json 'has("stream_id") and has("user_index")' true
	first=$(json .token)
	for i in 1 2; do
		http POST "/v1/admin/users/$Mia_id/tokens" \
			'{"device":{"id":"d1","platform":"ios"}}' -H "Idempotency-Key: t-$Mia_id"
		is_status 201
		Again_token=$(json .token)
	done
	is_json .session.device.id d1
	[ "$(header Idempotent-Replayed)" = true ]
	TOKEN=$first
	http GET /v1/users/me
	is_problem 401 unauthenticated
	as Again
	http GET /v1/users/me
	is_json .user_id "$Mia_id"
	as_app
	http GET "/v1/admin/users/$Mia_id/sessions"
	is_json '[.items[].device.id] | join(" ")' "d1 $Mia_device"
	is_json '[.items[].current] | unique | join(" ")' false
	http GET "/v1/admin/users/$Mia_id/sessions?limit=1"
	http GET "/v1/admin/users/$Mia_id/sessions?limit=1&cursor=$(json .next)"
	is_json '[.items[0].device.id, .next // "end"] | join(" ")' "$Mia_device end"
	for i in 1 2; do
		http DELETE "/v1/admin/users/$Mia_id/sessions"
		is_status 204
	done
	for who in Mia Again; do
		as $who
		http GET /v1/users/me
		is_problem 401 unauthenticated
	done
	as_app
	for bad in '{}/device' '{"device":{}}/device.id' '{"device":{"id":"a b","platform":"ios"}}/device.id' \
		'{"device":{"id":"a","platform":"x"}}/device.platform'; do
		http POST "/v1/admin/users/$Mia_id/tokens" "${bad%/*}"
		is_problem 400 invalid_argument "${bad##*/}"
	done
}

@test "manage: conversations, as no member" {
	as_app
	http POST /v1/admin/conversations "{\"kind\":\"group\",\"owner_id\":\"$Anna_id\",
		\"members\":$(ids Anna Bert),\"settings\":{\"name\":\"Made\"}}"
	is_status 201
	is_json '[.kind, .settings.name, .member_count, .created_by, .last_index, has("my_role")] | join(" ")' \
		"group Made 2 $Anna_id 1 false"
	conv=$(json .conv_id)
	chat_is Bert .conversation.settings.name Made
	[ "$(chat Anna .conversation.my_role)" = owner ]
	as Anna
	http GET "/v1/conversations/$conv/messages"
	is_json '.items[0] | [.kind, .sender_id, .content.action] | join(" ")' 'member 0 created'
	as_app
	http POST "/v1/admin/conversations/$conv/members" \
		"{\"user_ids\":[\"$Cleo_id\",\"$Bert_id\",\"77\"],\"role\":\"admin\"}"
	is_status 200
	is_json '[.items[].outcome] | join(" ")' 'added already not_found'
	is_json '.items[0].member.role' admin
	as Cleo
	http GET "/v1/conversations/$conv/members?role=admin"
	is_json '[.items[].user_id] | join(" ")' "$Cleo_id"
	as_app
	http DELETE "/v1/admin/conversations/$conv/members/$Bert_id"
	is_status 204
	http DELETE "/v1/admin/conversations/$conv/members/$Bert_id"
	is_status 204
	as Bert
	http GET "/v1/conversations/$conv"
	is_problem 404 not_found
	# the owner: the oldest admin has it next
	as_app
	http DELETE "/v1/admin/conversations/$conv/members/$Anna_id"
	is_status 204
	as Cleo
	http GET "/v1/conversations/$conv"
	is_json .my_role owner
	as_app
	http GET "/v1/admin/conversations/$conv"
	is_json '[.conv_id, .member_count] | join(" ")' "$conv 1"
	[ "$(header ETag)" = "\"$(json .version)\"" ]
	http DELETE "/v1/admin/conversations/$conv/members/$Cleo_id"
	is_status 204
	http POST "/v1/admin/conversations/$conv/members" "{\"user_ids\":[\"$Cleo_id\"]}"
	is_problem 410 gone
	[ "$(audited admin_conversation.create)" -ge 1 ]
	# without an owner; the same key makes one
	for i in 1 2; do
		http POST /v1/admin/conversations \
			"{\"kind\":\"channel\",\"members\":$(ids Anna)}" -H "Idempotency-Key: c-$conv"
		is_status 201
		is_json '[.member_count, .created_by] | join(" ")' '1 0'
	done
	# direct and self: one of each
	for i in 1 2; do
		http POST /v1/admin/conversations \
			"{\"kind\":\"direct\",\"owner_id\":\"$Anna_id\",\"members\":$(ids Bert)}"
		is_status $((202 - i))
		http POST /v1/admin/conversations \
			"{\"kind\":\"self\",\"owner_id\":\"$Bert_id\"}"
		is_status $((202 - i))
	done
}

@test "manage: settings are changed, and a conversation is dissolved" {
	new_conv group Anna Bert
	as_app
	http PATCH "/v1/admin/conversations/$conv" \
		'{"settings":{"name":"Renamed","who_can_post":"admins"}}'
	is_status 200
	is_json '[.settings.name, .settings.who_can_post, .version] | join(" ")' \
		'Renamed admins 2'
	[ "$(header ETag)" = '"2"' ]
	as Bert
	http GET "/v1/conversations/$conv/messages?limit=1"
	is_json '.items[0] | [.kind, .sender_id, .content.changed.name] | join(" ")' \
		'settings 0 Renamed'
	http POST "/v1/conversations/$conv/messages" '{"type":"text","content":{"text":"x"}}'
	is_problem 403 forbidden
	as_app
	http PATCH "/v1/admin/conversations/$conv" '{"settings":{"name":"x"}}' \
		-H 'If-Match: "1"'
	is_problem 412 precondition_failed If-Match
	http PATCH "/v1/admin/conversations/$conv" '{"settings":{"join":"never"}}'
	is_problem 400 invalid_argument settings.join
	http DELETE "/v1/admin/conversations/$conv" '' -H 'If-Match: "1"'
	is_problem 412 precondition_failed If-Match
	for i in 1 2; do
		http DELETE "/v1/admin/conversations/$conv"
		is_status 204
	done
	http PATCH "/v1/admin/conversations/$conv" '{"settings":{"name":"x"}}'
	is_problem 410 gone
	as Bert
	http GET "/v1/conversations/$conv"
	is_problem 410 gone
	new_conv direct Anna Bert
	as_app
	http PATCH "/v1/admin/conversations/$conv" '{"settings":{"name":"x"}}'
	is_problem 409 conflict
	http DELETE "/v1/admin/conversations/$conv"
	is_problem 409 conflict
}

@test "manage: the list of conversations" {
	as_app
	for kind in direct group channel self; do
		http GET "/v1/admin/conversations?kind=$kind"
		is_json '[.items[].kind] | unique | join(" ")' $kind
	done
	seen=
	after=
	while http GET "/v1/admin/conversations?limit=2$after"; do
		seen+=" $(json '[.items[].conv_id] | join(" ")')"
		[ "$(json .next)" != null ] || break
		after="&after=$(json .next)"
	done
	[ "$(tr ' ' '\n' <<<"$seen" | grep .)" = \
		"$(sql "SELECT conv_id FROM conversation WHERE app_id = $IM_APP_ID ORDER BY conv_id")" ]
}

@test "manage: the audit log" {
	as_app
	http GET '/v1/admin/audit?limit=5'
	is_status 200
	is_json '.items | length' 5
	is_json '[.items[0] | .actor, (has("key_id") and has("at") and has("action"))] | join(" ")' 'test true'
	is_json '[.items[].at] | . == (sort | reverse)' true
	last=$(json '.items[4].audit_id')
	http GET "/v1/admin/audit?limit=5&cursor=$(json .next)"
	is_json ".items[0].audit_id < \"$last\"" true
	http GET '/v1/admin/audit?actor=test&action=admin_user.create&limit=200'
	is_json '[.items[].action] | unique | join(" ")' admin_user.create
	http GET "/v1/admin/audit?actor=key:$((IM_APP_ID + 1))&limit=1"
	is_json '.items | length' 1
	http GET '/v1/admin/audit?actor=nobody'
	is_json '.items | length' 0
	http GET "/v1/admin/audit?from_at=$(($(now 3600) * 1000))"
	is_json '.items | length' 0
	is_json .next null
	# Im-Act-As is there, too
	http GET /v1/users/me '' -H "Im-Act-As: @$Anna_name"
	http GET '/v1/admin/audit?action=user.me'
	is_json '.items[0].user_id' "$Anna_id"
	for bad in limit=0 actor= action= from_at=x cursor=x x=1; do
		http GET "/v1/admin/audit?$bad"
		is_problem 400 invalid_argument "${bad%%=*}"
	done
}

@test "manage: who may, other apps, bad fields" {
	new_conv group Anna Bert
	requests=('GET /v1/admin/users' 'POST /v1/admin/users {"users":[{"username":"x"}]}'
		"GET /v1/admin/users/$Bert_id" "PATCH /v1/admin/users/$Bert_id {}"
		"POST /v1/admin/users/$Bert_id/tokens {\"device\":{\"id\":\"d\",\"platform\":\"web\"}}"
		"GET /v1/admin/users/$Bert_id/sessions" "DELETE /v1/admin/users/$Bert_id/sessions"
		'GET /v1/admin/conversations'
		"POST /v1/admin/conversations {\"kind\":\"group\",\"owner_id\":\"$Bert_id\"}"
		"GET /v1/admin/conversations/$conv"
		"PATCH /v1/admin/conversations/$conv {\"settings\":{\"name\":\"x\"}}"
		"DELETE /v1/admin/conversations/$conv"
		"POST /v1/admin/conversations/$conv/members {\"user_ids\":[\"$Cleo_id\"]}"
		"DELETE /v1/admin/conversations/$conv/members/$Bert_id"
		'GET /v1/admin/audit')
	for request in "${requests[@]}"; do
		as nobody
		http $request
		is_problem 401 unauthenticated
		as Anna
		http $request
		is_problem 403 forbidden
	done
	as_app
	http POST /v1/admin/conversations '{"kind":"group"}'
	is_problem 400 invalid_argument owner_id
	http POST /v1/admin/conversations '{"kind":"group","owner_id":"77"}'
	is_problem 404 not_found owner_id
	http POST /v1/admin/conversations "{\"kind\":\"group\",\"members\":[\"77\"]}"
	is_problem 404 not_found members
	http POST /v1/admin/conversations "{\"kind\":\"direct\",\"owner_id\":\"$Anna_id\"}"
	is_problem 400 invalid_argument members
	http POST "/v1/admin/conversations/$conv/members" '{"user_ids":[]}'
	is_problem 400 invalid_argument user_ids
	http POST "/v1/admin/conversations/$conv/members" \
		"{\"user_ids\":[\"$Cleo_id\"],\"role\":\"owner\"}"
	is_problem 400 invalid_argument role
	for bad in 0 01 x 77; do
		http GET "/v1/admin/users/$bad"
		is_problem 404 not_found
		http GET "/v1/admin/conversations/$bad"
		is_problem 404 not_found
	done
	anna=$Anna_id group=$conv
	use_app manage_other
	as_app
	http GET "/v1/admin/users/$anna"
	is_problem 404 not_found
	http DELETE "/v1/admin/users/$anna/sessions"
	is_problem 404 not_found
	http GET "/v1/admin/conversations/$group"
	is_problem 404 not_found
	http PATCH "/v1/admin/conversations/$group" '{"settings":{"name":"x"}}'
	is_problem 404 not_found
	http DELETE "/v1/admin/conversations/$group"
	is_problem 404 not_found
	http POST "/v1/admin/conversations/$group/members" "{\"user_ids\":[\"$anna\"]}"
	is_problem 404 not_found
	http GET /v1/admin/users
	is_json '.items | length' 0
	http GET /v1/admin/audit
	is_json '[.items[].action] | unique | join(" ")' admin_user.list
}

@test "manage: a group of 5,000 and a large channel in chunks, each request short" {
	as_app
	name=$(unique big)
	for k in 1 2 3 4 5; do
		list=$(seq 1000 | jq -Rcn --arg n "$name-$k" '[inputs | {username: ($n + "-" + .)}]')
		users "$list"
		json '[.items[].user.user_id]' >"$BATS_TEST_TMPDIR/ids.$k"
	done
	for kind in group channel; do
		http POST /v1/admin/conversations \
			"{\"kind\":\"$kind\",\"owner_id\":\"$Olga_id\"}"
		conv=$(json .conv_id)
		for k in 1 2 3 4 5; do
			from=${EPOCHREALTIME/./}
			http POST "/v1/admin/conversations/$conv/members" \
				"{\"user_ids\":$(jq -c . "$BATS_TEST_TMPDIR/ids.$k")}"
			took=$(((${EPOCHREALTIME/./} - from) / 1000))
			echo "# figure: 1,000 members added to a $kind of $(((k - 1) * 1000)) in $took ms" >&3
			is_json '[.items[].outcome] | unique | join(" ")' added
		done
		http GET "/v1/admin/conversations/$conv"
		is_json .member_count 5001
	done
}
