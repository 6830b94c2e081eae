#!/usr/bin/env python3
"""search_model.py URL TOKEN CONV SEED N: sends N random messages into a
conversation and compares the answers to random searches with a model of its own,
which cuts and compares whole texts."""
import json
import random
import re
import sys
import time
import unicodedata
import urllib.parse
import urllib.request

DROPPED = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
                     "\U0001f3fb-\U0001f3ff\u200d\ufe0f\u00ad]")
PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae",
                       "œ": "oe", "þ": "th", "ð": "d", "ħ": "h", "ŧ": "t"})
NAMES = ["Ana", "ana", "ÁNA", "a\u0301na", "bär", "BÄR", "bar", "barn", "Straße",
         "STRASSE", "ﬁne", "fine", "Łódź", "lodz", "øre", "ore", "ｈｉ", "hi",
         "don't", "foo-bar", "foo", "x1", "ΟΔΟΣ", "οδός", "co\u00adop", "coop"]
RUNS = ["北京", "京大", "大学", "学", "東京", "タワー", "ﾀﾜｰ", "か", "が", "か\u3099",
        "서울", "에서"]
SYMBOLS = ["👍", "👍🏽", "❤️", "❤", "👩‍🔬"]
BETWEEN = [" ", "  ", ", ", "", "-", "\n", "。", " – "]


def fold(s):
    for _ in range(2):
        s = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", s).casefold())
    s = DROPPED.sub("", unicodedata.normalize("NFD", s))
    return unicodedata.normalize("NFC", s.translate(PLAIN))


def is_run(c):
    return re.match("[\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff\uac00-\ud7a3]", c)


def units(s):
    """(text, kind, joined) of a folded text."""
    found, last = [], None
    for c in fold(s):
        category = unicodedata.category(c)
        if is_run(c):
            found.append((c, "char", last == "char"))
            last = "char"
        elif category[0] in "LN":
            if last == "word":
                found[-1] = (found[-1][0] + c, "word", False)
            else:
                found.append((c, "word", False))
            last = "word"
        elif category == "So":
            found.append((c, "symbol", False))
            last = "symbol"
        else:
            last = None
    return found


def phrases(q):
    """Lists of units, and whether the last may be a beginning."""
    parts, quoted, opened = [], False, False
    for i, part in enumerate(q.split('"')):
        quoted = i % 2 == 1
        for text in [part] if quoted else part.split():
            if units(text):
                parts.append(units(text))
                opened = True
        if quoted and i < q.count('"'):
            opened = False
    return parts, opened


def is_at(phrase, opened, text, at):
    if at + len(phrase) > len(text):
        return False
    for i, (want, kind, joined) in enumerate(phrase):
        has, has_kind, has_joined = text[at + i]
        last = i == len(phrase) - 1
        if kind != has_kind or (i and joined != has_joined):
            return False
        head = last and ((kind == "word" and opened) or
                         (kind == "char" and not joined))
        if not (has.startswith(want) if head else has == want):
            return False
    return True


def matches(q, text):
    parts, opened = phrases(q)
    text = units(text)
    return bool(parts) and all(
        any(is_at(p, opened and p is parts[-1], text, at)
            for at in range(len(text))) for p in parts)


def is_marked_well(q, text, marks):
    """Each mark alone has one of the phrases, and none is missing."""
    parts, opened = phrases(q)
    end = 0
    for m in marks:
        if not end <= m["start"] < m["end"] <= len(text):
            return False
        end = m["end"]
        part = units(text[m["start"]:m["end"]])
        if not any(is_at(p, opened and p is parts[-1], part, at)
                   for p in parts for at in range(len(part))):
            return False
    rest = "".join("\n" if any(m["start"] <= i < m["end"] for m in marks) else c
                   for i, c in enumerate(text))
    return not any(matches_whole(p, opened and p is parts[-1], rest) for p in parts)


def matches_whole(phrase, opened, text):
    text = units(text)
    return any(is_at(phrase, opened, text, at) for at in range(len(text)))


class Api:
    def __init__(self, url, token):
        self.url, self.token = url, token

    def ask(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, method=method, headers={
            "Authorization": "Bearer " + self.token,
            "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=180) as answer:
            return json.load(answer)


def random_text(r):
    out = ""
    for _ in range(r.randint(1, 8)):
        out += r.choice(r.choice([NAMES, NAMES, RUNS, RUNS, SYMBOLS])) + r.choice(BETWEEN)
    return out


def random_query(r, texts):
    words = []
    for _ in range(r.randint(1, 3)):
        kind = r.randint(0, 4)
        if kind == 0:
            words.append(r.choice(NAMES + RUNS + SYMBOLS))
        elif kind == 1:
            text = r.choice(texts)
            at = r.randint(0, len(text) - 1)
            words.append(text[at:at + r.randint(1, 6)].replace('"', ""))
        elif kind == 2:
            words.append(r.choice(NAMES)[:r.randint(1, 3)])
        elif kind == 3:
            words.append('"' + r.choice(texts)[:r.randint(1, 12)] + '"')
        else:
            words.append(r.choice(RUNS) + r.choice(RUNS))
    return " ".join(words)


def search(api, conv, q, since):
    found, cursor = [], ""
    while True:
        page = api.ask("GET", "/v1/search?limit=7&conv_id=%s&q=%s%s" % (
            conv, urllib.parse.quote(q, safe=""), cursor))
        if page["indexed_to_at"] < since:
            time.sleep(0.05)
            continue
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = "&cursor=" + page["next"]


def main(url, token, conv, seed, n):
    r = random.Random(int(seed))
    api = Api(url, token)
    texts = []
    for _ in range(int(n)):
        text = random_text(r)
        sent = api.ask("POST", "/v1/conversations/%s/messages" % conv,
                       {"type": "text", "content": {"text": text}})
        texts.append(text)
    hits = 0
    for _ in range(200):
        q = random_query(r, texts)
        if not q.strip() or len(q) > 200:
            continue
        got = search(api, conv, q, sent["sent_at"])
        want = [t for t in reversed(texts) if matches(q, t)]
        have = [i["entry"]["content"]["text"] for i in got]
        if have != want:
            sys.exit("seed %s: %r finds\n%r\nnot\n%r" % (seed, q, have, want))
        for item in got:
            text = item["entry"]["content"]["text"]
            if not is_marked_well(q, text, item["highlights"]):
                sys.exit("seed %s: %r marks %r in %r" % (
                    seed, q, item["highlights"], text))
        hits += len(got)
    print("# %d searches found %d" % (200, hits))
    if hits < 100:
        sys.exit("too few hits to say something")


main(*sys.argv[1:])
