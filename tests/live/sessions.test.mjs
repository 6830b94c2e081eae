import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Bus, isProblem, Live, Person, signUp } from './client.mjs';
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

/**
 * Ends one of two sessions: all of its connections say so at once. Heartbeats
 * would find it out as well, so the first of them must not be due; a machine
 * that is slow tries again.
 */
async function endOf(end, reason, code) {
	for (let i = 0; i < 5; i++) {
		const began = Date.now();
		const { ann, first_ms } = await endOnce(end, reason, code);

		if (Date.now() - began < first_ms)
			return ann;
	}
	throw new Error(`${reason}: told by heartbeats alone`);
}

async function endOnce(end, reason, code) {
	const ann = await signUp(stack, 'ann');
	const other = await ann.session('ann-2', 'ios');
	const live = await ann.live();
	const ticket = new Live(ann.url('/v1/live',
		{ ticket: await ann.ticket() }));

	await ticket.frame('hello');
	const sse = await ann.sse();

	await sse.frame('hello');
	const poll = await ann.held({ wait_s: 60 });
	const rest = await other.live();
	const otherPoll = await other.held({ wait_s: 60 });

	await end(ann, other);
	for (const l of [live, ticket, sse])
		assert.deepEqual(await l.frame('bye'), { reason });
	assert.equal((await live.closed).code, code);
	assert.equal((await ticket.closed).code, code);
	await sse.closed;
	const a = await poll.answer;

	assert.equal(a.status, 401);
	isProblem(a.body, 401, 'unauthenticated');
	/* The user's other sessions are told, and stay. */
	const e = await rest.event('session');

	assert.deepEqual(e, { type: 'session', at: e.at,
		session_id: ann.sessionId, reason });
	assert.deepEqual((await otherPoll.answer).body.ephemeral.map((x) => x.reason),
		[reason]);
	assert.equal((await rest.ask('GET', '/v1/users/me')).status, 200);
	await rest.close();
	return { ann, first_ms: live.hello.heartbeat_s * 1000 };
}

test('logged out: 4003', async () => {
	const ann = await endOf((p) => p.must('DELETE', '/v1/sessions/current'),
		'logged_out', 4003);

	assert.equal((await ann.poll({ wait_s: 0 })).status, 401);
});

test('kicked by another session: 4003', () =>
	endOf((p, other) => other.must('DELETE', `/v1/sessions/${p.sessionId}`),
		'kicked', 4003));

test('replaced by a log-in with the same device: 4009', () =>
	endOf((p) => p.session('ann-1'), 'replaced', 4009));

test('expired, as another node says: 4001', () =>
	endOf((p) => bus.publish(2, [[p.id, 0]],
		{ session_id: p.sessionId, reason: 'expired' }), 'expired', 4001));

test('a reason that this version does not know ends all the same',
	async () => {
		const ann = await signUp(stack, 'ann');
		const live = await ann.live();

		await bus.publish(2, [[ann.id, 0]],
			{ session_id: ann.sessionId, reason: 'eclipse' });
		assert.equal((await live.frame('bye')).reason, 'kicked');
		assert.equal((await live.closed).code, 4003);
	});

test('logged out over the WebSocket itself', async () => {
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();

	live.send({ id: 1, method: 'DELETE', path: '/v1/sessions/current' });
	assert.equal((await live.frame('bye')).reason, 'logged_out');
	assert.equal((await live.closed).code, 4003);
});

test('a connection that opens into the end of its session', async () => {
	const ann = await signUp(stack, 'ann');

	const bob = await signUp(stack, 'bob');
	const witness = await bob.live();
	/* Nothing is open yet; the service does not know of this end, and im-live
	 * remembers it for 10 s. */
	const end = async () => {
		await bus.publish(2, [[ann.id, 0]],
			{ session_id: ann.sessionId, reason: 'kicked' });
		await bus.publish(1, [[bob.id, 0]], { type: 'test', at: 1 });
		await witness.event('test');
	};

	await end();
	const first = new Live(ann.url(), { headers: ann.auth() });

	assert.equal((await first.frame('bye')).reason, 'kicked');
	await end();
	const sse = await ann.sse();

	assert.equal((await sse.frame('bye')).reason, 'kicked');
	await end();
	assert.equal((await ann.poll()).status, 401);
	await witness.close();
});

test('the end of another session of mine is told once', async () => {
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();

	for (let i = 0; i < 3; i++)
		await bus.publish(2, [[ann.id, 0]],
			{ session_id: '4711', reason: 'kicked' });
	await bus.publish(1, [[ann.id, 0]], { type: 'test', at: 1 });
	await live.event('test');
	await live.event('session');
	assert.equal(live.items.length, 0);
	await live.close();
});

/* ---- JWTs ---- */

/** Somebody on a device, with a JWT that is good for left_s more seconds. */
async function byJwt(person, device, left_s) {
	const secret = await stack.sql(`SELECT secret FROM app
		WHERE app_id = ${stack.appId}`);
	const part = [{ alg: 'HS256' }, { app: stack.app, sub: person.username,
		exp: Math.floor(Date.now() / 1000) + left_s - 60, device }]
		.map((v) => Buffer.from(JSON.stringify(v)).toString('base64url'))
		.join('.');
	const p = new Person(stack, person.name);

	p.token = `${part}.${createHmac('sha256', secret).update(part)
		.digest('base64url')}`;
	return p;
}

/** WebSockets of two devices whose JWTs run out soon; however slow we are. */
async function shortLived(ann) {
	for (let left_s = 4; left_s <= 120; left_s *= 2) {
		const people = [await byJwt(ann, 'kept', left_s),
			await byJwt(ann, 'left', left_s)];
		const lives = people.map((p) => new Live(p.url(),
			{ headers: p.auth() }));
		const opened = await Promise.allSettled(lives.map((l) => l.opened));

		if (opened.every((o) => o.status === 'fulfilled'))
			return { people, lives };
	}
	throw new Error('no JWT lasts long enough');
}

test('at the end of the last JWT: 4001; a fresh one keeps connections',
	async () => {
		const ann = await signUp(stack, 'ann');
		const { people, lives: [kept, left] } = await shortLived(ann);
		const hello = await kept.frame('hello');
		const fresh = await byJwt(ann, 'kept', 3600);

		assert.equal((await fresh.must('GET', '/v1/sessions/current'))
			.session_id, hello.session_id);
		assert.deepEqual(await left.frame('bye'), { reason: 'expired' });
		assert.equal((await left.closed).code, 4001);
		/* The other one would have ended with it. */
		for (const p of people)
			assert.equal((await p.http('GET', '/v1/users/me')).status, 401);
		assert.equal((await kept.ask('GET', '/v1/users/me')).status, 200);
		assert.equal((await kept.ask('GET', '/v1/sessions/current')).body
			.session_id, hello.session_id);
		await kept.close();
	});
