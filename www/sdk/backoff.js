/**
 * Delays between attempts. They double from `first_ms` to `max_ms`, and each is
 * random in the upper half of its range, so that clients that lost the same
 * server do not reconnect in step. A time that the server asks for is the same
 * for all, perhaps: the random part comes on top of it.
 */
export class Backoff {
	#attempts = 0;

	/**
	 * @param {object} [options]
	 * @param {number} [options.first_ms]
	 * @param {number} [options.max_ms]
	 * @param {() => number} [options.random]  0 up to, not including, 1
	 */
	constructor({ first_ms = 500, max_ms = 30000,
		random = Math.random } = {}) {
		this.first_ms = first_ms;
		this.max_ms = max_ms;
		this.random = random;
	}

	/** The number of delays since the last reset. */
	get attempts() {
		return this.#attempts;
	}

	/**
	 * The next delay.
	 *
	 * @param {number} [least_ms] the minimum, if the server asks for one
	 * @returns {number} milliseconds
	 */
	next(least_ms = 0) {
		const top = Math.min(this.max_ms,
			this.first_ms * 2 ** Math.min(this.#attempts, 30));

		this.#attempts++;
		return Math.round(Math.max(least_ms, top / 2)
			+ this.random() * top / 2);
	}

	reset() {
		this.#attempts = 0;
	}
}
