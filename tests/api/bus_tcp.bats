# Several hosts: the bus over TCP, and wake-ups over UDP, with [bus] key.
load ../helper
load apps
load chats

free_port() {
	perl -MIO::Socket::INET -e '
		print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'
}

setup_file() {
	stack=$TOP/var/test/bus_tcp-$$
	port=$(free_port)
	export port
	stack_set bus nodes "live1=127.0.0.1:$port"
	stack_set bus key 0123456789abcdef0123456789abcdef
	stack_set live bus "127.0.0.1:$port"
	# So that sends leave work to the job.
	stack_set fanout now_members 0
	stack_private message conversation user inbox admin live im-fanout lighttpd
	use_app bus
	for name in Ann Bob; do sign_up $name; done
	new_conv group Ann Bob
	export conv
}
teardown_file() { stack_done; }

counter() { # NAME
	curl -sS "$url/metrics" |
		awk -v name="$1" 'index($1, name) == 1 { n += $2 } END { print n + 0 }'
}
grew() { [ "$(counter "$1")" -gt "$2" ]; }
# far [VAR=VALUE...]: Ann sends on a host where no job is
far() {
	as Ann
	IM_RUN_DIR=$BATS_TEST_TMPDIR/far cgi message POST \
		"/v1/conversations/$conv/messages" \
		"{\"client_msg_id\":\"far-$RANDOM$RANDOM\",\"type\":\"text\",\"content\":{\"text\":\"$1\"}}"
	is_status 201
}
bob_has() {
	as Bob
	http GET '/v1/inbox?after=0&limit=100'
	[[ $body == *"\"text\":\"$1\""* ]]
}

@test "events arrive over TCP" {
	polling Bob
	as Ann
	send '{"type":"text","content":{"text":"sealed"}}'
	is_status 201
	heard Bob
	[[ $body == *sealed* ]]
	[ "$(counter imcloud_bus_forged_total)" -eq 0 ]
}

@test "a send wakes the jobs of other hosts" {
	before=$(counter imcloud_bus_wakes_total)
	far "from afar"
	wait_for grew imcloud_bus_wakes_total "$before"
	wait_for bob_has "from afar"
}

@test "what nobody with the key made is not believed" {
	before=$(counter imcloud_bus_forged_total)
	# A frame as on a Unix socket, and one byte that is no hello.
	python3 - "$port" "$Bob_id" <<'END'
import socket, struct, sys
body = b'"type":"forged"'
frame = struct.pack("<BBHIIQQ", 1, 1, 0, 1, len(body), int(sys.argv[2]), 0) + body
for data in (struct.pack("<I", len(frame)) + frame, b"I!"):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 180)
    s.sendall(data)
    try:
        assert s.recv(1) == b""
    except ConnectionResetError:
        pass
END
	[ "$(counter imcloud_bus_forged_total)" -eq $((before + 2)) ]
	wakes=$(counter imcloud_bus_wakes_total)
	IM_BUS_KEY=another-key-another-key-another-key far "wrong key"
	wait_for grew imcloud_bus_forged_total $((before + 2))
	[ "$(counter imcloud_bus_wakes_total)" -eq "$wakes" ]
}

@test "without a key the bus is for this host" {
	run "$bin/im-live" -c "$conf" -o bus.key= -o "live.bus=0.0.0.0:$(free_port)" \
		-o "live.listen=127.0.0.1:$(free_port)"
	[ "$status" -eq 78 ]
	[[ $output == *bus.key* ]]
	run "$bin/im-live" -c "$conf" -o bus.key=short
	[ "$status" -eq 78 ]
}
