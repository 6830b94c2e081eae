# What all jobs share: paused and resumed, run now, budgets, two schedulers, a
# clock that jumps; dead items dropped.
load ../helper
load ../api/apps
load ../api/chats
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private message user conversation inbox lighttpd
	use_app jobs
	for name in Anna Bert Cleo; do sign_up $name; done
}
teardown_file() { stack_done; }
setup() { spawned=() log=$BATS_TEST_TMPDIR/log; }
teardown() {
	sql 'DROP TRIGGER IF EXISTS poison; DELETE FROM job_pause'
	[ ${#spawned[@]} -eq 0 ] || kill -KILL "${spawned[@]}" 2>/dev/null || :
	"$bin/im-fanout" -c "$conf" 2>/dev/null || :
}

admin() { "$bin/im-admin" -c "$conf" "$@"; }
fanout() { "$bin/im-fanout" -c "$conf" "$@" 2>>"$log"; }
due() { sql 'SELECT COUNT(*) FROM log_dirty WHERE consumer = 1 AND parked_ms = 0'; }
runs() { sql "SELECT COUNT(*) FROM job_run WHERE job = '$1'"; }
# column JOB NAME: of im-admin jobs list
column() {
	admin jobs list | awk -F'\t' -v job="$1" -v name="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i }
		$1 == job { print $at }'
}
gone() { ! kill -0 "$1" 2>/dev/null; }
lingers() { [ -S "$stack/run/wake/fanout.wake" ]; }
said() { grep -q "$1" "$log"; }

@test "a paused job ends at once, and goes on when it is resumed" {
	new_conv group Anna Bert Cleo
	admin jobs pause im-fanout --reason 'a look at it' | grep -Fx paused=fanout
	admin jobs pause fanout | grep -F already
	say Anna x
	before=$(runs fanout)
	fanout
	fanout --linger 59
	[ "$(grep -c 'ev=job_paused name=fanout since_ms=[0-9]* by=im-admin:[a-z]* reason="a look at it"' "$log")" = 2 ]
	grep -q 'ev=job name=fanout exit=0 .*steps=0 done=0' "$log"
	[ "$(due)" -gt 0 ]
	[ "$(runs fanout)" = "$before" ]
	[ "$(column fanout state)" = paused ]
	[ "$(column fanout reason)" = 'a look at it' ]
	[ "$(column fanout next_run)" = - ]
	# A look changes nothing, and others are not paused.
	fanout --dry-run
	said ev=fanout_would
	"$bin/im-schedule" -c "$conf"
	run ! admin jobs run fanout
	[[ $output == *'fanout is paused'* ]]

	admin jobs resume fanout | grep -Fx resumed=fanout
	admin jobs resume fanout | grep -F 'not paused'
	fanout
	[ "$(due)" = 0 ]
	[ "$(sql "SELECT GROUP_CONCAT(CONCAT(action, ' ', detail) ORDER BY audit_id
		SEPARATOR '|') FROM audit WHERE action LIKE 'jobs.%'")" = \
		'jobs.pause fanout reason=a look at it|jobs.resume fanout' ]
	run ! admin jobs pause im-nothing
	run ! admin jobs pause
}

@test "one that lingers sees the pause" {
	fanout --linger 3600 3>&- 4>&- &
	spawned=($!)
	wait_for lingers
	admin jobs pause fanout
	wait "${spawned[0]}"
	said 'ev=job_paused name=fanout'
	admin jobs resume fanout
	# Also without a wake-up.
	: >"$log"
	fanout --linger 3600 3>&- 4>&- &
	spawned=($!)
	wait_for lingers
	sql "INSERT INTO job_pause (job, paused_ms, paused_by)
		VALUES ('fanout', 1, 'somebody')"
	wait "${spawned[0]}"
	said 'ev=job_paused name=fanout since_ms=1 by=somebody reason=""'
}

@test "jobs list, and run now" {
	new_conv group Anna Bert Cleo
	say Anna x
	before=$(due)
	[ "$before" -gt 0 ]
	admin jobs run fanout
	[ "$(due)" = 0 ]
	[ "$(column fanout exit)" = 0 ]
	[ "$(column fanout done)" -gt 0 ]
	[ "$(column fanout schedule)" = always ]
	[ "$(column fanout next_run)" = now ]
	[ "$(column verify schedule)" = 'daily 03:40 UTC' ]
	[[ $(column verify next_run) == *T03:40:00.000Z ]]
	[ "$(column verify last_run)" = - ]
	# Its exit status is that of the job, with our settings.
	sql "UPDATE conversation SET member_count = 4 WHERE conv_id = $conv"
	run -65 admin -o log.level=info jobs run verify
	sql "UPDATE conversation SET member_count = 3 WHERE conv_id = $conv"
	[ "$(column verify exit)" = 65 ]
	[ "$(column verify errors)" = 1 ]
	# Two words, or one.
	[ "$(admin jobs | wc -l)" = "$(admin jobs list | wc -l)" ]
	[ "$(admin jobs | wc -l)" = $(($(grep -c '^im-' "$TOP/etc/jobs.table") + 1)) ]
	run -64 admin user
	[ "$(sql "SELECT COUNT(*) FROM audit WHERE action = 'jobs.run'")" = 2 ]
}

# N conversations, each with a message that has expired.
expired() {
	for _ in $(seq "$1"); do
		new_conv group Anna Bert Cleo
		say Anna "$(text x | jq -c '.expires_in_s = 3600')"
	done
	fanout
	sql "UPDATE entry SET expires_ms = 1000 WHERE expires_ms > 1000;
		UPDATE entry_expiry SET expires_ms = 1000;
		UPDATE entry_away SET from_ms = 1000 WHERE from_ms > 1000;
		UPDATE badge_chat SET again_ms = 1000 WHERE again_ms > 1000"
}
unexpired() { sql 'SELECT COUNT(*) FROM entry_expiry WHERE expires_ms = 1000'; }

@test "the budget is used up: exit 75, and the next run goes on" {
	expired 6
	sql 'CREATE TRIGGER poison BEFORE DELETE ON entry_expiry FOR EACH ROW
		SET @slow = SLEEP(0.5)'
	run -75 "$bin/im-expire" -c "$conf" --budget 1
	[ "$(unexpired)" -gt 0 ]
	[ "$(unexpired)" -lt 6 ]
	[ "$(sql 'SELECT exit_code FROM job_run WHERE job = "expire"
		ORDER BY run_id DESC LIMIT 1')" = 75 ]
	sql 'DROP TRIGGER poison'
	"$bin/im-expire" -c "$conf"
	[ "$(unexpired)" = 0 ]
	# It was no error.
	[ "$(column expire errors)" = 0 ]
}

# ---- schedulers, with a clock of their own ----

# clock TIME: what `date` says
clock() { echo "$1" >"$BATS_TEST_TMPDIR/now.new" && mv "$BATS_TEST_TMPDIR/now.new" "$BATS_TEST_TMPDIR/now"; }
fake_clock() {
	fakes=$BATS_TEST_TMPDIR/fakes
	mkdir -p "$fakes" "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\n[ "$*" = "-u +%%s" ] && cat %s/now\n' "$BATS_TEST_TMPDIR" >"$fakes/date"
	# A look at the clock is one line of `looks`.
	printf '#!/bin/sh\necho >>%s/looks\nexec /bin/sleep 0.02\n' "$BATS_TEST_TMPDIR" >"$fakes/sleep"
	chmod +x "$fakes"/*
	clock "$1"
}
looks() { wc -l <"$BATS_TEST_TMPDIR/looks"; }
looked() { [ "$(looks)" -gt "$1" ]; }
# It has looked at this time, from the beginning to the end.
at() {
	clock "$1"
	local n
	n=$(looks)
	wait_for looked $((n + 1))
}
scheduler() { # BINDIR TABLE
	PATH=$fakes:$PATH "$TOP/tools/stack/scheduler" "$1" "$conf" "$2" \
		2>>"$log" 3>&- 4>&- &
	spawned+=($!)
}
fake_job() {
	printf '#!/bin/sh\necho "$(cat %s/now)" >>%s/ran-%s\n' "$BATS_TEST_TMPDIR" \
		"$BATS_TEST_TMPDIR" "$1" >"$BATS_TEST_TMPDIR/bin/$1"
	chmod +x "$BATS_TEST_TMPDIR/bin/$1"
}
ran() { cat "$BATS_TEST_TMPDIR/ran-$1" 2>/dev/null | wc -l; }
has_run() { [ "$(ran "$1")" = "$2" ]; }

@test "the scheduler: in UTC, whatever the time zone, and over clock jumps" {
	day=1792886400 # 2026-10-25T00:00Z: at 01:00Z Berlin's clock goes back
	table=$BATS_TEST_TMPDIR/table
	printf '%s\n' 'im-m | minute | - | | x' 'im-h | hourly 30 | - | | x' \
		'im-d | daily 02:15 | - | | x' 'im-l | minute | 59 | | lingers' >"$table"
	fake_clock $((day + 10))
	for job in im-m im-h im-d im-l; do fake_job $job; done
	export TZ=Europe/Berlin
	scheduler "$BATS_TEST_TMPDIR/bin" "$table"
	unset TZ
	touch "$BATS_TEST_TMPDIR/looks"
	wait_for looked 2
	[ "$(ran im-m) $(ran im-h) $(ran im-d)" = '0 0 0' ]
	at $((day + 59))
	[ "$(ran im-m)" = 0 ]
	at $((day + 60))
	wait_for has_run im-m 1
	# Each half hour of the night in which local time has an hour twice: every
	# hourly run is there, and the daily one once.
	for i in $(seq 1 8); do
		at $((day + i * 1800 + 5))
	done
	wait_for has_run im-h 4
	wait_for has_run im-d 1
	wait_for has_run im-m 9
	# The clock jumps forward over the time of a run: it runs once.
	at $((day + 86400 * 3))
	wait_for has_run im-d 2
	wait_for has_run im-h 5
	wait_for has_run im-m 10
	# It jumps back by two days: nothing waits for the old time.
	at $((day + 86400 + 30))
	at $((day + 86400 + 60))
	wait_for has_run im-m 11
	at $((day + 86400 + 1800))
	wait_for has_run im-h 6
	at $((day + 86400 + 8100))
	wait_for has_run im-d 3
	[ "$(ran im-l)" = 0 ]
	kill "${spawned[0]}"
	wait_for gone "${spawned[0]}"
}

@test "two schedulers over one store: each thing is done once" {
	table=$BATS_TEST_TMPDIR/table
	printf '%s\n' 'im-fanout | minute | - | | x' 'im-schedule | minute | - | | x' \
		'im-expire | minute | - | | x' >"$table"
	new_conv group Anna Bert Cleo
	fanout
	as Bert
	for i in 1 2 3 4 5 6 7 8; do
		send "$(text "later $i" |
			jq -c ".send_at = $((($(date +%s) + 3600) * 1000))")"
		is_status 202
	done
	sql "UPDATE scheduled SET due_ms = 1000 WHERE conv_id = $conv"
	to=$conv
	expired 4
	before=$(sql "SELECT COALESCE(SUM(done), 0) FROM job_run WHERE job = 'schedule'")
	fake_clock 1800000000
	touch "$BATS_TEST_TMPDIR/looks"
	scheduler "$bin" "$table"
	scheduler "$bin" "$table"
	wait_for looked 4
	for i in 1 2 3; do at $((1800000000 + i * 60)); done
	wait_for all_is_done
	[ "$(sql "SELECT COUNT(*) FROM entry WHERE conv_id = $to AND kind = 1
		AND sender_id = $Bert_id")" = 8 ]
	[ "$(sql "SELECT SUM(done) FROM job_run WHERE job = 'schedule'")" = $((before + 8)) ]
	# Both have run, and nobody fails because of the other.
	[ "$(sql "SELECT COUNT(*) FROM job_run WHERE job IN ('fanout', 'schedule', 'expire')
		AND exit_code NOT IN (0, 75)")" = 0 ]
	check_store || { echo "$found"; return 1; }
}
all_is_done() {
	at $(($(cat "$BATS_TEST_TMPDIR/now") + 60))
	left="$(sql 'SELECT COUNT(*) FROM scheduled WHERE due_ms <= 1000') $(due) $(unexpired)"
	[ "$left" = '0 0 0' ]
}

# ---- a terminal ----

@test "a bar on a terminal, plain lines elsewhere" {
	script -qec "$bin/im-verify -c $conf" "$BATS_TEST_TMPDIR/tty" >/dev/null
	# It is short here: it is drawn only if it takes longer than a moment.
	run ! grep -q 'ev=progress' "$BATS_TEST_TMPDIR/tty"
	"$bin/im-verify" -c "$conf" 2>"$log" >"$BATS_TEST_TMPDIR/out"
	run ! grep -q $'\r' "$log"
	new_conv group Anna Bert
	say Anna x
	for _ in $(seq 25); do
		sql "INSERT INTO body (conv_id, conv_index, content)
			SELECT MAX(conv_id) + 1, 1, MAX(content) FROM body"
	done
	sql 'CREATE TRIGGER poison BEFORE DELETE ON body FOR EACH ROW
		SET @slow = SLEEP(0.05)'
	script -qec "$bin/im-verify -c $conf --repair" "$BATS_TEST_TMPDIR/tty" >/dev/null
	grep -aq 'verify [a-z]* \[[#.]*\] *[0-9]*%' "$BATS_TEST_TMPDIR/tty"
	# It is wiped before what comes next, and what comes last is no bar.
	tr '\r\n' '  ' <"$BATS_TEST_TMPDIR/tty" |
		grep -aqP '\] *\d+%[^\x1b]*\x1b\[K(?!.*\] *\d+%)'
}

# ---- dead items ----

# poison CONDITION: an inbox row that meets it does not fit its column.
poison() {
	sql "CREATE TRIGGER poison BEFORE INSERT ON inbox FOR EACH ROW
		SET NEW.kind = IF($1, 1000000, NEW.kind)"
}
has() { # WHO INDEX: so often it is in the inbox
	local id=$1_id
	sql "SELECT COUNT(*) FROM inbox WHERE user_id = ${!id} AND conv_id = $conv
		AND conv_index = $2 AND kind = 1"
}

@test "a dead item is dropped with a reason, and what follows is delivered" {
	announce 'ev=db_error what=inbox.insert'
	new_conv group Anna Bert Cleo
	fanout
	say Anna good
	fanout
	poison "NEW.conv_id = $conv AND NEW.conv_index = $((at + 1))"
	say Anna bad
	bad=$at
	say Anna fine
	run -65 "$bin/im-fanout" -c "$conf"
	[ "$(has Bert $bad) $(has Bert $at)" = '0 0' ]
	run -64 admin queue drop
	run ! admin queue drop "$conv"
	[[ $output == *--reason* ]]
	run ! admin queue drop "$conv" --reason x --upto $((at + 1))
	[[ $output == *"wait are $bad to $at"* ]]
	run ! admin queue drop "$conv" --reason x --upto $((bad - 1))
	[ "$(admin queue parked | awk -F'\t' 'NR > 1 { print $3 }')" = "$conv" ]

	admin queue drop "$conv" --reason 'a poisoned row' | grep -Fx "upto=$bad"
	fanout
	[ "$(due)" = 0 ]
	[ "$(has Bert $bad) $(has Bert $at)" = '0 1' ]
	[ "$(has Cleo $at)" = 1 ]
	chat_is Bert .last_entry.conv_index "$at"
	[ "$(sql "SELECT detail FROM audit WHERE action = 'queue.drop'")" = \
		"fanout conv_id=$conv from=$bad upto=$bad reason=a poisoned row" ]
	run ! admin queue drop "$conv" --reason x
	[[ $output == *'is not parked'* ]]
	# The gap is known, not forgotten.
	check_store || :
	[[ $found == *inbox_missing* ]]
	# Put right for the tests behind this one.
	sql 'DROP TRIGGER poison'
	mend
}
# What was dropped is delivered after all, in its place.
mend() {
	sql "DELETE FROM inbox WHERE conv_id = $conv AND conv_index = $at AND kind = 1;
		UPDATE user_seq SET last_index = last_index - 1
			WHERE user_id IN ($Anna_id, $Bert_id, $Cleo_id);
		UPDATE log_cursor SET done_index = $bad - 1, hi_index = $bad - 1
			WHERE consumer = 1 AND conv_id = $conv;
		DELETE FROM badge; DELETE FROM badge_chat"
	say Anna last
	fanout
	[ "$(has Bert $bad) $(has Bert $at)" = '1 1' ]
}
