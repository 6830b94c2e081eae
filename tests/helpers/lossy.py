#!/usr/bin/env python3
"""lossy.py LISTEN SERVER ARM: a proxy before MariaDB that loses the answer to
a COMMIT.

While the file ARM exists, the next COMMIT takes it away and ends its client's
connection; its text says what the server sees:
  after   COMMIT, before the client's end is closed
  before  the end of the connection, no COMMIT
  late    COMMIT once the file ARM.go exists, long after the client has gone
  kill P  COMMIT, whereupon the process P is killed
"""
import os
import signal
import socket
import sys
import threading
import time

COMMIT = b"\x07\x00\x00\x00\x03COMMIT"


def take(arm):
    """The text of the file, for the one that takes it away."""
    mine = f"{arm}.{threading.get_ident()}"
    try:
        os.rename(arm, mine)
    except FileNotFoundError:
        return None
    with open(mine, encoding="ascii") as f:
        how = f.read().strip()
    os.unlink(mine)
    return how


def lose(how, client, server, arm):
    if how == "before":
        server.shutdown(socket.SHUT_RDWR)
        client.shutdown(socket.SHUT_RDWR)
        return
    if how == "late":
        client.shutdown(socket.SHUT_RDWR)
        while not os.path.exists(arm + ".go"):
            time.sleep(0.02)
    server.sendall(COMMIT)
    server.recv(65536)
    if how.startswith("kill "):
        os.kill(int(how[5:]), signal.SIGKILL)
    client.shutdown(socket.SHUT_RDWR)
    server.shutdown(socket.SHUT_RDWR)


def requests(client, server, arm, lost):
    while data := client.recv(65536):
        # Behind what has no answer, such as the end of a statement.
        how = take(arm) if data.endswith(COMMIT) else None
        if how:
            lost.set()
            lose(how, client, server, arm)
            return
        server.sendall(data)
    server.shutdown(socket.SHUT_RDWR)


def answers(client, server, lost):
    while data := server.recv(65536, socket.MSG_PEEK):
        if lost.is_set():
            return
        client.sendall(server.recv(len(data)))
    client.shutdown(socket.SHUT_RDWR)


def quietly(function, *args):
    try:
        function(*args)
    except OSError:
        pass


def main():
    listen, server_path, arm = sys.argv[1:]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(listen)
    listener.listen(64)
    while True:
        client, _ = listener.accept()
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(server_path)
        except OSError:
            client.close()
            continue
        lost = threading.Event()
        for job in ((requests, client, server, arm, lost),
                    (answers, client, server, lost)):
            threading.Thread(target=quietly, args=job, daemon=True).start()


main()
