load ../helper
load apps

# What im-live is told when sessions end: a listener stands in its place on
# the bus and writes down what comes.

setup_file() {
	stack_private user message lighttpd
	perl -MIO::Socket::UNIX -e '
		my $in = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 64) or die $!;
		open my $out, ">>", $ARGV[1] or die $!;
		$out->autoflush(1);
		while (my $c = $in->accept) {
			next if fork;
			while (sysread $c, my $head, 4) {
				my ($len, $rest) = (unpack("V", $head), "");
				while (length $rest < $len) {
					sysread($c, $rest, $len - length $rest, length $rest) or exit;
				}
				my ($v, $type, $flags, $to, $body) = unpack "CCvVV", $rest;
				print $out join(" ", $type, unpack("Q<", substr $rest, 12, 8),
				    substr $rest, 12 + 16 * $to), "\n";
			}
			exit;
		}' "$stack/run/live1.bus" "$stack/bus" </dev/null >/dev/null 2>&1 3>&- 4>&- &
	export LISTENER=$!
	use_app ends
	sign_up Anna
}
teardown_file() {
	kill "$LISTENER"
	stack_done
}

told() { grep -qxF "$1" "$stack/bus"; }
session_of() { # TOKEN
	TOKEN=$1
	http GET /v1/sessions/current
	is_status 200
	id=$(json .session_id)
}

@test "im-live is told of each end, with its reason, once" {
	log_in "$Anna_name" a; session_of "$token"; replaced=$id
	log_in "$Anna_name" a; session_of "$token"; kicked=$id
	log_in "$Anna_name" b; session_of "$token"; out=$id
	wait_for told "2 $Anna_id \"session_id\":\"$replaced\",\"reason\":\"replaced\""
	as Anna
	http DELETE "/v1/sessions/$kicked"
	is_status 204
	http DELETE "/v1/sessions/$kicked"
	is_status 204
	wait_for told "2 $Anna_id \"session_id\":\"$kicked\",\"reason\":\"kicked\""
	TOKEN=$token
	http DELETE /v1/sessions/current
	is_status 204
	wait_for told "2 $Anna_id \"session_id\":\"$out\",\"reason\":\"logged_out\""
	[ "$(grep -c '^2 ' "$stack/bus")" = 3 ]
}

@test "a changed profile reaches one's other devices" {
	as Anna
	http PATCH /v1/users/me '{"bio":"told"}'
	is_status 200
	wait_for grep -q "^1 $Anna_id \"type\":\"profile\",.*\"bio\":\"told\"" "$stack/bus"
	! grep "^1 .*user_index" "$stack/bus"
}

@test "a session that ended is none for the gateway" {
	sign_up Gate
	session_of "$Gate_token"
	TOKEN=
	IM_SESSION=$id cgi user GET /v1/users/me
	is_status 200
	is_json .user_id "$Gate_id"
	# The same id that a client sends means nothing.
	http GET /v1/users/me "" -H "IM-SESSION: $id" -H "IM_SESSION: $id"
	[ "$status" = 401 ] || [ "$status" = 400 ]
	as Gate
	http DELETE /v1/sessions/current
	is_status 204
	TOKEN=
	IM_SESSION=$id cgi user GET /v1/users/me
	is_problem 401 unauthenticated
	IM_SESSION=1 cgi user GET /v1/users/me
	is_problem 401 unauthenticated
}
