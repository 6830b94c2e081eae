"""world: what crowds, deep and size share: a stack of their own, an app with
many people, and the load generators at it.

A stack is created anew under var/NAME, and stopped at the end; its data stays
until the next one.  BUILD names the build (default build).
"""
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.parse

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
STACK = os.path.join(TOP, "tools", "stack", "stack")
CHUNK = 1000
NO_LIMITS = {"rate": dict.fromkeys(
    ("read", "write", "send", "login", "account", "signup"), 0)}


def say(text):
    print(f"{os.path.basename(sys.argv[0])}: {text}", file=sys.stderr,
          flush=True)


def output(*words):
    """What a program prints; if it fails, so does the measurement."""
    done = subprocess.run([str(word) for word in words], text=True, check=False,
                          stdout=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: exit {done.returncode}")
    return done.stdout


def table(*head):
    """The head of a Markdown table; the first column holds words."""
    print("\n| " + " | ".join(head) + " |")
    print("| --- |" + " --: |" * (len(head) - 1))


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


class Server:
    """One connection; its requests' times are kept under a name."""

    def __init__(self, url):
        self.at = urllib.parse.urlsplit(url)
        self.times = {}
        self.connect()

    def connect(self):
        self.http = http.client.HTTPConnection(self.at.hostname, self.at.port)

    def ask(self, name, token, method, path, body=None, user=None):
        headers = {"Authorization": f"Bearer {token}",
                   "Content-Type": "application/json"}
        if user:
            headers["Im-Act-As"] = user
        data = None if body is None else json.dumps(body)
        began = time.monotonic()
        answer, text = self.exchange(method, path, data, headers)
        took = (time.monotonic() - began) * 1000
        if answer.status >= 300:
            sys.exit(f"{method} {path}: {answer.status} {text[:300]!r}")
        self.times.setdefault(name, []).append(took)
        return json.loads(text) if text else None

    def exchange(self, method, path, data=None, headers=None):
        for again in True, False:
            try:
                self.http.request(method, path, data, headers or {})
                answer = self.http.getresponse()
                return answer, answer.read()
            except (http.client.HTTPException, OSError):
                if not again:  # the web server closes after some requests
                    raise
                self.connect()
        return None

    def metric(self, name):
        """A counter, of all programs together."""
        _, text = self.exchange("GET", "/metrics")
        found = re.findall(rf"^{name}{{.*}} (\d+)$", text.decode(), re.M)
        if not found:
            sys.exit(f"/metrics lacks {name}")
        return sum(map(int, found))


class Stack:
    """conf: {section: {key: value}}; setting: IM_STACK_... of tools/stack/stack.
    """

    def __init__(self, name, conf, setting=None):
        self.dir = os.path.join(TOP, "var", name)
        self.conf = f"{self.dir}/etc/imcloud.conf"
        self.setting = {**os.environ, "BUILD": BUILD, **(setting or {})}
        shutil.rmtree(self.dir, ignore_errors=True)
        os.makedirs(f"{self.conf}.d")
        with open(f"{self.conf}.d/bench.conf", "w", encoding="ascii") as file:
            for section, keys in conf.items():
                file.write(f"[{section}]\n" + "".join(
                    f"{key} = {value}\n" for key, value in keys.items()))

    def __enter__(self):
        try:
            self.control("start")
        except BaseException:
            self.control("stop", check=False)
            raise
        said = output(STACK, "env", self.dir).replace("'", "")
        self.env = dict(line.split("=", 1) for line in said.split()
                        if "=" in line)
        with open(f"{self.dir}/runsvdir.pid", encoding="ascii") as file:
            self.root = file.read().strip()
        return self

    def __exit__(self, *_):
        self.control("stop", check=False)

    def control(self, verb, check=True):
        subprocess.run([STACK, verb, self.dir], check=check, env=self.setting,
                       stdin=subprocess.DEVNULL, stdout=sys.stderr)

    def program(self, name, *args):
        return output(f"{BUILD}/bin/{name}", "-c", self.conf, *args)

    def sql(self, text):
        return output("mariadb", "--no-defaults", "-S",
                      self.env["IM_MYSQL_SOCKET"], "--batch",
                      "--skip-column-names", "imcloud", "-e", text).strip()

    def settle(self):
        """Until fan-out has nothing to do."""
        while self.sql("SELECT COUNT(*) FROM log_dirty") != "0":
            time.sleep(0.2)

    def memory(self):
        """The most that a process of each service has had, in MiB."""
        most = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
                    words = file.read().split("\0")
                with open(f"/proc/{pid}/status", encoding="utf-8") as file:
                    status = dict(line.split(":", 1) for line in file)
            except OSError:
                continue
            if not any(self.dir in word for word in words) or \
                    BUILD not in words[0] or "VmHWM" not in status:
                continue
            name = os.path.basename(words[0])
            size = int(status["VmHWM"].split()[0]) / 1024
            most[name] = max(most.get(name, 0), size)
        return most

    # ---- load ----

    def generator(self, name, *args):
        return [f"{BUILD}/bench/{name}", "-p", self.root,
                *(str(arg) for arg in args)]

    def counters(self):
        return output(*self.generator("sends", "counters"))

    def load(self, name, *args, wait=True):
        """One load, and what the stack has done when all of it is done; without
        wait, when it has been answered."""
        text = output(*self.generator(name, "-u", self.env["IM_URL"], "-l",
                                      self.env["IM_LIVE_URL"], *args))
        if wait:
            self.settle()
        if "\ncpu end " not in text:
            text += self.counters()
        return Figures(text)

    def start(self, name, *args):
        """A load that runs beside others; returns when it has begun."""
        words = self.generator(name, "-u", self.env["IM_URL"], *args)
        load = subprocess.Popen(words, text=True, stdout=subprocess.PIPE)
        load.said = []
        for line in load.stdout:
            load.said.append(line)
            if line.startswith("cpu begin"):
                break
        return load

    @staticmethod
    def end(load):
        text = "".join(load.said) + load.stdout.read()
        if load.wait() != 0:
            sys.exit(f"{' '.join(load.args)}: exit {load.returncode}")
        return Figures(text)

    def idle(self, seconds=5):
        """CPU us of each service in a second without load."""
        before = self.counters()
        time.sleep(seconds)
        used = Figures(before.replace(" end ", " begin ")
                       + self.counters()).cpu
        return {name: us / seconds for name, us in used.items()}


class Figures:
    """What a generator has printed: got, the values of its line; cpu, us of each
    service; parts, the lines of parts; others, per cent of the machine that was
    used by others than the stack and the generator."""

    def __init__(self, text):
        self.got, self.cpu, self.parts = {}, {}, []
        machine = busy = own = 0
        for words in map(str.split, text.splitlines()):
            sign = -1 if words[1] == "begin" else 1
            if words[0] == "cpu":
                self.cpu[words[2]] = self.cpu.get(words[2], 0) \
                    + sign * int(words[3])
            elif words[0] == "machine":
                machine += sign * int(words[2])
                busy += sign * int(words[3])
            elif words[0] == "self":
                own += sign * int(words[2])
            else:
                values = dict(word.split("=", 1) for word in words[1:])
                if words[0] == "part":
                    self.parts.append(values)
                else:
                    self.got = values
        self.others = 100 * (busy - sum(self.cpu.values()) - own) \
            / (machine or 1)

    def number(self, name):
        return float(self.got[name])

    def ms(self, name):
        return f"{self.number(name + '_us') / 1000:.2f}"

    def all_cpu(self):
        return sum(self.cpu.values())


class World:
    """An app in a stack, and its people."""

    def __init__(self, stack, app):
        self.stack = stack
        self.server = Server(stack.env["IM_URL"])
        said = stack.program("im-admin", "app", "create", app)
        stack.program("im-admin", "app", "setting", app, "members_max",
                      "200000")
        self.key = re.search(r"imk_[\w-]+", said)[0]
        self.users = []

    def app(self, name, method, path, body=None, user=None):
        return self.server.ask(name, self.key, method, path, body, user)

    def make_users(self, n):
        while len(self.users) < n:
            first = len(self.users)
            made = self.app("users: 1,000 made", "POST", "/v1/admin/users", {
                "users": [{"username": f"u{i}", "display_name": f"Person {i}"}
                          for i in range(first, first + CHUNK)]})
            self.users += [item["user"]["user_id"] for item in made["items"]]

    def people(self, name, numbers):
        """A file of users who are logged in, for -f of a generator."""
        path = f"{self.stack.dir}/{name}"
        with open(path, "w", encoding="ascii") as file:
            for i in numbers:
                token = self.app(
                    "logged in", "POST",
                    f"/v1/admin/users/{self.users[i]}/tokens",
                    {"device": {"id": "bench", "platform": "other"}})["token"]
                file.write(f"{self.users[i]} u{i} {token}\n")
        return path

    def conversation(self, name, members, size):
        """Of these, of whom the first is the owner.  For up to 5,000 people it
        is a group, for more a channel: size is how many it may get."""
        conv = self.app(f"{name}: created", "POST", "/v1/admin/conversations", {
            "kind": "group" if size <= 5000 else "channel",
            "owner_id": members[0],
            "settings": {"name": "Everybody", "join": "open"}})["conv_id"]
        for i in range(1, len(members), CHUNK):
            self.app(f"{name}: 1,000 members added", "POST",
                     f"/v1/admin/conversations/{conv}/members",
                     {"user_ids": members[i:i + CHUNK]})
        return conv

    def turn(self, name, conv, mode):
        self.app(f"{name}: turned", "PUT",
                 f"/v1/admin/conversations/{conv}/mode", {"mode": mode})
