# im-archive: entries move to segments, and everything reads, changes and finds
# them as before.
load ../helper
load ../api/apps
load ../api/chats
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private message user conversation inbox search lighttpd im-fanout \
		im-search live
	use_app archive
	for name in Anna Bert Cleo; do sign_up $name; done
}
teardown_file() { stack_done; }

archive() {
	"$bin/im-archive" -c "$conf" -o archive.hot_max=200 -o archive.keep=200 \
		-o archive.segment_entries=50 "$@"
}
count() { sql "SELECT COUNT(*) FROM $1 WHERE conv_id = $conv ${2-}"; }
archived() { sql "SELECT archived_index FROM conv_seq WHERE conv_id = $conv"; }
# Bodies of N messages from $1 on.
texts() { # FROM N
	jq -nc --argjson from "$1" --argjson n "$2" --arg conv "$conv" \
		'{messages: [range($from; $from + $n) | {conv_id: $conv,
			type: "text", client_msg_id: "c\(.)",
			content: {text: "message number \(.)"}}]}'
}
fill() { # WHO FROM N: by hundreds
	local at
	as "$1"
	for ((at = $2; at < $2 + $3; at += 100)); do
		http POST /v1/messages/batch "$(texts "$at" 100)"
		is_status 200
		is_json '[.items[].status] | unique | tojson' '[201]'
	done
}
# A group with 400 messages of Anna and Bert.
filled() {
	new_conv group Anna Bert
	fill Anna 1 100
	fill Bert 101 100
	fill Anna 201 200
	caught_up Bert
}
# All pages of $conv that WHO sees, in both directions.
pages() { # WHO FILE
	local at last
	as "$1"
	http GET "/v1/conversations/$conv"
	last=$(json .last_index)
	for ((at = 0; at < last; at += 70)); do
		http GET "/v1/conversations/$conv/messages?after=$at&limit=70"
		is_status 200
		jq -cS 'del(.request_id)' <<<"$body"
	done >"$2"
	for ((at = last + 1; at > 0; at -= 70)); do
		http GET "/v1/conversations/$conv/messages?before=$at&limit=70"
		is_status 200
		jq -cS 'del(.request_id)' <<<"$body"
	done >>"$2"
}
proven() {
	wait_for check_store || { echo "$found"; return 1; }
	"$bin/im-verify" -c "$conf"
}
nth() { # INDEX: sets msg
	msg=$(sql "SELECT msg_id FROM entry WHERE conv_id = $conv
			AND conv_index = $1 UNION ALL SELECT msg_id FROM archived
			WHERE conv_id = $conv AND conv_index = $1")
}

@test "history is the same before and after, whatever is cached" {
	filled
	pages Bert "$BATS_TEST_TMPDIR/before"
	archive --dry-run 2>"$BATS_TEST_TMPDIR/log"
	grep -q "event=archive_due\|ev=archive_due" "$BATS_TEST_TMPDIR/log"
	[ "$(archived)" = 0 ]
	archive
	[ "$(archived)" = 200 ]
	[ "$(count segment) $(count archived)" = '4 200' ]
	[ "$(count entry 'AND conv_index <= 200') $(count body)" = '0 201' ]
	pages Bert "$BATS_TEST_TMPDIR/after"
	cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	service restart message
	sql "UPDATE conv_seq SET changed_index = last_index WHERE conv_id = $conv"
	pages Bert "$BATS_TEST_TMPDIR/after"
	cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	# Another run finds nothing.
	archive
	[ "$(count segment)" = 4 ]
	proven
}
