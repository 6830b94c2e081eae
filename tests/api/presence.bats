load ../helper
load apps
load chats
load acts

# Who is online, as far as they let others see.

setup_file() {
	stack=$TOP/var/test/presence-$$
	mkdir -p "$stack"
	stack_set live offline_s 1
	"$TOP/tools/stack/stack" start "$stack" </dev/null 3>&- 4>&-
	stack_known
	use_app presence
	for name in Anna Bert Cleo; do sign_up $name; done
}
teardown_file() { stack_done; }

ask() { # WHO NAME...: of these
	local by=$1 list= name
	shift
	for name in "$@"; do name=${name}_id; list+=${list:+,}${!name}; done
	as "$by"
	http GET "/v1/presence?users=$list"
	is_status 200
}
state() { ask "$1" "$2"; json '.items[0].state'; }
state_is() { [ "$(state "$1" "$2")" = "$3" ]; }
connect() { # WHO: as a stream, until $live is killed
	local token=$1_token
	curl -sN -H "Authorization: Bearer ${!token}" -o /dev/null \
		"$url/v1/live/events${2-}" 3>&- 4>&- &
	live=$!
}
seen() { ask "$1" "$2"; json '.items[0].last_seen_at'; }
own() { as "$1"; http PATCH /v1/users/me/settings "$2"; is_status 200; }

# watch WHO ID: a WebSocket of WHO that watches the user; frames come to $heard.
watch() {
	heard=$BATS_TEST_TMPDIR/heard
	: >"$heard"
	as "$1"
	http POST /v1/tickets '{}'
	node --input-type=module -e '
		import { appendFileSync } from "node:fs";
		import { createRequire } from "node:module";
		const [url, user, out, top] = process.argv.slice(1);
		const WebSocket = createRequire(`${top}/tests/live/x.js`)("ws");
		const ws = new WebSocket(url);
		ws.on("open", () => ws.send(JSON.stringify(
			{ subscribe: { presence: [user] } })));
		ws.on("message", (m) => appendFileSync(out, `${m}\n`));' \
		"ws${url#http}/v1/live?ticket=$(json .ticket)" "$2" "$heard" "$TOP" \
		3>&- 4>&- &
	watcher=$!
	wait_for grep -q presence "$heard"
}

# route: presence.list

@test "presence: states, platforms, and when somebody was there last" {
	ask Anna Cleo Bert Anna
	is_json '[.items[].user_id] | tojson' \
		"[\"$Cleo_id\",\"$Bert_id\",\"$Anna_id\"]"
	is_json '.items[0] | tojson' \
		"{\"user_id\":\"$Cleo_id\",\"state\":\"offline\",\"platforms\":[]}"
	connect Bert
	wait_for state_is Anna Bert online
	ask Anna Bert
	is_json '.items[0].platforms | length' 1
	is_json '.items[0] | has("last_seen_at")' false
	kill $live
	connect Bert '?state=background'
	wait_for state_is Anna Bert away
	before=$(sql 'SELECT FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000)')
	kill $live
	wait_for state_is Anna Bert offline
	ask Anna Bert
	is_json '.items[0].platforms | length' 0
	[ "$(seen Anna Bert)" -ge $((before - 1000)) ]
	for setting in nobody contacts; do
		own Bert "{\"last_seen\":\"$setting\"}"
		[ "$(seen Anna Bert)" = null ]
		[ "$(seen Bert Bert)" -ge $((before - 1000)) ]
	done
	own Bert '{"last_seen":"everyone"}'
	[ "$(seen Anna Bert)" -ge $((before - 1000)) ]
}

@test "presence: who watches does not see it either, also if it is set late" {
	own Cleo '{"last_seen":"everyone"}'
	ask Anna Cleo
	connect Cleo
	wait_for state_is Anna Cleo online
	own Cleo '{"last_seen":"nobody"}'
	watch Anna "$Cleo_id"
	kill $live
	wait_for state_is Anna Cleo offline
	told() { jq -se "[.[].event // empty | select(.type == \"presence\"
		and .state == \"offline\")] | length > 0" "$heard" >/dev/null; }
	wait_for told
	jq -se '[.[].event // empty | select(.state == "offline")
		| has("last_seen_at")] | any | not' "$heard" >/dev/null
	kill "$watcher"
}

@test "presence: who may, and what is refused" {
	as nobody
	http GET "/v1/presence?users=$Bert_id"
	is_problem 401 unauthenticated
	as Anna
	while read -r field query; do
		http GET "/v1/presence?$query"
		is_problem 400 invalid_argument "$field"
	done <<-END
		users
		users users=
		users.0 users=x
		users.1 users=1,0
		users users=$(seq -s, 1 201)
		x users=1&x=1
	END
	http GET '/v1/presence?users=1'
	is_json tojson '{"items":[]}'
	http POST /v1/presence '{}'
	is_problem 405 method_not_allowed
	use_app presence_other
	sign_up Nina
	ask Nina Bert
	is_json '.items | length' 0
}

@test "presence: without memcached nobody is said to be offline" {
	announce 'memcached|cache|route=presence.list status=503'
	service down memcached
	as Anna
	down() { http GET "/v1/presence?users=$Bert_id"; [ "$status" = 503 ]; }
	wait_for down
	is_problem 503 busy
	service up memcached
	back() { http GET "/v1/presence?users=$Bert_id"; [ "$status" = 200 ]; }
	wait_for back
}
