"""Two devices of one user, and what each knows.

Usage: devices.py URL SEED STEPS USER OTHER, both as JSON {"id", "token", "second"?}.
Random operations on the settings of chats and of the user, by both devices, while
another one sends, recalls and reacts.  One device listens to its inbox all the time;
the other one is away for most of it, and replays its inbox when it comes back.  Both
apply what docs/api.md says of events.  At the end both are where a fresh load stands:
every chat's settings, marks and unread counts, the order of the list, the folders, the
user's settings, the sum.  Prints what is wrong; nothing if all is well.
"""
import json
import random
import sys

from api import Caller, wait_for

MUTES = [None, 1, 2**53 - 1]
FOLDERS = ["Work", "Home", "ü 🗂", None]


class Device(Caller):
    """A copy of the user's side, made of a sync and of events."""

    def __init__(self, url, user):
        super().__init__(url, user)
        self.load()

    def load(self):
        sync = self.must("GET", "/v1/sync?limit=200")
        self.at, self.settings = sync["user_index"], sync["settings"]
        self.total = sync["total_unread"]
        self.chats = {i["conversation"]["conv_id"]: {
            "me": i["me"], "unread": i["unread"], "read": i["read_index"],
            "shown": True, "last": i["conversation"]["last_index"],
        } for i in sync["conversations"]["items"]}
        self.order = list(self.chats)

    def catch_up(self):
        while True:
            page = self.must("GET", f"/v1/inbox?after={self.at}&limit=200")
            for event in page["events"]:
                self.take(event)
            self.at, self.total = page["user_index"], page["total_unread"]
            if not page["more"]:
                return

    def chat(self, conv):
        return self.chats.setdefault(conv, {
            "me": None, "unread": 0, "read": 0, "shown": True, "last": 0})

    def take(self, event):
        kind = event["type"]
        if kind == "settings":
            self.settings = event["settings"]
        elif kind == "chat":
            chat = self.chat(event["conv_id"])
            chat["me"], chat["unread"] = event["me"], event["unread"]
            chat["read"] = event["read_index"]
            chat["shown"] = not event["me"]["hidden"]
        elif kind == "entry" and event["entry"]:
            chat = self.chat(event["conv_id"])
            entry = event["entry"]
            chat["last"] = max(chat["last"], entry["conv_index"])
            if entry["kind"] == "message" and chat["me"]:
                chat["me"] = {**chat["me"], "hidden": False}
                chat["shown"] = True


def some_patch(rng):
    """A change of one or more settings of a chat."""
    all_of = {
        "notify": rng.choice(["all", "mentions", "none"]),
        "muted_until": rng.choice(MUTES),
        "pinned": rng.random() < .5,
        "folder": rng.choice(FOLDERS),
        "background": rng.choice([None, "#000", "#fff"]),
        "hidden": rng.random() < .4,
        "draft": rng.choice([None, {"text": str(rng.random()),
                                    "version": rng.randrange(9)}]),
        "marked_unread": rng.random() < .5,
        "remark": rng.choice([None, "x", "y"]),
    }
    return {k: all_of[k] for k in rng.sample(list(all_of), rng.choice([1, 1, 2, 9]))}


def some_settings(rng):
    all_of = {
        "dnd": rng.choice([None, {"from": "22:00", "to": "07:00",
                                  "tz": "Asia/Tokyo", "days": [1, 2]}]),
        "push_preview": rng.random() < .5,
        "read_receipts": rng.random() < .5,
        "last_seen": rng.choice(["everyone", "contacts", "nobody"]),
        "add_to_groups": rng.choice(["everyone", "contacts", "nobody"]),
        "meta": rng.choice([None, {"a": rng.randrange(9)}]),
    }
    return {k: all_of[k] for k in rng.sample(list(all_of), rng.choice([1, 2, 6]))}


def step(rng, device, other, convs, sent):
    conv = rng.choice(convs)
    what = rng.random()
    if what < .4:
        status, got = device.call("PATCH", f"/v1/conversations/{conv}/me",
                                  some_patch(rng))
        assert status in (200, 409), got
    elif what < .5:
        device.must("PATCH", "/v1/users/me/settings", some_settings(rng))
    elif what < .65:
        device.must("PUT", f"/v1/conversations/{conv}/read",
                    {"conv_index": rng.choice([1, 5, 2**53 - 1])})
    elif what < .9 or not sent:
        by = rng.choice([other, other, other, device])
        sent.append(by.must("POST", f"/v1/conversations/{conv}/messages",
                            {"type": "text", "content": {"text": "x"}})["msg_id"])
    elif what < .95:
        other.call("POST", f"/v1/messages/{rng.choice(sent)}/recall")
    else:
        other.call("PUT", f"/v1/messages/{rng.choice(sent)}/reactions/%E2%9D%A4")


def compare(name, device, fresh):
    """What the device has, and a fresh load of it does not, or the other way."""
    if device.settings != fresh.settings:
        print(f"{name}: settings {device.settings}, not {fresh.settings}")
    if device.total != fresh.total:
        print(f"{name}: total {device.total}, not {fresh.total}")
    for conv, want in fresh.chats.items():
        has = device.chat(conv)
        if has["me"] != want["me"]:
            print(f"{name}: {conv} me {has['me']}, not {want['me']}")
        if has["read"] != want["read"]:
            print(f"{name}: {conv} read {has['read']}, not {want['read']}")
    shown = {c for c, v in device.chats.items() if v["shown"]}
    if shown != set(fresh.chats):
        print(f"{name}: shows {sorted(shown)}, not {sorted(fresh.chats)}")


def by_hand(fresh, device, convs):
    """The lists and figures of the server against each other."""
    pinned = [c for c in fresh.order if fresh.chats[c]["me"]["pinned"]]
    if fresh.order[:len(pinned)] != pinned:
        print("pinned chats are not first:", fresh.order)
    total = sum(v["unread"] for v in fresh.chats.values()
                if v["me"].get("muted_until", 0) < 2**40)
    if fresh.total != total:
        print(f"total_unread {fresh.total}, and the list says {total}")
    for conv in convs:
        me = device.must("GET", f"/v1/conversations/{conv}/me")
        if conv in fresh.chats and me != fresh.chats[conv]["me"]:
            print(f"{conv}: GET me {me}, and the list {fresh.chats[conv]['me']}")
        if me["hidden"] == (conv in fresh.chats):
            print(f"{conv}: hidden {me['hidden']}, and listed the other way")
        if conv not in fresh.chats and device.chat(conv)["me"] != me:
            print(f"{conv}: hidden, and me {device.chat(conv)['me']}, not {me}")
    unread = {i["conversation"]["conv_id"] for i in device.must(
        "GET", "/v1/conversations?limit=200&unread=true")["items"]}
    want = {c for c, v in fresh.chats.items()
            if v["unread"] or v["me"]["marked_unread"]}
    if unread != want:
        print(f"unread=true lists {unread}, not {want}")
    folders = {f["folder"]: f for f in device.must("GET", "/v1/folders")["items"]}
    for name in FOLDERS[:-1]:
        mine = [v for v in fresh.chats.values() if v["me"].get("folder") == name]
        got = folders.get(name, {"chats": 0, "unread": 0})
        unread = sum(v["unread"] for v in mine
                     if v["me"].get("muted_until", 0) < 2**40)
        if (got["chats"], got["unread"]) != (len(mine), unread):
            print(f"folder {name}: {got}, not {len(mine)} chats, {unread} unread")


def main():
    url, seed, steps, user, other = sys.argv[1:]
    user, other = json.loads(user), Caller(url, json.loads(other))
    rng = random.Random(int(seed))
    convs = [other.must("POST", "/v1/conversations",
                        {"kind": "group", "members": [user["id"]]})["conv_id"]
             for _ in range(4)]
    here = Device(url, user)
    wait_for(lambda: here.catch_up() or len(
        here.must("GET", "/v1/conversations")["items"]) >= len(convs))
    here.load()
    away = Device(url, {"id": user["id"], "token": user["second"]})
    sent = []
    for i in range(int(steps)):
        step(rng, rng.choice([here, away]), other, convs, sent)
        if rng.random() < .5:
            here.catch_up()
        if i % 40 == 39:
            away.catch_up()
    heads = {c: other.must("GET", f"/v1/conversations/{c}")["last_index"]
             for c in convs}
    wait_for(lambda: here.catch_up() or all(
        here.chat(c)["last"] >= n for c, n in heads.items()))
    here.catch_up()
    away.catch_up()
    fresh = Device(url, user)
    compare("here", here, fresh)
    compare("away", away, fresh)
    by_hand(fresh, here, convs)


main()
