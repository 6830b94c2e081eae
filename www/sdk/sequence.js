/**
 * The order of a user's inbox. A connection may lose, duplicate or
 * reorder events; `user_index` repairs that: local + 1 is taken, an index that
 * is not above local is ignored, and a later event is kept until the missing
 * ones arrive or are pulled.
 *
 * Invariant: what `offer` and `advance` return, put one after the other, is
 * the inbox without gaps and duplicates.
 */

const KEPT_MAX = 1000;

/** @typedef {import('./types.js').DurableEvent} DurableEvent */

export class Sequence {
	#local;
	#known;
	/** @type {Map<number, DurableEvent>} */
	#early = new Map();

	/** @param {number} user_index  how far the inbox is applied */
	constructor(user_index) {
		this.#local = user_index;
		this.#known = user_index;
	}

	/** The index of the last event that was returned. */
	get local() {
		return this.#local;
	}

	/** The newest index known. */
	get known() {
		return this.#known;
	}

	/** Is something missing? */
	get behind() {
		return this.#local < this.#known;
	}

	/**
	 * A durable event arrived.
	 *
	 * @param {DurableEvent} event
	 * @returns {DurableEvent[]} the events that are next, in order
	 */
	offer(event) {
		const index = event.user_index;

		if (index <= this.#local)
			return [];
		this.expect(index);
		if (index !== this.#local + 1) {
			if (this.#early.size < KEPT_MAX)
				this.#early.set(index, event);
			return [];
		}
		this.#local = index;
		return [event, ...this.#drain()];
	}

	/**
	 * A heartbeat, a hello or an event gave the newest index.
	 *
	 * @param {number} user_index
	 * @returns {boolean} is something missing now?
	 */
	expect(user_index) {
		this.#known = Math.max(this.#known, user_index);
		return this.behind;
	}

	/**
	 * A pull returned all events up to this index that still exist.
	 *
	 * @param {number} user_index
	 * @returns {DurableEvent[]} kept events that are next
	 */
	advance(user_index) {
		if (user_index <= this.#local)
			return [];
		this.#local = user_index;
		this.expect(user_index);
		return this.#drain();
	}

	/**
	 * Everything was read again.
	 *
	 * @param {number} user_index
	 */
	reset(user_index) {
		this.#local = user_index;
		this.#known = user_index;
		this.#early.clear();
	}

	/** @returns {DurableEvent[]} */
	#drain() {
		/** @type {DurableEvent[]} */
		const ready = [];

		for (;;) {
			const event = this.#early.get(this.#local + 1);

			if (event === undefined)
				break;
			this.#local++;
			ready.push(event);
		}
		for (const index of this.#early.keys())
			if (index <= this.#local)
				this.#early.delete(index);
		return ready;
	}
}
