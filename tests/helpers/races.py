"""Acts that meet, and what must be true behind them.

races.py URL RACE ROUNDS < {name: {"id", "token"}}

RACE is the name of a function below: one round, whose requests begin at the same
moment on connections of their own.  Anna owns the group; Bert and Cleo are its
members; Bert has a second device.  Prints what is wrong, and how often the
requests of each kind were answered how.
"""
import collections
import json
import sys
import threading

from api import Caller, wait_for

TOO_MANY = 10


class World:
    def __init__(self, url, users):
        self.url, self.users = url, users
        self.lines = collections.defaultdict(list)  # who: connections
        self.bad = 0
        self.outcomes = collections.Counter()
        self.anna, self.bert, self.cleo = (
            Caller(url, users[n]) for n in ("Anna", "Bert", "Cleo"))
        self.conv = self.anna.must("POST", "/v1/conversations", {
            "kind": "group", "members": [self.bert.id, self.cleo.id],
            "settings": {"name": "g", "who_can_pin": "all"}})["conv_id"]

    def check(self, true, what):
        if not true:
            self.bad += 1
            print(what)
            if self.bad > TOO_MANY:
                sys.exit()

    def at(self, path):
        return f"/v1/conversations/{self.conv}{path}"

    def say(self, text):
        return self.anna.must("POST", self.at("/messages"), body(text))

    def get(self, msg, who=None):
        return (who or self.anna).must("GET", f"/v1/messages/{msg['msg_id']}")

    def last_index(self):
        return self.anna.must("GET", self.at(""))["last_index"]

    def since(self, index, who=None):
        return (who or self.anna).must(
            "GET", self.at(f"/messages?after={index}&limit=200"))["items"]

    def acts_on(self, msg, kind):
        return [e for e in self.since(msg["conv_index"])
                if e["kind"] == kind and
                e["target_index"] == msg["conv_index"]]

    def served(self, who):
        """Until who's inbox has all of the log."""
        last = self.last_index()
        wait_for(lambda: who.chat(self.conv)["unread_ordinal"] ==
                 self.since(last - 1)[0]["ordinal"] and any(
                     e["type"] == "entry" and e["entry"] and
                     e["entry"]["conv_index"] == last
                     for e in who.inbox(max(0, self.head(who) - 50))))

    def head(self, who):
        return who.must("GET", "/v1/inbox/head")["user_index"]

    def meet(self, *requests):
        """(kind, who, method, path, body) at once; their answers, in order, as
        (status, JSON).  kind: how they are counted."""
        start = threading.Barrier(len(requests))
        answers, threads, used = [None] * len(requests), [], collections.Counter()

        def run(i, line, request):
            start.wait()
            answers[i] = line.call(*request)

        for i, (_, who, *request) in enumerate(requests):
            lines, n = self.lines[who], used[who]
            used[who] += 1
            if n == len(lines):
                lines.append(Caller(self.url, self.users[who]))
            threads.append(threading.Thread(
                target=run, args=(i, lines[n], request)))
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for (kind, *_), (status, _) in zip(requests, answers):
            self.outcomes[kind, status] += 1
        return answers

    def are(self, answers, *statuses):
        for status, got in answers:
            self.check(status in statuses, f"{status} {got}, not {statuses}")


def body(text, **more):
    return {"type": "text", "content": {"text": text}, **more}


def edit(who, msg, text, **more):
    return ("edit", who, "PATCH", f"/v1/messages/{msg['msg_id']}",
            {"content": {"text": text}, **more})


def recall(msg, kind="recall"):
    return kind, "Anna", "POST", f"/v1/messages/{msg['msg_id']}/recall", {}


def react(who, msg, emoji="%F0%9F%91%8D"):
    return ("react", who, "PUT",
            f"/v1/messages/{msg['msg_id']}/reactions/{emoji}")


def recalls(w, i):
    msg = w.say(f"r-{i}")
    answers = w.meet(*[recall(msg)] * 6)
    w.are(answers, 200)
    w.check(all(a == answers[0] for a in answers), f"they differ: {answers}")
    w.check(len(w.acts_on(msg, "recall")) == 1, "more than one recall")


def recall_edit(w, i):
    msg = w.say(f"secret-{i}")
    done, *edits = w.meet(recall(msg), *[edit("Anna", msg, f"secret-{i}.{k}")
                                         for k in range(3)])
    w.are([done], 200)
    w.are(edits, 200, 410)
    e = w.get(msg)
    w.check(e.get("recalled") and "content" not in e, f"it shows {e}")
    w.check(w.anna.call("GET", f"/v1/messages/{msg['msg_id']}/edits")[0] == 410,
            "it has edits")
    w.served(w.bert)
    told = [w.since(msg["conv_index"] - 1),
            w.bert.inbox(max(0, w.head(w.bert) - 10)), w.bert.chat(w.conv)]
    w.check(f"secret-{i}" not in json.dumps(told), f"left of it: {told}")


def edit_edit(w, i):
    msg = w.say(f"e-{i}")
    texts = [f"e-{i}.{k}" for k in range(4)]
    w.are(w.meet(*[edit("Anna", msg, t) for t in texts]), 200)
    now = w.get(msg)["content"]
    versions = [v["content"]["text"] for v in w.anna.must(
        "GET", f"/v1/messages/{msg['msg_id']}/edits")["items"]]
    w.check(versions[0] == f"e-{i}" and sorted(versions[1:]) == texts and
            versions[-1] == now["text"], f"{versions}, now {now}")
    entries = w.acts_on(msg, "edit")
    w.check(len(entries) == 4, f"edits: {entries}")
    w.check(entries[-1].get("content") == {"content": now} and
            all(e.get("content", {"content": now}) == {"content": now}
                for e in entries), f"edits show {entries}, now {now}")


def same_edit(w, i):
    msg = w.say(f"e-{i}")
    answers = w.meet(*[edit("Anna", msg, f"new-{i}",
                            client_msg_id=f"i-{i}")] * 5)
    w.are(answers, 200)
    w.check(all(a == answers[0] for a in answers), f"they differ: {answers}")
    w.check(len(w.acts_on(msg, "edit")) == 1, "more than one edit")


def reactions(w, i):
    msg = w.say(f"r-{i}")
    w.are(w.meet(*[react(who, msg) for who in ("Anna", "Bert", "Cleo")
                   for _ in range(3)]), 204)
    w.check(w.get(msg)["reactions"] == {"👍": {"count": 3, "me": True}},
            f"{w.get(msg)}")
    w.check(len(w.acts_on(msg, "reaction")) == 3, "not three reactions")


def recall_react(w, i):
    msg = w.say(f"r-{i}")
    done, *others = w.meet(
        recall(msg), react("Bert", msg), react("Cleo", msg),
        react("Cleo", msg, "%F0%9F%8E%89"))
    w.are([done], 200)
    w.are(others, 204, 410)
    e = w.get(msg)
    w.check(e.get("recalled") and "reactions" not in e, f"it shows {e}")
    w.check(not w.anna.must(
        "GET", f"/v1/messages/{msg['msg_id']}/reactions")["items"], "a list")
    w.check(len(w.acts_on(msg, "reaction")) ==
            sum(s == 204 for s, _ in others), "entries")


def recall_pin(w, i):
    msg = w.say(f"p-{i}")
    done, *others = w.meet(recall(msg), *[
        ("pin", who, "PUT", w.at(f"/pins/{msg['msg_id']}"))
        for who in ("Anna", "Bert", "Cleo")])
    w.are([done], 200)
    w.are(others, 204, 410)
    w.check(not w.anna.must("GET", w.at("/pins"))["items"], "it is pinned")
    w.check(len(w.acts_on(msg, "pin")) <= 1, "more than one pin")


def recall_hide(w, i):
    msg = w.say(f"h-{i}")
    w.served(w.bert)
    done, *others = w.meet(recall(msg), *[
        ("delete for me", "Bert", "DELETE", f"/v1/messages/{msg['msg_id']}")] * 2)
    w.are([done], 200)
    w.are(others, 204)
    w.check(w.bert.call("GET", f"/v1/messages/{msg['msg_id']}")[0] == 404,
            "Bert has it")
    e = w.since(msg["conv_index"] - 1, w.bert)[0]
    w.check(e.get("hidden") and "recalled" not in e, f"Bert sees {e}")
    w.check(w.get(msg, w.cleo).get("recalled"), "Cleo has it")
    w.served(w.bert)
    chat = w.bert.chat(w.conv)
    w.check(chat["unread"] == 0, f"unread {chat['unread']}")


def send_removal(w, i):
    before = w.last_index()
    bodies = [body(f"s-{i}.{k}", client_msg_id=f"s-{i}.{k}") for k in range(3)]
    removed, *sends = w.meet(
        ("removal", "Anna", "DELETE", w.at(f"/members/{w.bert.id}")),
        *[("send", "Bert", "POST", w.at("/messages"), b) for b in bodies])
    w.are([removed], 204)
    w.are(sends, 201, 404)
    log = w.since(before)
    left = [e["conv_index"] for e in log if e["kind"] == "member"]
    said = [e["client_msg_id"] for e in log if e["kind"] == "message" and
            e["conv_index"] < left[0]]
    sent = [b["client_msg_id"] for b, (s, _) in zip(bodies, sends) if s == 201]
    w.check(len(left) == 1 and sorted(said) == sent and
            len(log) == len(sent) + 1, f"sent {sent}, and there is {log}")
    for b, (status, first) in zip(bodies, sends):
        again = w.bert.call("POST", w.at("/messages"), b)
        w.check(again == (404, again[1]) if status == 404 else
                again == (200, {**first, "duplicate": True}),
                f"{status} {first}, again {again}")
    w.anna.must("POST", w.at("/members"), {"user_ids": [w.bert.id]})


def two_devices_read(w, i):
    ats = [w.say(f"r-{i}.{k}")["conv_index"] for k in range(4)]
    w.served(w.bert)
    stood = w.head(w.bert)
    reads = [("read", who, "PUT", w.at("/read"), {"conv_index": at})
             for who, at in zip(["Bert", "Bert2"] * 2, ats)]
    answers = w.meet(*reads)
    w.are(answers, 200)
    for (*_, asked), (_, got) in zip(reads, answers):
        unread = sum(at > got["read_index"] for at in ats)
        w.check(got["read_index"] >= asked["conv_index"] and
                got["unread"] == unread, f"asked {asked}, got {got}")
    chat = w.bert.chat(w.conv)
    w.check((chat["read_index"], chat["unread"]) == (ats[-1], 0), f"{chat}")
    marks = [e["read_index"] for e in w.bert.inbox(stood)
             if e["type"] == "chat"]
    w.check(marks and set(marks) == {ats[-1]}, f"marks {marks} of {ats}")


def group(w, owner, *others):
    """A group of their own for a round; its path, and who is in it."""
    conv = owner.must("POST", "/v1/conversations", {
        "kind": "group", "members": [o.id for o in others]})["conv_id"]
    return f"/v1/conversations/{conv}"


def members(at, who):
    return {m["user_id"]: m["role"]
            for m in who.must("GET", at + "/members")["items"]}


def one_owner(w, at, *callers):
    """Whoever is still in it sees one owner."""
    for who in callers:
        if who.call("GET", at)[0] == 200:
            roles = members(at, who)
            w.check(list(roles.values()).count("owner") == 1, f"{roles}")
            return roles
    return {}


def admins_remove(w, i):
    at = group(w, w.anna, w.bert, w.cleo)
    for who in (w.bert, w.cleo):
        w.anna.must("PATCH", f"{at}/members/{who.id}", {"role": "admin"})
    w.are(w.meet(
        ("removal", "Bert", "DELETE", f"{at}/members/{w.cleo.id}"),
        ("removal", "Cleo", "DELETE", f"{at}/members/{w.bert.id}")), 403)
    # The one who is no longer an admin is removed; or the removal is refused.
    demoted, removed, other = w.meet(
        ("demotion", "Anna", "PATCH", f"{at}/members/{w.bert.id}",
         {"role": "member"}),
        ("removal", "Cleo", "DELETE", f"{at}/members/{w.bert.id}"),
        ("removal", "Bert", "DELETE", f"{at}/members/{w.cleo.id}"))
    w.are([demoted], 200)
    w.are([removed], 204, 403)
    w.are([other], 403, 404)
    roles = one_owner(w, at, w.anna)
    w.check((w.bert.id in roles) == (removed[0] == 403) and
            w.cleo.id in roles, f"{removed}: {roles}")


def owner_leaves(w, i):
    at = group(w, w.anna, w.bert, w.cleo)
    left, promoted = w.meet(
        ("leave", "Anna", "POST", f"{at}/leave", {}),
        ("promotion", "Anna", "PATCH", f"{at}/members/{w.cleo.id}",
         {"role": "admin"}))
    w.are([left], 204)
    w.are([promoted], 200, 404)
    roles = one_owner(w, at, w.bert)
    heir = w.cleo if promoted[0] == 200 else min(
        (w.bert, w.cleo), key=lambda who: int(who.id))
    w.check(roles.get(heir.id) == "owner", f"{promoted[0]}: {roles}")


def hand_overs(w, i):
    at = group(w, w.anna, w.bert, w.cleo)
    answers = w.meet(
        ("hand over", "Anna", "POST", f"{at}/owner", {"user_id": w.bert.id}),
        ("hand over", "Anna", "POST", f"{at}/owner", {"user_id": w.cleo.id}),
        ("leave", "Bert", "POST", f"{at}/leave", {}))
    w.are(answers[:2], 204, 403, 400)
    w.are(answers[2:], 204)
    one_owner(w, at, w.anna, w.cleo)


def all_leave(w, i):
    at = group(w, w.anna, w.bert, w.cleo)
    w.are(w.meet(*[("leave", who, "POST", f"{at}/leave", {})
                   for who in ("Anna", "Bert", "Cleo")]), 204)
    w.check(w.anna.call("GET", at)[0] == 404, "it is there")


def leave_dissolve(w, i):
    at = group(w, w.anna, w.bert, w.cleo)
    ended, left, removed = w.meet(
        ("dissolve", "Anna", "DELETE", at),
        ("leave", "Bert", "POST", f"{at}/leave", {}),
        ("removal", "Anna", "DELETE", f"{at}/members/{w.cleo.id}"))
    w.are([ended], 204)
    w.are([left, removed], 204, 410)
    for who, (status, _) in (w.bert, left), (w.cleo, removed):
        w.check(who.call("GET", at)[0] == (404 if status == 204 else 410),
                f"{status}, and then {who.call('GET', at)}")


def same_send(w, i):
    before = w.last_index()
    same = body(f"same-{i}", client_msg_id=f"same-{i}")
    answers = w.meet(*[("send", "Anna", "POST", w.at("/messages"), same)] * 100)
    w.are(answers, 201, 200)
    first = [a for s, a in answers if s == 201]
    w.check(len(first) == 1, f"{len(first)} of them are the first")
    w.check(all(a == {**first[0], "duplicate": s == 200} for s, a in answers),
            f"they differ: {answers}")
    w.check(w.last_index() == before + 1, "more than one entry")


def other_send(w, i):
    before = w.last_index()
    bodies = [body(f"{'one' if k % 2 else 'other'}-{i}",
                   client_msg_id=f"other-{i}") for k in range(100)]
    answers = w.meet(*[("send", "Anna", "POST", w.at("/messages"), b)
                       for b in bodies])
    w.are(answers, 201, 200, 409)
    log = w.since(before)
    w.check(len(log) == 1 and sum(s == 201 for s, _ in answers) == 1,
            f"the log has {log}")
    for b, (status, got) in zip(bodies, answers):
        same = b["content"] == log[0]["content"]
        w.check(status in ((200, 201) if same else (409,)) and
                (status != 409 or got["field"] == "client_msg_id"),
                f"{b}: {status} {got}")


def main():
    url, race, rounds = sys.argv[1:]
    users = json.load(sys.stdin)
    w = World(url, users)
    for i in range(int(rounds)):
        globals()[race](w, i)
    said = ", ".join(f"{kind} {status}: {n}"
                     for (kind, status), n in sorted(w.outcomes.items()))
    print(f"# figure: {race}, {rounds} rounds: {said}", file=sys.stderr)


main()
