# A conversation in mode pull that is archived: history, marks, search, exports
# and traces read on across the boundary as before.
load ../helper
load ../api/apps
load ../api/chats
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private message user conversation inbox search admin lighttpd \
		im-fanout im-search live
	use_app pull
	for name in Anna Bert; do sign_up $name; done
}
teardown_file() { stack_done; }

all() { # WHO: the pages of $conv, without what differs by request
	local at
	as "$1"
	for ((at = 0; at < 420; at += 70)); do
		http GET "/v1/conversations/$conv/messages?after=$at&limit=70"
		is_status 200
		jq -cS 'del(.request_id)' <<<"$body"
	done
}
finds() { # WORDS
	as Bert
	http GET "/v1/search?q=$(jq -rn --arg q "$1" '$q | @uri')"
	[ "$(json '.items | length')" = 1 ]
}

@test "history, unread, search, export and trace across the boundary" {
	new_conv group Anna Bert
	wait_for check_store
	"$bin/im-admin" -c "$conf" conversation mode "$conv" pull
	"$bin/im-fanout" -c "$conf"
	say Anna 'unusual beginning'
	early=$msg
	for i in 1 2 3 4; do
		http POST /v1/messages/batch "$(jq -nc --arg conv "$conv" \
			--argjson i "$i" '{messages: [range(100) | {conv_id: $conv,
				type: "text", content: {text: "number \($i * 1000 + .)"}}]}')"
		is_status 200
	done
	"$bin/im-fanout" -c "$conf"
	wait_for check_store
	wait_for finds 'unusual beginning'
	all Bert >"$BATS_TEST_TMPDIR/before"
	unread=$(chat Bert .unread)
	[ "$unread" = 401 ]
	"$bin/im-archive" -c "$conf" -o archive.keep=200 \
		-o archive.segment_entries=50 --conv "$conv"
	[ "$(sql "SELECT archived_index FROM conv_seq WHERE conv_id = $conv")" -ge 200 ]
	all Bert >"$BATS_TEST_TMPDIR/after"
	cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	[ "$(chat Bert .unread)" = 401 ]
	finds 'unusual beginning'
	as Bert
	http PUT "/v1/conversations/$conv/read" '{"conv_index":100}'
	is_status 200
	rest=$(json .unread)
	chat_is Bert .unread "$rest"
	http GET "/v1/messages/$early"
	is_json .content.text 'unusual beginning'
	http POST /v1/users/me/export
	is_status 202
	"$bin/im-export" -c "$conf"
	as_app
	http GET "/v1/admin/trace/$early"
	is_json '[.fanout.mode, .fanout.state] | tojson' '["pull","done"]'
	wait_for check_store
	"$bin/im-verify" -c "$conf"
}
