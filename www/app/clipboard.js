/**
 * Copies a text. Pages that did not come over TLS have no clipboard of their
 * own; they copy what is selected.
 *
 * @param {string} text
 */
export async function copyText(text) {
	if (navigator.clipboard) {
		await navigator.clipboard.writeText(text);
		return;
	}

	const field = document.createElement('textarea');
	const focused = /** @type {HTMLElement|null} */ (
		document.activeElement);

	field.value = text;
	field.className = 'visually-hidden';
	field.setAttribute('aria-hidden', 'true');
	document.body.append(field);
	field.select();
	document.execCommand('copy');
	field.remove();
	focused?.focus({ preventScroll: true });
}
