/** Two im-live at one address: the second one takes nothing from the first. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Bus, Live, signUp } from './client.mjs';
import { freePort, startNode } from './node.mjs';
import { sharedStack, until } from './stack.mjs';

let stack;
let ann;

before(async () => {
	stack = await sharedStack();
	ann = await signUp(stack, 'ann');
});
after(() => stack?.done());

const spawn = (settings) => stack.spawnLive(Object.entries(settings)
	.flatMap(([key, value]) => ['-o', `${key}=${value}`]));

/** It has ended because of the other, and says which address. */
async function isRefused(live, address) {
	assert.equal((await live.ended).code, 75);
	assert.ok(live.log.includes(`${address}: another process`), live.log);
	assert.doesNotMatch(live.log, /ev=start/);
}

async function serves(url) {
	const live = new Live(`${url}/v1/live`, { headers: ann.auth() });

	await live.frame('hello');
	await live.close();
}

test('a second copy ends with 75, and the first goes on', async () => {
	const { url, bus, live } = await startNode(stack, 'sole1');
	const port = url.split(':').at(-1);
	const own = new Live(`${url}/v1/live`, { headers: ann.auth() });

	await own.frame('hello');
	await isRefused(spawn({ 'live.node': 'sole1', 'live.bus': bus,
		'live.listen': `127.0.0.1:${await freePort()}` }), bus);
	await isRefused(spawn({ 'live.node': 'sole1b', 'live.bus': `${bus}2`,
		'live.listen': `127.0.0.1:${port}` }), `127.0.0.1:${port}`);
	await serves(url);
	const events = new Bus(bus);

	/* The path still leads to the first one. */
	await events.event(ann.id, 0);
	await own.frame('event');
	await own.close();
	live.kill('SIGTERM');
	assert.equal((await live.ended).code, 0);
});

test('of many copies at one path one serves, after a SIGKILL too', async () => {
	const listen = path.join(stack.run, 'sole2.sock');
	const bus = path.join(stack.run, 'sole2.bus');
	let first = null;

	for (let i = 0; i < 4; i++) {
		const copies = Array.from({ length: 5 }, () => spawn({
			'live.node': 'sole2', 'live.bus': bus,
			'live.listen': listen }));
		const running = () => copies.filter((c) => c.exitCode === null);

		await until(() => running().length < 2, 'the end of the others');
		[first] = running();
		for (const c of copies)
			if (c !== first)
				await isRefused(c, bus);
		await until(() => first.log.includes('ev=start'), 'the start');
		await serves(`ws+unix:${listen}:`);
		first.kill('SIGKILL');
		await first.ended;
		assert.ok(existsSync(listen) && existsSync(bus));
	}
});
