# Modes as intervals of a log: who gets inbox rows, and what is read where
# fan-out writes none.
load ../helper
load ../api/apps
load ../api/chats
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private
	# Here nothing turns by itself.
	stack_set fanout push_members 100000
	for name in conversation message im-fanout; do service restart $name; done
	use_app mode
}
teardown_file() { stack_done; }
setup() { spawned=() flood=$BUILD/tests/helpers/flood; }

story() { "$flood" -c "$conf" "$@" >"$BATS_TEST_TMPDIR/story"; }
fanout() { "$bin/im-fanout" -c "$conf" "$@"; }
spawn() {
	"$bin/im-fanout" -c "$conf" "$@" 2>>"$BATS_TEST_TMPDIR/log" 3>&- &
	spawned+=("$!")
}
teardown() {
	[ ${#spawned[@]} -eq 0 ] || kill -KILL "${spawned[@]}" 2>/dev/null || :
	service up im-fanout
}
nothing_left() { [ "$(sql 'SELECT COUNT(*) FROM log_dirty')" = 0 ]; }
sound() { check_store || { echo "$found"; return 1; }; }
proven() {
	nothing_left
	sound
	"$bin/im-verify" -c "$conf"
}
modes() { "$bin/im-admin" -c "$conf" conversation mode "$@"; }
service_off() { service down im-fanout; }

@test "groups switch both ways while people talk, come, go and read" {
	service_off
	story -s 1 -u 40 -d 4 -g 6 -m 12 -n 200 -x 60 -p 30 &
	talking=$!
	for _ in 1 2; do spawn --linger 3 -o job.poll_ms=20; done
	while kill -0 $talking 2>/dev/null; do sound; done
	wait $talking "${spawned[@]}"
	fanout
	proven
	[ "$(sql 'SELECT COUNT(*) FROM conv_mode')" -gt 20 ]
	[ "$(sql 'SELECT COUNT(*) FROM chat WHERE mode = 2')" -gt 0 ]
	# Rows that are not due in mode pull are what is saved.
	[ "$(sql 'SELECT COUNT(*) FROM inbox i JOIN conversation c
		ON c.conv_id = i.conv_id AND c.kind = 2 WHERE i.kind = 1')" -lt \
		"$(sql 'SELECT SUM(s.last_index * c.member_count) FROM conv_seq s
		JOIN conversation c ON c.conv_id = s.conv_id AND c.kind = 2')" ]
}

@test "all at once, when all has been said" {
	service_off
	story -s 2 -u 40 -d 4 -g 6 -m 12 -n 200 -x 60 -p 40
	fanout
	proven
}

@test "a group of more than one chunk" {
	service_off
	story -s 3 -u 1100 -d 0 -g 2 -m 1050 -n 30 -x 12 -p 60
	fanout
	proven
}

@test "kill -9 at every point while modes switch, and again" {
	service_off
	for point in load lock inbox commit committed published; do
		story -s 4 -u 30 -d 2 -g 3 -m 10 -n 40 -x 20 -p 50
		result=0
		IM_FAULT=$point IM_FAULT_AFTER=$((RANDOM % 3 + 1)) fanout \
			-o fanout.rows_max=100 || result=$?
		[ $result -eq 137 ] || {
			echo "$point: $result"
			return 1
		}
		sound
		fanout
		proven
	done
}

@test "kill -9 between the chunks of a switch" {
	service_off
	for after in 1 2 3; do
		story -s $after -u 1300 -d 0 -g 1 -m 1250 -n 6 -x 3 -p 100
		result=0
		IM_FAULT=commit IM_FAULT_AFTER=$after fanout || result=$?
		[ $result -eq 137 ]
		sound
		fanout
		proven
	done
}

# ---- turns without an entry --------------------------------------------------

# turn MODE: without im-fanout
turn() {
	modes "$conv" "$1"
	[ "$(sql "SELECT turns > 0 FROM log_dirty WHERE conv_id = $conv")" = 1 ]
}
part_of() { echo $((($1 * 0x9E3779B97F4A7C15 >> 32) & 3)); }
turned() { # MODE: all rows of members are in it
	[ "$(sql "SELECT COUNT(*) FROM chat WHERE conv_id = $conv AND listed = 1
		AND mode <> $1")" = 0 ]
}
told() { # N: how many `mode` events each member has
	[ "$(sql "SELECT COUNT(*) FROM member m WHERE m.conv_id = $conv
		AND m.left_index = 0 AND (SELECT COUNT(*) FROM inbox i
			WHERE i.user_id = m.user_id AND i.conv_id = $conv
			AND i.kind = 3 AND i.action = 5) <> $1")" = 0 ]
}

@test "kill -9 between the chunks of a turn without entries" {
	service_off
	for after in 1 2 3; do
		story -s 1$after -u 1300 -d 0 -g 1 -m 1250 -n 3
		fanout
		conv=$(sql "SELECT MAX(conv_id) FROM conversation")
		turn pull
		result=0
		IM_FAULT=commit IM_FAULT_AFTER=$after fanout || result=$?
		[ $result -eq 137 ]
		sound
		# Turned again before the first turn is done.
		turn push
		sound
		result=0
		IM_FAULT=committed IM_FAULT_AFTER=$after fanout || result=$?
		[ $result -eq 137 ]
		sound
		fanout
		nothing_left
		sound
		turned 1
		# Killed before its first commit, the first turn was nobody's news.
		told $((after == 1 ? 0 : 2))
	done
	proven
}

@test "turns while nothing is said, in both directions and at once" {
	service_off
	story -s 21 -u 700 -d 0 -g 1 -m 650 -n 10 -x 5
	fanout
	conv=$(sql "SELECT MAX(conv_id) FROM conversation")
	for mode in pull push pull; do
		turn $mode
		fanout
		nothing_left
		sound
		turned "$([ $mode = pull ] && echo 2 || echo 1)"
	done
	told 3
	# What undoes itself before anybody looks is nobody's news.
	turn push
	turn pull
	fanout
	proven
	told 3
}

@test "while fan-out lags, large groups go to mode pull, and come back" {
	service_off
	story -s 31 -u 100 -d 0 -g 2 -m 80 -n 20
	fanout
	big=$(sql 'SELECT MAX(conv_id) FROM conversation')
	story -s 31 -u 100 -d 0 -g 1 -m 20 -n 20
	small=$(sql 'SELECT MAX(conv_id) FROM conversation')
	sql "UPDATE log_dirty SET since_ms = since_ms - 60000"
	sql "INSERT INTO log_dirty (consumer, part, conv_id, head, since_ms)
		SELECT 1, $(part_of "$big"), $big, last_index, last_ms - 60000
		FROM conv_seq WHERE conv_id = $big"
	fanout -o fanout.push_members=100 -o fanout.shed_members=40 \
		-o fanout.shed_lag_ms=1000
	[ "$(sql "SELECT forced_mode FROM conversation WHERE conv_id = $big")" = 3 ]
	[ "$(sql "SELECT mode FROM conversation WHERE conv_id = $small")" = 1 ]
	fanout
	proven
	# Not before shed_s, and not at once where there is no lag.
	spawn --linger 60 -o job.poll_ms=20 -o fanout.shed_s=1 \
		-o fanout.push_members=100
	conv=$big wait_for turned 1
	[ "$(sql "SELECT forced_mode FROM conversation WHERE conv_id = $big")" = 0 ]
	[ "$(sql 'SELECT COUNT(*) FROM conv_shed')" = 0 ]
	wait_for proven
}

# ---- what the API says -------------------------------------------------------

# counted WHO: unread of $conv, by counting its log.
counted() {
	local id=$1_id
	sql "SELECT COUNT(*) FROM entry e JOIN member b ON b.conv_id = e.conv_id
			AND b.user_id = ${!id} AND b.left_index = 0
		LEFT JOIN mark m ON m.conv_id = b.conv_id AND m.user_id = b.user_id
		WHERE e.conv_id = $conv AND e.sender_id <> b.user_id AND e.kind = 1
			AND (e.flags & 2) = 0 AND e.conv_index >
			GREATEST(b.joined_index, COALESCE(m.read_index, 0))"
}
# total_of WHO: the sum over their list; the API says the same everywhere.
totals_agree() {
	local sum where
	as "$1"
	http GET '/v1/conversations?limit=200'
	sum=$(json '[.items[].unread] | add // 0')
	for where in /v1/inbox/head '/v1/inbox?after=0' /v1/sync; do
		http GET $where
		is_json .total_unread "$sum"
	done
}
unread_is_counted() {
	local who
	for who; do
		chat_is "$who" .unread "$(counted "$who")"
		totals_agree "$who"
	done
}
# order WHO [QUERY]: conv_ids of the list, page by page.
order() {
	local next='' page=${2-limit=200}
	as "$1"
	while
		http GET "/v1/conversations?$page${next:+&cursor=$next}"
		json '.items[].conversation.conv_id'
		next=$(json '.next // ""')
		[ -n "$next" ]
	do :; done
}
rows_of() { # WHO: their entry rows of $conv
	local id=$1_id
	sql "SELECT COUNT(*) FROM inbox WHERE user_id = ${!id} AND conv_id = $conv
		AND kind = 1"
}
drained() { wait_for nothing_left; }

@test "a group in mode pull: unread, marks, mentions, who comes and goes" {
	for name in Anna Bert Cleo Dora; do sign_up $name; done
	new_conv group Anna Bert Cleo
	say Anna one
	say Bert two
	drained
	unread_is_counted Anna Bert Cleo
	before=$(rows_of Cleo)
	modes "$conv" pull
	say Anna three
	say Bert four
	say Bert '{"type": "text", "content": {"text": "5"}, "flags": ["no_unread"]}'
	drained
	[ "$(rows_of Cleo)" = "$before" ]
	unread_is_counted Anna Bert Cleo
	chat_is Cleo .last_entry.conv_index "$at"
	as Cleo
	http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$((at - 1))}"
	is_json .unread "$(counted Cleo)"
	is_json .total_unread "$(counted Cleo)"
	# Named: the row and the mention, for them alone.
	say Anna "{\"type\": \"text\", \"content\": {\"text\": \"@\"},
		\"mentions\": [\"$Cleo_id\"]}"
	drained
	has_entry Cleo "$at"
	run ! has_entry Bert "$at"
	chat_is Cleo .mentions 1
	chat_is Bert .mentions 0
	unread_is_counted Anna Bert Cleo
	# Who comes gets the entry and the event, and a chat that goes on.
	add Anna Dora
	caught_up Dora
	is_json '[.events[] | select(.type == "conversation") | .action]
		| join(",")' added
	say Bert six
	drained
	unread_is_counted Anna Bert Cleo Dora
	chat_is Dora .unread 1
	# Who goes gets the entry and the event, and no more.
	drop Anna Bert
	say Anna seven
	drained
	pull Bert
	is_json '[.events[] | select(.type == "conversation") | .action]
		| join(",")' added,mode,removed
	chat_is Bert . null
	totals_agree Bert
	add Anna Bert
	say Cleo eight
	drained
	unread_is_counted Anna Bert Cleo Dora
	# Back: everything from here on is everybody's.
	modes "$conv" push
	say Anna nine
	drained
	for who in Bert Cleo Dora; do has_entry $who "$at"; done
	unread_is_counted Anna Bert Cleo Dora
	proven
}

@test "a switch with nothing behind it changes nothing" {
	for name in Anna Bert; do sign_up $name; done
	new_conv group Anna Bert
	say Anna one
	drained
	modes "$conv" pull
	unread_is_counted Anna Bert
	say Anna two
	drained
	unread_is_counted Anna Bert
	modes "$conv" push
	modes "$conv" pull
	modes "$conv" push
	unread_is_counted Anna Bert
	[ "$(sql "SELECT COUNT(*) FROM conv_mode WHERE conv_id = $conv")" = 2 ]
	sound
	modes "$conv" push
	http GET /v1/inbox/head
	run ! modes 77 pull
}

@test "the list of both modes is one, whole and by pages" {
	for name in Anna Bert; do sign_up $name; done
	convs=()
	for i in 1 2 3 4 5 6 7; do
		new_conv group Anna Bert
		convs+=("$conv")
		say Anna "hello $i"
	done
	drained
	modes "${convs[1]}" pull
	modes "${convs[4]}" pull
	for i in 4 0 1 6 2; do
		conv=${convs[i]}
		say Anna again
	done
	drained
	for i in 1 3; do # moved up by the log alone
		conv=${convs[i]}
		say Anna once more
	done
	conv=${convs[4]} say Anna \
		'{"type": "text", "content": {"text": "x"}, "flags": ["no_bump"]}'
	drained
	want=$(for i in 3 1 2 6 0 4 5; do echo "${convs[i]}"; done)
	for page in 200 1 2 3; do
		[ "$(order Bert limit=$page)" = "$want" ]
	done
	as Bert
	http GET '/v1/sync?limit=3'
	is_json '[.conversations.items[].conversation.conv_id] | join(" ")' \
		"${convs[3]} ${convs[1]} ${convs[2]}"
	# What has been read is left out.
	http PUT "/v1/conversations/${convs[1]}/read" '{"conv_index": 1000}'
	want=$(grep -v "${convs[1]}" <<<"$want")
	[ "$(order Bert 'limit=2&unread=true')" = "$want" ]
	totals_agree Bert
	http PUT "/v1/conversations/${convs[6]}/read" '{"conv_index": 1000}'
	totals_agree Bert
	totals_agree Anna
	proven
}
