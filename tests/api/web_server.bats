# What the web server answers by itself is a problem document of the API, and
# what it passes on arrives as it was sent.
load ../helper

setup_file() { stack_private user admin lighttpd; }
teardown_file() { stack_done; }

# raw TEXT: sends TEXT (printf escapes) as it is; sets $status $headers $body
raw() {
	local answer port=${url##*:}
	answer=$(RAW=$1 PORT=$port python3 -c '
import codecs, os, socket, sys
s = socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), 180)
s.sendall(codecs.escape_decode(os.environ["RAW"].encode())[0])
s.shutdown(socket.SHUT_WR)
while True:
    b = s.recv(65536)
    if not b:
        break
    sys.stdout.buffer.write(b)')
	headers=$(sed '/^\r\{0,1\}$/q' <<<"$answer" | tr -d '\r')
	body=$(sed '1,/^\r\{0,1\}$/d' <<<"$answer")
	status=$(head -n 1 <<<"$headers" | cut -d' ' -f2)
}

long() { head -c "$1" /dev/zero | tr '\0' a; }

@test "a service that is away: 503 busy, with when to come back" {
	service down user
	is_away() { http GET /v1/users/me && [ "$status" = 503 ]; }
	wait_for is_away
	is_problem 503 busy
	http POST /v1/users '{}'
	is_problem 503 busy
	http GET /v1/conversations/1
	is_problem 503 busy
	http GET /v1/live
	is_problem 503 busy
	service up user
	is_back() { http GET /v1/users/me && [ "$status" = 401 ]; }
	wait_for is_back
}

@test "a body over 1 MiB: 413" {
	head -c 1200000 /dev/zero >"$BATS_TEST_TMPDIR/big"
	http POST /v1/users '' --data-binary "@$BATS_TEST_TMPDIR/big"
	is_problem 413 too_large
}

@test "a head over 8 KiB: 431" {
	http GET /v1/users/me '' -H "X-Long: $(long 9000)"
	is_problem 431 headers_too_large
	http GET "/v1/users/me?$(long 9000)"
	is_problem 431 headers_too_large
}

@test "what is no HTTP: 400" {
	local bad
	for bad in 'GET\r\n\r\n' 'GET /v1/users HTTP/1.1\r\n\r\n' \
		'GET /v1/users HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n' \
		'GET /v1/users HTTP/9.9\r\nHost: a\r\n\r\n' \
		'POST /v1/users HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n' \
		'POST /v1/users HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
	do
		raw "$bad"
		is_problem 400 invalid_argument
	done
}

@test "a method that is none: 405 with Allow" {
	raw 'FOO /v1/users HTTP/1.1\r\nHost: a\r\n\r\n'
	is_problem 405 method_not_allowed
	[ -n "$(header Allow)" ]
}

@test "the client's request id comes back, one that is none does not" {
	service down user
	is_away() { http GET /v1/users/me && [ "$status" = 503 ]; }
	wait_for is_away
	http GET /v1/users/me '' -H 'X-Request-Id: my.own_id-7'
	is_problem 503 busy
	is_json .request_id my.own_id-7
	http GET /v1/users/me '' -H 'X-Request-Id: "no'
	is_problem 503 busy
	[ "$(json .request_id)" != '"no' ]
	service up user
	is_back() { http GET /v1/users/me && [ "$status" = 401 ]; }
	wait_for is_back
	http GET /v1/users/me '' -H 'X-Request-Id: my.own_id-8'
	is_problem 401 unauthenticated
	is_json .request_id my.own_id-8
}

@test "other spellings of a path are 404, never redirected" {
	local path
	for path in /v1//users /v1/users/ /v1/%75sers /v1/users%2Fme //v1/users/me \
		/v1/./users /v1/users/../users /v1/users/%00 /v1/users/%zz /v1/nothing \
		/v1 /v1/; do
		http GET "$path"
		is_problem 404 not_found
	done
}

@test "static files: type, tag, safe headers; no list of a folder" {
	http GET /
	is_status 200
	[ "$(header Content-Type)" = 'text/html; charset=utf-8' ]
	[ "$(header X-Content-Type-Options)" = nosniff ]
	[[ $(header Content-Security-Policy) == "default-src 'self';"* ]]
	[ "$(header Referrer-Policy)" = no-referrer ]
	local tag
	tag=$(header ETag)
	[ -n "$tag" ]
	http GET / '' -H "If-None-Match: $tag"
	is_status 304
	http GET /sdk/index.js
	[ "$(header Content-Type)" = 'text/javascript; charset=utf-8' ]
	http GET /sdk/
	[ "$status" = 403 ] || [ "$status" = 404 ]
	http GET /../Makefile
	[ "$status" = 400 ] || [ "$status" = 404 ]
}
