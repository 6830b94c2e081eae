# im-archive: entries move to segments, and everything reads, changes and finds
# them as before.
load ../helper
load ../api/apps
load ../api/chats
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private message user conversation inbox search admin lighttpd \
		im-fanout im-search live
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

# The text of the segments of $conv.
packed() {
	local hex
	for hex in $(sql "SELECT HEX(content) FROM segment WHERE conv_id = $conv"); do
		xxd -r -p <<<"$hex" | zstd -dcq
	done
}
reads() { # WHO MSG FILTER VALUE
	as "$1"
	http GET "/v1/messages/$2"
	is_status 200
	is_json "$3" "$4"
}
unread_of() { chat "$1" .unread; }

@test "each change reaches an archived message, and its old text is gone" {
	filled
	archive
	for at in 10 20 30 40 50 60 70; do
		nth $at
		eval "m$at=$msg"
	done
	packed | grep -q 'message number 9"'
	# recall
	as Anna
	http POST "/v1/messages/$m10/recall"
	is_status 200
	reads Bert "$m10" .recalled true
	as Bert
	http GET "/v1/conversations/$conv/messages?after=9&limit=1"
	is_json '.items[0].recalled' true
	run ! grep -q 'message number 9"' <(packed)
	# edit
	as Anna
	http PATCH "/v1/messages/$m20" \
		'{"content":{"text":"edited text"},"client_msg_id":"e1"}'
	is_status 200
	reads Bert "$m20" .content.text 'edited text'
	run ! grep -q 'message number 19"' <(packed)
	[ "$(sql "SELECT content FROM entry_version WHERE conv_id = $conv
		AND conv_index = 20" | grep -c 'message number 19')" = 1 ]
	# reaction, pin
	http PUT "/v1/messages/$m30/reactions/%F0%9F%91%8D"
	is_status 204
	reads Anna "$m30" '.reactions | length' 1
	http PUT "/v1/conversations/$conv/pins/$m40"
	case $status in 200 | 204) ;; *) show; false ;; esac
	http GET "/v1/conversations/$conv/pins"
	is_status 200
	grep -q 'message number 39' <<<"$body"
	# star, reply, forward, receipts, hidden
	as Bert
	http PUT "/v1/messages/$m50/star"
	case $status in 200 | 204) ;; *) show; false ;; esac
	http GET /v1/starred
	is_status 200
	grep -q 'message number 49' <<<"$body"
	say Bert "$(text reply | jq -c ".reply_to = \"$m60\"")"
	reads Anna "$msg" .reply_to.preview 'message number 59'
	as Bert
	http GET "/v1/conversations/$conv/messages?around=70&limit=5"
	is_status 200
	is_json '[.items[].conv_index] | contains([70])' true
	send "{\"forward_of\":[\"$m60\"]}"
	is_status 201
	reads Anna "$(json .msg_id)" '.forward_of[0].msg_id' "$m60"
	as Bert
	http GET "/v1/conversations/$conv/receipts?conv_index=60"
	is_status 200
	http POST "/v1/messages/$m60/report" '{"reason":"spam"}'
	[[ $status = 20? ]] || { show; false; }
	http PUT "/v1/messages/$m60/reminder" \
		"{\"remind_at\":$(($(date +%s) * 1000 + 3600000))}"
	[[ $status = 20? ]] || { show; false; }
	http DELETE "/v1/messages/$m70"
	is_status 204
	http GET "/v1/conversations/$conv/messages?after=9&limit=90"
	is_json '[.items[].conv_index] == [range(10; 100)]' true
	caught_up Anna
	proven
}

@test "a send that is repeated gets its first answer, and is not there twice" {
	filled
	nth 10
	first=$msg
	archive
	as Anna
	send "$(texts 9 1 | jq -c '.messages[0] | del(.conv_id)')"
	is_status 200
	is_json .msg_id "$first"
	is_json .conv_index 10
	is_json .duplicate true
	send "$(text other | jq -c '.client_msg_id = "c9"')"
	is_problem 409 conflict client_msg_id
	send "$(text new | jq -c '.client_msg_id = "c1000"')"
	is_status 201
	is_json .conv_index 402
	# Bert has named nothing c9.
	as Bert
	send "$(text his | jq -c '.client_msg_id = "c9"')"
	is_status 201
	is_json .conv_index 403
	caught_up Anna
	proven
}

@test "marks in the archive: unread is exact" {
	new_conv group Anna Bert Cleo
	fill Anna 1 100
	fill Bert 101 100
	fill Anna 201 200
	caught_up Cleo
	as Cleo
	http PUT "/v1/conversations/$conv/read" '{"conv_index":20}'
	is_json .unread 381
	archive
	chat_is Cleo .unread 381
	as Cleo
	http PUT "/v1/conversations/$conv/read" '{"conv_index":120}'
	is_json .unread 281
	# Of Bert's own a part is read.
	as Bert
	http PUT "/v1/conversations/$conv/read" '{"conv_index":51}'
	is_json .unread 250
	http PUT "/v1/conversations/$conv/read" '{"conv_index":151}'
	is_json .unread 200
	as Anna
	http PUT "/v1/conversations/$conv/read" '{"conv_index":110}'
	is_json .unread 91
	say Bert more
	chat_is Anna .unread 92
	chat_is Cleo .unread 282
	[ "$(sql "SELECT own_ordinal FROM entry WHERE conv_id = $conv
		ORDER BY conv_index DESC LIMIT 1")" = 101 ]
	caught_up Cleo
	proven
}

@test "killed at every point: an entry is in one place" {
	filled
	pages Bert "$BATS_TEST_TMPDIR/before"
	for point in archive_read archive_written archive_dropped \
		archive_committed; do
		was=$(archived)
		run ! env IM_FAULT=$point "$bin/im-archive" -c "$conf" \
			-o archive.hot_max=200 -o archive.keep=200 \
			-o archive.segment_entries=50
		case $point in
		archive_committed) [ "$(archived)" = $((was + 50)) ] ;;
		*) [ "$(archived)" = "$was" ] ;;
		esac
		sql "UPDATE lease SET expires_ms = 0 WHERE name LIKE 'archive%'"
		proven
		pages Bert "$BATS_TEST_TMPDIR/after"
		cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	done
	archive
	[ "$(archived)" = 200 ]
	run ! env IM_FAULT=archive_restored "$bin/im-archive" -c "$conf" \
		--restore "$conv"
	[ "$(archived)" = 200 ]
	sql "UPDATE lease SET expires_ms = 0 WHERE name LIKE 'archive%'"
	proven
	archive --restore "$conv"
	[ "$(archived)" = 0 ]
	[ "$(count segment) $(count archived) $(count segment_sender)
		$(count log_base)" = '0 0 0
		0' ]
	pages Bert "$BATS_TEST_TMPDIR/after"
	cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	proven
}

# Everything of $conv that would expire has.
hasten() {
	sql "UPDATE entry_expiry SET expires_ms = 1000 WHERE conv_id = $conv"
}

@test "what expires or is erased goes from the archive, too" {
	sign_up Mia
	new_conv group Anna Mia
	as Anna
	say Anna "$(text 'to be gone' | jq -c '.expires_in_s = 7200')"
	gone=$msg
	fill Mia 1 150
	fill Anna 201 200
	caught_up Mia
	archive
	[ "$(archived)" -ge 150 ]
	[ "$(packed | grep -c 'to be gone')" = 1 ]
	# Not the time of the entry: that is in the segment.
	hasten
	"$bin/im-expire" -c "$conf"
	[ "$(count entry_expiry)" = 0 ]
	[ "$(packed | grep -c 'to be gone')" = 0 ]
	as Anna
	http GET "/v1/messages/$gone"
	is_status 404
	as Mia
	http DELETE /v1/users/me "{\"password\":\"$password\"}"
	is_status 204
	"$bin/im-erase" -c "$conf"
	sql "UPDATE erasure SET due_ms = 1 WHERE due_ms IS NOT NULL"
	"$bin/im-erase" -c "$conf"
	as Anna
	http GET "/v1/conversations/$conv/messages?after=2&limit=150"
	is_json '[.items[] | select(.recalled)] | length' 150
	[ "$(packed | grep -c '"message number 1[0-9]*"')" = 0 ]
	caught_up Anna
	proven
}

found() { # WHO WORDS
	as "$1"
	http GET "/v1/search?q=$(jq -rn --arg q "$2" '$q | @uri')"
	is_status 200
	json '.items | length'
}

@test "a search index is built from the archive, and an export has all" {
	new_conv self Anna
	as Anna
	say Anna 'unusual beginning'
	fill Anna 1 400
	caught_up Anna
	archive
	[ "$(archived)" = 201 ] || [ "$(archived)" = 200 ]
	"$bin/im-search" -c "$conf" --rebuild
	unusual() { [ "$(found Anna 'unusual beginning')" = 1 ]; }
	wait_for unusual
	nth 58
	as Anna
	http PATCH "/v1/messages/$msg" '{"content":{"text":"second thoughts"}}'
	is_status 200
	http POST /v1/users/me/export
	is_status 202
	"$bin/im-export" -c "$conf"
	grep -qh 'second thoughts' "$stack"/export/*.jsonl
	grep -h 'unusual beginning' "$stack"/export/*.jsonl
	for at in 1 57 199 200 201 399; do
		grep -qh "\"message number $at\"" "$stack"/export/*.jsonl
	done
	proven
}

# A chat, without the copies of its settings.
chat_row() { # USER
	sql "SELECT listed, mode, last_index, last_message_index, last_ms,
			last_ordinal, own_ordinal, base_index, base_ordinal,
			base_own
		FROM chat WHERE conv_id = $conv AND user_id = $1"
}
# repaired WHO NAME PROGRAM OPTION...: it makes the chat of WHO $was again.
repaired() {
	local id=$1_id name=$2
	shift 2
	run -65 "$bin/im-verify" -c "$conf" --conv "$conv"
	grep -q "^$name conv_id=$conv user_id=${!id}" <<<"$output"
	announce rank_drift
	"$bin/$1" -c "$conf" --conv "$conv" "${@:2}"
	diff <(echo "$was") <(chat_row "${!id}")
	proven
}

@test "a chat that stands in the archive is compared, and made again" {
	for name in Dan Eve; do sign_up $name; done
	new_conv group Anna Cleo
	say Cleo mine
	fill Anna 1 100
	say Cleo 'mine as well'
	add Anna Dan
	drop Anna Cleo
	fill Anna 101 100
	add Anna Eve
	fill Dan 201 200
	caught_up Eve
	archive
	[ "$(archived)" -ge 200 ]
	proven
	of="WHERE conv_id = $conv AND user_id ="
	# Who has left.
	was=$(chat_row "$Cleo_id")
	[ "$(cut -f 7 <<<"$was")" = 2 ]
	sql "UPDATE chat SET listed = 1 $of $Cleo_id"
	repaired Cleo chat im-verify --repair
	sql "UPDATE chat SET last_index = last_index + 1 $of $Cleo_id"
	repaired Cleo chat im-rank --rate 0
	sql "DELETE FROM chat $of $Cleo_id"
	repaired Cleo chat im-verify --repair
	# Who came there, and has not read since.
	was=$(chat_row "$Dan_id")
	sql "UPDATE chat SET base_index = 0, base_ordinal = 0, base_own = 0
		$of $Dan_id"
	repaired Dan chat im-rank --rate 0
	sql "DELETE FROM chat $of $Dan_id"
	repaired Dan chat im-rank --rate 0
	was=$(chat_row "$Eve_id")
	sql "DELETE FROM chat $of $Eve_id"
	repaired Eve chat im-verify --repair
	chat_is Eve .unread 200
	# What is left of archived messages is not left over.
	nth 50
	as Anna
	http PUT "/v1/messages/$msg/reactions/%F0%9F%91%8D"
	is_status 204
	http PUT "/v1/conversations/$conv/pins/$msg"
	"$bin/im-verify" -c "$conf" --repair
	[ "$(count reaction) $(count pin)" = '1 1' ]
	caught_up Eve
	proven
}

@test "a trace of an archived message" {
	filled
	archive
	nth 150
	as_app
	http GET "/v1/admin/trace/$msg"
	is_status 200
	is_json .conv_index 150
	is_json .sender_id "$Bert_id"
	is_json .fanout.state done
	is_json .fanout.served_count 2
	"$bin/im-admin" -c "$conf" trace "$msg" >"$BATS_TEST_TMPDIR/trace"
	grep -q '^conv_index=150$' "$BATS_TEST_TMPDIR/trace"
	proven
}

@test "legal hold: what is recalled is kept for nobody who reads" {
	filled
	nth 10
	early=$msg
	archive
	run ! "$bin/im-admin" -c "$conf" archive hold 1 'no such'
	"$bin/im-admin" -c "$conf" archive hold "$conv" 'case 7'
	run ! "$bin/im-admin" -c "$conf" archive hold "$conv" 'case 8'
	as Anna
	http PATCH "/v1/messages/$early" '{"content":{"text":"second"}}'
	http POST "/v1/messages/$early/recall"
	is_status 200
	say Anna secret
	http POST "/v1/messages/$msg/recall"
	is_status 200
	reads Bert "$early" .recalled true
	"$bin/im-admin" -c "$conf" archive holds | grep -q "^$conv.*	3	case 7"
	"$bin/im-admin" -c "$conf" archive held "$conv" >"$BATS_TEST_TMPDIR/held"
	grep -q '"message number 9"' "$BATS_TEST_TMPDIR/held"
	grep -q '"second"' "$BATS_TEST_TMPDIR/held"
	grep -q '"secret"' "$BATS_TEST_TMPDIR/held"
	caught_up Bert
	proven
	"$bin/im-admin" -c "$conf" archive release "$conv" | grep -q dropped=3
	[ "$(count held_body)" = 0 ]
	run ! "$bin/im-admin" -c "$conf" archive release "$conv"
	# As without a hold.
	say Anna secret
	http POST "/v1/messages/$msg/recall"
	[ "$(count held_body)" = 0 ]
	caught_up Bert
}

@test "im-admin archive show; im-verify finds a damaged segment" {
	filled
	archive
	"$bin/im-admin" -c "$conf" archive show "$conv" >"$BATS_TEST_TMPDIR/show"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/show")" = 5 ]
	"$bin/im-admin" -c "$conf" archive show >"$BATS_TEST_TMPDIR/show"
	grep -q '^segment_bytes_per_entry=[1-9]' "$BATS_TEST_TMPDIR/show"
	proven
	content=$(sql "SELECT HEX(content) FROM segment WHERE conv_id = $conv
		AND to_index = 100")
	sql "UPDATE segment SET content = CONCAT(LEFT(content, 100), 'x',
			SUBSTR(content, 102))
		WHERE conv_id = $conv AND to_index = 100"
	announce segment_damaged
	announce archive_failed
	announce request.*status=500
	run -65 "$bin/im-verify" -c "$conf"
	grep -q "^segment_damaged conv_id=$conv .*at=51" <<<"$output"
	as Anna
	http GET "/v1/conversations/$conv/messages?after=60&limit=1"
	is_status 500
	sql "UPDATE segment SET content = UNHEX('$content')
		WHERE conv_id = $conv AND to_index = 100"
	http GET "/v1/conversations/$conv/messages?after=60&limit=1"
	is_status 200
	sql "UPDATE segment SET conv_id = -1 WHERE conv_id = $conv AND to_index = 100"
	run -65 "$bin/im-verify" -c "$conf"
	grep -q "^segment_hole conv_id=$conv" <<<"$output"
	! check_store
	grep -q segment_hole <<<"$found"
	sql "UPDATE segment SET conv_id = $conv WHERE conv_id = -1"
	proven
}

@test "sends, recalls and edits while the archive grows and shrinks" {
	filled
	for i in $(seq 1 12); do
		case $((i % 4)) in
		0) archive --restore "$conv" ;;
		*) archive ;;
		esac
	done 2>>"$stack/log/archive" 3>&- 4>&- &
	mover=$!
	for i in $(seq 1 24); do
		nth "$((2 + i * 4))"
		as Anna
		[ $((2 + i * 4)) -lt 102 ] || as Bert
		case $((i % 3)) in
		0) http POST "/v1/messages/$msg/recall" ;;
		1) http PATCH "/v1/messages/$msg" \
			"{\"content\":{\"text\":\"edited $i\"}}" ;;
		2) http PUT "/v1/messages/$msg/reactions/%F0%9F%91%8D" ;;
		esac
		[[ $status = 20[04] ]] || { show; false; }
		http GET "/v1/messages/$msg"
		case $((i % 3)) in
		0) is_json .recalled true ;;
		1) is_json .content.text "edited $i" ;;
		2) is_json '.reactions | length' 1 ;;
		esac
		http GET "/v1/conversations/$conv/messages?after=0&limit=200"
		is_json '[.items[].conv_index] == [range(1; 201)]' true
		say Anna "and $i"
	done
	wait $mover
	archive
	caught_up Bert
	proven
}

tables_bytes() { # TABLE...: with indexes
	local list
	list=$(printf "'%s'," "$@")
	sql "ANALYZE TABLE $(IFS=,; echo "$*")" >/dev/null
	sql "SELECT SUM(data_length + index_length) FROM information_schema.tables
		WHERE table_schema = 'imcloud' AND table_name IN (${list%,})"
}
now_us() { echo "${EPOCHREALTIME/./}"; }
page_us() { # of 20 pages that nothing has cached
	local began i
	sql "UPDATE conv_seq SET changed_index = last_index WHERE conv_id = $conv"
	service restart message >/dev/null
	as Anna
	http GET "/v1/conversations/$conv/messages?after=0&limit=1"
	began=$(now_us)
	for i in $(seq 20); do
		http GET "/v1/conversations/$conv/messages?after=$((i * 800))&limit=50"
		is_status 200
	done
	echo $((($(now_us) - began) / 20))
}

# A script writes the rows, which go afterwards: invariants are for other tests.
@test "figures: bytes of a message, and how fast they move" {
	n=${ARCHIVE_ROWS-20000}
	new_conv direct Anna Cleo
	say Anna first
	caught_up Cleo
	first_ms=$(sql "SELECT last_ms FROM conv_seq WHERE conv_id = $conv")
	sql "UPDATE entry SET sent_ms = 1 WHERE conv_id = $conv"
	was=$(tables_bytes entry body)
	python3 "$TOP/tests/helpers/talk_rows.py" "$conv" 2 "$n" "$Anna_id" \
		"$Cleo_id" | mariadb --no-defaults -S "$IM_MYSQL_SOCKET" imcloud
	hot=$((($(tables_bytes entry body) - was) / n))
	hot_us=$(page_us)
	was=$(tables_bytes segment segment_sender archived)
	began=$(now_us)
	"$bin/im-archive" -c "$conf" -o archive.after_days=1 -o archive.keep=200 \
		--conversation "$conv"
	us=$(($(now_us) - began))
	moved=$(archived)
	[ "$moved" -ge $((n - 200 - 500)) ]
	cold=$((($(tables_bytes segment segment_sender archived) - was) / moved))
	cold_us=$(page_us)
	bytes=$(sql "SELECT SUM(LENGTH(content)) DIV $moved FROM segment
		WHERE conv_id = $conv")
	began=$(now_us)
	"$bin/im-archive" -c "$conf" --restore "$conv"
	echo "# figure: archive: $hot bytes a message hot, $cold cold ($bytes in the segment);" \
		"$((moved * 1000000 / us)) messages/s out, $((moved * 1000000 / ($(now_us) - began))) back;" \
		"a page of 50 in $hot_us us hot, $cold_us us cold" >&3
	sql "DELETE FROM entry WHERE conv_id = $conv AND conv_index > 1;
		DELETE FROM body WHERE conv_id = $conv AND conv_index > 1;
		UPDATE entry SET sent_ms = $first_ms WHERE conv_id = $conv;
		UPDATE log_cursor SET done_index = 1 WHERE conv_id = $conv;
		UPDATE conv_seq SET last_index = 1, last_ordinal = 1,
			changed_index = 0, last_ms = $first_ms,
			last_bump_ms = $first_ms WHERE conv_id = $conv"
	[ "$cold" -lt "$hot" ]
}
