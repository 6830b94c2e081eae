# im-schedule: reminders, killed at every point and run twice.
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
goes_on() {
	! kill -CONT "$worker" 2>/dev/null ||
		grep -qs 'State:.Z' "/proc/$worker/status"
}
stopped() { grep -q 'State:.T' "/proc/$worker/status"; }
left() { sql 'SELECT COUNT(*) FROM reminder'; }
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
