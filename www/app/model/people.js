/** @typedef {import('../../sdk/types.js').User} User */

const TOGETHER_MS = 20;
const IDS_MAX = 200;

/**
 * A cache of users. One that is asked for and not known is looked up, many in
 * one request; then `onChange` is called.
 */
export class People {
	/** @type {Map<string, User>} */
	#users = new Map();
	/** @type {Set<string>} */
	#wanted = new Set();
	/** @type {Set<string>} asked for; not to be asked for again */
	#asked = new Set();

	/**
	 * @param {(ids: string[]) => Promise<User[]>} find
	 * @param {() => void} onChange
	 */
	constructor(find, onChange) {
		this.find = find;
		this.onChange = onChange;
	}

	/** @param {User|undefined|null} user */
	put(user) {
		if (user)
			this.#users.set(user.user_id,
				{ ...this.#users.get(user.user_id), ...user });
	}

	/** @param {Object<string, User>|undefined} users */
	putAll(users) {
		for (const user of Object.values(users ?? {}))
			this.put(user);
	}

	/** @param {string} user_id @returns {User|undefined} */
	get(user_id) {
		const user = this.#users.get(user_id);

		if (user === undefined)
			this.#want(user_id);
		return user;
	}

	/** @param {string} user_id @returns {string} '' until it is known */
	name(user_id) {
		const user = this.get(user_id);

		return user ? user.display_name || user.username : '';
	}

	all() {
		return [...this.#users.values()];
	}

	/** @param {string} user_id */
	#want(user_id) {
		if (this.#asked.has(user_id))
			return;
		this.#asked.add(user_id);
		if (this.#wanted.size === 0)
			setTimeout(() => this.#ask(), TOGETHER_MS);
		this.#wanted.add(user_id);
	}

	async #ask() {
		const ids = [...this.#wanted];

		this.#wanted.clear();
		for (let i = 0; i < ids.length; i += IDS_MAX) {
			const some = ids.slice(i, i + IDS_MAX);

			try {
				for (const user of await this.find(some))
					this.put(user);
				this.onChange();
			} catch {
				/* asked for again when they are next needed */
				for (const id of some)
					this.#asked.delete(id);
			}
		}
	}
}
