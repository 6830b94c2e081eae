load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app elsewhere
	sign_up Other
	use_app messages
	for name in Anna Bert Cleo Fred Olga; do sign_up $name; done
}
teardown_file() { stack_done; }

with() { text "${2-hello}" | jq -c "$1"; }
get() { http GET "/v1/messages/$1"; }
history() { http GET "/v1/conversations/$conv/messages$1"; }

# ---- send --------------------------------------------------------------------
# route: message.send

@test "send: the answer, and the entry everywhere at once" {
	new_conv group Anna Bert
	send "$(with '.client_msg_id = "a 1~"' 'Zoë 🌱')"
	is_status 201
	is_json 'keys_unsorted | sort | join(",")' \
		conv_id,conv_index,duplicate,msg_id,ordinal,sent_at
	is_json .conv_id "$conv"
	is_json '[.conv_index, .ordinal, .duplicate] | tojson' '[2,1,false]'
	is_json '.msg_id | test("^[1-9][0-9]{0,18}$")' true
	sent=$body msg=$(json .msg_id)
	as Bert
	get "$msg"
	is_status 200
	entry=$body
	is_json '[.conv_id, .msg_id, .client_msg_id, .kind, .type, .sender_id] | join(" ")' \
		"$conv $msg a 1~ message text $Anna_id"
	is_json '[.conv_index, .ordinal] | tojson' '[2,1]'
	is_json .sent_at "$(jq .sent_at <<<"$sent")"
	is_json '.content | tojson' '{"text":"Zoë 🌱"}'
	is_json 'has("mentions") or has("mention_all") or has("reply_to") or
		has("forward_of") or has("flags") or has("meta") or
		has("recalled") or has("edited_at")' false
	history '?limit=1'
	is_json '.items[0]' "$(jq . <<<"$entry")"
	is_json .head 2
	http GET "/v1/conversations/$conv"
	is_json '[.last_index, .last_ordinal] | tojson' '[2,1]'
	for who in Anna Bert; do
		caught_up $who
		is_json '.events[-1].entry' "$(jq . <<<"$entry")"
		chat_is $who .last_entry.msg_id "$msg"
	done
}

@test "send: control entries repeat the ordinal; sent_at never decreases" {
	new_conv group Anna
	say Anna one
	add Anna Bert
	say Anna two
	is_json '[.conv_index, .ordinal] | tojson' '[4,2]'
	history ''
	is_json '[.items[].ordinal] | tojson' '[0,1,1,2]'
	is_json '[.items[].sent_at] | . == sort' true
}

@test "send: every type that needs no file" {
	new_conv group Anna Bert
	for data in '{"type":"location","content":{"lat":-90,"lng":180.0,"title":"x"}}' \
		'{"type":"location","content":{"lat":1.5,"lng":0}}' \
		"{\"type\":\"card\",\"content\":{\"user_id\":\"$Bert_id\"}}" \
		'{"type":"custom","content":{"a":[1,{"b":null}],"c":"\u0001"}}' \
		'{"type":"custom","content":{}}' "$(text "$(long 16384)")"; do
		say Anna "$data"
		get "$msg"
		is_json '[.type, .content] | tojson' \
			"$(jq -c '[.type, .content]' <<<"$data")"
	done
}

@test "send: content of each type" {
	new_conv group Anna
	bad() { # TYPE CONTENT FIELD
		send "{\"type\":\"$1\",\"content\":$2}"
		is_problem 400 invalid_argument "$3"
	}
	for content in null '[]' '"x"' 7; do bad text "$content" content; done
	bad text '{}' content.text
	for t in '""' null 7 "\"$(long 16385)\"" "\"$(long 8193 ä)\""; do
		bad text "{\"text\":$t}" content.text
	done
	bad text '{"text":"x","more":1}' content.more
	# There are no uploads, whatever the content says.
	for type in image audio video file; do
		for content in '{}' '{"file_id":"1"}' '{"file_id":7}'; do
			bad $type "$content" type
		done
	done
	bad location '{"lat":1}' content.lng
	bad location '{"lng":1}' content.lat
	bad location '{"lat":90.1,"lng":0}' content.lat
	bad location '{"lat":0,"lng":-180.5}' content.lng
	bad location '{"lat":0,"lng":180.0001}' content.lng
	bad location '{"lat":0,"lng":0,"alt":1}' content.alt
	bad location "{\"lat\":0,\"lng\":0,\"title\":\"$(long 257)\"}" content.title
	bad location '{"lat":"0","lng":0}' content.lat
	bad location '{"lat":0,"lng":0,"title":1}' content.title
	bad card '{}' content.user_id
	bad card '{"user_id":"x"}' content.user_id
	bad card '{"user_id":"1"}' content.user_id
	bad card "{\"user_id\":\"$Other_id\"}" content.user_id
	bad card "{\"user_id\":\"$Bert_id\",\"name\":\"x\"}" content.name
	bad custom '[]' content
}

@test "send: mention_all is for whom who_can_mention_all allows" {
	for who in all admins owner; do
		as Anna
		http POST /v1/conversations "{\"kind\":\"group\",
			\"members\":$(ids Bert Cleo),
			\"settings\":{\"who_can_mention_all\":\"$who\"}}"
		conv=$(json .conv_id)
		sql "UPDATE member SET role = 2
			WHERE conv_id = $conv AND user_id = $Cleo_id;
			UPDATE conversation SET version = version + 1
			WHERE conv_id = $conv"
		for name in Anna Bert Cleo; do
			for more in . '.flags = ["ephemeral"]'; do
				as $name
				send "$(with ".mention_all = true | $more")"
				case $who.$name in
				admins.Bert | owner.Bert | owner.Cleo)
					is_problem 403 forbidden ;;
				*) [ "$status" -lt 300 ] ;;
				esac
			done
		done
	done
	# Not to mention everybody is for all.
	as Bert
	send "$(with '.mention_all = false')"
	is_status 201
}

@test "send: the whole body has at most 64 KiB" {
	new_conv group Anna
	send "$(jq -nc --arg x "$(long 65500)" \
		'{type: "custom", content: {x: $x}}')"
	is_status 201
	send "$(jq -nc --arg x "$(long 65500)" \
		'{type: "custom", content: {x: $x}}') "
	is_problem 413 too_large
}

@test "send: fields" {
	new_conv group Anna Bert
	bad() { # FIELD VALUE [NAMED]
		send "$(with ".$1 = $2")"
		is_problem 400 invalid_argument "${3-$1}"
	}
	send '{}'
	is_problem 400 invalid_argument type
	send '{"type":"text"}'
	is_problem 400 invalid_argument content
	for v in '"Text"' '""' null 1; do bad type "$v"; done
	for v in '""' "\"$(long 65)\"" '"ä"' '"a\u0001"' 1 null; do
		bad client_msg_id "$v"
	done
	for v in '{}' '"1"' null "[$(seq -s, 51 | sed 's/[0-9]*/"&"/g')]"; do
		bad mentions "$v"
	done
	bad mentions '[7]' mentions.0
	bad mentions "[\"$Bert_id\",\"01\"]" mentions.1
	for v in 1 '"true"' null; do bad mention_all "$v"; done
	for v in 1 '"0"' '"x"' null '"1"'; do bad reply_to "$v"; done
	for v in '[]' '"1"' null "[$(seq -s, 101 | sed 's/[0-9]*/"&"/g')]"; do
		bad forward_of "$v"
	done
	bad forward_of '["x"]' forward_of.0
	bad forward_of '["1"]' forward_of.0
	for v in '"silent"' '{}' 1 null; do bad flags "$v"; done
	bad flags '["silent","loud"]' flags.1
	bad flags '[1]' flags.0
	for v in '[]' '"x"' 1 null "{x: \"$(long 4089)\"}"; do bad meta "$v"; done
	for v in -1 '"1"' 1.5 null 9007199254740992; do bad seen_index "$v"; done
	bad more 1
	http POST "/v1/conversations/$conv/messages?x=1" "$(text x)"
	is_problem 400 invalid_argument x
	send "$(with ".meta = {x: \"$(long 4088)\"} | .client_msg_id = \"$(long 64)\"")"
	is_status 201
}

@test "send: for members alone" {
	new_conv group Anna Bert Fred
	drop Anna Fred
	members_only POST "/v1/conversations/$conv/messages" "$(text x)"
	# What it refers to is not looked at before.
	members_only POST "/v1/conversations/$conv/messages" \
		"$(with '.reply_to = "1" | .mentions = ["1"] | .forward_of = ["1"]')"
	members_only POST "/v1/conversations/$conv/messages" \
		"$(with '.flags = ["ephemeral"] | .mentions = ["1"]')"
	as Anna
	for bad in 1 0 x 01 9223372036854775808; do
		http POST "/v1/conversations/$bad/messages" "$(text x)"
		is_problem 404 not_found
	done
	# 400 before 404
	http POST /v1/conversations/1/messages '{"type":"text"}'
	is_problem 400 invalid_argument content
}

@test "send: where only admins post, and who is muted" {
	new_conv channel Anna Bert
	say Anna
	for more in . '.flags = ["ephemeral"]'; do
		as Bert
		send "$(with "$more")"
		is_problem 403 forbidden
	done
	new_conv group Anna Bert
	say Bert
	sql "UPDATE member SET muted_until_ms = $(now 60)000
		WHERE conv_id = $conv AND user_id = $Bert_id;
		UPDATE conversation SET version = version + 1
		WHERE conv_id = $conv"
	for more in . '.flags = ["ephemeral"]'; do
		as Bert
		send "$(with "$more")"
		is_problem 403 forbidden
	done
	sql "UPDATE member SET muted_until_ms = $(now -1)000
		WHERE conv_id = $conv AND user_id = $Bert_id;
		UPDATE conversation SET version = version + 1
		WHERE conv_id = $conv"
	say Bert
}

# ---- repeat ------------------------------------------------------------------

@test "repeat: the first answer, from any device, before membership" {
	new_conv group Anna Bert
	say Bert "$(with '.client_msg_id = "r\\\"1" | .meta = {a: 1, b: [2]} | .mentions = []')"
	first=$(jq -c 'del(.duplicate)' <<<"$body")
	same() {
		is_status 200
		is_json .duplicate true
		is_json 'del(.duplicate) | tojson' "$first"
	}
	send "$(with '.client_msg_id = "r\\\"1" | .meta = {a: 1, b: [2]}')"
	same
	# By value: order, spelling and seen_index do not matter.
	send '{ "seen_index":2, "meta":{"b":[2],"a":1},"content":{"text":"h\u0065llo"},
		"client_msg_id":"r\\\"1","type":"text" }'
	same
	log_in "$Bert_name"
	TOKEN=$token
	send "$(with '.client_msg_id = "r\\\"1" | .meta = {a: 1, b: [2]}')"
	same
	for other in '.content.text = "other"' '.meta.a = 2' 'del(.meta)' \
		'.flags = ["silent"]' '.mention_all = true' \
		".mentions = $(ids Anna)" ".reply_to = \"$msg\"" '.type = "custom"'; do
		send "$(with '.client_msg_id = "r\\\"1" | .meta = {a: 1, b: [2]}' |
			jq -c "$other")"
		is_problem 409 conflict client_msg_id
	done
	as Anna
	http GET "/v1/conversations/$conv"
	is_json .last_index 2
	# Another sender's id is another id.
	say Anna "$(with '.client_msg_id = "r\\\"1"')"
	drop Anna Bert
	as Bert
	send "$(with '.client_msg_id = "r\\\"1" | .meta = {a: 1, b: [2]}')"
	same
	send "$(with '.client_msg_id = "new"')"
	is_problem 404 not_found
}

@test "repeat: of one that refers to what has gone since" {
	new_conv group Anna Bert
	say Anna "$(with ".client_msg_id = \"m\" | .mentions = $(ids Bert)")"
	drop Anna Bert
	send "$(with ".client_msg_id = \"m\" | .mentions = $(ids Bert)")"
	is_status 200
	is_json .msg_id "$msg"
}

@test "repeat: the same id in another conversation is another message" {
	new_conv group Anna
	say Anna "$(with '.client_msg_id = "c"')"
	new_conv group Anna
	say Anna "$(with '.client_msg_id = "c"')"
	[ "$at" = 2 ]
}

@test "repeat: many at once are one message" {
	new_conv group Anna Bert
	as Anna
	many "$BATS_TEST_TMPDIR/m" 20 POST "/v1/conversations/$conv/messages" \
		"$(with '.client_msg_id = "once"')"
	cat "$BATS_TEST_TMPDIR"/m.*
	[ "$(cat "$BATS_TEST_TMPDIR"/m.* | grep -xE '[0-9]{3}' | sort | uniq -c |
		xargs)" = '19 200 1 201' ]
	[ "$(cat "$BATS_TEST_TMPDIR"/m.* | grep '^{' | jq -c 'del(.duplicate)' |
		sort -u | wc -l)" = 1 ]
	http GET "/v1/conversations/$conv"
	is_json '[.last_index, .last_ordinal] | tojson' '[2,1]'
}

@test "repeat: an id with a blank behind it is another id, for no neighbour's harm" {
	local at=$BATS_TEST_TMPDIR path
	new_conv group Anna Bert
	path=/v1/conversations/$conv/messages
	as Anna
	many "$at/k" 10 POST "$path" "$(with '.client_msg_id = "k"')" &
	many "$at/blank" 10 POST "$path" "$(with '.client_msg_id = "k "')" &
	as Bert
	many "$at/neighbour" 30 POST "$path" "$(text b)" &
	wait
	cat "$at"/*.*
	[ "$(cat "$at"/k.* | grep -xE '[0-9]{3}' | sort | uniq -c | xargs)" = \
		'9 200 1 201' ]
	[ "$(cat "$at"/blank.* | grep -xE '[0-9]{3}' | sort | uniq -c |
		xargs)" = '9 200 1 201' ]
	[ "$(cat "$at"/neighbour.* | grep -xE '[0-9]{3}' | sort | uniq -c |
		xargs)" = '30 201' ]
	[ "$(cat "$at"/*.* | grep '^{' | jq .conv_index | sort -nu | xargs)" = \
		"$(seq -s' ' 2 33)" ]
}

@test "send: many at once are numbered without a gap" {
	new_conv group Anna Bert
	as Anna
	many "$BATS_TEST_TMPDIR/a" 15 POST "/v1/conversations/$conv/messages" "$(text a)" &
	as Bert
	many "$BATS_TEST_TMPDIR/b" 15 POST "/v1/conversations/$conv/messages" "$(text b)" &
	wait
	[ "$(cat "$BATS_TEST_TMPDIR"/[ab].* | grep '^{' | jq .conv_index | sort -n |
		xargs)" = "$(seq -s' ' 2 31)" ]
	history '?limit=200'
	is_json '[.items[].conv_index] == [range(1;32)]' true
	is_json '[.items[].ordinal] == [range(0;31)]' true
	is_json '[.items[].sent_at] | . == sort' true
	chat_is Anna .unread 15
	chat_is Bert .unread 15
}

@test "repeat: by Idempotency-Key" {
	new_conv group Anna
	send "$(text x)" -H "Idempotency-Key: send-$conv"
	is_status 201
	first=$body
	send "$(text x)" -H "Idempotency-Key: send-$conv"
	is_status 201
	is_json . "$(jq . <<<"$first")"
	[ "$(header Idempotent-Replayed)" = true ]
	send "$(text y)" -H "Idempotency-Key: send-$conv"
	is_problem 409 conflict Idempotency-Key
}

# ---- mentions, replies, forwards, flags --------------------------------------

@test "mentions: of members; they are counted" {
	new_conv group Anna Bert Cleo Fred
	say Anna "$(with ".mentions = $(ids Bert Anna)")"
	get "$msg"
	is_json '.mentions | tojson' "$(ids Bert Anna)"
	chat_is Bert .mentions 1
	chat_is Cleo .unread 1
	chat_is Cleo .mentions 0
	chat_is Anna .mentions 0
	say Anna "$(with '.mention_all = true')"
	get "$msg"
	is_json .mention_all true
	chat_is Bert .mentions 2
	chat_is Cleo .mentions 1
	chat_is Anna .mentions 0
	as Bert
	http PUT "/v1/conversations/$conv/read" '{"conv_index":2}'
	is_json '[.unread, .mentions] | tojson' '[1,1]'
	drop Anna Fred
	for more in . '.flags = ["ephemeral"]'; do
		for bad in Olga Fred; do
			as Anna
			send "$(with ".mentions = $(ids Bert $bad) | $more")"
			is_problem 400 invalid_argument mentions.1
		done
	done
}

@test "reply_to: what is answered is shown with it" {
	new_conv group Anna Bert
	control=$(http GET "/v1/conversations/$conv/messages"; json '.items[0].msg_id')
	say Anna "$(text "$(long 300 ä)")"
	quoted=$msg
	say Bert "$(with ".reply_to = \"$quoted\"")"
	get "$msg"
	is_json '.reply_to | [.msg_id, .sender_id] | join(" ")' "$quoted $Anna_id"
	is_json .reply_to.conv_index 2
	is_json '.reply_to.preview | startswith("ää")' true
	is_json '.reply_to | has("recalled")' false
	# A control entry is no message.
	send "$(with ".reply_to = \"$control\"")"
	is_problem 400 invalid_argument reply_to
	new_conv group Anna Bert
	send "$(with ".reply_to = \"$quoted\"")"
	is_problem 400 invalid_argument reply_to
}

@test "forward_of: messages that the sender may see" {
	new_conv group Anna Bert
	say Anna one
	one=$msg
	say Bert two
	new_conv group Anna Cleo
	say Anna "$(with ".forward_of = [\"$one\",\"$msg\"]")"
	get "$msg"
	is_json '[.forward_of[] | keys | join(" ")] | unique | join(",")' \
		'msg_id sender_id sent_at'
	is_json '.forward_of[0] | .msg_id + " " + .sender_id' "$one $Anna_id"
	is_json '.forward_of[1].sender_id' "$Bert_id"
	is_json '.forward_of | length' 2
	as Cleo
	send "$(with ".forward_of = [\"$msg\",\"$one\"]")"
	is_problem 400 invalid_argument forward_of.1
}

@test "flags: silent and no_unread are shown, and no_unread is not counted" {
	new_conv group Anna Bert
	say Anna "$(with '.flags = ["no_unread","silent"]')"
	is_json .ordinal 0
	get "$msg"
	is_json '.flags | sort | join(",")' no_unread,silent
	chat_is Bert .last_entry.msg_id "$msg"
	chat_is Bert .unread 0
	say Anna "$(with '.flags = ["silent"]')"
	is_json .ordinal 1
	chat_is Bert .unread 1
	say Anna "$(with '.flags = []')"
	get "$msg"
	is_json 'has("flags")' false
	chat_is Bert .unread 2
}

@test "flags: ephemeral is answered and never stored" {
	new_conv group Anna Bert
	caught_up Bert
	polling Bert "after=$(stand Bert)&wait_s=60"
	as Anna
	send "$(with '.flags = ["ephemeral"] | .client_msg_id = "e" | .meta = {x: 1}')"
	is_status 200
	is_json 'keys | join(",")' conv_id,msg_id,sent_at
	is_json .conv_id "$conv"
	msg=$(json .msg_id)
	get "$msg"
	is_problem 404 not_found
	http GET "/v1/conversations/$conv"
	is_json '[.last_index, .last_ordinal] | tojson' '[1,0]'
	heard Bert
	is_json '.ephemeral[0] | [.type, .conv_id] | join(" ")' "ephemeral $conv"
	is_json '.ephemeral[0] | has("user_index")' false
	is_json '.ephemeral[0].message | [.msg_id, .sender_id, .type, .content.text,
		.client_msg_id, .meta.x, .flags[0]] | join(" ")' \
		"$msg $Anna_id text hello e 1 ephemeral"
	chat_is Bert .unread 0
	polling Bert "after=$(stand Bert)&wait_s=60"
	as Anna
	send "$(with '.flags = ["ephemeral", "silent"]')"
	heard Bert
	is_json '.ephemeral[0].message | [(.flags | sort | join(" ")),
		has("client_msg_id")] | tojson' '["ephemeral silent",false]'
}

@test "seen_index: moves the sender's read mark; without it none moves" {
	new_conv group Anna Bert
	say Anna one
	say Anna two
	chat_is Bert .unread 2
	say Bert three
	chat_is Bert .read_index 1
	chat_is Bert .unread 2
	say Bert "$(with '.seen_index = 2')"
	chat_is Bert .read_index 2
	chat_is Bert .unread 1
	say Bert "$(with '.seen_index = 1')"
	chat_is Bert .read_index 2
	say Bert "$(with '.seen_index = 9007199254740991')"
	[ "$(chat Bert .read_index)" -ge "$((at - 1))" ]
	[ "$(chat Bert .read_index)" -le "$at" ]
	chat_is Bert .unread 0
}

# ---- history -----------------------------------------------------------------
# route: message.history

@test "history: pages" {
	new_conv group Anna Bert
	for i in 2 3 4 5 6 7 8 9; do say Anna "$i"; done
	page() { # QUERY INDEXES HAS_BEFORE HAS_AFTER
		history "$1"
		is_status 200
		is_json '[.items[].conv_index] | join(" ")' "$2"
		is_json '[.head, .floor, .has_before, .has_after] | tojson' \
			"[9,1,$3,$4]"
	}
	page '' '1 2 3 4 5 6 7 8 9' false false
	page '?limit=3' '7 8 9' true false
	page '?limit=9' '1 2 3 4 5 6 7 8 9' false false
	page '?before=7&limit=3' '4 5 6' true true
	page '?before=4&limit=3' '1 2 3' false true
	page '?before=3' '1 2' false true
	page '?before=1' '' false true
	page '?before=0' '' false true
	page '?before=10&limit=2' '8 9' true false
	page '?before=9007199254740991&limit=2' '8 9' true false
	page '?after=0&limit=2' '1 2' false true
	page '?after=2&limit=3' '3 4 5' true true
	page '?after=7&limit=3' '8 9' true false
	page '?after=9' '' true false
	page '?after=9007199254740991' '' true false
	page '?around=5&limit=3' '4 5 6' true true
	page '?around=1&limit=1' '1' false true
	history '?around=5&limit=4'
	is_json '.items | length' 4
	is_json '[.items[].conv_index] | contains([4, 5, 6])' true
	history '?around=1&limit=5'
	is_json '.items[0].conv_index' 1
	history '?around=9&limit=5'
	is_json '.items[-1].conv_index' 9
	http GET "/v1/conversations/$conv/messages?users=true&limit=1"
	is_json ".users | keys | join(\" \")" "$Anna_id"
}

@test "history: since_joined begins where the member came in" {
	as Anna
	http POST /v1/conversations \
		"{\"kind\":\"group\",\"members\":$(ids Bert),\"settings\":{\"history\":\"since_joined\"}}"
	conv=$(json .conv_id)
	say Anna secret
	secret=$msg
	add Anna Cleo
	say Anna open
	as Cleo
	for query in '' '?before=9' '?after=0' '?around=2&limit=9'; do
		history "$query"
		is_json '[.items[].conv_index] | join(" ")' '3 4'
		is_json '[.head, .floor, .has_before, .has_after] | tojson' \
			'[4,3,false,false]'
	done
	history '?before=3'
	is_json '.items | length' 0
	is_json .has_before false
	get "$secret"
	is_problem 404 not_found
	send "$(with ".reply_to = \"$secret\"")"
	is_problem 400 invalid_argument reply_to
	send "$(with ".forward_of = [\"$secret\"]")"
	is_problem 400 invalid_argument forward_of.0
	as Bert
	history ''
	is_json .floor 1
}

@test "history: who may, and fields" {
	new_conv group Anna Fred
	drop Anna Fred
	members_only GET "/v1/conversations/$conv/messages"
	as Anna
	for name in before after around; do
		for bad in -1 x '' 1.0 01 9007199254740992; do
			history "?$name=$bad"
			is_problem 400 invalid_argument $name
		done
	done
	history '?before=1&after=1'
	is_problem 400 invalid_argument after
	history '?after=1&around=1'
	is_problem 400 invalid_argument around
	for bad in 0 201 x; do
		history "?limit=$bad"
		is_problem 400 invalid_argument limit
	done
	history '?users=yes'
	is_problem 400 invalid_argument users
	history '?more=1'
	is_problem 400 invalid_argument more
	for bad in 1 x 0; do
		http GET "/v1/conversations/$bad/messages"
		is_problem 404 not_found
	done
	# 400 before 404
	http GET '/v1/conversations/1/messages?before=1&after=1'
	is_problem 400 invalid_argument after
}

# ---- get ---------------------------------------------------------------------
# route: message.get

@test "get: for members alone" {
	new_conv group Anna Bert Fred
	say Fred
	get "$msg"
	is_status 200
	drop Anna Fred
	members_only GET "/v1/messages/$msg"
	as Anna
	get "$msg"
	is_json .sender_id "$Fred_id"
	http HEAD "/v1/messages/$msg"
	is_status 200
	for bad in 1 0 x 01 9223372036854775808 ''; do
		get "$bad"
		is_problem 404 not_found
	done
	get "$msg?x=1"
	is_problem 400 invalid_argument x
	get '1?x=1'
	is_problem 400 invalid_argument x
}

@test "send: only one that is refused is logged" {
	new_conv direct Anna Bert
	logged() { grep -h " request_id=$1 " "$stack/log/message/current"; }
	as Anna
	send "$(text hello)" -H "X-Request-Id: fine-$conv"
	is_status 201
	send '{}' -H "X-Request-Id: bad-$conv"
	is_problem 400 invalid_argument type
	# Both are over: the log of the second is written.
	wait_for logged "bad-$conv"
	[[ $(logged "bad-$conv") = *'level=info '*' route=message.send status=400 '* ]]
	! logged "fine-$conv"
}

@test "a damaged body shows nothing, and spoils no answer" {
	new_conv group Anna Bert
	say Anna before
	say Anna damaged
	say Anna behind
	caught_up Bert
	announce "ev=entry_body .*conv_id=$conv conv_index=3"
	sql "UPDATE body SET content = REPLACE(content, '}', '')
		WHERE conv_id = $conv AND conv_index = 3"
	as Bert
	history ''
	is_json '[.items[1:][].content.text] | tojson' '["before",null,"behind"]'
	get "$(json '.items[2].msg_id')"
	is_json 'has("content")' false
	pull Bert
	is_json "[.events[] | select(.conv_id == \"$conv\" and .entry.kind ==
		\"message\") | .entry.content.text] | tojson" '["before",null,"behind"]'
	sql "UPDATE body SET content = CONCAT(content, '}')
		WHERE conv_id = $conv AND conv_index = 3"
}
