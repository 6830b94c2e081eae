/**
 * The server that the browser tests talk to: the one that IM_URL and
 * IM_DEMO_PASSWORD name, else a demo stack of their own below var/test.
 */

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
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
 * `admin` runs im-admin, `service` starts and stops parts of the stack,
 * `setting` gives the services that start after it a setting; all only on a
 * stack of one's own.
 *
 * @returns {Promise<{url: string, app: string, password: string,
 *     admin: (...words: string[]) => Promise<string>,
 *     service: (command: string, name: string) => Promise<void>,
 *     setting: (section: string, key: string, value: string)
 *         => Promise<void>,
 *     stop: () => Promise<void>}>}
 */
export async function useStack() {
	const { IM_URL, IM_APP = 'demo', IM_DEMO_PASSWORD } = process.env;
	const not_mine = async () => {
		throw new Error('the stack of IM_URL is not to be changed');
	};

	if (IM_URL && IM_DEMO_PASSWORD)
		return { url: IM_URL.replace(/\/+$/, ''), app: IM_APP,
			password: IM_DEMO_PASSWORD, admin: not_mine,
			service: not_mine, setting: not_mine, stop: async () => {} };
	await run(`${top}tools/stack/demo`, [own], { cwd: top });

	const made = await settings(`${own}/stack.env`);

	return {
		url: made.IM_URL.replace(/\/+$/, ''),
		app: made.IM_APP,
		password: made.IM_DEMO_PASSWORD,
		async admin(...words) {
			const { stdout } = await run(`${process.env.BUILD
				?? `${top}build`}/bin/im-admin`, ['-c',
				`${own}/etc/imcloud.conf`, ...words]);

			return stdout;
		},
		async service(command, name) {
			await run(`${top}tools/stack/stack`, ['sv', own,
				command, name]);
		},
		async setting(section, key, value) {
			await writeFile(`${own}/etc/imcloud.conf.d/${section}-${
				key}.conf`, `[${section}]\n${key} = ${value}\n`);
		},
		async stop() {
			await run(`${top}tools/stack/stack`, ['stop', own]);
		},
	};
}
