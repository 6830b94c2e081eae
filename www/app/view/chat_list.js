import { fill, h, isComposing, reconcile } from '../dom.js';
import { folded, fullTime, listTime } from '../format.js';
import { icon } from '../icons.js';
import { chatName, chatTintId, personName, previewOf } from '../naming.js';
import { ARCHIVE } from '../own_chats.js';
import { t } from '../strings.js';
import { number } from '../text/words.js';
import { chatAvatar } from './avatar.js';
import { isMuted, openChatMenu } from './chat_menu.js';
import { ChatParts } from './chat_parts.js';
import { onLongPress } from './menu.js';
import { toastError } from './toast.js';

/** @typedef {import('../model/chats.js').Chat} Chat */
/** @typedef {import('../messenger.js').Messenger} Messenger */

const NEAR_END_PX = 400;

/**
 * @typedef {object} Line  everything that a chat's row depends on
 * @property {string} conv_id
 * @property {string} name
 * @property {string} tint
 * @property {string} kind
 * @property {string|undefined} presence
 * @property {number} at
 * @property {string} when
 * @property {ReturnType<typeof previewOf>} preview
 * @property {boolean} recalled
 * @property {string} typing
 * @property {string} draft
 * @property {number} unread
 * @property {number} mentions
 * @property {boolean} pinned
 * @property {boolean} muted
 * @property {boolean} marked   as unread
 * @property {''|'sent'|'delivered'|'read'|'sending'} tick
 * @property {boolean} open
 */

/** The list of chats, with its search field. */
export class ChatList {
	/** @type {import('../dom.js').Known<HTMLElement>} */
	#known = new Map();
	#query = '';
	#loading = false;
	/** @type {string|null} */
	#open_id = null;

	/**
	 * @param {Messenger} messenger
	 * @param {(words: string) => void} onSearch  in messages
	 * @param {(conv_id: string) => void} onFound
	 * @param {AbortSignal} over  closes its menus
	 */
	constructor(messenger, onSearch, onFound, over) {
		this.m = messenger;
		this.onFound = onFound;
		this.over = over;
		this.parts = new ChatParts(messenger, () => {
			this.scroller.scrollTop = 0;
			this.render();
		});
		this.messages = h('button', { type: 'button',
			class: 'row-button', hidden: true,
			onclick: () => onSearch(this.search.value.trim()) });
		this.search = h('input', {
			type: 'search',
			class: 'input',
			placeholder: t.list.search,
			'aria-label': t.list.search,
			dir: 'auto',
			oninput: () => this.#searched(),
			onkeydown: (event) => this.#key(event),
		});
		this.items = h('ul', { class: 'chat-items' });
		this.note = h('div', { class: 'list-note' });
		this.scroller = h('div', { class: 'list-scroller',
			onscroll: () => this.#maybeMore() },
		this.items, this.messages, this.note);
		this.element = h('nav', { class: 'chat-list',
			'aria-label': t.list.label,
			onkeydown: (event) => this.#leavePart(event) },
		h('div', { class: 'search' }, icon('search'), this.search),
		this.parts.element, this.scroller);
		this.#offerMenus();
	}

	/** By the second mouse button, a long touch, or a key. */
	#offerMenus() {
		this.items.addEventListener('contextmenu', (event) => {
			const { clientX: x, clientY: y } = event;
			const target = /** @type {HTMLElement} */ (event.target);

			/* a key has no place */
			if (this.#openMenu(target, x || y ? { x, y } : undefined)
				|| document.querySelector('dialog[open]'))
				event.preventDefault();
		});
		this.items.addEventListener('keydown', (event) => {
			if ((event.key === 'ContextMenu'
				|| (event.key === 'F10' && event.shiftKey))
				&& this.#openMenu(/** @type {HTMLElement} */ (
					event.target)))
				event.preventDefault();
		});
		onLongPress(this.items, (target, at) =>
			this.#openMenu(target, at));
	}

	/**
	 * @param {HTMLElement} target
	 * @param {import('./menu.js').Place} [at]
	 * @returns {boolean} was it opened?
	 */
	#openMenu(target, at) {
		const link = /** @type {HTMLElement|null} */ (
			target.closest('.chat-item'));
		const chat = this.m.chats.get(link?.dataset.convId ?? '');

		if (!link || !chat || document.querySelector('dialog[open]'))
			return false;

		const { left, bottom } = link.getBoundingClientRect();

		openChatMenu(this.m, chat, at ?? { x: left, y: bottom },
			this.over);
		return true;
	}

	/** @param {KeyboardEvent} event  Escape: back to all chats */
	#leavePart(event) {
		if (event.key === 'Escape' && !event.defaultPrevented
			&& !isComposing(event) && this.parts.leave())
			event.preventDefault();
	}

	/** @param {string|null} conv_id */
	select(conv_id) {
		this.#open_id = conv_id;
		this.render();
	}

	/** @param {string|null} conv_id  its row, or the first one */
	focus(conv_id) {
		const rows = /** @type {HTMLElement[]} */ ([
			...this.items.querySelectorAll('.chat-item')]);

		(rows.find(({ dataset }) => dataset.convId === conv_id) ?? rows[0]
			?? this.search).focus();
	}

	/** @returns {string[]} conv_ids as shown */
	shown() {
		return this.#chats().map(({ conversation }) =>
			conversation.conv_id);
	}

	#searched() {
		this.#query = folded(this.search.value.trim());
		this.render();
	}

	/**
	 * Escape ends the search, and only the next one leaves the chat.
	 *
	 * @param {KeyboardEvent} event
	 */
	#key(event) {
		const first = /** @type {HTMLElement|null} */ (
			this.items.querySelector('.chat-item'));

		if (isComposing(event))
			return;
		if (event.key === 'Escape' && this.search.value !== '') {
			event.preventDefault();
			this.search.value = '';
			this.#searched();
		} else if (event.key === 'ArrowDown' && first) {
			event.preventDefault();
			first.focus();
		} else if (event.key === 'Enter' && first
			&& this.search.value !== '') {
			this.#goTo(first.dataset.convId ?? '');
		}
	}

	/** The search has done its work. @param {string} conv_id */
	#goTo(conv_id) {
		this.search.value = '';
		this.#searched();
		this.onFound(conv_id);
	}

	render() {
		this.parts.render(this.#query !== '');

		const chats = this.#chats();

		reconcile(this.items, chats.map((chat) => this.#line(chat)), {
			key: (row) => row.conv_id,
			signature: (row) => JSON.stringify(row),
			render: (row, old) => this.#item(row, old),
			known: this.#known,
		});
		this.#offerMessages();
		this.#note(chats.length);
		this.#maybeMore();
	}

	#chats() {
		const { chats, own } = this.m;

		return this.#query === '' ? own.chats.in(this.parts.shown)
			: [...chats.ranked(), ...chats.archived()].filter(
				(chat) => folded(chatName(this.m, chat))
					.includes(this.#query));
	}

	/** Whoever finds no chat may look for a message. */
	#offerMessages() {
		const words = this.search.value.trim();

		this.messages.hidden = words === '';
		if (words !== '')
			fill(this.messages, icon('search'),
				h('span', {}, t.search.for_words(words)));
	}

	/** @param {number} shown */
	#note(shown) {
		if (!this.m.ready)
			fill(this.note, h('div', { class: 'spinner' }),
				h('p', {}, t.list.loading));
		else if (shown === 0 && this.#query !== '')
			fill(this.note, h('p', {}, t.list.nothing_found));
		else if (shown === 0 && this.parts.shown === ARCHIVE)
			fill(this.note, h('p', {}, h('b', {},
				t.parts.no_archived)),
			h('p', {}, t.parts.no_archived_hint));
		else if (shown === 0)
			fill(this.note, h('p', {}, h('b', {}, t.list.empty)),
				h('p', {}, t.list.empty_hint));
		else if (this.m.own.chats.hasMore(this.parts.shown))
			fill(this.note, h('p', {}, t.list.more));
		else
			fill(this.note);
	}

	/** @param {Chat} chat @returns {Line} */
	#line(chat) {
		const { conv_id } = chat.conversation;
		const last = chat.last_entry;
		const open = conv_id === this.#open_id;
		const kept = open ? '' : this.m.own.drafts.of(conv_id);
		const typing = this.m.typing.in(conv_id).map((id) =>
			personName(this.m, id));
		const direct = chat.conversation.kind === 'direct';

		return {
			conv_id,
			name: chatName(this.m, chat),
			tint: chatTintId(chat),
			kind: chat.conversation.kind,
			presence: this.m.presence.get(
				chat.conversation.peer?.user_id ?? ''),
			at: last?.sent_at ?? chat.conversation.created_at,
			when: listTime(last?.sent_at
				?? chat.conversation.created_at),
			preview: previewOf(this.m, chat),
			recalled: Boolean(last?.recalled),
			typing: typing.length === 0 ? ''
				: direct ? t.chat.typing
					: t.chat.typing_who(typing),
			draft: kept,
			unread: chat.unread,
			mentions: chat.mentions,
			pinned: Boolean(chat.me.pinned),
			muted: isMuted(chat),
			marked: Boolean(chat.me.marked_unread),
			tick: this.#tick(chat),
			open,
		};
	}

	/** @param {Chat} chat @returns {Line['tick']} */
	#tick({ conversation, last_entry }) {
		const { conv_id, kind } = conversation;

		if (this.m.outbox.items(conv_id).some(({ state }) =>
			state === 'queued' || state === 'sending'))
			return 'sending';
		if (last_entry?.sender_id !== this.m.me
			|| last_entry.kind !== 'message' || kind !== 'direct')
			return '';

		const room = this.m.room(conv_id);
		const { read, delivered } = room.receipts.of(
			last_entry.conv_index);

		return read ? 'read' : delivered ? 'delivered'
			/* unknown until the members are loaded */
			: room.members ? 'sent' : '';
	}

	/**
	 * @param {Line} row
	 * @param {HTMLElement|undefined} old
	 */
	#item(row, old) {
		const item = old ?? h('li', {});
		const link = item.querySelector('a')
			?? item.appendChild(h('a', {}));
		const chat = /** @type {Chat} */ (this.m.chats.get(
			row.conv_id));

		link.href = `#/c/${row.conv_id}`;
		link.className = 'chat-item';
		link.classList.toggle('unread', row.unread > 0 || row.marked);
		link.setAttribute('aria-keyshortcuts', 'Shift+F10');
		link.dataset.convId = row.conv_id;
		if (row.open)
			link.setAttribute('aria-current', 'page');
		else
			link.removeAttribute('aria-current');
		fill(link,
			chatAvatar(chat, row.name, row.tint, 'medium',
				row.presence),
			h('span', { class: 'chat-body' },
				h('span', { class: 'chat-top' },
					h('bdi', { class: 'chat-name' },
						row.name),
					row.muted && icon('bell_off',
						t.list.muted),
					this.#tickIcon(row.tick),
					h('time', { title: fullTime(row.at) },
						row.when)),
				h('span', { class: 'chat-bottom' },
					this.#preview(row),
					...this.#badges(row))));
		return item;
	}

	/** @param {Line['tick']} tick */
	#tickIcon(tick) {
		if (tick === '')
			return null;

		const made = icon(tick === 'sending' ? 'clock'
			: tick === 'sent' ? 'tick' : 'ticks', t.chat[tick]);

		made.classList.add('tick', tick);
		return made;
	}

	/** @param {Line} row */
	#preview(row) {
		if (row.typing)
			return h('span', { class: 'preview typing' },
				row.typing);
		if (row.draft)
			return h('span', { class: 'preview', dir: 'auto' },
				h('bdi', { class: 'draft' }, t.list.draft),
				` ${row.draft.slice(0, 200)}`);

		const { sender, text } = row.preview;

		return h('span', {
			class: row.recalled ? 'preview recalled' : 'preview',
			dir: 'auto',
		},
		/* the text has the direction of the message alone, so that its
		 * end is left out and not its beginning */
		sender && [h('bdi', {}, sender), t.colon], text);
	}

	/** @param {Line} row */
	#badges(row) {
		const marks = [];

		if (row.pinned)
			marks.push(icon('pin', t.list.pinned));
		if (row.mentions > 0)
			marks.push(h('span', { class: 'badge mention',
				role: 'img', 'aria-label': t.list.mentioned },
			'@'));
		if (row.unread > 0)
			marks.push(h('span', {
				class: row.muted ? 'badge muted' : 'badge',
				role: 'img',
				'aria-label': t.list.unread(row.unread),
			}, row.unread > 999 ? '999+' : number(row.unread)));
		else if (row.marked)
			marks.push(h('span', {
				class: row.muted ? 'badge dot muted' : 'badge dot',
				role: 'img', 'aria-label': t.parts.marked }));
		return marks;
	}

	async #maybeMore() {
		const { scrollTop, clientHeight, scrollHeight } = this.scroller;

		const { shown } = this.parts;

		if (this.#loading || !this.m.ready
			|| !this.m.own.chats.hasMore(shown) || scrollHeight - scrollTop - clientHeight
				> NEAR_END_PX)
			return;
		this.#loading = true;
		try {
			await this.m.own.chats.more(shown);
		} catch (error) {
			toastError(error);
		}
		/* after an error, the next scrolling tries again */
		setTimeout(() => {
			this.#loading = false;
		}, 500);
	}
}
