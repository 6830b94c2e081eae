load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app members
	for name in Anna Bert Cleo Dora Fred Olga; do sign_up $name; done
	first=$IM_APP
	use_app foreign
	sign_up Otto
	export IM_APP=$first
}
teardown_file() { stack_done; }

members() { http GET "/v1/conversations/$conv/members$1"; }
role() { # NAME ROLE: no route gives one yet
	local id=$1_id
	sql "UPDATE member SET role = $2 WHERE conv_id = $conv AND user_id = ${!id};
		UPDATE conversation SET version = version + 1 WHERE conv_id = $conv"
}
last_entry() { http GET "/v1/conversations/$conv/messages?limit=1"; }

# ---- list --------------------------------------------------------------------
# route: conversation.members

@test "list: who belongs to it, and since when" {
	new_conv group Anna Bert
	say Anna
	add Anna Cleo
	as Bert
	members ''
	is_status 200
	is_json .next null
	is_json '.items | length' 3
	of() { echo ".items[] | select(.user_id == \"$1\") | $2"; }
	is_json "$(of "$Anna_id" .role)" owner
	is_json "$(of "$Bert_id" .role)" member
	is_json "$(of "$Bert_id" .joined_index)" 1
	is_json "$(of "$Cleo_id" .joined_index)" 3
	is_json "$(of "$Cleo_id" .read_index)" 3
	is_json "$(of "$Cleo_id" .user.username)" "$Cleo_name"
	members '?role=owner'
	is_json '[.items[].user_id] | tojson' "$(ids Anna)"
	members '?role=admin'
	is_json '.items | length' 0
	members "?q=${Bert_name%???}"
	is_json '[.items[].user_id] | tojson' "$(ids Bert)"
	members '?q=CLE'
	is_json '[.items[].user_id] | tojson' "$(ids Cleo)"
	members '?q=l%C3%A9%6f'
	is_json '[.items[].user_id] | tojson' "$(ids Cleo)"
	for none in %25 _ %CC%81; do
		members "?q=$none"
		is_json '.items | length' 0
	done
	members '?users=true'
	is_json ".users[\"$Anna_id\"].username" "$Anna_name"
	is_json '.users | length' 3
}

@test "list: in pages without a gap" {
	new_conv group Anna Bert Cleo Dora
	got= cursor=
	for n in 2 2; do
		members "?limit=2${cursor:+&cursor=$cursor}"
		is_json '.items | length' $n
		got+=" $(json '.items[].user_id' | xargs)"
		cursor=$(json '.next // ""')
	done
	[ -z "$cursor" ]
	[ "$(xargs -n1 <<<"$got" | sort | xargs)" = \
		"$(ids Anna Bert Cleo Dora | jq -r '.[]' | sort | xargs)" ]
	members '?limit=4'
	is_json .next null
}

@test "list: who may, and fields" {
	new_conv group Anna Fred
	drop Anna Fred
	members_only GET "/v1/conversations/$conv/members"
	as Anna
	members ''
	is_json '[.items[].user_id] | tojson' "$(ids Anna)"
	for bad in 0 201 x; do
		members "?limit=$bad"
		is_problem 400 invalid_argument limit
	done
	for bad in 0 x '' 01; do
		members "?cursor=$bad"
		is_problem 400 invalid_argument cursor
	done
	members '?role=king'
	is_problem 400 invalid_argument role
	for bad in '' "$(long 65)" %ff; do
		members "?q=$bad"
		is_problem 400 invalid_argument q
	done
	members '?users=1'
	is_problem 400 invalid_argument users
	members '?more=1'
	is_problem 400 invalid_argument more
	for bad in 1 0 x; do
		http GET "/v1/conversations/$bad/members"
		is_problem 404 not_found
	done
}

# ---- add ---------------------------------------------------------------------
# route: conversation.add

@test "add: outcomes in the order asked, one entry for all" {
	new_conv group Anna Bert
	version=$(json .version)
	as Bert
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":[\"1\",
		\"$Dora_id\",\"$Anna_id\",\"$Otto_id\",\"$Cleo_id\",\"$Dora_id\"]}"
	is_status 200
	is_json '[.items[].outcome] | join(" ")' \
		'not_found added already not_found added already'
	is_json '[.items[].user_id] | tojson' "$(jq -nc '$ARGS.positional' --args \
		1 "$Dora_id" "$Anna_id" "$Otto_id" "$Cleo_id" "$Dora_id")"
	is_json '.items[1].member | [.user_id, .role, .joined_index, .read_index] | tojson' \
		"[\"$Dora_id\",\"member\",2,2]"
	is_json '.items[1].member.user.username' "$Dora_name"
	is_json '.items[2].member.role' owner
	is_json '.items[0] | has("member")' false
	is_json ".version > $version" true
	http GET "/v1/conversations/$conv"
	is_json '[.member_count, .last_index, .last_ordinal] | tojson' '[4,2,0]'
	last_entry
	is_json '.items[0] | [.kind, .content.action, .sender_id] | join(" ")' \
		"member added $Bert_id"
	is_json '.items[0].content.user_ids | sort | tojson' \
		"$(ids Cleo Dora | jq -c sort)"
}

@test "add: again changes nothing" {
	new_conv group Anna Bert
	add Anna Bert
	is_json '[.items[].outcome] | join(" ")' already
	version=$(json .version)
	http GET "/v1/conversations/$conv"
	is_json '[.last_index, .version] | tojson' "[1,$version]"
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":$(ids Cleo)}" \
		-H 'Idempotency-Key: add-once'
	is_json '.items[0].outcome' added
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":$(ids Cleo)}" \
		-H 'Idempotency-Key: add-once'
	is_json '.items[0].outcome' added
	[ "$(header Idempotent-Replayed)" = true ]
}

@test "add: the same user by many at once comes in once" {
	new_conv group Anna
	many "$BATS_TEST_TMPDIR/m" 5 POST "/v1/conversations/$conv/members" \
		"{\"user_ids\":$(ids Bert)}"
	cat "$BATS_TEST_TMPDIR"/m.*
	[ "$(cat "$BATS_TEST_TMPDIR"/m.* | grep -oE '"outcome":"[a-z]+"' | sort |
		uniq -c | xargs)" = '1 outcome:added 4 outcome:already' ]
	http GET "/v1/conversations/$conv"
	is_json '[.member_count, .last_index] | tojson' '[2,2]'
}

@test "add: who may" {
	new_conv group Anna Fred
	drop Anna Fred
	members_only POST "/v1/conversations/$conv/members" "{\"user_ids\":$(ids Bert)}"
	new_conv channel Anna Bert Cleo
	as Bert
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":$(ids Dora)}"
	is_problem 403 forbidden
	role Bert 2
	add Bert Dora
	as Anna
	http POST /v1/conversations \
		'{"kind":"group","settings":{"who_can_invite":"owner"}}'
	conv=$(json .conv_id)
	add Anna Bert
	role Bert 2
	as Bert
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":$(ids Dora)}"
	is_problem 403 forbidden
}

@test "add: not to a direct conversation, nor to the self chat" {
	new_conv direct Anna Bert
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":$(ids Cleo)}"
	is_problem 409 conflict
	new_conv self Anna
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":$(ids Cleo)}"
	is_problem 409 conflict
}

@test "add: fields" {
	new_conv group Anna
	for bad in '{}' '{"user_ids":null}' '{"user_ids":[]}' '{"user_ids":"1"}' \
		"{\"user_ids\":[$(seq -s, 501 | sed 's/[0-9]*/"&"/g')]}"; do
		http POST "/v1/conversations/$conv/members" "$bad"
		is_problem 400 invalid_argument user_ids
	done
	http POST "/v1/conversations/$conv/members" '{"user_ids":["1",2]}'
	is_problem 400 invalid_argument user_ids.1
	http POST "/v1/conversations/$conv/members" '{"user_ids":["1"],"role":"admin"}'
	is_problem 400 invalid_argument role
	http POST "/v1/conversations/$conv/members?x=1" '{"user_ids":["1"]}'
	is_problem 400 invalid_argument x
	# 400 before 404
	http POST /v1/conversations/1/members '{"user_ids":[]}'
	is_problem 400 invalid_argument user_ids
	for bad in 1 x; do
		http POST "/v1/conversations/$bad/members" '{"user_ids":["1"]}'
		is_problem 404 not_found
	done
}

# ---- remove ------------------------------------------------------------------
# route: conversation.remove

@test "remove: who is out sees nothing more; again answers as before" {
	new_conv group Anna Bert Cleo
	drop Anna Bert
	[ -z "$body" ]
	last_entry
	is_json '.items[0] | [.kind, .content.action, .sender_id,
		(.content.user_ids | join(","))] | join(" ")' \
		"member removed $Anna_id $Bert_id"
	drop Anna Bert
	http GET "/v1/conversations/$conv"
	is_json '[.member_count, .last_index] | tojson' '[2,2]'
	as Bert
	http GET "/v1/conversations/$conv"
	is_problem 404 not_found
	http GET "/v1/conversations/$conv/messages"
	is_problem 404 not_found
}

@test "remove: who comes back has a second interval" {
	new_conv group Anna Bert
	say Anna one
	drop Anna Bert
	say Anna missed
	add Anna Bert
	say Anna two
	caught_up Bert
	is_json "[.events[] | select(.conv_id == \"$conv\" and .type == \"entry\")
		| .entry.conv_index] | tojson" '[1,2,3,5,6]'
	members "?q=$Bert_name"
	is_json '.items[0] | [.joined_index, .read_index] | tojson' '[5,5]'
	chat_is Bert .unread 1
	as Bert
	http GET "/v1/conversations/$conv/messages"
	is_json '[.items[].conv_index] | tojson' '[1,2,3,4,5,6]'
}

@test "remove: who may" {
	new_conv group Anna Bert Cleo Dora Fred
	drop Anna Fred
	members_only DELETE "/v1/conversations/$conv/members/$Bert_id"
	as Bert
	http DELETE "/v1/conversations/$conv/members/$Cleo_id"
	is_problem 403 forbidden
	role Bert 2
	role Cleo 2
	as Bert
	http DELETE "/v1/conversations/$conv/members/$Cleo_id"
	is_problem 403 forbidden
	http DELETE "/v1/conversations/$conv/members/$Anna_id"
	is_problem 403 forbidden
	drop Bert Dora
	drop Anna Cleo
	as Anna
	for bad in "$Olga_id" 1 0 x 01 9223372036854775808; do
		http DELETE "/v1/conversations/$conv/members/$bad"
		is_problem 404 not_found
	done
	http DELETE "/v1/conversations/$conv/members/$Bert_id?x=1"
	is_problem 400 invalid_argument x
	http DELETE "/v1/conversations/$conv/members/$Bert_id" '{"why":"x"}'
	is_problem 400 invalid_argument why
	new_conv direct Anna Bert
	http DELETE "/v1/conversations/$conv/members/$Bert_id"
	is_problem 409 conflict
}

@test "remove: oneself is to leave" {
	new_conv group Anna Bert
	drop Bert Bert
	as Anna
	last_entry
	is_json '.items[0].content | .action + " " + (.user_ids | join(","))' \
		"left $Bert_id"
	drop Anna Anna
	http GET "/v1/conversations/$conv"
	is_problem 404 not_found
}

# ---- leave -------------------------------------------------------------------
# route: conversation.leave

leave() { http POST "/v1/conversations/$conv/leave" "$@"; }
owner() {
	members '?role=owner'
	json '[.items[].user_id] | join(",")'
}

@test "leave: a member" {
	new_conv group Anna Bert
	as Bert
	leave
	is_status 204
	[ -z "$body" ]
	leave
	is_problem 404 not_found
	as Anna
	last_entry
	is_json '.items[0] | [.sender_id, .content.action,
		(.content.user_ids | join(","))] | join(" ")' \
		"$Bert_id left $Bert_id"
	[ "$(owner)" = "$Anna_id" ]
}

@test "leave: an owner hands over to whom they name" {
	new_conv group Anna Bert Cleo
	leave "{\"owner\":\"$Cleo_id\"}"
	is_status 204
	as Cleo
	[ "$(owner)" = "$Cleo_id" ]
	http GET "/v1/conversations/$conv"
	is_json .my_role owner
	is_json '[.member_count, .last_index] | tojson' '[2,3]'
	# An entry for the new owner, and behind it that of leaving.
	http GET "/v1/conversations/$conv/messages?after=1"
	is_json '[.items[] | [.kind, .sender_id, .content.action] +
		.content.user_ids | join(" ")] | tojson' \
		"[\"member $Anna_id owner $Cleo_id\",\"member $Anna_id left $Anna_id\"]"
	caught_up Cleo
	is_json "[.events[] | select(.conv_id == \"$conv\" and .type == \"entry\")
		| .entry.conv_index] | tojson" '[1,2,3]'
}

@test "leave: else to the oldest admin, else to the oldest member" {
	new_conv group Anna Bert
	add Anna Cleo
	add Anna Dora
	role Dora 2
	as Anna
	leave '{}'
	as Bert
	[ "$(owner)" = "$Dora_id" ]
	as Dora
	leave
	as Cleo
	[ "$(owner)" = "$Bert_id" ]
}

@test "leave: the last one dissolves it" {
	new_conv group Anna
	leave
	is_status 204
	http GET "/v1/conversations/$conv"
	is_problem 404 not_found
	send "$(text more)"
	is_problem 404 not_found
	chat_is Anna . null
}

@test "leave: who may, and fields" {
	new_conv group Anna Bert Fred
	drop Anna Fred
	members_only POST "/v1/conversations/$conv/leave"
	as Anna
	for bad in 0 '"x"' '""' null '"0"'; do
		leave "{\"owner\":$bad}"
		is_problem 400 invalid_argument owner
	done
	for bad in "$Olga_id" "$Fred_id" "$Anna_id" 1; do
		leave "{\"owner\":\"$bad\"}"
		is_problem 400 invalid_argument owner
	done
	leave '{"more":1}'
	is_problem 400 invalid_argument more
	http POST "/v1/conversations/$conv/leave?x=1"
	is_problem 400 invalid_argument x
	for bad in 1 x; do
		http POST "/v1/conversations/$bad/leave"
		is_problem 404 not_found
	done
	new_conv direct Anna Bert
	leave
	is_problem 409 conflict
	new_conv self Anna
	leave
	is_problem 409 conflict
	as Anna
	http GET "/v1/conversations/$conv"
	is_status 200
}
