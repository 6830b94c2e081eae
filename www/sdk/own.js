import { withQuery } from './http.js';

/** @typedef {import('./types.js').ChatMe} ChatMe */

/** @param {string} id */
const seg = (id) => encodeURIComponent(id);

/** What a user sets for themselves, the same on all devices. */
export class OwnRoutes {
	/** @param {import('./client.js').Client} client */
	constructor(client) {
		this.client = client;
	}

	/** @param {string} conv_id @returns {Promise<ChatMe>} */
	chat(conv_id) {
		return this.client.call('GET',
			`/v1/conversations/${seg(conv_id)}/me`);
	}

	/**
	 * @param {string} conv_id
	 * @param {ChatMe} change  null takes a value away
	 * @returns {Promise<ChatMe>}  all of them, as they are then
	 */
	setChat(conv_id, change) {
		return this.client.call('PATCH',
			`/v1/conversations/${seg(conv_id)}/me`,
			{ body: change, line: true });
	}

	/**
	 * @param {{limit?: number, cursor?: string}} [page]
	 * @returns {Promise<import('./client.js').Page<
	 *     import('./types.js').Folder>>}
	 */
	folders(page = {}) {
		return this.client.call('GET', withQuery('/v1/folders', page));
	}

	/**
	 * The user's chats of a folder, those with something unread, or the
	 * hidden ones.
	 *
	 * @param {{folder?: string, unread?: boolean, hidden?: boolean,
	 *     limit?: number, cursor?: string}} [page]
	 * @returns {Promise<import('./client.js').Page<
	 *     import('./types.js').ChatItem>>}
	 */
	chats(page = {}) {
		return this.client.call('GET', withQuery('/v1/conversations',
			{ ...page, users: true }));
	}

	/** @returns {Promise<import('./types.js').Settings>} */
	settings() {
		return this.client.call('GET', '/v1/users/me/settings');
	}

	/**
	 * @param {Partial<import('./types.js').Settings>} change
	 * @returns {Promise<import('./types.js').Settings>}  all, as they are then
	 */
	setSettings(change) {
		return this.client.call('PATCH', '/v1/users/me/settings',
			{ body: change });
	}

	/**
	 * @param {string} old
	 * @param {string} fresh
	 * @param {{end_sessions?: boolean}} [options]  logs other devices out
	 * @returns {Promise<void>}
	 */
	setPassword(old, fresh, options = {}) {
		return this.client.call('PUT', '/v1/users/me/password',
			{ body: { old, new: fresh, ...options } });
	}

	/**
	 * @param {string} conv_id
	 * @param {number} conv_index
	 * @param {{state?: 'read'|'delivered'|'unread', limit?: number,
	 *     cursor?: string}} [page]
	 * @returns {Promise<import('./types.js').Receipts>}
	 */
	receipts(conv_id, conv_index, page = {}) {
		return this.client.call('GET', withQuery(
			`/v1/conversations/${seg(conv_id)}/receipts`,
			{ conv_index, ...page, users: true }));
	}

	/**
	 * @param {string[]} user_ids  at most 200
	 * @returns {Promise<{items: import('./types.js').PresenceItem[]}>}
	 */
	presence(user_ids) {
		return this.client.call('GET', withQuery('/v1/presence',
			{ users: user_ids.join(',') }));
	}
}
