# Small conversations are served by the send itself, in its transaction; what it
# must leave is im-fanout's.
load ../helper
load ../api/apps
load ../api/chats
load ../api/acts
bats_require_minimum_version 1.5.0

setup_file() {
	stack=$TOP/var/test/now-$$
	mkdir -p "$stack"
	stack_set fanout now_members 4
	stack_private message user conversation inbox lighttpd
	use_app now
}
teardown_file() { stack_done; }
setup() {
	for name in Anna Bert Cleo Dora Emil; do sign_up $name; done
}
teardown() {
	sql 'DROP TRIGGER IF EXISTS poison'
	let_go
}

fanout() { "$bin/im-fanout" -c "$conf"; }
due() { sql "SELECT COUNT(*) FROM log_dirty WHERE conv_id = $conv"; }
# has WHO: how many messages of $conv are in WHO's inbox
has() {
	local id=$1_id
	sql "SELECT COUNT(*) FROM inbox i JOIN entry e ON e.conv_id = i.conv_id
		AND e.conv_index = i.conv_index AND e.kind = 1
		WHERE i.user_id = ${!id} AND i.conv_id = $conv AND i.kind = 1"
}
proven() {
	[ "$(sql 'SELECT COUNT(*) FROM log_dirty')" = 0 ]
	check_store || { echo "$found"; return 1; }
	"$bin/im-verify" -c "$conf"
}
# begin KIND WHO [MEMBER...]: a conversation that im-fanout has seen
begin() {
	new_conv "$@"
	fanout
	[ "$(due)" = 0 ]
}

@test "a direct message is in both inboxes, and nothing is left to do" {
	begin direct Anna Bert
	say Anna one
	say Bert two
	say Anna three
	[ "$(due)" = 0 ]
	[ "$(has Anna)" = 3 ]
	[ "$(has Bert)" = 3 ]
	chat_is Bert .unread 2
	chat_is Anna .unread 1
	chat_is Bert .last_entry.content.text three
	fanout
	[ "$(sql 'SELECT done FROM job_run ORDER BY run_id DESC LIMIT 1')" = 0 ]
	proven
}

@test "a group of up to now_members, with mentions; a larger one waits" {
	begin group Anna Bert Cleo Dora
	say Anna "{\"type\":\"text\",\"content\":{\"text\":\"look\"},
		\"mentions\":[\"$Cleo_id\"]}"
	say Anna '{"type":"text","content":{"text":"all"},"mention_all":true}'
	[ "$(due)" = 0 ]
	[ "$(has Dora)" = 2 ]
	chat_is Cleo .mentions 2
	chat_is Dora .mentions 1
	add Anna Emil
	fanout
	say Anna five
	[ "$(due)" = 1 ]
	[ "$(has Dora)" = 2 ]
	fanout
	[ "$(has Dora)" = 3 ]
	proven
}

@test "who is in it is what it was when the message was written" {
	begin group Anna Bert
	say Anna one
	say Anna two
	add Anna Cleo
	say Anna three
	[ "$(due)" = 1 ] # behind the entry that adds Cleo
	fanout
	say Anna four
	[ "$(due)" = 0 ]
	[ "$(has Cleo)" = 2 ]
	drop Anna Bert
	fanout
	say Anna five
	say Cleo six
	[ "$(due)" = 0 ]
	[ "$(has Bert)" = 4 ]
	[ "$(has Cleo)" = 4 ]
	as Bert
	send "$(text seven)"
	is_problem 404 not_found
	proven
}

@test "a member whose inbox is locked delays nobody else, and misses nothing" {
	begin direct Anna Bert
	mine=$conv
	begin direct Cleo Dora
	hold "SELECT 1 FROM user_seq WHERE user_id = $Bert_id FOR UPDATE"
	say Cleo theirs
	[ "$(due)" = 0 ]
	[ "$(has Dora)" = 1 ]
	conv=$mine
	say Anna one
	[ "$(due)" = 1 ]
	[ "$(has Anna)" = 0 ]
	let_go
	# Not before the one that waits.
	say Anna two
	[ "$(has Bert)" = 0 ]
	fanout
	[ "$(has Bert)" = 2 ]
	say Anna three
	[ "$(due)" = 0 ]
	[ "$(has Bert)" = 3 ]
	proven
}

@test "what the database refuses is left to im-fanout; the message is sent" {
	announce 'ev=db_error .*what=inbox.insert'
	begin direct Anna Bert
	say Anna one
	sql "CREATE TRIGGER poison BEFORE INSERT ON inbox FOR EACH ROW
		SET NEW.kind = IF(NEW.conv_id = $conv, 1000000, NEW.kind)"
	say Anna two
	is_status 201
	[ "$(due)" = 1 ]
	[ "$(has Bert)" = 1 ]
	sql 'DROP TRIGGER poison'
	fanout
	[ "$(has Bert)" = 2 ]
	say Anna three
	[ "$(has Bert)" = 3 ]
	[ "$(due)" = 0 ]
	proven
}

@test "a cursor that is elsewhere than remembered: im-fanout decides" {
	begin direct Anna Bert
	say Anna one
	say Anna two
	sql "UPDATE log_cursor SET done_index = 1, hi_index = 1
		WHERE conv_id = $conv AND consumer = 1"
	say Anna three
	is_status 201
	[ "$(due)" = 1 ]
	[ "$(has Bert)" = 2 ]
	sql "UPDATE log_cursor SET done_index = 2, hi_index = 2
		WHERE conv_id = $conv AND consumer = 1"
	fanout
	[ "$(has Bert)" = 3 ]
	proven
}

@test "killed at every point: the repeat finds it sent, or sends it" {
	begin direct Anna Bert
	n=0
	for point in lock inbox commit committed published; do
		n=$((n + 1))
		data=$(text $point)
		data="${data%\}},\"client_msg_id\":\"$point\"}"
		as Anna
		IM_FAULT=$point cgi message POST "/v1/conversations/$conv/messages" \
			"$data" 2>/dev/null || :
		[ -z "$body" ] || [ $point = published ]
		send "$data"
		case $point in
		lock | inbox | commit) is_status 201 ;;
		*) is_status 200 ;;
		esac
		is_json .conv_index $n
		[ "$(due)" = 0 ]
		[ "$(has Anna)" = $n ]
		[ "$(has Bert)" = $n ]
	done
	proven
}

@test "now_members 0: im-fanout serves all" {
	begin direct Anna Bert
	stack_set fanout now_members 0
	service restart message
	say Anna one
	[ "$(due)" = 1 ]
	[ "$(has Bert)" = 0 ]
	fanout
	[ "$(has Bert)" = 1 ]
	stack_set fanout now_members 4
	service restart message
	proven
}
