/** @typedef {import('./model/chats.js').Chat} Chat */
/** @typedef {import('./model/room.js').Room} Room */

const PAGE = 50;
const FAR_BEHIND = 30;

/** Loads the part of a conversation's log that is shown. */
export class HistoryLoader {
	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
	}

	/** @param {string} conv_id  the newest page, whatever is loaded */
	async toEnd(conv_id) {
		const room = this.m.room(conv_id);

		if (!room.timeline.at_end)
			await this.#loading(room, 'page', async () =>
				room.timeline.replace(await this.#get(
					conv_id, {})));
	}

	/** @param {string} conv_id @param {number} conv_index */
	async around(conv_id, conv_index) {
		const room = this.m.room(conv_id);

		await this.#loading(room, 'page', async () =>
			room.timeline.replace(await this.#get(conv_id,
				{ around: conv_index })));
	}

	/** @param {string} conv_id @returns {Promise<boolean>} was a page loaded? */
	async before(conv_id) {
		const room = this.m.room(conv_id);

		if (room.loading || !room.timeline.has_before)
			return false;
		await this.#loading(room, 'before', async () =>
			room.timeline.prepend(await this.#get(conv_id,
				{ before: room.timeline.low })));
		return true;
	}

	/** @param {string} conv_id @returns {Promise<boolean>} was a page loaded? */
	async after(conv_id) {
		const room = this.m.room(conv_id);

		if (room.loading || !room.timeline.has_after)
			return false;
		await this.#loading(room, 'after', async () =>
			room.timeline.append(await this.#get(conv_id,
				{ after: room.timeline.high })));
		return true;
	}

	/**
	 * Brings the open chat up to date after a gap.
	 *
	 * @param {Room} room
	 */
	async reload(room) {
		if (room.timeline.at_end) {
			try {
				room.timeline.merge(await this.#get(
					room.conv_id, {}));
			} catch {
				room.timeline.forget();
			}
		}
		await this.m.open(room.conv_id);
	}

	/**
	 * @param {Room} room
	 * @param {Chat|undefined} chat
	 */
	page(room, chat) {
		const far = chat && chat.unread > FAR_BEHIND
			&& chat.read_index > 0;
		const around = room.place?.conv_index
			?? (far ? chat.read_index : undefined);

		return this.#loading(room, 'page', async () =>
			room.timeline.replace(await this.#get(room.conv_id,
				around ? { around } : {})));
	}

	/**
	 * @param {string} conv_id
	 * @param {{before?: number, after?: number, around?: number}} where
	 */
	async #get(conv_id, where) {
		const page = await this.m.client.messages.list(conv_id,
			{ ...where, limit: PAGE });

		this.m.people.putAll(page.users);
		for (const entry of page.items)
			if (entry.client_msg_id && entry.sender_id === this.m.me)
				this.m.outbox.settle(entry.client_msg_id);
		return page;
	}

	/**
	 * @param {Room} room
	 * @param {'page'|'before'|'after'} what
	 * @param {() => Promise<void>} load
	 */
	async #loading(room, what, load) {
		room.loading = what;
		room.error = null;
		this.m.changed(`room:${room.conv_id}`);
		try {
			await load();
			this.m.loaded();
		} finally {
			room.loading = null;
			this.m.changed(`room:${room.conv_id}`);
		}
	}
}
