import { changed, hiddenOf, requoted, unquoted, withoutForward }
	from './entries.js';

const EARLY_MAX = 300;
const CHANGES_MAX = 300;

/** @typedef {import('../../sdk/types.js').Entry} Entry */
/** @typedef {import('../../sdk/types.js').History} History */

/**
 * The loaded part of a conversation's log: a run of consecutive entries, which
 * grows at both ends. A new entry is appended only while the run reaches the
 * end of the log; otherwise there would be a gap.
 */
export class Timeline {
	/** @type {Entry[]} ascending */
	entries = [];
	loaded = false;
	has_before = false;
	has_after = false;
	/**
	 * Entries that arrived while the run did not reach the end: a page in
	 * flight may be older.
	 * @type {Map<number, Entry>}
	 */
	#early = new Map();
	/**
	 * The newest control entries: a page in flight may be older than they.
	 * @type {Entry[]}
	 */
	#changes = [];
	/**
	 * The head of the log when an entry was loaded: it has what came before.
	 * @type {Map<number, number>}
	 */
	#as_of = new Map();
	/**
	 * What the user has deleted for themselves: a page in flight may be
	 * older than that.
	 * @type {Set<number>}
	 */
	#hidden = new Set();
	/** Everything up to there is gone for the user. */
	#cleared = 0;

	/** @param {string} me */
	constructor(me) {
		this.me = me;
	}

	/** The first index loaded; 0 if none is. */
	get low() {
		return this.entries[0]?.conv_index ?? 0;
	}

	/** The last index loaded; 0 if none is. */
	get high() {
		return this.entries.at(-1)?.conv_index ?? 0;
	}

	/** Does the run reach the end of the log? */
	get at_end() {
		return this.loaded && !this.has_after;
	}

	/** @param {History} page  in place of the run */
	replace(page) {
		if (this.at_end)
			for (const entry of this.entries)
				this.#early.set(entry.conv_index, entry);
		this.entries = page.items.slice();
		this.#loaded(page);
		this.loaded = true;
		this.has_before = page.has_before;
		this.has_after = page.has_after;
		this.#joinEarly();
	}

	/**
	 * The newest page, after entries may have been missed: joined to the
	 * run if the two meet, else in place of it.
	 *
	 * @param {History} page
	 */
	merge(page) {
		const first = page.items[0]?.conv_index ?? 0;

		if (!this.loaded || first === 0 || first > this.high + 1) {
			this.replace(page);
			return;
		}
		const before = this.entries.filter((entry) =>
			entry.conv_index < first);
		const has_before = before.length ? this.has_before
			: page.has_before;

		this.replace({ ...page, has_before,
			items: [...before, ...page.items] });
	}

	/** @param {History} page  what comes before `low` */
	prepend(page) {
		const low = this.low;

		this.entries.unshift(...page.items.filter((entry) =>
			entry.conv_index < low));
		this.has_before = page.has_before;
		this.#loaded(page);
	}

	/** @param {History} page  what comes after `high` */
	append(page) {
		const high = this.high;

		const added = page.items.filter((entry) =>
			entry.conv_index > high);

		this.entries.push(...added);
		this.has_after = page.has_after;
		this.#loaded(page);
		for (const entry of added)
			if (entry.target_index !== undefined
				&& entry.target_index <= high
				&& entry.conv_index > (this.#as_of.get(
					entry.target_index) ?? 0))
				this.#apply(entry.target_index, entry);
		this.#joinEarly();
	}

	/**
	 * A new entry, in the order of the log.
	 *
	 * @param {Entry} said
	 * @returns {boolean} was it appended?
	 */
	take(said) {
		const entry = this.#seen(said);

		if (entry.target_index !== undefined) {
			this.#apply(entry.target_index, entry);
			this.#changes.push(entry);
			this.#changes.splice(0,
				this.#changes.length - CHANGES_MAX);
		}
		if (!this.at_end) {
			this.#early.set(entry.conv_index, entry);
			if (this.#early.size > EARLY_MAX)
				this.#early.delete(Math.min(
					...this.#early.keys()));
			return false;
		}
		if (entry.conv_index <= this.high) {
			const at = this.#find(entry.conv_index);

			/* replaces the entry that a send answered */
			if (at >= 0 && !this.entries[at].recalled
				&& !this.entries[at].hidden)
				this.entries[at] = entry;
			return false;
		}
		this.entries.push(entry);
		return true;
	}

	/**
	 * The user's own message, known from the answer to its sending, before
	 * its event. It is taken only if it leaves no gap.
	 *
	 * @param {Entry} entry
	 */
	takeOwn(entry) {
		return entry.conv_index === this.high + 1 && this.take(entry);
	}

	/**
	 * A message is now like this, in the quotes of replies to it, too.
	 *
	 * @param {number} conv_index
	 * @param {(entry: Entry) => Entry} change
	 */
	change(conv_index, change) {
		const at = this.#find(conv_index);

		if (at < 0)
			return;
		this.entries[at] = change(this.entries[at]);
		this.#requote(this.entries[at]);
	}

	/** @param {number} conv_index @param {Entry} control */
	#apply(conv_index, control) {
		const at = this.#find(conv_index);

		if (at >= 0)
			this.entries[at] = changed(this.entries[at], control,
				this.me);
		if (control.kind !== 'recall' && control.kind !== 'edit')
			return;

		const now = control.target ?? this.entries[at]
			?? changed({ ...control, kind: 'message',
				content: undefined, conv_index }, control,
			this.me);

		this.#requote(now);
	}

	/** @param {Entry} quoted  as it is now */
	#requote(quoted) {
		this.entries.forEach((entry, i) => {
			if (entry.reply_to?.conv_index === quoted.conv_index)
				this.entries[i] = requoted(entry, quoted);
		});
	}

	/** @param {History} page  which is among the entries now */
	#loaded(page) {
		for (const entry of page.items) {
			const at = this.#as_of.get(entry.conv_index) ?? 0;

			this.#as_of.set(entry.conv_index,
				Math.max(at, page.head));
		}
		for (const control of this.#changes)
			if (control.conv_index > page.head
				&& control.target_index !== undefined)
				this.#apply(control.target_index, control);
		this.#takeOut();
	}

	/** Takes out what the user has deleted or cleared. */
	#takeOut() {
		if (this.#hidden.size === 0 && this.#cleared === 0)
			return;
		this.entries = this.entries.filter((entry) =>
			entry.conv_index > this.#cleared)
			.map((entry) => this.#seen(entry));
		this.has_before &&= this.low > this.#cleared + 1;
	}

	/** @param {Entry} entry @returns {Entry} as the user may see it */
	#seen(entry) {
		if (this.#hidden.has(entry.conv_index))
			return hiddenOf(entry);

		const { reply_to, target_index = Infinity } = entry;
		const seen = this.sees(reply_to?.conv_index ?? Infinity) ? entry
			: unquoted(entry);

		return this.sees(target_index) ? seen : { ...seen,
			content: undefined, target: undefined };
	}

	/**
	 * The entry with this index, or the first one after it.
	 *
	 * @param {number} conv_index
	 */
	from(conv_index) {
		return this.entries.find((entry) =>
			entry.conv_index >= conv_index);
	}

	/** @param {number} conv_index  no longer visible to the user */
	hide(conv_index) {
		this.#hidden.add(conv_index);
		this.#takeOut();
	}

	/** @param {number} cleared_index  everything up to there is gone */
	clearTo(cleared_index) {
		this.#cleared = Math.max(this.#cleared, cleared_index);
		this.#takeOut();
	}

	/** @param {number} conv_index  may the user see it, wherever it is? */
	sees(conv_index) {
		return conv_index > this.#cleared && !this.#hidden.has(conv_index);
	}

	/** @param {string} msg_id  recalled: forwards say nothing more of it */
	withoutForward(msg_id) {
		this.entries.forEach((entry, i) => {
			this.entries[i] = withoutForward(entry, msg_id);
		});
	}

	/**
	 * Drops the oldest entries, so that a chat that is open for days does
	 * not grow without bound.
	 *
	 * @param {number} keep
	 */
	trim(keep) {
		if (!this.at_end || this.entries.length <= keep)
			return;
		for (const { conv_index } of this.entries.splice(0,
			this.entries.length - keep))
			this.#as_of.delete(conv_index);
		this.has_before = true;
	}

	/** Drops everything: it has to be read again. */
	forget() {
		this.entries = [];
		this.#early.clear();
		this.#as_of.clear();
		this.loaded = this.has_before = this.has_after = false;
	}

	/** A page reached the end: entries that arrived meanwhile follow. */
	#joinEarly() {
		if (this.has_after)
			return;

		const early = [...this.#early.values()]
			.filter(({ conv_index }) => conv_index > this.high)
			.sort((a, b) => a.conv_index - b.conv_index);

		this.#early.clear();
		for (const entry of early) {
			if (this.has_after || (this.high !== 0
				&& entry.conv_index !== this.high + 1)) {
				this.has_after = true;
				this.#early.set(entry.conv_index, entry);
				continue;
			}
			this.entries.push(entry);
			if (entry.target_index !== undefined)
				this.#apply(entry.target_index, entry);
		}
		this.#takeOut();
	}

	/** @param {number} conv_index @returns {Entry|undefined} */
	at(conv_index) {
		return this.entries[this.#find(conv_index)];
	}

	/** @param {string} msg_id */
	byId(msg_id) {
		return this.entries.find((entry) => entry.msg_id === msg_id);
	}

	/** @param {number} conv_index */
	#find(conv_index) {
		let low = 0;
		let high = this.entries.length - 1;

		while (low <= high) {
			const mid = (low + high) >> 1;
			const index = this.entries[mid].conv_index;

			if (index === conv_index)
				return mid;
			if (index < conv_index)
				low = mid + 1;
			else
				high = mid - 1;
		}
		return -1;
	}
}
