import { randomId } from './random.js';

/** @typedef {import('./client.js').Client} Client */
/** @typedef {import('./types.js').Conversation} Conversation */
/** @typedef {import('./types.js').ConversationSettings} Settings */

/** @param {string} id */
const seg = (id) => encodeURIComponent(id);

/** What admins and the owner of a group or channel do with it. */
export class GroupRoutes {
	/** @param {Client} client */
	constructor(client) {
		this.client = client;
	}

	/**
	 * Settings of all members; null takes one away.
	 *
	 * @param {string} conv_id
	 * @param {{[name in keyof Settings]?: Settings[name]|null}} settings
	 * @param {number} [version]  only of this version: otherwise a Problem
	 *     with the code precondition_failed
	 * @returns {Promise<Conversation>}
	 */
	change(conv_id, settings, version = undefined) {
		return this.client.call('PATCH',
			`/v1/conversations/${seg(conv_id)}`, {
				body: { settings },
				headers: ifMatch(version),
			});
	}

	/**
	 * A member's role, alias or mute; null takes the latter away.
	 *
	 * @param {string} conv_id
	 * @param {string} user_id
	 * @param {{role?: 'member'|'admin', alias?: string|null,
	 *     muted_until?: number|null}} change
	 * @returns {Promise<import('./types.js').Member>}
	 */
	member(conv_id, user_id, change) {
		return this.client.call('PATCH', `/v1/conversations/`
			+ `${seg(conv_id)}/members/${seg(user_id)}`,
		{ body: change });
	}

	/**
	 * Makes another member the owner; the user is an admin then.
	 *
	 * @param {string} conv_id
	 * @param {string} user_id
	 * @returns {Promise<void>}
	 */
	handOver(conv_id, user_id) {
		return this.client.call('POST',
			`/v1/conversations/${seg(conv_id)}/owner`, {
				body: { user_id },
				headers: { 'Idempotency-Key': randomId() },
			});
	}

	/**
	 * Ends the conversation, for all members.
	 *
	 * @param {string} conv_id
	 * @param {number} [version]  as for change()
	 * @returns {Promise<void>}
	 */
	dissolve(conv_id, version = undefined) {
		return this.client.call('DELETE',
			`/v1/conversations/${seg(conv_id)}`,
			{ headers: ifMatch(version) });
	}
}

/** @param {number|undefined} version @returns {Object<string, string>} */
const ifMatch = (version) => version === undefined ? {}
	: { 'If-Match': `"${version}"` };
