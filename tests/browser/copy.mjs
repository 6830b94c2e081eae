/**
 * A copy of the web client at an address of its own, before the same server: what
 * it has can change, and it can be away.
 */

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const top = fileURLToPath(new URL('../..', import.meta.url));
const TYPES = { '.html': 'text/html', '.js': 'text/javascript',
	'.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png',
	'.webmanifest': 'application/manifest+json' };

/** @param {string} url  of the stack */
export async function copyOf(url) {
	const folder = await mkdtemp(join(tmpdir(), 'imcloud-www-'));
	const { hostname, port } = new URL(url);
	/** @type {Set<import('node:net').Socket>} */
	const sockets = new Set();
	let at = 0;

	await cp(`${top}www`, folder, { recursive: true });

	/** @param {import('node:http').IncomingMessage} asked */
	const passOn = (asked, answer) => {
		const on = request({ hostname, port, path: asked.url,
			method: asked.method, headers: asked.headers },
		(got) => {
			answer.writeHead(got.statusCode, got.headers);
			got.pipe(answer);
		});

		on.on('error', () => answer.destroy());
		answer.on('close', () => on.destroy());
		asked.pipe(on);
	};
	const file = async (asked, answer) => {
		const path = normalize(asked.url.split('?')[0]);
		const name = path === '/' ? '/index.html' : path;

		try {
			const bytes = await readFile(folder + name);

			answer.writeHead(200, { 'Cache-Control': 'no-cache',
				'Content-Type': TYPES[extname(name)]
					?? 'application/octet-stream' });
			answer.end(bytes);
		} catch {
			answer.writeHead(404).end();
		}
	};
	const server = createServer((asked, answer) =>
		asked.url.startsWith('/v1/') ? passOn(asked, answer)
			: file(asked, answer));

	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
	});
	server.on('upgrade', (asked, socket, head) => {
		const on = connect(Number(port), hostname, () => {
			const lines = [];

			for (let i = 0; i < asked.rawHeaders.length; i += 2)
				lines.push(`${asked.rawHeaders[i]}: ${
					asked.rawHeaders[i + 1]}\r\n`);
			on.write(`GET ${asked.url} HTTP/1.1\r\n${
				lines.join('')}\r\n`);
			on.write(head);
			on.pipe(socket).pipe(on);
		});

		socket.on('error', () => on.destroy());
		socket.on('close', () => on.destroy());
		on.on('error', () => socket.destroy());
	});

	const copy = {
		url: '',
		/** It is there, always at the same address. */
		async start() {
			await new Promise((resolve) => {
				server.listen(at, '127.0.0.1', resolve);
			});
			({ port: at } = server.address());
			copy.url = `http://127.0.0.1:${at}`;
		},
		/** It is away, and with it the server. */
		async stop() {
			const closed = new Promise((resolve) => {
				server.close(resolve);
			});

			for (const socket of sockets)
				socket.destroy();
			await closed;
		},
		/**
		 * Changes a file, as a new version does; without `list`, half of
		 * one.
		 */
		async change(name, from, to, list = true) {
			const path = join(folder, name);
			const text = await readFile(path, 'utf8');

			if (!text.includes(from))
				throw new Error(`${name} has no ${from}`);
			await writeFile(path, text.replaceAll(from, to));
			if (list)
				await copy.list();
		},
		list: () => run(`${top}tools/stack/gen-web`, [folder, folder]),
		async end() {
			await copy.stop();
			await rm(folder, { recursive: true });
		},
	};

	await copy.start();
	return copy;
}
