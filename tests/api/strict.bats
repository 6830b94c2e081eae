load ../helper
load apps
load chats

# route: message.send
# What holds for every route, tried on sends and on what surrounds them.

setup_file() {
	stack_shared
	use_app strict
	for name in Anna Bert Olga; do sign_up $name; done
	new_conv group Anna Bert
	export conv
}
teardown_file() { stack_done; }

setup() {
	as Anna
	there=/v1/conversations/$conv/messages
}

# bytes FILE [TYPE [METHOD]]: the file as it is, of this content type
bytes() {
	status=$(curl -sS -X "${3-POST}" "$url$there" --data-binary @"$1" \
		-H "Content-Type: ${2-application/json}" \
		${TOKEN:+-H "Authorization: Bearer $TOKEN"} -w '%{http_code}' \
		-D "$BATS_TEST_TMPDIR/head" -o "$BATS_TEST_TMPDIR/body")
	body=$(<"$BATS_TEST_TMPDIR/body")
	headers=$(tr -d '\r' <"$BATS_TEST_TMPDIR/head")
}
raw() { # TEXT as printf writes it
	printf "$1" >"$BATS_TEST_TMPDIR/raw"
	bytes "$BATS_TEST_TMPDIR/raw"
}
nested() { # LEVELS of lists in the content
	echo "{\"type\":\"custom\",\"content\":{\"a\":$(long "$1" '[')$(long "$1" ']')}}"
}

# ---- the body ----------------------------------------------------------------

@test "json: malformed" {
	for bad in '{' '{"type":"text",}' '{"type":"text" "content":{}}' '{type:1}' \
		"{'type':'text'}" '{"type":"text"}x' '{} {}' '[]' '"x"' 7 null true \
		'{"a":01}' '{"a":.5}' '{"a":1.}' '{"a":+1}' '{"a":NaN}' '{"a":"\x"}' \
		'{"a":"\u12"}' '// c' '{"a":tru}' '{"a":"x'; do
		send "$bad"
		is_problem 400 invalid_argument
	done
	raw '{"a":"tab\there"}'
	is_problem 400 invalid_argument
}

@test "json: a body that is empty is an empty object" {
	send ''
	is_problem 400 invalid_argument type
	send '{}'
	is_problem 400 invalid_argument type
}

@test "json: invalid UTF-8" {
	for bad in '\xff' '\xc0\xaf' '\xed\xa0\x80' '\xf4\x90\x80\x80' '\xe2\x82' '\x80'; do
		raw "{\"type\":\"text\",\"content\":{\"text\":\"a$bad\"}}"
		is_problem 400 invalid_argument content.text
	done
	raw '{"type":"text","content":{"text":"a\xf0\x9f\x8c\xb1"}}'
	is_status 201
}

@test "json: a key given twice, at any level" {
	twice() { # FIELD BODY
		send "$2"
		is_problem 400 invalid_argument "$1"
	}
	twice type '{"type":"text","type":"text","content":{"text":"x"}}'
	twice content.text '{"type":"text","content":{"text":"x","text":"x"}}'
	twice meta.a.b \
		'{"type":"text","content":{"text":"x"},"meta":{"a":{"b":1,"b":2}}}'
	twice content.text '{"type":"text","content":{"text":"x","te\u0078t":"y"}}'
}

@test "json: the field that is to blame, where there is one" {
	sent() { # FIELD CONTENT [MORE]
		send "{\"type\":\"custom\",\"content\":$2${3-}}"
		is_problem 400 invalid_argument "$1"
	}
	sent type '{}' ',"type":"text"'
	sent content.a '{"b":[1,"}"],"a":1,"a":2}'
	sent content.a.1.b '{"a":[{},{"b":1,"\u0062":2}]}'
	sent seen_index '{}' ',"seen_index":9223372036854775808'
	sent seen_index '{}' ',"seen_index":99999999999999999999999'
	sent content.a '{"a":1e999}'
	sent content.a '{"a":"x\u0000"}'
	sent content.a '{"a":"\ud83cx"}'
	sent content '{"a\u0000":1}'
	sent '' '{"a":01}'
	raw '{"type":"text","content":{"text":"a\xff"}}'
	is_problem 400 invalid_argument content.text
	http POST /v1/messages/batch '{"messages":[{},{},
		{"content":{"text":"x","text":"y"}}]}'
	is_problem 400 invalid_argument messages.2.content.text
}

@test "json: at most 32 levels" {
	# The body and the content are two.
	send "$(nested 30)"
	is_status 201
	send "$(nested 31)"
	is_problem 400 invalid_argument
	send "$(nested 20000)"
	is_problem 400 invalid_argument
}

@test "json: lone surrogates and NUL are refused, other characters are kept" {
	for bad in '\ud800' '\udc00' '\ud83cx' '\ud83c\u0041' '\udf31\ud83c' '\u0000'; do
		send "{\"type\":\"text\",\"content\":{\"text\":\"a$bad\"}}"
		is_problem 400 invalid_argument content.text
		send "{\"type\":\"custom\",\"content\":{\"a$bad\":1}}"
		is_problem 400 invalid_argument content
	done
	say Anna '{"type":"text","content":{"text":"\ud83c\udf31\u0001\u001f\u007f\u0085\uffff e\u0301\t\n"}}'
	http GET "/v1/messages/$msg"
	is_json '.content.text | tojson' \
		"$(jq -n '"\ud83c\udf31\u0001\u001f\u007f\u0085\uffff e\u0301\t\n" | tojson' | jq -r .)"
}

@test "json: an integer has no fraction and no exponent, and is in range" {
	for bad in 1.0 1e0 1E2 -1 9007199254740992 9223372036854775808 \
		99999999999999999999999 '"1"' true; do
		send "{\"type\":\"text\",\"content\":{\"text\":\"x\"},\"seen_index\":$bad}"
		is_problem 400 invalid_argument seen_index
	done
	send '{"type":"text","content":{"text":"x"},"seen_index":0}'
	is_status 201
}

@test "fields and query parameters that are unknown" {
	send '{"type":"text","content":{"text":"x"},"Type":"text"}'
	is_problem 400 invalid_argument Type
	http POST "$there?limit=1" "$(text x)"
	is_problem 400 invalid_argument limit
	http GET "$there?Limit=1"
	is_problem 400 invalid_argument Limit
	http GET "$there?limit=1&limit=2"
	is_problem 400 invalid_argument limit
	http GET "$there?limit=%zz"
	is_status 400
}

@test "types of the body" {
	text x >"$BATS_TEST_TMPDIR/x"
	post_as() { bytes "$BATS_TEST_TMPDIR/x" "$1"; }
	for good in application/json 'application/json; charset=utf-8' \
		'Application/JSON;charset="UTF-8"'; do
		post_as "$good"
		is_status 201
	done
	for bad in text/plain application/x-www-form-urlencoded 'application/jsonx' \
		'application/json; charset=latin1' application/merge-patch+json; do
		post_as "$bad"
		is_problem 415 unsupported_media_type Content-Type
	done
	post_as ''
	is_problem 415 unsupported_media_type Content-Type
}

@test "a body over 64 KiB" {
	of_size() { # BYTES
		local frame='{"type":"custom","content":{"a":""}}'
		printf '{"type":"custom","content":{"a":"%s"}}' \
			"$(long $(($1 - ${#frame})))" >"$BATS_TEST_TMPDIR/big"
		[ "$(wc -c <"$BATS_TEST_TMPDIR/big")" = "$1" ]
		bytes "$BATS_TEST_TMPDIR/big"
	}
	of_size 65536
	is_status 201
	of_size 65537
	is_problem 413 too_large
	of_size 1000000
	is_problem 413 too_large
}

# ---- paths and methods -------------------------------------------------------

@test "other spellings of a path are no path" {
	for bad in "$there/" "/v1//conversations/$conv/messages" \
		"/v1/conversations%2F$conv/messages" "/v1/conversations/$conv%2Fmessages" \
		"/v1/conversations/$conv//messages" \
		"/v1/./conversations/$conv/messages" "/v1/x/../conversations/$conv/messages" \
		"/v1/conversations/$conv/Messages" "/v1/conversations/$conv/none"; do
		http POST "$bad" "$(text x)"
		is_problem 404 not_found
		[ -z "$(header Location)" ]
	done
	# No path of the API at all.
	for bad in "/$there" "/V1/conversations/$conv/messages"; do
		http POST "$bad" "$(text x)"
		is_status 404
		[ -z "$(header Location)" ]
	done
}

@test "methods" {
	for method in PUT PATCH DELETE; do
		http $method "$there"
		is_problem 405 method_not_allowed
		for allowed in GET HEAD POST; do
			[[ ", $(header Allow)," = *", $allowed,"* ]]
		done
	done
	http HEAD "$there?limit=1"
	is_status 200
	[ "$(header Content-Length)" -gt 0 ]
	[[ $(header Content-Type) = application/json* ]]
	http HEAD "$there?limit=0"
	is_status 400
}

@test "checks come in their order" {
	big="{\"x\":\"$(long 70000)\"}"
	printf %s "$big" >"$BATS_TEST_TMPDIR/big"
	printf '{' >"$BATS_TEST_TMPDIR/bad"
	TOKEN=
	http DELETE "/v1/conversations/$conv/none" "$big"
	is_problem 404 not_found
	bytes "$BATS_TEST_TMPDIR/big" text/plain DELETE
	is_problem 405 method_not_allowed
	bytes "$BATS_TEST_TMPDIR/big" text/plain
	is_problem 413 too_large
	bytes "$BATS_TEST_TMPDIR/bad" text/plain
	is_problem 415 unsupported_media_type Content-Type
	http POST "$there" '{'
	is_problem 401 unauthenticated
	as Olga
	http POST "$there" '{'
	is_problem 400 invalid_argument
	http POST "$there" '{"type":"text"}'
	is_problem 400 invalid_argument content
	http POST "$there" "$(text x)"
	is_problem 404 not_found
}

# ---- headers -----------------------------------------------------------------

@test "X-Request-Id: the client's own where it is one" {
	for good in a A.b_c-9 "$(long 64)"; do
		http GET "$there" '' -H "X-Request-Id: $good"
		[ "$(header X-Request-Id)" = "$good" ]
	done
	for bad in "$(long 65)" 'a b' 'ä' 'a,b'; do
		http POST "$there" '{' -H "X-Request-Id: $bad"
		[ "$(header X-Request-Id)" != "$bad" ]
		is_problem 400 invalid_argument
		[[ $(header X-Request-Id) =~ ^[A-Za-z0-9._-]{1,64}$ ]]
	done
}

@test "gzip: for answers over 1 KiB, when accepted" {
	say Anna "$(text "$(long 3000)")"
	http GET "$there?limit=1" '' -H 'Accept-Encoding: gzip'
	is_status 200
	[ "$(header Content-Encoding)" = gzip ]
	body=$(gzip -dc "$BATS_TEST_TMPDIR/body")
	is_json '.items[0].content.text | length' 3000
	http GET "$there?limit=1"
	[ -z "$(header Content-Encoding)" ]
	is_json '.items | length' 1
	http GET "$there?limit=1" '' -H 'Accept-Encoding: gzip;q=0'
	[ -z "$(header Content-Encoding)" ]
	http GET /v1/inbox/head '' -H 'Accept-Encoding: gzip'
	[ -z "$(header Content-Encoding)" ]
	[ "$(header Cache-Control)" = no-store ]
}

@test "Idempotency-Key: replay, conflict, per user, and what it may be" {
	key="key-$RANDOM$RANDOM"
	keyed() { http POST "$there" "$@" -H "Idempotency-Key: $key"; }
	keyed "$(text one)"
	is_status 201
	first=$body
	[ -z "$(header Idempotent-Replayed)" ]
	keyed "$(text one | jq .)"
	is_status 201
	[ "$(header Idempotent-Replayed)" = true ]
	is_json . "$(jq . <<<"$first")"
	keyed "$(text two)"
	is_problem 409 conflict Idempotency-Key
	http POST "/v1/conversations/$conv/typing" '{"state":"stop"}' \
		-H "Idempotency-Key: $key"
	is_problem 409 conflict Idempotency-Key
	as Bert
	keyed "$(text one)"
	is_status 201
	[ "$(json .msg_id)" != "$(jq -r .msg_id <<<"$first")" ]
	as Anna
	for key in "$(long 65)" 'ä'; do
		keyed "$(text x)"
		is_problem 400 invalid_argument Idempotency-Key
	done
	key=$(long 64)
	keyed "$(text x)"
	is_status 201
}

@test "Idempotency-Key: many at once are one message" {
	key="at-once-$RANDOM$RANDOM"
	for i in 1 2 3 4 5 6; do
		curl -sS "$url$there" -H "Authorization: Bearer $TOKEN" \
			-H 'Content-Type: application/json' -d "$(text once)" \
			-H "Idempotency-Key: $key" >"$BATS_TEST_TMPDIR/k.$i" 3>&- 4>&- &
	done
	wait
	cat "$BATS_TEST_TMPDIR"/k.*
	[ "$(grep -hoE '"msg_id":"[0-9]+"' "$BATS_TEST_TMPDIR"/k.* | sort -u | wc -l)" = 1 ]
}

@test "a long name of a field is cut between two characters" {
	names() { # a field beside the others, and one of the content
		jq -nc --arg name "$1" '{type: "text", content: {text: "x"}} |
			(.[$name] = 1), (.content[$name] = 1)'
	}
	for ((n = 80; n < 97; n++)); do
		while read -r data; do
			send "$data"
			is_problem 400 invalid_argument "$(json .field)"
			iconv -f UTF-8 -t UTF-8 <<<"$body" >/dev/null
			is_json '.field | test("^(content\\.)?a{50}")' true
		done < <(names "$(printf 'a%.0s' $(seq $n))😀€é😀😀")
	done
}
