# im-verify and schema/check.sql: each finds what is broken on purpose, and
# --repair gives back what the log holds.
load ../helper
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private db
	"$BUILD/tests/helpers/flood" -c "$conf" -s 21 -u 30 -d 6 -g 4 -m 10 \
		-n 40 -x 8 >/dev/null
	"$bin/im-fanout" -c "$conf"
}
teardown_file() { stack_done; }

verify() { run -"${expect:-0}" "$bin/im-verify" -c "$conf" "$@"; }

# The group whose things are broken, one of its present members with own
# messages, and their last entry.
pick() {
	conv=$(sql 'SELECT conv_id FROM conversation WHERE kind = 2 LIMIT 1')
	user=$(sql "SELECT m.user_id FROM member m WHERE m.conv_id = $conv
		AND m.left_index = 0 AND EXISTS (SELECT 1 FROM entry e
			WHERE e.conv_id = m.conv_id AND e.sender_id = m.user_id
			AND e.own_ordinal > 1) LIMIT 1")
	# They have read up to their first message but one.
	sql "INSERT IGNORE INTO mark SELECT conv_id, sender_id, conv_index,
			ordinal, own_ordinal, conv_index FROM entry
		WHERE conv_id = $conv AND sender_id = $user AND own_ordinal = 2
		ORDER BY conv_index LIMIT 1"
	last=$(sql "SELECT last_index FROM conv_seq WHERE conv_id = $conv")
}

# broken NAME SQL UNDO [CHECK]: SQL breaks the store so that im-verify finds
# NAME and check.sql CHECK (or the same name); UNDO or --repair mends it.
broken() {
	local name=$1 check=${4:-$1}
	check_store
	sql "$2"
	expect=65 verify
	[[ $output == *"$name conv_id="* ]]
	[ -z "$(sort <<<"$output" | uniq -d)" ] # each is found once
	! check_store
	[[ $found == *"$check	"* ]] || { echo "$found"; return 1; }
	if [ -n "$3" ]; then
		sql "$3"
	else
		verify --repair
		[[ $output == *"$name conv_id="*repaired* ]]
	fi
	verify
	check_store
}

@test "a store in order" {
	verify
	[[ $output == *" conversations, "*"repaired 0"* ]]
	check_store
}

@test "a hole in a log, a wrong ordinal, a wrong head" {
	pick
	broken log_hole "UPDATE entry SET conv_index = 100000
			WHERE conv_id = $conv AND conv_index = 3" \
		"UPDATE entry SET conv_index = 3 WHERE conv_index = 100000"
	broken log_ordinal "UPDATE entry SET ordinal = ordinal + 1
			WHERE conv_id = $conv AND conv_index = 4" \
		"UPDATE entry SET ordinal = ordinal - 1
			WHERE conv_id = $conv AND conv_index = 4"
	broken log_head "UPDATE conv_seq SET last_ordinal = last_ordinal + 1
			WHERE conv_id = $conv" ''
	broken log_time "UPDATE entry SET sent_ms = sent_ms + 3600000
			WHERE conv_id = $conv AND conv_index = 4" \
		"UPDATE entry SET sent_ms = sent_ms - 3600000
			WHERE conv_id = $conv AND conv_index = 4"
}

@test "a hole in an inbox, a row too many, one too few" {
	pick
	broken inbox_hole "UPDATE user_seq SET last_index = last_index + 1
			WHERE user_id = $user" \
		"UPDATE user_seq SET last_index = last_index - 1
			WHERE user_id = $user"
	broken inbox_missing "UPDATE inbox SET kind = 2 WHERE user_id = $user
			AND kind = 1 AND conv_id = $conv AND conv_index = $last" \
		"UPDATE inbox SET kind = 1 WHERE user_id = $user
			AND kind = 2 AND conv_id = $conv AND conv_index = $last"
	broken inbox_order "UPDATE inbox SET conv_index = $last - 1
			WHERE user_id = $user AND kind = 1 AND conv_id = $conv
			AND conv_index = $last" \
		"UPDATE inbox SET conv_index = $last WHERE user_id = $user
			AND kind = 1 AND conv_id = $conv
			AND conv_index = $last - 1 ORDER BY user_index DESC LIMIT 1"
}

@test "an entry for somebody who was no member" {
	pick
	other=$(sql "SELECT user_id FROM user WHERE user_id NOT IN
		(SELECT user_id FROM member WHERE conv_id = $conv) LIMIT 1")
	top=$(sql "SELECT last_index + 1 FROM user_seq WHERE user_id = $other")
	broken inbox_foreign "UPDATE user_seq SET last_index = $top
			WHERE user_id = $other;
			INSERT INTO inbox (user_id, user_index, kind, conv_id,
			conv_index, at_ms) VALUES ($other, $top, 1, $conv, $last, 1)" \
		"DELETE FROM inbox WHERE user_id = $other AND user_index = $top;
			UPDATE user_seq SET last_index = $top - 1
			WHERE user_id = $other"
}

@test "somebody was not told that they came" {
	pick
	broken inbox_membership "UPDATE inbox SET action = 6 WHERE user_id = $user
			AND kind = 3 AND conv_id = $conv AND action = 1" \
		"UPDATE inbox SET action = 1 WHERE user_id = $user
			AND kind = 3 AND conv_id = $conv AND action = 6"
}

@test "what fan-out brought is recomputed" {
	pick
	of="WHERE user_id = $user AND conv_id = $conv"
	for change in last_ms=last_ms+1 last_index=last_index-1 \
		last_message_index=last_message_index-1 \
		last_ordinal=last_ordinal+1 own_ordinal=own_ordinal+1 listed=0 \
		base_index=base_index+1 base_ordinal=base_ordinal+1 \
		base_own=base_own+1; do
		broken chat "UPDATE chat SET $change $of" ''
	done
	broken chat "DELETE FROM chat $of" ''
	broken mark "UPDATE mark SET own_at_read = own_at_read + 1
		WHERE conv_id = $conv AND user_id = $user" ''
	broken mark "UPDATE mark SET read_ordinal = 0
		WHERE conv_id = $conv AND user_id = $user" ''
	broken mark "UPDATE mark SET read_index = 100000, delivered_index = 100000
		WHERE conv_id = $conv AND user_id = $user" ''
	[ "$(sql "SELECT CONCAT_WS(' ', read_index, delivered_index) FROM mark
		WHERE conv_id = $conv AND user_id = $user")" = "$last $last" ]
	sql "DELETE FROM mark WHERE conv_id = $conv AND user_id = $user"
	pick
	broken unread "UPDATE mark SET read_ordinal = read_ordinal + 1
			WHERE conv_id = $conv AND user_id = $user" \
		"UPDATE mark SET read_ordinal = read_ordinal - 1
			WHERE conv_id = $conv AND user_id = $user"
	broken mention "INSERT INTO mention VALUES ($user, $conv, 1)" ''
}

@test "changes of messages: what is left of a recalled one, what it changed" {
	pick
	at=$(sql "SELECT MIN(conv_index) FROM entry WHERE conv_id = $conv AND kind = 1
		AND (flags & 2) = 0")
	of="WHERE conv_id = $conv AND conv_index = $at"
	for table in reaction pin entry_version; do
		case $table in
		reaction) row="'x', 1, 1" ;;
		pin) row="2, 1, 1" ;;
		entry_version) row="1, 1, ''" ;;
		esac
		sql "CREATE TABLE was AS SELECT * FROM body $of"
		recalled="UPDATE entry SET state = 1, recalled_by = 1 $of;
			INSERT INTO entry_away SELECT conv_id, conv_index, sender_id, 1, 0
			FROM entry $of; UPDATE body SET content = '' $of"
		broken recalled_content "$recalled;
				INSERT INTO $table VALUES ($conv, $at, $row)" \
			"DELETE FROM $table; DELETE FROM entry_away;
				UPDATE entry SET state = 0, recalled_by = 0 $of;
				UPDATE body b JOIN was w USING (conv_id, conv_index)
				SET b.content = w.content; DROP TABLE was" recalled
	done
	broken entry_away "INSERT INTO entry_away SELECT conv_id, conv_index,
			sender_id, 1, 0 FROM entry $of" 'DELETE FROM entry_away'
	broken entry_away "UPDATE entry SET expires_ms = 4000000000000 $of;
			INSERT INTO entry_expiry (conv_id, conv_index, expires_ms)
			SELECT conv_id, conv_index, expires_ms FROM entry $of" ''
	broken expiry 'UPDATE entry_expiry SET expires_ms = 1' \
		"UPDATE entry SET expires_ms = 0 $of; DELETE FROM entry_expiry;
			DELETE FROM entry_away"
	broken act_target "UPDATE entry SET kind = 5, target_index = 100000
			WHERE conv_id = $conv AND conv_index = 1" \
		"UPDATE entry SET kind = 7, target_index = 0
			WHERE conv_id = $conv AND conv_index = 1"
}

@test "a mark on an entry that is missing is found, and keeps its count" {
	pick
	read -r at count < <(sql "SELECT read_index, read_ordinal FROM mark
		WHERE conv_id = $conv AND user_id = $user")
	[ "$count" -gt 0 ]
	# With its body, which is nobody's otherwise.
	for table in entry body; do
		sql "UPDATE $table SET conv_index = 100000
			WHERE conv_id = $conv AND conv_index = $at"
	done
	expect=65 verify
	[[ $output == *"mark conv_id=$conv user_id=$user at=$at want=-1 got=$count:"* ]]
	run -0 sql "$(sed -n "/^SELECT 'mark' AS/,/;$/p" "$TOP/schema/check.sql")"
	[[ $output == "mark	$conv	$user	$at	$count	"* ]]
	expect=65 verify --repair
	[[ $output == *"mark conv_id=$conv user_id=$user at=$at want=-1 got=$count:"* ]]
	[ "$(sql "SELECT read_ordinal FROM mark WHERE conv_id = $conv
		AND user_id = $user")" = "$count" ]
	for table in entry body; do
		sql "UPDATE $table SET conv_index = $at
			WHERE conv_id = $conv AND conv_index = 100000"
	done
	verify --repair
	verify
	check_store
}

@test "the body of a lost entry is kept, in the middle and at the end of a log" {
	pick
	for at in 3 "$last"; do
		of="WHERE conv_id = $conv AND conv_index = $at"
		sql "CREATE TABLE lost AS SELECT * FROM entry $of;
			DELETE FROM entry $of"
		line="body_orphan conv_id=$conv user_id=0 at=$at want=1 got=0:"
		expect=65 verify
		[[ $output == *"$line"* ]]
		! check_store
		[[ $found == *"body_orphan	$conv	$at	1"* ]]
		expect=65 verify --repair
		[[ $output == *"$line"* ]]
		[ "$(sql "SELECT COUNT(*) FROM body $of")" = 1 ]
		sql 'INSERT INTO entry SELECT * FROM lost; DROP TABLE lost'
		verify --repair
		verify
		check_store
	done
}

@test "a repair that fails leaves the others" {
	pick
	sql "UPDATE chat SET last_ordinal = last_ordinal + 1;
		CREATE TRIGGER refuse BEFORE UPDATE ON chat FOR EACH ROW
			SET NEW.listed = IF(NEW.conv_id = $conv, 1000, NEW.listed)"
	expect=65 verify --repair
	sql 'DROP TRIGGER refuse'
	# The chats of one conversation are left, those before and behind it not.
	[ "$(sql "SELECT COUNT(*) FROM chat WHERE conv_id = $conv")" = \
		"$(grep -c "^chat conv_id=$conv .* column=[a-z_]*: " <<<"$output")" ]
	expect=65 verify
	[ -z "$(grep "^chat conv_id=" <<<"$output" | grep -v "conv_id=$conv ")" ]
	verify --repair
	verify
}

@test "a mention that was lost" {
	mention=$(sql 'SELECT CONCAT(x.user_id, ", ", x.conv_id, ", ",
		x.conv_index) FROM mention x JOIN entry e
		ON e.conv_id = x.conv_id AND e.conv_index = x.conv_index
		AND e.flags & 16 LIMIT 1')
	sql "DELETE FROM mention WHERE (user_id, conv_id, conv_index)
		= ($mention)"
	expect=65 verify
	[[ $output == *"mention_missing conv_id="* ]]
	verify --repair
	verify
}

@test "counts of a conversation, and what nobody knows of" {
	pick
	broken member_count "UPDATE conversation SET member_count = 1
		WHERE conv_id = $conv" ''
	broken log_own_ordinal "UPDATE entry SET own_ordinal = own_ordinal + 1
			WHERE conv_id = $conv AND conv_index = $last" \
		"UPDATE entry SET own_ordinal = own_ordinal - 1
			WHERE conv_id = $conv AND conv_index = $last" log_ordinal
	broken chat_copy "UPDATE chat SET pinned = 1
		WHERE conv_id = $conv AND user_id = $user" ''
	broken badge "INSERT INTO badge VALUES ($user, 1, 5)" ''
	broken badge_chat "INSERT INTO badge_chat VALUES ($user, $conv, 99, 99, 0);
		UPDATE badge SET total = 99, upto_index = (SELECT last_index
			FROM user_seq s WHERE s.user_id = badge.user_id)
		WHERE user_id = $user" ''
	broken body_orphan "INSERT INTO body VALUES (77, 1, '')" ''
	broken body_orphan "INSERT INTO body VALUES ($conv, $last + 1, '')" ''
	broken body_broken "UPDATE body SET content = CONCAT(content, '}')
			WHERE conv_id = $conv AND conv_index = $last" \
		"UPDATE body SET content = LEFT(content, LENGTH(content) - 1)
			WHERE conv_id = $conv AND conv_index = $last"
	broken body_missing "UPDATE body SET conv_index = 100000
			WHERE conv_id = $conv AND conv_index = 2" \
		"UPDATE body SET conv_index = 2
			WHERE conv_id = $conv AND conv_index = 100000"
	broken member_interval "UPDATE member SET joined_index = 100000
			WHERE conv_id = $conv AND user_id = $user" \
		"UPDATE member SET joined_index = 1
			WHERE conv_id = $conv AND user_id = $user"
	broken owner "UPDATE member SET role = 3 WHERE conv_id = $conv" \
		"UPDATE member m JOIN conversation c ON c.conv_id = m.conv_id
			SET m.role = IF(m.user_id = c.created_by, 3, 1)
			WHERE m.conv_id = $conv"
	broken join_request "INSERT INTO join_request (conv_id, user_id, asked_ms)
			VALUES ($conv, $user, 1)" 'DELETE FROM join_request'
	broken ban "INSERT INTO ban (conv_id, user_id, banned_by, banned_ms)
			VALUES ($conv, $user, 1, 1)" 'DELETE FROM ban'
	broken invite "INSERT INTO invite (conv_id, invite_id, code, created_by,
			created_ms, max_uses, uses) VALUES ($conv, 1, 'x', 1, 1, 1, 2)" \
		'DELETE FROM invite'
	broken dissolved "UPDATE conversation SET dissolved_index = 100000
			WHERE conv_id = $conv" \
		"UPDATE conversation SET dissolved_index = 0
			WHERE conv_id = $conv"
	broken fanout_cursor "UPDATE log_cursor SET hi_index = 100000
			WHERE conv_id = $conv" \
		"UPDATE log_cursor SET hi_index = done_index
			WHERE conv_id = $conv" fanout_ahead
	broken conversation \
		'INSERT INTO conv_seq (conv_id, home) VALUES (79, 1)' \
		'DELETE FROM conv_seq WHERE conv_id = 79' log_without_conversation
}

@test "what is left of an entry, a conversation or a user that is not there" {
	pick
	broken version_orphan "INSERT INTO entry_version
		VALUES ($conv, $last + 1, 1, 1, '')" ''
	broken reaction_orphan "INSERT INTO reaction
		VALUES ($conv, $last + 1, 'x', $user, 1)" ''
	broken pin_orphan "INSERT INTO pin
		VALUES ($conv, $last + 1, 1, $user, 1)" ''
	broken expiry_orphan "INSERT INTO entry_expiry (conv_id, conv_index,
		expires_ms) VALUES ($conv, $last + 1, 1)" ''
	broken away_orphan "INSERT INTO entry_away (conv_id, conv_index, sender_id,
		countable) VALUES ($conv, $last + 1, 1, 1)" '' away_of_nothing
	broken work_orphan 'INSERT INTO log_dirty (consumer, part, conv_id, head,
		since_ms) VALUES (1, 2, 78, 1, 1)' '' log_dirty
	broken cursor_orphan 'INSERT INTO log_cursor (consumer, conv_id)
		VALUES (1, 78)' '' fanout_ahead
	broken mark_orphan "INSERT INTO mark (conv_id, user_id) VALUES (78, $user)" \
		'' conv_orphan
	# These may be all that is left of a conversation.
	for rows in "member (conv_id, user_id, role, joined_index, joined_ms)
			VALUES (78, $user, 1, 1, 1)" "member_past
			VALUES (78, $user, 1, 2)" 'conv_mode VALUES (78, 1, 2)' \
		'log_base VALUES (78, 0, 3, 3)' "entry (conv_id, conv_index, msg_id,
			sender_id, kind, ordinal, own_ordinal, sent_ms)
			VALUES (78, 1, 1, $user, 1, 1, 1, 1)"; do
		sql "INSERT INTO $rows"
		expect=65 verify
		[[ $output == *"_orphan conv_id=78 "* ]]
		expect=65 verify --repair --conv 78
		table=${rows%%[[:space:]]*}
		[ "$(sql "SELECT COUNT(*) FROM $table WHERE conv_id = 78")" = 1 ]
		sql "DELETE FROM $table WHERE conv_id = 78"
	done
	for rows in "chat_setting (user_id, conv_id) VALUES (77, $conv)" \
		'reminder VALUES (77, 1, 1, 1, 1, NULL)' \
		'star VALUES (77, 1, 1, 1, 1)' 'user_setting (user_id) VALUES (77)' \
		"block VALUES (77, $user, 1)"; do
		broken "_orphan" "INSERT INTO $rows" '' user_orphan
	done
	broken chat_of_nobody "INSERT INTO chat (user_id, conv_id, last_ms)
		SELECT u.user_id, $conv, 1 FROM user u LEFT JOIN member m
		ON m.conv_id = $conv AND m.user_id = u.user_id
		WHERE m.user_id IS NULL LIMIT 1" ''
	verify
}

@test "a client id that is there twice" {
	pick
	id=$(sql "SELECT MIN(conv_index) FROM entry WHERE conv_id = $conv
		AND sender_id = $user AND client_msg_id IS NOT NULL")
	first=$(sql "SELECT client_msg_id FROM entry WHERE conv_id = $conv
		AND conv_index = $id")
	two=$(sql "SELECT MAX(conv_index) FROM entry WHERE conv_id = $conv
		AND sender_id = $user AND client_msg_id IS NOT NULL")
	second=$(sql "SELECT client_msg_id FROM entry WHERE conv_id = $conv
		AND conv_index = $two")
	[ "$first" != "$second" ]
	key='DROP KEY entry_client, ADD'
	broken log_client_id "ALTER TABLE entry $key KEY entry_client
			(conv_id, sender_id, client_msg_id);
		UPDATE entry SET client_msg_id = '$first'
			WHERE conv_id = $conv AND conv_index = $two" \
		"UPDATE entry SET client_msg_id = '$second'
			WHERE conv_id = $conv AND conv_index = $two;
		ALTER TABLE entry $key UNIQUE KEY entry_client
			(conv_id, sender_id, client_msg_id)"
}

@test "one conversation, one user, a part, in JSON, slowly" {
	pick
	sql "UPDATE chat SET last_ordinal = last_ordinal + 1
		WHERE conv_id = $conv AND user_id = $user"
	other=$(sql "SELECT MIN(conv_id) FROM conversation WHERE conv_id <> $conv")
	verify --conv "$other"
	[[ $output == *"1 conversations, 0 users;"* ]]
	expect=65 verify --conv "$conv"
	[[ $output == *"chat conv_id=$conv user_id=$user "*" column=last_ordinal:"* ]]
	[[ $output == *"1 conversations, 0 users;"* ]]
	expect=65 verify --user "$user" # what is read of it is wrong, too
	[[ $output == *"0 conversations, 1 users;"* ]]
	run -65 --separate-stderr "$bin/im-verify" -c "$conf" --json
	[ "$(jq -r 'select(.check == "chat") | [.conv_id, .user_id, .column,
			.want - .got, .repaired] | map(tostring) | join(" ")' \
		<<<"$output")" = "$conv $user last_ordinal -1 false" ]
	[ "$(jq -s '.[-1].conversations' <<<"$output")" = \
		"$(sql 'SELECT COUNT(*) FROM conversation')" ]
	[ "$(jq -s '.[-1].findings == (length - 1)' <<<"$output")" = true ]
	verify --repair --rate 100000
	verify --sample '100%'
	[[ $output == *"$(sql 'SELECT COUNT(*) FROM conversation') conversations, $(
		sql 'SELECT COUNT(*) FROM user') users;"* ]]
	for bad in '--sample 0%' '--sample 101%' '--conv x' '--user 0' '--rate -1'; do
		# shellcheck disable=SC2086
		expect=64 verify $bad
	done
	# As many rows as two seconds have.
	began=$(date +%s%3N)
	verify --conv "$conv" --rate $((last / 2))
	[ $(($(date +%s%3N) - began)) -ge 1000 ]
}

@test "modes: rows that are not due, rows that are, chats that stand still" {
	"$BUILD/tests/helpers/flood" -c "$conf" -s 24 -u 20 -d 0 -g 6 -m 10 \
		-n 60 -x 15 -p 60
	"$bin/im-fanout" -c "$conf"
	# A chat in mode pull, and an entry that its owner reads in the log.
	read -r user conv last < <(sql 'SELECT c.user_id, c.conv_id,
			MAX(e.conv_index)
		FROM chat c JOIN conv_mode i ON i.conv_id = c.conv_id AND i.mode = 2
		JOIN entry e ON e.conv_id = c.conv_id AND e.sender_id <> c.user_id
			AND e.kind = 1 AND e.flags = 0 AND e.conv_index >
			GREATEST(i.from_index, c.base_index)
		WHERE c.mode = 2
		GROUP BY c.user_id, c.conv_id
		HAVING MAX(i.from_index) = (SELECT MAX(from_index) FROM conv_mode t
			WHERE t.conv_id = c.conv_id) LIMIT 1')
	[ -n "$last" ]
	of="WHERE user_id = $user AND conv_id = $conv"
	top=$(sql "SELECT last_index + 1 FROM user_seq WHERE user_id = $user")
	add="UPDATE user_seq SET last_index = $top WHERE user_id = $user;
		INSERT INTO inbox (user_id, user_index, kind, conv_id,
		conv_index, at_ms) VALUES ($user, $top, 1, $conv, $last, 1)"
	undo="DELETE FROM inbox WHERE user_id = $user AND user_index = $top;
		UPDATE user_seq SET last_index = $top - 1 WHERE user_id = $user"
	broken inbox_pull "$add" "$undo"
	broken inbox_missing "$add" "$undo"
	read -r who where what < <(sql 'SELECT x.user_id, x.conv_id, x.conv_index
		FROM mention x WHERE 2 = (SELECT t.mode FROM conv_mode t
			WHERE t.conv_id = x.conv_id AND t.from_index <= x.conv_index
			ORDER BY t.from_index DESC LIMIT 1) LIMIT 1')
	broken inbox_missing "UPDATE inbox SET kind = 12 WHERE user_id = $who
			AND kind = 1 AND conv_id = $where AND conv_index = $what" \
		'UPDATE inbox SET kind = 1 WHERE kind = 12'
	for change in mode=1 last_ms=last_ms+1 last_index=last_index-1 \
		last_index=100000 last_ordinal=last_ordinal+1 \
		own_ordinal=own_ordinal+1 listed=0 base_index=base_index+1 \
		base_own=base_own+1; do
		broken chat "UPDATE chat SET $change $of" ''
	done
	broken chat "DELETE FROM chat $of" ''
	broken conv_mode "UPDATE conversation SET mode = 1
		WHERE conv_id = $conv" ''
	broken log_head "UPDATE conv_seq SET last_bump_ms = last_bump_ms - 1
		WHERE conv_id = $conv" ''
	sql "INSERT IGNORE INTO mark SELECT conv_id, $user, conv_index, ordinal,
		(SELECT COALESCE(MAX(o.own_ordinal), 0) FROM entry o
			WHERE o.conv_id = $conv AND o.sender_id = $user
			AND o.conv_index <= $last - 1), conv_index
		FROM entry WHERE conv_id = $conv AND conv_index = $last - 1"
	broken unread "UPDATE mark SET read_ordinal = read_ordinal - 1
			WHERE conv_id = $conv AND user_id = $user" \
		"UPDATE mark SET read_ordinal = read_ordinal + 1
			WHERE conv_id = $conv AND user_id = $user"
}

@test "a user whom no search finds" {
	who=$(sql 'SELECT MAX(user_id) FROM user')
	broken user_rows "CREATE TABLE kept AS SELECT * FROM user_part
			WHERE user_id = $who;
			DELETE FROM user_part WHERE user_id = $who" \
		'INSERT INTO user_part SELECT * FROM kept; DROP TABLE kept' \
		user_without_parts
}

@test "a user without an inbox" {
	who=$(sql 'SELECT MAX(user_id) FROM user')
	broken user_rows "CREATE TABLE kept AS SELECT * FROM user_seq
			WHERE user_id = $who;
			DELETE FROM user_seq WHERE user_id = $who" \
		'INSERT INTO user_seq SELECT * FROM kept; DROP TABLE kept' \
		user_without_inbox
}

@test "a block that a direct chat does not know of, a contact of one side" {
	direct=$(sql 'SELECT conv_id FROM direct WHERE low_id <> high_id LIMIT 1')
	low=$(sql "SELECT low_id FROM direct WHERE conv_id = $direct")
	high=$(sql "SELECT high_id FROM direct WHERE conv_id = $direct")
	version=$(sql "SELECT version FROM conversation WHERE conv_id = $direct")
	broken refused "UPDATE member SET refused = 1
		WHERE conv_id = $direct AND user_id = $high" ''
	# the appender remembers members by it
	[ "$(sql "SELECT version FROM conversation WHERE conv_id = $direct")" -gt "$version" ]
	broken refused "INSERT INTO block VALUES ($low, $high, 1)" 'DELETE FROM block'
	broken contact_side "INSERT INTO contact (user_id, other_id, state,
			created_ms, changed_ms) VALUES ($low, $high, 1, 1, 1)" \
		'DELETE FROM contact'
}

@test "what an erasure that is done has left" {
	pick
	broken erased "INSERT INTO erasure (user_id, app_id, asked_ms, pass)
			SELECT user_id, app_id, 1, 3 FROM user WHERE user_id = $user" \
		'DELETE FROM erasure' erased_message
	broken erased_export "INSERT INTO erasure (user_id, app_id, asked_ms, pass)
			SELECT user_id, app_id, 1, 3 FROM user WHERE user_id = $user;
		INSERT INTO export (app_id, export_id, user_id, conv_id, state, asked_ms,
			ended_id) SELECT app_id, 9, user_id, 0, 2, 1, 9 FROM user
			WHERE user_id = $user" \
		'DELETE FROM erasure; DELETE FROM export'
}

@test "forgotten work is put back into the queue" {
	"$BUILD/tests/helpers/flood" -c "$conf" -s 22 -d 3 -g 1 -n 5
	sql 'DELETE FROM log_dirty LIMIT 2'
	expect=65 verify
	[[ $output == *"fanout_forgotten conv_id="* ]]
	! check_store
	verify --repair
	"$bin/im-fanout" -c "$conf"
	verify
	check_store
}

@test "a sample looks at as much as was asked for; --dry-run repairs nothing" {
	verify --sample 5
	[[ $output =~ ^[1-5]\ conversations,\ [1-5]\ users ]]
	pick
	sql "UPDATE conversation SET member_count = 1 WHERE conv_id = $conv"
	expect=65 verify --repair --dry-run
	expect=65 verify
	verify --repair
	expect=64 verify --sample none
}

@test "while people talk and fan-out works nothing is wrong" {
	"$BUILD/tests/helpers/flood" -c "$conf" -s 23 -u 40 -d 20 -g 6 -m 15 \
		-n 100 -x 20 -w 1 >/dev/null 3>&- &
	talking=$!
	"$bin/im-fanout" -c "$conf" --linger 2 3>&- &
	fanout=$!
	while kill -0 $talking 2>/dev/null; do
		check_store
		verify --sample 20
	done
	wait $talking
	wait $fanout
	"$bin/im-fanout" -c "$conf"
	verify
}

@test "a scheduled message that the log does not know, or has" {
	pick
	msg=$(sql "SELECT msg_id FROM entry WHERE conv_id = $conv
		AND conv_index = $last")
	add_scheduled() { # MSG_ID FLAG
		echo "INSERT INTO scheduled (conv_id, msg_id, user_id, fingerprint,
				send_ms, due_ms, state, content)
			VALUES ($conv, $1, $user, 'f', 4e12, 4e12, 1, '');
			UPDATE conv_seq SET has_scheduled = $2 WHERE conv_id = $conv"
	}
	gone="DELETE FROM scheduled WHERE conv_id = $conv;
		UPDATE conv_seq SET has_scheduled = 0 WHERE conv_id = $conv"
	broken scheduled_unknown "$(add_scheduled 1 0)" "$gone"
	broken scheduled_sent "$(add_scheduled "$msg" 1)" "$gone"
}
