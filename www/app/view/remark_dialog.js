import { h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../strings.js';
import { openDialog } from './dialog.js';
import { toastError } from './toast.js';

/**
 * Asks for a name that only the user sees.
 *
 * @param {object} about
 * @param {string|null|undefined} about.now
 * @param {string} about.given  the name that others see
 * @param {number} about.max    characters
 * @param {(remark: string|null) => Promise<void>} about.save
 * @param {AbortSignal} about.over  closes it
 */
export function remarkDialog({ now, given, max, save, over }) {
	const { dialog, body } = openDialog(t.remark.title, 'own-set', t.cancel,
		over);
	const name = h('input', { class: 'input', dir: 'auto', required: true,
		maxlength: max, 'aria-label': t.remark.name, value: now });
	/** It closes once the server has it. @param {string|null} remark */
	const set = async (remark) => {
		try {
			await save(remark);
			dialog.close();
		} catch (error) {
			toastError(error);
		}
	};

	body.append(
		h('form', { class: 'input-row', onsubmit: (event) => {
			event.preventDefault();
			if (name.value.trim())
				set(name.value.trim());
		} }, name, h('button', { type: 'submit',
			class: 'button primary' }, t.remark.save)),
		h('p', { class: 'hint' }, t.remark.hint(given)),
		...now ? [h('button', { type: 'button',
			class: 'row-button danger', onclick: () => set(null) },
		icon('trash'), t.remark.remove)] : []);
	name.focus();
	name.select();
}
