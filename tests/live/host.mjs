/**
 * Another host: a network namespace at the other end of a cable.  It ends with
 * the process that made it, however that ends.
 */

import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const client = fileURLToPath(new URL('far_client.mjs', import.meta.url));
const NET = 198 * 2 ** 24 + 18 * 2 ** 16; /* 198.18.0.0/15, for tests */
const MAC = '02:00:00:00:00:02';
let n_made = 0;

function address(n) {
	return [24, 16, 8, 0].map((bits) => Math.floor(n / 2 ** bits) % 256)
		.join('.');
}

export class Host {
	/** Why there can be none, or false. */
	static async missing() {
		try {
			await run('unshare', ['--net', 'ip', 'link', 'add', 'im-a',
				'type', 'veth', 'peer', 'name', 'im-b']);
			return false;
		} catch {
			return 'needs root and network namespaces';
		}
	}

	/** Four addresses for each host of each process. */
	constructor() {
		const first = NET + process.pid % 2 ** 13 * 16 + 4 * n_made;

		this.near = address(first + 1);
		this.far = address(first + 2);
		this.cable = `im${process.pid}-${n_made++}`;
		this.children = [];
		this.cables = [this.cable];
	}

	static async start() {
		const host = new Host();

		host.holder = spawn('unshare', ['--net', 'sh', '-c',
			'echo made; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
		await new Promise((done) => {
			host.holder.stdout.once('data', done);
		});
		await run('ip', ['link', 'add', host.cable, 'type', 'veth', 'peer',
			'name', 'far', 'address', MAC, 'netns', String(host.holder.pid)]);
		await run('ip', ['addr', 'add', `${host.near}/30`, 'dev', host.cable]);
		await run('ip', ['link', 'set', host.cable, 'up']);
		/* As behind a router: that a host is off is seen by its silence. */
		await run('ip', ['neigh', 'replace', host.far, 'lladdr', MAC, 'nud',
			'permanent', 'dev', host.cable]);
		await host.ip('link', 'set', 'far', 'up');
		await host.answer();
		return host;
	}

	/**
	 * One more cable to this process: {near, far} are the addresses of its
	 * ends, down() and up() pull it out and put it back, silence() and
	 * answer() are as of the host.
	 */
	async plug() {
		const first = NET + process.pid % 2 ** 13 * 16 + 4 * n_made;
		const [near, far] = [address(first + 1), address(first + 2)];
		const name = `im${process.pid}-${n_made++}`;
		const end = `far-${name}`.slice(0, 15);

		await run('ip', ['link', 'add', name, 'type', 'veth', 'peer',
			'name', end, 'netns', String(this.holder.pid)]);
		await run('ip', ['addr', 'add', `${near}/30`, 'dev', name]);
		await run('ip', ['link', 'set', name, 'up']);
		await this.ip('addr', 'add', `${far}/30`, 'dev', end);
		await this.ip('link', 'set', end, 'up');
		this.cables.push(name);
		return { near, far,
			down: () => this.ip('link', 'set', end, 'down'),
			up: () => this.ip('link', 'set', end, 'up'),
			silence: () => this.ip('addr', 'del', `${far}/30`, 'dev', end),
			answer: () => this.ip('addr', 'add', `${far}/30`, 'dev', end) };
	}

	/** A second cable, between this host and another; the other's address. */
	async join(other) {
		const first = NET + process.pid % 2 ** 13 * 16 + 4 * n_made++;

		await this.ip('link', 'add', 'here', 'type', 'veth', 'peer', 'name',
			'there', 'netns', String(other.holder.pid));
		await this.ip('addr', 'add', `${address(first + 1)}/30`, 'dev', 'here');
		await other.ip('addr', 'add', `${address(first + 2)}/30`,
			'dev', 'there');
		await this.ip('link', 'set', 'here', 'up');
		await other.ip('link', 'set', 'there', 'up');
		return address(first + 2);
	}

	/** A command on the host, which ends with its caller. */
	inside(command) {
		return ['nsenter', `--net=/proc/${this.holder.pid}/ns/net`,
			'setpriv', '--pdeathsig', 'KILL', '--', ...command];
	}

	spawn(command, options) {
		const [program, ...args] = this.inside(command);

		this.children.push(spawn(program, args, options));
		return this.children.at(-1);
	}

	ip(...args) {
		const [program, ...rest] = this.inside(['ip', ...args]);

		return run(program, rest);
	}

	/** Nothing that is sent to it is answered any more. */
	fallSilent() {
		return this.ip('addr', 'del', `${this.far}/30`, 'dev', 'far');
	}

	answer() {
		return this.ip('addr', 'add', `${this.far}/30`, 'dev', 'far');
	}

	/**
	 * A client on the host, once it has its hello; kind: 'ws', 'sse' or
	 * 'poll', which has none.
	 */
	async client(kind, url, user) {
		const child = this.spawn([process.execPath, client, kind, url,
			user.token], { stdio: ['ignore', 'pipe', 'inherit'] });

		await new Promise((done) => {
			child.stdout.once('data', done);
		});
		return child;
	}

	/** The connections with that host: lines of ss. */
	async connections(...filter) {
		const { stdout } = await run('ss', ['-Htnp', ...filter, 'dst',
			this.far]);

		return stdout.split('\n').filter(Boolean);
	}

	async end() {
		for (const child of this.children)
			child.kill('SIGKILL');
		for (const cable of this.cables)
			await run('ip', ['link', 'del', cable]);
		this.holder.kill('SIGKILL');
	}
}
