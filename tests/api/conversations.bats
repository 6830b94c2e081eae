load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app conversations
	for name in Anna Bert Cleo Fred Olga; do sign_up $name; done
	first=$IM_APP key=$IM_APP_KEY
	use_app foreign
	sign_up Otto
	export IM_APP=$first IM_APP_KEY=$key
}
teardown_file() { stack_done; }

make() { http POST /v1/conversations "$@"; }

# ---- create ------------------------------------------------------------------
# route: conversation.create

@test "create: a group is there at once, with one entry that names everybody" {
	as Anna
	make "{\"kind\":\"group\",\"members\":$(ids Bert Cleo),\"settings\":{
		\"name\":\"Zoë's 🌱\",\"meta\":{\"k\":[1,2.5]}}}"
	is_status 201
	conv=$(json .conv_id)
	is_json '.conv_id | test("^[1-9][0-9]{0,18}$")' true
	is_json .kind group
	is_json '.home_region | type' string
	is_json '.created_at > 1700000000000' true
	is_json .created_by "$Anna_id"
	is_json .member_count 3
	is_json .last_index 1
	is_json .last_ordinal 0
	is_json .mode push
	is_json .version 1
	is_json .my_role owner
	is_json 'has("peer")' false
	is_json '.settings | tojson' "$(jq -nc '{name: "Zoë'"'"'s 🌱", join: "invite",
		who_can_post: "all", who_can_invite: "all", history: "all",
		slow_mode_s: 0, message_ttl_s: 0, who_can_pin: "admins",
		who_can_mention_all: "admins", meta: {k: [1, 2.5]}}')"
	[ "$(header ETag)" = '"1"' ]
	http GET "/v1/conversations/$conv/messages"
	is_json '.items | length' 1
	is_json '.items[0] | [.conv_index, .ordinal, .kind, .sender_id] | tojson' \
		"[1,0,\"member\",\"$Anna_id\"]"
	is_json '.items[0].content.action' created
	is_json '.items[0].content.user_ids | sort | tojson' \
		"$(ids Anna Bert Cleo | jq -c sort)"
	for who in Anna Bert Cleo; do
		chat_is $who .last_entry.conv_index 1
		chat_is $who .unread 0
		chat_is $who .read_index 1
	done
}

@test "create: defaults of a channel, and all settings that can be given" {
	as Anna
	make '{"kind":"channel"}'
	is_status 201
	is_json '.settings | [.who_can_post, .who_can_invite, .who_can_pin,
		.who_can_mention_all] | unique | join(" ")' admins
	is_json .member_count 1
	make '{"kind":"group","settings":{"name":"n","photo":"https://example.com/p","announcement":"a",
		"description":"d","join":"open","who_can_post":"admins",
		"who_can_invite":"owner","history":"since_joined","who_can_pin":"all",
		"who_can_mention_all":"owner","meta":{}}}'
	is_status 201
	is_json '.settings | [.name, .photo, .announcement, .description, .join,
		.who_can_post, .who_can_invite, .history, .who_can_pin,
		.who_can_mention_all, .meta] | tojson' \
		'["n","https://example.com/p","a","d","open","admins","owner","since_joined","all","owner",{}]'
}

@test "create: members named twice, or oneself, count once" {
	as Anna
	make "{\"kind\":\"group\",\"members\":$(ids Bert Anna Bert)}"
	is_status 201
	is_json .member_count 2
}

@test "create: direct, once for the two, listed for the other from the first message" {
	sign_up Dina
	sign_up Dora
	new_conv direct Dina Dora
	is_status 201
	is_json .kind direct
	is_json .member_count 2
	is_json '[.last_index, .last_ordinal] | tojson' '[0,0]'
	is_json .peer.user_id "$Dora_id"
	is_json .peer.username "$Dora_name"
	first=$conv
	[ "$(chat Dina .last_entry)" = null ]
	[ "$(chat Dina .conversation.conv_id)" = "$conv" ]
	[ "$(chat Dora .)" = null ]
	as Dora
	http GET "/v1/conversations/$conv"
	is_status 200
	is_json .peer.user_id "$Dina_id"
	http GET "/v1/conversations/$conv/messages"
	is_json '.items | length' 0
	new_conv direct Dina Dora
	is_status 200
	[ "$conv" = "$first" ]
	say Dina
	[ "$at" = 1 ]
	chat_is Dora .unread 1
	new_conv direct Dora Dina
	is_status 200
	[ "$conv" = "$first" ]
	is_json .peer.user_id "$Dina_id"
	is_json .last_index 1
}

@test "create: direct, by both at once, is one" {
	sign_up Eins
	sign_up Zwei
	as Eins
	many "$BATS_TEST_TMPDIR/a" 4 POST /v1/conversations \
		"{\"kind\":\"direct\",\"members\":$(ids Zwei)}" &
	as Zwei
	many "$BATS_TEST_TMPDIR/b" 4 POST /v1/conversations \
		"{\"kind\":\"direct\",\"members\":$(ids Eins)}" &
	wait
	cat "$BATS_TEST_TMPDIR"/[ab].*
	[ "$(grep -hoE '"conv_id":"[0-9]+"' "$BATS_TEST_TMPDIR"/[ab].* | sort -u | wc -l)" = 1 ]
	[ "$(grep -hxE '[0-9]{3}' "$BATS_TEST_TMPDIR"/[ab].* | sort | uniq -c | xargs)" = "7 200 1 201" ]
	[ "$(chat Eins .unread)" = null ] || chat_is Eins .unread 0
}

@test "create: self, one for each user" {
	new_conv self Cleo
	is_status 201
	is_json .kind self
	is_json .member_count 1
	is_json .last_index 0
	is_json 'has("peer")' false
	first=$conv
	[ "$(chat Cleo .conversation.conv_id)" = "$conv" ]
	new_conv self Cleo
	is_status 200
	[ "$conv" = "$first" ]
	new_conv self Bert
	[ "$conv" != "$first" ]
	say Bert
	chat_is Bert .last_entry.msg_id "$msg"
	chat_is Bert .unread 0
}

@test "create: client_id makes a repeat harmless, and another body a conflict" {
	id=c-$RANDOM$RANDOM
	as Anna
	make "{\"kind\":\"group\",\"members\":$(ids Bert),\"client_id\":\"$id\"}"
	is_status 201
	conv=$(json .conv_id)
	make "{\"client_id\":\"$id\", \"members\":$(ids Bert),\"kind\":\"group\"}"
	is_status 200
	is_json .conv_id "$conv"
	make "{\"kind\":\"group\",\"members\":$(ids Cleo),\"client_id\":\"$id\"}"
	is_problem 409 conflict client_id
	as Bert
	make "{\"kind\":\"group\",\"members\":$(ids Anna),\"client_id\":\"$id\"}"
	is_status 201
	[ "$(json .conv_id)" != "$conv" ]
}

@test "create: with one client_id at once makes one" {
	as Anna
	many "$BATS_TEST_TMPDIR/m" 6 POST /v1/conversations \
		"{\"kind\":\"group\",\"client_id\":\"at-once-$RANDOM$RANDOM\"}"
	cat "$BATS_TEST_TMPDIR"/m.*
	[ "$(grep -hoE '"conv_id":"[0-9]+"' "$BATS_TEST_TMPDIR"/m.* | sort -u | wc -l)" = 1 ]
	[ "$(grep -hxE '[0-9]{3}' "$BATS_TEST_TMPDIR"/m.* | sort | uniq -c | xargs)" = "5 200 1 201" ]
}

@test "create: with an Idempotency-Key the first answer comes again" {
	key="k $RANDOM$RANDOM"
	as Anna
	make '{"kind":"group"}' -H "Idempotency-Key: $key"
	is_status 201
	[ -z "$(header Idempotent-Replayed)" ]
	made=$body
	make '{ "kind" : "group" }' -H "Idempotency-Key: $key"
	is_status 201
	[ "$(header Idempotent-Replayed)" = true ]
	is_json . "$(jq . <<<"$made")"
	make '{"kind":"channel"}' -H "Idempotency-Key: $key"
	is_problem 409 conflict Idempotency-Key
}

@test "create: who may, and unknown users" {
	as nobody
	make '{"kind":"group"}'
	is_problem 401 unauthenticated
	as_app
	make '{"kind":"group"}'
	is_problem 400 invalid_argument Im-Act-As
	make '{"kind":"group"}' -H "Im-Act-As: $Anna_id"
	is_status 201
	is_json .created_by "$Anna_id"
	as Anna
	for kind in direct group; do
		make "{\"kind\":\"$kind\",\"members\":[\"1\"]}"
		is_problem 404 not_found members
		make "{\"kind\":\"$kind\",\"members\":$(ids Otto)}"
		is_problem 404 not_found members
	done
}

@test "create: fields" {
	as Anna
	make '{}'
	is_problem 400 invalid_argument kind
	for bad in '"Group"' '""' null 1 '["group"]'; do
		make "{\"kind\":$bad}"
		is_problem 400 invalid_argument kind
	done
	for bad in "$(ids Anna)" "$(ids Bert Cleo)" '[]'; do
		make "{\"kind\":\"direct\",\"members\":$bad}"
		is_problem 400 invalid_argument members
	done
	make '{"kind":"direct"}'
	is_problem 400 invalid_argument members
	make "{\"kind\":\"self\",\"members\":$(ids Bert)}"
	is_problem 400 invalid_argument members
	for bad in '"1"' '{}' null 7; do
		make "{\"kind\":\"group\",\"members\":$bad}"
		is_problem 400 invalid_argument members
	done
	for bad in 1 '"0"' '"01"' '"x"' '""' null '"9223372036854775808"'; do
		make "{\"kind\":\"group\",\"members\":[\"$Bert_id\",$bad]}"
		is_problem 400 invalid_argument members.1
	done
	for bad in '""' "\"$(long 65)\"" '"ä"' 7 null '"a\u0007"'; do
		make "{\"kind\":\"group\",\"client_id\":$bad}"
		is_problem 400 invalid_argument client_id
	done
	make '{"kind":"group","settings":[]}'
	is_problem 400 invalid_argument settings
	for bad in name photo announcement description join who_can_post \
		who_can_invite history who_can_pin who_can_mention_all meta; do
		make "{\"kind\":\"group\",\"settings\":{\"$bad\":7}}"
		is_problem 400 invalid_argument "settings.$bad"
	done
	for bad in join who_can_post who_can_invite history who_can_pin \
		who_can_mention_all; do
		make "{\"kind\":\"group\",\"settings\":{\"$bad\":\"other\"}}"
		is_problem 400 invalid_argument "settings.$bad"
	done
	for bad in '' javascript:alert\(1\) /p http://b/p https:// https://me@b/p; do
		make "{\"kind\":\"group\",\"settings\":{\"photo\":\"$bad\"}}"
		is_problem 400 invalid_argument settings.photo
	done
	make '{"kind":"group","settings":{"who_can_post":"owner"}}'
	is_problem 400 invalid_argument settings.who_can_post
	make "{\"kind\":\"group\",\"settings\":{\"meta\":{\"x\":\"$(long 4096)\"}}}"
	is_problem 400 invalid_argument settings.meta
	make '{"kind":"group","settings":{"colour":"red"}}'
	is_problem 400 invalid_argument settings.colour
	make '{"kind":"group","more":1}'
	is_problem 400 invalid_argument more
	make '{"kind":"group"}' -H "Idempotency-Key: $(long 65)"
	is_problem 400 invalid_argument Idempotency-Key
	http POST '/v1/conversations?kind=group' '{"kind":"group"}'
	is_problem 400 invalid_argument kind
}

# ---- get ---------------------------------------------------------------------
# route: conversation.get

@test "get: as each member sees it, with its version as ETag" {
	new_conv group Anna Bert
	made=$body
	http GET "/v1/conversations/$conv"
	is_status 200
	is_json . "$(jq . <<<"$made")"
	[ "$(header ETag)" = "\"$(json .version)\"" ]
	as Bert
	http GET "/v1/conversations/$conv"
	is_json .my_role member
	was=$(json .version)
	say Anna
	http GET "/v1/conversations/$conv"
	is_json '[.last_index, .last_ordinal] | tojson' '[2,1]'
	add Anna Cleo
	is_json ".version > $was" true
	now=$(json .version)
	http GET "/v1/conversations/$conv"
	is_json .version "$now"
	is_json .member_count 3
	[ "$(header ETag)" = "\"$now\"" ]
	http HEAD "/v1/conversations/$conv"
	is_status 200
	[ "$(header ETag)" = "\"$now\"" ]
}

@test "get: for members alone, and of one's own app" {
	new_conv group Anna Fred
	drop Anna Fred
	members_only GET "/v1/conversations/$conv"
	as Otto
	http GET "/v1/conversations/$conv"
	is_problem 404 not_found
	as Anna
	for bad in 1 0 01 x -1 9223372036854775808 12345678901234567890 %31; do
		http GET "/v1/conversations/$bad"
		is_problem 404 not_found
	done
	http GET "/v1/conversations/$conv?x=1"
	is_problem 400 invalid_argument x
	# 400 before 404
	http GET '/v1/conversations/1?x=1'
	is_problem 400 invalid_argument x
}

# ---- list --------------------------------------------------------------------
# route: conversation.list

@test "list: by last activity, in pages without a gap" {
	sign_up Lena
	all=
	for i in 1 2 3 4 5; do
		new_conv group Lena
		say Lena "in $i"
		chat_is Lena .last_entry.msg_id "$msg"
		all="$conv $all"
	done
	set -- $all
	as Lena
	http GET '/v1/conversations?limit=5'
	is_json .next null
	is_json '[.items[].conversation.conv_id] | join(" ")' "${all% }"
	cursor= got=
	for n in 2 2 1; do
		http GET "/v1/conversations?limit=2${cursor:+&cursor=$cursor}"
		is_json '.items | length' $n
		got+=$(json '.items[].conversation.conv_id + " "' | tr -d '\n')
		cursor=$(json '.next // ""')
	done
	[ -z "$cursor" ]
	[ "$got" = "$all" ]
	conv=$5
	say Lena again
	chat_is Lena .last_entry.msg_id "$msg"
	http GET '/v1/conversations?limit=1'
	is_json '.items[0].conversation.conv_id' "$5"
	say Lena "$(text quiet | jq -c '.flags = ["no_bump"]')"
	conv=$4
	say Lena
	conv=$5
	say Lena "$(text quiet | jq -c '.flags = ["no_bump"]')"
	chat_is Lena .last_entry.msg_id "$msg"
	http GET '/v1/conversations?limit=1'
	is_json '.items[0].conversation.conv_id' "$4"
}

@test "list: an item" {
	sign_up Ida
	new_conv group Ida Bert
	say Bert "hi Ida"
	chat_is Ida .unread 1
	chat_is Ida .mentions 0
	chat_is Ida .read_index 1
	chat_is Ida '.me | type' object
	chat_is Ida .last_entry.content.text 'hi Ida'
	chat_is Ida .conversation.my_role owner
	chat_is Ida 'keys | join(",")' \
		conversation,last_entry,me,mentions,read_index,unread,unread_ordinal
	as Ida
	http GET '/v1/conversations?users=true'
	is_json ".users[\"$Bert_id\"].username" "$Bert_name"
	is_json ".users[\"$Ida_id\"] | keys | join(\",\")" display_name,user_id,username
	http GET '/v1/conversations?users=false'
	is_json 'has("users")' false
	new_conv group Ida Bert
	as Ida
	http GET '/v1/conversations?unread=true'
	is_json '.items | length' 1
	http GET '/v1/conversations?unread=false'
	is_json '.items | length' 2
	http GET '/v1/conversations?folder=none'
	is_json '.items | length' 0
}

@test "list: who was removed or left has it no longer" {
	new_conv group Anna Fred Bert
	chat_is Fred .conversation.conv_id "$conv"
	drop Anna Fred
	chat_is Fred . null
	as Bert
	http POST "/v1/conversations/$conv/leave"
	is_status 204
	chat_is Bert . null
}

@test "list: fields" {
	as nobody
	http GET /v1/conversations
	is_problem 401 unauthenticated
	as Anna
	for bad in 0 201 -1 x 1.0 '' 1e1; do
		http GET "/v1/conversations?limit=$bad"
		is_problem 400 invalid_argument limit
	done
	for bad in x '' AAAA "$(long 201)"; do
		http GET "/v1/conversations?cursor=$bad"
		is_problem 400 invalid_argument cursor
	done
	for name in unread users; do
		for bad in 1 '' TRUE; do
			http GET "/v1/conversations?$name=$bad"
			is_problem 400 invalid_argument $name
		done
	done
	for bad in '' "$(long 65)" %ff; do
		http GET "/v1/conversations?folder=$bad"
		is_problem 400 invalid_argument folder
	done
	http GET '/v1/conversations?limit=1&limit=1'
	is_problem 400 invalid_argument limit
	http GET '/v1/conversations?more=1'
	is_problem 400 invalid_argument more
}
