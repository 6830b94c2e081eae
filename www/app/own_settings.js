/** @typedef {import('../sdk/types.js').Settings} Settings */
/** @typedef {NonNullable<Settings['dnd']>} Dnd */

/** The zone of this device. */
export const localZone = () =>
	Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/**
 * The zones that the browser knows.
 *
 * @param {string[]} more  that are in use
 * @returns {string[]}
 */
export function zones(...more) {
	const known = 'supportedValuesOf' in Intl
		? Intl.supportedValuesOf('timeZone') : [];

	return [...new Set([...known, 'UTC', localZone(), ...more])].sort();
}

/** @param {string} clock  HH:MM @returns {number} minutes of the day */
const minutes = (clock) => Number(clock.slice(0, 2)) * 60
	+ Number(clock.slice(3, 5));

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/**
 * Is it a time at which the user is not to be disturbed?
 *
 * @param {Dnd|null} dnd
 * @param {number} now
 */
export function isQuietAt(dnd, now) {
	if (!dnd)
		return false;

	const parts = new Intl.DateTimeFormat('en-GB', { timeZone: dnd.tz,
		weekday: 'short', hour: '2-digit', minute: '2-digit',
		hourCycle: 'h23' }).formatToParts(now);
	/** @param {string} type */
	const part = (type) => parts.find((one) => one.type === type)?.value
		?? '';
	const day = DAYS.indexOf(part('weekday')) + 1;
	const at = minutes(`${part('hour')}:${part('minute')}`);
	const [from, to] = [minutes(dnd.from), minutes(dnd.to)];
	const yesterday = day === 1 ? 7 : day - 1;

	if (from < to)
		return dnd.days.includes(day) && at >= from && at < to;
	return (dnd.days.includes(day) && at >= from)
		|| (dnd.days.includes(yesterday) && at < to);
}

/** What the user sets for themselves, the same on all devices. */
export class OwnSettings {
	/** Null until the server has said them. @type {Settings|null} */
	now = null;

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
	}

	/** @param {Settings|undefined} settings  known from sync, an event, ... */
	follow(settings) {
		if (!settings)
			return;

		const had = this.now?.read_receipts;

		this.now = settings;
		/* whose marks are shown depends on it */
		if (had !== undefined && had !== settings.read_receipts)
			this.#readAgain();
		this.m.changed('settings');
	}

	async load() {
		if (!this.now)
			this.follow(await this.m.client.own.settings());
	}

	/** @param {Partial<Settings>} change */
	async set(change) {
		this.follow(await this.m.client.own.setSettings(change));
	}

	/** Nothing is to be shown, nor make a sound. */
	get isQuiet() {
		try {
			return isQuietAt(this.now?.dnd ?? null, Date.now());
		} catch {
			/* a zone that the browser does not know */
			return false;
		}
	}

	#readAgain() {
		for (const room of this.m.rooms.values()) {
			room.receipts.forget();
			room.members = null;
		}
		if (this.m.open_id)
			this.m.groups.loadMembers(this.m.open_id).catch(() => {
				/* when the chat is opened again */
			});
		this.m.everythingChanged();
	}
}
