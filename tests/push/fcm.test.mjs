import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { makeCertificate, silence } from './fake.mjs';
import { FakeFcm, fcmAnswers, fcmCredential, fcmError, fcmToken }
	from './fake_fcm.mjs';
import { Try } from './try.mjs';

let certificate;
let fcm;
let push;
let credential;

const base = () => ({ send: fcm.url, token: fcm.url });
const notice = (more) => ({ id: randomUUID(), collapse: 'conv-1_x',
	title: 'Ann', body: 'Hello', badge: 3, urgent: true,
	expires_ms: Date.now() + 3600_000, data: { conv_id: '12' }, ...more });

before(async () => {
	certificate = makeCertificate();
	fcm = await new FakeFcm(certificate).start();
	credential = fcmCredential();
	fcm.know(credential);
	push = new Try({ 'push.ca_file': certificate.ca,
		'push.timeout_ms': 2000 });
});
after(async () => {
	await push?.done();
	await fcm?.stop();
	certificate?.remove();
});
afterEach(() => {
	assert.deepEqual(fcm.problems, []);
	fcm.requests.length = fcm.grants.length = 0;
});

const last = () => fcm.requests.at(-1);

/** fn(send): over a line of its own. */
async function over(fn, c = credential) {
	const line = await push.open('fcm', c, base());

	try {
		return await fn((n = notice(), to = { token: fcmToken() }) =>
			push.send(line, to, n), line);
	} finally {
		push.close(line);
	}
}

test('a notice has every field, and an access token', () => over(
	async (send) => {
		const token = fcmToken();
		const result = await send(notice(), { token });

		assert.deepEqual([result.verdict, result.status, result.attempt],
			['done', 200, 1]);
		assert.equal(last().path, '/v1/projects/example-im/messages:send');
		const { message } = last().json;
		const { ttl } = message.android;

		assert.match(ttl, /^3(600|59\d)s$/);
		assert.deepEqual(message, { token,
			notification: { title: 'Ann', body: 'Hello' },
			data: { conv_id: '12', tag: 'conv-1_x', badge: '3' },
			android: { priority: 'high', ttl, collapse_key: 'conv-1_x',
				notification: { tag: 'conv-1_x', notification_count: 3 } } });
	}));

test('a silent one is data alone', () => over(async (send) => {
	await send(notice({ silent: true, badge: 0, expires_ms: 1 }));
	const { token, ...message } = last().json.message;

	assert.ok(token);
	assert.deepEqual(message, { data: { conv_id: '12', tag: 'conv-1_x',
		badge: '0' }, android: { priority: 'normal', ttl: '0s',
		collapse_key: 'conv-1_x' } });
}));

test('an address of the newer kind', () => over(async (send) => {
	await send(notice({ data: {}, badge: -1 }),
		{ token: 'cRq0tk3', kind: 'fid' });
	const { fid, token, data } = last().json.message;

	assert.deepEqual([fid, token, data],
		['cRq0tk3', undefined, { tag: 'conv-1_x' }]);
}));

test('each answer has its verdict', async (t) => {
	for (const [answer, verdict, more] of fcmAnswers) {
		const name = `${answer.status} ${JSON.stringify(answer.body)}`;

		await t.test(name, () => over(async (send) => {
			fcm.next.push(() => answer);
			const result = await send();

			assert.deepEqual({ ...result, id: 0, took_ms: 0 },
				{ id: 0, verdict, status: answer.status, reason: '',
					retry_after_ms: 0, dead_since_ms: 0, alarm: false,
					new_connection: false, attempt: 1, took_ms: 0, ...more });
		}));
	}
});

test('UNREGISTERED is believed of 404 alone', () => over(async (send) => {
	for (const [status, verdict] of [[400, 'give_up'], [403, 'stop'],
		[500, 'retry']]) {
		fcm.next.push(() => fcmError(status, 'UNREGISTERED'));
		assert.equal((await send()).verdict, verdict);
	}
}));

test('401: once more with a new access token, for all that had the old one',
	() => over(async (send) => {
		assert.equal((await send()).verdict, 'done');
		fcm.given.clear();
		const results = await Promise.all(Array.from({ length: 30 },
			() => send()));

		assert.ok(results.every((r) => r.verdict === 'done'));
		assert.ok(results.some((r) => r.attempt === 2));
		assert.equal(fcm.grants.length, 2);
	}));

test('401 again: the credential is refused', () => over(async (send) => {
	fcm.next.push(() => fcmError(401), () => fcmError(401));
	const { verdict, attempt, status } = await send();

	assert.deepEqual([verdict, attempt, status], ['stop', 2, 401]);
	assert.equal(fcm.grants.length, 2);
}));

test('an access token is kept, and renewed before it ends', () => over(
	async (send) => {
		try {
			for (let minutes = 0; minutes < 180; minutes += 5) {
				push.ahead(minutes * 60_000);
				fcm.aheadMs = minutes * 60_000;
				const r = await send();

				assert.deepEqual([r.verdict, r.attempt], ['done', 1]);
			}
		} finally {
			push.ahead(0);
			fcm.aheadMs = 0;
		}
		assert.ok(fcm.grants.length >= 3 && fcm.grants.length <= 5,
			`${fcm.grants.length}`);
	}));

test('a renewal that fails leaves the access token that there is', () => over(
	async (send) => {
		try {
			assert.equal((await send()).verdict, 'done');
			push.ahead(57 * 60_000);
			fcm.aheadMs = 57 * 60_000;
			fcm.nextGrants.push(() => ({ status: 503 }));
			assert.equal((await send()).verdict, 'done');
			push.ahead(61 * 60_000);
			fcm.aheadMs = 61 * 60_000;
			assert.equal((await send()).verdict, 'done');
			assert.equal(fcm.grants.length, 2);
		} finally {
			push.ahead(0);
			fcm.aheadMs = 0;
		}
	}));

test('no access token: nothing is sent', async (t) => {
	for (const [answer, verdict, more] of [
		[{ status: 400, body: { error: 'invalid_grant' } }, 'stop',
			{ reason: 'invalid_grant' }],
		[{ status: 401, body: { error: 'invalid_client' } }, 'stop',
			{ reason: 'invalid_client' }],
		[{ status: 404, body: '<html>' }, 'retry'],
		[{ status: 429, headers: { 'retry-after': '30' }, body: {} }, 'retry',
			{ retry_after_ms: 30_000 }],
		[{ status: 503 }, 'retry'],
		[{ status: 200, body: '{' }, 'retry', { alarm: true }],
		[{ status: 200, body: {} }, 'retry', { alarm: true }],
		[{ status: 200, body: { access_token: 'a\r\nb: c', expires_in: 9 } },
			'retry', { alarm: true }],
		[{ status: 200, body: { access_token: 'a', expires_in: -1 } },
			'retry', { alarm: true }],
	]) {
		await t.test(`${answer.status} ${JSON.stringify(answer.body)}`,
			() => over(async (send) => {
				fcm.nextGrants.push(() => answer);
				const r = await send();

				assert.deepEqual([r.verdict, r.status, r.attempt, r.alarm,
					r.reason, r.retry_after_ms], [verdict, answer.status, 0,
					more?.alarm ?? false, more?.reason ?? '',
					more?.retry_after_ms ?? 0]);
				assert.equal(fcm.requests.length, 0);
				/* Nothing of it stays. */
				assert.equal((await send()).verdict, 'done');
				fcm.requests.length = 0;
			}));
	}
	await t.test('silence', () => over(async (send) => {
		fcm.nextGrants.push(silence);
		const r = await send();

		assert.deepEqual([r.verdict, r.reason, r.attempt],
			['retry', 'timeout', 0]);
	}));
});

test('a credential is checked without a notice', () => over(
	async (send, line) => {
		assert.equal((await push.check(line)).verdict, 'done');
		assert.equal(fcm.requests.length, 0);
		assert.equal((await send()).verdict, 'done');
		assert.equal(fcm.grants.length, 1);
	}));

test('a long notice is cut between characters', () => over(async (send) => {
	for (const body of ['x'.repeat(5000), '\u{1f600}'.repeat(2000),
		'"\n'.repeat(3000)]) {
		const token = fcmToken();

		assert.equal((await send(notice({ body }), { token })).verdict,
			'done');
		const { notification } = last().json.message;
		const length = last().body.length - token.length;

		assert.ok(length > 4080 && length <= 4096, `${length}`);
		assert.ok(notification.body.endsWith('\u2026'));
		assert.ok(body.startsWith(notification.body.slice(0, -1)));
	}
	fcm.requests.length = 0;
	const much = notice({ data: { much: 'x'.repeat(4096) } });

	assert.deepEqual([(await send(much)).reason,
		(await send({ ...much, silent: true })).reason],
	['too_large', 'too_large']);
	assert.equal(fcm.requests.length, 0);
}));

test('what is no token is not sent', () => over(async (send) => {
	for (const token of ['', 'a b', 'a"b', 'x'.repeat(2049)])
		assert.equal((await send(notice(), { token })).verdict, 'drop');
	assert.equal(fcm.requests.length, 0);
}));

test('the file of the account may be text', () => over(async (send) => {
	assert.equal((await send()).verdict, 'done');
}, { service_account: JSON.stringify(credential.service_account) }));

test('the grant goes where the configuration says', () => over(
	async (send) => {
		assert.equal((await send()).verdict, 'stop');
		assert.match(fcm.problems.pop(), /unexpected "aud" claim/);
		assert.equal(fcm.grants[0].aud, 'https://example.com/evil');
	}, { service_account: { ...credential.service_account,
		token_uri: 'https://example.com/evil' } }));

test('a credential that is wrong is refused by its field', async () => {
	const { service_account: account } = credential;
	const wrong = (value, field) => assert.rejects(
		push.open('fcm', { service_account: value }, base()), { field },
		field);
	const pem = (kind, options) => generateKeyPairSync(kind, options)
		.privateKey.export({ type: 'pkcs8', format: 'pem' });

	for (const value of [undefined, null, 7, '', '{', '[]', []])
		await wrong(value, 'service_account');
	for (const key of [undefined, 'x', pem('rsa', { modulusLength: 1024 }),
		pem('ec', { namedCurve: 'P-256' })])
		await wrong({ ...account, private_key: key },
			'service_account.private_key');
	for (const field of ['client_email', 'project_id'])
		for (const value of [undefined, '', 'a b', 'a\nb'])
			await wrong({ ...account, [field]: value },
				`service_account.${field}`);
	await wrong({ ...account, project_id: '../x' },
		'service_account.project_id');
});

test('another key of the account is refused by the grant', () => over(
	async (send) => {
		const { verdict, reason, attempt } = await send();

		assert.deepEqual([verdict, reason, attempt],
			['stop', 'invalid_grant', 0]);
		assert.match(fcm.problems.pop(), /signature verification failed/);
	}, fcmCredential()));
