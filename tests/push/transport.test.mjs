/** Connections: how they end, how many there are, and what is known then. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { goAway, H2, halfAnAnswer, hangUp, lastAnswer, makeCertificate, reset,
	silence } from './fake.mjs';
import { apnsCredential, apnsToken, FakeApns, refusal } from './fake_apns.mjs';
import { Try } from './try.mjs';

let certificate;

before(() => {
	certificate = makeCertificate();
});
after(() => certificate?.remove());

const notice = (more) => ({ id: randomUUID(), collapse: 'c', title: 'Ann',
	body: 'Hello', expires_ms: Date.now() + 3600_000, ...more });

/** A fake, a program and a line; fn(fake, send, {push, line}). */
async function using({ settings, fake = {} }, fn) {
	const apns = await new FakeApns(certificate, fake).start();
	const credential = apnsCredential();
	const push = new Try({ 'push.ca_file': certificate.ca, ...settings });

	apns.know(credential);
	try {
		const line = await push.open('apns', credential,
			{ send: apns.url, sandbox: apns.url });
		const send = () => push.send(line, { token: apnsToken() }, notice());

		await fn(apns, send, { push, line });
		await push.done();
		assert.deepEqual(apns.problems, []);
	} finally {
		push.child.kill('SIGKILL');
		await apns.stop();
	}
}

const many = (n, send) => Promise.all(Array.from({ length: n }, send));
const verdicts = (results) => {
	const count = {};

	for (const { verdict } of results)
		count[verdict] = (count[verdict] ?? 0) + 1;
	return count;
};

test('many notices share a connection', () =>
	using({ settings: { 'push.connections': 1 } }, async (apns, send) => {
		assert.deepEqual(verdicts(await many(300, send)), { done: 300 });
		assert.equal(apns.sessions.length, 1);
		assert.equal(apns.requests.length, 300);
		assert.equal(new Set(apns.requests.map((r) => r.path)).size, 300);
	}));

test('answers in another order are those of their notices', () =>
	using({}, async (apns, send) => {
		const waiting = [];

		assert.equal((await send()).verdict, 'done');
		apns.behave = (r) => new Promise((done) => {
			waiting.push(() => done(refusal(400,
				r.path.endsWith('0') ? 'BadTopic' : 'BadDeviceToken')));
			if (waiting.length === 40)
				waiting.reverse().forEach((answer) => answer());
		});
		/* BadTopic stops a line: what has been sent is answered all the same. */
		const results = await many(40, send);

		assert.ok(results.every((r) => r.attempt === 1));
		assert.equal(results.filter((r) => r.reason === 'BadTopic').length,
			apns.requests.slice(1).filter((r) => r.path.endsWith('0'))
				.length);
	}));

test('one stream at first, more later', () =>
	using({ settings: { 'push.connections': 2 },
		fake: { settings: { maxConcurrentStreams: 1 } } },
	async (apns, send) => {
		apns.next.push((r, stream) => {
			stream.session.settings({ maxConcurrentStreams: 100 });
			return { status: 200 };
		});
		assert.deepEqual(verdicts(await many(200, send)), { done: 200 });
		assert.ok(apns.sessions.length <= 2, `${apns.sessions.length}`);
	}));

/* curl does not tell that from a fault of the connection. */
test('GOAWAY that leaves a stream out: unknown, and a new connection', () =>
	using({}, async (apns, send) => {
		assert.equal((await send()).verdict, 'done');
		apns.next.push(goAway);
		assert.equal((await send()).verdict, 'unknown');
		assert.equal((await send()).verdict, 'done');
		assert.deepEqual(apns.requests.map((r) => r.session), [1, 1, 2]);
	}));

test('a refused stream is sent again', () =>
	using({}, async (apns, send) => {
		apns.next.push(reset(H2.NGHTTP2_REFUSED_STREAM));
		assert.equal((await send()).verdict, 'done');
		assert.equal(apns.requests.length, 2);
	}));

test('a stream that was reset: unknown, and the others are not touched', () =>
	using({}, async (apns, send) => {
		apns.next.push(reset());
		const results = await many(20, send);

		assert.deepEqual(verdicts(results), { unknown: 1, done: 19 });
		const lost = results.find((r) => r.verdict === 'unknown');

		assert.deepEqual([lost.status, lost.reason, lost.attempt],
			[0, 'http2', 1]);
		assert.equal((await send()).verdict, 'done');
		assert.equal(apns.sessions.length, 1);
	}));

for (const [what, behave] of Object.entries({ halfAnAnswer, hangUp }))
	test(`${what}: unknown for what was under way, and then a new connection`,
		() => using({ settings: { 'push.timeout_ms': 1000,
			'push.connections': 1 } },
		async (apns, send) => {
			assert.equal((await send()).verdict, 'done');
			apns.behave = silence;
			apns.next.push(silence, silence, silence, silence, behave);
			const results = await many(5, send);

			assert.deepEqual(verdicts(results), { unknown: 5 });
			assert.ok(results.every((r) => r.attempt === 1 &&
				r.status === 0 && ['closed', 'timeout', 'http2']
				.includes(r.reason)), JSON.stringify(results));
			apns.behave = () => apns.accept();
			assert.deepEqual(verdicts(await many(5, send)), { done: 5 });
			/* curl may have sent one of them again. */
			assert.ok(apns.sessions.length <= 3, `${apns.sessions.length}`);
			assert.ok(apns.requests.at(-1).session > 1);
		}));

test('silence ends by the time-out; what follows takes a new connection', () =>
	using({ settings: { 'push.timeout_ms': 500, 'push.connections': 1 } },
		async (apns, send) => {
			apns.next.push(silence);
			const { verdict, reason, took_ms: ms } = await send();

			assert.deepEqual([verdict, reason], ['unknown', 'timeout']);
			assert.ok(ms >= 499, `${ms}`);
			assert.equal((await send()).verdict, 'done');
			assert.equal(apns.requests.at(-1).session, 2);
		}));

test('an answer that asks for a new connection', () =>
	using({}, async (apns, send) => {
		apns.next.push(() => refusal(503, 'Shutdown'));
		assert.equal((await send()).verdict, 'retry');
		assert.equal((await send()).verdict, 'done');
		assert.deepEqual(apns.requests.map((r) => r.session), [1, 2]);
	}));

test('a connection that closes after its answer', () =>
	using({}, async (apns, send) => {
		apns.next.push(lastAnswer({ status: 200 }));
		assert.equal((await send()).verdict, 'done');
		assert.equal((await send()).verdict, 'done');
		assert.deepEqual(apns.requests.map((r) => r.session), [1, 2]);
	}));

test('an answer without end is none', () =>
	using({}, async (apns, send) => {
		apns.next.push(() => ({ status: 200, body: 'x'.repeat(100_000) }));
		const { verdict, reason, status } = await send();

		assert.deepEqual([verdict, reason, status],
			['unknown', 'too_long', 0]);
	}));

test('a redirect is not followed', () =>
	using({}, async (apns, send) => {
		apns.next.push(() => ({ status: 307,
			headers: { location: `${apns.url}/elsewhere` } }));
		assert.equal((await send()).verdict, 'give_up');
		assert.equal(apns.requests.length, 1);
	}));

test('what was never sent is told from what may have arrived', async (t) => {
	const never = async (url, reason, settings = {}) => {
		const push = new Try({ 'push.ca_file': certificate.ca,
			'push.timeout_ms': 2000, ...settings });
		const line = await push.open('apns', apnsCredential(),
			{ send: url, sandbox: url });
		const r = await push.send(line, { token: apnsToken() }, notice());

		assert.deepEqual([r.verdict, r.reason, r.status, r.attempt],
			['retry', reason, 0, 0]);
		await push.done();
	};
	const mute = net.createServer().listen(0, '127.0.0.1');

	await new Promise((done) => {
		mute.on('listening', done);
	});
	const { port } = mute.address();

	await t.test('nobody has the name', () =>
		never('https://no-such-host.invalid', 'no_host'));
	await t.test('a host that never shakes hands', () =>
		never(`https://127.0.0.1:${port}`, 'timeout',
			{ 'push.timeout_ms': 500 }));
	mute.close();
	await t.test('nobody listens', () =>
		never(`https://127.0.0.1:${port}`, 'no_connection'));
	const apns = await new FakeApns(certificate).start();
	const foreign = makeCertificate();

	await t.test('an authority that is not believed', () =>
		never(apns.url, 'tls', { 'push.ca_file': foreign.ca }));
	await t.test('the system does not know the authority either', () =>
		never(apns.url, 'tls', { 'push.ca_file': '' }));
	const other = await new FakeApns(certificate, { host: '127.0.0.2' })
		.start();

	await t.test('a certificate of another host', () =>
		never(other.url, 'tls'));
	assert.equal(apns.requests.length + other.requests.length, 0);
	foreign.remove();
	await apns.stop();
	await other.stop();
});

test('a line that is closed: what is under way is unknown', () =>
	using({}, async (apns, send, { push, line }) => {
		const asked = new Promise((done) => {
			apns.behave = () => {
				done();
				return null;
			};
		});
		const result = send();

		await asked;
		push.close(line);
		const { verdict, attempt } = await result;

		assert.deepEqual([verdict, attempt], ['unknown', 1]);
	}));

test('a provider that says slower gets less', () =>
	using({ settings: { 'push.streams': 4 } }, async (apns, send,
		{ push, line }) => {
		apns.next.push(() => refusal(200), () => refusal(200),
			() => refusal(429, 'TooManyProviderTokenUpdates'));
		const results = await many(8, send);

		/* Of the rest, some were under way and some come back unsent. */
		assert.ok(results.filter((r) => r.verdict === 'slow').length >= 1);
		for (const r of results.filter((x) => x.attempt === 0))
			assert.deepEqual([r.verdict, r.reason, r.status],
				['slow', 'held_back', 429]);
		assert.equal((await push.state(line)).room, 0);
	}));
