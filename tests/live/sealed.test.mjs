/* Two hosts: nodes that reach each other over TCP, with [bus] key. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Live, Raw, signUp } from './client.mjs';
import { freePort, startNode } from './node.mjs';
import { privateStack } from './stack.mjs';

let stack;
let two;
let port;

before(async () => {
	port = await freePort();
	const bus = [`127.0.0.1:${port}`,
		`127.0.0.1:${await freePort()}`];

	stack = await privateStack('sealed', () => ({
		'bus.key': '0123456789abcdef0123456789abcdef',
		'bus.nodes': `live1=${bus[0]},live2=${bus[1]}`,
		'live.bus': bus[0] }));
	two = await startNode(stack, 'live2', [`live.bus=${bus[1]}`]);
});
after(() => stack?.done());

/** The next presence event about somebody. */
async function state(live, who) {
	const { event } = await live.next((f) => f.event?.type === 'presence' &&
		f.event.user_id === who.id, `presence of ${who.name}`);

	return event.state;
}

/* Frames of a node to a node: each of them is one more packet of the same
 * connection. */
test('nodes believe each other', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const here = await ann.live();

	here.send({ subscribe: { presence: [bob.id] } });
	assert.equal(await state(here, bob), 'offline');
	const there = new Live(`${two.url}/v1/live`, { headers: bob.auth() });

	await there.frame('hello');
	assert.equal(await state(here, bob), 'online');
	for (const s of ['away', 'online', 'away']) {
		there.send({ state: s === 'away' ? 'background' : 'foreground' });
		assert.equal(await state(here, bob), s);
	}
	await there.close();
	await here.close();
	const text = await (await fetch(`${stack.url}/metrics`)).text();

	assert.match(text,
		/^imcloud_bus_forged_total{program="im-live"} 0$/m);
});

test('a service reaches both', async () => {
	const ann = await signUp(stack, 'cleo');
	const bob = await signUp(stack, 'dan');
	const conv = await ann.group(bob);
	const there = new Live(`${two.url}/v1/live`, { headers: bob.auth() });

	await there.frame('hello');
	const sent = await ann.say(conv, 'sealed');

	await there.next((f) => f.event?.entry?.msg_id === sent.msg_id, 'entry');
	await there.close();
});

/* Without the key, a connection would cost nothing but its descriptor. */
test('who says no hello is not kept', async () => {
	for (const start of ['', 'IMB1']) {
		const raw = new Raw(`http://127.0.0.1:${port}`);
		let over = null;

		raw.write(start);
		raw.ended.then((how) => {
			over = how;
		});
		await raw.wait(() => over, 'end of the connection');
	}
	const ann = await signUp(stack, 'eve');
	const live = await ann.live();

	await live.ask('GET', '/v1/users/me');
	await live.close();
});
