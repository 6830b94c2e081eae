/**
 * The order of a user's inbox. Events come over a connection that may lose,
 * double or reorder them; `user_index` repairs that: local + 1 is taken, what
 * is not above local is ignored, and what is further ahead is kept until the
 * missing ones have come or were pulled.
 *
 * Invariant: what `offer` and `advance` return, put one after the other, is
 * the inbox without a hole and without a repeat.
 */

const KEPT_MAX = 1000;

/** @typedef {import('./types.js').DurableEvent} DurableEvent */

export class Sequence {
	#local;
	#known;
	/** @type {Map<number, DurableEvent>} */
	#early = new Map();

	/** @param {number} user_index how far the inbox has been taken in */
	constructor(user_index) {
		this.#local = user_index;
		this.#known = user_index;
	}

	/** The index of the last event that was handed out. */
	get local() {
		return this.#local;
	}

	/** The newest index that anything spoke of. */
	get known() {
		return this.#known;
	}

	/** Is something missing? */
	get behind() {
		return this.#local < this.#known;
	}

	/**
	 * A durable event has come.
	 *
	 * @param {DurableEvent} event
	 * @returns {DurableEvent[]} the events whose turn it is now, in order
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
	 * Something spoke of the newest index: a heartbeat, a hello, a push.
	 *
	 * @param {number} user_index
	 * @returns {boolean} is something missing now?
	 */
	expect(user_index) {
		this.#known = Math.max(this.#known, user_index);
		return this.behind;
	}

	/**
	 * A pull says that nothing up to there is to be had any more than it
	 * gave.
	 *
	 * @param {number} user_index
	 * @returns {DurableEvent[]} kept events whose turn it is now
	 */
	advance(user_index) {
		if (user_index <= this.#local)
			return [];
		this.#local = user_index;
		this.expect(user_index);
		return this.#drain();
	}

	/**
	 * Everything was read afresh.
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
