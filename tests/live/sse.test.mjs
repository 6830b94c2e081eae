import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bus, isProblem, signUp, Sse } from './client.mjs';
import { sharedStack } from './stack.mjs';

let stack;
let bus;

before(async () => {
	stack = await sharedStack();
	bus = new Bus(stack.bus);
});
after(() => {
	bus?.close();
	return stack?.done();
});

test('retry first, then the frames; ids on durable events only',
	async () => {
		const ann = await signUp(stack, 'ann');
		const sse = await ann.sse();
		const res = await sse.opened;

		assert.equal(res.statusCode, 200);
		assert.equal(res.headers['content-type'], 'text/event-stream');
		assert.equal(res.headers['cache-control'], 'no-store');
		assert.ok(res.headers['x-request-id']);
		const hello = await sse.frame('hello');

		/* Not the same for all. */
		const retries = [sse.retry];

		for (let i = 0; i < 8; i++) {
			const one = await ann.sse();

			await one.frame('hello');
			retries.push(one.retry);
			one.close();
		}
		assert.ok(retries.every((ms) => ms >= 1500 && ms < 4500));
		assert.ok(new Set(retries).size > 1);
		assert.equal(hello.session_id, ann.sessionId);
		assert.equal(hello.stream_id, ann.streamId);
		const at = hello.user_index;

		// One after another: an ephemeral event may overtake a durable one.
		await bus.event(ann.id, at + 1);
		await sse.next((f) => f.event?.user_index === at + 1, 'event');
		await bus.publish(1, [[ann.id, 0]], { type: 'typing', at: 1 });
		await sse.next((f) => f.event?.type === 'typing', 'typing');
		await bus.event(ann.id, at + 2);
		await sse.next((f) => f.event?.user_index === at + 2, 'event');
		assert.deepEqual(sse.ids, [null, String(at + 1), null,
			String(at + 2)]);
		sse.close();
	});

test('after, and Last-Event-ID which wins', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const conv = await ann.group(bob);
	const live = await bob.live({ after: 0 });
	const at = live.hello.user_index;

	for (let i = 0; i < 3; i++)
		await ann.say(conv, `${i}`);
	let head = at;

	for (let i = 0; i < 3;) {
		const f = await live.next((m) => m.event?.user_index, 'event');

		i += f.event.type === 'entry' &&
			f.event.entry.kind === 'message' ? 1 : 0;
		head = f.event.user_index;
	}
	await live.close();
	for (const [query, headers, from] of [
		[{ after: head - 2 }, {}, head - 2],
		[{}, { 'last-event-id': String(head - 1) }, head - 1],
		[{ after: 0 }, { 'last-event-id': String(head - 1) }, head - 1],
	]) {
		const sse = await bob.sse(query, headers);

		assert.equal((await sse.frame('hello')).resumed_from, from);
		for (let i = from + 1; i <= head; i++) {
			const f = await sse.next((m) => m.event, 'event');

			assert.equal(f.event.user_index, i);
		}
		assert.deepEqual(sse.ids.slice(1), Array.from({ length: head - from },
			(_, i) => String(from + 1 + i)));
		sse.close();
	}
});

test('too_old and pull are frames without id', async () => {
	const ann = await signUp(stack, 'ann');
	const sse = await ann.sse({ after: 1000000 });
	const { user_index: at } = await sse.frame('hello');

	assert.deepEqual(await sse.frame('too_old'),
		{ stream_id: ann.streamId, user_index: at });
	await bus.event(ann.id, at + 2);
	assert.deepEqual(await sse.frame('pull'), { user_index: at + 2 });
	assert.deepEqual(sse.ids, [null, null, null]);
	sse.close();
});

test('refused: 401, and 400 for bad options', async () => {
	const ann = await signUp(stack, 'ann');
	const none = await fetch(ann.url('/v1/live/events'));

	assert.equal(none.status, 401);
	isProblem(await none.json(), 401, 'unauthenticated');
	for (const [query, headers, field] of [
		[{ after: 'x' }, {}, 'after'], [{ wait_s: 1 }, {}, 'wait_s'],
		[{}, { 'last-event-id': 'x' }, 'Last-Event-ID']]) {
		const res = await fetch(ann.url('/v1/live/events', query),
			{ headers: { ...ann.auth(), ...headers } });

		assert.equal(res.status, 400);
		isProblem(await res.json(), 400, 'invalid_argument', field);
	}
});

test('a ticket opens it', async () => {
	const ann = await signUp(stack, 'ann');
	const sse = new Sse(ann.url('/v1/live/events',
		{ ticket: await ann.ticket() }));

	assert.equal((await sse.frame('hello')).session_id, ann.sessionId);
	sse.close();
});
