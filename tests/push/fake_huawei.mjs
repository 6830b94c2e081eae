/** Huawei Push Kit, v1 to v3, and its access tokens. */

import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, randomBytes }
	from 'node:crypto';
import { jwtVerify } from 'jose';
import { Fake } from './fake.mjs';

const AUDIENCE = 'https://oauth-login.cloud.huawei.com/oauth2/v3/token';

/** {client_id, client_secret, project_id, service_account}, as it is PUT. */
export function huaweiCredential() {
	const { privateKey } = generateKeyPairSync('rsa',
		{ modulusLength: 2048 });

	return { app_id: '104', client_id: '104', client_secret: 'a+b/c=&d',
		project_id: '9876', service_account: { project_id: '9876',
			key_id: randomBytes(16).toString('hex'),
			private_key: privateKey.export({ type: 'pkcs8',
				format: 'pem' }), sub_account: '11223344',
			token_uri: AUDIENCE } };
}

export const huaweiToken = () => randomBytes(64).toString('base64');

export const coded = (code, msg = 'in words', status = 200) =>
	({ status, headers: { 'content-type': 'application/json' },
		body: { code, msg: typeof msg === 'string' ? msg
			: JSON.stringify(msg), requestId: '157' } });

export class FakeHuawei extends Fake {
	given = new Map();
	lifeS = 3600;
	nextGrants = [];
	grants = [];

	know(credential) {
		this.credential = credential;
		this.key = createPublicKey(credential.service_account.private_key);
	}

	accept() {
		return coded('80000000', 'Success');
	}

	async take(stream, headers) {
		if (headers[':path'] !== '/oauth2/v3/token')
			return super.take(stream, headers);
		const parts = [];

		for await (const part of stream)
			parts.push(part);
		assert.equal(headers[':method'], 'POST');
		assert.equal(headers['content-type'],
			'application/x-www-form-urlencoded');
		const form = Object.fromEntries(new URLSearchParams(
			Buffer.concat(parts).toString()));
		const does = this.nextGrants.shift() ?? (() => this.grant(form));

		this.grants.push(form);
		this.answer(stream, await does());
	}

	grant(form) {
		const { client_id, client_secret } = this.credential;

		if (form.client_id !== client_id ||
			form.client_secret !== client_secret)
			return { status: 400, body: { error: 1101, sub_error: 20001,
				error_description: 'invalid client' } };
		assert.deepEqual(form, { grant_type: 'client_credentials', client_id,
			client_secret });
		const token = randomBytes(60).toString('base64');

		this.given.set(token, this.nowMs() + this.lifeS * 1000);
		/* As Huawei writes it: every slash is escaped. */
		return { status: 200, body: JSON.stringify({ access_token: token,
			expires_in: this.lifeS, token_type: 'Bearer' })
			.replaceAll('/', '\\/') };
	}

	async check(r) {
		const m = /^\/v([123])\/(\d+)\/messages:send$/.exec(r.path);
		const bearer = /^Bearer (\S+)$/.exec(r.headers.authorization ?? '');
		const id = m && (m[1] === '1' ? 'client_id' : 'project_id');

		if (r.method !== 'POST' || !m || m[2] !== this.credential[id])
			return { status: 404 };
		r.api = Number(m[1]);
		if (!bearer)
			return coded('80200001', 'Oauth authentication error', 401);
		const wrong = r.api === 3 ? await this.checkJwt(bearer[1])
			: this.checkToken(bearer[1]);

		if (wrong)
			return wrong;
		assert.match(r.headers['content-type'], /^application\/json/);
		r.bearer = bearer[1];
		r.json = JSON.parse(new TextDecoder('utf-8', { fatal: true })
			.decode(r.body));
		return r.api === 3 ? this.checkV3(r) : this.checkV1(r);
	}

	checkToken(token) {
		const until = this.given.get(token);

		return until > this.nowMs() ? null
			: coded(until ? '80200003' : '80200001');
	}

	async checkJwt(jwt) {
		const account = this.credential.service_account;
		const { payload, protectedHeader } = await jwtVerify(jwt, this.key,
			{ algorithms: ['PS256'], audience: AUDIENCE,
				issuer: account.sub_account,
				currentDate: new Date(this.nowMs()) });

		assert.deepEqual(protectedHeader, { alg: 'PS256', typ: 'JWT',
			kid: account.key_id });
		return payload.exp - payload.iat > 86400
			? coded('80300036', 'too long', 400) : null;
	}

	checkV1(r) {
		const { message, validate_only, ...more } = r.json;
		const { token, notification, data, android, ...rest } = message;
		const size = r.body.length - Buffer.byteLength(token.join(','));

		assert.equal(validate_only, false);
		assert.deepEqual([more, rest], [{}, {}]);
		if (token.length < 1 || token.length > 1000)
			return coded('80300010');
		if (size > 4096)
			return coded('80300008');
		assert.equal(typeof data, 'string');
		assert.match(android.ttl, /^[1-9]\d{0,6}s$/);
		assert.ok(parseInt(android.ttl, 10) <= 1296000);
		assert.match(android.urgency, /^(HIGH|NORMAL)$/);
		assert.equal(android.category, 'IM');
		if (notification) {
			assert.deepEqual(Object.keys(notification), ['title', 'body']);
			assert.equal(android.notification.click_action.type, 3);
			const n = android.notification.badge?.set_num ?? 0;

			assert.ok(Number.isInteger(n) && n >= 0 && n <= 99);
		}
		return null;
	}

	checkV3(r) {
		const { payload, target, pushOptions, ...more } = r.json;
		const size = r.body.length - Buffer.byteLength(target.token.join(','));

		assert.deepEqual(more, {});
		assert.ok(Number.isInteger(pushOptions.ttl) && pushOptions.ttl > 0 &&
			pushOptions.ttl <= 1296000);
		if (size > 4096)
			return coded('80300008', 'too long', 400);
		if (r.headers['push-type'] === '6') {
			assert.deepEqual(Object.keys(payload), ['extraData']);
			assert.equal(typeof payload.extraData, 'string');
			return null;
		}
		assert.equal(r.headers['push-type'], '0');
		const { title, body, badge, category, notifyId } =
			payload.notification;
		const n = badge?.setNum ?? 0;

		assert.ok(Number.isInteger(n) && n >= 0 && n <= 99);
		if (title === undefined) {
			/* A badge alone: words are refused beside it. */
			assert.ok(badge && body === undefined && category === undefined);
			return null;
		}
		assert.equal(category, 'IM');
		assert.ok(notifyId === undefined ||
			(Number.isInteger(notifyId) && notifyId >= 0 &&
			notifyId < 2 ** 31));
		return null;
	}
}
