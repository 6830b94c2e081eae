# im-migrate: forward only, once, and unharmed by a death in the middle.
load ../helper
bats_require_minimum_version 1.5.0

setup_file() { stack_private db; }
teardown_file() { stack_done; }
setup() {
	dir=$BATS_TEST_TMPDIR/schema
	mkdir -p "$dir"
	sql 'DROP DATABASE IF EXISTS migrating; CREATE DATABASE migrating'
	sql 'GRANT ALL ON migrating.* TO imcloud@localhost'
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

@test "two at once: one does it, one finds it done" {
	first
	echo 'SELECT SLEEP(0.5);' >>"$dir/0001_first.sql"
	"$bin/im-migrate" -c "$conf" -o db.name=migrating -s "$dir" 3>&- &
	pid=$!
	migrate
	wait $pid
	[ "$(in_one)" = 3 ]
}

@test "killed in the middle, the next run goes on" {
	first
	printf 'SELECT SLEEP(5);\nINSERT INTO one (a) VALUES (1);\n' \
		>>"$dir/0001_first.sql"
	"$bin/im-migrate" -c "$conf" -o db.name=migrating -s "$dir" 3>&- &
	pid=$!
	wait_for 5 sleeps
	kill -KILL $pid
	wait $pid || :
	migrate
	[ "$(in_one)" = 4 ]
}
sleeps() { [ "$(sql "SELECT COUNT(*) FROM information_schema.processlist
	WHERE info LIKE '%SLEEP(5)' AND id <> CONNECTION_ID()")" = 1 ]; }

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
