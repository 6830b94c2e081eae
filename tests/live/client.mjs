/**
 * Clients of im-live: people with sessions, a WebSocket (of the ws package)
 * that can wait for frames, an event stream, and a socket that can break
 * every rule.
 */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import WebSocket from 'ws';

/** How long anything may take: only a hang reaches it. */
export const PATIENCE_MS = 180000;

/** Takes what comes, and hands it to its waiter. */
class Queue {
	constructor() {
		this.items = [];
		this.waiters = [];
		this.over = null;
	}

	push(item) {
		const i = this.waiters.findIndex((w) => w.wanted(item));

		if (i < 0)
			this.items.push(item);
		else
			this.waiters.splice(i, 1)[0].take(item);
	}

	end(why) {
		this.over = why;
		for (const w of this.waiters.splice(0))
			w.fail(new Error(`${w.what}: the connection ended: ${why}`));
	}

	/** The first item that is wanted; those before it stay. */
	next(wanted, what) {
		const i = this.items.findIndex(wanted);

		if (i >= 0)
			return Promise.resolve(this.items.splice(i, 1)[0]);
		if (this.over)
			return Promise.reject(new Error(
				`${what}: the connection has ended: ${this.over}`));
		return new Promise((resolve, reject) => {
			const waiter = { wanted, what, take: null, fail: null };
			const timer = setTimeout(() => {
				this.waiters.splice(this.waiters.indexOf(waiter), 1);
				reject(new Error(`no ${what}; got ${
					JSON.stringify(this.items).slice(0, 600)}`));
			}, PATIENCE_MS);

			waiter.take = (item) => {
				clearTimeout(timer);
				resolve(item);
			};
			waiter.fail = (e) => {
				clearTimeout(timer);
				reject(e);
			};
			this.waiters.push(waiter);
		});
	}
}

/** What WebSocket and event stream have in common: frames. */
class Frames extends Queue {
	/** frame('hello'): the value under this key, when such a frame comes. */
	async frame(key) {
		return (await this.next((f) => Object.hasOwn(f, key), key))[key];
	}

	async event(type) {
		return (await this.next((f) => f.event?.type === type,
			`${type} event`)).event;
	}

	/** Frames that are there and nobody has asked for. */
	seen(key) {
		return this.items.filter((f) => Object.hasOwn(f, key))
			.map((f) => f[key]);
	}
}

export class Live extends Frames {
	constructor(url, { headers = {}, protocols = ['imcloud.v1'], ...more } =
	{}) {
		super();
		this.ws = new WebSocket(url.replace(/^http/, 'ws'), protocols,
			{ headers, perMessageDeflate: false, ...more });
		this.pings = 0;
		this.lastId = 0;
		this.ws.on('message', (data, isBinary) => {
			assert.equal(isBinary, false);
			this.push(JSON.parse(data.toString()));
		});
		this.ws.on('ping', () => {
			this.pings++;
		});
		this.opened = new Promise((resolve, reject) => {
			this.ws.on('open', () => resolve(this));
			this.ws.on('error', reject);
			/* Refused without upgrade: {status, headers, body}. */
			this.ws.on('unexpected-response', (_, res) => {
				let body = '';

				res.on('data', (d) => {
					body += d;
				});
				res.on('end', () => {
					this.ws.terminate();
					const e = new Error(`refused: ${res.statusCode}`);

					e.refused = { status: res.statusCode,
						headers: res.headers, body };
					reject(e);
				});
			});
		});
		this.opened.catch(() => {});
		this.closed = new Promise((resolve) => {
			this.ws.on('close', (code, reason) => {
				this.end(`close ${code}`);
				resolve({ code, reason: reason.toString() });
			});
		});
	}

	send(frame) {
		this.ws.send(typeof frame === 'string' ? frame
			: JSON.stringify(frame));
	}

	/** A request; its answer {id, status, body?}. */
	async ask(method, path, body, headers) {
		const id = ++this.lastId;

		this.send({ id, method, path, ...(headers && { headers }),
			...(body && { body }) });
		return this.next((f) => f.id === id && 'status' in f,
			`answer to ${method} ${path}`);
	}

	async close() {
		this.ws.close();
		return this.closed;
	}
}

/** The refusal of a WebSocket that must not open: {status, headers, body}. */
export async function refused(live) {
	try {
		await live.opened;
	} catch (e) {
		if (e.refused)
			return { ...e.refused, body: JSON.parse(e.refused.body) };
		throw e;
	}
	throw new Error('the WebSocket opened');
}

/** An event stream: frames, and their ids and the retry time as they came. */
export class Sse extends Frames {
	constructor(url, headers = {}) {
		super();
		this.ids = [];
		this.retry = null;
		this.opened = new Promise((resolve, reject) => {
			this.req = http.get(url, { headers, agent: false }, (res) => {
				this.res = res;
				res.setEncoding('utf8');
				let text = '';

				res.on('data', (d) => {
					text += d;
					for (;;) {
						const n = text.indexOf('\n\n');

						if (n < 0)
							break;
						this.message(text.slice(0, n));
						text = text.slice(n + 2);
					}
				});
				res.on('close', () => this.end('end of stream'));
				resolve(res);
			});
			this.req.on('error', reject);
		});
		this.opened.catch(() => {});
		this.closed = this.opened.then((res) => new Promise((done) => {
			if (res.closed)
				done();
			res.on('close', done);
		}));
		/* A close before the answer is no error. */
		this.closed.catch(() => {});
	}

	message(text) {
		let id = null;
		let data = null;

		for (const line of text.split('\n')) {
			const [, name, value] = /^(\w+): (.*)$/.exec(line);

			if (name === 'retry')
				this.retry = Number(value);
			else if (name === 'id')
				id = value;
			else if (name === 'data')
				data = value;
			else
				throw new Error(`unexpected field ${name}`);
		}
		if (data === null)
			return;
		this.ids.push(id);
		this.push(JSON.parse(data));
	}

	close() {
		this.req.destroy();
	}
}

/** A TCP connection whose bytes are ours. */
export class Raw {
	constructor(url) {
		const u = new URL(url);

		this.socket = net.connect({ host: u.hostname, port: Number(u.port),
			allowHalfOpen: true });
		this.data = Buffer.alloc(0);
		this.connected = new Promise((done) => {
			this.socket.on('connect', done);
		});
		this.socket.on('data', (d) => {
			this.data = Buffer.concat([this.data, d]);
		});
		this.ended = new Promise((done) => {
			this.socket.on('end', () => done('end'));
			this.socket.on('error', (e) => done(e.code));
			this.socket.on('close', () => done('close'));
		});
	}

	write(data) {
		this.socket.write(data);
	}

	async wait(ready, what) {
		const end = Date.now() + PATIENCE_MS;

		for (;;) {
			const v = ready();

			if (v)
				return v;
			if (Date.now() > end)
				throw new Error(`no ${what}, got ${
					JSON.stringify(this.data.toString('latin1')
						.slice(0, 400))}`);
			await new Promise((done) => setTimeout(done, 5));
		}
	}

	/** The head of an HTTP answer. */
	async head() {
		const n = await this.wait(() =>
			this.data.indexOf('\r\n\r\n') + 1, 'HTTP head');
		const text = this.data.subarray(0, n - 1).toString('latin1');

		this.data = this.data.subarray(n + 3);
		return text;
	}

	/** The whole answer to bytes that are not a good request. */
	async answer() {
		let over = false;

		this.ended.then(() => {
			over = true;
		});
		await this.wait(() => over, 'end of the answer');
		this.socket.destroy();
		const [head, body] = this.data.toString().split(/\r\n\r\n(.*)/s);

		return { status: Number(head.split(' ')[1]), head, body };
	}

	async upgrade(path, headers) {
		this.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n` +
			'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
			'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
			Object.entries(headers).map(([n, v]) => `${n}: ${v}\r\n`)
				.join('') + '\r\n');
		const head = await this.head();

		assert.match(head, /^HTTP\/1.1 101 /);
		return head;
	}

	/**
	 * Receives the hello and one event, with which the opening is over: it
	 * reads the inbox, and holds only some of what comes meanwhile. Gives
	 * the user_index of that event.
	 */
	async opened(bus, user) {
		const { hello } = JSON.parse((await this.receive()).payload);
		const at = hello.user_index + 1;

		await bus.event(user.id, at);
		const { event } = JSON.parse((await this.receive()).payload);

		assert.equal(event.user_index, at);
		return at;
	}

	/** One frame to the server; masked unless told otherwise. */
	frame(opcode, payload, { fin = true, rsv = 0, mask = true, length } = {}) {
		const body = Buffer.from(payload);
		const n = length ?? body.length;
		const head = [(fin ? 0x80 : 0) | rsv << 4 | opcode];
		const bit = mask ? 0x80 : 0;

		if (n < 126) {
			head.push(bit | n);
		} else if (n < 65536) {
			head.push(bit | 126, n >> 8, n & 255);
		} else {
			const b = Buffer.alloc(8);

			b.writeBigUInt64BE(BigInt(n));
			head.push(bit | 127, ...b);
		}
		if (!mask)
			return Buffer.concat([Buffer.from(head), body]);
		const key = randomBytes(4);

		return Buffer.concat([Buffer.from(head), key,
			Buffer.from(body.map((c, i) => c ^ key[i & 3]))]);
	}

	/** The next frame of the server: {opcode, payload}. */
	async receive() {
		const whole = () => {
			const d = this.data;

			if (d.length < 2)
				return null;
			let at = 2;
			let n = d[1] & 127;

			if (n === 126) {
				if (d.length < 4)
					return null;
				n = d.readUInt16BE(2);
				at = 4;
			} else if (n === 127) {
				if (d.length < 10)
					return null;
				n = Number(d.readBigUInt64BE(2));
				at = 10;
			}
			return d.length >= at + n ? { at, n } : null;
		};
		const { at, n } = await this.wait(whole, 'frame');
		const first = this.data[0];
		const second = this.data[1];
		const payload = this.data.subarray(at, at + n);

		this.data = this.data.subarray(at + n);
		assert.equal(second & 0x80, 0, 'server frames are not masked');
		assert.equal(first & 0xf0, 0x80, 'whole, without extensions');
		return { opcode: first & 15, payload };
	}

	/** Reads on to the close frame; its code. */
	async closeCode() {
		for (;;) {
			const f = await this.receive();

			if (f.opcode === 8)
				return f.payload.length ? f.payload.readUInt16BE(0) : 1005;
		}
	}

	destroy() {
		this.socket.destroy();
	}
}

/** How often the server has written this text to r. */
export const count = (r, text) =>
	r.data.toString('latin1').split(text).length - 1;

/** A WebSocket that writes frames as it likes. */
export async function rude(url, who) {
	const r = new Raw(url);

	await r.upgrade('/v1/live', who.auth());
	await r.wait(() => count(r, '"hello"'), 'hello');
	return r;
}

export const repeat = (r, n, make) => r.write(Buffer.concat(Array.from(
	{ length: n }, (_, i) => r.frame(1, JSON.stringify(make(i))))));

/** Writes frames to the bus, as a publisher does. */
export class Bus {
	constructor(path) {
		this.socket = net.connect(path);
		this.socket.on('error', () => {});
		this.ready = new Promise((done) => {
			this.socket.on('connect', done);
		});
	}

	/** to: [[user_id, user_index], ...]; body: an object, or its text. */
	async publish(type, to, body) {
		const text = Buffer.from(typeof body === 'string' ? body
			: JSON.stringify(body).slice(1, -1));
		const head = Buffer.alloc(16 + 16 * to.length);

		head.writeUInt32LE(12 + 16 * to.length + text.length, 0);
		head.writeUInt8(1, 4);
		head.writeUInt8(type, 5);
		head.writeUInt32LE(to.length, 8);
		head.writeUInt32LE(text.length, 12);
		to.forEach(([user, index], i) => {
			head.writeBigUInt64LE(BigInt(user), 16 + 16 * i);
			head.writeBigUInt64LE(BigInt(index), 24 + 16 * i);
		});
		await this.ready;
		this.socket.write(Buffer.concat([head, text]));
	}

	/** An event with this index, whose text says which. */
	event(user, index, more = {}) {
		return this.publish(1, [[user, index]],
			{ type: 'test', at: 1, n: index, ...more });
	}

	close() {
		this.socket.destroy();
	}
}

/** A user with a session. */
export class Person {
	constructor(stack, name) {
		this.stack = stack;
		this.name = name;
	}

	async http(method, path, body, headers = {}, options = {}) {
		const res = await fetch(this.stack.url + path, { method, ...options,
			headers: { ...(this.token &&
				{ authorization: `Bearer ${this.token}` }),
			...(body && { 'content-type': 'application/json' }),
			...headers },
			body: body && JSON.stringify(body) });
		const text = await res.text();

		return { status: res.status, headers: res.headers,
			body: text ? JSON.parse(text) : null };
	}

	async must(method, path, body) {
		const a = await this.http(method, path, body);

		assert.ok(a.status < 300, `${method} ${path}: ${a.status} ${
			JSON.stringify(a.body)}`);
		return a.body;
	}

	/** Another session of the same user. */
	async session(device, platform = 'web') {
		const p = new Person(this.stack, this.name);
		const a = await p.must('POST', '/v1/sessions', {
			app: this.stack.app, username: this.username,
			password: 'correct-horse', device: { id: device, platform } });

		Object.assign(p, { username: this.username, id: this.id,
			token: a.token, sessionId: a.session.session_id,
			streamId: a.stream_id, index: a.user_index });
		return p;
	}

	auth() {
		return { authorization: `Bearer ${this.token}` };
	}

	url(path = '/v1/live', query = {}) {
		const u = new URL(this.stack.url + path);

		for (const [k, v] of Object.entries(query))
			u.searchParams.set(k, v);
		return u.href;
	}

	/** An open WebSocket, after its hello. */
	async live(query = {}, options = {}) {
		const live = new Live(this.url('/v1/live', query),
			{ headers: this.auth(), ...options });

		await live.opened;
		live.hello = await live.frame('hello');
		return live;
	}

	async sse(query = {}, headers = {}) {
		const sse = new Sse(this.url('/v1/live/events', query),
			{ ...this.auth(), ...headers });

		await sse.opened;
		return sse;
	}

	poll(query = {}, options = {}) {
		return this.http('GET', this.url('/v1/live/poll', query)
			.slice(this.stack.url.length), undefined, {}, options);
	}

	/**
	 * The answer to a poll that im-live holds when this returns. Of two polls
	 * of a session the later one ends the earlier.
	 *
	 * @returns {Promise<{answer: Promise}>}
	 */
	async held(query, options) {
		const polls = [0, 1].map(() => this.poll(query, options));
		const first = await Promise.race(polls.map((p, i) =>
			p.then(() => i)));

		return { answer: polls[1 - first] };
	}

	async ticket() {
		return (await this.must('POST', '/v1/tickets')).ticket;
	}

	async group(...others) {
		return (await this.must('POST', '/v1/conversations', {
			kind: 'group', members: others.map((o) => o.id),
			settings: { name: 'test' } })).conv_id;
	}

	say(conv, text, id = randomBytes(8).toString('hex')) {
		return this.must('POST', `/v1/conversations/${conv}/messages`, {
			client_msg_id: id, type: 'text', content: { text } });
	}

	head() {
		return this.must('GET', '/v1/inbox/head');
	}
}

export async function signUp(stack, name) {
	const p = new Person(stack, name);

	p.username = `${name}-${randomBytes(6).toString('hex')}`;
	p.id = (await p.must('POST', '/v1/users', { app: stack.app,
		username: p.username, password: 'correct-horse' })).user_id;
	return p.session(`${name}-1`);
}

/** A problem document: its code and field. */
export function isProblem(doc, status, code, field) {
	assert.equal(doc.code, code);
	assert.equal(doc.status, status);
	assert.equal(doc.type, `urn:imcloud:problem:${code}`);
	assert.ok(doc.title && doc.detail && doc.request_id);
	assert.equal(doc.field, field);
	if (status === 429 || status === 503)
		assert.ok(doc.retry_after_ms > 0);
}
