# im-migrate: forward only, once, and unharmed by a death in the middle.
load ../helper
bats_require_minimum_version 1.5.0

setup_file() { stack_private db; }
teardown_file() { stack_done; }
setup() {
	dir=$BATS_TEST_TMPDIR/schema
	mkdir -p "$dir"
	sql 'DROP DATABASE IF EXISTS migrating; CREATE DATABASE migrating'
	sql 'GRANT ALL ON migrating.* TO imcloud_migrator@localhost WITH GRANT OPTION'
}
teardown() { sql 'DROP DATABASE IF EXISTS migrating'; }

migrate() {
	run -"${expect:-0}" "$bin/im-migrate" -c "$conf" -o db.name=migrating \
		-s "$dir" "$@"
}
first() {
	cat >"$dir/0001_first.sql" <<'END'
-- a; comment
/* b; */ CREATE TABLE one (a VARCHAR(9) DEFAULT 'x;''y', `b;c` INT); # tail;
INSERT INTO one (a) VALUES ("it\"s;"), ('--'), ('/*');
-- the end;
END
}
in_one() { sql 'SELECT COUNT(*) FROM migrating.one'; }

@test "statements end where they end; a second run does nothing" {
	first
	migrate -n
	[ "$output" = '0001 first: pending, 2 statements' ]
	migrate
	[ "$output" = '0001 first: applied, 2 statements' ]
	[ "$(in_one)" = 3 ]
	migrate
	[ -z "$output" ]
	[ "$(in_one)" = 3 ]
}

@test "the schema of this version" {
	dir=$TOP/schema
	migrate
	[ "$(sql "SELECT COUNT(*) FROM information_schema.columns
		WHERE table_schema = 'migrating' AND (data_type IN
		('enum', 'set', 'char', 'binary', 'decimal')
		OR extra LIKE '%auto_increment%')")" = 0 ]
}

@test "a file that was changed, removed or put before is refused" {
	first
	migrate
	echo '-- more' >>"$dir/0001_first.sql"
	expect=65 migrate
	[[ $output == *changed* ]]
	rm "$dir/0001_first.sql"
	expect=65 migrate
	first
	echo 'CREATE TABLE two (a INT);' >"$dir/0003_three.sql"
	migrate
	echo 'CREATE TABLE three (a INT);' >"$dir/0002_two.sql"
	expect=65 migrate
}

# A migration that takes as long as the test holds a lock.
held_up() {
	first
	printf "SELECT GET_LOCK('gate', 3600);\nINSERT INTO one (a) VALUES (1);\n" \
		>>"$dir/0001_first.sql"
	sql "SELECT GET_LOCK('gate', 0); SELECT SLEEP(7200)" >/dev/null 2>&1 3>&- &
	wait_for runs '%SLEEP(7200)'
	"$bin/im-migrate" -c "$conf" -o db.name=migrating -s "$dir" 3>&- &
	pid=$!
	wait_for runs '%gate%3600%'
}
open_gate() { sql "KILL $(running '%SLEEP(7200)')"; }
running() { sql "SELECT id FROM information_schema.processlist
	WHERE info LIKE '$1' AND id <> CONNECTION_ID()"; }
runs() { [ -n "$(running "$1")" ]; }

@test "two at once: one does it, one finds it done" {
	held_up
	"$bin/im-migrate" -c "$conf" -o db.name=migrating -s "$dir" \
		>"$BATS_TEST_TMPDIR/second" 3>&- &
	second=$!
	wait_for runs '%imcloud.migrate%'
	open_gate
	wait $pid
	wait $second
	[ ! -s "$BATS_TEST_TMPDIR/second" ]
	[ "$(in_one)" = 4 ]
}

@test "killed in the middle, the next run goes on" {
	held_up
	kill -KILL $pid
	wait $pid || :
	# The server does not notice while it waits for the lock.
	sql "KILL $(running '%gate%3600%')"
	open_gate
	migrate
	[ "$(in_one)" = 4 ]
}

@test "a statement that had been done when the process died" {
	first
	migrate
	# As if it had died between the first statement and its count.
	sql 'DELETE FROM migrating.one;
		UPDATE migrating.migration SET done = 0, applied_ms = 0'
	migrate
	[ "$(in_one)" = 3 ]
}

@test "bad statements, bad names, no directory, no database" {
	announce 'prog=migrate'
	echo 'CREATE TABLE;' >"$dir/0001_bad.sql"
	expect=70 migrate
	[[ $output == *'statement 1: 1064'* ]]
	echo "SELECT 'x" >"$dir/0001_bad.sql"
	expect=65 migrate
	echo 'SELECT 1' >"$dir/0001_bad.sql"
	expect=65 migrate
	rm "$dir/0001_bad.sql"
	echo >"$dir/1_bad.sql"
	expect=65 migrate
	dir=/nonexistent
	expect=66 migrate
	dir=$TOP/schema
	expect=75 migrate -o db.socket=/nonexistent
	expect=64 migrate -x
	expect=78 migrate -o db.nonsense=1
}
