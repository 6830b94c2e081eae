import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import webPush from 'web-push';
import { makeCertificate, silence } from './fake.mjs';
import { Browser, FakeWebPush } from './fake_webpush.mjs';
import { Try } from './try.mjs';

let certificate;
let service;
let other;
let push;
let credential;

const notice = (more) => ({ id: randomUUID(), collapse: 'conv-1_x',
	title: 'Ann', body: 'Hello', badge: 3, urgent: true,
	expires_ms: Date.now() + 3600_000, data: { conv_id: '12' }, ...more });

before(async () => {
	const keys = webPush.generateVAPIDKeys();

	certificate = makeCertificate();
	service = await new FakeWebPush(certificate).start();
	other = await new FakeWebPush(certificate).start();
	service.vapid = other.vapid = keys.publicKey;
	credential = { subject: 'mailto:ops@example.com',
		private_key: keys.privateKey };
	push = new Try({ 'push.ca_file': certificate.ca,
		'push.timeout_ms': 2000, 'push.webpush_hosts':
			`127.0.0.1:${service.port}, 127.0.0.1:${other.port}` });
});
after(async () => {
	await push?.done();
	await service?.stop();
	await other?.stop();
	certificate?.remove();
});
afterEach(() => {
	for (const fake of [service, other]) {
		assert.deepEqual(fake.problems, []);
		fake.requests.length = 0;
	}
});

const last = () => service.requests.at(-1);

/** fn(send): over a line of its own. */
async function over(fn, c = credential) {
	const line = await push.open('webpush', c, {});

	try {
		return await fn((n = notice(), to = new Browser(service).address) =>
			push.send(line, to, n));
	} finally {
		push.close(line);
	}
}

test('a browser reads what was sent', () => over(async (send) => {
	const result = await send();

	assert.deepEqual([result.verdict, result.status, result.attempt],
		['done', 201, 1]);
	const { headers: h, json } = last();

	assert.match(h.ttl, /^3(600|59\d)$/);
	assert.equal(h.urgency, 'high');
	assert.equal(h.topic, 'conv-1_x');
	assert.deepEqual(json, { conv_id: '12', tag: 'conv-1_x', badge: 3,
		title: 'Ann', body: 'Hello' });
}));

test('a silent one has no words', () => over(async (send) => {
	await send(notice({ silent: true, badge: 0, expires_ms: 1 }));
	assert.equal(last().headers.ttl, '0');
	assert.equal(last().headers.urgency, 'low');
	assert.deepEqual(last().json, { conv_id: '12', tag: 'conv-1_x', badge: 0,
		silent: true });
}));

test('another browser cannot read it', () => over(async (send) => {
	await send();
	assert.throws(() => new Browser(service).open(last().body));
}));

test('our fake takes what web-push sends, so it is no stricter than that',
	async () => {
		const browser = new Browser(service);
		const details = webPush.generateRequestDetails(
			{ endpoint: browser.address.token, keys: browser.address },
			'{"title":"x"}', { contentEncoding: 'aes128gcm', TTL: 5,
				urgency: 'normal', vapidDetails: { subject:
					credential.subject, publicKey: service.vapid,
				privateKey: credential.private_key } });
		const r = { method: 'POST', path: browser.path, body: details.body,
			headers: Object.fromEntries(Object.entries(details.headers)
				.map(([k, v]) => [k.toLowerCase(), `${v}`])) };

		assert.equal(await service.check(r), null);
		assert.deepEqual(r.json, { title: 'x' });
	});

test('one JWT for each origin', () => over(async (send) => {
	const jwts = new Set();

	for (let i = 0; i < 3; i++) {
		await send();
		jwts.add(last().jwt);
		await send(notice(), new Browser(other).address);
		jwts.add(other.requests.at(-1).jwt);
	}
	assert.equal(jwts.size, 2);
}));

test('any length', () => over(async (send) => {
	for (const body of ['', 'x', 'x'.repeat(2000), 'x'.repeat(2700),
		'x'.repeat(9000), '\u{1f600}'.repeat(2000), '"\n'.repeat(2000)]) {
		const { verdict } = await send(notice({ body }));
		const cut = last().json.body;

		assert.equal(verdict, 'done');
		assert.ok(cut === body || (cut.endsWith('\u2026') &&
			body.startsWith(cut.slice(0, -1)) && last().body.length > 2900));
	}
}));

test('a subscription of another key does not stop the others', () => over(
	async (send) => {
		const result = await send();

		assert.equal(result.verdict, 'drop_gated');
		assert.match(result.reason, /^the VAPID credentials/);
	}, { ...credential, private_key: webPush.generateVAPIDKeys()
		.privateKey }));

test('a subscription that there is not', () => over(async (send) => {
	const { address } = new Browser(service);
	const { verdict } = await send(notice(),
		{ ...address, token: `${service.url}/send/none` });

	assert.equal(verdict, 'drop');
}));

test('a JWT that is refused is made again once', async () => {
	const refused = () => ({ status: 403, body: { reason: 'BadJwtToken' } });

	await over(async (send) => {
		service.next.push(refused);
		const { verdict, attempt } = await send();
		const [first, second] = service.requests.slice(-2);

		assert.deepEqual([verdict, attempt], ['done', 2]);
		assert.notEqual(first.jwt, second.jwt);
	});
	await over(async (send) => {
		service.next.push(refused, refused);
		const { verdict, alarm, reason } = await send();

		assert.deepEqual([verdict, alarm, reason],
			['stop', true, 'BadJwtToken']);
	});
});

test('each answer has its verdict', () => over(async (send) => {
	for (const [status, verdict, more] of [[201, 'done'], [202, 'done'],
		[404, 'drop'], [410, 'drop'], [413, 'shorten'], [400, 'give_up'],
		[401, 'drop_gated'], [403, 'drop_gated'], [500, 'retry'],
		[502, 'retry'], [429, 'retry', { retry_after_ms: 7000 }],
		[503, 'retry', { retry_after_ms: 7000 }], [307, 'give_up']]) {
		service.next.push(() => ({ status, headers: { 'retry-after': '7' } }));
		const result = await send();

		assert.equal(result.verdict, verdict, `${status}`);
		if (more)
			assert.equal(result.retry_after_ms, more.retry_after_ms);
	}
}));

test('no answer: nobody knows', () => over(async (send) => {
	service.next.push(silence);
	assert.equal((await send()).verdict, 'unknown');
}));

test('hosts that are not allowed get nothing', () => over(async (send) => {
	const { address } = new Browser(service);

	for (const token of [`https://localhost:${service.port}/send/x`,
		'https://127.0.0.1/send/x', address.token.replace('https', 'http'),
		`https://127.0.0.1:${service.port}@localhost/`, 'x', '']) {
		const { verdict, reason, attempt } = await send(notice(),
			{ ...address, token });

		assert.deepEqual([verdict, reason, attempt],
			['give_up', 'endpoint_not_allowed', 0]);
	}
	assert.equal(service.requests.length + other.requests.length, 0);
}));

test('keys that are none', () => over(async (send) => {
	const { address } = new Browser(service);

	for (const bad of [{ p256dh: '' }, { auth: 'x' },
		{ p256dh: Buffer.alloc(65, 4).toString('base64url') }]) {
		const { verdict } = await send(notice(), { ...address, ...bad });

		assert.equal(verdict, 'drop');
	}
}));

test('a credential names what is wrong with it', async () => {
	for (const [bad, field] of [[{ subject: 'ops' }, 'subject'],
		[{ subject: undefined }, 'subject'],
		[{ private_key: 'x' }, 'private_key'],
		[{ private_key: undefined }, 'private_key']])
		await assert.rejects(push.open('webpush', { ...credential, ...bad },
			{}), { field });
});
