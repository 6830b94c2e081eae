load ../helper
load apps
load chats
load acts

setup_file() { people reactions; }
teardown_file() { stack_done; }
teardown() { let_go; }

react() { # WHO EMOJI [MSG]
	as "$1"
	http PUT "/v1/messages/${3-$msg}/reactions/$(enc "$2")"
}
unreact() {
	as "$1"
	http DELETE "/v1/messages/${3-$msg}/reactions/$(enc "$2")"
}
listed() { http GET "/v1/messages/$msg/reactions$1"; }

# route: message.react
# route: message.unreact
# route: message.reactions

@test "react: counts, and mine, wherever the message is shown" {
	new_conv group Anna Bert Cleo
	say Anna hello
	caught_up Bert
	before=$(stand Bert)
	as Bert
	history ''
	is_json '.items[1] | has("reactions")' false
	react Bert 👍
	is_status 204
	[ -z "$body" ]
	react Cleo 👍
	react Cleo 🎉
	for who in Anna Bert Cleo; do
		me=$([ $who != Anna ] && echo true || echo false)
		mine=$([ $who = Cleo ] && echo true || echo false)
		want="{\"👍\":{\"count\":2,\"me\":$me},\"🎉\":{\"count\":1,\"me\":$mine}}"
		as $who
		history ''
		is_json '.items[1].reactions | tojson' "$want"
		is_json '.items[2] | [.kind, .target_index, .ordinal, .sender_id] |
			tojson' "[\"reaction\",2,1,\"$Bert_id\"]"
		is_json '.items[2].content | tojson' '{"emoji":"👍","on":true}'
		is_json '.items[2] | has("target")' false
		get "$msg"
		is_json '.reactions | tojson' "$want"
		chat_is $who .last_entry.msg_id "$msg"
		caught_up $who
		http GET '/v1/conversations?limit=1'
		is_json '.items[0].last_entry.reactions | tojson' "$want"
		pull $who "$(($(stand $who) - 1))"
		is_json '.events[-1].entry.target.reactions | tojson' "$want"
	done
	chat_is Bert .unread 1
	chat_is Anna .unread 0
	unreact Cleo 👍
	is_status 204
	as Bert
	get "$msg"
	is_json '.reactions | tojson' \
		'{"👍":{"count":1,"me":true},"🎉":{"count":1,"me":false}}'
	history '?limit=1'
	is_json '.items[0].content | tojson' '{"emoji":"👍","on":false}'
	unreact Cleo 🎉
	unreact Bert 👍
	get "$msg"
	is_json 'has("reactions")' false
	[ "$(sql "SELECT flags FROM entry WHERE msg_id = $msg")" = 0 ]
}

@test "react: live, with the reader's own" {
	new_conv group Anna Bert Cleo
	say Anna hello
	for who in Anna Bert Cleo; do
		caught_up $who
		polling $who "after=$(stand $who)"
	done
	react Bert 👍
	for who in Anna Bert Cleo; do
		heard $who
		is_json '.events[0].entry.kind' reaction
		is_json '.events[0].entry.target.reactions["👍"] | tojson' \
			"{\"count\":1,\"me\":$([ $who = Bert ] && echo true || echo false)}"
	done
}

@test "react: once; a repeat writes nothing" {
	new_conv group Anna Bert
	say Anna x
	for i in 1 2; do
		unreact Bert 👍
		is_status 204
	done
	n=$(entries)
	for i in 1 2 3; do
		react Bert 👍
		is_status 204
	done
	[ "$(entries)" = $((n + 1)) ]
	for i in 1 2; do
		unreact Bert 👍
		is_status 204
	done
	[ "$(entries)" = $((n + 2)) ]
}

@test "react: with and without a variation selector is one" {
	new_conv group Anna Bert
	say Anna x
	react Anna 👍
	react Bert "👍"$'\ufe0f'
	is_status 204
	react Anna "👍"$'\ufe0f'
	get "$msg"
	is_json '.reactions | tojson' '{"👍":{"count":2,"me":true}}'
	unreact Bert 👍
	get "$msg"
	is_json '.reactions["👍"].count' 1
	listed "?emoji=$(enc "👍"$'\ufe0f')"
	is_json '[.items[].user_id] | join(" ")' "$Anna_id"
}

@test "react: an emoji is shown as it was sent first" {
	new_conv group Anna Bert
	for first in ❤️ ❤ 1️⃣ 🏳️‍🌈; do
		say Anna x
		react Anna "$first"
		react Bert "${first//$'\ufe0f'/}"
		for who in Anna Bert; do
			as $who
			get "$msg"
			is_json '.reactions | tojson' "{\"$first\":{\"count\":2,\"me\":true}}"
		done
		history '?limit=2'
		is_json '[.items[].content.emoji] | join(" ")' "$first $first"
		listed "?emoji=$(enc "${first//$'\ufe0f'/}")"
		is_json '[.items[].emoji] | join(" ")' "$first $first"
		react Anna "${first//$'\ufe0f'/}"
		unreact Anna "${first//$'\ufe0f'/}"
		unreact Bert "$first"
		get "$msg"
		is_json 'has("reactions")' false
		listed "?emoji=$(enc "$first")"
		is_json '.items | length' 0
	done
}

@test "react: what is one emoji" {
	new_conv group Anna
	say Anna x
	for e in ❤️ ❤ 👨‍👩‍👧‍👦 🇩🇪 1️⃣ '#️⃣' 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏳️‍🌈 ☺ © 🫶; do
		react Anna "$e"
		is_status 204
		unreact Anna "$e"
		is_status 204
	done
	for e in a 1 '#' ab ä 字 👍👍 '👍 ' ' ' 👍a "👍"$'\u200d' "$(long 33)" \
		🇩 $'\u200d' "👍"$'\ufe0e' $'\ufe0f'; do
		react Anna "$e"
		is_problem 400 invalid_argument emoji
		unreact Anna "$e"
		is_problem 400 invalid_argument emoji
	done
	for raw in %ff %c3 %f0%9f%91; do
		http PUT "/v1/messages/$msg/reactions/$raw"
		[ "$status" = 400 ] || [ "$status" = 404 ]
	done
	http PUT "/v1/messages/$msg/reactions/"
	is_problem 404 not_found
}

@test "react: 20 kinds" {
	new_conv group Anna Bert
	say Anna x
	kinds=(😀 😁 😂 😃 😄 😅 😆 😇 😈 😉 😊 😋 😌 😍 😎 😏 😐 😑 😒 😓)
	for e in "${kinds[@]}"; do
		react Anna $e
		is_status 204
	done
	react Anna 👍
	is_problem 409 conflict
	react Bert 👍
	is_problem 409 conflict
	react Bert 😓
	is_status 204
	react Anna 😓
	is_status 204
	get "$msg"
	is_json '.reactions | keys_unsorted | join(" ")' "${kinds[*]}"
	unreact Anna 😀
	react Bert 👍
	is_status 204
}

@test "reactions: who, in pages, by emoji" {
	new_conv group Anna Bert Cleo
	say Anna x
	listed ''
	is_json . '{
  "items": [],
  "next": null
}'
	for who in Anna Bert Cleo; do react $who 👍; done
	react Bert 🎉
	as Bert
	listed ''
	is_status 200
	is_json '.items | length' 4
	is_json '[.items[] | keys | join(" ")] | unique | join(",")' 'at emoji user_id'
	listed "?emoji=$(enc 🎉)"
	is_json '[.items[] | .emoji + .user_id] | join(" ")' "🎉$Bert_id"
	for only in '' "&emoji=$(enc 👍)"; do
		all='' query="?limit=1$only"
		while :; do
			listed "$query"
			is_status 200
			all+="$(json '.items[] | .emoji + .user_id') "
			[ "$(json .next)" != null ] || break
			query="?limit=1$only&cursor=$(json .next)"
		done
		listed "?limit=200$only"
		is_json '[.items[] | .emoji + .user_id + " "] | join("")' "$all"
	done
	listed '?limit=1&users=true'
	is_json '.users | keys | join(" ")' "$(json '.items[0].user_id')"
	is_json '.users[] | .user_id' "$(json '.items[0].user_id')"
	listed '?emoji=x'
	is_problem 400 invalid_argument emoji
	listed '?cursor=x'
	is_problem 400 invalid_argument cursor
	listed '?limit=0'
	is_problem 400 invalid_argument limit
}

@test "react: for members alone, of messages alone; not to a recalled one" {
	new_conv group Anna Bert Fred
	say Anna x
	react Fred 👍
	drop Anna Fred
	members_only PUT "/v1/messages/$msg/reactions/$(enc 👍)"
	members_only DELETE "/v1/messages/$msg/reactions/$(enc 👍)"
	members_only GET "/v1/messages/$msg/reactions"
	as Anna
	for bad in 1 0 x 01; do
		react Anna 👍 $bad
		is_problem 404 not_found
	done
	history '?limit=1&before=2'
	control=$(json '.items[0].msg_id')
	react Anna 👍 "$control"
	is_problem 404 not_found
	http PUT "/v1/messages/$msg/reactions/$(enc 👍)" '{"more":1}'
	is_problem 400 invalid_argument more
	make_app other
	IM_APP=$app sign_up Zoe
	react Zoe 👍
	is_problem 404 not_found
	react Bert 👍
	as Anna
	http POST "/v1/messages/$msg/recall"
	is_json 'has("reactions")' false
	react Bert 👍
	is_problem 410 gone
	unreact Bert 👍
	is_status 204
	listed ''
	is_json '.items | length' 0
	[ "$(sql "SELECT COUNT(*) FROM reaction WHERE conv_id = $conv")" = 0 ]
}

@test "react: many that meet in a pass of fan-out cost a row each member" {
	new_conv group Anna Bert Cleo
	say Anna x
	caught_up Bert
	before=$(stand Bert)
	rows() { sql "SELECT COUNT(*) FROM inbox WHERE user_id = $Bert_id
		AND conv_id = $conv AND kind = 1 AND user_index > $before"; }
	put_off
	for e in 😀 😁 😂 😃; do
		for who in Anna Bert Cleo; do react $who $e; done
	done
	say Anna y
	let_go
	caught_up Bert
	[ "$(rows)" = 2 ]
	pull Bert "$before"
	is_json '[.events[].user_index] | tojson' "[$((before + 1)),$((before + 2))]"
	is_json '[.events[].entry.kind] | tojson' '["reaction","message"]'
	is_json '.events[0].entry.target.reactions | map_values(.count) | tojson' \
		'{"😀":3,"😁":3,"😂":3,"😃":3}'
}
