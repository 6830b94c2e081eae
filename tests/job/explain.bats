# Plans of all statements, in a store of some size: no full scan and no
# filesort but those in explain.known, a list that may only shrink.
load ../helper

explain() {
	python3 "$TOP/tests/helpers/explain.py" "$1" "$IM_MYSQL_SOCKET" plans |
		LC_ALL=C sort
}
known() {
	sed 's/[[:blank:]]*#.*//; /^$/d' "$TOP/tests/job/explain.known" |
		LC_ALL=C sort
}

setup_file() {
	stack_private db
	sql 'CREATE DATABASE plans CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
		GRANT ALL ON plans.* TO imcloud_migrator@localhost
			WITH GRANT OPTION;
		SET GLOBAL innodb_stats_persistent_sample_pages = 200'
	"$bin/im-migrate" -c "$conf" -o db.name=plans
	explain fill
}
teardown_file() { stack_done; }

@test "every statement reads by key" {
	explain plans >"$BATS_TEST_TMPDIR/found"
	diff <(known) "$BATS_TEST_TMPDIR/found" || {
		echo '>: new; <: in tests/job/explain.known and no longer found'
		return 1
	}
}

@test "an index that is missed is found" {
	sql 'ALTER TABLE plans.session DROP INDEX session_token'
	explain plans >"$BATS_TEST_TMPDIR/found"
	cat "$BATS_TEST_TMPDIR/found"
	grep -qx 'session.by_hash: full scan of .*' "$BATS_TEST_TMPDIR/found"
}
