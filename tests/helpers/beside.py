#!/usr/bin/env python3
"""beside.py URL TOKEN APP USERNAME PASSWORD [N MS]

Keeps 32 log-ins in flight and asks for /v1/users/me N times meanwhile (50).
Prints the percentiles of both; fails if one is refused, or if the p99 of the
latter is above MS.  Without MS they are compared with the log-ins: most of them
come first.
"""
import http.client
import json
import sys
import threading
import time
import urllib.parse

AT_ONCE = 32
PATIENCE_S = 180

URL, TOKEN, APP, USERNAME, PASSWORD = sys.argv[1:6]
N = int(sys.argv[6]) if len(sys.argv) > 6 else 50
MAX_MS = float(sys.argv[7]) if len(sys.argv) > 7 else None
HOST = urllib.parse.urlsplit(URL).netloc

done = threading.Event()
bad = []


def call(method, path, body=None, headers=None):
    """The time of one request, in ms."""
    start = time.monotonic()
    c = http.client.HTTPConnection(HOST, timeout=PATIENCE_S)
    c.request(method, path, body, headers or {})
    answer = c.getresponse()
    answer.read()
    c.close()
    if answer.status not in (200, 201):
        bad.append((method, path, answer.status))
    return (time.monotonic() - start) * 1000


def log_in(device, times):
    body = json.dumps({"app": APP, "username": USERNAME, "password": PASSWORD,
                       "device": {"id": device, "platform": "web"}})
    while not done.is_set():
        times.append(call("POST", "/v1/sessions", body,
                          {"Content-Type": "application/json"}))


def main():
    log_ins, others = [], []
    threads = [threading.Thread(target=log_in, args=("d%d" % i, log_ins))
               for i in range(AT_ONCE)]
    for t in threads:
        t.start()
    while len(log_ins) < AT_ONCE and not bad:
        time.sleep(0.01)
    for _ in range(N):
        others.append(call("GET", "/v1/users/me",
                           headers={"Authorization": "Bearer " + TOKEN}))
    done.set()
    for t in threads:
        t.join()
    for name, times in ("log-ins", log_ins), ("others", others):
        times.sort()
        print("%s: %d, p50 %.1f, p99 %.1f ms" % (
            name, len(times), times[len(times) // 2],
            times[len(times) * 99 // 100]))
    assert not bad, bad[:5]
    if MAX_MS is None:
        assert others[len(others) // 2] < log_ins[len(log_ins) // 2]
    else:
        assert others[len(others) * 99 // 100] <= MAX_MS


if __name__ == "__main__":
    main()
