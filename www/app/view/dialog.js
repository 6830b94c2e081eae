import { h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../strings.js';

let serial = 0;

/**
 * A modal dialog. The browser keeps the focus in it and restores it.
 *
 * @param {string} title
 * @param {string} name    a class
 * @param {string} close   the label of the button that closes it
 */
export function openDialog(title, name, close) {
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

	dialog.addEventListener('close', () => dialog.remove());
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
 * @returns {Promise<boolean>}
 */
export function confirmDialog(title, text, yes) {
	const { dialog, body } = openDialog(title, 'confirm', t.cancel);

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
