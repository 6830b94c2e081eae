load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app slow
	for name in Anna Bert Cleo Fred Olga; do sign_up $name; done
}
teardown_file() { stack_done; }

slow_conv() { # SECONDS: a group of Anna (owner), Bert, Cleo (admin) and Fred
	as Anna
	http POST /v1/conversations "{\"kind\":\"${2-group}\",
		\"members\":$(ids Bert Cleo Fred),\"settings\":{\"slow_mode_s\":$1}}"
	is_status 201
	is_json .settings.slow_mode_s "$1"
	conv=$(json .conv_id)
	role 2 Cleo
}
role() {
	local id=$2_id
	sql "UPDATE member SET role = $1
		WHERE conv_id = $conv AND user_id = ${!id};
		UPDATE conversation SET version = version + 1
		WHERE conv_id = $conv"
}
too_early() {
	is_problem 429 rate_limited
	is_json '.retry_after_ms <= 86400000' true
}
pace() { # SECONDS: the setting from now on
	sql "UPDATE conversation SET slow_mode_s = $1, version = version + 1
		WHERE conv_id = $conv"
}
is_sent() { # BODY
	send "$1"
	[ "$status" = 201 ]
}

# route: conversation.create
@test "slow mode: the setting" {
	as Anna
	for bad in -1 86401 1.5 '"1"' null; do
		http POST /v1/conversations "{\"kind\":\"group\",
			\"settings\":{\"slow_mode_s\":$bad}}"
		is_problem 400 invalid_argument settings.slow_mode_s
	done
	slow_conv 0
	slow_conv 86400
}

# route: message.send
@test "slow mode: a member waits, admins and the owner do not" {
	slow_conv 86400
	for who in Anna Cleo; do
		say $who one
		say $who two
	done
	say Bert one
	for more in . '.flags = ["ephemeral"]' '.flags = ["no_unread"]' \
		'.client_msg_id = "new"'; do
		send "$(text two | jq -c "$more")"
		too_early
		is_json '.retry_after_ms > 86000000' true
	done
	# The others' messages are not theirs; acts are no messages.
	say Fred one
	as Bert
	http PUT "/v1/messages/$msg/reactions/%F0%9F%91%8D"
	is_status 204
	pace 100
	send "$(text two)"
	too_early
	is_json '.retry_after_ms <= 100000' true
	pace 1
	wait_for is_sent "$(text two)"
	pace 86400
	send "$(text three)"
	too_early
	# Who becomes an admin does not wait; who is one no longer does.
	role 2 Bert
	say Bert three
	role 1 Bert
	as Bert
	send "$(text four)"
	too_early
	# Recalled: it was sent all the same.
	http POST "/v1/messages/$msg/recall"
	is_status 200
	send "$(text four)"
	too_early
}

@test "slow mode: a repeat is answered, and what is refused is refused for that" {
	slow_conv 86400
	data=$(text one | jq -c '.client_msg_id = "r"')
	say Bert "$data"
	send "$data"
	is_status 200
	is_json '[.msg_id, .duplicate] | tojson' "[\"$msg\",true]"
	send "$(jq -c '.content.text = "other"' <<<"$data")"
	is_problem 409 conflict client_msg_id
	# Fields, rights and state come first.
	send "$(text two | jq -c ".mentions = $(ids Olga)")"
	is_problem 400 invalid_argument mentions.0
	send "$(text two | jq -c '.mention_all = true')"
	is_problem 403 forbidden
	drop Anna Fred
	members_only POST "/v1/conversations/$conv/messages" "$(text x)"
}

@test "slow mode: of many at once from two devices one is sent" {
	for i in 1 2 3 4 5; do
		slow_conv 86400
		log_in "$Bert_name"
		second=$token
		as Bert
		many "$BATS_TEST_TMPDIR/$i-a" 10 POST \
			"/v1/conversations/$conv/messages" "$(text a)" &
		TOKEN=$second many "$BATS_TEST_TMPDIR/$i-b" 10 POST \
			"/v1/conversations/$conv/messages" "$(text b)" &
		wait
		[ "$(cat "$BATS_TEST_TMPDIR/$i"-* | grep -xE '[0-9]{3}' | sort |
			uniq -c | xargs)" = '1 201 19 429' ]
		as Bert
		http GET "/v1/conversations/$conv"
		is_json .last_index 2
	done
}

@test "slow mode: within a batch" {
	local item
	slow_conv 86400
	item="{\"conv_id\":\"$conv\",\"type\":\"text\",\"content\":{\"text\":\"x\"}}"
	one=$(jq -c '.client_msg_id = "one"' <<<"$item")
	two=$(jq -c '.client_msg_id = "two"' <<<"$item")
	as Bert
	http POST /v1/messages/batch "{\"messages\":[$one,$two,$one]}"
	is_json '[.items[].status] | tojson' '[201,429,200]'
	is_json '.items[1].body.retry_after_ms > 86000000' true
	# What was sent before is a repeat, though its neighbour is new.
	pace 1
	later() {
		http POST /v1/messages/batch "{\"messages\":[$two,$one]}"
		is_json '.items[1].status' 200
		[ "$(json '.items[0].status')" = 201 ]
	}
	wait_for later
	pace 86400
	as Cleo
	http POST /v1/messages/batch "{\"messages\":[$item,$item]}"
	is_json '[.items[].status] | tojson' '[201,201]'
}

@test "rates: what is left is told" {
	new_conv group Anna Bert
	say Anna
	limit=$(header RateLimit-Limit)
	[ "$limit" -gt 0 ]
	left=$(header RateLimit-Remaining)
	[ "$left" -ge 0 ] && [ "$left" -lt "$limit" ]
	[ "$(header RateLimit-Reset)" -ge 1 ] && [ "$(header RateLimit-Reset)" -le 10 ]
	http GET /v1/users/me
	[ "$(header RateLimit-Limit)" -gt 0 ]
	# Also with a problem.
	http GET /v1/messages/1
	is_problem 404 not_found
	[ -n "$(header RateLimit-Remaining)" ]
	as nobody
	http GET /v1/info
	[ -z "$(header RateLimit-Limit)" ]
}
