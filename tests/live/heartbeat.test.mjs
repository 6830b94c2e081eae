import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Raw, signUp } from './client.mjs';
import { privateStack, until } from './stack.mjs';

let stack;

before(async () => {
	stack = await privateStack('heartbeat', { 'live.heartbeat_s': 1 });
});
after(() => stack?.done());

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

test('every heartbeat_s, with the figures and a Ping', async () => {
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();
	const sse = await ann.sse();
	const began = Date.now();

	assert.equal(live.hello.heartbeat_s, 1);
	for (let i = 1; i <= 4; i++) {
		const beat = await live.frame('heartbeat', 3000);
		const { user_index, total_unread } = await ann.head();

		assert.deepEqual(beat, { user_index, total_unread });
		await sse.frame('heartbeat', 3000);
	}
	const took = Date.now() - began;

	assert.ok(took > 3000 && took < 6000, `${took} ms`);
	assert.ok(live.pings >= 3 && live.pings <= 5, `${live.pings} pings`);
	await live.close();
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
	const { event: { user_index: at } } = await live.next((f) =>
		f.event?.entry?.msg_id === first.msg_id, 'entry');

	await stack.loseLine(bob.id);
	await ann.say(conv, 'nobody hears it');
	await live.next((f) => f.heartbeat?.user_index === at + 1, 'heartbeat');
	assert.deepEqual(await live.frame('pull'), { user_index: at + 1 });
	/* A new connection writes the line again. */
	const other = await bob.live();

	await ann.say(conv, 'heard again');
	const { event } = await live.next((f) =>
		f.event?.user_index === at + 2, 'next event');

	assert.equal(event.entry.content.text, 'heard again');
	await live.close();
	await other.close();
});

test('nothing heard for 2.5 heartbeats: closed', async () => {
	const ann = await signUp(stack, 'ann');
	const r = new Raw(stack.liveUrl);
	const began = Date.now();

	await r.upgrade('/v1/live', ann.auth());
	await r.closeCode(8000);
	await r.ended;
	const took = Date.now() - began;

	assert.ok(took >= 2400 && took < 6000, `${took} ms`);
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
	const ann = await signUp(stack, 'ann');
	const pongs = await ann.live(); /* of the ws package */
	const r = new Raw(stack.liveUrl);

	await r.upgrade('/v1/live', ann.auth());
	for (let i = 0; i < 8; i++) {
		await pause(500);
		r.write(r.frame(1, '{"ping":1}'));
	}
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
	const ann = await signUp(stack, 'ann');
	const at = Date.now() + 3000;

	await stack.sql(`UPDATE session SET expires_ms = ${at} WHERE
		session_id = ${ann.sessionId}`);
	await stack.cache('flush_all');
	const live = await ann.live();

	await live.frame('heartbeat');
	assert.equal((await live.frame('bye')).reason, 'expired');
	const late = Date.now() - at;

	assert.equal((await live.closed).code, 4001);
	assert.ok(late >= -50 && late < 1000, `${late} ms`);
});

test('without the inbox service heartbeats go on', async () => {
	stack.announce('ev=service_away');
	stack.announce('prog=inbox .*ev=end');
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();

	await live.frame('heartbeat');
	await stack.service('down', 'inbox');
	await pause(1500);
	live.items.length = 0;
	const { user_index } = live.hello;

	for (let i = 0; i < 3; i++)
		assert.equal((await live.frame('heartbeat', 4000)).user_index,
			user_index);
	await stack.service('up', 'inbox');
	assert.equal((await live.ask('GET', '/v1/users/me')).status, 200);
	await live.close();
});
