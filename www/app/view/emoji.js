import { h } from '../dom.js';
import { t } from '../strings.js';

const EMOJI = [
	'😀', '😄', '😁', '😂', '🤣', '😊', '😇', '🙂', '😉', '😍', '😘', '😋',
	'😜', '🤔', '🤗', '😎', '🥳', '😏', '😴', '😅', '😬', '🙄', '😢', '😭',
	'😤', '😡', '😱', '🤯', '😳', '🤒', '🤝', '👍', '👎', '👌', '✌️', '🤞',
	'👏', '🙌', '🙏', '💪', '👋', '👀', '❤️', '🧡', '💛', '💚', '💙', '💜',
	'💔', '🔥', '✨', '🎉', '🎂', '🎁', '☕', '🍕', '🍺', '🌞', '🌧️', '🌸',
	'🚀', '✅', '❌', '⚠️',
];

const COLUMNS = 8;

/**
 * A button that opens a grid of emoji; the arrow keys move in it.
 *
 * @param {(emoji: string) => void} onPick
 * @param {Node} face  what the button shows
 */
export function emojiButton(onPick, face) {
	const grid = h('div', { class: 'emoji-grid', role: 'group',
		'aria-label': t.chat.emoji, hidden: true });
	const button = h('button', { type: 'button', class: 'icon-button',
		'aria-label': t.chat.emoji, 'aria-expanded': 'false' }, face);
	const box = h('div', { class: 'emoji-box' }, button, grid);

	/** @param {boolean} open */
	const show = (open) => {
		if (open && grid.childElementCount === 0)
			grid.append(...EMOJI.map((emoji) =>
				h('button', { type: 'button',
					onclick: () => onPick(emoji) },
				emoji)));
		grid.hidden = !open;
		button.setAttribute('aria-expanded', String(open));
		if (open)
			/** @type {HTMLElement} */ (grid.firstChild)
				.focus();
	};

	button.addEventListener('click', () => show(Boolean(grid.hidden)));
	box.addEventListener('focusout', (event) => {
		const to = /** @type {Node|null} */ (event.relatedTarget);

		if (to && !box.contains(to))
			show(false);
	});
	grid.addEventListener('keydown', (event) => {
		const all = [...grid.children];
		const at = all.indexOf(/** @type {Element} */ (event.target));
		const steps = { ArrowRight: 1, ArrowLeft: -1,
			ArrowDown: COLUMNS, ArrowUp: -COLUMNS };
		const step = steps[
			/** @type {keyof typeof steps} */ (event.key)];

		if (event.key === 'Escape') {
			event.stopPropagation();
			show(false);
			button.focus();
		} else if (step) {
			event.preventDefault();
			/** @type {HTMLElement|undefined} */ (
				all[at + step])?.focus();
		}
	});
	/** @param {Event} event */
	const outside = (event) => {
		if (!box.contains(/** @type {Node} */ (event.target)))
			show(false);
	};

	document.addEventListener('pointerdown', outside);
	return { box, close: () => document.removeEventListener('pointerdown',
		outside) };
}
