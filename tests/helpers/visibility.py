"""What users see of a message in each place that shows it, held against a table.

visibility.py URL TABLE < {"app", "users": {name: {"id", "token"}}}

Each part of the table is a group with members of its own: Anna writes to it, her
message gets a reaction, a pin and stars, then each of the others does what their
name says, before Anna edits another message and writes two more, or behind that.
Prints what is otherwise than the table says.
"""
import json
import sys
import time

from api import Caller, wait_for

WORD = "quixotic"
THUMB = "%F0%9F%91%8D"


def read_table(path):
    """{part: (columns, {who: cells})}"""
    parts = {}
    for line in open(path):
        words = line.split("#")[0].split()
        if not words:
            continue
        if words[1] == "history":
            columns, rows = words[1:], {}
            parts[words[0]] = columns, rows
        else:
            rows[words[0]] = words[1:]
    return parts


class Group:
    def __init__(self, anna, people, part, others):
        self.anna, self.people, self.recalled = anna, people, part == "recalled"
        self.conv = self.create(
            [n for n in people if n not in ("newcomer", "never")],
            "since_joined" if part == "since_joined" else "all")
        self.other = others
        if "away" in people:
            self.leave("away")
        self.first = self.say(WORD)
        self.second = self.say("second")
        anna.must("PUT", f"/v1/messages/{self.first}/reactions/{THUMB}")
        anna.must("PUT", self.at(f"/pins/{self.first}"))
        self.others_copy = anna.must(
            "POST", f"/v1/conversations/{others}/messages",
            {"forward_of": [self.first], "merge": True})["msg_id"]
        for who in people:
            if who not in ("newcomer", "never", "away"):
                people[who].must("PUT", f"/v1/messages/{self.first}/star")
                self.serve(who)
        self.act()

    def create(self, names, history):
        return self.anna.must("POST", "/v1/conversations", {
            "kind": "group", "members": [self.people[n].id for n in names],
            "settings": {"name": "g", "history": history}})["conv_id"]

    def at(self, path):
        return f"/v1/conversations/{self.conv}{path}"

    def say(self, text, **more):
        return self.anna.must("POST", self.at("/messages"), {
            "type": "text", "content": {"text": text}, **more})["msg_id"]

    def leave(self, who):
        self.serve(who)
        self.people[who].must("POST", self.at("/leave"))

    def add(self, who):
        self.anna.must("POST", self.at("/members"),
                       {"user_ids": [self.people[who].id]})

    def serve(self, who):
        """Until who has all that there is."""
        last = self.anna.must("GET", self.at(""))["last_index"]
        wait_for(lambda: any(
            e["type"] == "entry" and e["conv_id"] == self.conv and
            e["entry"] and e["entry"]["conv_index"] == last
            for e in self.people[who].inbox()))

    def act(self):
        p = self.people
        for who in p:
            if who == "left":
                self.leave(who)
            elif who == "removed":
                self.anna.must("DELETE", self.at(f"/members/{p[who].id}"))
            elif who == "returned":
                self.leave(who)
                self.add(who)
            elif who in ("away", "newcomer"):
                self.add(who)
        self.anna.must("PATCH", f"/v1/messages/{self.second}",
                       {"content": {"text": "second, edited"}})
        self.say("between")
        self.last = self.say("the last")
        if self.recalled:
            for msg in self.first, self.last:
                self.anna.must("POST", f"/v1/messages/{msg}/recall")
        for who in p:
            if who not in ("left", "removed", "never"):
                self.serve(who)
        if "hidden" in p:
            for msg in self.first, self.last:
                p["hidden"].must("DELETE", f"/v1/messages/{msg}")
        if "cleared" in p:
            p["cleared"].must("POST", self.at("/clear"))


def shown(entry):
    """What an entry shows."""
    if entry is None:
        return "none"
    if entry.get("hidden"):
        return "place" if "content" not in entry else "hidden with content"
    if entry.get("recalled"):
        return "gone" if "content" not in entry else "recalled with content"
    return "whole" if "content" in entry else "without content"


def pick(items, msg, key=lambda item: item):
    return next((key(i) for i in items if key(i) and
                 key(i)["msg_id"] == msg), None)


class Look:
    """What one user sees, by column."""

    def __init__(self, group, who):
        self.g, self.me = group, group.people[who]

    def list_of(self, path, key=lambda item: item):
        status, got = self.me.call("GET", path)
        if status != 200:
            return str(status)
        return shown(pick(got["items"], self.g.first, key))

    def status(self, path):
        return str(self.me.call("GET", path)[0])

    def history(self):
        return self.list_of(self.g.at("/messages?limit=200"))

    def get(self):
        status, entry = self.me.call("GET", f"/v1/messages/{self.g.first}")
        return shown(entry) if status == 200 else str(status)

    def search(self):
        since = time.time() * 1000
        path = f"/v1/search?q={WORD}&limit=200"
        wait_for(lambda: self.me.must("GET", path)["indexed_to_at"] >= since)
        found = self.me.must("GET", path)["items"]
        return shown(pick(found, self.g.first, lambda i: i["entry"]))

    def edited(self):
        return self.inbox(self.g.second)

    def inbox(self, msg=None):
        msg = msg or self.g.first
        events = [e for e in self.me.inbox() if e["type"] == "entry" and
                  e["conv_id"] == self.g.conv]
        entry = pick(events, msg, lambda e: e["entry"])
        target = pick(events, msg,
                      lambda e: (e["entry"] or {}).get("target"))
        entry = entry or target
        if target and shown(target) != shown(entry):
            return f"target {shown(target)}"
        if not entry and any(e["entry"] is None for e in events):
            return "null"
        return shown(entry)

    def last(self):
        item = self.me.chat(self.g.conv)
        page = self.me.must("GET", "/v1/sync?limit=200")["conversations"]
        same = [i for i in page["items"]
                if i["conversation"]["conv_id"] == self.g.conv]
        if [item] * bool(item) != same:
            return "otherwise in sync"
        entry = item["last_entry"] if item else None
        if entry and entry["msg_id"] != self.g.last:
            return "before" if entry.get("content") == {
                "text": "between"} else entry["kind"]
        return shown(entry)

    def preview(self):
        status, entry = self.me.call("GET", f"/v1/messages/{self.g.reply}")
        if status != 200:
            return str(status)
        quote = entry["reply_to"]
        if quote.get("recalled"):
            return "gone" if "preview" not in quote else "recalled with it"
        return "whole" if quote.get("preview") == WORD else "none"

    def forward(self):
        return str(self.me.call(
            "POST", f"/v1/conversations/{self.g.other}/messages",
            {"forward_of": [self.g.first]})[0])

    def forwarded(self):
        copy = self.me.must("GET", f"/v1/messages/{self.g.others_copy}")
        return shown(pick(copy["content"]["items"], self.g.first))

    def reactions(self):
        return self.status(f"/v1/messages/{self.g.first}/reactions")

    def edits(self):
        return self.status(f"/v1/messages/{self.g.first}/edits")

    def pins(self):
        return self.list_of(self.g.at("/pins?limit=200"), lambda i: i["entry"])

    def stars(self):
        return self.list_of("/v1/starred?limit=200", lambda i: i["entry"])


def check(group, part, columns, rows):
    seen = {(who, column): getattr(Look(group, who), column)()
            for column in columns if column != "preview" for who in rows}
    group.reply = group.say("a reply", reply_to=group.first)
    for who in rows:
        seen[who, "preview"] = Look(group, who).preview()
    for who, cells in rows.items():
        for column, want in zip(columns, cells):
            if seen[who, column] != want:
                print(f"{part}, {who}, {column}: {seen[who, column]}, "
                      f"not {want}")


def main():
    url, path = sys.argv[1:]
    people = {name: Caller(url, user)
              for name, user in json.load(sys.stdin).items()}
    anna = people.pop("Anna")
    others = anna.must("POST", "/v1/conversations", {
        "kind": "group", "members": [p.id for p in people.values()],
        "settings": {"name": "others"}})["conv_id"]
    for part, (columns, rows) in read_table(path).items():
        group = Group(anna, {who: people[who] for who in rows}, part, others)
        check(group, part, columns, rows)


main()
