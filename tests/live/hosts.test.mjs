/**
 * im-live on several hosts: network namespaces with one cable to the host of
 * the database, memcached and the services, and one to the clients.  Devices of
 * the same users are on different nodes.  While something breaks, messages go on
 * in conversations of each kind: served by the send, by im-fanout, and in mode
 * pull.  Each device gets each message once, in order, soon.
 *
 * Time is counted in heartbeats of a node to which nothing happens.
 * HOSTS_ROUNDS: how often each scenario is done (make drill); without it only
 * some of them.
 */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { signUp } from './client.mjs';
import { Beats, Device } from './device.mjs';
import { figure } from './figures.mjs';
import { Host } from './host.mjs';
import { freePort, startNode } from './node.mjs';
import { privateStack, until } from './stack.mjs';

const ROUNDS = Number(process.env.HOSTS_ROUNDS ?? 0);
const BEAT_S = ROUNDS ? 2 : 1;
const BETWEEN_MS = 1000 * BEAT_S / 6; /* from one message to the next */
/* The aim is two.  Heartbeats are counted whole, and a machine may be slow. */
const BEATS_MAX = 6;
const NOW_MEMBERS = 3;
const missing = await Host.missing();
const skip = missing;
const drill = missing || (ROUNDS ? false : 'part of make drill');

let stack, beats, store;
let nodes; /* {name, host, trunk, clients, live, url} */
let people, devices;
let convs; /* name: id */

const list = (o) => Object.entries(o).map(([name, v]) => `${name}=${v}`);

async function startStore() {
	const at = nodes.map((n) => n.trunk.near);

	store.child = spawn('memcached', ['-u', 'root', '-l', at.join(','),
		'-p', String(store.port)], { stdio: ['ignore', 'ignore', 'inherit'] });
	store.ended = new Promise((done) => {
		store.child.on('exit', done);
	});
	for (const address of at)
		await until(() => spawnSync('bash', ['-c',
			`: <>/dev/tcp/${address}/${store.port}`],
		{ stdio: 'ignore' }).status === 0, 'memcached');
}

async function start(node) {
	const { live } = await startNode(stack, node.name, list({
		'live.bus': node.bus, 'live.listen': `${node.clients.far}:8090`,
		'cache.servers': `${node.trunk.near}:${store.port}`,
	}), { host: node.host });

	node.live = live;
	node.url = `http://${node.clients.far}:8090`;
}

async function place(name) {
	const host = await Host.start();

	return { name, host, trunk: await host.plug(),
		clients: await host.plug() };
}

async function setMode(conv, mode) {
	assert.equal(spawnSync(path.join(stack.bin, 'im-admin'),
		['-c', stack.conf, 'conversation', 'mode', conv, mode]).status, 0);
}

before(async () => {
	if (skip)
		return;
	nodes = [await place('east'), await place('west')];
	store = { port: await freePort() };
	await startStore();
	for (const node of nodes)
		node.bus = `${node.trunk.far}:${await freePort()}`;
	stack = await privateStack('hosts', (s) => ({
		'bus.key': '0123456789abcdef0123456789abcdef',
		'bus.dead_s': 1,
		'bus.nodes': list({ live1: path.join(s.dir, 'run/live1.bus'),
			...Object.fromEntries(nodes.map((n) => [n.name, n.bus])) }),
		'cache.servers': `${nodes[0].trunk.near}:${store.port}`,
		'cache.timeout_ms': 100,
		'fanout.now_members': NOW_MEMBERS,
		'live.heartbeat_s': BEAT_S,
		'live.head_ms': 100,
		'live.hold_ms': 20 * BEAT_S, // 500 for a heartbeat of 25 s
		'live.dead_s': 5,
		'rate.send': 0,
	}));
	for (const node of nodes)
		await start(node);
	people = await Promise.all(['ann', 'bob', 'cyd', 'dan'].map((name) =>
		signUp(stack, name)));
	const [ann, bob, cyd, dan] = people;

	convs = { now: await ann.group(bob, cyd),
		fanned: await ann.group(bob, cyd, dan),
		pull: await ann.group(bob, cyd, dan) };
	await setMode(convs.pull, 'pull');
	await until(async () => (await bob.must('GET', '/v1/inbox?after=0'))
		.large?.length, 'mode pull');
	beats = await Beats.start(dan);
	/* Each of them has a device on each node, and goes to the other one if
	 * that is away. */
	devices = [];
	for (const who of [bob, cyd])
		for (const i of [0, 1]) {
			const urls = [nodes[i].url, nodes[1 - i].url];

			devices.push(new Device(stack, await who.session(`at-${i}`),
				urls, { convs: Object.values(convs), beats,
					beat_s: BEAT_S }));
		}
});
after(async () => {
	for (const device of devices ?? [])
		device.stop();
	beats?.live.ws.terminate();
	try {
		await stack?.done();
	} finally {
		store?.child.kill('SIGKILL');
		for (const { host } of nodes ?? [])
			await host.end();
	}
});

/** Says it until it is said, under one id. */
async function send(conv, text) {
	const id = randomBytes(8).toString('hex');
	const { msg_id, conv_index } = await until(() =>
		people[0].say(conv, text, id).catch(() => null), 'a send');

	return { conv, msg_id, conv_index, beat: beats.n,
		ms: performance.now() };
}

/** What each device got of these, and how late; fails if it is not each once. */
function lateness(sent) {
	const late = { beats: 0, heartbeats: 0 };

	for (const device of devices)
		for (const conv of Object.values(convs)) {
			const mine = sent.filter((m) => m.conv === conv);
			const all = device.got.get(conv);
			const got = all.slice(-mine.length);
			const order = all.map((m) => m.conv_index);

			assert.deepEqual(got.map((m) => m.msg_id),
				mine.map((m) => m.msg_id), 'each once, in order');
			assert.deepEqual(order, [...new Set(order)]
				.sort((a, b) => a - b));
			for (const [i, { beat, ms }] of got.entries()) {
				late.beats = Math.max(late.beats, beat - mine[i].beat);
				late.heartbeats = Math.max(late.heartbeats,
					(ms - mine[i].ms) / BEAT_S / 1000);
			}
		}
	return late;
}

/**
 * Messages go on while it breaks, for so many heartbeats, and one more after
 * it is mended.  leaves: the node that its devices leave meanwhile.
 */
async function scenario(t, name, { breaks, lasts = 1, leaves, mend }) {
	for (let round = 0; round < (ROUNDS || 1); round++) {
		await Promise.all(devices.map((device) => device.goHome()));
		const sent = [];
		let over = false;
		const steady = (async () => {
			while (!over) {
				for (const conv of Object.values(convs))
					sent.push(await send(conv, name));
				await pause(BETWEEN_MS);
			}
		})();

		await beats.pass(1);
		await breaks();
		await beats.pass(lasts);
		if (leaves)
			await until(() => !devices.some((d) => d.isOn(leaves.url)),
				'its devices to leave');
		await mend?.();
		await beats.pass(1);
		over = true;
		await steady;
		for (const device of devices)
			for (const conv of Object.values(convs)) {
				const last = sent.findLast((m) => m.conv === conv);

				await until(() => device.has(conv, last.conv_index),
					`${device.name}: all of it`);
			}
		const late = lateness(sent);

		figure(t, `hosts: ${name}: ${sent.length} messages to ${
			devices.length} devices, the last one had them after ${
			late.heartbeats.toFixed(2)} heartbeats`);
		assert.ok(late.beats <= BEATS_MAX, `${name}: ${late.beats} heartbeats`);
		assert.deepEqual(devices.flatMap((d) => d.failures), []);
	}
}

/* ---- what breaks ---- */

async function endNode(node) {
	node.live.kill('SIGKILL');
	await node.live.ended;
}

const store_ = (command) => spawnSync('bash', ['-c',
	`exec 3<>/dev/tcp/${nodes[0].trunk.near}/${store.port};
	printf '${command}\r\nquit\r\n' >&3; cat <&3`], { encoding: 'utf8' });

test('nothing breaks', { skip }, (t) => scenario(t, 'nothing breaks',
	{ breaks() {} }));

test('a node is killed', { skip }, (t) => scenario(t, 'a node killed', {
	breaks: () => endNode(nodes[0]),
	leaves: nodes[0],
	lasts: 3,
	mend: () => start(nodes[0]),
}));

test('a node is cut off from bus and cache', { skip }, (t) => {
	stack.announce('ev=cache_away');
	return scenario(t, 'a node cut off from bus and cache', {
		breaks: () => nodes[1].trunk.down(),
		lasts: 3,
		mend: () => nodes[1].trunk.up(),
	});
});

test('a node is silent for its clients', { skip }, (t) => scenario(t,
	'a node silent for its clients', {
		breaks: () => nodes[0].clients.silence(),
		leaves: nodes[0],
		lasts: 3,
		mend: () => nodes[0].clients.answer(),
	}));

test('memcached is flushed', { skip }, (t) => scenario(t,
	'memcached flushed', {
		breaks: () => assert.match(store_('flush_all').stdout, /^OK/),
	}));

test('memcached restarts', { skip: drill }, (t) => {
	stack.announce('ev=cache_away');
	return scenario(t, 'memcached restarted', {
		async breaks() {
			store.child.kill('SIGKILL');
			await store.ended;
		},
		mend: startStore,
	});
});

test('services restart', { skip: drill }, (t) => {
	stack.announce('ev=service_away');
	return scenario(t, 'services restarted', {
		breaks: () => stack.service('restart', 'message', 'inbox', 'user',
			'conversation'),
	});
});

test('im-fanout restarts', { skip: drill }, (t) => scenario(t,
	'im-fanout restarted', {
		breaks: () => stack.service('restart', 'im-fanout'),
	}));

test('im-fanout is killed', { skip: drill }, (t) => scenario(t,
	'im-fanout killed', {
		breaks: () => process.kill(stack.pid('im-fanout'), 'SIGKILL'),
	}));
