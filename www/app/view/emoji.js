import { h } from '../dom.js';
import { right_to_left } from '../language.js';
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
 * An emoji that looks like text without U+FE0F; a client may have left it out.
 *
 * @param {string} emoji
 */
export const shownEmoji = (emoji) =>
	/^\p{Emoji}$/u.test(emoji) && !/^\p{Emoji_Presentation}$/u.test(emoji)
		? `${emoji}\ufe0f` : emoji;

/**
 * A grid of emoji; the arrow keys move in it.
 *
 * @param {(emoji: string) => void} onPick
 */
export function emojiGrid(onPick) {
	return h('div', { class: 'emoji-grid', role: 'group',
		'aria-label': t.chat.emoji, onkeydown: moveInGrid },
	EMOJI.map((emoji) => h('button', { type: 'button',
		onclick: () => onPick(emoji) }, emoji)));
}

/** @param {KeyboardEvent} event */
function moveInGrid(event) {
	const target = /** @type {HTMLElement} */ (event.target);
	const all = [...target.parentElement?.children ?? []];
	const onward = right_to_left ? -1 : 1;
	const steps = { ArrowRight: onward, ArrowLeft: -onward,
		ArrowDown: COLUMNS, ArrowUp: -COLUMNS };
	const step = steps[/** @type {keyof typeof steps} */ (event.key)];

	if (!step)
		return;
	event.preventDefault();
	/** @type {HTMLElement|undefined} */ (
		all[all.indexOf(target) + step])?.focus();
}

/**
 * A button that opens a grid of emoji.
 *
 * @param {(emoji: string) => void} onPick
 * @param {Node} face  what the button shows
 */
export function emojiButton(onPick, face) {
	const grid = emojiGrid(onPick);
	const button = h('button', { type: 'button', class: 'icon-button',
		'aria-label': t.chat.emoji, 'aria-expanded': 'false' }, face);
	const box = h('div', { class: 'emoji-box' }, button, grid);

	grid.hidden = true;

	/** @param {boolean} open */
	const show = (open) => {
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
		if (event.key === 'Escape') {
			event.stopPropagation();
			show(false);
			button.focus();
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
