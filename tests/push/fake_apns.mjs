/** APNs, as strict as Apple documents it. */

import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, randomBytes, randomUUID }
	from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { Fake } from './fake.mjs';

const HOUR_MS = 3600_000;
const RENEW_MS = 20 * 60_000;

/** {key_p8, key_id, team_id, topic}, as it is PUT. */
export function apnsCredential() {
	const { privateKey } = generateKeyPairSync('ec',
		{ namedCurve: 'P-256' });

	return { key_p8: privateKey.export({ type: 'pkcs8', format: 'pem' }),
		key_id: randomBytes(5).toString('hex').toUpperCase(),
		team_id: randomBytes(5).toString('hex').toUpperCase(),
		topic: 'example.im.app' };
}

export const apnsToken = () => randomBytes(32).toString('hex');

export const refusal = (status, reason, more = {}) =>
	({ status, headers: { 'content-type': 'application/json' },
		body: reason ? { reason, ...more } : '' });

export class FakeApns extends Fake {
	/** key_id: {team_id, key, topics, jwt, since} */
	keys = new Map();
	/** token: the topics that it has; those unknown are taken for any. */
	tokens = new Map();
	/** Whether a JWT that comes too early is refused. */
	countsUpdates = false;

	know(credential) {
		this.keys.set(credential.key_id, { team: credential.team_id,
			key: createPublicKey(credential.key_p8),
			topics: [credential.topic] });
	}

	accept() {
		return { status: 200, headers: { 'apns-id': randomUUID() } };
	}

	async check(r) {
		const auth = r.headers.authorization;

		if (r.method !== 'POST')
			return refusal(405, 'MethodNotAllowed');
		if (!/^\/3\/device\/[0-9a-fA-F]{2,200}$/.test(r.path))
			return refusal(404, 'BadPath');
		if (!auth)
			return refusal(403, 'MissingProviderToken');
		assert.match(auth, /^bearer [\w-]+\.[\w-]+\.[\w-]+$/);
		return await this.checkJwt(r, auth.slice(7)) ?? this.checkNotice(r);
	}

	async checkJwt(r, jwt) {
		const { kid, alg } = decodeProtectedHeader(jwt);
		const known = this.keys.get(kid);
		const session = this.sessions[r.session - 1];

		if (alg !== 'ES256' || !known)
			return refusal(403, 'InvalidProviderToken');
		session.key ??= kid;
		if (session.key !== kid)
			return refusal(403, 'UnrelatedKeyIdInToken');
		try {
			const { payload } = await jwtVerify(jwt, known.key,
				{ algorithms: ['ES256'], issuer: known.team,
					currentDate: new Date(this.nowMs() + 5000) });
			const age = this.nowMs() - payload.iat * 1000;

			assert.deepEqual(Object.keys(payload).sort(), ['iat', 'iss']);
			if (age > HOUR_MS || age < -60_000)
				return refusal(403, 'ExpiredProviderToken');
		} catch (e) {
			this.problems.push(`${e}`);
			return refusal(403, 'InvalidProviderToken');
		}
		if (known.jwt !== jwt) {
			if (this.countsUpdates && known.jwt &&
				this.nowMs() - known.since < RENEW_MS)
				return refusal(429, 'TooManyProviderTokenUpdates');
			known.jwt = jwt;
			known.since = this.nowMs();
		}
		r.key = known;
		return null;
	}

	checkNotice(r) {
		const h = r.headers;
		const rules = [
			[h['apns-topic'], 400, 'MissingTopic'],
			[r.key.topics.includes(h['apns-topic']), 400, 'TopicDisallowed'],
			[['alert', 'background'].includes(h['apns-push-type']), 400,
				'InvalidPushType'],
			[['10', '5'].includes(h['apns-priority']), 400, 'BadPriority'],
			[/^\d{1,10}$/.test(h['apns-expiration']), 400,
				'BadExpirationDate'],
			[/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
				.test(h['apns-id']), 400, 'BadMessageId'],
			[Buffer.byteLength(h['apns-collapse-id'] ?? '') <= 64, 400,
				'BadCollapseId'],
			[r.body.length, 400, 'PayloadEmpty'],
			[r.body.length <= 4096, 413, 'PayloadTooLarge'],
		];
		const wrong = rules.find(([is]) => !is);

		if (wrong)
			return refusal(wrong[1], wrong[2]);
		/* Throws where it is not UTF-8, or not JSON. */
		r.json = JSON.parse(new TextDecoder('utf-8', { fatal: true })
			.decode(r.body));
		this.checkPayload(r);
		const topics = this.tokens.get(r.path.split('/')[3]);

		return topics && !topics.includes(h['apns-topic'])
			? refusal(400, 'DeviceTokenNotForTopic') : null;
	}

	checkPayload(r) {
		const { aps, ...rest } = r.json;

		assert.deepEqual(Object.keys(rest), ['data']);
		assert.ok(Object.values(rest.data).every((v) =>
			typeof v === 'string'));
		if (r.headers['apns-push-type'] === 'background') {
			assert.equal(r.headers['apns-priority'], '5');
			assert.equal(aps['content-available'], 1);
			assert.ok(!('alert' in aps) && !('sound' in aps));
		} else {
			assert.equal(typeof aps.alert.title, 'string');
			assert.equal(typeof aps.alert.body, 'string');
		}
		if ('badge' in aps)
			assert.ok(Number.isInteger(aps.badge) && aps.badge >= 0);
	}
}

/** Every documented answer, and what becomes of the notice. */
export const apnsAnswers = [
	[200, '', 'done'],
	[400, 'BadDeviceToken', 'drop_gated'],
	[400, 'DeviceTokenNotForTopic', 'drop_gated'],
	[400, 'BadTopic', 'stop'],
	[400, 'MissingTopic', 'stop'],
	[400, 'TopicDisallowed', 'stop'],
	[400, 'IdleTimeout', 'retry', { new_connection: true }],
	...['BadCollapseId', 'BadExpirationDate', 'BadMessageId', 'BadPriority',
		'DuplicateHeaders', 'InvalidPushType', 'MissingDeviceToken',
		'PayloadEmpty', 'SomethingNew', ''].map((reason) =>
		[400, reason, 'give_up', { alarm: true }]),
	[404, 'BadPath', 'give_up', { alarm: true }],
	[404, '', 'give_up', { alarm: true }],
	[405, 'MethodNotAllowed', 'give_up', { alarm: true }],
	...['InvalidProviderToken', 'MissingProviderToken', 'BadCertificate',
		'BadCertificateEnvironment', 'Forbidden', 'UnrelatedKeyIdInToken',
		'BadEnvironmentKeyIdInToken', ''].map((reason) =>
		[403, reason, 'stop']),
	/* It is younger than 20 minutes: the clock is wrong. */
	[403, 'ExpiredProviderToken', 'stop'],
	[410, 'Unregistered', 'drop', { dead_since_ms: 1700000000123 }],
	[410, 'ExpiredToken', 'drop', { dead_since_ms: 1700000000123 }],
	[410, '', 'drop_gated'],
	[413, 'PayloadTooLarge', 'shorten'],
	[429, 'TooManyProviderTokenUpdates', 'slow',
		{ retry_after_ms: RENEW_MS }],
	[429, 'TooManyRequests', 'retry'],
	[500, 'InternalServerError', 'retry', { new_connection: true }],
	[503, 'ServiceUnavailable', 'retry', { new_connection: true }],
	[503, 'Shutdown', 'retry', { new_connection: true }],
	[502, '', 'retry', { new_connection: true }],
	[302, '', 'give_up', { alarm: true }],
];
