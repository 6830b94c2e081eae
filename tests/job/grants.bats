# im-migrate grants: an account for each class of programs, with the rights of
# tools/migrate_grants.def and no others.
load ../helper

setup_file() { stack_private db; }
teardown_file() { stack_done; }

grants() { "$bin/im-migrate" grants -c "$conf" -o "db.user=$(id -un)" "$@"; }

# as_account CLASS SQL
as_account() {
	mariadb --no-defaults -S "$IM_MYSQL_SOCKET" -u "imcloud_$1" \
		-p"$(cat "$stack/etc/db/$1")" --batch --skip-column-names imcloud \
		-e "$2"
}
is_denied() {
	! as_account "$@" 2>"$BATS_TEST_TMPDIR/denied" &&
		grep -q denied "$BATS_TEST_TMPDIR/denied"
}

# CLASS table right, a line each
wanted() {
	sed -n 's/^GRANT(\([A-Z]*\), \([a-z_]*\), "\(.*\)")/\1 \2 \3/p' \
		"$TOP/tools/migrate_grants.def" | tr -d , |
		awk '{ for (i = 3; i <= NF; i++) print tolower($1), $2, $i }' | sort
}
held() {
	sql "SELECT CONCAT(REPLACE(SUBSTRING_INDEX(REPLACE(grantee, '''', ''), '@', 1),
			'imcloud_', ''), ' ', table_name, ' ', privilege_type)
		FROM information_schema.table_privileges
		WHERE grantee LIKE '''imcloud%' AND table_schema = 'imcloud'" | sort
}
beyond_tables() {
	sql "SELECT grantee, privilege_type FROM information_schema.user_privileges
		WHERE grantee LIKE '''imcloud%' AND privilege_type <> 'USAGE'
		UNION ALL
		SELECT grantee, privilege_type FROM information_schema.schema_privileges
		WHERE grantee LIKE '''imcloud%' AND grantee NOT LIKE '%migrator%'"
}

@test "each class may do what its statements do" {
	diff <(wanted) <(held)
	[ "$(held | wc -l)" -gt 100 ]
	[ -z "$(beyond_tables)" ]
}

@test "nobody else reads a password" {
	[ "$(cd "$stack/etc/db" && stat -c '%a %n' *)" = '400 job
400 migrator
400 service
400 tool' ]
	# im-live has no account.
	! grep -q password "$conf" || grep -q '^passwords = ' "$conf"
}

@test "what is not needed is denied" {
	as_account service 'SELECT COUNT(*) FROM entry'
	is_denied service 'DELETE FROM entry WHERE conv_id = 0'
	is_denied service 'UPDATE lease SET fence = 0'
	is_denied service 'DELETE FROM job_run WHERE run_id = 0'
	is_denied service "UPDATE server_key SET value = ''"
	is_denied service 'DROP TABLE entry'
	is_denied job 'SELECT * FROM credential'
	is_denied job 'DELETE FROM conversation WHERE conv_id = 0'
	is_denied tool 'INSERT INTO entry (conv_id) VALUES (0)'
	is_denied tool 'CREATE TABLE x (a INT)'
	is_denied migrator 'SELECT * FROM mysql.user'
}

@test "rights too many are taken away, and missing ones given" {
	sql "GRANT DELETE ON imcloud.entry TO imcloud_service@localhost;
		GRANT INSERT ON imcloud.* TO imcloud_job@localhost;
		GRANT PROCESS ON *.* TO imcloud_tool@localhost;
		REVOKE SELECT ON imcloud.user FROM imcloud_service@localhost;
		DROP USER imcloud_job@localhost"
	is_denied service 'SELECT COUNT(*) FROM user'
	grants
	diff <(wanted) <(held)
	[ -z "$(beyond_tables)" ]
	as_account job 'SELECT COUNT(*) FROM lease'
	grants
	diff <(wanted) <(held)
}

@test "only the missing password is new" {
	before=$(cat "$stack/etc/db/job")
	rm -f "$stack/etc/db/service"
	is_denied service 'SELECT 1' 2>/dev/null || :
	grants
	as_account service 'SELECT 1'
	[ "$(cat "$stack/etc/db/job")" = "$before" ]
	# -n changes nothing, and shows no password.
	sql 'DROP USER imcloud_tool@localhost'
	grants -n >"$BATS_TEST_TMPDIR/said"
	grep -q "CREATE USER IF NOT EXISTS 'imcloud_tool'@'localhost'" "$BATS_TEST_TMPDIR/said"
	! grep -qF "$(cat "$stack/etc/db/tool")" "$BATS_TEST_TMPDIR/said"
	! as_account tool 'SELECT 1' 2>/dev/null
	grants
	as_account tool 'SELECT 1'
}

@test "a new table has its rights with its migration" {
	sql 'CREATE DATABASE again; GRANT ALL ON again.* TO imcloud_migrator@localhost
		WITH GRANT OPTION'
	"$bin/im-migrate" -c "$conf" -o db.name=again
	[ "$(sql "SELECT COUNT(*) FROM information_schema.table_privileges
		WHERE table_schema = 'again'")" = "$(wanted | wc -l)" ]
	sql 'DROP DATABASE again'
}

@test "a program without its password says so" {
	mv "$stack/etc/db/tool" "$stack/etc/db/away"
	result=0
	said=$("$bin/im-admin" -c "$conf" app list 2>&1) || result=$?
	mv "$stack/etc/db/away" "$stack/etc/db/tool"
	[ $result -eq 75 ]
	[[ $said == *etc/db/tool* ]]
}
