# What a member is in a group: role, alias, mute, owner.
load ../helper
load apps
load chats
load acts

setup_file() {
	people roles
	sign_up Dora
	first=$IM_APP
	use_app foreign
	sign_up Otto
	export IM_APP=$first
}
teardown_file() { stack_done; }

# set_member WHO USER JSON: WHO changes a member of $conv
set_member() {
	local id=$2_id
	as "$1"
	http PATCH "/v1/conversations/$conv/members/${!id}" "$3"
}
set_role() {
	set_member "$1" "$2" "{\"role\":\"$3\"}"
	is_status 200
}
hand_over() {
	local id=$2_id
	as "$1"
	http POST "/v1/conversations/$conv/owner" "{\"user_id\":\"${!id}\"}"
}
roles() { # of all members, by name
	local name id got=
	http GET "/v1/conversations/$conv/members"
	for name in Anna Bert Cleo Dora; do
		id=${name}_id
		got+=$(json ".items[] | select(.user_id == \"${!id}\") | \"$name \" + .role + \" \"")
	done
	echo "$got"
}
newest() { history '?limit=1'; }
later() { echo $(($(date +%s%3N) + $1)); }

# ---- role, alias, mute ---------------------------------------------------------
# route: conversation.member

@test "role: an entry, and what the role allows" {
	new_conv group Anna Bert Cleo
	version=$(json .version)
	set_member Anna Bert '{"role":"admin"}'
	is_status 200
	is_json '[.user_id, .role, .user.username, .joined_index] | tojson' \
		"[\"$Bert_id\",\"admin\",\"$Bert_name\",1]"
	newest
	is_json '.items[0] | [.kind, .sender_id, .conv_index, .ordinal] | tojson' \
		"[\"member\",\"$Anna_id\",2,0]"
	is_json '.items[0].content | tojson' \
		"{\"action\":\"role\",\"user_ids\":[\"$Bert_id\"],\"role\":\"admin\"}"
	as Bert
	http GET "/v1/conversations/$conv"
	is_json '[.my_role, .version] | tojson' "[\"admin\",$((version + 1))]"
	drop Bert Cleo
	set_role Anna Bert member
	add Anna Cleo
	as Bert
	http DELETE "/v1/conversations/$conv/members/$Cleo_id"
	is_problem 403 forbidden
	# In a channel admins post.
	new_conv channel Anna Bert
	as Bert
	send "$(text no)"
	is_problem 403 forbidden
	set_role Anna Bert admin
	say Bert
	set_role Anna Bert member
	as Bert
	send "$(text no)"
	is_problem 403 forbidden
	caught_up Bert
	is_json "[.events[] | select(.conv_id == \"$conv\" and .type == \"entry\")
		| .entry.content.action // \"-\"] | join(\" \")" 'created role - role'
}

@test "role: the owner alone; not their own" {
	new_conv group Anna Bert Cleo
	set_role Anna Bert admin
	for who in Bert Cleo; do
		set_member $who Cleo '{"role":"admin"}'
		is_problem 403 forbidden
		set_member $who Anna '{"role":"member"}'
		is_problem 403 forbidden
	done
	set_member Bert Bert '{"role":"member"}'
	is_problem 403 forbidden
	set_member Anna Anna '{"role":"admin"}'
	is_problem 409 conflict
	[ "$(roles)" = 'Anna owner Bert admin Cleo member ' ]
}

@test "mute: no sends until it ends, by itself" {
	new_conv group Anna Bert
	until=$(later 3000)
	set_member Anna Bert "{\"muted_until\":$until}"
	is_status 200
	is_json .muted_until "$until"
	newest
	is_json '.items[0].content | tojson' "{\"action\":\"muted\",\"user_ids\":[\"$Bert_id\"],\"muted_until\":$until}"
	as Bert
	send "$(text no)"
	# A machine that is slow enough finds it over already.
	[ "$(date +%s%3N)" -ge "$until" ] || is_problem 403 forbidden
	spoke() { send "$(text yes)" && [ "$status" = 201 ]; }
	wait_for spoke
	[ "$(json .sent_at)" -ge "$until" ]
	until=$(later 3600000)
	set_member Anna Bert "{\"muted_until\":$until}"
	as Bert
	send "$(text no)"
	is_problem 403 forbidden
	send '{"type":"text","content":{"text":"x"},"flags":["ephemeral"]}'
	is_problem 403 forbidden
	http GET "/v1/conversations/$conv/members"
	is_json ".items[] | select(.user_id == \"$Bert_id\") | .muted_until" "$until"
	# It outlasts leaving and coming back.
	drop Bert Bert
	add Anna Bert
	is_json '.items[0].member.muted_until' "$until"
	as Bert
	send "$(text no)"
	is_problem 403 forbidden
	set_member Anna Bert '{"muted_until":null}'
	is_json 'has("muted_until")' false
	newest
	is_json '.items[0].content | tojson' "{\"action\":\"muted\",\"user_ids\":[\"$Bert_id\"]}"
	say Bert
}

@test "mute: by a higher role" {
	new_conv group Anna Bert Cleo Dora
	set_role Anna Bert admin
	set_role Anna Cleo admin
	until="{\"muted_until\":$(later 3600000)}"
	for pair in 'Dora Bert' 'Dora Dora' 'Bert Cleo' 'Bert Anna' 'Bert Bert' 'Anna Anna'; do
		set_member $pair "$until"
		is_problem 403 forbidden
	done
	for pair in 'Bert Dora' 'Anna Cleo'; do
		set_member $pair "$until"
		is_status 200
	done
	as Cleo
	send "$(text no)"
	is_problem 403 forbidden
	for bad in 0 -1 1 "$(later -1000)" '"x"' 1.5 9007199254740992; do
		set_member Bert Dora "{\"muted_until\":$bad}"
		is_problem 400 invalid_argument muted_until
	done
}

@test "alias: one's own, and by admins" {
	new_conv group Anna Bert Cleo
	set_member Bert Bert '{"alias":"Bee"}'
	is_status 200
	is_json .alias Bee
	newest
	is_json '.items[0] | [.sender_id, (.content | tojson)] | join(" ")' \
		"$Bert_id {\"action\":\"alias\",\"user_ids\":[\"$Bert_id\"],\"alias\":\"Bee\"}"
	set_member Cleo Bert '{"alias":"No"}'
	is_problem 403 forbidden
	set_role Anna Cleo admin
	set_member Cleo Bert '{"alias":"Ο Μπερτ"}'
	is_json .alias 'Ο Μπερτ'
	set_member Cleo Anna '{"alias":"Boss"}'
	is_status 200
	set_member Bert Bert '{"alias":null}'
	is_json 'has("alias")' false
	newest
	is_json '.items[0].content | tojson' "{\"action\":\"alias\",\"user_ids\":[\"$Bert_id\"]}"
	for bad in '""' 1 '" "' "\"$(long 65)\"" '"a\nb"'; do
		set_member Bert Bert "{\"alias\":$bad}"
		is_problem 400 invalid_argument alias
	done
}

@test "several at once are one entry; nothing new is none" {
	new_conv group Anna Bert
	until=$(later 3600000)
	set_member Anna Bert "{\"role\":\"admin\",\"alias\":\"B\",\"muted_until\":$until}"
	is_json '[.role, .alias, .muted_until] | tojson' "[\"admin\",\"B\",$until]"
	[ "$(entries)" = 2 ]
	newest
	is_json '.items[0].content | tojson' "{\"action\":\"role\",\"user_ids\":[\"$Bert_id\"],\"role\":\"admin\",\"alias\":\"B\",\"muted_until\":$until}"
	http GET "/v1/conversations/$conv"
	version=$(json .version)
	for same in '{}' '{"role":"admin"}' '{"alias":"B"}' "{\"muted_until\":$until}"; do
		set_member Anna Bert "$same"
		is_status 200
		is_json .role admin
	done
	[ "$(entries)" = 2 ]
	set_member Anna Bert '{"role":"member","alias":null,"muted_until":null}'
	newest
	is_json '.items[0].content | tojson' "{\"action\":\"role\",\"user_ids\":[\"$Bert_id\"],\"role\":\"member\",\"alias\":null,\"muted_until\":null}"
	http GET "/v1/conversations/$conv"
	is_json .version $((version + 1))
	# One that may not be done keeps all of them from being done.
	set_member Bert Bert '{"alias":"Me","role":"admin"}'
	is_problem 403 forbidden
	[ "$(entries)" = 3 ]
}

@test "member: who may, and fields" {
	new_conv group Anna Bert Fred
	drop Anna Fred
	members_only PATCH "/v1/conversations/$conv/members/$Bert_id" '{"alias":"x"}'
	as Otto
	http PATCH "/v1/conversations/$conv/members/$Bert_id" '{"alias":"x"}'
	is_problem 404 not_found
	as Anna
	for wrong in "$Fred_id" "$Olga_id" "$Otto_id" 1 0 x; do
		http PATCH "/v1/conversations/$conv/members/$wrong" '{"alias":"x"}'
		is_problem 404 not_found
	done
	for bad in '"owner"' '"king"' 1 null '""'; do
		http PATCH "/v1/conversations/$conv/members/$Bert_id" "{\"role\":$bad}"
		is_problem 400 invalid_argument role
	done
	http PATCH "/v1/conversations/$conv/members/$Bert_id" '{"more":1}'
	is_problem 400 invalid_argument more
	http PATCH "/v1/conversations/$conv/members/$Bert_id?x=1" '{}'
	is_problem 400 invalid_argument x
	for wrong in 1 0 x; do
		http PATCH "/v1/conversations/$wrong/members/$Bert_id" '{"alias":"x"}'
		is_problem 404 not_found
	done
	new_conv direct Anna Bert
	set_member Anna Anna '{"alias":"x"}'
	is_problem 409 conflict
	http DELETE "/v1/conversations/$conv"
	new_conv group Anna Bert
	http DELETE "/v1/conversations/$conv"
	is_status 204
	set_member Bert Bert '{"alias":"x"}'
	is_problem 410 gone
}

# ---- the owner -----------------------------------------------------------------
# route: conversation.owner

@test "owner: hands over, and is an admin" {
	new_conv group Anna Bert Cleo
	hand_over Anna Bert
	is_status 204
	[ -z "$body" ]
	[ "$(roles)" = 'Anna admin Bert owner Cleo member ' ]
	newest
	is_json '.items[0] | [.kind, .sender_id, (.content | tojson)] | join(" ")' \
		"member $Anna_id {\"action\":\"owner\",\"user_ids\":[\"$Bert_id\"]}"
	hand_over Anna Cleo
	is_problem 403 forbidden
	# To oneself there is nothing to hand over.
	hand_over Bert Bert
	is_status 204
	[ "$(entries)" = 2 ]
	as Bert
	for i in 1 2; do
		http POST "/v1/conversations/$conv/owner" "{\"user_id\":\"$Cleo_id\"}" \
			-H 'Idempotency-Key: once'
		is_status 204
	done
	[ "$(header Idempotent-Replayed)" = true ]
	[ "$(roles)" = 'Anna admin Bert admin Cleo owner ' ]
	[ "$(entries)" = 3 ]
}

@test "owner: who may, and fields" {
	new_conv group Anna Bert Fred
	drop Anna Fred
	members_only POST "/v1/conversations/$conv/owner" "{\"user_id\":\"$Bert_id\"}"
	set_role Anna Bert admin
	hand_over Bert Bert
	is_problem 403 forbidden
	hand_over Bert Anna
	is_problem 403 forbidden
	as Anna
	for wrong in Fred Olga Otto; do
		hand_over Anna $wrong
		is_problem 400 invalid_argument user_id
	done
	for bad in '{}' '{"user_id":null}' '{"user_id":7}' '{"user_id":"0"}' '{"user_id":"x"}'; do
		http POST "/v1/conversations/$conv/owner" "$bad"
		is_problem 400 invalid_argument user_id
	done
	http POST "/v1/conversations/$conv/owner" "{\"user_id\":\"$Bert_id\",\"more\":1}"
	is_problem 400 invalid_argument more
	http POST "/v1/conversations/$conv/owner?x=1" "{\"user_id\":\"$Bert_id\"}"
	is_problem 400 invalid_argument x
	for wrong in 1 0 x; do
		http POST "/v1/conversations/$wrong/owner" "{\"user_id\":\"$Bert_id\"}"
		is_problem 404 not_found
	done
	new_conv direct Anna Bert
	hand_over Anna Bert
	is_problem 409 conflict
}
