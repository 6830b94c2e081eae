import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bus, isProblem, Live, Raw, refused, signUp } from './client.mjs';
import { startNode } from './node.mjs';
import { privateStack, until } from './stack.mjs';

/* How long a connection at its end may read nothing: slow_s of the strict. */
const LINGER_MS = 1000;

let stack;
let patient; /* waits for slow readers for ten minutes */
let strict; /* for a second */

before(async () => {
	stack = await privateStack('limits', { 'live.per_user_max': 3,
		'rate.send': 0 });
	patient = await node('patient', 600);
	strict = await node('strict', 1);
});
after(() => {
	patient?.bus.close();
	strict?.bus.close();
	return stack?.done();
});

async function node(name, slow_s, more = []) {
	const made = await startNode(stack, name, ['live.output_max=65536',
		`live.slow_s=${slow_s}`, ...more]);

	return { ...made, bus: new Bus(made.bus) };
}

const open = ({ url }, who) => new Live(`${url}/v1/live`,
	{ headers: who.auth() });

/** An open connection that stops reading after the event with index at. */
async function deaf({ url, bus }, who) {
	const r = new Raw(url);

	await r.upgrade('/v1/live', who.auth());
	const at = await r.opened(bus, who);

	r.socket.pause();
	return { r, at };
}

/** More than the socket's buffers and ours hold. */
async function flood({ bus }, user, at, n = 800) {
	for (let i = 1; i <= n; i++)
		await bus.event(user, at + i, { pad: 'x'.repeat(20000) });
}

/** When all that has been published to the node is delivered. */
async function delivered(at_node) {
	const mark = await signUp(stack, 'mark');
	const live = open(at_node, mark);
	const { user_index } = await live.frame('hello');

	await at_node.bus.event(mark.id, user_index + 1);
	await live.event('test');
	await live.close();
}

/** The end of a slow reader: when it was, as im-live logs it. */
const isSlow = (user) => until(() => Date.parse(new RegExp(
	`^ts=(\\S+) .*why=slow user_id=${user} `, 'm').exec(strict.live.log)?.[1]),
'the end of a slow reader');

/**
 * What a slow reader gets when it reads on at its end. The server gives it
 * LINGER_MS for that: another one tries when this machine took longer.
 */
async function lastLook(begin, look, isWhole) {
	for (let i = 0; i < 20; i++) {
		const ann = await signUp(stack, 'ann');
		const r = await begin(ann);
		const ended = await isSlow(ann.id);

		r.socket.resume();
		const seen = await look(r);

		r.destroy();
		if (isWhole(seen) || Date.now() - ended < LINGER_MS)
			return seen;
	}
	throw new Error('this machine is too slow for a last look');
}

/** Frames up to the close frame or the end. */
async function rest(r) {
	const frames = [];

	for (;;) {
		const f = await r.receive().catch(() => null);

		if (!f)
			return { frames, code: 0 };
		if (f.opcode === 8)
			return { frames, code: f.payload.readUInt16BE(0) };
		if (f.opcode === 1)
			frames.push(JSON.parse(f.payload));
	}
}

test('a slow reader: the backlog is dropped, pull; then it goes on',
	async () => {
		const ann = await signUp(stack, 'ann');
		const { r, at } = await deaf(patient, ann);

		await flood(patient, ann.id, at);
		await delivered(patient);
		r.socket.resume();
		let expected = at;
		let pulls = 0;

		while (expected < at + 800) {
			const f = JSON.parse((await r.receive()).payload);

			if (f.pull) {
				assert.ok(f.pull.user_index > expected);
				expected = f.pull.user_index;
				pulls++;
			} else if (f.event) {
				assert.equal(f.event.user_index, ++expected);
			}
		}
		assert.ok(pulls >= 1 && pulls <= 3, `${pulls} pulls`);
		assert.equal(expected, at + 800);
		await patient.bus.event(ann.id, at + 801);
		let f;

		do {
			f = JSON.parse((await r.receive()).payload);
		} while (!f.event);
		assert.equal(f.event.user_index, at + 801);
		r.destroy();
	});

test('one that still does not read: slow, 4008', async () => {
	const { frames, code } = await lastLook(async (ann) => {
		const { r, at } = await deaf(strict, ann);

		await flood(strict, ann.id, at);
		return r;
	}, rest, (seen) => seen.code === 4008);

	assert.equal(code, 4008);
	assert.deepEqual(frames.at(-1), { bye: { reason: 'slow' } });
	assert.ok(frames.some((f) => f.pull));
});

test('one that never reads is cut off', async () => {
	const ann = await signUp(stack, 'ann');
	const { r, at } = await deaf(strict, ann);

	await flood(strict, ann.id, at);
	await isSlow(ann.id);
	r.destroy();
	const again = await ann.live({ after: at });

	assert.equal((await again.ask('GET', '/v1/users/me')).status, 200);
	await again.close();
});

test('a slow event stream gets pull and bye too', async () => {
	const text = await lastLook(async (ann) => {
		const r = new Raw(strict.url);

		r.write('GET /v1/live/events HTTP/1.1\r\nHost: x\r\n' +
			`Authorization: Bearer ${ann.token}\r\n\r\n`);
		await r.wait(() => r.data.includes('"hello"'), 'hello');
		await strict.bus.event(ann.id, 1);
		await r.wait(() => r.data.includes('"event"'), 'event');
		r.socket.pause();
		await flood(strict, ann.id, 1);
		return r;
	}, async (r) => {
		await r.ended;
		return r.data.toString();
	}, (seen) => seen.includes('"bye"'));

	assert.ok(text.includes('data: {"pull":{"user_index":'));
	assert.ok(text.endsWith('data: {"bye":{"reason":"slow"}}\n\n'));
});

test('answers wait for a slow reader, and it is not read meanwhile',
	async () => {
		const ann = await signUp(stack, 'ann');
		const { r } = await deaf(patient, ann);
		const other = open(patient, await signUp(stack, 'bob'));
		const big = 'x'.repeat(100000);
		let unread = -1;
		let answers = 0;

		await other.frame('hello');
		for (let i = 0; i < 100; i++)
			r.write(r.frame(1, `{"ping":"${i}${big}"}`));
		/* While others are answered, nothing more of it is taken. */
		for (; answers < 50; answers++) {
			other.send({ ping: answers });
			await other.frame('pong');
			if (unread !== r.socket.writableLength) {
				unread = r.socket.writableLength;
				answers = 0;
			}
		}
		assert.ok(unread > 0);
		await other.close();
		r.socket.resume();
		for (let i = 0; i < 100; i++) {
			const f = JSON.parse((await r.receive()).payload);

			assert.equal(f.pong.length, big.length + String(i).length);
		}
		r.destroy();
	});

/** A counter or gauge of all nodes. */
async function counter(name) {
	const text = await (await fetch(`${stack.url}/metrics`)).text();

	return Number(new RegExp(`^${name}\\{program="im-live"\\} (\\d+)$`, 'm')
		.exec(text)?.[1] ?? 0);
}

/** Somebody with a megabyte in a conversation; its id. */
async function rich(name) {
	const who = await signUp(stack, name);
	const { conv_id: conv } = await who.must('POST', '/v1/conversations',
		{ kind: 'self' });

	for (let i = 0; i < 20; i++)
		await who.must('POST', `/v1/conversations/${conv}/messages`, {
			client_msg_id: `m${i}`, type: 'custom',
			content: { pad: 'x'.repeat(60000) } });
	return { who, conv };
}
const PAGE = 20 * 60000;

test('pages that are not read take a bounded number of bytes', async () => {
	const { who, conv } = await rich('ann');
	const r = new Raw(patient.url);
	const was = await counter('imcloud_live_output_bytes');
	const held = async () => await counter('imcloud_live_output_bytes') - was;

	await r.upgrade('/v1/live', who.auth());
	r.socket.pause();
	r.write(Buffer.concat(Array.from({ length: 64 }, (_, id) =>
		r.frame(1, JSON.stringify({ id: id + 1, method: 'GET',
			path: `/v1/conversations/${conv}/messages` })))));
	await until(async () => await held() > PAGE / 4, 'a page');
	await until(() => counter('imcloud_live_rereads_total'),
		'a page that is not kept');
	for (let i = 0; i < 100; i++)
		assert.ok(await held() < 2 * PAGE, `${await held()} bytes`);
	r.socket.resume();
	for (let n = 0, seen = new Set(); n < 64;) {
		const f = JSON.parse((await r.receive()).payload);

		if (!f.id)
			continue;
		n++;
		assert.equal(f.status, 200);
		assert.equal(f.body.items.length, 20);
		assert.equal(seen.has(f.id), false);
		seen.add(f.id);
	}
	r.destroy();
});

test('requests that wait take a bounded number of bytes', async () => {
	const ann = await signUp(stack, 'ann');
	const conv = await ann.group();
	const other = open(patient, await signUp(stack, 'bob'));
	const r = new Raw(patient.url);
	const n = 170; /* more than the buffers of sockets take */
	let unsent = -1;

	await other.frame('hello');
	await r.upgrade('/v1/live', ann.auth());
	await stack.service('pause', 'message');
	for (let id = 1; id <= n; id++)
		r.write(r.frame(1, JSON.stringify({ id, method: 'POST',
			path: `/v1/conversations/${conv}/messages`,
			body: { client_msg_id: `c${id}`, type: 'custom',
				content: { pad: 'x'.repeat(60000) } } })));
	/* Others are answered, and of this one nothing more is taken. */
	for (let i = 0; i < 50; i++) {
		other.send({ ping: i });
		await other.frame('pong');
		if (unsent !== r.socket.writableLength)
			i = 0;
		unsent = r.socket.writableLength;
	}
	await stack.service('cont', 'message');
	assert.ok(unsent > 0);
	for (let answers = 0; answers < n;) {
		const f = JSON.parse((await r.receive()).payload);

		if (!f.id)
			continue;
		answers++;
		assert.equal(f.status, 201);
	}
	r.destroy();
	await other.close();
});

test('the output of all is bounded: who holds most is cut off', async () => {
	const { who } = await rich('ann');
	const max = 4 * PAGE;
	const tight = await node('tight', 600, [`live.output_all_max=${max}`,
		'live.per_user_max=100']);
	const other = open(tight, await signUp(stack, 'bob'));
	const was = await counter('imcloud_live_output_cut_total');
	const sessions = [];

	while (sessions.length < 10)
		sessions.push(await who.session(`poll-${sessions.length}`));

	await other.frame('hello');
	const rs = sessions.map((s) => {
		const r = new Raw(tight.url);

		r.socket.pause();
		r.write('GET /v1/live/poll?after=0 HTTP/1.1\r\nHost: x\r\n' +
			`Authorization: Bearer ${s.token}\r\n\r\n`);
		return r;
	});

	await until(async () => await counter('imcloud_live_output_cut_total') >
		was, 'somebody who is cut off');
	assert.equal((await other.ask('GET', '/v1/users/me')).status, 200);
	await until(async () => await counter('imcloud_live_output_bytes') <=
		max, 'the bound');
	assert.match(tight.live.log, /ev=cut /);
	for (const r of rs)
		r.destroy();
	await other.close();
	tight.bus.close();
});

test('a long poll is read as slowly as the client likes', async () => {
	const { who } = await rich('ann');
	const r = new Raw(patient.url);

	r.socket.pause();
	r.write('GET /v1/live/poll?after=0 HTTP/1.1\r\nHost: x\r\n' +
		`Authorization: Bearer ${who.token}\r\n\r\n`);
	const ended = await until(() => Date.parse(new RegExp(
		`^ts=(\\S+) .*why=answered user_id=${who.id} `, 'm').exec(
		patient.live.log)?.[1]), 'the answer');

	/* Longer than an answer that has been read may take to close. */
	await until(() => Date.now() - ended > 2500, 'some time');
	r.socket.resume();
	const { body } = await r.answer();

	assert.ok(JSON.parse(body).events.length >= 20);
});

test('a connection that says nothing, or half a head, ends', async () => {
	const { url } = await startNode(stack, 'brisk', ['live.handshake_s=1']);
	const began = Date.now();
	const silent = new Raw(url);

	await silent.ended;
	assert.ok(Date.now() - began >= 1000 - 20);
	assert.equal(silent.data.length, 0);
	const half = new Raw(url);

	half.write('GET /v1/live HTTP/1.1\r\nHost: x\r\nX: ');
	/* Bytes that trickle in do not give it more time. */
	const trickle = setInterval(() => half.write('y'), 100);

	await half.ended;
	clearInterval(trickle);
	const a = await half.answer();

	assert.equal(a.status, 400);
	isProblem(JSON.parse(a.body), 400, 'invalid_argument');
});

const turnedOut = async (live) => [(await live.frame('bye')).reason,
	(await live.closed).code];

test('too many connections of one user: the oldest of the session goes',
	async () => {
		const ann = await signUp(stack, 'ann');
		const phone = await ann.session('phone');
		const oldest = await phone.live();
		const own = await ann.live();
		const lives = [await ann.live(), await ann.live()];

		assert.deepEqual(await turnedOut(own), ['too_many', 4029]);
		for (const l of [oldest, ...lives])
			assert.equal((await l.ask('GET', '/v1/users/me')).status, 200);
		/* A session without a connection: the oldest of all. */
		const web = await ann.session('web');

		lives.push(await web.live());
		assert.deepEqual(await turnedOut(oldest), ['too_many', 4029]);
		/* There is room again without anybody's going. */
		await lives.shift().close();
		lives.push(await ann.live());
		for (const l of lives) {
			assert.equal((await l.ask('GET', '/v1/users/me')).status, 200);
			await l.close();
		}
	});

test('at the limit a poll ends the poll of its session, not a socket',
	async () => {
		const ann = await signUp(stack, 'ann');
		const lives = [await ann.live(), await ann.live()];
		/* With two sockets, the second poll is one too many. */
		const { answer } = await ann.held({ wait_s: 60 });

		assert.equal((await ann.poll({ wait_s: 0 })).status, 200);
		assert.equal((await answer).status, 200);
		for (const l of lives) {
			assert.equal((await l.ask('GET', '/v1/users/me')).status, 200);
			assert.deepEqual(l.seen('bye'), []);
			await l.close();
		}
	});

/* ---- limits of the whole node, on one of our own ---- */

test('connections_max: 503 with a time to come back', async () => {
	const { url, live } = await startNode(stack, 'full',
		['live.connections_max=2', 'live.per_user_max=9']);
	const ann = await signUp(stack, 'ann');
	const at = (i) => new Live(`${url}/v1/live`, { headers: ann.auth(), i });
	const two = [at(1), at(2)];

	for (const l of two)
		await l.frame('hello');
	const a = await refused(at(3));

	assert.equal(a.status, 503);
	assert.ok(Number(a.headers['retry-after']) >= 1);
	isProblem(a.body, 503, 'busy');
	await two[0].close();
	const next = at(4);

	await until(() => next.opened.then(() => true, () => true), 'an answer');
	for (const l of [two[1], next])
		l.ws.terminate();
	live.kill('SIGTERM');
	assert.deepEqual(await live.ended, { code: 0, signal: null });
});

test('at the descriptor limit accepting pauses, and goes on', async () => {
	/* Room for five connections beside what the node itself needs. */
	const { url, live } = await startNode(stack, 'few',
		['live.per_user_max=99', 'live.message_max=8', 'live.service_max=2'],
		{ limit: 128 + 8 + 5 * 2 + 5 });

	stack.announce('ev=accept paused=1');
	const ann = await signUp(stack, 'ann');
	const open = () => new Live(`${url}/v1/live`,
		{ headers: ann.auth() });
	const five = Array.from({ length: 5 }, open);

	for (const l of five)
		await l.frame('hello');
	const waiting = Array.from({ length: 3 }, open);

	await until(() => live.log.includes('paused=1'), 'pause');
	for (const l of five)
		assert.equal((await l.ask('GET', '/v1/users/me')).status, 200);
	assert.equal(waiting.some((l) => l.ws.readyState === 1), false);
	for (const l of five)
		l.ws.terminate();
	for (const l of waiting)
		await l.frame('hello');
	for (const l of waiting)
		l.ws.terminate();
	live.kill('SIGTERM');
	assert.deepEqual(await live.ended, { code: 0, signal: null });
});
