load ../helper
load apps
load chats
load acts

setup_file() { people blocks; }
teardown_file() { stack_done; }

pair() { for name in Mia Noa; do sign_up $name; done; }
block() { # WHO WHOM
	local id=$2_id
	as "$1"
	http PUT "/v1/blocks/${!id}"
	is_status 204
}
unblock() {
	local id=$2_id
	as "$1"
	http DELETE "/v1/blocks/${!id}"
	is_status 204
}

# WHO has typed in the conversation, and read all of it.
tell() { # WHO CONV
	as "$1"
	http POST "/v1/conversations/$2/typing" '{"state":"stop"}'
	is_status 204
	http PUT "/v1/conversations/$2/read" '{"conv_index":9}'
	is_status 200
}
# of FILE: the types that came in passing from that conversation
seen() { # FILE CONV [TYPE [USER]]
	sed -n 's/^data: //p' "$1" | jq -se --arg c "$2" --arg t "${3-}" --arg u "${4-}" \
		'[.[].event // empty | select(.conv_id == $c and .user_index == null
			and ($t == "" or .type == $t) and ($u == "" or .user_id == $u))]
			| length > 0' >/dev/null
}
came() { # WHO FILE CONV [TYPE]: WHO's last words have come
	local id=$1_id
	wait_for seen "$2" "$3" "${4-read}" "${!id}"
}

# route: block.list
# route: block.set
# route: block.clear

@test "blocks: a blocked user's direct messages are refused, and only these" {
	pair
	new_conv direct Mia Noa
	say Noa before
	first=$msg
	block Mia Noa
	block Mia Noa
	as Noa
	send "$(text x)"
	is_problem 403 forbidden
	http PATCH "/v1/messages/$first" '{"content":{"text":"changed"}}'
	is_problem 403 forbidden
	http PUT "/v1/messages/$first/reactions/$(enc 👍)"
	is_problem 403 forbidden
	http PUT "/v1/conversations/$conv/pins/$first"
	is_problem 403 forbidden
	send "$(text x | jq -c '.flags = ["ephemeral"]')"
	is_problem 403 forbidden
	send "$(text x | jq -c ".send_at = $(($(now 60) * 1000))")"
	is_problem 403 forbidden
	# what was there stays, and may be taken back
	http GET "/v1/conversations/$conv/messages"
	is_json '.items[0].content.text' before
	http POST "/v1/messages/$first/recall"
	is_status 200
	# the other direction
	say Mia hello
	new_conv group Olga Mia Noa
	say Noa 'in a group'
	new_conv direct Mia Noa
	unblock Mia Noa
	unblock Mia Noa
	say Noa after
}

@test "blocks: a repeat of what was sent before gets its first answer" {
	pair
	new_conv direct Mia Noa
	as Noa
	send "$(text x | jq -c '.client_msg_id = "c1"')"
	is_status 201
	first=$(json .msg_id)
	block Mia Noa
	as Noa
	send "$(text x | jq -c '.client_msg_id = "c1"')"
	is_status 200
	is_json .msg_id "$first"
	send "$(text x | jq -c '.client_msg_id = "c2"')"
	is_problem 403 forbidden
}

@test "blocks: before the chat is there, whoever creates it" {
	pair
	block Mia Noa
	new_conv direct Noa Mia
	as Noa
	send "$(text x)"
	is_problem 403 forbidden
	say Mia hello
	pair
	block Mia Noa
	new_conv direct Mia Noa
	as Noa
	send "$(text x)"
	is_problem 403 forbidden
}

@test "blocks: not added to groups by them, no requests, no presence" {
	pair
	block Mia Noa
	new_conv group Noa Olga
	as Noa
	http POST "/v1/conversations/$conv/members" \
		"{\"user_ids\":[\"$Mia_id\",\"$Bert_id\"]}"
	is_status 200
	is_json '[.items[].outcome] | join(" ")' 'forbidden added'
	is_json '.items[0] | has("member")' false
	http POST /v1/conversations "{\"kind\":\"group\",\"members\":[\"$Mia_id\"]}"
	is_problem 403 forbidden members
	http POST /v1/contacts "{\"user_id\":\"$Mia_id\"}"
	is_problem 403 forbidden
	# others may
	add Olga Mia
	is_json '.items[0].outcome' added
	unblock Mia Noa
	as Noa
	http POST /v1/contacts "{\"user_id\":\"$Mia_id\"}"
	is_status 201
}

@test "blocks: own devices are told, once" {
	pair
	as Mia
	from=$(stand Mia)
	theirs=$(stand Noa)
	block Mia Noa
	block Mia Noa
	unblock Mia Noa
	unblock Mia Noa
	pull Mia "$from"
	is_json '[.events[] | .type, .block.user_id, .block.blocked] | tojson' \
		"[\"settings\",\"$Noa_id\",true,\"settings\",\"$Noa_id\",false]"
	is_json '[.events[].settings.last_seen] | unique | join(" ")' everyone
	pull Noa "$theirs"
	is_json '.events | length' 0
	# a plain change of settings says nothing of blocks
	as Mia
	http PATCH /v1/users/me/settings '{"read_receipts":false}'
	pull Mia "$from"
	is_json '.events[2] | [.type, has("block")] | tojson' '["settings",false]'
}

@test "blocks: typing and read marks pass neither way" {
	pair
	new_conv direct Mia Noa
	direct=$conv
	say Mia one
	say Noa two
	new_conv group Mia Noa
	group=$conv
	say Mia one
	say Noa two
	caught_up Mia
	caught_up Noa
	listen Mia
	mia=$events
	listeners="$listener"
	listen Noa
	noa=$events
	listeners+=" $listener"
	block Mia Noa
	for at in "$direct" "$group"; do tell Mia "$at"; tell Noa "$at"; done
	came Noa "$mia" "$group"
	came Mia "$noa" "$group"
	! seen "$mia" "$direct"
	! seen "$noa" "$direct"
	# the marks have moved
	as Mia
	http GET "/v1/conversations/$direct/receipts?conv_index=1&state=read"
	is_json .read_count 1
	unblock Mia Noa
	as Mia
	http POST "/v1/conversations/$direct/typing" '{"state":"stop"}'
	came Mia "$noa" "$direct" typing
	as Noa
	http POST "/v1/conversations/$direct/typing" '{"state":"stop"}'
	came Noa "$mia" "$direct" typing
	kill $listeners
}

@test "blocks: the list" {
	pair
	for i in 1 2 3; do
		sign_up Kim
		block Mia Kim
	done
	block Mia Noa
	unblock Mia Noa
	as Mia
	http GET '/v1/blocks?limit=2&users=true'
	is_json '[.users[].user_id] == [.items[].user_id]' true
	is_json '.items | length' 2
	is_json '.items[0] | keys | join(" ")' 'blocked_at user user_id'
	http GET "/v1/blocks?limit=2&cursor=$(json .next)"
	is_json '[.items[0].user_id, .next // "end"] | join(" ")' "$Kim_id end"
	as Kim
	http GET /v1/blocks
	is_json '.items | length' 0
}

@test "blocks: a send that meets the block is before it or refused" {
	pair
	new_conv direct Mia Noa
	for round in 1 2 3 4 5; do
		as Noa
		many "$BATS_TEST_TMPDIR/send" 6 POST "/v1/conversations/$conv/messages" \
			"$(text "round $round")" &
		sender=$!
		block Mia Noa
		last=$(entries)
		wait $sender
		as Noa
		send "$(text late)"
		is_problem 403 forbidden
		# nothing is in the log that came after the answer to the block
		[ "$(entries)" = "$last" ]
		[ "$(tail -qn1 "$BATS_TEST_TMPDIR"/send.* | grep -c 201)" = \
			"$(sql "SELECT COUNT(*) FROM body WHERE conv_id = $conv
				AND content LIKE '%round $round\"%'")" ]
		unblock Mia Noa
	done
	# and one that meets the creation of the chat
	for round in 1 2 3 4; do
		pair
		as Noa
		curl -sS -X POST "$url/v1/conversations" -o "$BATS_TEST_TMPDIR/chat" \
			-H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
			-d "{\"kind\":\"direct\",\"members\":[\"$Mia_id\"]}" 3>&- 4>&- &
		block Mia Noa
		wait
		conv=$(jq -r .conv_id "$BATS_TEST_TMPDIR/chat")
		as Noa
		send "$(text x)"
		is_problem 403 forbidden
	done
}

@test "blocks: who may, bad fields" {
	pair
	as nobody
	for request in 'GET /v1/blocks' "PUT /v1/blocks/$Noa_id" "DELETE /v1/blocks/$Noa_id"; do
		http $request
		is_problem 401 unauthenticated
	done
	as Mia
	for bad in 0 01 x 77 "$Mia_id"; do
		http PUT "/v1/blocks/$bad"
		is_problem 404 not_found
	done
	http PUT "/v1/blocks/$Noa_id" '{"x":1}'
	is_problem 400 invalid_argument x
	http DELETE /v1/blocks/77
	is_status 204
	for bad in limit=0 limit=201 cursor=x x=1; do
		http GET "/v1/blocks?$bad"
		is_problem 400 invalid_argument "${bad%%=*}"
	done
	use_app blocks_other
	sign_up Nina
	as Nina
	http PUT "/v1/blocks/$Noa_id"
	is_problem 404 not_found
}
