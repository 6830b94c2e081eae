load ../helper
load apps
load chats
load acts

setup_file() { people reports; }
teardown_file() { stack_done; }

report() { # WHO JSON [CURL-OPTION...]
	as "$1"
	shift
	http POST "/v1/messages/$msg/report" "$@"
}
stored() { sql "SELECT $1 FROM report WHERE app_id = $IM_APP_ID AND msg_id = $msg"; }

# route: message.report

@test "report: who, what and why, with the message as it was" {
	new_conv group Anna Bert
	say Anna 'buy now'
	report Bert '{"reason":"spam","comment":"again and again"}'
	is_status 202
	is_json 'keys | tojson' '["report_id"]'
	id=$(json .report_id)
	[ "$(stored 'report_id, user_id, sender_id, conv_id, conv_index, reason, comment')" = \
		"$(printf '%s\t%s\t%s\t%s\t%s\t1\tagain and again' \
			"$id" "$Bert_id" "$Anna_id" "$conv" "$at")" ]
	as Anna
	http POST "/v1/messages/$msg/recall"
	is_status 200
	[ "$(stored snapshot | jq -r .content.text)" = 'buy now' ]
	[ "$(stored snapshot | jq -r .msg_id)" = "$msg" ]
	# the sender learns nothing
	pull Anna 0
	is_json '[.events[] | select(.type | test("report"))] | length' 0
	"$bin/im-admin" -c "$conf" report list "$IM_APP" >"$BATS_TEST_TMPDIR/list"
	grep -q "$id.*$Bert_id.*$Anna_id.*spam.*again and again" "$BATS_TEST_TMPDIR/list"
	"$bin/im-admin" -c "$conf" report show "$IM_APP" "$id" >"$BATS_TEST_TMPDIR/show"
	grep -q '^snapshot=.*buy now' "$BATS_TEST_TMPDIR/show"
	run "$bin/im-admin" -c "$conf" report show "$IM_APP" 1
	[ "$status" -ne 0 ]
	run "$bin/im-admin" -c "$conf" report list no-such-app
	[ "$status" -ne 0 ]
}

@test "report: one per user and message" {
	new_conv group Anna Bert Cleo
	say Anna x
	report Bert '{"reason":"abuse"}'
	id=$(json .report_id)
	report Bert '{"reason":"other","comment":"still"}'
	is_status 202
	is_json .report_id "$id"
	[ "$(stored 'COUNT(*), MAX(reason)')" = "$(printf '1\t2')" ]
	report Cleo '{"reason":"illegal"}'
	is_status 202
	[ "$(json .report_id)" != "$id" ]
	# two devices at once
	say Anna y
	as Bert
	many "$BATS_TEST_TMPDIR/rep" 8 POST "/v1/messages/$msg/report" \
		'{"reason":"spam"}'
	[ "$(tail -qn1 "$BATS_TEST_TMPDIR"/rep.* | sort -u)" = 202 ]
	[ "$(head -qn1 "$BATS_TEST_TMPDIR"/rep.* | sort -u | wc -l)" = 1 ]
	[ "$(stored 'COUNT(*)')" = 1 ]
}

@test "report: the Idempotency-Key" {
	new_conv group Anna Bert
	say Anna x
	report Bert '{"reason":"abuse"}' -H 'Idempotency-Key: r1'
	is_status 202
	id=$(json .report_id)
	report Bert '{"reason":"abuse"}' -H 'Idempotency-Key: r1'
	is_status 202
	is_json .report_id "$id"
	[ "$(header Idempotent-Replayed)" = true ]
	report Bert '{"reason":"spam"}' -H 'Idempotency-Key: r1'
	is_problem 409 conflict Idempotency-Key
}

@test "report: who may, bad fields" {
	new_conv group Anna Bert Fred
	say Anna x
	drop Anna Fred
	members_only POST "/v1/messages/$msg/report" '{"reason":"spam"}'
	as Bert
	for bad in '{}' '{"reason":null}' '{"reason":"x"}' '{"reason":1}'; do
		http POST "/v1/messages/$msg/report" "$bad"
		is_problem 400 invalid_argument reason
	done
	for bad in '""' 1 null "\"$(long 1001)\""; do
		report Bert "{\"reason\":\"spam\",\"comment\":$bad}"
		is_problem 400 invalid_argument comment
	done
	report Bert "{\"reason\":\"spam\",\"comment\":\"$(long 1000)\"}"
	is_status 202
	report Bert '{"reason":"spam","x":1}'
	is_problem 400 invalid_argument x
	as Bert
	http DELETE "/v1/messages/$msg"
	report Bert '{"reason":"spam"}'
	is_problem 404 not_found
	use_app reports_other
	sign_up Nina
	report Nina '{"reason":"spam"}'
	is_problem 404 not_found
}
