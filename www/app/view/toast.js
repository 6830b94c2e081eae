import { h } from '../dom.js';
import { icon } from '../icons.js';
import { errorText } from '../naming.js';
import { t } from '../strings.js';

const SHOWN_MS = 6000;
const SHOWN_MAX = 3;

/* a popover: nothing else can be above an open dialog */
const list = h('div', { class: 'toasts', role: 'status',
	'aria-live': 'polite', popover: 'manual' });

/**
 * @param {string} text
 * @param {'info'|'error'} [kind]
 * @param {{label: string, act: () => void}} [more]  a button; then it stays
 *     until it is dismissed
 * @returns {() => void} closes it
 */
export function toast(text, kind = 'info', more = undefined) {
	if (!list.isConnected)
		document.body.append(list);
	for (const old of [...list.children])
		if (old.textContent === text
			|| list.children.length >= SHOWN_MAX)
			old.remove();

	const close = () => {
		clearTimeout(timer);
		box.remove();
	};
	const box = h('div', { class: `toast ${kind}` },
		h('span', { dir: 'auto' }, text),
		more && h('button', { type: 'button', class: 'toast-act',
			onclick: () => {
				close();
				more.act();
			} }, more.label),
		h('button', { type: 'button', class: 'icon-button',
			'aria-label': t.dismiss, onclick: close },
		icon('close')));
	const timer = more ? undefined : setTimeout(close, SHOWN_MS);

	list.append(box);
	list.hidePopover?.();
	list.showPopover?.();
	return close;
}

/** @param {unknown} error */
export function toastError(error) {
	toast(errorText(error), 'error');
}
