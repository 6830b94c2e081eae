/** lib/push as a program (tests/helpers/push_try.c). */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';

const TOP = path.resolve(import.meta.dirname, '../..');
const BUILD = path.resolve(TOP, process.env.BUILD ?? 'build');

export class Try {
	waiting = new Map();
	answers = [];
	lastId = 0;
	names = 0;
	stderr = '';

	/** settings: {'push.timeout_ms': 500}. */
	constructor(settings = {}) {
		const args = Object.entries(settings)
			.flatMap(([key, value]) => ['-o', `${key}=${value}`]);

		this.child = spawn(path.join(BUILD, 'tests/helpers/push_try'), args,
			{ stdio: ['pipe', 'pipe', 'pipe'],
				env: { ...process.env, IMCLOUD_CONF: '/dev/null' } });
		this.exit = once(this.child, 'exit');
		this.child.stderr.on('data', (text) => {
			this.stderr += text;
		});
		readline.createInterface({ input: this.child.stdout })
			.on('line', (line) => this.take(JSON.parse(line)));
		this.exit.then(() => {
			for (const { no } of this.waiting.values())
				no(new Error(`push_try has ended: ${this.stderr}`));
			for (const { no } of this.answers)
				no(new Error(`push_try has ended: ${this.stderr}`));
		});
	}

	take(v) {
		if ('id' in v) {
			const { yes } = this.waiting.get(v.id);

			this.waiting.delete(v.id);
			yes(v);
		} else {
			this.answers.shift().yes(v);
		}
	}

	write(command) {
		this.child.stdin.write(`${JSON.stringify(command)}\n`);
	}

	ask(command) {
		return new Promise((yes, no) => {
			this.answers.push({ yes, no });
			this.write(command);
		});
	}

	/** The name of a line; throws {field} where the credential is wrong. */
	async open(provider, credential, base) {
		const name = `line${++this.names}`;
		const v = await this.ask({ open: name, provider, credential, base });

		if (v.field !== undefined)
			throw Object.assign(new Error(`${v.field} is wrong`), v);
		return name;
	}

	result(command) {
		const id = ++this.lastId;

		return new Promise((yes, no) => {
			this.waiting.set(id, { yes, no });
			this.write({ ...command, id });
		});
	}

	send(line, to, notice) {
		return this.result({ send: line, to, notice });
	}

	check(line) {
		return this.result({ check: line });
	}

	state(line) {
		return this.ask({ state: line });
	}

	close(line) {
		this.write({ close: line });
	}

	ahead(ms) {
		this.write({ ahead_ms: ms });
	}

	/** Waits for its end, which has to be a good one. */
	async done() {
		this.child.stdin.end();
		const [code, signal] = await this.exit;

		assert.equal(signal, null, this.stderr);
		assert.equal(code, 0, this.stderr);
	}
}
