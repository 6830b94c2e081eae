load ../helper
load apps
load chats
bats_require_minimum_version 1.5.0

# Write and read diffusion: who decides, who is told, and what /v1/inbox says.

setup_file() {
	stack_private
	stack_set fanout push_members 5
	stack_set fanout now_members 3
	service restart conversation
	service restart message
	service restart im-fanout
	use_app modes
}
teardown_file() { stack_done; }
setup() {
	for name in Anna Bert Cleo Dora Ella Fred; do
		sign_up $name
	done
}

set_mode() { # MODE [CONV]
	as_app
	http PUT "/v1/admin/conversations/${2-$conv}/mode" "{\"mode\":\"$1\"}"
}
mode_of() { sql "SELECT mode FROM conversation WHERE conv_id = $conv"; }
# actions WHO: the conversation events of $conv in their inbox
actions() {
	pull "$1"
	json "[.events[] | select(.type == \"conversation\" and .conv_id == \"$conv\")
		| .action] | join(\" \")"
}
told() { [ "$(actions "$1")" = "$2" ]; }
drained() { wait_for nothing_left; }
nothing_left() { [ "$(sql 'SELECT COUNT(*) FROM log_dirty')" = 0 ]; }
large_of() { # WHO: conv_ids of `large`
	pull "$1"
	json '[.large // [] | .[].conv_id] | join(" ")'
}

# route: admin_conversation.mode

@test "mode: an app's server turns a group, each member is told, nothing is lost" {
	new_conv group Anna Bert Cleo
	say Anna one
	drained
	set_mode pull
	is_status 200
	is_json .mode pull
	is_json .conv_id "$conv"
	[ "$(header ETag)" = "\"$(json .version)\"" ]
	# Nobody has said anything since.
	for who in Anna Bert Cleo; do
		wait_for told $who 'added mode'
		pull $who
		is_json '.events | last | .conversation.mode' pull
		is_json '.events | last | has("by")' false
		[ "$(large_of $who)" = "$conv" ]
		is_json '.large[0] | [.last_index, .last_ordinal] | join(" ")' '2 1'
		as $who
		http GET "/v1/conversations/$conv"
		is_json .mode pull
	done
	set_mode pull # again
	is_status 200
	say Bert two
	drained
	pull Cleo
	is_json '[.events[] | select(.type == "entry")] | length' 2
	is_json '.large[0].last_index' "$at"
	is_json .total_unread 2
	set_mode push
	is_json .mode push
	wait_for told Cleo 'added mode mode'
	[ -z "$(large_of Cleo)" ]
	say Anna three
	drained
	has_entry Cleo "$at"
	chat_is Cleo .unread 3
	is_json '[.events[].user_index] | . == [range(1; length + 1)]' true
	set_mode auto
	is_json .mode push
	store_is_sound
}

@test "mode: what is refused, and by whom" {
	new_conv group Anna Bert
	TOKEN=
	http PUT "/v1/admin/conversations/$conv/mode" '{"mode":"pull"}'
	is_problem 401 unauthenticated
	as Anna
	http PUT "/v1/admin/conversations/$conv/mode" '{"mode":"pull"}'
	is_problem 403 forbidden
	as_app
	for body in '{}' '{"mode":"none"}' '{"mode":1}' '{"mode":null}'; do
		http PUT "/v1/admin/conversations/$conv/mode" "$body"
		is_problem 400 invalid_argument mode
	done
	set_mode pull 77
	is_problem 404 not_found
	mine=$IM_APP_KEY
	make_app other
	IM_APP_KEY=$app_key set_mode pull
	is_problem 404 not_found
	IM_APP_KEY=$mine
	new_conv direct Anna Bert
	set_mode pull
	is_problem 409 conflict
	new_conv group Anna Bert
	as Anna
	http DELETE "/v1/conversations/$conv"
	is_status 204
	set_mode pull
	is_problem 410 gone
	[ "$(mode_of)" = 1 ]
}

@test "mode: plain CGI" {
	new_conv group Anna Bert
	as_app
	cgi conversation PUT "/v1/admin/conversations/$conv/mode" '{"mode":"pull"}'
	is_status 200
	is_json .mode pull
	wait_for told Bert 'added mode'
}

@test "mode: a group is in mode pull while it is large" {
	new_conv group Anna Bert Cleo Dora Ella
	[ "$(mode_of)" = 1 ]
	say Anna one
	# The sixth: the entry that adds them is everybody's still.
	add Anna Fred
	[ "$(mode_of)" = 2 ]
	wait_for told Bert 'added mode'
	wait_for told Fred 'added mode'
	pull Ella
	is_json '[.events[] | select(.type == "entry") | .entry.conv_index]
		| join(" ")' '1 2 3'
	say Bert two
	drained
	pull Ella
	is_json '[.events[] | select(.type == "entry")] | length' 3
	chat_is Ella .unread 2
	chat_is Ella .last_entry.conv_index 4
	# It turns back when it is a good deal smaller, not at once.
	drop Anna Fred
	[ "$(mode_of)" = 2 ]
	wait_for told Fred 'added mode removed'
	drop Anna Ella
	[ "$(mode_of)" = 1 ]
	wait_for told Ella 'added mode removed'
	wait_for told Dora 'added mode mode'
	say Cleo three
	drained
	has_entry Dora "$at"
	chat_is Dora .unread 3
	chat_is Dora .conversation.mode push
	# Leaving and coming back by the app's server is followed, too.
	as_app
	http POST "/v1/admin/conversations/$conv/members" \
		"{\"user_ids\":$(ids Ella Fred)}"
	is_status 200
	[ "$(mode_of)" = 2 ]
	store_is_sound
}

@test "mode: a group that begins large is in mode pull from its first entry" {
	new_conv group Anna Bert Cleo Dora Ella Fred
	is_json .mode pull
	for who in Anna Fred; do
		wait_for told $who added
		[ "$(large_of $who)" = "$conv" ]
		has_entry $who 1
	done
	say Anna hello
	drained
	chat_is Fred .unread 1
	pull Fred
	is_json '[.events[] | select(.type == "entry")] | length' 1
	# An operator's order comes before the size.
	set_mode push
	add Anna Bert
	[ "$(mode_of)" = 1 ]
	drop Anna Bert
	add Anna Bert
	[ "$(mode_of)" = 1 ]
	set_mode auto
	[ "$(mode_of)" = 2 ]
	store_is_sound
}

@test "mode: marks, mentions and receipts of a group in mode pull" {
	new_conv group Anna Bert Cleo
	set_mode pull
	say Anna one
	say Anna two
	drained
	as Cleo
	http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$at}"
	is_json '[.unread, .total_unread] | join(" ")' '0 0'
	as Bert
	http PUT "/v1/conversations/$conv/delivered" "{\"conv_index\":$((at - 1))}"
	as Anna
	http GET "/v1/conversations/$conv/receipts?conv_index=$at&state=read"
	is_json '[.items[].user_id] | join(" ")' "$Cleo_id"
	is_json '[.read_count, .delivered_count, .member_count] | join(" ")' '1 1 3'
	say Anna "{\"type\":\"text\",\"content\":{\"text\":\"@\"},
		\"mentions\":[\"$Bert_id\"]}"
	drained
	chat_is Bert .mentions 1
	has_entry Bert "$at"
	run ! has_entry Cleo "$at"
	store_is_sound
}

@test "mode: reading and typing there are for those who look, and who hides sees none" {
	new_conv group Anna Bert Cleo Dora
	set_mode pull
	wait_for told Dora 'added mode'
	as Cleo
	http PATCH /v1/users/me/settings '{"read_receipts":false}'
	is_status 200
	say Anna one
	drained
	for who in Bert Cleo; do
		polling $who "wait_s=60&state=foreground&conv_id=$conv"
	done
	polling Dora 'wait_s=5&state=foreground'
	as Anna
	http POST "/v1/conversations/$conv/typing" '{"state":"start"}'
	is_status 204
	heard Bert
	is_json '.ephemeral[0] | [.type, .user_id] | join(" ")' "typing $Anna_id"
	heard Cleo
	is_json '.ephemeral[0].type' typing
	for who in Bert Cleo; do
		polling $who "wait_s=5&state=foreground&conv_id=$conv"
	done
	as Anna
	http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$at}"
	is_status 200
	heard Bert
	is_json '.ephemeral[0] | [.type, .user_id] | join(" ")' "read $Anna_id"
	heard Cleo
	is_json '.ephemeral | length' 0
	heard Dora
	is_json '.ephemeral | length' 0
	is_json '.large[0].conv_id' "$conv"
}

@test "mode: typing reaches all again as soon as they are told of a turn back" {
	new_conv group Anna Bert Cleo
	for mode in pull push pull push; do
		"$bin/im-admin" -c "$conf" conversation mode "$conv" $mode
		drained
		told_as() {
			pull Cleo
			[ "$(json "[.events[] | select(.type == \"conversation\" and
				.action == \"mode\")][-1].conversation.mode")" = $mode ]
		}
		wait_for told_as
		after=$(json .user_index)
		polling Cleo "wait_s=60&after=$after"
		as Anna
		http POST "/v1/conversations/$conv/typing" '{"state":"stop"}'
		is_status 204
		# Who does not look is not told in mode pull.
		[ $mode = push ] || say Anna "now"
		heard Cleo
		[ $mode = pull ] ||
			is_json '.ephemeral[0] | [.type, .user_id] | join(" ")' \
				"typing $Anna_id"
	done
}

# ---- a thousand members ----

# users FIRST LAST PREFIX: makes them; ids of all in $made, a line each
users() {
	local list
	list=$(seq "$1" "$2" | sed "s/.*/{\"username\":\"$3&\",\"display_name\":\"Person &\"}/" |
		paste -sd,)
	as_app
	http POST /v1/admin/users "{\"users\":[$list]}"
	is_status 200
	json '.items[].user.user_id' >"$BATS_TEST_TMPDIR/made"
}
found() { # QUERY: names of the members that it finds, in their order
	http GET "/v1/conversations/$conv/members?$1"
	is_status 200
	json '[.items[].user.display_name] | join(",")'
}

@test "mode: more than a thousand come at once, are told, and are found by name" {
	new_conv group Anna Bert Cleo Dora Ella Fred
	prefix=m$(head -c 4 /dev/urandom | od -An -tx1 | tr -d ' \n')
	users 1 1000 "$prefix"
	as_app
	http POST "/v1/admin/conversations/$conv/members" \
		"{\"user_ids\":$(jq -R . "$BATS_TEST_TMPDIR/made" | jq -sc .)}"
	is_status 200
	is_json '[.items[].outcome] | unique | join(" ")' added
	drained
	# Each has the event, the entry and a chat in mode pull, once.
	[ "$(sql "SELECT COUNT(*), COUNT(DISTINCT user_id), MIN(mode), MIN(listed)
		FROM chat WHERE conv_id = $conv" | tr '\t' ' ')" = '1006 1006 2 1' ]
	[ "$(sql "SELECT COUNT(*) FROM inbox WHERE conv_id = $conv
		AND conv_index = 2" )" = 2000 ]
	as Anna
	[ "$(found 'q=person%20777')" = 'Person 777' ]
	[ "$(found 'q=erson%2099')" = 'Person 99,Person 990,Person 991,Person 992,Person 993,Person 994,Person 995,Person 996,Person 997,Person 998,Person 999' ]
	[ "$(found 'q=erson%2099&limit=3')" = 'Person 99,Person 990,Person 991' ]
	http GET "/v1/conversations/$conv/members?q=erson%2099&limit=3"
	next=$(json .next)
	[ "$(found "q=erson%2099&limit=2&cursor=$next")" = 'Person 992,Person 993' ]
	[ -z "$(found 'q=person%2077&role=owner')" ]
	[ -z "$(found 'q=nobody%20is%20called%20so')" ]
	[ "$(found 'q=PERSON&limit=2')" = 'Person 1,Person 2' ]
	# Who is no member is not found, whatever the app knows.
	users 2001 2002 "$prefix"
	as Anna
	[ -z "$(found 'q=person%202001')" ]
	# Some go, and one is named: nobody else hears of it.
	as_app
	http DELETE "/v1/admin/conversations/$conv/members/$(sql "SELECT user_id
		FROM user WHERE username = '${prefix}500'")"
	is_status 204
	say Anna "{\"type\":\"text\",\"content\":{\"text\":\"@\"},
		\"mentions\":[\"$Bert_id\"]}"
	drained
	has_entry Bert "$at"
	[ "$(sql "SELECT COUNT(*) FROM inbox WHERE conv_id = $conv
		AND conv_index > 2")" = 3 ]
	as Anna
	[ -z "$(found 'q=person%20500')" ]
	store_is_sound
}
