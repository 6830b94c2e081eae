load ../helper
load apps
load chats
load acts

setup_file() { people hide; }
teardown_file() { stack_done; }
teardown() { let_go; }

del() { # WHO [MSG]
	as "$1"
	http DELETE "/v1/messages/${2-$msg}"
}
total_is() { [ "$(total "$1")" = "$2" ]; }

# route: message.delete

@test "delete for me: everywhere, on all devices, and for nobody else" {
	new_conv group Anna Bert
	say Anna first
	say Anna secret
	caught_up Bert
	before=$(stand Bert)
	log_in "$Bert_name" second
	export Second_token=$token
	polling Second
	del Bert
	is_status 204
	[ -z "$body" ]
	heard Second
	is_json '.events[0] | [.type, .conv_id, .conv_index, .msg_id] | tojson' \
		"[\"hidden\",\"$conv\",$at,\"$msg\"]"
	for who in Bert Second; do
		as $who
		http GET "/v1/messages/$msg"
		is_problem 404 not_found
		history ''
		is_json ".items[] | select(.conv_index == $at) | keys | join(\" \")" \
			'conv_id conv_index hidden kind msg_id ordinal sender_id sent_at'
		is_json ".items[] | select(.conv_index == $at) | .hidden" true
		is_json '[.items[].conv_index] | tojson' '[1,2,3]'
	done
	pull Bert 0
	is_json "[.events[] | select(.type == \"entry\" and .conv_id == \"$conv\")
		| .entry.content.text // .entry] | last" null
	pull Bert "$before"
	is_json '[.events[] | .type + " " + .msg_id] | join(",")' "hidden $msg"
	chat_is Bert .last_entry.content.text first
	as Anna
	http GET "/v1/messages/$msg"
	is_json .content.text secret
	pull Anna 0
	is_json '[.events[] | select(.type == "hidden")] | length' 0
	chat_is Anna .last_entry.content.text secret
}

@test "delete for me: a repeat answers the same, and tells nobody again" {
	new_conv group Anna Bert
	say Anna x
	del Bert
	is_status 204
	n=$(stand Bert)
	for i in 1 2; do
		del Bert
		is_status 204
	done
	[ "$(stand Bert)" = "$n" ]
	# a sender can delete their own, recalled or not
	del Anna
	is_status 204
	as Anna
	http GET "/v1/messages/$msg"
	is_problem 404 not_found
	say Anna y
	http POST "/v1/messages/$msg/recall"
	is_status 200
	del Bert
	is_status 204
	history '?limit=2'
	is_json '.items[0] | [.hidden, has("recalled")] | tojson' '[true,false]'
}

@test "delete for me: two devices at once" {
	new_conv group Anna Bert
	for i in 1 2 3; do
		say Anna "$i"
		caught_up Bert
		n=$(stand Bert)
		as Bert
		many "$BATS_TEST_TMPDIR/del" 8 DELETE "/v1/messages/$msg" '{}'
		[ "$(tail -qn1 "$BATS_TEST_TMPDIR"/del.* | sort -u)" = 204 ]
		[ "$(stand Bert)" = $((n + 1)) ]
	done
}

@test "delete for me: unread, mentions and the badge" {
	new_conv group Anna Bert Cleo
	total=$(total Bert)
	say Anna one
	one=$msg
	say Anna "{\"type\":\"text\",\"content\":{\"text\":\"@Bert\"},
		\"mentions\":[\"$Bert_id\"]}"
	two=$msg
	say Bert own
	own=$msg
	say Cleo three
	three=$msg
	chat_is Bert .unread 3
	[ "$(chat Bert .mentions)" = 1 ]
	wait_for total_is Bert $((total + 3))
	del Bert "$two"
	[ "$(chat Bert '[.unread, .mentions] | tojson')" = '[2,0]' ]
	total_is Bert $((total + 2))
	# one's own counts for nothing
	del Bert "$own"
	[ "$(chat Bert .unread)" = 2 ]
	# one that was recalled is not taken away twice
	del Bert "$three"
	[ "$(chat Bert .unread)" = 1 ]
	as Anna
	http POST "/v1/messages/$three/recall"
	is_status 200
	caught_up Bert
	[ "$(chat Bert .unread)" = 1 ]
	as Bert
	http GET '/v1/conversations?unread=true&limit=200'
	is_json "[.items[] | select(.conversation.conv_id == \"$conv\")] | length" 1
	del Bert "$one"
	[ "$(chat Bert .unread)" = 0 ]
	total_is Bert "$total"
	as Bert
	http GET '/v1/conversations?unread=true&limit=200'
	is_json "[.items[] | select(.conversation.conv_id == \"$conv\")] | length" 0
	http PUT "/v1/conversations/$conv/read" '{"conv_index":999}'
	is_json '[.unread, .mentions] | tojson' '[0,0]'
	[ "$(chat Cleo .unread)" = 3 ]
	say Anna more
	chat_is Bert .unread 1
}

@test "delete for me, and clear: before fan-out has brought it" {
	new_conv group Anna Bert Cleo
	clear_chat() {
		as "$1"
		http POST "/v1/conversations/$conv/clear"
	}
	for act in del clear_chat; do
		caught_up Cleo
		hold "SELECT 1 FROM user_seq WHERE user_id = $Cleo_id FOR UPDATE"
		say Anna "secret $act"
		$act Bert
		is_status 204
		listen Bert
		let_go
		wait_for listened 'any(.type == "entry")'
		kill $listener
		listened '.[-1].entry == null'
		[ "$(grep -c secret "$events")" = 0 ]
		caught_up Cleo
		is_json ".events[-1].entry.content.text" "secret $act"
	done
}

@test "delete for me: what a reply, an edit, a reaction and a pin show of it" {
	new_conv group Anna Bert Cleo
	say Anna secret
	secret=$msg
	as Anna
	http PUT "/v1/conversations/$conv/pins/$secret"
	is_status 204
	say Anna "{\"type\":\"text\",\"content\":{\"text\":\"re\"},
		\"reply_to\":\"$secret\"}"
	reply=$msg
	del Bert "$secret"
	as Bert
	http GET "/v1/messages/$reply"
	is_json '.reply_to | has("preview")' false
	http GET "/v1/conversations/$conv/pins"
	is_json '.items | length' 0
	history ''
	is_json '[.items[].reply_to.preview // empty] | length' 0
	for path in "GET /v1/messages/$secret/edits" \
		"GET /v1/messages/$secret/reactions" \
		"PUT /v1/messages/$secret/reactions/%F0%9F%91%8D" \
		"PUT /v1/conversations/$conv/pins/$secret" \
		"POST /v1/messages/$secret/recall"; do
		http ${path% *} "${path#* }"
		is_problem 404 not_found
	done
	# nor is it quoted or forwarded by who has deleted it
	send "{\"type\":\"text\",\"content\":{\"text\":\"x\"},
		\"reply_to\":\"$secret\"}"
	is_problem 400 invalid_argument reply_to
	send "{\"forward_of\":[\"$secret\"]}"
	is_status 400
	# live and in the inbox
	caught_up Bert
	before=$(stand Bert)
	polling Bert
	polling Cleo
	as Anna
	http PATCH "/v1/messages/$secret" '{"content":{"text":"edited"}}'
	is_status 200
	heard Cleo
	is_json '.events[0].entry.target.content.text' edited
	heard Bert
	is_json '.events[0].entry | [.kind, has("target"), has("content")] | tojson' \
		'["edit",false,false]'
	pull Bert "$before"
	is_json '.events[0].entry | [.kind, has("target"), has("content")] | tojson' \
		'["edit",false,false]'
	caught_up Cleo
	polling Bert
	polling Cleo
	say Cleo "{\"type\":\"text\",\"content\":{\"text\":\"re2\"},
		\"reply_to\":\"$secret\"}"
	heard Bert
	is_json '.events[0].entry.reply_to | [.msg_id, has("preview")] | tojson' \
		"[\"$secret\",false]"
	heard Cleo
	is_json '.events[0].entry.reply_to.preview' edited
	as Bert
	history ''
	is_json '[.items[] | select(.kind == "edit") | has("content")] | tojson' \
		'[false]'
}

@test "delete for me: the last entry of a list is the one before" {
	new_conv direct Anna Bert
	say Anna one
	one=$msg
	say Anna two
	caught_up Bert
	del Bert
	chat_is Bert .last_entry.content.text one
	as Anna
	http PUT "/v1/messages/$one/reactions/%F0%9F%91%8D"
	is_status 204
	del Bert "$one"
	[ "$(chat Bert '.last_entry.hidden')" = true ]
	as Bert
	http GET '/v1/sync?limit=200'
	is_json ".conversations.items[] | select(.conversation.conv_id == \"$conv\")
		| .last_entry | [.hidden, has(\"content\")] | tojson" '[true,false]'
}

@test "delete for me: a chat in read diffusion" {
	new_conv group Anna Bert
	"$bin/im-admin" -c "$conf" conversation mode "$conv" pull
	say Anna one
	say Anna two
	chat_is Bert .unread 2
	total=$(total Bert)
	del Bert
	[ "$(chat Bert .unread)" = 1 ]
	total_is Bert $((total - 1))
}

@test "delete for me: who may" {
	new_conv group Anna Bert Fred
	say Anna x
	drop Anna Fred
	members_only DELETE "/v1/messages/$msg"
	as Bert
	for bad in 0 01 x 99999999999999999999 1; do
		http DELETE "/v1/messages/$bad"
		is_problem 404 not_found
	done
	http DELETE "/v1/messages/$msg?x=1"
	is_problem 400 invalid_argument x
	# control entries are no messages
	history ''
	http DELETE "/v1/messages/$(json '.items[0].msg_id')"
	is_problem 404 not_found
	use_app hide_other
	sign_up Nina
	as Nina
	http DELETE "/v1/messages/$msg"
	is_problem 404 not_found
}
