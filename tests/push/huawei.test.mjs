import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { makeCertificate, silence } from './fake.mjs';
import { coded, FakeHuawei, huaweiCredential, huaweiToken }
	from './fake_huawei.mjs';
import { Try } from './try.mjs';

let certificate;
let huawei;
let push;
let credential;

const base = () => ({ send: huawei.url, token: huawei.url });
const notice = (more) => ({ id: randomUUID(), collapse: 'conv-1_x',
	title: 'Ann', body: 'Hello', badge: 3, urgent: true,
	expires_ms: Date.now() + 3600_000, data: { conv_id: '12' }, ...more });

before(async () => {
	certificate = makeCertificate();
	huawei = await new FakeHuawei(certificate).start();
	credential = huaweiCredential();
	huawei.know(credential);
	push = new Try({ 'push.ca_file': certificate.ca,
		'push.timeout_ms': 2000 });
});
after(async () => {
	await push?.done();
	await huawei?.stop();
	certificate?.remove();
});
afterEach(() => {
	assert.deepEqual(huawei.problems, []);
	huawei.requests.length = huawei.grants.length = 0;
});

const last = () => huawei.requests.at(-1);

/** fn(send, line): over a line of its own. */
async function over(api, fn, c = credential) {
	const line = await push.open('huawei', { ...c, api }, base());

	try {
		return await fn((n = notice(), to = { token: huaweiToken() }) =>
			push.send(line, to, n), line);
	} finally {
		push.close(line);
	}
}

for (const api of ['v1', 'v2'])
	test(`${api}: a notice has every field`, () => over(api, async (send) => {
		const token = huaweiToken();
		const { verdict, attempt } = await send(notice(), { token });

		assert.deepEqual([verdict, attempt], ['done', 1]);
		assert.equal(last().path, api === 'v1' ? '/v1/104/messages:send'
			: '/v2/9876/messages:send');
		const { message } = last().json;
		const { ttl } = message.android;

		assert.match(ttl, /^3(600|59\d)s$/);
		assert.deepEqual(message, { token: [token],
			notification: { title: 'Ann', body: 'Hello' },
			data: '{"conv_id":"12","tag":"conv-1_x","badge":"3"}',
			android: { urgency: 'HIGH', category: 'IM', ttl, notification:
				{ tag: 'conv-1_x', click_action: { type: 3 },
					badge: { set_num: 3 } } } });
	}));

test('v1: a silent one is data alone', () => over('v1', async (send) => {
	await send(notice({ silent: true, badge: 0, expires_ms: 1 }));
	const { token, ...message } = last().json.message;

	assert.ok(token);
	assert.deepEqual(message, { data:
		'{"conv_id":"12","tag":"conv-1_x","badge":"0"}',
	android: { urgency: 'NORMAL', category: 'IM', ttl: '1s' } });
}));

test('a badge is at most 99, and of a class', () => over('v1',
	async (send) => {
		await send(notice({ badge: 1000 }));
		assert.deepEqual(last().json.message.android.notification.badge,
			{ set_num: 99, class: 'a.Main' });
		await send(notice({ badge: -1 }));
		assert.ok(!('badge' in last().json.message.android.notification));
	}, { ...credential, badge_class: 'a.Main' }));

test('v3: a notice, a badge, and one for the background', () => over('v3',
	async (send) => {
		const token = huaweiToken();

		assert.equal((await send(notice(), { token })).verdict, 'done');
		assert.equal(last().path, '/v3/9876/messages:send');
		const { notification } = last().json.payload;
		const { notifyId } = notification;

		assert.deepEqual(last().json.target, { token: [token] });
		assert.deepEqual(notification, { category: 'IM', title: 'Ann',
			body: 'Hello', clickAction: { actionType: 0, data:
				{ conv_id: '12', tag: 'conv-1_x', badge: '3' } }, notifyId,
			badge: { setNum: 3 } });
		await send(notice({ body: 'more' }));
		assert.equal(last().json.payload.notification.notifyId, notifyId);
		await send(notice({ collapse: 'conv-2' }));
		assert.notEqual(last().json.payload.notification.notifyId, notifyId);
		await send(notice({ silent: true, badge: 0 }));
		assert.deepEqual(last().json.payload,
			{ notification: { badge: { setNum: 0 } } });
		await send(notice({ silent: true, badge: -1 }));
		assert.equal(last().headers['push-type'], '6');
		assert.deepEqual(JSON.parse(last().json.payload.extraData),
			{ conv_id: '12', tag: 'conv-1_x' });
	}));

test('v3: one JWT for many', () => over('v3', async (send) => {
	await Promise.all([send(), send(), send()]);
	assert.equal(new Set(huawei.requests.map((r) => r.bearer)).size, 1);
	assert.equal(huawei.grants.length, 0);
}));

test('a credential of both sends each device what it knows', () => over('v1',
	async (send) => {
		await send(notice(), { token: huaweiToken(), kind: 'harmony' });
		assert.equal(last().api, 3);
		await send();
		assert.equal(last().api, 1);
		await send(notice(), { token: huaweiToken(), kind: 'harmony' });
		const jwts = huawei.requests.filter((r) => r.api === 3)
			.map((r) => r.bearer);

		assert.equal(new Set(jwts).size, 1);
	}));

test('one access token for many, renewed when it is refused', () => over('v1',
	async (send) => {
		await Promise.all([send(), send(), send()]);
		assert.equal(huawei.grants.length, 1);
		huawei.given.clear();
		const { verdict, attempt } = await send();

		assert.deepEqual([verdict, attempt], ['done', 2]);
		assert.equal(huawei.grants.length, 2);
	}));

for (const code of ['80200001', '80200003', '80200005', '80200006',
	'80300002', '80300011', '80300037', '80600003'])
	test(`${code}: one new token, then stop`, () => over('v1',
		async (send) => {
			huawei.next.push(() => coded(code), () => coded(code));
			const { verdict, reason, attempt } = await send();

			assert.deepEqual([verdict, reason, attempt],
				['stop', code, 2]);
			assert.equal(huawei.grants.length, 2);
		}));

test('a secret that is wrong stops the credential', () => over('v1',
	async (send, line) => {
		const { verdict, reason } = await push.check(line);

		assert.deepEqual([verdict, reason], ['stop', '1101']);
		assert.equal(huawei.requests.length, 0);
	}, { ...huaweiCredential(), client_secret: 'x' }));

test('each answer has its verdict', async (t) => {
	const token = huaweiToken();
	const v3 = (reason) => coded('80300007', { illegalTokens:
		{ [reason]: [token] }, failure: 1 }, 400);
	const rows = [
		[coded('80000000'), 'done'],
		[coded('80100000', { success: 1, illegal_tokens: [token] }),
			'drop_gated'],
		[coded('80100000', { success: 1, illegal_tokens: ['x'] }), 'done'],
		[coded('80300007'), 'drop_gated'],
		...['80100001', '80100003', '80100004', '80100013', '80100018',
			'80100022', '80300010', '80300013'].map((code) =>
			[coded(code), 'give_up', true]),
		[coded('80100016'), 'shorten'],
		[coded('80300008'), 'shorten'],
		[coded('80300036'), 'stop', true],
		[coded('81000001'), 'retry'],
		[{ status: 500 }, 'retry'],
		[{ status: 502, body: '<html>' }, 'retry'],
		[{ status: 200, body: '<html>' }, 'retry', true],
		[v3('tokenFormatError'), 'drop'],
		[v3('tokenPlatformNotSupport'), 'drop'],
		[v3('noRight'), 'drop_gated'],
		...['noPushTypeRight', 'appinfoError',
			'disableSendHuaweiMsgBecauseOfPenalty', 'countryNotSupport',
			'noRightToSendThisLiveNotificationEvent'].map((reason) =>
			[v3(reason), 'stop', true]),
		...['atomicUnableSendUnsubscribedMsg', 'differentImgVerifyPolicy',
			'notSupportPlayVoice'].map((reason) =>
			[v3(reason), 'give_up', true]),
	];

	for (const [answer, verdict, alarm = false] of rows)
		await t.test(JSON.stringify(answer.body ?? answer.status), () => over(
			'v1', async (send) => {
				huawei.next.push(() => answer);
				const result = await send(notice(), { token });

				assert.deepEqual([result.verdict, result.alarm],
					[verdict, alarm]);
			}));
});

test('flow control makes the credential slower', async () => {
	for (const answer of [coded('80100017'), coded('80300029'),
		{ status: 503 }])
		await over('v1', async (send, line) => {
			huawei.next.push(() => answer);
			assert.equal((await send()).verdict, 'slow');
			assert.ok((await push.state(line)).pause_ms > 0);
		});
});

test('no answer: nobody knows', () => over('v1', async (send) => {
	huawei.next.push(silence);
	assert.equal((await send()).verdict, 'unknown');
}));

test('a long notice is cut', async () => {
	for (const api of ['v1', 'v3'])
		await over(api, async (send) => {
			for (const body of ['x'.repeat(5000), '\u{1f600}'.repeat(2000)]) {
				assert.equal((await send(notice({ body }))).verdict, 'done');
				assert.ok(last().body.length > 4090);
			}
		});
});
