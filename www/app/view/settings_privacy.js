import { fill, h } from '../dom.js';
import { locale } from '../language.js';
import { localZone, zones } from '../own_settings.js';
import { t } from '../strings.js';
import { toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Settings} Settings */

/** 1 January 2024 was a Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86400000;
const WEEK = [1, 2, 3, 4, 5, 6, 7];
const AUDIENCES = /** @type {const} */ (['everyone', 'contacts', 'nobody']);

const short_day = new Intl.DateTimeFormat(locale,
	{ weekday: 'short', timeZone: 'UTC' });
const long_day = new Intl.DateTimeFormat(locale,
	{ weekday: 'long', timeZone: 'UTC' });

/**
 * What the user sets for themselves on all devices: who sees what, and when
 * nothing is to disturb them. Each control saves at once, and follows the other
 * devices.
 */
export class PrivacySettings {
	/** @param {Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
		this.receipts = h('input', { type: 'checkbox',
			onchange: () => {
				this.#save({ read_receipts:
					this.receipts.checked });
			} });
		this.last_seen = this.#whoSelect('last_seen');
		this.add_to_groups = this.#whoSelect('add_to_groups');
		this.quiet = h('input', { type: 'checkbox',
			onchange: () => this.#saveQuiet() });
		this.from = this.#clock(t.dnd.from);
		this.to = this.#clock(t.dnd.to);
		this.days = WEEK.map((day) => h('input', { type: 'checkbox',
			value: day, 'aria-label': long_day.format(MONDAY
				+ (day - 1) * DAY_MS),
			onchange: () => this.#saveQuiet() }));
		this.zone = h('select', { class: 'input',
			'aria-label': t.dnd.zone,
			onchange: () => this.#saveQuiet() });
		this.wrong = h('p', { class: 'form-error', role: 'alert' });
		this.hours = this.#hours();
		this.element = h('div', { class: 'own-settings' });
		fill(this.element, h('p', {}, t.privacy.loading));
		this.unlisten = messenger.listen((topics) => {
			if (topics.has('settings'))
				this.#show();
		});
		messenger.own.settings.load().then(() => this.#start(),
			toastError);
	}

	close() {
		this.unlisten();
	}

	#start() {
		fill(this.element,
			h('h3', {}, t.privacy.title),
			h('label', { class: 'switch' }, this.receipts,
				h('span', {}, t.privacy.read_receipts,
					h('span', { class: 'hint' },
						t.privacy.read_receipts_hint))),
			this.#row(t.privacy.last_seen, this.last_seen),
			this.#row(t.privacy.add_to_groups, this.add_to_groups),
			h('h3', {}, t.dnd.title),
			h('label', { class: 'switch' }, this.quiet,
				h('span', {}, t.dnd.on)),
			this.hours);
		this.#show();
	}

	/** @param {'last_seen'|'add_to_groups'} name */
	#whoSelect(name) {
		const select = h('select', { class: 'input', onchange: () => {
			this.#save({ [name]: select.value });
		} },
		AUDIENCES.map((who) => h('option', { value: who },
			t.privacy.who[who])));

		return select;
	}

	/** @param {string} label @param {HTMLSelectElement} control */
	#row(label, control) {
		return h('label', { class: 'field' },
			h('span', { class: 'label' }, label), control);
	}

	/** @param {string} label */
	#clock(label) {
		return h('input', { type: 'time', class: 'input', required: true,
			'aria-label': label, onchange: () => this.#saveQuiet() });
	}

	#hours() {
		return h('div', { class: 'quiet-hours' },
			h('div', { class: 'input-row' },
				h('label', { class: 'field' },
					h('span', { class: 'label' },
						t.dnd.from), this.from),
				h('label', { class: 'field' },
					h('span', { class: 'label' },
						t.dnd.to), this.to)),
			h('div', { class: 'days', role: 'group',
				'aria-label': t.dnd.days },
			this.days.map((box, i) => h('label', { class: 'day-box' },
				box, h('span', {}, short_day.format(MONDAY
					+ i * DAY_MS))))),
			this.wrong,
			h('label', { class: 'field' },
				h('span', { class: 'label' }, t.dnd.zone),
				this.zone));
	}

	#show() {
		const { now } = this.m.own.settings;

		if (!now)
			return;

		const { dnd } = now;

		this.receipts.checked = now.read_receipts;
		this.#setValue(this.last_seen, now.last_seen);
		this.#setValue(this.add_to_groups, now.add_to_groups);
		this.quiet.checked = dnd !== null;
		this.hours.hidden = dnd === null;
		this.wrong.textContent = '';
		if (!dnd)
			return;
		this.#setValue(this.from, dnd.from);
		this.#setValue(this.to, dnd.to);
		for (const [i, box] of this.days.entries())
			box.checked = dnd.days.includes(WEEK[i]);
		if (![...this.zone.options].some(({ value }) =>
			value === dnd.tz))
			fill(this.zone, zones(dnd.tz).map((zone) =>
				h('option', { value: zone }, zone)));
		this.#setValue(this.zone, dnd.tz);
	}

	/**
	 * What somebody is choosing right now stays.
	 *
	 * @param {HTMLInputElement|HTMLSelectElement} control
	 * @param {string} value
	 */
	#setValue(control, value) {
		if (control.value !== value)
			control.value = value;
	}

	#saveQuiet() {
		const known = this.m.own.settings.now?.dnd;

		if (!this.quiet.checked) {
			this.#save({ dnd: null });
			return;
		}
		if (!known) {
			this.#save({ dnd: { from: '22:00', to: '07:00',
				tz: localZone(), days: WEEK } });
			return;
		}

		const days = this.days.filter(({ checked }) => checked)
			.map(({ value }) => Number(value));

		this.wrong.textContent = days.length > 0 ? '' : t.dnd.need_day;
		if (days.length > 0 && this.from.value && this.to.value)
			this.#save({ dnd: { from: this.from.value,
				to: this.to.value, tz: this.zone.value, days } });
	}

	/** @param {Partial<Settings>} change */
	async #save(change) {
		try {
			await this.m.own.settings.set(change);
		} catch (error) {
			toastError(error);
			this.#show();
		}
	}
}
