load ../helper
load apps

setup_file() {
	stack_shared
	use_app tickets
	sign_up Anna
}
teardown_file() { stack_done; }

# What im-live asks.
open_live() { IM_INTERNAL=1 cgi user POST /internal/live/open "$1"; }

# route: ticket.create

@test "a ticket opens its session, any number of times" {
	as Anna
	from=$(date +%s%3N)
	http POST /v1/tickets
	to=$(date +%s%3N)
	is_status 201
	is_json 'keys_unsorted | join(",")' ticket,expires_at
	is_json ".expires_at - 60000 | . >= $from and . <= $to" true
	ticket=$(json .ticket)
	http GET /v1/sessions/current
	session_id=$(json .session_id)
	as nobody
	for i in 1 2; do
		open_live "{\"ticket\":\"$ticket\"}"
		is_status 200
		is_json .session_id "$session_id"
		is_json .user_id "$Anna_id"
		is_json .app_id "$IM_APP_ID"
		is_json .device_id "$Anna_device"
		is_json .platform web
		is_json '.expires_at | type' number
		is_json .user_index 0
		is_json .total_unread 0
		is_json .origin_allowed true
		is_json '.stream_id | type' string
	done
}

@test "a header opens it, too" {
	as Anna
	open_live '{}'
	is_status 200
	is_json .user_id "$Anna_id"
}

flip() { # N: $ticket with another letter at place N
	local c=${ticket:$1:1}
	[ "$c" = A ] && c=B || c=A
	echo "${ticket:0:$1}$c${ticket:$(($1 + 1))}"
}

@test "what is no ticket opens nothing" {
	as Anna
	http POST /v1/tickets
	ticket=$(json .ticket)
	as nobody
	# A letter of the signature, of the session, of the expiry.
	for bad in "$(flip 40)" "$(flip 5)" "$(flip 17)" "${ticket%?}" "${ticket}A" \
		"${ticket%??????}AAAAAA" "${ticket#imt_}" imt_ x "" \
		"$Anna_token" "$(long 4000)"; do
		open_live "{\"ticket\":\"$bad\"}"
		is_problem 401 unauthenticated
	done
	open_live '{}'
	is_problem 401 unauthenticated
	TOKEN=imu_$(long 43)
	open_live '{}'
	is_problem 401 unauthenticated
}

@test "a ticket that has run out, made with the right key" {
	key=$(sql "SELECT HEX(value) FROM server_key WHERE name = 'ticket'")
	as Anna
	http GET /v1/sessions/current
	made() { # EXPIRES_MS
		local raw
		raw=$(perl -e 'print unpack "H*", pack "Q<Q<", @ARGV' "$session_id" "$1")
		raw+=$(printf "7469636b6574$raw" | xxd -r -p |
			openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" | sed 's/.*= //')
		printf 'imt_%s' "$(xxd -r -p <<<"$raw" | base64url)"
	}
	session_id=$(json .session_id)
	as nobody
	open_live "{\"ticket\":\"$(made $(($(date +%s%3N) + 600000)))\"}"
	is_status 200
	open_live "{\"ticket\":\"$(made $(($(date +%s%3N) - 1)))\"}"
	is_problem 401 unauthenticated
}

@test "a ticket ends with its session" {
	sign_up Gone
	as Gone
	http POST /v1/tickets
	ticket=$(json .ticket)
	http DELETE /v1/sessions/current
	is_status 204
	as nobody
	open_live "{\"ticket\":\"$ticket\"}"
	is_problem 401 unauthenticated
}

@test "origins: none, the server's own and those of the app" {
	as Anna
	open_live '{"origin":"https://good.example"}'
	is_json .origin_allowed true
	open_live '{"origin":"https://evil.example","host":"chat.example"}'
	is_json .origin_allowed false
	open_live '{"origin":"https://chat.example:8","host":"chat.example:8"}'
	is_json .origin_allowed true
	open_live '{"origin":"https://chat.example.evil","host":"chat.example"}'
	is_json .origin_allowed false
	open_live '{"origin":"null","host":"chat.example"}'
	is_json .origin_allowed false
}

@test "who may ask" {
	as nobody
	http POST /v1/tickets
	is_problem 401 unauthenticated
	TOKEN=$IM_APP_KEY
	http POST /v1/tickets
	is_problem 400 invalid_argument Im-Act-As
	http POST /v1/tickets '' -H "Im-Act-As: $Anna_id"
	is_problem 403 forbidden
	as Anna
	http POST /v1/tickets '{"more":1}'
	is_problem 400 invalid_argument more
	# No client reaches what is internal.
	http POST /internal/live/open '{}'
	[ "$status" = 404 ]
	cgi user POST /internal/live/open '{}'
	is_problem 404 not_found
	http POST /internal/live/open '{}' -H 'IM-INTERNAL: 1'
	[ "$status" = 404 ]
}
