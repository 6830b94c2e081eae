# What a web server answers by itself is a problem document of the API, and what
# it passes on arrives as it was sent: the same behind lighttpd, nginx and Apache.
load ../helper
load apps

setup_file() {
	stack_private user admin inbox conversation live lighttpd nginx apache
	use_app web
}
teardown_file() { stack_done; }

# each COMMAND...: behind every web server; $server is its name, $url its address
each() {
	local server url lighttpd=$IM_URL nginx=$IM_NGINX_URL apache=$IM_APACHE_URL
	for server in lighttpd nginx apache; do
		url=${!server}
		echo "behind $server:"
		"$@"
	done
}

# raw TEXT: sends TEXT (printf escapes) as it is; sets $status $headers $body
raw() {
	local answer port=${url##*:}
	answer=$(RAW=$1 PORT=$port python3 -c '
import codecs, os, socket, sys
s = socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), 180)
s.sendall(codecs.escape_decode(os.environ["RAW"].encode())[0])
b = s.recv(65536)
s.shutdown(socket.SHUT_WR) # not before: nginx would take it for the end
while b:
    sys.stdout.buffer.write(b)
    b = s.recv(65536)')
	headers=$(sed '/^\r\{0,1\}$/q' <<<"$answer" | tr -d '\r')
	body=$(sed '1,/^\r\{0,1\}$/d' <<<"$answer")
	status=$(head -n 1 <<<"$headers" | cut -d' ' -f2)
}

long() { head -c "$1" /dev/zero | tr '\0' a; }

# status_is N: of /v1/users/me, behind every web server
status_is() {
	local wanted=$1 url
	for url in "$IM_URL" "$IM_NGINX_URL" "$IM_APACHE_URL"; do
		http GET /v1/users/me && [ "$status" = "$wanted" ] || return 1
	done
}

# Apache does not know whether the service was away or ended at work.
away() {
	http GET /v1/users/me
	is_problem 503 busy
	if [ "$server" = apache ]; then
		http POST /v1/users '{}'
		is_problem 503 uncertain
	else
		http POST /v1/users '{}'
		is_problem 503 busy
	fi
	http GET /v1/conversations/1
	is_problem 503 busy
	http GET /v1/users/me '' -H 'X-Request-Id: my.own_id-7'
	is_problem 503 busy
	is_json .request_id my.own_id-7
	http GET /v1/users/me '' -H 'X-Request-Id: "no'
	is_problem 503 busy
	[ "$(json .request_id)" != '"no' ]
}

@test "a service that is away: 503, with when to come back and the request's id" {
	service down user conversation
	wait_for status_is 503
	each away
	service up user conversation
	wait_for status_is 401
	passed_on() {
		http GET /v1/users/me '' -H 'X-Request-Id: my.own_id-8'
		is_problem 401 unauthenticated
		is_json .request_id my.own_id-8
	}
	each passed_on
}

@test "im-live that is away: 503" {
	service down live
	is_away() { http GET /v1/live/poll && is_problem 503 busy; }
	each wait_for is_away
	service up live
	is_back() { http GET /v1/live/poll && [ "$status" = 401 ]; }
	each wait_for is_back
}

# The sign-up waits for a lock in the database when its service is killed.
killed_at_work() {
	local lock signing answer=$BATS_TEST_TMPDIR/killed pid
	coproc LOCK { mariadb --no-defaults -S "$IM_MYSQL_SOCKET" -u "$(id -un)" -n \
		--skip-column-names imcloud 3>&- 4>&-; }
	lock=$LOCK_PID
	echo 'LOCK TABLES username WRITE, user WRITE; SELECT 1;' >&"${LOCK[1]}"
	read -r <&"${LOCK[0]}"
	curl -sS --max-time "$patience" -o "$answer" -H 'Content-Type: application/json' \
		--data-binary "{\"app\":\"$IM_APP\",\"username\":\"killed-$server\",
		\"password\":\"$password\"}" "$url/v1/users" 3>&- 4>&- &
	signing=$!
	is_waiting() {
		[ "$(sql "SELECT COUNT(*) FROM information_schema.processlist
			WHERE state LIKE 'Waiting for table%'")" != 0 ]
	}
	wait_for is_waiting
	pid=$(service_pid user)
	kill -KILL "$pid"
	wait "$signing"
	kill "$lock"
	wait "$lock" || :
	body=$(<"$answer")
	is_json .code uncertain
	is_json .status 503
	is_json '.retry_after_ms > 0' true
	wait_for status_is 401
}

@test "a service that is killed at work: 503 uncertain" {
	each killed_at_work
}

# hung METHOD CODE: what was answered behind $server
hung() {
	body=$(<"$BATS_TEST_TMPDIR/$server.$1")
	headers=$(tr -d '\r' <"$BATS_TEST_TMPDIR/$server.$1.head")
	# Apache keeps a status of its own.
	[ "$server" != apache ] || headers=${headers/ 504 / 503 }
	status=$(cut -d' ' -f2 <<<"${headers%%$'\n'*}")
	is_problem 503 "$2"
}
hung_get() { hung GET busy; }
hung_post() { hung POST uncertain; }

@test "a service that hangs: 503, uncertain after a change" {
	local asked=() method
	ask() {
		for method in GET POST; do
			curl -sS -X "$method" --max-time "$patience" \
				-H 'Content-Length: 0' -D "$BATS_TEST_TMPDIR/$server.$method.head" \
				-o "$BATS_TEST_TMPDIR/$server.$method" \
				"$url/v1/users/me" 3>&- 4>&- &
			asked+=($!)
		done
	}
	kill -STOP "$(service_pid user)"
	each ask
	wait "${asked[@]}"
	kill -CONT "$(service_pid user)"
	each hung_get
	each hung_post
}

too_large() {
	http POST /v1/users '' --data-binary "@$BATS_TEST_TMPDIR/big"
	is_problem 413 too_large
}

@test "a body over 1 MiB: 413" {
	head -c 1200000 /dev/zero >"$BATS_TEST_TMPDIR/big"
	each too_large
}

long_head() {
	http GET /v1/users/me '' -H "X-Long: $(long 9000)"
	is_problem 431 headers_too_large
	http GET "/v1/users/me?$(long 9000)"
	is_problem 431 headers_too_large
}

@test "a header or a target over 8 KiB: 431" {
	each long_head
}

no_http() {
	local bad also=()
	# Apache serves a version that is not there, and chunks despite a length.
	[ "$server" = apache ] || also=('GET /v1/users HTTP/9.9\r\nHost: a\r\n\r\n'
		'POST /v1/users HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')
	for bad in "${also[@]}" 'GET\r\n\r\n' 'GET /v1/users HTTP/1.1\r\n\r\n' \
		'GET /v1/users HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n' \
		'POST /v1/users HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n'
	do
		echo "$bad"
		raw "$bad"
		is_problem 400 invalid_argument
	done
}

@test "what is no HTTP: 400" {
	each no_http
}

no_method() {
	raw 'FOO /v1/users HTTP/1.0\r\nHost: a\r\n\r\n'
	is_problem 405 method_not_allowed
	[ -n "$(header Allow)" ]
}

@test "a method that is none: 405 with Allow" {
	each no_method
}

spellings() {
	local path
	for path in /v1//users /v1/users/ /v1/%75sers /v1/users%2Fme //v1/users/me \
		/v1/./users /v1/users/../users /v1/users/%00 /v1/nothing /v1 /v1/ \
		/v1/conversations/..%2f.. /v1/conversations/../.. /v1%2f..%2f \
		/v1/conversations/%2e%2e/%2E%2E/index.html /v1/live/%70oll \
		/v1/live/./poll /v1/%2e%2e/ '/v1/x/..%2f..%2fsdk/index.js?a'; do
		echo "$path"
		http GET "$path"
		is_problem 404 not_found
	done
	# No URI at all: Apache answers before it looks for a route.
	http GET /v1/users/%zz
	[ "$server" = apache ] || is_problem 404 not_found
	[ "$server" != apache ] || is_problem 400 invalid_argument
}

@test "other spellings of a path are 404, never redirected, never a file" {
	each spellings
}

small_page() {
	local path
	for path in /nothing /sdk/ /x/%2e%2e/ /x/..%2fsdk/index.js /metrics/; do
		echo "$path"
		http GET "$path"
		is_status 404
		[[ $(header Content-Type) == text/html* ]]
		[[ $body == *'<h1>Not found</h1>'* ]]
	done
	http GET /../Makefile
	[ "$status" = 400 ] || [ "$status" = 404 ]
}

@test "an unknown path outside /v1: a small page" {
	each small_page
}

static_files() {
	local tag
	http GET /
	is_status 200
	[[ $(header Content-Type) == text/html* ]]
	[ "$(header X-Content-Type-Options)" = nosniff ]
	[[ $(header Content-Security-Policy) == "default-src 'self';"* ]]
	[[ $(header Content-Security-Policy) == *" connect-src 'self';"* ]]
	[ "$(header Referrer-Policy)" = no-referrer ]
	tag=$(header ETag)
	[ -n "$tag" ]
	http GET / '' -H "If-None-Match: $tag"
	is_status 304
	http GET /sdk/index.js
	[[ $(header Content-Type) == *javascript* ]]
}

@test "static files: type, tag, safe headers; only the own origin is connected to" {
	each static_files
}

signs_up() { # NAME CURL-OPTION...
	local name=$1-$server
	shift
	as nobody
	http POST /v1/users '' -H 'Content-Type: application/json' --data-binary \
		"{\"app\":\"$IM_APP\",\"username\":\"$name\",\"password\":\"$password\"}" "$@"
	is_status 201
	is_json .username "$name"
}
asks_first() { signs_up asks -H 'Expect: 100-continue'; }
in_chunks() { signs_up chunks -H 'Transfer-Encoding: chunked'; }

# in_pieces: the body arrives in two parts, each a chunk
in_pieces() {
	local one="{\"app\":\"$IM_APP\",\"username\":\"pieces-$server\","
	local two="\"password\":\"$password\"}"
	status=$(ONE=$one TWO=$two PORT=${url##*:} python3 -c '
import os, socket, time
s = socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), 180)
s.sendall(b"POST /v1/users HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
for part in (os.environ["ONE"], os.environ["TWO"], ""):
    time.sleep(0.1)
    s.sendall(b"%x\r\n%s\r\n" % (len(part), part.encode()))
print(s.makefile("rb").readline().split()[1].decode())')
	[ "$status" = 201 ]
}

@test "a chunked body, one in pieces, one after 100 Continue" {
	each in_chunks
	each in_pieces
	each asks_first
}

acts_as() {
	local name
	as_app
	http GET /v1/users/me '' -H "Im-Act-As: $ann_id"
	is_status 200
	# Headers that FastCGI cannot tell from it.
	for name in Im_Act_As im_act_as Im_Act-As Im-Act_As Im.Act.As 'Im!Act+As'
	do
		http GET /v1/users/me '' -H "$name: $ann_id"
		is_problem 400 invalid_argument Im-Act-As
	done
	http GET /v1/users/me '' -H 'Im.Act.As: 1' -H "Im-Act-As: $ann_id" \
		-H 'Im_Act-As: 1'
	is_status 200
	as ann
	http GET /v1/users/me
	is_status 200
}

@test "Authorization and Im-Act-As arrive; Im_Act_As and Im.Act.As are other headers" {
	sign_up ann
	each acts_as
}

# What the logs of $server say of it; they are written with a delay.
access_log() { cat "$stack/log/$server"/*; }
logs_no_secret() {
	local ticket
	as ann
	http POST /v1/tickets
	is_status 201
	ticket=$(json .ticket)
	as nobody
	http GET "/v1/live/poll?wait_s=0&ticket=$ticket"
	is_status 200
	http GET "/v1/live/poll/$server?ticket=$ticket"
	is_status 404
	is_logged() { access_log | grep -q "/v1/live/poll/$server"; }
	[ "$server" != lighttpd ] || service hup lighttpd
	wait_for is_logged
	! access_log | grep -F -e "$ticket" -e "$ann_token"
}

@test "tickets and tokens are in no log" {
	sign_up ann
	each logs_no_secret
}

# More bodies that stop in the middle than the service has threads: others are
# answered meanwhile, and they themselves when they go on.
stalled_bodies() {
	PORT=${url##*:} python3 -c '
import os, socket

port, patience = int(os.environ["PORT"]), 180
body = b"{\"username\": \"stalled\"}"

def ask(request):
    s = socket.create_connection(("127.0.0.1", port), patience)
    s.sendall(request)
    return s

def status(s):
    return int(s.makefile("rb").readline().split()[1])

head = (b"POST /v1/users HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
stalled = [ask(head + body[:7]) for _ in range(12)]
for _ in range(40):
    with ask(b"GET /v1/users/me HTTP/1.0\r\nHost: a\r\n\r\n") as s:
        assert status(s) == 401
for s in stalled:
    s.setblocking(False)
    try:
        raise SystemExit("answered before its body was there: %r" % s.recv(99))
    except BlockingIOError:
        s.settimeout(patience)
for s in stalled:
    s.sendall(body[7:])
assert [status(s) for s in stalled] == [400] * 12'
}

@test "12 bodies that stall keep nobody waiting" {
	each stalled_bodies
}

slow_peers() {
	curl -sS "$url/metrics" | sed -n 's/^imcloud_slow_peers_total{program="user"} //p'
}

@test "a body that never comes has an end, and is counted" {
	stack_set web io_s 1
	service restart user
	wait_for status_is 401
	before=$(slow_peers)
	# Past Apache, which passes it on as it comes.
	url=$IM_APACHE_URL
	status=$(PORT=${url##*:} python3 -c '
import os, socket
s = socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), 180)
s.sendall(b"POST /v1/users HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
print(s.makefile("rb").readline().split()[1].decode())')
	[ "$status" = 400 ] || [ "$status" = 408 ] || [ "$status" = 503 ]
	[ "$(slow_peers)" -gt "${before:-0}" ]
	rm "$stack/etc/imcloud.conf.d/web-io_s.conf"
	service restart user
	wait_for status_is 401
}
