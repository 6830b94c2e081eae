import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { makeCertificate } from './fake.mjs';
import { apnsAnswers, apnsCredential, apnsToken, FakeApns, refusal }
	from './fake_apns.mjs';
import { Try } from './try.mjs';

let certificate;
let apns;
let push;
let credential;

const base = () => ({ send: apns.url, sandbox: apns.url });
const notice = (more) => ({ id: randomUUID(), collapse: 'conv-1_x',
	title: 'Ann', body: 'Hello', badge: 3, urgent: true,
	expires_ms: Date.now() + 3600_000, data: { conv_id: '12' }, ...more });

before(async () => {
	certificate = makeCertificate();
	apns = await new FakeApns(certificate).start();
	credential = apnsCredential();
	apns.know(credential);
	push = new Try({ 'push.ca_file': certificate.ca });
});
after(async () => {
	await push?.done();
	await apns?.stop();
	certificate?.remove();
});
afterEach(() => {
	assert.deepEqual(apns.problems, []);
	apns.requests.length = 0;
});

const last = () => apns.requests.at(-1);

async function sent(to, n, c = credential) {
	const line = await push.open('apns', c, base());
	const result = await push.send(line, to, n);

	push.close(line);
	return result;
}

test('a notice has every header and the payload', async () => {
	const token = apnsToken();
	const n = notice();
	const result = await sent({ token }, n);

	assert.equal(result.verdict, 'done');
	assert.equal(result.status, 200);
	assert.equal(result.attempt, 1);
	const { headers: h, json, path } = last();

	assert.equal(path, `/3/device/${token}`);
	assert.equal(h['apns-topic'], credential.topic);
	assert.equal(h['apns-push-type'], 'alert');
	assert.equal(h['apns-priority'], '10');
	assert.equal(h['apns-expiration'],
		`${Math.floor(n.expires_ms / 1000)}`);
	assert.equal(h['apns-id'], n.id);
	assert.equal(h['apns-collapse-id'], n.collapse);
	assert.equal(h['content-type'], 'application/json');
	assert.deepEqual(json, { aps: { alert: { title: 'Ann', body: 'Hello' },
		sound: 'default', 'thread-id': n.collapse, badge: 3 },
	data: { conv_id: '12' } });
});

test('a notice that is not urgent, has expired, and knows no badge',
	async () => {
		await sent({ token: apnsToken() },
			notice({ urgent: false, expires_ms: 1000, badge: -1 }));
		assert.equal(last().headers['apns-priority'], '5');
		assert.equal(last().headers['apns-expiration'], '0');
		assert.ok(!('badge' in last().json.aps));
	});

test('a silent one is of the background and sets the badge', async () => {
	await sent({ token: apnsToken() }, notice({ silent: true, badge: 0 }));
	assert.equal(last().headers['apns-push-type'], 'background');
	assert.equal(last().headers['apns-priority'], '5');
	assert.equal(last().headers['apns-collapse-id'], 'conv-1_x');
	assert.deepEqual(last().json, { aps: { 'content-available': 1, badge: 0 },
		data: { conv_id: '12' } });
});

test('each answer has its verdict', async (t) => {
	for (const [status, reason, verdict, more] of apnsAnswers) {
		await t.test(`${status} ${reason}`, async () => {
			apns.next.push(() => refusal(status, reason,
				status === 410 && reason ? { timestamp: 1700000000123 } : {}));
			const result = await sent({ token: apnsToken() }, notice());

			assert.deepEqual(
				{ ...result, id: 0, took_ms: 0 },
				{ id: 0, verdict, status, reason, retry_after_ms: 0,
					dead_since_ms: 0, alarm: false, new_connection: false,
					attempt: 1, took_ms: 0, ...more });
		});
	}
});

test('an answer that is not what is documented', async () => {
	for (const body of ['', '{', '[]', '{"reason":7}', '\xff',
		`{"reason":"${'x'.repeat(200)}"}`, '{"reason":"a\\nb\\u00e4"}']) {
		apns.next.push(() => ({ status: 403, body }));
		const { verdict, reason } = await sent({ token: apnsToken() },
			notice());

		assert.equal(verdict, 'stop');
		assert.match(reason, /^[\x20-\x7e]{0,64}$/);
	}
});

test('Retry-After counts', async () => {
	for (const [value, least, most] of [['7', 7000, 7000],
		[new Date(Date.now() + 90_000).toUTCString(), 60_000, 91_000],
		['-5', 0, 0], ['soon', 0, 0], ['99999999999', 86400_000, 86400_000],
		['Thu, 01 Jan 1970 00:00:00 GMT', 0, 0]]) {
		apns.next.push(() => ({ status: 503,
			headers: { 'retry-after': value } }));
		const { retry_after_ms: ms } = await sent({ token: apnsToken() },
			notice());

		assert.ok(ms >= least && ms <= most, `${value}: ${ms}`);
	}
});

test('a long notice is cut between characters', async () => {
	for (const body of ['x'.repeat(5000), 'ä'.repeat(3000),
		'\u{1f600}'.repeat(2000), '"\n'.repeat(2000), '\u0001'.repeat(999)]) {
		for (const pad of ['', 'a', 'ab', 'abc']) {
			await sent({ token: apnsToken() }, notice({ body: pad + body }));
			const { alert } = last().json.aps;
			const { length } = last().body;

			assert.ok(length > 4080 && length <= 4096, `${length}`);
			assert.ok(alert.body.endsWith('\u2026'));
			assert.ok((pad + body).startsWith(alert.body.slice(0, -1)));
			assert.equal(alert.title, 'Ann');
		}
	}
	await sent({ token: apnsToken() },
		notice({ title: 'ß'.repeat(4000), body: 'b' }));
	assert.match(last().json.aps.alert.title, /^ß{1900,}\u2026$/);
	apns.requests.length = 0;
	const { verdict, reason, attempt } = await sent({ token: apnsToken() },
		notice({ data: { much: 'x'.repeat(4096) } }));

	assert.deepEqual([verdict, reason, attempt], ['give_up', 'too_large', 0]);
	assert.equal(apns.requests.length, 0);
});

test('what is no token of a device is not sent', async () => {
	for (const token of ['', 'abc', 'zz', '../../x', 'a'.repeat(202),
		'ab\r\nx: y'])
		assert.equal((await sent({ token }, notice())).verdict, 'drop', token);
	assert.equal(apns.requests.length, 0);
});

test('the topic and the environment of the device', async () => {
	const sandbox = await new FakeApns(certificate).start();

	sandbox.know(credential);
	apns.keys.get(credential.key_id).topics.push('example.im.other');
	const line = await push.open('apns', credential,
		{ send: apns.url, sandbox: sandbox.url });

	await push.send(line, { token: apnsToken(), topic: 'example.im.other' },
		notice());
	assert.equal(last().headers['apns-topic'], 'example.im.other');
	await push.send(line, { token: apnsToken(), sandbox: true }, notice());
	assert.equal(sandbox.requests.length, 1);
	const all = await push.open('apns',
		{ ...credential, environment: 'sandbox' },
		{ send: apns.url, sandbox: sandbox.url });

	await push.send(all, { token: apnsToken() }, notice());
	assert.equal(sandbox.requests.length, 2);
	assert.deepEqual(sandbox.problems, []);
	push.close(line);
	push.close(all);
	await sandbox.stop();
});

test('one JWT for many, renewed before the hour is over', async () => {
	const jwts = () => new Set(apns.requests.map((r) =>
		r.headers.authorization)).size;
	const line = await push.open('apns', credential, base());

	apns.keys.get(credential.key_id).jwt = undefined;
	apns.countsUpdates = true;
	try {
		for (let minutes = 0; minutes <= 150; minutes += 5) {
			push.ahead(minutes * 60_000);
			apns.aheadMs = minutes * 60_000;
			const { verdict } = await push.send(line, { token: apnsToken() },
				notice());

			assert.equal(verdict, 'done', `after ${minutes} minutes`);
		}
		assert.ok(jwts() >= 3 && jwts() <= 5, `${jwts()}`);
		/* Refused when it is old enough: once more, with another. */
		const before = jwts();

		push.ahead(175 * 60_000);
		apns.aheadMs = 175 * 60_000;
		apns.next.push(() => refusal(403, 'ExpiredProviderToken'));
		const again = await push.send(line, { token: apnsToken() }, notice());

		assert.deepEqual([again.verdict, again.attempt], ['done', 2]);
		assert.equal(jwts(), before + 1);
		/* And then no more. */
		apns.next.push(() => refusal(403, 'ExpiredProviderToken'));
		const never = await push.send(line, { token: apnsToken() }, notice());

		assert.deepEqual([never.verdict, never.attempt], ['stop', 1]);
	} finally {
		push.ahead(0);
		apns.aheadMs = 0;
		apns.countsUpdates = false;
		push.close(line);
	}
});

test('too many JWTs: a pause with the one there is', async () => {
	const line = await push.open('apns', credential, base());

	apns.next.push(() => refusal(429, 'TooManyProviderTokenUpdates'));
	const result = await push.send(line, { token: apnsToken() }, notice());

	assert.equal(result.verdict, 'slow');
	assert.ok(result.retry_after_ms >= 20 * 60_000);
	const state = await push.state(line);

	assert.equal(state.room, 0);
	assert.ok(state.pause_ms > 19 * 60_000);
	push.close(line);
});

test('two keys have a connection each', async () => {
	const other = apnsCredential();

	apns.know(other);
	const lines = [await push.open('apns', credential, base()),
		await push.open('apns', other, base())];

	for (let i = 0; i < 4; i++) {
		const { verdict } = await push.send(lines[i % 2],
			{ token: apnsToken() }, notice());

		assert.equal(verdict, 'done');
	}
	assert.equal(new Set(apns.requests.map((r) => r.session)).size, 2);
	lines.forEach((line) => push.close(line));
});

test('a credential that is wrong is refused by its field', async () => {
	const wrong = async (more, field) => {
		await assert.rejects(push.open('apns', { ...credential, ...more },
			base()), { field }, field);
	};
	const pem = (kind, options) => generateKeyPairSync(kind, options)
		.privateKey.export({ type: 'pkcs8', format: 'pem' });

	for (const key of [undefined, '', 'x', 7, pem('rsa',
		{ modulusLength: 2048 }), pem('ec', { namedCurve: 'P-384' }),
	pem('ed25519'), credential.key_p8.slice(0, -40),
	`${credential.key_p8}${credential.key_p8}`,
	credential.key_p8.replaceAll('PRIVATE', 'PUBLIC')])
		await wrong({ key_p8: key }, 'key_p8');
	for (const field of ['key_id', 'team_id', 'topic'])
		for (const value of [undefined, '', 'a b', 'a\nb', 'ä', 7])
			await wrong({ [field]: value }, field);
	await wrong({ environment: 'test' }, 'environment');
});

test('a key of another team is told by the answer', async () => {
	const { verdict, reason } = await sent({ token: apnsToken() }, notice(),
		{ ...apnsCredential(), key_id: credential.key_id });

	assert.deepEqual([verdict, reason], ['stop', 'InvalidProviderToken']);
	assert.match(apns.problems.pop(), /signature verification failed/);
});
