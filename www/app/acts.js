import { Problem, randomId } from '../sdk/index.js';
import { reactionKey } from './model/entries.js';
import { refusedOr } from './refused.js';
import { mutedUntil } from './rights.js';
import { t } from './strings.js';

/** @typedef {import('../sdk/types.js').Entry} Entry */
/** @typedef {import('../sdk/types.js').MessageEntry} MessageEntry */
/** @typedef {import('./model/chats.js').Chat} Chat */

const PAGE = 200;
const PINS_MAX = 1000;

/** @param {Chat|undefined} chat */
const isAdmin = (chat) => ['owner', 'admin'].includes(
	chat?.conversation.my_role ?? '');

/** What the user does to messages, and what of it they may. */
export class Acts {
	/**
	 * How old a message was when the server said that it is too late; an
	 * app may have windows of its own, which nothing tells.
	 */
	#late = { recall_s: Infinity, edit_s: Infinity };
	/**
	 * Reactions are set one after the other.
	 * @type {Map<string, Promise<void>>}
	 */
	#reacting = new Map();

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
	}

	/** @param {Entry} entry */
	#chat({ conv_id }) {
		return this.m.chats.get(conv_id);
	}

	/** @param {Entry} entry  is it a message that says something? */
	isWhole(entry) {
		return entry.kind === 'message' && !entry.recalled
			&& !entry.hidden;
	}

	/** @param {Entry} entry */
	mayRecall(entry) {
		return this.isWhole(entry) && (isAdmin(this.#chat(entry))
			|| (entry.sender_id === this.m.me
				&& ageOf(entry) < this.#late.recall_s));
	}

	/** @param {Entry} entry */
	mayEdit(entry) {
		return this.isWhole(entry) && entry.type === 'text'
			&& entry.sender_id === this.m.me
			&& ageOf(entry) < this.#late.edit_s;
	}

	/** @param {Entry} entry */
	mayPin(entry) {
		const chat = this.#chat(entry);

		return this.isWhole(entry) && chat !== undefined
			&& (chat.conversation.settings?.who_can_pin === 'all'
				|| chat.conversation.kind === 'self'
				|| isAdmin(chat));
	}

	/** @param {Chat|undefined} chat */
	mayPost(chat) {
		return (chat?.conversation.settings?.who_can_post !== 'admins'
			|| isAdmin(chat)) && !this.mutedUntil(chat)
			&& !this.blocked(chat);
	}

	/**
	 * @param {Chat|undefined} chat
	 * @returns {string|null} whom the user has blocked, in a direct chat
	 */
	blocked(chat) {
		const { user_id = '' } = chat?.conversation.peer ?? {};

		return this.m.own.blocks.has(user_id) ? user_id : null;
	}

	/** @param {Chat|undefined} chat @returns {number} 0: not muted */
	mutedUntil(chat) {
		const me = this.m.rooms.get(chat?.conversation.conv_id ?? '')
			?.members?.find(({ user_id }) => user_id === this.m.me);

		return me ? mutedUntil(me) : 0;
	}

	/** @param {string} conv_id */
	mayMentionAll(conv_id) {
		const { kind } = this.m.chats.get(conv_id)?.conversation ?? {};

		return (kind === 'group' || kind === 'channel')
			&& this.m.rights.may(conv_id, 'mention_all');
	}

	/** @param {Entry} entry  taken back, for everybody */
	async recall(entry) {
		const now = await this.#inTime(entry, 'recall_s', () =>
			this.m.client.messages.recall(entry.msg_id));

		this.#change(entry, (old) => ({ ...old,
			content: undefined, reactions: undefined,
			recalled: true, recalled_by: now.recalled_by }));
		this.m.own.recalled(entry.msg_id);
	}

	/** @param {Entry} entry @param {string} text */
	async edit(entry, text) {
		const now = await this.#inTime(entry, 'edit_s', () =>
			this.m.client.messages.edit(entry.msg_id, { text },
				randomId()));

		/* somebody else's device may have changed it since */
		this.#change(entry, (old) => old.recalled
			|| (old.edited_at ?? 0) > (now.edited_at ?? 0) ? old
			: /** @type {Entry} */ ({ ...old,
				content: now.content,
				edited_at: now.edited_at }));
	}

	/**
	 * Sets a reaction or takes it away; it shows at once.
	 *
	 * @param {Entry} entry
	 * @param {string} emoji
	 * @param {boolean} on
	 */
	async react(entry, emoji, on) {
		const { msg_id } = entry;
		const before = this.#reacting.get(msg_id) ?? Promise.resolve();
		const now = before.then(() => this.#react(entry, emoji, on));

		this.#reacted(entry, emoji, on);
		this.#reacting.set(msg_id, now.catch(() => {}));
		await now;
	}

	/** @param {Entry} entry @param {string} emoji @param {boolean} on */
	async #react(entry, emoji, on) {
		const { messages } = this.m.client;

		try {
			await (on ? messages.react(entry.msg_id, emoji)
				: messages.unreact(entry.msg_id, emoji));
		} catch (error) {
			this.#reacted(entry, emoji, !on);
			throw this.#refused(entry, error);
		}
	}

	/** @param {Entry} entry @param {string} emoji @param {boolean} on */
	#reacted(entry, emoji, on) {
		this.#change(entry, (old) => {
			const reactions = { ...old.reactions };
			const key = reactionKey(reactions, emoji);
			const { count = 0, me = false } = reactions[key] ?? {};

			if (me === on || old.recalled)
				return old;
			reactions[key] = { count: count + (on ? 1 : -1),
				me: on };
			if (reactions[key].count <= 0)
				delete reactions[key];
			return { ...old, reactions };
		});
	}

	/** @param {Entry} entry @param {string} emoji  does the user react so? */
	reactsWith({ reactions = {} }, emoji) {
		return reactions[reactionKey(reactions, emoji)]?.me ?? false;
	}

	/** @param {Entry} entry */
	isPinned({ conv_id, msg_id }) {
		return this.m.room(conv_id).pins?.some((pin) =>
			pin.entry.msg_id === msg_id) ?? false;
	}

	/** @param {Entry} entry @param {boolean} on */
	async pin(entry, on) {
		const { conv_id, msg_id } = entry;
		const { messages } = this.m.client;

		try {
			await (on ? messages.pin(conv_id, msg_id)
				: messages.unpin(conv_id, msg_id));
		} catch (error) {
			throw this.#refused(entry, error);
		}
		await this.loadPins(conv_id);
	}

	/** @param {string} conv_id */
	async loadPins(conv_id) {
		const room = this.m.room(conv_id);
		/** @type {import('../sdk/types.js').Pin[]} */
		const pins = [];
		/** @type {string|null} */
		let cursor = null;

		do {
			/** @type {import('../sdk/client.js').Page<
			 *     import('../sdk/types.js').Pin>} */
			const page = await this.m.client.messages.pins(conv_id,
				{ limit: PAGE, cursor: cursor ?? undefined });

			pins.push(...page.items);
			cursor = page.next;
		} while (cursor !== null && pins.length < PINS_MAX);
		room.pins = pins;
		this.m.changed(`room:${conv_id}`);
	}

	/**
	 * The index of the first entry of a time or after it: entries are in the
	 * order of their times, so that a few of them lead to it.
	 *
	 * @param {string} conv_id
	 * @param {number} at
	 * @returns {Promise<number>} 0 if nothing was written since
	 */
	async find(conv_id, at) {
		/** @param {number} conv_index */
		const first = (conv_index) => this.m.client.messages.list(
			conv_id, { after: conv_index - 1, limit: 1 });
		const start = await first(1);
		let low = start.floor;
		let high = start.head + 1;

		while (low < high) {
			const mid = Math.floor((low + high) / 2);
			const { items } = await first(mid);

			if (items.length > 0 && items[0].sent_at < at)
				low = mid + 1;
			else
				high = mid;
		}
		return low > start.head ? 0 : low;
	}

	/**
	 * A message is now like this, wherever it shows.
	 *
	 * @param {Entry} entry
	 * @param {(entry: Entry) => Entry} change
	 */
	#change({ conv_id, conv_index }, change) {
		this.m.rooms.get(conv_id)?.timeline.change(conv_index, change);
		this.m.chats.change(conv_id, conv_index, change);
		this.m.kept.change((one) => one.conv_id === conv_id
			&& one.conv_index === conv_index ? change(one) : one);
		this.m.changed('chats', `room:${conv_id}`);
	}

	/**
	 * @template T
	 * @param {Entry} entry
	 * @param {'recall_s'|'edit_s'} window
	 * @param {() => Promise<T>} act
	 * @returns {Promise<T>}
	 */
	async #inTime(entry, window, act) {
		try {
			return await act();
		} catch (error) {
			if (error instanceof Problem
				&& error.code === 'forbidden'
				&& ageOf(entry) >= this.m.limits[window]) {
				this.#late[window] = Math.min(ageOf(entry),
					this.#late[window]);
				throw new TooLate(error.message,
					{ cause: error });
			}
			throw this.#refused(entry, error);
		}
	}

	/**
	 * In a direct chat nothing is forbidden, unless the other one takes
	 * nothing from the user.
	 *
	 * @param {Entry} entry
	 * @param {unknown} error
	 */
	#refused(entry, error) {
		return refusedOr(error, this.#chat(entry)?.conversation.kind
			=== 'direct', t.blocks.refused);
	}
}

/** The window for what the user wants to do is over. */
export class TooLate extends Error {}

/** @param {Entry} entry @returns {number} seconds */
const ageOf = ({ sent_at }) => (Date.now() - sent_at) / 1000;
