# Whoever can write to memcached gets no rights by it: copies of rows are
# signed, and what is not signed is read from the database.
load ../helper
load apps

setup_file() {
	stack_shared
	use_app forged
	sign_up Mallory
	sign_up Victim
}

teardown_file() { stack_done; }

memcached() { # VERB KEY: on standard input the value to set
	perl -MIO::Socket::UNIX -e '
		my ($verb, $key) = @ARGV;
		my $s = IO::Socket::UNIX->new(Peer => $ENV{IM_MEMCACHED}) or die;
		if ($verb eq "get") {
			print $s "get $key\r\n";
			my $head = <$s>;
			exit 1 unless $head =~ /^VALUE \S+ \d+ (\d+)/;
			read $s, my $value, $1;
			print $value;
		} elsif ($verb eq "set") {
			local $/;
			my $value = <STDIN>;
			print $s "set $key 0 0 ", length $value, "\r\n$value\r\n";
			$/ = "\n";
			exit(<$s> !~ /^STORED/);
		}' "$@"
}

# with FROM TO: standard input with the bytes (hexadecimal) FROM as TO
with() { perl -0777 -pe 'BEGIN { ($f, $t) = map { pack "H*", $_ } splice @ARGV, 0, 2 }
	$n = s/\Q$f\E/$t/g; END { exit !$n }' "$@"; }
number() { perl -e 'print unpack "H*", pack "Q<", $ARGV[0]' "$1"; }
generation() { sql "SELECT generation FROM cache_generation"; }
session_key() { echo "s:$(generation):$(printf %s "$1" | sha256sum | cut -d' ' -f1)"; }
forged() {
	curl -sS "$url/metrics" |
		awk '/^imcloud_cache_forged_total/ { n += $2 } END { print n + 0 }'
}
whoami() { http GET /v1/users/me; }

# is_cached KEY REQUEST...: asks until the key is there
is_cached() {
	local key=$1
	shift
	"$@"
	memcached get "$key" >"$BATS_TEST_TMPDIR/copy"
}

@test "a session that no service has stored is none" {
	as Mallory
	wait_for is_cached "$(session_key "$Mallory_token")" whoami
	before=$(forged)
	# Its own copy, under the hash of a token of its choice.
	fake=imu_$(printf 'A%.0s' {1..43})
	memcached set "$(session_key "$fake")" <"$BATS_TEST_TMPDIR/copy"
	TOKEN=$fake
	whoami
	is_problem 401 unauthenticated
	[ "$(forged)" -gt "$before" ]
}

@test "a session is of whom the database says" {
	as Mallory
	key=$(session_key "$Mallory_token")
	wait_for is_cached "$key" whoami
	with "$(number "$Mallory_id")" "$(number "$Victim_id")" \
		<"$BATS_TEST_TMPDIR/copy" | memcached set "$key"
	whoami
	is_status 200
	is_json .user_id "$Mallory_id"
	# The forged copy does not keep the right one away.
	is_right() {
		is_cached "$key" whoami
		with "$(number "$Mallory_id")" "$(number "$Mallory_id")" \
			<"$BATS_TEST_TMPDIR/copy" >"$BATS_TEST_TMPDIR/right"
	}
	wait_for is_right
	before=$(forged)
	whoami
	is_json .user_id "$Mallory_id"
	[ "$(forged)" -eq "$before" ]
}

@test "a profile is what the database says" {
	as Mallory
	see() { http GET "/v1/users/$Victim_id"; }
	wait_for is_cached "u:$(generation):$Victim_id" see
	with "$(printf Victim | xxd -p)" "$(printf Mickey | xxd -p)" \
		<"$BATS_TEST_TMPDIR/copy" |
		memcached set "u:$(generation):$Victim_id"
	see
	is_status 200
	is_json .display_name Victim
}

@test "history is what the database says" {
	as Mallory
	http POST /v1/conversations '{"kind":"self","client_id":"log"}'
	is_status 201
	conv=$(json .conv_id)
	for i in $(seq 32); do
		http POST "/v1/conversations/$conv/messages" \
			"{\"client_msg_id\":\"m-$i\",\"type\":\"text\",\"content\":{\"text\":\"true\"}}"
		is_status 201
	done
	history() { http GET "/v1/conversations/$conv/messages?after=0"; }
	wait_for is_cached "h:$conv:0" history
	with "$(printf true | xxd -p)" "$(printf lies | xxd -p)" \
		<"$BATS_TEST_TMPDIR/copy" | memcached set "h:$conv:0"
	# By a process that keeps no block itself.
	cgi message GET "/v1/conversations/$conv/messages?after=0"
	is_status 200
	is_json '[.. | .text? // empty] | unique | join(",")' true
}
