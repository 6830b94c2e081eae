import { fill, h } from '../dom.js';
import { icon } from '../icons.js';
import { chatName, chatTintId, messageText, personName } from '../naming.js';
import { t } from '../strings.js';
import { chatAvatar } from './avatar.js';
import { Composer } from './composer.js';
import { MessageList } from './message_list.js';
import { scheduledBar } from './scheduled.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Entry} Entry */

/** One chat: head, messages, composer. */
export class ChatView {
	#head = '';
	/** @type {Composer|null} */
	#composer = null;
	/** msg_id of what screen readers were told. */
	#announced = '';
	/** Ends with the view, and closes its menus and dialogs. */
	#over = new AbortController();

	/** @param {Messenger} messenger @param {string} conv_id */
	constructor(messenger, conv_id) {
		this.m = messenger;
		this.conv_id = conv_id;
		const room = messenger.room(conv_id);

		this.list = new MessageList(messenger, room, {
			reply: (entry) => this.#composer?.reply(entry),
			edit: (entry) => this.#composer?.edit(entry),
			leave: () => {
				this.focus();
				return this.#composer !== null;
			},
			mayPost: () => this.#mayPost(
				messenger.chats.get(conv_id)),
			over: this.#over.signal,
		});
		this.avatar = h('span', { class: 'head-avatar' });
		this.title = h('bdi', {});
		this.trouble = h('p', { class: 'status trouble', role: 'status' });
		this.subtitle = h('p', { class: 'subtitle' });
		this.later = scheduledBar(messenger, conv_id,
			this.#over.signal);
		this.foot = h('div', { class: 'chat-foot' });
		this.live = h('div', { class: 'visually-hidden',
			'aria-live': 'polite', 'aria-atomic': 'true' });
		this.element = h('section', { class: 'chat',
			'aria-label': t.chat.log },
		h('header', { class: 'bar' },
			h('a', { class: 'icon-button back', href: '#/',
				'aria-label': t.chat.back }, icon('back')),
			h('a', { class: 'head-link',
				href: `#/c/${conv_id}/details`,
				'aria-label': t.chat.details },
			this.avatar,
			h('div', { class: 'head-text' },
				h('h2', {}, this.title), this.trouble,
				this.subtitle))),
		this.list.element, this.later.element, this.foot, this.live);
	}

	close() {
		this.#over.abort();
		this.list.close();
		this.#composer?.close();
	}

	focus() {
		this.#composer?.focus();
	}

	render() {
		const chat = this.m.chats.get(this.conv_id);

		const announced = this.m.room(this.conv_id).timeline.byId(
			this.#announced);

		if (announced?.recalled || announced?.hidden)
			this.live.textContent = '';
		this.#renderHead(chat);
		this.#renderFoot(chat);
		this.later.render();
		this.list.render();
	}

	/**
	 * What is wrong with the connection, where the list is not in sight.
	 *
	 * @param {string} text  or ''
	 */
	tell(text) {
		if (this.trouble.textContent !== text)
			this.trouble.textContent = text;
	}

	/** @param {Entry} entry  a new one, for screen readers */
	announce(entry) {
		this.#announced = entry.msg_id;
		this.live.textContent = t.chat.announce(
			personName(this.m, entry.sender_id),
			messageText(entry));
	}

	/** @param {import('../model/chats.js').Chat|undefined} chat */
	#renderHead(chat) {
		const name = chatName(this.m, chat);
		const presence = this.m.presence.get(
			chat?.conversation.peer?.user_id ?? '');
		const typing = this.m.typing.in(this.conv_id);
		const subtitle = typing.length > 0 ? this.#typing(chat, typing)
			: this.#about(chat, presence);
		const head = JSON.stringify([name, presence, subtitle,
			typing.length]);

		if (head === this.#head)
			return;
		this.#head = head;
		this.title.textContent = name;
		this.subtitle.classList.toggle('typing', typing.length > 0);
		fill(this.subtitle, typing.length > 0 && h('span', {
			class: 'dots', 'aria-hidden': 'true' },
		h('i', {}), h('i', {}), h('i', {})),
		h('span', { class: 'subtitle-text' }, subtitle));
		if (chat)
			fill(this.avatar, chatAvatar(chat, name,
				chatTintId(chat), 'medium', presence));
	}

	/**
	 * @param {import('../model/chats.js').Chat|undefined} chat
	 * @param {string[]} typing
	 */
	#typing(chat, typing) {
		return chat?.conversation.kind === 'direct' ? t.chat.typing
			: t.chat.typing_who(typing.map((id) =>
				personName(this.m, id)));
	}

	/**
	 * @param {import('../model/chats.js').Chat|undefined} chat
	 * @param {string|undefined} presence
	 */
	#about(chat, presence) {
		if (!chat)
			return '';

		const { kind, peer, member_count } = chat.conversation;

		if (kind !== 'direct')
			return kind === 'self' ? ''
				: t.chat.members(member_count);
		if (presence === 'online' || presence === 'away'
			|| presence === 'offline')
			return t.chat[presence];
		return peer ? t.details.username(peer.username) : '';
	}

	/** @param {import('../model/chats.js').Chat|undefined} chat */
	#mayPost(chat) {
		const { settings, my_role } = chat?.conversation ?? {};

		return settings?.who_can_post !== 'admins'
			|| my_role === 'owner' || my_role === 'admin';
	}

	/** @param {import('../model/chats.js').Chat|undefined} chat */
	#renderFoot(chat) {
		if (!chat)
			return;
		if (!this.#mayPost(chat)) {
			this.#composer?.close();
			this.#composer = null;
			fill(this.foot, h('p', { class: 'cannot' },
				t.chat.cannot_post));
			return;
		}
		if (this.#composer) {
			this.#composer.render(chatName(this.m, chat));
			return;
		}
		this.#composer = new Composer(this.m, this.conv_id,
			chatName(this.m, chat), () => this.list.toEnd(),
			this.#over.signal);
		fill(this.foot, this.#composer.element);
		this.#composer.attached();
		if (matchMedia('(pointer: fine)').matches)
			this.#composer.focus();
	}
}
