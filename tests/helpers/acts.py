"""Random changes of messages, by several users at once; then what clients see.

acts.py URL SEED ROUNDS < {"conv_id", "users": {name: {"id", "token"}}}

Each user is a client of a group: sends, also what expires soon, edits, recalls,
reacts, pins, and now and then reads.  At the end each inbox is replayed from its start, as a client
does that puts the target of a control entry in its place: it must arrive where
history stands, and nothing of a recalled or expired message may be anywhere.  Unread is
counted by hand.  Prints what is wrong; nothing if all is well.
"""
import http.client
import json
import random
import sys
import threading
import urllib.parse

EMOJI = ["👍", "👍\ufe0f", "🎉", "❤"]
OK = {200, 201, 204, 403, 404, 409, 410}


class Client:
    def __init__(self, url, name, user, conv):
        self.host = urllib.parse.urlsplit(url).netloc
        self.http = http.client.HTTPConnection(self.host, timeout=180)
        self.name, self.id, self.token = name, user["id"], user["token"]
        self.conv = conv
        self.rng = None

    def call(self, method, path, body=None):
        headers = {"Authorization": "Bearer " + self.token}
        data = None
        if body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        self.http.request(method, path, data, headers)
        answer = self.http.getresponse()
        text = answer.read()
        if answer.status not in OK:
            raise SystemExit(f"{method} {path}: {answer.status} {text}")
        return answer.status, json.loads(text) if text else None

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
                            "pin", "unpin", "read"])
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
        }[kind]()

    def inbox(self):
        events, after = [], 0
        while True:
            page = self.call("GET", f"/v1/inbox?after={after}&limit=200")[1]
            events += page["events"]
            after = page["user_index"]
            if not page["more"]:
                return events

    def run(self, seed, rounds):
        self.rng = random.Random(f"{seed}-{self.name}")
        for n in range(rounds):
            self.act(n)


def wait_for(check):
    while not check():
        pass


def is_served(client, last):
    """Fan-out has brought the newest entry, which is a message."""
    return any(e["type"] == "entry" and e["entry"]
               and e["entry"]["conv_index"] == last
               for e in client.inbox() if e["conv_id"] == client.conv)


def is_over(client):
    """All that expires has expired."""
    return not any("expires_at" in e for e in client.log())


def judge(client):
    log = client.log()
    state = {e["conv_index"]: e for e in log}
    seen = {}
    for event in client.inbox():
        entry = event.get("entry")
        if event["type"] != "entry" or event["conv_id"] != client.conv \
                or not entry:
            continue
        seen[entry["conv_index"]] = entry
        if "target" in entry:
            seen[entry["target_index"]] = entry["target"]
        elif not state[entry.get("target_index", 1)].get("hidden") \
                and "target_index" in entry:
            yield f"no target: {entry}"
    for index, e in state.items():
        if e.get("hidden"):
            if index in seen or len(e) != 8:
                yield f"an expired one is {e}, and {seen.get(index)}"
        elif e["kind"] == "message" and seen.get(index) != e:
            yield f"history has {e}, a replay {seen.get(index)}"
        if e["kind"] not in ("message", "reaction") and index not in seen:
            yield f"an inbox lacks {e}"
        if e.get("recalled") and {"content", "reactions", "mention_all",
                                  "reply_to", "edited_at"} & set(e):
            yield f"something is left of {e}"
        if e["kind"] == "edit":
            target = state[e["target_index"]]
            shows = "content" in e
            if shows and (target.get("recalled") or target.get("hidden") or
                          e["content"]["content"] != target["content"]):
                yield f"an edit shows {e}"
    chats = client.call("GET", "/v1/conversations?limit=200")[1]["items"]
    chat = [c for c in chats
            if c["conversation"]["conv_id"] == client.conv][0]
    above = [e for e in log if e["conv_index"] > chat["read_index"]
             and e["kind"] == "message" and e["sender_id"] != client.id
             and not e.get("recalled") and not e.get("hidden")]
    unread = sum("no_unread" not in e.get("flags", []) for e in above)
    mentions = sum("mention_all" in e for e in above)
    if (chat["unread"], chat["mentions"]) != (unread, mentions):
        yield (f"unread {chat['unread']} mentions {chat['mentions']}, "
               f"counted {unread} {mentions}")
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
    want = [i for i in reversed(list(pinned)) if not (
        state[i].get("recalled") or state[i].get("hidden"))]
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
