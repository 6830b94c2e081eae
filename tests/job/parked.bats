# A conversation that the database refuses is parked: everybody else's messages
# go on, its own wait until an operator queues it again.
load ../helper
load ../api/apps
load ../api/chats
bats_require_minimum_version 1.5.0

setup_file() {
	stack=$TOP/var/test/parked-$$
	stack_set fanout push_members 100000
	stack_private message user conversation inbox lighttpd
	use_app parked
	sign_up Anna
	sign_up Bert
}
teardown_file() { stack_done; }
setup() { spawned=() flood=$BUILD/tests/helpers/flood; }
teardown() {
	heal
	[ ${#spawned[@]} -eq 0 ] || kill -KILL "${spawned[@]}" 2>/dev/null || :
}

story() { "$flood" -c "$conf" "$@" >"$BATS_TEST_TMPDIR/story"; }
admin() { "$bin/im-admin" -c "$conf" "$@"; }
# fanout OPTION...: sets $result, and log to what it says.
fanout() {
	result=0
	log=$BATS_TEST_TMPDIR/fanout
	"$bin/im-fanout" -v -c "$conf" "$@" 2>"$log" || result=$?
}
due() { sql 'SELECT COUNT(*) FROM log_dirty WHERE parked_ms = 0'; }
parked() { admin queue parked | awk -F'\t' 'NR > 1 { print $3 }'; }
proven() {
	[ "$(sql 'SELECT COUNT(*) FROM log_dirty')" = 0 ]
	check_store || { echo "$found"; return 1; }
	"$bin/im-verify" -c "$conf"
}
# poison CONDITION: an inbox row that meets it does not fit its column.
poison() {
	sql "CREATE TRIGGER poison BEFORE INSERT ON inbox FOR EACH ROW
		SET NEW.kind = IF($1, 1000000, NEW.kind)"
}
heal() { sql 'DROP TRIGGER IF EXISTS poison'; }
# A conversation that waits for fan-out, with its partition.
pick() {
	read -r conv part < <(sql 'SELECT conv_id, part FROM log_dirty
		ORDER BY since_ms, conv_id LIMIT 1 OFFSET 5')
}
# Logs that fan-out has not finished, other than that of conv.
others_behind() {
	sql "SELECT COUNT(*) FROM conv_seq s LEFT JOIN log_cursor f
		ON f.consumer = 1 AND f.conv_id = s.conv_id
		WHERE s.conv_id <> $conv AND s.last_index > COALESCE(f.done_index, 0)"
}

@test "the one that is refused is parked, everybody else is served" {
	story -s 1 -u 30 -d 30 -g 6 -m 10 -n 3
	[ "$(sql 'SELECT COUNT(DISTINCT part) FROM log_dirty')" = 4 ]
	pick
	[ "$(sql "SELECT COUNT(*) FROM log_dirty WHERE part = $part")" -gt 3 ]
	before=$(sql "SELECT since_ms FROM log_dirty WHERE conv_id = $conv")
	poison "NEW.conv_id = $conv"
	fanout
	[ $result -eq 65 ]
	[ "$(parked)" = "$conv" ]
	[ "$(due)" = 0 ]
	[ "$(others_behind)" = 0 ]
	[ "$(sql "SELECT COUNT(*) FROM inbox WHERE conv_id = $conv")" = 0 ]
	# Its mark of work is as it was, and nothing of its transaction is left.
	[ "$(sql "SELECT since_ms FROM log_dirty WHERE conv_id = $conv")" = "$before" ]
	[ "$(sql "SELECT COUNT(*) FROM log_cursor WHERE conv_id = $conv")" = 0 ]
	grep -c "ev=fanout_parked conv_id=$conv done=0 .*inbox.insert: 1264" "$log"
	[ "$(grep -c ev=fanout_parked "$log")" = 1 ]
	grep -q 'ev=job name=fanout exit=65 .* dead=1 ' "$log"

	admin queue parked | grep -P "^fanout\t$part\t$conv\t3\t.*\tinbox.insert: 1264 "
	admin queue show | grep -P "^fanout\t$part\t0\t0\t0\t0\t1$"
	admin explain conversation "$conv" | grep -F 'fanout=PARKED: im-admin queue parked'
	admin explain conversation "$conv" | grep -F 'parked_reason=inbox.insert: 1264'
	check_store || :
	[[ $found == *"fanout_parked	$conv"* ]]
	[ "$(wc -l <<<"$found")" = 2 ]
	run -65 "$bin/im-verify" -c "$conf"
	[ "$(grep -c ' conv_id=' <<<"$output")" = 1 ]
	[[ $output == *"fanout_parked conv_id=$conv"* ]]

	# It is not looked at again, and not logged again.
	fanout
	[ $result -eq 0 ]
	[ -z "$(grep 'ev=fanout_parked\|ev=fanout \|level=error' "$log")" ]
	grep -q 'ev=job name=fanout exit=0 .* steps=0 done=0 .* dead=0 ' "$log"

	heal
	[ "$(admin queue requeue "$conv")" = requeued=1 ]
	[ "$(sql "SELECT COUNT(*) FROM audit WHERE action = 'queue.requeue'
		AND detail = 'fanout conv_id=$conv'")" = 1 ]
	fanout
	[ $result -eq 0 ]
	[ -z "$(parked)" ]
	proven
}

@test "what is sent to it meanwhile waits with it, and comes in order" {
	# The send tries to serve Bert itself, and leaves it to im-fanout.
	announce 'prog=message .*what=inbox.insert'
	new_conv group Anna Bert
	sick=$conv
	new_conv direct Anna Bert
	well=$conv
	fanout
	poison "NEW.conv_id = $sick"
	for text in 1 2 3; do
		conv=$sick
		say Anna "$text"
		conv=$well
		say Anna "$text"
		fanout
		[ "$(parked)" = "$sick" ]
		[ "$(due)" = 0 ]
		[ $result -eq $((text == 1 ? 65 : 0)) ]
		[ "$(grep -c ev=fanout_parked "$log" || :)" = $((text == 1)) ]
	done
	has() { sql "SELECT GROUP_CONCAT(conv_index ORDER BY user_index)
		FROM inbox WHERE user_id = $Bert_id AND kind = 1 AND conv_id = $1"; }
	[ "$(has "$well")" = 1,2,3 ]
	[ "$(has "$sick")" = 1 ]
	[ "$(sql "SELECT head FROM log_dirty WHERE conv_id = $sick")" = 4 ]
	# Queued again too early, it is parked again.
	admin queue requeue "$sick"
	fanout
	[ $result -eq 65 ]
	[ "$(parked)" = "$sick" ]
	heal
	admin queue requeue --all
	fanout
	[ "$(has "$sick")" = 1,2,3,4 ]
	proven
}

@test "a number of an inbox that is taken: all its owner's conversations, no other" {
	story -s 2 -u 40 -d 20 -g 3 -m 5 -n 3
	user=$(sql 'SELECT m.user_id FROM member m JOIN log_dirty d
		ON d.conv_id = m.conv_id GROUP BY m.user_id
		ORDER BY COUNT(*) DESC LIMIT 1')
	theirs=$(sql "SELECT d.conv_id FROM log_dirty d JOIN member m
		ON m.conv_id = d.conv_id WHERE m.user_id = $user ORDER BY 1")
	[ "$(wc -l <<<"$theirs")" -gt 1 ]
	sql "INSERT INTO inbox (user_id, user_index, kind, conv_id, conv_index,
		at_ms) SELECT user_id, last_index + 1, 4, 0, 0, 1 FROM user_seq
		WHERE user_id = $user"
	fanout
	[ $result -eq 65 ]
	[ "$(parked | sort -n)" = "$theirs" ]
	[ "$(due)" = 0 ]
	admin queue parked | grep 'inbox.insert: 1062 Duplicate entry'
	sql "DELETE FROM inbox WHERE user_id = $user AND kind = 4"
	[ "$(admin queue requeue --all)" = "requeued=$(wc -l <<<"$theirs")" ]
	fanout
	[ $result -eq 0 ]
	proven
}

@test "kill -9 before it is parked, and after: nothing is lost" {
	for point in park parked; do
		story -s 3 -u 20 -d 12 -g 2 -m 8 -n 3
		pick
		poison "NEW.conv_id = $conv"
		IM_FAULT=$point fanout
		[ $result -eq 137 ]
		[ "$(parked)" = "$([ $point = park ] || echo "$conv")" ]
		fanout
		[ "$(parked)" = "$conv" ]
		[ "$(others_behind)" = 0 ]
		heal
		admin queue requeue "$conv"
		IM_FAULT=commit fanout
		[ $result -eq 137 ]
		fanout
		[ $result -eq 0 ]
		proven
	done
}

@test "a large group that fails in its second chunk goes on from there" {
	story -s 4 -u 1100 -d 3 -g 1 -m 1050 -n 4
	conv=$(sql 'SELECT conv_id FROM conversation WHERE kind = 2
		ORDER BY conv_id DESC LIMIT 1')
	user=$(sql "SELECT user_id FROM member WHERE conv_id = $conv
		ORDER BY user_id LIMIT 1 OFFSET 700")
	poison "NEW.conv_id = $conv AND NEW.user_id = $user"
	fanout
	[ $result -eq 65 ]
	[ "$(parked)" = "$conv" ]
	[ "$(sql "SELECT COUNT(DISTINCT user_id) FROM inbox
		WHERE conv_id = $conv")" = 500 ]
	[ "$(others_behind)" = 0 ]
	heal
	admin queue requeue "$conv"
	fanout
	[ $result -eq 0 ]
	proven
}

@test "a lingering one goes on, too" {
	story -s 5 -u 20 -d 8 -g 1 -m 6 -n 2
	pick
	poison "NEW.conv_id = $conv"
	"$bin/im-fanout" -v -c "$conf" --linger 3600 -o job.poll_ms=50 \
		2>"$BATS_TEST_TMPDIR/log" 3>&- &
	pid=$!
	spawned+=("$pid")
	nothing_due() { [ "$(due)" = 0 ]; }
	wait_for nothing_due
	story -s 6 -u 20 -d 8 -g 1 -m 6 -n 2 -w 1
	wait_for nothing_due
	[ "$(parked)" = "$conv" ]
	heal
	# The command wakes it.
	admin queue requeue "$conv"
	nothing_left() { [ "$(sql 'SELECT COUNT(*) FROM log_dirty')" = 0 ]; }
	wait_for nothing_left
	kill -TERM "$pid"
	result=0
	wait "$pid" || result=$?
	[ $result -eq 65 ]
	[ "$(grep -c ev=fanout_parked "$BATS_TEST_TMPDIR/log")" = 1 ]
	proven
}

@test "what meets every conversation parks none" {
	story -s 7 -u 20 -d 8 -g 2 -m 6 -n 3
	sql 'ALTER TABLE inbox ADD COLUMN more INT NOT NULL'
	fanout
	sql 'ALTER TABLE inbox DROP COLUMN more'
	[ $result -eq 70 ]
	[ -z "$(parked)" ]
	[ "$(due)" = 10 ]
	fanout
	[ $result -eq 0 ]
	proven
}

@test "the commands' failures" {
	expect() { local want=$1; shift; run -"$want" "$bin/im-admin" -c "$conf" "$@"; }
	expect 66 queue requeue 12345
	[[ $output == *'12345 is not parked'* ]]
	expect 65 queue requeue x
	expect 65 queue requeue
	expect 65 queue requeue 5 --all
	expect 0 queue requeue --all
	[ "$output" = requeued=0 ]
	expect 0 queue parked
	[ "$(wc -l <<<"$output")" = 1 ]
}
