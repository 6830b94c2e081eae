/** im-push, from a message to what a provider gets. */

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { signUp } from '../live/client.mjs';
import { privateStack, until } from '../live/stack.mjs';
import { makeCertificate } from './fake.mjs';
import { apnsCredential, apnsToken, FakeApns, refusal }
	from './fake_apns.mjs';

let certificate;
let apns;
let stack;
let anna;
let bert;
let conv;
let token;

before(async () => {
	certificate = makeCertificate();
	apns = await new FakeApns(certificate).start();
	stack = await privateStack('push', () => ({
		'push.apns_url': apns.url, 'push.apns_sandbox_url': apns.url,
		'push.ca_file': certificate.ca, 'push.retry_ms': 20,
		'push.probe_ms': 50 }));
	anna = await signUp(stack, 'anna');
	bert = await signUp(stack, 'bert');
	conv = (await anna.must('POST', '/v1/conversations',
		{ kind: 'direct', members: [bert.id] })).conv_id;
	await putCredential();
	token = apnsToken();
	await bert.must('PUT', '/v1/devices/bert-1/push',
		{ provider: 'apns', token, locale: 'de' });
});
after(async () => {
	assert.deepEqual(apns?.problems, []);
	await stack?.done();
	await apns?.stop();
	certificate?.remove();
});

async function putCredential() {
	const key = `imk_${randomBytes(32).toString('base64url')}`;
	const hash = createHash('sha256').update(key).digest('hex');
	const credential = apnsCredential();

	apns.know(credential);
	await stack.sql(`INSERT INTO app_key (key_hash, key_id, app_id, name,
		created_ms) VALUES (X'${hash}', ${stack.appId + 1},
		${stack.appId}, 'test', 1)`);
	const r = await fetch(`${stack.url}/v1/admin/push/apns`, {
		method: 'PUT', body: JSON.stringify({ ...credential,
			environment: 'production' }),
		headers: { authorization: `Bearer ${key}`,
			'content-type': 'application/json' } });

	assert.equal(r.status, 200, await r.text());
}

const send = (text, more = {}) => anna.must('POST',
	`/v1/conversations/${conv}/messages`,
	{ type: 'text', content: { text }, ...more });
const shown = (text) => apns.requests.filter((r) =>
	r.json?.aps?.alert?.body === text);
const ledger = (decision, reason) => stack.sql(`SELECT COUNT(*)
	FROM push_ledger WHERE decision = ${decision}
	AND reason = '${reason}'`);

test('an offline user gets title, text, badge and where it is', async () => {
	const m = await send('Guten Tag');
	await until(() => shown('Guten Tag').length, 'the push');
	const { json, path } = shown('Guten Tag')[0];

	assert.equal(path, `/3/device/${token}`);
	assert.match(json.aps.alert.title, /^anna/);
	assert.equal(json.aps.badge, 1);
	assert.equal(json.data.conv_id, conv);
	assert.equal(json.data.msg_id, m.msg_id);
	assert.equal(json.data.conv_index, `${m.conv_index}`);
	assert.ok(json.data.stream_id && json.data.user_index);
	await until(async () => await ledger(1, '') === '1', 'the ledger');
});

test('what is read elsewhere is taken away', async () => {
	const m = await send('read me');

	await until(() => shown('read me').length, 'the push');
	await bert.must('PUT', `/v1/conversations/${conv}/read`,
		{ conv_index: m.conv_index });
	const silent = () => apns.requests.find((r) =>
		r.json?.data?.type === 'withdraw');

	await until(silent, 'the withdrawal');
	assert.equal(silent().json.aps.badge, 0);
	await until(async () => await stack.sql('SELECT COUNT(*) FROM push_job')
		=== '0', 'the end of the job');
});

test('silent messages, and those of a muted chat, are not pushed',
	async () => {
		await send('silent', { flags: ['silent'] });
		await until(async () => await ledger(2, 'silent') === '1', 'silent');
		await bert.must('PATCH', `/v1/conversations/${conv}/me`,
			{ muted_until: Date.now() + 3600_000 });
		await send('muted');
		await until(async () => await ledger(2, 'muted') === '1', 'muted');
		assert.equal(shown('silent').length + shown('muted').length, 0);
		await bert.must('PATCH', `/v1/conversations/${conv}/me`,
			{ muted_until: null });
	});

test('503 is sent again with the same id, and arrives', async () => {
	apns.next.push(() => refusal(503, 'ServiceUnavailable'));
	await send('again');
	await until(() => shown('again').length === 2, 'the second request');
	const ids = shown('again').map((r) => r.headers['apns-id']);

	assert.equal(ids[0], ids[1]);
	assert.ok(ids[0]);
});

test('what is recalled is taken away', async () => {
	const m = await send('oops');
	const n = () => apns.requests.filter((r) =>
		r.json?.data?.type === 'withdraw').length;
	const had = n();

	await until(() => shown('oops').length, 'the push');
	await anna.must('POST', `/v1/messages/${m.msg_id}/recall`, {});
	await until(() => n() > had, 'the withdrawal');
});

test('a token that is dead is not used again', async () => {
	apns.next.push(() => refusal(410, 'Unregistered',
		{ timestamp: Date.now() + 60_000 }));
	await send('gone');
	await until(async () => await stack.sql(`SELECT state
		FROM push_registration WHERE user_id = ${bert.id}`) === '2',
	'the dead token');
	await send('to nobody');
	await until(async () => await ledger(5, 'dead') === '1', 'the reason');
	assert.equal(shown('to nobody').length, 0);
});
