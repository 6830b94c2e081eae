import { h, isComposing } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../strings.js';

let serial = 0;

/**
 * A modal dialog. The browser keeps the focus in it and restores it.
 *
 * @param {string} title
 * @param {string} name    a class
 * @param {string} close   the label of the button that closes it
 * @param {AbortSignal} over  what it is about ends, and closes it
 */
export function openDialog(title, name, close, over) {
	const id = `dialog-${++serial}`;
	const heading = h('h2', { id }, title);
	const body = h('div', { class: 'dialog-body' });
	const dialog = h('dialog', { class: `dialog ${name}`,
		'aria-labelledby': id },
	h('header', {},
		heading,
		h('button', { type: 'button', class: 'icon-button',
			'aria-label': close,
			onclick: () => {
				dialog.close();
			} }, icon('close'))),
	body);

	const end = () => dialog.close();

	over.addEventListener('abort', end);
	dialog.addEventListener('close', () => {
		over.removeEventListener('abort', end);
		dialog.remove();
	});
	dialog.addEventListener('keydown', (event) => {
		/* it ends a composition, not the dialog */
		if (event.key === 'Escape' && isComposing(event))
			event.preventDefault();
	});
	dialog.addEventListener('click', (event) => {
		if (event.target === dialog)
			dialog.close();
	});
	document.body.append(dialog);
	dialog.showModal();
	return { dialog, heading, body };
}

/**
 * @param {string} title
 * @param {string} text
 * @param {string} yes  the label of the button that confirms
 * @param {AbortSignal} over  as above; the answer is then no
 * @returns {Promise<boolean>}
 */
export function confirmDialog(title, text, yes, over) {
	const { dialog, body } = openDialog(title, 'confirm', t.cancel, over);

	return new Promise((resolve) => {
		dialog.addEventListener('close', () =>
			resolve(dialog.returnValue === 'yes'));
		body.append(
			h('p', {}, text),
			h('div', { class: 'buttons' },
				h('button', { type: 'button', class: 'button',
					onclick: () => dialog.close() },
				t.cancel),
				h('button', { type: 'button',
					class: 'button danger',
					onclick: () => dialog.close('yes') },
				yes)));
	});
}
