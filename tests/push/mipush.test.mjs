import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { makeCertificate, silence } from './fake.mjs';
import { coded, FakeMiPush, mipushCredential, mipushToken }
	from './fake_mipush.mjs';
import { Try } from './try.mjs';

const DAY_MS = 86400_000;

let certificate;
let mi;
let push;
let credential;

const notice = (more) => ({ id: randomUUID(), collapse: 'conv-1_x',
	title: 'Ann', body: 'Hello', badge: 3, urgent: true,
	expires_ms: Date.now() + 3600_000, data: { conv_id: '12' }, ...more });

before(async () => {
	certificate = makeCertificate();
	mi = await new FakeMiPush(certificate).start();
	credential = mipushCredential();
	mi.know(credential);
	push = new Try({ 'push.ca_file': certificate.ca,
		'push.timeout_ms': 2000 });
});
after(async () => {
	await push?.done();
	await mi?.stop();
	certificate?.remove();
});
afterEach(() => {
	assert.deepEqual(mi.problems, []);
	mi.requests.length = 0;
});

const last = () => mi.requests.at(-1);

/** fn(send, line): over a line of its own. */
async function over(fn, c = credential) {
	const line = await push.open('mipush', c, { send: mi.url });

	try {
		return await fn((n = notice(), to = { token: mipushToken() }) =>
			push.send(line, to, n), line);
	} finally {
		push.close(line);
	}
}

test('a notice has every field', () => over(async (send) => {
	const token = mipushToken();
	const { verdict, attempt } = await send(notice({ body: 'a+b & c=ä' }),
		{ token });

	assert.deepEqual([verdict, attempt], ['done', 1]);
	const { time_to_live: ttl, notify_id, ...form } = last().form;

	assert.ok(ttl > 3590_000 && ttl <= 3600_000 && ttl % 1000 === 0);
	assert.deepEqual(form, { registration_id: token,
		restricted_package_name: credential.package, pass_through: '0',
		title: 'Ann', description: 'a+b & c=ä', payload: form.payload });
	assert.deepEqual(last().payload, { conv_id: '12', tag: 'conv-1_x',
		badge: '3' });
	await send(notice({ body: 'more' }));
	assert.equal(last().form.notify_id, notify_id);
	await send(notice({ collapse: 'conv-2' }));
	assert.notEqual(last().form.notify_id, notify_id);
}));

test('a silent one has no words', () => over(async (send) => {
	assert.equal((await send(notice({ silent: true, badge: 0,
		expires_ms: 1 }))).verdict, 'done');
	const { payload, registration_id, ...form } = last().form;

	assert.ok(payload && registration_id);
	assert.deepEqual(form, { restricted_package_name: credential.package,
		pass_through: '1', time_to_live: '1000' });
}));

test('a channel, and how long its messages may live', async () => {
	const expires_ms = Date.now() + 30 * DAY_MS;

	await over(async (send) => {
		await send(notice({ expires_ms }));
		assert.equal(last().form.time_to_live, `${10 * DAY_MS}`);
		assert.equal(last().form['extra.channel_id'], 'im');
	}, { ...credential, channel_id: 'im' });
	await over(async (send) => {
		await send(notice({ expires_ms }));
		assert.equal(last().form.time_to_live, `${DAY_MS}`);
	});
});

test('words are cut by characters, and are never blank', () => over(
	async (send) => {
		for (const [title, body] of [['x'.repeat(49), 'y'.repeat(127)],
			['x'.repeat(50), 'y'.repeat(128)],
			['\u4f60'.repeat(60), '\u{1f600}'.repeat(100)],
			[`x${'\u{1f600}'.repeat(30)}`, 'z'], ['', 'only'], ['only', ''],
			[' ', '\u4f60']]) {
			assert.equal((await send(notice({ title, body }))).verdict,
				'done');
			const f = last().form;

			for (const [is, was] of [[f.title, title],
				[f.description, body]])
				assert.ok(is === was || !was.trim() ||
					(is.endsWith('\u2026') &&
					was.startsWith(is.slice(0, -1))), is);
		}
		await send(notice({ title: 'x'.repeat(49), body: 'y'.repeat(127) }));
		assert.equal(last().form.title.length, 49);
		assert.equal(last().form.description.length, 127);
	}));

test('each answer has its verdict', async (t) => {
	const token = mipushToken();
	const rows = [
		[coded(0), 'done'],
		[coded(0, { data: { bad_regids: `x,${token}` } }), 'drop_gated'],
		[coded(20301, { reason: 'No valid targets!' }), 'drop_gated'],
		...[-1, 1, 10001, 10002, 10003, 10037, 20607, 26003, 65029, 65030]
			.map((code) => [coded(code), 'retry']),
		...[10031, 10036, 21301, 21302, 21303, 22000, 22006, 22007, 22022,
			26006, 27001].map((code) => [coded(code), 'stop', true]),
		...[10008, 10012, 10016, 10017, 21305, 65009, 65011, 65012, 65013,
			65014, 65015].map((code) => [coded(code), 'give_up', true]),
		...[10029, 65003].map((code) => [coded(code), 'give_up']),
		[{ status: 200, body: '<html>' }, 'retry', true],
		[{ status: 500 }, 'retry'],
		[{ status: 503, body: '<html>' }, 'retry'],
	];

	for (const [answer, verdict, alarm = false] of rows)
		await t.test(`${answer.status} ${answer.body?.code}`, () => over(
			async (send) => {
				mi.next.push(() => answer);
				const result = await send(notice(), { token });

				assert.deepEqual([result.verdict, result.alarm],
					[verdict, alarm]);
			}));
});

test('too often makes the credential slower', () => over(
	async (send, line) => {
		mi.next.push(() => coded(10027));
		assert.equal((await send()).verdict, 'slow');
		assert.ok((await push.state(line)).pause_ms > 0);
	}));

test('the quota of a day pauses until it ends in China', async () => {
	for (const code of [10034, 200001])
		await over(async (send, line) => {
			const now = Date.now() + 8 * 3600_000;
			const left = DAY_MS - now % DAY_MS;

			mi.next.push(() => coded(code));
			const { verdict, retry_after_ms: ms } = await send();

			assert.equal(verdict, 'slow');
			assert.ok(ms <= DAY_MS && (Math.abs(ms - left) < 180_000 ||
				left < 180_000), `${ms} ${left}`);
			assert.equal((await push.state(line)).room, 0);
		});
});

test('a secret that is wrong stops the credential', () => over(
	async (send) => {
		const { verdict, reason } = await send();

		assert.equal(verdict, 'stop');
		assert.equal(reason, '21301 Invalid application secret');
	}, mipushCredential()));

test('no answer: nobody knows', () => over(async (send) => {
	mi.next.push(silence);
	assert.equal((await send()).verdict, 'unknown');
}));
