load ../helper
load ../api/apps
load ../api/chats
load ../api/acts

# im-erase, in a stack where it runs only when a test starts it.

setup_file() {
	stack_private user conversation message inbox search admin live lighttpd \
		im-fanout im-search
	use_app erase
	for name in Anna Bert; do sign_up $name; done
}
teardown_file() { stack_done; }

erase() { # WHO
	as "$1"
	http DELETE /v1/users/me "{\"password\":\"$password\"}"
	is_status 204
}
run_job() { "$bin/im-erase" -c "$conf" "$@" 2>>"$stack/log/erase"; }
# The second pass, which waits for requests that had begun before.
now_due() { sql "UPDATE erasure SET due_ms = 1 WHERE due_ms IS NOT NULL"; }
erase_all() {
	run_job
	now_due
	run_job
	[ "$(sql 'SELECT COUNT(*) FROM erasure WHERE due_ms IS NOT NULL')" = 0 ]
}
# shown WHO: of $conv, what WHO sees of each message
shown() {
	as "$1"
	history '?limit=200'
	json '[.items[] | select(.kind == "message")
		| .content.text // (if .recalled then "-" else "?" end)] | join(" ")'
}
found() { # WHO WORD
	as "$1"
	http GET "/v1/search?q=$2"
	json '.items | length'
}

@test "erase: what they said goes as after a recall, they leave, no hole" {
	sign_up Mia
	new_conv group Mia Anna Bert
	group=$conv
	say Mia wordone
	say Anna theirs
	say Mia wordtwo
	as Mia
	edited=$msg
	http PATCH "/v1/messages/$edited" '{"content":{"text":"wordthree"}}'
	as Anna
	http PUT "/v1/messages/$msg/reactions/$(enc 👍)"
	as Anna
	send "$(text quoting | jq -c ".reply_to = \"$edited\"")"
	new_conv direct Mia Anna
	direct=$conv
	say Mia worddirect
	new_conv self Mia
	self=$conv
	say Mia wordself
	new_conv group Anna Mia
	conv=$group
	wait_for eval '[ "$(found Anna wordthree)" = 1 ]'
	caught_up Bert
	before=$(stand Bert)
	erase Mia
	erase_all
	[ "$(shown Bert)" = '- theirs - quoting' ]
	as Bert
	history '?limit=200'
	is_json '[.items[].conv_index] | . == [range(1; length + 1)]' true
	is_json '.items[-1] | [.kind, .content.action, .sender_id] | join(" ")' "member left $Mia_id"
	as Anna
	http GET "/v1/messages/$edited"
	is_json '[.recalled, has("content")] | join(" ")' 'true false'
	http GET "/v1/messages/$edited/edits"
	is_problem 410 gone
	[ "$(found Anna wordthree) $(found Anna worddirect)" = '0 0' ]
	# the owner is the oldest member now
	[ "$(chat Anna .conversation.my_role)" = owner ]
	caught_up Bert
	pull Bert "$before"
	is_json "[.events[] | select(.type == \"entry\" and .entry.kind == \"recall\")] | length" 2
	conv=$direct
	[ "$(shown Anna)" = - ]
	as Anna
	http GET "/v1/conversations/$conv"
	is_json 'has("peer")' false
	send "$(text x)"
	is_problem 403 forbidden
	for c in $group $direct $self; do
		[ "$(sql "SELECT COUNT(*) FROM body b JOIN entry e USING (conv_id, conv_index)
			WHERE b.conv_id = $c AND e.sender_id = $Mia_id AND e.kind = 1
			AND b.content <> ''")" = 0 ]
		[ "$(sql "SELECT COUNT(*) FROM entry_version v JOIN entry e USING (conv_id, conv_index)
			WHERE v.conv_id = $c AND e.sender_id = $Mia_id")" = 0 ]
	done
	store_is_sound
}

@test "erase: contacts are told; nothing of their own is left" {
	sign_up Mia
	sign_up Noa
	as Mia
	http POST /v1/contacts "{\"user_id\":\"$Noa_id\"}"
	as Noa
	http POST "/v1/contacts/$Mia_id/accept"
	new_conv direct Mia Noa
	say Noa x
	as Mia
	http PUT "/v1/messages/$msg/star"
	http PUT "/v1/messages/$msg/reminder" "{\"remind_at\":$(($(now 3600) * 1000))}"
	http DELETE "/v1/messages/$msg"
	http POST "/v1/conversations/$conv/clear"
	http PUT "/v1/blocks/$Anna_id"
	send "$(text later | jq -c ".send_at = $(($(now 3600) * 1000))")"
	is_status 202
	erase Mia
	erase_all
	for table in contact block star reminder message_hidden chat_setting session \
		session_jwt scheduled credential user_part; do
		n=$(sql "SELECT COUNT(*) FROM $table WHERE user_id = $Mia_id")
		[ "$n" = 0 ] || { echo "$table: $n"; return 1; }
	done
	as Noa
	http GET /v1/contacts
	is_json '.items | length' 0
	pull Noa 0
	is_json '[.events[] | select(.type == "contact")][-1] | [.action, .user_id] | join(" ")' \
		"removed $Mia_id"
	store_is_sound
}

@test "erase: killed at every point, and run by two at once" {
	for point in erase_found erase_contact erase_changed erase_committed erase_told erase_own; do
		sign_up Mia
		new_conv group Mia Anna
		for i in $(seq 60); do say Mia "m$i"; done
		as Mia
		http POST /v1/contacts "{\"user_id\":\"$Anna_id\"}"
		erase Mia
		for pass in 1 2; do
			for after in 1 2 3; do
				code=0
				IM_FAULT=$point IM_FAULT_AFTER=$after run_job || code=$?
				[ $code = 0 ] || [ $code = 137 ]
			done
			sql "UPDATE lease SET expires_ms = 0 WHERE name LIKE 'erase%'"
			run_job &
			run_job
			wait
			now_due
		done
		erase_all
		[ "$(sql "SELECT COUNT(*) FROM entry WHERE conv_id = $conv AND kind = 2")" = 60 ]
		# created, owner, left
		[ "$(sql "SELECT COUNT(*) FROM entry WHERE conv_id = $conv AND kind = 7")" = 3 ]
		[ "$(shown Anna | tr -d ' -')" = '' ]
	done
	store_is_sound
}

@test "erase: a send that is under way is before it, and goes, too" {
	for round in 1 2 3; do
		sign_up Mia
		new_conv group Mia Anna
		as Mia
		many "$BATS_TEST_TMPDIR/send" 12 POST "/v1/conversations/$conv/messages" "$(text late)" &
		sender=$!
		erase Mia
		run_job
		wait $sender
		erase_all
		[ "$(shown Anna | tr -d ' -')" = '' ]
		[ "$(sql "SELECT COUNT(*) FROM member WHERE conv_id = $conv
			AND user_id = $Mia_id AND left_index = 0")" = 0 ]
	done
	store_is_sound
}
