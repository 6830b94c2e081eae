import { isComposing } from '../dom.js';

/**
 * The keys of the whole page, while no dialog is open: Escape goes back, Alt
 * with an arrow goes to the next chat, Ctrl+F searches messages, Ctrl+K chats.
 *
 * @param {KeyboardEvent} event
 * @param {object} acts
 * @param {() => void} acts.back
 * @param {(by: number) => void} acts.step  rows of the list
 * @param {() => void} acts.find
 * @param {() => void} acts.list
 */
export function shortcut(event, { back, step, find, list }) {
	const key = event.key.toLowerCase();
	const with_control = (event.ctrlKey || event.metaKey) && !event.altKey;

	if (document.querySelector('dialog[open]') || event.defaultPrevented
		|| isComposing(event))
		return;
	if (event.key === 'Escape') {
		back();
	} else if (event.altKey && (event.key === 'ArrowUp'
		|| event.key === 'ArrowDown')) {
		event.preventDefault();
		step(event.key === 'ArrowDown' ? 1 : -1);
	} else if (with_control && key === 'f') {
		find();
	} else if (with_control && key === 'k' && !event.shiftKey) {
		event.preventDefault();
		list();
	}
}
