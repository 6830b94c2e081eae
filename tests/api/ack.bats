# What im-live passes on from devices: everything up to user_index is stored.
load ../helper
load apps
load chats

setup_file() {
	stack_private message user conversation inbox lighttpd
	use_app ack
	sign_up Anna
}
teardown_file() { stack_done; }

fanout() { "$bin/im-fanout" -c "$conf"; }
# ack WHO INDEX: sets $read to how many rows the database has read for it.
ack() {
	local before
	as "$1"
	before=$(rows_read)
	IM_INTERNAL=1 cgi inbox POST /internal/live/ack "{\"user_index\":$2}"
	is_status 204
	read=$(($(rows_read) - before))
}
rows_read() {
	sql "SELECT CAST(SUM(variable_value) AS INT)
		FROM information_schema.global_status WHERE variable_name
		IN ('HANDLER_READ_FIRST', 'HANDLER_READ_KEY', 'HANDLER_READ_NEXT')"
}
column() { # WHO NAME: of their user_seq
	local id=$1_id
	sql "SELECT $2 FROM user_seq WHERE user_id = ${!id}"
}
delivered() { # WHO CONV
	local id=$1_id
	sql "SELECT COALESCE(MAX(delivered_index), 0) FROM mark
		WHERE user_id = ${!id} AND conv_id = $2"
}
# WHO gets N more events, of nothing that has marks.
many_events() {
	local id=$1_id
	sql "INSERT INTO inbox (user_id, user_index, kind, conv_id, conv_index,
			at_ms) SELECT user_id, last_index + seq, 4, 0, 0, 1
			FROM user_seq JOIN seq_1_to_$2 WHERE user_id = ${!id};
		UPDATE user_seq SET last_index = last_index + $2
			WHERE user_id = ${!id}"
}
# As if all of them had expired.
no_events() {
	local id=$1_id
	sql "DELETE FROM inbox WHERE user_id = ${!id};
		UPDATE user_seq SET floor_index = last_index WHERE user_id = ${!id}"
}
# WHO has a group and a direct chat with two messages each.
two_chats() {
	new_conv group Anna "$1"
	group=$conv
	say Anna; say Anna
	fanout
	new_conv direct Anna "$1"
	direct=$conv
	say Anna; say Anna
	fanout
}

@test "an ack moves delivered marks, forward only" {
	sign_up Bert
	two_chats Bert
	ack Bert "$(($(column Bert last_index) - 1))"
	[ "$(delivered Bert "$group") $(delivered Bert "$direct")" = '3 1' ]
	ack Bert 1
	[ "$(delivered Bert "$group") $(delivered Bert "$direct")" = '3 1' ]
	ack Bert 9007199254740991
	[ "$(delivered Bert "$group") $(delivered Bert "$direct")" = '3 2' ]
	[ "$(column Bert acked_index)" = "$(column Bert last_index)" ]
}

@test "an ack after many events reads no more rows than one after few" {
	declare -A took
	for n in 2000 20000 100000; do
		sign_up Cleo
		two_chats Cleo
		many_events Cleo $n
		conv=$group
		say Anna; say Anna
		fanout
		conv=$direct
		say Anna; say Anna
		fanout
		head=$(column Cleo last_index)
		# Up to the first of each of the last two messages.
		ack Cleo $((head - 3))
		[ "$(delivered Cleo "$group") $(delivered Cleo "$direct")" = '4 2' ]
		[ "$(column Cleo acked_index)" = $((head - 3)) ]
		took[$n]=$read
		ack Cleo $((head - 1))
		[ "$(delivered Cleo "$group") $(delivered Cleo "$direct")" = '5 3' ]
		ack Cleo "$head"
		[ "$(delivered Cleo "$group") $(delivered Cleo "$direct")" = '5 4' ]
		no_events Cleo
	done
	echo "${took[@]}"
	[ "${took[2000]}" -gt 2 ]
	[ "${took[20000]}" -lt 1000 ]
	[ "${took[100000]}" -lt $((took[2000] + 100)) ]
}

@test "an ack in the middle of many goes on with the next one" {
	sign_up Dora
	two_chats Dora
	start=$(column Dora last_index)
	many_events Dora 40000
	at=$((start + 25000))
	ack Dora $at
	[ "$read" -lt 12000 ]
	[ "$(delivered Dora "$group") $(delivered Dora "$direct")" = '3 2' ]
	[ "$(column Dora acked_index)" = 10000 ]
	ack Dora $at
	[ "$(column Dora acked_index)" = 20000 ]
	ack Dora $at
	[ "$(column Dora acked_index)" = $at ]
	ack Dora $((at + 15000))
	[ "$read" -lt 1000 ]
	[ "$(column Dora acked_index)" = $((start + 40000)) ]
	no_events Dora
}
