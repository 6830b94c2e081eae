import { withQuery } from './http.js';
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
		return this.#post(`/v1/conversations/${seg(conv_id)}/owner`,
			{ user_id });
	}

	/**
	 * Comes in, where `join` is open, or asks for it.
	 *
	 * @param {string} conv_id
	 * @param {string} [message]  for whoever decides
	 * @returns {Promise<Conversation|import('./types.js').Requested>}
	 */
	join(conv_id, message = undefined) {
		return this.#post(`/v1/conversations/${seg(conv_id)}/join`,
			{ message });
	}

	/**
	 * Who waits to be let in.
	 *
	 * @param {string} conv_id
	 * @param {{limit?: number, cursor?: string}} [page]
	 * @returns {Promise<import('./client.js').Page<
	 *     import('./types.js').JoinRequest>>}
	 */
	joinRequests(conv_id, page = {}) {
		return this.client.call('GET', withQuery(
			`/v1/conversations/${seg(conv_id)}/join-requests`,
			{ ...page, users: true }));
	}

	/**
	 * @param {string} conv_id
	 * @param {string} user_id
	 * @param {'approve'|'reject'} decision
	 * @returns {Promise<void>}
	 */
	decide(conv_id, user_id, decision) {
		return this.#post(`/v1/conversations/${seg(conv_id)}`
			+ `/join-requests/${seg(user_id)}`, { decision });
	}

	/**
	 * A code with which users come in.
	 *
	 * @param {string} conv_id
	 * @param {{expires_in_s?: number, max_uses?: number}} [limits]
	 * @returns {Promise<import('./types.js').Invite>}
	 */
	invite(conv_id, limits = {}) {
		return this.#post(
			`/v1/conversations/${seg(conv_id)}/invites`, limits);
	}

	/**
	 * The codes that can be used: the user's own, for admins all.
	 *
	 * @param {string} conv_id
	 * @param {{limit?: number, cursor?: string}} [page]
	 * @returns {Promise<import('./client.js').Page<
	 *     import('./types.js').Invite>>}
	 */
	invites(conv_id, page = {}) {
		return this.client.call('GET', withQuery(
			`/v1/conversations/${seg(conv_id)}/invites`, page));
	}

	/**
	 * @param {string} conv_id
	 * @param {string} code
	 * @returns {Promise<void>}
	 */
	endInvite(conv_id, code) {
		return this.client.call('DELETE', `/v1/conversations/`
			+ `${seg(conv_id)}/invites/${seg(code)}`);
	}

	/**
	 * Where a code leads.
	 *
	 * @param {string} code
	 * @returns {Promise<import('./types.js').Invite & {conversation:
	 *     import('./types.js').Preview}>}
	 */
	lookAt(code) {
		return this.client.call('GET', `/v1/invites/${seg(code)}`);
	}

	/**
	 * Comes in with a code, or asks for it.
	 *
	 * @param {string} code
	 * @returns {Promise<Conversation|import('./types.js').Requested>}
	 */
	accept(code) {
		return this.#post(`/v1/invites/${seg(code)}/accept`, {});
	}

	/**
	 * @param {string} conv_id
	 * @param {{limit?: number, cursor?: string}} [page]
	 * @returns {Promise<import('./client.js').Page<
	 *     import('./types.js').Ban>>}
	 */
	bans(conv_id, page = {}) {
		return this.client.call('GET', withQuery(
			`/v1/conversations/${seg(conv_id)}/bans`,
			{ ...page, users: true }));
	}

	/**
	 * Removes a user who cannot come back.
	 *
	 * @param {string} conv_id
	 * @param {string} user_id
	 * @param {{banned_until?: number, reason?: string}} [how]
	 * @returns {Promise<void>}
	 */
	ban(conv_id, user_id, how = {}) {
		return this.client.call('PUT', `/v1/conversations/`
			+ `${seg(conv_id)}/bans/${seg(user_id)}`, { body: how });
	}

	/**
	 * @param {string} conv_id
	 * @param {string} user_id
	 * @returns {Promise<void>}
	 */
	unban(conv_id, user_id) {
		return this.client.call('DELETE', `/v1/conversations/`
			+ `${seg(conv_id)}/bans/${seg(user_id)}`);
	}

	/**
	 * @template T
	 * @param {string} path
	 * @param {object} body
	 * @returns {Promise<T>}
	 */
	#post(path, body) {
		return this.client.call('POST', path, {
			body,
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
