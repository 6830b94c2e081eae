import { Paged } from './paged.js';

/** @typedef {import('../sdk/types.js').FoundItem} FoundItem */
/** @typedef {FoundItem & {edited_at?: number}} Hit  of the text as it was found */
/** @typedef {import('../sdk/types.js').MessageType} MessageType */

/**
 * @typedef {object} Filters  null: any
 * @property {string|null} conv_id
 * @property {string|null} sender_id
 * @property {MessageType|null} type
 * @property {string|null} since  the first day, as `<input type=date>` has it
 * @property {string|null} until  the last day
 */

const LATER_MS = 250;
const PAGE = 30;

/**
 * A search for messages: what is asked, and what is found. It outlives the panel
 * that shows it, so that one comes back to the same list.
 */
export class Search {
	query = '';
	/** @type {Filters} */
	filters = { conv_id: null, sender_id: null, type: null, since: null,
		until: null };
	/** What was sent after that is not found yet; 0: there is nothing. */
	behind_at = 0;
	/** @type {import('../sdk/sleep.js').Timer} */
	#timer;

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
		/** @type {Paged<Hit>} */
		this.found = new Paged((cursor, signal) =>
			this.#load(cursor, signal),
		() => messenger.changed('search'));
		messenger.kept.follow((change) => this.found.change(change));
	}

	/** @param {string} query  as it is typed */
	ask(query) {
		if (query.trim() === this.query)
			return;
		this.query = query.trim();
		clearTimeout(this.#timer);
		if (this.query === '')
			this.found.clear();
		else
			this.#timer = setTimeout(() => this.found.restart(),
				LATER_MS);
	}

	/** Changes may have been missed. */
	again() {
		if (this.query !== '')
			this.found.restart();
	}

	/** @param {Partial<Filters>} filters */
	filter(filters) {
		const before = JSON.stringify(this.filters);

		this.filters = { ...this.filters, ...filters };
		if (JSON.stringify(this.filters) === before)
			return;
		this.m.changed('search');
		this.again();
	}

	/** When the last message was sent, in the chats that are searched. */
	#newestAt() {
		const { conv_id } = this.filters;

		return Math.max(0, ...this.m.chats.all().map(
			({ conversation, last_entry }) => last_entry
				&& last_entry.kind === 'message'
				&& (conv_id ?? conversation.conv_id)
					=== conversation.conv_id
				? last_entry.sent_at : 0));
	}

	/**
	 * @param {string|undefined} cursor
	 * @param {AbortSignal} signal
	 */
	async #load(cursor, signal) {
		const { conv_id, sender_id, type, since, until } = this.filters;
		const newest_at = this.#newestAt();
		const page = await this.m.client.messages.search({
			q: this.query,
			conv_id: conv_id ?? undefined,
			sender_id: sender_id ?? undefined,
			type: type ?? undefined,
			from_at: since === null ? undefined : dayAt(since),
			/* the server's includes that moment */
			to_at: until === null ? undefined
				: Math.max(0, dayAt(until, 1) - 1),
			limit: PAGE,
			cursor,
		}, signal);

		this.m.people.putAll(page.users);
		this.behind_at = page.indexed_to_at < newest_at
			? page.indexed_to_at : 0;
		return { next: page.next, items: page.items.map((item) =>
			({ ...item, edited_at: item.entry.edited_at })) };
	}
}

/**
 * When a day begins here.
 *
 * @param {string} day  YYYY-MM-DD
 * @param {number} [later]  days
 */
export function dayAt(day, later = 0) {
	const [year, month, date] = day.split('-').map(Number);

	return Math.max(0, new Date(year, month - 1, date + later).getTime());
}

/** @typedef {{text: string, marked: boolean}} Part */

const BEFORE = 30;
const SNIPPET_MAX = 180;

/**
 * The place of a text that shows why it was found.
 *
 * @param {string} text
 * @param {FoundItem['highlights']} highlights  in characters, ascending
 * @returns {Part[]}
 */
export function snippet(text, highlights) {
	/* code points, as the server counts */
	const letters = Array.from(text.replace(/\s/gu, ' '));
	const first = highlights[0]?.start ?? 0;
	const start = first <= BEFORE ? 0 : wordStart(letters, first - BEFORE,
		first);
	const end = Math.min(letters.length, start + SNIPPET_MAX);
	/** @type {Part[]} */
	const parts = [];
	/** @param {number} from @param {number} to @param {boolean} marked */
	const add = (from, to, marked) => {
		const part = letters.slice(Math.max(from, start),
			Math.min(to, end)).join('');

		if (part !== '')
			parts.push({ text: part, marked });
	};
	let at = start;

	if (start > 0)
		parts.push({ text: '…', marked: false });
	for (const mark of highlights) {
		add(at, mark.start, false);
		add(mark.start, mark.end, true);
		at = mark.end;
	}
	add(at, end, false);
	if (end < letters.length)
		parts.push({ text: '…', marked: false });
	return parts;
}

/**
 * The start of a word, if there is one near enough.
 *
 * @param {string[]} letters
 * @param {number} from
 * @param {number} to
 */
function wordStart(letters, from, to) {
	const space = letters.indexOf(' ', from - 1);

	return space >= 0 && space < to ? space + 1 : from;
}
