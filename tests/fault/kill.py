#!/usr/bin/env python3
"""kill -9 of anything, at any moment, during load: what was acknowledged is
in the log exactly once, no index has a hole, every inbox is complete and in
order.

32 senders, each repeating a send with the same client_msg_id until it is
answered, write into direct chats and groups of a private stack, while ROUNDS
times one of mariadbd, memcached, message, im-fanout and im-live is killed, or
memcached is frozen for a while. Then the answers are held against history, inbox pulls, schema/check.sql and
im-verify.
"""
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
BUILD = os.environ.get('BUILD', os.path.join(TOP, 'build'))
STACK = os.path.join(TOP, 'var', 'test', 'kill-%d' % os.getpid())
ROUNDS = int(os.environ.get('KILL_ROUNDS', '20'))
SENDERS = int(os.environ.get('KILL_SENDERS', '32'))
USERS = 16
PATIENCE_S = 300  # only a hang takes that long
FREEZE = 'freeze memcached'
VICTIMS = ['db', 'memcached', 'message', 'im-fanout', 'live', FREEZE]
PASSWORD = 'correct-horse-battery'
done = bad_lines = 0


def ok(condition, what, *details):
    """One TAP line."""
    global done, bad_lines
    done += 1
    print('%sok %d - %s' % ('' if condition else 'not ', done, what))
    if not condition:
        bad_lines += 1
        for detail in details:
            print('#', str(detail)[:2000])
    sys.stdout.flush()
    return condition


def stack(*args):
    return subprocess.run(
        [os.path.join(TOP, 'tools/stack/stack'), *args], check=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        text=True).stdout


def program(name, *args):
    return subprocess.run(
        [os.path.join(BUILD, 'bin', name), '-c', STACK +
         '/etc/imcloud.conf', *args],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)


class Client:
    """One person's HTTP connection, opened again whenever it breaks."""

    def __init__(self, host, token=None):
        self.host, self.token, self.http = host, token, None

    def try_once(self, method, path, body):
        headers = {'Content-Type': 'application/json'}
        if self.token:
            headers['Authorization'] = 'Bearer ' + self.token
        try:
            if self.http is None:
                self.http = http.client.HTTPConnection(self.host,
                                                       timeout=60)
            data = None if body is None else json.dumps(body)
            self.http.request(method, path, data, headers)
            answer = self.http.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None
        except (OSError, http.client.HTTPException, ValueError):
            self.http = None
            return 0, None

    def call(self, method, path, body=None):
        """Until there is an answer that is not 'later'."""
        end = time.monotonic() + PATIENCE_S
        while True:
            status, answer = self.try_once(method, path, body)
            if status not in (0, 429, 500, 502, 503, 504):
                return status, answer
            if status == 500:
                raise AssertionError('500 for %s %s' % (method, path))
            if time.monotonic() > end:
                raise AssertionError('no answer to %s %s, last %d %s'
                                     % (method, path, status, answer))
            time.sleep(0.05 + random.random() * 0.1)


def make_people(host, app):
    people = []
    boss = Client(host)
    for i in range(USERS):
        status, user = boss.call('POST', '/v1/users', {
            'app': app, 'username': 'u%d' % i, 'password': PASSWORD})
        assert status == 201, user
        status, login = boss.call('POST', '/v1/sessions', {
            'app': app, 'username': 'u%d' % i, 'password': PASSWORD,
            'device': {'id': 'd%d' % i, 'platform': 'other'}})
        assert status == 201, login
        people.append({'id': user['user_id'], 'token': login['token'],
                       'name': 'u%d' % i})
    return people


def make_conversations(host, people):
    """8 direct chats, groups of 3, 6, 10 and everybody."""
    convs = []
    for i in range(0, USERS, 2):
        convs.append((people[i], [people[i], people[i + 1]], 'direct'))
    for size in (3, 6, 10, USERS):
        some = random.sample(people, size)
        convs.append((some[0], some, 'group'))
    made = []
    for owner, members, kind in convs:
        status, conv = Client(host, owner['token']).call(
            'POST', '/v1/conversations', {
                'kind': kind,
                'members': [m['id'] for m in members if m is not owner]})
        assert status == 201, conv
        made.append({'id': conv['conv_id'], 'members': members})
    return made


class Sender(threading.Thread):
    def __init__(self, host, number, person, convs, stop):
        super().__init__(daemon=True)
        self.client = Client(host, person['token'])
        self.number, self.person, self.stop = number, person, stop
        self.convs = [c for c in convs if person in c['members']]
        self.acked, self.changed, self.error = [], [], None

    def run(self):
        n = 0
        try:
            while not self.stop.is_set():
                conv = random.choice(self.convs)
                client_id = 's%d-%d' % (self.number, n)
                n += 1
                status, answer = self.client.call(
                    'POST', '/v1/conversations/%s/messages' % conv['id'],
                    {'client_msg_id': client_id, 'type': 'text',
                     'content': {'text': client_id}})
                if status not in (200, 201):
                    raise AssertionError('%d %s' % (status, answer))
                self.acked.append((conv['id'], client_id, answer))
                if random.random() < 0.3:
                    self.change(conv['id'], client_id, answer['msg_id'])
        except AssertionError as error:
            self.error = error


    def change(self, conv_id, client_id, msg_id):
        """Changes a message that was just sent, until that is answered."""
        what = random.choice(['edit', 'recall', 'react'])
        path = '/v1/messages/' + msg_id
        status, answer = {
            'edit': lambda: self.client.call('PATCH', path, {
                'client_msg_id': client_id + '-e',
                'content': {'text': 'edited'}}),
            'recall': lambda: self.client.call('POST', path + '/recall', {}),
            'react': lambda: self.client.call(
                'PUT', path + '/reactions/%F0%9F%91%8D', {}),
        }[what]()
        if status not in (200, 204):
            raise AssertionError('%s: %d %s' % (what, status, answer))
        self.changed.append((conv_id, client_id, what))


def is_changed(entry, what):
    if what == 'edit':
        return entry['content']['text'] == 'edited' and 'edited_at' in entry
    if what == 'recall':
        return entry.get('recalled') and 'content' not in entry
    return entry['reactions']['👍']['count'] == 1


def more_sends(senders, count):
    """Waits until so many more are acknowledged, then a moment."""
    def acked():
        return sum(len(s.acked) for s in senders)
    before = acked()
    wait_until(lambda: acked() < before + count and
               not any(s.error for s in senders))
    time.sleep(random.uniform(0, 0.5))


def pid_of(victim):
    with open('%s/service/%s/supervise/pid' % (STACK, victim)) as file:
        return int(file.read() or 0)


def kill_one(victim):
    pid = pid_of(victim)
    if pid:
        os.kill(pid, signal.SIGKILL)


def freeze_one(victim):
    """For longer and for shorter than callers wait for it."""
    pid = pid_of(victim)
    if pid:
        os.kill(pid, signal.SIGSTOP)
        time.sleep(random.uniform(0.1, 4))
        os.kill(pid, signal.SIGCONT)


def history(client, conv_id):
    entries, after = [], 0
    while True:
        status, page = client.call(
            'GET', '/v1/conversations/%s/messages?after=%d&limit=200'
            % (conv_id, after))
        assert status == 200, page
        entries += page['items']
        if not page['has_after']:
            return entries
        after = entries[-1]['conv_index']


class Reader(threading.Thread):
    """One person's device: pulls without a pause, through every kill."""

    def __init__(self, host, person):
        super().__init__(daemon=True)
        self.client = Client(host, person['token'])
        self.person, self.stop, self.error = person, threading.Event(), None
        self.events, self.after = [], 0

    def pull(self):
        """True when there was something."""
        status, page = self.client.call('GET', '/v1/inbox?after=%d'
                                        % self.after)
        if status != 200 or page.get('too_old'):
            raise AssertionError('%d %s' % (status, page))
        self.events += page['events']
        self.after = page['user_index']
        return bool(page['events'])

    def run(self):
        try:
            while not self.stop.is_set():
                if not self.pull():
                    time.sleep(0.1)
        except AssertionError as error:
            self.error = error


def inboxes_are_full(readers, logs, members):
    """What is missing; asked again until fan-out is done."""
    bad = []
    for reader in readers:
        while reader.pull():
            pass
        person, events = reader.person, reader.events
        indexes = [e['user_index'] for e in events]
        if indexes != list(range(1, len(events) + 1)):
            bad.append('%s: user_index has a hole' % person['name'])
        got = {}
        for e in events:
            # Of reactions that meet in a pass there is only the last.
            if e['type'] == 'entry' and e['entry']['kind'] != 'reaction':
                got.setdefault(e['conv_id'], []).append(
                    e['entry']['conv_index'])
        for conv_id, entries in logs.items():
            want = [e['conv_index'] for e in entries
                    if e['kind'] != 'reaction']
            if person['id'] not in members[conv_id]:
                want = []
            if got.get(conv_id, []) != want:
                bad.append('%s: conversation %s: %d of %d entries' % (
                    person['name'], conv_id, len(got.get(conv_id, [])),
                    len(want)))
    return bad


def wait_until(check):
    """What it still finds when there is no more patience; at best nothing."""
    end = time.monotonic() + PATIENCE_S
    while True:
        found = check()
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.2)


def store_problems(socket):
    with open(os.path.join(TOP, 'schema/check.sql')) as file:
        return subprocess.run(
            ['mariadb', '--no-defaults', '-S', socket, '-u',
             os.environ.get('USER') or 'root', '--batch', 'imcloud'],
            stdin=file, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True).stdout


def log_problems():
    """Sanitizer reports, failed assertions and errors of our own."""
    found = subprocess.run(
        ['grep', '-rhE', 'Sanitizer|runtime error:|Assertion|level=error',
         STACK + '/log'], stdout=subprocess.PIPE, text=True).stdout
    return found


def judge(host, env, convs, senders, readers):
    acked = [a for s in senders for a in s.acked]
    logs, wrong = {}, []
    members = {c['id']: {m['id'] for m in c['members']} for c in convs}
    for conv in convs:
        logs[conv['id']] = history(
            Client(host, conv['members'][0]['token']), conv['id'])
    ok(len(acked) > 100, 'there was load: %d sends acknowledged' % len(acked))
    for conv_id, entries in logs.items():
        indexes = [e['conv_index'] for e in entries]
        if indexes != list(range(1, len(entries) + 1)):
            wrong.append('%s: %s' % (conv_id, indexes[:20]))
        times = [e['sent_at'] for e in entries]
        if times != sorted(times):
            wrong.append('%s: sent_at goes back' % conv_id)
    ok(not wrong, 'every log is 1..last without a hole', *wrong)

    places = {}
    for conv_id, entries in logs.items():
        for e in entries:
            if e['kind'] == 'message':
                places.setdefault((conv_id, e['client_msg_id']), []).append(e)
    wrong = [key for key, found in places.items() if len(found) != 1]
    ok(not wrong, 'nothing is doubled', *wrong[:5])
    wrong = []
    for conv_id, client_id, answer in acked:
        found = places.get((conv_id, client_id), [None])[0]
        if found is None or found['msg_id'] != answer['msg_id'] or \
                found['conv_index'] != answer['conv_index']:
            wrong.append((conv_id, client_id, answer, found))
    ok(not wrong, 'every acknowledged send is in the log as answered',
       len(wrong), *wrong[:5])

    wrong = []
    for sender in senders:
        for conv_id, client_id, what in sender.changed:
            found = places.get((conv_id, client_id), [None])[0]
            if found is None or not is_changed(found, what):
                wrong.append((what, found))
    ok(not wrong, 'every acknowledged change of a message is there',
       len(wrong), *wrong[:5])

    bad = wait_until(lambda: inboxes_are_full(readers, logs, members))
    ok(not bad, 'every inbox is complete, in order and without a hole',
       *bad[:10])
    bad = wait_until(lambda: store_problems(env['IM_MYSQL_SOCKET']))
    ok(not bad, 'schema/check.sql finds nothing', bad)
    proof = program('im-verify')
    ok(proof.returncode == 0, 'im-verify finds nothing', proof.stdout)


def main():
    random.seed()
    print('1..10')
    stack('start', STACK)
    env = dict(line.split('=', 1)
               for line in stack('env', STACK).splitlines() if '=' in line)
    host = env['IM_URL'].split('//')[1]
    try:
        app = program('im-admin', 'app', 'create', 'kill')
        assert app.returncode == 0, app.stdout
        people = make_people(host, 'kill')
        convs = make_conversations(host, people)
        stop = threading.Event()
        senders = [Sender(host, i, people[i % USERS], convs, stop)
                   for i in range(SENDERS)]
        readers = [Reader(host, person) for person in people]
        for thread in senders + readers:
            thread.start()
        victims = (VICTIMS * (ROUNDS // len(VICTIMS) + 1))[:ROUNDS]
        random.shuffle(victims)
        for victim in victims:
            more_sends(senders, random.randint(1, 60))
            if victim == FREEZE:
                freeze_one('memcached')
            else:
                kill_one(victim)
        more_sends(senders, 200)
        stop.set()
        for sender in senders:
            sender.join(PATIENCE_S)
        for reader in readers:
            reader.stop.set()
            reader.join(PATIENCE_S)
        ok(not any(t.is_alive() or t.error for t in senders + readers),
           'everybody got their answers through %d faults' % ROUNDS,
           *[t.error for t in senders + readers if t.error])
        judge(host, env, convs, senders, readers)
    finally:
        try:
            stack('stop', STACK)
        except subprocess.CalledProcessError:
            pass
    problems = log_problems()
    ok(not problems, 'no error in the logs', problems)
    if bad_lines == 0:
        shutil.rmtree(STACK)
    return 1 if bad_lines else 0


sys.exit(main())
