/* Hosts that are powered off: they answer nothing, and tell nobody. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Live, signUp } from './client.mjs';
import { Host } from './host.mjs';
import { freePort, startNode } from './node.mjs';
import { privateStack, until } from './stack.mjs';

const HOUR_S = 3600;
const CACHE_PORT = 11211;
const skip = await Host.missing();
let stack;
let host, store; /* of clients and a node; of memcached */
let fromHost; /* the address of store there */
let bus; /* name of a node: address */
/* quick gives up a silent host soon and rarely sends a heartbeat; patient does
 * the reverse. */
let quick, patient;

const list = (o) => Object.entries(o).map(([name, v]) => `${name}=${v}`);

function startNear(name, port, more) {
	return startNode(stack, name, list({ 'live.bus': bus[name],
		'live.listen': `${host.near}:${port}`, ...more }))
		.then((node) => ({ ...node, url: `http://${host.near}:${port}` }));
}

before(async () => {
	if (skip)
		return;
	host = await Host.start();
	store = await Host.start();
	fromHost = await host.join(store);
	store.spawn(['memcached', '-u', 'root', '-p', CACHE_PORT],
		{ stdio: ['ignore', 'inherit', 'inherit'] });
	await until(() => spawnSync('bash', ['-c',
		`: <>/dev/tcp/${store.far}/${CACHE_PORT}`]).status === 0, 'memcached');
	const ports = await Promise.all([1, 2, 3].map(freePort));

	bus = { quick: `${host.near}:${ports[0]}`,
		patient: `${host.near}:${ports[1]}`, far: `${host.far}:${ports[2]}` };
	stack = await privateStack('off', (s) => ({
		'bus.key': '0123456789abcdef0123456789abcdef',
		'bus.dead_s': 1,
		'bus.nodes': list({ live1: path.join(s.dir, 'run/live1.bus'),
			...bus }),
		'cache.servers': `${store.far}:${CACHE_PORT}`,
		'cache.timeout_ms': 500,
		'fanout.now_members': 0, // im-fanout publishes
		'live.dead_s': 5,
		'live.heartbeat_s': 3,
		'live.offline_s': 0,
	}));
	quick = await startNear('quick', 8090, { 'live.heartbeat_s': 30 });
	patient = await startNear('patient', 8091, { 'live.dead_s': HOUR_S });
});
after(async () => {
	try {
		await stack?.done();
	} finally {
		await host?.end();
		await store?.end();
	}
});

async function metric(name) {
	const text = await (await fetch(`${stack.url}/metrics`)).text();

	return Number(text.split('\n').find((line) => line.startsWith(`${name} `))
		?.split(' ')[1] ?? 0);
}

const connections = () =>
	metric('imcloud_live_connections{program="im-live"}');
const dropped = (program) => metric('imcloud_bus_frames_total' +
	`{outcome="dropped",program="${program}"}`);

function watch(live, ...who) {
	live.send({ subscribe: { presence: who.map((w) => w.id) } });
}

/** Waits until a watcher is told that somebody has this state. */
function told(live, who, state) {
	return live.next(({ event: e }) => e?.type === 'presence' &&
		e.user_id === who.id && e.state === state, `${who.name} ${state}`);
}

function heard(live, msg) {
	return live.next((f) => f.event?.entry?.msg_id === msg.msg_id, 'entry');
}

/** Says something until it is heard: what is lost shows in a heartbeat. */
async function reach(live, who, conv) {
	for (;;) {
		const { msg_id: id } = await who.say(conv, 'until it is heard');
		const f = await live.next((m) => m.pull ||
			m.event?.entry?.msg_id === id, 'entry or pull');

		if (f.event)
			return;
	}
}

const closed = (node, who) => new RegExp(
	`ev=close .*why=(\\w+) user_id=${who.id} `).exec(node.live.log)?.[1];

test('clients end with their host', { skip }, async () => {
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();
	const names = ['ws', 'idle', 'sse', 'poll', 'pws', 'psse'];
	const [ws, idle, sse, poll, pws, psse] = await Promise.all(names.map(
		(name) => signUp(stack, name)));
	const all = [ws, idle, sse, poll, pws, psse];
	const clients = [];

	for (const [kind, node, who] of [['ws', quick, ws], ['ws', quick, idle],
		['sse', quick, sse], ['poll', quick, poll], ['ws', patient, pws],
		['sse', patient, psse]])
		clients.push(await host.client(kind, node.url, who));
	watch(live, ...all);
	for (const who of all)
		await told(live, who, 'online');
	assert.equal(await connections(), all.length);
	await host.fallSilent();
	/* To some of them something is under way. */
	await ann.say(await ann.group(ws, sse, pws, psse), 'not acknowledged');
	for (const who of [ws, idle, sse, poll]) {
		await until(() => closed(quick, who), `the end of ${who.name}`);
		assert.equal(closed(quick, who), 'gone');
		await told(live, who, 'offline');
	}
	await until(() => closed(patient, pws), 'silence');
	assert.equal(closed(patient, pws), 'silent');
	await told(live, pws, 'offline');
	/* Nothing limits the time of the last one. */
	await until(async () => await connections() === 2, 'their ends');
	assert.equal(closed(patient, psse), undefined);
	for (const child of clients)
		child.kill('SIGKILL');
	await host.answer();
	await live.close();
});

/** A node on the other host, and a client of it. */
async function startFar() {
	const node = await startNode(stack, 'far', list({ 'live.bus': bus.far,
		'live.listen': `${host.far}:8090`,
		'cache.servers': `${fromHost}:${CACHE_PORT}` }), { host });

	return { ...node, url: `http://${host.far}:8090` };
}

async function on(node, who) {
	const live = new Live(`${node.url}/v1/live`, { headers: who.auth() });

	await live.frame('hello');
	return live;
}

/** What the far node has opened to the bus of a node. */
const fromFar = (name) => host.connections('state', 'established', 'sport',
	'=', `:${bus[name].split(':')[1]}`);

test('a node ends with its host, and comes back', { skip }, async () => {
	const [ann, bob, cyd] = await Promise.all(['ann', 'bob', 'cyd'].map(
		(name) => signUp(stack, name)));
	const conv = await ann.group(bob, cyd);
	const a = await ann.live();
	const c = await cyd.live();
	let far = await startFar();
	let b = await on(far, bob);
	let isAway = false;
	const turn = async () => {
		isAway = !isAway;
		c.send({ state: isAway ? 'background' : 'foreground' });
		await told(a, cyd, isAway ? 'away' : 'online');
	};

	watch(a, bob, cyd);
	await told(a, bob, 'online');
	await told(a, cyd, 'online');
	await reach(b, ann, conv);
	for (const name of ['quick', 'patient'])
		await until(async () => (await fromFar(name)).length === 1, name);
	await until(async () => {
		const was = await dropped('im-live');

		await turn();
		return await dropped('im-live') === was;
	}, 'all nodes');
	const fromFanout = await dropped('im-fanout');
	const fromLive = await dropped('im-live');

	await host.fallSilent();
	far.live.kill('SIGKILL');
	await far.live.ended;
	await until(async () => {
		await heard(c, await ann.say(conv, 'to a host that is off'));
		return await dropped('im-fanout') > fromFanout;
	}, 'fan-out to give up');
	await until(async () => {
		await turn();
		return await dropped('im-live') > fromLive;
	}, 'im-live to give up');
	await told(a, bob, 'offline');
	await until(async () => !(await fromFar('quick')).length, 'the other end');
	assert.equal((await fromFar('patient')).length, 1);
	b.ws.terminate();
	await host.answer();
	far = await startFar();
	b = await on(far, bob);
	await told(a, bob, 'online');
	await reach(b, ann, conv);
	/* What live1 writes into its old connection is lost with it. */
	watch(b, cyd);
	const changes = () => b.seen('event').filter((f) =>
		f.type === 'presence' && f.user_id === cyd.id).length;

	await until(async () => {
		const was = await dropped('im-live');

		await turn();
		return changes() > 2 && await dropped('im-live') === was;
	}, 'im-live to come back');
	for (const live of [a, b, c])
		await live.close();
	far.live.kill('SIGTERM');
	await far.live.ended;
});

/* The kernel would try for two minutes, ever less often, with one port. */
test('a node that is off is tried again and again', { skip }, async () => {
	const ports = new Set();

	await host.fallSilent();
	const { live } = await startNear('late', 8092,
		{ 'live.bus': path.join(stack.run, 'late.bus'),
			'live.dead_s': HOUR_S });

	await until(async () => {
		for (const line of await host.connections('state', 'syn-sent'))
			if (line.includes(`pid=${live.pid},`))
				ports.add(line.split(/\s+/)[2]);
		return ports.size === 5;
	}, 'five attempts');
	live.kill('SIGTERM');
	await live.ended;
	await host.answer();
});

test('without the host of memcached everything goes on', { skip }, async () => {
	const [ann, bob] = await Promise.all(['ann', 'bob'].map((name) =>
		signUp(stack, name)));
	const conv = await ann.group(bob);
	const a = await ann.live();
	const health = async () => (await (await fetch(
		`${stack.url}/v1/health`)).json()).checks.cache.status;

	stack.announce('ev=cache_away');
	assert.equal(await health(), 'ok');
	await store.fallSilent();
	await until(async () => await health() !== 'ok', 'the cache to be missed');
	const b = await bob.live();

	await reach(b, ann, conv);
	a.send({ ping: 1 });
	await a.frame('pong');
	await store.answer();
	await until(async () => await health() === 'ok', 'the cache');
	await b.close();
	const back = await bob.live();

	watch(a, bob);
	await told(a, bob, 'online');
	await reach(back, ann, conv);
	await back.close();
	await told(a, bob, 'offline');
	await a.close();
});
