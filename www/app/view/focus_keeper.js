import { goOnFrom, placeOf } from './focus_place.js';

/** @typedef {import('./focus_place.js').Place} Place */

/** @param {Element|null} element */
const isLost = (element) => !element || element === document.body
	|| element.matches(':disabled') || !element.checkVisibility();

/**
 * Who works with keys keeps their place. The browser takes the focus from what
 * is removed, hidden or disabled, and gives it to nothing; here it goes to what
 * has come instead, or stands beside it. A dialog gives it back to where it was
 * opened, also if that was made again meanwhile.
 *
 * For a mouse or a finger it does nothing: they have a place without the focus,
 * and a field that takes it would open the keyboard of a phone.
 */
export function keepFocus() {
	/** @type {Place|null} */
	let last = null;
	/** Where each dialog was opened. @type {WeakMap<Element, Place|null>} */
	const opened = new WeakMap();
	let by_keys = false;
	let is_waiting = false;

	const check = () => {
		is_waiting = false;
		if (!by_keys || !last || document.activeElement !== document.body)
			return;

		const [{ element }] = last.path;

		/* it comes back */
		if (element.isConnected && element.matches(':disabled'))
			return;

		const to = goOnFrom(last);
		const dialog = document.querySelector('dialog[open]');

		if (!dialog || dialog.contains(to ?? null))
			/** @type {HTMLElement|undefined} */ (to)?.focus();
	};
	const later = () => {
		if (is_waiting || !by_keys || !isLost(document.activeElement))
			return;
		is_waiting = true;
		/* what is hidden or disabled loses it once the page is drawn */
		requestAnimationFrame(() => setTimeout(check));
	};

	document.addEventListener('keydown', () => {
		by_keys = true;
	}, { capture: true });
	document.addEventListener('pointerdown', () => {
		by_keys = false;
	}, { capture: true });
	document.addEventListener('focusin', ({ target }) => {
		if (!(target instanceof Element))
			return;

		const dialog = target.closest('dialog');

		if (dialog && !opened.has(dialog))
			opened.set(dialog, last);
		last = placeOf(target, dialog ? opened.get(dialog) ?? null : null);
	});
	document.addEventListener('focusout', later);
	new MutationObserver(later).observe(document.body, { subtree: true,
		childList: true, attributeFilter: ['disabled', 'hidden', 'open'] });
}
