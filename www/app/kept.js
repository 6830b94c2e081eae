/** @typedef {import('../sdk/types.js').Entry} Entry */

/**
 * What became of an entry: the same one if nothing did, null if the user may no
 * longer see it.
 *
 * @typedef {(entry: Entry) => Entry|null} Change
 */

/**
 * Tells those who keep entries outside of the timelines (pins, stars, hits of a
 * search) what became of them, so that nothing that was deleted stays on the
 * page.
 */
export class Kept {
	/** @type {Set<(change: Change) => void>} */
	#keepers = new Set();

	/**
	 * @param {(change: Change) => void} keeper
	 * @returns {() => void} ends it
	 */
	follow(keeper) {
		this.#keepers.add(keeper);
		return () => this.#keepers.delete(keeper);
	}

	/** @param {Change} change */
	change(change) {
		for (const keeper of this.#keepers)
			keeper(change);
	}

	/** @param {string} conv_id  of which the user sees nothing any more */
	forget(conv_id) {
		this.change((entry) => entry.conv_id === conv_id ? null : entry);
	}
}

/**
 * The items of a list, after something became of the entries in them. What was
 * recalled is listed nowhere.
 *
 * @template {{entry: Entry}} T
 * @param {T[]} items
 * @param {Change} change
 * @returns {T[]}
 */
export const changedItems = (items, change) => items.flatMap((item) => {
	const entry = change(item.entry);

	return entry === null || entry.recalled ? [] : entry === item.entry ? [item]
		: [{ ...item, entry }];
});
