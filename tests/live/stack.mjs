/**
 * Where the live tests run: the stack that the API tests share, or a private
 * one with settings of its own.
 */

import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync,
	rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PATIENCE_MS } from './client.mjs';

const run = promisify(execFile);
const top = fileURLToPath(new URL('../..', import.meta.url));
const build = process.env.BUILD ?? path.join(top, 'build');
const script = path.join(top, 'tools/stack/stack');

/** Polls until fn() gives something; for conditions that nobody announces. */
export async function until(fn, what) {
	const end = Date.now() + PATIENCE_MS;

	for (;;) {
		const v = await fn();

		if (v)
			return v;
		if (Date.now() > end)
			throw new Error(`waited in vain for ${what}`);
		await new Promise((done) => setTimeout(done, 20));
	}
}

export class Stack {
	constructor(dir, isPrivate) {
		this.dir = dir;
		this.isPrivate = isPrivate;
		this.bin = path.join(build, 'bin');
		this.conf = path.join(dir, 'etc/imcloud.conf');
		this.children = [];
	}

	async call(...args) {
		const { stdout } = await run(script, args, { cwd: top,
			env: { ...process.env, BUILD: build } });

		return stdout;
	}

	async start(names = []) {
		mkdirSync(this.dir, { recursive: true });
		await this.call('start', this.dir, ...names);
		const env = Object.fromEntries((await this.call('env', this.dir))
			.trim().split('\n').map((line) => line.split(/=(.*)/s)));

		this.url = env.IM_URL;
		this.otherUrls = { nginx: env.IM_NGINX_URL, apache: env.IM_APACHE_URL };
		this.liveUrl = env.IM_LIVE_URL;
		this.mysql = env.IM_MYSQL_SOCKET;
		this.memcached = env.IM_MEMCACHED;
		this.run = path.dirname(this.mysql);
		this.bus = path.join(this.run, 'live1.bus');
		await this.makeApp();
		return this;
	}

	/** An app of our own, so that nothing that others do matters. */
	async makeApp() {
		const name = `live-${randomBytes(5).toString('hex')}`;
		const id = randomBytes(6).readUIntBE(0, 6) + 1;

		await this.sql(`INSERT INTO app (app_id, name, secret, origins,
			created_ms) VALUES (${id}, '${name}',
			'${randomBytes(24).toString('hex')}',
			'https://good.example', 1)`);
		this.app = name;
		this.appId = id;
		return name;
	}

	async sql(text) {
		const { stdout } = await run('mariadb', ['--no-defaults', '-S',
			this.mysql, '-u', userInfo().username, '--batch',
			'--skip-column-names', 'imcloud', '-e', text]);

		return stdout.trim();
	}

	/** A transaction with this statement, until it is released. */
	hold(text) {
		const child = spawn('mariadb', ['--no-defaults', '-S', this.mysql,
			'-u', userInfo().username, '-n', '--skip-column-names',
			'imcloud'], { stdio: ['pipe', 'pipe', 'inherit'] });
		const ended = new Promise((done) => {
			child.on('exit', done);
		});

		child.stdin.write(`BEGIN; ${text}; SELECT 'held';\n`);
		return {
			held: new Promise((done) => {
				child.stdout.on('data', (said) => {
					if (said.includes('held'))
						done();
				});
			}),
			release: () => {
				child.stdin.end('ROLLBACK;\n');
				return ended;
			},
		};
	}

	/** One line of memcached's protocol; its answer's first line. */
	cache(command) {
		return new Promise((resolve, reject) => {
			const socket = net.connect(this.memcached);

			socket.on('error', reject);
			socket.on('data', (d) => {
				socket.destroy();
				resolve(d.toString().split('\r\n')[0]);
			});
			socket.write(`${command}\r\n`);
		});
	}

	/** The value of a key as text; '' if it is missing. */
	cacheValue(key) {
		return new Promise((resolve, reject) => {
			const socket = net.connect(this.memcached);
			let text = '';

			socket.on('error', reject);
			socket.on('data', (d) => {
				text += d.toString('latin1');
				if (!text.endsWith('END\r\n'))
					return;
				socket.destroy();
				resolve(text.split('\r\n').slice(1, -2).join('\r\n'));
			});
			socket.write(`get ${key}\r\n`);
		});
	}

	/**
	 * As if the user were not connected: what is published from now on to
	 * them is lost, until im-live writes their line again.
	 */
	loseLine(userId) {
		return this.cache(`delete p:${userId}`);
	}

	/** runit's sv. */
	service(verb, ...names) {
		return this.call('sv', this.dir, verb, ...names);
	}

	pid(name) {
		return Number(readFileSync(path.join(this.dir, 'service', name,
			'supervise/pid'), 'utf8'));
	}

	log(name) {
		const dir = path.join(this.dir, 'log', name);

		return readdirSync(dir).filter((f) => /^(current|@)/.test(f))
			.map((f) => readFileSync(path.join(dir, f), 'utf8'))
			.join('');
	}

	/** Warnings that a test provokes. */
	announce(regex) {
		appendFileSync(path.join(this.dir, 'announced'), `${regex}\n`);
	}

	/** Another im-live beside that of the stack; limit: of descriptors. */
	spawnLive(args, { limit = 0, host = null } = {}) {
		const command = ['bash', '-c', (limit ? `ulimit -n ${limit};` : '') +
			'exec "$0" "$@"', path.join(this.bin, 'im-live'), '-c', this.conf,
		...args];
		const [program, ...rest] = host ? host.inside(command) : command;
		const child = spawn(program, rest,
			{ stdio: ['ignore', 'ignore', 'pipe'] });

		child.log = '';
		child.stderr.on('data', (text) => {
			child.log += text;
		});
		child.ended = new Promise((done) => {
			child.on('exit', (code, signal) => done({ code, signal }));
		});
		this.children.push(child);
		return child;
	}

	/** Stops a private stack, whose logs must be clean. */
	async done() {
		for (const child of this.children)
			if (child.exitCode === null && child.signalCode === null) {
				child.kill('SIGKILL');
				await child.ended;
			}
		if (!this.isPrivate)
			return;
		await this.call('stop', this.dir);
		this.checkLogs();
		rmSync(this.dir, { recursive: true, force: true });
	}

	checkLogs() {
		const bad = /(^|\s)level=(warn|error)(\s|$)|Sanitizer|runtime error/;
		const file = path.join(this.dir, 'announced');
		const announced = existsSync(file)
			? readFileSync(file, 'utf8').trim().split('\n')
				.map((text) => new RegExp(text))
			: [];
		const text = [...readdirSync(path.join(this.dir, 'log'),
			{ withFileTypes: true }).filter((d) => d.isDirectory())
			.map((d) => this.log(d.name)),
		...this.children.map((child) => child.log)].join('\n');
		const lines = text.split('\n').filter((line) => bad.test(line) &&
			!announced.some((regex) => regex.test(line)));

		if (lines.length)
			throw new Error(`unannounced in the logs of ${this.dir}:\n${
				lines.slice(0, 20).join('\n')}`);
	}
}

/** The stack that the tests share; IM_SHARED names another than the usual. */
export function sharedStack() {
	return new Stack(process.env.IM_SHARED ??
		path.join(top, 'var/test/shared'), false).start();
}

/**
 * settings: {'live.heartbeat_s': 1, ...}, or a function of the Stack; names:
 * only these services.
 */
export async function privateStack(name, settings = {}, names = []) {
	const dir = path.join(process.env.IM_PRIVATE ??
		path.join(top, 'var/test'), `live-${name}-${process.pid}`);
	const stack = new Stack(dir, true);

	mkdirSync(path.join(dir, 'etc/imcloud.conf.d'), { recursive: true });
	for (const [key, value] of Object.entries(typeof settings === 'function'
		? settings(stack) : settings)) {
		const [section, name_] = key.split('.');

		writeFileSync(path.join(dir, 'etc/imcloud.conf.d', `${key}.conf`),
			`[${section}]\n${name_} = ${value}\n`);
	}
	return stack.start(names);
}
