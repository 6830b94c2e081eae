load ../helper
load apps
load chats
load acts

setup_file() { people recall; }
teardown_file() { stack_done; }
teardown() { let_go; }

recall() { # WHO MSG
	as "$1"
	http POST "/v1/messages/$2/recall" '' "${@:3}"
}
# old S: everything in $conv as if it had been S seconds ago
old() {
	caught_up Anna
	sql "UPDATE entry SET sent_ms = sent_ms - $1 * 1000 WHERE conv_id = $conv;
		UPDATE conv_seq SET last_ms = last_ms - $1 * 1000,
			last_bump_ms = last_bump_ms - $1 * 1000 WHERE conv_id = $conv;
		UPDATE chat SET last_ms = last_ms - $1 * 1000 WHERE conv_id = $conv"
}
# is_gone FILTER WHO: the entry of $body says that WHO recalled it, and nothing else
is_gone() {
	local by=$2_id
	is_json "$1 | .recalled" true
	is_json "$1 | .recalled_by" "${!by}"
	is_json "$1 | has(\"content\") or has(\"mentions\") or has(\"meta\") or
		has(\"mention_all\") or has(\"reply_to\") or has(\"forward_of\") or
		has(\"reactions\")" false
}

# route: message.recall

@test "recall: gone at once from every read path" {
	new_conv group Anna Bert Cleo
	say Anna '{"type":"text","content":{"text":"secret"},"meta":{"a":"secret"},
		"mentions":["'"$Bert_id"'"],"client_msg_id":"s-1"}'
	secret=$msg
	say Bert "{\"type\":\"text\",\"content\":{\"text\":\"reply\"},
		\"reply_to\":\"$secret\",\"forward_of\":[\"$secret\"]}"
	reply=$msg
	is_json .conv_index 3
	caught_up Bert
	before=$(stand Bert)
	# Every cache has it.
	for who in Anna Bert; do
		as $who
		history ''
		is_json '.items[1].content.text' secret
		is_json '.items[2].reply_to.preview' secret
		is_json '.items[2].forward_of | tojson' "$(jq -c \
			'[.items[1] | {msg_id, sender_id, sent_at}]' <<<"$body")"
	done
	chat_is Bert .mentions 1
	chat_is Cleo .unread 2
	recall Anna "$secret"
	is_status 200
	is_gone . Anna
	is_json .conv_index 2
	is_json .client_msg_id s-1
	answer=$body
	for who in Anna Bert Cleo; do
		as $who
		history ''
		[[ $body != *secret* ]]
		is_gone '.items[1]' Anna
		is_json '.items[2].reply_to | tojson' "$(jq -nc --arg m "$secret" \
			--arg s "$Anna_id" '{msg_id: $m, conv_index: 2, sender_id: $s,
				recalled: true}')"
		is_json '.items[2].forward_of[0].recalled' true
		is_json '.items[3] | [.kind, .target_index, .ordinal, .sender_id] |
			tojson' "[\"recall\",2,2,\"$Anna_id\"]"
		is_json '.items[3] | has("content") or has("target")' false
		get "$secret"
		is_json . "$(jq . <<<"$answer")"
		get "$reply"
		[[ $body != *secret* ]]
		http GET /v1/sync
		[[ $body != *secret* ]]
	done
	caught_up Bert
	pull Bert
	[[ $body != *secret* ]]
	is_json '.events[-1].entry.target | tojson' "$(jq -c . <<<"$answer")"
	pull Bert "$before"
	is_json '[.events[] | select(.type == "entry") | .entry.kind] | tojson' \
		'["recall"]'
	# The list: neither the last entry nor the order changes.
	chat_is Bert .last_entry.msg_id "$reply"
	chat_is Bert .mentions 0
	chat_is Bert .unread 0
	chat_is Cleo .unread 1
	[ "$(sql "SELECT COUNT(*) FROM body WHERE conv_id = $conv
		AND content LIKE '%secret%'")" = 0 ]
}

@test "recall: a recalled last message is shown as recalled; a chat stays where it is" {
	new_conv direct Anna Bert
	say Anna first
	say Anna last
	caught_up Bert
	other=$conv
	new_conv group Bert Anna
	say Bert later
	caught_up Bert
	conv=$other
	recall Anna "$msg" # somebody else's
	is_problem 403 forbidden
	as Anna
	history '?limit=1'
	msg=$(json '.items[0].msg_id')
	recall Anna "$msg"
	is_status 200
	caught_up Bert
	as Bert
	http GET '/v1/conversations?limit=2'
	is_json '.items[1].conversation.conv_id' "$conv"
	is_gone '.items[1].last_entry' Anna
	is_json '.items[1].unread' 1
	http GET /v1/sync
	is_json '.conversations.items[1].last_entry.recalled' true
	is_json .total_unread "$(jq '[.conversations.items[].unread] | add' <<<"$body")"
}

@test "recall: live events have the message as it is now" {
	new_conv group Anna Bert
	say Anna secret
	caught_up Bert
	polling Bert "after=$(stand Bert)"
	recall Anna "$msg"
	is_status 200
	heard Bert
	is_json '.events[0].entry.kind' recall
	is_json '.events[0].entry.target_index' "$at"
	is_gone '.events[0].entry.target' Anna
	[[ $body != *secret* ]]
}

@test "recall: once; a second time answers the same" {
	new_conv group Anna Bert
	say Anna x
	recall Anna "$msg"
	is_status 200
	first=$body
	for who in Anna Anna; do
		recall $who "$msg"
		is_status 200
		is_json . "$(jq . <<<"$first")"
	done
	# Whoever else may do it finds it done; also after the window.
	as Bert
	http POST "/v1/messages/$msg/recall"
	is_status 200
	old 1000
	recall Anna "$msg"
	is_status 200
	http GET "/v1/conversations/$conv"
	is_json .last_index 3
}

@test "recall: by Idempotency-Key" {
	new_conv group Anna Bert
	say Anna x
	recall Anna "$msg" -H 'Idempotency-Key: r-1'
	is_status 200
	[ -z "$(header Idempotent-Replayed)" ]
	first=$body
	recall Anna "$msg" -H 'Idempotency-Key: r-1'
	is_status 200
	[ "$(header Idempotent-Replayed)" = true ]
	is_json . "$(jq . <<<"$first")"
	caught_up Bert # fan-out was woken
	say Anna y
	recall Anna "$msg" -H 'Idempotency-Key: r-1'
	is_problem 409 conflict Idempotency-Key
	get "$msg"
	is_json .content.text y
}

@test "recall: who may, and how long" {
	new_conv group Anna Bert Cleo
	sql "UPDATE member SET role = 2 WHERE conv_id = $conv AND user_id = $Cleo_id;
		UPDATE conversation SET version = version + 1 WHERE conv_id = $conv"
	say Bert mine
	recall Cleo "$msg"
	is_status 200
	say Anna owner
	recall Bert "$msg"
	is_problem 403 forbidden
	recall Cleo "$msg"
	is_status 200
	say Bert late
	old 121
	recall Bert "$msg"
	is_problem 403 forbidden
	recall Anna "$msg"
	is_status 200
	say Bert intime
	old 100
	"$bin/im-admin" -c "$conf" app setting "$IM_APP" recall_s 90
	recall Bert "$msg"
	is_problem 403 forbidden
	"$bin/im-admin" -c "$conf" app setting "$IM_APP" recall_s default
	recall Bert "$msg"
	is_status 200
}

@test "recall: for members alone, of messages alone, of what they may see" {
	new_conv group Anna Bert Fred
	say Anna x
	drop Anna Fred
	members_only POST "/v1/messages/$msg/recall"
	as Anna
	for bad in 1 0 x 01 9223372036854775808; do
		http POST "/v1/messages/$bad/recall"
		is_problem 404 not_found
	done
	http POST "/v1/messages/$msg/recall" '{"more":1}'
	is_problem 400 invalid_argument more
	http POST "/v1/messages/$msg/recall?x=1"
	is_problem 400 invalid_argument x
	http GET "/v1/messages/$msg/recall"
	is_problem 405 method_not_allowed
	# A control entry is no message.
	history ''
	control=$(json '.items[0].msg_id')
	recall Anna "$control"
	is_problem 404 not_found
	# Another app.
	user=$Anna_token
	make_app other
	IM_APP=$app sign_up Zoe
	as Zoe
	http POST "/v1/messages/$msg/recall"
	is_problem 404 not_found
	# From before they came.
	as Anna
	http POST /v1/conversations '{"kind":"group","members":[],
		"settings":{"name":"n","history":"since_joined"}}'
	conv=$(json .conv_id)
	say Anna early
	early=$msg
	add Anna Bert
	sql "UPDATE member SET role = 2 WHERE conv_id = $conv AND user_id = $Bert_id"
	recall Bert "$early"
	is_problem 404 not_found
	recall Anna "$early"
	is_status 200
	# Bert is told that something was recalled, and not what.
	caught_up Bert
	pull Bert
	is_json '.events[-1].entry | [.kind, .target_index, has("target")] | tojson' \
		'["recall",2,false]'
}

@test "recall: unread and mentions, whatever comes first" {
	new_conv group Anna Bert Cleo
	for t in a b c d; do say Anna $t; done
	third=$msg
	say Anna '{"type":"text","content":{"text":"e"},"mention_all":true}'
	e=$msg
	say Anna '{"type":"text","content":{"text":"f"},"flags":["no_unread"],
		"mentions":["'"$Bert_id"'"]}'
	f=$msg
	chat_is Bert .unread 5
	chat_is Bert .mentions 2
	recall Anna "$third"
	chat_is Bert .unread 4
	recall Anna "$e"
	chat_is Bert .unread 3
	chat_is Bert .mentions 1
	recall Anna "$f" # was not countable
	chat_is Bert .unread 3
	chat_is Bert .mentions 0
	caught_up Bert
	total=$(as Bert; http GET /v1/inbox/head; json .total_unread)
	as Bert
	http PUT "/v1/conversations/$conv/read" '{"conv_index":3}'
	is_json .unread 1
	is_json .total_unread $((total - 2))
	http PUT "/v1/conversations/$conv/read" '{"conv_index":1000}'
	is_json .unread 0
	# Own messages were never unread.
	say Bert own
	recall Bert "$msg"
	chat_is Bert .unread 0
	chat_is Cleo .unread 3
	say Anna more
	chat_is Bert .unread 1
	# A member who came after it.
	add Anna Olga
	recall Anna "$msg"
	chat_is Bert .unread 0
	chat_is Olga .unread 0
	drop Anna Olga
}

@test "recall: before fan-out has brought it" {
	new_conv group Anna Bert
	caught_up Bert
	before=$(stand Bert)
	put_off
	say Anna '{"type":"text","content":{"text":"secret"},
		"mentions":["'"$Bert_id"'"]}'
	recall Anna "$msg"
	is_status 200
	let_go
	caught_up Bert
	pull Bert "$before"
	[[ $body != *secret* ]]
	chat_is Bert .unread 0
	chat_is Bert .mentions 0
}

@test "recall: what was recalled is not sent on, and can be answered" {
	new_conv group Anna Bert
	say Anna secret
	gone=$msg
	recall Anna "$gone"
	as Bert
	send "{\"type\":\"text\",\"content\":{\"text\":\"x\"},
		\"forward_of\":[\"$gone\"]}"
	is_problem 400 invalid_argument forward_of.0
	say Bert "{\"type\":\"text\",\"content\":{\"text\":\"x\"},\"reply_to\":\"$gone\"}"
	get "$msg"
	is_json '.reply_to | [.recalled, has("preview")] | tojson' '[true,false]'
}
