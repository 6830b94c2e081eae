/** What has changed, told to listeners once for all changes of a moment. */
export class Topics {
	/** @type {Set<(topics: Set<string>) => void>} */
	#listeners = new Set();
	/** @type {Set<string>} */
	#changes = new Set();

	/**
	 * @param {(topics: Set<string>) => void} listener
	 * @returns {() => void} ends it
	 */
	listen(listener) {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** @param {string[]} topics */
	changed(topics) {
		if (this.#changes.size === 0)
			queueMicrotask(() => this.#tell());
		for (const topic of topics)
			this.#changes.add(topic);
	}

	#tell() {
		const changes = this.#changes;

		this.#changes = new Set();
		for (const listener of this.#listeners)
			listener(changes);
	}
}
