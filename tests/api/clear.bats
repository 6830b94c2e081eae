load ../helper
load apps
load chats
load acts

setup_file() { people clear; }
teardown_file() { stack_done; }

clear_chat() { # WHO [CURL-OPTION...]
	as "$1"
	shift
	http POST "/v1/conversations/$conv/clear" '' "$@"
}

# route: conversation.clear

@test "clear: the chat is empty for me, on all devices, and for nobody else" {
	new_conv group Anna Bert
	say Anna one
	one=$msg
	say Anna two
	caught_up Bert
	before=$(stand Bert)
	log_in "$Bert_name" second
	export Second_token=$token
	polling Second
	total=$(total Bert)
	clear_chat Bert
	is_status 204
	[ -z "$body" ]
	heard Second
	is_json '.events[0] | [.type, .conv_id, .read_index, .cleared_index, .unread]
		| tojson' "[\"chat\",\"$conv\",3,3,0]"
	is_json '.events[0] | has("me")' true
	[ "$(total Bert)" = $((total - 2)) ]
	for who in Bert Second; do
		as $who
		history ''
		is_json '[(.items | length), .head, .floor, .has_before, .has_after]
			| tojson' '[0,3,4,false,false]'
		history '?before=3'
		is_json '[(.items | length), .has_before] | tojson' '[0,false]'
		http GET "/v1/messages/$msg"
		is_problem 404 not_found
	done
	pull Bert 0
	is_json "[.events[] | select(.type == \"entry\" and .conv_id == \"$conv\")
		| .entry] | unique | tojson" '[null]'
	pull Bert "$before"
	is_json '[.events[].type] | join(" ")' chat
	[ "$(chat Bert .unread)" = null ]
	chat_is Anna .last_entry.content.text two
	as Anna
	history ''
	is_json '.items | length' 3
	pull Anna 0
	is_json '[.events[] | select(.type == "chat")] | length' 0
}

@test "clear: it comes back with the next message, and not with a reaction" {
	new_conv group Anna Bert
	say Anna one
	one=$msg
	clear_chat Bert
	is_status 204
	as Anna
	http PUT "/v1/messages/$one/reactions/%F0%9F%91%8D"
	is_status 204
	caught_up Bert
	[ "$(chat Bert .unread)" = null ]
	say Anna "{\"type\":\"text\",\"content\":{\"text\":\"two\"},
		\"reply_to\":\"$one\"}"
	chat_is Bert .unread 1
	[ "$(chat Bert .last_entry.content.text)" = two ]
	[ "$(chat Bert '.last_entry.reply_to | has("preview")')" = false ]
	as Bert
	history ''
	is_json '[.items[].content.text // .items[].kind] | length > 0' true
	is_json .floor 3
	is_json '[.items[] | select(.conv_index < 3)] | length' 0
	is_json '[.items[].reply_to.preview // empty] | length' 0
	pull Bert 0
	is_json '[.events[] | select(.entry.reply_to) | .entry.reply_to
		| has("preview")] | unique | tojson' '[false]'
	# a second time
	clear_chat Bert
	is_status 204
	[ "$(chat Bert .unread)" = null ]
	say Bert own
	caught_up Bert
	chat_is Bert .last_entry.content.text own
	[ "$(chat Bert .unread)" = 0 ]
}

@test "clear: a repeat, two devices at once, the Idempotency-Key" {
	new_conv group Anna Bert
	say Anna one
	caught_up Bert
	n=$(stand Bert)
	as Bert
	many "$BATS_TEST_TMPDIR/clear" 8 POST "/v1/conversations/$conv/clear" '{}'
	[ "$(tail -qn1 "$BATS_TEST_TMPDIR"/clear.* | sort -u)" = 204 ]
	[ "$(stand Bert)" = $((n + 1)) ]
	clear_chat Bert
	is_status 204
	[ "$(stand Bert)" = $((n + 1)) ]
	say Anna two
	caught_up Bert
	n=$(stand Bert)
	clear_chat Bert -H 'Idempotency-Key: c1'
	is_status 204
	say Anna three
	clear_chat Bert -H 'Idempotency-Key: c1'
	is_status 204
	[ "$(header Idempotent-Replayed)" = true ]
	as Bert
	history ''
	is_json '[.items[].content.text] | join(" ")' three
}

@test "clear: live replies and edits show nothing of it" {
	new_conv group Anna Bert Cleo
	say Anna secret
	secret=$msg
	caught_up Bert
	caught_up Cleo
	clear_chat Bert
	polling Bert
	polling Cleo
	as Anna
	http PATCH "/v1/messages/$secret" '{"content":{"text":"edited"}}'
	heard Cleo
	is_json '.events[0].entry.target.content.text' edited
	heard Bert
	is_json '.events[0].entry | [.kind, has("target"), has("content")] | tojson' \
		'["edit",false,false]'
	as Bert
	http PATCH "/v1/messages/$secret" '{"content":{"text":"x"}}'
	is_problem 404 not_found
	for path in "GET /v1/messages/$secret/edits" \
		"PUT /v1/messages/$secret/reactions/%F0%9F%91%8D" \
		"POST /v1/messages/$secret/recall"; do
		http ${path% *} "${path#* }"
		is_problem 404 not_found
	done
	send "{\"forward_of\":[\"$secret\"]}"
	is_status 400
	http DELETE "/v1/messages/$secret"
	is_problem 404 not_found
}

@test "clear: an empty direct chat leaves the list; a new interval brings one back" {
	new_conv direct Anna Cleo
	[ "$(chat Anna .unread)" = 0 ]
	clear_chat Anna
	is_status 204
	[ "$(chat Anna .unread)" = null ]
	say Cleo hi
	chat_is Anna .unread 1
	new_conv group Anna Bert
	say Anna x
	clear_chat Bert
	drop Anna Bert
	add Anna Bert
	chat_is Bert .unread 0
	as Bert
	history ''
	is_json .floor 3
}

@test "clear: unread of a chat in read diffusion" {
	new_conv group Anna Bert
	"$bin/im-admin" -c "$conf" conversation mode "$conv" pull
	say Anna one
	say Anna two
	chat_is Bert .unread 2
	clear_chat Bert
	[ "$(chat Bert .unread)" = null ]
	as Anna
	http PUT "/v1/messages/$msg/reactions/%F0%9F%91%8D"
	[ "$(chat Bert .unread)" = null ]
	say Anna three
	chat_is Bert .unread 1
}

@test "clear: who may" {
	new_conv group Anna Bert Fred
	say Anna x
	drop Anna Fred
	members_only POST "/v1/conversations/$conv/clear"
	as Bert
	for bad in 0 01 x 1; do
		http POST "/v1/conversations/$bad/clear"
		is_problem 404 not_found
	done
	http POST "/v1/conversations/$conv/clear" '{"x":1}'
	is_problem 400 invalid_argument x
	use_app clear_other
	sign_up Nina
	as Nina
	http POST "/v1/conversations/$conv/clear"
	is_problem 404 not_found
}
