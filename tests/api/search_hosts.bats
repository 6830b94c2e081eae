# The parts of the search index on several hosts.  One is the stack, which has
# part 2; the other one runs the service as a plain CGI program, has part 1, and
# asks the stack.
# route: search.part
load ../helper
load apps
load chats

setup_file() {
	stack_private
	stack_set search shards 2
	# Nobody listens there.
	stack_set search peers '1=http://127.0.0.1:9'
	service restart search im-search
	other=$stack/other.conf
	{
		cat "$conf"
		printf '[search]\nshards = 2\ndir = %s\npeers = 2=%s\n' \
			"$stack/other" "$url"
	} >"$other"
	mkdir -m 700 "$stack/other"
	export other
	use_app hosts
	for who in Anna Ben; do sign_up "$who"; done
	announce ev=search_peer
	talk
}
teardown_file() { stack_done; }

# Twelve conversations with two messages each, the second ones later.
talk() {
	local convs=() conv i
	for i in $(seq 12); do
		new_conv group Anna Ben
		convs+=("$conv")
	done
	for i in 1 2; do
		for conv in "${convs[@]}"; do say Anna "word $((++said))"; done
	done
}

on_other() { conf=$other cgi search "$@"; }
index_other() { "$bin/im-search" -c "$other" "$@"; }
stack_is_level() {
	"$bin/im-search" -c "$conf" --status | grep -q 'part=2 .*behind=0' && index_other
}
texts() { json '[.items[].entry.content.text] | join("|")'; }
newest_first() { for i in $(seq 24 -1 1); do printf 'word %d\n' "$i"; done | paste -sd'|'; }

@test "each host indexes its own part" {
	wait_for stack_is_level
	[ "$(find "$stack/search" -name '?-2.current' -printf '%f\n')" = 2-2.current ]
	[ "$(find "$stack/other" -name '*.current' -printf '%f\n')" = 1-2.current ]
	[ "$(index_other --status | wc -l)" = 1 ]
}

@test "a search finds what all hosts have, newest first" {
	wait_for stack_is_level
	as Ben
	on_other GET '/v1/search?q=word&limit=100'
	is_status 200
	[ "$(texts)" = "$(newest_first)" ]
	is_json .next null
	is_json '.indexed_to_at > 0' true
}

@test "in pages, also when a part is made anew between them" {
	local cursor= all=() page=0
	wait_for stack_is_level
	as Ben
	while :; do
		on_other GET "/v1/search?q=word&limit=5$cursor"
		is_status 200
		is_json '.items | length <= 5' true
		mapfile -t -O ${#all[@]} all < <(json '.items[].entry.content.text')
		[ "$(json .next)" != null ] || break
		cursor="&cursor=$(json .next)"
		if [ $((++page)) = 2 ]; then
			old=$(readlink "$stack/search/2-2.current")
			"$bin/im-search" -c "$conf" --rebuild
			is_anew() { [ "$(readlink "$stack/search/2-2.current")" != "$old" ]; }
			wait_for is_anew
			wait_for stack_is_level
		fi
	done
	[ $page = 4 ]
	[ "$(printf '%s\n' "${all[@]}" | paste -sd'|')" = "$(newest_first)" ]
}

@test "of one conversation, wherever it is" {
	wait_for stack_is_level
	as Ben
	http GET '/v1/conversations?limit=100'
	local ids id
	mapfile -t ids < <(json '.items[].conversation.conv_id')
	[ ${#ids[@]} = 12 ]
	for id in "${ids[@]}"; do
		on_other GET "/v1/search?q=word&conv_id=$id"
		is_status 200
		is_json '.items | length' 2
	done
}

@test "without a host that is away, which the answer tells" {
	wait_for stack_is_level
	as Ben
	http GET '/v1/search?q=word&limit=100'
	is_status 200
	is_json '.items | length > 0 and length < 24' true
	is_json .indexed_to_at 0
	here=$(json '.items | length')
	service down search
	on_other GET '/v1/search?q=word&limit=100'
	service up search
	is_status 200
	is_json .indexed_to_at 0
	is_json '.items | length' $((24 - here))
}

@test "a page goes on where a host was away" {
	local cursor
	wait_for stack_is_level
	as Ben
	service down search
	on_other GET '/v1/search?q=word&limit=1'
	is_status 200
	cursor=$(json .next)
	service up search
	is_up() { http GET '/v1/search?q=none'; [ "$status" = 200 ]; }
	wait_for is_up
	on_other GET "/v1/search?q=word&limit=100&cursor=$cursor"
	is_status 200
	is_json '.items | length' 23
	is_json '.indexed_to_at > 0' true
}

@test "nobody else can ask a host" {
	as nobody
	http POST /v1/search/part
	is_problem 401 unauthenticated
	http POST /v1/search/part '{"part":2}'
	is_problem 401 unauthenticated
	head -c 4000 /dev/urandom >"$BATS_TEST_TMPDIR/noise"
	http POST /v1/search/part '' --data-binary "@$BATS_TEST_TMPDIR/noise"
	is_problem 401 unauthenticated
	as Ben
	http POST /v1/search/part '{"part":2}'
	is_problem 401 unauthenticated
	http GET /v1/search/part
	is_problem 405 method_not_allowed
	! grep -q search.part "$TOP/docs/openapi.yaml"
}

@test "the clock of a host that asks does not matter" {
	wait_for stack_is_level
	as Ben
	LD_PRELOAD=$(echo /usr/lib/*/faketime/libfaketime.so.1) FAKETIME=+10m \
		ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 \
		on_other GET '/v1/search?q=word&limit=100'
	is_status 200
	is_json '.items | length' 24
}

# A web server that keeps what it is asked and has no answer.
listen() {
	python3 - "$1" 3>&- 4>&- <<-'END' &
		import http.server, sys
		class Keep(http.server.BaseHTTPRequestHandler):
		    def do_POST(self):
		        body = self.rfile.read(int(self.headers["Content-Length"]))
		        open(sys.argv[1], "wb").write(body)
		        self.send_error(500)
		    def log_message(self, *_): pass
		server = http.server.HTTPServer(("127.0.0.1", 0), Keep)
		open(sys.argv[1] + ".port", "w").write(str(server.server_port))
		server.handle_request()
	END
	listener=$!
}
# ask_with FILE: the question in it, once more; status
ask_with() {
	status=$(curl -sS -o "$BATS_TEST_TMPDIR/answer" -w '%{http_code}' \
		-H 'Content-Type: application/octet-stream' --data-binary "@$1" \
		"$url/v1/search/part")
}

@test "a question is one only as it was sealed, and no answer" {
	local kept=$BATS_TEST_TMPDIR/kept
	wait_for stack_is_level
	listen "$kept"
	wait_for test -s "$kept.port"
	sed "s#$url#http://127.0.0.1:$(<"$kept.port")#" "$other" >"$other.kept"
	as Ben
	conf=$other.kept cgi search GET '/v1/search?q=word&limit=100'
	is_status 200
	is_json .indexed_to_at 0
	wait "$listener"
	ask_with "$kept"
	[ "$status" = 200 ]
	# The answer does not say anything to whoever has no key.
	! grep -aq '"hits"' "$BATS_TEST_TMPDIR/answer"
	cp "$BATS_TEST_TMPDIR/answer" "$kept.answer"
	ask_with "$kept.answer"
	[ "$status" = 401 ]
	perl -0777 -pe 'substr($_, 50, 1) ^= "\1"' "$kept" >"$kept.changed"
	ask_with "$kept.changed"
	[ "$status" = 401 ]
	head -c 100 "$kept" >"$kept.short"
	ask_with "$kept.short"
	[ "$status" = 401 ]
}
