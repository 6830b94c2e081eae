import { fill, h } from '../dom.js';
import { icon } from '../icons.js';
import { fullTime } from '../format.js';
import { chatName, chatTintId, messageText, personName } from '../naming.js';
import { t } from '../strings.js';
import { chatAvatar } from './avatar.js';
import { confirmDialog } from './dialog.js';
import { clearChat } from './hide.js';
import { personLine } from './person.js';
import { addPeopleDialog } from './pick.js';
import { secondsText } from '../expiry.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Member} Member */
/** @typedef {import('../../sdk/types.js').User} User */

const RANK = { owner: 0, admin: 1, member: 2 };

/** The members of a chat, and the actions on them. */
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
		this.body = h('div', { class: 'details-body' });
		this.element = h('aside', { class: 'details',
			'aria-label': t.details.title },
		h('header', { class: 'bar' },
			h('a', { class: 'icon-button', href: `#/c/${conv_id}`,
				'aria-label': t.details.close },
			icon('close')),
			h('h2', {}, t.details.title)),
		this.body);
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

		const { kind, settings } = chat.conversation;
		const ttl_s = settings?.message_ttl_s ?? 0;
		const peer = chat.conversation.peer && (this.m.people.get(
			chat.conversation.peer.user_id)
			?? chat.conversation.peer);
		const shown = JSON.stringify([chat.conversation, room.members,
			room.members_next, peer, room.pins,
			(room.pins ?? []).map(({ entry, pinned_by }) => [
				personName(this.m, entry.sender_id),
				personName(this.m, pinned_by)]),
			(room.members ?? []).map(({ user_id }) =>
				this.m.people.get(user_id))]);

		if (shown === this.#shown)
			return;
		this.#shown = shown;

		const name = chatName(this.m, chat);

		fill(this.body,
			h('div', { class: 'details-head' },
				chatAvatar(chat, name, chatTintId(chat),
					'large', undefined),
				h('h3', {}, h('bdi', {}, name)),
				peer && h('p', {}, t.details.username(
					peer.username)),
				peer?.bio && h('p', { dir: 'auto' },
					peer.bio),
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
			this.#pins(room.pins ?? []),
			kind === 'group' || kind === 'channel'
				? this.#group(chat) : null);
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

	/** @param {import('../model/chats.js').Chat} chat */
	#group(chat) {
		const { settings, my_role, member_count } = chat.conversation;
		const who = settings?.who_can_invite ?? 'all';
		const may_invite = who === 'all' || my_role === 'owner'
			|| (who === 'admins' && my_role === 'admin');
		const room = this.m.room(this.conv_id);

		return [
			h('div', { class: 'details-section' },
				h('h4', {}, t.chat.members(member_count)),
				may_invite && h('button', { type: 'button',
					class: 'person',
					onclick: () => this.#add() },
				h('span', { class: 'avatar medium accent',
					'aria-hidden': 'true' }, icon('add')),
				h('span', { class: 'person-text' },
					h('span', { class: 'person-name' },
						t.details.add))),
				this.#members(room.members ?? [], my_role),
				room.members_next !== null && h('button', {
					type: 'button', class: 'link',
					onclick: () => this.m.groups
						.loadMembers(this.conv_id, true)
						.catch(toastError),
				}, t.details.more)),
			h('div', { class: 'details-section' },
				h('button', { type: 'button',
					class: 'row-button danger',
					onclick: () => this.#leave() },
				icon('leave'), t.details.leave)),
		];
	}

	/** @param {Member[]} members @param {string|undefined} my_role */
	#members(members, my_role) {
		const sorted = [...members].sort((a, b) =>
			RANK[a.role] - RANK[b.role]);

		return h('ul', { class: 'people' }, sorted.map((member) => {
			const user = this.m.people.get(member.user_id)
				?? member.user;
			const mine = member.user_id === this.m.me;
			const removable = !mine && (my_role === 'owner'
				|| (my_role === 'admin'
					&& member.role === 'member'));

			return h('li', { class: 'member',
				'data-username': user.username },
			h('button', { type: 'button', class: 'person',
				disabled: mine,
				onclick: () => this.#write(user) },
			...personLine(user, t.roles[member.role]
				&& h('span', { class: 'role' },
					t.roles[member.role]))),
			removable && h('button', { type: 'button',
				class: 'icon-button remove',
				'aria-label': t.details.remove(
					user.display_name),
				onclick: () => this.#remove(user) },
			icon('close')));
		}));
	}

	/** @param {User} user */
	async #write(user) {
		try {
			this.on.open(await this.m.groups.startDirect(user));
		} catch (error) {
			toastError(error);
		}
	}

	/** @param {User} user */
	async #remove(user) {
		const name = user.display_name;

		if (!await confirmDialog(t.details.remove_title(name),
			t.details.remove_text, t.details.remove_do,
			this.#over.signal))
			return;
		try {
			await this.m.groups.removeMember(this.conv_id,
				user.user_id);
		} catch (error) {
			toastError(error);
		}
	}

	async #leave() {
		if (!await confirmDialog(t.details.leave_title,
			t.details.leave_text, t.details.leave,
			this.#over.signal))
			return;
		try {
			await this.m.groups.leave(this.conv_id);
		} catch (error) {
			toastError(error);
		}
	}

	#add() {
		const here = new Set((this.m.room(this.conv_id).members ?? [])
			.map(({ user_id }) => user_id));

		addPeopleDialog(this.m, here, async (users) => {
			const items = await this.m.groups.addMembers(
				this.conv_id, users.map(({ user_id }) => user_id));

			for (const [outcome, say] of Object.entries(
				t.outcomes)) {
				const who = users.filter((_, i) =>
					items[i]?.outcome === outcome);

				if (who.length > 0)
					toast(say(who.map((user) =>
						user.display_name)), 'error');
			}
		}, this.#over.signal);
	}
}
