/** @typedef {import('../sdk/types.js').Entry} Entry */

const PAGE = 200;
const MINUTE_MS = 60000;
const HOUR_MS = 3600000;
const MORNING_HOUR = 9;
const MONDAY = 1;

/** When the user is reminded of messages, on all their devices. */
export class Reminders {
	/** By msg_id. @type {Map<string, number>} */
	#times = new Map();
	/**
	 * The time has come.
	 * @type {(entry: Entry) => void}
	 */
	onDue = () => {};

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
	}

	/** @param {Entry} entry @returns {number|undefined} */
	of({ msg_id }) {
		return this.#times.get(msg_id);
	}

	/** Reads the next ones; again after events may have been missed. */
	async load() {
		try {
			const { items } = await this.m.client.messages
				.reminders({ limit: PAGE });

			this.#times = new Map(items.map(({ msg_id, remind_at }) =>
				[msg_id, remind_at]));
			this.m.changed('reminders');
		} catch {
			/* the menu does not know of them */
		}
	}

	/** @param {Entry} entry @param {number} remind_at */
	async set({ msg_id }, remind_at) {
		await this.m.client.messages.remind(msg_id, remind_at);
		this.#times.set(msg_id, remind_at);
		this.m.changed('reminders');
	}

	/** @param {Entry} entry */
	async cancel({ msg_id }) {
		await this.m.client.messages.unremind(msg_id);
		this.#times.delete(msg_id);
		this.m.changed('reminders');
	}

	/** @param {import('../sdk/types.js').ReminderEvent} event */
	async event({ msg_id, state, remind_at }) {
		if (state === 'set')
			this.#times.set(msg_id, remind_at);
		else
			this.#times.delete(msg_id);
		this.m.changed('reminders');
		if (state !== 'due')
			return;
		try {
			this.onDue(await this.m.client.messages.get(msg_id));
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
