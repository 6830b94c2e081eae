import { Problem } from '../../sdk/index.js';
import { h } from '../dom.js';
import { t } from '../strings.js';
import { openDialog } from './dialog.js';
import { toastError } from './toast.js';

/**
 * A dialog with a list of which the server gives pages.
 *
 * @template T
 */
export class ListDialog {
	/** @type {string|null} */
	#next = null;

	/**
	 * @param {object} how
	 * @param {string} how.title
	 * @param {string} how.empty   if there is nothing in it
	 * @param {(page: {limit: number, cursor?: string}) => Promise<
	 *     import('../../sdk/client.js').Page<T>>} how.load
	 * @param {(item: T) => HTMLLIElement} how.row
	 * @param {AbortSignal} how.over  closes it
	 */
	constructor({ title, empty, load, row, over }) {
		this.load = load;
		this.row = row;
		this.empty = empty;
		this.list = h('ul', { class: 'people' });
		this.note = h('p', { class: 'list-note', role: 'status' });
		this.more = h('button', { type: 'button', class: 'link',
			hidden: true, onclick: () => this.page() },
		t.details.more);

		const { dialog, body } = openDialog(title, 'list-dialog',
			t.groups.close, over);

		this.dialog = dialog;
		this.body = body;
		body.append(this.list, this.note, this.more);
		this.page();
	}

	/** Shows the next page. */
	async page() {
		this.more.disabled = true;
		try {
			const { items, next } = await this.load({ limit: 100,
				cursor: this.#next ?? undefined });

			this.list.append(...items.map((item) => this.row(item)));
			this.#next = next;
			this.#noted();
		} catch (error) {
			toastError(error);
		}
		this.more.disabled = false;
	}

	/** @param {T} item  at the top */
	add(item) {
		this.list.prepend(this.row(item));
		this.#noted();
	}

	/**
	 * Takes a row out; the focus goes to the one after it.
	 *
	 * @param {Element} row
	 */
	#drop(row) {
		const near = row.nextElementSibling ?? row.previousElementSibling;
		/** @type {HTMLElement|null} */
		const to = near?.querySelector('button')
			?? this.dialog.querySelector('header button');

		row.remove();
		to?.focus();
		this.#noted();
	}

	#noted() {
		this.more.hidden = this.#next === null;
		this.note.textContent = this.list.children.length > 0 ? ''
			: this.empty;
	}
	/**
	 * A button of a row, which does something once at a time.
	 *
	 * @param {string} label
	 * @param {string} name   for screen readers: of which row it is
	 * @param {string} kind   a class
	 * @param {() => Promise<unknown>} act
	 * @param {boolean} [ends]  and then the row is out of the list
	 */
	button(label, name, kind, act, ends = true) {
		const button = h('button', { type: 'button',
			class: `button small ${kind}`.trim(), 'aria-label': name,
			onclick: async () => {
				const row = button.closest('li');
				let is_gone = false;

				button.disabled = true;
				try {
					await act();
					is_gone = ends;
				} catch (error) {
					toastError(error);
					/* somebody else has done it */
					is_gone = error instanceof Problem
						&& error.code === 'not_found';
				}
				button.disabled = false;
				if (row && is_gone)
					this.#drop(row);
			} }, label);

		return button;
	}
}
