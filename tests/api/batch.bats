load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app batch
	for name in Anna Bert Cleo Fred Olga; do sign_up $name; done
}
teardown_file() { stack_done; }

# item [TEXT [FILTER]]: an item for $conv
item() { text "${1-hello}" | jq -c ".conv_id = \"$conv\" | ${2-.}"; }
# batch ITEM... [-- CURL-OPTION...]
batch() {
	local list=()
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		list+=("$1")
		shift
	done
	shift || :
	printf '{"messages":[%s]}' "$(IFS=,; echo "${list[*]}")" \
		>"$BATS_TEST_TMPDIR/batch"
	http POST /v1/messages/batch "@$BATS_TEST_TMPDIR/batch" "$@"
}
sorted() { jq -cS 'del(.request_id, .detail)' <<<"$1"; }

# route: message.batch
@test "batch: consecutive for each conversation, in order" {
	new_conv group Anna Bert
	first=$conv
	new_conv group Anna Cleo
	second=$conv
	list=()
	for i in $(seq 100); do
		conv=$first
		[ $((i % 3)) -ne 0 ] || conv=$second
		list+=("$(item "$i" ".client_msg_id = \"m$i\"")")
	done
	batch "${list[@]}"
	is_status 200
	is_json '.items | length' 100
	is_json '[.items[].status] | unique | tojson' '[201]'
	is_json '[.items[] | keys | join(" ")] | unique | join(",")' 'body status'
	is_json '.items[0].body | keys_unsorted | sort | join(",")' \
		conv_id,conv_index,duplicate,msg_id,ordinal,sent_at
	is_json "[.items[].body | select(.conv_id == \"$first\").conv_index] ==
		[range(2; 69)]" true
	is_json "[.items[].body | select(.conv_id == \"$second\").conv_index] ==
		[range(2; 35)]" true
	is_json '[.items[].body.msg_id | tonumber] | . == sort' true
	http GET "/v1/conversations/$second/messages?after=1&limit=200"
	is_json '[.items[].content.text] == [range(3; 100; 3) | tostring]' true
	conv=$first
	chat_is Bert .unread 67
	conv=$second
	chat_is Cleo .unread 33
}

@test "batch: each gets what it alone would have got" {
	new_conv channel Anna Bert
	mine=$conv
	new_conv group Anna Bert Fred
	say Fred shared
	shared=$msg
	drop Anna Fred
	say Bert "$(text again | jq -c '.client_msg_id = "again"')"
	kinds=('.' '.type = "image"' 'del(.content)' '.content.text = ""'
		'.more = 1' ".mentions = $(ids Bert Fred)" '.mention_all = true'
		'.reply_to = "1"' '.forward_of = ["1"]' '.flags = ["loud"]'
		'.client_msg_id = "again"'
		'.client_msg_id = "again" | .content.text = "again"'
		".forward_of = [\"$shared\"] | del(.type, .content)"
		'.seen_index = -1' '.flags = ["no_unread"]' '.meta = []'
		'.content = {text: "x", more: 1}')
	list=() alone=()
	as Bert
	for more in "${kinds[@]}"; do
		list+=("$(item hello "$more")")
		send "$(item hello "$more | del(.conv_id)")"
		alone+=("$status $(sorted "$body")")
	done
	conv=$mine
	for conv in "$mine" 1; do
		list+=("$(item)")
		send "$(item hello 'del(.conv_id)')"
		alone+=("$status $(sorted "$body")")
	done
	batch "${list[@]}"
	is_status 200
	is_json '.items | length' "${#list[@]}"
	i=0
	for one in "${alone[@]}"; do
		echo "$i: ${list[i]}"
		is_json ".items[$i].status" "${one%% *}"
		if [ "${one%% *}" -ge 400 ]; then
			[ "$(sorted "$(jq ".items[$i].body" <<<"$body")")" = "${one#* }" ]
			is_json ".items[$i].body | (.detail | length > 0) and
				.request_id == \"$(header X-Request-Id)\"" true
		elif [ "${one%% *}" = 200 ]; then
			is_json ".items[$i].body | tojson | fromjson | del(.detail) ==
				${one#* }" true
		else
			is_json ".items[$i].body.duplicate" false
		fi
		i=$((i + 1))
	done
	# conv_id is in the body here: of a wrong form it is the field at fault.
	for bad in 1 '"0"' '"x"' null; do
		batch "$(item hello ".conv_id = $bad")" "$(item hello 'del(.conv_id)')"
		is_status 200
		is_json '[.items[] | .status, .body.field] | tojson' \
			'[400,"conv_id",400,"conv_id"]'
	done
}

@test "batch: one that is refused spoils nobody; nobody's log has a hole" {
	new_conv group Anna Bert
	as Anna
	batch "$(item one)" "$(item no '.content = {}')" "$(item two)" \
		"$(item no ".mentions = $(ids Olga)")" "$(item three)"
	is_json '[.items[].status] | tojson' '[201,400,201,400,201]'
	is_json '[.items[].body.conv_index // empty] | tojson' '[2,3,4]'
	http GET "/v1/conversations/$conv"
	is_json '[.last_index, .last_ordinal] | tojson' '[4,3]'
}

@test "batch: a repeat, also within one" {
	new_conv group Anna Bert
	as Anna
	twice=("$(item one '.client_msg_id = "a"')" "$(item two '.client_msg_id = "b"')")
	batch "${twice[@]}" "${twice[0]}" "$(item other '.client_msg_id = "a"')"
	is_json '[.items[].status] | tojson' '[201,201,200,409]'
	is_json '.items[3].body.field' client_msg_id
	is_json '.items[2].body.duplicate' true
	first=$(jq -c '[.items[:2][].body | del(.duplicate)]' <<<"$body")
	batch "${twice[@]}"
	is_json '[.items[].status] | tojson' '[200,200]'
	is_json '[.items[].body | del(.duplicate)] | tojson' "$first"
	# With others that are alone.
	send "$(jq -c 'del(.conv_id)' <<<"${twice[1]}")"
	is_status 200
	http GET "/v1/conversations/$conv"
	is_json .last_index 3
}

@test "batch: repeated by Idempotency-Key" {
	new_conv group Anna Bert
	as Anna
	batch "$(item one)" "$(item two '.content = {}')" "$(item three)" -- \
		-H "Idempotency-Key: b-$conv"
	is_json '[.items[].status] | tojson' '[201,400,201]'
	first=$body
	batch "$(item one)" "$(item two '.content = {}')" "$(item three)" -- \
		-H "Idempotency-Key: b-$conv"
	is_status 200
	[ "$(header Idempotent-Replayed)" = true ]
	is_json . "$(jq . <<<"$first")"
	batch "$(item other)" -- -H "Idempotency-Key: b-$conv"
	is_problem 409 conflict Idempotency-Key
	# The process died before the answer was kept: nothing is sent twice.
	sql "DELETE FROM idempotency WHERE user_id = $Anna_id"
	batch "$(item one)" "$(item two '.content = {}')" "$(item three)" -- \
		-H "Idempotency-Key: b-$conv"
	is_status 200
	is_json '[.items[] | [.status, .body.msg_id, .body.duplicate]] | tojson' \
		"$(jq -c '[.items[] | [.status, .body.msg_id, .body.duplicate]]' \
			<<<"$first")"
	http GET "/v1/conversations/$conv"
	is_json .last_index 3
}

@test "batch: ephemeral messages, read marks and forwards inside" {
	new_conv group Anna Bert
	say Bert one
	one=$msg
	caught_up Bert
	polling Bert "after=$(stand Bert)&wait_s=60"
	as Anna
	batch "$(item e '.flags = ["ephemeral"]')"
	is_json '.items[0] | [.status, (.body | keys | join(" "))] | tojson' \
		'[200,"conv_id msg_id sent_at"]'
	heard Bert
	is_json '.ephemeral[0].message.content.text' e
	as Anna
	batch "$(item x '.seen_index = 2')" \
		"$(item x ".forward_of = [\"$one\"] | del(.type, .content)")" \
		"$(item x ".flags = [\"ephemeral\"] | .mentions = $(ids Olga)")"
	is_json '[.items[].status] | tojson' '[201,201,400]'
	is_json '.items[2].body.field' mentions.0
	copy=$(json '.items[1].body.msg_id')
	chat_is Anna .read_index 2
	http GET "/v1/messages/$copy"
	is_json .content.text one
}

@test "batch: fields" {
	new_conv group Anna Bert
	as Anna
	for bad in '' '{}' '{"messages":null}' '{"messages":{}}' '{"messages":[]}' \
		"{\"messages\":[$(printf '{},%.0s' {1..100}){}]}"; do
		http POST /v1/messages/batch "$bad"
		is_problem 400 invalid_argument messages
	done
	for bad in 1 null '[]' '"x"'; do
		batch "$(item)" "$bad"
		is_problem 400 invalid_argument messages.1
	done
	http POST /v1/messages/batch '{"messages":[{}],"more":1}'
	is_problem 400 invalid_argument more
	http GET /v1/conversations/"$conv"
	is_json .last_index 1
	# Each is as long as a request may be, and all together as well.
	big() { item "" ".type = \"custom\" | .content = {x: \"$(long "$1")\"}"; }
	batch "$(big 60000)" "$(big 65536)" "$(item)"
	is_json '[.items[].status] | tojson' '[201,413,201]'
	is_json '.items[1].body.code' too_large
	list=()
	for i in $(seq 18); do list+=("$(big 60000)"); done
	batch "${list[@]}"
	[ "$status" = 413 ]
}

@test "batch: who may" {
	new_conv group Anna Bert Fred
	drop Anna Fred
	as nobody
	batch "$(item)"
	is_problem 401 unauthenticated
	for who in Olga Fred; do
		as $who
		batch "$(item)"
		is_status 200
		is_json '[.items[0].status, .items[0].body.code] | tojson' \
			'[404,"not_found"]'
	done
	use_app elsewhere
	sign_up Eve
	as Eve
	batch "$(item)"
	is_json '.items[0].status' 404
}

@test "batch: many at once do not mix" {
	local i
	new_conv group Anna Bert
	list=()
	for i in $(seq 10); do list+=("$(item "$i")"); done
	as Anna
	many "$BATS_TEST_TMPDIR/a" 8 POST /v1/messages/batch \
		"{\"messages\":[$(IFS=,; echo "${list[*]}")]}" &
	as Bert
	many "$BATS_TEST_TMPDIR/b" 8 POST /v1/messages/batch \
		"{\"messages\":[$(IFS=,; echo "${list[*]}")]}" &
	wait
	for i in "$BATS_TEST_TMPDIR"/[ab].*; do
		grep '^{' "$i" | jq -e '[.items[].body.conv_index] |
			. == [range(.[0]; .[0] + 10)]'
	done
	as Anna
	http GET "/v1/conversations/$conv/messages?limit=200"
	is_json '[.items[].conv_index] == [range(1; 162)]' true
}
