# What became of a message, for an app's server and for operators.
# route: trace.show
load ../helper
load apps
load chats
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private message user conversation inbox admin lighttpd live
	use_app trace
	for name in Anna Bert Cleo; do sign_up $name; done
}
teardown_file() { stack_done; }

fanout() { "$bin/im-fanout" -c "$conf" 2>/dev/null; }
admin() { "$bin/im-admin" -c "$conf" "$@"; }
trace() { # [QUERY]: of $msg
	as_app
	http GET "/v1/admin/trace/$msg${1-}"
	is_status 200
}
# of WHO: FILTER over WHO's item
of() {
	local id=$1_id
	jq -r ".items[] | select(.user_id == \"${!id}\") | $2" <<<"$body"
}

@test "refusals: no token, a user's token, unknown ids, another app" {
	new_conv direct Anna Bert
	say Anna x
	as nobody
	http GET "/v1/admin/trace/$msg"
	is_problem 401 unauthenticated
	as Anna
	http GET "/v1/admin/trace/$msg"
	is_problem 403 forbidden
	as_app
	http GET "/v1/admin/trace/$((msg + 1))"
	is_problem 404 not_found
	http GET /v1/admin/trace/x
	is_problem 404 not_found
	http GET /v1/admin/trace
	is_problem 404 not_found
	http GET "/v1/admin/trace/$msg?limit=101"
	is_problem 400 invalid_argument limit
	http GET "/v1/admin/trace/$msg?x=1"
	is_problem 400 invalid_argument x
	http POST "/v1/admin/trace/$msg" '{}'
	is_status 405
	mine=$IM_APP_KEY
	use_app other
	as_app
	http GET "/v1/admin/trace/$msg"
	is_problem 404 not_found
	export IM_APP_KEY=$mine
	run ! admin trace "$((msg + 1))"
	[[ $output == *'no message'* ]]
	run -64 admin trace
	run ! admin trace x
}

@test "push: waiting, served, acknowledged, delivered, read" {
	new_conv group Anna Bert Cleo
	fanout
	before=$(($(date +%s%3N) - 60000))
	say Anna "$(text x | jq -c '.client_msg_id = "k-1"')"
	fanout
	trace
	is_json '[.msg_id, .conv_id, .conv_index, .kind, .type, .sender_id,
		.client_msg_id, .state] | tojson' \
		"[\"$msg\",\"$conv\",$at,\"message\",\"text\",\"$Anna_id\",\"k-1\",\"sent\"]"
	is_json ".accepted_at >= $before and .committed_at >= .accepted_at - 60000
		and .committed_at < $before + 600000" true
	is_json '.fanout | tojson' \
		'{"mode":"push","state":"done","member_count":3,"served_count":3}'
	is_json '.receipts | tojson' '{"delivered_count":0,"read_count":0}'
	is_json '.items | length' 3
	is_json '[.items[].user_id | tonumber] == ([.items[].user_id | tonumber] | sort)' true
	is_json '[.items[] | .is_member and .served] | all' true
	[ "$(of Bert '[.acked, .delivered, .read, .presence] | tojson')" = \
		'[false,false,false,"offline"]' ]
	index=$(of Bert .user_index)
	[ "$(sql "SELECT conv_index FROM inbox WHERE user_id = $Bert_id
		AND user_index = $index")" = "$at" ]

	IM_INTERNAL=1 cgi inbox POST /internal/live/acks \
		"{\"items\":[{\"user_id\":\"$Bert_id\",\"user_index\":$index}]}"
	is_status 200
	as Cleo
	http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$at}"
	is_status 200
	trace
	[ "$(of Bert '[.acked, .delivered, .read] | tojson')" = '[true,true,false]' ]
	[ "$(of Cleo '[.acked, .delivered, .read] | tojson')" = '[false,true,true]' ]
	is_json '.receipts | tojson' '{"delivered_count":2,"read_count":1}'
	# Who does not tell is not told of.
	as Cleo
	http PATCH /v1/users/me/settings '{"read_receipts":false}'
	is_status 200
	trace
	[ "$(of Cleo 'has("read")')" = false ]
	is_json .receipts.read_count 0
	as Cleo
	http PATCH /v1/users/me/settings '{"read_receipts":true}'
	trace '?limit=1'
	is_json '[(.items | length), .fanout.member_count] | tojson' '[1,3]'
	trace '?limit=0'
	is_json '.items | length' 0
}

@test "who is connected" {
	new_conv direct Anna Bert
	say Anna x
	polling Bert
	wait_for is_live
	[ "$(of Bert '.platforms | tojson')" = '["web"]' ]
	say Anna y
	heard Bert
}
is_live() {
	trace
	[ "$(of Bert .presence)" != offline ]
}

@test "what waits, and is parked" {
	new_conv group Anna Bert Cleo
	fanout
	announce 'ev=db_error what=inbox.insert'
	sql "CREATE TRIGGER poison BEFORE INSERT ON inbox FOR EACH ROW
		SET NEW.kind = IF(NEW.conv_id = $conv, 1000000, NEW.kind)"
	say Anna x
	trace
	is_json '[.fanout.state, .fanout.served_count, .fanout.member_count,
		(.fanout.waiting_since == .committed_at)] | tojson' '["waiting",0,3,true]'
	[ "$(of Bert '[.served, has("user_index")] | tojson')" = '[false,false]' ]
	fanout || :
	trace
	is_json '.fanout.state' parked
	is_json '.fanout.reason | startswith("inbox.insert")' true
	is_json '.fanout.parked_at >= .committed_at - 60000' true
	admin trace "$msg" | grep -Fx fanout=parked
	sql 'DROP TRIGGER poison'
	admin queue requeue "$conv"
	fanout
	trace
	is_json '[.fanout.state, .fanout.reason] | tojson' '["done",null]'
	# A pass that has served some of the members.
	low=$(printf '%s\n' "$Anna_id" "$Bert_id" "$Cleo_id" | sort -n | head -n 1)
	sql "UPDATE log_cursor SET done_index = $at - 1, after_user_id = $low
		WHERE consumer = 1 AND conv_id = $conv"
	trace
	is_json '.fanout.state' forgotten
	sql "INSERT INTO log_dirty (consumer, part, conv_id, head, since_ms)
		VALUES (1, 0, $conv, $at, 5), (1, 1, $conv, $at, 5),
			(1, 2, $conv, $at, 5), (1, 3, $conv, $at, 5)"
	trace
	is_json '[.fanout.state, .fanout.served_count, .fanout.waiting_since] | tojson' \
		'["under_way",1,5]'
	is_json "[.items[] | select(.served) | .user_id] | tojson" "[\"$low\"]"
	sql "DELETE FROM log_dirty WHERE conv_id = $conv AND consumer = 1;
		UPDATE log_cursor SET done_index = $at, after_user_id = 0
		WHERE consumer = 1 AND conv_id = $conv"
}

@test "pull: inboxes have it only of those who are mentioned" {
	new_conv group Anna Bert Cleo
	fanout
	say Anna early
	early=$msg
	fanout
	"$bin/im-admin" -c "$conf" conversation mode "$conv" pull
	fanout
	say Anna "$(text '@Bert' | jq -c ".mentions = $(ids Bert)")"
	fanout
	trace
	is_json '[.fanout.mode, .fanout.state, .fanout.member_count] | tojson' \
		'["pull","done",3]'
	[ "$(of Bert 'has("user_index")')" = true ]
	[ "$(of Cleo 'has("user_index")')" = false ]
	as Cleo
	http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$at}"
	trace
	[ "$(of Cleo .read)" = true ]
	# The mode is that of the message.
	msg=$early
	trace
	is_json .fanout.mode push
}

@test "recalled and expired, who left, and control entries" {
	new_conv group Anna Bert Cleo
	fanout
	say Anna x
	recalled=$msg
	as Anna
	http POST "/v1/messages/$msg/recall"
	is_status 200
	act=$(sql "SELECT msg_id FROM entry WHERE conv_id = $conv
		ORDER BY conv_index DESC LIMIT 1")
	fanout
	say Anna "$(text y | jq -c '.expires_in_s = 3600')"
	fanout
	sql "UPDATE entry SET expires_ms = 1000 WHERE msg_id = $msg;
		UPDATE entry_expiry SET expires_ms = 1000 WHERE conv_id = $conv;
		UPDATE entry_away SET from_ms = 1000 WHERE conv_id = $conv
			AND from_ms > 0;
		UPDATE badge_chat SET again_ms = 1000 WHERE again_ms > 1000"
	trace
	is_json '[.state, .expires_at] | tojson' '["expired",1000]'
	"$bin/im-expire" -c "$conf" 2>/dev/null
	trace
	is_json .state expired
	msg=$recalled
	trace
	is_json '[.state, .fanout.state] | tojson' '["recalled","done"]'
	msg=$act
	trace
	is_json '.kind' recall
	# Who was a member then is counted; who came later is not.
	drop Anna Cleo
	fanout
	sign_up Dora
	add Anna Dora
	fanout
	msg=$recalled
	trace
	is_json '.fanout.member_count' 3
	[ "$(of Cleo .is_member)" = false ]
	[ -z "$(of Dora .user_id)" ]
}

@test "im-admin trace, and the route as CGI" {
	new_conv direct Anna Bert
	say Anna x
	fanout
	as_app
	cgi admin GET "/v1/admin/trace/$msg?limit=5"
	is_status 200
	is_json '[.msg_id, .fanout.state] | tojson' "[\"$msg\",\"done\"]"
	as Anna
	cgi admin GET "/v1/admin/trace/$msg"
	is_problem 403 forbidden
	out=$(admin trace "$msg")
	for line in "msg_id=$msg" "conv_id=$conv" "conv_index=$at" state=sent \
		mode=push fanout=done members=2 served=2 delivered=0 read=0; do
		grep -Fx "$line" <<<"$out"
	done
	grep -P "^$Bert_id\tyes\t\d+\tno\t[a-z]+\t[a-z,]*\tno\tno$" <<<"$out"
	[ "$(admin trace "$msg" --limit 0 | grep -c "^$Bert_id")" = 0 ]
}
