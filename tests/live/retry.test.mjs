/** Streams whose inbox service refuses ask again, each at a time of its own. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Live, signUp } from './client.mjs';
import { startNode } from './node.mjs';
import { sharedStack, until } from './stack.mjs';

const STREAMS = 20;

let stack;

before(async () => {
	stack = await sharedStack();
});
after(() => stack?.done());

const record = (type, data = '') => {
	const head = Buffer.from([1, type, 0, 1, 0, 0, 0, 0]);

	head.writeUInt16BE(data.length, 4);
	return Buffer.concat([head, Buffer.from(data)]);
};

/** An inbox service that is busy; when it was asked, by request id. */
function busyInbox(at) {
	const asked = new Map();
	const server = net.createServer((socket) => {
		let text = '';

		socket.on('error', () => {});
		socket.on('data', (data) => {
			text += data.toString('latin1');
			const [, id] = /HTTP_X_REQUEST_ID(r-\d+)[^]{2}IM_/.exec(text) ?? [];

			/* The end of the body. */
			if (!id || !text.endsWith('\x01\x05\0\x01\0\0\0\0'))
				return;
			asked.set(id, [...asked.get(id) ?? [], performance.now()]);
			text = '';
			socket.write(Buffer.concat([
				record(6, 'Status: 503\r\n\r\n'), record(6),
				record(3, '\0'.repeat(8))]));
		});
	}).listen(at);

	return { asked, server };
}

test('refused pages are asked for again at different times', async () => {
	const dir = path.join(stack.run, 'busy');

	rmSync(dir, { recursive: true, force: true });
	mkdirSync(path.join(dir, 'gate'), { recursive: true });
	symlinkSync(path.join(stack.run, 'gate/user.sock'),
		path.join(dir, 'gate/user.sock'));
	const { asked, server } = busyInbox(path.join(dir, 'gate/inbox.sock'));
	const { url, live: node } = await startNode(stack, 'busy1',
		[`run.dir=${dir}`, 'live.drain_s=0']);
	const ann = await signUp(stack, 'ann');
	const lives = Array.from({ length: STREAMS }, (_, i) =>
		new Live(`${url}/v1/live?after=0`, { headers: { ...ann.auth(),
			'x-request-id': `r-${i}` } }));

	for (const l of lives)
		await l.frame('hello');
	await until(() => asked.size === STREAMS &&
		[...asked.values()].every((times) => times.length >= 2), 'repeats');
	const waits = [...asked.values()].map(([one, two]) => two - one);

	/* None comes before its time; a slow machine only adds to it. */
	assert.ok(Math.min(...waits) >= 450, `${waits}`);
	assert.ok(Math.max(...waits) - Math.min(...waits) > 300, `${waits}`);
	node.kill('SIGTERM');
	assert.equal((await node.ended).code, 0);
	server.close();
	rmSync(dir, { recursive: true });
});
