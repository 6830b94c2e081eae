import { changed, isShown } from './entries.js';

/** @typedef {import('../../sdk/types.js').ChatItem} ChatItem */
/** @typedef {import('../../sdk/types.js').Conversation} Conversation */
/** @typedef {import('../../sdk/types.js').Entry} Entry */

/**
 * @typedef {object} Chat   a row of the list
 * @property {Conversation} conversation
 * @property {Entry|null} last_entry
 * @property {number} unread
 * @property {number} mentions
 * @property {number} read_index
 * @property {import('../../sdk/types.js').ChatMe} me
 * @property {number} ranked_at      last activity
 * @property {number} counted_index  up to this index `unread` is counted
 * @property {number} counted_ordinal  the ordinal at counted_index
 */

/** @param {Chat} chat */
function isQuiet({ me }) {
	return Boolean(me.hidden) || (me.muted_until ?? 0) > Date.now();
}

/**
 * The user's list of chats. Counts follow the inbox: a chat counts an entry
 * once, by its ordinal, whatever the order of answers and events.
 */
export class Chats {
	/** @type {Map<string, Chat>} */
	#chats = new Map();
	/** Unread in chats that are not loaded yet. */
	#beyond = 0;
	/** The cursor of the next page. @type {string|null} */
	next = null;

	/** @param {string} me  the user's own user_id */
	constructor(me) {
		this.me = me;
	}

	/** @param {string} conv_id */
	get(conv_id) {
		return this.#chats.get(conv_id);
	}

	all() {
		return [...this.#chats.values()];
	}

	/** @returns {Chat[]} pinned first, then by last activity */
	ranked() {
		return this.all().filter(({ me }) => !me.hidden)
			.sort((a, b) =>
				Number(b.me.pinned ?? false)
				- Number(a.me.pinned ?? false)
				|| b.ranked_at - a.ranked_at
				|| (BigInt(b.conversation.conv_id)
					> BigInt(a.conversation.conv_id)
					? 1 : -1));
	}

	/** Unread over all chats that are neither muted nor hidden. */
	get total_unread() {
		return this.all().reduce((sum, chat) =>
			sum + (isQuiet(chat) ? 0 : chat.unread), 0)
			+ (this.next === null ? 0 : this.#beyond);
	}

	/**
	 * Replaces the list with a first page.
	 *
	 * @param {{items: ChatItem[], next: string|null}} page
	 * @param {number} total_unread
	 */
	replace(page, total_unread) {
		this.#chats.clear();
		this.#beyond = 0;
		this.add(page);
		this.#beyond = Math.max(0, total_unread - this.total_unread);
	}

	/** @param {{items: ChatItem[], next: string|null}} page */
	add(page) {
		this.next = page.next;
		for (const item of page.items) {
			if (!this.#chats.has(item.conversation.conv_id)
				&& this.#beyond > 0)
				this.#beyond = Math.max(0, this.#beyond
					- item.unread);
			this.put(item);
		}
	}

	/** @param {ChatItem} item  the server's current one */
	put(item) {
		const { conversation, last_entry } = item;

		this.#chats.set(conversation.conv_id, {
			...item,
			me: item.me ?? {},
			ranked_at: last_entry?.sent_at
				?? conversation.created_at,
			counted_index: last_entry?.conv_index ?? 0,
			counted_ordinal: last_entry?.ordinal ?? 0,
		});
	}

	/**
	 * Adds a conversation that was just created, or that the user was just
	 * added to; its entries follow as events.
	 *
	 * @param {Conversation} conversation
	 */
	start(conversation) {
		const known = this.#chats.get(conversation.conv_id);

		if (known) {
			known.conversation = { ...known.conversation,
				...conversation };
			return;
		}
		this.#chats.set(conversation.conv_id, {
			conversation,
			last_entry: null,
			unread: 0,
			mentions: 0,
			read_index: 0,
			me: {},
			ranked_at: conversation.created_at,
			counted_index: 0,
			counted_ordinal: 0,
		});
	}

	/** @param {string} conv_id */
	remove(conv_id) {
		this.#chats.delete(conv_id);
	}

	/**
	 * @param {Entry} entry
	 * @returns {boolean} false: its chat is not in the list
	 */
	take(entry) {
		const chat = this.#chats.get(entry.conv_id);

		if (chat === undefined)
			return false;
		if (entry.target_index !== undefined && chat.last_entry
			&& chat.last_entry.conv_index === entry.target_index)
			chat.last_entry = changed(chat.last_entry, entry,
				this.me);
		chat.conversation.last_index = Math.max(entry.conv_index,
			chat.conversation.last_index);
		chat.conversation.last_ordinal = Math.max(entry.ordinal,
			chat.conversation.last_ordinal);
		if (entry.conv_index > chat.counted_index)
			this.#count(chat, entry);
		return true;
	}

	/** @param {Chat} chat @param {Entry} entry */
	#count(chat, entry) {
		if (this.#isNews(chat, entry)) {
			chat.unread++;
			if (entry.mention_all
				|| entry.mentions?.includes(this.me))
				chat.mentions++;
		}
		chat.counted_index = entry.conv_index;
		chat.counted_ordinal = Math.max(entry.ordinal,
			chat.counted_ordinal);
		if (!isShown(entry))
			return;
		chat.last_entry = entry;
		chat.me.hidden = false;
		if (!entry.flags?.includes('no_bump'))
			chat.ranked_at = Math.max(entry.sent_at,
				chat.ranked_at);
	}

	/** @param {Chat} chat @param {Entry} entry */
	#isNews(chat, entry) {
		return entry.kind === 'message'
			&& entry.sender_id !== this.me
			&& entry.conv_index > chat.read_index
			&& entry.ordinal > chat.counted_ordinal
			&& !entry.flags?.includes('no_unread');
	}

	/**
	 * The user's own message, known from the answer to its sending. It is
	 * taken only if everything before it has been counted.
	 *
	 * @param {Entry} entry
	 */
	takeOwn(entry) {
		const chat = this.#chats.get(entry.conv_id);

		if (chat && entry.conv_index === chat.counted_index + 1)
			this.take(entry);
	}

	/**
	 * The user's read mark moved, here or on another device.
	 *
	 * @param {string} conv_id
	 * @param {{read_index: number, unread: number, mentions?: number}} mark
	 */
	read(conv_id, mark) {
		const chat = this.#chats.get(conv_id);

		if (chat === undefined || mark.read_index < chat.read_index)
			return;

		const all = mark.read_index >= chat.counted_index;

		chat.read_index = mark.read_index;
		chat.unread = all ? 0 : mark.unread;
		if (all)
			chat.mentions = 0;
		else if (mark.mentions !== undefined)
			chat.mentions = mark.mentions;
	}
}
