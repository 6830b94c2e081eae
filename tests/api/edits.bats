load ../helper
load apps
load chats
load acts

setup_file() { people edits; }
teardown_file() { stack_done; }

edit() { # WHO MSG TEXT [FILTER]
	as "$1"
	http PATCH "/v1/messages/$2" "$(jq -nc --arg t "$3" \
		"{content: {text: \$t}} | ${4-.}")"
}
edits() { http GET "/v1/messages/$1/edits$2"; }
texts() { json '[.items[].content.text] | join(" ")'; }

# route: message.edit
# route: message.edits

@test "edit: the message as it is now, everywhere, and nothing unread by it" {
	new_conv group Anna Bert Cleo
	say Anna '{"type":"text","content":{"text":"one"},"meta":{"a":1},
		"mentions":["'"$Bert_id"'"],"client_msg_id":"e-1"}'
	first=$msg sent=$(json .sent_at)
	say Bert "{\"type\":\"text\",\"content\":{\"text\":\"reply\"},\"reply_to\":\"$first\"}"
	for who in Anna Bert Cleo; do
		caught_up $who
		as $who
		history ''
	done
	as Bert
	http PUT "/v1/conversations/$conv/read" '{"conv_index":3}'
	before=$(stand Bert)
	rank=$(sql "SELECT last_ms FROM chat WHERE conv_id = $conv AND user_id = $Bert_id")
	edit Anna "$first" two
	is_status 200
	is_json '.content | tojson' '{"text":"two"}'
	is_json '[.meta.a, .client_msg_id, .conv_index, .sent_at] | tojson' \
		"[1,\"e-1\",2,$sent]"
	is_json '.mentions | tojson' "[\"$Bert_id\"]"
	is_json ".edited_at >= $sent" true
	is_json 'has("recalled") or has("target_index")' false
	answer=$body edited=$(json .edited_at)
	for who in Anna Bert Cleo; do
		as $who
		history ''
		is_json '.items[1]' "$(jq . <<<"$answer")"
		is_json '.items[2].reply_to.preview' two
		is_json '.items[3] | [.kind, .target_index, .ordinal, .sender_id,
			.sent_at] | tojson' "[\"edit\",2,2,\"$Anna_id\",$edited]"
		is_json '.items[3].content | tojson' '{"content":{"text":"two"}}'
		get "$first"
		is_json . "$(jq . <<<"$answer")"
	done
	caught_up Bert
	pull Bert "$before"
	is_json '[.events[].type] | tojson' '["entry"]'
	is_json '.events[0].entry.target' "$(jq . <<<"$answer")"
	is_json '.events[0].entry.content.content.text' two
	chat_is Bert .unread 0
	chat_is Cleo .unread 2
	chat_is Bert .last_entry.content.text reply
	[ "$rank" = "$(sql "SELECT last_ms FROM chat WHERE conv_id = $conv
		AND user_id = $Bert_id")" ]
}

@test "edit: live, and older edits show no content" {
	new_conv group Anna Bert
	say Anna one
	caught_up Bert
	stood=$(stand Bert)
	polling Bert "after=$stood"
	edit Anna "$msg" two
	heard Bert
	is_json '.events[0].entry.target.content.text' two
	is_json '.events[0].entry.content.content.text' two
	# Not in the same millisecond, which edited_at could not tell apart.
	sql "UPDATE entry SET edited_ms = edited_ms - 5 WHERE conv_id = $conv
		AND conv_index = $at; UPDATE entry SET sent_ms = sent_ms - 5
		WHERE conv_id = $conv AND kind = 3;
		UPDATE entry SET sent_ms = sent_ms - 5 WHERE conv_id = $conv AND kind <> 3;
		UPDATE conv_seq SET last_ms = last_ms - 5, last_bump_ms = last_bump_ms - 5
		WHERE conv_id = $conv; UPDATE chat SET last_ms = last_ms - 5
		WHERE conv_id = $conv"
	edit Anna "$msg" three
	caught_up Bert
	pull Bert "$stood"
	is_json '[.events[].entry | .content.content.text] | tojson' '[null,"three"]'
	is_json '[.events[].entry | .target.content.text] | tojson' '["three","three"]'
	as Anna
	history ''
	is_json '[.items[2:][].content.content.text] | tojson' '[null,"three"]'
	http POST "/v1/messages/$msg/recall"
	is_status 200
	caught_up Bert
	pull Bert "$stood"
	[[ $body != *two* && $body != *three* ]]
	history ''
	[[ $body != *two* && $body != *three* ]]
}

@test "edits: oldest first, the original included; pages" {
	new_conv group Anna Bert
	say Anna v1
	sent=$(json .sent_at)
	as Bert
	edits "$msg" ''
	is_status 200
	[ "$(texts)" = v1 ]
	is_json .items[0].edited_at "$sent"
	is_json .next null
	for t in v2 v3 v4; do edit Anna "$msg" $t; done
	last=$(json .edited_at)
	as Bert
	edits "$msg" ''
	[ "$(texts)" = 'v1 v2 v3 v4' ]
	is_json .items[0].edited_at "$sent"
	is_json .items[3].edited_at "$last"
	is_json '[.items[].edited_at] | . == sort' true
	is_json '[.items[] | keys | join(" ")] | unique | join(",")' 'content edited_at'
	is_json .next null
	for n in 1 2 3; do
		all='' query="?limit=$n"
		while :; do
			edits "$msg" "$query"
			is_status 200
			[ "$(json '.items | length')" -le $n ]
			all+="$(texts) "
			[ "$(json .next)" != null ] || break
			query="?limit=$n&cursor=$(json .next)"
		done
		[ "${all% }" = 'v1 v2 v3 v4' ]
	done
	as Anna
	http POST "/v1/messages/$msg/recall"
	for who in Anna Bert; do
		as $who
		edits "$msg" ''
		is_problem 410 gone
	done
	edit Anna "$msg" v5
	is_problem 410 gone
	[ "$(sql "SELECT COUNT(*) FROM entry_version WHERE conv_id = $conv")" = 0 ]
}

@test "edit: repeated by client_msg_id, or without a change" {
	new_conv group Anna Bert
	say Anna one
	edit Anna "$msg" two '.client_msg_id = "c-1"'
	is_status 200
	first=$body n=$(entries)
	edit Anna "$msg" two '.client_msg_id = "c-1"'
	is_status 200
	is_json . "$(jq . <<<"$first")"
	edit Anna "$msg" three
	is_status 200
	third=$body
	# Late: it is done already, and changes nothing back.
	edit Anna "$msg" two '.client_msg_id = "c-1"'
	is_status 200
	is_json . "$(jq . <<<"$third")"
	[ "$(entries)" = $((n + 1)) ]
	edit Anna "$msg" other '.client_msg_id = "c-1"'
	is_problem 409 conflict client_msg_id
	edit Anna "$msg" three
	is_status 200
	is_json . "$(jq . <<<"$third")"
	[ "$(entries)" = $((n + 1)) ]
	# Its ids and those of sends are the same ones.
	as Anna
	send '{"client_msg_id":"c-1","type":"text","content":{"text":"two"}}'
	is_problem 409 conflict client_msg_id
	say Anna '{"client_msg_id":"c-2","type":"text","content":{"text":"x"}}'
	edit Anna "$msg" y '.client_msg_id = "c-2"'
	is_problem 409 conflict client_msg_id
	# After the window a repeat still is one.
	edit Anna "$msg" y '.client_msg_id = "c-3"'
	is_status 200
	"$bin/im-admin" -c "$conf" app setting "$IM_APP" edit_s 0
	edit Anna "$msg" y '.client_msg_id = "c-3"'
	is_status 200
	edit Anna "$msg" z
	is_problem 403 forbidden
	"$bin/im-admin" -c "$conf" app setting "$IM_APP" edit_s default
}

@test "edit: who may, and how long" {
	new_conv group Anna Bert Cleo
	sql "UPDATE member SET role = 2 WHERE conv_id = $conv AND user_id = $Cleo_id;
		UPDATE conversation SET version = version + 1 WHERE conv_id = $conv"
	say Bert x
	for who in Anna Cleo; do
		edit $who "$msg" y
		is_problem 403 forbidden
	done
	"$bin/im-admin" -c "$conf" app setting "$IM_APP" edit_s 0
	edit Bert "$msg" y
	is_problem 403 forbidden
	"$bin/im-admin" -c "$conf" app setting "$IM_APP" edit_s default
	sql "UPDATE member SET muted_until_ms = $(now 60)000
		WHERE conv_id = $conv AND user_id = $Bert_id"
	edit Bert "$msg" y
	is_problem 403 forbidden
	sql "UPDATE member SET muted_until_ms = 0
		WHERE conv_id = $conv AND user_id = $Bert_id"
	edit Bert "$msg" y
	is_status 200
}

@test "edit and edits: for members alone, of messages alone; fields" {
	new_conv group Anna Bert Fred
	say Anna x
	drop Anna Fred
	members_only PATCH "/v1/messages/$msg" '{"content":{"text":"y"}}'
	members_only GET "/v1/messages/$msg/edits"
	as Anna
	for bad in 1 0 x 01 9223372036854775808; do
		http PATCH "/v1/messages/$bad" '{"content":{"text":"y"}}'
		is_problem 404 not_found
		edits "$bad" ''
		is_problem 404 not_found
	done
	history '?limit=1&before=2'
	control=$(json '.items[0].msg_id')
	edit Anna "$control" y
	is_problem 404 not_found
	edits "$control" ''
	is_problem 404 not_found
	bad() { # DATA FIELD
		http PATCH "/v1/messages/$msg" "$1"
		is_problem 400 invalid_argument "$2"
	}
	bad '{}' content
	for v in null '[]' '"x"' 7; do bad "{\"content\":$v}" content; done
	bad '{"content":{}}' content.text
	for v in '""' null 7 "\"$(long 16385)\""; do
		bad "{\"content\":{\"text\":$v}}" content.text
	done
	bad '{"content":{"text":"y","more":1}}' content.more
	for v in '""' "\"$(long 65)\"" '"ä"' 1 null; do
		bad "{\"content\":{\"text\":\"y\"},\"client_msg_id\":$v}" client_msg_id
	done
	bad '{"content":{"text":"y"},"type":"text"}' type
	bad '{"content":{"text":"y"},"mentions":[]}' mentions
	http PATCH "/v1/messages/$msg?x=1" '{"content":{"text":"y"}}'
	is_problem 400 invalid_argument x
	for query in 'limit=0' 'limit=201' 'limit=x'; do
		edits "$msg" "?$query"
		is_problem 400 invalid_argument limit
	done
	edits "$msg" '?cursor=x'
	is_problem 400 invalid_argument cursor
	get "$msg"
	is_json .content.text x
	make_app other
	IM_APP=$app sign_up Zoe
	edit Zoe "$msg" y
	is_problem 404 not_found
	edits "$msg" ''
	is_problem 404 not_found
}

@test "edit: content by type" {
	new_conv group Anna Bert
	change() { http PATCH "/v1/messages/$msg" "{\"content\":$1}"; }
	say Anna '{"type":"location","content":{"lat":1,"lng":2,"title":"x"}}'
	change '{"lat":3,"lng":4}'
	is_json '.content | tojson' '{"lat":3,"lng":4}'
	change '{"lat":91,"lng":4}'
	is_problem 400 invalid_argument content.lat
	change '{"text":"x"}'
	is_problem 400 invalid_argument content.text
	say Anna "{\"type\":\"card\",\"content\":{\"user_id\":\"$Bert_id\"}}"
	change "{\"user_id\":\"$Cleo_id\"}"
	is_json .content.user_id "$Cleo_id"
	edits "$msg" '?users=true'
	is_json '.users | keys | sort | join(" ")' \
		"$(printf '%s\n' "$Anna_id" "$Bert_id" "$Cleo_id" | sort | xargs)"
	change '{"user_id":"1"}'
	is_problem 400 invalid_argument content.user_id
	say Anna '{"type":"custom","content":{"a":1}}'
	change '{"b":[2]}'
	is_json '.content | tojson' '{"b":[2]}'
	# Of a file only the caption changes.
	sql "UPDATE entry SET type = 2 WHERE msg_id = $msg;
		UPDATE body SET content = '\"content\":{\"file_id\":\"7\",\"width\":3}'
		WHERE conv_id = $conv AND conv_index = $at"
	change '{"caption":"c"}'
	is_status 200
	is_json '.content | tojson' '{"file_id":"7","width":3,"caption":"c"}'
	change '{"file_id":"7","caption":"d"}'
	is_json .content.caption d
	change '{"file_id":"8","caption":"d"}'
	is_problem 400 invalid_argument content.file_id
	change '{"height":8}'
	is_problem 400 invalid_argument content.height
	change '{"caption":7}'
	is_problem 400 invalid_argument content.caption
	change '{}'
	is_json '.content | has("caption")' false
}
