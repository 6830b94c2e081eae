#!/usr/bin/env python3
"""beside.py URL TOKEN APP USERNAME PASSWORD [N MS]

Asks for /v1/users/me N times (50) alone, and N times beside 32 log-ins in
flight.  Prints the percentiles; fails if a request is refused, or if the p99
beside log-ins is more than MS above that alone, which is what the machine takes
anyway.  Without MS they are compared with the log-ins: most come before those.
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


def ask():
    return [call("GET", "/v1/users/me",
                 headers={"Authorization": "Bearer " + TOKEN})
            for _ in range(N)]


def percentile(times, p):
    return sorted(times)[len(times) * p // 100]


def main():
    alone, log_ins = ask(), []
    threads = [threading.Thread(target=log_in, args=("d%d" % i, log_ins))
               for i in range(AT_ONCE)]
    for t in threads:
        t.start()
    while len(log_ins) < AT_ONCE and not bad:
        time.sleep(0.01)
    beside = ask()
    done.set()
    for t in threads:
        t.join()
    for name, times in (("log-ins", log_ins), ("others alone", alone),
                        ("others beside log-ins", beside)):
        print("%s: %d, p50 %.1f, p99 %.1f ms" % (
            name, len(times), percentile(times, 50), percentile(times, 99)))
    assert not bad, bad[:5]
    if MAX_MS is None:
        assert percentile(beside, 50) < percentile(log_ins, 50)
    else:
        assert percentile(beside, 99) <= percentile(alone, 99) + MAX_MS


if __name__ == "__main__":
    main()
