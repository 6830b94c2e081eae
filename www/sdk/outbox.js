import { Backoff } from './backoff.js';
import { Problem, isTemporary } from './problem.js';
import { randomId } from './random.js';
import { defaultStorage, keysOf } from './storage.js';

/** @typedef {import('./types.js').Message} Message */
/** @typedef {import('./types.js').Sent} Sent */
/** @typedef {import('./types.js').Stored} Stored */
/** @typedef {import('./storage.js').KeyValue} KeyValue */

/**
 * @typedef {object} OutboxItem
 * @property {string} client_msg_id
 * @property {string} conv_id
 * @property {Message} message
 * @property {number} created_at
 * @property {'queued'|'sending'|'sent'|'pending'|'failed'} state
 *     `sent`: answered, its entry has not arrived yet; `pending`: accepted by
 *     the server, not yet in the conversation; `failed`: refused
 * @property {Sent} [answer]
 * @property {{code: string, message: string}} [problem]
 */

/**
 * @typedef {object} Lane  the state of one conversation
 * @property {boolean} busy
 * @property {import('./sleep.js').Timer} timer
 * @property {Backoff} backoff
 */

const SERIAL_DIGITS = 14;

/**
 * Outgoing messages. An item stays in storage until the server has answered,
 * and is sent again with the same client_msg_id until then, so that a lost
 * answer, a reload or a dead network neither loses nor duplicates it. One
 * message per conversation is in flight at a time: they arrive in the order in
 * which they were written. A refused item does not block those after it.
 */
export class Outbox {
	/** @type {Map<string, OutboxItem>} by storage key, oldest first */
	#items = new Map();
	/** @type {Map<string, Lane>} */
	#lanes = new Map();
	#stopped = true;
	/** Of the newest item: keys sort by it, as a device's clock may be set. */
	#serial = 0;

	/**
	 * @param {object} options
	 * @param {(conv_id: string, message: Message) => Promise<Sent>}
	 *     options.send    one attempt, such as Client.messages.send
	 * @param {string} options.owner  user_id; items of others are ignored
	 * @param {KeyValue} [options.storage]
	 * @param {(item: OutboxItem) => void} [options.onChange]
	 * @param {(item: OutboxItem, answer: Stored) => void} [options.onSent]
	 * @param {{first_ms?: number, max_ms?: number}} [options.backoff]
	 */
	constructor({ send, owner, storage = defaultStorage(),
		onChange = () => {}, onSent = () => {}, backoff = {} }) {
		this.send = send;
		this.storage = storage;
		this.prefix = `imcloud.outbox.${owner}.`;
		this.onChange = onChange;
		this.onSent = onSent;
		this.backoff = { first_ms: 1000, ...backoff };
		for (const key of keysOf(storage, this.prefix))
			this.#load(key);
	}

	/** Sends what an earlier page left behind. */
	start() {
		this.#stopped = false;
		for (const item of this.#items.values())
			this.#next(item.conv_id);
	}

	/** Stops sending; stored items stay. */
	stop() {
		this.#stopped = true;
		for (const lane of this.#lanes.values())
			clearTimeout(lane.timer);
		this.#lanes.clear();
	}

	/** Deletes all items: the user logged out. */
	clear() {
		this.stop();
		for (const key of keysOf(this.storage, this.prefix))
			this.storage.removeItem(key);
		this.#items.clear();
	}

	/**
	 * The items of a conversation, oldest first.
	 *
	 * @param {string} conv_id
	 * @returns {OutboxItem[]}
	 */
	items(conv_id) {
		return [...this.#items.values()].filter((item) =>
			item.conv_id === conv_id);
	}

	/** The number of items that are still to be sent. */
	get size() {
		return [...this.#items.values()].filter(({ state }) =>
			state === 'queued' || state === 'sending').length;
	}

	/**
	 * @param {string} conv_id
	 * @param {Message} message
	 * @returns {OutboxItem}
	 */
	add(conv_id, message) {
		const client_msg_id = message.client_msg_id ?? randomId();
		const created_at = Date.now();
		/** @type {OutboxItem} */
		const item = {
			client_msg_id,
			conv_id,
			message: { ...message, client_msg_id },
			created_at,
			state: 'queued',
		};
		const key = this.#newKey(client_msg_id);

		this.#items.set(key, item);
		this.#save(key, item);
		this.onChange(item);
		this.#next(conv_id);
		return item;
	}

	/**
	 * The entry of the message arrived: the item is done.
	 *
	 * @param {string} client_msg_id
	 * @returns {boolean} was there such an item?
	 */
	settle(client_msg_id) {
		const found = this.#find(client_msg_id);

		if (found === null)
			return false;
		this.#drop(found.key);
		return true;
	}

	/** @param {string} client_msg_id  of a failed item */
	retry(client_msg_id) {
		const found = this.#find(client_msg_id);

		if (found === null || found.item.state !== 'failed')
			return;
		found.item.problem = undefined;
		this.#mark(found.key, found.item, 'queued');
		this.#next(found.item.conv_id);
	}

	/** @param {string} client_msg_id  of an item to be deleted */
	discard(client_msg_id) {
		const found = this.#find(client_msg_id);

		if (found === null || found.item.state === 'sending')
			return;
		this.#drop(found.key);
		this.onChange(found.item);
	}

	/** The network is back: sends at once. */
	kick() {
		for (const [conv_id, lane] of this.#lanes) {
			clearTimeout(lane.timer);
			lane.timer = undefined;
			lane.backoff.reset();
			this.#next(conv_id);
		}
	}

	/**
	 * A key that sorts behind all others, those of other pages included.
	 *
	 * @param {string} client_msg_id
	 */
	#newKey(client_msg_id) {
		const last = keysOf(this.storage, this.prefix).at(-1);
		const known = Number(last?.slice(this.prefix.length)
			.split('.')[0]);

		this.#serial = Math.max(this.#serial, known || 0) + 1;
		return `${this.prefix}${String(this.#serial)
			.padStart(SERIAL_DIGITS, '0')}.${client_msg_id}`;
	}

	/** @param {string} key */
	#load(key) {
		try {
			/** @type {OutboxItem} */
			const item = JSON.parse(
				this.storage.getItem(key) ?? '');

			if (item.state !== 'failed')
				item.state = 'queued';
			this.#items.set(key, item);
		} catch {
			this.storage.removeItem(key);
		}
	}

	/** @param {string} key @param {OutboxItem} item */
	#save(key, item) {
		try {
			this.storage.setItem(key, JSON.stringify(item));
		} catch {
			/* full or forbidden: it lives as long as the page */
		}
	}

	/** @param {string} key */
	#drop(key) {
		this.#items.delete(key);
		this.storage.removeItem(key);
	}

	/**
	 * @param {string} key
	 * @param {OutboxItem} item
	 * @param {OutboxItem['state']} state
	 */
	#mark(key, item, state) {
		item.state = state;
		if (state === 'sent')
			this.storage.removeItem(key);
		else if (this.#items.has(key))
			this.#save(key, item);
		this.onChange(item);
	}

	/** @param {string} client_msg_id */
	#find(client_msg_id) {
		for (const [key, item] of this.#items)
			if (item.client_msg_id === client_msg_id)
				return { key, item };
		return null;
	}

	/** @param {string} conv_id */
	#lane(conv_id) {
		let lane = this.#lanes.get(conv_id);

		if (lane === undefined) {
			lane = { busy: false, timer: undefined,
				backoff: new Backoff(this.backoff) };
			this.#lanes.set(conv_id, lane);
		}
		return lane;
	}

	/** @param {string} conv_id */
	#next(conv_id) {
		const lane = this.#lane(conv_id);

		if (this.#stopped || lane.busy
			|| lane.timer !== undefined)
			return;
		for (const [key, item] of this.#items) {
			if (item.conv_id !== conv_id
				|| item.state !== 'queued')
				continue;
			this.#attempt(lane, key, item);
			return;
		}
	}

	/**
	 * @param {Lane} lane
	 * @param {string} key
	 * @param {OutboxItem} item
	 */
	async #attempt(lane, key, item) {
		lane.busy = true;
		this.#mark(key, item, 'sending');
		try {
			const answer = await this.send(item.conv_id,
				item.message);

			lane.backoff.reset();
			this.#answered(key, item, answer);
		} catch (error) {
			this.#refused(lane, key, item, error);
		}
		lane.busy = false;
		this.#next(item.conv_id);
	}

	/**
	 * @param {string} key
	 * @param {OutboxItem} item
	 * @param {Sent} answer
	 */
	#answered(key, item, answer) {
		item.answer = answer;
		if (answer.conv_index === undefined) {
			this.#mark(key, item, 'pending');
			return;
		}
		this.#mark(key, item, 'sent');
		this.onSent(item, answer);
	}

	/**
	 * @param {Lane} lane
	 * @param {string} key
	 * @param {OutboxItem} item
	 * @param {unknown} error
	 */
	#refused(lane, key, item, error) {
		if (!this.#items.has(key))
			return;

		const refused = error instanceof Problem ? error : null;

		/* a lost session says nothing about the message */
		if (refused?.code === 'unauthenticated') {
			this.#mark(key, item, 'queued');
			this.stop();
			return;
		}
		if (!isTemporary(error)) {
			item.problem = {
				code: refused?.code ?? 'internal',
				message: String(error),
			};
			this.#mark(key, item, 'failed');
			return;
		}
		this.#mark(key, item, 'queued');
		if (this.#stopped)
			return;
		lane.timer = setTimeout(() => {
			lane.timer = undefined;
			this.#next(item.conv_id);
		}, lane.backoff.next(refused?.retry_after_ms));
	}
}
