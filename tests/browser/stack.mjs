/**
 * The server that the browser tests talk to: the one that IM_URL and
 * IM_DEMO_PASSWORD name, else a demo stack of their own below var/test.
 */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const top = fileURLToPath(new URL('../..', import.meta.url));
const own = `${top}var/test/browser`;

/** @param {string} path @returns {Promise<Object<string, string>>} */
async function settings(path) {
	const lines = (await readFile(path, 'utf8')).split('\n');

	return Object.fromEntries(lines.flatMap((line) => {
		const match = /^(?:export )?(\w+)=(.*)$/.exec(line);

		return match ? [[match[1],
			match[2].replace(/^(['"])(.*)\1$/, '$2')]] : [];
	}));
}

/**
 * @returns {Promise<{url: string, password: string,
 *     stop: () => Promise<void>}>}
 */
export async function useStack() {
	const { IM_URL, IM_DEMO_PASSWORD } = process.env;

	if (IM_URL && IM_DEMO_PASSWORD)
		return { url: IM_URL.replace(/\/+$/, ''),
			password: IM_DEMO_PASSWORD, stop: async () => {} };
	await run(`${top}tools/stack/demo`, [own], { cwd: top });

	const made = await settings(`${own}/stack.env`);

	return {
		url: made.IM_URL.replace(/\/+$/, ''),
		password: made.IM_DEMO_PASSWORD,
		async stop() {
			await run(`${top}tools/stack/stack`, ['stop', own]);
		},
	};
}
