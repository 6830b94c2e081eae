load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app scheduled
	for name in Anna Bert Cleo Fred Olga; do sign_up $name; done
}
teardown_file() { stack_done; }

later() { # [TEXT [FILTER]]: a body that is sent in an hour
	text "${1-hello}" | jq -c ".send_at = $(ms 3600) | ${2-.}"
}
schedule() { # WHO [BODY]: sets msg
	as "$1"
	send "${2-$(later)}"
	is_status 202
	msg=$(json .msg_id)
}
scheduled() { # WHO [QUERY]
	as "$1"
	http GET "/v1/scheduled${2-}"
	is_status 200
}
change() { # WHO JSON
	as "$1"
	http PATCH "/v1/scheduled/$msg" "$2"
}
cancel() { # WHO
	as "$1"
	http DELETE "/v1/scheduled/$msg"
}
# Of $msg, as if its time had come.
come() { sql "UPDATE scheduled SET due_ms = 1000 WHERE msg_id = $msg"; }
told() { # WHO STATE
	pull "$1" "$before"
	jq -e --arg m "$msg" --arg s "$2" '.events | any(.type == "scheduled"
		and .msg_id == $m and .state == $s)' <<<"$body" >/dev/null
}
becomes() { # WHO STATE: when its time has come
	before=$(stand "$1")
	come
	wait_for told "$1" "$2"
}
fails() { # WHO REASON
	becomes "$1" failed
	is_json ".events[] | select(.type == \"scheduled\" and .state == \"failed\")
		| [.msg_id, .conv_id, .reason, has(\"conv_index\")] | tojson" \
		"[\"$msg\",\"$conv\",\"$2\",false]"
	scheduled "$1" "?conv_id=$conv"
	is_json ".items[] | select(.msg_id == \"$msg\") | [.state, .reason] | tojson" \
		"[\"failed\",\"$2\"]"
}
mute() { # WHO S
	local id=$1_id
	sql "UPDATE member SET muted_until_ms = $(ms "$2")
		WHERE conv_id = $conv AND user_id = ${!id};
		UPDATE conversation SET version = version + 1 WHERE conv_id = $conv"
}

# route: message.send
# route: message.scheduled
# route: message.reschedule
# route: message.unschedule

@test "scheduled: set, changed, cancelled, on all devices" {
	new_conv group Anna Bert
	say Anna one
	caught_up Bert
	before=$(stand Bert)
	log_in "$Bert_name" second
	export Second_token=$token
	polling Second "after=$before"
	when=$(ms 3600)
	schedule Bert "$(text soon | jq -c ".send_at = $when | .meta = {a: 1} |
		.mentions = $(ids Anna) | .reply_to = \"$msg\" | .flags = [\"silent\"] |
		.client_msg_id = \"c\" | .seen_index = $at")"
	is_json 'keys_unsorted | join(" ")' 'msg_id state send_at'
	is_json '[.state, .send_at] | tojson' "[\"scheduled\",$when]"
	heard Second
	is_json '.events[0] | del(.user_index, .at) | tojson' \
		"$(jq -nc '{type: "scheduled", conv_id: $ARGS.positional[0],
		msg_id: $ARGS.positional[1], state: "scheduled"}' --args "$conv" "$msg")"
	chat_is Bert .read_index "$at"
	scheduled Second '?users=true'
	is_json '.items[0] | keys_unsorted | sort | join(" ")' \
		'client_msg_id content conv_id flags mentions meta msg_id reply_to send_at state type'
	is_json '.items[0] | [.msg_id, .conv_id, .send_at, .state, .content.text,
		.mentions[0], .meta.a] | tojson' \
		"[\"$msg\",\"$conv\",$when,\"scheduled\",\"soon\",\"$Anna_id\",1]"
	is_json ".users | has(\"$Anna_id\")" true
	before=$(stand Bert)
	change Second "{\"send_at\":$((when + 1000))}"
	is_status 200
	is_json '[.send_at, .content.text] | tojson' "[$((when + 1000)),\"soon\"]"
	change Bert '{"content":{"text":"later"}}'
	is_json '[.send_at, .content.text, .reply_to != null, .meta.a] | tojson' \
		"[$((when + 1000)),\"later\",true,1]"
	change Bert '{"content":{"text":"later"}}' # the same
	is_status 200
	change Bert '{}'
	is_status 200
	for i in 1 2; do
		cancel Bert
		is_status 204
		[ -z "$body" ]
	done
	change Bert "{\"send_at\":$when}"
	is_problem 404 not_found
	scheduled Bert
	is_json '.items | length' 0
	pull Bert "$before"
	is_json '[.events[] | select(.type == "scheduled").state] | join(" ")' \
		'changed changed cancelled'
	# nobody else has heard of it
	pull Anna 0
	is_json '[.events[] | select(.type == "scheduled")] | length' 0
	as Anna
	http GET "/v1/messages/$msg"
	is_problem 404 not_found
}

@test "scheduled: sent as any other, under its id" {
	new_conv group Anna Bert
	say Bert first
	schedule Anna "$(later soon ".mentions = $(ids Bert) | .meta = {a: 1} |
		.reply_to = \"$msg\" | .client_msg_id = \"c\"")"
	change Anna '{"content":{"text":"sooner"}}'
	polling Bert
	before=$(stand Anna)
	come
	heard Bert
	is_json '.events[0] | [.type, .entry.msg_id, .entry.content.text,
		.entry.client_msg_id, .entry.reply_to.preview.text // "", .entry.meta.a] |
		tojson' "[\"entry\",\"$msg\",\"sooner\",\"c\",\"first\",1]" ||
		json '.events[0]'
	chat_is Bert .unread 1
	chat_is Bert .mentions 1
	chat_is Bert .last_entry.msg_id "$msg"
	wait_for told Anna sent
	as Anna
	http GET "/v1/messages/$msg"
	is_json '[.content.text, .conv_index, .sender_id] | tojson' \
		"[\"sooner\",3,\"$Anna_id\"]"
	pull Anna "$before"
	is_json '.events[] | select(.type == "scheduled") |
		[.msg_id, .conv_id, .conv_index, .state, has("reason")] | tojson' \
		"[\"$msg\",\"$conv\",3,\"sent\",false]"
	scheduled Anna
	is_json "[.items[] | select(.conv_id == \"$conv\")] | length" 0
	cancel Anna
	is_problem 404 not_found
	change Anna "{\"send_at\":$(ms 60)}"
	is_problem 404 not_found
	found() {
		as Bert
		http GET "/v1/search?q=sooner&conv_id=$conv"
		[ "$(json '.items[0].entry.msg_id')" = "$msg" ]
	}
	wait_for found
	[ "$(sql "SELECT has_scheduled FROM conv_seq WHERE conv_id = $conv")" = 0 ]
}

@test "scheduled: a repeat, before and after it was sent" {
	new_conv group Anna Bert
	body_of=$(later one '.client_msg_id = "k"')
	schedule Anna "$body_of"
	first=$msg
	schedule Anna "$body_of"
	[ "$msg" = "$first" ]
	# by value, and without the mark
	schedule Anna "$(jq -c '.mentions = [] | .seen_index = 1' <<<"$body_of")"
	[ "$msg" = "$first" ]
	for filter in '.content.text = "two"' '.send_at += 1' 'del(.send_at)'; do
		send "$(jq -c "$filter" <<<"$body_of")"
		is_problem 409 conflict client_msg_id
	done
	# of another sender, in another chat: another one
	schedule Bert "$body_of"
	[ "$msg" != "$first" ]
	# changed meanwhile: the first answer's message
	msg=$first
	change Anna "{\"content\":{\"text\":\"three\"},\"send_at\":$(ms 7200)}"
	schedule Anna "$body_of"
	[ "$msg" = "$first" ]
	is_json .send_at "$(sql "SELECT send_ms FROM scheduled WHERE msg_id = $msg")"
	# near its time, a repeat is none too late
	near=$(later near ".client_msg_id = \"n\" | .send_at = $(ms 8)")
	schedule Anna "$near"
	late=$msg
	before=$(stand Anna)
	wait_for told Anna sent
	send "$near"
	is_status 200
	is_json '[.msg_id, .duplicate, .conv_index] | tojson' "[\"$late\",true,2]"
	send "$(jq -c 'del(.send_at)' <<<"$near")"
	is_problem 409 conflict client_msg_id
	# and after it was cancelled
	msg=$first
	cancel Anna
	send "$body_of"
	is_status 202
	is_json '[.msg_id, .state] | tojson' "[\"$first\",\"cancelled\"]"
	# a plain one first
	say Anna '{"type":"text","content":{"text":"x"},"client_msg_id":"p"}'
	send "$(later x '.client_msg_id = "p"')"
	is_problem 409 conflict client_msg_id
}

@test "scheduled: a repeat by its Idempotency-Key" {
	new_conv group Anna Bert
	as Anna
	data=$(later one)
	key=(-H 'Idempotency-Key: one')
	send "$data" "${key[@]}"
	is_status 202
	first=$(json .msg_id)
	send "$data" "${key[@]}"
	is_status 202
	is_json .msg_id "$first"
	[ "$(header Idempotent-Replayed)" = true ]
	send "$(later two)" "${key[@]}"
	is_problem 409 conflict Idempotency-Key
	send "$(text one)" "${key[@]}"
	is_problem 409 conflict Idempotency-Key
	msg=$first
	becomes Anna sent
	send "$data" "${key[@]}"
	is_json .msg_id "$first"
}

# RACES: rounds of a race (make drill: 200)
@test "drill: scheduled and not, under one client id, at once" {
	for i in $(seq "${RACES-5}"); do
		new_conv group Anna Bert
		as Anna
		many "$BATS_TEST_TMPDIR/later" 10 POST "/v1/conversations/$conv/messages" \
			"$(later one '.client_msg_id = "k"')" &
		many "$BATS_TEST_TMPDIR/now" 10 POST "/v1/conversations/$conv/messages" \
			"$(text one | jq -c '.client_msg_id = "k"')"
		wait
		codes=$(tail -qn1 "$BATS_TEST_TMPDIR"/{later,now}.* | sort | uniq -c |
			awk '{ print $1 "x" $2 }' | xargs)
		case $codes in
		'10x202 10x409' | '9x200 1x201 10x409' | '1x201 9x200 10x409') ;;
		*) echo "$codes"; false ;;
		esac
		ids=$(head -qn1 "$BATS_TEST_TMPDIR"/{later,now}.* | jq -r '.msg_id // empty' | sort -u)
		[ "$(wc -l <<<"$ids")" = 1 ]
	done
}

@test "scheduled: what is wrong with it when its time comes" {
	new_conv group Anna Bert Cleo
	schedule Bert
	mute Bert 3600
	fails Bert forbidden
	mute Bert -1
	# again: it is sent
	change Bert "{\"send_at\":$(ms 3600)}"
	is_json '[.state, has("reason")] | tojson' '["scheduled",false]'
	becomes Bert sent
	# no member
	schedule Bert
	drop Anna Bert
	fails Bert not_found
	cancel Bert
	is_status 204
	scheduled Bert "?conv_id=$conv"
	is_json '.items | length' 0
	# mentions somebody who has left
	schedule Anna "$(later x ".mentions = $(ids Cleo)")"
	drop Anna Cleo
	fails Anna invalid_argument
	# only its content changed: it still has failed
	change Anna '{"content":{"text":"y"}}'
	is_json '[.state, .reason] | tojson' '["failed","invalid_argument"]'
	# the conversation is over
	schedule Anna
	sql "UPDATE conversation SET dissolved_ms = 1, version = version + 1
		WHERE conv_id = $conv"
	fails Anna gone
	# the account is disabled
	new_conv group Anna Cleo
	schedule Cleo
	"$bin/im-admin" -c "$conf" user disable "$Cleo_id" ||
		sql "UPDATE user SET disabled_ms = 1, version = version + 1
			WHERE user_id = $Cleo_id"
	come
	gone() {
		[ "$(sql "SELECT CONCAT(state, ' ', reason) FROM scheduled
			WHERE msg_id = $msg")" = '2 403' ]
	}
	wait_for gone
	[ "$(sql "SELECT COUNT(*) FROM entry WHERE msg_id = $msg")" = 0 ]
}

@test "scheduled: a forward is made when it is sent" {
	new_conv group Anna Bert
	say Bert secret
	one=$msg
	say Bert other
	two=$msg
	body_of() { jq -nc --arg a "$one" --arg b "$two" \
		"{forward_of: [\$a, \$b], title: \"t\", send_at: $(ms 3600)} | ${1-.}"; }
	schedule Anna "$(body_of)"
	merged=$msg
	schedule Anna "$(body_of '.forward_of = [$a] | del(.title)')"
	copy=$msg
	scheduled Anna "?conv_id=$conv"
	is_json '[.items[] | has("content")] | tojson' '[false,false]'
	change Anna '{"content":{"text":"x"}}'
	is_problem 400 invalid_argument content
	msg=$merged
	becomes Anna sent
	http GET "/v1/messages/$msg"
	is_json '[.type, .content.title, .content.items[].content.text] | join(" ")' \
		'forward t secret other'
	# recalled before its time: nothing of it is left to send
	as Bert
	http POST "/v1/messages/$one/recall"
	msg=$copy
	fails Anna invalid_argument
	[ "$(sql "SELECT COUNT(*) FROM scheduled WHERE content LIKE '%secret%'")" = 0 ]
}

@test "scheduled: slow mode delays it" {
	new_conv group Anna Bert
	say Bert one
	schedule Bert
	sql "UPDATE conversation SET slow_mode_s = 3600, version = version + 1
		WHERE conv_id = $conv"
	come
	waits() {
		[ "$(sql "SELECT state = 1 AND due_ms > send_ms - 600000 FROM scheduled
			WHERE msg_id = $msg")" = 1 ]
	}
	wait_for waits
	sql "UPDATE conversation SET slow_mode_s = 0, version = version + 1
		WHERE conv_id = $conv"
	becomes Bert sent
	# by its own time it may be scheduled at once
	new_conv group Anna Bert
	sql "UPDATE conversation SET slow_mode_s = 60, version = version + 1
		WHERE conv_id = $conv"
	say Bert one
	schedule Bert
	mute Bert 60
	schedule Bert
	mute Bert 7200
	send "$(later)"
	is_problem 403 forbidden
}

# route: message.batch
@test "scheduled: in a batch" {
	new_conv group Anna Bert
	items=$(jq -nc --arg c "$conv" --argjson l "$(later soon '.client_msg_id = "s"')" \
		--argjson n "$(text now)" '{messages: [$l, $n, $l, ($l | .send_at = 1000),
		($l | .client_msg_id = "e" | .flags = ["ephemeral"])]
		| map(.conv_id = $c)}')
	as Anna
	for key in none k k; do
		http POST /v1/messages/batch "$items" ${key:+-H "Idempotency-Key: $key"}
		is_status 200
		is_json '[.items[].status] | join(" ")' '202 201 202 409 400'
		is_json '.items[4].body.field' send_at
		is_json '[.items[0, 2].body.msg_id] | unique | length' 1
	done
	scheduled Anna "?conv_id=$conv"
	is_json '[.items[].state] | tojson' '["scheduled"]'
	sql "DELETE FROM scheduled WHERE conv_id = $conv"
	sql "UPDATE conv_seq SET has_scheduled = 0 WHERE conv_id = $conv"
}

@test "scheduled: the next one first, paged, by chat, as many as one may" {
	sign_up Dora
	new_conv group Anna Dora
	for i in 30 10 20 40; do
		schedule Dora "$(later "$i" ".send_at = $(ms "${i}0")")"
	done
	scheduled Dora
	is_json '[.items[].content.text] | join(" ")' '10 20 30 40'
	scheduled Dora '?limit=3'
	scheduled Dora "?cursor=$(json .next)"
	is_json '[.items[].content.text] | join(" ")' 40
	is_json .next null
	scheduled Anna "?conv_id=$conv"
	is_json '.items | length' 0
	"$bin/im-admin" -c "$conf" app setting "$IM_APP" scheduled_max 5
	new_conv group Dora Anna
	schedule Dora "$(later '' '.client_msg_id = "k" | .content.text = "x"')"
	data=$(later x '.client_msg_id = "l"')
	as Dora
	send "$data"
	is_problem 409 conflict
	is_json 'has("field")' false
	send "$data" -H 'Idempotency-Key: k' 
	is_problem 409 conflict
	cancel Dora
	schedule Dora "$data"
	scheduled Dora "?conv_id=$conv"
	is_json '.items | length' 1
	"$bin/im-admin" -c "$conf" app setting "$IM_APP" scheduled_max default
}

@test "scheduled: two devices at once" {
	new_conv group Anna Bert
	schedule Bert
	n=$(stand Bert)
	many "$BATS_TEST_TMPDIR/set" 8 PATCH "/v1/scheduled/$msg" '{"content":{"text":"z"}}'
	[ "$(tail -qn1 "$BATS_TEST_TMPDIR"/set.* | sort -u)" = 200 ]
	[ "$(stand Bert)" = $((n + 1)) ]
	many "$BATS_TEST_TMPDIR/del" 8 DELETE "/v1/scheduled/$msg" '{}'
	[ "$(tail -qn1 "$BATS_TEST_TMPDIR"/del.* | sort -u)" = 204 ]
	[ "$(stand Bert)" = $((n + 2)) ]
}

@test "scheduled: who may, bad fields" {
	new_conv group Anna Bert Fred
	drop Anna Fred
	members_only POST "/v1/conversations/$conv/messages" "$(later)"
	schedule Bert
	members_only PATCH "/v1/scheduled/$msg" '{"content":{"text":"x"}}'
	members_only DELETE "/v1/scheduled/$msg"
	as Anna # a member, but not its sender
	http DELETE "/v1/scheduled/$msg"
	is_problem 404 not_found
	change Anna "{\"send_at\":$(ms 60)}"
	is_problem 404 not_found
	as nobody
	http GET /v1/scheduled
	is_problem 401 unauthenticated
	as Bert
	for bad in 0 1000 -1 null '"1"' 1.5 "$(ms 0)" "$(ms -10)" \
		"$(ms $((367 * 86400)))" 9007199254740993; do
		send "$(text x | jq -c '.send_at = 99')" # the same as below
		is_problem 400 invalid_argument send_at
		send "{\"type\":\"text\",\"content\":{\"text\":\"x\"},\"send_at\":$bad}"
		is_problem 400 invalid_argument send_at
		change Bert "{\"send_at\":$bad}"
		is_problem 400 invalid_argument send_at
	done
	schedule Bert "$(later x ".send_at = $(ms $((365 * 86400)))")"
	cancel Bert
	schedule Bert
	for flaw in '.flags = ["ephemeral"]|send_at' '.mentions = ["1"]|mentions.0' \
		'.reply_to = "1"|reply_to' '.type = "image"|type' '.x = 1|x' \
		'.content = {}|content.text' '.type = "card" | .content = {user_id: "1"}|content.user_id' \
		'.forward_of = ["1"]|forward_of.0'; do
		send "$(later x "${flaw%|*}")"
		is_problem 400 invalid_argument "${flaw##*|}"
	done
	for flaw in '{"content":{}}|content.text' '{"content":{"text":1}}|content.text' \
		'{"content":null}|content' '{"content":1}|content' '{"type":"text"}|type'; do
		change Bert "${flaw%|*}"
		is_problem 400 invalid_argument "${flaw##*|}"
	done
	change Bert "{\"content\":{\"text\":\"$(long 16385)\"}}"
	is_problem 400 invalid_argument content.text
	schedule Bert "{\"type\":\"custom\",\"content\":{},\"send_at\":$(ms 60),
		\"meta\":{\"m\":\"$(long 4000)\"}}"
	printf '{"content":{"t":"%s"}}' "$(long 63000)" >"$BATS_TEST_TMPDIR/big"
	change Bert "@$BATS_TEST_TMPDIR/big"
	is_problem 413 too_large
	schedule Bert "{\"type\":\"card\",\"content\":{\"user_id\":\"$Anna_id\"},
		\"send_at\":$(ms 60)}"
	change Bert '{"content":{"user_id":"1"}}'
	is_problem 400 invalid_argument content.user_id
	for bad in limit=0 limit=x cursor=x cursor=1.x users=x conv_id=x x=1; do
		http GET "/v1/scheduled?$bad"
		is_problem 400 invalid_argument "${bad%%=*}"
	done
	for id in 1 x 9223372036854775808; do
		http DELETE "/v1/scheduled/$id"
		is_problem 404 not_found
	done
	# of another app
	use_app scheduled_other
	sign_up Nina
	cancel Nina
	is_problem 404 not_found
	as Nina
	send "$(later)"
	is_problem 404 not_found
}
