# im-verify proves what schema/check.sql proves of acts, of people and of what is
# due: each broken by hand, found by both, and repaired or only reported.
load ../helper
load ../api/apps
load ../api/chats
load ../api/acts
load broken
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private message user conversation inbox lighttpd im-fanout live
	use_app verify
	for name in Anna Bert Cleo; do sign_up $name; done
}
teardown_file() { stack_done; }

archive() {
	"$bin/im-archive" -c "$conf" -o archive.hot_max=200 -o archive.keep=200 \
		-o archive.segment_entries=50 "$@"
}
# A group in which everything was done to messages: $of is the place of one with
# two reactions and a pin, $edited and $recalled those of others.
acted() {
	new_conv group Anna Bert
	say Anna first
	edited="conv_id = $conv AND conv_index = $at"
	as Anna
	http PATCH "/v1/messages/$msg" '{"content":{"text":"new"},"client_msg_id":"e"}'
	is_status 200
	say Anna second
	recalled="conv_id = $conv AND conv_index = $at"
	http POST "/v1/messages/$msg/recall" '{}'
	is_status 200
	say Anna third
	of="conv_id = $conv AND conv_index = $at"
	place=$at
	for who in Anna Bert; do
		as $who
		http PUT "/v1/messages/$msg/reactions/$(enc 👍)"
		is_status 204
	done
	http PUT "/v1/messages/$msg/reactions/$(enc 🎉)"
	http DELETE "/v1/messages/$msg/reactions/$(enc 🎉)"
	is_status 204
	as Anna
	http PUT "/v1/conversations/$conv/pins/$msg"
	[[ $status = 20[04] ]]
	caught_up Bert
	wait_for check_store
}
# The same as `broken`; FILTER prints what has to be as before.
restored() { # FILTER NAME SQL [CHECK]
	local was
	was=$(sql "$1")
	broken "$2" "$3" '' "${4-$2}"
	[ "$was" = "$(sql "$1")" ]
}

@test "reactions: a row too many, one too few, the flag" {
	acted
	rows="SELECT HEX(emoji), user_id, at_ms FROM reaction WHERE $of ORDER BY 1, 2"
	flag="SELECT flags FROM entry WHERE $of"
	[ "$(sql "$rows" | wc -l)" = 2 ]
	restored "$rows" reaction_log "DELETE FROM reaction WHERE $of
		AND user_id = $Bert_id"
	restored "$rows; $flag" reaction_log "DELETE FROM reaction WHERE $of"
	restored "$rows" reaction_log "INSERT INTO reaction VALUES ($conv, $place,
		'🎉', $Bert_id, 1)"
	restored "$flag" reaction "UPDATE entry SET flags = flags & ~64 WHERE $of"
	restored "$rows" reaction "UPDATE entry SET flags = flags | 64
		WHERE $edited"
	# What was cached of it is stale.
	[ "$(sql "SELECT last_index - changed_index FROM conv_seq
		WHERE conv_id = $conv")" = 0 ]
	as Bert
	http GET "/v1/messages/$msg"
	is_json '.reactions | length' 1
	is_json '.reactions[0].count' 2
	broken reaction_kinds "$(for i in $(seq 20); do
			echo "INSERT INTO reaction VALUES ($conv, $place, 'k$i', 1, 1);"
		done)" "DELETE FROM reaction WHERE user_id = 1" reaction
}

@test "pins: another entry, another user, one that was taken off" {
	acted
	pin="SELECT * FROM pin WHERE $of"
	restored "$pin" pin "UPDATE pin SET pin_index = 1 WHERE $of"
	restored "$pin" pin "UPDATE pin SET pinned_by = $Bert_id WHERE $of"
	sql "CREATE TABLE was AS $pin"
	as Anna
	http DELETE "/v1/conversations/$conv/pins/$msg"
	[[ $status = 20[04] ]]
	caught_up Bert
	restored "$pin" pin "INSERT INTO pin SELECT * FROM was"
	sql 'DROP TABLE was'
}

@test "recalls, edits, and where caches look: found, and only the last repaired" {
	acted
	broken recalled "UPDATE entry SET recalled_by = 0 WHERE $recalled" \
		"UPDATE entry SET recalled_by = $Anna_id WHERE $recalled"
	broken recalled "UPDATE entry SET recalled_by = 1 WHERE $of" \
		"UPDATE entry SET recalled_by = 0 WHERE $of"
	broken recalled "UPDATE entry SET kind = 5 WHERE conv_id = $conv AND kind = 2" \
		"UPDATE entry e JOIN entry t ON t.conv_id = e.conv_id
			AND t.conv_index = e.target_index AND t.state = 1
			SET e.kind = 2 WHERE e.conv_id = $conv"
	broken edited "UPDATE entry SET edited_ms = 5 WHERE $of" \
		"UPDATE entry SET edited_ms = 0 WHERE $of"
	broken edited "UPDATE entry_version SET version = version + 9 WHERE $edited" \
		"UPDATE entry_version SET version = version - 9 WHERE $edited"
	broken changed_index "UPDATE conv_seq SET changed_index = 1
		WHERE conv_id = $conv" ''
	broken act_target "UPDATE entry SET target_index = 1 WHERE $of" \
		"UPDATE entry SET target_index = 0 WHERE $of"
	# An empty body of one that has expired is left over as well.
	kept="SELECT recalled_by, version FROM entry WHERE $recalled"
	was=$(sql "$kept")
	gone="UPDATE entry SET state = 2, recalled_by = 0 WHERE $recalled;
		DELETE FROM entry_away WHERE $recalled;
		UPDATE entry SET kind = 8, target_index = 0
			WHERE conv_id = $conv AND kind = 2;
		INSERT INTO entry_away (conv_id, conv_index, sender_id, countable)
			SELECT conv_id, conv_index, sender_id, 1 FROM entry
			WHERE $recalled"
	back="UPDATE entry SET state = 1, recalled_by = $Anna_id WHERE $recalled;
		UPDATE entry e SET kind = 2, target_index = (SELECT conv_index
			FROM (SELECT conv_index FROM entry WHERE $recalled) x)
			WHERE conv_id = $conv AND kind = 8 AND conv_index > 1"
	broken recalled_content "$gone" "$back" gone
	[ "$(sql "$kept")" = "$was" ]
}

@test "ids, members of old, the lists of work and of load" {
	acted
	broken entry_id "CREATE TABLE was AS SELECT msg_id FROM entry WHERE $of;
			UPDATE entry SET msg_id = (SELECT * FROM (SELECT msg_id FROM entry
				WHERE $edited) x) WHERE $of" \
		"UPDATE entry SET msg_id = (SELECT msg_id FROM was) WHERE $of;
			DROP TABLE was"
	broken member_past "INSERT INTO member_past VALUES ($conv, 77, 1, 2)" \
		'DELETE FROM member_past WHERE user_id = 77'
	last=$(sql "SELECT last_index FROM conv_seq WHERE conv_id = $conv")
	# The mark stays as long as fan-out is paused.
	"$bin/im-admin" -c "$conf" job pause fanout
	dirty="INSERT INTO log_dirty (consumer, part, conv_id, head, since_ms,
		parked_ms, reason) VALUES (1, 0, $conv"
	undo="DELETE FROM log_dirty WHERE conv_id = $conv"
	sql "$dirty, $last, 1, 0, NULL)"
	broken log_dirty "UPDATE log_dirty SET head = $last + 5
		WHERE conv_id = $conv" ''
	[ "$(sql "SELECT head FROM log_dirty WHERE conv_id = $conv")" = "$last" ]
	broken log_dirty "UPDATE log_dirty SET reason = 'x'
		WHERE conv_id = $conv" '' fanout_parked
	sql "$undo"
	"$bin/im-admin" -c "$conf" job resume fanout
	broken conv_shed_extra "INSERT INTO conv_shed VALUES ($conv, 1)" '' conv_shed
	[ "$(sql "SELECT COUNT(*) FROM conv_shed")" = 0 ]
	broken held_body "INSERT INTO held_body VALUES ($conv, 1, 1, 1, 'x')" ''
	[ "$(sql "SELECT COUNT(*) FROM held_body")" = 0 ]
	broken inbox_conversation "UPDATE inbox SET action = 6, kind = 3
			WHERE user_id = $Bert_id AND kind = 1 AND conv_id = $conv
			AND conv_index = $place" \
		"UPDATE inbox SET action = 0, kind = 1 WHERE user_id = $Bert_id
			AND kind = 3 AND conv_id = $conv AND conv_index = $place"
	# As often as they are due, and not what is due.
	broken inbox_membership "UPDATE inbox SET action = 2
			WHERE user_id = $Bert_id AND kind = 3 AND conv_id = $conv
			AND action = 1" \
		"UPDATE inbox SET action = 1 WHERE user_id = $Bert_id AND kind = 3
			AND conv_id = $conv AND action = 2"
}

@test "scheduled messages: a log that knows of none, one that nobody looks at" {
	new_conv group Anna Bert
	as Anna
	send "$(text later | jq -c ".send_at = $(($(date +%s) * 1000 + 3600000))")"
	[[ $status = 20? ]] || { show; false; }
	due="SELECT due_ms, state, reason FROM scheduled WHERE conv_id = $conv"
	restored "$due" scheduled_due "UPDATE scheduled SET due_ms = NULL
		WHERE conv_id = $conv"
	restored "$due" scheduled_due "UPDATE scheduled SET reason = 403
		WHERE conv_id = $conv"
	broken scheduled_due "UPDATE scheduled SET state = 2, due_ms = NULL
			WHERE conv_id = $conv" \
		"UPDATE scheduled SET state = 1, due_ms = send_ms
			WHERE conv_id = $conv"
	broken scheduled_unknown "UPDATE conv_seq SET has_scheduled = 0
		WHERE conv_id = $conv" ''
	new_conv group Anna Bert
	broken scheduled_known "UPDATE conv_seq SET has_scheduled = 1
		WHERE conv_id = $conv" ''
	[ "$(sql "SELECT has_scheduled FROM conv_seq WHERE conv_id = $conv")" = 0 ]
}

@test "what people have done for themselves: stars, hidden messages, cleared chats" {
	acted
	as Bert
	http PUT "/v1/messages/$msg/star"
	[[ $status = 20[04] ]]
	star='SELECT * FROM star'
	restored "$star" star 'UPDATE star SET conv_index = conv_index - 1'
	restored "$star" star 'UPDATE star SET conv_index = conv_index + 1'
	say Anna fourth
	caught_up Bert
	as Bert
	http DELETE "/v1/messages/$msg"
	is_status 204
	wait_for check_store
	hidden="SELECT * FROM message_hidden; SELECT has_personal FROM user_seq
		WHERE user_id = $Bert_id; SELECT has_hidden FROM chat_setting
		WHERE user_id = $Bert_id AND conv_id = $conv"
	restored "$hidden" message_hidden 'UPDATE message_hidden
		SET sender_id = 1'
	restored "$hidden" message_hidden "UPDATE user_seq SET has_personal = 0
		WHERE user_id = $Bert_id"
	restored "$hidden" message_hidden "UPDATE chat_setting SET has_hidden = 0
		WHERE user_id = $Bert_id AND conv_id = $conv"
	broken message_hidden "UPDATE message_hidden SET conv_index = 100000" \
		"UPDATE message_hidden SET conv_index = $at"
	as Bert
	http POST "/v1/conversations/$conv/clear" '{}'
	[[ $status = 20[04] ]] || { show; false; }
	cleared="SELECT cleared_index, cleared_ordinal FROM chat_setting
		WHERE user_id = $Bert_id AND conv_id = $conv; SELECT cleared_ordinal
		FROM chat WHERE user_id = $Bert_id AND conv_id = $conv"
	wait_for check_store
	restored "$cleared" chat_cleared "UPDATE chat_setting
		SET cleared_ordinal = cleared_ordinal + 1
		WHERE user_id = $Bert_id AND conv_id = $conv"
}

@test "stars in the archive are where the archive says" {
	new_conv group Anna Bert
	say Anna starred
	as Bert
	http PUT "/v1/messages/$msg/star"
	as Anna
	for i in 1 2 3 4; do
		http POST /v1/messages/batch "$(jq -nc --arg conv "$conv" \
			'{messages: [range(100) | {conv_id: $conv, type: "text",
				content: {text: "x"}}]}')"
		is_status 200
	done
	caught_up Bert
	archive
	"$bin/im-verify" -c "$conf"
	sql "UPDATE star SET conv_index = conv_index + 1 WHERE conv_id = $conv"
	expect=65 verify
	[[ $output == *"star conv_id=$conv user_id=$Bert_id at=$msg "* ]]
	verify --repair
	[ "$(sql "SELECT conv_index FROM star WHERE conv_id = $conv")" = "$at" ]
	verify
}

@test "people: names, tombstones, pairs, what searches find" {
	new_conv direct Anna Bert
	say Anna hello
	caught_up Bert
	name="SELECT * FROM username WHERE user_id = $Cleo_id"
	restored "$name" username "DELETE FROM username WHERE user_id = $Cleo_id"
	# Somebody else owns it.
	broken username "UPDATE username SET user_id = $Bert_id
			WHERE user_id = $Cleo_id" \
		"UPDATE username n JOIN user u USING (app_id, username)
			SET n.user_id = u.user_id"
	broken part_orphan "INSERT INTO user_part (app_id, place, part, user_id)
			VALUES (1, 0, 'x', $Cleo_id), (1, 0, 'x', 77)" '' \
		part_without_user
	[ "$(sql "SELECT COUNT(*) FROM user_part WHERE part = 'x'")" = 0 ]
	pair="SELECT * FROM direct WHERE conv_id = $conv"
	restored "$pair" direct "CREATE TABLE was AS $pair;
		DELETE FROM direct WHERE conv_id = $conv;
		INSERT INTO direct SELECT high_id, low_id, conv_id FROM was;
		DROP TABLE was"
	broken direct 'INSERT INTO direct VALUES (77, 78, 79)' \
		'DELETE FROM direct WHERE conv_id = 79'
	sign_up Mia
	as Mia
	http DELETE /v1/users/me "{\"password\":\"$password\"}"
	is_status 204
	"$bin/im-erase" -c "$conf"
	sql 'UPDATE erasure SET due_ms = 1 WHERE due_ms IS NOT NULL'
	"$bin/im-erase" -c "$conf"
	wait_for check_store
	left="SELECT username, display_name, folded, bio, disabled_ms > 0 FROM user
		WHERE user_id = $Mia_id"
	restored "$left" tombstone "UPDATE user SET display_name = 'Mia', bio = 'x',
		disabled_ms = 0 WHERE user_id = $Mia_id"
	broken tombstone "CREATE TABLE was AS SELECT * FROM erasure;
			DELETE FROM erasure WHERE user_id = $Mia_id" \
		'INSERT INTO erasure SELECT * FROM was; DROP TABLE was'
}

@test "exports: one that nobody works on, several of one person, of nobody" {
	app=$(sql "SELECT app_id FROM user WHERE user_id = $Cleo_id")
	put() { # ID USER STATE DUE ENDED
		echo "INSERT INTO export (app_id, export_id, user_id, conv_id, state,
			asked_ms, due_ms, ended_id) VALUES ($app, $1, $2, 0, $3, 1, $4,
			$5);"
	}
	sql "$(put 9 "$Cleo_id" 2 NULL 9)"
	broken export_state "UPDATE export SET ended_id = 0 WHERE export_id = 9" ''
	[ "$(sql 'SELECT ended_id FROM export')" = 9 ]
	sql "DELETE FROM export; $(put 9 "$Cleo_id" 1 4000000000000 0)"
	broken export_state 'UPDATE export SET due_ms = NULL' ''
	[ "$(sql 'SELECT state, due_ms IS NULL FROM export')" = '1	0' ]
	broken exports "$(put 5 "$Cleo_id" 2 4000000000000 5)" ''
	[ "$(sql 'SELECT export_id, state FROM export ORDER BY export_id' |
		tr '\t\n' '= ')" = '5=4 9=1 ' ]
	expect=65
	sql "DELETE FROM export; $(put 9 0 2 NULL 9)"
	verify --repair
	[[ $output == *"export_state conv_id=0 user_id=0 at=9 "*" app_id=$app:"* ]]
	run -65 --separate-stderr "$bin/im-verify" -c "$conf" --json
	[ "$(jq -r 'select(.check == "export_state").app_id' <<<"$output")" = "$app" ]
	# Also of an app that is not there any more.
	sql 'UPDATE export SET app_id = 3'
	verify
	sql 'DELETE FROM export'
	expect=0 verify
}

# Nothing of what is above is a finding while it goes on.
@test "while people change messages nothing is wrong" {
	new_conv group Anna Bert
	talk() {
		local i
		for i in $(seq 15); do
			say Anna "number $i"
			as Bert
			http PUT "/v1/messages/$msg/reactions/$(enc 👍)"
			http PUT "/v1/messages/$msg/star"
			as Anna
			http PUT "/v1/conversations/$conv/pins/$msg"
			http PATCH "/v1/messages/$msg" \
				"{\"content\":{\"text\":\"new\"},\"client_msg_id\":\"e$i\"}"
			http DELETE "/v1/conversations/$conv/pins/$msg"
			[ $((i % 3)) != 0 ] || http POST "/v1/messages/$msg/recall" '{}'
		done
	}
	talk 3>&- 4>&- &
	talking=$!
	while kill -0 $talking 2>/dev/null; do
		check_store || { echo "$found"; false; }
		verify --conv "$conv"
		verify --user "$Bert_id"
	done
	wait $talking
	caught_up Bert
	wait_for check_store
	verify
}
