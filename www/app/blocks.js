import { followedList } from './whole_list.js';

/** @typedef {import('../sdk/types.js').Block} Block */
/** @typedef {import('../sdk/types.js').User} User */

/** Whom the user has blocked. */
export class Blocks {
	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
		this.list = followedList(messenger, messenger.client.blocks,
			'blocks');
	}

	/**
	 * A device of the user has blocked somebody, or no longer does.
	 *
	 * @param {import('../sdk/types.js').SettingsEvent} event
	 */
	event({ block, at }) {
		if (block)
			this.#change(block.user_id, block.blocked ? at : null);
	}

	/** @param {string} user_id @param {number|null} blocked_at */
	#change(user_id, blocked_at) {
		this.list.change((items) => blocked_at === null
			? items.delete(user_id)
			: items.set(user_id, { user_id, blocked_at }));
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
		this.#change(user_id, this.m.client.http.clock.now());
	}

	/** @param {string} user_id */
	async unblock(user_id) {
		await this.m.client.blocks.clear(user_id);
		this.#change(user_id, null);
	}
}
