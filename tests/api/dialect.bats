# The portable dialect of lib/io/db: all programs do with it what they do with
# MariaDB's own form of statements.
load ../helper
load apps
load chats

setup_file() {
	stack=$TOP/var/test/dialect-$$
	mkdir -p "$stack"
	stack_set db dialect portable
	stack_set fanout now_members 4
	stack_private message user conversation inbox im-fanout lighttpd
	use_app dialect
	for name in Ann Ben Cat Dan Eve Fay; do sign_up $name; done
	watch 1
}
teardown_file() { stack_done; }

# watch 1/0: the database writes down each statement, or no longer
watch() { sql "SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = $1"; }
seen() { sql "SELECT COUNT(*) FROM mysql.general_log WHERE argument LIKE '$1'"; }

# same SERVICE PATH WHO: WHO gets the same answer in both dialects
same() {
	local portable
	as "$3"
	cgi "$1" GET "$2"
	is_status 200
	portable=$body
	watch 0
	IM_DB_DIALECT=mariadb cgi "$1" GET "$2"
	watch 1
	is_status 200
	[ "$body" = "$portable" ] || {
		printf '%s differs:\n%s\n%s\n' "$2" "$portable" "$body"
		return 1
	}
}

proven() {
	store_is_sound
	"$bin/im-verify" -c "$conf"
}

@test "a direct chat: sent, sent again, quoted, read, listed" {
	new_conv direct Ann Ben
	say Ben one
	local first=$msg keyed='{"type":"text","content":{"text":"\"two\\"},
		"client_msg_id":"it-is.2"}'
	as Ben
	send "$keyed"
	is_status 201
	say Ben "{\"type\":\"text\",\"content\":{\"text\":\"three\"},
		\"reply_to\":\"$first\"}"
	as Ben
	send "$keyed"
	is_status 200
	is_json .conv_index 2
	chat_is Ann .unread 3
	as Ann
	http PUT "/v1/conversations/$conv/read" '{"conv_index":2}'
	is_status 200
	is_json '[.read_index, .unread] | tojson' '[2,1]'
	same message "/v1/conversations/$conv/messages" Ann
	is_json '[.items[].conv_index] | sort | tojson' '[1,2,3]'
	same conversation '/v1/conversations?limit=200' Ann
	same inbox '/v1/inbox?after=0' Ben
	same inbox /v1/sync Ann
	proven
}

@test "a group: members join, leave and come back; mentions; by fan-out" {
	new_conv group Ann Ben Cat
	say Ann one
	add Ann Dan Eve Fay
	say Dan "{\"type\":\"text\",\"content\":{\"text\":\"you\"},
		\"mentions\":$(ids Ben Cat Eve)}"
	drop Ann Dan
	drop Ann Eve
	say Ben two
	add Ann Dan
	say Ann '{"type":"text","content":{"text":"all"},"mention_all":true}'
	caught_up Fay
	chat_is Fay .unread 3
	chat_is Cat .mentions 2
	same conversation "/v1/conversations/$conv/members" Fay
	is_json '.items | length' 5
	same conversation '/v1/conversations?limit=200' Eve
	same message "/v1/conversations/$conv/messages" Dan
	same inbox '/v1/inbox?after=0' Fay
	same inbox /v1/sync Cat
	proven
}

@test "all sessions of a user end" {
	local device
	for device in 1 2 3 4 5 6; do log_in "$Cat_name" "$device"; done
	TOKEN=$token
	http GET /v1/sessions
	is_json '.items | length' 7
	"$bin/im-admin" -c "$conf" user disable "$IM_APP" "$Cat_name" |
		grep -qx sessions_ended=7
	http GET /v1/sessions/current
	is_problem 401 unauthenticated
	[ "$(sql "SELECT COUNT(*) FROM session
		WHERE user_id = $Cat_id AND ended_ms = 0")" = 0 ]
}

@test "more rows than a rendered statement has" {
	"$BUILD/tests/helpers/flood" -c "$conf" -s 2 -u 1100 -d 3 -g 1 -m 1050 \
		-n 4 -x 4 -p 50 >/dev/null
	"$bin/im-fanout" -c "$conf"
	[ "$(sql 'SELECT COUNT(*) FROM inbox')" -gt 4200 ]
	proven
}

@test "the database was sent no list and no table function" {
	watch 0
	[ "$(seen '%UNION ALL SELECT%')" -gt 100 ]
	[ "$(seen '%VALUES (?, %), (?, %')" -gt 10 ]
	[ "$(seen '%JSON_TABLE(?%')" = 0 ]
}
