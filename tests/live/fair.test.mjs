import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { count, Live, repeat, rude, signUp } from './client.mjs';
import { startNode } from './node.mjs';
import { privateStack, until } from './stack.mjs';

const MESSAGE_MS = 30000; /* that an unfinished message may take */

let stack;
let pipelining;

before(async () => {
	stack = await privateStack('fair', { 'db.lock_wait_s': 50 });
	pipelining = await pipeline(await signUp(stack, 'zoe'));
});
after(() => {
	clearInterval(pipelining?.timer);
	pipelining?.r.destroy();
	return stack?.done();
});

async function open(url, who) {
	const live = new Live(`${url}/v1/live`, { headers: who.auth() });

	await live.frame('hello');
	return live;
}

/** What reached im-live earlier is handled. */
async function handled(live) {
	live.send({ ping: 1 });
	await live.frame('pong');
}

/** A client that is always in the middle of a message. */
async function pipeline(who) {
	const r = await rude(stack.liveUrl, who);
	const made = { r, began: Date.now(), sent: 0, timer: null };
	let rest = Buffer.alloc(0);

	made.timer = setInterval(() => {
		const next = r.frame(1, `{"ping":"zoe${made.sent++}"}`);

		r.write(Buffer.concat([rest, next.subarray(0, 9)]));
		rest = next.subarray(9);
	}, 100);
	return made;
}

test('a subscription that is repeated is checked once at a time', async () => {
	const eve = await signUp(stack, 'eve');
	const bob = await signUp(stack, 'bob');
	const { url } = await startNode(stack, 'watch', ['live.service_max=1']);
	const live = await open(url, bob);
	const r = await rude(url, eve);

	await stack.service('pause', 'user');
	repeat(r, 300, () => ({ subscribe: { presence: [bob.id] } }));
	repeat(r, 1, () => ({ ping: 'end' }));
	await r.wait(() => count(r, '"end"'), 'pong');
	const me = live.ask('GET', '/v1/users/me');

	await handled(live);
	await stack.service('cont', 'user');
	assert.equal((await me).status, 200);
	/* That under way, and all that came meanwhile. */
	await r.wait(() => count(r, '"presence"') >= 2, 'states');
	repeat(r, 1, () => ({ id: 'last', method: 'GET', path: '/v1/users/me' }));
	await r.wait(() => count(r, '"last"'), 'answer');
	assert.equal(count(r, '"presence"'), 2);
	r.destroy();
	await live.close();
});

test('calls that wait for a service: users take turns', async () => {
	const eve = await signUp(stack, 'eve');
	const bob = await signUp(stack, 'bob');
	const { url } = await startNode(stack, 'turns', ['live.service_max=1']);
	const live = await open(url, bob);
	const rs = [await rude(url, eve), await rude(url, eve)];

	await stack.service('pause', 'user');
	for (const r of rs) {
		repeat(r, 60, (id) => ({ id, method: 'GET', path: '/v1/users/me' }));
		repeat(r, 1, () => ({ ping: 'end' }));
		await r.wait(() => count(r, '"end"'), 'pong');
	}
	/* How many of eve's have been answered when bob's is. */
	const ahead = live.ask('GET', '/v1/users/me').then(() =>
		rs.reduce((n, r) => n + count(r, '"status":200'), 0));

	await handled(live);
	await stack.service('cont', 'user');
	assert.ok(await ahead <= 60, `${await ahead} of one user first`);
	for (const r of rs) {
		await r.wait(() => count(r, '"status":200') === 60, 'answers');
		r.destroy();
	}
	await live.close();
});

test('the slow calls of one user leave room for others', async () => {
	const eve = await signUp(stack, 'eve');
	const bob = await signUp(stack, 'bob');
	const conv = await eve.group();
	const own = await bob.group();
	const { url } = await startNode(stack, 'share', ['live.service_max=4',
		'live.request_s=300']);
	const live = await open(url, bob);
	const rs = [await rude(url, eve), await rude(url, eve)];
	/* Who changes it waits for us. */
	const lock = stack.hold(`SELECT 1 FROM conv_seq
		WHERE conv_id = ${conv} FOR UPDATE`);

	await lock.held;
	for (const r of rs) {
		repeat(r, 6, (id) => ({ id, method: 'POST',
			path: `/v1/conversations/${conv}/members`,
			headers: { 'Idempotency-Key': `k-${id}` },
			body: { user_ids: [bob.id] } }));
		repeat(r, 1, () => ({ ping: 'end' }));
		await r.wait(() => count(r, '"end"'), 'pong');
	}
	for (let i = 0; i < 20; i++)
		assert.equal((await live.ask('GET', `/v1/conversations/${own}`))
			.status, 200);
	assert.equal(rs.reduce((n, r) => n + count(r, '"id":'), 0), 0);
	await lock.release();
	for (const r of rs) {
		await r.wait(() => count(r, '"id":') >= 6, 'answers');
		r.destroy();
	}
	await live.close();
});

test('frames above live.frames_per_s wait; nothing is lost', async () => {
	const eve = await signUp(stack, 'eve');
	const bob = await signUp(stack, 'bob');
	const { url } = await startNode(stack, 'pace', ['live.frames_per_s=100']);
	const live = await open(url, bob);
	const r = await rude(url, eve);
	const began = Date.now();

	repeat(r, 400, (i) => ({ ping: i }));
	for (let i = 0; i < 20; i++)
		await handled(live);
	assert.ok(count(r, '"pong"') <= 100 + (Date.now() - began) / 10 + 10);
	await r.wait(() => count(r, '"pong"') === 400, 'pongs');
	/* A hundred at once, and then a hundred in each second. */
	assert.ok(Date.now() - began >= 2500);
	for (const i of [0, 31, 32, 33, 99, 100, 101, 399])
		assert.equal(count(r, `{"pong":${i}}`), 1);
	r.destroy();
	await live.close();
});

test('a state that flutters is announced once a second', async () => {
	const eve = await signUp(stack, 'eve');
	const bob = await signUp(stack, 'bob');
	const live = await bob.live();
	const r = await rude(stack.liveUrl, eve);

	live.send({ subscribe: { presence: [eve.id] } });
	await live.next((f) => f.event?.state === 'online', 'online');
	const began = Date.now();

	repeat(r, 401, (i) => ({ state: i % 2 ? 'foreground' : 'background' }));
	/* The last one counts. */
	const last = () => live.seen('event').filter((e) =>
		e.type === 'presence').at(-1)?.state === 'away';

	repeat(r, 1, () => ({ ping: 'end' }));
	await r.wait(() => count(r, '"end"'), 'pong');
	await until(last, 'away');
	const n = live.seen('event').length;

	assert.ok(n <= 3 + (Date.now() - began) / 1000, `${n} events`);
	r.destroy();
	await live.close();
});

test('a message is late by itself, not by those before it', async () => {
	const { r, began } = pipelining;

	await until(() => Date.now() - began > MESSAGE_MS + 2000 ||
		r.socket.destroyed, 'the time of a message');
	const n = pipelining.sent;

	await r.wait(() => count(r, `"zoe${n - 1}"`), 'pong');
	assert.equal(count(r, '"bye"'), 0);
});
