# For bats files about changes of messages, after `load chats`: `load acts`.
#
# people APP: the shared stack, an app of this name, and Anna, Bert, Cleo, Fred, Olga.
# get MSG / history [QUERY]: the caller of http reads a message, or $conv.
# entries: prints how many $conv has.     total WHO: prints total_unread.
# enc TEXT: percent-encodes it.
# hold SQL: a transaction that stays open, with these locks, until let_go, which
#   teardown calls.
# put_off: fan-out puts the conversations of Bert off until let_go.
# listen WHO: WHO's live events from now on, as they are published, in $events,
#   until $listener is killed.   listened FILTER: FILTER over all of them gives true.

people() {
	stack_shared
	use_app "$1"
	for name in Anna Bert Cleo Fred Olga; do sign_up $name; done
}

get() { http GET "/v1/messages/$1"; }
history() { http GET "/v1/conversations/$conv/messages${1-}"; }
entries() { sql "SELECT last_index FROM conv_seq WHERE conv_id = $conv"; }
enc() { jq -rn --arg s "$1" '$s | @uri'; }
total() {
	as "$1"
	http GET /v1/inbox/head
	json .total_unread
}

hold() {
	coproc mysql_hold { mariadb --no-defaults -S "$IM_MYSQL_SOCKET" imcloud \
		--unbuffered --skip-column-names 3>&- 4>&-; }
	holder=$mysql_hold_PID
	printf 'BEGIN; %s; SELECT "held";\n' "$1" >&"${mysql_hold[1]}"
	until read -r line <&"${mysql_hold[0]}" && [ "$line" = held ]; do :; done
}
let_go() {
	[ -z "${holder-}" ] || kill "$holder" 2>/dev/null || :
	[ -z "${holder-}" ] || wait "$holder" 2>/dev/null || :
	holder=
}
put_off() { hold "SELECT 1 FROM user_seq WHERE user_id = $Bert_id FOR UPDATE"; }

listen() {
	local token=$1_token
	events=$BATS_TEST_TMPDIR/events-$1
	set -- "$1" "$(stand "$1")"
	: >"$events"
	exec curl -sN -H "Authorization: Bearer ${!token}" -o "$events" \
		"$url/v1/live/events?after=$2" 3>&- 4>&- &
	listener=$!
	wait_for grep -q hello "$events"
}
listened() {
	sed -n 's/^data: //p' "$events" | jq -se "[.[].event // empty] | $1" >/dev/null
}
