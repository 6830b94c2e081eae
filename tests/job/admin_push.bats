# im-admin push: credentials, the keys that seal them, and why there was no push;
# and what is left of it when people and apps go.
load ../helper
load ../api/apps
load ../api/chats
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private user admin conversation message lighttpd im-erase im-export
	use_app push
	for name in Anna Bert; do sign_up $name; done
}
teardown_file() { stack_done; }

admin() { run -"${expect:-0}" "$bin/im-admin" -c "$conf" "$@"; }
column() { awk -F'\t' -v c="$1" 'NR > 1 { print $c }' <<<"$output"; }
put_webpush() {
	as_app
	http PUT /v1/admin/push/webpush '{"subject":"mailto:a@example.com"}'
	is_status 200
}
keys() { sql 'SELECT COUNT(DISTINCT key_no) FROM push_credential'; }

@test "credentials of an app, and of all" {
	put_webpush
	http PUT /v1/admin/push/mipush \
		'{"app_secret":"s","package":"com.example.chat","enabled":false}'
	is_status 200
	sql "UPDATE push_credential SET state = 2, reason = 'VapidError'
		WHERE app_id = $IM_APP_ID AND provider = 3"
	admin push list "$IM_APP"
	[ "$(column 2 | xargs)" = 'webpush mipush' ]
	[ "$(column 3 | xargs)" = '- com.example.chat' ]
	[ "$(column 4 | xargs)" = 'failing paused' ]
	[ "$(column 5 | xargs)" = 'VapidError -' ]
	[[ $output != *mailto* ]]
	use_app second
	put_webpush
	admin push list
	[ "$(column 1 | sort | uniq -c | awk '{ print $1 }' | sort | xargs)" = '1 2' ]
	expect=66 admin push list nothere
}

@test "another key: sealed again, then the old one may go" {
	local file=$stack/etc/push.key new
	cp "$file" "$file.old"
	admin push reseal
	[ "$output" = resealed=0 ]
	new=$(head -c 32 /dev/urandom | xxd -p -c 64)
	# Below: it opens, and does not seal.
	echo "$new" >>"$file"
	admin push reseal
	[ "$output" = resealed=0 ]
	{ echo "$new"; cat "$file.old"; } >"$file"
	use_app third
	put_webpush
	[ "$(keys)" = 2 ]
	admin push reseal
	[ "$output" = resealed=3 ]
	[ "$(keys)" = 1 ]
	admin push reseal
	[ "$output" = resealed=0 ]
	[ "$(sql "SELECT COUNT(*) FROM audit WHERE action = 'push.reseal'")" = 1 ]
	echo "$new" >"$file"
	local key
	http GET /v1/admin/push
	key=$(json .items[0].public_key)
	put_webpush
	is_json .public_key "$key"

	cp "$file.old" "$file"
	expect=75 admin push reseal
	[[ $output == *'ev=push_key'* ]]
	echo "$new" >"$file"
}

@test "explain: devices, what waits, what was decided" {
	local conv message
	as Anna
	http POST /v1/conversations \
		"{\"kind\":\"group\",\"members\":[\"$Bert_id\"],\"settings\":{\"name\":\"g\"}}"
	conv=$(json .conv_id)
	http POST "/v1/conversations/$conv/messages" \
		'{"client_msg_id":"1","type":"text","content":{"text":"hi"}}'
	is_status 201
	message=$(json .msg_id) at=$(json .conv_index)
	admin push explain "$Bert_id"
	[ "$(head -1 <<<"$output" | cut -f 1-2)" = $'device\tprovider' ]
	[ "$(grep -c . <<<"$output")" = 2 ]

	as Bert
	http PUT "/v1/devices/$Bert_device/push" '{"provider":"fcm","token":"secret-token"}'
	is_status 200
	http POST "/v1/devices/$Bert_device/push/test"
	is_status 202
	sql "INSERT INTO push_ledger (user_id, ledger_id, app_id, device_id, provider,
		conv_id, first_index, upto_index, decision, reason, at_ms) VALUES
		($Bert_id, 1, $IM_APP_ID, '$Bert_device', 2, $conv, $at, $at, 2, 'muted', 11),
		($Bert_id, 2, $IM_APP_ID, '$Bert_device', 2, 99, 1, 3, 1, '', 12);
		INSERT INTO push_attempt VALUES ($Bert_id, 2, 1, 12, 503, 'busy', 30),
		($Bert_id, 2, 2, 13, 200, '', 30)"
	for user in "$Bert_id" "$IM_APP $Bert_name"; do
		# shellcheck disable=SC2086 # two words
		admin push explain $user
		grep -q "^$Bert_device	fcm	-	unknown	-	20" <<<"$output"
		grep -q "	waiting	queued	test	-\$" <<<"$output"
		grep -q "	sent	-	99:1-3	503/busy 200\$" <<<"$output"
		grep -q "	skipped	muted	$conv:$at-$at	-\$" <<<"$output"
		[[ $output != *secret-token* ]]
		# shellcheck disable=SC2086
		admin push explain $user "$message"
		grep -q '	skipped	muted	' <<<"$output"
		! grep -q '	sent	\|	waiting	' <<<"$output"
	done
	admin push explain "$Bert_id" --limit 1
	grep -q '	sent	' <<<"$output"
	! grep -q '	skipped	' <<<"$output"
	expect=66 admin push explain 7
	expect=66 admin push explain "$Bert_id" 7
	expect=66 admin push explain "$IM_APP" nobody
	expect=65 admin push explain nobody
	expect=65 admin push explain "$Bert_id" x
}

@test "an export has devices and decisions, and no token" {
	local file
	as Bert
	http POST /v1/users/me/export
	is_status 202
	exported() { http GET /v1/users/me/export; [ "$(json .state)" = done ]; }
	wait_for exported
	file=$stack/export/$(sql "SELECT name FROM export WHERE user_id = $Bert_id").jsonl
	[ "$(jq -r '.device.push.provider // empty' "$file")" = fcm ]
	[ "$(jq -r '.push.decision // empty' "$file" | xargs)" = 'waiting sent skipped' ]
	! grep -q secret-token "$file"
}

@test "an app that is deleted has none of it left" {
	use_app gone
	put_webpush
	sign_up Gina
	as Gina
	http PUT "/v1/devices/$Gina_device/push" '{"provider":"fcm","token":"gina"}'
	is_status 200
	http POST "/v1/devices/$Gina_device/push/test"
	is_status 202
	admin app disable "$IM_APP"
	deleted() {
		sql "UPDATE erasure SET due_ms = 1 WHERE user_id = $Gina_id
			AND due_ms IS NOT NULL"
		"$bin/im-admin" -c "$conf" app delete "$IM_APP" --yes --with-people
	}
	announce 'run this again'
	wait_for deleted
	for table in push_credential push_registration push_job; do
		[ "$(sql "SELECT COUNT(*) FROM $table WHERE app_id = $IM_APP_ID")" = 0 ]
	done
}
