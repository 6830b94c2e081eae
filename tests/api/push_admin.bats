# Credentials of apps for push providers, tests, and why there was no push.
load ../helper
load apps
load chats

setup_file() {
	stack_private user admin conversation message lighttpd
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 \
		-out "$BATS_FILE_TMPDIR/p8"
	openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 \
		-out "$BATS_FILE_TMPDIR/rsa" 2>/dev/null
	use_app other
	export OTHER=$app OTHER_KEY=$app_key
	IM_APP=$OTHER sign_up Olga
	use_app push
	for name in Anna Bert; do sign_up $name; done
}
teardown_file() { stack_done; }

apns() { # [FILTER]
	jq -nc --rawfile key "$BATS_FILE_TMPDIR/p8" '{key_p8: $key,
		key_id: "ABC123DEFG", team_id: "DEF123GHIJ", topic: "com.example.chat",
		environment: "production"} | '"${1-.}"
}
fcm() { # [FILTER]
	jq -nc --rawfile key "$BATS_FILE_TMPDIR/rsa" '{service_account: {
		type: "service_account", project_id: "example", private_key_id: "k1",
		client_email: "push@example.iam.gserviceaccount.com", private_key: $key,
		token_uri: "https://oauth2.googleapis.com/token"}} | '"${1-.}"
}
huawei() {
	jq -nc '{app_id: "1001", client_id: "1001", client_secret: "s3cret",
		project_id: "77", api: "v2"} | '"${1-.}"
}
mipush() {
	jq -nc '{app_secret: "s3cret", package: "com.example.chat"} | '"${1-.}"
}
put() { # PROVIDER BODY
	as_app
	http PUT "/v1/admin/push/$1" "$2"
}
bad() { # PROVIDER FIELD BODY
	put "$1" "$3"
	is_problem 400 invalid_argument "$2" || { echo "$3"; return 1; }
}
audited() { # ACTION DETAIL: how often
	sql "SELECT COUNT(*) FROM audit WHERE app_id = $IM_APP_ID
		AND action = '$1' AND detail = '$2'
		AND actor = 'key:$((IM_APP_ID + 1))'"
}

# route: push.put_apns
# route: push.list
@test "apns: stored encrypted, shown without secrets, replaced by topic" {
	local sealed
	put apns "$(apns)"
	is_status 200
	is_json .provider apns
	is_json .topic com.example.chat
	is_json .state ok
	is_json .enabled true
	is_json .preview full
	is_json '.quiet_types | length' 0
	[ "$(json .checked_at)" -gt 0 ]
	[[ $body != *PRIVATE* ]] && [[ $body != *ABC123DEFG* ]]
	[ "$(audited push.put 'apns com.example.chat')" = 1 ]
	sealed=$(sql "SELECT HEX(sealed) FROM push_credential
		WHERE app_id = $IM_APP_ID")
	[ ${#sealed} -gt 400 ]
	! grep -q "$(printf 'ABC123DEFG' | xxd -p | tr a-f A-F)" <<<"$sealed"

	# Another bundle, and settings of the first.
	put apns "$(apns '.topic = "com.example.b"')"
	is_status 200
	put apns "$(apns '. + {enabled: false, preview: "generic",
		quiet_types: ["image", "custom", "image"]}')"
	is_status 200
	is_json .state paused
	is_json .enabled false
	is_json .preview generic
	is_json '.quiet_types | join(",")' image,custom
	http GET /v1/admin/push
	is_status 200
	is_json '[.items[].topic] | join(",")' com.example.b,com.example.chat
	is_json '[.items[].state] | join(",")' ok,paused
	is_json .next null
	[[ $body != *PRIVATE* ]]

	# What im-push has learnt.
	sql "UPDATE push_credential SET state = 2, reason = 'InvalidProviderToken',
		checked_ms = 5 WHERE app_id = $IM_APP_ID AND topic = 'com.example.b'"
	http GET /v1/admin/push
	is_json .items[0].state failing
	is_json .items[0].reason InvalidProviderToken
	is_json .items[0].checked_at 5
	put apns "$(apns '.topic = "com.example.b"')"
	is_json .state ok
	is_json 'has("reason")' false
}

@test "apns: each bad field" {
	for field in key_p8 key_id team_id topic environment; do
		bad apns $field "$(apns "del(.$field)")"
		bad apns $field "$(apns ".$field = \"\"")"
		bad apns $field "$(apns ".$field = 7")"
	done
	bad apns key_p8 "$(apns '.key_p8 = "a key"')"
	bad apns key_p8 "$(jq -nc --rawfile k "$BATS_FILE_TMPDIR/rsa" \
		--argjson c "$(apns)" '$c | .key_p8 = $k')"
	bad apns key_id "$(apns '.key_id = "a b"')"
	bad apns topic "$(apns '.topic = "a/b"')"
	bad apns environment "$(apns '.environment = "test"')"
	bad apns enabled "$(apns '.enabled = "yes"')"
	bad apns preview "$(apns '.preview = "some"')"
	bad apns quiet_types "$(apns '.quiet_types = "text"')"
	bad apns quiet_types "$(apns '.quiet_types = ["smell"]')"
	bad apns service_account "$(apns '.service_account = {}')"
}

# route: push.put_fcm
@test "fcm: a service account" {
	put fcm "$(fcm)"
	is_status 200
	is_json .provider fcm
	is_json 'has("topic")' false
	bad fcm service_account '{}'
	bad fcm service_account '{"service_account":"a"}'
	put fcm "$(fcm 'del(.service_account.private_key)')"
	is_status 400
	put fcm "$(fcm '.service_account.private_key = "a"')"
	is_status 400
	put fcm "$(fcm 'del(.service_account.project_id)')"
	is_status 400
	put fcm "$(fcm 'del(.service_account.client_email)')"
	is_status 400
	bad fcm key_p8 "$(fcm '.key_p8 = "a"')"
}

# route: push.put_webpush
@test "webpush: makes keys, keeps them, takes one's own" {
	local key own
	put webpush '{"subject":"mailto:a@example.com"}'
	is_status 200
	key=$(json .public_key)
	[ ${#key} -eq 87 ]
	put webpush '{"subject":"https://example.com/push","preview":"none"}'
	is_status 200
	is_json .public_key "$key"
	is_json .preview none

	own=$(openssl pkey -in "$BATS_FILE_TMPDIR/p8" -noout -text |
		sed -n '/priv:/,/pub:/p' | grep '^ ' | tr -d ' :\n' | sed 's/^00//')
	own=$(xxd -r -p <<<"$own" | base64url)
	put webpush "{\"subject\":\"mailto:a@example.com\",\"private_key\":\"$own\"}"
	is_status 200
	is_json .public_key "$(openssl pkey -in "$BATS_FILE_TMPDIR/p8" -pubout \
		-outform DER | tail -c 65 | base64url)"
	key=$(json .public_key)
	put webpush '{"subject":"mailto:a@example.com"}'
	is_json .public_key "$key"
	[[ $body != *"$own"* ]]

	bad webpush subject '{}'
	bad webpush subject '{"subject":"a@example.com"}'
	bad webpush subject '{"subject":"http://example.com"}'
	for one in AAAA "$(long 43 A)" "$(long 43 _)" "$(long 43 '*')" "$(long 45 A)" ''; do
		bad webpush private_key \
			"{\"subject\":\"mailto:a@b.example\",\"private_key\":\"$one\"}"
	done
}

@test "webpush: of keys that are made at the same time, all get one" {
	http DELETE /v1/admin/push/webpush
	as_app
	http DELETE /v1/admin/push/webpush
	is_status 204
	for i in 1 2 3 4 5; do
		curl -sS -X PUT -H "Authorization: Bearer $IM_APP_KEY" \
			-H 'Content-Type: application/json' \
			-d '{"subject":"mailto:a@example.com"}' \
			-o "$BATS_TEST_TMPDIR/$i" "$url/v1/admin/push/webpush" 3>&- &
	done
	wait
	[ "$(for i in 1 2 3 4 5; do jq -r .public_key "$BATS_TEST_TMPDIR/$i"
		done | sort -u | wc -l)" = 1 ]
}

# route: push.put_huawei
@test "huawei: the OAuth client, and v3's service account" {
	put huawei "$(huawei)"
	is_status 200
	is_json .provider huawei
	for field in app_id client_id client_secret; do
		bad huawei $field "$(huawei "del(.$field)")"
		bad huawei $field "$(huawei ".$field = \"\"")"
	done
	bad huawei api "$(huawei '.api = "v4"')"
	bad huawei project_id "$(huawei '.project_id = 1')"
	bad huawei service_account "$(huawei '.service_account = "a"')"
}

# route: push.put_mipush
@test "mipush: a secret and a package" {
	put mipush "$(mipush)"
	is_status 200
	is_json .topic com.example.chat
	for field in app_secret package; do
		bad mipush $field "$(mipush "del(.$field)")"
		bad mipush $field "$(mipush ".$field = \"\"")"
	done
	bad mipush package "$(mipush '.package = "a b"')"
	bad mipush region "$(mipush '.region = ""')"
	bad mipush channel_id "$(mipush '.channel_id = "a b"')"
}

# route: push.delete_apns
# route: push.delete_fcm
# route: push.delete_webpush
# route: push.delete_huawei
# route: push.delete_mipush
@test "delete: one topic, all of a provider, again" {
	put apns "$(apns '.topic = "one"')"
	put apns "$(apns '.topic = "two"')"
	for _ in 1 2; do
		http DELETE '/v1/admin/push/apns?topic=one'
		is_status 204
		[ "$(audited push.delete 'apns one')" = 1 ]
	done
	http GET /v1/admin/push
	is_json '[.items[] | select(.topic == "one")] | length' 0
	is_json '[.items[] | select(.topic == "two")] | length' 1
	put fcm "$(fcm)"
	for provider in apns fcm webpush huawei mipush; do
		for _ in 1 2; do
			http DELETE /v1/admin/push/$provider
			is_status 204
		done
	done
	http GET /v1/admin/push
	is_json '.items | length' 0
	http DELETE '/v1/admin/push/apns?topic='
	is_problem 400 invalid_argument topic
}

@test "who may: neither users nor nobody; unknown providers; other apps" {
	local good provider
	for provider in apns fcm webpush huawei mipush; do
		good='{"subject":"mailto:a@example.com"}'
		[ $provider = webpush ] || good=$($provider)
		as nobody
		http PUT /v1/admin/push/$provider "$good"
		is_problem 401 unauthenticated
		http DELETE /v1/admin/push/$provider
		is_problem 401 unauthenticated
		as Anna
		http PUT /v1/admin/push/$provider "$good"
		is_problem 403 forbidden
		http DELETE /v1/admin/push/$provider
		is_problem 403 forbidden
	done
	for path in /v1/admin/push "/v1/admin/push/explain?user_id=$Anna_id"; do
		as nobody
		http GET "$path"
		is_problem 401 unauthenticated
		as Anna
		http GET "$path"
		is_problem 403 forbidden
	done
	as Anna
	http POST /v1/admin/push/test "{\"user_id\":\"$Anna_id\"}"
	is_problem 403 forbidden
	put gcm '{}'
	is_problem 404 not_found
	http DELETE /v1/admin/push/gcm
	is_problem 404 not_found
	put mipush "$(mipush)"
	is_status 200
	TOKEN=$OTHER_KEY
	http GET /v1/admin/push
	is_json '.items | length' 0
	http DELETE /v1/admin/push/mipush
	is_status 204
	as_app
	http GET /v1/admin/push
	is_json '.items | length' 1
}

@test "no more than 50 of an app" {
	use_app many
	sql "INSERT INTO push_credential (app_id, provider, topic, sealed, key_no,
		changed_ms, version) SELECT $IM_APP_ID, 5, CONCAT('t', seq), '', 0, 1, seq
		FROM seq_1_to_50"
	put mipush "$(mipush)"
	is_problem 409 conflict
	put mipush "$(mipush '.package = "t7"')"
	is_status 200
}

# route: push.test
@test "a test of all devices of a user" {
	as_app
	http POST /v1/admin/push/test "{\"user_id\":\"$Bert_id\"}"
	is_status 202
	is_json '.items | length' 0
	log_in "$Bert_name" tablet
	for device in tablet "$Bert_device"; do
		as Bert
		http PUT "/v1/devices/$device/push" \
			"{\"provider\":\"fcm\",\"token\":\"$device\"}"
		is_status 200
	done
	as_app
	for _ in 1 2; do
		http POST /v1/admin/push/test "{\"user_id\":\"$Bert_id\"}"
		is_status 202
		is_json '[.items[].device_id] | sort | join(",")' "$Bert_device,tablet"
	done
	[ "$(sql "SELECT COUNT(*) FROM push_job WHERE user_id = $Bert_id
		AND conv_id = 0 AND state = 1")" = 2 ]
	[ "$(sql "SELECT COUNT(*) FROM audit WHERE action = 'push.test'
		AND user_id = $Bert_id")" = 3 ]
	http POST /v1/admin/push/test '{}'
	is_problem 400 invalid_argument user_id
	http POST /v1/admin/push/test '{"user_id":"x"}'
	is_problem 400 invalid_argument user_id
	http POST /v1/admin/push/test '{"user_id":"1"}'
	is_problem 404 not_found
	http POST /v1/admin/push/test "{\"user_id\":\"$Olga_id\"}"
	is_problem 404 not_found
}

# route: push.explain
@test "explain: a user, a message, what waits and what was decided" {
	local conv message
	as Anna
	http POST /v1/conversations \
		"{\"kind\":\"group\",\"members\":[\"$Bert_id\"],\"settings\":{\"name\":\"g\"}}"
	is_status 201
	conv=$(json .conv_id)
	http POST "/v1/conversations/$conv/messages" \
		'{"client_msg_id":"1","type":"text","content":{"text":"hi"}}'
	is_status 201
	message=$(json .msg_id) at=$(json .conv_index)
	sql "DELETE FROM push_job WHERE user_id = $Bert_id;
		INSERT INTO push_ledger (user_id, ledger_id, app_id, device_id, provider,
		conv_id, first_index, upto_index, decision, reason, at_ms) VALUES
		($Bert_id, 1, $IM_APP_ID, 'tablet', 2, $conv, 1, $((at - 1)), 2, 'read', 11),
		($Bert_id, 2, $IM_APP_ID, 'tablet', 2, $conv, $at, $((at + 1)), 3, 'busy', 12),
		($Bert_id, 3, $IM_APP_ID, 'tablet', 2, 99, 1, $((at + 1)), 5, 'gone', 13);
		INSERT INTO push_attempt VALUES ($Bert_id, 2, 1, 12, 503, 'busy', 30);
		INSERT INTO push_job (user_id, device_id, conv_id, app_id, part, state,
		due_ms, first_index, upto_index, since_ms, notice_id) VALUES
		($Bert_id, 'tablet', $conv, $IM_APP_ID, $Bert_id MOD 4, 1, 1, 1, $at, 20, 2),
		($Bert_id, '$Bert_device', $conv, $IM_APP_ID, $Bert_id MOD 4, 1, 1, 1, $at, 21, 0)"
	as_app
	http GET "/v1/admin/push/explain?user_id=$Bert_id&msg_id=$message"
	is_status 200
	# What waits under a notice is told once.
	is_json '[.items[] | .decision + ":" + .reason] | join(",")' \
		waiting:queued,waiting:busy
	is_json .items[0].device_id "$Bert_device"
	is_json .items[0].conv_id "$conv"
	is_json '.items[1].attempts | length' 1
	is_json .items[1].attempts[0].status 503
	is_json .items[1].attempts[0].took_ms 30
	http GET "/v1/admin/push/explain?user_id=$Bert_id"
	is_json '[.items[] | .decision] | join(",")' waiting,dead,waiting,skipped
	http GET "/v1/admin/push/explain?user_id=$Bert_id&limit=1"
	is_json '[.items[] | .decision] | join(",")' waiting,waiting,dead
	http GET "/v1/admin/push/explain?user_id=$Bert_id&limit=5&cursor=$(json .next)"
	is_json '[.items[] | .decision] | join(",")' waiting,skipped
	[ "$(sql "SELECT COUNT(*) FROM audit WHERE action = 'push.explain'
		AND user_id = $Bert_id")" -ge 1 ]

	http GET /v1/admin/push/explain
	is_problem 400 invalid_argument user_id
	http GET "/v1/admin/push/explain?user_id=$Olga_id"
	is_problem 404 not_found
	http GET "/v1/admin/push/explain?user_id=$Bert_id&msg_id=7"
	is_problem 404 not_found
	http GET "/v1/admin/push/explain?user_id=$Bert_id&msg_id=x"
	is_problem 400 invalid_argument msg_id
	http GET "/v1/admin/push/explain?user_id=$Bert_id&more=1"
	is_problem 400 invalid_argument more
	TOKEN=$OTHER_KEY
	http GET "/v1/admin/push/explain?user_id=$Olga_id&msg_id=$message"
	is_problem 404 not_found
}

@test "without a key nothing is stored" {
	announce 'ev=push_key|push is not set up'
	mv "$stack/etc/push.key" "$stack/etc/push.key.away"
	put mipush "$(mipush '.package = "nokey"')"
	is_problem 503 busy
	for text in '' '# only' abcd "$(long 64 g)" "$(long 65 a)"; do
		printf '%s\n' "$text" >"$stack/etc/push.key"
		put mipush "$(mipush '.package = "nokey"')"
		is_problem 503 busy || { echo "$text"; return 1; }
		[[ $body != *push.key* ]]
	done
	mv "$stack/etc/push.key.away" "$stack/etc/push.key"
	[ "$(sql "SELECT COUNT(*) FROM push_credential
		WHERE topic = 'nokey'")" = 0 ]
}

@test "an older key still opens; a lost one is told" {
	local key
	use_app keys
	put webpush '{"subject":"mailto:a@example.com"}'
	key=$(json .public_key)
	cp "$stack/etc/push.key" "$stack/etc/push.key.old"
	{ long 64 7; echo; echo; echo '# the one before'; cat "$stack/etc/push.key.old"; } \
		>"$stack/etc/push.key"
	put webpush '{"subject":"mailto:b@example.com"}'
	is_status 200
	is_json .public_key "$key"
	# Now it is sealed with the new one.
	{ long 64 7; echo; } >"$stack/etc/push.key"
	put webpush '{"subject":"mailto:c@example.com"}'
	is_json .public_key "$key"
	mv "$stack/etc/push.key.old" "$stack/etc/push.key"
	announce 'ev=push_key|push is not set up'
	put webpush '{"subject":"mailto:d@example.com"}'
	is_problem 503 busy
}

@test "a credential that was copied to another app does not open" {
	use_app theirs
	put webpush '{"subject":"mailto:a@example.com"}'
	is_status 200
	local from=$IM_APP_ID
	use_app mine
	sql "INSERT INTO push_credential SELECT $IM_APP_ID, provider, topic, sealed,
		key_no, public_key, enabled, preview, quiet_types, state, reason,
		checked_ms, probe_ms, changed_ms, version
		FROM push_credential WHERE app_id = $from"
	announce 'code=internal|another place'
	put webpush '{"subject":"mailto:a@example.com"}'
	is_problem 500 internal
}
