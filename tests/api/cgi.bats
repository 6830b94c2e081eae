# The services as plain CGI programs: environment and standard input, no web
# server.  What they say must be what they say through FastCGI.
load ../helper
load apps

setup_file() {
	stack_shared
	use_app cgi
	sign_up cgi
}
teardown_file() { stack_done; }

# env VAR=VALUE... SERVICE: runs the program with this environment alone
bare() {
	env -i PATH="$PATH" GATEWAY_INTERFACE=CGI/1.1 IMCLOUD_CONF="$conf" \
		ASAN_OPTIONS="${ASAN_OPTIONS-}" LSAN_OPTIONS="${LSAN_OPTIONS-}" \
		UBSAN_OPTIONS="${UBSAN_OPTIONS-}" "$@" 2>>"$stack/log/cgi"
}

@test "a route without a token" {
	as nobody
	cgi admin GET /v1/info
	is_status 200
	[ "$(header Content-Type)" = application/json ]
	[ "$(header Cache-Control)" = no-store ]
	is_json '.features | type' array
}

@test "the same answer as through the web server" {
	as cgi
	http GET /v1/users/me
	is_status 200
	local there=$body
	cgi user GET /v1/users/me
	is_status 200
	[ "$body" = "$there" ]
}

@test "a body from standard input" {
	as cgi
	cgi user PATCH /v1/users/me '{"display_name":"By CGI"}'
	is_status 200
	is_json .display_name "By CGI"
	http GET /v1/users/me
	is_json .display_name "By CGI"
}

@test "problems" {
	as nobody
	cgi user GET /v1/users/me
	is_problem 401 unauthenticated
	[ "$(header WWW-Authenticate)" = Bearer ]
	as cgi
	cgi user GET '/v1/users/me?x=1'
	is_problem 400 invalid_argument x
	cgi user GET /v1/users/me/
	is_problem 404 not_found
	cgi user DELETE /v1/users/%6de
	is_problem 405 method_not_allowed
	cgi user PUT /v1/tickets
	is_problem 405 method_not_allowed
	[ "$(header Allow)" = "POST, OPTIONS" ]
}

@test "no body is read without a length" {
	as cgi
	# Standard input stays open and gives nothing: it must not be waited for.
	mkfifo "$BATS_TEST_TMPDIR/open"
	body=$(bare REQUEST_METHOD=POST REQUEST_URI=/v1/tickets \
		HTTP_AUTHORIZATION="Bearer $TOKEN" timeout $patience "$cgi/user" \
		<>"$BATS_TEST_TMPDIR/open")
	[[ $body == "Status: 201 Created"* ]]
}

@test "a body that is too large is not read" {
	as cgi
	run bare REQUEST_METHOD=PATCH REQUEST_URI=/v1/users/me \
		HTTP_AUTHORIZATION="Bearer $TOKEN" CONTENT_TYPE=application/json \
		CONTENT_LENGTH=100000000 "$cgi/user" </dev/null
	[ "$status" -eq 0 ]
	[[ $output == "Status: 413 "* ]]
}

@test "a body that ends early" {
	as cgi
	run bare REQUEST_METHOD=PATCH REQUEST_URI=/v1/users/me \
		HTTP_AUTHORIZATION="Bearer $TOKEN" CONTENT_TYPE=application/json \
		CONTENT_LENGTH=100 "$cgi/user" <<<'{}'
	[[ $output == "Status: 400 "* ]]
}

@test "PATH_INFO where there is no REQUEST_URI" {
	run bare REQUEST_METHOD=GET PATH_INFO=/v1/info "$cgi/admin" </dev/null
	[[ $output == "Status: 200 OK"* ]]
}

@test "internal routes need the gateway's parameter" {
	as nobody
	cgi inbox POST /internal/live/heads '{"items":[]}'
	is_problem 404 not_found
	HTTP_IM_INTERNAL=1 cgi inbox POST /internal/live/heads '{"items":[]}'
	is_problem 404 not_found
	IM_INTERNAL=1 cgi inbox POST /internal/live/heads '{"items":[]}'
	is_status 200
	is_json '.items | length' 0
}

@test "the request id goes through" {
	as nobody
	HTTP_X_REQUEST_ID=abc-1._Z cgi admin GET /v1/info
	[ "$(header X-Request-Id)" = abc-1._Z ]
	HTTP_X_REQUEST_ID='a b' cgi admin GET /v1/info
	[[ $(header X-Request-Id) =~ ^[A-Za-z0-9._-]{16,64}$ ]]
}

@test "--routes and --help" {
	local service
	for service in "$cgi"/*; do
		service=${service##*/}
		"$cgi/$service" --routes >"$BATS_TEST_TMPDIR/routes"
		[ -s "$BATS_TEST_TMPDIR/routes" ]
		! grep -vE '^(GET|POST|PUT|PATCH|DELETE) /[^ ]+ [a-z_.]+ (none|optional|user|app)$' \
			"$BATS_TEST_TMPDIR/routes"
		"$cgi/$service" --help | grep -q "^usage: $service "
	done
	run "$cgi/user" --nonsense
	[ "$status" -eq 64 ]
	run "$cgi/user" -c /dev/null -o web.nonsense=1
	[ "$status" -eq 78 ]
}
