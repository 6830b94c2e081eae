load ../helper
load apps
load chats

# Lists and the sum of unread messages cost the same for a user with many chats
# as for one with few.

setup_file() {
	local class
	stack=$TOP/var/test/own_many-$$
	mkdir -p "$stack"
	for class in read write send; do stack_set rate $class 0; done
	stack_private message user conversation inbox lighttpd im-fanout live
	use_app own_many
	for name in Otto Few Lots; do sign_up $name; done
}
teardown_file() { stack_done; }

# fill USER_ID COUNT: groups of Otto with the user, each with an unread message.
fill() {
	PYTHONPATH=$TOP/tests/helpers PYTHONDONTWRITEBYTECODE=1 python3 - "$url" \
		"{\"id\":\"$Otto_id\",\"token\":\"$Otto_token\"}" "$1" "$2" <<-'END'
		import json, sys, threading
		from api import Caller
		url, otto, user, count = sys.argv[1:]
		def some(n):
		    caller, made = Caller(url, json.loads(otto)), []
		    for _ in range(n):
		        made.append(caller.must("POST", "/v1/conversations", {
		            "kind": "group", "members": [user]})["conv_id"])
		    for at in range(0, n, 100):
		        caller.must("POST", "/v1/messages/batch", {"messages": [{
		            "conv_id": c, "type": "text", "content": {"text": "x"}}
		            for c in made[at:at + 100]]})
		threads = [threading.Thread(target=some, args=(int(count) // 4,))
		           for _ in range(4)]
		for t in threads: t.start()
		for t in threads: t.join()
	END
}
total_is() { as "$1"; http GET /v1/inbox/head; [ "$(json .total_unread)" = "$2" ]; }
change() { # WHO: a new user_index
	as "$1"
	http PATCH "/v1/conversations/$2/me" \
		"{\"draft\":{\"text\":\"x\",\"version\":$(date +%s%6N)}}"
	is_status 200
}
chat_of() { as "$1"; http GET '/v1/conversations?limit=1'
	json '.items[0].conversation.conv_id'; }
rows() { sql "SELECT COALESCE(SUM(ROWS_READ), 0)
	FROM information_schema.TABLE_STATISTICS WHERE TABLE_SCHEMA = 'imcloud'
	AND TABLE_NAME IN ('chat', 'chat_setting', 'mark', 'badge', 'badge_chat',
		'inbox', 'member', 'conversation', 'entry')"; }
# WHO PATH CONV: rows that the server looks at: the least of some, as jobs look at
# others meanwhile
reads() {
	local i before
	for i in 1 2 3; do
		change "$1" "$3"
		before=$(rows)
		http GET "$2"
		is_status 200
		echo $(($(rows) - before))
	done | sort -g | head -n 1
}
best() { # WHO PATH CONV: the shortest of some, in s
	local i
	for i in $(seq 9); do
		change "$1" "$3"
		curl -sS -o /dev/null -w '%{time_starttransfer}\n' \
			-H "Authorization: Bearer $TOKEN" "$url$2" 3>&- 4>&-
	done | sort -g | head -n 1
}

@test "1,000 chats cost what 40 cost" {
	fill "$Few_id" 40
	fill "$Lots_id" 1000
	wait_for total_is Few 40
	wait_for total_is Lots 1000
	few=$(chat_of Few)
	lots=$(chat_of Lots)
	sql 'SET GLOBAL userstat = 1'
	for path in /v1/inbox/head '/v1/sync?limit=20' \
		'/v1/conversations?limit=20' '/v1/conversations?limit=20&unread=true'; do
		a=$(reads Few "$path" "$few")
		b=$(reads Lots "$path" "$lots")
		echo "$path: $a and $b rows"
		[ "$a" -gt 0 ]
		# whether there are few chats in a list is looked up before
		more=30
		[ "$path" = "${path%unread*}" ] || more=230
		[ "$b" -le $((a + a / 3 + more)) ]
	done
	sql 'SET GLOBAL userstat = 0'
	for path in /v1/inbox/head '/v1/sync?limit=20' \
		'/v1/conversations?limit=20'; do
		a=$(best Few "$path" "$few")
		b=$(best Lots "$path" "$lots")
		echo "# figure: $path with 1,000 chats in parts of that with 40:" \
			"$(awk "BEGIN { printf \"%.2f\", $b / $a }")" >&3
	done
}
