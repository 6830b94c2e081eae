/**
 * Many clients at once: nothing is done for those who have gone, whoever would
 * wait too long is told when to come back, and the others notice little.
 *
 * IM_RUSH_CLIENTS: how many come back at once (make drill).
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { isProblem, Live, Raw, refused, signUp } from './client.mjs';
import { figure } from './figures.mjs';
import { privateStack, until } from './stack.mjs';

const CLIENTS = Number(process.env.IM_RUSH_CLIENTS ?? 200);
const IN_FLIGHT = 2; /* live.service_max */
const SHARE = 1; /* of one user, of these */
const USERS = 10;
const PATIENCE_MS = 6000;

let stack;
let ann;
let bob;

before(async () => {
	stack = await privateStack('rush', { 'live.service_max': IN_FLIGHT,
		'live.patience_s': 2, 'live.per_user_max': 20000,
		'live.request_s': 300, 'rate.read': 0 });
	ann = await signUp(stack, 'ann');
	bob = await signUp(stack, 'bob');
});
after(() => stack?.done());

/** A counter or gauge of im-live. */
async function counter(name) {
	const text = await (await fetch(`${stack.url}/metrics`)).text();

	for (const line of text.split('\n')) {
		const [, found, labels, value] =
			/^(\w+)\{(.*)\} (\d+)$/.exec(line) ?? [];
		const rest = labels?.replace(/,?program="im-live",?/, '');

		if (labels?.includes('program="im-live"') &&
			(rest ? `${found}{${rest}}` : found) === name)
			return Number(value);
	}
	return 0;
}

const opens = (outcome) => counter(
	`imcloud_live_opens_total{outcome="${outcome}"}`);

const head = (who, more = '') => `GET /v1/live${more} HTTP/1.1\r\nHost: x\r\n` +
	'Upgrade: websocket\r\nConnection: Upgrade\r\n' +
	'Sec-WebSocket-Version: 13\r\n' +
	'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
	`Authorization: Bearer ${who.token}\r\n\r\n`;

/** n clients that have asked to open. */
async function knock(n) {
	const rs = Array.from({ length: n }, () => new Raw(stack.liveUrl));

	for (const r of rs) {
		await r.connected;
		r.write(head(ann));
	}
	/* Two answers later im-live has read what these have written. */
	for (let i = 0; i < 2; i++) {
		const r = new Raw(stack.liveUrl);

		r.write('GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n');
		assert.equal((await r.answer()).status, 404);
	}
	return rs;
}

const isOpen = (r) => r.data.includes('HTTP/1.1 101 ');

test('nobody is opened who has gone', async () => {
	await stack.service('pause', 'user');
	const rs = await knock(40);

	for (const r of rs)
		r.destroy();
	await until(async () => await opens('dropped') === 40 - IN_FLIGHT,
		'dropped openings');
	await stack.service('cont', 'user');
	await until(async () => await opens('gone') === IN_FLIGHT,
		'openings for nobody');
	assert.equal(await opens('answered'), 0);
	assert.equal(await counter('imcloud_live_calls_dropped_total'),
		40 - IN_FLIGHT);
});

test('reads of a client that has gone are dropped, sends are made', async () => {
	const conv = await ann.group(bob);
	const live = await ann.live();
	const dropped = () => counter('imcloud_live_calls_dropped_total');
	const before = await dropped();

	await stack.service('pause', 'user');
	for (let i = 0; i < 10; i++)
		live.send({ id: i, method: 'GET', path: '/v1/users/me' });
	for (let i = 0; i < 10; i++)
		live.send({ id: 10 + i, method: 'PATCH', path: '/v1/users/me',
			body: { display_name: `Ann ${i}` } });
	live.send({ ping: 1 });
	await live.frame('pong');
	live.ws.terminate();
	await until(async () => await dropped() === before + 10 - SHARE,
		'dropped reads');
	await stack.service('cont', 'user');
	await until(async () => (await ann.must('GET', '/v1/users/me'))
		.display_name.startsWith('Ann'), 'changes');
	assert.ok(conv);
});

test('others do not wait behind those who open', async () => {
	const live = await bob.live();

	await stack.service('pause', 'user');
	const rs = await knock(40);
	/* How many have been opened when bob has his answer. */
	const ahead = live.ask('GET', '/v1/users/me').then(() =>
		rs.filter(isOpen).length);

	live.send({ ping: 1 });
	await live.frame('pong');
	await stack.service('cont', 'user');
	assert.ok(await ahead <= 10, `${await ahead} before bob`);
	await until(() => rs.every(isOpen), 'openings');
	for (const r of rs)
		r.destroy();
	await live.close();
});

test('who would wait too long is told when to come back', async () => {
	const ticket = await bob.ticket();
	const times = new Set();

	await stack.service('pause', 'user');
	const rs = await knock(IN_FLIGHT + 1);
	const first = await until(async () => {
		const live = new Live(bob.url(), { headers: bob.auth() });

		/* It waits, or it is refused. */
		const r = await Promise.race([refused(live),
			new Promise((done) => setTimeout(done, 500))]);

		live.ws.on('error', () => {});
		live.ws.terminate();
		return r;
	}, 'refusal');

	isProblem(first.body, 503, 'busy');
	assert.ok(Number(first.headers['retry-after']) > 0);
	for (let i = 0; i < 10; i++)
		times.add((await refused(new Live(bob.url(),
			{ headers: bob.auth() }))).body.retry_after_ms);
	assert.ok(times.size > 3, 'each has a time of its own');
	/* A browser does not see a status. */
	const live = new Live(bob.url('/v1/live', { ticket }));
	const bye = await live.frame('bye');

	assert.equal(bye.reason, 'busy');
	assert.ok(bye.retry_after_ms > 0);
	assert.equal((await live.closed).code, 1013);
	assert.ok(await opens('refused') >= 12);
	await stack.service('cont', 'user');
	await until(() => rs.every(isOpen), 'those who waited');
	for (const r of rs)
		r.destroy();
});

/**
 * One try: {socket}, open and with the event after `from`, or {retry_ms}. Its
 * handlers are its own: a Raw looks at its data too often for thousands.
 */
function attempt(who, from, seen) {
	const { hostname, port } = new URL(stack.liveUrl);
	const socket = net.connect({ host: hostname, port: Number(port) });
	const event = new RegExp(`"event":\\{[^\\n]*"user_index":${from + 1}[,}]`);
	let text = '';

	socket.write(head(who, `?after=${from}`));
	return new Promise((resolve) => {
		const leave = (retry_ms) => {
			socket.destroy();
			resolve({ retry_ms });
		};
		const timer = setTimeout(() => {
			seen.impatient++;
			leave(0);
		}, PATIENCE_MS);

		socket.setEncoding('latin1');
		socket.on('data', (data) => {
			const was = text.startsWith('HTTP/1.1 101');

			text += data;
			if (!was && text.startsWith('HTTP/1.1 101')) {
				clearTimeout(timer);
				seen.open++;
			}
			if (event.test(text))
				resolve({ socket });
		});
		socket.on('error', () => {});
		socket.on('close', () => {
			const [, ms] = /"retry_after_ms":(\d+)/.exec(text) ?? [0, 500];

			clearTimeout(timer);
			seen.refused += text.startsWith('HTTP/1.1 503');
			leave(Number(ms));
		});
	});
}

/** Comes back until it is open and has the event after `from`. */
async function comeBack(who, from, seen) {
	for (;;) {
		const { socket, retry_ms: ms } = await attempt(who, from, seen);

		if (socket)
			return socket;
		await new Promise((done) => setTimeout(done, ms));
	}
}

/** The memory of im-live, in kB: {peak, pss}. */
function memory() {
	const kb = (file, name) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm')
		.exec(readFileSync(`/proc/${stack.pid('live')}/${file}`, 'utf8'))[1]);

	return { peak: kb('status', 'VmHWM'), pss: kb('smaps_rollup', 'Pss') };
}

test(`${CLIENTS} come back at once: all are in, and caught up`, async (t) => {
	const users = [];

	while (users.length < USERS)
		users.push(await signUp(stack, `u${users.length}`));
	const from = await Promise.all(users.map(async (u) =>
		(await u.head()).user_index));
	const was = { gone: await opens('gone'), answered: await opens('answered') };
	const seen = { open: 0, refused: 0, impatient: 0 };

	await Promise.all(users.map((u) => u.group(ann)));
	await Promise.all(users.map((u, i) => until(async () =>
		(await u.head()).user_index > from[i], 'fan-out')));
	const began = Date.now();
	const rs = await Promise.all(Array.from({ length: CLIENTS }, (_, i) =>
		comeBack(users[i % USERS], from[i % USERS], seen)));
	const took = Date.now() - began;
	const { peak, pss } = memory();
	const gone = await opens('gone') - was.gone;

	assert.equal(seen.open, CLIENTS);
	assert.equal(await opens('answered') - was.answered, CLIENTS);
	/* Only of those who left may the call have been under way. */
	assert.ok(gone <= seen.impatient, `${gone} opened for nobody`);
	figure(t, `${CLIENTS} clients back in ${took} ms; refused ${
		seen.refused} times, impatient ${seen.impatient} times; ` +
		`opened for nobody ${gone}`);
	figure(t, `im-live: peak RSS ${peak} kB, PSS with all of them ${pss} kB`);
	for (const r of rs)
		r.destroy();
});
