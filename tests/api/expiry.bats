# Messages that expire.  No im-expire runs here: they are gone on time, not when
# it comes (tests/job/expire.bats).
# route: message.send, conversation.create
load ../helper
load apps
load chats

setup_file() {
	stack_private message user conversation inbox search lighttpd im-fanout \
		im-search live
	use_app expiry
	for name in Anna Bert Cleo Fred Olga; do sign_up $name; done
}
teardown_file() { stack_done; }

get() { http GET "/v1/messages/$1"; }
# lasting S [TEXT]: a text that expires
lasting() { text "${2-soon gone}" | jq -c ".expires_in_s = $1"; }
burning() { text "${2-once}" | jq -c ".expires_after_read_s = $1"; }
now_ms() { sql "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)"; }
# The one at $at has expired.
is_over() { [ "$(sql "SELECT expires_ms > 0 AND expires_ms
	< UNIX_TIMESTAMP(NOW(3)) * 1000 FROM entry
	WHERE conv_id = $conv AND conv_index = $at")" = 1 ]; }
over() { wait_for is_over; }
entry() { # WHO INDEX: of the history, in $body
	as "$1"
	http GET "/v1/conversations/$conv/messages?after=$(($2 - 1))&limit=1"
	is_status 200
	body=$(json '.items[0] | tojson')
}
is_place() { # $body has nothing but its place
	is_json 'keys | join(" ")' \
		'conv_id conv_index hidden kind msg_id ordinal sender_id sent_at'
	is_json .hidden true
}
is_gone() { # for the given
	for who; do
		entry $who "$at"
		is_place
		as $who
		get "$msg"
		is_problem 404 not_found
	done
}
read_to() { # WHO INDEX
	as "$1"
	http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$2}"
	is_status 200
}

@test "a lifetime is 1 s to 366 days; where it may be" {
	new_conv group Anna Bert
	for bad in 0 -1 31622401 1.5 '"1"' null true; do
		send "$(lasting "$bad")"
		is_problem 400 invalid_argument expires_in_s
		send "$(burning "$bad")"
		is_problem 400 invalid_argument expires_after_read_s
		http POST /v1/messages/batch "{\"messages\":[$(lasting "$bad" |
			jq -c ".conv_id = \"$conv\"")]}"
		is_json .items[0].status 400
		is_json .items[0].body.field expires_in_s
	done
	say Anna "$(lasting 1)"
	say Anna "$(lasting 31622400)"
	get "$msg"
	is_json '.expires_at - .sent_at' 31622400000
	# Only what lies between two may burn.
	send "$(burning 5)"
	is_problem 400 invalid_argument expires_after_read_s
	for kind in channel self; do
		new_conv $kind Anna
		send "$(burning 5)"
		is_problem 400 invalid_argument expires_after_read_s
	done
	new_conv direct Anna Bert
	say Anna "$(burning 5)"
	get "$msg"
	is_json '[.expires_after_read_s, .expires_at] | tojson' '[5,null]'
	# Without a right to send nothing is said of fields.
	new_conv group Anna Bert
	as Olga
	send "$(burning 5)"
	is_problem 404 not_found
	as nobody
	send "$(lasting 5)"
	is_problem 401 unauthenticated
}

@test "a repeat is the same message; another lifetime is another" {
	new_conv group Anna Bert
	one=$(lasting 3600 | jq -c '.client_msg_id = "e-1"')
	say Anna "$one"
	first=$msg
	send "$one"
	is_status 200
	is_json .msg_id "$first"
	send "$(jq -c '.expires_in_s = 3601' <<<"$one")"
	is_problem 409 conflict client_msg_id
	# Also when it has expired.
	one=$(lasting 1 | jq -c '.client_msg_id = "e-2"')
	say Anna "$one"
	over
	send "$one"
	is_status 200
	is_json .msg_id "$msg"
}

@test "a conversation's own lifetime; the shorter of both wins" {
	as Anna
	for bad in -1 31622401 1.5 '"1"'; do
		http POST /v1/conversations "{\"kind\":\"group\",
			\"settings\":{\"message_ttl_s\":$bad}}"
		is_problem 400 invalid_argument settings.message_ttl_s
	done
	http POST /v1/conversations "{\"kind\":\"group\",\"members\":$(ids Bert),
		\"settings\":{\"message_ttl_s\":600}}"
	is_status 201
	is_json .settings.message_ttl_s 600
	conv=$(json .conv_id)
	for row in 'null 600' '60 60' '3600 600'; do
		set -- $row
		say Anna "$(text x | jq -c "if $1 then .expires_in_s = $1 else . end")"
		get "$msg"
		is_json '.expires_at - .sent_at' "$2"000
	done
	# What was sent stays as it is; control entries do not expire.
	sql "UPDATE conversation SET message_ttl_s = 0, version = version + 1
		WHERE conv_id = $conv"
	get "$msg"
	is_json '.expires_at - .sent_at' 600000
	say Anna x
	get "$msg"
	is_json 'has("expires_at")' false
	entry Bert 1
	is_json 'has("expires_at")' false
}

@test "nobody sees it from then on: history, message, acts, lists" {
	new_conv group Anna Bert
	say Anna before
	before=$msg
	say Anna "$(lasting 2)"
	# These are read now, so that caches have them.
	for who in Anna Bert; do
		entry $who "$at"
		entry $who "$at"
	done
	caught_up Bert
	over
	is_gone Anna Bert
	as Anna
	for act in "POST recall" "PUT reactions/%F0%9F%91%8D" "PUT star" \
		"GET edits" "GET reactions" 'PUT reminder {"remind_at":99999999999999}' \
		'POST report {"reason":"spam"}'; do
		read -r method path data <<<"$act"
		data=${data/99999999999999/$((($(date +%s) + 3600) * 1000))}
		http "$method" "/v1/messages/$msg/$path" "$data"
		is_problem 404 not_found
	done
	http PATCH "/v1/messages/$msg" '{"content":{"text":"y"}}'
	is_problem 404 not_found
	http PUT "/v1/conversations/$conv/pins/$msg"
	is_problem 404 not_found
	http GET "/v1/conversations/$conv/messages?around=$at"
	is_json ".items[] | select(.conv_index == $at) | .hidden" true
	# The list shows what came before it.
	chat_is Bert .last_entry.msg_id "$before"
	chat_is Anna .last_entry.msg_id "$before"
	http GET /v1/sync
	is_json ".conversations.items[] | select(.conversation.conv_id == \"$conv\")
		| .last_entry.msg_id" "$before"
}

@test "it does not count as unread, as a mention and in the total" {
	sign_up Zoe
	new_conv group Anna Bert Zoe
	say Anna "$(lasting 2 | jq -c ".mentions = $(ids Zoe)")"
	say Anna x
	say Anna "$(lasting 3600 | jq -c ".mentions = $(ids Zoe)")"
	chat_is Zoe .unread_ordinal 3
	at=$((at - 2))
	over
	chat_has Zoe .unread 2
	chat_has Zoe .mentions 1
	as Zoe
	http GET /v1/inbox/head
	is_json .total_unread 2
	# It leaves nothing that cannot be cleared.
	read_to Zoe 99
	is_json '[.unread, .mentions, .total_unread] | tojson' '[0,0,0]'
	say Anna "$(lasting 1)"
	over
	chat_is Zoe .unread_ordinal 4
	chat_has Zoe .unread 0
	as Zoe
	http GET '/v1/conversations?unread=true'
	is_json '.items | length' 0
	# Deleted for oneself before, it is subtracted once.
	say Anna "$(lasting 2)"
	chat_is Zoe .unread_ordinal 5
	as Zoe
	http DELETE "/v1/messages/$msg"
	is_status 204
	over
	say Anna x
	chat_is Zoe .unread 1
	# Recalled before, too.
	say Anna "$(lasting 2)"
	as Anna
	http POST "/v1/messages/$msg/recall"
	is_status 200
	over
	chat_is Zoe .unread_ordinal 7
	chat_has Zoe .unread 1
	is_gone Anna Zoe
}

@test "what refers to it: replies, forwards, pins, stars, control entries" {
	new_conv group Anna Bert
	say Anna "$(lasting 3 origin)"
	origin=$msg place=$at
	as Bert
	http PUT "/v1/messages/$origin/star"
	http PUT "/v1/messages/$origin/reactions/x"
	as Anna
	http PUT "/v1/conversations/$conv/pins/$origin"
	http PATCH "/v1/messages/$origin" '{"content":{"text":"originally"}}'
	say Bert "$(text reply | jq -c ".reply_to = \"$origin\"")"
	reply=$msg
	say Bert "{\"forward_of\":[\"$origin\",\"$reply\"]}"
	merged=$msg
	say Bert "{\"forward_of\":[\"$origin\"]}"
	copy=$msg
	caught_up Bert
	at=$place
	over
	as Bert
	get "$reply"
	is_json '.reply_to | keys | join(" ")' 'conv_index msg_id sender_id'
	get "$merged"
	is_json '.content.items[0] | [.hidden, has("content")] | tojson' \
		'[true,false]'
	is_json '.content.items[1].content.text' reply
	is_json '.forward_of[0].hidden' true
	# A copy is a message of its own.
	get "$copy"
	is_json '.forward_of[0].hidden' true
	is_json .content.text originally
	# Nor can it be forwarded or quoted now.
	send "{\"forward_of\":[\"$origin\"]}"
	is_problem 400 invalid_argument forward_of.0
	send "$(text x | jq -c ".reply_to = \"$origin\"")"
	is_problem 400 invalid_argument reply_to
	http GET "/v1/conversations/$conv/pins"
	is_json '.items | length' 0
	http GET /v1/starred
	is_json "[.items[] | select(.entry.msg_id == \"$origin\")] | length" 0
	# In history and inbox the control entries have no content of it.
	http GET "/v1/conversations/$conv/messages?limit=50"
	is_json '[.items[] | select(.kind == "edit") | has("content")] | tojson' \
		'[false]'
	! grep -q originally <<<"$(json 'del(.items[] | select(.forward_of)) | tojson')"
	pull Bert
	is_json "[.events[] | select(.entry.target_index == $place) | .entry
		| select(.target.content or (.kind == \"edit\" and .content))]
		| length" 0
}

@test "a device that was away gets null in its place" {
	new_conv group Anna Bert
	caught_up Bert
	from=$(stand Bert)
	say Anna "$(lasting 1)"
	over
	say Anna here
	caught_up Bert
	pull Bert "$from"
	is_json '[.events[] | .entry.content.text // "null"] | join(" ")' 'null here'
	is_json '.events[0] | [.type, .entry, .conv_id] | tojson' \
		"[\"entry\",null,\"$conv\"]"
	# One that listens gets it with its time.
	polling Bert
	say Anna "$(lasting 3600)"
	heard Bert
	is_json '.events[0].entry | .expires_at - .sent_at' 3600000
}

# found TEXT: how many Anna finds; everything up to now is in the index
found() {
	local since
	as Anna
	since=$(date +%s%3N)
	wait_for is_indexed "$since" "$1"
	json '.items | length'
}
is_indexed() {
	http GET "/v1/search?q=$2"
	[ "$status" = 200 ] && [ "$(json .indexed_to_at)" -ge "$1" ]
}

@test "searches find it as long as it is there, and never what burns" {
	new_conv direct Anna Bert
	say Anna "$(lasting 3600 evergreen)"
	[ "$(found evergreen)" = 1 ]
	say Anna "$(lasting 1 evanescent)"
	over
	[ "$(found evanescent)" = 0 ]
	say Anna "$(burning 3600 evanescent)"
	[ "$(found evanescent)" = 0 ]
}

@test "burning: the clock starts when the other one has read it" {
	new_conv direct Anna Cleo
	say Anna "$(burning 3600)"
	# Not by being received, nor by the sender.
	as Cleo
	http PUT "/v1/conversations/$conv/delivered" "{\"conv_index\":$at}"
	read_to Anna "$at"
	for who in Anna Cleo; do
		entry $who "$at"
		is_json 'has("expires_at")' false
	done
	polling Anna
	before=$(now_ms)
	read_to Cleo "$at"
	after=$(now_ms)
	for who in Anna Cleo; do
		entry $who "$at"
		is_json ".expires_at - 3600000
			| . >= $((before - 1)) and . <= $after" true
	done
	until=$(json .expires_at)
	heard Anna
	is_json '[.ephemeral[] | select(.type == "expiring") |
		.conv_id, .conv_index, .msg_id, .expires_at] | join(" ")' \
		"$conv $at $msg $until"
	# Reading it again changes nothing.
	say Anna x
	read_to Cleo "$at"
	at=$((at - 1))
	entry Anna "$at"
	is_json .expires_at "$until"
}

@test "burning: gone for both, whatever moved the mark" {
	new_conv direct Anna Bert
	for how in read seen clear; do
		say Anna "$(burning 1)"
		case $how in
		read) read_to Bert "$at" ;;
		seen)
			mine=$msg place=$at
			say Bert "$(text y | jq -c ".seen_index = $at")"
			msg=$mine at=$place ;;
		clear)
			as Bert
			http POST "/v1/conversations/$conv/clear"
			is_status 204 ;;
		esac
		over
		entry Anna "$at"
		is_place
		get "$msg"
		is_problem 404 not_found
		as Bert
		get "$msg"
		is_problem 404 not_found
	done
	# A lifetime of its own may end before.
	say Anna "$(burning 3600 | jq -c '.expires_in_s = 1')"
	read_to Bert "$at"
	over
	is_gone Anna Bert
	# ... also if nobody reads it.
	say Anna "$(burning 3600 | jq -c '.expires_in_s = 1')"
	over
	is_gone Anna Bert
	chat_is Bert .unread 0
}

@test "ephemeral messages have no lifetime, and are sent" {
	new_conv direct Anna Bert
	as Anna
	send "$(lasting 5 | jq -c '.flags = ["ephemeral"]')"
	is_status 200
}
