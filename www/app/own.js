import { Blocks } from './blocks.js';
import { Contacts } from './contacts.js';
import { Drafts } from './drafts.js';
import { isListed, withoutForward } from './model/entries.js';
import { OwnChats } from './own_chats.js';
import { OwnSettings } from './own_settings.js';

/** @typedef {import('../sdk/types.js').Entry} Entry */

const PAGE = 50;

/** What the user does for themselves alone, on all their devices. */
export class Own {
	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
		this.chats = new OwnChats(messenger);
		this.drafts = new Drafts(messenger);
		this.settings = new OwnSettings(messenger);
		this.contacts = new Contacts(messenger);
		this.blocks = new Blocks(messenger);
	}

	/** @param {Entry} entry */
	async hide({ conv_id, conv_index, msg_id }) {
		await this.m.client.messages.hide(msg_id);
		this.hidden(conv_id, conv_index);
	}

	/**
	 * The user has deleted an entry, here or on another device.
	 *
	 * @param {string} conv_id
	 * @param {number} conv_index
	 */
	hidden(conv_id, conv_index) {
		const { timeline } = this.m.room(conv_id);
		const entry = timeline.at(conv_index);
		const last = this.m.chats.get(conv_id)?.last_entry;

		if (entry?.hidden)
			return;
		timeline.hide(conv_index);
		this.m.chats.hide(conv_id, conv_index, entry
			?? (last?.conv_index === conv_index ? last : undefined));
		this.m.kept.change((one) => one.conv_id === conv_id
			&& one.conv_index === conv_index ? null : one);
		this.m.onWithdrawn(conv_id, conv_index);
		this.m.marks.makeSure(conv_id);
		if (last?.conv_index === conv_index)
			this.#showBefore(conv_id, conv_index);
		this.m.changed('chats', `room:${conv_id}`);
	}

	/**
	 * @param {string} conv_id
	 * @param {number} conv_index  of the last entry, which is gone
	 */
	async #showBefore(conv_id, conv_index) {
		const { timeline } = this.m.room(conv_id);
		const known = timeline.entries.filter((entry) =>
			entry.conv_index < conv_index && isListed(entry))
			.at(-1);

		try {
			const before = known ?? (await this.m.client.messages
				.list(conv_id, { before: conv_index, limit: PAGE }))
				.items.filter(isListed).at(-1);

			if (before)
				this.m.chats.showBefore(conv_id, before);
		} catch {
			/* the list shows none until it is read again */
		}
		this.m.changed('chats');
	}

	/** @param {string} conv_id */
	async clear(conv_id) {
		await this.m.client.conversations.clear(conv_id);
		/* the event says up to where */
	}

	/**
	 * The user has cleared a chat, here or on another device.
	 *
	 * @param {string} conv_id
	 * @param {number} cleared_index
	 */
	cleared(conv_id, cleared_index) {
		const room = this.m.room(conv_id);

		room.timeline.clearTo(cleared_index);
		room.place = null;
		this.m.chats.clearTo(conv_id, cleared_index);
		this.m.kept.change((entry) => entry.conv_id === conv_id
			&& entry.conv_index <= cleared_index ? null : entry);
	}

	/**
	 * A message was recalled: what forwards it says so, in all chats.
	 *
	 * @param {string} msg_id
	 */
	recalled(msg_id) {
		for (const room of this.m.rooms.values())
			room.timeline.withoutForward(msg_id);
		this.m.chats.withoutForward(msg_id);
		this.m.kept.change((entry) => withoutForward(entry, msg_id));
		this.m.everythingChanged();
	}
}
