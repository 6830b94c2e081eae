load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app inbox
	for name in Anna Bert Cleo Fred Olga; do sign_up $name; done
}
teardown_file() { stack_done; }

events() { # FILTER over the pulled events of $conv
	jq -c --arg c "$conv" '[.events[] | select(.conv_id == $c)] | '"$1" <<<"$body"
}

# ---- head --------------------------------------------------------------------
# route: inbox.head

@test "head: where the inbox stands" {
	sign_up Hana
	as Hana
	http GET /v1/inbox/head
	is_status 200
	is_json 'keys | join(",")' stream_id,total_unread,user_index
	is_json '.stream_id | type' string
	is_json '[.user_index, .total_unread] | tojson' '[0,0]'
	new_conv direct Anna Hana
	say Anna
	caught_up Hana
	http GET /v1/inbox/head
	is_json '.user_index > 0' true
	is_json .total_unread 1
	http GET '/v1/inbox/head?x=1'
	is_problem 400 invalid_argument x
	as nobody
	http GET /v1/inbox/head
	is_problem 401 unauthenticated
	http POST /v1/inbox/head
	is_problem 405 method_not_allowed
}

# ---- sync --------------------------------------------------------------------
# route: inbox.sync

@test "sync: everything of one moment" {
	sign_up Susi
	new_conv group Susi Bert
	say Bert one
	say Bert two
	chat_is Susi .unread 2
	as Susi
	http GET /v1/sync
	is_status 200
	is_json 'keys | join(",")' \
		conversations,settings,stream_id,total_unread,user,user_index
	is_json .user.user_id "$Susi_id"
	is_json .total_unread 2
	is_json .conversations.next null
	is_json '.conversations.items | length' 1
	is_json '.conversations.items[0] | [.conversation.conv_id, .last_entry.msg_id,
		.unread, .conversation.my_role] | join(" ")' "$conv $msg 2 owner"
	is_json '.settings | [.dnd, .push_preview, .read_receipts, .last_seen,
		.add_to_groups] | tojson' '[null,true,true,"everyone","everyone"]'
	stands=$(json .user_index) stream=$(json .stream_id)
	[ "$(stand Susi)" = "$stands" ]
	pull Susi "$stands" "stream_id=$stream"
	is_json '[.events, .more, .user_index, .head] | tojson' \
		"[[],false,$stands,$stands]"
	say Bert three
	caught_up Susi
	pull Susi "$stands"
	is_json '[.events[].entry.msg_id] | tojson' "[\"$msg\"]"
}

@test "sync: pages go on in the list, and users=true" {
	sign_up Sven
	for i in 1 2 3; do new_conv group Sven Bert; done
	as Sven
	http GET '/v1/sync?limit=2&users=true'
	is_json '.conversations.items | length' 2
	is_json ".users | has(\"$Sven_id\")" true
	is_json ".users[\"$Sven_id\"].username" "$Sven_name"
	cursor=$(json .conversations.next)
	http GET "/v1/conversations?cursor=$cursor"
	is_json '.items | length' 1
	is_json .next null
}

@test "sync: fields" {
	as nobody
	http GET /v1/sync
	is_problem 401 unauthenticated
	as Anna
	for bad in 0 201 x ''; do
		http GET "/v1/sync?limit=$bad"
		is_problem 400 invalid_argument limit
	done
	http GET '/v1/sync?users=1'
	is_problem 400 invalid_argument users
	http GET '/v1/sync?more=1'
	is_problem 400 invalid_argument more
}

# ---- pull --------------------------------------------------------------------
# route: inbox.pull

@test "pull: every entry once, in order, the sender's own too" {
	sign_up Paul
	new_conv group Paul Bert
	for i in 1 2 3; do say Paul "mine $i"; say Bert "his $i"; done
	caught_up Paul
	pull Paul
	is_json '[.events[].user_index] == [range(1; .user_index + 1)]' true
	is_json '.user_index == .head and .more == false' true
	is_json 'has("too_old")' false
	is_json '.events | all(.at > 1700000000000)' true
	[ "$(events '[.[] | select(.type == "entry") | .entry.conv_index]')" = \
		'[1,2,3,4,5,6,7]' ]
	is_json .total_unread 3
	all=$(json '.events | tojson')
	head=$(json .head)
	got='[]' after=0
	while :; do
		pull Paul "$after" limit=3
		is_json '.events | length <= 3' true
		is_json .head "$head"
		is_json '.user_index == .events[-1].user_index' true
		got=$(jq -c --argjson g "$got" '$g + .events' <<<"$body")
		after=$(json .user_index)
		[ "$(json .more)" = true ] || break
	done
	[ "$(jq -cS . <<<"$got")" = "$(jq -cS . <<<"$all")" ]
	pull Paul 0 users=true
	is_json ".users[\"$Bert_id\"].username" "$Bert_name"
	is_json ".users[\"$Paul_id\"].display_name" Paul
}

@test "pull: too_old" {
	sign_up Tom
	new_conv group Tom Bert
	say Bert
	caught_up Tom
	http GET /v1/inbox/head
	head=$(json .user_index) stream=$(json .stream_id)
	too_old() {
		as Tom
		http GET "/v1/inbox?after=$1"
		is_status 200
		is_json '[.too_old, .events, .more] | tojson' '[true,[],false]'
		is_json .stream_id "$stream"
		is_json .head "$2"
	}
	too_old $((head + 1)) "$head"
	too_old 9007199254740991 "$head"
	for other in 1 x "${stream}0" "0$stream"; do
		too_old "0&stream_id=$other" "$head"
	done
	pull Tom "$head" "stream_id=$stream"
	is_json 'has("too_old")' false
	# Over 10,000 behind, and below the floor: as if time had passed.
	sql "UPDATE user_seq SET last_index = last_index + 10000 WHERE user_id = $Tom_id"
	too_old $((head - 1)) $((head + 10000))
	pull Tom "$head"
	is_json 'has("too_old")' false
	sql "UPDATE user_seq SET last_index = $head, floor_index = 1
		WHERE user_id = $Tom_id"
	too_old 0 "$head"
	pull Tom 1
	is_json 'has("too_old")' false
	sql "UPDATE user_seq SET floor_index = 0 WHERE user_id = $Tom_id"
}

@test "pull: fields" {
	as nobody
	http GET '/v1/inbox?after=0'
	is_problem 401 unauthenticated
	as Anna
	http GET /v1/inbox
	is_problem 400 invalid_argument after
	for bad in -1 x '' 1.0 01 9007199254740992; do
		http GET "/v1/inbox?after=$bad"
		is_problem 400 invalid_argument after
	done
	for bad in 0 201 x; do
		http GET "/v1/inbox?after=0&limit=$bad"
		is_problem 400 invalid_argument limit
	done
	for bad in '' %ff; do
		http GET "/v1/inbox?after=0&stream_id=$bad"
		is_problem 400 invalid_argument stream_id
	done
	http GET '/v1/inbox?after=0&users=1'
	is_problem 400 invalid_argument users
	http GET '/v1/inbox?after=0&more=1'
	is_problem 400 invalid_argument more
}

# ---- what membership does to an inbox ----------------------------------------

@test "events: who is added, removed and added again" {
	sign_up Mia
	new_conv group Anna Bert
	say Anna before
	add Anna Mia
	say Anna during
	caught_up Mia
	[ "$(events '[.[] | select(.type == "entry") | .entry.conv_index]')" = '[3,4]' ]
	[ "$(events '[.[] | select(.type == "conversation") | [.action, .by]]')" = \
		"[[\"added\",\"$Anna_id\"]]" ]
	[ "$(events '.[] | select(.type == "conversation") |
		[.conversation.conv_id, .conversation.my_role]')" = \
		"[\"$conv\",\"member\"]" ]
	drop Anna Mia
	say Anna after
	caught_up Bert
	was_removed() {
		pull Mia
		[ "$(events '[.[] | select(.type == "conversation") | .action]')" = \
			'["added","removed"]' ]
	}
	wait_for was_removed
	[ "$(events '.[] | select(.action? == "removed") | [.by, has("conversation")]')" = \
		"[\"$Anna_id\",false]" ]
	# The entry that took her out is the last; what followed is not hers.
	[ "$(events '[.[] | select(.type == "entry") | .entry.conv_index // empty]')" = \
		'[3,4,5]' ]
	is_json '[.events[].user_index] == [range(1; .head + 1)]' true
	is_json .total_unread 0
	add Anna Mia
	say Anna back
	caught_up Mia
	[ "$(events '[.[] | select(.type == "conversation") | .action]')" = \
		'["added","removed","added"]' ]
	[ "$(events '[.[] | select(.type == "entry") | .entry.conv_index]')" = \
		'[3,4,5,7,8]' ]
	is_json .total_unread 1
}

@test "events: who leaves, on all their devices" {
	sign_up Leo
	new_conv group Anna Leo
	caught_up Leo
	as Leo
	http POST "/v1/conversations/$conv/leave"
	is_status 204
	has_left() {
		pull Leo
		[ "$(events '[.[] | select(.type == "conversation") | .action] | last')" = \
			'"left"' ]
	}
	wait_for has_left
	caught_up Anna
	[ "$(events '[.[] | select(.type == "entry")] | last | .entry.content.action')" = \
		'"left"' ]
}

@test "events: a direct conversation is told to its creator, then to the other" {
	sign_up Kim
	sign_up Kai
	new_conv direct Kim Kai
	pull Kim
	[ "$(events '[.[] | [.type, .action, .conversation.peer.user_id]]')" = \
		"[[\"conversation\",\"added\",\"$Kai_id\"]]" ]
	pull Kai
	is_json '.events | length' 0
	say Kim
	caught_up Kai
	[ "$(events '[.[] | select(.type == "entry") | .entry.msg_id]')" = "[\"$msg\"]" ]
	is_json .total_unread 1
}

@test "total_unread: over all chats but those left" {
	sign_up Uli
	new_conv group Anna Uli
	say Anna one
	other=$conv
	new_conv direct Bert Uli
	say Bert two
	say Bert three
	caught_up Uli
	total() {
		as Uli
		http GET /v1/inbox/head
		[ "$(json .total_unread)" = "$1" ]
	}
	wait_for total 3
	conv=$other
	drop Anna Uli
	wait_for total 2
}

@test "total_unread: a mute ends without an event" {
	sign_up Vera
	new_conv group Anna Vera
	say Anna one
	other=$conv
	new_conv group Bert Vera
	say Bert two
	caught_up Vera
	until=$(($(sql 'SELECT FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000)') + 3000))
	sql "INSERT INTO chat_setting (user_id, conv_id, muted_until_ms)
			VALUES ($Vera_id, $other, $until)
			ON DUPLICATE KEY UPDATE muted_until_ms = $until;
		UPDATE chat SET has_setting = 1, muted_until_ms = $until
			WHERE user_id = $Vera_id AND conv_id = $other"
	as Vera
	say Vera "marks a new user_index"
	caught_up Vera
	head() { http GET /v1/inbox/head; }
	over() { [ "$(sql 'SELECT UNIX_TIMESTAMP(NOW(3)) * 1000' |
		cut -d. -f1)" -ge "$until" ]; }
	# Each read before the end may have been kept.
	until over; do
		head
		case $(json .total_unread) in 1 | 2) ;; *) show; return 1 ;; esac
	done
	head
	is_json .total_unread 2
}
