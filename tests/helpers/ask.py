#!/usr/bin/env python3
"""ask.py [-b] N TOKEN METHOD PATH BODY SOCKET...

Sends N requests to services over FastCGI, to one socket after the other, and
prints the status of each answer: what a web server on that host would do.
With -b its body, too, after a blank.
"""
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../api"))
import fcgi  # noqa: E402


def ask(path, token, method, target, body):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(fcgi.PATIENCE_S)
        s.connect(path)
        s.sendall(fcgi.begin(target, method, params={
            "HTTP_AUTHORIZATION": "Bearer " + token,
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
        }) + fcgi.records(fcgi.STDIN, body))
        return fcgi.Answer(fcgi.read_all(s))


def main():
    args = sys.argv[1:]
    bodies = args[0] == "-b"
    n, token, method, target, body, *sockets = args[bodies:]
    for i in range(int(n)):
        answer = ask(sockets[i % len(sockets)], token, method, target,
                     body.encode())
        print(answer.status, *[answer.body.decode()] * bodies)


if __name__ == "__main__":
    main()
