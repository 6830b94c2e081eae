# What a process keeps for a second: sessions, and who reads which log.  Whoever
# ends one of them, no service of the host believes it afterwards.  And rates in
# slices.
load ../helper
load apps
load chats

setup_file() {
	stack_private user message conversation inbox admin lighttpd
	use_app recent
	sign_up Ann
	sign_up Ben
	sign_up Cid
	new_conv group Ann Ben
	export conv far=$stack/far
}
teardown_file() { stack_done; }

disabled=1 # maybe, by another test

ms() { echo $(($(date +%s%N) / 1000000)); }

all_are() { # STATUS: all services say so to $TOKEN
	local path
	for path in users/me "conversations/$conv" inbox/head \
		"conversations/$conv/messages"; do
		http GET "/v1/$path"
		is_status "$1" || return 1
	done
}

hits() { # PROGRAM
	curl -sS "$url/metrics" | sed -n \
		"s/^imcloud_recent_lookups_total{outcome=\"hit\",program=\"$1\"} //p"
}

# is_told HOW: HOW ends a session that all services know, and they all say
# 401.  False if that took so long that they would have forgotten it anyway.
is_told() {
	local start
	"${new-new_session}" || failed=1
	start=$(ms)
	# wait_for does not end at what fails, so say it.
	all_are 200 && "$@" && all_are 401 || failed=1
	[ -n "$failed" ] || [ $(($(ms) - start)) -lt 1000 ]
}
at_once() {
	failed=
	wait_for is_told "$@"
	[ -z "$failed" ]
}

by_itself() { http DELETE /v1/sessions/current && is_status 204; }
by_cgi() { cgi user DELETE /v1/sessions/current && is_status 204; }
by_log_in() {
	local ended=$TOKEN
	log_in "$Ben_name" told
	TOKEN=$ended
}
by_admin() {
	disabled=1
	"$bin/im-admin" -c "$conf" user disable "$IM_APP" "$Ben_name" >&2
}

# A new session of Ben, in TOKEN.
new_session() {
	[ -z "$disabled" ] ||
		"$bin/im-admin" -c "$conf" user enable "$IM_APP" "$Ben_name" >&2
	disabled=
	log_in "$Ben_name" told
	TOKEN=$token
}

@test "a session that is asked for often is looked up once a second" {
	local i
	as Ann
	is_kept() {
		local before
		before=$(hits user)
		for i in 1 2 3 4 5; do http GET /v1/users/me; done
		is_status 200 &&
			[ $(($(hits user) - before)) -ge 4 ]
	}
	wait_for is_kept
}

@test "who logs out is out everywhere, at once" { at_once by_itself; }
@test "through a CGI program, too" { at_once by_cgi; }
@test "so is a session that another one replaces" { at_once by_log_in; }
@test "and those of a user who is disabled" { at_once by_admin; }

@test "JWTs: a session that ends, a key that is deleted" {
	local key=$BATS_TEST_TMPDIR/key kid n=0
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 \
		-out "$key"
	new_jwt() {
		kid=k$((++n))
		TOKEN=$IM_APP_KEY
		http PUT "/v1/admin/jwt-keys/$kid" "$(jq -nc --arg key \
			"$(openssl pkey -in "$key" -pubout)" \
			'{alg: "ES256", public_key: $key}')"
		is_status 200
		TOKEN=$(jwt_by "$key" "{\"alg\":\"ES256\",\"kid\":\"$kid\"}" \
			"$(jq -nc --arg app "$IM_APP" --arg sub "$Ann_name" \
				--argjson exp "$(now 3600)" --arg n "$n" \
				'{sub: $sub, app: $app, exp: $exp, device: "d-\($n)"}')")
		# The first one opens the session, and memcached learns of it.
		all_are 200
	}
	by_key() {
		local jwt=$TOKEN
		TOKEN=$IM_APP_KEY
		http DELETE "/v1/admin/jwt-keys/$kid"
		TOKEN=$jwt
		is_status 204
	}
	new=new_jwt
	at_once by_itself
	at_once by_key
}

@test "a JWT runs out although its session is known" {
	local before end until
	# 60 s of skew are allowed.
	until=$(($(date +%s) - 57)) end=$((until + 60))
	TOKEN=$(jwt "$(jq -nc --arg app "$IM_APP" --arg sub "$Ann_name" \
		--argjson exp "$until" \
		'{sub: $sub, app: $app, exp: $exp, device: "short"}')")
	while :; do
		before=$(date +%s)
		http GET /v1/users/me
		[ "$status" = 200 ] || break
		[ "$before" -le "$end" ]
	done
	is_problem 401 unauthenticated
	[ "$(date +%s)" -ge "$end" ]
}

# ---- readers of a log --------------------------------------------------------
# route: message.history

page() { http GET "/v1/conversations/$conv/messages$1"; }

# What Cid, whom the service knows as a reader, gets for the page QUERY after
# "$@" is $expected, as FILTER shows it.  False if that took so long that the
# service would have forgotten him anyway.
is_then() { # QUERY FILTER HOW...
	local query=$1 filter=$2 start
	shift 2
	as Cid
	start=$(ms)
	page "$query" && is_status 200 && "$@" && as Cid && page "$query" &&
		is_json "$filter" "$expected" || failed=1
	[ -n "$failed" ] || [ $(($(ms) - start)) -lt 1000 ]
}
then_at_once() {
	failed=
	wait_for is_then "$@"
	[ -z "$failed" ]
}

# A new log of three entries that Cid reads.
new_log() {
	new_conv group Ann Cid
	say Ann
	say Ann
}

@test "who pages through a log is looked up once a second" {
	local before
	new_log
	as Cid
	is_kept() {
		before=$(hits message)
		for i in 1 2 3 4 5; do page '?before=3'; done
		is_status 200
		# Of the session, and of the reader.
		[ $(($(hits message) - before)) -ge 9 ]
	}
	wait_for is_kept
}

@test "who is removed, or leaves, reads nothing any more, at once" {
	leave() {
		http DELETE "/v1/conversations/$conv/members/$Cid_id"
		is_status 204
	}
	drop_by_cgi() {
		as Ann
		cgi conversation DELETE \
			"/v1/conversations/$conv/members/$Cid_id"
		is_status 204
	}
	expected=404
	for how in 'drop Ann Cid' leave drop_by_cgi; do
		removed() {
			new_log
			# shellcheck disable=SC2086 # words
			is_then '?before=3' .status $how
		}
		failed=
		wait_for removed
		[ -z "$failed" ]
	done
}

@test "who comes back reads from there on" {
	as Ann
	http POST /v1/conversations \
		"{\"kind\":\"group\",\"members\":$(ids Cid),\"settings\":{\"history\":\"since_joined\"}}"
	conv=$(json .conv_id)
	say Ann secret
	come_back() {
		drop Ann Cid
		add Ann Cid
		http GET "/v1/conversations/$conv"
		expected="[$(json .last_index),0]"
	}
	then_at_once '?before=3' '[.floor, (.items | length)] | tojson' come_back
}

@test "the head is that of the last send, also on a page far below it" {
	new_log
	tell() {
		say Ann
		expected=$at
	}
	then_at_once '?before=3' .head tell
}

# ---- stores away -----------------------------------------------------------

@test "without memcached, and when it is back" {
	announce 'memcached|cache'
	service down memcached
	at_once by_admin
	at_once by_itself
	service up memcached
	all_are 401
	at_once by_itself
}

@test "with a memcached that is frozen" {
	announce 'memcached|cache'
	new_session
	all_are 200
	service pause memcached
	by_itself
	all_are 401
	service cont memcached
	# What it has may be believed until the new generation is known.
	wait_for all_are 401
	at_once by_itself
}

# ---- the file --------------------------------------------------------------

file=$stack/run/epoch/2

grows() { # hits of user, by requests
	local before
	before=$(hits user)
	http GET /v1/users/me
	http GET /v1/users/me
	[ "$(hits user)" -gt "$before" ]
}

@test "a file that is removed is made again" {
	[ -f "$file" ]
	by_removal() { rm "$file" && by_admin; }
	at_once by_removal
	as Ann
	wait_for grows
	[ -f "$file" ]
	at_once by_admin
}

@test "a file that is cut short is not believed" {
	by_cut() { : >"$file" && by_admin; }
	at_once by_cut
	at_once by_admin
}

@test "without the file nothing is kept, and all goes on" {
	rm "$file"
	mkdir "$file"
	as Ann
	before=$(hits user)
	for i in 1 2 3; do all_are 200; done
	[ "$(hits user)" = "$before" ]
	at_once by_itself
	at_once by_admin
	rmdir "$file"
	as Ann
	wait_for grows
	at_once by_admin
}

# ---- another host ----------------------------------------------------------

# far_start SERVICE: one of another host, which shares the stores alone
far_start() {
	IM_RUN_DIR=$far "$cgi/$1" -c "$conf" 2>>"$stack/log/far" \
		</dev/null >/dev/null 3>&- 4>&- &
	far_pid=$!
	wait_for [ -S "$far/web/$1.sock" ]
}
far_stop() { kill "$far_pid" && wait "$far_pid"; }
far_get() { # sets $status
	status=$("$TOP/tests/helpers/ask.py" 1 "$TOKEN" GET /v1/users/me "" \
		"$far/web/user.sock")
}

@test "another host knows within a second" {
	local ended began
	mkdir -p "$far"
	far_start user
	for how in by_itself by_admin; do
		new_session
		far_get
		[ "$status" = 200 ]
		"$how"
		ended=$(ms)
		while :; do
			began=$(ms)
			far_get
			[ "$status" = 200 ] || break
			[ $((began - ended)) -lt 1000 ]
		done
		[ "$status" = 401 ]
	done
	# And the other way round.
	new_session
	all_are 200
	IM_RUN_DIR=$far cgi user DELETE /v1/sessions/current
	is_status 204
	ended=$(ms)
	while :; do
		began=$(ms)
		http GET /v1/users/me
		[ "$status" = 200 ] || break
		[ $((began - ended)) -lt 1000 ]
	done
	is_problem 401 unauthenticated
	far_stop
}

far_page() { # QUERY: sets $status and $body
	local answer
	answer=$("$TOP/tests/helpers/ask.py" -b 1 "$TOKEN" GET \
		"/v1/conversations/$conv/messages$1" "" "$far/web/message.sock")
	status=${answer%% *} body=${answer#* }
}

@test "another host knows at once what is at the end of a log" {
	new_log
	far_start message
	for query in '' '?after=AT' '?around=AT' '?before=9007199254740991'; do
		as Cid
		far_page '?before=3'
		is_status 200
		say Ann
		as Cid
		far_page "${query/AT/$((at - 1))}"
		is_json '.items[-1].conv_index' "$at"
		is_json .head "$at"
		is_json .has_after false
	done
	far_stop
}

@test "another host forgets within a second who may read" {
	local ended began
	new_log
	far_start message
	as Cid
	far_page '?before=3'
	[ "$status" = 200 ]
	drop Ann Cid
	ended=$(ms)
	as Cid
	while :; do
		began=$(ms)
		far_page '?before=3'
		[ "$status" = 200 ] || break
		[ $((began - ended)) -lt 1000 ]
	done
	[ "$status" = 404 ]
	far_stop
}

# ---- rates -----------------------------------------------------------------

# in_window N SOCKET...: so many sends of a new user through these in turn, all
# in one window; sets accepted
in_window() {
	local window n=$1
	shift
	sign_up Fast
	add Ann Fast
	window=$(($(date +%s) / 10))
	accepted=$("$TOP/tests/helpers/ask.py" "$n" "$Fast_token" POST \
		"/v1/conversations/$conv/messages" "$(text x)" "$@" |
		grep -cx 201) || :
	[ $(($(date +%s) / 10)) = "$window" ]
}

serves() {
	as Ann
	http GET "/v1/conversations/$conv/messages"
	[ "$status" = 200 ]
}

@test "a rate holds in one process, and over two" {
	local here=$stack/run/web/message.sock
	stack_set rate send 40
	service restart message
	wait_for serves
	far_start message
	wait_for in_window 50 "$here"
	[ "$accepted" = 40 ]
	# Each of them may be a twentieth ahead.
	wait_for in_window 60 "$here" "$far/web/message.sock"
	[ "$accepted" -ge 40 ]
	[ "$accepted" -le 44 ]
	far_stop
	rm "$stack"/etc/imcloud.conf.d/rate-send.conf
	service restart message
	wait_for serves
}

@test "a CGI program, one process for each request, counts each one" {
	stack_set rate send 40
	count_by_cgi() {
		local window n
		sign_up Slow
		add Ann Slow
		as Slow
		window=$(($(date +%s) / 10))
		for n in 1 2 3; do
			cgi message POST "/v1/conversations/$conv/messages" "$(text x)"
			is_status 201 || return 1
		done
		counted=$(memcached_get "r:s:u$Slow_id:$window")
		[ $(($(date +%s) / 10)) = "$window" ]
	}
	wait_for count_by_cgi
	[ "$counted" = 3 ]
	rm "$stack"/etc/imcloud.conf.d/rate-send.conf
}
memcached_get() { # KEY
	perl -MIO::Socket::UNIX -e '
		my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die $!;
		print $s "get $ARGV[1]\r\n";
		$s->flush;
		<$s>;
		print <$s> =~ /(\d+)/;' "$IM_MEMCACHED" "$1"
}
