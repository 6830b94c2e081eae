#!/usr/bin/env python3
"""What systemd does for a unit with FileDescriptorStoreMax=.

fd_store.py NOTIFY_SOCKET PROGRAM ARG...: keeps the descriptors that the program
stores, and passes them to the next one.  SIGHUP ends the program, and another
one follows; so does SIGUSR1, with SIGKILL, but it follows at the next SIGUSR1.
SIGTERM ends all.
"""
import array
import fcntl
import os
import select
import signal
import socket
import sys

FIRST = 3
path, program = sys.argv[1], sys.argv[2:]
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
if os.path.exists(path):
    os.unlink(path)
notify.bind(path)
stored = []
asked = []
wake = os.pipe()


def on_signal(number, _):
    asked.append(number)
    os.write(wake[1], b"x")


def start():
    pid = os.fork()
    if pid:
        return pid
    n = len(stored)
    # Out of each other's way first.
    for to, fd in enumerate([fcntl.fcntl(fd, fcntl.F_DUPFD, 100)
                             for fd in stored]):
        os.dup2(fd, FIRST + to)
    os.closerange(FIRST + n, 4096)
    env = dict(os.environ, NOTIFY_SOCKET=path)
    if n:
        env.update(LISTEN_FDS=str(n), LISTEN_PID=str(os.getpid()))
    os.execve(program[0], program, env)


def take():
    data, control, _, _ = notify.recvmsg(4096, 4096)
    lines = data.decode().split("\n")
    if "FDSTOREREMOVE=1" in lines:
        while stored:
            os.close(stored.pop())
    for _, _, raw in control:
        fds = array.array("i")
        fds.frombytes(raw)
        assert "FDSTORE=1" in lines
        stored.extend(fds)
        print("stored", len(stored), flush=True)


def end(pid, number):
    os.kill(pid, number)
    os.waitpid(pid, 0)
    while select.select([notify], [], [], 0)[0]:
        take()


for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGTERM):
    signal.signal(number, on_signal)
pid = start()
while True:
    if select.select([notify, wake[0]], [], [])[0][0] is notify:
        take()
        continue
    os.read(wake[0], 1)
    number = asked.pop(0)
    if number == signal.SIGUSR1 and pid:
        end(pid, signal.SIGKILL)
        pid = 0
        print("killed", flush=True)
        continue
    if pid:
        end(pid, signal.SIGTERM)
    if number == signal.SIGTERM:
        break
    pid = start()
