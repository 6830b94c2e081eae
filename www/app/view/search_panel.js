import { fill, h, isComposing } from '../dom.js';
import { moment } from '../format.js';
import { icon } from '../icons.js';
import { chatName, messageText, personName } from '../naming.js';
import { snippet } from '../search.js';
import { t } from '../strings.js';
import { pickChat } from './chat_picker.js';
import { PagedView } from './paged_view.js';
import { panelFrame } from './panel.js';
import { pickPerson } from './pick.js';

/** @typedef {import('../search.js').Hit} Hit */
/** @typedef {import('../../sdk/types.js').MessageType} MessageType */

const TYPES = /** @type {const} */ (['text', 'image', 'audio', 'video', 'file',
	'location', 'card', 'forward']);

/** The search for messages: in one chat, or everywhere. */
export class SearchPanel {
	/** Ends with the view, and closes its dialogs. */
	#over = new AbortController();

	/**
	 * @param {import('../messenger.js').Messenger} messenger
	 * @param {import('../search.js').Search} search
	 * @param {import('./panel.js').PanelHooks} on
	 */
	constructor(messenger, search, on) {
		this.m = messenger;
		this.search = search;
		this.on = on;
		this.input = h('input', { type: 'search', class: 'input',
			dir: 'auto', placeholder: t.search.field, maxlength: 256,
			'aria-label': t.search.field, enterkeyhint: 'search',
			oninput: (event) => this.#typed(event),
			oncompositionend: () => this.#ask(),
			onkeydown: (event) => this.#key(event) });
		this.input.value = search.query;
		this.filters = h('div', { class: 'filters', role: 'group',
			'aria-label': t.search.filters });
		this.type = this.#typeChoice();
		this.days = [this.#day('since', t.search_days.since),
			this.#day('until', t.search_days.until)];
		this.told = h('p', { class: 'search-note', role: 'status' });
		this.view = new PagedView(messenger, search.found, {
			label: t.search.results,
			line: (hit) => this.#line(hit),
			empty: () => [h('p', {}, h('b', {}, t.search.nothing)),
				h('p', {}, t.search.nothing_hint)],
			onOpen: on.open,
			leave: () => this.input.focus(),
		});
		this.element = panelFrame('search-panel', t.search.title,
			{ label: t.search.close, act: on.close },
			h('div', { class: 'search' }, icon('search'), this.input),
			this.filters,
			h('div', { class: 'filters', role: 'group',
				'aria-label': t.search_days.label },
			this.days.map(({ element }) => element)),
			this.told, this.view.element);
		this.render();
	}

	close() {
		this.#over.abort();
		this.element.remove();
	}

	focus() {
		this.input.focus();
		this.input.select();
	}

	/** @param {Set<string>} topics */
	changed(topics) {
		if (topics.has('live') && this.search.found.error !== null
			&& this.m.live_state.phase === 'online')
			this.search.found.retry();
		if (topics.has('search') || topics.has('chats'))
			this.render();
	}

	render() {
		const { found, behind_at, query } = this.search;
		const notes = query === '' ? [t.search.start] : found.loaded
			&& !found.loading && found.error === null
			? [found.items.length > 0 && t.search.found(
				found.items.length, found.next !== null),
			behind_at > 0 && t.search.behind(moment(behind_at))]
			: [];
		const told = notes.filter(Boolean).join(' · ');

		if (document.activeElement !== this.input
			&& this.input.value.trim() !== query)
			this.input.value = query;
		if (this.told.textContent !== told)
			this.told.textContent = told;
		this.#renderFilters();
		for (const day of this.days)
			day.render();
		this.view.render();
	}

	/** @param {Hit} hit @returns {import('./paged_view.js').Line} */
	#line({ entry, highlights, edited_at }) {
		const content = entry.kind === 'message' ? entry.content
			: undefined;
		const text = content?.text ?? content?.caption;
		/* they belong to the text that was found */
		const marks = edited_at === entry.edited_at ? highlights : [];
		const parts = snippet(text ?? messageText(entry), marks);

		return { entry, at: entry.sent_at,
			in_chat: this.search.filters.conv_id !== null,
			text_key: JSON.stringify(parts),
			text: parts.map((part) => part.marked
				? h('mark', {}, part.text) : part.text) };
	}

	#renderFilters() {
		const { conv_id, sender_id, type } = this.search.filters;
		const signature = JSON.stringify([conv_id && chatName(this.m,
			this.m.chats.get(conv_id)),
		sender_id && personName(this.m, sender_id)]);

		this.type.value = type ?? '';
		if (this.filters.dataset.shown === signature)
			return;
		this.filters.dataset.shown = signature;
		fill(this.filters,
			this.#filter(t.search.chat, conv_id === null
				? t.search.all_chats : chatName(this.m,
					this.m.chats.get(conv_id)),
			() => this.#pickChat(), conv_id === null ? null
				: () => this.search.filter({ conv_id: null })),
			this.#filter(t.search.sender, sender_id === null
				? t.search.anybody
				: personName(this.m, sender_id),
			() => this.#pickSender(), sender_id === null ? null
				: () => this.search.filter({ sender_id: null })),
			this.type);
	}

	/**
	 * @param {string} label
	 * @param {string} value
	 * @param {() => void} pick
	 * @param {(() => void)|null} clear  null: nothing is chosen
	 */
	#filter(label, value, pick, clear) {
		return h('span', { class: clear ? 'filter on' : 'filter' },
			h('button', { type: 'button', onclick: pick,
				'aria-haspopup': 'dialog' },
			label, t.colon, h('bdi', {}, value)),
			clear && h('button', { type: 'button',
				'aria-label': t.search.clear(label),
				title: t.search.clear(label),
				onclick: () => {
					clear();
					this.input.focus();
				} }, icon('close')));
	}

	/**
	 * @param {'since'|'until'} name
	 * @param {string} label
	 */
	#day(name, label) {
		/** @param {string|null} day */
		const set = (day) => this.search.filter({ [name]: day });
		const input = h('input', { type: 'date', 'aria-label': label,
			min: '1970-01-01', max: '9999-12-31',
			/* typing ends with a day, or with none */
			onchange: () => {
				set(input.value || null);
			} });
		const clear = h('button', { type: 'button',
			'aria-label': t.search.clear(label),
			title: t.search.clear(label), onclick: () => {
				set(null);
				input.focus();
			} }, icon('close'));
		const element = h('span', { class: 'filter date-filter' },
			h('span', { 'aria-hidden': 'true' }, label), input, clear);

		return { element, render: () => {
			const day = this.search.filters[name];

			if (day !== (input.value || null))
				input.value = day ?? '';
			clear.hidden = day === null;
			element.classList.toggle('on', day !== null);
		} };
	}

	/** @returns {HTMLSelectElement} */
	#typeChoice() {
		return h('select', { class: 'filter', 'aria-label': t.search.type,
			onchange: () => this.search.filter({
				type: /** @type {MessageType} */ (
					this.type.value) || null }) },
		h('option', { value: '' }, t.search.any_type),
		TYPES.map((type) => h('option', { value: type },
			type === 'text' ? t.search.text : t.types[type])));
	}

	#pickChat() {
		pickChat(this.m, t.search.chat, (conv_id) =>
			this.search.filter({ conv_id }), this.#over.signal);
	}

	#pickSender() {
		pickPerson(this.m, t.search.sender, ({ user_id }) =>
			this.search.filter({ sender_id: user_id }),
		this.#over.signal);
	}

	/** @param {Event} event */
	#typed(event) {
		/* an input method has not decided yet */
		if (!(event instanceof InputEvent && event.isComposing))
			this.#ask();
	}

	#ask() {
		this.search.ask(this.input.value);
		this.render();
	}

	/**
	 * Escape empties the field, and only the next one closes the panel.
	 *
	 * @param {KeyboardEvent} event
	 */
	#key(event) {
		if (isComposing(event))
			return;
		if (event.key === 'Escape' && this.input.value !== '') {
			this.input.value = '';
			this.#ask();
		} else if (event.key === 'Escape') {
			this.on.close();
		} else if (event.key !== 'ArrowDown' || !this.view.focus()) {
			return;
		}
		event.preventDefault();
	}
}
