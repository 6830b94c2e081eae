/**
 * The storage of the outbox: `localStorage`, or any object with the same
 * members. If there is none, or the browser forbids it, items live as long as
 * the page.
 *
 * @typedef {Pick<Storage, 'getItem'|'setItem'|'removeItem'|'key'|'length'>}
 *     KeyValue
 */

/** @implements {KeyValue} */
export class MemoryStorage {
	/** @type {Map<string, string>} */
	#values = new Map();

	get length() {
		return this.#values.size;
	}

	/** @param {number} n */
	key(n) {
		return [...this.#values.keys()][n] ?? null;
	}

	/** @param {string} key */
	getItem(key) {
		return this.#values.get(key) ?? null;
	}

	/** @param {string} key @param {string} value */
	setItem(key, value) {
		this.#values.set(key, value);
	}

	/** @param {string} key */
	removeItem(key) {
		this.#values.delete(key);
	}
}

/** @returns {KeyValue} */
export function defaultStorage() {
	try {
		if (globalThis.localStorage)
			return globalThis.localStorage;
	} catch {
		/* the browser forbids it: a SecurityError */
	}
	return new MemoryStorage();
}

/**
 * The keys with the prefix, sorted.
 *
 * @param {KeyValue} storage
 * @param {string} prefix
 * @returns {string[]}
 */
export function keysOf(storage, prefix) {
	const keys = [];

	for (let i = 0; i < storage.length; i++) {
		const key = storage.key(i);

		if (key !== null && key.startsWith(prefix))
			keys.push(key);
	}
	return keys.sort();
}
