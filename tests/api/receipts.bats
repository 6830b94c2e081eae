load ../helper
load apps
load chats
load acts

# Who has read or received a message.

setup_file() { people receipts; }
teardown_file() { stack_done; }

receipts() { # WHO [QUERY]: of the message at $at
	as "$1"
	http GET "/v1/conversations/$conv/receipts?conv_index=$at${2+&$2}"
}
mark() { # WHO read|delivered INDEX
	as "$1"
	http PUT "/v1/conversations/$conv/$2" "{\"conv_index\":$3}"
	is_status 200
}
who() { # the first letters of the names of $body's items
	local name ids
	ids=$(json '.items[].user_id')
	for name in Anna Bert Cleo Dora Emil; do
		id=${name}_id
		! grep -qx "${!id-none}" <<<"$ids" || printf %s "${name:0:1}"
	done
}
lists() { # STATE WHO
	receipts Anna "state=$1"
	is_status 200
	[ "$(who)" = "$2" ]
}
counts() { json '[.read_count, .delivered_count, .member_count] | tojson'; }
own() { as "$1"; http PATCH /v1/users/me/settings "$2"; is_status 200; }

# route: conversation.receipts

@test "receipts: counts and lists, by state" {
	sign_up Dora
	sign_up Emil
	new_conv group Anna Bert Cleo Dora Emil
	say Anna one
	receipts Anna
	is_status 200
	is_json tojson '{"read_count":0,"delivered_count":0,"member_count":5,"items":[],"next":null}'
	lists unread BCDE
	mark Bert read "$at"
	mark Cleo delivered "$at"
	lists read B
	[ "$(counts)" = '[1,2,5]' ]
	is_json ".items[0].read_index" "$at"
	lists delivered BC
	is_json ".items | map(select(.user_id == \"$Cleo_id\"))[0].read_index" 1
	lists unread CDE
	[ "$(counts)" = '[1,2,5]' ]
	# who has sent it is not asked, and a later mark says it of earlier ones
	first=$at
	mark Anna read "$at"
	lists read B
	say Bert two
	mark Dora read "$at"
	lists read D
	lists unread ACE
	at=$first
	lists read BD
	[ "$(counts)" = '[2,3,5]' ]
	# former members are out, and those who came later
	drop Anna Bert
	lists read D
	[ "$(counts)" = '[1,2,4]' ]
	add Anna Bert
	lists unread CE
	lists read D
	receipts Dora 'users=true'
	is_json ".users[\"$Dora_id\"].user_id" "$Dora_id"
}

@test "receipts: page by page" {
	new_conv group Anna Bert Cleo
	sql "INSERT INTO user (user_id, app_id, username, display_name, folded,
			created_ms)
		SELECT $conv + seq, $IM_APP_ID, CONCAT('r-', $conv, '-', seq), 'R',
			CONCAT('r-', $conv, '-', seq, '\n', 'r'), 1 FROM seq_1_to_250;
		INSERT INTO user_seq (user_id, stream_id)
		SELECT $conv + seq, 1 FROM seq_1_to_250;
		INSERT INTO inbox_ack (user_id)
		SELECT $conv + seq FROM seq_1_to_250;
		INSERT INTO username (app_id, username, user_id)
		SELECT $IM_APP_ID, CONCAT('r-', $conv, '-', seq), $conv + seq
		FROM seq_1_to_250;
		INSERT INTO user_part (app_id, place, part, user_id)
		SELECT $IM_APP_ID, 0, 'r', $conv + seq FROM seq_1_to_250"
	# jq knows no integers above 2^53
	crowd=$(for i in $(seq 250); do printf '"%s",' $((conv + i)); done)
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":[${crowd%,}]}"
	is_status 200
	say Anna one
	sql "INSERT INTO mark (conv_id, user_id, read_index, read_ordinal,
			delivered_index)
		SELECT $conv, $conv + seq, $at, 1, $at FROM seq_1_to_240"
	for state in read delivered unread; do
		got='' cursor=''
		while
			receipts Anna "state=$state&limit=90$cursor"
			is_status 200
			[ "$(counts)" = '[240,240,253]' ] || return 1
			got+=" $(json '.items[].user_id')"
			[ "$(json .next)" != null ]
		do
			cursor="&cursor=$(json .next)"
		done
		n=240
		[ $state != unread ] || n=12
		echo "$state: $(wc -w <<<"$got")"
		[ "$(wc -w <<<"$got")" = $n ]
		[ "$(tr ' ' '\n' <<<"$got" | grep . | sort -nu | wc -l)" = $n ]
	done
}

@test "receipts: without read receipts, both ways" {
	new_conv group Anna Bert Cleo
	say Anna one
	for who in Bert Cleo; do mark $who read "$at"; done
	own Bert '{"read_receipts":false}'
	lists read C
	lists delivered C
	lists unread ''
	[ "$(counts)" = '[1,1,3]' ]
	for state in read delivered unread; do
		receipts Bert "state=$state"
		is_status 200
		is_json tojson '{"read_count":0,"delivered_count":0,"member_count":3,"items":[],"next":null}'
	done
	own Bert '{"read_receipts":true}'
	lists read BC
}

@test "receipts: who may, and what is refused" {
	new_conv group Anna Bert Fred
	say Anna one
	drop Anna Fred
	members_only GET "/v1/conversations/$conv/receipts?conv_index=$at"
	as Anna
	while read -r field query; do
		http GET "/v1/conversations/$conv/receipts?$query"
		is_problem 400 invalid_argument "$field"
	done <<-END
		x x=1
		conv_index state=read
		conv_index conv_index=0
		conv_index conv_index=x
		state conv_index=1&state=seen
		limit conv_index=1&limit=201
		cursor conv_index=1&cursor=0
		x conv_index=1&x=1
	END
	http GET "/v1/conversations/$conv/receipts?conv_index=99"
	is_problem 404 not_found
	http GET '/v1/conversations/1/receipts?conv_index=1'
	is_problem 404 not_found
	# of what one may not see
	http POST /v1/conversations "{\"kind\":\"group\",\"members\":$(ids Bert),
		\"settings\":{\"history\":\"since_joined\"}}"
	conv=$(json .conv_id)
	say Anna before
	add Anna Cleo
	receipts Cleo
	is_problem 404 not_found
	receipts Bert
	is_status 200
	as Bert
	http POST "/v1/conversations/$conv/clear"
	receipts Bert
	is_problem 404 not_found
	use_app receipts_other
	sign_up Nina
	receipts Nina
	is_problem 404 not_found
}
