/** Devices: the SDK, with WebSockets to the nodes that it is given. */

import WebSocket from 'ws';
import { Client, Live as SdkLive } from '../../www/sdk/index.js';
import { until } from './stack.mjs';

/** The delays of the SDK for a heartbeat of 25 s, for one of beat_s. */
const timing = (beat_s) => Object.fromEntries(Object.entries({ gap_ms: 500,
	at_once_ms: 3000, steady_ms: 10000, retry_first_ms: 500,
	retry_max_ms: 30000, upgrade_first_ms: 5000, upgrade_max_ms: 25000 })
	.map(([name, ms]) => [name, ms * beat_s / 25]));

/** Goes from one node to the next with each attempt, as by a balancer. */
function dial(urls, line) {
	return class extends WebSocket {
		constructor(url, protocols) {
			line.url = urls[line.n++ % urls.length];
			super(url.replace(/^ws:\/\/[^/]+/,
				line.url.replace(/^http/, 'ws')), protocols,
			{ perMessageDeflate: false });
		}
	};
}

/** Counts the heartbeats of a node, which are the time of these tests. */
export class Beats {
	n = 0;

	static async start(who) {
		const beats = new Beats();

		beats.live = await who.live();
		beats.live.ws.on('message', (text) => {
			beats.n += '{"heartbeat' === text.toString().slice(0, 11) ? 1 : 0;
		});
		return beats;
	}

	pass(n) {
		const end = this.n + n;

		return until(() => this.n >= end, `${n} heartbeats`);
	}
}

/** convs: those whose messages it takes, of whatever mode. */
export class Device {
	/** By conversation: {conv_index, msg_id, beat, ms}, in order of arrival. */
	got = new Map();
	failures = [];
	read_to = new Map();
	reading = Promise.resolve();
	line = { n: 0, url: '' };

	constructor(stack, who, urls, { convs, beats, beat_s }) {
		this.beats = beats;
		this.name = who.name;
		for (const conv of convs)
			this.got.set(conv, []);
		this.client = new Client({ base_url: stack.url, token: who.token });
		this.live = new SdkLive(this.client, {
			apply: (events) => this.apply(events),
			ephemeral: (e) => e.type === 'head' && this.reach(e),
			large: (heads) => heads.forEach((head) => this.reach(head)),
			resync: () => {
				throw new Error('nothing is too old here');
			},
			failed: (e) => this.failures.push(e),
		}, { user_id: who.id, WebSocket: dial(urls, this.line),
			position: { stream_id: who.streamId, user_index: who.index },
			timing: timing(beat_s) });
		this.urls = urls;
	}

	/** Connects to the first node, wherever it was. */
	async goHome() {
		this.live.stop();
		this.line.n = 0;
		this.live.start();
		await until(() => this.isOn(this.urls[0]), `${this.name} at home`);
	}

	isOn(url) {
		return this.live.state.transport === 'websocket' &&
			this.line.url === url;
	}

	take(entry) {
		this.got.get(entry.conv_id)?.push({ conv_index: entry.conv_index,
			msg_id: entry.msg_id, beat: this.beats.n,
			ms: performance.now() });
	}

	apply(events) {
		for (const { entry } of events)
			if (entry?.kind === 'message')
				this.take(entry);
	}

	/** Reads a log up to a head, one request after the other. */
	reach({ conv_id: conv, last_index: head }) {
		if (this.got.has(conv))
			this.reading = this.reading.then(() => this.read(conv, head));
	}

	async read(conv, head) {
		let at = this.read_to.get(conv) ?? 0;

		while (at < head && this.live.state.phase !== 'stopped') {
			const page = await until(() => this.client.messages.list(conv,
				{ after: at, limit: 100 }).catch(() => null), 'a page');

			for (const entry of page.items)
				if (entry.kind === 'message')
					this.take(entry);
			at = page.items.at(-1)?.conv_index ?? head;
		}
		this.read_to.set(conv, at);
	}

	has(conv, index) {
		return (this.got.get(conv).at(-1)?.conv_index ?? 0) >= index;
	}

	stop() {
		this.live.stop();
	}
}
