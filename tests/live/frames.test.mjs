import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isProblem, Raw, signUp } from './client.mjs';
import { sharedStack } from './stack.mjs';

let stack;
let ann;
let bob;
let conv;

before(async () => {
	stack = await sharedStack();
	ann = await signUp(stack, 'ann');
	bob = await signUp(stack, 'bob');
	conv = await ann.group(bob);
});
after(() => stack?.done());

async function raw() {
	const r = new Raw(stack.liveUrl);

	await r.upgrade('/v1/live', ann.auth());
	assert.equal((await r.receive()).opcode, 1); /* hello */
	return r;
}

const text = (r, s, options) => r.write(r.frame(1, s, options));

/* ---- verbs ---- */

test('ping gives back what it was given', async () => {
	const live = await ann.live();

	for (const x of [1, 'x', null, true, [1, { a: 'ä' }], { b: 1.5 }, -0.1,
		'"quoted\\"']) {
		live.send({ ping: x });
		assert.deepEqual(await live.frame('pong'), x);
	}
	await live.close();
});

test('a request is answered under its id', async () => {
	const live = await ann.live();
	const me = await live.ask('GET', '/v1/users/me');

	assert.deepEqual(Object.keys(me), ['id', 'status', 'body']);
	assert.equal(me.status, 200);
	assert.equal(me.body.user_id, ann.id);
	for (const id of ['x', '', 'ä\n"', 0, -5, 2 ** 53, 'y'.repeat(64)]) {
		live.send({ id, method: 'GET', path: '/v1/users/me' });
		await live.next((f) => f.id === id && f.status === 200, `id ${id}`);
	}
	const list = await live.ask('GET', '/v1/conversations?limit=1');

	assert.equal(list.body.items.length, 1);
	await live.close();
});

test('a request without an answer body has none', async () => {
	const live = await ann.live();

	live.send({ id: 1, method: 'POST',
		path: `/v1/conversations/${conv}/typing`, body: { state: 'start' } });
	const a = await live.next((f) => f.id === 1, 'answer');

	assert.deepEqual(a, { id: 1, status: 204 });
	await live.close();
});

test('problems are answers too', async () => {
	const live = await ann.live();
	const none = await live.ask('GET', '/v1/conversations/999');

	assert.equal(none.status, 404);
	isProblem(none.body, 404, 'not_found');
	const bad = await live.ask('POST', `/v1/conversations/${conv}/messages`,
		{ type: 'text' });

	assert.equal(bad.status, 400);
	isProblem(bad.body, 400, 'invalid_argument', bad.body.field);
	await live.close();
});

test('live, files and what is no API are not found over WebSocket',
	async () => {
		const live = await ann.live();

		for (const path of ['/v1/live', '/v1/live/poll?after=0', '/v1/files/1',
			'/v1/uploads', '/metrics', '/internal/live/heads', '/', '/v2/x',
			'/v1/live/../users/me']) {
			const a = await live.ask('GET', path);

			assert.equal(a.status, 404, path);
			isProblem(a.body, 404, 'not_found');
		}
		await live.close();
	});

test('headers of a request: Idempotency-Key replays', async () => {
	const live = await ann.live();
	const key = { 'Idempotency-Key': `k-${Date.now()}` };
	const one = await live.ask('POST', '/v1/tickets', {}, key);
	const two = await live.ask('POST', '/v1/tickets', {},
		{ 'idempotency-key': key['Idempotency-Key'] });

	assert.equal(one.status, 201);
	assert.deepEqual(two.body, one.body);
	await live.close();
});

test('a send: answer and event, and the text as it was sent', async () => {
	const a = await ann.live();
	const b = await bob.live();
	const body = '{"client_msg_id":"f-1","type":"text",' +
		'"content":{"text":"h\\u00e4 \\"x\\" 😀"},"meta":{"n":1.50}}';

	a.send(`{"id":"s","method":"POST","path":"/v1/conversations/${conv
	}/messages","body":${body}}`);
	const sent = await a.next((f) => f.id === 's', 'answer');

	assert.equal(sent.status, 201);
	assert.equal(sent.body.duplicate, false);
	for (const live of [a, b]) {
		const e = await live.next((f) => f.event?.entry?.msg_id ===
			sent.body.msg_id, 'entry');

		assert.equal(e.event.entry.content.text, 'hä "x" 😀');
		assert.ok(Number.isInteger(e.event.user_index));
	}
	await a.close();
	await b.close();
});

test('pipelined sends are in the log as they were sent', async () => {
	const live = await ann.live();
	const n = 60;

	for (let i = 0; i < n; i++)
		live.send({ id: i, method: 'POST',
			path: `/v1/conversations/${conv}/messages`,
			body: { client_msg_id: `pipe-${i}`, type: 'text',
				content: { text: `${i}` } } });
	const answers = [];

	for (let i = 0; i < n; i++)
		answers.push(await live.next((f) => f.id === i, `answer ${i}`));
	for (let i = 1; i < n; i++) {
		assert.equal(answers[i].status, 201);
		assert.ok(answers[i].body.conv_index >
			answers[i - 1].body.conv_index, `${i}`);
	}
	await live.close();
});

test('over 64 unanswered requests: 429 under the id', async () => {
	const r = await raw();
	const n = 200;
	const ids = new Set();

	/* In one piece, so that all of them are read before any is answered. */
	r.write(Buffer.concat(Array.from({ length: n }, (_, i) => r.frame(1,
		JSON.stringify({ id: i, method: 'POST',
			path: `/v1/conversations/${conv}/messages`,
			body: { client_msg_id: `many-${i}`, type: 'text',
				content: { text: 'x' } } })))));
	let refused = 0;

	while (ids.size < n) {
		const a = JSON.parse((await r.receive()).payload || '{}');

		if (!Object.hasOwn(a, 'id'))
			continue;
		ids.add(a.id);
		if (a.status === 429) {
			refused++;
			isProblem(a.body, 429, 'rate_limited');
		} else {
			assert.equal(a.status, 201);
		}
	}
	assert.ok(refused > 0 && refused <= n - 64, `${refused} refused`);
	r.destroy();
});

test('ack is taken without an answer', async () => {
	const live = await ann.live();
	const { user_index: head } = await ann.head();

	live.send({ ack: head });
	live.send({ ack: head });
	live.send({ ping: 1 });
	await live.frame('pong');
	assert.deepEqual(live.seen('error'), []);
	await live.close();
});

test('an ack moves the delivered mark', async () => {
	const b = await bob.live();
	const a = await ann.live();
	const sent = await ann.say(conv, 'delivered?');
	const e = await b.next((f) => f.event?.entry?.msg_id === sent.msg_id,
		'entry');

	b.send({ ack: e.event.user_index });
	const mark = await a.next((f) => f.event?.type === 'delivered' &&
		f.event.user_id === bob.id && f.event.conv_index >= sent.conv_index,
	'delivered event');

	assert.equal('user_index' in mark.event, false);
	await a.close();
	await b.close();
});

/* ---- bad frames ---- */

test('a frame that is not one of these gives an error', async () => {
	const live = await ann.live();
	const bad = [
		['x', '', undefined], ['[]', '', undefined], ['1', '', undefined],
		['{}', '', undefined], ['{"ping":1', '', undefined],
		['{"a":1}', 'a', undefined],
		['{"ping":1,"ack":2}', '', undefined],
		['{"ping":1,"id":3}', '', 3],
		['{"id":7}', 'method', 7], ['{"id":7,"method":"GET"}', 'path', 7],
		['{"method":"GET","path":"/v1/info"}', 'id', undefined],
		['{"id":1.5,"method":"GET","path":"/v1/info"}', 'id', undefined],
		['{"id":{},"method":"GET","path":"/v1/info"}', 'id', undefined],
		[`{"id":"${'x'.repeat(65)}","method":"GET","path":"/"}`, 'id',
			undefined],
		['{"id":"a","method":"get","path":"/v1/info"}', 'method', 'a'],
		['{"id":"a","method":1,"path":"/v1/info"}', 'method', 'a'],
		['{"id":"a","method":"GET","path":"v1"}', 'path', 'a'],
		['{"id":"a","method":"GET","path":"/v1/a b"}', 'path', 'a'],
		['{"id":"a","method":"GET","path":"/v1/\\u0000"}', 'path', 'a'],
		['{"id":"a","method":"GET","path":"/v1/info","body":[]}', 'body',
			'a'],
		['{"id":"a","method":"GET","path":"/v1/info","body":{"a":tru}}',
			'body', 'a'],
		['{"id":"a","method":"GET","path":"/v1/info","headers":{"X":"y"}}',
			'headers.X', 'a'],
		['{"id":1,"id":2,"ping":3}', 'id', 1],
	];

	for (const [frame, field, id] of bad.slice(0, 18)) {
		live.send(frame);
		const f = await live.next((m) => 'error' in m, `error of ${frame}`);

		isProblem(f.error, 400, 'invalid_argument', field || undefined);
		assert.equal(f.id, id, frame);
	}
	await live.close();
	const other = await ann.live();

	for (const [frame, field, id] of bad.slice(18)) {
		other.send(frame);
		const f = await other.next((m) => 'error' in m, `error of ${frame}`);

		isProblem(f.error, 400, 'invalid_argument', field || undefined);
		assert.equal(f.id, id, frame);
	}
	for (const frame of [{ ack: -1 }, { ack: '1' }, { ack: 1.5 },
		{ state: 'away' }, { subscribe: [] }, { subscribe: { presence: 1 } },
		{ subscribe: { presence: ['x'] } }, { subscribe: { a: [] } },
		{ unsubscribe: { presence: [7] } },
		{ subscribe: { presence: Array(501).fill('1') } }]) {
		other.send(frame);
		isProblem(await other.frame('error'), 400, 'invalid_argument',
			fieldOf(frame));
	}
	await other.close();
});

function fieldOf(frame) {
	const [verb, v] = Object.entries(frame)[0];

	if (!v.presence)
		return verb;
	if (!Array.isArray(v.presence) || v.presence.length > 500)
		return `${verb}.presence`;
	return `${verb}.presence.0`;
}

test('20 bad frames in a minute: too_many, 4029', async () => {
	const live = await ann.live();

	for (let i = 0; i < 19; i++)
		live.send('bad');
	live.send({ ping: 1 });
	await live.frame('pong');
	assert.equal(live.seen('error').length, 19);
	live.send('bad');
	const bye = await live.frame('bye');

	assert.equal(bye.reason, 'too_many');
	assert.ok(bye.retry_after_ms > 0);
	assert.equal((await live.closed).code, 4029);
});

/* ---- the protocol ---- */

test('binary: 1003', async () => {
	const r = await raw();

	r.write(r.frame(2, 'x'));
	assert.equal(await r.closeCode(), 1003);
	r.destroy();
});

test('text that is not UTF-8: 1007', async () => {
	for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80],
		[0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
		const r = await raw();

		r.write(r.frame(1, Buffer.from(bytes)));
		assert.equal(await r.closeCode(), 1007);
		r.destroy();
	}
});

test('a message over 128 KiB: 1009; one of 128 KiB is taken', async () => {
	const r = await raw();
	const ping = (n) => `{"ping":"${'x'.repeat(n - 11)}"}`;

	text(r, ping(131072));
	const pong = (await r.receive()).payload.toString();

	assert.equal(JSON.parse(pong).pong.length, 131072 - 11);
	text(r, ping(131073));
	assert.equal(await r.closeCode(), 1009);
	r.destroy();
	/* Announced is enough. */
	const s = await raw();

	s.write(s.frame(1, 'x', { length: 2 ** 40 }));
	assert.equal(await s.closeCode(), 1009);
	s.destroy();
	/* In pieces. */
	const t = await raw();

	for (let i = 0; i < 3; i++)
		t.write(t.frame(i ? 0 : 1, 'x'.repeat(65536), { fin: false }));
	assert.equal(await t.closeCode(), 1009);
	t.destroy();
});

test('protocol errors: 1002', async () => {
	const cases = {
		'not masked': (r) => r.frame(1, '{"ping":1}', { mask: false }),
		'reserved bit': (r) => r.frame(1, '{"ping":1}', { rsv: 4 }),
		'reserved opcode': (r) => r.frame(3, 'x'),
		'reserved control': (r) => r.frame(11, 'x'),
		'continuation of nothing': (r) => r.frame(0, 'x'),
		'text within a message': (r) => Buffer.concat([
			r.frame(1, 'x', { fin: false }), r.frame(1, 'x')]),
		'fragmented ping': (r) => r.frame(9, 'x', { fin: false }),
		'long ping': (r) => r.frame(9, 'x'.repeat(126)),
		'close of one byte': (r) => r.frame(8, 'x'),
		'close code 1005': (r) => r.frame(8, Buffer.from([3, 0xed])),
		'close code 999': (r) => r.frame(8, Buffer.from([3, 0xe7])),
		'close code 5000': (r) => r.frame(8, Buffer.from([0x13, 0x88])),
	};

	for (const [name, make] of Object.entries(cases)) {
		const r = await raw();

		r.write(make(r));
		assert.equal(await r.closeCode(), 1002, name);
		r.destroy();
	}
});

test('fragments, with pings between, are one message', async () => {
	const r = await raw();
	const parts = ['{"pi', 'ng":"', '', 'ä'.repeat(3000), '"}'];

	parts.forEach((part, i) => {
		r.write(r.frame(i ? 0 : 1, part, { fin: i === parts.length - 1 }));
		r.write(r.frame(9, `p${i}`));
	});
	for (let i = 0; i < parts.length - 1; i++) {
		const f = await r.receive();

		assert.equal(f.opcode, 10);
		assert.equal(f.payload.toString(), `p${i}`);
	}
	assert.equal(JSON.parse((await r.receive()).payload).pong,
		'ä'.repeat(3000));
	r.destroy();
});

test('a character may be cut by a fragment', async () => {
	const r = await raw();
	const bytes = Buffer.from('{"ping":"😀"}');

	for (let i = 0; i < bytes.length; i++)
		r.write(r.frame(i ? 0 : 1, bytes.subarray(i, i + 1),
			{ fin: i === bytes.length - 1 }));
	assert.equal(JSON.parse((await r.receive()).payload).pong, '😀');
	r.destroy();
});

test('frames byte by byte, and many in one piece', async () => {
	const r = await raw();

	r.socket.setNoDelay(true);
	for (const b of r.frame(1, '{"ping":"slow"}')) {
		r.write(Buffer.from([b]));
		await new Promise(setImmediate);
	}
	assert.equal((await r.receive()).payload.toString(), '{"pong":"slow"}');
	r.write(Buffer.concat(Array.from({ length: 500 },
		(_, i) => r.frame(1, `{"ping":${i}}`))));
	for (let i = 0; i < 500; i++)
		assert.equal((await r.receive()).payload.toString(),
			`{"pong":${i}}`);
	r.destroy();
});

test('a close is answered with its code, then the server closes',
	async () => {
		for (const [payload, code] of [[[], 1000], [[3, 0xe8], 1000],
			[[0x0f, 0xa0], 4000]]) {
			const r = await raw();

			r.write(r.frame(8, Buffer.from(payload)));
			assert.equal(await r.closeCode(), code);
			await r.ended;
			r.destroy();
		}
	});

test('an empty ping is answered with an empty pong', async () => {
	const r = await raw();

	r.write(r.frame(9, ''));
	const f = await r.receive();

	assert.equal(f.opcode, 10);
	assert.equal(f.payload.length, 0);
	r.destroy();
});
