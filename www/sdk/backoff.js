/**
 * Waiting times between attempts: they double from `first_ms` to `max_ms`, and
 * each is drawn from the upper half of its range, so that a crowd of clients
 * that lost the same server does not come back in step.
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

	/** How many waits there were since the last reset. */
	get attempts() {
		return this.#attempts;
	}

	/**
	 * How long to wait now.
	 *
	 * @param {number} [least_ms] what the server asked for
	 * @returns {number} milliseconds
	 */
	next(least_ms = 0) {
		const top = Math.min(this.max_ms,
			this.first_ms * 2 ** Math.min(this.#attempts, 30));

		this.#attempts++;
		return Math.max(least_ms, Math.round(top / 2
			+ this.random() * top / 2));
	}

	reset() {
		this.#attempts = 0;
	}
}
