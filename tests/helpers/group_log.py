"""Random changes of a group, by several users at once; then what its log says.

group_log.py URL SEED CHANGES < {name: {"id", "token"}}

Each user makes CHANGES of them: adds, removes, bans and leaves, joins and comes by
an invite, changes roles, aliases, mutes and settings, hands the group over.  What
is forbidden is refused, which changes nothing.  At the end the log is replayed, as
a client does: the members, their roles and aliases and the settings must be those
that the API lists, with no entry for what was refused; every member, and every
inbox, must have the same log.  A mute outlasts leaving: nobody escapes it.  Prints what is wrong; nothing if all is well.
"""
import json
import random
import sys
import threading

from api import Caller, wait_for

OK = {200, 201, 202, 204, 400, 403, 404, 409}
SETTINGS = {"name": ["one", "two"], "description": ["", "of it"],
            "announcement": ["hear", None], "who_can_pin": ["all", "admins"],
            "slow_mode_s": [0, 1], "message_ttl_s": [0, 86400],
            "who_can_invite": ["all", "admins"]}
DAY_MS = 86400000


class Replay:
    """What the entries of a log make of a group."""

    def __init__(self, conv, entries):
        self.members, self.settings, self.wrong = {}, {}, []
        self.mutes = {}
        for want, e in enumerate(entries, 1):
            if e["conv_index"] != want or e["conv_id"] != conv:
                self.wrong.append(f"entry {e['conv_index']} at {want}")
            if e["kind"] == "settings":
                self.settings.update(e["content"]["changed"])
            elif e["kind"] == "member":
                self.take(e, **e["content"])

    def take(self, e, action, user_ids=(), **new):
        if action in ("created", "added", "joined"):
            for who in user_ids:
                if who in self.members:
                    self.wrong.append(f"{who} is added again: {e}")
                self.members[who] = {"role": new.get("role", "member"),
                                     **self.mutes.get(who, {})}
            if action == "created":
                self.members[e["sender_id"]] = {"role": "owner"}
        elif action in ("removed", "left", "banned"):
            for who in user_ids:
                gone = self.members.pop(who, {})
                if not gone and action != "banned":
                    self.wrong.append(f"{who} goes again: {e}")
                if gone:
                    self.mutes[who] = {n: gone[n] for n in gone
                                       if n == "muted_until"}
        elif action == "owner":
            for m in self.members.values():
                if m["role"] == "owner":
                    m["role"] = "admin"
            self.members[user_ids[0]]["role"] = "owner"
        elif action in ("role", "alias", "muted"):
            # What is not there was taken away, of that which the action names.
            taken = {"alias": "alias", "muted": "muted_until"}.get(action)
            self.change(self.members[user_ids[0]], e,
                        {taken: None, **new} if taken else new)
        elif action != "unbanned":
            self.wrong.append(f"unknown: {e}")

    def change(self, member, e, new):
        before = dict(member)
        for name, value in new.items():
            if value is None:
                member.pop(name, None)
            else:
                member[name] = value
        if member == before:
            self.wrong.append(f"changes nothing: {e}")


class Person(Caller):
    def __init__(self, url, user, name, conv, others, seed):
        super().__init__(url, user)
        self.name, self.at, self.others = name, f"/v1/conversations/{conv}", others
        self.random = random.Random(f"{seed} {name}")
        self.failed = []

    def ask(self, method, path, body=None):
        status, got = self.call(method, self.at + path, body)
        if status not in OK:
            self.failed.append(f"{self.name}: {method} {path} {body}: {status} {got}")
        return status, got

    def one(self):
        return self.random.choice(self.others)

    def add(self):
        self.ask("POST", "/members", {"user_ids": self.random.sample(
            self.others, self.random.randint(1, len(self.others)))})

    def remove(self):
        self.ask("DELETE", f"/members/{self.one()}")

    def leave(self):
        self.ask("POST", "/leave", self.random.choice(
            [{}, {"owner": self.one()}]))

    def join(self):
        self.ask("POST", "/join", {})

    def invite(self):
        status, got = self.ask("POST", "/invites", {"max_uses": 2})
        if status == 201:
            with Person.lock:
                Person.codes.append(got["code"])

    def accept(self):
        with Person.lock:
            code = self.random.choice(Person.codes) if Person.codes else "none"
        status, got = self.call("POST", f"/v1/invites/{code}/accept", {})
        if status not in OK | {410}:
            self.failed.append(f"{self.name}: accept: {status} {got}")

    def member(self):
        self.ask("PATCH", f"/members/{self.one()}", self.random.choice([
            {"role": "admin"}, {"role": "member"},
            {"alias": self.random.choice(["a", "b", None])},
            {"muted_until": self.random.choice([None, Person.until])},
            {"role": "admin", "alias": None, "muted_until": None}]))

    def owner(self):
        self.ask("POST", "/owner", {"user_id": self.one()})

    def ban(self):
        self.ask("PUT", f"/bans/{self.one()}", {})

    def unban(self):
        for who in self.others:
            self.ask("DELETE", f"/bans/{who}")

    def settings(self):
        names = self.random.sample(list(SETTINGS), self.random.randint(1, 3))
        self.ask("PATCH", "", {"settings": {
            n: self.random.choice(SETTINGS[n]) for n in names}})

    def say(self):
        status, got = self.call("POST", f"{self.at}/messages", {
            "client_msg_id": str(self.random.random()), "type": "text",
            "content": {"text": "x"}})
        if status not in OK | {429}:  # slow mode
            self.failed.append(f"{self.name}: {status} {got}")

    def changes(self, n):
        acts = [self.add] * 4 + [self.remove, self.leave, self.invite,
                self.ban, self.owner, self.unban] + [
                self.join, self.accept, self.member, self.settings] * 2 + [self.say]
        for _ in range(n):
            self.random.choice(acts)()

    codes, lock, until = [], threading.Lock(), 0


def whole_log(caller, at):
    entries = []
    while True:
        page = caller.must("GET", f"{at}/messages?after={len(entries)}&limit=200")
        entries += page["items"]
        if len(entries) >= page["head"] or not page["items"]:
            return entries


def members_of(caller, at):
    members, cursor = {}, ""
    while cursor is not None:
        page = caller.must("GET", f"{at}/members?limit=2{cursor}")
        for m in page["items"]:
            members[m["user_id"]] = {name: m[name] for name in
                                     ("role", "alias", "muted_until") if name in m}
        cursor = page["next"] and f"&cursor={page['next']}"
    return members


def same(a, b):
    """Entries as two members see them: names of what is one's own left out."""
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def compare(people, conv):
    at = f"/v1/conversations/{conv}"
    wrong = []
    there = [p for p in people if p.call("GET", at)[0] == 200]
    if not there:  # the last one who leaves dissolves it
        return [f"{p.name} is neither there nor not" for p in people
                if p.call("GET", at)[0] not in (404, 410)]
    log = whole_log(there[0], at)
    replay = Replay(conv, log)
    wrong += replay.wrong
    listed = members_of(there[0], at)
    if listed != replay.members:
        wrong.append(f"members: {listed}, by the log {replay.members}")
    if set(listed) != {p.id for p in there}:
        wrong.append(f"{[p.id for p in there]} may read it")
    shown = there[0].must("GET", at)
    if shown["member_count"] != len(listed):
        wrong.append(f"{shown['member_count']} members are counted")
    for name, value in replay.settings.items():
        if shown["settings"].get(name) != value:
            wrong.append(f"{name}: {shown['settings'].get(name)}, by the log {value}")
    for p in there:
        if not same(whole_log(p, at), log):
            wrong.append(f"{p.name} has another log")
        if members_of(p, at) != listed:
            wrong.append(f"{p.name} has other members")
        mine = p.must("GET", at)["my_role"]
        if mine != listed[p.id]["role"]:
            wrong.append(f"{p.name} is {mine}, and {listed[p.id]['role']}")
        wrong += inbox_lacks(p, conv, log)
    return wrong


def inbox_lacks(p, conv, log):
    """Every entry since p has come back last is in its inbox, once, in order."""
    since = max(e["conv_index"] for e in log if e["kind"] == "member" and
                p.id in e["content"].get("user_ids", ()) and
                e["content"]["action"] in ("created", "added", "joined")
                or e["conv_index"] == 1)
    want = [e["conv_index"] for e in log if e["conv_index"] >= since]

    def had():
        entries = [e["entry"] for e in p.inbox() if e.get("conv_id") == conv
                   and e["type"] == "entry"]
        return [e["conv_index"] for e in entries if e["conv_index"] >= since]
    wait_for(lambda: len(had()) >= len(want))
    return [] if had() == want else [f"{p.name} has {had()}, not {want}"]


def main():
    url, seed, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
    users = json.load(sys.stdin)
    owner = Caller(url, next(iter(users.values())))
    group = owner.must("POST", "/v1/conversations", {
        "kind": "group", "members": [u["id"] for u in users.values()
                                     if u["id"] != owner.id],
        "settings": {"name": "group", "join": "open"}})
    conv = group["conv_id"]
    Person.until = group["created_at"] + DAY_MS
    people = [Person(url, u, name, conv, [o["id"] for o in users.values()
                                          if o is not u], seed)
              for name, u in users.items()]
    threads = [threading.Thread(target=p.changes, args=(n,)) for p in people]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for line in [line for p in people for line in p.failed] + compare(people, conv):
        print(line)


main()
