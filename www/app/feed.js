import { isTemporary } from '../sdk/index.js';
import { changed } from './model/entries.js';

/** @typedef {import('../sdk/types.js').Entry} Entry */
/** @typedef {import('../sdk/types.js').DurableEvent} DurableEvent */
/** @typedef {import('../sdk/types.js').User} User */

const ADOPT_AGAIN_MS = 3000;
const MARKS_MS = 800;
const NAME_MS = 5000;

/** Kinds that change which messages are pinned, or what they say. */
const PINNED = new Set(['pin', 'unpin', 'recall', 'edit']);

/** Applies what the live connection brings to a messenger's state. */
export class Feed {
	/** The user_index at which the unread sums differed. */
	#drift_at = -1;
	/** @type {import('../sdk/sleep.js').Timer} */
	#marks_timer;

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
	}

	/**
	 * @param {DurableEvent[]} events
	 * @param {import('../sdk/types.js').Users} users
	 */
	async apply(events, users) {
		this.m.people.putAll(users);
		for (const event of events)
			await this.#event(event);
		this.#afterPoll();
	}

	/**
	 * Ephemeral events reach only a poll that waits. A read mark between
	 * two polls is lost, so those of the open chat are fetched.
	 */
	#afterPoll() {
		if (this.m.live_state.transport !== 'poll')
			return;
		clearTimeout(this.#marks_timer);
		this.#marks_timer = setTimeout(() =>
			this.m.marks.refresh(), MARKS_MS);
	}

	/** @param {DurableEvent} event */
	async #event(event) {
		if (event.type === 'profile') {
			this.#profile(event.user);
			return;
		}
		if (event.type === 'settings') {
			this.m.own.settings.follow(event.settings);
			this.m.own.blocks.event(event);
			return;
		}
		if (event.type === 'contact') {
			this.m.own.contacts.event(event);
			return;
		}

		const { conv_id } = event;

		if (event.type === 'entry' && event.entry)
			await this.#entry(event.entry);
		else if (event.type === 'chat')
			await this.#chatEvent(event);
		else if (event.type === 'hidden')
			this.m.own.hidden(conv_id, event.conv_index);
		else if (event.type === 'star')
			this.m.stars.changed(event.msg_id, conv_id, event.starred);
		else if (event.type === 'reminder')
			this.m.reminders.event(event);
		else if (event.type === 'scheduled')
			this.#scheduled(event);
		else if (event.type === 'conversation')
			await this.#conversationEvent(event);
		if (conv_id)
			this.m.changed('chats', `room:${conv_id}`);
	}

	/** @param {Entry} entry */
	async #entry(entry) {
		const { conv_id } = entry;
		const room = this.m.rooms.get(conv_id);

		const gone = this.#takesMeOut(entry);

		if (gone) {
			this.m.forget(conv_id, gone);
			return;
		}
		if (!this.m.chats.take(entry)) {
			await this.#adopt(conv_id);
			this.m.chats.take(entry);
		}
		if (entry.kind === 'message')
			this.m.typing.stop(conv_id, entry.sender_id);
		if (entry.sender_id !== this.m.me)
			this.m.people.refresh(entry.sender_id, NAME_MS);
		room?.timeline.take(entry);
		if (entry.client_msg_id && entry.sender_id === this.m.me)
			this.m.outbox.settle(entry.client_msg_id);
		if (entry.kind === 'member')
			this.#membersChanged(conv_id);
		if (entry.kind === 'settings')
			this.#settingsChanged(entry);
		if (PINNED.has(entry.kind))
			this.#pinsChanged(conv_id);
		if (entry.target_index !== undefined)
			this.#targetChanged(entry);

		const chat = this.m.chats.get(conv_id);

		if (chat && entry.kind === 'message'
			&& entry.sender_id !== this.m.me)
			this.m.onMessage(entry, chat);
	}

	/** @param {Entry} entry  which changes another one */
	#targetChanged(entry) {
		const { conv_id, target_index = 0, target } = entry;

		this.m.kept.change((one) => one.conv_id === conv_id
			&& one.conv_index === target_index
			? changed(one, entry, this.m.me) : one);
		if (entry.kind !== 'recall')
			return;
		this.m.onWithdrawn(conv_id, target_index);
		if (target)
			this.m.own.recalled(target.msg_id);
		this.m.marks.makeSure(conv_id);
	}

	/** @param {Entry} entry @returns {'left'|'removed'|null} */
	#takesMeOut({ kind, content }) {
		if (kind !== 'member' || !content?.user_ids?.includes(this.m.me))
			return null;
		return content.action === 'left' ? 'left'
			: content.action === 'removed'
				|| content.action === 'banned'
				? 'removed' : null;
	}

	/** @param {import('../sdk/types.js').ChatEvent} event */
	async #chatEvent(event) {
		const chat = this.m.chats.get(event.conv_id);

		if (!chat) {
			/* it is at the top of the list now, or in a folder */
			if (event.me.pinned || event.me.folder)
				await this.#adopt(event.conv_id);
			return;
		}
		this.m.own.chats.follow(event.conv_id, event.me);
		this.m.own.drafts.followed(event.conv_id);
		this.m.chats.read(event.conv_id, event);
		this.m.marks.makeSure(event.conv_id);
		if (event.cleared_index)
			this.m.own.cleared(event.conv_id, event.cleared_index);
	}

	/** @param {import('../sdk/types.js').ScheduledEvent} event */
	#scheduled({ conv_id, state }) {
		this.m.scheduled.follow(conv_id);
		if (state === 'failed')
			this.m.onNotSent(conv_id);
	}

	/** @param {import('../sdk/types.js').ConversationEvent} event */
	async #conversationEvent({ action, conv_id, conversation }) {
		if (action === 'removed' || action === 'left'
			|| action === 'dissolved') {
			this.m.forget(conv_id, action);
			return;
		}
		if (conversation)
			this.m.chats.start(conversation);
		else if (action === 'added')
			await this.#adopt(conv_id);
		else
			this.#refresh(conv_id);
		this.m.watchPeers();
	}

	/**
	 * Adds a chat to the list; tries again after a temporary error.
	 *
	 * @param {string} conv_id
	 */
	async #adopt(conv_id) {
		try {
			await this.m.adopt(conv_id);
			this.m.changed('chats', `room:${conv_id}`);
		} catch (error) {
			if (isTemporary(error) && !this.m.ended)
				setTimeout(() => this.#adopt(conv_id),
					ADOPT_AGAIN_MS);
		}
	}

	/** @param {string} conv_id */
	async #refresh(conv_id) {
		try {
			await this.m.refresh(conv_id);
			this.m.changed('chats', `room:${conv_id}`);
		} catch {
			/* the view stays as it is */
		}
	}

	/** @param {User} user */
	#profile(user) {
		this.m.people.put(user);
		if (user.user_id === this.m.me)
			this.m.user = { ...this.m.user, ...user };
		for (const { conversation } of this.m.chats.all())
			if (conversation.peer?.user_id === user.user_id)
				conversation.peer = { ...conversation.peer,
					...user };
		this.m.everythingChanged();
	}

	/** @param {import('../sdk/types.js').EphemeralEvent} event */
	ephemeral(event) {
		if (event.type === 'typing') {
			this.#typing(event);
		} else if (event.type === 'read'
			|| event.type === 'delivered') {
			this.#mark(event);
		} else if (event.type === 'presence') {
			this.m.presence.set(event.user_id, event.state);
			this.m.everythingChanged();
		} else if (event.type === 'expiring') {
			this.m.expiry.expiring(event);
		} else if (event.type === 'head') {
			this.moved(event);
		}
		this.#afterPoll();
	}

	/** @param {import('../sdk/types.js').TypingEvent} event */
	#typing({ conv_id, user_id, state }) {
		if (user_id === this.m.me)
			return;
		if (state === 'start')
			this.m.typing.start(conv_id, user_id);
		else
			this.m.typing.stop(conv_id, user_id);
	}

	/** @param {import('../sdk/types.js').MarkEvent} event */
	#mark({ type, conv_id, user_id, conv_index }) {
		this.m.room(conv_id).receipts[type](user_id, conv_index);
		this.m.changed(`room:${conv_id}`, 'chats');
	}

	/**
	 * Once everything is applied, the unread sums must agree. If they
	 * still differ at the next head, the list is read again.
	 *
	 * @param {import('../sdk/types.js').Head & {local: boolean}} head
	 */
	head({ user_index, total_unread, local }) {
		if (!local || total_unread === undefined
			|| total_unread === this.m.chats.total_unread) {
			this.#drift_at = -1;
		} else if (this.#drift_at === user_index) {
			this.#drift_at = -1;
			this.m.rereadList();
		} else {
			this.#drift_at = user_index;
		}
	}

	/**
	 * A conversation without inbox rows (fan-out on read) got entries.
	 *
	 * @param {import('../sdk/types.js').ConversationHead} head
	 */
	async moved({ conv_id, last_index }) {
		const room = this.m.rooms.get(conv_id);
		const known = this.m.chats.get(conv_id)?.conversation.last_index;

		if (known !== undefined && known >= last_index
			&& !(room?.timeline.loaded && room.timeline.at_end
				&& room.timeline.high < last_index))
			return;
		await this.#adopt(conv_id);
		if (!room?.timeline.loaded)
			return;
		if (room.timeline.at_end && last_index > room.timeline.high) {
			const high = room.timeline.high;

			room.timeline.has_after = true;
			await this.m.history.after(conv_id).catch(() => {
				/* loaded when the user scrolls there */
			});
			if (room.timeline.entries.some((entry) =>
				entry.conv_index > high
				&& PINNED.has(entry.kind)))
				this.#pinsChanged(conv_id);
		}
		this.m.changed(`room:${conv_id}`, 'chats');
	}

	/** @param {string} conv_id */
	#membersChanged(conv_id) {
		const room = this.m.rooms.get(conv_id);

		this.#refresh(conv_id);
		if (room?.requests)
			this.m.groups.countRequests(conv_id);
		if (room?.members)
			this.m.groups.loadMembers(conv_id).catch(() => {
				room.members = null;
			});
	}

	/** @param {string} conv_id */
	#pinsChanged(conv_id) {
		const room = this.m.rooms.get(conv_id);

		if (!room?.pins)
			return;
		if (conv_id !== this.m.open_id)
			room.pins = null;
		else
			this.m.acts.loadPins(conv_id).catch(() => {
				room.pins = null;
			});
	}

	/** @param {import('../sdk/types.js').SettingsEntry} entry */
	#settingsChanged(entry) {
		const chat = this.m.chats.get(entry.conv_id);

		if (!chat)
			return;
		/* null: taken away */
		chat.conversation.settings = Object.fromEntries(
			Object.entries({ ...chat.conversation.settings,
				...entry.content?.changed })
				.filter(([, value]) => value !== null));
	}
}
