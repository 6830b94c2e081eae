import { NetworkError } from '../../sdk/index.js';
import { fill, h, isComposing, reconcile } from '../dom.js';
import { fullTime, listTime } from '../format.js';
import { icon } from '../icons.js';
import { chatName, chatTintId, errorText, personName } from '../naming.js';
import { t } from '../strings.js';
import { avatar, chatAvatar } from './avatar.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Entry} Entry */
/** @typedef {import('../dom.js').Child} Child */

const NEAR_END_PX = 300;

/**
 * @typedef {object} Line   a message in a list
 * @property {Entry} entry
 * @property {number} at
 * @property {Child[]} text
 * @property {string} text_key  changes with the text
 * @property {boolean} in_chat  all are of one chat, which goes without saying
 * @property {string} [due]     a time to come
 * @property {HTMLElement} [more]  a button beside it
 */

/**
 * Shows a list of messages: its pages, and how it is about them.
 *
 * @template {{entry: Entry}} T
 */
export class PagedView {
	/** @type {import('../dom.js').Known<HTMLElement>} */
	#known = new Map();

	/**
	 * @param {Messenger} messenger
	 * @param {import('../paged.js').Paged<T>} paged
	 * @param {object} how
	 * @param {string} how.label
	 * @param {(item: T) => Line} how.line
	 * @param {() => Child[]} how.empty
	 * @param {(entry: Entry) => void} how.onOpen
	 * @param {() => void} how.leave  upwards, out of the list
	 */
	constructor(messenger, paged, { label, line, empty, onOpen, leave }) {
		this.m = messenger;
		this.paged = paged;
		this.line = line;
		this.empty = empty;
		this.onOpen = onOpen;
		this.leave = leave;
		this.list = h('ul', { class: 'hits', 'aria-label': label,
			onkeydown: (event) => this.#key(event) });
		this.note = h('div', { class: 'list-note', role: 'status' });
		this.more = h('button', { type: 'button', class: 'link',
			onclick: () => paged.more() }, t.pages.more);
		this.element = h('div', { class: 'details-body',
			onscroll: () => this.#scrolled() },
		this.list, this.note, this.more);
	}

	render() {
		const { paged } = this;

		reconcile(this.list, paged.items.map((item) =>
			this.line(item)), {
			key: ({ entry }) => entry.msg_id,
			signature: (line) => JSON.stringify([line.at,
				listTime(line.at), line.text_key, line.in_chat,
				this.#names(line.entry)]),
			render: (line) => this.#item(line),
			known: this.#known,
		});
		this.#state();
		this.more.hidden = paged.next === null || paged.loading
			|| paged.error !== null;
	}

	#state() {
		const { loading, loaded, error, items } = this.paged;

		if (error !== null)
			fill(this.note, h('p', {}, error instanceof NetworkError
				? t.pages.offline : t.pages.failed, ' ',
			!(error instanceof NetworkError) && errorText(error)),
			h('button', { type: 'button', class: 'button',
				onclick: () => this.paged.retry() },
			t.pages.retry));
		else if (loading && items.length === 0)
			fill(this.note, h('div', { class: 'spinner',
				role: 'img', 'aria-label': t.pages.loading }));
		else if (items.length > 0 || !loaded)
			fill(this.note);
		else
			fill(this.note, ...this.empty());
	}

	/** Where the keyboard goes. @returns {boolean} was there anything? */
	focus() {
		const first = this.list.querySelector('button');

		first?.focus();
		return first !== null;
	}

	/** @param {Entry} entry */
	#names({ conv_id, sender_id }) {
		return [chatName(this.m, this.m.chats.get(conv_id)),
			personName(this.m, sender_id)];
	}

	/** @param {Line} line @returns {HTMLElement} */
	#item({ entry, at, text, in_chat, due, more }) {
		const chat = this.m.chats.get(entry.conv_id);
		const [chat_name, sender] = this.#names(entry);
		const author = entry.sender_id;
		const direct = chat?.conversation.kind === 'direct'
			&& author !== this.m.me;

		return h('li', { class: 'hit', 'data-msg-id': entry.msg_id },
			h('button', { type: 'button', class: 'person',
				onclick: () => this.onOpen(entry) },
			in_chat || !chat ? avatar(sender, author)
				: chatAvatar(chat, chat_name, chatTintId(chat),
					'medium', undefined),
			h('span', { class: 'person-text' },
				h('span', { class: 'chat-top' },
					h('bdi', { class: 'chat-name' },
						in_chat ? sender : chat_name),
					h('time', { title: fullTime(at),
						datetime: new Date(at)
							.toISOString() },
					listTime(at))),
				h('span', { class: 'hit-text', dir: 'auto' },
					!in_chat && !direct && h('span', {
						class: 'hit-sender' },
					h('bdi', {}, sender), t.colon),
					...text),
				due && h('span', { class: 'hit-due' },
					icon('clock'), due))),
			more);
	}

	/** @param {KeyboardEvent} event */
	#key(event) {
		const buttons = [...this.list.querySelectorAll('.person')];
		const at = buttons.indexOf(/** @type {Element} */ (event.target));
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];

		if (isComposing(event))
			return;
		if (event.key === 'Escape' || (step === -1 && at === 0))
			this.leave();
		else if (step && at >= 0)
			/** @type {HTMLElement|undefined} */ (
				buttons[at + step])?.focus();
		else
			return;
		event.preventDefault();
	}

	#scrolled() {
		const { scrollTop, clientHeight, scrollHeight } = this.element;

		if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX
			&& this.paged.error === null)
			this.paged.more();
	}
}
