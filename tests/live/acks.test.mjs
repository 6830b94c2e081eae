/** Acks: who is told of them, and how often. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isProblem, Raw, signUp } from './client.mjs';
import { sharedStack } from './stack.mjs';

let stack;
let ann;
let others;
let conv;

before(async () => {
	stack = await sharedStack();
	ann = await signUp(stack, 'ann');
	others = [];
	for (const name of ['ben', 'cat', 'dan', 'eva', 'fay'])
		others.push(await signUp(stack, name));
	conv = await ann.group(...others);
});
after(() => stack?.done());

const delivered = (live) => live.seen('event').filter((e) =>
	e.type === 'delivered');

/** What im-live was told before is on the way to the client before this. */
async function settled(live) {
	live.send({ ping: 'settled' });
	await live.next((f) => f.pong === 'settled', 'pong');
}

/** The entry of this index, as an event. */
const entry = (live, index) => live.next((f) =>
	f.event?.conv_id === conv && f.event.entry?.conv_index === index, 'entry');

test('the acks of a group are told to the sender alone', async () => {
	const a = await ann.live();
	const lives = await Promise.all(others.map((o) => o.live()));
	const { conv_index: index } = await ann.say(conv, 'all of you');

	for (const live of lives)
		live.send({ ack: (await entry(live, index)).event.user_index });
	for (const o of others)
		await a.next((f) => f.event?.type === 'delivered' &&
			f.event.user_id === o.id && f.event.conv_index === index,
		'delivered');
	for (const live of lives) {
		await settled(live);
		assert.deepEqual(delivered(live), []);
		await live.close();
	}
	await settled(a);
	assert.deepEqual(delivered(a), []);
	await a.close();
});

test('acks in quick succession are one', async () => {
	const [ben] = others;
	const a = await ann.live();
	const b = await ben.live();
	const indexes = [];

	for (let i = 0; i < 30; i++) {
		const { conv_index: index } = await ann.say(conv, `${i}`);

		indexes.push((await entry(b, index)).event.user_index);
	}
	await b.close();
	const r = new Raw(stack.liveUrl);

	await r.upgrade('/v1/live', ben.auth());
	await r.receive();
	r.write(Buffer.concat(indexes.map((ack) =>
		r.frame(1, JSON.stringify({ ack })))));
	const last = (await ann.must('GET', `/v1/conversations/${conv}`))
		.last_index;
	const mark = (f) => f.event?.type === 'delivered' &&
		f.event.user_id === ben.id;
	let n = 0;

	while ((await a.next(mark, 'delivered')).event.conv_index !== last)
		n++;
	assert.ok(n <= 10, `${n} events before the last of 30 acks`);
	r.destroy();
	await a.close();
});

test('what was acked before the close counts', async () => {
	const [ben] = others;
	const a = await ann.live();
	const b = await ben.live();
	let index;

	for (let i = 0; i < 3; i++) {
		index = (await ann.say(conv, `${i}`)).conv_index;
		b.send({ ack: (await entry(b, index)).event.user_index });
	}
	b.ws.close();
	await a.next((f) => f.event?.type === 'delivered' &&
		f.event.user_id === ben.id && f.event.conv_index === index,
	'delivered');
	await a.close();
});

test('a shown conversation is named by its id, in the foreground', async () => {
	const a = await ann.live({ conv_id: conv });

	for (const bad of ['', '0', 'x', 7, null]) {
		a.send({ state: 'foreground', conv_id: bad });
		isProblem((await a.frame('error')), 400, 'invalid_argument',
			'conv_id');
	}
	for (const bad of [{ state: 'background', conv_id: conv },
		{ ping: 1, conv_id: conv }, { conv_id: conv }]) {
		a.send(bad);
		assert.equal((await a.frame('error')).code, 'invalid_argument');
	}
	a.send({ conv_id: conv, state: 'foreground' });
	await settled(a);
	assert.deepEqual(a.seen('error'), []);
	await a.close();
	isProblem((await ann.poll({ conv_id: 'x' })).body, 400,
		'invalid_argument', 'conv_id');
});
