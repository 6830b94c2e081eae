# im-verify --repair of inboxes: one that is damaged starts again, its devices
# sync, and everybody else's goes on.
load ../helper
load ../api/apps
load ../api/chats
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private
	use_app verify
	for name in Anna Bert; do sign_up $name; done
}
teardown_file() { stack_done; }

verify() { run -"${expect:-0}" "$bin/im-verify" -c "$conf" "$@"; }
sound() { check_store || { echo "$found"; return 1; }; }

# damaged CHECK USER SQL: the SQL damages the inbox of USER, which CHECK finds,
# and --repair starts again.
damaged() {
	local was now
	was=$(sql "SELECT stream_id FROM user_seq WHERE user_id = $2")
	sql "$3"
	expect=65 verify
	[[ $output == *"$1 conv_id="*" user_id=$2 "* ]]
	expect=65 verify --user "$2"
	[[ $output == *"$1 conv_id="*" user_id=$2 "* ]]
	verify --repair
	[[ $output == *"$1 conv_id="*" user_id=$2 "*" repaired"* ]]
	now=$(sql "SELECT stream_id FROM user_seq WHERE user_id = $2")
	[ "$was" != "$now" ]
	[ "$(sql "SELECT last_index = floor_index FROM user_seq
		WHERE user_id = $2")" = 1 ]
	[ "$(sql "SELECT COUNT(*) FROM inbox WHERE user_id = $2")" = 0 ]
	verify
	sound
}

# A member of a group whose inbox has all since its beginning.
pick() {
	read -r conv user top index < <(sql 'SELECT m.conv_id, m.user_id,
			q.last_index, MAX(i.conv_index)
		FROM conversation c JOIN member m ON m.conv_id = c.conv_id
			AND m.left_index = 0
		JOIN user_seq q ON q.user_id = m.user_id AND q.floor_index = 0
		JOIN inbox i ON i.user_id = m.user_id AND i.conv_id = c.conv_id
			AND i.kind = 1
		JOIN entry e ON e.conv_id = i.conv_id
			AND e.conv_index = i.conv_index AND e.kind = 1
		WHERE c.kind = 2 AND c.mode = 1
		GROUP BY m.conv_id, m.user_id, q.last_index LIMIT 1')
	[ -n "$index" ]
	row="WHERE user_id = $user AND kind = 1 AND conv_id = $conv
		AND conv_index = $index"
}

# came QUERY: Bert's inbox has something behind it.
came() {
	http GET "/v1/inbox?$1"
	is_json 'has("too_old")' false && is_json '.events | length > 0' true
}

@test "devices are told too_old, sync, and go on" {
	new_conv direct Anna Bert
	say Anna
	say Anna
	caught_up Bert
	as Bert
	http GET /v1/sync
	stream=$(json .stream_id) head=$(json .user_index)
	before=$(json '[.total_unread, (.conversations.items[] | .unread)] | tojson')
	damaged inbox_missing "$Bert_id" "UPDATE inbox SET kind = 4
		WHERE user_id = $Bert_id AND user_index = $head"
	for query in "after=$head" "after=$head&stream_id=$stream" 'after=0'; do
		http GET "/v1/inbox?$query"
		is_status 200
		is_json .too_old true
	done
	http GET /v1/sync
	is_json '.stream_id == "'"$stream"'"' false
	is_json .user_index "$((head + 1))"
	is_json '[.total_unread, (.conversations.items[] | .unread)] | tojson' "$before"
	stream=$(json .stream_id)
	say Anna
	as Bert
	wait_for came "after=$((head + 1))&stream_id=$stream"
	is_json '[.events[].user_index] | tojson' "[$((head + 2))]"
	is_json .total_unread 3
	as Anna
	http GET '/v1/inbox?after=0'
	is_json 'has("too_old")' false
}

@test "each kind of damage is found, and repaired" {
	service down im-fanout
	"$BUILD/tests/helpers/flood" -c "$conf" -s 31 -u 30 -d 2 -g 5 -m 10 \
		-n 40 -x 8 >/dev/null
	"$bin/im-fanout" -c "$conf"
	pick
	damaged inbox_hole "$user" "UPDATE user_seq SET last_index = last_index + 1
		WHERE user_id = $user"
	pick
	damaged inbox_hole "$user" "DELETE FROM inbox WHERE user_id = $user
		AND user_index = 2"
	pick
	damaged inbox_hole "$user" "INSERT INTO inbox (user_id, user_index, kind,
		conv_id, conv_index, at_ms) VALUES ($user, $top + 5, 4, 0, 0, 1)"
	[ "$(sql "SELECT last_index > $top + 5 FROM user_seq
		WHERE user_id = $user")" = 1 ]
	pick
	damaged inbox_missing "$user" "UPDATE inbox SET kind = 4 $row"
	pick
	damaged inbox_order "$user" "UPDATE inbox SET conv_index = $index - 1 $row"
	pick
	damaged inbox_membership "$user" "UPDATE inbox SET action = 6
		WHERE user_id = $user AND kind = 3 AND action = 1 AND conv_id = $conv"
	pick
	other=$(sql "SELECT conv_id FROM conversation WHERE conv_id NOT IN (
			SELECT conv_id FROM member WHERE user_id = $user)
		AND kind = 2 LIMIT 1")
	damaged inbox_foreign "$user" "UPDATE user_seq SET last_index = $top + 1
			WHERE user_id = $user;
		INSERT INTO inbox (user_id, user_index, kind, conv_id, conv_index,
			at_ms) VALUES ($user, $top + 1, 1, $other, 3, 1)"
	# The marks, chats and counts of all of them are as they were.
	service up im-fanout
}

@test "a sweep that was cut short is ended by the next run" {
	pick
	sql "UPDATE user_seq SET floor_index = last_index WHERE user_id = $user"
	expect=65 verify
	[[ $output == *"inbox_floor conv_id=0 user_id=$user at=$top "* ]]
	verify --repair
	[ "$(sql "SELECT COUNT(*) FROM inbox WHERE user_id = $user")" = 0 ]
	verify
	sound
}

@test "beside a store that talks, again and again" {
	"$BUILD/tests/helpers/flood" -c "$conf" -s 33 -u 40 -d 20 -g 6 -m 15 \
		-n 100 -x 30 -p 40 -w 1 >/dev/null 3>&- &
	talking=$!
	runs=0
	while kill -0 $talking 2>/dev/null || [ $runs -lt 3 ]; do
		verify
		verify --sample '50%' --json
		runs=$((runs + 1))
	done
	wait $talking
}
