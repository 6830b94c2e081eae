/** Restarts of im-live: whoever connects meanwhile is taken. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Bus, Live, Raw, signUp, Sse } from './client.mjs';
import { freePort, startNode } from './node.mjs';
import { sharedStack, until } from './stack.mjs';

let stack;
let ann;

before(async () => {
	stack = await sharedStack();
	ann = await signUp(stack, 'ann');
});
after(() => stack?.done());

const open = (url, who = ann) => new Live(`${url}/v1/live`,
	{ headers: who.auth() });
const starts = (live) => live.log.split('ev=start').length - 1;

/** Clients that come one after the other, until stop(). */
function comers(come) {
	let going = true;
	let n = 0;
	const over = (async () => {
		while (going) {
			await come();
			n++;
		}
	})();

	over.catch(() => {});
	return { count: () => n, stop: () => {
		going = false;
		return over;
	} };
}

async function websocket(url) {
	const live = open(url);

	await live.frame('hello');
	await live.close();
}

async function poll(url) {
	const answer = await fetch(`${url}/v1/live/poll?wait_s=0`,
		{ headers: { ...ann.auth(), connection: 'close' } });

	assert.equal(answer.status, 200);
	await answer.json();
}

async function stream(url) {
	const sse = new Sse(`${url}/v1/live/events`, ann.auth());

	await sse.frame('hello');
	sse.close();
}

test('SIGHUP restarts on the same sockets, and nobody is refused',
	async () => {
		const listen = path.join(stack.run, 'again1.sock');
		const port = await freePort();
		const { live: node, bus } = await startNode(stack, 'again1', [
			`live.listen=127.0.0.1:${port},${listen}`,
			'live.drain_s=1']);
		const url = `http://127.0.0.1:${port}`;
		const { pid } = node;

		for (let round = 1; round <= 2; round++) {
			const held = Array.from({ length: 15 }, () => open(url));

			for (const l of held)
				await l.frame('hello');
			const all = [comers(() => websocket(url)),
				comers(() => websocket(`ws+unix:${listen}:`)),
				comers(() => poll(url)), comers(() => stream(url))];
			const come = (n) => until(() => all.every((c) =>
				c.count() >= n), `${n} of each`);

			await come(2);
			node.kill('SIGHUP');
			const byes = await Promise.all(held.map((l) =>
				l.frame('bye')));

			await until(() => starts(node) === round + 1, 'the restart');
			const before_ = Math.max(...all.map((c) => c.count()));

			await come(before_ + 2);
			await Promise.all(all.map((c) => c.stop()));
			for (const l of held)
				assert.equal((await l.closed).code, 1012);
			for (const bye of byes)
				assert.equal(bye.reason, 'restart');
		}
		/* The bus, too, has kept its socket. */
		const own = open(url);

		await own.frame('hello');
		await new Bus(bus).event(ann.id, 0);
		await own.frame('event');
		assert.equal(node.pid, pid);
		node.kill('SIGTERM');
		assert.equal((await node.ended).code, 0);
	});

test('a client that waits in the queue is served by the next one', async () => {
	const { url, live: node } = await startNode(stack, 'again2', [
		'live.drain_s=60']);
	const slow = new Raw(url);

	/* It does not answer the close, so the old one waits for a while, and
	 * takes nobody. */
	await slow.upgrade('/v1/live', ann.auth());
	slow.socket.pause();
	node.kill('SIGHUP');
	await until(() => node.log.includes('ev=drain'), 'the drain');
	for (let i = 0; i < 3; i++)
		await websocket(url);
	await until(() => starts(node) === 2, 'the restart');
	await websocket(url);
	slow.destroy();
	/* What it can do, the next one can. */
	node.kill('SIGHUP');
	await until(() => starts(node) === 3, 'the second restart');
	await websocket(url);
	node.kill('SIGTERM');
	assert.equal((await node.ended).code, 0);
});

test('SIGTERM turns a restart into an end', async () => {
	const { url, live: node } = await startNode(stack, 'again3', [
		'live.drain_s=60']);
	const held = Array.from({ length: 20 }, () => open(url));

	for (const l of held)
		await l.frame('hello');
	node.kill('SIGHUP');
	await until(() => node.log.includes('ev=drain'), 'the drain');
	node.kill('SIGTERM');
	assert.deepEqual(await node.ended, { code: 0, signal: null });
	assert.equal(starts(node), 1);
	for (const l of held)
		assert.equal((await l.frame('bye')).reason, 'restart');
});

test('systemd keeps the sockets over a restart of the unit', async () => {
	const port = await freePort();
	const listen = path.join(stack.run, 'again4.sock');
	const args = ['live.node=again4', `live.bus=${stack.run}/again4.bus`,
		`live.listen=127.0.0.1:${port},${listen}`, 'live.drain_s=0'];
	const manager = spawn('python3', [new URL('../helpers/fd_store.py',
		import.meta.url).pathname, path.join(stack.run, 'again4.notify'),
	path.join(stack.bin, 'im-live'), '-c', stack.conf,
	...args.flatMap((o) => ['-o', o])],
	{ stdio: ['ignore', 'pipe', 'pipe'] });
	const node = { log: '', said: '' };

	manager.stderr.on('data', (text) => {
		node.log += text;
	});
	manager.stdout.on('data', (text) => {
		node.said += text;
	});
	try {
		await until(() => node.said.includes('stored 3'), 'the store');
		await until(() => starts(node) === 1, 'the start');
		const all = [comers(() => websocket(`http://127.0.0.1:${port}`)),
			comers(() => websocket(`ws+unix:${listen}:`))];

		for (let round = 1; round <= 2; round++) {
			const n = Math.max(...all.map((c) => c.count()));
			const come = (more) => until(() => all.every((c) =>
				c.count() > n + more), 'clients');

			await come(0);
			manager.kill('SIGHUP');
			await until(() => starts(node) === round + 1, 'the restart');
			await come(2);
		}
		await Promise.all(all.map((c) => c.stop()));
		/* While there is none at all, they wait. */
		manager.kill('SIGUSR1');
		await until(() => node.said.includes('killed'), 'the end');
		const waiting = [`http://127.0.0.1:${port}`, `ws+unix:${listen}:`]
			.map((url) => open(url));

		manager.kill('SIGUSR1');
		for (const l of waiting)
			await l.frame('hello');
		assert.doesNotMatch(node.log, /level=(warn|error)|Sanitizer/);
	} finally {
		manager.kill('SIGTERM');
	}
	await new Promise((done) => {
		manager.on('exit', done);
	});
});
