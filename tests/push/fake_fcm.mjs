/** Firebase Cloud Messaging, HTTP v1, and Google's tokens for it. */

import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, randomBytes }
	from 'node:crypto';
import { jwtVerify } from 'jose';
import { Fake } from './fake.mjs';

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const AUDIENCE = 'https://oauth2.googleapis.com/token';

/** {service_account}, as it is PUT. */
export function fcmCredential(project = 'example-im') {
	const { privateKey } = generateKeyPairSync('rsa',
		{ modulusLength: 2048 });

	return { service_account: { type: 'service_account',
		project_id: project,
		private_key_id: randomBytes(20).toString('hex'),
		private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
		client_email: `push@${project}.iam.gserviceaccount.com`,
		client_id: '1', token_uri: AUDIENCE } };
}

export const fcmToken = () =>
	`${randomBytes(11).toString('base64url')}:APA91b${
		randomBytes(100).toString('base64url')}`;

const TYPE = 'type.googleapis.com/google.firebase.fcm.v1.FcmError';
const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest';
const STATUS = { 400: 'INVALID_ARGUMENT', 401: 'UNAUTHENTICATED',
	403: 'PERMISSION_DENIED', 404: 'NOT_FOUND', 429: 'RESOURCE_EXHAUSTED',
	500: 'INTERNAL', 503: 'UNAVAILABLE' };

/** code: of FcmError; fields: those that are to blame. */
export function fcmError(status, code, fields) {
	const details = [];

	if (code)
		details.push({ '@type': TYPE, errorCode: code });
	if (fields)
		details.push({ '@type': BAD_REQUEST,
			fieldViolations: fields.map((field) =>
				({ field, description: 'is not valid' })) });
	return { status, headers: { 'content-type': 'application/json' },
		body: { error: { code: status, message: 'in words',
			status: STATUS[status],
			...details.length ? { details } : {} } } };
}

export class FakeFcm extends Fake {
	/** project: {account, key} */
	accounts = new Map();
	/** access token: {project, until} */
	given = new Map();
	lifeS = 3600;
	/** As `next`, for grants of access tokens. */
	nextGrants = [];
	grants = [];

	know({ service_account: account }) {
		this.accounts.set(account.project_id, { account,
			key: createPublicKey(account.private_key) });
	}

	accept(r) {
		return { status: 200, headers: { 'content-type': 'application/json' },
			body: { name: `projects/${r?.project}/messages/1` } };
	}

	async take(stream, headers) {
		if (headers[':path'] !== '/token')
			return super.take(stream, headers);
		const parts = [];

		for await (const part of stream)
			parts.push(part);
		const does = this.nextGrants.shift() ?? ((b) => this.grant(b));
		const answer = await does(Buffer.concat(parts).toString(), stream,
			this);

		assert.equal(headers[':method'], 'POST');
		assert.equal(headers['content-type'],
			'application/x-www-form-urlencoded');
		return answer && this.answer(stream, answer);
	}

	/** RFC 7523. */
	async grant(body) {
		const form = new URLSearchParams(body);

		assert.deepEqual([...form.keys()], ['grant_type', 'assertion']);
		assert.equal(form.get('grant_type'), GRANT);
		const assertion = form.get('assertion');
		const claims = JSON.parse(Buffer.from(assertion.split('.')[1],
			'base64url'));
		const known = [...this.accounts.values()].find(({ account }) =>
			account.client_email === claims.iss);

		this.grants.push(claims);
		if (!known)
			return { status: 400, body: { error: 'invalid_grant',
				error_description: 'Invalid grant: account not found' } };
		try {
			const { payload, protectedHeader } = await jwtVerify(assertion,
				known.key, { algorithms: ['RS256'], audience: AUDIENCE,
					currentDate: new Date(this.nowMs() + 2000) });

			assert.equal(protectedHeader.kid, known.account.private_key_id);
			assert.equal(payload.scope, SCOPE);
			assert.ok(payload.exp - payload.iat <= 3600);
		} catch (e) {
			this.problems.push(`${e}`);
			return { status: 400, body: { error: 'invalid_grant',
				error_description: 'Invalid JWT Signature.' } };
		}
		const token = `ya29.${randomBytes(60).toString('base64url')}`;

		this.given.set(token, { project: known.account.project_id,
			until: this.nowMs() + this.lifeS * 1000 });
		return { status: 200, headers: { 'content-type': 'application/json' },
			body: { access_token: token, expires_in: this.lifeS,
				token_type: 'Bearer' } };
	}

	async check(r) {
		const m = /^\/v1\/projects\/([a-z0-9-]+)\/messages:send$/.exec(r.path);
		const bearer = /^Bearer (\S+)$/.exec(r.headers.authorization ?? '');
		const given = bearer && this.given.get(bearer[1]);

		if (r.method !== 'POST' || !m)
			return { status: 404, headers: { 'content-type': 'text/html' },
				body: '<!DOCTYPE html><title>Error 404</title>' };
		r.project = m[1];
		if (!given || given.until <= this.nowMs())
			return fcmError(401);
		if (!this.accounts.has(r.project))
			return fcmError(404);
		if (given.project !== r.project)
			return fcmError(403);
		assert.equal(r.headers['content-type'], 'application/json');
		r.json = JSON.parse(new TextDecoder('utf-8', { fatal: true })
			.decode(r.body));
		const wrong = this.fieldsOf(r.json);

		return wrong.length ? fcmError(400, 'INVALID_ARGUMENT', wrong) : null;
	}

	/** The fields that are wrong. */
	fieldsOf({ message, ...more }) {
		const { token, fid, data, android, ...rest } = message;
		const size = Buffer.byteLength(JSON.stringify({ data,
			notification: rest.notification }));
		const rules = {
			'message': !Object.keys(more).length && size <= 4096,
			'message.token': (typeof token === 'string') !==
				(typeof fid === 'string'),
			'message.data': Object.entries(data ?? {}).every(([k, v]) =>
				typeof v === 'string' && k !== 'from' &&
				k !== 'message_type' && !/^(google|gcm)/.test(k)),
			'message.android.priority': ['high', 'normal']
				.includes(android?.priority),
			'message.android.ttl': /^\d{1,7}s$/.test(android?.ttl) &&
				parseInt(android.ttl, 10) <= 28 * 86400,
			'message.notification': !rest.notification ||
				Object.keys(rest.notification).every((k) =>
					['title', 'body', 'image'].includes(k)),
		};

		return Object.keys(rules).filter((field) => !rules[field]);
	}
}

const html = { status: 404, headers: { 'content-type': 'text/html' },
	body: '<!DOCTYPE html>\n<title>404</title>' };

/** Every documented answer, and what becomes of the notice. */
export const fcmAnswers = [
	[fcmError(404, 'UNREGISTERED'), 'drop', { reason: 'UNREGISTERED' }],
	[fcmError(404), 'stop', { reason: 'NOT_FOUND' }],
	[html, 'retry', { alarm: true }],
	[fcmError(400, 'INVALID_ARGUMENT'), 'drop_gated',
		{ reason: 'INVALID_ARGUMENT' }],
	[fcmError(400, null, ['message.data[0].value']), 'give_up',
		{ alarm: true, reason: 'INVALID_ARGUMENT' }],
	[fcmError(400, 'INVALID_ARGUMENT', ['message.android.ttl']), 'give_up',
		{ alarm: true, reason: 'INVALID_ARGUMENT' }],
	[fcmError(400, 'INVALID_ARGUMENT', ['message.token']), 'drop',
		{ reason: 'INVALID_ARGUMENT' }],
	[fcmError(400), 'give_up', { alarm: true, reason: 'INVALID_ARGUMENT' }],
	[fcmError(403, 'SENDER_ID_MISMATCH'), 'drop_gated',
		{ reason: 'SENDER_ID_MISMATCH' }],
	[fcmError(403), 'stop', { reason: 'PERMISSION_DENIED' }],
	[fcmError(401, 'THIRD_PARTY_AUTH_ERROR'), 'give_up',
		{ alarm: true, reason: 'THIRD_PARTY_AUTH_ERROR' }],
	[fcmError(429, 'QUOTA_EXCEEDED'), 'slow',
		{ retry_after_ms: 60_000, reason: 'QUOTA_EXCEEDED' }],
	[{ ...fcmError(429, 'QUOTA_EXCEEDED'), headers: { 'retry-after': '90' } },
		'slow', { retry_after_ms: 90_000, reason: 'QUOTA_EXCEEDED' }],
	[fcmError(500, 'INTERNAL'), 'retry', { reason: 'INTERNAL' }],
	[{ status: 502, body: '<html>' }, 'retry'],
	[{ status: 504 }, 'retry'],
	[fcmError(503, 'UNAVAILABLE'), 'retry', { reason: 'UNAVAILABLE' }],
	[{ ...fcmError(503, 'UNAVAILABLE'), headers: { 'retry-after': '5' } },
		'retry', { retry_after_ms: 5000, reason: 'UNAVAILABLE' }],
	[{ status: 413 }, 'shorten'],
	[{ status: 302 }, 'give_up', { alarm: true }],
];
