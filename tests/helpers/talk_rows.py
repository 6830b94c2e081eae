#!/usr/bin/env python3
"""talk_rows.py CONV_ID FROM N SENDER...: SQL that puts N messages into a log,
with ids, client ids, hashes and texts that compress as real ones do: words are
as frequent as in a language, ids are random. The log ends at FROM - 1; ordinals
go on from 0 messages there."""
import random
import sys
import uuid

conv, start, n = (int(x) for x in sys.argv[1:4])
senders = [int(x) for x in sys.argv[4:]]
chance = random.Random(conv)
letters = "etaoinshrdlucmfwypvbgk"
words = ["".join(chance.choices(letters, range(len(letters), 0, -1),
                                k=chance.randint(2, 9))) for _ in range(8000)]
weights = [1 / (i + 1) for i in range(len(words))]
own = dict.fromkeys(senders, 0)
at_ms = 1700000000000
entries, bodies = [], []


def flush():
    if entries:
        print("INSERT INTO entry (conv_id, conv_index, msg_id, sender_id, "
              "client_msg_id, kind, type, ordinal, own_ordinal, sent_ms, "
              "fingerprint) VALUES " + ",".join(entries) + ";")
        print("INSERT INTO body VALUES " + ",".join(bodies) + ";")
    entries.clear()
    bodies.clear()


for i in range(n):
    at, sender = start + i, chance.choice(senders)
    own[sender] += 1
    at_ms += int(chance.expovariate(1 / 40000))
    msg_id = ((at_ms - 1704067200000) % 2**41 << 22) + chance.randrange(2**22)
    text = " ".join(chance.choices(words, weights,
                                   k=1 + int(chance.expovariate(1 / 9))))
    key = uuid.UUID(int=chance.getrandbits(128))
    entries.append(f"({conv},{at},{msg_id},{sender},'{key}',1,1,{i + 1},"
                   f"{own[sender]},{at_ms},0x{chance.getrandbits(256):064x})")
    bodies.append(f"({conv},{at},'\"content\":{{\"text\":\"{text}\"}}')")
    if len(entries) == 1000:
        flush()
flush()
print(f"UPDATE conv_seq SET last_index = {start + n - 1}, last_ordinal = {n}, "
      f"last_ms = {at_ms}, last_bump_ms = {at_ms} WHERE conv_id = {conv};")
print(f"UPDATE log_cursor SET done_index = {start + n - 1} "
      f"WHERE consumer = 1 AND conv_id = {conv};")
