/** MiPush, as strict as Xiaomi documents it. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Fake } from './fake.mjs';

export const mipushCredential = () => ({ app_secret: randomBytes(16)
	.toString('base64'), package: 'example.im.app' });

export const mipushToken = () => randomBytes(48).toString('base64');

export const coded = (code, more = {}) => ({ status: 200,
	headers: { 'content-type': 'application/json' },
	body: { result: code ? 'error' : 'ok', code, trace_id: 'Xcm1', ...more } });

const FIELDS = ['registration_id', 'restricted_package_name', 'pass_through',
	'title', 'description', 'payload', 'time_to_live', 'notify_id',
	'extra.channel_id'];

export class FakeMiPush extends Fake {
	know(credential) {
		this.credential = credential;
	}

	accept() {
		return coded(0, { data: { id: 'scm1' }, info: 'Received push ' +
			'messages for 1 REGID' });
	}

	async check(r) {
		const { app_secret, package: name } = this.credential;

		if (r.method !== 'POST' || r.path !== '/v3/message/regid')
			return { status: 404, body: '<html>' };
		/* "key" in lower case. */
		if (r.headers.authorization !== `key=${app_secret}`)
			return coded(21301, { reason: 'Invalid application secret' });
		assert.equal(r.headers['content-type'],
			'application/x-www-form-urlencoded');
		const form = new URLSearchParams(new TextDecoder('utf-8',
			{ fatal: true }).decode(r.body));
		const f = Object.fromEntries(form);

		assert.equal([...form].length, Object.keys(f).length);
		assert.ok(Object.keys(f).every((key) => FIELDS.includes(key)));
		if (!f.registration_id || f.registration_id.includes(','))
			return coded(10016, { reason: 'registration_id' });
		if (f.restricted_package_name !== name)
			return coded(22022, { reason: 'package name' });
		this.checkFields(f);
		r.form = f;
		/* It was encoded on its own, too. */
		assert.match(f.payload, /^[\w.~%-]+$/);
		r.payload = JSON.parse(decodeURIComponent(f.payload));
		return null;
	}

	checkFields(f) {
		const most = f['extra.channel_id'] ? 10 : 1;

		assert.match(f.pass_through, /^[01]$/);
		assert.match(f.time_to_live, /^[1-9]\d*$/);
		assert.ok(Number(f.time_to_live) <= most * 86400_000);
		if (f.pass_through === '1')
			return;
		/* As Java counts. */
		assert.ok(f.title.trim() && f.title.length < 50);
		assert.ok(f.description.trim() && f.description.length < 128);
		assert.ok(f.title.isWellFormed() && f.description.isWellFormed());
		assert.ok(f.notify_id === undefined || (/^\d+$/.test(f.notify_id) &&
			Number(f.notify_id) < 2 ** 31));
	}
}
