# im-schedule: reminders and scheduled messages, killed at every point and run
# twice.
load ../helper
load ../api/apps
load ../api/chats
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private message user conversation inbox lighttpd im-fanout live
	use_app schedule
	for name in Anna Bert; do sign_up $name; done
}
teardown_file() { stack_done; }

schedule() { "$bin/im-schedule" -c "$conf" "$@"; }
# N messages, of which Bert is reminded, and all are due.
reminded() {
	new_conv group Anna Bert
	for _ in $(seq "$1"); do
		say Anna x
		as Bert
		http PUT "/v1/messages/$msg/reminder" \
			"{\"remind_at\":$((($(date +%s) + 3600) * 1000))}"
		is_status 204
	done
	sql "UPDATE reminder SET remind_ms = 1000 + conv_index"
}
due() { sql "SELECT COUNT(*) FROM inbox WHERE user_id = $Bert_id AND kind = 7
	AND action = 3 AND conv_id = $conv"; }
# A worker that stops at a point: sets worker.
stopping() {
	IM_FAULT=$1 IM_FAULT_STOP=1 "$bin/im-schedule" -c "$conf" 3>&- 4>&- &
	worker=$!
	wait_for stopped
}
# It is over; else it goes on: it stops each time that it comes to the point.
# A signal that it does not need may come when LeakSanitizer looks at it.
goes_on() {
	! stopped || kill -CONT "$worker"
	! kill -0 "$worker" 2>/dev/null ||
		grep -qs 'State:.Z' "/proc/$worker/status"
}
stopped() { grep -qs 'State:.T' "/proc/$worker/status"; }
left() { sql 'SELECT COUNT(*) FROM reminder'; }
# N messages of Bert are scheduled, and all are due; sets msgs.
scheduled() {
	new_conv group Anna Bert
	msgs=()
	for i in $(seq "$1"); do
		as Bert
		send "$(text "later $i" | jq -c ".client_msg_id = \"k$i\" |
			.send_at = $((($(date +%s) + 3600) * 1000))")"
		is_status 202
		msg=$(json .msg_id)
		msgs+=("$msg")
	done
	sql "SET @n = 0; UPDATE scheduled SET due_ms = 1000 + (@n := @n + 1)
		WHERE conv_id = $conv ORDER BY msg_id"
}
sent() { sql "SELECT COUNT(*) FROM entry WHERE conv_id = $conv AND kind = 1"; }
waiting() { sql "SELECT COUNT(*) FROM scheduled WHERE conv_id = $conv"; }
# What Bert was told of those in $conv, in order.
told() { sql "SELECT GROUP_CONCAT(action ORDER BY user_index SEPARATOR ' ')
	FROM inbox WHERE user_id = $Bert_id AND kind = 8 AND action > 1
	AND conv_id = $conv"; }
proven() {
	wait_for check_store || { echo "$found"; return 1; }
	"$bin/im-verify" -c "$conf"
}
in_order() { sql "SELECT conv_index FROM inbox WHERE user_id = $Bert_id
	AND kind = 7 AND action = 3 AND conv_id = $conv ORDER BY user_index"; }

@test "all that are due, the oldest first, and no others" {
	reminded 3
	sql "UPDATE reminder SET remind_ms = remind_ms + 4000000000000
		WHERE conv_index = 3"
	schedule --dry-run 2>"$BATS_TEST_TMPDIR/log"
	grep -q 'source=reminders due=2' "$BATS_TEST_TMPDIR/log"
	[ "$(due)" = 0 ]
	schedule
	[ "$(in_order | tr '\n' ' ')" = '2 4 ' ]
	[ "$(left)" = 1 ]
	sql 'DELETE FROM reminder'
	schedule
	[ "$(due)" = 2 ]
	run "$bin/im-admin" -c "$conf" job list schedule --limit 2
	[[ $output == *schedule* ]]
	proven
}

@test "killed at every point: each reminder comes once" {
	for point in schedule_found schedule_finish schedule_committed \
		schedule_published; do
		reminded 2
		run ! env IM_FAULT=$point "$bin/im-schedule" -c "$conf"
		case $point in
		schedule_found | schedule_finish)
			[ "$(due) $(left)" = '0 2' ] ;;
		*) [ "$(due) $(left)" = '1 1' ] ;;
		esac
		schedule
		[ "$(due) $(left)" = '2 0' ]
		[ "$(in_order | tr '\n' ' ')" = '2 3 ' ]
		schedule
		[ "$(due)" = 2 ]
	done
	proven
}

@test "more than a batch, and several workers at once" {
	reminded 1
	sql "INSERT INTO reminder (user_id, msg_id, conv_id, conv_index, remind_ms)
		WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n WHERE i < 249)
		SELECT $Bert_id, i, $conv, 2, i FROM n"
	for i in 1 2 3; do
		schedule 2>"$BATS_TEST_TMPDIR/log$i" 3>&- 4>&- &
	done
	wait
	schedule
	[ "$(left)" = 0 ]
	# those whose message is not there are cancelled
	[ "$(due)" = 1 ]
	[ "$(sql "SELECT COUNT(*) FROM inbox WHERE user_id = $Bert_id AND kind = 7
		AND action = 2 AND conv_id = $conv")" = 249 ]
	proven
}

@test "a worker whose lease is taken changes nothing" {
	reminded 1
	stopping schedule_found
	sql "UPDATE lease SET expires_ms = 0 WHERE name LIKE 'schedule%'"
	schedule
	[ "$(due)" = 1 ]
	wait_for goes_on
	wait $worker || :
	[ "$(due)" = 1 ]
	proven
}

@test "changed or cancelled while it is being finished" {
	reminded 1
	stopping schedule_found
	later=$((($(date +%s) + 7200) * 1000))
	as Bert
	http PUT "/v1/messages/$msg/reminder" "{\"remind_at\":$later}"
	is_status 204
	wait_for goes_on
	wait $worker || :
	[ "$(due) $(left)" = '0 1' ]
	reminded 1
	sql "DELETE FROM reminder WHERE remind_ms = $later"
	proven
}

@test "messages: killed at every point, each is sent once" {
	for point in schedule_found schedule_finish schedule_committed \
		schedule_published; do
		scheduled 2
		run ! env IM_FAULT=$point "$bin/im-schedule" -c "$conf"
		case $point in
		schedule_found | schedule_finish)
			[ "$(sent) $(waiting)" = '0 2' ] ;;
		*) [ "$(sent) $(waiting)" = '1 1' ] ;;
		esac
		schedule
		[ "$(sent) $(waiting)" = '2 0' ]
		schedule
		[ "$(sent)" = 2 ]
		[ "$(told)" = '4 4' ]
		# in the order of their times, under their ids, and for everybody
		[ "$(sql "SELECT msg_id FROM entry WHERE conv_id = $conv AND kind = 1
			ORDER BY conv_index" | xargs)" = "${msgs[*]}" ]
		chat_is Anna .unread 2
		chat_is Anna .last_entry.msg_id "$msg"
	done
	proven
}

@test "messages: more than a batch, several workers, and sends at once" {
	new_conv group Anna Bert
	group=$conv
	sql "INSERT INTO scheduled (conv_id, msg_id, user_id, client_msg_id,
			fingerprint, send_ms, due_ms, state, content)
		WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n WHERE i < 249)
		SELECT $conv, i, $Bert_id, CONCAT('b', i), 'f', i, i, 1,
			'\"type\":\"text\",\"content\":{\"text\":\"x\"}' FROM n;
		UPDATE conv_seq SET has_scheduled = 1 WHERE conv_id = $conv"
	for i in 1 2 3; do
		schedule 2>"$BATS_TEST_TMPDIR/log$i" 3>&- 4>&- &
	done
	as Anna
	for i in $(seq 20); do
		send "$(text "$i")"
		is_status 201
	done
	wait
	done_all() {
		schedule
		[ "$(waiting)" = 0 ]
	}
	wait_for done_all
	[ "$(sent)" = 269 ]
	[ "$(sql "SELECT COUNT(DISTINCT msg_id) FROM entry WHERE conv_id = $conv
		AND sender_id = $Bert_id")" = 249 ]
	[ "$(sql "SELECT COUNT(*) FROM inbox WHERE user_id = $Bert_id AND kind = 8
		AND action = 4 AND conv_id = $conv")" = 249 ]
	[ "$(sql "SELECT has_scheduled FROM conv_seq WHERE conv_id = $conv")" = 0 ]
	chat_is Anna .unread 249
	proven
}

@test "messages: a worker whose lease is taken sends nothing" {
	scheduled 1
	stopping schedule_found
	sql "UPDATE lease SET expires_ms = 0 WHERE name LIKE 'schedule%'"
	schedule
	[ "$(sent)" = 1 ]
	wait_for goes_on
	wait $worker || :
	[ "$(sent) $(told)" = '1 4' ]
	proven
}

@test "messages: changed or cancelled while they are being sent" {
	scheduled 3
	stopping schedule_found
	as Bert
	http DELETE "/v1/scheduled/${msgs[0]}"
	is_status 204
	http PATCH "/v1/scheduled/${msgs[1]}" \
		"{\"send_at\":$((($(date +%s) + 7200) * 1000))}"
	is_status 200
	http PATCH "/v1/scheduled/${msgs[2]}" '{"content":{"text":"new"}}'
	is_status 200
	wait_for goes_on
	wait $worker || :
	[ "$(sent) $(waiting)" = '1 2' ]
	http GET "/v1/messages/${msgs[2]}"
	is_json .content.text new
	[ "$(told)" = '3 2 2 4' ]
	# and one that is changed when it is almost sent comes too late
	scheduled 1
	IM_FAULT=schedule_finish IM_FAULT_STOP=1 "$bin/im-schedule" -c "$conf" 3>&- 4>&- &
	worker=$!
	wait_for stopped
	as Bert
	many "$BATS_TEST_TMPDIR/late" 1 DELETE "/v1/scheduled/$msg" '{}' &
	deleting=$!
	wait_for goes_on
	wait $deleting
	wait $worker || :
	[ "$(tail -n1 "$BATS_TEST_TMPDIR/late.1")" = 404 ]
	[ "$(sent) $(told)" = '1 4' ]
	proven
}

@test "messages: one that cannot be made stands in nobody's way" {
	scheduled 2
	sql "UPDATE scheduled SET content = '\"type' WHERE msg_id = ${msgs[0]}"
	schedule
	[ "$(sent) $(waiting) $(told)" = '1 1 5 4' ]
	[ "$(sql "SELECT reason FROM scheduled WHERE msg_id = ${msgs[0]}")" = 500 ]
	sql "DELETE FROM scheduled WHERE conv_id = $conv;
		UPDATE conv_seq SET has_scheduled = 0 WHERE conv_id = $conv"
	# others hold its log: later
	scheduled 1
	sql "START TRANSACTION; SELECT 1 FROM conv_seq WHERE conv_id = $conv FOR UPDATE;
		SELECT SLEEP(3)" &
	held() { [ "$(sql "SELECT COUNT(*) FROM conv_seq WHERE conv_id = $conv
		FOR UPDATE SKIP LOCKED")" = 0 ]; }
	wait_for held
	schedule
	[ "$(sent) $(waiting)" = '0 1' ]
	wait
	schedule
	[ "$(sent) $(waiting)" = '1 0' ]
	proven
}

@test "messages: cancelled ones go after a day" {
	scheduled 2
	as Bert
	http DELETE "/v1/scheduled/${msgs[0]}"
	schedule
	[ "$(sent) $(waiting)" = '1 1' ]
	[ "$(sql "SELECT LENGTH(content) FROM scheduled WHERE conv_id = $conv")" = 0 ]
	[ "$(sql "SELECT due_ms DIV 3600000 - UNIX_TIMESTAMP() DIV 3600 FROM scheduled
		WHERE conv_id = $conv")" = 24 ]
	sql "UPDATE scheduled SET due_ms = 1 WHERE conv_id = $conv"
	schedule
	[ "$(waiting) $(told)" = '0 3 4' ]
	[ "$(sql "SELECT has_scheduled FROM conv_seq WHERE conv_id = $conv")" = 0 ]
	proven
}
