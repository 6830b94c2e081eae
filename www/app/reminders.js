/** @typedef {import('../sdk/types.js').Entry} Entry */
/** @typedef {{remind_at: number, note: string}} Known  note: or '' */

const PAGE = 200;
const TOGETHER_MS = 50;
const MINUTE_MS = 60000;
const HOUR_MS = 3600000;
const MORNING_HOUR = 9;
const MONDAY = 1;

/** When the user is reminded of messages, on all their devices. */
export class Reminders {
	/** By msg_id. @type {Map<string, Known>} */
	#known = new Map();
	/** @type {import('../sdk/sleep.js').Timer} */
	#timer;
	/**
	 * The time has come; note: what the user has written for themselves.
	 * @type {(entry: Entry, note: string) => void}
	 */
	onDue = () => {};

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
	}

	/** @param {Entry} entry @returns {Known|undefined} */
	of({ msg_id }) {
		return this.#known.get(msg_id);
	}

	/** Reads the next ones; again after events may have been missed. */
	async load() {
		try {
			const { items } = await this.m.client.messages
				.reminders({ limit: PAGE });

			this.#known = new Map(items.map(({ msg_id, remind_at,
				note = '' }) => [msg_id, { remind_at, note }]));
			this.m.changed('reminders');
		} catch {
			/* the menu does not know of them */
		}
	}

	/** Once for all events of a moment. */
	#loadSoon() {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.load(), TOGETHER_MS);
	}

	/** @param {Entry} entry @param {number} remind_at @param {string} note */
	async set({ msg_id }, remind_at, note) {
		await this.m.client.messages.remind(msg_id, remind_at,
			note || undefined);
		this.#known.set(msg_id, { remind_at, note });
		this.m.changed('reminders');
	}

	/** @param {Entry} entry */
	async cancel({ msg_id }) {
		await this.m.client.messages.unremind(msg_id);
		this.#known.delete(msg_id);
		this.m.changed('reminders');
	}

	/** @param {import('../sdk/types.js').ReminderEvent} event */
	async event({ msg_id, state, remind_at }) {
		const { note = '' } = this.#known.get(msg_id) ?? {};

		if (state === 'set')
			this.#known.set(msg_id, { remind_at, note });
		else
			this.#known.delete(msg_id);
		this.m.changed('reminders');
		/* the note is not in the event */
		if (state === 'set')
			this.#loadSoon();
		if (state !== 'due')
			return;
		try {
			this.onDue(await this.m.client.messages.get(msg_id), note);
		} catch {
			/* it was deleted meanwhile */
		}
	}
}

/**
 * Times that are offered.
 *
 * @param {number} now
 * @returns {{name: 'soon'|'hour'|'hours'|'tomorrow'|'week', at: number}[]}
 */
export function presets(now) {
	const day = new Date(now);
	/** @param {number} days */
	const morning = (days) => new Date(day.getFullYear(), day.getMonth(),
		day.getDate() + days, MORNING_HOUR).getTime();
	const to_monday = (MONDAY - day.getDay() + 7) % 7 || 7;

	return [
		{ name: 'soon', at: now + 20 * MINUTE_MS },
		{ name: 'hour', at: now + HOUR_MS },
		{ name: 'hours', at: now + 3 * HOUR_MS },
		{ name: 'tomorrow', at: morning(1) },
		{ name: 'week', at: morning(to_monday) },
	];
}
