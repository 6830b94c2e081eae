import { followedList } from './whole_list.js';

/** @typedef {import('../sdk/types.js').Block} Block */
/** @typedef {import('../sdk/types.js').User} User */

const FRESH_MS = 15000;

/** Whom the user has blocked. No event tells their other devices. */
export class Blocks {
	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
		this.list = followedList(messenger, messenger.client.blocks,
			'blocks');
	}

	/** Another device may have blocked somebody. */
	refresh() {
		if (performance.now() - this.list.loaded_at >= FRESH_MS)
			this.list.load();
	}

	/** @param {string|undefined} user_id */
	has(user_id) {
		return this.list.items.has(user_id ?? '');
	}

	/** @returns {Block[]} the newest first */
	get all() {
		return [...this.list.items.values()].sort((a, b) =>
			b.blocked_at - a.blocked_at);
	}

	/** @param {string} user_id */
	async block(user_id) {
		await this.m.client.blocks.set(user_id);
		this.list.change((items) => items.set(user_id, { user_id,
			blocked_at: this.m.client.http.clock.now() }));
	}

	/** @param {string} user_id */
	async unblock(user_id) {
		await this.m.client.blocks.clear(user_id);
		this.list.change((items) => items.delete(user_id));
	}
}
