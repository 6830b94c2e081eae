load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app marks
	for name in Anna Bert Cleo Fred Olga; do sign_up $name; done
}
teardown_file() { stack_done; }

read_to() { http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$1}"; }
delivered_to() { http PUT "/v1/conversations/$conv/delivered" "{\"conv_index\":$1}"; }
marks_are() { # READ DELIVERED UNREAD
	is_status 200
	is_json '[.read_index, .delivered_index, .unread] | tojson' "[$1,$2,$3]"
}

# listen NAME [QUERY]: polls for what comes to NAME from now on.
listen() { polling "$1" "after=$(stand "$1")&wait_s=60${2+&$2}"; }

# crowd COUNT: so many users without sessions; sets crowd, their ids as JSON.
crowd() {
	local n=$((RANDOM * 32768 + RANDOM + 1))
	sql "INSERT INTO user (user_id, app_id, username, display_name, folded,
			created_ms)
		SELECT $n * 10000 + seq, $IM_APP_ID, CONCAT('crowd-$n-', seq), 'C',
			CONCAT('crowd-$n-', seq, '\n', 'c'), 1
		FROM seq_1_to_$1;
		INSERT INTO user_part (app_id, place, part, user_id)
		SELECT app_id, 0, 'c', user_id FROM user
		WHERE user_id DIV 10000 = $n;
		INSERT INTO username (app_id, username, user_id)
		SELECT app_id, username, user_id FROM user
		WHERE user_id DIV 10000 = $n;
		INSERT INTO user_seq (user_id, stream_id)
		SELECT user_id, user_id FROM user WHERE user_id DIV 10000 = $n;
		INSERT INTO inbox_ack (user_id)
		SELECT user_id FROM user WHERE user_id DIV 10000 = $n"
	crowd=$(seq $((n * 10000 + 1)) $((n * 10000 + $1)) | jq -cs 'map(tostring)')
}
# Who caused what $body has, in passing: "type user_id", a line each.
passed() { json '.ephemeral[] | "\(.type) \(.user_id)"'; }

# ---- read --------------------------------------------------------------------
# route: conversation.read

@test "read: forward only, and never above the last index" {
	sign_up Rita
	new_conv group Anna Rita
	for i in 2 3 4 5; do say Anna "$i"; done
	chat_is Rita .unread 4
	as Rita
	read_to 3
	marks_are 3 3 2
	is_json 'keys | join(",")' \
		delivered_index,mentions,read_index,total_unread,unread,unread_ordinal
	is_json '[.mentions, .total_unread] | tojson' '[0,2]'
	for below in 3 2 0; do
		read_to $below
		marks_are 3 3 2
	done
	read_to 5
	marks_are 5 5 0
	for above in 6 9007199254740991; do
		read_to $above
		marks_are 5 5 0
	done
	say Anna more
	chat_is Rita .unread 1
	chat_is Rita .read_index 5
	as Rita
	http GET "/v1/conversations/$conv/members?q=$Rita_name"
	is_json '.items[0].read_index' 5
}

@test "read: unread includes the messages up to unread_ordinal, everywhere" {
	sign_up Otto
	new_conv group Anna Otto
	say Anna 2
	chat_is Otto .unread 1
	start=$(stand Otto)
	for i in 3 4 5; do say Anna "$i"; done
	chat_is Otto .unread 4
	chat_is Otto .unread_ordinal 4
	as Otto
	read_to 3
	is_json '[.unread, .unread_ordinal] | tojson' '[2,4]'
	say Anna 6
	chat_is Otto .unread_ordinal 5
	# Replayed, a chat event has the figure of now, and says what it includes.
	pull Otto "$start"
	is_json '[.events[] | select(.type == "chat")
		| .unread, .unread_ordinal] | tojson' '[3,5]'
	pull Otto "$start" limit=4
	is_json '[.more, (.head - .user_index)] | tojson' '[true,1]'
	is_json '[.events[] | select(.type == "chat")
		| .unread, .unread_ordinal] | tojson' '[3,5]'
}

@test "read: unread counts the others' messages alone, exactly" {
	sign_up Uwe
	new_conv group Anna Uwe Bert
	# 2 A, 3 U, 4 B, 5 U, 6 A no_unread, 7 member, 8 A, 9 U
	say Anna; say Uwe; say Bert; say Uwe
	say Anna "$(text x | jq -c '.flags = ["no_unread"]')"
	add Anna Cleo
	say Anna; say Uwe
	chat_is Uwe .last_entry.conv_index 9
	chat_is Uwe .unread 3
	as Uwe
	at=1
	for unread in 2 2 1 1 1 1 0 0; do
		at=$((at + 1))
		read_to $at
		marks_are $at $at $unread
		is_json .total_unread $unread
	done
	[ "$(chat Uwe .unread)" = 0 ]
	chat_is Bert .unread 5
	as Bert
	read_to 5
	marks_are 5 5 2
	chat_is Cleo .unread 2
	chat_is Anna .unread 4
	as Anna
	read_to 9
	marks_are 9 9 0
	say Uwe
	chat_is Anna .unread 1
}

@test "read: a mark set while messages come in stays exact" {
	sign_up Max
	new_conv group Anna Max
	for i in 1 2 3 4 5; do
		say Anna
		say Max
		as Max
		read_to "$at"
		marks_are "$at" "$at" 0
		chat_is Max .last_entry.conv_index "$at"
		chat_is Max .unread 0
	done
}

@test "read: up to an entry that is missing is an error, not all unread" {
	announce 'ev=mark_hole'
	announce 'status=500'
	announce 'ev=send_seen'
	sign_up Ida
	new_conv group Anna Ida
	for i in 2 3 4; do say Anna; done
	chat_is Ida .unread 3
	as Ida
	read_to 2
	marks_are 2 2 2
	sql "UPDATE entry SET conv_index = 100000 WHERE conv_id = $conv
		AND conv_index = 3"
	read_to 3
	is_problem 500 internal
	[[ $(json .detail) != *entry* ]]
	[ "$(chat Ida .unread) $(chat Ida .read_index)" = '2 2' ]
	# What needs no count goes on; a message is sent, whatever its seen_index.
	delivered_to 3
	is_json .delivered_index 3
	send "$(text x | jq -c '.seen_index = 3')"
	is_status 201
	as Ida
	read_to 4
	sql "UPDATE entry SET conv_index = 3 WHERE conv_id = $conv
		AND conv_index = 100000"
	marks_are 4 4 0
}

@test "read: marks at once end at the highest" {
	sign_up Moni
	new_conv group Anna Moni
	for i in 2 3 4 5 6 7; do say Anna; done
	chat_is Moni .unread 6
	as Moni
	for i in 3 7 2 5 4 6; do
		curl -sS -o /dev/null -X PUT "$url/v1/conversations/$conv/read" \
			-H "Authorization: Bearer $TOKEN" -d "{\"conv_index\":$i}" \
			-H 'Content-Type: application/json' 3>&- 4>&- &
	done
	wait
	read_to 1
	marks_are 7 7 0
	pull Moni
	is_json '[.events[].user_index] == [range(1; .head + 1)]' true
	is_json '[.events[] | select(.type == "chat") | .read_index] | last' 7
}

@test "read: told to my devices durably, to the others in passing" {
	sign_up Nina
	new_conv group Anna Nina
	say Anna
	chat_is Nina .unread 1
	caught_up Anna
	was=$(stand Nina)
	listen Anna
	as Nina
	read_to 2
	marks_are 2 2 0
	pull Nina "$was"
	is_json '.events | length' 1
	is_json '.events[0] | [.type, .conv_id, (.me | type)] | join(" ")' \
		"chat $conv object"
	is_json '.events[0] | [.read_index, .cleared_index, .unread] | tojson' '[2,0,0]'
	# What changes nothing is not told.
	as Nina
	read_to 2
	read_to 1
	[ "$(stand Nina)" = $((was + 1)) ]
	heard Anna
	is_json '.events | length' 0
	is_json '.ephemeral[0] | [.type, .conv_id, .user_id] | join(" ")' \
		"read $conv $Nina_id"
	is_json '.ephemeral[0].conv_index' 2
	is_json '.ephemeral[0] | has("user_index")' false
}

@test "read: in a direct conversation and in the self chat" {
	new_conv direct Anna Olga
	as Anna
	read_to 5
	marks_are 0 0 0
	say Anna
	as Anna
	read_to 1
	marks_are 1 1 0
	chat_is Olga .unread 1
	as Olga
	read_to 1
	marks_are 1 1 0
	new_conv self Anna
	say Anna
	as Anna
	read_to 1
	marks_are 1 1 0
}

@test "read and delivered: who may, and fields" {
	new_conv group Anna Fred
	drop Anna Fred
	for mark in read delivered; do
		path=/v1/conversations/$conv/$mark
		members_only PUT "$path" '{"conv_index":1}'
		as Anna
		for bad in -1 1.0 1e0 '"1"' null 9007199254740992 99999999999999999999; do
			http PUT "$path" "{\"conv_index\":$bad}"
			is_status 400
			is_json .code invalid_argument
			case $bad in 1.0 | 1e0 | 99999999999999999999) ;; *)
				is_json .field conv_index ;;
			esac
		done
		http PUT "$path" '{}'
		is_problem 400 invalid_argument conv_index
		http PUT "$path" '{"conv_index":1,"more":1}'
		is_problem 400 invalid_argument more
		http PUT "$path?x=1" '{"conv_index":1}'
		is_problem 400 invalid_argument x
		for bad in 1 x 0; do
			http PUT "/v1/conversations/$bad/$mark" '{"conv_index":1}'
			is_problem 404 not_found
		done
		http PUT "/v1/conversations/1/$mark" '{}'
		is_problem 400 invalid_argument conv_index
		http POST "$path" '{"conv_index":1}'
		is_problem 405 method_not_allowed
		[[ $(header Allow) = *PUT* ]]
	done
}

# ---- delivered ---------------------------------------------------------------
# route: conversation.delivered

@test "delivered: forward only, and moves no read mark" {
	sign_up Dirk
	new_conv group Anna Dirk
	for i in 2 3 4; do say Anna; done
	chat_is Dirk .unread 3
	as Dirk
	delivered_to 3
	is_status 200
	is_json . "$(jq . <<<'{"delivered_index":3}')"
	for below in 3 2 0; do
		delivered_to $below
		is_json .delivered_index 3
	done
	for above in 5 9007199254740991; do
		delivered_to $above
		is_json .delivered_index 4
	done
	chat_is Dirk .unread 3
	chat_is Dirk .read_index 1
	# Read implies delivered, never less.
	as Dirk
	read_to 2
	marks_are 2 4 2
}

@test "delivered: told to the others in passing, and once" {
	new_conv group Anna Bert
	say Anna
	caught_up Bert
	caught_up Anna
	was=$(stand Bert)
	listen Anna
	as Bert
	delivered_to 2
	heard Anna
	is_json '.ephemeral[0] | [.type, .conv_id, .user_id] | join(" ")' \
		"delivered $conv $Bert_id"
	is_json '.ephemeral[0].conv_index' 2
	# The second time it is not: what comes is what came after it.
	listen Anna
	as Bert
	delivered_to 2
	typing '{"state":"stop"}'
	heard Anna
	[ "$(passed)" = "typing $Bert_id" ]
	[ "$(stand Bert)" = "$was" ]
}

@test "delivered: told only to those whose messages were received" {
	sign_up Lars
	new_conv group Anna Bert Cleo Lars
	say Anna
	say Bert
	say Cleo
	for who in Anna Bert Cleo Lars; do caught_up $who; done
	as Lars
	delivered_to 1
	for who in Anna Bert Cleo; do listen $who; done
	as Lars
	delivered_to 3
	# Two of the three have sent what was received.
	for who in Anna Bert; do
		heard $who
		[ "$(passed)" = "delivered $Lars_id" ]
		is_json '.ephemeral[0].conv_index' 3
	done
	# The third hears what came after it.
	as Lars
	typing '{"state":"stop"}'
	heard Cleo
	[ "$(passed)" = "typing $Lars_id" ]
}

@test "delivered: a sender who has left is not told" {
	new_conv group Anna Bert Cleo
	say Cleo
	drop Anna Cleo
	caught_up Bert
	as Anna
	http GET "/v1/conversations/$conv"
	wait_for has_entry Cleo "$(json .last_index)"
	listen Cleo
	as Bert
	delivered_to 2
	is_json .delivered_index 2
	add Anna Cleo
	heard Cleo
	is_json '.ephemeral | length' 0
	is_json '.events[0].type' conversation
}

# nothing_but WHO: a message is the first that WHO hears.
nothing_but() {
	say Bert
	heard "$1"
	is_json '[.events[0].type, (.ephemeral | length)] | tojson' '["entry",0]'
}

@test "above 200 members: typing and read only to those who look at the chat" {
	new_conv group Anna Bert Cleo
	crowd 198
	as Anna
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":$crowd}"
	is_status 200
	is_json '[.items[] | select(.outcome == "added")] | length' 198
	say Anna
	for who in Anna Bert Cleo; do caught_up $who; done
	listen Anna "conv_id=$conv"
	listen Cleo
	as Bert
	typing '{"state":"stop"}'
	heard Anna
	[ "$(passed)" = "typing $Bert_id" ]
	nothing_but Cleo
	# Another chat, or a client in the background, is no look at this one.
	for look in conv_id=1 "conv_id=$conv&state=background"; do
		caught_up Anna
		listen Anna "$look"
		as Bert
		typing '{"state":"stop"}'
		nothing_but Anna
	done
	for who in Anna Bert Cleo; do caught_up $who; done
	# Read to who looks, delivered to the sender, who does not.
	listen Cleo "conv_id=$conv"
	listen Anna
	as Bert
	read_to 3
	heard Cleo
	[ "$(passed)" = "read $Bert_id" ]
	heard Anna
	[ "$(passed)" = "delivered $Bert_id" ]
}

# ---- typing ------------------------------------------------------------------
# route: conversation.typing

typing() { http POST "/v1/conversations/$conv/typing" "$1"; }

# A start of Anna, another one, then one of Cleo: sets second to what Bert hears
# after the first, took_ms to the time between Anna's.
two_starts() {
	local from
	new_conv group Anna Bert Cleo
	caught_up Bert
	listen Bert
	as Anna
	from=$(date +%s%3N)
	typing '{"state":"start"}'
	heard Bert
	[ "$(passed)" = "typing $Anna_id" ]
	listen Bert
	as Anna
	typing '{"state":"start"}'
	is_status 204
	took_ms=$(($(date +%s%3N) - from))
	as Cleo
	typing '{"state":"start"}'
	heard Bert
	second=$(passed)
}

@test "typing: passed on to everybody else, and never stored" {
	new_conv group Anna Bert Cleo
	caught_up Bert
	caught_up Anna
	was=$(stand Bert)
	listen Bert
	as Anna
	typing '{"state":"start","type":"voice"}'
	is_status 204
	[ -z "$body" ]
	heard Bert
	is_json '.ephemeral | length' 1
	is_json '.ephemeral[0] | [.type, .conv_id, .user_id, .state, .activity] | join(" ")' \
		"typing $conv $Anna_id start voice"
	is_json '.ephemeral[0] | has("user_index")' false
	is_json '.ephemeral[0].at > 1700000000000' true
	listen Anna
	as Bert
	typing '{"state":"stop"}'
	heard Anna
	is_json '.ephemeral[0] | [.user_id, .state, .activity] | join(" ")' \
		"$Bert_id stop text"
	# Not to oneself: what comes is what came after it.
	listen Bert
	as Bert
	typing '{"state":"start"}'
	as Anna
	typing '{"state":"stop"}'
	heard Bert
	[ "$(passed)" = "typing $Anna_id" ]
	[ "$(stand Bert)" = "$was" ]
}

@test "typing: one start in 3 s" {
	# memcached counts whole seconds: the third is not a full one.  A machine
	# that needs longer for the two says nothing about them.
	for _ in $(seq 20); do
		two_starts
		[ $took_ms -ge 2000 ] || break
	done
	[ $took_ms -lt 2000 ]
	[ "$second" = "typing $Cleo_id" ]
}

@test "typing: who may, and fields" {
	new_conv group Anna Fred
	as Fred
	typing '{"state":"start"}'
	is_status 204
	drop Anna Fred
	members_only POST "/v1/conversations/$conv/typing" '{"state":"start"}'
	as Anna
	for bad in '{}' '{"state":"go"}' '{"state":null}' '{"state":1}'; do
		typing "$bad"
		is_problem 400 invalid_argument state
	done
	for bad in '"song"' null 1; do
		typing "{\"state\":\"stop\",\"type\":$bad}"
		is_problem 400 invalid_argument type
	done
	typing '{"state":"stop","more":1}'
	is_problem 400 invalid_argument more
	http POST "/v1/conversations/$conv/typing?x=1" '{"state":"stop"}'
	is_problem 400 invalid_argument x
	for bad in 1 x; do
		http POST "/v1/conversations/$bad/typing" '{"state":"stop"}'
		is_problem 404 not_found
	done
	http POST /v1/conversations/1/typing '{}'
	is_problem 400 invalid_argument state
}
