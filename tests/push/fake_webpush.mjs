/** A push service of a browser (RFC 8030), and the browser. */

import assert from 'node:assert/strict';
import { createECDH, createPublicKey, randomBytes } from 'node:crypto';
import { jwtVerify } from 'jose';
import ece from 'http_ece';
import { Fake } from './fake.mjs';

const DAY_S = 86400;

/** The point of a VAPID key (base64url), as a key that verifies. */
function vapidKey(text) {
	const point = Buffer.from(text, 'base64url');

	assert.equal(point.length, 65);
	return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256',
		x: point.subarray(1, 33).toString('base64url'),
		y: point.subarray(33).toString('base64url') } });
}

/** What PushManager.subscribe() gives, with the keys that stay. */
export class Browser {
	ecdh = createECDH('prime256v1');
	secret = randomBytes(16);
	path = `/send/${randomBytes(24).toString('base64url')}`;

	constructor(fake) {
		this.ecdh.generateKeys();
		fake.browsers.set(this.path, this);
		this.address = { token: `${fake.url}${this.path}`,
			p256dh: this.ecdh.getPublicKey('base64url'),
			auth: this.secret.toString('base64url') };
	}

	/** What the service worker gets; throws if it is not for this one. */
	open(body) {
		return ece.decrypt(body, { version: 'aes128gcm',
			privateKey: this.ecdh, authSecret: this.secret
				.toString('base64url') });
	}
}

export class FakeWebPush extends Fake {
	browsers = new Map();
	/** The VAPID key that subscriptions are of. */
	vapid = '';

	accept() {
		return { status: 201, headers: { location: `${this.url}/m/1` } };
	}

	async check(r) {
		const browser = this.browsers.get(r.path);
		const auth = /^vapid t=([\w.-]+), k=([\w-]{87})$/
			.exec(r.headers.authorization ?? '');

		if (!browser)
			return { status: 404 };
		if (!auth)
			return { status: 401, body: 'no VAPID' };
		assert.equal(r.method, 'POST');
		const { payload, protectedHeader } = await jwtVerify(auth[1],
			vapidKey(auth[2]), { algorithms: ['ES256'],
				audience: this.url,
				currentDate: new Date(this.nowMs()) });

		assert.equal(protectedHeader.typ, 'JWT');
		assert.deepEqual(Object.keys(payload).sort(), ['aud', 'exp', 'sub']);
		assert.ok(payload.exp - this.nowMs() / 1000 <= DAY_S);
		assert.match(payload.sub, /^(mailto:.+@.+|https:.+)$/);
		if (auth[2] !== this.vapid)
			return { status: 403, body: 'the VAPID credentials in the ' +
				'authorization header do not correspond to the credentials ' +
				'used to create the subscriptions.\n' };
		r.jwt = auth[1];
		this.checkNotice(r, browser);
		return null;
	}

	checkNotice(r, browser) {
		const h = r.headers;

		assert.match(h.ttl, /^(0|[1-9]\d{0,6})$/);
		assert.ok(Number(h.ttl) <= 30 * DAY_S);
		assert.match(h.urgency, /^(very-low|low|normal|high)$/);
		assert.match(h.topic ?? 'x', /^[\w-]{1,32}$/);
		assert.equal(h['content-encoding'], 'aes128gcm');
		assert.equal(h['content-type'], 'application/octet-stream');
		/* The header, and one record. */
		assert.equal(r.body.readUInt32BE(16), 4096);
		assert.equal(r.body[20], 65);
		assert.ok(r.body.length <= 3021, `${r.body.length}`);
		r.plain = browser.open(r.body);
		r.json = JSON.parse(new TextDecoder('utf-8', { fatal: true })
			.decode(r.plain));
	}
}
