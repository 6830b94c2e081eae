# Changing the settings of a conversation, and dissolving it.
load ../helper
load apps
load chats
load acts

setup_file() {
	people settings
	first=$IM_APP
	use_app foreign
	sign_up Otto
	export IM_APP=$first
}
teardown_file() { stack_done; }
teardown() { [ -z "${listener-}" ] || kill "$listener" 2>/dev/null || :; }

here() { http GET "/v1/conversations/$conv"; }
change() { # SETTINGS [CURL-OPTION...]
	local settings=$1
	shift
	http PATCH "/v1/conversations/$conv" "{\"settings\":$settings}" "$@"
}
dissolve() { http DELETE "/v1/conversations/$conv" '' "$@"; }
role() { # NAME ROLE (1 member, 2 admin)
	local id=$1_id
	sql "UPDATE member SET role = $2 WHERE conv_id = $conv AND user_id = ${!id};
		UPDATE conversation SET version = version + 1 WHERE conv_id = $conv"
}
newest() { history '?limit=1'; }

# ---- settings ----------------------------------------------------------------
# route: conversation.change

@test "change: each setting, in one entry, with a new version" {
	new_conv group Anna Bert
	version=$(json .version)
	[ "$(header ETag)" = "\"$version\"" ]
	all='{"name":"A","photo":"https://x.example/p.png","announcement":"Hear",
		"description":"What","join":"approval","who_can_post":"admins",
		"who_can_invite":"owner","history":"since_joined","slow_mode_s":7,
		"message_ttl_s":60,"who_can_pin":"all","who_can_mention_all":"owner",
		"meta":{"b":1,"a":[2]}}'
	change "$all"
	is_status 200
	is_json '.settings | tojson' "$(jq -c . <<<"$all")"
	is_json .version $((version + 1))
	is_json .my_role owner
	[ "$(header ETag)" = "\"$((version + 1))\"" ]
	newest
	is_json '.items[0] | [.kind, .sender_id, .conv_index, .ordinal] | tojson' \
		"[\"settings\",\"$Anna_id\",2,0]"
	is_json '.items[0].content | tojson' "$(jq -c '{changed: .}' <<<"$all")"
	as Bert
	here
	is_json '.settings | tojson' "$(jq -c . <<<"$all")"
	[ "$(header ETag)" = "\"$((version + 1))\"" ]
	# Only what is new is in the entry.
	as Anna
	change '{"name":"B","slow_mode_s":7,"join":"approval"}'
	newest
	is_json '.items[0].content | tojson' '{"changed":{"name":"B"}}'
}

@test "change: null takes away what need not be there" {
	new_conv group Anna
	change '{"name":"A","photo":"https://x.example/","announcement":"a",
		"description":"d","meta":{}}'
	is_status 200
	change '{"name":null,"photo":null,"announcement":null,"description":null,
		"meta":null}'
	is_status 200
	is_json '.settings | keys_unsorted[0]' join
	newest
	is_json '.items[0].content.changed | tojson' \
		'{"name":null,"photo":null,"announcement":null,"description":null,"meta":null}'
	last=$(entries)
	change '{"name":null}'
	is_status 200
	[ "$(entries)" = "$last" ]
	change '{"announcement":""}'
	is_json .settings.announcement ''
	for set in join who_can_post who_can_invite history slow_mode_s \
		message_ttl_s who_can_pin who_can_mention_all; do
		change "{\"$set\":null}"
		is_problem 400 invalid_argument settings.$set
	done
}

@test "change: nothing new writes nothing" {
	new_conv group Anna
	change '{"name":"A","meta":{"a":1}}'
	version=$(json .version)
	for same in '{}' '{"name":"A"}' '{"name":"A","meta":{"a":1},"join":"invite"}'; do
		change "$same"
		is_status 200
		is_json .version "$version"
		is_json .last_index 2
	done
}

@test "change: If-Match" {
	new_conv group Anna
	version=$(json .version)
	change '{"name":"A"}' -H "If-Match: \"$version\""
	is_status 200
	change '{"name":"B"}' -H "If-Match: \"$version\""
	is_problem 412 precondition_failed If-Match
	change '{"name":"A"}' -H "If-Match: \"$version\""
	is_problem 412 precondition_failed If-Match
	for bad in x "$version" '"x"' 'W/"2"' '""'; do
		change '{"name":"B"}' -H "If-Match: $bad"
		is_problem 412 precondition_failed If-Match
	done
	here
	is_json .settings.name A
	change '{"name":"C"}' -H 'If-Match: *'
	is_status 200
	# What changes the members changes the version, too.
	version=$(json .version)
	add Anna Bert
	change '{"name":"D"}' -H "If-Match: \"$version\""
	is_problem 412 precondition_failed If-Match
}

@test "change: sends follow it at once" {
	new_conv group Anna Bert
	say Bert
	as Anna
	change '{"who_can_post":"admins"}'
	as Bert
	send "$(text no)"
	is_problem 403 forbidden
	as Anna
	change '{"who_can_post":"all","slow_mode_s":3600}'
	as Bert
	send "$(text no)"
	is_problem 429 rate_limited
	as Anna
	change '{"slow_mode_s":0,"message_ttl_s":3600}'
	say Bert
	get "$msg"
	is_json '.expires_at - .sent_at' 3600000
	as Anna
	change '{"message_ttl_s":0}'
	say Bert
	get "$msg"
	is_json 'has("expires_at")' false
	send '{"type":"text","content":{"text":"@"},"mention_all":true}'
	is_problem 403 forbidden
	as Anna
	change '{"who_can_mention_all":"all","who_can_pin":"all"}'
	say Bert '{"type":"text","content":{"text":"@"},"mention_all":true}'
	http PUT "/v1/conversations/$conv/pins/$msg"
	is_status 204
}

@test "change: earlier history, closed and opened" {
	new_conv group Anna
	say Anna before
	add Anna Bert
	as Bert
	history
	is_json .floor 1
	as Anna
	change '{"history":"since_joined"}'
	as Bert
	history
	is_json '[.floor, .items[0].conv_index] | tojson' '[3,3]'
	get "$msg"
	is_problem 404 not_found
	as Anna
	change '{"history":"all"}'
	as Bert
	get "$msg"
	is_status 200
}

@test "change: everybody is told, with their own role" {
	new_conv group Anna Bert
	caught_up Bert
	listen Bert
	as Anna
	change '{"name":"New"}'
	caught_up Bert
	is_json "[.events[] | select(.conv_id == \"$conv\") | [.type, .action // \"\",
		.entry.kind // \"\", .by // \"\", .conversation.my_role // \"\",
		.conversation.settings.name // \"\"] | join(\" \")][-2:] | tojson" \
		"[\"entry  settings   \",\"conversation settings  $Anna_id member New\"]"
	wait_for listened "any(.type == \"conversation\" and .action == \"settings\"
		and .conversation.my_role == \"member\"
		and .conversation.settings.name == \"New\" and .user_index > 0)"
	caught_up Anna
	is_json '.events[-1] | [.action, .conversation.my_role] | join(" ")' \
		'settings owner'
}

@test "change: at once by many: each once, in the order of the log" {
	new_conv group Anna
	many "$BATS_TEST_TMPDIR/m" 8 PATCH "/v1/conversations/$conv" \
		'{"settings":{"name":"once"}}'
	[ "$(cat "$BATS_TEST_TMPDIR"/m.* | grep -cx 200)" = 8 ]
	[ "$(entries)" = 2 ]
	here
	is_json .version 2
	for i in $(seq 8); do
		curl -sS -X PATCH "$url/v1/conversations/$conv" -H 'If-Match: "2"' \
			-H "Authorization: Bearer $TOKEN" -o /dev/null \
			-H 'Content-Type: application/json' -w '%{http_code}\n' \
			-d "{\"settings\":{\"name\":\"$i\"}}" 3>&- 4>&- \
			>"$BATS_TEST_TMPDIR/n.$i" &
	done
	wait
	[ "$(sort "$BATS_TEST_TMPDIR"/n.* | uniq -c | xargs)" = '1 200 7 412' ]
	[ "$(entries)" = 3 ]
}

@test "change: who may" {
	new_conv group Anna Bert Fred
	drop Anna Fred
	members_only PATCH "/v1/conversations/$conv" '{"settings":{"name":"x"}}'
	as Otto
	change '{"name":"x"}'
	is_problem 404 not_found
	as Bert
	change '{"name":"x"}'
	is_problem 403 forbidden
	change '{"name":"x"}' -H 'If-Match: "1"'
	is_problem 403 forbidden
	role Bert 2
	as Bert
	change '{"name":"x"}'
	is_status 200
	new_conv direct Anna Bert
	change '{"name":"x"}'
	is_problem 409 conflict
	new_conv self Anna
	change '{"name":"x"}'
	is_problem 409 conflict
}

@test "change: fields" {
	new_conv group Anna
	for bad in '{}' '{"settings":null}' '{"settings":[]}' '{"settings":"x"}'; do
		http PATCH "/v1/conversations/$conv" "$bad"
		is_problem 400 invalid_argument settings
	done
	bad() { # SETTING VALUE...
		local set=$1 value
		shift
		for value in "$@"; do
			change "{\"$set\":$value}"
			is_problem 400 invalid_argument "settings.$set"
		done
	}
	bad name '""' 7 "\"$(long 129)\"" '"  "' '"a\nb"'
	# A file of one's own needs a file service, which there is not.
	bad photo '""' '"http://x.example/"' '"7213371284140032"' "\"https://$(long 505)\""
	bad announcement 1 "\"$(long 4097)\""
	bad description '{}' "\"$(long 4097)\""
	bad join '"closed"' 1 '""'
	bad who_can_post '"owner"' '"ALL"'
	bad who_can_invite '"nobody"'
	bad history '"none"'
	bad slow_mode_s -1 86401 1.5 '"1"'
	bad message_ttl_s -1 31622401
	bad who_can_pin '"owner"'
	bad who_can_mention_all true
	bad meta '[]' '"x"' "{\"a\":\"$(long 4096)\"}"
	bad colour 1
	http PATCH "/v1/conversations/$conv" '{"settings":{},"more":1}'
	is_problem 400 invalid_argument more
	http PATCH "/v1/conversations/$conv?x=1" '{"settings":{}}'
	is_problem 400 invalid_argument x
	here
	is_json .version 1
	for wrong in 1 0 x; do
		http PATCH "/v1/conversations/$wrong" '{"settings":{"name":"x"}}'
		is_problem 404 not_found
	done
}

# ---- the end -----------------------------------------------------------------
# route: conversation.dissolve

@test "dissolve: nobody sends or reads any more; members know that it is gone" {
	new_conv group Anna Bert Fred
	drop Anna Fred
	say Anna
	as Anna
	dissolve
	is_status 204
	[ -z "$body" ]
	for who in Anna Bert; do
		as $who
		here
		is_problem 410 gone
		send "$(text more)"
		is_problem 410 gone
		send '{"type":"text","content":{"text":"x"},"flags":["ephemeral"]}'
		is_problem 410 gone
		history
		is_problem 410 gone
		for path in members pins; do
			http GET "/v1/conversations/$conv/$path"
			is_problem 410 gone
		done
		http PUT "/v1/conversations/$conv/read" '{"conv_index":1}'
		is_problem 410 gone
		http POST "/v1/conversations/$conv/typing" '{"state":"stop"}'
		is_problem 410 gone
		http POST "/v1/conversations/$conv/leave"
		is_problem 410 gone
		http POST "/v1/messages/$msg/recall"
		is_problem 410 gone
		http PUT "/v1/messages/$msg/reactions/$(enc 👍)"
		is_problem 410 gone
		get "$msg"
		is_problem 410 gone
		chat_is $who . null
	done
	as Bert
	change '{"name":"x"}'
	is_problem 410 gone
	for who in Fred Olga; do
		as $who
		here
		is_problem 404 not_found
		send "$(text more)"
		is_problem 404 not_found
		get "$msg"
		is_problem 404 not_found
		dissolve
		is_problem 404 not_found
	done
}

@test "dissolve: again, by the owner and by others" {
	new_conv group Anna Bert
	as Anna
	dissolve
	is_status 204
	dissolve
	is_status 204
	dissolve -H 'If-Match: "1"'
	is_status 204
	as Bert
	dissolve
	is_problem 410 gone
	[ "$(entries)" = 2 ]
	new_conv group Anna Bert
	many "$BATS_TEST_TMPDIR/d" 6 DELETE "/v1/conversations/$conv" '{}'
	[ "$(cat "$BATS_TEST_TMPDIR"/d.* | grep -cx 204)" = 6 ]
	[ "$(entries)" = 2 ]
}

@test "dissolve: everybody is told, and sees the entry in their inbox" {
	new_conv group Anna Bert
	caught_up Bert
	listen Bert
	as Anna
	dissolve
	wait_for listened "any(.type == \"conversation\" and .action == \"dissolved\"
		and .by == \"$Anna_id\" and .conv_id == \"$conv\" and .user_index > 0)"
	for who in Anna Bert; do
		pull $who
		is_json "[.events[] | select(.conv_id == \"$conv\")] | .[-2:] |
			map([.type, .action // \"\", .entry.kind // \"\",
			.entry.content.action // \"\", has(\"conversation\")] |
			map(tostring) | join(\" \")) | tojson" \
			'["entry  member dissolved false","conversation dissolved   false"]'
	done
}

@test "dissolve: a large one, which is read and not delivered" {
	new_conv group Anna Bert Cleo
	sql "UPDATE conversation SET mode = 2 WHERE conv_id = $conv;
		INSERT INTO conv_mode (conv_id, from_index, mode) VALUES ($conv, 2, 2)"
	say Bert
	as Anna
	dissolve
	is_status 204
	for who in Anna Bert Cleo; do
		chat_is $who . null
		pull $who
		is_json "[.events[] | select(.conv_id == \"$conv\" and
			.type == \"conversation\")][-1].action" dissolved
	done
}

@test "dissolve: sends and it at once: what is sent is before it" {
	new_conv group Anna Bert
	as Bert
	many "$BATS_TEST_TMPDIR/s" 20 POST "/v1/conversations/$conv/messages" \
		"$(text late)" &
	as Anna
	dissolve
	is_status 204
	wait
	sent=$(cat "$BATS_TEST_TMPDIR"/s.* | grep -cx 201 || :)
	[ "$((sent + $(cat "$BATS_TEST_TMPDIR"/s.* | grep -cx 410 || :)))" = 20 ]
	[ "$(entries)" = $((sent + 2)) ]
	[ "$(sql "SELECT dissolved_index FROM conversation
		WHERE conv_id = $conv")" = $((sent + 2)) ]
}

@test "dissolve: who may, and fields" {
	new_conv group Anna Bert Fred
	drop Anna Fred
	members_only DELETE "/v1/conversations/$conv"
	as Otto
	dissolve
	is_problem 404 not_found
	as Bert
	dissolve
	is_problem 403 forbidden
	role Bert 2
	as Bert
	dissolve
	is_problem 403 forbidden
	as Anna
	here
	dissolve -H 'If-Match: "1"'
	is_problem 412 precondition_failed If-Match
	http DELETE "/v1/conversations/$conv?x=1"
	is_problem 400 invalid_argument x
	http DELETE "/v1/conversations/$conv" '{"why":"x"}'
	is_problem 400 invalid_argument why
	for wrong in 1 0 x; do
		http DELETE "/v1/conversations/$wrong"
		is_problem 404 not_found
	done
	new_conv direct Anna Bert
	dissolve
	is_problem 409 conflict
	new_conv self Anna
	dissolve
	is_problem 409 conflict
}
