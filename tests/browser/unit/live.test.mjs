import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { Client, Live } from '../../../www/sdk/index.js';
import { LiveSocket, SILENT_BEATS } from '../../../www/sdk/live_socket.js';
import { until } from '../wait.mjs';

/**
 * The other side of a Live: an inbox, answers over fetch, sockets. It checks
 * what it is asked as strictly as the contract has it.
 */
class Peer {
	stream_id = 's1';
	inbox = [];
	sockets = [];
	polls = [];
	pulls = 0;
	delivered = [];
	session = true;
	blocked = false;
	down = false;

	constructor() {
		const peer = this;

		this.WebSocket = class {
			readyState = 0;
			sent = [];

			constructor(url, protocols) {
				assert.deepEqual(protocols, ['imcloud.v1']);
				this.query = new URL(url).searchParams;
				peer.sockets.push(this);
				queueMicrotask(() => peer.opened(this));
			}

			send(data) {
				this.sent.push(JSON.parse(data));
			}

			close() {
				this.readyState = 3;
			}

			say(frame) {
				this.onmessage?.({ data: JSON.stringify(
					frame) });
			}

			end(code) {
				this.readyState = 3;
				this.onclose?.({ code });
			}
		};
	}

	opened(socket) {
		if (this.blocked) {
			socket.end(1006);
			return;
		}
		socket.readyState = 1;
		socket.say({ hello: { stream_id: this.stream_id,
			user_index: this.inbox.length, heartbeat_s: 25,
			session_id: '5', features: [] } });
		for (const event of this.inbox.slice(
			Number(socket.query.get('after'))))
			socket.say({ event });
	}

	add(n = 1) {
		for (let i = 0; i < n; i++)
			this.inbox.push({ type: 'entry', at: 0,
				user_index: this.inbox.length + 1,
				conv_id: '77', entry: { conv_id: '77',
					conv_index: this.inbox.length + 1,
					sender_id: '9' } });
		return this.inbox.at(-1);
	}

	page(query) {
		const after = Number(query.get('after'));
		const events = this.inbox.slice(after, after + 3);
		const at = after + events.length;
		const old = query.get('stream_id') !== this.stream_id
			|| after > this.inbox.length;

		return { stream_id: this.stream_id,
			events: old ? [] : events,
			user_index: at, head: this.inbox.length,
			more: at < this.inbox.length, total_unread: 0,
			too_old: old ? true : undefined };
	}

	fetch = async (url, { method, body, signal }) => {
		const { pathname, searchParams } = new URL(url);

		if (this.down)
			throw new TypeError('fetch failed');
		if (!this.session)
			return this.answer(401, { code: 'unauthenticated' });
		if (pathname === '/v1/tickets')
			return this.answer(201, { ticket: 't',
				expires_at: 1 });
		if (pathname === '/v1/sessions/current')
			return this.answer(200, { session_id: '5' });
		if (pathname === '/v1/inbox') {
			this.pulls++;
			return this.answer(200, this.page(searchParams));
		}
		if (pathname === '/v1/live/poll') {
			this.polls.push(Object.fromEntries(searchParams));
			return this.wait(searchParams, signal);
		}
		if (pathname.endsWith('/delivered')) {
			assert.equal(method, 'PUT');
			this.delivered.push(JSON.parse(body).conv_index);
			return this.answer(200, {});
		}
		throw new Error(`unexpected ${method} ${pathname}`);
	};

	async wait(query, signal) {
		const after = Number(query.get('after'));
		const end = Date.now() + Number(query.get('wait_s')) * 1000;

		await until(() => signal.aborted || !this.session
			|| this.inbox.length > after || this.ephemeral
			|| Date.now() >= end);
		if (signal.aborted)
			throw new DOMException('aborted', 'AbortError');
		if (!this.session)
			return this.answer(401, { code: 'unauthenticated' });

		const page = { ...this.page(query),
			ephemeral: this.ephemeral };

		this.ephemeral = undefined;
		return this.answer(200, page);
	}

	answer(status, body) {
		return new Response(JSON.stringify(body), { status, headers: {
			'Content-Type': status < 400 ? 'application/json'
				: 'application/problem+json' } });
	}
}

const running = [];

afterEach(() => {
	for (const live of running.splice(0))
		live.stop();
});

function live(peer, position = { stream_id: 's1', user_index: 0 },
	timing = {}) {
	const client = new Client({ base_url: 'http://im.test', token: 'x',
		fetch: peer.fetch });
	const log = { applied: [], ephemeral: [], states: [], ended: [],
		resyncs: 0, heads: [] };
	const made = new Live(client, {
		apply(events) {
			log.applied.push(...events.map((e) => e.user_index));
		},
		ephemeral(event) {
			log.ephemeral.push(event.type);
		},
		async resync() {
			log.resyncs++;
			return { stream_id: peer.stream_id,
				user_index: peer.inbox.length };
		},
		state({ phase, transport }) {
			log.states.push(transport ?? phase);
		},
		head: (head) => log.heads.push(head),
		ended: (reason) => log.ended.push(reason),
	}, { position, user_id: '1', WebSocket: peer.WebSocket,
		timing: { gap_ms: 20, ack_ms: 2, retry_first_ms: 4,
			retry_max_ms: 8, upgrade_first_ms: 30,
			upgrade_max_ms: 40, ...timing } });

	running.push(made);
	made.start();
	return { live: made, log, client };
}

const acks = (socket) => socket.sent.flatMap((frame) =>
	frame.ack === undefined ? [] : [frame.ack]);

test('events of a socket are applied and acknowledged', async () => {
	const peer = new Peer();

	peer.add(2);

	const { log } = live(peer);

	await until(() => log.applied.length === 2);
	peer.sockets[0].say({ event: peer.add() });
	await until(() => acks(peer.sockets[0]).includes(3));
	assert.deepEqual(log.applied, [1, 2, 3]);
	assert.equal(peer.sockets[0].query.get('ticket'), 't');
	assert.equal(peer.sockets[0].query.get('stream_id'), 's1');
	assert.equal(peer.pulls, 0);
});

test('a hole is pulled after a little while', async () => {
	const peer = new Peer();
	const { log } = live(peer, undefined, { gap_ms: 60 });

	await until(() => log.states.includes('websocket'));
	peer.add(4);
	peer.sockets[0].say({ event: peer.inbox[3] });
	peer.sockets[0].say({ event: peer.inbox[0] });
	assert.equal(peer.pulls, 0);
	await until(() => log.applied.length === 4);
	assert.deepEqual(log.applied, [1, 2, 3, 4]);
	assert.equal(peer.pulls, 1);
});

test('a heartbeat reveals that the newest event was lost', async () => {
	const peer = new Peer();
	const { log } = live(peer);

	await until(() => log.states.includes('websocket'));
	peer.add(7);
	peer.sockets[0].say({ heartbeat: { user_index: 7,
		total_unread: 0 } });
	await until(() => log.applied.length === 7);
	assert.deepEqual(log.applied, [1, 2, 3, 4, 5, 6, 7]);
	assert.equal(peer.pulls, 3);
});

test('told to pull, it pulls at once', async () => {
	const peer = new Peer();
	const { log } = live(peer, undefined, { gap_ms: 60000 });

	await until(() => log.states.includes('websocket'));
	peer.add(1);
	peer.sockets[0].say({ pull: { user_index: 1 } });
	await until(() => log.applied.length === 1);
});

test('too old: everything is read afresh, what comes meanwhile is not lost',
	async () => {
		const peer = new Peer();
		const { log } = live(peer);

		await until(() => log.states.includes('websocket'));
		peer.add(5);
		peer.sockets[0].say({ too_old: { stream_id: 's1',
			user_index: 5 } });
		peer.sockets[0].say({ event: peer.add() });
		await until(() => log.resyncs === 1);
		peer.sockets[0].say({ event: peer.add() });
		await until(() => acks(peer.sockets[0]).includes(7));
		assert.equal(log.applied.at(-1), 7);
	});

test('another stream is another inbox', async () => {
	const peer = new Peer();

	peer.add(3);

	const { log, live: made } = live(peer, { stream_id: 's0',
		user_index: 900 });

	await until(() => log.resyncs === 1);
	await until(() => made.position.user_index === 3);
	assert.equal(made.position.stream_id, 's1');
});

test('after a loss it comes back and continues', async () => {
	const peer = new Peer();
	const { log } = live(peer, undefined, { at_once_ms: 0 });

	await until(() => log.states.includes('websocket'));
	peer.sockets[0].say({ event: peer.add() });
	peer.sockets[0].end(1006);
	peer.add(2);
	await until(() => log.applied.length === 3);
	assert.equal(peer.sockets[1].query.get('after'), '1');
	assert.deepEqual(log.applied, [1, 2, 3]);
});

test('a restart is waited for as long as the server says', async () => {
	const peer = new Peer();
	const { log, live: made } = live(peer);

	await until(() => log.states.includes('websocket'));
	const from = Date.now();

	peer.sockets[0].say({ bye: { reason: 'restart',
		retry_after_ms: 150 } });
	peer.sockets[0].end(1012);
	await until(() => made.state.phase === 'waiting');
	assert.ok(made.state.retry_at - from >= 150);
	await until(() => peer.sockets.length === 2);
	assert.ok(Date.now() - from >= 150 - 5);
});

test('silence is a dead connection', async () => {
	const peer = new Peer();

	peer.opened = function opened(socket) {
		socket.readyState = 1;
		socket.say({ hello: { stream_id: 's1', user_index: 0,
			heartbeat_s: 0.02, session_id: '5' } });
	};

	const { log } = live(peer, undefined, { at_once_ms: 0 });

	await until(() => peer.sockets.length === 2);
	assert.ok(log.states.includes('websocket'));
});

test('1.75 heartbeats of silence end a socket, not less', async (t) => {
	const heartbeat_s = 20;
	let ended = false;

	t.mock.timers.enable({ apis: ['setTimeout'] });
	const socket = new LiveSocket({ WebSocket: class {
		readyState = 1;
		close() {}
	}, url: 'ws://x/', open_ms: 1000, onFrame() {} });
	const say = (frame) =>
		socket.ws.onmessage({ data: JSON.stringify(frame) });

	socket.ended.then(() => {
		ended = true;
	});
	const isEndedAfter = async (ms) => {
		t.mock.timers.tick(ms);
		await Promise.resolve();
		return ended;
	};

	say({ hello: { stream_id: 's1', user_index: 0, heartbeat_s,
		session_id: '5' } });
	assert.equal(SILENT_BEATS, 1.75);
	/* One heartbeat may be lost or late: the next one is soon enough. */
	assert.equal(await isEndedAfter(1749 * heartbeat_s), false);
	say({ heartbeat: { user_index: 0, total_unread: 0 } });
	assert.equal(await isEndedAfter(1749 * heartbeat_s), false);
	assert.equal(await isEndedAfter(heartbeat_s), true);
});

test('where WebSockets are blocked it polls, and hears the same', async () => {
	const peer = new Peer();

	peer.blocked = true;

	const { log } = live(peer, undefined, { upgrade_first_ms: 60000,
		upgrade_max_ms: 60000 });

	await until(() => log.states.at(-1) === 'poll');
	peer.add(2);
	await until(() => log.applied.length === 2);
	peer.ephemeral = [{ type: 'typing', at: 0 }];
	await until(() => log.ephemeral.length === 1);
	await until(() => peer.delivered.includes(2));
	assert.deepEqual(log.applied, [1, 2]);
	assert.equal(peer.sockets.length, 1);
	assert.equal(peer.polls[0].wait_s, '0');
	assert.equal(peer.polls.at(-1).wait_s, '25');
});

test('once they are let through again, the socket takes over', async () => {
	const peer = new Peer();

	peer.blocked = true;

	const { log } = live(peer);

	await until(() => log.states.at(-1) === 'poll');
	peer.blocked = false;
	await until(() => log.states.at(-1) === 'websocket');
	peer.sockets.at(-1).say({ event: peer.add() });
	await until(() => log.applied.length === 1);
});

test('a clock that is set back delays no socket', async (context) => {
	const peer = new Peer();
	const clock = context.mock.timers;

	clock.enable({ apis: ['Date'], now: Date.now() });
	peer.blocked = true;

	const { log } = live(peer);

	await until(() => log.states.at(-1) === 'poll');
	clock.setTime(Date.now() - 3600000);
	peer.blocked = false;
	await until(() => log.states.at(-1) === 'websocket');
});

test('a socket that closes at once counts as blocked', async () => {
	const peer = new Peer();
	const { log } = live(peer, undefined, { upgrade_first_ms: 60000,
		upgrade_max_ms: 60000 });

	await until(() => log.states.includes('websocket'));
	peer.sockets[0].end(1006);
	await until(() => log.states.at(-1) === 'poll');
});

test('without a network it tries until there is one', async () => {
	const peer = new Peer();

	peer.down = true;

	const { log } = live(peer);

	await until(() => log.states.filter((s) => s === 'waiting')
		.length >= 2);
	peer.down = false;
	await until(() => log.states.at(-1) === 'websocket');
});

for (const [code, bye, reason] of [
	[4003, { reason: 'kicked' }, 'kicked'],
	[4003, null, 'logged_out'],
	[4009, { reason: 'replaced' }, 'replaced'],
	[4001, { reason: 'expired' }, 'expired'],
])
	test(`the session ends with ${code} ${bye?.reason ?? ''}`, async () => {
		const peer = new Peer();
		const { log, live: made } = live(peer);

		await until(() => log.states.includes('websocket'));
		if (bye)
			peer.sockets[0].say({ bye });
		peer.sockets[0].end(code);
		await until(() => log.ended.length === 1);
		assert.deepEqual(log.ended, [reason]);
		assert.equal(made.state.phase, 'ended');
		made.start();
		assert.equal(peer.sockets.length, 1);
	});

test('4001 for a stale ticket is no end of the session', async () => {
	const peer = new Peer();
	const { log } = live(peer);

	await until(() => log.states.includes('websocket'));
	peer.sockets[0].say({ bye: { reason: 'unauthenticated' } });
	peer.sockets[0].end(4001);
	await until(() => peer.sockets.length === 2);
	assert.deepEqual(log.ended, []);
	peer.session = false;
	peer.sockets[1].say({ bye: { reason: 'unauthenticated' } });
	peer.sockets[1].end(4001);
	await until(() => log.ended.length === 1);
});

test('a waiting poll ends with the session', async () => {
	const peer = new Peer();

	peer.blocked = true;

	const { log } = live(peer);

	await until(() => log.states.at(-1) === 'poll');
	peer.session = false;
	await until(() => log.ended.length === 1);
	assert.deepEqual(log.ended, ['expired']);
});

test('requests go over the socket; when it breaks, over HTTP', async () => {
	const peer = new Peer();
	const { log, client } = live(peer);

	await until(() => log.states.includes('websocket'));

	const socket = peer.sockets[0];
	const first = client.conversations.delivered('77', 4);
	const frame = socket.sent.at(-1);

	assert.deepEqual(frame, { id: frame.id, method: 'PUT',
		path: '/v1/conversations/77/delivered',
		body: { conv_index: 4 } });
	socket.say({ id: frame.id, status: 200,
		body: { delivered_index: 4 } });
	assert.deepEqual(await first, { delivered_index: 4 });

	const refused = client.conversations.delivered('77', 5);

	socket.say({ id: socket.sent.at(-1).id, status: 404,
		body: { code: 'not_found', status: 404 } });
	await assert.rejects(refused, { code: 'not_found' });
	assert.deepEqual(peer.delivered, []);

	const broken = client.conversations.delivered('77', 6);

	socket.end(1006);
	await broken;
	assert.deepEqual(peer.delivered, [6]);
});

test('presence is told, and asked for again on each socket', async () => {
	const peer = new Peer();
	const { log, live: made } = live(peer, undefined, { at_once_ms: 0 });

	await until(() => log.states.includes('websocket'));
	made.setPresence('background');
	made.watch(['7', '8']);
	made.watch(['8', '9']);
	assert.deepEqual(peer.sockets[0].sent.filter((f) => f.ack
		=== undefined).slice(1), [
		{ state: 'background' },
		{ subscribe: { presence: ['7', '8'] } },
		{ unsubscribe: { presence: ['7'] } },
		{ subscribe: { presence: ['9'] } },
	]);
	peer.sockets[0].end(1006);
	await until(() => peer.sockets[1]?.sent.some((f) => f.subscribe));
	assert.equal(peer.sockets[1].query.get('state'), 'background');
	assert.deepEqual(peer.sockets[1].sent.find((f) => f.subscribe)
		.subscribe.presence, ['8', '9']);
});
