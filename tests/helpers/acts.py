"""Random changes of messages, by several users at once; then what clients see.

Each device of a user is a client of a group: sends, also what expires soon, edits,
recalls, reacts, pins, deletes for itself, clears, and now and then reads, and pulls
what it has missed since it did so last.  At the end each inbox is also replayed from
its start.  A client puts the target of a control entry in its place, and takes away
what was deleted for it or has expired: it must arrive where history stands, and
nothing of a recalled or expired message may be anywhere.  Unread is counted by hand,
from the history and by each client from what it has.  Prints what is wrong; nothing
if all is well.
"""
import json
import random
import sys
import threading
import urllib.parse

from api import Caller, wait_for

EMOJI = ["👍", "👍\ufe0f", "🎉", "❤"]
OK = {200, 201, 204, 403, 404, 409, 410}


class Copy:
    """What a client has made of its inbox."""

    def __init__(self, conv):
        self.conv, self.at, self.seen = conv, 0, {}
        self.hidden, self.cleared = set(), 0
        self.read = 1  # they were there from the first entry on

    def take(self, events):
        for e in events:
            self.at = e["user_index"]
            if e.get("conv_id") != self.conv:
                continue
            if e["type"] == "entry" and e["entry"]:
                self.put(e["entry"])
            elif e["type"] == "hidden":
                self.hidden.add(e["conv_index"])
            elif e["type"] == "chat":
                self.read = max(self.read, e["read_index"])
                self.cleared = max(self.cleared, e["cleared_index"])
        for i in list(self.seen):
            if i in self.hidden or i <= self.cleared:
                del self.seen[i]

    def expire(self):
        """All of it, once is_over()."""
        self.seen = {i: e for i, e in self.seen.items() if "expires_at" not in e}

    def put(self, entry):
        self.seen[entry["conv_index"]] = entry
        if "target" in entry:
            self.seen[entry["target_index"]] = entry["target"]


class Client(Caller):
    def __init__(self, url, name, user, conv):
        super().__init__(url, user)
        self.name, self.conv = name, conv
        self.rng = None
        self.copy = Copy(conv)

    def call(self, method, path, body=None):
        status, got = super().call(method, path, body)
        if status not in OK:
            raise SystemExit(f"{method} {path}: {status} {got}")
        return status, got

    def page(self, query=""):
        return self.call(
            "GET", f"/v1/conversations/{self.conv}/messages?limit=200{query}")[1]

    def log(self):
        items, after = [], 0
        while True:
            page = self.page(f"&after={after}")
            items += page["items"]
            if not page["has_after"]:
                return items
            after = items[-1]["conv_index"]

    def some_message(self):
        items = [e for e in self.page()["items"] if e["kind"] == "message"]
        return self.rng.choice(items) if items else None

    def send(self, n):
        body = {"type": "text", "content": {"text": f"{self.name}-{n} text"},
                "client_msg_id": f"{self.name}-{n}"}
        if self.rng.random() < 0.3:
            body["mention_all"] = True
        if self.rng.random() < 0.2:
            body["flags"] = ["no_unread"]
        if self.rng.random() < 0.3:
            body["expires_in_s"] = self.rng.choice([1, 2])
        quoted = self.some_message()
        if quoted and self.rng.random() < 0.3:
            body["reply_to"] = quoted["msg_id"]
        self.call("POST", f"/v1/conversations/{self.conv}/messages", body)

    def act(self, n):
        kind = self.rng.choice(
            ["send"] * 3 + ["edit", "recall", "react", "react", "unreact",
                            "pin", "unpin", "read", "hide", "pull"])
        if self.rng.random() < 0.01:
            kind = "clear"
        if kind == "send":
            return self.send(n)
        e = self.some_message()
        if not e:
            return None
        at = f"/v1/messages/{e['msg_id']}"
        pin = f"/v1/conversations/{self.conv}/pins/{e['msg_id']}"
        emoji = urllib.parse.quote(self.rng.choice(EMOJI))
        return {
            "edit": lambda: self.call("PATCH", at, {
                "content": {"text": f"{self.name}-{n} edited"}}),
            "recall": lambda: self.call("POST", at + "/recall", {}),
            "react": lambda: self.call("PUT", f"{at}/reactions/{emoji}"),
            "unreact": lambda: self.call("DELETE", f"{at}/reactions/{emoji}"),
            "pin": lambda: self.call("PUT", pin),
            "unpin": lambda: self.call("DELETE", pin),
            "read": lambda: self.call(
                "PUT", f"/v1/conversations/{self.conv}/read",
                {"conv_index": e["conv_index"]}),
            "hide": lambda: self.call("DELETE", at),
            "clear": lambda: self.call(
                "POST", f"/v1/conversations/{self.conv}/clear"),
            "pull": self.pull,
        }[kind]()

    def pull(self):
        self.copy.take(self.inbox(self.copy.at))

    def run(self, seed, rounds):
        self.rng = random.Random(f"{seed}-{self.name}")
        for n in range(rounds):
            self.act(n)


def is_served(client, last):
    """Fan-out has brought the newest entry, which is a message."""
    return any(e["type"] == "entry" and e["entry"] and
               e["entry"]["conv_index"] == last
               for e in client.inbox() if e["conv_id"] == client.conv)


def is_over(client):
    """All that expires has expired."""
    return not any("expires_at" in e for e in client.log())


def counts(entries, read, user):
    """Unread messages and mentions of user."""
    above = [e for e in entries if e["conv_index"] > read
             and e["kind"] == "message" and e["sender_id"] != user
             and not e.get("recalled") and not e.get("hidden")]
    return (sum("no_unread" not in e.get("flags", []) for e in above),
            sum("mention_all" in e for e in above))


def plain(e):
    """Without what it quotes: a client that was there does not load it again."""
    if not e or "reply_to" not in e:
        return e
    return {**e, "reply_to": e["reply_to"]["msg_id"]}


def judge_copy(client, copy, log, chat):
    """Whether a copy is what the history and the list say."""
    gone = {e["conv_index"] for e in log if e.get("hidden")}
    for e in log:
        index = e["conv_index"]
        if e.get("hidden"):
            if index in copy.seen or len(e) != 8:
                yield f"it is gone: {e}, and a client has {copy.seen.get(index)}"
        elif e["kind"] == "message" and \
                plain(copy.seen.get(index)) != plain(e):
            yield f"history has {e}, a client {copy.seen.get(index)}"
        elif e["kind"] != "reaction" and index not in copy.seen:
            yield f"a client lacks {e}"
    for index, e in copy.seen.items():
        if index < log[0]["conv_index"]:
            yield f"it is cleared, and a client has {e}"
        if e.get("target_index", 0) > copy.cleared and "target" not in e and \
                e["target_index"] not in copy.hidden | gone:
            yield f"no target: {e}"
    if copy.read != chat["read_index"]:
        yield f"read up to {chat['read_index']}, a client knows {copy.read}"
    counted = counts(copy.seen.values(), copy.read, client.id)
    if counted != (chat["unread"], chat["mentions"]):
        yield (f"unread {chat['unread']} mentions {chat['mentions']}, "
               f"a client counts {counted}")


def judge(client):
    log = client.log()
    state = {e["conv_index"]: e for e in log}
    for e in log:
        if e.get("recalled") and {"content", "reactions", "mention_all",
                                  "reply_to", "edited_at"} & set(e):
            yield f"something is left of {e}"
        if e["kind"] == "edit":
            target = state.get(e["target_index"], {})
            if "content" in e and e["content"]["content"] != \
                    target.get("content"):
                yield f"an edit shows {e}"
    chats = client.call("GET", "/v1/conversations?limit=200")[1]["items"]
    chat = [c for c in chats
            if c["conversation"]["conv_id"] == client.conv][0]
    counted = counts(log, chat["read_index"], client.id)
    if (chat["unread"], chat["mentions"]) != counted:
        yield (f"unread {chat['unread']} mentions {chat['mentions']}, "
               f"counted {counted}")
    client.pull()
    replay = Copy(client.conv)
    replay.take(client.inbox())
    for e in log:
        got = replay.seen.get(e["conv_index"], {}).get("reply_to")
        if "hidden" not in e and got != e.get("reply_to"):
            yield f"history has {e}, a replay quotes {got}"
    for copy in client.copy, replay:
        copy.expire()
        yield from judge_copy(client, copy, log, chat)
    newest = [e for e in log if e["kind"] == "message"][-1]
    if chat["last_entry"] != newest:
        yield f"last_entry is {chat['last_entry']}, not {newest}"
    total = client.call("GET", "/v1/inbox/head")[1]["total_unread"]
    if total != sum(c["unread"] for c in chats):
        yield f"total_unread is {total}"
    pins = client.call(
        "GET", f"/v1/conversations/{client.conv}/pins?limit=200")[1]["items"]
    pinned = {}
    for e in log:
        if e["kind"] in ("pin", "unpin"):
            pinned.pop(e["target_index"], None)
            if e["kind"] == "pin":
                pinned[e["target_index"]] = e
    want = [i for i in reversed(list(pinned)) if i in state and
            not state[i].get("recalled") and not state[i].get("hidden")]
    if [p["entry"]["conv_index"] for p in pins] != want:
        yield f"pins are {pins}, not {want}"


def main():
    url, seed, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    given = json.load(sys.stdin)
    clients = [Client(url, name, user, given["conv_id"])
               for name, user in given["users"].items()]
    threads = [threading.Thread(target=c.run, args=(seed, rounds))
               for c in clients]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    first = clients[0]
    last = first.call(
        "POST", f"/v1/conversations/{first.conv}/messages",
        {"type": "text", "content": {"text": "the last one"}})[1]["conv_index"]
    for c in clients:
        wait_for(lambda c=c: is_served(c, last) and is_over(c))
        for problem in judge(c):
            print(f"seed {seed}, {c.name}: {problem}")


main()
