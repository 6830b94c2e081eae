import { fill, h } from '../dom.js';
import { icon } from '../icons.js';
import { ARCHIVE, folderOf, folderPart } from '../own_chats.js';
import { t } from '../strings.js';
import { number } from '../text/words.js';

/** @typedef {import('../own_chats.js').Part} Part */

/** Above the list of chats: the folders, and the way to the archive. */
export class ChatParts {
	/** @type {Part} */
	shown = '';
	#drawn = '';

	/**
	 * @param {import('../messenger.js').Messenger} messenger
	 * @param {() => void} onChange  another part is shown
	 */
	constructor(messenger, onChange) {
		this.m = messenger;
		this.onChange = onChange;
		this.element = h('div', { class: 'chat-parts' });
	}

	/** @param {Part} part */
	show(part) {
		this.shown = part;
		this.onChange();
	}

	/** @returns {boolean} was another part shown? */
	leave() {
		if (this.shown === '')
			return false;
		this.show('');
		this.element.querySelector('button')?.focus();
		return true;
	}

	/** @param {boolean} searching  all chats are searched */
	render(searching) {
		const folders = this.m.own.chats.folders;
		const folder = folderOf(this.shown);
		const archived = this.m.chats.archived();
		const unread = archived.filter((chat) => chat.unread > 0).length;

		/* its last chat has left it */
		if (folder !== null && !folders.includes(folder))
			this.shown = '';

		const drawn = JSON.stringify([this.shown, folders, searching,
			archived.length > 0, unread]);

		if (drawn === this.#drawn)
			return;
		this.#drawn = drawn;
		this.#keepFocus(() => fill(this.element, searching ? null
			: this.shown === ARCHIVE ? this.#back()
				: [archived.length > 0 && this.#archive(unread),
					folders.length > 0
					&& this.#tabs(folders)]));
	}

	/** @param {() => void} draw */
	#keepFocus(draw) {
		const active = /** @type {HTMLElement|null} */ (
			document.activeElement);
		const part = this.element.contains(active)
			? active?.dataset.part : undefined;

		draw();
		if (part !== undefined)
			/** @type {HTMLElement|undefined} */ ([...this.element
				.querySelectorAll('button')].find(({ dataset }) =>
				dataset.part === part))?.focus();
	}

	#back() {
		return h('button', { type: 'button', class: 'row-button',
			'aria-label': t.parts.back, 'data-part': '',
			onclick: () => this.leave() },
		icon('back'), t.parts.archive);
	}

	/** @param {number} unread  chats */
	#archive(unread) {
		return h('button', { type: 'button', class: 'row-button',
			'data-part': ARCHIVE,
			onclick: () => {
				this.show(ARCHIVE);
				this.element.querySelector('button')?.focus();
			} },
		icon('archive'), h('span', { class: 'part-name' },
			t.parts.archive),
		unread > 0 && h('span', { class: 'badge muted' },
			number(unread)));
	}

	/** @param {string[]} folders */
	#tabs(folders) {
		/** @param {Part} part @param {string} name */
		const tab = (part, name) => h('button', { type: 'button',
			class: 'tab', 'data-part': part,
			'aria-current': part === this.shown ? 'true' : undefined,
			onclick: () => this.show(part) }, h('bdi', {}, name));

		return h('nav', { class: 'tabs', 'aria-label': t.parts.folders },
			tab('', t.parts.all),
			...folders.map((name) => tab(folderPart(name), name)));
	}
}
