# Devices, where their pushes go, and when that ends.
load ../helper
load apps

setup_file() {
	stack_private user admin lighttpd im-erase im-expire
	stack_set push webpush_hosts 'push.example, *.wild.example, 127.0.0.1:8443'
	service restart user
	use_app other
	export OTHER=$app OTHER_KEY=$app_key
	IM_APP=$OTHER sign_up Olga
	use_app push
	for name in Anna Bert Carl; do sign_up $name; done
}
teardown_file() { stack_done; }

p256dh=BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM
auth=tBHItJI5svbpez7KI4CCXg
webpush() { # [ENDPOINT]
	printf '{"provider":"webpush","token":"%s","keys":{"p256dh":"%s","auth":"%s"}}' \
		"${1-https://push.example/a}" $p256dh $auth
}
register() { # WHO TOKEN [DEVICE]
	local device=$1_device
	as "$1"
	http PUT "/v1/devices/${3-${!device}}/push" \
		"{\"provider\":\"fcm\",\"token\":\"$2\"}"
	is_status 200
}
# registered WHO: prints what each of their devices has, in one line
registered() {
	local id=$1_id
	sql "SELECT GROUP_CONCAT(token ORDER BY token) FROM push_registration
		WHERE user_id = ${!id}"
}
has() { # WHO TOKENS
	[ "$(registered "$1")" = "$2" ] || {
		echo "$1 has $(registered "$1"), not $2"
		return 1
	}
}

# route: device.list
@test "devices: those with an open session" {
	sign_up Dora
	as Dora
	http GET /v1/devices
	is_status 200
	is_json '.items | length' 1
	is_json .items[0].device_id "$Dora_device"
	is_json .items[0].platform web
	is_json .items[0].current true
	is_json '.items[0] | has("push")' false
	is_json .next null

	log_in "$Dora_name" second
	as Dora
	http GET '/v1/devices?limit=1'
	is_json .items[0].device_id second
	is_json .items[0].current false
	http GET "/v1/devices?limit=1&cursor=$(json .next)"
	is_json .items[0].device_id "$Dora_device"
	is_json .next null
}

# route: device.register
@test "register: the device, never the token; again; another one" {
	local first
	as Anna
	http PUT "/v1/devices/$Anna_device/push" \
		'{"provider":"apns","token":"00ff","token_kind":"device","topic":"com.example.chat",
		"environment":"sandbox","locale":"pt-BR"}'
	is_status 200
	is_json .device_id "$Anna_device"
	is_json .push.provider apns
	is_json .push.topic com.example.chat
	is_json .push.environment sandbox
	is_json .push.state unknown
	is_json '.push | has("last_ok_at") or has("reason")' false
	[[ $body != *00ff* ]]
	first=$(json .push.registered_at)

	http GET /v1/devices
	is_json .items[0].push.registered_at "$first"
	[[ $body != *00ff* ]]

	# What was learnt of a token is kept while it is the same.
	sql "UPDATE push_registration SET state = 1, last_ok_ms = 7
		WHERE user_id = $Anna_id"
	http PUT "/v1/devices/$Anna_device/push" '{"provider":"apns","token":"00ff"}'
	is_json .push.state ok
	is_json .push.last_ok_at 7
	is_json .push.environment production
	is_json '.push | has("topic")' false
	[ "$(json .push.registered_at)" -ge "$first" ]
	sql "UPDATE push_registration SET state = 2, reason = 'Unregistered'
		WHERE user_id = $Anna_id"
	http GET /v1/devices
	is_json .items[0].push.state dead
	is_json .items[0].push.reason Unregistered
	http PUT "/v1/devices/$Anna_device/push" '{"provider":"apns","token":"00ff"}'
	is_json .push.state unknown
	is_json '.push | has("reason")' false

	http PUT "/v1/devices/$Anna_device/push" '{"provider":"fcm","token":"t"}'
	is_json .push.state unknown
	is_json '.push | has("last_ok_at")' false
	has Anna t
}

@test "register: webpush wants an allowed endpoint and good keys" {
	local path=/v1/devices/$Anna_device/push at
	as Anna
	for at in https://push.example/a https://push.example:443/a?b \
		https://x.wild.example/ https://PUSH.example/A https://127.0.0.1:8443/p; do
		http PUT "$path" "$(webpush "$at")"
		is_status 200
		is_json .push.provider webpush
	done
	for at in http://push.example/a https://push.example.evil.example/a \
		https://evilpush.example/ https://wild.example/ \
		https://push.example:444/a https://127.0.0.1/p https://127.0.0.1:9999/ \
		'https://evil.example/#.push.example' 'https://evil.example?.push.example' \
		https://u@push.example/ 'https://push.example:443@evil.example/' \
		'https://evil.example\\@push.example/' 'https://evil.example%2fpush.example/' \
		'https://push.example /' push.example https:// ''; do
		http PUT "$path" "$(webpush "$at")"
		is_problem 400 invalid_argument token || { echo "$at"; return 1; }
	done
	http PUT "$path" '{"provider":"webpush","token":"https://push.example/a"}'
	is_problem 400 invalid_argument keys
	http PUT "$path" "$(webpush | jq -c 'del(.keys.auth)')"
	is_problem 400 invalid_argument keys.auth
	http PUT "$path" "$(webpush | jq -c 'del(.keys.p256dh)')"
	is_problem 400 invalid_argument keys.p256dh
	for key in AAAA "${p256dh/BN/AN}" "${p256dh}A" 'a b' ''; do
		http PUT "$path" "$(webpush | jq -c --arg k "$key" '.keys.p256dh = $k')"
		is_problem 400 invalid_argument keys.p256dh
	done
	for key in AAAA "${auth}AAAA" "$p256dh" ''; do
		http PUT "$path" "$(webpush | jq -c --arg k "$key" '.keys.auth = $k')"
		is_problem 400 invalid_argument keys.auth
	done
	# With padding, as some clients have it.
	http PUT "$path" "$(webpush | jq -c '.keys.auth += "=="')"
	is_status 200
}

@test "register: each bad field" {
	local path=/v1/devices/$Anna_device/push good='{"provider":"fcm","token":"t"}'
	as Anna
	bad() { # FIELD FILTER
		http PUT "$path" "$(jq -c "$2" <<<"$good")"
		is_problem 400 invalid_argument "$1" || { echo "$2"; return 1; }
	}
	bad provider 'del(.provider)'
	bad provider '.provider = "gcm"'
	bad provider '.provider = 1'
	bad provider '.provider = null'
	bad token 'del(.token)'
	bad token '.token = ""'
	bad token '.token = "a b"'
	bad token '.token = "é"'
	bad token ".token = \"$(long 2049)\""
	bad token_kind '.token_kind = ""'
	bad token_kind ".token_kind = \"$(long 17)\""
	bad topic '.topic = ""'
	bad topic '.topic = "a/b"'
	bad topic ".topic = \"$(long 256)\""
	bad environment '.environment = "test"'
	bad keys '.keys = "k"'
	bad keys.more '.keys = {p256dh: "a", auth: "b", more: 1}'
	bad locale ".locale = \"$(long 36)\""
	bad locale '.locale = "de DE"'
	bad more '.more = 1'
	http PUT "$path" "$(jq -c ".token = \"$(long 2048)\"" <<<"$good")"
	is_status 200
}

@test "register: no token, no such device, another user's, another app's" {
	as nobody
	http GET /v1/devices
	is_problem 401 unauthenticated
	http PUT "/v1/devices/$Anna_device/push" '{"provider":"fcm","token":"t"}'
	is_problem 401 unauthenticated
	http DELETE "/v1/devices/$Anna_device/push"
	is_problem 401 unauthenticated
	as Bert
	for device in "$Anna_device" "$Olga_device" none; do
		http PUT "/v1/devices/$device/push" '{"provider":"fcm","token":"t"}'
		is_problem 404 not_found
		http DELETE "/v1/devices/$device/push"
		is_problem 404 not_found
	done
	http PUT "/v1/devices/$(long 65)/push" '{"provider":"fcm","token":"t"}'
	is_problem 404 not_found
	http PUT "/v1/devices/a%20b/push" '{"provider":"fcm","token":"t"}'
	is_problem 404 not_found
	# An app's server registers for its users, and not for those of others.
	as_app
	http PUT "/v1/devices/$Bert_device/push" '{"provider":"fcm","token":"bert"}' \
		-H "Im-Act-As: $Bert_id"
	is_status 200
	is_json .current false
	TOKEN=$OTHER_KEY
	http PUT "/v1/devices/$Bert_device/push" '{"provider":"fcm","token":"t"}' \
		-H "Im-Act-As: $Bert_id"
	is_problem 400 invalid_argument Im-Act-As
	has Bert bert
}

# route: device.unregister
@test "unregister: at once, and again" {
	register Bert gone
	for _ in 1 2; do
		http DELETE "/v1/devices/$Bert_device/push"
		is_status 200
		is_json .device_id "$Bert_device"
		is_json 'has("push")' false
	done
	has Bert NULL
}

@test "a token belongs to the device that registered it last, of an app" {
	register Anna token
	register Bert token
	has Anna NULL
	has Bert token
	log_in "$Bert_name" tablet
	register Bert token tablet
	[ "$(sql "SELECT device_id FROM push_registration
		WHERE user_id = $Bert_id")" = tablet ]
	register Bert phone
	has Bert phone,token
	# Another provider may have the same text; another app has others.
	as Anna
	http PUT "/v1/devices/$Anna_device/push" '{"provider":"huawei","token":"token"}'
	is_status 200
	IM_APP=$OTHER register Olga token
	has Anna token
	has Bert phone,token
	has Olga token
}

@test "a token that many register at the same time: one has it" {
	local body_of i
	for i in 1 2 3 4 5 6; do
		sign_up "Race$i"
	done
	for round in 1 2 3; do
		for i in 1 2 3 4 5 6; do
			body_of=Race${i}_token device=Race${i}_device
			curl -sS -o "$BATS_TEST_TMPDIR/$i" -w '%{http_code}\n' -X PUT \
				-H "Authorization: Bearer ${!body_of}" \
				-H 'Content-Type: application/json' \
				-d "{\"provider\":\"fcm\",\"token\":\"race$round\"}" \
				"$url/v1/devices/${!device}/push" \
				>>"$BATS_TEST_TMPDIR/codes" 3>&- &
		done
		wait
		[ "$(sql "SELECT COUNT(*) FROM push_registration
			WHERE token = 'race$round'")" = 1 ]
	done
	[ "$(sort -u "$BATS_TEST_TMPDIR/codes")" = 200 ]
}

@test "log-out, kick and a new password end the registration" {
	local session
	sign_up Ella
	register Ella out
	http DELETE /v1/sessions/current
	is_status 204
	has Ella NULL

	log_in "$Ella_name" a
	export Ella_token=$token
	log_in "$Ella_name" b
	register Ella kicked b
	register Ella kept a
	session=$(sql "SELECT session_id FROM session WHERE user_id = $Ella_id
		AND device_id = 'b' AND ended_ms = 0")
	http DELETE "/v1/sessions/$session"
	is_status 204
	has Ella kept

	log_in "$Ella_name" b
	register Ella kicked b
	http PUT /v1/users/me/password "{\"old\":\"$password\",
		\"new\":\"$password-2\",\"end_sessions\":true}"
	is_status 204
	has Ella kept
}

@test "a user who is disabled, or erased, has none" {
	sign_up Finn
	register Finn finn
	as_app
	http PATCH "/v1/admin/users/$Finn_id" '{"disabled":true}'
	is_status 200
	has Finn NULL

	sign_up Gina
	register Gina gina
	sql "INSERT INTO push_job (user_id, device_id, conv_id, app_id, part, state,
		due_ms, first_index, upto_index, since_ms) VALUES ($Gina_id,
		'$Gina_device', 5, $IM_APP_ID, $Gina_id MOD 4, 1, 1, 1, 1, 1);
		INSERT INTO push_ledger (user_id, ledger_id, app_id, device_id, provider,
		conv_id, first_index, upto_index, decision, at_ms) VALUES ($Gina_id, 1,
		$IM_APP_ID, '$Gina_device', 2, 5, 1, 1, 1, 1);
		INSERT INTO push_attempt (user_id, ledger_id, attempt, at_ms, status,
		took_ms) VALUES ($Gina_id, 1, 1, 1, 200, 1)"
	as Gina
	http DELETE /v1/users/me "{\"password\":\"$password\"}"
	is_status 204
	has Gina NULL
	nothing_left() {
		sql "UPDATE erasure SET due_ms = 1 WHERE user_id = $Gina_id
			AND due_ms IS NOT NULL"
		[ "$(sql "SELECT (SELECT COUNT(*) FROM push_job
			WHERE user_id = $Gina_id) + (SELECT COUNT(*) FROM push_ledger
			WHERE user_id = $Gina_id) + (SELECT COUNT(*) FROM push_attempt
			WHERE user_id = $Gina_id)")" = 0 ]
	}
	wait_for nothing_left
}

@test "the same user who logs in again on the device keeps it; another one ends it" {
	sign_up Hugo
	sign_up Iris
	register Hugo hugo
	log_in "$Hugo_name" "$Hugo_device"
	export Hugo_token=$token
	has Hugo hugo
	store_is_sound

	# Another device of his ends nothing, nor does hers.
	log_in "$Hugo_name" other
	log_in "$Iris_name" "$Iris_device"
	has Hugo hugo

	log_in "$Iris_name" "$Hugo_device"
	has Hugo NULL
	# His session goes on, and he may register again.
	register Hugo again
	has Hugo again
}

@test "a log-in that replaces the sessions of other devices ends theirs" {
	sign_up Jane
	register Jane one
	sql "UPDATE app SET login_policy = 2 WHERE app_id = $IM_APP_ID"
	log_in "$Jane_name" other
	sql "UPDATE app SET login_policy = 0 WHERE app_id = $IM_APP_ID"
	has Jane NULL
}

@test "JWTs: without a device they share one, and end nothing of others" {
	claims() {
		jq -nc --arg app "$IM_APP" --arg sub "$1" --argjson exp "$(now 3600)" \
			'{sub: $sub, app: $app, exp: $exp}'
	}
	Anna_token=$(jwt "$(claims "$Anna_name")")
	Bert_token=$(jwt "$(claims "$Bert_name")")
	register Anna anna-jwt jwt
	as Bert
	http GET /v1/devices
	is_json '[.items[] | select(.current)][0].device_id' jwt
	register Bert bert-jwt jwt
	[[ ,$(registered Anna), == *,anna-jwt,* ]]
	[[ ,$(registered Bert), == *,bert-jwt,* ]]

	# The next JWT of the device continues its session.
	sleep_until_next_second() { [ "$(now)" -gt "$1" ]; }
	wait_for sleep_until_next_second "$(now)"
	Anna_token=$(jwt "$(claims "$Anna_name")")
	as Anna
	http GET /v1/devices
	is_json '[.items[] | select(.device_id == "jwt")][0].push.provider' fcm
}

@test "register races with log-out: nothing is left of an ended session" {
	sign_up Kurt
	for i in 1 2 3 4 5 6 7 8; do
		log_in "$Kurt_name" "$Kurt_device"
		curl -sS -o "$BATS_TEST_TMPDIR/a" -X PUT \
			-H "Authorization: Bearer $token" \
			-H 'Content-Type: application/json' \
			-d "{\"provider\":\"fcm\",\"token\":\"kurt$i\"}" \
			"$url/v1/devices/$Kurt_device/push" 3>&- &
		curl -sS -o "$BATS_TEST_TMPDIR/b" -X DELETE \
			-H "Authorization: Bearer $token" \
			"$url/v1/sessions/current" 3>&- &
		wait
		has Kurt NULL
	done
}

@test "a session that has run out keeps it until its row goes" {
	sign_up Lars
	register Lars lars
	sql "UPDATE session SET expires_ms = 1 WHERE user_id = $Lars_id"
	has Lars lars
	log_in "$Lars_name" new
	export Lars_token=$token
	has Lars NULL
}

# route: push.webpush
@test "the key for Web Push: 404, then that of the app" {
	local key
	as Carl
	http GET /v1/push/webpush
	is_problem 404 not_found
	as_app
	http PUT /v1/admin/push/webpush '{"subject":"mailto:a@example.com"}'
	is_status 200
	key=$(json .public_key)
	as Carl
	http GET /v1/push/webpush
	is_status 200
	is_json .public_key "$key"
	[ "$(json 'keys | join(",")')" = public_key ]
	as Olga
	http GET /v1/push/webpush
	is_problem 404 not_found
	as nobody
	http GET /v1/push/webpush
	is_problem 401 unauthenticated
}

# route: device.test_push
# route: device.explain_push
@test "a test of a device waits, and is explained" {
	sign_up Mona
	as Mona
	http POST "/v1/devices/$Mona_device/push/test"
	is_problem 404 not_found
	http GET "/v1/devices/$Mona_device/push/explain"
	is_status 200
	is_json '.items | length' 0
	register Mona mona
	for _ in 1 2; do
		http POST "/v1/devices/$Mona_device/push/test" '' -H 'Idempotency-Key: one'
		is_status 202
		is_json .device_id "$Mona_device"
		is_json .provider fcm
		is_json .decision waiting
	done
	[ "$(sql "SELECT COUNT(*) FROM push_job WHERE user_id = $Mona_id
		AND conv_id = 0 AND state = 1")" = 1 ]
	http GET "/v1/devices/$Mona_device/push/explain"
	is_json '.items | length' 1
	is_json .items[0].decision waiting
	is_json .items[0].reason queued
	is_json .items[0].provider fcm
	is_json '.items[0] | has("conv_id")' false
	is_json '.items[0].attempts | length' 0

	# Of oneself only.
	as Anna
	http GET "/v1/devices/$Mona_device/push/explain"
	is_json '.items | length' 0
	http POST "/v1/devices/$Mona_device/push/test"
	is_problem 404 not_found
	as nobody
	http POST "/v1/devices/$Mona_device/push/test"
	is_problem 401 unauthenticated
	http GET "/v1/devices/$Mona_device/push/explain"
	is_problem 401 unauthenticated
}

@test "what became of pushes: pages, newest first" {
	sign_up Nils
	register Nils nils
	for i in 1 2 3; do
		sql "INSERT INTO push_ledger (user_id, ledger_id, app_id, device_id,
			provider, conv_id, first_index, upto_index, decision, reason, at_ms)
			VALUES ($Nils_id, $i, $IM_APP_ID, '$Nils_device', 2, 77, $i, $i, 1,
			'', $((100 + i)));
			INSERT INTO push_attempt VALUES ($Nils_id, $i, 1, 5, 503, 'busy', 9),
			($Nils_id, $i, 2, 6, 200, '', 4)"
	done
	http GET "/v1/devices/$Nils_device/push/explain?limit=2"
	is_json '[.items[].at] | join(",")' 103,102
	is_json '.items[0].conv_id' 77
	is_json '.items[0].decision' sent
	is_json '[.items[0].attempts[].status] | join(",")' 503,200
	is_json '.items[0].attempts[0].reason' busy
	is_json '.items[0].attempts[1] | has("reason")' false
	http GET "/v1/devices/$Nils_device/push/explain?limit=2&cursor=$(json .next)"
	is_json '[.items[].at] | join(",")' 101
	is_json .next null
	http GET "/v1/devices/$Nils_device/push/explain?limit=0"
	is_problem 400 invalid_argument limit
	http GET "/v1/devices/$Nils_device/push/explain?cursor=x"
	is_problem 400 invalid_argument cursor
}
