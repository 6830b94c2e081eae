import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { Live, signUp } from './client.mjs';
import { startNode } from './node.mjs';
import { privateStack, until } from './stack.mjs';

/*
 * Conversations in mode pull: heads to those who are connected, through two
 * nodes, and what members do to those who look.
 */

const HEAD_MS = 300;

let stack;
let two;
let deaf; /* a node that publishers do not know: all frames to it are lost */

before(async () => {
	stack = await privateStack('heads', (s) => ({
		'live.head_ms': HEAD_MS,
		'bus.nodes': ['live1', 'live2'].map((name) => `${name}=${
			path.join(s.dir, 'run', `${name}.bus`)}`).join(',') }));
	two = await startNode(stack, 'live2');
	deaf = await startNode(stack, 'deaf', ['live.heartbeat_s=1']);
});
after(() => stack?.done());

async function setMode(conv, mode) {
	await promisify(execFile)(path.join(stack.bin, 'im-admin'),
		['-c', stack.conf, 'conversation', 'mode', conv, mode]);
}

async function on(node, who, query = '') {
	const live = new Live(`${node.url}/v1/live${query}`,
		{ headers: who.auth() });

	live.hello = await live.frame('hello');
	return live;
}

const on2 = (who, query) => on(two, who, query);

/** The next head of conv that is at index, or above it. */
const headAt = (live, conv, index) => live.next((f) =>
	f.event?.type === 'head' && f.event.conv_id === conv &&
	f.event.last_index >= index, `head ${index}`);
const heads = (live, conv) => live.seen('event').filter((e) =>
	e.type === 'head' && e.conv_id === conv);
const ofType = (live, type) => live.seen('event').filter((e) =>
	e.type === type);

/** A group of these in mode pull; all are told so. */
async function pulled(ann, ...others) {
	const conv = await ann.group(...others);

	await setMode(conv, 'pull');
	for (const who of [ann, ...others])
		await until(async () => (await who.must('GET', '/v1/inbox?after=0'))
			.large?.some((l) => l.conv_id === conv), 'mode pull');
	return conv;
}

async function people(...names) {
	return Promise.all(names.map((name) => signUp(stack, name)));
}

test('a head comes to who looks, to other connections, and on both nodes',
	async () => {
		const [ann, bob, cid, dan] = await people('ann', 'bob', 'cid', 'dan');
		const conv = await pulled(ann, bob, cid, dan);
		const looks = await bob.live({ conv_id: conv });
		const other = await on2(cid);
		const back = await dan.live({ state: 'background' });

		/* What a connection finds when it opens. */
		const first = await headAt(other, conv, 1);

		assert.equal('user_index' in first.event, false);
		assert.ok(Number.isInteger(first.event.at));
		assert.equal(first.event.last_ordinal, 0);
		const { conv_index: index } = await ann.say(conv, 'hello');
		const { event } = await headAt(looks, conv, index);

		assert.equal(event.last_index, index);
		assert.equal(event.last_ordinal, 1);
		await headAt(other, conv, index);
		await headAt(back, conv, index);
		/* Nobody got an entry. */
		for (const live of [looks, other, back])
			assert.deepEqual(ofType(live, 'entry'), []);
		for (const live of [looks, other, back])
			await live.close();
	});

test('many messages are few heads, and the last one is told', async () => {
	const [ann, bob, cid] = await people('ann', 'bob', 'cid');
	const conv = await pulled(ann, bob, cid);
	const looks = await bob.live({ conv_id: conv });
	const other = await on2(cid);
	let index;

	for (let i = 0; i < 40; i++)
		index = (await ann.say(conv, `${i}`)).conv_index;
	await headAt(looks, conv, index);
	await headAt(other, conv, index);
	const told = heads(looks, conv).map((e) => e.last_index);

	assert.deepEqual(told, [...told].sort((a, b) => a - b));
	assert.ok(heads(other, conv).length <= told.length);
	/* Their inboxes have not moved. */
	assert.equal((await bob.head()).user_index, looks.hello.user_index);
	await looks.close();
	await other.close();
});

test('who joins is told, who leaves is not, and a turn ends it', async () => {
	const [ann, bob, cid] = await people('ann', 'bob', 'cid');
	const conv = await pulled(ann, bob);
	const joins = await on2(cid);
	const leaves = await bob.live();

	await ann.must('POST', `/v1/conversations/${conv}/members`,
		{ user_ids: [cid.id] });
	await joins.next((f) => f.event?.action === 'added', 'added');
	let { conv_index: index } = await ann.say(conv, 'both');

	await headAt(joins, conv, index);
	await headAt(leaves, conv, index);
	await bob.must('POST', `/v1/conversations/${conv}/leave`, {});
	await leaves.next((f) => f.event?.action === 'left', 'left');
	({ conv_index: index } = await ann.say(conv, 'one'));
	await headAt(joins, conv, index);
	assert.ok(heads(leaves, conv).every((e) => e.last_index < index));
	await setMode(conv, 'push');
	const { event } = await joins.next((f) => f.event?.action === 'mode',
		'mode');

	assert.equal(event.conversation.mode, 'push');
	assert.equal(event.conv_id, conv);
	const { conv_index: last } = await ann.say(conv, 'pushed');

	await joins.next((f) => f.event?.type === 'entry' &&
		f.event.entry.conv_index === last, 'entry');
	assert.ok(heads(joins, conv).every((e) => e.last_index < last));
	await joins.close();
	await leaves.close();
});

test('reading and typing are for who looks; an ephemeral message for all',
	async () => {
		const [ann, bob, cid, dan] = await people('ann', 'bob', 'cid', 'dan');
		const conv = await pulled(ann, bob, cid, dan);
		const looks = await on2(bob, `?conv_id=${conv}`);
		const hides = await dan.live({ conv_id: conv });
		const other = await cid.live();
		const own = await ann.live({ conv_id: conv });

		await dan.must('PATCH', '/v1/users/me/settings',
			{ read_receipts: false });
		await hides.next((f) => f.event?.type === 'settings', 'settings');
		const { conv_index: index } = await bob.say(conv, 'x');

		await ann.must('POST', `/v1/conversations/${conv}/typing`,
			{ state: 'start' });
		await looks.next((f) => f.event?.type === 'typing', 'typing');
		await hides.next((f) => f.event?.type === 'typing', 'typing');
		await ann.must('PUT', `/v1/conversations/${conv}/read`,
			{ conv_index: index });
		await looks.next((f) => f.event?.type === 'read' &&
			f.event.user_id === ann.id, 'read');
		const { msg_id } = await ann.must('POST',
			`/v1/conversations/${conv}/messages`, {
				client_msg_id: randomBytes(8).toString('hex'),
				type: 'text', content: { text: 'now' },
				flags: ['ephemeral'] });

		for (const live of [looks, hides, other, own])
			await live.next((f) => f.event?.type === 'ephemeral' &&
				f.event.message.msg_id === msg_id, 'ephemeral');
		for (const live of [other, own, hides])
			assert.deepEqual(ofType(live, 'read'), []);
		for (const live of [other, own])
			assert.deepEqual(ofType(live, 'typing'), []);
		for (const live of [looks, hides, other, own])
			await live.close();
	});

test('a waiting poll and an event stream get heads', async () => {
	const [ann, bob, cid] = await people('ann', 'bob', 'cid');
	const conv = await pulled(ann, bob, cid);
	const { user_index: after } = await bob.head();
	const { answer } = await bob.held({ after, wait_s: 60 });
	const sse = await cid.sse();
	const { conv_index: index } = await ann.say(conv, 'hello');
	const { body } = await answer;

	assert.deepEqual(body.events, []);
	assert.equal(body.ephemeral[0].type, 'head');
	assert.equal(body.ephemeral[0].conv_id, conv);
	assert.equal(body.large[0].conv_id, conv);
	assert.equal(body.large[0].last_index, index);
	await headAt(sse, conv, index);
	sse.close();
});

test('who comes back is told where the log is', async () => {
	const [ann, bob] = await people('ann', 'bob');
	const conv = await pulled(ann, bob);
	const live = await bob.live({ after: 0 });

	await headAt(live, conv, 1);
	await live.close();
	const { conv_index: index } = await ann.say(conv, 'meanwhile');
	const again = await on2(bob, `?after=${(await bob.head()).user_index}`);

	await headAt(again, conv, index);
	await again.close();
});

/** Resolves once n more heartbeats have come. */
async function beats(live, n) {
	live.seen('heartbeat').length = 0;
	live.items = live.items.filter((f) => !f.heartbeat);
	for (let i = 0; i < n; i++)
		await live.frame('heartbeat');
}

/** How many heartbeats come before the head, which comes before the last. */
async function beatsBefore(live, conv, index) {
	let n = 0;

	live.items = live.items.filter((f) => !f.heartbeat);
	for (;;) {
		const f = await live.next((m) => m.heartbeat ||
			(m.event?.type === 'head' && m.event.conv_id === conv &&
				m.event.last_index >= index), `head ${index}`);

		if (f.event)
			return n;
		n++;
	}
}

test('a head that was lost comes with the next heartbeats', async () => {
	const [ann, bob, cid] = await people('ann', 'bob', 'cid');
	const conv = await pulled(ann, bob, cid);
	const other = await pulled(ann, bob);
	const looks = await on(deaf, bob, `?conv_id=${conv}`);
	const lists = await on(deaf, bob);
	const back = await on(deaf, cid, '?state=background');

	for (const live of [looks, lists, back])
		await headAt(live, conv, 1);
	const { conv_index: index } = await ann.say(conv, 'nobody is told');
	const before = await Promise.all([looks, lists].map((live) =>
		beatsBefore(live, conv, index)));

	assert.ok(Math.max(...before) <= 2, `after ${before} heartbeats`);
	/* Those in the background are told ten times more seldom. */
	await headAt(back, conv, index);
	/* What has not moved, and what is known, is not told again. */
	await beats(looks, 3);
	assert.deepEqual(heads(looks, conv), []);
	assert.equal(heads(looks, other).length, 1);
	assert.deepEqual(ofType(looks, 'entry'), []);
	for (const live of [looks, lists, back])
		await live.close();
});

test('a turn of mode and of membership that was lost is found, too',
	async () => {
		const [ann, bob, cid] = await people('ann', 'bob', 'cid');
		const conv = await ann.group(bob);
		const live = await on(deaf, bob, `?conv_id=${conv}`);
		const joins = await on(deaf, cid);

		await setMode(conv, 'pull');
		await ann.must('POST', `/v1/conversations/${conv}/members`,
			{ user_ids: [cid.id] });
		const { conv_index: index } = await ann.say(conv, 'both');

		await headAt(live, conv, index);
		await headAt(joins, conv, index);
		await bob.must('POST', `/v1/conversations/${conv}/leave`, {});
		/* Once it is in his inbox, a heartbeat at most is still under way. */
		await until(async () => !(await bob.must('GET', '/v1/inbox?after=0'))
			.large?.length, 'his leaving');
		await beats(live, 2);
		const { conv_index: last } = await ann.say(conv, 'one');

		await headAt(joins, conv, last);
		assert.ok(heads(live, conv).every((e) => e.last_index < last));
		for (const who of [live, joins])
			await who.close();
	});

/** Requests to a service so far; lookups of it. */
async function served(program) {
	const text = await (await fetch(`${stack.url}/metrics`)).text();

	return Number(text.split('\n').find((line) => line.startsWith(
		`imcloud_requests_total{program="${program}"}`)).split(' ')[1]);
}

test('a heartbeat is one request for all, whoever has such chats', async () => {
	const names = Array.from({ length: 8 }, (_, i) => `u${i}`);
	const all = await people(...names);
	const conv = await pulled(...all.slice(0, 3));
	/* Opened together, their heartbeats come together. */
	const lives = await Promise.all(all.map((who) => on(deaf, who)));

	await headAt(lives[2], conv, 1);
	const inbox = await served('inbox');
	const others = await served('conversation');

	await Promise.all(lives.map((live) => beats(live, 4)));
	const n = await served('inbox') - inbox;

	/* Their 20 looks in a heartbeat may fall apart, but not one by one. */
	assert.ok(n >= 4 && n <= 5 * all.length, `${n} requests`);
	assert.equal(await served('conversation'), others);
	await Promise.all(lives.map((live) => live.close()));
});
