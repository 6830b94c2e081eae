load ../helper
load apps
load chats

# A stack of its own, since what holds for the only app of a host is tested,
# and stores are stopped.
setup_file() {
	stack_private user inbox admin message conversation lighttpd
	stack_set cache timeout_ms 50
	# Before this one there was none.
	use_app auth
	sign_up Anna
	sign_up Bert
}
teardown_file() { stack_done; }

whoami() { http GET /v1/users/me "" "$@"; }

# ---- the only app ----------------------------------------------------------

@test "where there is one app it may be left out; of two it is asked for" {
	[ "$(sql 'SELECT COUNT(*) FROM app')" = 1 ]
	as nobody
	body_of() { # NAME
		echo "{\"username\":\"$1\",\"password\":\"$password\",\"device\":{\"id\":\"x\",
			\"platform\":\"web\"}}"
	}
	http POST /v1/sessions "$(body_of "$Anna_name")"
	is_status 201
	http POST /v1/users "{\"username\":\"only\",\"password\":\"$password\"}"
	is_status 201
	make_app second
	http POST /v1/sessions "$(body_of "$Anna_name")"
	is_problem 400 invalid_argument app
	http POST /v1/users "{\"username\":\"two\",\"password\":\"$password\"}"
	is_problem 400 invalid_argument app
	# A disabled one does not count.
	sql "UPDATE app SET disabled_ms = 1 WHERE app_id = $app_id"
	http POST /v1/sessions "$(body_of "$Anna_name")"
	is_status 201
	http POST /v1/users "{\"app\":\"$app\",\"username\":\"x\",\"password\":\"$password\"}"
	is_problem 404 not_found app
}

# ---- credentials -----------------------------------------------------------

@test "what is no credential" {
	as nobody
	for bad in 'Basic YTpi' Bearer 'Bearer ' "Bearer $Anna_token x" \
		"Bearer imu_" "Bearer imu_$(long 43)" "Bearer ${Anna_token%?}" \
		"Bearer ${Anna_token}A" "Bearer imk_$(long 43)" "Bearer a.b.c" \
		"Token $Anna_token" "$Anna_token"; do
		whoami -H "Authorization: $bad"
		is_problem 401 unauthenticated
	done
	whoami -H "Authorization: bearer  $Anna_token"
	is_status 200
	whoami -H "Authorization: Bearer $Anna_token" -H "Im-Act-As: $Bert_id"
	is_problem 400 invalid_argument Im-Act-As
	# A token that is not valid is the first thing that is wrong.
	whoami -H "Authorization: Bearer imu_x" -H "Im-Act-As: $Bert_id"
	is_problem 401 unauthenticated
	whoami -H "Authorization: Bearer a.b.c" -H "Im-Act-As: $Bert_id"
	is_problem 401 unauthenticated
}

@test "the order of checks" {
	as nobody
	http POST /v1/nothing "{"
	is_problem 404 not_found
	http DELETE /v1/users "{"
	is_problem 405 method_not_allowed
	http PATCH /v1/users/me "{\"x\":\"$(long 70000)\"}"
	is_problem 413 too_large
	status=$(curl -s -o /dev/null -w '%{http_code}' -X PATCH "$url/v1/users/me" -d x)
	is_status 415
	http PATCH /v1/users/me '{"no":1}'
	is_problem 401 unauthenticated
	as Anna
	http PATCH /v1/users/me '{"no":1}'
	is_problem 400 invalid_argument no
}

# cost NAME: the processor time of 5 log-ins with a wrong password, in ticks.
# Nobody else asks the service of this stack, and waiting costs nothing.
cost() {
	local from
	from=$(ticks)
	for _ in 1 2 3 4 5; do
		http POST /v1/sessions "{\"app\":\"$IM_APP\",\"username\":\"$1\",
			\"password\":\"not it at all\",
			\"device\":{\"id\":\"x\",\"platform\":\"web\"}}"
		is_status 401
	done
	echo $(($(ticks) - from))
}
ticks() { awk '{ print $14 + $15 }' "/proc/$(service_pid user)/stat"; }
cost_is_alike() {
	local now
	now=$(cost "$Bert_name")
	known=$((now < known ? now : known))
	now=$(cost nobody-here)
	unknown=$((now < unknown ? now : unknown))
	echo "known $known, unknown $unknown"
	[ $known -gt 0 ] && [ $((2 * known)) -le $((3 * unknown)) ] &&
		[ $((2 * unknown)) -le $((3 * known)) ]
}

@test "log in: a wrong name costs as much as a wrong password" {
	as nobody
	known=1000000 unknown=1000000
	# The least of some: a busy machine's caches make it dearer, never cheaper.
	for _ in $(seq 10); do
		! cost_is_alike || return 0
	done
	return 1
}

# ---- an app's server -------------------------------------------------------

@test "an app key acts as a user, and it is written down" {
	as_app
	whoami
	is_problem 400 invalid_argument Im-Act-As
	whoami -H "Im-Act-As: $Anna_id"
	is_status 200
	is_json .user_id "$Anna_id"
	whoami -H "Im-Act-As: @$Bert_name"
	is_json .user_id "$Bert_id"
	key_id=$((IM_APP_ID + 1))
	[ "$(sql "SELECT CONCAT(actor, ' ', action, ' ', user_id) FROM audit
		WHERE app_id = $IM_APP_ID ORDER BY audit_id")" = \
		"key:$key_id user.me $Anna_id
key:$key_id user.me $Bert_id" ]
	# Reads are written down once an hour, changes each time.
	for i in 1 2 3; do
		whoami -H "Im-Act-As: $Anna_id"
		is_status 200
		http HEAD /v1/users/me "" -H "Im-Act-As: $Anna_id"
		http PATCH /v1/users/me "{\"bio\":\"$i\"}" \
			-H "Im-Act-As: $Anna_id"
		is_status 200
	done
	rows() { sql "SELECT COUNT(*) FROM audit WHERE app_id = $IM_APP_ID
		AND action = '$1' AND user_id = $2"; }
	[ "$(rows user.me "$Anna_id")" = 1 ]
	[ "$(rows user.me "$Bert_id")" = 1 ]
	[ "$(rows user.change "$Anna_id")" = 3 ]
	for bad in @ @nobody 1 x "@$Bert_name x" ''; do
		whoami -H "Im-Act-As; " -H "Im-Act-As: $bad"
		is_problem 400 invalid_argument Im-Act-As
	done
	http GET /v1/sessions/current "" -H "Im-Act-As: $Anna_id"
	is_problem 404 not_found
	http DELETE /v1/sessions/current "" -H "Im-Act-As: $Anna_id"
	is_problem 404 not_found
}

@test "an app key reaches nobody of another app" {
	make_app third
	TOKEN=$app_key
	whoami -H "Im-Act-As: $Anna_id"
	is_problem 400 invalid_argument Im-Act-As
	whoami -H "Im-Act-As: @$Anna_name"
	is_problem 400 invalid_argument Im-Act-As
	sql "UPDATE app_key SET revoked_ms = 1 WHERE app_id = $app_id"
	whoami -H "Im-Act-As: @$Anna_name"
	is_problem 401 unauthenticated
	sql "UPDATE app_key SET revoked_ms = 0 WHERE app_id = $app_id;
		UPDATE app SET disabled_ms = 1 WHERE app_id = $app_id"
	whoami -H "Im-Act-As: @$Anna_name"
	is_problem 401 unauthenticated
}

@test "nobody learns whether a message of another app exists" {
	local msg_id seen unseen
	as Anna
	http POST /v1/conversations '{"kind":"self"}'
	http POST "/v1/conversations/$(json .conv_id)/messages" \
		'{"type":"text","content":{"text":"mine"}}'
	is_status 201
	msg_id=$(json .msg_id)
	make_app fourth
	as nobody
	http POST /v1/users "{\"app\":\"$app\",\"username\":\"spy\",
		\"password\":\"$password\"}"
	is_status 201
	http POST /v1/sessions "{\"app\":\"$app\",\"username\":\"spy\",
		\"password\":\"$password\",
		\"device\":{\"id\":\"d\",\"platform\":\"web\"}}"
	is_status 201
	TOKEN=$(json .token)
	http GET "/v1/messages/$msg_id"
	is_problem 404 not_found
	seen=$(json 'del(.request_id)')
	http GET /v1/messages/7
	is_problem 404 not_found
	unseen=$(json 'del(.request_id)')
	[ "$seen" = "$unseen" ]
}

# ---- JWT -------------------------------------------------------------------

claims() { # [MEMBER...]: of a good token
	jq -nc --arg app "$IM_APP" --arg sub "$Anna_name" --argjson exp "$(now 3600)" \
		'{sub: $sub, app: $app, exp: $exp}'"${1+ * $1}"
}

@test "a JWT opens a session like any other" {
	TOKEN=$(jwt "$(claims '{device: {id: "jwt-1", platform: "android", name: "P"}}')")
	whoami
	is_status 200
	is_json .user_id "$Anna_id"
	http GET /v1/sessions/current
	is_json '.device | tojson' '{"id":"jwt-1","platform":"android","name":"P"}'
	whoami
	is_status 200
	[ "$(sql "SELECT COUNT(*) FROM session WHERE device_id = 'jwt-1'")" = 1 ]
	# Once it was ended the same token does not bring it back.
	http DELETE /v1/sessions/current
	is_status 204
	whoami
	is_problem 401 unauthenticated
	TOKEN=$(jwt "$(claims '{device: "jwt-2"}')")
	http GET /v1/sessions/current
	is_json .device.id jwt-2
}

@test "a JWT used by many at once makes one session" {
	TOKEN=$(jwt "$(claims '{device: "crowd"}')")
	for i in 1 2 3 4 5 6; do
		curl -s -o /dev/null -w '%{http_code}\n' "$url/v1/users/me" \
			-H "Authorization: Bearer $TOKEN" >"$BATS_TEST_TMPDIR/$i" &
	done
	wait
	[ "$(cat "$BATS_TEST_TMPDIR"/[1-6] | sort -u)" = 200 ]
	[ "$(sql "SELECT COUNT(*) FROM session WHERE device_id = 'crowd'")" = 1 ]
}

@test "an unknown sub of a JWT is made, where sign-up is open" {
	TOKEN=$(jwt "$(claims '{sub: "from-jwt", name: "From Äpp", avatar: "https://example.com/j.png"}')")
	whoami
	is_status 200
	is_json .username from-jwt
	is_json .display_name "From Äpp"
	is_json .avatar https://example.com/j.png
	http GET /v1/inbox/head
	is_status 200
	TOKEN=$(jwt "$(claims '{sub: "from-jwt-2", avatar: "javascript:alert(1)"}')")
	whoami
	is_status 200
	is_json 'has("avatar")' false
	# A name that turns the text after it is left out, as is one of a device.
	TOKEN=$(jwt "$(claims '{sub: "from-jwt-3", name: "a\u202eb",
		device: {id: "d-3", name: "\u200b"}}')")
	whoami
	is_status 200
	is_json .display_name from-jwt-3
	http GET /v1/sessions/current
	is_json '.device | tojson' '{"id":"d-3","platform":"other"}'
	make_app shut 0
	TOKEN=$(jwt "$(claims "{app: \"$app\", sub: \"nobody-yet\"}")" "$app_secret")
	whoami
	is_problem 401 unauthenticated
}

# subject SUB: the username of a sub that is none
subject() { printf 'sub-%s' "$(printf %s "$1" | sha256sum | cut -c1-48)"; }

@test "sub may be any name of the app's own" {
	local sub first
	for sub in 'Anna.Weber@Example.com' 'anna.weber@example.com' 'Upper Case' \
		'Ärger/7' "$(long 255)" "$(subject a)" 'x"y'; do
		TOKEN=$(jwt "$(claims "$(jq -nc --arg s "$sub" '{sub: $s}')")")
		whoami
		is_status 200
		is_json .username "$(subject "$sub")"
	done
	# Of the usernames among them each is its own.
	TOKEN=$(jwt "$(claims "{sub: \"$Bert_name\", device: \"sub\"}")")
	whoami
	is_json .user_id "$Bert_id"
	TOKEN=$(jwt "$(claims "{sub: \"$(long 256)\"}")")
	whoami
	is_problem 401 unauthenticated
	# Nobody takes the username of somebody who comes later.
	as nobody
	http POST /v1/users "{\"app\":\"$IM_APP\",\"password\":\"$password\",
		\"username\":\"$(subject later@example.com)\"}"
	is_problem 400 invalid_argument username
	as_app
	http POST /v1/users "{\"password\":\"$password\",
		\"username\":\"$(subject later@example.com)\"}"
	is_status 201
	first=$(json .user_id)
	TOKEN=$(jwt "$(claims '{sub: "later@example.com"}')")
	whoami
	is_json .user_id "$first"
}

@test "a later JWT of the same user and device continues the session" {
	local exp session_id ended
	ended="SELECT COUNT(*) FROM session WHERE user_id = $Anna_id AND ended_ms > 0"
	ended=$(sql "$ended")
	exp=$(now 600)
	TOKEN=$(jwt "$(claims "{exp: $exp, device: \"on\"}")")
	http GET /v1/sessions/current
	is_status 200
	is_json .expires_at $(((exp + 60) * 1000))
	session_id=$(json .session_id)
	old=$TOKEN
	# Use does not make it longer than its JWTs.
	sql "UPDATE session SET last_seen_ms = last_seen_ms - 3600000
		WHERE session_id = $session_id"
	TOKEN=$(jwt "$(claims "{exp: $((exp + 60)), device: {id: \"on\"}}")")
	http GET /v1/sessions/current
	is_json .session_id "$session_id"
	is_json .expires_at $(((exp + 120) * 1000))
	# The earlier one is still good, and one that is shorter takes nothing away.
	TOKEN=$old
	http GET /v1/sessions/current
	is_json .session_id "$session_id"
	TOKEN=$(jwt "$(claims "{exp: $((exp - 60)), device: \"on\"}")")
	http GET /v1/sessions/current
	is_json .session_id "$session_id"
	is_json .expires_at $(((exp + 120) * 1000))
	[ "$(sql "SELECT COUNT(*) FROM session WHERE user_id = $Anna_id
		AND ended_ms > 0")" = "$ended" ]
	# All end with it; a fresh one opens another.
	http DELETE /v1/sessions/current
	is_status 204
	for TOKEN in "$TOKEN" "$old"; do
		whoami
		is_problem 401 unauthenticated
		is_json .detail 'the JWT is refused: its session has ended'
	done
	TOKEN=$(jwt "$(claims "{exp: $((exp + 7)), device: \"on\"}")")
	http GET /v1/sessions/current
	is_status 200
	is_json ".session_id != \"$session_id\"" true
	TOKEN=$old
	whoami
	is_problem 401 unauthenticated
}

@test "JWTs without a device share a session, and use does not extend it" {
	local i session_id expires_at exp
	sign_up Dora
	exp=$(now 600)
	for i in 1 2 3; do
		TOKEN=$(jwt "$(claims "{sub: \"$Dora_name\", exp: $((exp - i))}")")
		http GET /v1/sessions/current
		is_status 200
		is_json .device.id jwt
		session_id=${session_id:-$(json .session_id)}
		is_json .session_id "$session_id"
		expires_at=${expires_at:-$(json .expires_at)}
		is_json .expires_at "$expires_at"
	done
	[ "$(sql "SELECT COUNT(*) FROM session WHERE user_id = $Dora_id
		AND is_jwt = 1")" = 1 ]
	# Not used for long: the next use is written down.
	sql "UPDATE session SET last_seen_ms = last_seen_ms - 3600000
		WHERE session_id = $session_id;
		UPDATE cache_generation SET generation = generation + 1"
	used() {
		whoami
		[ "$(sql "SELECT last_seen_ms > created_ms FROM session
			WHERE session_id = $session_id")" = 1 ]
	}
	wait_for used
	http GET /v1/sessions/current
	is_json .expires_at "$expires_at"
	# Texts that have run out are forgotten.
	sql "UPDATE session_jwt SET until_ms = 1 WHERE user_id = $Dora_id"
	TOKEN=$(jwt "$(claims "{sub: \"$Dora_name\", exp: $(now 500)}")")
	whoami
	is_status 200
	[ "$(sql "SELECT COUNT(*) FROM session_jwt WHERE user_id = $Dora_id")" = 1 ]
}

@test "a later JWT's name and avatar are taken over" {
	sign_up Nora
	of_nora() {
		TOKEN=$(jwt "$(claims "{sub: \"$Nora_name\"} * $1")")
		whoami
		is_status 200
	}
	of_nora '{name: "Nora Ä", avatar: "https://example.com/1.png"}'
	is_json .display_name "Nora Ä"
	is_json .avatar https://example.com/1.png
	as Nora
	http GET '/v1/inbox?after=0'
	is_json '[.events[] | select(.type == "profile")] | length' 1
	of_nora '{avatar: "https://example.com/2.png"}'
	is_json .display_name "Nora Ä"
	is_json .avatar https://example.com/2.png
	# What is no name or picture changes nothing, nor does the same text again.
	of_nora "{name: \"$(long 65)\", avatar: \"javascript:1\"}"
	is_json .avatar https://example.com/2.png
	as Nora
	http PATCH /v1/users/me '{"display_name":"Own"}'
	of_nora "{name: \"$(long 65)\", avatar: \"javascript:1\"}"
	is_json .display_name Own
}

@test "a refused JWT is told why, but of its signature nothing more" {
	why() { # CLAIMS WHY [SECRET]
		TOKEN=$(jwt "$(claims "$1")" "${3-$IM_APP_SECRET}")
		whoami
		is_problem 401 unauthenticated
		is_json .detail "the JWT is refused: $2"
	}
	why "{exp: $(now -90)}" 'it has expired'
	why '{exp: "x"}' 'exp is missing or not a time'
	why "{exp: $(now 90000)}" 'exp is more than a day ahead'
	why "{nbf: $(now 600)}" 'nbf is not past'
	why "{iat: $(now 600)}" 'iat is not past'
	why '{sub: ""}' 'sub is not a text of 1 to 255 bytes'
	why '{app: "no-such-app"}' 'app, kid or signature is not valid'
	why '{}' 'app, kid or signature is not valid' wrong-secret
	why '{sub: "nobody-at-all"}' 'app, kid or signature is not valid' wrong-secret
	make_app closed 0
	why "{app: \"$app\", sub: \"nobody\"}" \
		'sub is no user, and the app does not create users' "$app_secret"
	sign_up Zoe
	sql "UPDATE user SET disabled_ms = 1 WHERE user_id = $Zoe_id"
	why "{sub: \"$Zoe_name\"}" 'the account is disabled'
	TOKEN=$(jwt "$(claims)" "$IM_APP_SECRET" '{"alg":"none"}')
	whoami
	is_json '.detail | startswith("the JWT is refused: it is not a JWT signed with")' true
}

# To the second in tests/unit/test_jwt.c; here a slow machine may take its time.
@test "what makes a JWT worthless" {
	for bad in "{exp: $(now -90)}" "{exp: $(now 90000)}" '{exp: "x"}' \
		'{exp: null}' '{exp: -1}' '{exp: 1e300}' '{app: "no-app"}' '{app: null}' \
		'{sub: null}' '{sub: 7}' "{nbf: $(now 600)}" '{nbf: "x"}'; do
		echo "$bad"
		TOKEN=$(jwt "$(claims "$bad")")
		whoami
		is_problem 401 unauthenticated
	done
	for good in "{exp: $(now -10)}" "{exp: $(now 86440)}" "{nbf: $(now 50)}" \
		"{exp: $(now 60).5}"; do
		echo "$good"
		TOKEN=$(jwt "$(claims "$good")")
		whoami
		is_status 200
	done
	for header in '{"alg":"none"}' '{"alg":"HS512"}' '{"alg":"hs256"}' '{}' '[]' \
		'{"alg":"HS256","crit":["x"]}' x; do
		echo "$header"
		TOKEN=$(jwt "$(claims '{device: "h"}')" "$IM_APP_SECRET" "$header")
		whoami
		is_problem 401 unauthenticated
	done
	TOKEN=$(jwt "$(claims '{device: "s"}')" wrong-secret)
	whoami
	is_problem 401 unauthenticated
	good=$(jwt "$(claims '{device: "t"}')")
	for TOKEN in "${good%.*}." "${good%.*}" "$good." "$good.x" "${good%?}" \
		"${good%.*}.$(base64url <<<x)" "$good$(long 5000)"; do
		whoami
		is_problem 401 unauthenticated
	done
	TOKEN=$good
	whoami
	is_status 200
}

@test "a JWT runs out, and its session with it" {
	# It has to be good for the first request, however slow the machine is.
	for left in 3 10 30 90; do
		TOKEN=$(jwt "$(claims "{exp: $(now $((left - 60))), device: \"short\"}")")
		whoami
		[ "$status" = 401 ] || break
	done
	is_status 200
	wait_for runs_out
	[ "$(sql "SELECT COUNT(*) FROM session WHERE device_id = 'short'
		AND expires_ms <= ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000)")" = 1 ]
}
runs_out() {
	whoami
	[ "$status" = 401 ]
}

# ---- Idempotency-Key -------------------------------------------------------

ticket() { http POST /v1/tickets "${2-}" -H "Idempotency-Key: $1"; }

@test "a repeated POST gets the first answer" {
	as Anna
	ticket one
	is_status 201
	first=$body
	[ -z "$(header Idempotent-Replayed)" ]
	ticket one
	is_status 201
	[ "$body" = "$first" ]
	[ "$(header Idempotent-Replayed)" = true ]
	# An empty body is {}.
	ticket one '{}'
	[ "$body" = "$first" ]
	ticket two
	is_status 201
	[ "$body" != "$first" ]
	# Keys belong to users.
	as Bert
	ticket one
	is_status 201
	[ -z "$(header Idempotent-Replayed)" ]
	for bad in "$(long 65)" ä; do
		ticket "$bad"
		is_problem 400 invalid_argument Idempotency-Key
	done
}

@test "a key for another request is a conflict" {
	as Anna
	as_app
	signup() {
		http POST /v1/users "{\"username\":\"$1\",\"password\":\"$password\"}" \
			-H 'Idempotency-Key: k' -H "Im-Act-As: $Anna_id"
	}
	signup idem-1
	is_status 201
	signup idem-1
	is_status 201
	[ "$(header Idempotent-Replayed)" = true ]
	signup idem-2
	is_problem 409 conflict Idempotency-Key
	# After a day it is another key.
	sql "UPDATE idempotency SET created_ms = created_ms - 86400000
		WHERE user_id = $Anna_id AND idem_key = 'k'"
	signup idem-2
	is_status 201
	[ -z "$(header Idempotent-Replayed)" ]
}

@test "a sign-up with a key, four times at once, is made once" {
	as nobody
	name=key-$RANDOM$RANDOM
	signup() { # NAME KEY [CURL-OPTION...]
		http POST /v1/users "{\"app\":\"$IM_APP\",\"username\":\"$1\",
			\"password\":\"$password\"}" -H "Idempotency-Key: $2" "${@:3}"
	}
	# curl: http() keeps its answer in one file.
	for i in 1 2 3 4; do
		curl -s -o "$BATS_TEST_TMPDIR/$i" "$url/v1/users" \
			-H 'Content-Type: application/json' \
			-H "Idempotency-Key: $name" -d "{\"app\":\"$IM_APP\",
			\"username\":\"$name\",\"password\":\"$password\"}" &
	done
	wait
	cat "$BATS_TEST_TMPDIR"/[1-4]
	[ "$(jq -r .username "$BATS_TEST_TMPDIR"/[1-4] | grep -cx "$name")" = 4 ]
	[ "$(jq -r .user_id "$BATS_TEST_TMPDIR"/[1-4] | sort -u | wc -l)" = 1 ]
	signup "$name" "$name"
	is_status 201
	[ "$(header Idempotent-Replayed)" = true ]
	signup "$name-2" "$name"
	is_problem 409 conflict Idempotency-Key
	# Another host, an app's server: another key.
	signup "$name" "$name" -H 'Host: other.example'
	is_problem 409 conflict username
	as_app
	signup "$name-3" "$name"
	is_status 201
	signup "$name-3" "$name"
	is_status 201
	[ "$(header Idempotent-Replayed)" = true ]
	# Neither the key nor a plain hash of the password is there.
	[ "$(sql "SELECT COUNT(*) FROM idempotency
		WHERE idem_key = '$name'")" = 0 ]
}

@test "a log-in with a key, four times at once, is one session" {
	sign_up Lena
	login() { # PASSWORD KEY [CURL-OPTION...]
		http POST /v1/sessions "{\"app\":\"$IM_APP\",
			\"username\":\"$Lena_name\",\"password\":\"$1\",
			\"device\":{\"id\":\"d\",\"platform\":\"web\"}}" \
			-H "Idempotency-Key: $2" "${@:3}"
	}
	sessions() { sql "SELECT COUNT(*) FROM session
		WHERE user_id = $Lena_id AND device_id = 'd'"; }
	as nobody
	key=login-$RANDOM$RANDOM
	# A wrong password is no answer that is kept.
	login wrong-horse "$key"
	is_problem 401 unauthenticated
	for i in 1 2 3 4; do
		curl -s -o "$BATS_TEST_TMPDIR/$i" "$url/v1/sessions" \
			-H 'Content-Type: application/json' \
			-H "Idempotency-Key: $key" -d "{\"app\":\"$IM_APP\",
			\"username\":\"$Lena_name\",\"password\":\"$password\",
			\"device\":{\"id\":\"d\",\"platform\":\"web\"}}" &
	done
	wait
	[ "$(jq -r .token "$BATS_TEST_TMPDIR"/[1-4] | grep -c '^imu_')" = 4 ]
	[ "$(jq -r .token "$BATS_TEST_TMPDIR"/[1-4] | sort -u | wc -l)" = 1 ]
	[ "$(sessions)" = 1 ]
	login "$password" "$key"
	is_status 201
	[ "$(header Idempotent-Replayed)" = true ]
	TOKEN=$(json .token)
	http GET /v1/sessions/current
	is_status 200
	# Whoever reads the store finds no token.
	[ "$(sql "SELECT COUNT(*) FROM idempotency WHERE INSTR(body,
		'$(cut -c5-40 <<<"$TOKEN")') OR idem_key = '$key'")" = 0 ]
	first=$TOKEN
	as nobody
	login wrong-horse "$key"
	is_problem 409 conflict Idempotency-Key

	# Another key, also with a token: another session, and an end of the first.
	as Lena
	login "$password" "$key-2"
	is_status 201
	[ -z "$(header Idempotent-Replayed)" ]
	second=$(json .token)
	[ "$(sessions)" = 2 ]
	login "$password" "$key-2"
	[ "$(json .token)" = "$second" ]
	[ "$(sql "SELECT COUNT(*) FROM idempotency WHERE INSTR(body,
		'$(cut -c5-40 <<<"$second")')")" = 0 ]
	TOKEN=$first
	http GET /v1/users/me
	is_problem 401 unauthenticated
	TOKEN=$second
	http GET /v1/users/me
	is_status 200
}

# hold KEY END: a transaction that has put the key there and ends with END
# when the file "go" is there.
hold() {
	# Not the "held" of an earlier one, which could let the request go first.
	rm -f "$BATS_TEST_TMPDIR/held" "$BATS_TEST_TMPDIR/go"
	{
		echo "START TRANSACTION; INSERT INTO idempotency SELECT shard_id,
			user_id, '$1', request_hash, status, 'held', created_ms
			FROM idempotency WHERE user_id = $Anna_id
			AND idem_key = 'one'; SELECT 'held';"
		wait_for test -e "$BATS_TEST_TMPDIR/go" >&2
		echo "$2;"
	} | mariadb --no-defaults -S "$IM_MYSQL_SOCKET" -u "$(id -un)" --batch \
		--skip-column-names --unbuffered imcloud \
		>"$BATS_TEST_TMPDIR/held" 3>&- 4>&- &
	holder=$!
	wait_for grep -qs held "$BATS_TEST_TMPDIR/held"
}
# Not innodb_trx: who reads it every 100 ms or sooner is shown the same again.
waits() { [ "$(sql "SELECT variable_value FROM information_schema.global_status
	WHERE variable_name = 'INNODB_ROW_LOCK_CURRENT_WAITS'")" -gt 0 ]; }

@test "a request waits for another with its key, then has its answer" {
	as Anna
	ticket one
	is_status 201
	for end in COMMIT ROLLBACK; do
		hold "wait-$end" "$end"
		(
			ticket "wait-$end"
			echo "$status $(header Idempotent-Replayed) $body"
		) >"$BATS_TEST_TMPDIR/$end" 3>&- 4>&- &
		waiter=$!
		wait_for waits
		touch "$BATS_TEST_TMPDIR/go"
		wait "$holder" "$waiter"
	done
	[ "$(cat "$BATS_TEST_TMPDIR/COMMIT")" = '201 true held' ]
	[[ $(cat "$BATS_TEST_TMPDIR/ROLLBACK") = '201  {"ticket":'* ]]
}

@test "a key is used once by many at once, and all have its answer" {
	as Anna
	for i in 1 2 3 4 5 6; do
		curl -s -o "$BATS_TEST_TMPDIR/$i" "$url/v1/tickets" -d '' \
			-H 'Content-Type:' -H "Authorization: Bearer $TOKEN" \
			-H 'Idempotency-Key: crowd' &
	done
	wait
	[ "$(jq -r .ticket "$BATS_TEST_TMPDIR"/[1-6] | sort | uniq -c |
		awk '{ print $1 }')" = 6 ]
}

@test "the key, the effect and the answer are there together or not at all" {
	new_conv group Bert Anna
	as Bert
	add_once() {
		http POST "/v1/conversations/$conv/members" \
			"{\"user_ids\":[\"$Anna_id\"]}" -H 'Idempotency-Key: add-1'
	}
	kept() {
		[ "$(sql "SELECT COUNT(*) FROM idempotency WHERE user_id = $Bert_id
			AND shard_id = $conv AND idem_key = 'add-1'")" = "$1" ]
	}
	entries="SELECT COUNT(*) FROM entry WHERE conv_id = $conv"
	before=$(sql "$entries")
	add_once
	is_status 200
	is_json '.items[0].outcome' already
	kept 1
	[ "$(sql "$entries")" = "$before" ]
	first=$body
	add_once
	[ "$body" = "$first" ]
	[ "$(header Idempotent-Replayed)" = true ]
	http DELETE "/v1/conversations/$conv/members/$Anna_id"
	is_status 204
	sql "DELETE FROM idempotency WHERE shard_id = $conv"
	add_once
	is_status 200
	is_json '.items[0].outcome' added
	kept 1
	add_once
	is_json '.items[0].outcome' added
	[ "$(sql "$entries")" = "$((before + 2))" ]
}

# ---- CORS ------------------------------------------------------------------

preflight() {
	http OPTIONS /v1/users/me "" -H "Origin: $1" \
		-H 'Access-Control-Request-Method: PATCH'
}

@test "pages of the origins of an app may call" {
	as nobody
	preflight https://good.example
	is_status 204
	[ "$(header Access-Control-Allow-Origin)" = https://good.example ]
	[[ $(header Access-Control-Allow-Headers) = *Im-Act-As* ]]
	[ -z "$(header Access-Control-Allow-Credentials)" ]
	preflight https://evil.example
	is_problem 403 forbidden Origin
	as Anna
	whoami -H 'Origin: https://good.example'
	[ "$(header Access-Control-Allow-Origin)" = https://good.example ]
	[[ $(header Access-Control-Expose-Headers) = *ETag* ]]
	whoami -H 'Origin: https://evil.example'
	is_status 200
	[ -z "$(header Access-Control-Allow-Origin)" ]
	# After authentication it is the caller's app that counts.
	make_app elsewhere
	sql "UPDATE app SET origins = 'https://a.example https://b.example'
		WHERE app_id = $app_id"
	wait_for is_known https://b.example
	as Anna
	whoami -H 'Origin: https://b.example'
	[ -z "$(header Access-Control-Allow-Origin)" ]
}
# Each thread learns of it by itself.
is_known() {
	as nobody
	for i in $(seq 20); do
		preflight "$1"
		[ "$status" = 204 ] || return 1
	done
}

# ---- rates -----------------------------------------------------------------

# is_limited METHOD PATH JSON: more at once than a window allows, and one more;
# adds those that were taken to accepted.
is_limited() {
	many "$BATS_TEST_TMPDIR/burst" 5 "$@"
	http "$@"
	accepted=$((accepted + $(cat "$BATS_TEST_TMPDIR"/burst.* | grep -cx 201) +
		(status == 201)))
	[ "$status" = 429 ]
}

@test "rates: per user, per address, per account" {
	sign_up Fast
	sign_up Calm
	stack_set rate write 3
	stack_set rate account 2
	stack_set rate signup 2
	service restart user
	wait_for answers
	as Fast
	wait_for is_limited PATCH /v1/users/me '{"bio":"fast"}'
	is_problem 429 rate_limited
	is_json '.retry_after_ms <= 12000' true
	as Calm
	http PATCH /v1/users/me '{"bio":"others are not concerned"}'
	is_status 200
	as nobody
	wait_for is_limited POST /v1/sessions "{\"app\":\"$IM_APP\",
		\"username\":\"$Bert_name\",\"password\":\"wrong wrong\",
		\"device\":{\"id\":\"x\",\"platform\":\"web\"}}"
	is_problem 429 rate_limited
	wait_for is_limited POST /v1/users "{\"app\":\"$IM_APP\",
		\"username\":\"rate\",\"password\":\"$password\"}"
	is_problem 429 rate_limited
	# An app's server is not limited by its address.
	as_app
	http POST /v1/users "{\"username\":\"rate-x\",\"password\":\"$password\"}"
	is_status 201
	rm "$stack"/etc/imcloud.conf.d/rate-*
	service restart user
	wait_for answers
}

# guess ADDRESS [PASSWORD]: a log-in as Bert from there
guess() {
	as nobody
	http POST /v1/sessions "{\"app\":\"$IM_APP\",\"username\":\"$Bert_name\",
		\"password\":\"${2-wrong wrong}\",
		\"device\":{\"id\":\"x\",\"platform\":\"web\"}}" --interface "$1"
}
is_guessed_out() { guess "$1"; [ "$status" = 429 ]; }

@test "rates: guesses from elsewhere do not lock an account's owner out" {
	sign_up Owner
	Bert_name=$Owner_name
	stack_set rate account 3
	stack_set rate account_all 8
	service restart user
	wait_for answers
	# Each address has its own limit.
	wait_for is_guessed_out 127.0.0.2
	is_problem 429 rate_limited
	is_json '.retry_after_ms <= 62000' true
	guess 127.0.0.1 "$password"
	is_status 201
	# Many addresses together have one of the account: that of an hour.
	hour_is_up() {
		is_guessed_out 127.0.0.$((RANDOM % 200 + 20)) &&
			is_json '.retry_after_ms > 62000' true
	}
	wait_for hour_is_up
	guess 127.0.0.19 "$password"
	is_problem 429 rate_limited
	# The owner comes from where a session of theirs was.
	own_address() { guess 127.0.0.1 "$password"; [ "$status" = 201 ]; }
	wait_for own_address
	# Of a name that nobody has the same is said.
	Bert_name=nobody-has-this-name
	wait_for hour_is_up
	guess 127.0.0.1
	is_problem 429 rate_limited
	rm "$stack"/etc/imcloud.conf.d/rate-*
	service restart user
	wait_for answers
}

@test "rates: refused credentials, before they cost a query" {
	stack_set rate refused 5
	service restart user
	wait_for answers
	refused_enough() {
		TOKEN=imu_$(random_text)
		whoami --interface 127.0.0.3
		[ "$status" = 429 ]
	}
	# A new minute forgives them: all has to be said in one.
	all_are_refused() {
		wait_for refused_enough
		is_problem 429 rate_limited
		is_json '.retry_after_ms <= 62000' true
		for TOKEN in "imu_$(random_text)" "imk_$(random_text)" \
			"$(jwt "$(claims '{device: "r"}')" wrong-secret)"; do
			whoami --interface 127.0.0.3
			is_problem 429 rate_limited || return 1
		done
	}
	wait_for all_are_refused
	# Those that memcached knows go on, as do others.
	as Anna
	whoami --interface 127.0.0.3
	is_status 200
	TOKEN=imu_$(random_text)
	whoami --interface 127.0.0.4
	is_problem 401 unauthenticated
	rm "$stack"/etc/imcloud.conf.d/rate-*
	service restart user
	wait_for answers
}

@test "rate of sends: a repeat and a refusal come before it" {
	sign_up Olga
	new_conv group Anna Bert
	stack_set rate send 2
	service restart message
	as Bert
	wait_for reads
	send '{"type":"text","content":{"text":"1"},"client_msg_id":"r-1"}'
	is_status 201
	first=$body accepted=1
	wait_for is_limited POST "/v1/conversations/$conv/messages" "$(text x)"
	is_problem 429 rate_limited
	is_json '.retry_after_ms > 0 and .retry_after_ms <= 12000' true
	[ "$(header Retry-After)" -ge 1 ]
	send '{"type":"text","content":{"text":"1"},"client_msg_id":"r-1"}'
	is_status 200
	is_json .duplicate true
	[ "$(json .msg_id)" = "$(jq -r .msg_id <<<"$first")" ]
	send '{"type":"text","content":{"text":"2"},"client_msg_id":"r-1"}'
	is_problem 409 conflict client_msg_id
	send "{\"type\":\"text\",\"content\":{\"text\":\"x\"},
		\"mentions\":[\"$Olga_id\"]}"
	is_problem 400 invalid_argument mentions.0
	wait_for is_limited POST "/v1/conversations/$conv/messages" \
		'{"type":"text","content":{"text":"x"},"flags":["ephemeral"]}'
	is_problem 429 rate_limited
	# The first entry is that of the group's making.
	http GET "/v1/conversations/$conv"
	is_json .last_index $((1 + accepted))
	# Others have a rate of their own, and are still nobody here.
	as Olga
	for i in 1 2 3 4; do
		send '{"type":"text","content":{"text":"x"}}'
		is_problem 404 not_found
	done
	rm "$stack"/etc/imcloud.conf.d/rate-send.conf
	service restart message
	as Bert
	wait_for reads
}
reads() {
	http GET "/v1/conversations/$conv/messages"
	[ "$status" = 200 ]
}
answers() {
	as Anna
	whoami
	[ "$status" = 200 ]
}

# ---- stores away -----------------------------------------------------------

@test "without memcached everything goes on" {
	announce 'ev=cache_away'
	service down memcached
	for i in $(seq 30); do
		as Anna
		whoami
		is_status 200
	done
	sign_up NoCache
	as NoCache
	http PATCH /v1/users/me '{"bio":"x"}'
	is_status 200
	http DELETE /v1/sessions/current
	is_status 204
	whoami
	is_problem 401 unauthenticated
	service up memcached
	wait_for answers
	as NoCache
	whoami
	is_problem 401 unauthenticated
}

@test "without memcached limits hold in each process" {
	announce 'ev=cache_away'
	sign_up Wild
	stack_set rate write 3
	stack_set rate account 2
	service restart user
	wait_for answers
	service down memcached
	as Wild
	wait_for is_limited PATCH /v1/users/me '{"bio":"wild"}'
	is_problem 429 rate_limited
	as nobody
	wait_for is_limited POST /v1/sessions "{\"app\":\"$IM_APP\",
		\"username\":\"$Bert_name\",\"password\":\"wrong wrong\",
		\"device\":{\"id\":\"x\",\"platform\":\"web\"}}"
	is_problem 429 rate_limited
	as Anna
	http PATCH /v1/users/me '{"bio":"others are not concerned"}'
	is_status 200
	service up memcached
	rm "$stack"/etc/imcloud.conf.d/rate-*
	service restart user
	wait_for answers
}

# How often the service has waited for memcached in vain.
timeouts() {
	http GET /metrics
	sed -n 's/^imcloud_cache_errors_total{program="user"} //p' <<<"$body"
}

@test "a memcached that hangs is left alone after a while" {
	announce 'ev=cache_away'
	stack_set user threads 1
	service restart user
	wait_for answers
	before=$(timeouts) from=$SECONDS
	service pause memcached
	for i in $(seq 40); do
		as Anna
		whoami
		is_status 200
	done
	took=$((SECONDS - from + 1))
	service cont memcached
	paid=$(($(timeouts) - before))
	echo "$paid time-outs in at most $took s"
	# The thread finds out with three of them, then tries once a second.
	[ $paid -ge 3 ] && [ $paid -le $((3 + took)) ]
	rm "$stack"/etc/imcloud.conf.d/user-threads.conf
	service restart user
	wait_for answers
}

# route: user.change
@test "a database that is read-only or at a limit is busy, not broken" {
	announce 'status=503'
	as Anna
	sql 'SET GLOBAL read_only = 1'
	http PATCH /v1/users/me '{"bio":"read-only"}'
	is_problem 503 busy
	http POST "/v1/conversations" '{"kind":"self","client_id":"ro"}'
	is_problem 503 busy
	whoami
	is_status 200
	sql 'SET GLOBAL read_only = 0'
	http PATCH /v1/users/me '{"bio":"writable"}'
	is_status 200
	# Statements are prepared per connection: let all begin again.
	most=$(sql 'SELECT @@GLOBAL.max_prepared_stmt_count')
	sql 'SET GLOBAL max_prepared_stmt_count = 0; KILL USER imcloud_service'
	http PATCH /v1/users/me '{"bio":"none left"}'
	is_problem 503 busy
	# Nor does a service that starts now give up.
	old=$(service_pid user)
	kill -TERM "$old"
	restarted() { [ "$(service_pid user)" != "$old" ] && whoami &&
		[ "$status" = 503 ] && is_json .code busy; }
	wait_for restarted
	sql "SET GLOBAL max_prepared_stmt_count = $most"
	can_write() { http PATCH /v1/users/me '{"bio":"back"}'; [ "$status" = 200 ]; }
	wait_for can_write
	! grep -rhE 'ev=db_error' "$stack/log"
}

@test "without the database: 503, never 401, 403 or 404" {
	announce 'status=503'
	announce 'ev=db_'
	as Anna
	whoami
	service down db
	wait_for db_is_away
	for path in /v1/users/1 /v1/sessions /v1/inbox/head; do
		http GET $path
		is_problem 503 busy
	done
	# What memcached still holds may be answered, and then is true.
	whoami
	if [ "$status" = 200 ]; then
		is_json .user_id "$Anna_id"
	else
		is_problem 503 busy
	fi
	# Not even for what is not in the cache.
	TOKEN=imu_$(long 43)
	whoami
	is_problem 503 busy
	TOKEN=imk_$(long 43)
	whoami
	is_problem 503 busy
	TOKEN=$(jwt "$(claims '{device: "away"}')")
	whoami
	is_problem 503 busy
	as nobody
	http POST /v1/sessions "{\"app\":\"$IM_APP\",\"username\":\"nobody\",
		\"password\":\"wrong\",\"device\":{\"id\":\"x\",\"platform\":\"web\"}}"
	is_problem 503 busy
	http POST /v1/users "{\"app\":\"none\",\"username\":\"x\",\"password\":\"$password\"}"
	is_problem 503 busy
	# What needs no store still is told.
	http GET /v1/users/me
	is_problem 401 unauthenticated
	http GET /v1/nothing
	is_problem 404 not_found
	# A program that starts now serves as well.
	service restart user
	wait_for db_is_away
	service up db
	wait_for answers
}
db_is_away() {
	as Anna
	http GET /v1/sessions
	[ "$status" = 503 ]
}
