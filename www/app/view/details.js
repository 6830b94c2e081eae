import { fill, h } from '../dom.js';
import { icon } from '../icons.js';
import { fullTime } from '../format.js';
import { chatName, chatTintId, messageText, personName } from '../naming.js';
import { t } from '../strings.js';
import { chatAvatar } from './avatar.js';
import { GroupPanel } from './group_panel.js';
import { clearChat } from './hide.js';
import { PersonPanel } from './person_panel.js';
import { secondsText } from '../expiry.js';
import { toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */

/** What a chat is, who is in it, and what can be done with it. */
export class Details {
	#shown = '';
	/** Ends with the view: its dialogs are of no use without it. */
	#over = new AbortController();

	/**
	 * @param {Messenger} messenger
	 * @param {string} conv_id
	 * @param {object} on
	 * @param {(conv_id: string) => void} on.open   another chat
	 * @param {(conv_index: number) => void} on.goTo  a message
	 * @param {() => void} on.goToDate
	 */
	constructor(messenger, conv_id, on) {
		this.m = messenger;
		this.conv_id = conv_id;
		this.on = on;
		this.top = h('div');
		this.group = new GroupPanel(messenger, conv_id, on.open,
			this.#over.signal);
		this.person = new PersonPanel(messenger, conv_id,
			this.#over.signal);
		this.element = h('aside', { class: 'details',
			'aria-label': t.details.title },
		h('header', { class: 'bar' },
			h('a', { class: 'icon-button', href: `#/c/${conv_id}`,
				'aria-label': t.details.close },
			icon('close')),
			h('h2', {}, t.details.title)),
		h('div', { class: 'details-body' }, this.top,
			this.person.element, this.group.element));
		if (messenger.room(conv_id).members === null)
			messenger.groups.loadMembers(conv_id).catch(toastError);
	}

	close() {
		this.#over.abort();
		this.element.remove();
	}

	render() {
		const chat = this.m.chats.get(this.conv_id);
		const room = this.m.room(this.conv_id);

		if (!chat)
			return;

		const { settings } = chat.conversation;
		const ttl_s = settings?.message_ttl_s ?? 0;
		const peer = chat.conversation.peer && (this.m.people.get(
			chat.conversation.peer.user_id)
			?? chat.conversation.peer);
		this.group.render();
		this.person.render();

		const shown = JSON.stringify([chat.conversation, peer, room.pins,
			(room.pins ?? []).map(({ entry, pinned_by }) => [
				personName(this.m, entry.sender_id),
				personName(this.m, pinned_by)])]);

		if (shown === this.#shown)
			return;
		this.#shown = shown;

		const name = chatName(this.m, chat);

		fill(this.top,
			h('div', { class: 'details-head' },
				chatAvatar(chat, name, chatTintId(chat),
					'large', undefined),
				h('h3', {}, h('bdi', {}, name)),
				peer && h('p', {}, t.details.username(
					peer.username)),
				peer?.bio && h('p', { dir: 'auto' },
					peer.bio),
				settings?.description && h('p', { dir: 'auto',
					class: 'description' },
				settings.description),
				Boolean(settings?.slow_mode_s) && h('p', {},
					t.groups.slow_here(secondsText(
						settings.slow_mode_s ?? 0))),
				ttl_s > 0 && h('p', {}, t.lifetime.chat(
					secondsText(ttl_s)))),
			h('div', { class: 'details-section' },
				h('button', { type: 'button',
					class: 'row-button',
					onclick: () => this.on.goToDate() },
				icon('calendar'), t.chat.to_date),
				h('button', { type: 'button',
					class: 'row-button danger',
					onclick: () => clearChat(this.m,
						this.conv_id,
						this.#over.signal) },
				icon('trash'), t.own.clear)),
			this.#pins(room.pins ?? []));
	}

	/** @param {import('../../sdk/types.js').Pin[]} pins */
	#pins(pins) {
		return pins.length === 0 ? null : h('div', {
			class: 'details-section' },
		h('h4', {}, t.details.pins),
		h('ul', { class: 'pins' }, pins.map((pin) => this.#pin(pin))));
	}

	/** @param {import('../../sdk/types.js').Pin} pin */
	#pin({ entry, pinned_by, pinned_at }) {
		const author = personName(this.m, entry.sender_id);

		return h('li', { class: 'member pinned-message' },
			h('button', { type: 'button', class: 'person',
				title: t.details.pinned_by(personName(this.m,
					pinned_by), fullTime(pinned_at)),
				onclick: () => this.on.goTo(entry.conv_index) },
			icon('pin'),
			h('span', { class: 'person-text' },
				h('bdi', { class: 'person-name' }, author),
				h('span', { class: 'pin-text', dir: 'auto' },
					messageText(entry)))),
			this.m.acts.mayPin(entry) && h('button', {
				type: 'button', class: 'icon-button remove',
				'aria-label': t.details.unpin(author),
				title: t.chat.unpin,
				onclick: () => this.m.acts.pin(entry, false)
					.catch(toastError) },
			icon('close')));
	}
}
