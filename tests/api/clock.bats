# Hosts whose clocks are wrong: what is stored or compared is of one clock, the
# database's.
load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app clock
	sign_up Anna
	sign_up Bert
	[ -e "$(faketime_lib)" ]
}
teardown_file() { stack_done; }

faketime_lib() { echo /usr/lib/*/faketime/libfaketime.so.1; }

# on_host OFFSET SERVICE METHOD PATH [JSON]: by a host whose clock is off
on_host() {
	local offset=$1
	shift
	LD_PRELOAD=$(faketime_lib) FAKETIME=$offset \
		ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 cgi "$@"
}

# is_now FILTER [AHEAD_MS]: of the time of this test, measured at $from
is_now() {
	is_json "($1) - ${2-0} | . >= $from - 1000 and . <= $(date +%s%3N) + 1000" \
		true
}

@test "a wrong clock is really wrong" {
	local seen
	seen=$(LD_PRELOAD=$(faketime_lib) FAKETIME=+600 date +%s)
	[ $((seen - $(date +%s))) -ge 590 ]
}

# route: ticket.create
@test "tickets: of a host that is behind or ahead, checked by others" {
	local offset
	for offset in -90 +600 -86400; do
		as Anna
		from=$(date +%s%3N)
		on_host $offset user POST /v1/tickets
		is_status 201
		is_now .expires_at 60000
		ticket=$(json .ticket)
		as nobody
		IM_INTERNAL=1 cgi user POST /internal/live/open \
			"{\"ticket\":\"$ticket\"}"
		is_status 200
		IM_INTERNAL=1 on_host +600 user POST /internal/live/open \
			"{\"ticket\":\"$ticket\"}"
		is_status 200
		is_now .now
	done
}

# route: session.create
# route: session.current
@test "sessions and accounts: the time is that of the database" {
	local offset
	for offset in -600 +86400; do
		from=$(date +%s%3N)
		as nobody
		on_host $offset user POST /v1/users "{\"app\":\"$IM_APP\",
			\"username\":\"clock$RANDOM$RANDOM\",\"password\":\"$password\"}"
		is_status 201
		is_now .created_at
		on_host $offset user POST /v1/sessions "{\"app\":\"$IM_APP\",
			\"username\":\"$Bert_name\",\"password\":\"$password\",
			\"device\":{\"id\":\"off\",\"platform\":\"web\"}}"
		is_status 201
		is_now .session.created_at
		is_now .session.expires_at $((90 * 86400000))
		TOKEN=$(json .token)
		on_host +1200 user GET /v1/sessions/current
		is_status 200
		is_now .last_seen_at
	done
}

# route: message.send
@test "messages: sent_at and rank, of stored and of ephemeral ones" {
	local offset
	new_conv group Anna Bert
	as Anna
	for offset in +600 -600; do
		from=$(date +%s%3N)
		on_host $offset message POST "/v1/conversations/$conv/messages" \
			'{"type":"text","content":{"text":"x"}}'
		is_status 201
		is_now .sent_at
		on_host $offset message POST "/v1/conversations/$conv/messages" \
			'{"type":"text","content":{"text":"x"},"flags":["ephemeral"]}'
		is_status 200
		is_now .sent_at
		http POST "/v1/conversations/$conv/messages" \
			'{"type":"text","content":{"text":"after it"}}'
		is_status 201
		is_now .sent_at
	done
	from=$((from - 60000))
	ranked() { [ "$(sql "SELECT COUNT(*) FROM chat WHERE conv_id = $conv
		AND last_ms BETWEEN $from AND $(date +%s%3N) + 1000")" = 2 ]; }
	wait_for ranked
}

# A JWT is good for the site, not for the host that happens to check it.
@test "JWTs: their times are compared with the database's" {
	as nobody
	TOKEN=$(jwt "{\"app\":\"$IM_APP\",\"sub\":\"$Anna_name\",
		\"exp\":$(now 300),\"nbf\":$(now -5),\"device\":\"off\"}")
	on_host +86400 user GET /v1/users/me
	is_status 200
	on_host -86400 user GET /v1/users/me
	is_status 200
	TOKEN=$(jwt "{\"app\":\"$IM_APP\",\"sub\":\"$Anna_name\",
		\"exp\":$(now -300),\"device\":\"off\"}")
	on_host -600 user GET /v1/users/me
	is_problem 401 unauthenticated
}
