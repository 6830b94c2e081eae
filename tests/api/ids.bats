load ../helper

# Node numbers are leased from the table `node`, and with each goes a span of
# time; no id is made twice, whatever clocks and processes do.

setup_file() { stack_private scheduler; }
teardown_file() { stack_done; }
setup() { sql 'DELETE FROM node'; }
teardown() { hang_up; }

ids() { "$BUILD/tests/helpers/ids" "$conf" "$@"; }

node_of() { echo $(($1 >> 9 & 255)); }
region_of() { echo $(($1 >> 17 & 31)); }
time_of() { echo $((($1 >> 22) + 1704067200000)); }

# only NUMBER: all others are held.
only() {
	sql "INSERT INTO node SELECT seq, 'elsewhere', 1 << 60, 0
		FROM seq_0_to_255 WHERE seq <> $1"
}
# As if the lease of its holder had run out.
expire() { sql "UPDATE node SET expires_ms = 0 WHERE node_id = $1"; }
high_of() { sql "SELECT high_ms FROM node WHERE node_id = $1"; }

# A process that stays: call starts it, ask COMMAND puts what it says into
# $said, hang_up ends it.
call() { coproc IDS { ids 1 0 "$@" 2>"$BATS_TEST_TMPDIR/log"; }; }
ask() {
	echo "$1" >&"${IDS[1]}"
	read -r said <&"${IDS[0]}"
}
hang_up() {
	[ -n "${IDS_PID-}" ] || return 0
	local pid=$IDS_PID
	exec {IDS[1]}>&-
	wait "$pid" || :
}

@test "ids of many threads of many processes are all different" {
	for i in 1 2 3 4 5 6 7 8; do
		ids 4 5000 >"$BATS_TEST_TMPDIR/$i" &
	done
	wait
	cat "$BATS_TEST_TMPDIR"/[1-8] >"$BATS_TEST_TMPDIR/all"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/all")" = 160000 ]
	[ "$(sort "$BATS_TEST_TMPDIR/all" | uniq -d | wc -l)" = 0 ]
	! grep -qvE '^[1-9][0-9]{10,18}$' "$BATS_TEST_TMPDIR/all"
	# All have given their numbers back, with the time that they came to.
	newest=$(sort -n "$BATS_TEST_TMPDIR/all" | tail -n 1)
	[ "$(sql 'SELECT MAX(high_ms) FROM node')" = "$(time_of "$newest")" ]
	[ "$(sql "SELECT COUNT(*) FROM node WHERE owner <> ''
		OR expires_ms <> 0")" = 0 ]
}

@test "while a number is held nobody else gets it; given back, they do" {
	only 5
	call
	ask id
	first=$said
	[ "$(node_of "$first")" = 5 ]
	[ "$(ids 1 1 2>"$BATS_TEST_TMPDIR/none")" = 0 ]
	grep -q 'level=error .*ev=node_none region=1 held=256 ahead_of_clock=0' \
		"$BATS_TEST_TMPDIR/none"
	hang_up
	[ "$(high_of 5)" = "$(time_of "$first")" ]
	second=$(ids 1 1)
	[ "$(node_of "$second")" = 5 ]
	[ "$(time_of "$second")" -gt "$(time_of "$first")" ]
}

@test "the same number in two regions" {
	only 5
	call region.id=2
	ask id
	first=$said
	sql 'DELETE FROM node WHERE node_id = 5' # the other region's table
	second=$(ids 1 1 region.id=31)
	[ "$(region_of "$first") $(node_of "$first")" = '2 5' ]
	[ "$(region_of "$second") $(node_of "$second")" = '31 5' ]
}

@test "a restart after the clock went back by an hour" {
	only 5
	ids 1 2000 >"$BATS_TEST_TMPDIR/all"
	call
	ask 'wall -3600000'
	for i in 1 2 3; do
		ask id
		echo "$said" >>"$BATS_TEST_TMPDIR/all"
	done
	[ "$(node_of "$said")" = 5 ]
	# Above all the others, so ahead of its clock.
	[ "$(sort -n "$BATS_TEST_TMPDIR/all" | tail -n 1)" = "$said" ]
	[ "$(sort "$BATS_TEST_TMPDIR/all" | uniq -d | wc -l)" = 0 ]
	hang_up
	# A number that is not ahead is preferred.
	sql 'UPDATE node SET expires_ms = 0, high_ms = 0 WHERE node_id = 77'
	call
	ask 'wall -3600000'
	ask id
	[ "$(node_of "$said")" = 77 ]
}

@test "a clock that is more than a day behind" {
	only 5
	ids 1 1
	call
	ask 'wall -90000000'
	ask id
	[ "$said" = busy ]
	grep -q 'ev=node_none region=1 held=255 ahead_of_clock=1' \
		"$BATS_TEST_TMPDIR/log"
}

@test "the clock goes back by an hour in a process that goes on" {
	call
	last=0
	for i in 1 2 3 4 5 6; do
		ask id
		[ "$said" -gt "$last" ]
		last=$said
		[ $i != 3 ] || ask 'wall -3600000'
	done
}

@test "a process that was killed: its number comes back above its span" {
	only 5
	call
	ask id
	first=$said
	pkill -KILL -P "$IDS_PID" || kill -KILL "$IDS_PID"
	wait "$IDS_PID" || :
	[ "$(ids 1 1)" = 0 ]
	high=$(high_of 5)
	[ "$high" -ge "$(time_of "$first")" ]
	expire 5
	second=$(ids 1 1)
	[ "$(time_of "$second")" -gt "$high" ]
}

@test "a process that kept its number beyond its lease" {
	only 5
	call
	ask id
	high=$(high_of 5)
	expire 5
	ids 1 5000 >"$BATS_TEST_TMPDIR/others"
	[ "$(node_of "$(head -n 1 "$BATS_TEST_TMPDIR/others")")" = 5 ]
	# It believes in its lease, and makes ids in its own span.
	for i in 1 2 3; do
		ask id
		[ "$(node_of "$said")" = 5 ]
		[ "$(time_of "$said")" -le "$high" ]
		! grep -qx "$said" "$BATS_TEST_TMPDIR/others"
	done
	[ "$(sort -n "$BATS_TEST_TMPDIR/others" | head -n 1)" -gt "$said" ]
}

@test "a suspended host: another process has the number meanwhile" {
	only 5
	call
	ask id
	expire 5
	ids 1 0 <<<$'suspend 600000\nid' | tail -n 1 >"$BATS_TEST_TMPDIR/other"
	other=$(cat "$BATS_TEST_TMPDIR/other")
	[ "$(node_of "$other")" = 5 ]
	ask 'suspend 600000'
	# It finds that the number is gone, and takes it again from above.
	ask id
	[ "$(time_of "$said")" -gt "$(time_of "$other")" ]
	grep -q 'ev=node_lost node=5' "$BATS_TEST_TMPDIR/log"
}

@test "a short suspension costs a renewal, and the number stays" {
	only 5
	call
	ask id
	high=$(high_of 5)
	ask 'suspend 61000'
	ask id
	[ "$(node_of "$said")" = 5 ]
	[ "$(high_of 5)" -ge $((high + 61000)) ]
	! grep -q node_lost "$BATS_TEST_TMPDIR/log"
}

@test "while the database is away a process uses up its span" {
	call
	ask id
	first=$said
	service down db
	ask id
	[ "$said" -gt "$first" ]
	# A process without a number is told so.
	[ "$(ids 1 0 <<<id)" = busy ]
	ask 'suspend 100000'
	ask id
	[ "$said" -gt "$first" ]
	last=$said
	ask 'suspend 100000'
	ask id
	[ "$said" = busy ]
	service up db
	wait_for sql 'SELECT 1'
	ask id
	[ "$said" -gt "$last" ]
}
