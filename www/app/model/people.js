/** @typedef {import('../../sdk/types.js').User} User */

const TOGETHER_MS = 20;
const FRESH_MS = 60000;
const IDS_MAX = 200;

/** @param {User|undefined} a @param {User} b */
const differ = (a, b) => JSON.stringify(a) !== JSON.stringify(b);

/**
 * A cache of users. One that is asked for and not known is looked up, many in
 * one request; then `onChange` is called. No event says that somebody else has
 * a new name: who is still shown after FRESH_MS is looked up again, and sooner
 * where `refresh` asks for it.
 */
export class People {
	/** @type {Map<string, User>} */
	#users = new Map();
	/** @type {Set<string>} */
	#wanted = new Set();
	/** When each was put or asked for; performance.now() */
	#fresh_at = new Map();

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
		if (!user)
			return;
		this.#users.set(user.user_id,
			{ ...this.#users.get(user.user_id), ...user });
		this.#fresh_at.set(user.user_id, performance.now());
	}

	/** @param {Object<string, User>|undefined} users */
	putAll(users) {
		for (const user of Object.values(users ?? {}))
			this.put(user);
	}

	/** @param {string} user_id @returns {User|undefined} */
	get(user_id) {
		this.refresh(user_id, FRESH_MS);
		return this.#users.get(user_id);
	}

	/** @param {string} user_id @param {number} age_ms  at most */
	refresh(user_id, age_ms) {
		const at = this.#fresh_at.get(user_id) ?? -Infinity;

		/* the system, 0, is no user */
		if (user_id !== '0' && performance.now() - at >= age_ms)
			this.#want(user_id);
	}

	/** @param {string[]} ids  known when the promise ends, if they exist */
	async load(ids) {
		const unknown = [...new Set(ids)].filter((id) =>
			id !== '0' && !this.#users.has(id));

		for (let i = 0; i < unknown.length; i += IDS_MAX)
			this.#putAnswer(await this.find(unknown.slice(i,
				i + IDS_MAX)));
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
		this.#fresh_at.set(user_id, performance.now());
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
				if (this.#putAnswer(await this.find(some)))
					this.onChange();
			} catch {
				/* asked for again when they are next needed */
				for (const id of some)
					if (!this.#users.has(id))
						this.#fresh_at.delete(id);
			}
		}
	}

	/** @param {User[]} users @returns {boolean} did anything change? */
	#putAnswer(users) {
		let changed = false;

		for (const user of users) {
			const before = this.#users.get(user.user_id);

			this.put(user);
			changed ||= differ(before, this.#users.get(user.user_id)
				?? user);
		}
		return changed;
	}
}
