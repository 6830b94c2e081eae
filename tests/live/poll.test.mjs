import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bus, isProblem, signUp } from './client.mjs';
import { sharedStack } from './stack.mjs';

let stack;
let bus;
let ann;
let bob;
let witness; /* another session of his */
let conv;

before(async () => {
	stack = await sharedStack();
	bus = new Bus(stack.bus);
	ann = await signUp(stack, 'ann');
	bob = await signUp(stack, 'bob');
	witness = await bob.session('bob-witness');
	conv = await ann.group(bob);
	await settled();
});
after(() => {
	bus?.close();
	return stack?.done();
});

/** bob's index when nothing more is under way to him. */
async function settled() {
	const live = await bob.live();
	const sent = await ann.say(conv, 'settle');
	const { event } = await live.next((f) => f.event?.entry?.msg_id ===
		sent.msg_id, 'entry');

	await live.close();
	return event.user_index;
}

const typing = () => ann.must('POST', `/v1/conversations/${conv}/typing`,
	{ state: 'stop' }); /* always passed on */

/** What a poll gives while one of another session, asked before, waits on. */
async function meanwhile(at, query) {
	const other = await witness.held({ after: at, wait_s: 60 });
	let over = false;

	other.answer.then(() => {
		over = true;
	});
	const answer = await bob.poll(query);

	assert.equal(over, false);
	await typing();
	await other.answer;
	return answer;
}

test('answers as the inbox, at once when there is something', async () => {
	const at = await settled();
	const { status, headers, body } = await meanwhile(at, { after: at - 1,
		wait_s: 60 });

	assert.equal(status, 200);
	assert.equal(headers.get('content-type'), 'application/json');
	assert.equal(headers.get('cache-control'), 'no-store');
	const page = await bob.must('GET', `/v1/inbox?after=${at - 1}`);

	assert.deepEqual(body, { ...page, ephemeral: [] });
});

test('waits until there is something', async () => {
	const at = await settled();
	const poll = await bob.held({ after: at, wait_s: 60 });
	const sent = await ann.say(conv, 'at last');
	const { body } = await poll.answer;

	assert.equal(body.events[0].user_index, at + 1);
	assert.equal(body.events[0].entry.msg_id, sent.msg_id);
	assert.equal(body.user_index, at + body.events.length);
});

test('after wait_s: no events', async () => {
	const at = await settled();

	for (const wait_s of [0, 1]) {
		const began = Date.now();
		const { status, body } = await meanwhile(at, { after: at, wait_s });

		assert.equal(status, 200);
		assert.ok(Date.now() - began >= wait_s * 1000 - 20);
		assert.deepEqual(body, { stream_id: bob.streamId, events: [],
			user_index: at, head: at, more: false,
			total_unread: body.total_unread, ephemeral: [] });
		assert.ok(Number.isInteger(body.total_unread));
	}
});

test('without after: from now', async () => {
	const at = await settled();
	const poll = await bob.held({ wait_s: 60 });

	await ann.say(conv, 'new');
	const { body } = await poll.answer;

	assert.equal(body.events.length, 1);
	assert.equal(body.events[0].user_index, at + 1);
});

test('ephemeral events end the wait', async () => {
	const at = await settled();
	const poll = await bob.held({ after: at, wait_s: 60 });

	await typing();
	const { body } = await poll.answer;

	assert.deepEqual(body.events, []);
	assert.equal(body.ephemeral.length, 1);
	assert.equal(body.ephemeral[0].type, 'typing');
	assert.equal(body.ephemeral[0].user_id, ann.id);
	assert.equal(body.user_index, at);
});

test('several at once come in one answer', async () => {
	const eve = await signUp(stack, 'eve');
	const poll = await eve.held({ wait_s: 60 });

	for (let i = 0; i < 3; i++)
		bus.publish(1, [[eve.id, 0]], { type: 'test', at: 1, i });
	const { body } = await poll.answer;

	assert.deepEqual(body.ephemeral.map((e) => e.i),
		[0, 1, 2].slice(0, body.ephemeral.length));
	assert.ok(body.ephemeral.length >= 1);
});

test('a second poll of the session ends the first', async () => {
	const at = await settled();
	const first = await bob.held({ after: at, wait_s: 60 });
	const second = bob.poll({ after: at, wait_s: 60 });
	const a = await first.answer;

	assert.equal(a.status, 200);
	assert.deepEqual(a.body.events, []);
	assert.equal(a.body.user_index, at);
	assert.equal(a.body.stream_id, bob.streamId);
	assert.equal(a.body.head, at);
	assert.deepEqual(a.body.ephemeral, []);
	await ann.say(conv, 'for the second');
	assert.equal((await second).body.events.length, 1);
});

test('polls of different sessions wait side by side', async () => {
	const at = await settled();
	const bob2 = await bob.session('bob-2');
	const polls = [await bob.held({ after: at, wait_s: 60 }),
		await bob2.held({ after: at, wait_s: 60 })];

	await ann.say(conv, 'for both');
	for (const p of polls)
		assert.equal((await p.answer).body.events.length, 1);
});

test('limit, users, stream_id', async () => {
	const at = await settled();
	const two = (await bob.poll({ after: at - 2, limit: 2, users: true }))
		.body;

	assert.equal(two.events.length, 2);
	assert.equal(two.users[ann.id].username, ann.username);
	const one = (await bob.poll({ after: at - 2, limit: 1 })).body;

	assert.equal(one.events.length, 1);
	assert.equal(one.more, true);
	assert.equal('users' in one, false);
	const old = (await bob.poll({ after: at, stream_id: 'other',
		wait_s: 60 })).body;

	assert.equal(old.too_old, true);
	assert.deepEqual(old.events, []);
	const ahead = (await bob.poll({ after: at + 10, wait_s: 60 })).body;

	assert.equal(ahead.too_old, true);
});

test('answers over 1 KiB are gzipped when that is accepted', async () => {
	const at = await settled();
	const long = 'a long text '.repeat(200);

	await ann.say(conv, long);
	for (const [coding, zipped] of [['gzip', true], ['identity', false]]) {
		const res = await fetch(bob.url('/v1/live/poll', { after: at }),
			{ headers: { ...bob.auth(), 'accept-encoding': coding } });
		const body = await res.json();

		assert.equal(res.headers.get('content-encoding') === 'gzip', zipped);
		assert.equal(body.events[0].entry.content.text, long);
		assert.deepEqual(body.ephemeral, []);
	}
});

test('bad options: 400 with the field', async () => {
	for (const [name, value] of [['wait_s', '61'], ['wait_s', '-1'],
		['wait_s', 'x'], ['after', '-1'], ['limit', '0'], ['limit', '201'],
		['users', 'yes'], ['state', 'x'], ['nothing', '1'],
		['stream_id', '']]) {
		const a = await bob.poll({ [name]: value });

		assert.equal(a.status, 400, `${name}=${value}`);
		isProblem(a.body, 400, 'invalid_argument', name);
	}
});

test('a client that goes away is forgotten', async () => {
	const at = await settled();
	const cut = new AbortController();
	const poll = await bob.held({ after: at, wait_s: 60 },
		{ signal: cut.signal });

	cut.abort();
	await assert.rejects(poll.answer);
	const next = await bob.held({ after: at, wait_s: 60 });

	await ann.say(conv, 'again');
	assert.equal((await next.answer).body.events.length, 1);
});
