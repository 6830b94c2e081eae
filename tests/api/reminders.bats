load ../helper
load apps
load chats
load acts

setup_file() { people reminders; }
teardown_file() { stack_done; }

remind() { # WHO AT [NOTE]
	as "$1"
	http PUT "/v1/messages/$msg/reminder" \
		"{\"remind_at\":$2${3:+,\"note\":\"$3\"}}"
}
cancel() {
	as "$1"
	http DELETE "/v1/messages/$msg/reminder"
}
reminders() { # WHO [QUERY]
	as "$1"
	http GET "/v1/reminders${2-}"
	is_status 200
}
# Of $msg, as if its time had come.
come() { sql "UPDATE reminder SET remind_ms = 1000 WHERE msg_id = $msg"; }
told() { # WHO STATE
	pull "$1" "$before"
	jq -e --arg m "$msg" --arg s "$2" '.events | any(.type == "reminder"
		and .msg_id == $m and .state == $s)' <<<"$body" >/dev/null
}

# route: message.remind
# route: message.unremind
# route: message.reminders

@test "reminder: set, changed, cancelled, on all devices" {
	reminders Bert
	is_json . '{
  "items": [],
  "next": null
}'
	new_conv group Anna Bert
	say Anna one
	caught_up Bert
	before=$(stand Bert)
	log_in "$Bert_name" second
	export Second_token=$token
	polling Second "after=$before"
	when=$(ms 3600)
	remind Bert "$when" 'call back'
	is_status 204
	[ -z "$body" ]
	heard Second
	is_json '.events[0] | [.type, .msg_id, .conv_id, .conv_index, .state, .remind_at]
		| tojson' "[\"reminder\",\"$msg\",\"$conv\",$at,\"set\",$when]"
	reminders Second '?users=true'
	is_json '.items[0] | [.msg_id, .conv_id, .conv_index, .remind_at, .note,
		.entry.content.text] | tojson' \
		"[\"$msg\",\"$conv\",$at,$when,\"call back\",\"one\"]"
	is_json ".users | has(\"$Anna_id\")" true
	remind Bert "$when" 'call back' # the same
	is_status 204
	remind Bert "$((when + 1000))"
	is_status 204
	reminders Bert
	is_json '[.items[] | [.remind_at, has("note")] | tojson] | join(" ")' \
		"[$((when + 1000)),false]"
	for i in 1 2; do
		cancel Bert
		is_status 204
	done
	reminders Bert
	is_json '.items | length' 0
	pull Bert "$before"
	is_json '[.events[] | [.state, .remind_at] | tojson] | join(" ")' \
		"[\"set\",$when] [\"set\",$((when + 1000))] [\"cancelled\",$((when + 1000))]"
	pull Anna 0
	is_json '[.events[] | select(.type == "reminder")] | length' 0
}

@test "reminder: the next one first, paged" {
	sign_up Dora
	new_conv group Anna Dora
	for i in 30 10 20 40; do
		say Anna "$i"
		remind Dora "$(ms "${i}0")"
		is_status 204
	done
	reminders Dora
	is_json '[.items[].entry.content.text] | join(" ")' '10 20 30 40'
	reminders Dora '?limit=3'
	reminders Dora "?cursor=$(json .next)"
	is_json '[.items[].entry.content.text] | join(" ")' 40
	is_json .next null
}

@test "reminder: due, once, on all devices" {
	new_conv group Anna Bert
	say Anna one
	caught_up Bert
	before=$(stand Bert)
	remind Bert "$(ms 3600)"
	polling Bert
	come
	heard Bert
	is_json '.events[0] | [.type, .state, .msg_id, .remind_at] | tojson' \
		"[\"reminder\",\"due\",\"$msg\",1000]"
	wait_for told Bert due
	is_json '[.events[].state] | join(" ")' 'set due'
	reminders Bert
	is_json '.items | length' 0
	# and again
	remind Bert "$(ms 3600)"
	come
	pull Bert "$before"
	both() {
		pull Bert "$before"
		[ "$(json '[.events[].state] | join(" ")')" = 'set due set due' ]
	}
	wait_for both
}

@test "reminder: of a message that one may no longer see" {
	sign_up Dora
	new_conv group Anna Dora
	say Anna hidden
	before=$(stand Dora)
	remind Dora "$(ms 3600)"
	as Dora
	http DELETE "/v1/messages/$msg"
	reminders Dora
	is_json '.items | length' 0
	cancel Dora
	is_problem 404 not_found
	come
	wait_for told Dora cancelled
	# recalled ones are there still
	say Anna recalled
	remind Dora "$(ms 3600)"
	as Anna
	http POST "/v1/messages/$msg/recall"
	reminders Dora
	is_json '.items[0].entry | [.recalled, has("content")] | tojson' '[true,false]'
	come
	wait_for told Dora due
	say Anna left
	remind Dora "$(ms 3600)"
	drop Anna Dora
	come
	wait_for told Dora cancelled
}

@test "reminder: two devices at once" {
	new_conv group Anna Bert
	say Anna x
	caught_up Bert
	n=$(stand Bert)
	when=$(ms 3600)
	as Bert
	many "$BATS_TEST_TMPDIR/set" 8 PUT "/v1/messages/$msg/reminder" \
		"{\"remind_at\":$when}"
	[ "$(tail -qn1 "$BATS_TEST_TMPDIR"/set.* | sort -u)" = 204 ]
	[ "$(stand Bert)" = $((n + 1)) ]
	as Bert
	many "$BATS_TEST_TMPDIR/del" 8 DELETE "/v1/messages/$msg/reminder" '{}'
	[ "$(tail -qn1 "$BATS_TEST_TMPDIR"/del.* | sort -u)" = 204 ]
	[ "$(stand Bert)" = $((n + 2)) ]
}

@test "reminder: who may, bad fields" {
	new_conv group Anna Bert Fred
	say Anna x
	drop Anna Fred
	members_only PUT "/v1/messages/$msg/reminder" "{\"remind_at\":$(ms 60)}"
	members_only DELETE "/v1/messages/$msg/reminder"
	as nobody
	http GET /v1/reminders
	is_problem 401 unauthenticated
	as Bert
	for bad in 0 1000 -1 null '"1"' 1.5 "$(ms 0)" "$(ms -10)" \
		"$(ms $((367 * 86400)))" 9007199254740993; do
		remind Bert "$bad"
		is_problem 400 invalid_argument remind_at
	done
	http PUT "/v1/messages/$msg/reminder" '{"note":"x"}'
	is_problem 400 invalid_argument remind_at
	for bad in '""' 1 null "\"$(long 513)\""; do
		http PUT "/v1/messages/$msg/reminder" \
			"{\"remind_at\":$(ms 60),\"note\":$bad}"
		is_problem 400 invalid_argument note
	done
	remind Bert "$(ms 60)" "$(long 512)"
	is_status 204
	remind Bert "$(ms $((365 * 86400)))"
	is_status 204
	cancel Bert
	http PUT "/v1/messages/$msg/reminder" "{\"remind_at\":$(ms 60),\"x\":1}"
	is_problem 400 invalid_argument x
	for bad in limit=0 limit=x cursor=x cursor=1.x users=x; do
		http GET "/v1/reminders?$bad"
		is_problem 400 invalid_argument "${bad%%=*}"
	done
	use_app reminders_other
	sign_up Nina
	remind Nina "$(ms 60)"
	is_problem 404 not_found
}
