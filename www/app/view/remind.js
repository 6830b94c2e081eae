import { h } from '../dom.js';
import { localMinute, moment } from '../format.js';
import { icon } from '../icons.js';
import { messageText } from '../naming.js';
import { presets } from '../reminders.js';
import { t } from '../strings.js';
import { openDialog } from './dialog.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Entry} Entry */

const MINUTE_MS = 60000;
/** Characters, as the server has them. */
const NOTE_MAX = 512;

/**
 * Asks when the user wants to be reminded of a message.
 *
 * @param {Messenger} m
 * @param {Entry} entry
 * @param {AbortSignal} over  closes it
 */
export function remindDialog(m, entry, over) {
	const { dialog, body } = openDialog(t.reminders.set, 'remind', t.cancel,
		over);
	const now = Date.now();
	const known = m.reminders.of(entry);
	/** @param {() => Promise<void>} act @param {string} done */
	const run = async (act, done) => {
		try {
			await act();
			dialog.close();
			toast(done);
		} catch (error) {
			toastError(error);
		}
	};
	/** @param {number} at */
	const set = (at) => run(() => m.reminders.set(entry, at,
		note.value.trim()),
		t.reminders.set_for(moment(at)));
	const note = h('input', { class: 'input', dir: 'auto',
		maxlength: NOTE_MAX, value: known?.note });
	const time = h('input', { type: 'datetime-local', class: 'input',
		required: true, 'aria-label': t.reminders.time,
		min: localMinute(now + MINUTE_MS),
		value: localMinute(known?.remind_at ?? now + 24 * 60 * MINUTE_MS) });

	body.append(
		h('p', { class: 'remind-of', dir: 'auto' }, messageText(entry)),
		h('label', { class: 'field' },
			h('span', { class: 'label' }, t.reminder_note.label), note),
		h('div', {}, presets(now).map(({ name, at }) => h('button', {
			type: 'button', class: 'row-button',
			onclick: () => set(at) },
		icon('clock'), h('span', { class: 'remind-name' },
			t.reminders[name]),
		h('span', { class: 'remind-time' }, moment(at))))),
		h('form', { class: 'input-row', onsubmit: (event) => {
			event.preventDefault();
			set(new Date(time.value).getTime());
		} }, time, h('button', { type: 'submit',
			class: 'button primary' }, t.reminders.at)),
		...known === undefined ? [] : [h('button', { type: 'button',
			class: 'row-button danger',
			onclick: () => run(() => m.reminders.cancel(entry),
				t.reminders.cancelled) },
		icon('trash'), t.reminders.cancel_at(moment(
			known.remind_at)))]);
	/** @type {HTMLElement|null} */ (body.querySelector('.row-button'))
		?.focus();
}
