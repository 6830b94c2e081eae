# im-rank: what it finds off it puts right, beside a store that talks, killed at
# any point, from where it was left.
load ../helper
load ../api/apps
load ../api/chats
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private
	use_app rank
	for name in Anna Bert; do sign_up $name; done
	service down im-fanout
	# What it mends is a warning.
	announce ' ev=rank_drift '
	"$BUILD/tests/helpers/flood" -c "$conf" -s 41 -u 30 -d 6 -g 4 -m 10 \
		-n 40 -x 8 -p 20 >/dev/null
	"$bin/im-fanout" -c "$conf"
}
teardown_file() { stack_done; }

rank() { run -"${expect:-0}" "$bin/im-rank" -c "$conf" --rate 0 "$@"; }
sound() { check_store || { echo "$found"; return 1; }; }
position() { sql "SELECT position FROM lease WHERE name = 'rank.${1:-0}'"; }

# A member in mode push (1) or pull (2) with own messages.
pick() {
	read -r conv user < <(sql "SELECT c.conv_id, c.user_id FROM chat c
		JOIN conversation v ON v.conv_id = c.conv_id AND v.kind = 2
		WHERE c.listed = 1 AND c.mode = ${1:-1} AND c.own_ordinal > 0
		AND c.last_index > 5 LIMIT 1")
	[ -n "$user" ]
	of="WHERE user_id = $user AND conv_id = $conv"
}
chat_row() { sql "SELECT * FROM chat $of"; }

# drifts COLUMN SQL: the SQL makes the chat of $user drift, and im-rank gives it
# back as it was.
drifts() {
	local was n
	was=$(chat_row) n=$(sql "SELECT COALESCE(SUM(retried), 0) FROM job_run
		WHERE job = 'rank'")
	sql "$2"
	expect=65 rank --dry-run
	[[ $output == *"ev=rank_drift conv_id=$conv user_id=$user "*" column=$1 "*" mended=0"* ]]
	[ "$was" != "$(chat_row)" ]
	rank "${@:3}"
	[[ $output == *"ev=rank_drift conv_id=$conv user_id=$user "*" column=$1 "*" mended=1"* ]]
	diff <(echo "$was") <(chat_row)
	[ "$(sql "SELECT SUM(retried) FROM job_run WHERE job = 'rank'")" = $((n + 1)) ]
	rank
	[[ $output != *ev=rank_drift* ]]
	sound
}

@test "a store without drift" {
	rank
	[[ $output == *"ev=rank chats="*" off_chats=0 off_settings=0 off_badges=0"* ]]
	[ "$(position)" = '' ]
	for bad in '--conv x' '--user 0' '--rate -1'; do
		# shellcheck disable=SC2086
		expect=64 rank $bad
	done
}

@test "each column of a chat, in mode push and in mode pull" {
	for mode in 1 2; do
		pick $mode
		for column in last_ms last_message_index last_ordinal own_ordinal \
			base_index base_ordinal base_own; do
			drifts $column "UPDATE chat SET $column = $column + 1 $of"
		done
		drifts listed "UPDATE chat SET listed = 0 $of"
		drifts mode "UPDATE chat SET mode = 3 - mode $of"
	done
	pick
	drifts last_index "UPDATE chat SET last_index = last_index - 1 $of"
	drifts last_index "UPDATE chat SET last_index = 100000 $of"
}

@test "a row that is missing, with its settings" {
	pick
	sql "INSERT INTO chat_setting (user_id, conv_id, pinned) VALUES ($user, $conv, 1);
		UPDATE chat SET pinned = 1, has_setting = 1 $of"
	drifts row "DELETE FROM chat $of"
	drifts row "DELETE FROM chat $of" --user "$user"
	drifts row "DELETE FROM chat $of" --conv "$conv"
}

@test "copies of settings" {
	pick
	sql "INSERT IGNORE INTO chat_setting (user_id, conv_id) VALUES ($user, $conv);
		UPDATE chat SET has_setting = 1 $of"
	for column in pinned hidden_ordinal muted_until_ms cleared_ordinal has_hidden; do
		drifts $column "UPDATE chat SET $column = $column + 1 $of" --user "$user"
	done
	for column in hidden_index cleared_index; do
		drifts $column "UPDATE chat SET $column = 3 $of"
	done
	drifts has_setting "UPDATE chat SET has_setting = 0 $of" --all
}

@test "the sum of unread messages" {
	service up im-fanout
	new_conv direct Anna Bert
	for _ in $(seq 3); do say Anna; done
	chat_is Bert .unread 3
	as Bert
	http GET /v1/inbox/head
	is_json .total_unread 3
	of="WHERE user_id = $Bert_id"
	drifted() {
		sql "INSERT INTO badge SELECT user_id, last_index, 3 FROM user_seq $of
				ON DUPLICATE KEY UPDATE upto_index = VALUES(upto_index),
				total = 3;
			REPLACE INTO badge_chat VALUES ($Bert_id, $conv, 3, 3, 0); $1"
		rank
		[[ $output == *" user_id=$Bert_id "*" column=$2 "*" mended=1"* ]]
		http GET /v1/inbox/head
		is_json .total_unread 3
		rank
		[[ $output != *ev=rank_drift* ]]
		sound
	}
	drifted "UPDATE badge SET total = 17 $of" badge
	drifted "UPDATE badge SET total = 9 $of; UPDATE badge_chat
		SET unread = 9, counted = 9 $of" badge_chat
	# A count that clients have been told is forgotten.
	sql "UPDATE chat SET last_ordinal = 9 WHERE user_id = $Bert_id
		AND conv_id = $conv; UPDATE user_seq SET last_index = last_index $of"
	rank --user "$Bert_id"
	http GET /v1/inbox/head
	is_json .total_unread 3
	service down im-fanout
}

@test "what was off is summed up at the end" {
	pick
	sql "UPDATE chat SET last_ms = last_ms + 1, muted_until_ms = 5 $of"
	rank --user "$user"
	[[ $output == *"off_chats=1 off_settings=1 off_badges=0"* ]]
	sound
}

@test "only what was asked for" {
	pick
	other=$(sql "SELECT user_id FROM chat WHERE conv_id = $conv
		AND user_id <> $user AND mode = 1 LIMIT 1")
	sql "UPDATE chat SET last_ms = last_ms + 1
		WHERE conv_id = $conv AND user_id IN ($user, $other)"
	rank --user "$user"
	[[ $output == *"off_chats=1 "* ]]
	expect=65 rank --dry-run --conv "$conv"
	[[ $output == *"user_id=$other "*"off_chats=1 "* ]]
	[ "$(position 1)" = '' ]
	rank --conv "$conv" --user "$other"
	[[ $output == *"ev=rank chats=1 users=0 off_chats=1 "* ]]
	sound
}

@test "killed at each point, it goes on, and mends the rest" {
	members=$(sql 'SELECT COUNT(*) FROM member')
	for point in rank_found rank_mend rank_mended rank_position; do
		sql 'UPDATE chat SET last_ms = last_ms + 1, pinned = 1 - pinned'
		result=0
		IM_FAULT=$point IM_FAULT_AFTER=1 "$bin/im-rank" -c "$conf" ||
			result=$?
		[ $result -eq 137 ]
		rank
		sound
		[ "$(position)" = '' ]
	done
	# Between two pages.
	"$BUILD/tests/helpers/flood" -c "$conf" -s 42 -u 700 -d 0 -g 1 -m 650 \
		-n 5 >/dev/null
	"$bin/im-fanout" -c "$conf"
	result=0
	IM_FAULT=rank_position IM_FAULT_AFTER=2 "$bin/im-rank" -c "$conf" --rate 0 ||
		result=$?
	[ $result -eq 137 ]
	[[ $(position) == members\ *\ * ]]
	rank
	[[ $output =~ ev=rank\ chats=([0-9]+)\  ]]
	[ "${BASH_REMATCH[1]}" -lt "$(sql 'SELECT COUNT(*) FROM member')" ]
	rank
	[[ $output =~ ev=rank\ chats=([0-9]+)\  ]]
	[ "${BASH_REMATCH[1]}" = "$(sql 'SELECT COUNT(*) FROM member')" ]
	[ "$members" -lt "${BASH_REMATCH[1]}" ]
}

@test "its time is up: the next run goes on" {
	expect=75 rank -o rank.budget_s=1 --rate 600
	[ -n "$(position)" ]
	rank -o rank.budget_s=1000
	[ "$(position)" = '' ]
}

@test "beside people who talk and fan-out that works, nothing is lost" {
	"$BUILD/tests/helpers/flood" -c "$conf" -s 43 -u 40 -d 20 -g 6 -m 15 \
		-n 100 -x 30 -p 40 -w 1 >/dev/null 3>&- &
	talking=$!
	"$bin/im-fanout" -c "$conf" --linger 3 -o job.poll_ms=20 3>&- &
	fanout=$!
	runs=0
	while kill -0 $talking 2>/dev/null || [ $runs -lt 3 ]; do
		rank
		[[ $output == *"off_chats=0 off_settings=0 off_badges=0"* ]]
		sound
		# And what drifts meanwhile is mended under the writers' eyes.
		sql 'UPDATE chat SET last_ms = last_ms + 1, own_ordinal = own_ordinal + 1
			WHERE user_id % 7 = 0'
		rank --all
		runs=$((runs + 1))
	done
	wait $talking
	wait $fanout
	"$bin/im-fanout" -c "$conf"
	rank
	sound
	"$bin/im-verify" -c "$conf"
}
