import { locale } from './language.js';

/** @typedef {import('../sdk/types.js').ChatMe} ChatMe */

/**
 * A part of the user's chats: '' (all that are not archived), 'archive', or
 * 'folder:' and its name.
 *
 * @typedef {string} Part
 */

const PAGE = 50;

/** The latest time of the API: a mute until then has no end. */
export const ALWAYS = Number.MAX_SAFE_INTEGER;

export const ARCHIVE = 'archive';
/** @param {string} name @returns {Part} */
export const folderPart = (name) => `folder:${name}`;
/** @param {Part} part @returns {string|null} */
export const folderOf = (part) => part.startsWith('folder:')
	? part.slice('folder:'.length) : null;

/** What the user sets for each of their chats, the same on all devices. */
export class OwnChats {
	/** As the server knows them. @type {string[]} */
	#folders = [];
	/**
	 * The cursor of the next page of a part; null: there is none.
	 * @type {Map<Part, string|null>}
	 */
	#next = new Map();
	/** @type {Set<Part>} */
	#loading = new Set();

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
		messenger.listen((topics) => {
			if (topics.has('synced'))
				this.#restart();
		});
	}

	/** @param {string} conv_id @param {ChatMe} change */
	async set(conv_id, change) {
		this.follow(conv_id, await this.m.client.own.setChat(conv_id,
			change));
	}

	/**
	 * They are so now; known from an answer or an event.
	 *
	 * @param {string} conv_id
	 * @param {ChatMe} me  all of them
	 */
	follow(conv_id, me) {
		const chat = this.m.chats.get(conv_id);

		if (!chat)
			return;

		const moved = chat.me.folder !== me.folder
			|| (me.folder && chat.me.hidden !== me.hidden);

		chat.me = me;
		if (moved)
			this.#loadFolders();
		this.m.changed('chats', `room:${conv_id}`);
	}

	/**
	 * A chat that is not in the list: it may be archived.
	 *
	 * @param {string} conv_id
	 */
	async adopt(conv_id) {
		const { client, chats } = this.m;
		const conversation = await client.conversations.get(conv_id);

		chats.start(conversation);
		this.follow(conv_id, await client.own.chat(conv_id));
	}

	/** @param {string} conv_id  everything in it */
	async read(conv_id) {
		const chat = this.m.chats.get(conv_id);

		if (!chat)
			return;

		const mark = await this.m.client.conversations.read(conv_id,
			Math.max(chat.read_index,
				chat.conversation.last_index));

		this.m.chats.read(conv_id, mark);
		this.follow(conv_id, { ...chat.me, marked_unread: false });
	}

	/** @param {string} conv_id  the user looks at it */
	opened(conv_id) {
		if (this.m.chats.get(conv_id)?.me.marked_unread)
			this.read(conv_id).catch(() => {
				/* when it is opened again */
			});
	}

	/** @returns {string[]} those with a chat that is not archived */
	get folders() {
		const known = this.m.chats.ranked().map(({ me }) => me.folder);

		return [...new Set([...this.#folders, ...known])].filter(
			(name) => typeof name === 'string')
			.sort((a, b) => a.localeCompare(b, locale));
	}

	/** @param {Part} part @returns {import('./model/chats.js').Chat[]} */
	in(part) {
		const { chats } = this.m;
		const folder = folderOf(part);

		if (part === ARCHIVE)
			return chats.archived();
		return folder === null ? chats.ranked() : chats.ranked().filter(
			({ me }) => me.folder === folder);
	}

	/** @param {Part} part  is there more of it on the server? */
	hasMore(part) {
		return part === '' ? this.m.chats.next !== null
			: this.#next.get(part) !== null;
	}

	/** @param {Part} part */
	async more(part) {
		if (part === '') {
			await this.m.loadMoreChats();
			return;
		}

		const next = this.#next;
		const cursor = next.get(part);

		if (cursor === null || this.#loading.has(part))
			return;
		this.#loading.add(part);
		try {
			const page = await this.m.client.own.chats({ limit: PAGE,
				cursor, ...part === ARCHIVE ? { hidden: true }
					: { folder: folderOf(part) ?? '' } });

			this.m.people.putAll(page.users);
			this.m.chats.putAll(page.items);
			/* the list may have begun again meanwhile */
			if (next === this.#next)
				next.set(part, page.next);
			this.m.watchPeers();
			this.m.changed('chats');
		} finally {
			this.#loading.delete(part);
		}
	}

	#restart() {
		this.#next = new Map();
		this.#loading.clear();
		this.#loadFolders();
		this.more(ARCHIVE).catch(() => {
			/* asked for again when it is opened */
		});
	}

	async #loadFolders() {
		try {
			const { items } = await this.m.client.own.folders();

			this.#folders = items.filter(({ chats }) => chats > 0)
				.map(({ folder }) => folder);
			this.m.changed('chats');
		} catch {
			/* those of the chats in the list are known */
		}
	}
}
