import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isProblem, Live, Raw, refused, signUp } from './client.mjs';
import { sharedStack } from './stack.mjs';

let stack;
let ann;

before(async () => {
	stack = await sharedStack();
	ann = await signUp(stack, 'ann');
});
after(() => stack?.done());

test('hello comes first and says who and where', async () => {
	const from = Date.now();
	const live = await ann.live();
	const { hello } = live;

	assert.equal(live.ws.protocol, 'imcloud.v1');
	assert.equal(hello.session_id, ann.sessionId);
	assert.equal(hello.stream_id, ann.streamId);
	assert.equal(hello.user_index, (await ann.head()).user_index);
	assert.ok(hello.heartbeat_s >= 25 && hello.heartbeat_s <= 30);
	assert.ok(hello.server_at >= from && hello.server_at <= Date.now());
	assert.ok(Array.isArray(hello.features));
	assert.equal('resumed_from' in hello, false);
	assert.equal((await live.close()).code, 1000);
});

test('resumed_from is in hello when after is taken', async () => {
	const live = await ann.live({ after: 0 });

	assert.equal(live.hello.resumed_from, 0);
	await live.close();
});

test('a ticket opens too, any number of times', async () => {
	const ticket = await ann.ticket();

	for (let i = 0; i < 2; i++) {
		const live = new Live(ann.url('/v1/live', { ticket }));

		await live.opened;
		assert.equal((await live.frame('hello')).session_id, ann.sessionId);
		await live.close();
	}
});

test('no subprotocol is accepted, only others are refused', async () => {
	const none = await ann.live({}, { protocols: [] });

	assert.equal(none.ws.protocol, '');
	await none.close();
	const both = await ann.live({}, { protocols: ['x', 'imcloud.v1'] });

	assert.equal(both.ws.protocol, 'imcloud.v1');
	await both.close();
	const a = await refused(new Live(ann.url(), { headers: ann.auth(),
		protocols: ['imcloud.v2'] }));

	assert.equal(a.status, 400);
	isProblem(a.body, 400, 'invalid_argument', 'Sec-WebSocket-Protocol');
});

test('a header that is not valid: 401 and no upgrade', async () => {
	for (const headers of [{ authorization: 'Bearer imu_no' },
		{ authorization: 'Basic eDp5' }, {}]) {
		const a = await refused(new Live(ann.url(), { headers }));

		assert.equal(a.status, 401);
		isProblem(a.body, 401, 'unauthenticated');
		assert.equal(a.headers['content-type'], 'application/problem+json');
		assert.equal(a.headers['x-request-id'], a.body.request_id);
	}
});

test('a ticket that is not valid: upgrade, bye, 4001', async () => {
	const live = new Live(ann.url('/v1/live', { ticket: 'none' }));

	await live.opened;
	assert.deepEqual(await live.frame('bye'), { reason: 'unauthenticated' });
	assert.equal((await live.closed).code, 4001);
});

test('a ticket that is not valid on poll and events: 401', async () => {
	for (const path of ['/v1/live/poll', '/v1/live/events', '/v1/live']) {
		const res = await fetch(ann.url(path, { ticket: 'none' }));

		assert.equal(res.status, 401);
		isProblem(await res.json(), 401, 'unauthenticated');
	}
});

test('origins: the list, the host itself, and 403', async () => {
	for (const origin of ['https://good.example', stack.url]) {
		const live = await ann.live({}, { origin });

		await live.close();
	}
	const a = await refused(new Live(ann.url(), { headers: ann.auth(),
		origin: 'https://bad.example' }));

	assert.equal(a.status, 403);
	isProblem(a.body, 403, 'forbidden', 'Origin');
});

test('options are checked before the upgrade', async () => {
	const bad = { after: ['-1', 'x', '', '9007199254740992', '1.0', '01'],
		stream_id: ['', 'a b', 'x'.repeat(65)], state: ['away', ''],
		wait_s: ['1'], unknown: ['1'], limit: ['1'] };

	for (const [name, values] of Object.entries(bad)) {
		for (const value of values) {
			const a = await refused(new Live(ann.url('/v1/live',
				{ [name]: value }), { headers: ann.auth() }));

			assert.equal(a.status, 400, `${name}=${value}`);
			isProblem(a.body, 400, 'invalid_argument', name);
		}
	}
	for (const query of [{ after: 0 }, { state: 'foreground' },
		{ state: 'background' }, { stream_id: ann.streamId, after: 0 }])
		await (await ann.live(query)).close();
});

test('an option may stand once', async () => {
	const a = await refused(new Live(`${ann.url()}?after=1&after=1`,
		{ headers: ann.auth() }));

	isProblem(a.body, 400, 'invalid_argument', 'after');
});

test('the credential comes before the options', async () => {
	const a = await refused(new Live(ann.url('/v1/live', { after: 'x' })));

	assert.equal(a.status, 401);
});

test('a WebSocket request must be one', async () => {
	const plain = await ann.http('GET', '/v1/live');

	assert.equal(plain.status, 400);
	isProblem(plain.body, 400, 'invalid_argument', 'Upgrade');
	const raw = async (lines) => {
		const r = new Raw(stack.liveUrl);

		r.write(`GET /v1/live HTTP/1.1\r\nHost: x\r\n${
			lines.map((l) => `${l}\r\n`).join('')}Authorization: Bearer ${
			ann.token}\r\n\r\n`);
		const a = await r.answer();

		return { ...a, body: JSON.parse(a.body) };
	};
	const good = ['Upgrade: websocket', 'Connection: Upgrade',
		'Sec-WebSocket-Version: 13',
		'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
	const fields = ['Upgrade', 'Connection', 'Sec-WebSocket-Version',
		'Sec-WebSocket-Key'];

	for (let i = 0; i < good.length; i++) {
		const a = await raw(good.filter((_, j) => j !== i));

		assert.equal(a.status, 400);
		isProblem(a.body, 400, 'invalid_argument', fields[i]);
	}
	const old = await raw([...good.slice(0, 2), 'Sec-WebSocket-Version: 8',
		good[3]]);

	isProblem(old.body, 400, 'invalid_argument', 'Sec-WebSocket-Version');
	assert.match(old.head, /\r\nSec-WebSocket-Version: 13(\r\n|$)/);
	const short = await raw([...good.slice(0, 3), 'Sec-WebSocket-Key: YQ==']);

	isProblem(short.body, 400, 'invalid_argument', 'Sec-WebSocket-Key');
});

test('other methods are 405 with Allow, other paths 404', async () => {
	for (const path of ['/v1/live', '/v1/live/poll', '/v1/live/events']) {
		for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
			const res = await fetch(stack.url + path, { method,
				headers: ann.auth(),
				...(method === 'POST' && { body: '' }) });

			assert.equal(res.status, 405, `${method} ${path}`);
			assert.equal(res.headers.get('allow'), 'GET, HEAD');
		}
	}
	for (const path of ['/v1/live/', '/v1/live/x', '/v1/live/poll/',
		'/v1//live', '/v1/live%2Fpoll']) {
		const a = await ann.http('GET', path);

		assert.equal(a.status, 404, path);
		isProblem(a.body, 404, 'not_found');
	}
	/* Without the web server in front, too. */
	const res = await fetch(`${stack.liveUrl}/v1/users/me`);

	assert.equal(res.status, 404);
	isProblem(await res.json(), 404, 'not_found');
});

test('HEAD gets the head of GET, and no body', async () => {
	const head = async (path, headers) => {
		const r = new Raw(stack.liveUrl);

		r.write(`HEAD ${path} HTTP/1.1\r\nHost: x\r\n` +
			Object.entries(headers).map(([n, v]) => `${n}: ${v}\r\n`)
				.join('') + '\r\n');
		const a = await r.answer();

		assert.equal(a.body, '', path);
		return a;
	};
	const type = (a) => /\r\nContent-Type: (.*?)(\r\n|$)/.exec(a.head)[1];
	const poll = await head('/v1/live/poll?wait_s=60', ann.auth());

	assert.equal(poll.status, 200);
	assert.equal(type(poll), 'application/json');
	const events = await head('/v1/live/events', ann.auth());

	assert.equal(events.status, 200);
	assert.equal(type(events), 'text/event-stream');
	for (const [path, headers, status] of [
		['/v1/live/poll', { Authorization: 'Bearer imu_x' }, 401],
		['/v1/live/poll?wait_s=x', ann.auth(), 400],
		['/v1/live/none', ann.auth(), 404],
		['/v1/live', ann.auth(), 400],
		['/v1/live', { ...ann.auth(), 'Upgrade': 'websocket',
			'Connection': 'Upgrade', 'Sec-WebSocket-Version': '13',
			'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' }, 400]]) {
		const a = await head(path, headers);

		assert.equal(a.status, status, path);
		assert.equal(type(a), 'application/problem+json');
		assert.match(a.head, /\r\nContent-Length: [1-9]/);
	}
});

test('a head that parsers may read differently: 400', async () => {
	const auth = `Authorization: Bearer ${ann.token}\r\n`;
	const line = 'GET /v1/live/poll?wait_s=0 HTTP/1.1\r\n';

	for (const [text, field] of [
		[`${line}${auth}\r\n`, 'Host'],
		[`${line}Host: x\r\nHost: x\r\n${auth}\r\n`, 'Host'],
		[`${line}Host: x y\r\n${auth}\r\n`, 'Host'],
		[`${line}Host: x\n${auth}\r\n`],
		[`${line}Host: x\r\n${auth}\n`],
		[`${line}Host: x\r\nA: b\r\n c\r\n${auth}\r\n`],
		[`${line}Host: x\r\nA : b\r\n${auth}\r\n`],
		[`${line}Host: x\r\n${auth}${auth}\r\n`, 'Authorization'],
		[`${line}Host: x\r\n${auth}Last-Event-ID: 1\r\n` +
			'Last-Event-ID: 2\r\n\r\n', 'Last-Event-ID']]) {
		const r = new Raw(stack.liveUrl);

		r.write(text);
		const a = await r.answer();

		assert.equal(a.status, 400, text);
		isProblem(JSON.parse(a.body), 400, 'invalid_argument', field);
	}
	const old = new Raw(stack.liveUrl);

	old.write(`GET /v1/live/poll?wait_s=0 HTTP/1.0\r\n${auth}\r\n`);
	assert.equal((await old.answer()).status, 200);
});

test('every answer bears a request id', async () => {
	for (const [given, kept] of [['my.id-1', true], ['bad id', false],
		['x'.repeat(65), false]]) {
		const res = await fetch(ann.url('/v1/live/poll', { wait_s: 0 }),
			{ headers: { ...ann.auth(), 'x-request-id': given } });
		const id = res.headers.get('x-request-id');

		assert.equal(res.status, 200);
		assert.equal(id === given, kept);
		assert.match(id, /^[A-Za-z0-9._-]{1,64}$/);
		await res.body.cancel();
	}
	const r = new Raw(stack.liveUrl);

	assert.match(await r.upgrade('/v1/live', { ...ann.auth(),
		'X-Request-Id': 'mine' }), /\r\nX-Request-Id: mine(\r\n|$)/);
	r.destroy();
});

test('the accept key is that of RFC 6455', async () => {
	const r = new Raw(stack.liveUrl);

	assert.match(await r.upgrade('/v1/live', ann.auth()),
		/\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=(\r\n|$)/);
	r.destroy();
});

test('frames may follow the head at once', async () => {
	const r = new Raw(stack.liveUrl);
	const ping = r.frame(1, '{"ping":1}');

	r.write(Buffer.concat([Buffer.from('GET /v1/live HTTP/1.1\r\nHost: x\r\n' +
		'Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n' +
		'Sec-WebSocket-Version: 13\r\n' +
		'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
		`Authorization: Bearer ${ann.token}\r\n\r\n`), ping, ping]));
	assert.match(await r.head(), /^HTTP\/1.1 101 /);
	const texts = [];

	while (texts.length < 3)
		texts.push((await r.receive()).payload.toString());
	assert.deepEqual(texts.slice(1), ['{"pong":1}', '{"pong":1}']);
	r.destroy();
});

test('what is no HTTP, and heads that are too large', async () => {
	const bad = new Raw(stack.liveUrl);

	bad.write('hello\r\n\r\n');
	const a = await bad.answer();

	assert.equal(a.status, 400);
	isProblem(JSON.parse(a.body), 400, 'invalid_argument');
	const large = new Raw(stack.liveUrl);

	large.write(`GET /v1/live HTTP/1.1\r\nX: ${'x'.repeat(20000)}`);
	const b = await large.answer();

	assert.equal(b.status, 431);
	isProblem(JSON.parse(b.body), 431, 'headers_too_large');
	const many = new Raw(stack.liveUrl);

	many.write(`GET /v1/live HTTP/1.1\r\n${'A: b\r\n'.repeat(65)}\r\n`);
	assert.equal((await many.answer()).status, 431);
});

test('a head may come byte by byte', async () => {
	const r = new Raw(stack.liveUrl);
	const text = `GET /v1/live/poll?wait_s=0 HTTP/1.1\r\nHost: x\r\n` +
		`Authorization: Bearer ${ann.token}\r\n\r\n`;

	r.socket.setNoDelay(true);
	for (const c of text) {
		r.write(c);
		await new Promise(setImmediate);
	}
	const a = await r.answer();

	assert.equal(a.status, 200);
	assert.deepEqual(JSON.parse(a.body).events, []);
});

test('CORS: listed origins may poll, preflights are answered', async () => {
	const origin = 'https://good.example';
	const pre = (o) => fetch(ann.url('/v1/live/poll'), { method: 'OPTIONS',
		headers: { origin: o, 'access-control-request-method': 'GET',
			'access-control-request-headers': 'authorization' } });
	const yes = await pre(origin);

	assert.equal(yes.status, 204);
	assert.equal(yes.headers.get('access-control-allow-origin'), origin);
	assert.match(yes.headers.get('access-control-allow-headers'),
		/Authorization/);
	assert.equal((await pre('https://bad.example')).status, 403);
	const poll = await fetch(ann.url('/v1/live/poll', { wait_s: 0 }),
		{ headers: { ...ann.auth(), origin } });

	assert.equal(poll.status, 200);
	assert.equal(poll.headers.get('access-control-allow-origin'), origin);
	await poll.body.cancel();
	const bad = await fetch(ann.url('/v1/live/poll', { wait_s: 0 }),
		{ headers: { ...ann.auth(), origin: 'https://bad.example' } });

	assert.equal(bad.status, 403);
	assert.equal(bad.headers.get('access-control-allow-origin'), null);
	await bad.body.cancel();
	/* A page must be able to read that its token is over. */
	const over = await fetch(ann.url('/v1/live/poll'),
		{ headers: { authorization: 'Bearer imu_x', origin } });

	assert.equal(over.status, 401);
	assert.equal(over.headers.get('access-control-allow-origin'), origin);
	await over.body.cancel();
});

test('an Origin that cannot be understood is refused', async () => {
	const ask = async (path, ...origins) => {
		const r = new Raw(stack.liveUrl);

		r.write(Buffer.from(`GET ${path} HTTP/1.1\r\nHost: own.example\r\n` +
			'Upgrade: websocket\r\nConnection: Upgrade\r\n' +
			'Sec-WebSocket-Version: 13\r\n' +
			'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
			`Authorization: Bearer ${ann.token}\r\n` +
			`${origins.map((o) => `Origin: ${o}\r\n`).join('')}\r\n`,
		'latin1'));
		const head = await r.head();

		r.destroy();
		assert.equal(/evil/.test(head), false);
		return Number(head.split(' ')[1]);
	};
	const good = 'https://good.example';

	for (const [path, status] of [['/v1/live', 101], ['/v1/live/events', 200],
		['/v1/live/poll?wait_s=0', 200]]) {
		for (const origins of [[], [good], ['https://own.example']])
			assert.equal(await ask(path, ...origins), status);
		for (const origins of [['https://evil.example\xe4'],
			['https://evil.example https://good.example'], [''],
			[`https://${'x'.repeat(400)}.evil`], ['null'],
			[good, 'https://evil.example'], [good, good]])
			assert.equal(await ask(path, ...origins), 403,
				`${path} ${origins}`);
	}
});

test('no token and no ticket in the log', async () => {
	const ticket = await ann.ticket();
	const live = new Live(ann.url('/v1/live', { ticket }));

	await live.frame('hello');
	await live.close();
	const log = stack.log('live');

	assert.ok(log.includes(`session_id=${ann.sessionId}`));
	assert.equal(log.includes(ticket), false);
	assert.equal(log.includes(ann.token), false);
});

test('counters count', async () => {
	const value = async (name) => Number(new RegExp(
		`^${name}\\{program="im-live"\\} (\\d+)$`, 'm').exec(await (await
	fetch(`${stack.url}/metrics`)).text())?.[1] ?? 0);
	const [open, accepted] = [await value('imcloud_live_connections'),
		await value('imcloud_live_accepted_total')];
	const live = await ann.live();

	assert.ok(await value('imcloud_live_connections') > 0);
	assert.ok(await value('imcloud_live_accepted_total') > accepted);
	live.send('bad');
	await live.frame('error');
	assert.ok(await value('imcloud_live_bad_frames_total') > 0);
	await live.close();
	assert.ok(open >= 0);
});
