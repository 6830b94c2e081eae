/** @typedef {import('../../sdk/sleep.js').Timer} Timer */

const SHOWN_MS = 6000;
const SAID_MS = 3000;

/** Who is typing in which conversation; forgotten after 6 s. */
export class TypingOthers {
	/** @type {Map<string, Map<string, Timer>>} */
	#timers = new Map();

	/** @param {(conv_id: string) => void} onChange */
	constructor(onChange) {
		this.onChange = onChange;
	}

	/** @param {string} conv_id @returns {string[]} user_ids */
	in(conv_id) {
		return [...this.#timers.get(conv_id)?.keys() ?? []];
	}

	/** @param {string} conv_id @param {string} user_id */
	start(conv_id, user_id) {
		/** @type {Map<string, Timer>} */
		const timers = this.#timers.get(conv_id) ?? new Map();
		const known = timers.has(user_id);

		clearTimeout(timers.get(user_id));
		timers.set(user_id, setTimeout(() =>
			this.stop(conv_id, user_id), SHOWN_MS));
		this.#timers.set(conv_id, timers);
		if (!known)
			this.onChange(conv_id);
	}

	/** @param {string} conv_id @param {string} user_id */
	stop(conv_id, user_id) {
		const timers = this.#timers.get(conv_id);

		if (timers === undefined || !timers.has(user_id))
			return;
		clearTimeout(timers.get(user_id));
		timers.delete(user_id);
		this.onChange(conv_id);
	}

	clear() {
		for (const timers of this.#timers.values())
			for (const timer of timers.values())
				clearTimeout(timer);
		this.#timers.clear();
	}
}

/**
 * Reports that the user is typing: at most once in 3 s, as the server passes on
 * no more; input within that time is reported at its end.
 */
export class TypingMyself {
	/** The conversation with the input. @type {string|null} */
	#conv_id = null;
	/**
	 * The time of the last report, by a clock that nobody sets.
	 * @type {Map<string, number>}
	 */
	#said_at = new Map();
	/** @type {Timer} */
	#timer;

	/** @param {(conv_id: string, state: 'start'|'stop') => void} say */
	constructor(say) {
		this.say = say;
	}

	/** @param {string} conv_id @param {boolean} has_text */
	input(conv_id, has_text) {
		if (!has_text) {
			this.stop(conv_id);
			return;
		}
		if (this.#conv_id !== conv_id)
			this.#forget();
		this.#conv_id = conv_id;

		const wait_ms = (this.#said_at.get(conv_id) ?? -SAID_MS) + SAID_MS
			- performance.now();

		if (wait_ms <= 0)
			this.#start(conv_id);
		else
			this.#timer ??= setTimeout(() =>
				this.#start(conv_id), wait_ms);
	}

	/** @param {string} conv_id */
	stop(conv_id) {
		if (this.#conv_id !== conv_id)
			return;
		this.#forget();
		this.say(conv_id, 'stop');
	}

	/** A message ends the typing by itself. @param {string} conv_id */
	sent(conv_id) {
		if (this.#conv_id === conv_id)
			this.#forget();
	}

	/** @param {string} conv_id */
	#start(conv_id) {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#said_at.set(conv_id, performance.now());
		this.say(conv_id, 'start');
	}

	#forget() {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#conv_id = null;
	}
}
