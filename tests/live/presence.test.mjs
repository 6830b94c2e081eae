import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { isProblem, Live, signUp, Sse } from './client.mjs';
import { startNode } from './node.mjs';
import { privateStack, until } from './stack.mjs';

const OFFLINE_S = 2;

let stack;
let two;

before(async () => {
	stack = await privateStack('presence', (s) => ({
		'live.offline_s': OFFLINE_S,
		'bus.nodes': ['live1', 'live2'].map((name) => `${name}=${
			path.join(s.dir, 'run', `${name}.bus`)}`).join(',') }));
	two = await startNode(stack, 'live2');
});
after(() => stack?.done());

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
	assert.ok(Date.now() - closed >= OFFLINE_S * 1000 - 20,
		'offline is not told at once');
	assert.deepEqual(live.seen('event'), []);
	await live.close();
});

/**
 * Runs a trial until its longest gap without a connection, which it gives in
 * ms, is one that offline_s bridges: a slow machine may need several.
 */
async function bridged(trial) {
	for (let i = 0; i < 20; i++) {
		const { gap_ms, check } = await trial();

		if (gap_ms < OFFLINE_S * 1000)
			return check();
	}
	throw new Error('this machine is too slow to come back in time');
}

test('who comes back at once was never away', () => bridged(async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const cyd = await signUp(stack, 'cyd');
	const live = await ann.live();
	const c = await cyd.live();
	let b = await bob.live();
	let gap_ms = 0;

	watch(live, bob, cyd);
	assert.equal(await state(live, bob), 'online');
	assert.equal(await state(live, cyd), 'online');
	for (let i = 0; i < 5; i++) {
		const from = Date.now();

		await b.close();
		b = await bob.live();
		gap_ms = Math.max(gap_ms, Date.now() - from);
	}
	/* Who has gone since is told later than bob would have been. */
	await c.close();
	assert.equal(await state(live, cyd), 'offline');
	const others = live.seen('event');

	await b.close();
	await live.close();
	return { gap_ms, check: () => assert.deepEqual(others, []) };
}));

test('a waiting long poll is online, between polls too', () =>
	bridged(async () => {
		const ann = await signUp(stack, 'ann');
		const bob = await signUp(stack, 'bob');
		const live = await ann.live();
		let gap_ms = 0;

		watch(live, bob);
		assert.equal(await state(live, bob), 'offline');
		await bob.poll({ wait_s: 1 });
		assert.equal(await state(live, bob), 'online');
		for (let i = 0; i < 2; i++) {
			const from = Date.now();

			await bob.poll({ wait_s: 1 });
			gap_ms = Math.max(gap_ms, Date.now() - from - 1000);
		}
		const between = live.seen('event');

		assert.equal(await state(live, bob), 'offline');
		await live.close();
		return { gap_ms, check: () => assert.deepEqual(between, []) };
	}));

test('unsubscribe ends it', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const live = await ann.live();

	watch(live, bob);
	await state(live, bob);
	live.send({ unsubscribe: { presence: [bob.id, '17'] } });
	live.send({ ping: 1 });
	await live.frame('pong');
	/* Another who watches is told. */
	const cyd = await signUp(stack, 'cyd');
	const other = await cyd.live();

	watch(other, bob);
	assert.equal(await state(other, bob), 'offline');
	const b = await bob.live();

	assert.equal(await state(other, bob), 'online');
	live.send({ ping: 1 });
	await live.frame('pong');
	assert.deepEqual(live.seen('event'), []);
	await b.close();
	await other.close();
	await live.close();
});

test('users of another app are not shown', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');

	await stack.makeApp();
	const eve = await signUp(stack, 'eve');
	const dan = await signUp(stack, 'dan');
	const e = await eve.live();
	const other = await dan.live();
	const live = await ann.live();

	watch(other, eve);
	assert.equal(await state(other, eve), 'online');
	watch(live, eve, bob);
	assert.equal(await state(live, bob), 'offline');
	assert.deepEqual(live.seen('event'), []);
	await e.close();
	assert.equal(await state(other, eve), 'offline');
	live.send({ ping: 1 });
	await live.frame('pong');
	assert.deepEqual(live.seen('event'), []);
	await other.close();
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

test('without memcached events go on; then marker and beats come back',
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
		for (const key of ['live:live1', 'beat:live1', 'beat:live2'])
			await until(async () => (await stack.cache(`get ${key}`)
				.catch(() => '')).startsWith('VALUE'), key);
		assert.ok((await stack.cache(`get p:${bob.id}`)).startsWith('VALUE'));
		await live.close();
		await me.close();
	});

test('without memcached a user on another node is as last known',
	async () => {
		stack.announce('ev=cache_away');
		const [ann, bob, cyd] = [await signUp(stack, 'ann'),
			await signUp(stack, 'bob'), await signUp(stack, 'cyd')];
		const early = await ann.live();
		const late = await cyd.live();
		const there = await on2(bob);

		watch(early, bob);
		if (await state(early, bob) === 'offline')
			assert.equal(await state(early, bob), 'online');
		await stack.service('down', 'memcached');
		watch(late, bob);
		assert.equal(await state(late, bob), 'online');
		/* Those who know it already are told nothing. */
		early.send({ ping: 1 });
		await early.frame('pong');
		assert.deepEqual(early.seen('event').filter((e) =>
			e.type === 'presence' && e.user_id === bob.id), []);
		await stack.service('up', 'memcached');
		for (const live of [early, late, there])
			await live.close();
	});

/** How many openings the user service has answered. */
async function opens() {
	const text = await (await fetch(`${stack.url}/metrics`)).text();

	return Number(/^imcloud_live_opens_total\{(?=[^}]*"im-live")(?=[^}]*"answered")[^}]*\} (\d+)/m
		.exec(text)?.[1] ?? 0);
}

test('a memcached that hangs holds up nobody who is connected', async () => {
	const TIMEOUT_MS = 5000;

	stack.announce('ev=cache_away');
	const ann = await signUp(stack, 'ann');
	const node = await startNode(stack, 'hung',
		[`cache.timeout_ms=${TIMEOUT_MS}`]);
	const open = (who) => new Live(`${node.url}/v1/live`,
		{ headers: who.auth() });
	const live = open(ann);
	let took;

	await live.frame('hello');
	do {
		const bob = await signUp(stack, 'bob');
		const before = await opens();

		await stack.service('pause', 'memcached');
		const began = Date.now();
		const other = open(bob);

		/* He is known, and waits for his line to be stored. */
		await until(async () => await opens() > before, 'his opening');
		for (let i = 0; i < 50; i++) {
			live.send({ ping: i });
			await live.frame('pong');
		}
		live.send({ state: 'background' });
		live.send({ state: 'foreground' });
		assert.equal((await live.ask('GET', '/v1/users/me')).status, 200);
		const waits = !other.seen('hello').length;

		took = Date.now() - began;
		await stack.service('cont', 'memcached');
		await other.frame('hello');
		await other.close();
		if (took < TIMEOUT_MS)
			assert.ok(waits, 'his line was not stored, but he is open');
		/* Once more, when this machine was slower than the time-out. */
	} while (took >= TIMEOUT_MS);
	await live.close();
	node.live.kill('SIGTERM');
	assert.deepEqual(await node.live.ended, { code: 0, signal: null });
});

test('a node that hangs holds up nobody', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const live = await ann.live();

	two.live.kill('SIGSTOP');
	for (let i = 0; i < 20; i++) {
		const other = await bob.live();

		await other.close();
		live.send({ ping: i });
		await live.frame('pong');
	}
	two.live.kill('SIGCONT');
	/* What it has missed or received late does no harm. */
	const there = await on2(bob);

	watch(there, ann);
	assert.equal(await state(there, ann), 'online');
	await there.close();
	await live.close();
});

/* ---- a node that is killed ---- */

/** Kills live2. */
async function killTwo() {
	two.live.kill('SIGKILL');
	await two.live.ended;
}

/** Until when the line that live2 wrote about somebody is valid, in ms. */
async function lineUntil(who) {
	const line = /live2 [fb] \d+ (\d+) /.exec(
		await stack.cacheValue(`p:${who.id}`));

	assert.ok(line, 'nobody has removed the line');
	return Number(line[1]);
}

test('a node that starts withdraws the lines of its former life',
	async () => {
		const ann = await signUp(stack, 'ann');
		const bob = await signUp(stack, 'bob');
		const early = await ann.live();
		const b = await on2(bob);

		watch(early, bob);
		assert.equal(await state(early, bob), 'online');
		await killTwo();
		two = await startNode(stack, 'live2', ['live.heartbeat_s=1']);
		const late = await ann.live();

		watch(late, bob);
		assert.equal(await state(late, bob), 'offline');
		assert.equal(await state(early, bob), 'offline');
		assert.ok(await lineUntil(bob) > Date.now());
		await early.close();
		await late.close();
	});

test('a node that is killed takes its users with it', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const cyd = await signUp(stack, 'cyd');
	const live = await ann.live();
	const b = await on2(bob);
	const c = [await on2(cyd), await cyd.live({ state: 'background' })];

	watch(live, bob, cyd);
	assert.equal(await state(live, bob), 'online');
	assert.equal(await state(live, cyd), 'online');
	await killTwo();
	/* Long before the line expires. */
	assert.equal(await state(live, bob), 'offline');
	assert.ok(await lineUntil(bob) > Date.now());
	/* Who has another connection elsewhere keeps it. */
	assert.equal(await state(live, cyd), 'away');
	await c[1].close();
	await live.close();
});

test('who is blocked sees nothing more, and cannot watch again', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const eve = await signUp(stack, 'eve');
	const live = await ann.live();
	const witness = await eve.live();
	const b = await bob.live();

	watch(live, bob, eve);
	watch(witness, bob);
	assert.equal(await state(live, bob), 'online');
	assert.equal(await state(live, eve), 'online');
	assert.equal(await state(witness, bob), 'online');
	await bob.must('PUT', `/v1/blocks/${ann.id}`);
	assert.equal(await state(live, bob), 'offline');
	b.send({ state: 'background' });
	assert.equal(await state(witness, bob), 'away');
	watch(live, bob, eve);
	assert.equal(await state(live, eve), 'online');
	assert.deepEqual(live.seen('event'), []);
	/* And after the block is over. */
	await bob.must('DELETE', `/v1/blocks/${ann.id}`);
	watch(live, bob);
	assert.equal(await state(live, bob), 'away');
	for (const each of [live, witness, b])
		await each.close();
});
