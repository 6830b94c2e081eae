load ../helper
load ../api/apps
load ../api/chats
load ../api/acts
bats_require_minimum_version 1.5.0

# im-admin app delete, in a stack where the jobs run only when a test starts them.

setup_file() {
	stack_private user conversation message inbox admin live lighttpd
	use_app other
	for name in Olga Fred; do sign_up $name; done
	new_conv group Olga Fred
	say Olga stays
	export kept=$conv
	job fanout
}
teardown_file() { stack_done; }

job() { "$bin/im-$1" -c "$conf" 2>>"$stack/log/$1"; }
admin() { run -"${expect:-0}" "$bin/im-admin" -c "$conf" "$@"; }
# What im-erase and im-export have to do, also its second pass.
jobs() {
	for pass in 1 2; do
		job fanout
		job erase
		sql 'UPDATE erasure SET due_ms = 1 WHERE due_ms IS NOT NULL'
	done
	job erase
	job export
	job fanout
}
# An app with people who have done things.
fill() {
	use_app gone
	for name in Anna Bert; do sign_up $name; done
	new_conv group Anna Bert
	group=$conv
	as Anna
	http PATCH "/v1/conversations/$conv" '{"settings":{"name":"secret name"}}'
	for i in 1 2 3; do say Anna "words $i"; done
	as Bert
	http PUT "/v1/messages/$msg/reactions/$(enc 👍)"
	http PUT "/v1/messages/$msg/star"
	http POST "/v1/messages/$msg/report" '{"reason":"spam"}'
	say Anna "$(text hey | jq -c ".mentions = [\"$Bert_id\"]")"
	http PUT "/v1/conversations/$conv/pins/$msg"
	http POST "/v1/conversations/$conv/invites"
	new_conv direct Anna Bert
	say Bert "to anna"
	new_conv self Anna
	say Anna note
	as Anna
	http POST /v1/users/me/export
	is_status 202
	as_app
	http POST /v1/admin/export "{\"conv_id\":\"$group\"}"
	is_status 202
	job fanout
	job export
}
# Nothing with the ids of that app is left in any table.
is_gone() {
	local table column left
	while read -r table column; do
		case $table.$column in audit.*) continue ;; esac
		left=$(sql "SELECT COUNT(*) FROM $table WHERE $column IN ($1)")
		[ "$left" = 0 ] || { echo "$table.$column: $left"; return 1; }
	done < <(sql "SELECT table_name, column_name FROM information_schema.columns
		WHERE table_schema = 'imcloud' AND column_name IN ('app_id', 'user_id',
			'conv_id', 'low_id', 'high_id', 'sender_id', 'other_id', 'blocked_id')
		AND table_name <> 'idempotency'")
}
# ids: of the app, its people and conversations, as a list
ids_of_app() {
	sql "SELECT $IM_APP_ID UNION SELECT user_id FROM user WHERE app_id = $IM_APP_ID
		UNION SELECT conv_id FROM conversation WHERE app_id = $IM_APP_ID" |
		paste -sd,
}
others_are_well() {
	as Olga
	conv=$kept
	history
	is_json '[.items[] | .content.text // empty] | join(" ")' stays
}

@test "app delete: refused while it is in use, has people, or without --yes" {
	fill
	expect=66 admin app delete nothere --yes
	expect=65 admin app delete "$IM_APP" --yes --with-people
	[[ $output == *'app disable'* ]]
	admin app disable "$IM_APP"
	expect=65 admin app delete "$IM_APP" --yes
	[[ $output == *'2 people: --with-people'* ]]
	expect=65 admin app delete "$IM_APP" --with-people
	[[ $output == *--yes* ]]
	[ "$(sql "SELECT COUNT(*) FROM erasure WHERE app_id = $IM_APP_ID")" = 0 ]
	# nothing has changed
	admin app enable "$IM_APP"
	as Anna
	http GET /v1/users/me
	is_status 200
}

@test "app delete: people by im-erase, then everything; the name is free" {
	fill
	ids=$(ids_of_app)
	admin app disable "$IM_APP"
	expect=75 admin app delete "$IM_APP" --yes --with-people
	[[ $output == *'2 people out'*'2 exports'* ]]
	# not before im-erase and im-export are done
	expect=75 admin app delete "$IM_APP" --yes
	jobs
	admin app delete "$IM_APP" --yes
	[[ $output == *conversations=3* ]]
	is_gone "$ids"
	[ "$(find "$stack/export" -type f | wc -l)" = \
		"$(sql 'SELECT COUNT(*) FROM export WHERE name IS NOT NULL')" ]
	store_is_sound
	expect=66 admin app delete "$IM_APP" --yes
	[ "$(sql "SELECT GROUP_CONCAT(action ORDER BY at_ms) FROM audit
		WHERE app_id = $IM_APP_ID AND actor LIKE 'im-admin%'")" = \
		app.disable,app.erase-people,app.delete ]
	admin app create "$IM_APP"
	others_are_well
}

@test "app delete: an app without people; work of fan-out is waited for" {
	use_app empty
	conv=7
	sql "INSERT INTO conv_seq (conv_id, home) VALUES ($conv, 1);
		INSERT INTO conversation (conv_id, app_id, kind, created_by, created_ms,
			member_count, name) VALUES ($conv, $IM_APP_ID, 3, 0, 1, 0, 'news')"
	ids=$(ids_of_app)
	admin app disable "$IM_APP"
	sql "REPLACE INTO log_dirty (consumer, part, conv_id, head, since_ms)
		VALUES (1, 0, $conv, 1, 1)"
	expect=75 admin app delete "$IM_APP" --yes
	[[ $output == *"$conv"* ]]
	sql "DELETE FROM log_dirty WHERE conv_id = $conv"
	admin app delete "$IM_APP" --yes
	is_gone "$ids"
}

@test "app delete: killed at every point" {
	for point in app_erased app_inbox app_conversation app_person; do
		fill
		ids=$(ids_of_app)
		admin app disable "$IM_APP"
		code=0
		IM_FAULT=$point "$bin/im-admin" -c "$conf" app delete "$IM_APP" --yes \
			--with-people || code=$?
		if [ $code = 75 ]; then
			jobs
			code=0
			IM_FAULT=$point "$bin/im-admin" -c "$conf" app delete "$IM_APP" --yes ||
				code=$?
		fi
		[ $code = 137 ]
		job fanout
		store_is_sound
		"$bin/im-admin" -c "$conf" app delete "$IM_APP" --yes --with-people || jobs
		run "$bin/im-admin" -c "$conf" app delete "$IM_APP" --yes
		is_gone "$ids"
		others_are_well
	done
	store_is_sound
}
