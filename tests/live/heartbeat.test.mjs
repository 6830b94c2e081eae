import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Live, Raw, signUp } from './client.mjs';
import { startNode } from './node.mjs';
import { privateStack, until } from './stack.mjs';

let stack;
let calm; /* a node with the longest heartbeat */

before(async () => {
	/* A single node gets everything; beside another one, which is away, it
	 * gets only what is for whom it holds. */
	stack = await privateStack('heartbeat', ({ dir }) => ({
		'live.heartbeat_s': 1,
		'bus.nodes': `live1=${dir}/run/live1.bus,away=${dir}/run/away.bus`,
	}));
	calm = await startNode(stack, 'calm', ['live.heartbeat_s=30']);
});
after(() => stack?.done());

async function open(node, who) {
	const live = new Live(`${node.url}/v1/live`, { headers: who.auth() });

	live.hello = await live.frame('hello');
	return live;
}

test('every heartbeat_s, with the figures and a Ping', async () => {
	const ann = await signUp(stack, 'ann');
	const slow = await open(calm, ann);
	const began = Date.now();
	const live = await ann.live();
	const sse = await ann.sse();

	assert.equal(live.hello.heartbeat_s, 1);
	for (let i = 1; i <= 4; i++) {
		const beat = await live.frame('heartbeat');
		const { user_index, total_unread } = await ann.head();

		assert.deepEqual(beat, { user_index, total_unread });
		await sse.frame('heartbeat');
	}
	/* Not sooner, and not as seldom as on the other node. */
	assert.ok(Date.now() - began >= 4000 - 20);
	assert.deepEqual(slow.seen('heartbeat'), []);
	const beats = 4 + live.seen('heartbeat').length;

	assert.ok(Math.abs(live.pings - beats) <= 1,
		`${live.pings} pings, ${beats} heartbeats`);
	await live.close();
	await slow.close();
	sse.close();
});

test('figures follow: unread of another\'s message', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const conv = await ann.group(bob);
	const live = await bob.live();

	await ann.say(conv, 'unread');
	await live.next((f) => f.heartbeat?.total_unread === 1, 'unread');
	await live.close();
});

test('reveals a lost last event, then pull; then it goes on', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const conv = await ann.group(bob);
	const live = await bob.live({ after: 0 });
	const first = await ann.say(conv, 'heard');
	let { event: { user_index: at } } = await live.next((f) =>
		f.event?.entry?.msg_id === first.msg_id, 'entry');
	let f;

	/* Again, if im-live has refreshed the line just then. */
	do {
		at++;
		await stack.loseLine(bob.id);
		await ann.say(conv, 'nobody hears it');
		f = await live.next((m) => m.pull || m.event?.user_index === at,
			'pull');
	} while (f.event);
	assert.deepEqual(f.pull, { user_index: at });
	assert.ok(live.seen('heartbeat').some((b) => b.user_index === at));
	/* A new connection writes the line again. */
	const other = await bob.live();

	await ann.say(conv, 'heard again');
	const { event } = await live.next((m) =>
		m.event?.user_index === at + 1, 'next event');

	assert.equal(event.entry.content.text, 'heard again');
	await live.close();
	await other.close();
});

test('a poll finds what was lost when its wait is over', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const conv = await ann.group(bob);
	/* So that none of the others is his first or last one, for which his line
	 * would be written. */
	const stays = await bob.live();

	/* The event has to be there when the wait is over: if fan-out was slow,
	 * the next wait is longer. */
	for (let wait_s = 2; ; wait_s *= 2) {
		const live = await bob.live();
		const sent = await ann.say(conv, 'settle');
		const { event: { user_index: at } } = await live.next((f) =>
			f.event?.entry?.msg_id === sent.msg_id, 'entry');

		await live.close();
		const began = Date.now();
		const poll = await bob.held({ after: at, wait_s });

		await stack.loseLine(bob.id);
		await ann.say(conv, 'nobody hears it');
		const { body } = await poll.answer;

		assert.ok(Date.now() - began >= wait_s * 1000 - 20);
		if (wait_s < 32 && !body.events.length)
			continue;
		assert.equal(body.head, at + 1);
		assert.equal(body.events.length, 1);
		break;
	}
	await stays.close();
});

test('nothing heard for 2.5 heartbeats: closed', async () => {
	const ann = await signUp(stack, 'ann');
	const r = new Raw(stack.liveUrl);
	const began = Date.now();
	let beats = 0;

	await r.upgrade('/v1/live', ann.auth());
	for (;;) {
		const f = await r.receive();

		if (f.opcode === 8)
			break;
		beats += f.payload.includes('"heartbeat"');
	}
	await r.ended;
	/* Not before that time, and before the third heartbeat was due. */
	assert.ok(Date.now() - began >= 2500 - 20);
	assert.ok(beats <= 2, `${beats} heartbeats`);
	r.destroy();
});

test('a half-open connection goes too', async () => {
	const ann = await signUp(stack, 'ann');
	const r = new Raw(stack.liveUrl);

	await r.upgrade('/v1/live', ann.auth());
	/* Neither reads nor writes nor ends. */
	r.socket.pause();
	await until(() => stack.log('live').includes('why=silent user_id=' +
		ann.id), 'the end of a silent connection');
	r.destroy();
});

test('a Pong, or any other sign of life, keeps it open', async () => {
	const { url } = await startNode(stack, 'patient', ['live.heartbeat_s=4']);
	const ann = await signUp(stack, 'ann');
	const pongs = await open({ url }, ann); /* of the ws package */
	const r = new Raw(url);

	await r.upgrade('/v1/live', ann.auth());
	const signs = setInterval(() => r.write(r.frame(1, '{"ping":1}')), 500);

	/* Silence would have ended it before the third. */
	for (let i = 0; i < 3; i++)
		await pongs.frame('heartbeat');
	clearInterval(signs);
	assert.equal((await pongs.ask('GET', '/v1/users/me')).status, 200);
	r.write(r.frame(1, '{"ping":"alive"}'));
	await r.wait(() => r.data.includes('{"pong":"alive"}'), 'pong');
	assert.equal(r.data.includes('nothing heard'), false);
	r.destroy();
	await pongs.close();
});

test('a session that ended unnoticed ends here within a heartbeat',
	async () => {
		const ann = await signUp(stack, 'ann');
		const live = await ann.live();
		const sse = await ann.sse();

		await stack.sql(`UPDATE session SET ended_ms = ${Date.now()},
			ended_reason = 1 WHERE session_id = ${ann.sessionId}`);
		assert.equal((await live.frame('bye')).reason, 'logged_out');
		assert.equal((await live.closed).code, 4003);
		await sse.frame('bye');
		await sse.closed;
	});

test('a session that expires: 4001, at that moment', async () => {
	/* It has to be open before: a slow machine gets more time for that. */
	for (let left_ms = 3000; ; left_ms *= 2) {
		const ann = await signUp(stack, 'ann');
		const at = Date.now() + left_ms;

		await stack.sql(`UPDATE session SET expires_ms = ${at} WHERE
			session_id = ${ann.sessionId}`);
		await stack.cache('flush_all');
		const live = await open(calm, ann).catch(() => null);

		if (!live && left_ms < 20000)
			continue;
		assert.equal((await live.frame('bye')).reason, 'expired');
		/* Not before, and not with the next heartbeat only. */
		assert.ok(Date.now() - at >= -20);
		assert.deepEqual(live.seen('heartbeat'), []);
		assert.equal((await live.closed).code, 4001);
		break;
	}
});

test('without the inbox service heartbeats go on', async () => {
	stack.announce('ev=service_away');
	stack.announce('prog=inbox .*ev=end');
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();

	await live.frame('heartbeat');
	await stack.service('down', 'inbox');
	await until(() => /ev=service_away service=inbox/.test(stack.log('live')),
		'a question in vain');
	live.items.length = 0;
	const { user_index } = live.hello;

	for (let i = 0; i < 3; i++)
		assert.equal((await live.frame('heartbeat')).user_index, user_index);
	await stack.service('up', 'inbox');
	assert.equal((await live.ask('GET', '/v1/users/me')).status, 200);
	await live.close();
});
