/**
 * im-live behind lighttpd, nginx and Apache: the same tests for each.
 */

import assert from 'node:assert/strict';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { Live, signUp, Sse } from './client.mjs';
import { privateStack, until } from './stack.mjs';

const MANY = 1000;
const SLOW = 12; /* more than a service has threads */
let stack;
let servers; /* name: URL */

before(async () => {
	stack = await privateStack('web', {
		'live.per_user_max': MANY + 10,
	}, ['message', 'conversation', 'user', 'inbox', 'admin', 'live',
		'im-fanout', 'lighttpd', 'nginx', 'apache']);
	servers = { lighttpd: stack.url, ...stack.otherUrls };
});
after(() => stack?.done());

/** A gauge of im-live. */
async function gauge(name) {
	const text = await (await fetch(`${stack.url}/metrics`)).text();

	return Number(new RegExp(`^${name}\\{program="im-live"\\} (\\d+)$`, 'm')
		.exec(text)[1]);
}

function behindEach(what, run, names = ['lighttpd', 'nginx', 'apache']) {
	for (const name of names)
		test(`${name}: ${what}`, () => run(servers[name], name));
}

/** A long poll; {status, body} or, when it was ended, null. */
function poll(url, user, query) {
	const req = http.get(`${url}/v1/live/poll?${query}`, { agent: false,
		headers: { Authorization: `Bearer ${user.token}` } });
	const answer = new Promise((resolve) => {
		req.on('error', () => resolve(null));
		req.on('response', (res) => {
			let text = '';

			res.on('data', (d) => {
				text += d;
			});
			res.on('end', () => resolve({ status: res.statusCode,
				body: JSON.parse(text) }));
		});
	});

	return { req, answer };
}

behindEach('an event stream is not held back', async (url) => {
	const ann = await signUp(stack, 'ann');
	const sse = new Sse(`${url}/v1/live/events`,
		{ Authorization: `Bearer ${ann.token}` });

	await sse.opened;
	await sse.frame('hello');
	const conv = await ann.group();
	const { msg_id: id } = await ann.say(conv, 'one');

	await sse.next((f) => f.event?.entry?.msg_id === id, 'entry');
	sse.close();
});

behindEach('im-live sees that a poll was abandoned', async (url) => {
	const ann = await signUp(stack, 'ann');
	const { req } = poll(url, ann, 'wait_s=60');

	await until(async () => await gauge('imcloud_live_polls') === 1,
		'the poll');
	req.destroy();
	await until(async () => await gauge('imcloud_live_polls') === 0,
		'the end of the poll');
});

test('all: a poll of 60 s', async () => {
	const users = await Promise.all(Object.values(servers).map(() =>
		signUp(stack, 'ann')));
	const answers = await Promise.all(Object.values(servers).map((url, i) =>
		poll(url, users[i], 'wait_s=60').answer));

	for (const { status, body } of answers) {
		assert.equal(status, 200);
		assert.deepEqual(body.events, []);
	}
});

/** Connections that sent text, and neither send nor read on. */
function stalled(url, text) {
	return Promise.all(Array.from({ length: SLOW }, () => new Promise((done) => {
		const socket = net.connect(Number(new URL(url).port), '127.0.0.1');

		socket.on('connect', () => {
			socket.write(text, () => done(socket));
		});
	})));
}

/* Apache passes a body with a Content-Length on as it arrives. */
behindEach('bodies that stop arriving hold no service', async (url) => {
	const ann = await signUp(stack, 'ann');
	const slow = await stalled(url, 'POST /v1/users HTTP/1.1\r\nHost: a\r\n' +
		'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{');
	let ended = 0;

	for (const socket of slow)
		socket.on('data', () => ended++).on('end', () => ended++);
	const res = await fetch(`${url}/v1/users/me`,
		{ headers: { Authorization: `Bearer ${ann.token}` } });

	assert.equal(res.status, 200);
	assert.equal(ended, 0);
	for (const socket of slow)
		socket.destroy();
}, ['lighttpd', 'nginx']);

behindEach('answers that nobody reads hold no service', async (url) => {
	const ann = await signUp(stack, 'ann');
	const conv = await ann.group();
	const text = 'x'.repeat(16000);

	for (let i = 0; i < 190; i++)
		await ann.say(conv, text);
	await until(async () => (await ann.must('GET',
		'/v1/inbox?after=0&limit=200')).events.length > 190, 'the inbox');
	const slow = await stalled(url, 'GET /v1/inbox?after=0&limit=200 HTTP/1.1' +
		'\r\nHost: a\r\nConnection: close\r\n' +
		`Authorization: Bearer ${ann.token}\r\n\r\n`);
	const res = await fetch(`${url}/v1/inbox/head`,
		{ headers: { Authorization: `Bearer ${ann.token}` } });

	assert.equal(res.status, 200);
	for (const socket of slow) {
		let n = 0;

		await new Promise((done) => {
			socket.on('data', (d) => {
				n += d.length;
			}).on('end', done);
		});
		assert.ok(n > 190 * text.length, `${n} bytes`);
	}
});

/** The status of a GET by this agent; again if its connection was over. */
function statusOf(url, agent) {
	return new Promise((resolve, reject) => {
		const req = http.get(url, { agent }, (res) => {
			res.resume().on('end', () => resolve(res.statusCode));
		});

		req.on('error', (e) => {
			if (req.reusedSocket && e.code === 'ECONNRESET')
				resolve(statusOf(url, agent));
			else
				reject(e);
		});
	});
}

behindEach(`${MANY} WebSockets, and the site answers`, async (url) => {
	const ann = await signUp(stack, 'ann');
	const agent = new http.Agent({ keepAlive: true });
	const twelve = () => Promise.all(Array.from({ length: 12 }, () =>
		statusOf(`${url}/`, agent)));
	const all = [];

	assert.deepEqual(new Set(await twelve()), new Set([200]));

	for (let i = 0; i < MANY; i += 50) {
		const some = Array.from({ length: 50 }, () =>
			new Live(`${url}/v1/live`,
				{ headers: { Authorization: `Bearer ${ann.token}` } }));

		await Promise.all(some.map((live) => live.opened));
		all.push(...some);
	}
	await Promise.all(all.map((live) => live.frame('hello')));
	const res = await fetch(`${url}/v1/users/me`,
		{ headers: { Authorization: `Bearer ${ann.token}` } });

	assert.equal(res.status, 200);
	assert.equal((await fetch(`${url}/`)).status, 200);
	/* Also on connections that were kept, if the server keeps any. */
	assert.deepEqual(new Set(await twelve()), new Set([200]));
	agent.destroy();
	await Promise.all(all.map((live) => live.close()));
});

test('lighttpd: a WebSocket over HTTP/2 (RFC 8441)', async () => {
	const ann = await signUp(stack, 'ann');
	const session = http2.connect(stack.url);

	await new Promise((done) => session.on('remoteSettings', done));
	const stream = session.request({ ':method': 'CONNECT',
		':protocol': 'websocket', ':path': '/v1/live', ':scheme': 'http',
		':authority': new URL(stack.url).host,
		'authorization': `Bearer ${ann.token}`,
		'sec-websocket-version': '13' }, { endStream: false });
	const headers = await new Promise((done, fail) => {
		stream.on('response', done);
		stream.on('error', fail);
	});

	assert.equal(headers[':status'], 200);
	const first = await new Promise((done) => stream.once('data', done));

	assert.equal(first[0], 0x81);
	assert.match(first.toString('latin1'), /\{"hello":\{/);
	stream.destroy();
	session.destroy();
});
