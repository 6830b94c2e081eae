/** @typedef {import('../sdk/types.js').Entry} Entry */

const PAGE = 200;
const STARS_MAX = 2000;

/** Which messages the user has starred, on whatever device. */
export class Stars {
	/** By msg_id. @type {Set<string>} */
	#ids = new Set();
	/** What has changed while they are loaded. @type {Map<string, boolean>} */
	#news = new Map();
	#loading = 0;
	/** The msg_id that was starred last. @type {string|null} */
	newest = null;

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
	}

	/** @param {Entry} entry */
	has({ msg_id }) {
		return this.#ids.has(msg_id);
	}

	/** Reads the newest stars; again after events may have been missed. */
	async load() {
		const run = ++this.#loading;
		/** @type {Set<string>} */
		const ids = new Set();
		/** @type {string|null} */
		let cursor = null;

		this.#news.clear();
		try {
			do {
				/** @type {import('../sdk/client.js').Page<
				 *     import('../sdk/types.js').Star>} */
				const page = await this.m.client.messages
					.starred({ limit: PAGE,
						cursor: cursor ?? undefined });

				for (const { entry } of page.items)
					ids.add(entry.msg_id);
				cursor = page.next;
			} while (cursor !== null && ids.size < STARS_MAX);
		} catch {
			/* those of the messages on the screen are not shown */
			return;
		}
		if (run !== this.#loading)
			return;
		this.#ids = ids;
		for (const [msg_id, starred] of this.#news)
			this.#set(msg_id, starred);
		this.m.everythingChanged();
		this.m.changed('stars');
	}

	/**
	 * Shows at once, and is taken back if the server refuses.
	 *
	 * @param {Entry} entry
	 * @param {boolean} on
	 */
	async star({ msg_id, conv_id }, on) {
		const { messages } = this.m.client;

		this.changed(msg_id, conv_id, on);
		try {
			await (on ? messages.star(msg_id)
				: messages.unstar(msg_id));
		} catch (error) {
			this.changed(msg_id, conv_id, !on);
			throw error;
		}
	}

	/**
	 * @param {string} msg_id
	 * @param {string} conv_id
	 * @param {boolean} starred
	 */
	changed(msg_id, conv_id, starred) {
		this.#news.set(msg_id, starred);
		this.#set(msg_id, starred);
		this.newest = starred ? msg_id : null;
		this.m.changed('stars', `room:${conv_id}`);
	}

	/** @param {string} msg_id @param {boolean} starred */
	#set(msg_id, starred) {
		if (starred)
			this.#ids.add(msg_id);
		else
			this.#ids.delete(msg_id);
	}
}
