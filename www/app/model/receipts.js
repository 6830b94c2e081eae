/**
 * How far the other members of a conversation have read and received it. Marks
 * only move forward; read implies delivered.
 */
export class Receipts {
	/** @type {Map<string, {read: number, delivered: number}>} */
	#marks = new Map();

	/** @param {string} me */
	constructor(me) {
		this.me = me;
	}

	/** @param {import('../../sdk/types.js').Member[]} members */
	setMembers(members) {
		const here = new Set(members.map(({ user_id }) => user_id));

		for (const user_id of this.#marks.keys())
			if (!here.has(user_id))
				this.#marks.delete(user_id);
		for (const { user_id, read_index } of members)
			this.read(user_id, read_index ?? 0);
	}

	/** They are read again. */
	forget() {
		this.#marks.clear();
	}

	/** @param {string} user_id @param {number} conv_index */
	read(user_id, conv_index) {
		this.#raise(user_id, conv_index, conv_index);
	}

	/** @param {string} user_id @param {number} conv_index */
	delivered(user_id, conv_index) {
		this.#raise(user_id, 0, conv_index);
	}

	/**
	 * @param {number} conv_index
	 * @returns {{read: number, delivered: number}} how many other members
	 */
	of(conv_index) {
		const count = { read: 0, delivered: 0 };

		for (const mark of this.#marks.values()) {
			if (mark.read >= conv_index)
				count.read++;
			if (mark.delivered >= conv_index)
				count.delivered++;
		}
		return count;
	}

	/**
	 * The users who have read it.
	 *
	 * @param {number} conv_index
	 * @returns {string[]}
	 */
	readers(conv_index) {
		return [...this.#marks].filter(([, mark]) =>
			mark.read >= conv_index).map(([user_id]) => user_id);
	}

	/**
	 * @param {string} user_id
	 * @param {number} read
	 * @param {number} delivered
	 */
	#raise(user_id, read, delivered) {
		if (user_id === this.me)
			return;

		const mark = this.#marks.get(user_id)
			?? { read: 0, delivered: 0 };

		mark.read = Math.max(mark.read, read);
		mark.delivered = Math.max(mark.delivered, delivered);
		this.#marks.set(user_id, mark);
	}
}
