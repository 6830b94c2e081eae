import { GroupRoutes } from './groups.js';
import { Http, withQuery } from './http.js';
import { OwnRoutes } from './own.js';
import { NetworkError, Problem } from './problem.js';
import { randomId } from './random.js';

/** @typedef {import('./types.js').User} User */
/** @typedef {import('./types.js').Session} Session */
/** @typedef {import('./types.js').Device} Device */
/** @typedef {import('./types.js').LoggedIn} LoggedIn */
/** @typedef {import('./types.js').Conversation} Conversation */
/** @typedef {import('./types.js').Member} Member */
/** @typedef {import('./types.js').ChatItem} ChatItem */
/** @typedef {import('./types.js').Entry} Entry */
/** @typedef {import('./types.js').Export} Export */
/** @typedef {import('./types.js').Users} Users */

/**
 * @typedef {object} Line  an open WebSocket that requests can go over
 * @property {(method: string, path: string, options: {body?: object,
 *     headers?: Object<string, string>}) =>
 *     Promise<import('./http.js').Answer>} request
 */

/**
 * @typedef {object} CallOptions
 * @property {object} [body]
 * @property {Object<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {number} [timeout_ms]
 * @property {boolean} [line] may go over the live connection; the request
 *     must be idempotent
 * @property {boolean} [open] needs no token: a 401 does not end the session
 */

/** @param {string} id */
const seg = (id) => encodeURIComponent(id);

/**
 * @template T
 * @typedef {{items: T[], next: string|null, users?: Users}} Page
 */

/**
 * The HTTP routes, grouped by path. Every call resolves to the body
 * of the answer, or rejects with a Problem (the server said no) or a
 * NetworkError (no answer).
 */
export class Client {
	/**
	 * The live connection, while it is a WebSocket; Live sets it.
	 * @type {Line|null}
	 */
	line = null;

	/**
	 * Called when the token is no longer valid.
	 * @type {((problem: Problem) => void)|null}
	 */
	onUnauthenticated = null;

	/**
	 * @param {ConstructorParameters<typeof Http>[0] & {
	 *     token?: string|null, app?: string}} [options]
	 *     `app`: public name; not needed for the only app of the
	 *     host, or its default
	 */
	constructor({ token = null, app = undefined, ...http } = {}) {
		this.http = new Http(http);
		this.http.token = token;
		this.app = app;

		this.users = new UserRoutes(this);
		this.contacts = new ContactRoutes(this);
		this.blocks = new BlockRoutes(this);
		this.sessions = new SessionRoutes(this);
		this.conversations = new ConversationRoutes(this);
		this.groups = new GroupRoutes(this);
		this.messages = new MessageRoutes(this);
		this.inbox = new InboxRoutes(this);
		/** What the user sets for themselves. */
		this.own = new OwnRoutes(this);
	}

	get token() {
		return this.http.token;
	}

	set token(token) {
		this.http.token = token;
	}

	/**
	 * @template T
	 * @param {string} method
	 * @param {string} path
	 * @param {CallOptions} [options]
	 * @returns {Promise<T>} what the route answers; it is not checked
	 */
	async call(method, path, options = {}) {
		try {
			const { body } = await this.#send(method, path,
				options);

			return /** @type {T} */ (body);
		} catch (error) {
			if (error instanceof Problem && !options.open
				&& error.code === 'unauthenticated')
				this.onUnauthenticated?.(error);
			throw error;
		}
	}

	/**
	 * @param {string} method
	 * @param {string} path
	 * @param {CallOptions} options
	 */
	async #send(method, path, options) {
		if (options.line && this.line !== null) {
			try {
				return await this.line.request(method, path,
					options);
			} catch (error) {
				if (!(error instanceof NetworkError))
					throw error;
				/* the connection broke: repeat over HTTP */
			}
		}
		return this.http.request(method, path, options);
	}

	/**
	 * Version, features and limits of the server; needs no token.
	 *
	 * @returns {Promise<import('./types.js').Info>}
	 */
	info() {
		return this.call('GET', '/v1/info', { open: true });
	}

	/**
	 * Cold start: the list, and the position to resume from.
	 *
	 * @param {number} [limit]
	 * @returns {Promise<import('./types.js').Sync>}
	 */
	sync(limit = 50) {
		return this.call('GET', withQuery('/v1/sync',
			{ limit, users: true }));
	}

	/**
	 * A ticket opens connections that cannot set a header, for 60 s.
	 *
	 * @returns {Promise<{ticket: string, expires_at: number}>}
	 */
	ticket() {
		return this.call('POST', '/v1/tickets', { body: {} });
	}
}

class Routes {
	/** @param {Client} client */
	constructor(client) {
		this.client = client;
	}
}

class UserRoutes extends Routes {
	/**
	 * @param {{username: string, password: string,
	 *     display_name?: string}} body
	 * @returns {Promise<User>}
	 */
	create(body) {
		return this.client.call('POST', '/v1/users', {
			body: { app: this.client.app, ...body },
			open: true,
		});
	}

	/** @returns {Promise<User>} */
	me() {
		return this.client.call('GET', '/v1/users/me');
	}

	/**
	 * @param {{display_name?: string, bio?: string|null}} body
	 * @returns {Promise<User>}
	 */
	update(body) {
		return this.client.call('PATCH', '/v1/users/me', { body });
	}

	/**
	 * Leaves for good: what the user has said goes, and the session ends.
	 *
	 * @param {string} password
	 * @returns {Promise<void>}
	 */
	erase(password) {
		return this.client.call('DELETE', '/v1/users/me',
			{ body: { password } });
	}

	/**
	 * Asks for a file with what is known of the user; while one is being
	 * written, the same one.
	 *
	 * @returns {Promise<Export>}
	 */
	startExport() {
		return this.client.call('POST', '/v1/users/me/export');
	}

	/**
	 * How far it is; 404 where nobody has asked for one.
	 *
	 * @param {AbortSignal} [signal]
	 * @returns {Promise<Export>}
	 */
	getExport(signal) {
		return this.client.call('GET', '/v1/users/me/export', { signal });
	}

	/** @param {string} user_id @returns {Promise<User>} */
	get(user_id) {
		return this.client.call('GET', `/v1/users/${seg(user_id)}`);
	}

	/**
	 * By the exact name, any part of either name, or up to 200 ids.
	 *
	 * @param {{username: string}|{q: string}|{ids: string[]}} what
	 * @param {AbortSignal} [signal]
	 * @returns {Promise<Page<User>>}
	 */
	find(what, signal) {
		const query = 'ids' in what ? { ids: what.ids.join(',') }
			: what;

		return this.client.call('GET', withQuery('/v1/users', query),
			{ signal });
	}
}

class ContactRoutes extends Routes {
	/**
	 * By user id; state: only these.
	 *
	 * @param {{limit?: number, cursor?: string,
	 *          state?: 'sent'|'requested'|'accepted'}} [where]
	 * @returns {Promise<Page<import('./types.js').Contact>>}
	 */
	list(where = {}) {
		return this.client.call('GET', withQuery('/v1/contacts', where));
	}

	/**
	 * Asks, or accepts if the other one has asked.
	 *
	 * @param {string} user_id
	 * @param {string} [message]
	 * @returns {Promise<import('./types.js').Contact>}
	 */
	request(user_id, message = undefined) {
		return this.client.call('POST', '/v1/contacts',
			{ body: { user_id, message }, line: true });
	}

	/**
	 * @param {string} user_id
	 * @returns {Promise<void>}
	 */
	accept(user_id) {
		return this.client.call('POST',
			`/v1/contacts/${seg(user_id)}/accept`, { line: true });
	}

	/**
	 * @param {string} user_id
	 * @returns {Promise<void>}
	 */
	reject(user_id) {
		return this.client.call('POST',
			`/v1/contacts/${seg(user_id)}/reject`, { line: true });
	}

	/**
	 * A name that only the user sees; null: none.
	 *
	 * @param {string} user_id
	 * @param {string|null} remark
	 * @returns {Promise<import('./types.js').Contact>}
	 */
	remark(user_id, remark) {
		return this.client.call('PATCH', `/v1/contacts/${seg(user_id)}`,
			{ body: { remark }, line: true });
	}

	/**
	 * @param {string} user_id
	 * @returns {Promise<void>}
	 */
	remove(user_id) {
		return this.client.call('DELETE', `/v1/contacts/${seg(user_id)}`,
			{ line: true });
	}
}

class BlockRoutes extends Routes {
	/**
	 * @param {{limit?: number, cursor?: string}} [where]
	 * @returns {Promise<Page<import('./types.js').Block>>}
	 */
	list(where = {}) {
		return this.client.call('GET', withQuery('/v1/blocks', where));
	}

	/**
	 * @param {string} user_id
	 * @returns {Promise<void>}
	 */
	set(user_id) {
		return this.client.call('PUT', `/v1/blocks/${seg(user_id)}`,
			{ line: true });
	}

	/**
	 * @param {string} user_id
	 * @returns {Promise<void>}
	 */
	clear(user_id) {
		return this.client.call('DELETE', `/v1/blocks/${seg(user_id)}`,
			{ line: true });
	}
}

class SessionRoutes extends Routes {
	/**
	 * Logs in; the client uses the token from then on.
	 *
	 * @param {{username: string, password: string,
	 *     device: Device}} body
	 * @returns {Promise<LoggedIn>}
	 */
	async create(body) {
		/** @type {LoggedIn} */
		const answer = await this.client.call('POST', '/v1/sessions', {
			body: { app: this.client.app, ...body },
			open: true,
		});

		this.client.token = answer.token;
		return answer;
	}

	/** @returns {Promise<Page<Session>>} */
	list() {
		return this.client.call('GET', '/v1/sessions');
	}

	/** @returns {Promise<Session>} */
	current() {
		return this.client.call('GET', '/v1/sessions/current');
	}

	/**
	 * @param {string} [session_id]  by default the session of the token
	 * @returns {Promise<void>}
	 */
	end(session_id = 'current') {
		return this.client.call('DELETE',
			`/v1/sessions/${seg(session_id)}`);
	}
}

class ConversationRoutes extends Routes {
	/**
	 * @param {{limit?: number, cursor?: string, unread?: boolean}} [page]
	 * @returns {Promise<Page<ChatItem>>}
	 */
	list(page = {}) {
		return this.client.call('GET', withQuery('/v1/conversations',
			{ ...page, users: true }));
	}

	/**
	 * @param {{kind: import('./types.js').ConversationKind,
	 *     members?: string[], client_id?: string,
	 *     settings?: import('./types.js').ConversationSettings}} body
	 * @returns {Promise<Conversation>}
	 */
	create(body) {
		return this.client.call('POST', '/v1/conversations', { body });
	}

	/** @param {string} conv_id @returns {Promise<Conversation>} */
	get(conv_id) {
		return this.client.call('GET',
			`/v1/conversations/${seg(conv_id)}`);
	}

	/**
	 * @param {string} conv_id
	 * @param {{limit?: number, cursor?: string, q?: string}} [page]
	 *     `q`: any part of a name
	 * @returns {Promise<Page<Member>>}
	 */
	members(conv_id, page = {}) {
		return this.client.call('GET', withQuery(
			`/v1/conversations/${seg(conv_id)}/members`, page));
	}

	/**
	 * @param {string} conv_id
	 * @param {string[]} user_ids
	 * @returns {Promise<{items: import('./types.js').Added[],
	 *     version: number}>}
	 */
	add(conv_id, user_ids) {
		return this.client.call('POST',
			`/v1/conversations/${seg(conv_id)}/members`, {
				body: { user_ids },
				headers: { 'Idempotency-Key': randomId() },
			});
	}

	/**
	 * @param {string} conv_id
	 * @param {string} user_id
	 * @returns {Promise<void>}
	 */
	remove(conv_id, user_id) {
		return this.client.call('DELETE', `/v1/conversations/`
			+ `${seg(conv_id)}/members/${seg(user_id)}`);
	}

	/**
	 * @param {string} conv_id
	 * @param {string} [owner]  the next one, if the user is the owner
	 * @returns {Promise<void>}
	 */
	leave(conv_id, owner = undefined) {
		return this.client.call('POST',
			`/v1/conversations/${seg(conv_id)}/leave`, {
				body: { owner },
				headers: { 'Idempotency-Key': randomId() },
			});
	}

	/**
	 * Clears it for the user alone, on all devices.
	 *
	 * @param {string} conv_id
	 * @returns {Promise<void>}
	 */
	clear(conv_id) {
		return this.client.call('POST',
			`/v1/conversations/${seg(conv_id)}/clear`, {
				body: {},
				headers: { 'Idempotency-Key': randomId() },
			});
	}

	/**
	 * @param {string} conv_id
	 * @param {number} conv_index
	 * @returns {Promise<import('./types.js').ReadMark>}
	 */
	read(conv_id, conv_index) {
		return this.client.call('PUT',
			`/v1/conversations/${seg(conv_id)}/read`,
			{ body: { conv_index }, line: true });
	}

	/**
	 * @param {string} conv_id
	 * @param {number} conv_index
	 * @returns {Promise<{delivered_index: number}>}
	 */
	delivered(conv_id, conv_index) {
		return this.client.call('PUT',
			`/v1/conversations/${seg(conv_id)}/delivered`,
			{ body: { conv_index }, line: true });
	}

	/**
	 * @param {string} conv_id
	 * @param {'start'|'stop'} state
	 * @returns {Promise<void>}
	 */
	typing(conv_id, state) {
		return this.client.call('POST',
			`/v1/conversations/${seg(conv_id)}/typing`,
			{ body: { state, type: 'text' }, line: true });
	}
}

class MessageRoutes extends Routes {
	/**
	 * @param {string} conv_id
	 * @param {import('./types.js').Message} message  with a client_msg_id
	 *     it may be repeated until it is answered
	 * @returns {Promise<import('./types.js').Sent>}
	 */
	send(conv_id, message) {
		return this.client.call('POST',
			`/v1/conversations/${seg(conv_id)}/messages`, {
				body: message,
				line: message.client_msg_id !== undefined,
			});
	}

	/**
	 * Up to 100 messages; each has an outcome of its own.
	 *
	 * @param {import('./types.js').BatchMessage[]} messages
	 * @returns {Promise<{items: import('./types.js').BatchItem[]}>}
	 */
	sendBatch(messages) {
		return this.client.call('POST', '/v1/messages/batch', {
			body: { messages },
			line: messages.every((m) =>
				m.client_msg_id !== undefined),
		});
	}

	/**
	 * The newest page, or the one before, after or around an index.
	 *
	 * @param {string} conv_id
	 * @param {{before?: number, after?: number, around?: number,
	 *     limit?: number}} [where]
	 * @returns {Promise<import('./types.js').History>}
	 */
	list(conv_id, where = {}) {
		return this.client.call('GET', withQuery(
			`/v1/conversations/${seg(conv_id)}/messages`,
			{ ...where, users: true }));
	}

	/**
	 * The user's own messages, newest first: all words of `q`, the last one
	 * as the beginning of one; "..." is a phrase.
	 *
	 * @param {{q: string, conv_id?: string, sender_id?: string,
	 *     type?: import('./types.js').MessageType, from_at?: number,
	 *     to_at?: number, limit?: number, cursor?: string}} what
	 * @param {AbortSignal} [signal]
	 * @returns {Promise<import('./types.js').Found>}
	 */
	search(what, signal) {
		return this.client.call('GET', withQuery('/v1/search',
			{ ...what, users: true }), { signal, line: true });
	}

	/** @param {string} msg_id @returns {Promise<Entry>} */
	get(msg_id) {
		return this.client.call('GET', `/v1/messages/${seg(msg_id)}`);
	}

	/**
	 * Takes it back, for everybody. A repeat answers the same.
	 *
	 * @param {string} msg_id
	 * @returns {Promise<Entry>} the message as it is now
	 */
	recall(msg_id) {
		return this.client.call('POST',
			`/v1/messages/${seg(msg_id)}/recall`, { line: true });
	}

	/**
	 * @param {string} msg_id
	 * @param {import('./types.js').Content} content  of the same type
	 * @param {string} [client_msg_id]  with one it may be repeated
	 * @returns {Promise<Entry>} the message as it is now
	 */
	edit(msg_id, content, client_msg_id = undefined) {
		return this.client.call('PATCH', `/v1/messages/${seg(msg_id)}`, {
			body: { content, client_msg_id },
			line: client_msg_id !== undefined,
		});
	}

	/**
	 * Its versions, oldest first, with the original and the present one.
	 *
	 * @param {string} msg_id
	 * @param {{limit?: number, cursor?: string}} [where]
	 * @returns {Promise<Page<import('./types.js').Edit>>}
	 */
	edits(msg_id, where = {}) {
		return this.client.call('GET', withQuery(
			`/v1/messages/${seg(msg_id)}/edits`, where));
	}

	/**
	 * @param {string} msg_id
	 * @param {string} emoji
	 * @returns {Promise<void>}
	 */
	react(msg_id, emoji) {
		return this.client.call('PUT',
			`/v1/messages/${seg(msg_id)}/reactions/${seg(emoji)}`,
			{ line: true });
	}

	/**
	 * @param {string} msg_id
	 * @param {string} emoji
	 * @returns {Promise<void>}
	 */
	unreact(msg_id, emoji) {
		return this.client.call('DELETE',
			`/v1/messages/${seg(msg_id)}/reactions/${seg(emoji)}`,
			{ line: true });
	}

	/**
	 * Who reacted.
	 *
	 * @param {string} msg_id
	 * @param {{emoji?: string, limit?: number, cursor?: string}} [where]
	 * @returns {Promise<Page<import('./types.js').ReactionItem>>}
	 */
	reactions(msg_id, where = {}) {
		return this.client.call('GET', withQuery(
			`/v1/messages/${seg(msg_id)}/reactions`, where));
	}

	/**
	 * @param {string} conv_id
	 * @param {string} msg_id
	 * @returns {Promise<void>}
	 */
	pin(conv_id, msg_id) {
		return this.client.call('PUT',
			`/v1/conversations/${seg(conv_id)}/pins/${seg(msg_id)}`,
			{ line: true });
	}

	/**
	 * @param {string} conv_id
	 * @param {string} msg_id
	 * @returns {Promise<void>}
	 */
	unpin(conv_id, msg_id) {
		return this.client.call('DELETE',
			`/v1/conversations/${seg(conv_id)}/pins/${seg(msg_id)}`,
			{ line: true });
	}

	/**
	 * The pinned messages, the newest pin first.
	 *
	 * @param {string} conv_id
	 * @param {{limit?: number, cursor?: string}} [where]
	 * @returns {Promise<Page<import('./types.js').Pin>>}
	 */
	pins(conv_id, where = {}) {
		return this.client.call('GET', withQuery(
			`/v1/conversations/${seg(conv_id)}/pins`, where));
	}

	/**
	 * Deletes it for the user alone, on all devices.
	 *
	 * @param {string} msg_id
	 * @returns {Promise<void>}
	 */
	hide(msg_id) {
		return this.client.call('DELETE', `/v1/messages/${seg(msg_id)}`,
			{ line: true });
	}

	/**
	 * @param {string} msg_id
	 * @returns {Promise<void>}
	 */
	star(msg_id) {
		return this.client.call('PUT',
			`/v1/messages/${seg(msg_id)}/star`, { line: true });
	}

	/**
	 * @param {string} msg_id
	 * @returns {Promise<void>}
	 */
	unstar(msg_id) {
		return this.client.call('DELETE',
			`/v1/messages/${seg(msg_id)}/star`, { line: true });
	}

	/**
	 * The user's stars, the newest first.
	 *
	 * @param {{limit?: number, cursor?: string}} [where]
	 * @returns {Promise<Page<import('./types.js').Star>>}
	 */
	starred(where = {}) {
		return this.client.call('GET', withQuery('/v1/starred',
			{ ...where, users: true }));
	}

	/**
	 * Another reminder of the same message replaces the first.
	 *
	 * @param {string} msg_id
	 * @param {number} remind_at  in ms
	 * @param {string} [note]
	 * @returns {Promise<void>}
	 */
	remind(msg_id, remind_at, note = undefined) {
		return this.client.call('PUT',
			`/v1/messages/${seg(msg_id)}/reminder`,
			{ body: { remind_at, note }, line: true });
	}

	/**
	 * @param {string} msg_id
	 * @returns {Promise<void>}
	 */
	unremind(msg_id) {
		return this.client.call('DELETE',
			`/v1/messages/${seg(msg_id)}/reminder`, { line: true });
	}

	/**
	 * The user's reminders that are to come, the next one first.
	 *
	 * @param {{limit?: number, cursor?: string}} [where]
	 * @returns {Promise<Page<import('./types.js').Reminder>>}
	 */
	reminders(where = {}) {
		return this.client.call('GET', withQuery('/v1/reminders',
			{ ...where, users: true }));
	}

	/**
	 * Sends it at message.send_at, 5 s to 366 days ahead.
	 *
	 * @param {string} conv_id
	 * @param {import('./types.js').Message & {send_at: number}} message
	 * @returns {Promise<import('./types.js').ScheduledSend>}
	 */
	schedule(conv_id, message) {
		return this.client.call('POST',
			`/v1/conversations/${seg(conv_id)}/messages`,
			{ body: message, line: true });
	}

	/**
	 * The user's messages that are to be sent, or could not be, the next
	 * one first.
	 *
	 * @param {{conv_id?: string, limit?: number, cursor?: string}} [where]
	 * @returns {Promise<Page<import('./types.js').Scheduled>>}
	 */
	scheduled(where = {}) {
		return this.client.call('GET', withQuery('/v1/scheduled',
			{ ...where, users: true }));
	}

	/**
	 * Another time, which also schedules one again that has failed, or
	 * another content of the same type.
	 *
	 * @param {string} msg_id
	 * @param {{send_at?: number,
	 *     content?: import('./types.js').Content}} change
	 * @returns {Promise<import('./types.js').Scheduled>}
	 */
	reschedule(msg_id, change) {
		return this.client.call('PATCH',
			`/v1/scheduled/${seg(msg_id)}`,
			{ body: change, line: true });
	}

	/**
	 * Cancels it, or removes one that has failed.
	 *
	 * @param {string} msg_id
	 * @returns {Promise<void>}
	 */
	unschedule(msg_id) {
		return this.client.call('DELETE',
			`/v1/scheduled/${seg(msg_id)}`, { line: true });
	}

	/**
	 * A repeat has the report_id of the first one.
	 *
	 * @param {string} msg_id
	 * @param {'spam'|'abuse'|'illegal'|'other'} reason
	 * @param {string} [comment]
	 * @returns {Promise<{report_id: string}>}
	 */
	report(msg_id, reason, comment = undefined) {
		return this.client.call('POST',
			`/v1/messages/${seg(msg_id)}/report`,
			{ body: { reason, comment }, line: true });
	}
}

class InboxRoutes extends Routes {
	/**
	 * @param {{after: number, limit?: number, stream_id?: string}} where
	 * @returns {Promise<import('./types.js').InboxPage>}
	 */
	pull(where) {
		return this.client.call('GET', withQuery('/v1/inbox',
			{ limit: 200, ...where, users: true }));
	}

	/** @returns {Promise<{stream_id: string, user_index: number,
	 *     total_unread: number}>} */
	head() {
		return this.client.call('GET', '/v1/inbox/head');
	}

	/**
	 * Waits on the server until there are events.
	 *
	 * @param {{after: number, wait_s: number, stream_id?: string,
	 *     state?: string, conv_id?: string}} where
	 * @param {AbortSignal} [signal]
	 * @returns {Promise<import('./types.js').InboxPage>}
	 */
	poll(where, signal) {
		return this.client.call('GET', withQuery('/v1/live/poll',
			{ ...where, users: true }), {
			signal,
			timeout_ms: (where.wait_s + 15) * 1000,
		});
	}
}
