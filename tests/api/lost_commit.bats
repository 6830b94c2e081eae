# The answer to COMMIT is lost, of requests that have no client id: what they
# did is looked up.
load ../helper
load apps
load chats

setup_file() {
	stack_private user conversation inbox admin lighttpd
	export arm=$stack/lose
	python3 "$TOP/tests/helpers/lossy.py" "$stack/lossy.sock" \
		"$IM_MYSQL_SOCKET" "$arm" </dev/null >/dev/null 2>&1 3>&- 4>&- &
	export lossy=$!
	wait_for test -S "$stack/lossy.sock"
	stack_set db socket "$stack/lossy.sock"
	service restart user
	service restart conversation
	service restart admin
	use_app lost
	wait_for is_back users/me
	wait_for is_back conversations
	wait_for is_back admin/jwt-keys
	sign_up Anna
	sign_up Bert
}
teardown_file() {
	local bad=0
	stack_done || bad=1
	kill "$lossy"
	return $bad
}

is_back() { http GET "/v1/$1"; [ "$status" = 401 ]; }

# Losing it before the server saw it, after it did, and while the service looks.
ways='before after late'

# Not innodb_trx: who reads it every 100 ms or sooner is shown the same again.
waits() { [ "$(sql "SELECT variable_value FROM information_schema.global_status
	WHERE variable_name = 'INNODB_ROW_LOCK_CURRENT_WAITS'")" -gt 0 ]; }

# lose HOW http ...: the request, whose COMMIT is lost.
lose() {
	local helper=
	printf '%s' "$1" >"$arm"
	rm -f "$arm.go"
	if [ "$1" = late ]; then
		{ wait_for waits; touch "$arm.go"; } &
		helper=$!
	fi
	shift
	"$@"
	[ -z "$helper" ] || wait "$helper"
	[ ! -e "$arm" ]
}

entries() { sql "SELECT COUNT(*) FROM entry WHERE conv_id = $conv"; }

# route: conversation.create
@test "a group whose COMMIT is lost is made once" {
	as Anna
	for how in $ways; do
		lose "$how" http POST /v1/conversations \
			"{\"kind\":\"group\",\"settings\":{\"name\":\"lost-$how\"}}"
		is_status 201
		conv=$(json .conv_id)
		[ "$(entries)" = 1 ]
	done
	[ "$(sql "SELECT COUNT(*) FROM conversation
		WHERE created_by = $Anna_id")" = 3 ]
}

# route: conversation.add
@test "members whose COMMIT is lost are added and removed once" {
	new_conv group Anna
	as Anna
	for how in $ways; do
		before=$(entries)
		lose "$how" http POST "/v1/conversations/$conv/members" \
			"{\"user_ids\":[\"$Bert_id\"]}"
		is_status 200
		is_json '.items[0].outcome' added
		[ "$(entries)" = $((before + 1)) ]
		lose "$how" http DELETE \
			"/v1/conversations/$conv/members/$Bert_id"
		is_status 204
		[ "$(entries)" = $((before + 2)) ]
	done
}

@test "a POST with a key whose COMMIT is lost gets its own answer" {
	new_conv group Anna
	as Anna
	for how in $ways; do
		before=$(entries)
		lose "$how" http POST "/v1/conversations/$conv/members" \
			"{\"user_ids\":[\"$Bert_id\"]}" -H "Idempotency-Key: $how"
		is_status 200
		is_json '.items[0].outcome' added
		[ -z "$(header Idempotent-Replayed)" ]
		first=$body
		http POST "/v1/conversations/$conv/members" \
			"{\"user_ids\":[\"$Bert_id\"]}" -H "Idempotency-Key: $how"
		[ "$body" = "$first" ]
		[ "$(header Idempotent-Replayed)" = true ]
		[ "$(entries)" = $((before + 1)) ]
		http DELETE "/v1/conversations/$conv/members/$Bert_id"
		is_status 204
	done
}

# route: user.create
@test "a sign-up and a log-in whose COMMIT is lost" {
	for how in $ways; do
		name=lost-$how-$RANDOM
		as nobody
		lose "$how" http POST /v1/users "{\"app\":\"$IM_APP\",
			\"username\":\"$name\",\"password\":\"$password\"}"
		is_status 201
		lose "$how" log_in "$name"
		TOKEN=$token
		http GET /v1/users/me
		is_status 200
		[ "$(sql "SELECT COUNT(*) FROM session s JOIN user u USING (user_id)
			WHERE u.username = '$name'")" = 1 ]

		# With a key, on the same device: the first one ends.
		keyed() {
			http POST /v1/sessions "{\"app\":\"$IM_APP\",
				\"username\":\"$name\",
				\"password\":\"$password\",
				\"device\":{\"id\":\"d\",
				\"platform\":\"web\"}}" -H "Idempotency-Key: $name"
		}
		log_in "$name" d
		TOKEN=$token
		http GET /v1/users/me
		is_status 200
		as nobody
		lose "$how" keyed
		is_status 201
		[ -z "$(header Idempotent-Replayed)" ]
		first=$body
		keyed
		[ "$(header Idempotent-Replayed)" = true ]
		[ "$body" = "$first" ]
		TOKEN=$token
		http GET /v1/users/me
		is_problem 401 unauthenticated
	done
}

# by_jwt SUB EXP: a JWT of the device "d"; sets TOKEN
by_jwt() {
	TOKEN=$(jwt "{\"app\":\"$IM_APP\",\"sub\":\"$1\",\"device\":\"d\",
		\"exp\":$(now "$2")}")
}
sessions_of() { # SUB: how many, and the texts that they know
	sql "SELECT (SELECT COUNT(*) FROM session s WHERE s.user_id = u.user_id),
		(SELECT COUNT(*) FROM session_jwt j WHERE j.user_id = u.user_id),
		(SELECT COUNT(*) FROM app_log l WHERE l.user_id = u.user_id
			AND l.kind = 5)
		FROM user u WHERE u.username = '$1'" | xargs
}

@test "JWTs whose COMMIT is lost make a user, open a session and continue it" {
	for how in $ways; do
		sub=jwt-$how-$RANDOM
		# Its COMMIT is the first; the session follows.
		by_jwt "$sub" 600
		lose "$how" http GET /v1/users/me
		is_status 200
		is_json .username "$sub"
		[ "$(sessions_of "$sub")" = '1 1 1' ]

		sign_up Jan
		by_jwt "$Jan_name" 600
		lose "$how" http GET /v1/sessions/current
		is_status 200
		session_id=$(json .session_id)
		[ "$(sessions_of "$Jan_name")" = '2 1 2' ]
		# The same text again finds it.
		http GET /v1/sessions/current
		is_json .session_id "$session_id"
		[ "$(sessions_of "$Jan_name")" = '2 1 2' ]

		by_jwt "$Jan_name" 700
		lose "$how" http GET /v1/sessions/current
		is_status 200
		is_json .session_id "$session_id"
		[ "$(sessions_of "$Jan_name")" = '2 2 2' ]
		[ "$(json .expires_at)" -gt $(($(now 700) * 1000)) ]
	done
}

# route: jwt_key.put
# route: jwt_key.delete
@test "a key for JWTs whose COMMIT is lost is put and deleted once" {
	openssl ecparam -genkey -name prime256v1 -noout |
		openssl pkey -pubout -out "$BATS_TEST_TMPDIR/key.pem"
	key=$(jq -nc --rawfile key "$BATS_TEST_TMPDIR/key.pem" \
		'{alg: "ES256", public_key: $key}')
	audited() { sql "SELECT COUNT(*) FROM audit WHERE action = 'jwt_key.$1'
		AND detail = '$2'"; }
	as_app
	for how in $ways; do
		lose "$how" http PUT "/v1/admin/jwt-keys/$how" "$key"
		is_status 200
		is_json .kid "$how"
		[ "$(audited put "$how")" = 1 ]
		first=$body
		http PUT "/v1/admin/jwt-keys/$how" "$key"
		[ "$body" = "$first" ]
		lose "$how" http DELETE "/v1/admin/jwt-keys/$how"
		is_status 204
		[ "$(audited delete "$how")" = 1 ]
		[ "$(sql "SELECT COUNT(*) FROM jwt_key WHERE kid = '$how'")" = 0 ]
	done
}

ask() { # PATH STATUS, by both services that have a copy
	http GET "$1"
	is_status "$2"
}
both_say() {
	ask /v1/users/me "$1"
	ask /v1/conversations "$1"
}

# route: session.end
# route: session.end_current
@test "a session ends at once where the COMMIT of its end is lost" {
	sign_up Ed
	for how in $ways; do
		log_in "$Ed_name" "d-$how"
		TOKEN=$token
		http GET /v1/sessions/current
		session_id=$(json .session_id)
		both_say 200
		lose "$how" http DELETE /v1/sessions/current
		is_status 204
		both_say 401
		[ "$(sql "SELECT ended_reason FROM session
			WHERE session_id = $session_id")" = 1 ]

		log_in "$Ed_name" "d-$how"
		TOKEN=$token
		http GET /v1/sessions/current
		session_id=$(json .session_id)
		both_say 200
		as Ed
		lose "$how" http DELETE "/v1/sessions/$session_id"
		is_status 204
		TOKEN=$token
		both_say 401
		[ "$(sql "SELECT COUNT(*) FROM app_log
			WHERE ref_id = $session_id AND kind = 6")" = 1 ]
	done
}

@test "a session is over whose service is killed behind the COMMIT of its end" {
	sign_up Kim
	local -A with=([replace]='X-None: 1' [keyed]="Idempotency-Key: $Kim_name")
	for how in end replace keyed; do
		log_in "$Kim_name" d
		TOKEN=$token
		both_say 200
		printf 'kill %s' "$(service_pid user)" >"$arm"
		case $how in
		end) http DELETE /v1/sessions/current ;;
		*) http POST /v1/sessions "{\"app\":\"$IM_APP\",
			\"username\":\"$Kim_name\",\"password\":\"$password\",
			\"device\":{\"id\":\"d\",\"platform\":\"web\"}}" \
			-H "${with[$how]}" ;;
		esac
		[ ! -e "$arm" ]
		[ "$status" -ge 500 ]
		# What it keeps for a second is no matter.
		service restart conversation
		TOKEN=
		wait_for is_back users/me
		wait_for is_back conversations
		TOKEN=$token
		both_say 401
	done
}

@test "a disabled user and a new name are known where their COMMIT is lost" {
	for how in $ways; do
		sign_up Eva
		as Anna
		ask "/v1/users/$Eva_id" 200
		as Eva
		both_say 200
		lose "$how" http PATCH /v1/users/me "{\"display_name\":\"$how\"}"
		is_status 200
		is_json .display_name "$how"
		as Anna
		http GET "/v1/users/$Eva_id"
		is_json .display_name "$how"
		[ "$(sql "SELECT COUNT(*) FROM inbox
			WHERE user_id = $Eva_id")" = 1 ]

		for act in disable enable; do
			lose "$how" "$bin/im-admin" -c "$conf" user "$act" \
				"$IM_APP" "$Eva_name"
		done
		as Eva
		both_say 401
		[ "$(sql "SELECT version FROM user WHERE user_id = $Eva_id")" = 4 ]
	done
}

@test "all sessions of a user end where the COMMIT of their end is lost" {
	for how in $ways; do
		sign_up Eli
		log_in "$Eli_name" second
		TOKEN=$token
		both_say 200
		lose "$how" "$bin/im-admin" -c "$conf" user passwd "$IM_APP" \
			"$Eli_name"
		both_say 401
		as Eli
		both_say 401
		[ "$(sql "SELECT COUNT(*) FROM app_log
			WHERE user_id = $Eli_id AND kind = 6")" = 2 ]
	done
}

generation() { sql 'SELECT generation FROM cache_generation'; }
is_known() { # by both services
	as Anna
	both_say 200
	as nobody
	http GET /metrics
	[ "$(grep '^imcloud_cache_generation{' <<<"$body" |
		grep -E '"(user|conversation)"' |
		grep -c "} $(generation)\$")" = 2 ]
}
raised() { [ "$(generation)" -ge "$1" ]; }

# A request makes a service raise it.
raised_by_both() {
	as Anna
	both_say 200
	raised "$1"
}

# unknown http ...: its COMMIT is neither answered nor done until it gives up.
unknown() {
	printf late >"$arm"
	rm -f "$arm.go"
	"$@"
	is_problem 503 uncertain
}

@test "where the COMMIT of an end stays unknown, no copy outlives it" {
	announce 'code=uncertain'
	sign_up Uwe
	new_conv group Anna Uwe
	types() {
		as Uwe
		http POST "/v1/conversations/$conv/typing" '{"state":"stop"}'
		is_status "$1"
	}
	is_over() {
		[ "$(sql "SELECT (SELECT COUNT(*) FROM session
			WHERE user_id = $Uwe_id AND ended_ms > 0) +
			(SELECT COUNT(*) FROM member WHERE conv_id = $conv
			AND user_id = $Uwe_id AND left_index > 0)")" = "$1" ]
	}
	types 204
	before=$(generation)
	as Anna
	unknown http DELETE "/v1/conversations/$conv/members/$Uwe_id"
	raised $((before + 1))
	# It has not happened yet, and there are copies again.
	types 204
	touch "$arm.go"
	wait_for is_over 1

	as Uwe
	both_say 200
	unknown http DELETE /v1/sessions/current
	raised $((before + 2))
	as Uwe
	both_say 200
	touch "$arm.go"
	wait_for is_over 2

	wait_for raised_by_both $((before + 4))
	wait_for is_known
	as Uwe
	both_say 401
	log_in "$Uwe_name"
	Uwe_token=$token
	types 404
}
