import { h } from '../dom.js';
import { icon } from '../icons.js';
import { right_to_left } from '../language.js';

const MARGIN_PX = 8;
const LONG_MS = 450;
const MOVED_PX = 10;

/**
 * @typedef {object} MenuItem
 * @property {string} label
 * @property {Parameters<typeof icon>[0]} icon
 * @property {() => unknown} act
 * @property {boolean} [danger]
 *
 * @typedef {object} Place  on the page: a point
 * @property {number} x
 * @property {number} y
 */

/**
 * A menu: at a point, or at the bottom of a narrow page. It is modal, so that
 * the browser keeps the focus in it and gives it back.
 *
 * @param {object} what
 * @param {string} what.label
 * @param {HTMLElement|null} what.head  above the items, with buttons
 * @param {MenuItem[]} what.items
 * @param {Place} what.at
 * @param {AbortSignal} what.over      closes it
 */
export function openMenu({ label, head, items, at, over }) {
	const list = h('div', { class: 'menu-items', role: 'menu',
		'aria-label': label },
	items.map(({ label: text, icon: name, act, danger }) => h('button', {
		type: 'button', role: 'menuitem',
		class: danger ? 'row-button danger' : 'row-button',
		onclick: () => {
			dialog.close();
			act();
		},
	}, icon(name), text)));
	const dialog = h('dialog', { class: 'menu', 'aria-label': label,
		onkeydown: (event) => move(event, head, list) }, head, list);
	const end = () => dialog.close();

	dialog.addEventListener('click', (event) => {
		if (event.target === dialog)
			dialog.close();
	});
	dialog.addEventListener('contextmenu', (event) =>
		event.preventDefault());
	dialog.addEventListener('close', () => {
		over.removeEventListener('abort', end);
		window.removeEventListener('resize', end);
		dialog.remove();
	});
	over.addEventListener('abort', end);
	window.addEventListener('resize', end);
	document.body.append(dialog);
	dialog.showModal();
	place(dialog, at);
	/** @type {HTMLElement|null} */ (list.firstElementChild)
		?.focus({ preventScroll: true });
	return dialog;
}

/** @param {HTMLElement} dialog @param {Place} at */
function place(dialog, { x, y }) {
	const { offsetWidth, offsetHeight } = dialog;
	const left = right_to_left ? x - offsetWidth : x;

	if (matchMedia('(max-width: 700px)').matches) {
		dialog.classList.add('sheet');
		return;
	}
	dialog.style.left = `${Math.max(MARGIN_PX, Math.min(left,
		innerWidth - offsetWidth - MARGIN_PX))}px`;
	dialog.style.top = `${Math.max(MARGIN_PX, Math.min(y,
		innerHeight - offsetHeight - MARGIN_PX))}px`;
}

/** @param {Element} element @returns {Place} below its start */
export function below(element) {
	const { left, right, bottom } = element.getBoundingClientRect();

	return { x: right_to_left ? right : left, y: bottom + 4 };
}

/**
 * The arrow keys: up and down in the items, left and right above them.
 *
 * @param {KeyboardEvent} event
 * @param {HTMLElement|null} head
 * @param {HTMLElement} list
 */
function move(event, head, list) {
	const above = [...head?.querySelectorAll('button') ?? []];
	const below = [...list.querySelectorAll('button')];
	const target = /** @type {HTMLButtonElement} */ (event.target);
	const onward = right_to_left ? -1 : 1;
	const side = { ArrowRight: onward, ArrowLeft: -onward }[event.key];
	const down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	const at = below.indexOf(target);
	/** @type {HTMLElement|undefined} */
	let to;

	if (side && at < 0)
		to = above.at((above.indexOf(target) + side) % above.length);
	else if (down && at < 0)
		to = below.at(down > 0 ? 0 : -1);
	else if (down)
		to = at + down >= 0 && at + down < below.length
			? below[at + down] : above[0] ?? below.at(at + down
				- below.length * down);
	else if (event.key === 'Home')
		to = below[0];
	else if (event.key === 'End')
		to = below.at(-1);
	if (!to)
		return;
	event.preventDefault();
	to.focus();
}

/**
 * The end of the touch is no click on what has come under the finger.
 */
function swallowClick() {
	const over = new AbortController();
	const options = { capture: true, signal: over.signal };

	window.addEventListener('click', (event) => {
		event.stopPropagation();
		event.preventDefault();
		over.abort();
	}, options);
	window.addEventListener('pointerdown', () => over.abort(), options);
}

/**
 * Opens something after a long touch. Browsers differ: some make a context menu
 * of it, which the caller handles, too.
 *
 * @param {HTMLElement} element
 * @param {(target: HTMLElement, at: Place) => boolean} open  was it opened?
 */
export function onLongPress(element, open) {
	/** @type {import('../../sdk/sleep.js').Timer} */
	let timer;
	let at = { x: 0, y: 0 };
	const stop = () => clearTimeout(timer);

	element.addEventListener('pointerdown', (event) => {
		const target = /** @type {HTMLElement} */ (event.target);

		stop();
		if (event.pointerType !== 'touch' || !event.isPrimary)
			return;
		at = { x: event.clientX, y: event.clientY };
		timer = setTimeout(() => {
			/* it may have been made again meanwhile */
			const now = target.isConnected ? target
				: document.elementFromPoint(at.x, at.y);

			if (now instanceof HTMLElement && open(now, at))
				swallowClick();
		}, LONG_MS);
	});
	element.addEventListener('pointermove', (event) => {
		if (Math.hypot(event.clientX - at.x, event.clientY - at.y)
			> MOVED_PX)
			stop();
	});
	for (const name of /** @type {const} */ (['pointerup',
		'pointercancel', 'contextmenu']))
		element.addEventListener(name, stop);
}
