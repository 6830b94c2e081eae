#!/usr/bin/env python3
"""lib/web over FastCGI: threads, signals, sockets (tests/helpers/sample)."""
import fcntl
import json
import os
import re
import select
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import traceback

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
BUILD = os.environ.get("BUILD", os.path.join(TOP, "build"))
PATIENCE_S = 180  # only a hang takes that long
SAMPLE = os.environ.get("SAMPLE", os.path.join(BUILD, "tests/helpers/sample"))

# ---- a FastCGI client (the specification, version 1.0) ----

BEGIN, END, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6


def record(kind, data=b""):
    return struct.pack(">BBHHBB", 1, kind, 1, len(data), 0, 0) + data


def records(kind, data, size=65528):
    out = b"".join(record(kind, data[i:i + size])
                   for i in range(0, len(data), size))
    return out + record(kind)


def pair(name, value):
    out = b""
    for s in (name, value):
        out += bytes([len(s)]) if len(s) < 128 else struct.pack(
            ">I", len(s) | 0x80000000)
    return out + name.encode() + value.encode()


def begin(target, method="GET", keep=False, params=None):
    p = {"REQUEST_METHOD": method, "REQUEST_URI": target,
         "HTTP_AUTHORIZATION": "Bearer user"}
    p.update(params or {})
    return record(BEGIN, struct.pack(">HB5x", 1, 1 if keep else 0)) + records(
        PARAMS, b"".join(pair(k, v) for k, v in p.items()))


def request(target, method="GET", body=b"", length=None, **more):
    params = {}
    if body:
        params["CONTENT_TYPE"] = "application/json"
    if length != "":
        params["CONTENT_LENGTH"] = str(len(body) if length is None else length)
    params.update(more.pop("params", {}))
    return (begin(target, method, params=params, **more)
            + records(STDIN, body))


def read_all(s):
    """The answer's bytes; raises EOFError when it is not a whole one."""
    out = b""
    f = s.makefile("rb")
    while True:
        head = f.read(8)
        if len(head) < 8:
            raise EOFError("the connection ended in mid-answer")
        _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", head)
        data = f.read(length)
        f.read(padding)
        if kind == STDOUT:
            out += data
        if kind == END:
            return out


class Answer:
    def __init__(self, raw):
        head, self.body = raw.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        self.headers = dict(line.split(": ", 1) for line in lines)
        self.status = int(self.headers["Status"].split()[0])

    def json(self):
        return json.loads(self.body)


def is_status(answer, status):
    assert answer.status == status, (answer.status, answer.body)


# ---- the program ----

class Sample:
    procs = []

    def __init__(self, passed=None, **settings):
        self.begin(tempfile.mkdtemp(prefix="im-fcgi-"), passed, settings)
        if not passed:
            self.wait(self.serves_things)

    @classmethod
    def beside(cls, other):
        """One more in the same directory."""
        s = cls.__new__(cls)
        s.begin(other.dir, None, {})
        return s

    def begin(self, run_dir, passed, settings):
        self.dir = run_dir
        self.path = os.path.join(self.dir, "web/sample.sock")
        self.gate = os.path.join(self.dir, "gate/sample.sock")
        self.log = os.path.join(self.dir, "log%d" % len(self.procs))
        args = [SAMPLE, "-c", "/dev/null", "-o", "run.dir=" + self.dir]
        for key, value in settings.items():
            args += ["-o", "%s=%s" % (key.replace("__", "."), value)]
        with open(self.log, "wb") as log:
            self.proc = subprocess.Popen(
                args, stderr=log, stdin=passed or subprocess.DEVNULL)
        self.procs.append(self.proc)

    def serves_things(self):
        return (os.path.exists(self.path)
                and self.call("/v1/things").status == 200)

    @staticmethod
    def wait(condition):
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                if condition():
                    return
            except (ConnectionError, FileNotFoundError):
                pass
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.01)

    def connect(self, path=None):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(PATIENCE_S)
        s.connect(path or self.path)
        return s

    def ask(self, target, *args, **more):
        s = self.connect(more.pop("path", None))
        s.sendall(request(target, *args, **more))
        return s

    def call(self, target, *args, **more):
        with self.ask(target, *args, **more) as s:
            return Answer(read_all(s))

    def text(self):
        with open(self.log, encoding="utf-8") as f:
            return f.read()

    def slow_peers(self):
        return sum(int(n) for n in
                   re.findall(r"ev=slow_peers n=(\d+)", self.text()))

    def ends(self):
        return self.proc.wait(PATIENCE_S)

    def serves(self, target):
        """The connection of a request that a thread has read."""
        c = self.ask(target)
        self.wait(lambda: fcntl.ioctl(c, termios.TIOCOUTQ, bytes(4))
                  == bytes(4))
        return c

    def close(self):
        if self.proc.poll() is None:
            self.proc.terminate()
        code = self.proc.wait(PATIENCE_S)
        text = self.text()
        shutil.rmtree(self.dir)
        assert code == 0, (code, text)
        assert "Sanitizer" not in text and "runtime error" not in text, text


BIG = b'{"name":"a"}' + b" " * (65536 - 12)


def answers():
    s = Sample()
    is_status(s.call("/v1/things?limit=3"), 200)
    assert s.call("/v1/things?limit=3").json()["limit"] == 3
    is_status(s.call("/v1/things/"), 404)
    is_status(s.call("/v1/things", params={"HTTP_AUTHORIZATION": "x"}), 401)
    a = s.call("/v1/things", "HEAD")
    assert a.body == b"" and int(a.headers["Content-Length"]) > 0
    a = s.call("/v1/big", params={"HTTP_ACCEPT_ENCODING": "gzip"})
    assert a.headers["Content-Encoding"] == "gzip"
    for path in s.path, s.gate:
        mode = os.stat(path).st_mode
        assert stat.S_IMODE(mode) == 0o660, oct(mode)
        mode = os.stat(os.path.dirname(path)).st_mode
        assert not mode & 0o27, oct(mode)
    s.close()


def bodies():
    s = Sample()
    is_status(s.call("/v1/things", "POST", b'{"name":"a"}'), 201)
    is_status(s.call("/v1/things", "POST", BIG), 201)
    is_status(s.call("/v1/things", "POST", BIG + b" "), 413)
    # lengths that are missing or wrong
    is_status(s.call("/v1/things", "POST", b'{"name":"a"}', length=""), 201)
    is_status(s.call("/v1/things", "POST", BIG + b" ", length=""), 413)
    is_status(s.call("/v1/things", "POST", b'{"name":"a"}', length=99), 400)
    is_status(s.call("/v1/things", "POST", b'{"name":"a"}', length=5), 400)
    is_status(s.call("/v1/things", "POST", b'{"name":"a"}', length="x"), 201)
    is_status(s.call("/v1/things", "POST", b"", length=10 ** 18), 413)
    # not read at all
    is_status(s.call("/v1/nowhere", "POST", b"x" * 10 ** 6), 404)
    is_status(s.call("/v1/things", "GET", b"x" * 10 ** 6), 200)
    # in pieces of one byte
    c = s.connect()
    body = b'{"name":"a"}'
    c.sendall(begin("/v1/things", "POST", params={
        "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": "12"}))
    for i in range(len(body)):
        c.sendall(record(STDIN, body[i:i + 1]))
    c.sendall(record(STDIN))
    is_status(Answer(read_all(c)), 201)
    c.close()
    s.close()


def only_the_gate_is_believed():
    s = Sample()
    for n in range(2):
        for params in ({"IM_INTERNAL": "1"}, {"IM_SESSION": "12"}):
            params["HTTP_AUTHORIZATION"] = ""
            internal = "IM_INTERNAL" in params
            what = (("/internal/ping", "POST", b"{}") if internal
                    else ("/v1/things",))
            is_status(s.call(*what, params=params), 404 if internal else 401)
            is_status(s.call(*what, params=params, path=s.gate), 200)
        # and after a restart on the same sockets
        os.kill(s.proc.pid, signal.SIGHUP)
        s.wait(lambda: s.text().count("ev=start") == n + 2)
    s.close()


def clients_that_misbehave():
    s = Sample(web__io_s=1)
    pid = s.proc.pid
    for data in (b"", b"x", b"\x01\x01", b"GET / HTTP/1.0\r\n\r\n" * 100,
                 record(BEGIN, struct.pack(">HB5x", 1, 0)),
                 record(BEGIN, struct.pack(">HB5x", 9, 0)),
                 begin("/v1/things"), begin("/v1/things", "POST"),
                 begin("/v1/big") + records(STDIN, b"")):
        for _ in range(3):
            c = s.connect()
            c.sendall(data)
            c.close()
    is_status(s.call("/v1/things"), 200)
    # Gone before the answer: nobody to write to.
    for _ in range(20):
        s.ask("/v1/slow?ms=50").close()
    # As many as there are threads announce more than they send and stay.
    stuck = []
    for _ in range(8):
        c = s.connect()
        c.sendall(begin("/v1/things", "POST", params={
            "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": "12"}))
        stuck.append(c)
    is_status(s.call("/v1/things"), 200)
    for c in stuck:
        is_status(Answer(read_all(c)), 400)
        c.close()
    assert s.proc.poll() is None and s.proc.pid == pid
    s.close()


def slow_peers_pin_no_thread():
    """More than there are threads, at every place where one can stop."""
    s = Sample(web__io_s=600)
    post = {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": "12"}
    whole = (begin("/v1/things", "POST", params=post)
             + records(STDIN, b'{"name":"a"}'))
    slow = []
    for at in range(0, len(whole) - 8, max(1, len(whole) // 24)):
        c = s.connect()
        c.sendall(whole[:at])
        slow.append((c, whole[at:]))
    for _ in range(50):
        is_status(s.call("/v1/things"), 200)
    # Nobody was answered meanwhile, and all are in the end.
    for c, rest in slow:
        c.setblocking(False)
        try:
            raise AssertionError(c.recv(1))
        except BlockingIOError:
            c.settimeout(PATIENCE_S)
    for c, rest in slow:
        c.sendall(rest)
    for c, rest in slow:
        is_status(Answer(read_all(c)), 201)
        c.close()
    s.close()


def slow_readers_pin_no_thread():
    s = Sample(web__io_s=600)
    # Answers that no socket buffer takes whole.
    slow = [s.connect() for _ in range(12)]
    for c in slow:
        c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        c.sendall(begin("/v1/huge") + records(STDIN, b""))
    for _ in range(50):
        is_status(s.call("/v1/things"), 200)
    for c in slow:
        answer = Answer(read_all(c))
        assert len(answer.body) == int(answer.headers["Content-Length"])
        assert len(answer.body) > 3 * 10 ** 6
        c.close()
    # More than may be kept: the oldest are cut off, and nobody waits.
    slow = [s.connect() for _ in range(30)]
    for c in slow:
        c.sendall(begin("/v1/huge") + records(STDIN, b""))
    is_status(s.call("/v1/things"), 200)
    s.wait(lambda: "ev=slow_peers" in s.text())
    is_status(s.call("/v1/things"), 200)
    for c in slow:
        c.close()
    # and who does not read it at all
    gone = s.connect()
    gone.sendall(begin("/v1/huge") + records(STDIN, b""))
    s.proc.terminate()
    gone.recv(1)
    gone.close()
    assert s.ends() == 0
    s.close()


def slow_peers_have_an_end():
    s = Sample(web__io_s=1)
    silent = s.connect()
    reader = s.connect()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.sendall(begin("/v1/huge") + records(STDIN, b""))
    # A byte now and then does not make the time longer.
    trickle = s.connect()
    trickle.sendall(begin("/v1/things", "POST", params={
        "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": "65536"}))
    sent = 0
    try:
        while sent < 65536:
            trickle.sendall(record(STDIN, b" "))
            sent += 1
            time.sleep(0.2)
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert sent < 65536
    is_status(Answer(read_all(trickle)), 400)
    assert silent.recv(1) == b""
    s.wait(lambda: s.slow_peers() == 3)
    try:
        read_all(reader)
        raise AssertionError("a slow reader has no end")
    except (EOFError, ConnectionResetError):
        pass
    for c in (silent, reader, trickle):
        c.close()
    s.close()


def kept_connections_pin_no_thread():
    s = Sample(web__io_s=600, web__drain_s=600)
    kept = []
    for _ in range(12):
        c = s.ask("/v1/things", keep=True)
        is_status(Answer(read_all(c)), 200)
        kept.append(c)
    is_status(s.call("/v1/things"), 200)
    # Nobody waits for them, either.
    s.proc.terminate()
    assert s.ends() == 0
    for c in kept:
        assert c.recv(1) == b""
        c.close()
    s.close()


def kept_connections_serve_again():
    s = Sample()
    c = s.connect()
    for _ in range(3):
        for status, args in (
                (200, ("/v1/things",)),
                (201, ("/v1/things", "POST", b'{"name":"a"}')),
                (401, ("/v1/things", "GET", b"", None)),
                (201, ("/v1/things", "POST", BIG)),
                # answered before the body is read
                (413, ("/v1/things", "POST", BIG + b" " * 10 ** 6)),
                (404, ("/v1/nowhere", "POST", b"x" * 10 ** 6)),
                (200, ("/v1/slow?ms=1",))):
            # What one request says is not said of the next.
            params = {"HTTP_AUTHORIZATION": ""} if status == 401 else {}
            text = request(*args, keep=True, params=params)
            sender = threading.Thread(target=c.sendall, args=(text,))
            sender.start()
            is_status(Answer(read_all(c)), status)
            sender.join()
    # The last one.
    c.sendall(request("/v1/things"))
    is_status(Answer(read_all(c)), 200)
    assert c.recv(1) == b""
    c.close()
    # Who asks before there is an answer gets that one only.
    c = s.connect()
    c.sendall(request("/v1/things", keep=True) * 2)
    is_status(Answer(read_all(c)), 200)
    try:
        assert c.recv(1) == b""
    except ConnectionResetError:
        pass
    c.close()
    s.close()


def kept_connections_have_an_end():
    s = Sample(web__io_s=1)
    c = s.ask("/v1/things", keep=True)
    is_status(Answer(read_all(c)), 200)
    assert c.recv(1) == b""
    c.close()
    assert s.slow_peers() == 0
    s.close()


def sigterm_idle():
    s = Sample(web__drain_s=600)  # nobody to wait for
    s.proc.terminate()
    assert s.ends() == 0
    try:
        s.connect()
        raise AssertionError("still listens")
    except ConnectionRefusedError:
        pass
    s.close()


def sigterm_finishes():
    """What runs, and what waits for a thread, is answered."""
    s = Sample(web__drain_s=600)
    runs = s.serves("/v1/slow?ms=400")
    asked = [s.ask("/v1/slow?ms=400") for _ in range(8 * 2)]
    s.proc.terminate()
    for c in [runs] + asked:
        is_status(Answer(read_all(c)), 200)
        c.close()
    assert s.ends() == 0
    s.close()


def sigterm_has_an_end():
    s = Sample(web__drain_s=1)
    asked = s.serves("/v1/slow?ms=10000")
    s.proc.terminate()
    assert s.ends() == 0
    assert "ev=end" in s.text() and "unfinished=1" in s.text()
    asked.close()
    s.close()


class Load:
    """Asks without a pause; counts what was not answered."""

    def __init__(self, s, threads=4):
        self.s, self.stop, self.good, self.bad = s, False, 0, []
        self.threads = [threading.Thread(target=self.run)
                        for _ in range(threads)]
        for t in self.threads:
            t.start()

    def once(self):
        is_status(self.s.call("/v1/slow?ms=2"), 200)

    def run(self):
        while not self.stop:
            try:
                self.once()
                self.good += 1
            except Exception as e:  # counted, and shown by the test
                self.bad.append(repr(e))

    def more(self):
        """Waits for some more answers."""
        want = self.good + 20
        self.s.wait(lambda: self.good >= want or self.bad)

    def end(self):
        self.stop = True
        for t in self.threads:
            t.join()
        assert not self.bad, self.bad[:5]


class KeptLoad(Load):
    """The same over connections that are kept."""
    mine = threading.local()

    def once(self):
        text = request("/v1/slow?ms=2", keep=True)
        while True:
            new = getattr(self.mine, "c", None) is None
            if new:
                self.mine.c = self.s.connect()
            try:
                self.mine.c.sendall(text)
                break
            except BrokenPipeError:
                # Nothing of it has arrived.
                assert not new
                self.mine.c.close()
                self.mine.c = None
        is_status(Answer(read_all(self.mine.c)), 200)


def sighup_refuses_nobody(kind=Load):
    s = Sample()
    pid = s.proc.pid
    load = kind(s)
    for n in range(3):
        load.more()
        os.kill(pid, signal.SIGHUP)
        s.wait(lambda: s.text().count("ev=start") == n + 2)
    load.more()
    load.end()
    assert s.proc.poll() is None
    is_status(s.call("/v1/things"), 200)
    s.close()
    # and when nothing happens
    s = Sample()
    os.kill(s.proc.pid, signal.SIGHUP)
    s.wait(lambda: s.text().count("ev=start") == 2)
    is_status(s.call("/v1/things"), 200)
    s.close()


def restarts_lose_no_kept_request():
    sighup_refuses_nobody(KeptLoad)
    requests_max_refuses_nobody(KeptLoad)


def requests_max_refuses_nobody(kind=Load):
    s = Sample(web__requests_max=100)
    load = kind(s)
    s.wait(lambda: s.text().count("ev=start") >= 4)
    load.end()
    assert s.proc.poll() is None
    s.close()


def memory_bound():
    s = Sample(web__rss_max_mib=1)
    s.wait(lambda: s.text().count("ev=start") >= 2)
    is_status(s.call("/v1/things"), 200)
    s.close()


def passed_socket():
    """The holder of the socket replaces the program; connections wait."""
    holder = tempfile.mkdtemp(prefix="im-fcgi-")
    path = os.path.join(holder, "held.sock")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    listening.listen(100)
    for settings in ({}, {"web__requests_max": 20}):
        s = Sample(passed=listening, **settings)
        s.path = path
        is_status(s.call("/v1/things"), 200)
        if settings:
            while s.proc.poll() is None:
                c = s.ask("/v1/things")
                c.settimeout(0.5)
                try:
                    is_status(Answer(read_all(c)), 200)
                except socket.timeout:
                    pass
                c.close()
        else:
            slow = s.serves("/v1/slow?ms=300")
            s.proc.terminate()
            is_status(Answer(read_all(slow)), 200)
            slow.close()
        assert s.ends() == 0, s.text()
        assert s.text().count("ev=start") == 1
        waiting = s.ask("/v1/things")  # nobody is there, and it is not refused
        s.close()
        s = Sample(passed=listening)
        is_status(Answer(read_all(waiting)), 200)
        waiting.close()
        s.close()
    shutil.rmtree(holder)


def heavy_ones_hold_up_nobody():
    """More of them than there are threads, and as many as may wait."""
    s = Sample(web__drain_s=600)
    hold = os.path.join(s.dir, "hold")
    open(hold, "w").close()
    # Two run and 64 wait.  Up to two more are refused if all of them come
    # before those that are to run have left the queue.
    asked = [s.ask("/v1/heavy", "POST") for _ in range(64 + 2 + 1)]
    refused = select.select(asked, [], [], PATIENCE_S)[0][0]
    asked.remove(refused)
    a = Answer(read_all(refused))
    is_status(a, 503)
    assert a.json()["code"] == "busy" and int(a.headers["Retry-After"]) >= 1
    # The others are served, and what is wrong is told at once.
    for _ in range(20):
        is_status(s.call("/v1/things"), 200)
    is_status(s.call("/v1/heavy", "POST", b"{"), 400)
    is_status(s.call("/v1/heavy", "POST",
                     params={"HTTP_AUTHORIZATION": "x"}), 401)
    # None of those that wait is lost when the program ends.
    s.proc.terminate()
    os.unlink(hold)
    answers = [Answer(read_all(c)).status for c in asked]
    assert set(answers) <= {200, 503} and answers.count(503) <= 2, answers
    for c in asked + [refused]:
        c.close()
    assert s.ends() == 0
    s.close()


def several_at_once():
    s = Sample(web__io_s=600)
    hold = os.path.join(s.dir, "hold")
    open(hold, "w").close()
    # What arrives while nobody looks is taken together.
    os.kill(s.proc.pid, signal.SIGSTOP)
    asked = {i: s.ask("/v1/joint?id=%d" % i) for i in range(1, 13)}
    asked[1000] = s.ask("/v1/joint?id=1000")
    asked[0] = s.ask("/v1/joint?id=0&fails=true")
    held = [s.ask("/v1/joint?id=20&hold=true") for _ in range(3)]
    beside = [s.ask("/v1/things") for _ in range(20)]
    os.kill(s.proc.pid, signal.SIGCONT)
    sizes = []
    for i, c in asked.items():
        answer = Answer(read_all(c))
        is_status(answer, {1000: 409, 0: 404}.get(i, 200))
        if answer.status == 200:
            assert answer.json()["id"] == i
            sizes.append(answer.json()["n"])
        c.close()
    assert max(sizes) > 1, sizes
    # Those that take longer keep nobody waiting.
    for c in beside:
        is_status(Answer(read_all(c)), 200)
        c.close()
    is_status(s.call("/v1/joint?id=7"), 200)
    for c in held:
        assert not select.select([c], [], [], 0)[0]
    os.unlink(hold)
    for c in held:
        assert Answer(read_all(c)).json()["id"] == 20
        c.close()
    # Who goes away meanwhile harms nobody, and at the end all are answered.
    open(hold, "w").close()
    for _ in range(3):
        s.serves("/v1/joint?hold=true").close()
    last = [s.serves("/v1/joint?id=9&hold=true") for _ in range(3)]
    s.proc.terminate()
    os.unlink(hold)
    for c in last:
        assert Answer(read_all(c)).json()["id"] == 9
        c.close()
    assert s.ends() == 0
    s.close()


def refused(s):
    """It has ended because of the other, and says which socket."""
    assert s.proc.wait(PATIENCE_S) == 75, s.text()
    assert s.path in s.text() and "another process" in s.text(), s.text()
    assert "ev=start" not in s.text()


def second_copy_takes_nothing():
    s = Sample()
    for _ in range(3):
        refused(Sample.beside(s))
        is_status(s.call("/v1/things"), 200)
        is_status(s.call("/v1/things", path=s.gate), 200)
    os.kill(s.proc.pid, signal.SIGSTOP)  # nor when the first one hangs
    refused(Sample.beside(s))
    os.kill(s.proc.pid, signal.SIGCONT)
    is_status(s.call("/v1/things"), 200)
    os.kill(s.proc.pid, signal.SIGHUP)  # nor after a restart on the sockets
    s.wait(lambda: s.text().count("ev=start") == 2)
    refused(Sample.beside(s))
    is_status(s.call("/v1/things"), 200)
    s.close()


def of_many_copies_one_serves():
    """Also when one was killed before, and has left its sockets."""
    s = Sample()
    for _ in range(5):
        s.proc.kill()
        s.proc.wait()
        copies = [Sample.beside(s) for _ in range(6)]
        s.wait(lambda: sum(c.proc.poll() is None for c in copies) < 2)
        s = [c for c in copies if c.proc.poll() is None][0]
        for c in copies:
            if c is not s:
                refused(c)
        s.wait(s.serves_things)
        is_status(s.call("/v1/things", path=s.gate), 200)
    s.close()


def a_file_is_no_socket():
    s = Sample()
    s.proc.kill()
    s.proc.wait()
    os.unlink(s.path)
    open(s.path, "w").close()
    s = Sample.beside(s)
    assert s.proc.wait(PATIENCE_S) == 71, s.text()
    assert s.path in s.text() and os.path.isfile(s.path)
    shutil.rmtree(s.dir)


TESTS = [answers, bodies, only_the_gate_is_believed, clients_that_misbehave,
         slow_peers_pin_no_thread, slow_readers_pin_no_thread,
         slow_peers_have_an_end,
         kept_connections_pin_no_thread, kept_connections_serve_again,
         kept_connections_have_an_end, restarts_lose_no_kept_request,
         sigterm_idle, sigterm_finishes,
         sigterm_has_an_end, sighup_refuses_nobody,
         requests_max_refuses_nobody, memory_bound, passed_socket,
         heavy_ones_hold_up_nobody, several_at_once, second_copy_takes_nothing,
         of_many_copies_one_serves, a_file_is_no_socket]


def main():
    failed = 0
    print("1..%d" % len(TESTS))
    for n, test in enumerate(TESTS, 1):
        try:
            test()
            print("ok %d - %s" % (n, test.__name__), flush=True)
        except Exception:
            failed = 1
            # One that stays would keep the pipe of our output open.
            for proc in Sample.procs:
                proc.kill()
            print("not ok %d - %s" % (n, test.__name__), flush=True)
            for line in traceback.format_exc().splitlines():
                print("# " + line, flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
