load ../helper

# Node numbers are leased from the table `node`: no two processes share one.

setup_file() { stack_private scheduler; }
teardown_file() { stack_done; }

ids() { "$BUILD/tests/helpers/ids" "$conf" "$@"; }

@test "ids of many threads of many processes are all different" {
	for i in 1 2 3 4 5 6 7 8; do
		ids 4 5000 >"$BATS_TEST_TMPDIR/$i" &
	done
	wait
	cat "$BATS_TEST_TMPDIR"/[1-8] >"$BATS_TEST_TMPDIR/all"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/all")" = 160000 ]
	[ "$(sort "$BATS_TEST_TMPDIR/all" | uniq -d | wc -l)" = 0 ]
	! grep -qvE '^[1-9][0-9]{10,18}$' "$BATS_TEST_TMPDIR/all"
	# Each process kept to one number of its own.
	[ "$(perl -ne '$n{$_ >> 12 & 1023}++; END { print scalar keys %n }' \
		"$BATS_TEST_TMPDIR/all")" = 8 ]
	[ "$(sql 'SELECT COUNT(DISTINCT owner), COUNT(*) FROM node')" = $'8\t8' ]
}

@test "a number that was given back rests, and is taken again later" {
	sql 'UPDATE node SET expires_ms = 0;
		DELETE FROM node WHERE node_id > (SELECT MIN(node_id) FROM node)'
	sql 'INSERT INTO node SELECT seq, "elsewhere", 1 << 60 FROM seq_0_to_1023
		ON DUPLICATE KEY UPDATE owner = owner'
	free=$(sql "SELECT node_id FROM node WHERE expires_ms < 1 << 60")
	id=$(ids 1 1)
	[ $((id >> 12 & 1023)) = "$free" ]
	# All others are held, and this one rests.
	[ "$(ids 1 1)" = 0 ]
	left=$(sql "SELECT expires_ms / 1000 - UNIX_TIMESTAMP() FROM node
		WHERE node_id = $free")
	awk -v left="$left" 'BEGIN { exit !(left > 20 && left <= 30) }'
	sql "UPDATE node SET expires_ms = 0 WHERE node_id = $free"
	[ "$(ids 1 1)" -gt "$id" ]
	sql 'DELETE FROM node'
}

@test "while the database is away a process goes on with its number" {
	coproc IDS { ids 1 0; }
	echo >&"${IDS[1]}"
	read -r first <&"${IDS[0]}"
	service down db
	echo >&"${IDS[1]}"
	read -r second <&"${IDS[0]}"
	[ "$second" -gt "$first" ]
	# One that has none yet is told so.
	[ "$(ids 1 0 <<<'')" = busy ]
	service up db
	wait_for 30 sql 'SELECT 1'
	exec {IDS[1]}>&-
	wait "$IDS_PID" || :
}
