import { isComposing } from '../dom.js';

/**
 * The keyboard in the rows of a chat. Tab leads to one message, and to the
 * buttons in it; the arrow keys lead to the others.
 */
export class RowFocus {
	/** The key of the message that Tab leads to; '' is the last one. */
	#current = '';

	/**
	 * @param {HTMLElement} rows
	 * @param {object} on
	 * @param {(row: HTMLElement) => unknown} on.menu
	 * @param {() => boolean} on.leave  to the composer, if there is one
	 */
	constructor(rows, on) {
		this.rows = rows;
		this.on = on;
		rows.addEventListener('keydown', (event) => this.#key(event));
		rows.addEventListener('focusin', (event) =>
			this.#focused(event));
	}

	/**
	 * Call it before rows are made again, and what it returns after that:
	 * the focus stays where it is.
	 *
	 * @returns {() => void}
	 */
	keep() {
		const active = document.activeElement;
		const row = this.#rowOf(active);
		const at = row && active !== row
			? [...row.querySelectorAll('button')].indexOf(
				/** @type {HTMLButtonElement} */ (active)) : -1;

		return () => {
			this.#rove();
			if (!row || row.isConnected)
				return;

			const now = this.#messages().find((one) =>
				one.dataset.key === row.dataset.key);

			(now?.querySelectorAll('button')[at] ?? now)?.focus({
				preventScroll: true });
		};
	}

	/** @param {EventTarget|null} target @returns {HTMLElement|null} */
	#rowOf(target) {
		const row = target instanceof Element
			? target.closest('.message') : null;

		return row instanceof HTMLElement && this.rows.contains(row)
			? row : null;
	}

	/** @returns {HTMLElement[]} */
	#messages() {
		return [...this.rows.querySelectorAll('.message')].map((row) =>
			/** @type {HTMLElement} */ (row));
	}

	/** @param {FocusEvent} event */
	#focused(event) {
		this.#current = this.#rowOf(event.target)?.dataset.key
			?? this.#current;
		this.#rove();
	}

	/** Puts one message, and the buttons in it, into the order of Tab. */
	#rove() {
		const rows = this.#messages();
		const current = rows.find((row) =>
			row.dataset.key === this.#current) ?? rows.at(-1);

		for (const row of this.rows.querySelectorAll('[tabindex="0"]'))
			if (!row.matches('pre'))
				row.setAttribute('tabindex', '-1');
		for (const element of current ? [current,
			...current.querySelectorAll('button')] : [])
			element.setAttribute('tabindex', '0');
	}

	/** @param {KeyboardEvent} event */
	#key(event) {
		const rows = this.#messages();
		const at = rows.indexOf(/** @type {HTMLElement} */ (
			event.target));
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];

		if (isComposing(event))
			return;
		if (event.key === 'Escape') {
			if (!this.on.leave())
				return;
		} else if (at < 0) {
			return;
		} else if (step) {
			rows[at + step]?.focus();
		} else if (event.key === 'Home' || event.key === 'End') {
			rows.at(event.key === 'Home' ? 0 : -1)?.focus();
		} else if (event.key === 'Enter' || event.key === ' ') {
			this.on.menu(rows[at]);
		} else {
			return;
		}
		event.preventDefault();
	}
}
