import { changedItems } from './kept.js';

/** @typedef {import('../sdk/types.js').Entry} Entry */

/**
 * A list of messages that the server pages: what is loaded of it, and what is
 * under way. An answer that was overtaken by another question is dropped.
 *
 * @template {{entry: Entry}} T
 */
export class Paged {
	/** @type {T[]} */
	items = [];
	/** The cursor of the next page. @type {string|null} */
	next = null;
	/** Has a page been loaded? */
	loaded = false;
	loading = false;
	/** Why the last load failed. @type {unknown} */
	error = null;
	/** @type {AbortController|null} */
	#running = null;

	/**
	 * @param {(cursor: string|undefined, signal: AbortSignal) => Promise<
	 *     {items: T[], next: string|null}>} load
	 * @param {() => void} onChange
	 */
	constructor(load, onChange) {
		this.load = load;
		this.onChange = onChange;
	}

	/** Loads the first page, in place of what there is. */
	async restart() {
		await this.#run(undefined);
	}

	async more() {
		if (this.next !== null && !this.loading)
			await this.#run(this.next);
	}

	/** Once more, after an error. */
	async retry() {
		await (this.loaded && this.next !== null ? this.more()
			: this.restart());
	}

	/** Drops everything. */
	clear() {
		this.#running?.abort();
		this.#running = null;
		this.items = [];
		this.next = this.error = null;
		this.loaded = this.loading = false;
		this.onChange();
	}

	/** @param {import('./kept.js').Change} change  of entries */
	change(change) {
		this.items = changedItems(this.items, change);
		this.onChange();
	}

	/** @param {string|undefined} cursor */
	async #run(cursor) {
		const running = new AbortController();

		this.#running?.abort();
		this.#running = running;
		this.loading = true;
		this.error = null;
		this.onChange();
		try {
			const page = await this.load(cursor, running.signal);

			if (running.signal.aborted)
				return;
			this.items = cursor === undefined ? page.items
				: [...this.items, ...page.items];
			this.next = page.next;
			this.loaded = true;
		} catch (error) {
			if (running.signal.aborted)
				return;
			this.error = error;
			/* what is there answers another question */
			if (cursor === undefined) {
				this.items = [];
				this.next = null;
			}
		}
		this.loading = false;
		this.onChange();
	}
}
