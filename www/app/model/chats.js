import { UnreadCount } from '../../sdk/index.js';
import { changed, hiddenOf, isListed, withoutForward } from './entries.js';

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
 * @property {number} taken_index    up to this index it has taken entries
 * @property {UnreadCount} count     where unread, mentions, read_index come from
 * @property {boolean} [cleared]     out of the list until something new comes
 */

/** @param {Chat} chat */
function isQuiet({ me }) {
	return Boolean(me.hidden) || (me.muted_until ?? 0) > Date.now();
}

/** @param {Chat} a @param {Chat} b */
function byRank(a, b) {
	return Number(b.me.pinned ?? false) - Number(a.me.pinned ?? false)
		|| b.ranked_at - a.ranked_at
		|| (BigInt(b.conversation.conv_id)
			> BigInt(a.conversation.conv_id) ? 1 : -1);
}

/** @param {Chat} chat */
function counted(chat) {
	const { unread, mentions, read_index } = chat.count;

	Object.assign(chat, { unread, mentions, read_index });
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
		return this.all().filter(({ me, cleared }) =>
			!me.hidden && !cleared).sort(byRank);
	}

	/** @returns {Chat[]} in the same order */
	archived() {
		return this.all().filter(({ me }) => me.hidden).sort(byRank);
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
		this.putAll(page.items);
	}

	/** @param {ChatItem[]} items  some of which may be new here */
	putAll(items) {
		for (const item of items) {
			const { conv_id } = item.conversation;
			const known = this.#chats.has(conv_id);

			this.put(item);

			const chat = this.#chats.get(conv_id);

			if (!known && chat && !isQuiet(chat))
				this.#beyond = Math.max(0, this.#beyond
					- item.unread);
		}
	}

	/** @param {ChatItem} item  the server's current one */
	put(item) {
		const { conversation, last_entry } = item;
		const known = this.#chats.get(conversation.conv_id);
		const count = known?.count ?? new UnreadCount(this.me);
		const chat = {
			...item,
			me: item.me ?? {},
			ranked_at: last_entry?.sent_at
				?? conversation.created_at,
			taken_index: last_entry?.conv_index ?? 0,
			count,
		};

		count.figure({ ...item, unread_ordinal: item.unread_ordinal
			?? last_entry?.ordinal });
		counted(chat);
		/* events may be ahead of the list */
		if (known && known.taken_index > chat.taken_index) {
			const { taken_index, ranked_at } = known;

			Object.assign(chat, { taken_index, ranked_at });
			chat.me = { ...chat.me, hidden: known.me.hidden };
			if (!known.last_entry?.hidden)
				chat.last_entry = known.last_entry;
		}
		this.#chats.set(conversation.conv_id, chat);
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
			taken_index: 0,
			count: new UnreadCount(this.me),
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
		chat.count.entry(entry);
		counted(chat);
		if (entry.conv_index > chat.taken_index)
			this.#advance(chat, entry);
		return true;
	}

	/** @param {Chat} chat @param {Entry} entry */
	#advance(chat, entry) {
		chat.taken_index = entry.conv_index;
		if (!isListed(entry))
			return;
		chat.last_entry = entry;
		/* nothing but a message brings it back */
		if (entry.kind === 'message' && chat.me.hidden)
			chat.me = { ...chat.me, hidden: false };
		chat.cleared = false;
		if (!entry.flags?.includes('no_bump'))
			chat.ranked_at = Math.max(entry.sent_at,
				chat.ranked_at);
	}

	/**
	 * A message is now like this; known from an answer, before its event.
	 *
	 * @param {string} conv_id
	 * @param {number} conv_index
	 * @param {(entry: Entry) => Entry} change
	 */
	change(conv_id, conv_index, change) {
		const chat = this.#chats.get(conv_id);

		if (chat?.last_entry?.conv_index === conv_index)
			chat.last_entry = change(chat.last_entry);
	}

	/**
	 * The user has deleted an entry for themselves, or it has expired.
	 *
	 * @param {string} conv_id
	 * @param {number} conv_index
	 * @param {Entry|undefined} entry   as it was, if that is known
	 */
	hide(conv_id, conv_index, entry) {
		const chat = this.#chats.get(conv_id);

		if (chat === undefined)
			return;
		this.change(conv_id, conv_index, hiddenOf);
		chat.count.gone(conv_index, entry);
		counted(chat);
	}

	/**
	 * The last entry was hidden: the list shows the one before.
	 *
	 * @param {string} conv_id
	 * @param {Entry} entry
	 */
	showBefore(conv_id, entry) {
		const chat = this.#chats.get(conv_id);

		if (chat?.last_entry?.hidden
			&& entry.conv_index < chat.last_entry.conv_index)
			chat.last_entry = entry;
	}

	/**
	 * The user has cleared a chat.
	 *
	 * @param {string} conv_id
	 * @param {number} cleared_index
	 */
	clearTo(conv_id, cleared_index) {
		const chat = this.#chats.get(conv_id);

		if (chat && (chat.last_entry?.conv_index ?? 0) <= cleared_index) {
			chat.last_entry = null;
			chat.cleared = true;
		}
	}

	/** @param {string} msg_id  recalled: forwards say nothing more of it */
	withoutForward(msg_id) {
		for (const chat of this.#chats.values())
			chat.last_entry &&= withoutForward(chat.last_entry,
				msg_id);
	}

	/**
	 * The user's own message, known from the answer to its sending. It is
	 * taken only if everything before it has been counted.
	 *
	 * @param {Entry} entry
	 */
	takeOwn(entry) {
		const chat = this.#chats.get(entry.conv_id);

		if (chat && entry.conv_index === chat.taken_index + 1)
			this.take(entry);
	}

	/**
	 * The server's figure: the read mark moved, here or on another device.
	 *
	 * @param {string} conv_id
	 * @param {import('../../sdk/unread.js').Figure} figure
	 * @param {boolean} [asked]  because the count was not certain
	 */
	read(conv_id, figure, asked = false) {
		const chat = this.#chats.get(conv_id);

		if (chat === undefined)
			return;
		chat.count.figure(figure, asked);
		counted(chat);
	}

	/**
	 * The user has read up to here, before the server knows.
	 *
	 * @param {string} conv_id
	 * @param {number} conv_index
	 * @param {number} passed  messages of others that this passes
	 */
	readHere(conv_id, conv_index, passed) {
		const chat = this.#chats.get(conv_id);

		if (chat === undefined)
			return;
		chat.count.read(conv_index, passed,
			conv_index >= chat.taken_index);
		counted(chat);
	}
}
