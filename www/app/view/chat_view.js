import { fill, h } from '../dom.js';
import { moment } from '../format.js';
import { icon } from '../icons.js';
import { chatName, chatTintId, memberName, messageText } from '../naming.js';
import { t } from '../strings.js';
import { chatAvatar } from './avatar.js';
import { AnnouncementBar } from './announcement.js';
import { blockedFoot } from './block.js';
import { Composer } from './composer.js';
import { MessageList } from './message_list.js';
import { scheduledBar } from './scheduled.js';
import { Selection } from './selection.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Entry} Entry */

/** One chat: head, messages, composer. */
export class ChatView {
	#head = '';
	/** @type {Composer|null} */
	#composer = null;
	/** What screen readers were told. @type {Entry|null} */
	#announced = null;
	/** Ends with the view, and closes its menus and dialogs. */
	#over = new AbortController();

	/**
	 * @param {Messenger} messenger
	 * @param {string} conv_id
	 * @param {() => void} onSearch
	 */
	constructor(messenger, conv_id, onSearch) {
		this.m = messenger;
		this.conv_id = conv_id;
		const room = messenger.room(conv_id);

		this.selection = new Selection(messenger, room, {
			change: () => this.render(),
			end: () => this.focus(),
			over: this.#over.signal,
		});
		this.list = new MessageList(messenger, room, {
			reply: (entry) => this.#composer?.reply(entry),
			edit: (entry) => this.#composer?.edit(entry),
			leave: () => {
				if (this.selection.stop())
					return true;
				this.focus();
				return this.#composer !== null;
			},
			mayPost: () => messenger.acts.mayPost(
				messenger.chats.get(conv_id)),
			selection: this.selection,
			over: this.#over.signal,
		});
		this.announcement = new AnnouncementBar(messenger, conv_id,
			this.#over.signal);
		this.avatar = h('span', { class: 'head-avatar' });
		this.title = h('bdi', {});
		this.trouble = h('p', { class: 'status trouble', role: 'status' });
		this.subtitle = h('p', { class: 'subtitle' });
		this.later = scheduledBar(messenger, conv_id,
			this.#over.signal);
		this.foot = h('div', { class: 'chat-foot' });
		this.live = h('div', { class: 'visually-hidden',
			'aria-live': 'polite', 'aria-atomic': 'true' });
		this.element = h('main', { class: 'chat' },
		h('header', { class: 'bar' },
			h('a', { class: 'icon-button back', href: '#/',
				'aria-label': t.chat.back }, icon('back')),
			h('a', { class: 'head-link',
				href: `#/c/${conv_id}/details`,
				'aria-label': t.chat.details },
			this.avatar,
			h('div', { class: 'head-text' },
				h('h1', {}, this.title), this.trouble,
				this.subtitle)),
		h('button', { type: 'button', class: 'icon-button',
			'aria-label': t.search.in_chat, title: t.search.in_chat,
			'aria-keyshortcuts': 'Control+F', onclick: onSearch },
		icon('search'))),
		this.announcement.element,
		this.list.element, this.selection.element,
		this.later.element, this.foot, this.live);
	}

	close() {
		this.#over.abort();
		this.list.close();
		this.#composer?.close();
	}

	/** Where the user writes, or else reads. */
	focus() {
		if (this.#composer)
			this.#composer.focus();
		else
			this.list.scroller.focus({ preventScroll: true });
	}

	render() {
		const chat = this.m.chats.get(this.conv_id);

		this.#withdraw(this.m.room(this.conv_id).timeline);
		this.#renderHead(chat);
		this.announcement.render();
		this.#renderFoot(chat);
		this.later.render();
		this.selection.render();
		this.foot.hidden = this.selection.active;
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
		this.#announced = entry;
		this.live.textContent = t.chat.announce(
			memberName(this.m, this.conv_id, entry.sender_id),
			messageText(entry));
	}

	/** @param {import('../model/timeline.js').Timeline} timeline */
	#withdraw(timeline) {
		const said = this.#announced;

		if (said && (!timeline.sees(said.conv_index)
			|| timeline.byId(said.msg_id)?.recalled))
			this.live.textContent = '';
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
				memberName(this.m, this.conv_id, id)));
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

	/** @param {import('../model/chats.js').Chat} chat */
	#showBlocked(chat) {
		const name = chatName(this.m, chat);
		const { peer } = chat.conversation;
		/** @type {HTMLElement|null} */
		const known = this.foot.querySelector('.blocked');

		/* its button keeps the focus */
		if (peer && known?.dataset.name !== name)
			fill(this.foot, blockedFoot(this.m, peer, name));
	}

	/** @param {import('../model/chats.js').Chat|undefined} chat */
	#renderFoot(chat) {
		if (!chat)
			return;
		if (!this.m.acts.mayPost(chat)) {
			this.#composer?.close();
			this.#composer = null;
			if (this.m.acts.blocked(chat)) {
				this.#showBlocked(chat);
				return;
			}

			const until = this.m.acts.mutedUntil(chat);

			fill(this.foot, h('p', { class: 'cannot' }, until
				? t.groups.you_are_muted(moment(until))
				: t.chat.cannot_post));
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
