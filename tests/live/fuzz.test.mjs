/**
 * Clients that do what they like and go when they like, while services stop,
 * the bus carries garbage, and im-live is told to end. IM_FUZZ_STEPS and
 * IM_FUZZ_SEED: how long, and which way; make drill takes a long one.
 */

import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { Bus, Live, Raw, signUp } from './client.mjs';
import { startNode } from './node.mjs';
import { privateStack, until } from './stack.mjs';

const STEPS = Number(process.env.IM_FUZZ_STEPS ?? 400);
const SEED = Number(process.env.IM_FUZZ_SEED ?? 20261128);
const CLIENTS_MAX = 24;
const SERVICES = ['user', 'inbox', 'message', 'conversation'];

let stack;
let people;
let conv;
let node;
let state = SEED;
const clients = [];
const stopped = new Set();

/** mulberry32: below n. */
function random(n) {
	state = (state + 0x6d2b79f5) | 0;
	let t = Math.imul(state ^ state >>> 15, 1 | state);

	t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
	return ((t ^ t >>> 14) >>> 0) % n;
}

const pick = (list) => list[random(list.length)];
const garbage = (n) => Buffer.from(Array.from({ length: n },
	() => random(256)));

before(async () => {
	stack = await privateStack('fuzz', { 'live.per_user_max': 8,
		'live.request_s': 5, 'live.frames_per_s': 200 });
	stack.announce('ev=(service_away|bus|cache)');
	stack.announce('prog=(message|inbox|user|conversation) .*ev=end');
	people = [];
	for (const name of ['ann', 'bob', 'cleo'])
		people.push(await signUp(stack, name));
	conv = await people[0].group(...people.slice(1));
	await start();
});
after(() => stack?.done());

let died; /* fails if im-live ends without having been told to */
let told;

async function start() {
	node = await startNode(stack, 'fuzz', []);
	const { live } = node;

	told = false;
	died = live.ended.then((how) => {
		if (!told)
			throw new Error(`im-live has ended: ${JSON.stringify(how)}\n${
				live.log.slice(-6000)}`);
		return new Promise(() => {});
	});
	died.catch(() => {});
	node.garbageBus = new Bus(node.bus);
}

/* ---- what clients say ---- */

const paths = () => ['/v1/users/me', '/v1/inbox?after=0', '/v1/nothing',
	`/v1/conversations/${conv}/messages`, '/v1/conversations', '/v1/live'];

const words = [
	() => ({ ping: random(1000) }),
	() => ({ ack: random(50) }),
	() => ({ state: pick(['foreground', 'background']) }),
	() => ({ subscribe: { presence: people.map((p) => p.id) } }),
	() => ({ unsubscribe: { presence: [pick(people).id] } }),
	() => ({ id: random(99), method: 'GET', path: pick(paths()) }),
	() => ({ id: random(99), method: 'POST',
		path: `/v1/conversations/${conv}/messages`,
		body: { client_msg_id: `f-${random(1e9)}`, type: 'text',
			content: { text: 'x'.repeat(random(3000)) } } }),
	() => ({ nonsense: 1 }),
];

/** One WebSocket frame, mostly a good one. */
function frame(r) {
	const text = JSON.stringify(pick(words)());

	switch (random(14)) {
	case 0: return r.frame(pick([1, 2, 3, 8, 9, 10]), garbage(random(100)));
	case 1: return r.frame(1, text.slice(0, random(text.length)));
	case 2: return r.frame(9, garbage(random(126)));
	case 3: return Buffer.concat([r.frame(1, text.slice(0, 5), { fin: false }),
		r.frame(0, text.slice(5))]);
	default: return r.frame(1, text);
	}
}

/* ---- steps ---- */

function head(who) {
	const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\n' +
		'Sec-WebSocket-Version: 13\r\n' +
		'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
	const [path, more] = pick([['/v1/live', upgrade], ['/v1/live', upgrade],
		['/v1/live?after=0', upgrade], ['/v1/live/events', ''],
		['/v1/live/poll?wait_s=2', ''], ['/v1/live/poll?after=0', '']]);

	return { isSocket: Boolean(more), text: `GET ${path} HTTP/1.1\r\n` +
		`Host: x\r\n${more}Authorization: Bearer ${who.token}\r\n\r\n` };
}

function open() {
	if (clients.length >= CLIENTS_MAX)
		leave();
	const r = new Raw(node.url);
	const { isSocket, text } = head(pick(people));

	r.isSocket = isSocket;
	r.write(random(10) ? text : text.slice(0, random(text.length)));
	/* Frames before the answer, too. */
	if (isSocket && !random(2))
		r.write(Buffer.concat(Array.from({ length: random(5) },
			() => frame(r))));
	clients.push(r);
}

function talk() {
	const r = clients.length ? pick(clients) : null;

	if (!r?.isSocket || r.socket.destroyed)
		return;
	const bytes = Buffer.concat(Array.from({ length: 1 + random(60) },
		() => frame(r)));

	r.write(random(4) ? bytes : bytes.subarray(0, random(bytes.length)));
}

function leave() {
	if (!clients.length)
		return;
	const [r] = clients.splice(random(clients.length), 1);

	switch (random(3)) {
	case 0: r.socket.resetAndDestroy(); break;
	case 1: r.socket.end(); r.socket.resume(); break;
	default: r.destroy();
	}
}

function deafen() {
	if (clients.length)
		pick(clients).socket[pick(['pause', 'resume'])]();
}

async function stopService() {
	const name = pick(SERVICES);

	if (stopped.has(name) || random(3) === 0) {
		await stack.service('cont', name);
		stopped.delete(name);
	} else if (random(3)) {
		await stack.service('pause', name);
		stopped.add(name);
	} else {
		await stack.service('kill', name);
	}
}

async function contAll() {
	for (const name of stopped)
		await stack.service('cont', name);
	stopped.clear();
}

/** Bytes that are no frame, half a frame, and frames of all types. */
async function busGarbage() {
	const socket = net.connect(node.bus);
	const bus = node.garbageBus;

	socket.on('error', () => {});
	socket.end(garbage(random(200)));
	await bus.publish(random(8), people.map((p) => [p.id, random(2000)]),
		pick([{ type: 'test', at: 1 }, 'nonsense', '"a":', '"reason":"kicked"',
			{ user_id: people[0].id, state: 'online' }]));
}

async function end() {
	node.garbageBus.close();
	told = true;
	node.live.kill('SIGTERM');
	await contAll();
	assert.deepEqual(await node.live.ended, { code: 0, signal: null });
	clients.splice(0).forEach((r) => r.destroy());
}

const steps = [...Array(12).fill(open), ...Array(20).fill(talk),
	...Array(12).fill(leave), ...Array(3).fill(deafen),
	...Array(3).fill(busGarbage), stopService];

async function works() {
	const who = pick(people);
	const live = await until(async () => {
		const l = new Live(`${node.url}/v1/live`, { headers: who.auth() });

		return l.opened.then(() => l, () => null);
	}, 'opening');

	await live.frame('hello');
	await until(async () => (await live.ask('GET', '/v1/users/me'))
		.status === 200, 'an answer');
	await live.close();
}

test(`${STEPS} random steps with seed ${SEED} do not end im-live`, async () => {
	for (let i = 1; i <= STEPS; i++) {
		/* A step may wait for what does not come any more. */
		await Promise.race([pick(steps)(), died]);
		if (i % 5 === 0)
			await new Promise((done) => setTimeout(done, random(20)));
		if (i % 100 === 0) {
			await contAll();
			await Promise.race([works(), died]);
		}
		if (i % 200 === 0) {
			await end();
			await start();
		}
	}
	await contAll();
	await works();
	await end();
});
