import { fill, h, reconcile } from '../dom.js';
import { folded } from '../format.js';
import { icon } from '../icons.js';
import { chatName, chatTintId } from '../naming.js';
import { t } from '../strings.js';
import { chatAvatar } from './avatar.js';
import { openDialog } from './dialog.js';
import { toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../model/chats.js').Chat} Chat */

/** A list of the user's chats, to be filtered by name and picked from. */
export class ChatPicker {
	/** @type {import('../dom.js').Known<HTMLElement>} */
	#known = new Map();

	/**
	 * @param {Messenger} messenger
	 * @param {object} how
	 * @param {(chat: Chat) => boolean} [how.allowed]
	 * @param {(conv_id: string) => boolean} [how.picked]
	 * @param {(conv_id: string) => void} how.onPick
	 */
	constructor(messenger, { allowed = () => true, picked = () => false,
		onPick }) {
		this.m = messenger;
		this.allowed = allowed;
		this.picked = picked;
		this.onPick = onPick;
		this.input = h('input', { type: 'search', class: 'input',
			dir: 'auto', placeholder: t.forward.search,
			'aria-label': t.forward.search,
			oninput: () => this.render() });
		this.list = h('ul', { class: 'people',
			'aria-label': t.forward.chats });
		this.note = h('p', { class: 'list-note', role: 'status' });
		this.more = h('button', { type: 'button', class: 'link',
			onclick: () => this.#loadMore() }, t.pages.more);
		this.element = h('div', { class: 'people-search' },
			h('div', { class: 'search' }, icon('search'),
				this.input),
			h('div', { class: 'people-scroller' }, this.list,
				this.note, this.more));
		this.render();
	}

	render() {
		const wanted = folded(this.input.value.trim());
		const shown = this.m.chats.ranked().filter((chat) =>
			this.allowed(chat)
			&& folded(chatName(this.m, chat)).includes(wanted));

		reconcile(this.list, shown, {
			key: ({ conversation }) => conversation.conv_id,
			signature: (chat) => JSON.stringify([
				chatName(this.m, chat),
				this.picked(chat.conversation.conv_id)]),
			render: (chat, old) => this.#item(chat, old),
			known: this.#known,
		});
		this.note.textContent = shown.length > 0 ? ''
			: t.forward.nothing;
		this.more.hidden = this.m.chats.next === null;
	}

	/** @param {Chat} chat @param {HTMLElement|undefined} old */
	#item(chat, old) {
		const { conv_id } = chat.conversation;
		const name = chatName(this.m, chat);
		const picked = this.picked(conv_id);
		const item = old ?? h('li', {});
		const button = item.querySelector('button')
			?? item.appendChild(h('button', { type: 'button',
				class: 'person', 'data-conv-id': conv_id,
				onclick: () => this.onPick(conv_id) }));

		button.toggleAttribute('aria-pressed', false);
		if (picked)
			button.setAttribute('aria-pressed', 'true');
		fill(button,
			chatAvatar(chat, name, chatTintId(chat), 'medium',
				undefined),
			h('span', { class: 'person-text' },
				h('bdi', { class: 'person-name' }, name)),
			picked && icon('tick'));
		return item;
	}

	async #loadMore() {
		this.more.disabled = true;
		try {
			await this.m.loadMoreChats();
		} catch (error) {
			toastError(error);
		}
		this.more.disabled = false;
		this.render();
	}
}

/**
 * Asks for one chat.
 *
 * @param {Messenger} m
 * @param {string} title
 * @param {(conv_id: string) => void} onPick
 * @param {AbortSignal} over  closes it
 */
export function pickChat(m, title, onPick, over) {
	const { dialog, body } = openDialog(title, 'pick', t.cancel, over);
	const picker = new ChatPicker(m, { onPick: (conv_id) => {
		dialog.close();
		onPick(conv_id);
	} });

	body.append(picker.element);
	picker.input.focus();
}
