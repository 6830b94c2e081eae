/**
 * Users beside others who are stuck or rude: they notice little.
 *
 * LOCK_DRILL_MS, FLOOD_DRILL_MS: how long a send or its delivery may take beside
 * a lock of 7 s, and the p99 of a ping beside clients that flood (make drill).
 * Without them only order counts.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Live, signUp } from './client.mjs';
import { figureOf } from './figures.mjs';
import { privateStack, until } from './stack.mjs';

const LOCK_MS = Number(process.env.LOCK_DRILL_MS ?? 0);
const FLOOD_MS = Number(process.env.FLOOD_DRILL_MS ?? 0);
const HELD_MS = LOCK_MS ? 7000 : 0;
const PINGS = FLOOD_MS ? 3000 : 50;
const OTHERS = 10;
const CROWD = 17; /* more than fanout.now_members */
const STUCK = 20;
const FLOODERS = 10;

let stack;
let eve;
let mal;
let others; /* in a ring: {who, live, next, convs} */

before(async () => {
	stack = await privateStack('beside', { 'rate.send': 0 });
	/* Sends that wait for a lock for longer than db.lock_wait_s. */
	stack.announce('route=message.send status=503');
	eve = await signUp(stack, 'eve');
	mal = await signUp(stack, 'mal');
	const crowd = [];

	while (crowd.length < CROWD)
		crowd.push(await signUp(stack, `u${crowd.length}`));
	const large = await crowd[0].group(...crowd.slice(1));

	others = await Promise.all(crowd.slice(0, OTHERS).map(async (who, i) => ({
		who, live: await who.live(), next: (i + 1) % OTHERS,
		/* One that the send serves itself, and one that im-fanout does. */
		convs: [await who.group(crowd[(i + 1) % OTHERS]), large] })));
});
after(() => stack?.done());

const message = (id) => ({ client_msg_id: id, type: 'text',
	content: { text: id } });
const path = (conv) => `/v1/conversations/${conv}/messages`;
const received = (live, id) => live.next((f) =>
	f.event?.entry?.content?.text === id, `message ${id}`);

/** A send over HTTP or a WebSocket: when it was answered, and received. */
async function once(other, conv, overHttp, times) {
	const id = randomBytes(8).toString('hex');
	const began = performance.now();
	const took = (list) => list.push(performance.now() - began);
	const got = received(others[other.next].live, id)
		.then(() => took(times.deliveries));
	const { status } = await (overHttp
		? other.who.http('POST', path(conv), message(id))
		: other.live.ask('POST', path(conv), message(id)));

	took(times.sends);
	assert.equal(status, 201);
	await got;
}

/** All of the others at once, each in both conversations and both ways. */
async function talk(ms) {
	const times = { sends: [], deliveries: [] };
	const end = performance.now() + ms;

	await Promise.all(others.map(async (other) => {
		for (let i = 0; i < 4 || performance.now() < end; i++) {
			await once(other, other.convs[i & 1], i & 2, times);
			if (ms)
				await pause(50);
		}
	}));
	return times;
}

/** Repeated until it is accepted. */
async function insist(who, conv, id) {
	for (;;) {
		const a = await who.http('POST', path(conv), message(id));

		if (a.status === 201 || a.status === 200)
			return a.body;
		assert.equal(a.status, 503);
		await pause(a.body.retry_after_ms);
	}
}

/** STUCK sends to eve by two users. */
const sendsTo = (conv) => Array.from({ length: STUCK }, (_, i) =>
	insist(i & 1 ? eve : mal, conv, `stuck-${conv}-${i}`));

async function talkBesideLock(t, what, statement, begin) {
	const alone = await talk(HELD_MS / 2);
	const lock = stack.hold(statement);

	await lock.held;
	const { isStuck, over } = await begin();
	const beside = await talk(HELD_MS);

	assert.ok(await isStuck(), 'the lock is in nobody\'s way');
	await lock.release();
	await over();
	const longest = ['sends', 'deliveries'].map((list) => {
		figureOf(t, `${list} of others before the ${what} is locked`,
			alone[list]);
		return figureOf(t, `${list} of others while it is`,
			beside[list]).longest;
	});

	if (LOCK_MS)
		assert.ok(longest.every((ms) => ms < LOCK_MS), `${longest} ms`);
}

test('a locked log of a conversation holds up nobody else', async (t) => {
	const conv = await mal.group(eve);

	await talkBesideLock(t, 'log', `SELECT 1 FROM conv_seq
		WHERE conv_id = ${conv} FOR UPDATE`, async () => {
		let answered = 0;
		const sends = sendsTo(conv);

		for (const s of sends)
			s.then(() => answered++);
		await until(async () => Number(await stack.sql(`SELECT variable_value
			FROM information_schema.global_status
			WHERE variable_name = 'INNODB_ROW_LOCK_CURRENT_WAITS'`)) > 0,
		'a send that waits');
		return { isStuck: () => answered === 0,
			over: () => Promise.all(sends) };
	});
});

test('a locked inbox of a user holds up nobody else', async (t) => {
	const conv = await mal.group(eve);
	const live = await eve.live();

	await talkBesideLock(t, 'inbox', `SELECT 1 FROM user_seq
		WHERE user_id = ${eve.id} FOR UPDATE`, async () => {
		const sends = sendsTo(conv);

		await Promise.all(sends);
		return {
			isStuck: () => !live.seen('event').some((e) =>
				e.entry?.content?.text?.startsWith('stuck')),
			over: async () => {
				for (let i = 0; i < STUCK; i++)
					await received(live, `stuck-${conv}-${i}`);
			},
		};
	});
	await live.close();
});

async function ping(live, n) {
	const began = performance.now();

	live.send({ ping: n });
	await live.next((f) => f.pong === n, 'pong');
	return performance.now() - began;
}

async function pings(live) {
	const times = [];

	while (times.length < PINGS) {
		times.push(await ping(live, times.length));
		await pause(1);
	}
	return times;
}

test('clients that flood hold up nobody else', async (t) => {
	const live = new Live(`${stack.liveUrl}/v1/live`,
		{ headers: mal.auth() });

	await live.frame('hello');
	const alone = await pings(live);
	const rude = others.slice(0, FLOODERS).map((o) => o.who);
	const flooder = spawn(process.execPath, [
		fileURLToPath(new URL('flooder.mjs', import.meta.url)),
		stack.liveUrl, mal.id,
		...rude.map((who) => who.token)],
	{ stdio: ['pipe', 'pipe', 'inherit'] });
	let said = '';

	flooder.stdout.on('data', (text) => {
		said += text;
	});
	const ended = new Promise((done) => {
		flooder.on('close', done);
	});

	await until(() => said.startsWith('open\n'), 'flooders');
	const beside = await pings(live);

	flooder.stdin.end();
	assert.equal(await ended, 0);
	await until(() => rude.every((who) => new RegExp(
		`ev=close .* user_id=${who.id} `).test(stack.log('live'))), 'their end');
	const got = JSON.parse(said.slice(5));

	assert.equal(got.length, FLOODERS);
	assert.ok(got.every((n) => n > 0), 'one was cut off');
	figureOf(t, `pings of others before ${FLOODERS} clients flood`, alone);
	const { p99 } = figureOf(t, 'pings of others while they do', beside);

	if (FLOOD_MS)
		assert.ok(p99 < FLOOD_MS, `p99 ${p99} ms`);
	await live.close();
});
