load ../helper
load apps
load chats

# How many statements a request costs, where that must not grow with it, and how
# many look-ups in memcached.  In a stack whose services do nothing else; what
# they do by themselves now and then is much less than what is looked for.

setup_file() {
	stack_private user conversation message lighttpd
	use_app statements
	for name in Anna Bert; do sign_up $name; done
	new_conv group Anna Bert
	export conv
}
teardown_file() { stack_done; }

executed() { sql "SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'" | cut -f2; }

# cost JSON: sends it and sets $cost
cost() {
	local before
	before=$(executed)
	send "$1"
	is_status 201
	cost=$(($(executed) - before))
}

# least FILTER: the least cost of five sends of a text so changed.  What a service
# does by itself now and then makes one or the other cost more.
least() {
	local i least=
	for i in 1 2 3 4 5; do
		cost "$(text "$i" | jq -c "$1")"
		[ -n "$least" ] && [ "$least" -le "$cost" ] || least=$cost
	done
	cost=$least
}

# least_read FILTER: the least cost of Bert's reading one such message
least_read() {
	local i before least=
	for i in 1 2 3 4 5; do
		say Anna "$(text "$i" | jq -c "$1")"
		before=$(executed)
		as Bert
		http PUT "/v1/conversations/$conv/read" '{"conv_index":1000000}'
		is_status 200
		cost=$(($(executed) - before))
		[ -n "$least" ] && [ "$least" -le "$cost" ] || least=$cost
	done
	cost=$least
}

# forwarding ID...: a message that forwards these
forwarding() {
	text x | jq -c '.forward_of = $ARGS.positional' --args "$@"
}

@test "forwarding a hundred messages costs what forwarding two costs" {
	ids=()
	for i in $(seq 30); do
		say Anna "$i"
		ids+=("$msg")
	done
	cost "$(forwarding "${ids[@]}")" # once, for what is cached
	cost "$(forwarding "${ids[@]:0:2}")"
	two=$cost
	cost "$(forwarding "${ids[@]}" "${ids[@]}" "${ids[@]}" "${ids[@]:0:10}")"
	echo "two: $two, a hundred: $cost"
	[ "$cost" -lt $((two + 50)) ]
}

# asked: look-ups of the message service in memcached
asked() {
	curl -sS "$url/metrics" | awk '/^imcloud_cache_lookups_total.*"message"/ {
		n += $2 } END { print n + 0 }'
}

# page: N pages of $conv by one client; sets took (in ms) and what they cost
page() {
	local i query from=${EPOCHREALTIME/./}
	statements=$(executed) lookups=$(asked)
	for i in $(seq $(($1 / 3))); do
		for query in '?before=61&limit=20' '?after=1' '?around=40'; do
			echo "url = $url/v1/conversations/$conv/messages$query"
			echo "output = /dev/null"
		done
	done | curl -sS -H "Authorization: Bearer $TOKEN" -w '%{http_code}\n' -K - \
		>"$BATS_TEST_TMPDIR/codes"
	took=$(((${EPOCHREALTIME/./} - from) / 1000))
	statements=$(($(executed) - statements)) lookups=$(($(asked) - lookups))
}
# Each second costs some look-ups: what is kept is kept for a second.
page_within_a_second() {
	page "$1"
	[ $took -lt 1000 ]
}

@test "who pages through a log that others read costs no look-up for each page" {
	new_conv group Anna Bert # without forwards, whose originals are looked up
	for i in $(seq 70); do say Anna "$i"; done
	as Bert
	page 60
	wait_for page_within_a_second 60
	[ "$(sort <"$BATS_TEST_TMPDIR/codes" | uniq -c | xargs)" = '60 200' ]
	echo "60 pages in $took ms: $statements statements, $lookups look-ups"
	[ "$statements" -lt 30 ]
	[ "$lookups" -lt 30 ]
}

@test "a lifetime costs a send two statements, and who has none nothing" {
	say Anna first
	least .
	plain=$cost
	least '.expires_in_s = 3600'
	echo "plain: $plain, lasting: $cost"
	[ "$cost" -le $((plain + 2)) ]
	# Reading asks once whether any burns, in a statement that is there anyway.
	least_read .
	plain=$cost
	new_conv direct Anna Bert
	least_read '.expires_after_read_s = 3600'
	echo "a plain read: $plain, one that lights: $cost"
	[ "$cost" -le $((plain + 4)) ]
}

@test "blocks cost a send nothing" {
	new_conv direct Anna Bert
	say Anna first
	least .
	plain=$cost
	as Anna
	http PUT "/v1/blocks/$Bert_id"
	is_status 204
	say Anna second # the version of the conversation is new
	least .
	echo "plain: $plain, beside a block: $cost"
	[ "$cost" -le "$plain" ]
}

# beat [SUM]: asks for Bert's head as im-live does with a heartbeat; sets $cost
beat() {
	local before sum=${1:+,\"large\":$1}
	before=$(executed)
	IM_INTERNAL=1 cgi inbox POST /internal/live/heads "{\"items\":[
		{\"user_id\":\"$Bert_id\",\"session_id\":\"$session\"$sum}]}"
	is_status 200
	cost=$(($(executed) - before))
}
# least_beat [SUM]: the least cost of five
least_beat() {
	local i least=
	for i in 1 2 3 4 5; do
		beat "$@"
		[ -n "$least" ] && [ "$least" -le "$cost" ] || least=$cost
	done
	cost=$least
}
is_pull() { [ "$(sql "SELECT mode FROM chat WHERE user_id = $Bert_id
	AND conv_id = $conv")" = 2 ]; }

@test "heads of chats in mode pull cost a heartbeat nothing" {
	session=$(sql "SELECT session_id FROM session WHERE user_id = $Bert_id")
	least_beat
	without=$cost
	least_beat 0
	is_json '.items[0] | has("large")' false
	echo "without such chats: $without, if im-live asks for them: $cost"
	[ "$cost" -le "$without" ]
	beat 5 # as if im-live knew of one
	is_json '.items[0].large' '[]'

	new_conv group Anna Bert
	"$bin/im-admin" -c "$conf" conversation mode "$conv" pull
	say Anna one
	"$bin/im-fanout" -c "$conf" --once
	wait_for is_pull
	least_beat
	is_json '.items[0] | has("large")' false
	without=$cost
	least_beat 0
	is_json '.items[0].large | length' 1
	is_json '.items[0].large[0].conv_id' "$conv"
	is_json '.items[0].large[0].last_index' \
		"$(sql "SELECT last_index FROM conv_seq WHERE conv_id = $conv")"
	echo "with one: $without, if it is told: $cost"
	[ "$cost" -le "$without" ]
}
