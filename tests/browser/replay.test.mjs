/**
 * Whoever replays the inbox, from any index, in pages of any size and with
 * answers in any order, ends at the unread counts of the list.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { UnreadCount } from '../../www/sdk/index.js';
import { peopleOf } from './people.mjs';
import { useStack } from './stack.mjs';
import { until } from './wait.mjs';

const STEPS = 120;
const DEVICES = 24;
const seed = Number(process.env.SEED ?? Date.now() % 1e9);

let stack;
let alice;
let others;
/** By conversation, who else writes there. */
const writers = new Map();

/** Random, but the same for a seed (xorshift). */
let state = seed || 1;
function below(n) {
	state ^= state << 13;
	state ^= state >>> 17;
	state ^= state << 5;
	return (state >>> 0) % n;
}
const pick = (list) => list[below(list.length)];

before(async () => {
	stack = await useStack();

	const people = peopleOf(stack);

	alice = await people.newPerson('Alice Replay');
	others = await Promise.all(['Bob', 'Carol'].map((name) =>
		people.newPerson(`${name} Replay`)));
});

after(() => stack?.stop());

/** A device as the SDK makes it: figures and entries in any order. */
class Counting {
	chats = new Map();

	constructor(sync) {
		this.me = sync.user.user_id;
		this.user_index = sync.user_index;
		for (const item of sync.conversations.items)
			this.chat(item.conversation.conv_id).figure(item);
	}

	chat(conv_id) {
		if (!this.chats.has(conv_id))
			this.chats.set(conv_id, new UnreadCount(this.me));
		return this.chats.get(conv_id);
	}

	page({ events, user_index }) {
		for (const event of events)
			if (event.type === 'entry' && event.entry)
				this.chat(event.conv_id).entry(event.entry);
			else if (event.type === 'chat')
				this.chat(event.conv_id).figure(event);
		this.user_index = user_index;
	}

	unread(conv_id) {
		return this.chat(conv_id).unread;
	}
}

/**
 * A device that knows nothing of ordinals: it takes the count of the last chat
 * event of an answer, and counts the entries above the head of that answer.
 */
class Simple {
	counts = new Map();
	heads = new Map();

	constructor(sync) {
		this.me = sync.user.user_id;
		this.user_index = sync.user_index;
		for (const { conversation, unread } of sync.conversations.items)
			this.counts.set(conversation.conv_id, unread);
	}

	page({ events, user_index, head }) {
		for (const event of events)
			if (event.type === 'chat') {
				this.counts.set(event.conv_id, event.unread);
				this.heads.set(event.conv_id, head);
			}
		for (const { type, conv_id, entry, user_index: at } of events)
			if (type === 'entry' && entry?.kind === 'message'
				&& entry.sender_id !== this.me
				&& !entry.flags?.includes('no_unread')
				&& at > (this.heads.get(conv_id) ?? 0))
				this.counts.set(conv_id,
					this.unread(conv_id) + 1);
		this.user_index = user_index;
	}

	unread(conv_id) {
		return this.counts.get(conv_id) ?? 0;
	}
}

/** Pulls some pages, or all. */
async function replay(device, pages = Infinity) {
	for (let i = 0; i < pages; i++) {
		const page = await alice.client.inbox.pull({
			after: device.user_index, limit: 1 + below(9) });

		device.page(page);
		if (!page.more)
			return;
	}
}

test(`every device ends at the figures of the list (SEED=${seed})`,
	async () => {
		const ids = [];
		const devices = [];
		/* what answers of a read are under way to a device */
		const late = [];

		for (const { client } of others)
			ids.push((await client.conversations.create({
				kind: 'direct',
				members: [alice.user.user_id] })).conv_id);
		for (const [i, conv_id] of ids.entries()) {
			writers.set(conv_id, [others[i]]);
			await others[i].say(conv_id, 'hello');
		}
		await until(async () => (await alice.client.sync())
			.conversations.items.length === ids.length);

		for (let step = 0; step < STEPS; step++) {
			const at = below(ids.length);
			const conv_id = ids[at];
			const what = below(10);

			if (devices.length < DEVICES && step % 3 === 0) {
				const sync = await alice.client.sync();

				devices.push(new Counting(sync),
					new Simple(sync));
			}
			if (what < 5)
				await others[at].say(conv_id, 'x', below(5)
					? {} : { flags: ['no_unread'] });
			else if (what === 5)
				await alice.say(conv_id, 'mine');
			else if (what === 6)
				await replay(pick(devices), 1 + below(3));
			else
				await reads(conv_id, devices, late);
			if (below(2))
				while (late.length)
					late.pop()();
		}
		await settled();
		for (const device of devices)
			await replay(device);
		while (late.length)
			late.shift()();

		const { conversations, total_unread } = await alice.client
			.sync();
		let sum = 0;

		for (const { conversation, unread } of conversations.items) {
			sum += unread;
			for (const [i, device] of devices.entries())
				assert.equal(device.unread(
					conversation.conv_id), unread,
				`${device.constructor.name} ${i}`);
		}
		assert.equal(total_unread, sum);
	});

/**
 * Alice reads on a device; a message may come at the same time, and the answer
 * reaches the device later.
 */
async function reads(conv_id, devices, late) {
	const { last_index } = await alice.client.conversations.get(conv_id);
	const index = Math.max(1, last_index - below(4));
	const device = pick(devices.filter((d) => d instanceof Counting));
	const [mark] = await Promise.all([
		alice.client.conversations.read(conv_id, index),
		below(2) ? pick(writers.get(conv_id)).say(conv_id, 'meanwhile')
			: null,
	]);

	late.push(() => device.chat(conv_id).figure(mark));
}

/** Fan-out has caught up: what the log has is in the list. */
const settled = () => until(async () => (await alice.client.sync())
	.conversations.items.every(({ conversation, last_entry }) =>
		last_entry?.conv_index === conversation.last_index));
