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
const BODY_MS = 9000; /* Apache waits a second longer for a body */
const LONG = 'x'.repeat(16000);
let stack;
let servers; /* name: URL */

before(async () => {
	stack = await privateStack('web', {
		'live.per_user_max': MANY + 10,
		/* Others are not served because slow ones are cut off. */
		'web.io_s': 600,
		'message.threads': 8,
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

/** A connection that has sent text, and whose input nobody reads yet. */
function connection(url, text) {
	return new Promise((done) => {
		const socket = net.connect(Number(new URL(url).port), '127.0.0.1');

		socket.on('connect', () => {
			socket.write(text, () => done(socket));
		});
	});
}

const connections = (url, text) => Promise.all(Array.from({ length: SLOW },
	() => connection(url, text)));

behindEach('a WebSocket may say more than a request', async (url) => {
	const ann = await signUp(stack, 'ann');
	const live = new Live(`${url}/v1/live`,
		{ headers: { Authorization: `Bearer ${ann.token}` } });
	const text = 'x'.repeat(65000);

	await live.frame('hello');
	for (let i = 0; i < 40; i++) {
		live.send({ ping: text });
		await live.frame('pong');
	}
	await live.close();
});

/** The head of a request whose answer ends its connection. */
function head(method, path, user, more = '') {
	return `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n` +
		`Authorization: ${user.auth().authorization}\r\n${more}\r\n`;
}

/** All that comes, up to the end of a connection. */
function answerOf(socket) {
	return new Promise((done) => {
		const parts = [];

		socket.on('data', (d) => parts.push(d));
		socket.on('error', () => {});
		socket.on('close', () => done(Buffer.concat(parts)));
	});
}

/** As many others as there are slow ones; all are answered. */
async function othersAreServed(url, user, path) {
	const answers = await Promise.all(Array.from({ length: SLOW }, () =>
		fetch(url + path, { headers: user.auth() })));

	assert.deepEqual(new Set(answers.map((a) => a.status)), new Set([200]));
	await Promise.all(answers.map((a) => a.text()));
}

/** The header of a body, and the body in small pieces. */
const framings = {
	'Content-Length': (text) => ({
		header: `Content-Length: ${text.length}`,
		pieces: text.match(/.{1,7}/g),
	}),
	'chunked': (text) => ({
		header: 'Transfer-Encoding: chunked',
		pieces: [...text.match(/.{1,7}/g).map((piece) =>
			`${piece.length.toString(16)}\r\n${piece}\r\n`), '0\r\n\r\n'],
	}),
};

/**
 * Sends bodies a few bytes at a time; after each piece others ask the same
 * service.  How many ended before their last piece, and the answers.
 */
async function trickle(url, user, framing) {
	const path = `/v1/conversations/${await user.group()}/messages`;
	const { header, pieces } = framings[framing](JSON.stringify({ type: 'text',
		content: { text: 'some bytes at a time' } }));
	const began = Date.now();
	const slow = await connections(url, head('POST', path, user,
		`Content-Type: application/json\r\n${header}\r\n`));
	const answers = slow.map(answerOf);
	let early = 0;

	for (const answer of answers)
		answer.then(() => early++);
	for (const piece of pieces) {
		await othersAreServed(url, user, path);
		for (const socket of slow)
			socket.write(piece);
	}
	const result = { early, took_ms: Date.now() - began };

	return { ...result, answers: await Promise.all(answers) };
}

for (const framing of Object.keys(framings)) {
	behindEach(`${SLOW} bodies (${framing}) that trickle hold no service`,
		async (url) => {
			const ann = await signUp(stack, 'ann');

			/* If this machine takes longer than Apache waits: again. */
			for (let i = 0; i < 20; i++) {
				const { early, took_ms: took, answers } =
					await trickle(url, ann, framing);

				if (took > BODY_MS)
					continue;
				assert.equal(early, 0);
				for (const answer of answers)
					assert.match(answer.toString(), /^HTTP\/1\.1 201 /);
				return;
			}
			throw new Error('this machine is too slow to send a body in time');
		});
}

/** A conversation of 190 messages, which are in the user's inbox. */
async function longTalk(user) {
	const conv = await user.group();

	for (let i = 0; i < 190; i++)
		await user.say(conv, LONG);
	await until(async () => (await user.must('GET',
		'/v1/inbox?after=0&limit=200')).events.length > 190, 'the inbox');
	return conv;
}

behindEach(`${SLOW} answers that nobody reads hold no service`, async (url) => {
	const ann = await signUp(stack, 'ann');
	const history = `/v1/conversations/${await longTalk(ann)}/messages`;

	for (const [path, min, other] of [
		['/v1/inbox?after=0&limit=200', 190, '/v1/inbox/head'],
		[`${history}?limit=100`, 100, `${history}?limit=1`]]) {
		const slow = await connections(url, head('GET', path, ann));

		/* All of them are under way: their beginnings have arrived. */
		await Promise.all(slow.map((socket) => new Promise((done) => {
			socket.once('readable', done);
		})));
		await othersAreServed(url, ann, other);
		for (const socket of slow)
			assert.ok(socket.bytesRead < min * LONG.length, 'it was not read');
		for (const answer of await Promise.all(slow.map(answerOf))) {
			assert.match(answer.subarray(0, 20).toString(), /^HTTP\/1\.1 200 /);
			assert.ok(answer.length > min * LONG.length,
				`${answer.length} bytes`);
		}
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
