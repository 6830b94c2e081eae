# im-expire: expired messages are removed, killed at every point and run twice.
load ../helper
load ../api/apps
load ../api/chats
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private message user conversation inbox search lighttpd im-fanout \
		im-search live
	use_app expire
	for name in Anna Bert; do sign_up $name; done
}
teardown_file() { stack_done; }

expire() { "$bin/im-expire" -c "$conf" "$@"; }
# Everything that would expire has.
hasten() {
	sql "UPDATE entry SET expires_ms = 1000 + conv_index
			WHERE expires_ms > 1000000 AND conv_id = $conv;
		UPDATE entry_expiry SET expires_ms = 1000 + conv_index
			WHERE expires_ms > 1000000 AND conv_id = $conv;
		UPDATE entry_away SET from_ms = 1000 + conv_index
			WHERE from_ms > 1000000 AND conv_id = $conv;
		UPDATE badge_chat SET again_ms = 1000
			WHERE again_ms > 1000000 AND conv_id = $conv"
}
lasting() { text "${1-x}" | jq -c '.expires_in_s = 3600'; }
burning() { text "${1-x}" | jq -c '.expires_after_read_s = 3600'; }
# N messages that have expired: with a mention, a version, a reaction, a pin
expired() {
	new_conv group Anna Bert
	for _ in $(seq "$1"); do
		say Anna "$(lasting 'to be gone' | jq -c ".mentions = $(ids Bert)")"
		http PATCH "/v1/messages/$msg" '{"content":{"text":"gone"}}'
		is_status 200
		http PUT "/v1/messages/$msg/reactions/x"
		http PUT "/v1/conversations/$conv/pins/$msg"
		is_status 204
	done
	caught_up Bert
	hasten
}
count() { sql "SELECT COUNT(*) FROM $1 WHERE conv_id = $conv ${2-}"; }
left() { echo "$(count entry_expiry) $(count entry 'AND state = 2')"; }
is_clean() { # N: so many are gone, with everything of theirs
	[ "$(left)" = "0 $1" ]
	[ "$(count entry_version) $(count reaction) $(count pin)" = '0 0 0' ]
	[ "$(count body)" = "$(count entry 'AND state <> 2')" ]
	[ "$(sql "SELECT COUNT(*) FROM body WHERE conv_id = $conv
		AND content LIKE '%to be gone%'")" = 0 ]
}
proven() {
	wait_for check_store || { echo "$found"; return 1; }
	"$bin/im-verify" -c "$conf"
}
stopping() { # POINT: a worker that stops there: sets worker
	IM_FAULT=$1 IM_FAULT_STOP=1 "$bin/im-expire" -c "$conf" 3>&- 4>&- &
	worker=$!
	wait_for stopped
}
stopped() { grep -q 'State:.T' "/proc/$worker/status"; }
goes_on() {
	! kill -CONT "$worker" 2>/dev/null ||
		grep -qs 'State:.Z' "/proc/$worker/status"
}

@test "all that have expired, with what belongs to them, and no others" {
	expired 2
	say Anna "$(lasting stays)"
	say Anna plain
	expire --dry-run 2>"$BATS_TEST_TMPDIR/log"
	grep -q 'source=messages due=2' "$BATS_TEST_TMPDIR/log"
	[ "$(left)" = '3 0' ]
	expire
	[ "$(left)" = '1 2' ]
	chat_is Bert .unread 2
	chat_is Bert .mentions 0
	hasten
	expire
	is_clean 3
	# Their places stay.
	as Bert
	http GET "/v1/conversations/$conv/messages?limit=200"
	is_json '[.items[].conv_index] == [range(1; .head + 1)]' true
	is_json '[.items[] | select(.hidden)] | length' 3
	chat_is Bert .unread 1
	# It can be cleared, whatever is gone.
	http PUT "/v1/conversations/$conv/read" '{"conv_index":99}'
	is_json '[.unread, .mentions] | tojson' '[0,0]'
	expire
	proven
}

@test "killed at every point: each is removed, once" {
	for point in expire_found expire_remove expire_committed \
		expire_published; do
		expired 2
		run ! env IM_FAULT=$point "$bin/im-expire" -c "$conf"
		case $point in
		expire_found | expire_remove) [ "$(left)" = '2 0' ] ;;
		*) is_clean 2 ;;
		esac
		expire
		is_clean 2
	done
	proven
}

@test "a message that burns is gone on devices that were away" {
	new_conv direct Anna Bert
	for point in expire_remove expire_committed none; do
		say Anna "$(burning)"
		caught_up Bert
		as Bert
		http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$at}"
		is_status 200
		hasten
		[ $point = none ] ||
			run ! env IM_FAULT=$point "$bin/im-expire" -c "$conf"
		expire
		for who in Anna Bert; do
			as $who
			pull $who
			is_json "[.events[] | select(.type == \"hidden\"
				and .conv_index == $at and .msg_id == \"$msg\"
				and .conv_id == \"$conv\")] | length" 1
		done
	done
	is_clean 3
	# What had its time from the beginning needs no event.
	say Anna "$(lasting)"
	hasten
	expire
	pull Anna
	is_json "[.events[] | select(.type == \"hidden\" and .conv_index == $at)]
		| length" 0
	proven
}

block() { python3 - "$IM_MEMCACHED" "h:$conv:0" <<'END'
import socket
import sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(f"get {sys.argv[2]}\r\n".encode())
print(s.recv(5).decode())
END
}
is_cached() {
	cgi message GET "/v1/conversations/$conv/messages?after=0"
	[ "$(block)" = VALUE ]
}
many_lasting() {
	as Anna
	http POST /v1/messages/batch "$(lasting | jq -c \
		".conv_id = \"$conv\" | {messages: [range(60) as \$i | .]}")"
	is_status 200
}

@test "no copy of it is left in memcached" {
	new_conv group Anna Bert
	many_lasting
	wait_for is_cached
	hasten
	expire
	[ "$(block)" != VALUE ]
	is_clean 60
}

@test "more than a batch, of several conversations, several workers at once" {
	for _ in 1 2 3; do
		new_conv group Anna Bert
		many_lasting
		many_lasting
		hasten
	done
	for i in 1 2 3; do
		expire 2>"$BATS_TEST_TMPDIR/log$i" 3>&- 4>&- &
	done
	wait
	expire
	[ "$(sql 'SELECT COUNT(*) FROM entry_expiry WHERE expires_ms > 0')" = 0 ]
	is_clean 120
	proven
}

@test "a worker whose lease is taken changes nothing" {
	expired 1
	stopping expire_found
	sql "UPDATE lease SET expires_ms = 0 WHERE name LIKE 'expire%'"
	expire
	is_clean 1
	wait_for goes_on
	wait $worker || :
	is_clean 1
	[ "$(count entry 'AND state = 2 AND version = 3')" = 1 ]
	proven
}

@test "recalled before it expired" {
	expired 1
	sql "UPDATE entry SET expires_ms = 4000000000000 WHERE conv_id = $conv
			AND expires_ms > 0;
		UPDATE entry_expiry SET expires_ms = 4000000000000 WHERE conv_id = $conv;
		UPDATE entry_away SET from_ms = 4000000000000 WHERE conv_id = $conv"
	as Anna
	http POST "/v1/messages/$msg/recall"
	is_status 200
	hasten
	expire
	[ "$(left)" = '0 0' ]
	http GET "/v1/conversations/$conv/messages?around=$at"
	is_json ".items[] | select(.conv_index == $at) | .hidden" true
	proven
}

# RACES: rounds of it (make drill: 200)
@test "drill: expiring while it is edited, recalled, reacted to, pinned, read" {
	local i act
	new_conv direct Anna Bert
	(while [ ! -e "$BATS_TEST_TMPDIR/stop" ]; do expire; done) 3>&- 4>&- &
	for i in $(seq "${RACES-8}"); do
		say Anna "$(text x | jq -c '.expires_in_s = 1
			| .expires_after_read_s = 1')"
		sleep 0.9
		as Anna
		for act in "PATCH /v1/messages/$msg {\"content\":{\"text\":\"y\"}}" \
			"PUT /v1/messages/$msg/reactions/x" \
			"PUT /v1/conversations/$conv/pins/$msg" \
			"POST /v1/messages/$msg/recall" \
			"PUT /v1/conversations/$conv/read {\"conv_index\":$at}"; do
			read -r method path data <<<"$act"
			TOKEN=$([ $((i % 2)) = 0 ] && echo "$Anna_token" ||
				echo "$Bert_token") many \
				"$BATS_TEST_TMPDIR/a" 1 "$method" "$path" "${data:-{\}}" &
		done
		sleep 0.2
	done
	touch "$BATS_TEST_TMPDIR/stop"
	wait
	wait_for none_is_due
	expire
	proven
}
none_is_due() {
	expire
	[ "$(sql 'SELECT COUNT(*) FROM entry_expiry WHERE expires_ms > 0')" = 0 ]
}
