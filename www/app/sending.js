import { lifetimeOf } from './expiry.js';
import { quoteOf } from './naming.js';

/** @typedef {import('../sdk/types.js').Entry} Entry */

/** The user's own messages, until they are in the log. */
export class Sending {
	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
	}

	/**
	 * @param {string} conv_id
	 * @param {string} text
	 * @param {{reply_to?: string, mentions?: string[],
	 *     mention_all?: true, expires_in_s?: number,
	 *     expires_after_read_s?: number}} [more]  `reply_to` is a msg_id
	 */
	async send(conv_id, text, more = {}) {
		const room = this.m.room(conv_id);
		const chat = this.m.chats.get(conv_id);

		room.divider = null;
		this.m.typing_me.sent(conv_id);
		this.m.outbox.add(conv_id, {
			type: 'text',
			content: { text },
			...more,
			seen_index: chat && chat.read_index > 0
				? chat.read_index : undefined,
		});
		if (!room.timeline.at_end && room.timeline.loaded)
			await this.m.history.toEnd(conv_id).catch(() => {
				/* loaded the next time it is needed */
			});
	}

	/**
	 * Forwards messages of one chat.
	 *
	 * @param {string[]} conv_ids  to these chats
	 * @param {Entry[]} entries    oldest first
	 * @param {boolean} merged     as one message, instead of one by one
	 */
	forward(conv_ids, entries, merged) {
		const ids = entries.map(({ msg_id }) => msg_id);
		const messages = merged ? [ids] : ids.map((id) => [id]);

		for (const conv_id of conv_ids)
			for (const forward_of of messages)
				this.m.outbox.add(conv_id, { forward_of });
	}

	/**
	 * The answer to the user's own message, before its event.
	 *
	 * @param {import('../sdk/outbox.js').OutboxItem} item
	 * @param {import('../sdk/types.js').Stored} answer
	 */
	sent({ conv_id, client_msg_id, message }, answer) {
		const room = this.m.rooms.get(conv_id);

		/* what a forward says comes with its event */
		if (message.content === undefined) {
			if ((room?.timeline.high ?? 0) >= answer.conv_index)
				this.m.outbox.settle(client_msg_id);
			return;
		}
		/** @type {Entry} */
		const entry = {
			conv_id, client_msg_id,
			kind: 'message',
			type: message.type,
			content: message.content,
			mentions: message.mentions,
			mention_all: message.mention_all,
			sender_id: this.m.me,
			conv_index: answer.conv_index,
			ordinal: answer.ordinal,
			msg_id: answer.msg_id,
			sent_at: answer.sent_at,
			...lifetimeOf(message, this.m.chats.get(conv_id)
				?.conversation.settings?.message_ttl_s ?? 0,
			answer.sent_at),
			reply_to: message.reply_to ? quoteOf(
				room?.timeline.byId(message.reply_to))
				: undefined,
		};

		this.m.chats.takeOwn(entry);
		if (room?.timeline.takeOwn(entry)
			|| (room?.timeline.high ?? 0) >= entry.conv_index)
			this.m.outbox.settle(client_msg_id);
		this.m.changed('chats', `room:${conv_id}`);
	}
}
