import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Live, Raw, signUp, Sse } from './client.mjs';
import { startNode } from './node.mjs';
import { sharedStack, until } from './stack.mjs';

let stack;

before(async () => {
	stack = await sharedStack();
});
after(() => stack?.done());

const open = (url, who) => new Live(`${url}/v1/live`,
	{ headers: who.auth() });

test('SIGTERM: bye restart spread over drain_s, 1012, exit 0', async () => {
	const drain_ms = 2000;
	const { url, live: node } = await startNode(stack, 'drain1',
		[`live.drain_s=${drain_ms / 1000}`]);
	const ann = await signUp(stack, 'ann');
	const people = [ann];

	for (const name of ['bob', 'cyd', 'dan', 'eve', 'fay'])
		people.push(await signUp(stack, name));
	const lives = Array.from({ length: 60 }, (_, i) =>
		open(url, people[i % people.length]));
	const sse = new Sse(`${url}/v1/live/events`, ann.auth());

	for (const l of [...lives, sse])
		await l.frame('hello');
	/* One of two ends the other: then it waits. */
	const polls = [0, 1].map((i) => fetch(`${url}/v1/live/poll?wait_s=60`,
		{ headers: ann.auth() }).then((answer) => ({ answer, i })));
	const { i: ended } = await Promise.race(polls);
	const began = Date.now();

	node.kill('SIGTERM');
	const byes = await Promise.all([...lives, sse].map(async (l) =>
		({ ...await l.frame('bye'), at: Date.now() - began })));

	for (const bye of byes) {
		assert.equal(bye.reason, 'restart');
		assert.ok(bye.retry_after_ms > 0 && bye.retry_after_ms < 60000);
	}
	/* Never more than a straight line allows, or one each 50 ms: a node that
	 * is slow only lags behind that. */
	const times = byes.map((b) => b.at).sort((x, y) => x - y);

	times.forEach((at, i) => assert.ok(i + 1 <= at / 50 + 2 +
		at / drain_ms * (byes.length + 1), `spread: ${times}`));
	assert.ok(new Set(byes.map((b) => b.retry_after_ms)).size > 10);
	for (const l of lives)
		assert.equal((await l.closed).code, 1012);
	await sse.closed;
	/* What an EventSource obeys. */
	assert.equal(sse.retry, byes.at(-1).retry_after_ms);
	const { answer: a } = await polls[1 - ended];

	assert.equal(a.status, 200);
	assert.deepEqual((await a.json()).events, []);
	assert.deepEqual(await node.ended, { code: 0, signal: null });
});

test('a few connections are gone before drain_s is over', async () => {
	const { url, live: node } = await startNode(stack, 'drain7',
		['live.drain_s=60']);
	const ann = await signUp(stack, 'ann');
	const lives = Array.from({ length: 4 }, () => open(url, ann));

	for (const l of lives)
		await l.frame('hello');
	const began = Date.now();

	node.kill('SIGTERM');
	for (const l of lives)
		assert.equal((await l.frame('bye')).reason, 'restart');
	assert.equal((await node.ended).code, 0);
	assert.ok(Date.now() - began < 60000);
	assert.match(node.log, /ev=drain .*left=0/);
});

test('who comes during the drain is served, and told at its end', async () => {
	const drain_ms = 2000;
	const { url, live: node } = await startNode(stack, 'drain2',
		[`live.drain_s=${drain_ms / 1000}`]);
	const ann = await signUp(stack, 'ann');
	const lives = Array.from({ length: 30 }, () => open(url, ann));

	for (const l of lives)
		await l.frame('hello');
	node.kill('SIGTERM');
	const byes = lives.map((l) => l.frame('bye'));

	await Promise.race(byes);
	const late = open(url, ann);

	await late.frame('hello');
	const bye = await late.frame('bye');

	assert.equal(bye.reason, 'restart');
	/* Those who were there are told first. */
	for (const l of lives)
		assert.ok(l.seen('bye').length || l.over);
	assert.equal((await node.ended).code, 0);
	/* The time until the next process: 0.5 s, what is left of the drain,
	 * and up to 4 s of chance. */
	const told = [...await Promise.all(byes), bye].map((b) =>
		b.retry_after_ms);

	assert.ok(Math.min(...told) >= 500);
	assert.ok(Math.max(...told) < 500 + drain_ms + 4000);
	assert.ok(new Set(told).size > 10);
});

test('requests under way are answered first', async () => {
	const { url, live: node } = await startNode(stack, 'drain3',
		['live.drain_s=60']);
	const ann = await signUp(stack, 'ann');
	const conv = await ann.group();
	const live = open(url, ann);

	await live.frame('hello');
	for (let i = 0; i < 60; i++)
		live.send({ id: i, method: 'POST',
			path: `/v1/conversations/${conv}/messages`,
			body: { client_msg_id: `d-${i}`, type: 'text',
				content: { text: 'x' } } });
	await live.next((f) => f.id === 0, 'the first answer');
	node.kill('SIGTERM');
	for (let i = 1; i < 60; i++)
		assert.equal((await live.next((f) => f.id === i, `answer ${i}`))
			.status, 201);
	assert.equal((await live.frame('bye')).reason, 'restart');
	assert.equal((await node.ended).code, 0);
});

test('a client that does not answer the close holds nothing up',
	async () => {
		const { url, live: node } = await startNode(stack, 'drain4',
			['live.drain_s=1']);
		const ann = await signUp(stack, 'ann');
		const r = new Raw(url);

		await r.upgrade('/v1/live', ann.auth());
		r.socket.pause();
		node.kill('SIGTERM');
		assert.equal((await node.ended).code, 0);
		r.destroy();
	});

test('a second SIGTERM ends at once; without clients the first does',
	async () => {
		const { url, live: node } = await startNode(stack, 'drain5',
			['live.drain_s=60']);
		const ann = await signUp(stack, 'ann');
		const r = new Raw(url);

		/* It holds up the end, since it does not answer the close. */
		await r.upgrade('/v1/live', ann.auth());
		r.socket.pause();
		node.kill('SIGTERM');
		await until(() => node.log.includes('ev=drain'), 'the first signal');
		node.kill('SIGTERM');
		assert.equal((await node.ended).code, 0);
		assert.doesNotMatch(node.log, /ev=drain .*left=/);
		r.destroy();
		const idle = await startNode(stack, 'drain6', ['live.drain_s=60']);

		idle.live.kill('SIGINT');
		assert.equal((await idle.live.ended).code, 0);
		assert.match(idle.live.log, /ev=drain .*left=0/);
	});
