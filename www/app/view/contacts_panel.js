import { fill, h, isComposing, reconcile } from '../dom.js';
import { folded } from '../format.js';
import { icon } from '../icons.js';
import { errorText } from '../naming.js';
import { t } from '../strings.js';
import { addContactDialog } from './contact_dialogs.js';
import { contactItems, contactRow, pendingRow } from './contact_rows.js';
import { onLongPress, openMenu } from './menu.js';
import { panelFrame } from './panel.js';
import { toastError } from './toast.js';

/** @typedef {import('../../sdk/types.js').Contact} Contact */

/** Fewer are seen at a glance. */
const SEARCHED_MIN = 6;
/** More are shown only when they are asked for. */
const SHOWN_STEP = 200;

const STATES = /** @type {const} */ (['requested', 'sent', 'accepted']);

/** The user's contacts, and who waits to be one. */
export class ContactsPanel {
	/** Ends with the view, and closes its dialogs. */
	#over = new AbortController();
	#shown_max = SHOWN_STEP;

	/**
	 * @param {import('../messenger.js').Messenger} messenger
	 * @param {object} on
	 * @param {() => void} on.close
	 * @param {(conv_id: string) => void} on.chat  shows it
	 */
	constructor(messenger, on) {
		this.m = messenger;
		this.on = on;
		this.contacts = messenger.own.contacts;
		this.add = h('button', { type: 'button', class: 'person',
			onclick: () => addContactDialog(messenger,
				this.#over.signal) },
		h('span', { class: 'avatar medium accent',
			'aria-hidden': 'true' }, icon('add')),
		h('span', { class: 'person-text' },
			h('span', { class: 'person-name' }, t.contacts.add)));
		this.input = h('input', { type: 'search', class: 'input',
			dir: 'auto', placeholder: t.contacts.search,
			'aria-label': t.contacts.search,
			oninput: () => this.render(),
			onkeydown: (event) => this.#key(event) });
		this.search = h('div', { class: 'search' }, icon('search'),
			this.input);
		this.groups = STATES.map((state) => this.#group(state));
		this.note = h('div', { class: 'list-note', role: 'status' });
		this.more = h('button', { type: 'button', class: 'link',
			onclick: () => {
				this.#shown_max += SHOWN_STEP;
				this.render();
			} }, t.pages.more);
		this.body = h('div', { class: 'details-body' },
			h('div', { class: 'contacts-top' }, this.add, this.search),
			this.groups.map(({ element }) => element), this.note,
			this.more);
		this.element = panelFrame('contacts-panel', t.contacts.title,
			{ label: t.contacts.close, act: on.close }, this.body);
		this.body.addEventListener('contextmenu', (event) => {
			if (this.#openAt(event.target, { x: event.clientX,
				y: event.clientY }))
				event.preventDefault();
		});
		onLongPress(this.body, (target, at) => this.#openAt(target, at));
		if (!this.contacts.list.loaded || this.contacts.list.error)
			this.contacts.list.load();
		this.render();
	}

	/** @param {Contact['state']} state */
	#group(state) {
		const heading = state === 'requested' ? t.contacts.incoming
			: state === 'sent' ? t.contacts.outgoing : t.contacts.all;
		const list = h('ul', { class: 'people', 'aria-label': heading });
		/** @type {import('../dom.js').Known<HTMLLIElement>} */
		const known = new Map();

		return { state, list, known, element: h('section', {
			class: 'details-section', 'data-state': state },
		h('h3', {}, heading), list) };
	}

	close() {
		this.#over.abort();
		this.element.remove();
	}

	focus() {
		this.add.focus();
	}

	/** @param {Set<string>} topics */
	changed(topics) {
		if (topics.has('contacts') || topics.has('chats'))
			this.render();
	}

	render() {
		this.#keepFocus(() => this.#draw());
	}

	#draw() {
		const query = folded(this.input.value.trim());
		const size = this.contacts.list.items.size;
		let shown = 0;
		let hidden = 0;

		this.search.hidden = size < SEARCHED_MIN && query === '';
		for (const { state, list, known, element } of this.groups) {
			const all = this.contacts.in(state).filter((one) =>
				this.#matches(one, query));
			const some = all.slice(0, this.#shown_max);

			element.hidden = all.length === 0;
			shown += some.length;
			hidden += all.length - some.length;
			reconcile(list, some, {
				key: ({ user_id }) => user_id,
				signature: (contact) => JSON.stringify([contact,
					this.contacts.userOf(contact)]),
				render: (contact) => this.#row(contact),
				known,
			});
		}
		this.more.hidden = hidden === 0;
		this.#noted(shown);
	}

	/** @param {Contact} contact @param {string} query */
	#matches(contact, query) {
		const { display_name, username } = this.contacts.userOf(contact);

		return query === '' || folded([contact.remark, display_name,
			username].join('\n')).includes(query);
	}

	/** @param {number} shown */
	#noted(shown) {
		const { loaded, error } = this.contacts.list;

		if (error !== null)
			fill(this.note, h('p', {}, errorText(error)),
				h('button', { type: 'button', class: 'button',
					onclick: () => this.contacts.list.load() },
				t.pages.retry));
		else if (!loaded)
			fill(this.note, h('div', { class: 'spinner', role: 'img',
				'aria-label': t.pages.loading }));
		else if (shown > 0)
			fill(this.note);
		else if (this.input.value.trim())
			fill(this.note, h('p', {}, t.contacts.nothing_found));
		else
			fill(this.note, h('p', {}, h('b', {}, t.contacts.empty)),
				h('p', {}, t.contacts.empty_hint));
	}

	/** @param {Contact} contact */
	#row(contact) {
		/** @param {HTMLElement} button */
		const more = (button) => {
			const { right, bottom } = button.getBoundingClientRect();

			this.#openAt(button, { x: right, y: bottom });
		};

		return contact.state === 'accepted' ? contactRow(this.m, contact,
			() => this.#write(contact), more)
			: pendingRow(this.m, contact, more);
	}

	/** @param {Contact} contact */
	async #write(contact) {
		try {
			this.on.chat(await this.m.groups.startDirect(
				this.contacts.userOf(contact)));
		} catch (error) {
			toastError(error);
		}
	}

	/**
	 * @param {EventTarget|null} target
	 * @param {import('./menu.js').Place} at
	 * @returns {boolean} is there anything to do?
	 */
	#openAt(target, at) {
		const row = target instanceof Element ? target.closest('li') : null;
		const contact = this.contacts.of(row?.dataset.user ?? '');

		if (!row || !contact)
			return false;
		/** @type {HTMLElement|null} */ (row.querySelector('[data-act=more]'))
			?.focus({ preventScroll: true });
		openMenu({ label: t.groups.acts_of(this.contacts.nameOf(contact)),
			head: null, at, over: this.#over.signal,
			items: contactItems(this.m, contact,
				() => this.#write(contact), this.#over.signal) });
		return true;
	}

	/**
	 * Escape empties the field, and only the next one closes the panel.
	 *
	 * @param {KeyboardEvent} event
	 */
	#key(event) {
		if (event.key !== 'Escape' || isComposing(event)
			|| this.input.value === '')
			return;
		event.preventDefault();
		this.input.value = '';
		this.render();
	}

	/**
	 * A row may be made again, or go: the focus stays in it, or goes to the
	 * next one.
	 *
	 * @param {() => void} draw
	 */
	#keepFocus(draw) {
		const active = document.activeElement;
		const row = active instanceof HTMLElement
			&& this.body.contains(active) ? active.closest('li') : null;
		const act = active instanceof HTMLElement ? active.dataset.act : '';
		const user = row?.dataset.user;
		const at = row ? this.#rows().indexOf(row) : -1;

		draw();
		if (!row || document.activeElement === active)
			return;

		const rows = this.#rows();
		const same = rows.find(({ dataset }) => dataset.user === user);
		const to = same ?? rows[Math.min(at, rows.length - 1)];
		/** @type {HTMLElement} */ (same?.querySelector(`[data-act=${act}]`)
			?? to?.querySelector('button') ?? this.add).focus();
	}

	#rows() {
		return [...this.body.querySelectorAll('li')];
	}
}
