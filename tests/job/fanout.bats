# im-fanout: every entry in every inbox exactly once, whatever dies.
load ../helper

# The groups here are in mode push, whatever their size.
setup_file() {
	stack=$TOP/var/test/fanout-$$
	stack_set fanout push_members 100000
	stack_private db
}
teardown_file() { stack_done; }
setup() { spawned=() flood=$BUILD/tests/helpers/flood; }

# story OPTION...: people who talk (and come and go)
story() { "$flood" -c "$conf" "$@" >"$BATS_TEST_TMPDIR/story"; }
fanout() { "$bin/im-fanout" -c "$conf" "$@"; }
# In the background; $pid is the worker's own.
spawn() {
	"$bin/im-fanout" -v -c "$conf" "$@" 2>>"$BATS_TEST_TMPDIR/log" 3>&- &
	pid=$!
	spawned+=("$pid")
}
teardown() {
	[ ${#spawned[@]} -eq 0 ] || kill -KILL "${spawned[@]}" 2>/dev/null || :
}
left() { sql 'SELECT COUNT(*) FROM log_dirty'; }
nothing_left() { [ "$(left)" = 0 ]; }
rows() { sql 'SELECT COUNT(*) FROM inbox'; }
proven() {
	nothing_left
	check_store || { echo "$found"; return 1; }
	"$bin/im-verify" -c "$conf"
}
# It has its socket and waits.
is_waiting() { grep -q "pid=$pid ev=linger" "$BATS_TEST_TMPDIR/log"; }
# The moment's store is sound, work left or not.
sound() { check_store || { echo "$found"; return 1; }; }

# What flood makes has never been opened: its requests die, as it were, between
# the commit and the creator's chat.
@test "a direct chat that its request did not open is opened, once" {
	opened() { sql "SELECT COUNT(*) FROM inbox i JOIN conversation c
		ON c.conv_id = i.conv_id AND c.created_by = i.user_id
		WHERE c.kind = 1 AND i.kind = 3 AND i.action = 1
		AND i.conv_index = 0"; }
	story -s 30 -u 12 -d 6 -g 0 -n 0
	made=$(sql 'SELECT COUNT(*) FROM conversation WHERE kind = 1')
	[ "$made" -gt 0 ]
	[ "$(opened)" = 0 ]
	IM_FAULT=commit run "$bin/im-fanout" -c "$conf"
	[ "$(opened)" = 0 ]
	fanout
	[ "$(opened)" = "$made" ]
	[ "$(sql 'SELECT COUNT(*) FROM chat WHERE listed = 1')" = "$made" ]
	# Known to fan-out now, and opened by somebody else's first message, too.
	story -s 30 -u 12 -d 6 -g 0 -n 3
	fanout
	[ "$(opened)" = "$(sql 'SELECT COUNT(*) FROM conversation WHERE kind = 1')" ]
	proven
}

@test "drains what is there: people come and go, mentions, all kinds" {
	story -s 1 -u 40 -d 10 -g 6 -m 12 -n 60 -x 20
	[ "$(left)" -gt 0 ]
	fanout
	proven
	[ "$(sql 'SELECT COUNT(*) FROM inbox WHERE kind = 3 AND action = 2')" -gt 0 ]
	[ "$(sql 'SELECT COUNT(*) FROM member_past')" -gt 0 ]
	[ "$(sql 'SELECT COUNT(*) FROM mention')" -gt 0 ]
}

@test "a second run has nothing to do" {
	fanout
	before=$(rows)
	fanout
	[ "$(rows)" = "$before" ]
	[ "$(sql 'SELECT done FROM job_run ORDER BY run_id DESC LIMIT 1')" = 0 ]
}

@test "a group of more than one chunk" {
	story -s 2 -u 1100 -d 0 -g 1 -m 1050 -n 24 -x 4
	fanout
	proven
}

@test "three at once while people talk" {
	story -s 3 -u 50 -d 20 -g 8 -m 20 -n 150 -x 30 &
	talking=$!
	for _ in 1 2 3; do spawn --linger 3600 -o job.poll_ms=20; done
	wait $talking
	kill -TERM "${spawned[@]}"
	wait "${spawned[@]}"
	fanout
	proven
}

@test "kill -9 at every point, and again" {
	for point in load lock inbox commit committed published; do
		story -s 4 -u 30 -d 4 -g 2 -m 10 -n 20 -x 6
		result=0
		IM_FAULT=$point IM_FAULT_AFTER=$((RANDOM % 2 + 1)) fanout || result=$?
		[ $result -eq 137 ] || {
			echo "$point: $result"
			return 1
		}
		sound
		fanout
		proven
	done
}

@test "kill -9 between the chunks of a large group" {
	for after in 2 3; do
		story -s 5 -u 1300 -d 2 -g 1 -m 1250 -n 3 -x 0
		result=0
		IM_FAULT=commit IM_FAULT_AFTER=$after fanout || result=$?
		[ $result -eq 137 ]
		sound
		# The pass goes on where it was.
		fanout
		proven
	done
}

@test "a dead worker's lease lasts 3 seconds, then it is taken over" {
	story -s 6 -d 10 -g 0 -n 5
	IM_FAULT=lock fanout || :
	[ "$(sql 'SELECT MAX(expires_ms) - UNIX_TIMESTAMP(NOW(3)) * 1000 <= 3000
		FROM lease')" = 1 ]
	fanout
	proven
}

@test "a worker that was away too long changes nothing" {
	story -s 7 -d 6 -g 2 -m 8 -n 20
	IM_FAULT=load IM_FAULT_STOP=1 spawn
	wait_for grep -q 'State:.T' "/proc/$pid/status"
	fanout
	proven
	before=$(rows)
	kill -CONT "$pid"
	wait "$pid"
	grep 'event=lost' "$BATS_TEST_TMPDIR/log"
	[ "$(rows)" = "$before" ]
	proven
}

# One of its waits ended before the 60 s were over.
was_woken() {
	sed -n "s/.*pid=$pid ev=linger left_ms=//p" "$BATS_TEST_TMPDIR/log" |
		awk 'NR > 1 && was - $1 < 60000 { woken = 1 } { was = $1 }
			END { exit !woken }'
}

@test "a lingering one sleeps until it is woken" {
	spawn --linger 3600 -o job.poll_ms=60000
	wait_for is_waiting
	story -s 8 -d 1 -g 0 -n 1 -w 1
	wait_for nothing_left
	story -s 9 -d 5 -g 1 -n 10 -w 1
	wait_for nothing_left
	wait_for was_woken
	kill -TERM "$pid"
	wait "$pid"
	proven
}

@test "the newest lingering one is woken, and an older one helps out" {
	spawn --linger 3600 -o job.poll_ms=200
	old=$pid
	wait_for is_waiting
	IM_FAULT=lock spawn --linger 3600 -o job.poll_ms=200
	wait_for is_waiting
	story -s 10 -d 3 -g 1 -n 10 -w 1
	wait "$pid" || [ $? -eq 137 ]
	wait_for nothing_left
	kill "$old"
	wait "$old"
	proven
}

@test "--partition works on its share alone" {
	story -s 11 -d 40 -g 0 -n 1
	fanout --partition 1/2
	[ "$(sql 'SELECT COUNT(*) FROM log_dirty WHERE part IN (0, 2)')" = 0 ]
	[ "$(sql 'SELECT COUNT(*) FROM log_dirty WHERE part IN (1, 3)')" -gt 0 ]
	fanout --partition 2/2
	proven
}

@test "--dry-run changes nothing" {
	story -s 12 -d 5 -g 1 -n 3
	sql 'DELETE FROM lease'
	before="$(rows) $(left) $(sql 'SELECT COUNT(*) FROM job_run')"
	fanout --dry-run 2>&1 | grep 'ev=fanout_would part='
	[ "$(rows) $(left) $(sql 'SELECT COUNT(*) FROM job_run')" = "$before" ]
	[ "$(sql 'SELECT COUNT(*) FROM lease')" = 0 ]
	fanout
	proven
}

@test "memcached is away: slower, no less" {
	announce 'memcached'
	service down memcached
	story -s 13 -d 5 -g 2 -n 20 -x 3
	fanout
	proven
	service up memcached
}

some_rows() { [ "$(rows)" -gt "$before" ]; }

@test "the database dies under it" {
	before=$(rows)
	announce 'db'
	spawn --linger 3600 -o job.poll_ms=50
	story -s 14 -u 40 -d 20 -g 4 -m 20 -n 400 -x 10 &
	talking=$!
	wait_for some_rows
	service kill db
	wait $talking || :
	wait_for sql 'SELECT 1'
	fanout
	proven
}

# large_group STEPS [COMMAND]: one that is work for dozens of steps, and, after
# COMMAND, a worker that stops itself after each so many of them.
large_group() {
	story -s 16 -u 600 -d 0 -g 1 -m 600 -n 50
	part=$(sql 'SELECT part FROM log_dirty')
	[ -z "${2-}" ] || "$2"
	IM_FAULT=committed IM_FAULT_STOP=1 IM_FAULT_AFTER=$1 \
		spawn --linger 3600 -o fanout.rows_max=500
	wait_for grep -q 'State:.T' "/proc/$pid/status"
	[ "$(left)" -gt 0 ]
}
goes_on() { kill -CONT "$pid" && nothing_left; }
# It may stop once more, behind the last commit.  The shell may have taken its
# status already.
is_over() {
	! kill -CONT "$pid" 2>/dev/null ||
		grep -qs 'State:.Z' "/proc/$pid/status"
}
# The worker goes on to the end; its steps of a few rows came before the last
# of many.
small_came_first() {
	wait_for goes_on
	kill -TERM "$pid"
	wait_for is_over
	wait "$pid"
	sed -n "s/.*pid=$pid ev=fanout .* rows=\([0-9]*\) .*/\1/p" \
		"$BATS_TEST_TMPDIR/log" >"$BATS_TEST_TMPDIR/rows"
	awk '$1 < 50 { small++ } $1 >= 50 { large = small }
		END { print small + 0, large + 0; exit !(small && large == small) }' \
		"$BATS_TEST_TMPDIR/rows"
	proven
}

@test "a large group does not hold up two people who talk" {
	large_group 2
	story -s 17 -u 2 -m 2 -d 1 -g 0 -n 1 -w 1
	small_came_first
}

# Groups that share a partition, from the oldest on, one of them with a long
# backlog: each gets one entry a turn.
@test "large groups of a partition take turns, however far one is behind" {
	story -s 33 -u 600 -d 0 -g 5 -m 600 -n 9
	group=$(sql "SELECT GROUP_CONCAT(conv_id) FROM log_dirty
		GROUP BY part ORDER BY COUNT(*) DESC LIMIT 1")
	[[ $group == *,* ]]
	fanout -o fanout.rows_max=500
	# What has overtaken another group's entry that was due before it.
	early=$(sql "SELECT COUNT(*) FROM inbox a JOIN inbox b
		ON b.user_id = a.user_id AND b.user_index > a.user_index
		WHERE a.conv_id IN ($group) AND b.conv_id IN ($group)
		AND a.kind = 1 AND b.kind = 1
		AND a.conv_index > b.conv_index + 1")
	[ "$early" = 0 ]
	# In a turn, the group whose entries are older comes first.
	[ "$(sql "SELECT COUNT(*) FROM inbox a JOIN inbox b
		ON b.user_id = a.user_id AND b.user_index > a.user_index
		WHERE a.conv_id IN ($group) AND b.conv_id IN ($group)
		AND a.kind = 1 AND b.kind = 1 AND a.conv_id > b.conv_id
		AND a.conv_index = 1 AND b.conv_index = 1")" = 0 ]
	proven
}

is_stopped() { grep -q 'State:.T' "/proc/$pid/status"; }
behind() { # CONV: how many of its entries wait
	sql "SELECT s.last_index - COALESCE(f.done_index, 0) FROM conv_seq s
		LEFT JOIN log_cursor f ON f.consumer = 1 AND f.conv_id = s.conv_id
		WHERE s.conv_id = $1"
}

@test "a large group lets another one by, that wrote later" {
	large_group 1
	busy=$(sql 'SELECT conv_id FROM log_dirty')
	later() { sql "SELECT COALESCE(MIN(conv_id), '') FROM log_dirty
		WHERE part = $part AND conv_id <> $busy"; }
	until [ -n "$(later)" ]; do
		story -s 34 -u 600 -d 0 -g 3 -m 600 -n 1
	done
	other=$(later)
	before=$(behind "$busy")
	while [ "$(behind "$other")" -gt 0 ]; do
		kill -CONT "$pid"
		wait_for is_stopped
	done
	[ "$(behind "$busy")" -gt $((before / 2)) ]
	wait_for goes_on
	kill -TERM "$pid"
	wait_for is_over
	wait "$pid"
	proven
}

@test "a transaction of one row at a time" {
	story -s 35 -u 150 -d 4 -g 2 -m 100 -n 3
	fanout -o fanout.rows_max=1
	proven
}

dead_leases() { # all but the one where the group is
	sql "UPDATE lease SET owner = 'dead', fence = fence + 1, expires_ms = 1 << 60
		WHERE name <> 'fanout.$part'"
	story -s 21 -u 20 -m 2 -d 10 -g 0 -n 2 -w 1
}

@test "a dead worker's lease ends while there is work elsewhere" {
	sql "INSERT IGNORE INTO lease (name, owner, fence, expires_ms)
		SELECT CONCAT('fanout.', seq), '', 0, 0 FROM seq_0_to_3"
	large_group 6 dead_leases
	sql "UPDATE lease SET expires_ms = 1 WHERE owner = 'dead'"
	small_came_first
}

@test "a locked inbox holds up only the conversations of its owner" {
	story -s 31 -u 20 -d 8 -g 1 -m 4 -n 3
	user=$(sql 'SELECT MIN(m.user_id) FROM member m JOIN log_dirty d
		ON d.conv_id = m.conv_id')
	theirs="SELECT COUNT(DISTINCT d.conv_id) FROM log_dirty d JOIN member m
		ON m.conv_id = d.conv_id WHERE m.user_id = $user"
	waiting=$(sql "$theirs")
	[ "$waiting" -gt 0 ]
	[ "$(left)" -gt "$waiting" ]
	sql "START TRANSACTION; SELECT 1 FROM user_seq WHERE user_id = $user
		FOR UPDATE; SELECT SLEEP(3600) AS held" 3>&- &
	locker=$!
	held() { [ "$(sql "SELECT COUNT(*) FROM information_schema.processlist
		WHERE info LIKE 'SELECT SLEEP(3600)%'")" = 1 ]; }
	wait_for held
	spawn --linger 3600 -o job.poll_ms=20
	only_theirs() { [ "$(left)" = "$waiting" ]; }
	wait_for only_theirs
	held
	[ "$(sql "$theirs")" = "$waiting" ]
	# Also what comes later.
	story -s 32 -u 2 -m 2 -d 1 -g 0 -n 1 -w 1
	wait_for only_theirs
	held
	sql "$(sql "SELECT CONCAT('KILL ', id) FROM information_schema.processlist
		WHERE info LIKE 'SELECT SLEEP(3600)%'")"
	wait $locker || :
	wait_for nothing_left
	kill -TERM "$pid"
	wait "$pid"
	proven
}

@test "a hole in one log holds up nobody else, and is reported" {
	story -s 18 -d 3 -g 1 -n 3
	conv=$(sql 'SELECT conv_id FROM log_dirty LIMIT 1')
	sql "UPDATE entry SET conv_index = 100 WHERE conv_id = $conv
		AND conv_index = 2"
	result=0
	fanout -o cache.servers= || result=$?
	[ $result -eq 65 ]
	[ "$(left)" = 1 ]
	"$bin/im-admin" -c "$conf" queue parked |
		grep -P "\t$conv\t.*\tthe log has no entry 2$"
	sql "UPDATE entry SET conv_index = 2 WHERE conv_id = $conv
		AND conv_index = 100"
	"$bin/im-admin" -c "$conf" queue requeue "$conv"
	fanout
	proven
}

@test "exit codes" {
	result=0
	fanout --nonsense || result=$?
	[ $result -eq 64 ]
	result=0
	fanout -o fanout.nonsense=1 || result=$?
	[ $result -eq 78 ]
	result=0
	fanout -o db.socket=/nonexistent -o job.busy_wait_s=1 || result=$?
	[ $result -eq 75 ]
	fanout --help | grep -q -- --linger
}

@test "every run leaves a line and a row" {
	story -s 15 -d 2 -g 0 -n 4
	fanout 2>&1 | grep -E 'ev=job name=fanout exit=0 .*done=8 '
	[ "$(sql 'SELECT job, exit_code, done FROM job_run
		ORDER BY run_id DESC LIMIT 1')" = "fanout	0	8" ]
}
