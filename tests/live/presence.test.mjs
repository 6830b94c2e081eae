import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { isProblem, Live, signUp, Sse } from './client.mjs';
import { startNode } from './node.mjs';
import { privateStack, until } from './stack.mjs';

let stack;
let two;

before(async () => {
	stack = await privateStack('presence', (s) => ({ 'live.offline_s': 1,
		'bus.nodes': ['live1', 'live2'].map((name) => `${name}=${
			path.join(s.dir, 'run', `${name}.bus`)}`).join(',') }));
	two = await startNode(stack, 'live2');
});
after(() => stack?.done());

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const on2 = async (who, query = '') => {
	const live = new Live(`${two.url}/v1/live${query}`,
		{ headers: who.auth() });

	live.hello = await live.frame('hello');
	return live;
};

/** The next presence event about somebody. */
async function state(live, who) {
	const { event } = await live.next((f) => f.event?.type === 'presence' &&
		f.event.user_id === who.id, `presence of ${who.name}`);

	assert.ok(Number.isInteger(event.at));
	assert.equal('user_index' in event, false);
	return event.state;
}

function watch(live, ...who) {
	live.send({ subscribe: { presence: who.map((w) => w.id) } });
}

test('the present state comes at once, then changes', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const live = await ann.live();

	watch(live, bob, ann);
	assert.equal(await state(live, bob), 'offline');
	assert.equal(await state(live, ann), 'online');
	const b = await bob.live();

	assert.equal(await state(live, bob), 'online');
	b.send({ state: 'background' });
	assert.equal(await state(live, bob), 'away');
	const b2 = await bob.live({ state: 'background' });
	/* Straight to the node: a web server notices the end of an event
	 * stream only when it writes to it. */
	const sse = new Sse(`${stack.liveUrl}/v1/live/events?state=foreground`,
		bob.auth());

	assert.equal(await state(live, bob), 'online');
	sse.close();
	assert.equal(await state(live, bob), 'away');
	await b.close();
	const closed = Date.now();

	await b2.close();
	assert.equal(await state(live, bob), 'offline');
	assert.ok(Date.now() - closed >= 900, 'offline is not told at once');
	assert.deepEqual(live.seen('event'), []);
	await live.close();
});

test('who comes back at once was never away', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const live = await ann.live();
	let b = await bob.live();

	watch(live, bob);
	assert.equal(await state(live, bob), 'online');
	for (let i = 0; i < 5; i++) {
		await b.close();
		await pause(100);
		b = await bob.live();
	}
	await pause(1500);
	assert.deepEqual(live.seen('event'), []);
	await b.close();
	await live.close();
});

test('a waiting long poll is online, between polls too', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const live = await ann.live();

	watch(live, bob);
	assert.equal(await state(live, bob), 'offline');
	for (let i = 0; i < 3; i++)
		await bob.poll({ wait_s: 1 });
	assert.equal(await state(live, bob), 'online');
	assert.deepEqual(live.seen('event'), []);
	assert.equal(await state(live, bob), 'offline');
	await live.close();
});

test('unsubscribe ends it', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const live = await ann.live();

	watch(live, bob);
	await state(live, bob);
	live.send({ unsubscribe: { presence: [bob.id, '17'] } });
	live.send({ ping: 1 });
	await live.frame('pong');
	const b = await bob.live();

	await pause(300);
	assert.deepEqual(live.seen('event'), []);
	await b.close();
	await live.close();
});

test('users of another app are not shown', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');

	await stack.makeApp();
	const eve = await signUp(stack, 'eve');
	const e = await eve.live();
	const live = await ann.live();

	watch(live, eve, bob);
	assert.equal(await state(live, bob), 'offline');
	assert.deepEqual(live.seen('event'), []);
	await e.close();
	await pause(1500);
	assert.deepEqual(live.seen('event'), []);
	await live.close();
});

test('as many as a connection may watch, and no more', async () => {
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();
	const ids = (from, n) => Array.from({ length: n },
		(_, i) => String(from + i));

	live.send({ subscribe: { presence: ids(1, 500) } });
	live.send({ subscribe: { presence: ids(1, 501) } });
	isProblem(await live.frame('error'), 400, 'invalid_argument',
		'subscribe.presence');
	live.send({ subscribe: { presence: [] } });
	live.send({ ping: 1 });
	await live.frame('pong');
	assert.deepEqual(live.seen('error'), []);
	await live.close();
});

/* ---- two nodes ---- */

test('changes on another node are told here', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const live = await ann.live();

	watch(live, bob);
	assert.equal(await state(live, bob), 'offline');
	const b = await on2(bob);

	assert.equal(await state(live, bob), 'online');
	b.send({ state: 'background' });
	assert.equal(await state(live, bob), 'away');
	/* On both nodes: the better one counts. */
	const here = await bob.live();

	assert.equal(await state(live, bob), 'online');
	await here.close();
	assert.equal(await state(live, bob), 'away');
	await b.close();
	assert.equal(await state(live, bob), 'offline');
	assert.deepEqual(live.seen('event'), []);
	await live.close();
});

test('who is on another node already is shown at once', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const b = await on2(bob, '?state=background');
	const live = await ann.live();

	watch(live, bob);
	assert.equal(await state(live, bob), 'away');
	await b.close();
	await live.close();
});

test('events reach a user on both nodes', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const conv = await ann.group(bob);
	const lives = [await bob.live(), await on2(bob)];
	const sent = await ann.say(conv, 'to both');

	for (const l of lives)
		await l.next((f) => f.event?.entry?.msg_id === sent.msg_id, 'entry');
	for (const l of lives)
		await l.close();
});

test('a session that ends is ended on both nodes', async () => {
	const ann = await signUp(stack, 'ann');
	const other = await ann.session('ann-2');
	const lives = [await ann.live(), await on2(ann)];
	const rest = await on2(other);

	await ann.must('DELETE', '/v1/sessions/current');
	for (const l of lives) {
		assert.equal((await l.frame('bye')).reason, 'logged_out');
		assert.equal((await l.closed).code, 4003);
	}
	assert.equal((await rest.event('session')).session_id, ann.sessionId);
	await rest.close();
});

/* ---- memcached ---- */

test('after a flush events go on, and lines and marker come back',
	async () => {
		const ann = await signUp(stack, 'ann');
		const bob = await signUp(stack, 'bob');
		const conv = await ann.group(bob);
		const live = await bob.live();
		const there = async (key) =>
			(await stack.cache(`get ${key}`)).startsWith('VALUE');

		await until(() => there('live:live1'), 'marker');
		assert.ok(await there(`p:${bob.id}`));
		await stack.cache('flush_all');
		const sent = await ann.say(conv, 'without lines');

		await live.next((f) => f.event?.entry?.msg_id === sent.msg_id,
			'entry');
		await until(() => there('live:live1'), 'marker again');
		assert.ok(await there(`p:${bob.id}`), 'the line is there before it');
		await until(() => there('live:live2'), 'marker of the other node');
		const again = await ann.say(conv, 'with lines');

		await live.next((f) => f.event?.entry?.msg_id === again.msg_id,
			'entry');
		await live.close();
	});

test('without memcached events go on; then the marker comes back',
	async () => {
		stack.announce('ev=cache_away');
		const ann = await signUp(stack, 'ann');
		const bob = await signUp(stack, 'bob');
		const conv = await ann.group(bob);

		await stack.service('down', 'memcached');
		const live = await bob.live();
		const sent = await ann.say(conv, 'without memcached');

		await live.next((f) => f.event?.entry?.msg_id === sent.msg_id,
			'entry');
		const me = await ann.live();

		watch(me, bob);
		assert.equal(await state(me, bob), 'online');
		await stack.service('up', 'memcached');
		await until(async () => (await stack.cache('get live:live1')
			.catch(() => '')).startsWith('VALUE'), 'marker');
		assert.ok((await stack.cache(`get p:${bob.id}`)).startsWith('VALUE'));
		await live.close();
		await me.close();
	});
