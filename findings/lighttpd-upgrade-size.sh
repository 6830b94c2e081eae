#!/usr/bin/env bash
# server.max-request-size of lighttpd ends long-lived WebSockets.
#
# One would expect that the setting, which limits the size of a request, is done
# with its work once the request to upgrade has been answered by 101: what
# follows are frames of another protocol, and the back end has limits for them.
#
# What happens: mod_proxy goes on to count all that the client says after the
# 101 as the body of that one request.  The connection works, for hours, until
# the sum of all frames is larger than the limit; then lighttpd closes it
# without a close frame, and logs a request that is too long, with a 413 that
# nobody gets.  A client that says little never meets it, a busy one again and
# again.
# server.max-request-size = 0 in the condition of that URL lifts it.
#
# Version: lighttpd of Debian 12, named below.
# Source: the setting's page in the manual speaks of the size of requests and
# does not mention upgraded connections; observed here.
set -eu
version=1.4.69-1
limit=256 # KiB
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$work"' EXIT

cd "$work"
chmod 755 .
apt-get -qq download "lighttpd=$version"
dpkg -x lighttpd_*.deb root
modules=$(dirname "$(find root -name mod_proxy.so)")
root/usr/sbin/lighttpd -v

cat >try.py <<'END'
"""try.py back PORT: answers 101 and echoes; front PORT: sends until the end"""
import socket, sys, threading

def echo(peer):
    head = b''
    while b'\r\n\r\n' not in head:
        head += peer.recv(4096)
    peer.sendall(b'HTTP/1.1 101 Switching Protocols\r\n'
                 b'Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    while data := peer.recv(65536):
        peer.sendall(data)
    peer.close()

def front(port):
    peer = socket.create_connection(('127.0.0.1', port))
    peer.sendall(b'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n'
                 b'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
                 b'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n')
    head = b''
    while b'\r\n\r\n' not in head:
        head += peer.recv(1)
    assert b' 101 ' in head.split(b'\r\n')[0], head
    echoed = 0
    try:
        while echoed < 2048 * 1024:
            peer.sendall(b'\x81\x02hi' * 256)
            left = 1024
            while left:
                data = peer.recv(left)
                if not data:
                    return echoed
                left -= len(data)
                echoed += len(data)
    except OSError:
        pass
    return echoed

if sys.argv[1] == 'back':
    server = socket.create_server(('127.0.0.1', int(sys.argv[2])))
    while True:
        threading.Thread(target=echo, args=(server.accept()[0],),
                         daemon=True).start()
print(front(int(sys.argv[2])) // 1024)
END

read -r back with without < <(python3 -c '
import socket
all = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*(s.getsockname()[1] for s in all))')
python3 try.py back "$back" &
# serve PORT KIB
serve() {
	cat >"$1.conf" <<-END
		server.document-root = "$work"
		server.bind = "127.0.0.1"
		server.port = $1
		server.errorlog = "$work/$1.log"
		server.max-request-size = $2
		server.modules = ("mod_proxy")
		proxy.server = ("" => (("host" => "127.0.0.1", "port" => $back)))
		proxy.header = ("upgrade" => "enable")
	END
	root/usr/sbin/lighttpd -D -m "$modules" -f "$1.conf" &
	until python3 -c 'import socket, sys
socket.create_connection(("127.0.0.1", int(sys.argv[1])))' "$1" 2>/dev/null; do
		sleep 0.1
	done
}
serve "$with" $limit
serve "$without" 0

limited=$(python3 try.py front "$with")
free=$(python3 try.py front "$without")
echo "max-request-size = $limit: closed after $limited KiB of small frames"
echo "max-request-size = 0: open after $free KiB"
echo "its error log:"
grep -o 'request-size too long.*' "$with.log"
[ "$limited" -ge $((limit - 8)) ] && [ "$limited" -le $((limit + 64)) ] &&
	[ "$free" = 2048 ]
