#!/usr/bin/env python3
"""search_check.py DIR SOCKET USER: whether the files of a search index say what
the logs say, up to their cursors, and are sound."""
import glob
import json
import os
import sqlite3
import subprocess
import sys


def rows(socket, user, sql):
    out = subprocess.run(["mariadb", "--no-defaults", "-S", socket, "-u", user,
                          "--batch", "--raw", "--skip-column-names", "imcloud",
                          "-e", sql], check=True, capture_output=True, text=True)
    return [line.split("\t") for line in out.stdout.splitlines()]


def main(directory, socket, user):
    bad = 0
    entries = {}
    for conv, index, kind, state, sender, body in rows(
            socket, user, "SELECT e.conv_id, e.conv_index, e.kind, e.state, "
            "e.sender_id, HEX(b.content) FROM entry e LEFT JOIN body b "
            "ON b.conv_id = e.conv_id AND b.conv_index = e.conv_index"):
        if kind == "1" and state == "0":
            content = json.loads("{" + bytes.fromhex(body).decode() + "}")["content"]
            entries[int(conv), int(index)] = (int(sender), content)
    found = set()
    for link in glob.glob(directory + "/*.current"):
        db = sqlite3.connect(os.path.join(directory, os.readlink(link)))
        if db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            print("integrity_check")
            bad = 1
        db.execute("INSERT INTO fts (fts, rank) VALUES ('integrity-check', 1)")
        done = dict(db.execute("SELECT log_id, done_index FROM log"))
        build = dict(db.execute("SELECT which, value FROM number"))
        for conv, index, sender, terms in db.execute(
                "SELECT l.log_id, d.log_index, d.sender_id, d.terms FROM doc d "
                "JOIN log l ON l.n = d.log"):
            key = conv, index
            if key in found or key not in entries or index > done[conv]:
                print("a document of no message:", key)
                bad = 1
                continue
            found.add(key)
            words = entries[key][1].get("text", "").lower().split()
            if entries[key][0] != sender or (
                    all(w.isascii() and w.isalnum() for w in words) and
                    " ".join(words) != terms):
                print("not as its message:", key, terms, entries[key])
                bad = 1
        if not build.get(5):
            for key in entries:
                if key[1] <= done.get(key[0], 0) and key not in found:
                    print("a message without a document:", key)
                    bad = 1
        known = {t for (t,) in db.execute("SELECT t FROM word")}
        used = set()
        for (terms,) in db.execute("SELECT terms FROM doc"):
            used |= set(terms.split(" ")) - {""}
        if known != used:
            print("words:", known ^ used)
            bad = 1
        db.close()
    return bad


sys.exit(main(*sys.argv[1:]))
