/** One more im-live of a stack, with a port and a bus of its own. */

import net from 'node:net';
import path from 'node:path';
import { until } from './stack.mjs';

export async function freePort() {
	const server = net.createServer().listen(0, '127.0.0.1');

	await new Promise((done) => {
		server.on('listening', done);
	});
	const { port } = server.address();

	await new Promise((done) => {
		server.close(done);
	});
	return port;
}

/** args: 'section.key=value'; options: of stack.spawnLive(). */
export async function startNode(stack, name, args = [], options = {}) {
	const port = await freePort();
	const bus = path.join(stack.run, `${name}.bus`);
	const live = stack.spawnLive([`live.node=${name}`,
		`live.listen=127.0.0.1:${port}`, `live.bus=${bus}`, ...args]
		.flatMap((o) => ['-o', o]), options);

	await until(() => live.log.includes('ev=start'), `start of ${name}`);
	return { live, bus, url: `http://127.0.0.1:${port}` };
}
