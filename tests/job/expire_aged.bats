# im-expire: what is old of users and of the installation is removed, killed at
# every point and run twice; an inbox never has a hole.
load ../helper
load ../api/apps
load ../api/chats
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private message user conversation inbox lighttpd
	use_app aged
	app_id=$(sql "SELECT app_id FROM app WHERE name = '$IM_APP'")
	export app_id
	for name in Anna Bert; do sign_up $name; done
}
teardown_file() { stack_done; }
setup() {
	day=86400000
	now=$(($(date +%s) * 1000))
	fanout
	# Everybody's turn has come.
	sql 'DELETE FROM job_sweep'
}

expire() { "$bin/im-expire" -c "$conf" "$@" 2>"$BATS_TEST_TMPDIR/log"; }
fanout() { "$bin/im-fanout" -c "$conf" 2>/dev/null; }
proven() {
	check_store || { echo "$found"; return 1; }
	"$bin/im-verify" -c "$conf"
}
# first_id DAYS: the first id of that time
first_id() { echo $(((now - $1 * day - 1704067200000) << 22)); }
count() { sql "SELECT COUNT(*) FROM $1"; }

# events N: so many in Bert's inbox, each a second younger than the one before;
# the last of them is DAYS old.
events() {
	sql "INSERT INTO inbox (user_id, user_index, kind, conv_id, conv_index, at_ms)
			SELECT $Bert_id, s.last_index + q.seq, 9, 0, 0,
				$now - $2 * $day - 1000 * ($1 - q.seq)
			FROM user_seq s JOIN seq_1_to_100000 q ON q.seq <= $1
			WHERE s.user_id = $Bert_id;
		UPDATE user_seq SET last_index = last_index + $1
			WHERE user_id = $Bert_id;
		UPDATE inbox SET at_ms = LEAST(at_ms, $now - $2 * $day)
			WHERE user_id = $Bert_id"
	last=$(sql "SELECT last_index FROM user_seq WHERE user_id = $Bert_id")
}
box() { # floor, rows above it, rows below it
	sql "SELECT CONCAT(s.floor_index, ' ', SUM(COALESCE(i.user_index > s.floor_index, 0)),
			' ', SUM(COALESCE(i.user_index <= s.floor_index, 0)))
		FROM user_seq s LEFT JOIN inbox i ON i.user_id = s.user_id
		WHERE s.user_id = $Bert_id GROUP BY s.user_id"
}
whole() { # no hole, and no row left below the floor
	[ "$(sql "SELECT s.last_index - s.floor_index - COUNT(i.user_index)
			+ SUM(COALESCE(i.user_index <= s.floor_index, 0))
		FROM user_seq s LEFT JOIN inbox i ON i.user_id = s.user_id
		WHERE s.user_id = $Bert_id GROUP BY s.user_id")" = 0 ]
}

@test "events that are old: too_old below the floor, and consecutive above it" {
	events 2500 40
	events 30 0
	sql "UPDATE inbox SET at_ms = $now WHERE user_id = $Bert_id
		AND user_index > $last - 30"
	expire
	[ "$(box)" = "$((last - 30)) 30 0" ]
	grep -q 'ev=expire_round users=[0-9]* .* events=25' "$BATS_TEST_TMPDIR/log"
	as Bert
	http GET "/v1/inbox?after=$((last - 31))"
	is_json '[.too_old, (.events | length), .user_index] | tojson' \
		"[true,0,$last]"
	http GET "/v1/inbox?after=$((last - 30))"
	is_json '[.too_old, [.events[].user_index]] | tojson' \
		"[null,$(seq -s, $((last - 29)) "$last" | sed 's/.*/[&]/')]"
	# What is sent afterwards goes on.
	new_conv direct Anna Bert
	say Anna x
	fanout
	as Bert
	http GET "/v1/inbox?after=$last"
	is_json '.events | map(select(.type == "entry")) | length' 1
	# Everything is old: nothing is left, and the numbers go on.
	sql "UPDATE inbox SET at_ms = 1 WHERE user_id = $Bert_id; DELETE FROM job_sweep"
	expire
	last=$(sql "SELECT last_index FROM user_seq WHERE user_id = $Bert_id")
	[ "$(box)" = "$last 0 0" ]
	http GET "/v1/inbox?after=$last"
	is_json '[.too_old, .head] | tojson' "[null,$last]"
	say Anna y
	as Bert
	http GET "/v1/inbox?after=$last"
	is_json '[.events[].user_index] | tojson' "[$((last + 1))]"
	proven
}

@test "more events than are kept" {
	events 500 0
	expire -o expire.inbox_rows=100
	[ "$(box)" = "$((last - 100)) 100 0" ]
	sql 'DELETE FROM job_sweep'
	expire -o expire.inbox_rows=100 -o db.dialect=portable
	[ "$(box)" = "$((last - 100)) 100 0" ]
	proven
}

@test "a client pulls while the floor is raised: never a hole" {
	events 5000 40
	as Bert
	token=$Bert_token
	(
		TOKEN=$token after=$((last - 5000))
		for _ in $(seq 60); do
			http GET "/v1/inbox?after=$after&limit=200"
			json '[.too_old == true, ([.events[].user_index]
				== [range('$after' + 1; '$after' + 1 + (.events | length))]),
				(.events | length)] | tojson'
		done >"$BATS_TEST_TMPDIR/pulled"
	) 3>&- 4>&- &
	expire
	wait
	[ "$(sort -u "$BATS_TEST_TMPDIR/pulled" | grep -cvE \
		'^\[false,true,200\]$|^\[true,true,0\]$')" = 0 ]
	whole
}

@test "killed at every point: no hole, and the next run does the rest" {
	for point in expire_floor expire_floor_committed expire_events \
		expire_events_committed expire_users expire_users_committed; do
		for nth in 1 2; do
			sql 'DELETE FROM job_sweep'
			events 2500 40
			IM_FAULT=$point IM_FAULT_AFTER=$nth expire || :
			whole
			expire
			check_store || { echo "$point $nth: $found"; return 1; }
			[ "$(box)" = "$last 0 0" ]
			[ "$(sql 'SELECT at_id FROM job_sweep')" = 0 ]
		done
	done
	proven
}

@test "several workers at once, and one that has lost its lease" {
	events 3000 40
	for i in 1 2 3; do
		"$bin/im-expire" -c "$conf" 2>/dev/null 3>&- 4>&- &
	done
	wait
	expire
	[ "$(box)" = "$last 0 0" ]
	[ "$(sql 'SELECT rounds FROM job_sweep')" = 1 ]
	sql 'DELETE FROM job_sweep'
	events 1500 40
	IM_FAULT=expire_floor_committed IM_FAULT_STOP=1 "$bin/im-expire" -c "$conf" \
		2>/dev/null 3>&- 4>&- &
	worker=$!
	wait_for grep -qs 'State:.T' /proc/$worker/status
	sql "UPDATE lease SET expires_ms = 0 WHERE name LIKE 'expire%'"
	expire
	[ "$(box)" = "$last 0 0" ]
	wait_for goes_on
	wait $worker || :
	[ "$(sql 'SELECT rounds FROM job_sweep')" = 1 ]
	proven
}
# It stops each time that it comes to the point.
goes_on() {
	! grep -qs 'State:.T' "/proc/$worker/status" || kill -CONT "$worker"
	! kill -0 "$worker" 2>/dev/null || grep -qs 'State:.Z' "/proc/$worker/status"
}

@test "a round each day, which goes on where it was" {
	sql "INSERT INTO user_seq (user_id, stream_id)
		SELECT seq, 1 FROM seq_1_to_250"
	IM_FAULT=expire_users_committed IM_FAULT_AFTER=2 expire || :
	[ "$(sql 'SELECT at_id FROM job_sweep')" = 200 ]
	expire
	[ "$(sql 'SELECT CONCAT(at_id, " ", rounds, " ", due_ms - began_ms)
		FROM job_sweep')" = "0 1 $day" ]
	events 5 40
	expire
	[ "$(sql 'SELECT rounds FROM job_sweep')" = 1 ]
	[ "$(box)" != "$last 0 0" ]
	sql 'UPDATE job_sweep SET due_ms = 1'
	# A dry run changes nothing.
	expire --dry-run
	[ "$(box)" != "$last 0 0" ]
	expire
	[ "$(box)" = "$last 0 0" ]
	sql 'DELETE FROM user_seq WHERE user_id <= 250'
}

@test "sessions, JWTs and client ids" {
	sql "UPDATE session SET ended_ms = 0 WHERE user_id = $Bert_id;
		INSERT INTO session (user_id, session_id, app_id, token_hash, device_id,
			platform, created_ms, last_seen_ms, expires_ms, ended_ms) VALUES
		($Bert_id, 1, 1, 'ended', 'a', 1, 1, 1, $now + $day, $now - 91 * $day),
		($Bert_id, 2, 1, 'ran out', 'b', 1, 1, 1, $now - 91 * $day, 0),
		($Bert_id, 3, 1, 'not long ago', 'c', 1, 1, 1, $now - 89 * $day, 0),
		($Bert_id, 4, 1, 'nor this', 'd', 1, 1, 1, $now + $day, $now - $day);
		INSERT INTO session_jwt (user_id, token_hash, session_id, until_ms) VALUES
		($Bert_id, 'old', 1, $now - 1000), ($Bert_id, 'new', 4, $now + $day);
		INSERT INTO conv_client (user_id, client_id, conv_id, fingerprint) VALUES
		($Bert_id, 'old', $(first_id 31), ''), ($Bert_id, 'new', $(first_id 29), '')"
	expire -o db.dialect=portable
	[ "$(sql "SELECT GROUP_CONCAT(session_id ORDER BY session_id) FROM session
		WHERE user_id = $Bert_id AND session_id < 10")" = 3,4 ]
	[ "$(sql 'SELECT GROUP_CONCAT(token_hash) FROM session_jwt')" = new ]
	[ "$(sql 'SELECT GROUP_CONCAT(client_id) FROM conv_client')" = new ]
	grep -q 'ev=expire_round .*sessions=2 jwts=1 client_ids=1 ' "$BATS_TEST_TMPDIR/log"
	as Bert
	http GET /v1/users/me
	is_status 200
	sql "DELETE FROM session WHERE session_id < 10; DELETE FROM session_jwt;
		DELETE FROM conv_client"
}

@test "mentions that were read; those that were not are still counted" {
	new_conv group Anna Bert
	for i in 1 2 3; do
		say Anna "$(text "@Bert $i" | jq -c ".mentions = $(ids Bert)")"
		[ $i != 2 ] || read_at=$at
	done
	fanout
	as Bert
	http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$read_at}"
	is_status 200
	[ "$(count "mention WHERE conv_id = $conv")" = 3 ]
	expire -o db.dialect=portable
	[ "$(count "mention WHERE conv_id = $conv")" = 1 ]
	chat_is Bert .mentions 1
	# im-verify does not bring them back, but one that counts.
	"$bin/im-verify" -c "$conf"
	sql "DELETE FROM mention WHERE conv_id = $conv"
	"$bin/im-verify" -c "$conf" --repair || :
	[ "$(count "mention WHERE conv_id = $conv")" = 1 ]
	proven
}

@test "mentions in a conversation that was in mode pull stay" {
	new_conv group Anna Bert
	fanout
	"$bin/im-admin" -c "$conf" conversation mode "$conv" pull
	fanout
	say Anna "$(text '@Bert' | jq -c ".mentions = $(ids Bert)")"
	fanout
	as Bert
	http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$at}"
	expire
	[ "$(count "mention WHERE conv_id = $conv")" = 1 ]
	proven
}

old_rows() {
	sql "INSERT INTO idempotency (shard_id, user_id, idem_key, request_hash, status,
			body, created_ms)
		SELECT 1, 1, CONCAT('k', seq), '', 200, '', $now - $day - seq
			FROM seq_1_to_1500;
		INSERT INTO idempotency VALUES (1, 1, 'new', '', 200, '', $now - $day + 600000);
		INSERT INTO app_log (app_id, seq, kind, user_id, at_ms)
		SELECT $app_id, $(first_id 31) + seq, 1, 1, 1 FROM seq_1_to_1500;
		INSERT INTO app_log (app_id, seq, kind, user_id, at_ms)
			VALUES ($app_id, $(first_id 29), 1, 1, 1);
		INSERT INTO audit (audit_id, at_ms, app_id, actor, action) VALUES
			($(first_id 31), 1, 1, 'old', 'x'), ($(first_id 29), 1, 1, 'new', 'x');
		INSERT INTO job_run SELECT $(first_id 31) + seq, 'gone', '', 1, 1, 0, 0, 0, 0, 0, 0
			FROM seq_1_to_1500;
		INSERT INTO job_run VALUES ($(first_id 29), 'gone', '', 1, 1, 0, 0, 0, 0, 0, 0);
		INSERT INTO lease (name, owner, fence, expires_ms) VALUES
			('gone.1', 'x', 9, $now - 31 * $day),
			('gone.2', 'x', 9, $now - 29 * $day);
		INSERT INTO export (app_id, export_id, user_id, conv_id, state, asked_ms,
			ended_ms, due_ms, ended_id) VALUES
			($app_id, $(first_id 91), 1, 0, 3, 1, 1, NULL, $(first_id 91)),
			($app_id, $(first_id 92), 2, 0, 1, 1, 1, $now + $day, 0),
			($app_id, $(first_id 89), 3, 0, 3, 1, 1, NULL, $(first_id 89))"
}
young_rows() {
	[ "$(sql "SELECT GROUP_CONCAT(idem_key) FROM idempotency WHERE shard_id = 1")" = new ]
	[ "$(count "app_log WHERE app_id = $app_id AND seq <= $(first_id 29)")" = 1 ]
	[ "$(count "job_run WHERE job = 'gone'")" = 1 ]
	[ "$(sql "SELECT GROUP_CONCAT(name) FROM lease WHERE name LIKE 'gone%'")" = gone.2 ]
	[ "$(sql "SELECT GROUP_CONCAT(user_id ORDER BY user_id) FROM export")" = 2,3 ]
}
no_rows() {
	sql "DELETE FROM idempotency; DELETE FROM app_log; DELETE FROM export;
		DELETE FROM job_run; DELETE FROM lease WHERE name LIKE 'gone%';
		DELETE FROM audit WHERE at_ms = 1"
}

@test "answers, app logs, audit by policy, runs, leases, exports" {
	old_rows
	expire
	young_rows
	# For ever, unless somebody says otherwise.
	[ "$(count 'audit WHERE at_ms = 1')" = 2 ]
	expire -o expire.audit_days=30
	[ "$(sql 'SELECT GROUP_CONCAT(actor) FROM audit WHERE at_ms = 1')" = new ]
	no_rows
	for point in expire_rows expire_rows_committed; do
		for nth in 1 4 7; do
			old_rows
			IM_FAULT=$point IM_FAULT_AFTER=$nth expire || :
			expire
			young_rows
			no_rows
		done
	done
	# The next lease of a name that was removed has a higher number.
	sql "DELETE FROM lease WHERE name = 'expire.0'"
	expire
	[ "$(sql "SELECT fence > 1000000000 FROM lease WHERE name = 'expire.0'")" = 1 ]
}

@test "a lease that nobody has taken yet is not an old one" {
	sql "DELETE FROM lease WHERE name = 'expire.0';
		CREATE TABLE made (expires_ms BIGINT);
		CREATE TRIGGER made_lease BEFORE INSERT ON lease FOR EACH ROW
			INSERT INTO made VALUES (NEW.expires_ms)"
	expire
	[ "$(sql "SELECT COUNT(*), MIN(expires_ms) > $now - $day FROM made")" = "1	1" ]
	sql 'DROP TABLE made; DROP TRIGGER made_lease'
}

@test "requests to come in are erased with the person" {
	sign_up Carl
	new_conv group Anna Bert
	as Anna
	http PATCH "/v1/conversations/$conv" '{"settings":{"join":"approval"}}'
	is_status 200
	as Carl
	http POST "/v1/conversations/$conv/join" '{"message":"Carl, please"}'
	case $status in 200 | 201 | 202) ;; *) show; return 1 ;; esac
	[ "$(count "join_request WHERE user_id = $Carl_id")" = 1 ]
	http DELETE /v1/users/me "{\"password\":\"$password\"}"
	is_status 204
	"$bin/im-erase" -c "$conf"
	sql 'UPDATE erasure SET due_ms = 1 WHERE due_ms IS NOT NULL'
	"$bin/im-erase" -c "$conf"
	[ "$(count "join_request WHERE user_id = $Carl_id")" = 0 ]
	[ "$(sql "SELECT due_ms IS NULL FROM erasure WHERE user_id = $Carl_id")" = 1 ]
	fanout
	proven
}
