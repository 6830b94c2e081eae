import { t } from './strings.js';

/** @typedef {import('../sdk/types.js').Entry} Entry */

const TIMER_MAX_MS = 0x7fffffff;

/** From the smallest. @type {[keyof typeof t.lifetime.units, number][]} */
const UNITS = [['second', 1000], ['minute', 60000], ['hour', 3600000],
	['day', 86400000]];

/**
 * In the largest unit of which there are two, else in the smallest.
 *
 * @param {number} ms
 */
function unitOf(ms) {
	return UNITS.filter(([, size]) => ms >= 2 * size).at(-1) ?? UNITS[0];
}

/** @param {number} ms  longer than 0 */
function durationText(ms) {
	const [unit, size] = UNITS.filter(([, whole]) => ms % whole === 0)
		.at(-1) ?? unitOf(ms);

	return t.lifetime.units[unit](Math.ceil(ms / size));
}

/** @param {number} s */
export const secondsText = (s) => durationText(s * 1000);

/**
 * How long a message is still there.
 *
 * @param {Entry|undefined} entry
 * @param {number} now
 * @returns {string} '' without a lifetime
 */
export function lifetimeText(entry, now) {
	if (entry?.expires_at) {
		const left = Math.max(1, entry.expires_at - now);
		const [unit, size] = unitOf(left);

		return t.lifetime.units[unit](Math.ceil(left / size));
	}
	return entry?.expires_after_read_s ? t.lifetime.after_reading(
		secondsText(entry.expires_after_read_s)) : '';
}

/**
 * When a message that is sent now expires, before its event says so.
 *
 * @param {import('../sdk/types.js').Message} message
 * @param {number} ttl_s    of the chat; 0: none
 * @param {number} sent_at
 * @returns {{expires_at?: number, expires_after_read_s?: number}}
 */
export function lifetimeOf({ expires_in_s, expires_after_read_s }, ttl_s,
	sent_at) {
	const lasts_s = Math.min(expires_in_s || Infinity, ttl_s || Infinity);

	return {
		...Number.isFinite(lasts_s)
			&& { expires_at: sent_at + lasts_s * 1000 },
		...expires_after_read_s && { expires_after_read_s },
	};
}

/** @param {Entry|null|undefined} entry @param {number} now */
const isOver = (entry, now) => entry?.expires_at !== undefined
	&& !entry.hidden && entry.expires_at <= now;

/** Removes messages when they expire, by the server's clock. */
export class Expiry {
	/** @type {import('../sdk/sleep.js').Timer} */
	#timer;

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
		messenger.listen(() => this.#schedule());
	}

	stop() {
		clearTimeout(this.#timer);
	}

	get now() {
		return this.m.client.http.clock.now();
	}

	/** @param {import('../sdk/types.js').ExpiringEvent} event */
	expiring({ conv_id, conv_index, expires_at }) {
		/** @param {Entry} entry */
		const change = (entry) => ({ ...entry, expires_at });

		this.m.rooms.get(conv_id)?.timeline.change(conv_index, change);
		this.m.chats.change(conv_id, conv_index, change);
		this.m.changed('chats', `room:${conv_id}`);
	}

	/** @returns {Entry[]} all that have a time */
	#all() {
		return [...this.m.rooms.values()].flatMap(({ timeline, pins }) =>
			[...timeline.entries,
				...(pins ?? []).map(({ entry }) => entry)])
			.concat(this.m.chats.all().flatMap(({ last_entry }) =>
				last_entry ?? []))
			.filter((entry) => entry.expires_at && !entry.hidden);
	}

	/** At the next end, or when one shows a different text. */
	#schedule() {
		const { now } = this;
		const next = Math.min(...this.#all().map(({ conv_id,
			expires_at = 0 }) => {
			const left = expires_at - now;
			const [, size] = unitOf(left);

			return conv_id === this.m.open_id && left > 0
				? (left % size || size) : left;
		}));

		clearTimeout(this.#timer);
		if (next !== Infinity && !this.m.is_stopped)
			this.#timer = setTimeout(() => this.#tick(),
				Math.min(Math.max(next, 0) + 1, TIMER_MAX_MS));
	}

	#tick() {
		const { now } = this;
		const over = this.#all().filter((entry) => isOver(entry, now));

		for (const { conv_id, conv_index } of over)
			this.m.own.hidden(conv_id, conv_index);
		if (over.length > 0)
			this.m.rereadList();
		if (this.m.open_id)
			this.m.changed(`room:${this.m.open_id}`);
		this.#schedule();
	}
}
