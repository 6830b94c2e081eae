/** @typedef {{user_id: string, user?: import('../sdk/types.js').User}} Item */

const PAGE = 200;

/**
 * A list of people of which the client has all pages. Loads that are asked for at
 * once are one; what changes while one is under way makes it start again.
 *
 * @template {Item} T
 */
export class WholeList {
	/** By user_id. @type {Map<string, T>} */
	items = new Map();
	loaded = false;
	/** Why the last load failed. @type {unknown} */
	error = null;
	/** When the last load began; performance.now() */
	loaded_at = -Infinity;
	/** @type {Promise<void>|null} */
	#running = null;
	#is_stale = false;

	/**
	 * @param {(cursor: string|undefined) => Promise<
	 *     {items: T[], next: string|null}>} read  a page
	 * @param {() => void} onChange
	 */
	constructor(read, onChange) {
		this.read = read;
		this.onChange = onChange;
	}

	get loading() {
		return this.#running !== null;
	}

	/** Reads all of it. It never rejects: `error` says why it failed. */
	load() {
		this.#is_stale = true;
		this.#running ??= this.#run();
		return this.#running;
	}

	/**
	 * Known from an answer or an event.
	 *
	 * @param {(items: Map<string, T>) => void} act
	 */
	change(act) {
		act(this.items);
		if (this.#running)
			this.#is_stale = true;
		this.onChange();
	}

	async #run() {
		try {
			while (this.#is_stale) {
				this.#is_stale = false;
				this.loaded_at = performance.now();

				const items = await this.#pages();

				if (!this.#is_stale)
					this.items = items;
			}
			this.loaded = true;
			this.error = null;
		} catch (error) {
			this.error = error;
		}
		this.#running = null;
		this.onChange();
	}

	async #pages() {
		/** @type {Map<string, T>} */
		const all = new Map();
		/** @type {string|null} */
		let cursor = null;

		do {
			/** @type {{items: T[], next: string|null}} */
			const page = await this.read(cursor ?? undefined);

			for (const item of page.items)
				all.set(item.user_id, item);
			cursor = page.next;
		} while (cursor !== null && !this.#is_stale);
		return all;
	}
}

/**
 * A list of the user's that is read with each sync, and again after an error once
 * there is a connection.
 *
 * @template {Item} T
 * @param {import('./messenger.js').Messenger} m
 * @param {{list: (page: {limit: number, cursor?: string}) => Promise<
 *     import('../sdk/client.js').Page<T>>}} routes
 * @param {string} topic  what tells of changes
 * @returns {WholeList<T>}
 */
export function followedList(m, routes, topic) {
	/** @type {WholeList<T>} */
	const list = new WholeList(async (cursor) => {
		const page = await routes.list({ limit: PAGE, cursor });

		for (const { user } of page.items)
			m.people.put(user);
		return page;
	}, () => {
		/* how chats look depends on it */
		m.everythingChanged();
		m.changed(topic);
	});

	m.listen((topics) => {
		if (topics.has('synced') || (topics.has('live')
			&& list.error !== null && m.live_state.phase === 'online'))
			list.load();
	});
	return list;
}
