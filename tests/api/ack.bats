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
	before=$(rows_read)
	acks "$1" "$2"
	is_json '.left | tojson' '[]'
	read=$(($(rows_read) - before))
}
# acks WHO INDEX...: in one request.
acks() {
	local id items=
	while [ $# -gt 0 ]; do
		id=$1_id
		items+=",{\"user_id\":\"${!id}\",\"user_index\":$2}"
		shift 2
	done
	IM_INTERNAL=1 cgi inbox POST /internal/live/acks "{\"items\":[${items:1}]}"
	is_status 200
}
rows_read() {
	sql "SELECT CAST(SUM(variable_value) AS INT)
		FROM information_schema.global_status WHERE variable_name
		IN ('HANDLER_READ_FIRST', 'HANDLER_READ_KEY', 'HANDLER_READ_NEXT')"
}
column() { # WHO NAME: of their inbox
	local id=$1_id
	sql "SELECT $2 FROM user_seq JOIN inbox_ack USING (user_id)
		WHERE user_id = ${!id}"
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
held() { [ "$(sql "SELECT COUNT(*) FROM information_schema.processlist
	WHERE info LIKE 'SELECT SLEEP(3600)%'")" = 1 ]; }
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

@test "acks of many: each moves the marks of its user" {
	sign_up Emil
	sign_up Fred
	sign_up Gina
	new_conv group Anna Emil Fred Gina
	say Anna; say Emil; say Anna
	fanout
	e=$(column Emil last_index) f=$(column Fred last_index)
	g=$(column Gina last_index)
	# One of them twice, one that has stored nothing new.
	acks Gina 0 Emil $((e - 1)) Fred 1 Fred "$f"
	is_json '.left | tojson' '[]'
	[ "$(delivered Emil "$conv")" = 3 ]
	[ "$(delivered Fred "$conv")" = 4 ]
	[ "$(delivered Gina "$conv")" = 0 ]
	[ "$(column Emil acked_index)" = $((e - 1)) ]
	[ "$(column Fred acked_index)" = "$f" ]
	[ "$(column Gina acked_index)" = 0 ]
	acks Emil 9007199254740991 Gina "$g" Fred 1
	[ "$(delivered Emil "$conv") $(delivered Gina "$conv")" = '4 4' ]
	[ "$(column Emil acked_index) $(column Fred acked_index)" = "$e $f" ]
}

@test "acks of many: one that is locked, one that has much" {
	sign_up Hans
	sign_up Ines
	sign_up Jana
	new_conv group Anna Hans Ines Jana
	say Anna
	fanout
	many_events Jana 3000
	h=$(column Hans last_index) i=$(column Ines last_index)
	# Fan-out, or a send, has the inbox of Hans: that is no hindrance.
	sql "START TRANSACTION; SELECT 1 FROM user_seq WHERE user_id = $Hans_id
		FOR UPDATE; SELECT 1 FROM inbox_ack WHERE user_id = $Ines_id
		FOR UPDATE; SELECT SLEEP(3600) AS held" 3>&- &
	locker=$!
	wait_for held
	acks Jana 3000 Hans "$h" Ines "$i"
	is_json '[.left, .alone] | tojson' '[[2],[0]]'
	[ "$(delivered Hans "$conv")" = 2 ]
	sql "$(sql "SELECT CONCAT('KILL ', id) FROM information_schema.processlist
		WHERE info LIKE 'SELECT SLEEP(3600)%'")"
	wait $locker || :
	acks Ines "$i"
	acks Jana 3000
	[ "$(delivered Ines "$conv") $(delivered Jana "$conv")" = '2 2' ]
	no_events Jana
}

@test "acks of many: more than one transaction takes" {
	crowd=(Kai Lea Max Nora Otto Pia Ruth)
	for who in "${crowd[@]}"; do
		sign_up "$who"
	done
	new_conv group Anna "${crowd[@]}"
	say Anna
	fanout
	pairs=()
	for who in "${crowd[@]}"; do
		many_events "$who" 900
		pairs+=("$who" "$(column "$who" last_index)")
	done
	acks "${pairs[@]}"
	is_json '[.left, .alone] | tojson' '[[],[]]'
	for who in "${crowd[@]}"; do
		[ "$(delivered "$who" "$conv")" = 2 ]
		[ "$(column "$who" acked_index)" = "$(column "$who" last_index)" ]
		no_events "$who"
	done
}

@test "acks: fields" {
	for items in '' '[]' '{}' '[1]' '[{"user_id":"0","user_index":1}]' \
		'[{"user_id":"1"}]' '[{"user_id":"1","user_index":-1}]'; do
		IM_INTERNAL=1 cgi inbox POST /internal/live/acks \
			"{\"items\":${items:-null}}"
		is_problem 400 invalid_argument items
	done
	cgi inbox POST /internal/live/acks '{"items":[]}'
	is_status 404
}
