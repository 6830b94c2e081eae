import { isTemporary } from '../sdk/index.js';

/** @typedef {import('./model/room.js').Room} Room */

const READ_MS = 200;
const READ_AGAIN_MS = 3000;
const SURE_MS = 50;
const RECEIPTS = 200;

/** How far the user has read, and the others in the open chat. */
export class Marks {
	/** Chats whose figure is about to be asked for. */
	#asking = new Set();

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
	}

	/**
	 * The user has seen everything up to this index.
	 *
	 * @param {string} conv_id
	 * @param {number} conv_index
	 */
	read(conv_id, conv_index) {
		const chat = this.m.chats.get(conv_id);
		const room = this.m.room(conv_id);

		if (!chat || conv_index <= chat.read_index)
			return;

		const passed = room.timeline.entries.filter((entry) =>
			entry.kind === 'message' && entry.sender_id !== this.m.me
			&& entry.conv_index > chat.read_index
			&& entry.conv_index <= conv_index).length;

		this.m.chats.readHere(conv_id, conv_index, passed);
		room.read_wanted = Math.max(room.read_wanted, conv_index);
		room.read_timer ??= setTimeout(() => this.#send(room),
			READ_MS);
		this.m.changed('chats');
	}

	/** Fetches the marks of the open chat, as some may be lost. */
	refresh() {
		const room = this.m.open_id ? this.m.rooms.get(this.m.open_id)
			: undefined;
		const last = room?.timeline.entries.filter((entry) =>
			entry.sender_id === this.m.me).at(-1);

		if (!room || !room.members || !last || this.m.is_stopped
			|| room.receipts.of(last.conv_index).read
				>= room.members.length - 1)
			return;
		this.m.groups.loadMembers(room.conv_id).catch(() => {
			/* only the ticks are out of date */
		});
		if (room.receipts.of(last.conv_index).delivered
			< room.members.length - 1)
			this.#delivered(room, last.conv_index).catch(() => {
				/* the same */
			});
	}

	/**
	 * Members have only read marks: who has received the last message is
	 * asked for.
	 *
	 * @param {Room} room
	 * @param {number} conv_index
	 */
	async #delivered(room, conv_index) {
		const { items } = await this.m.client.own.receipts(room.conv_id,
			conv_index, { state: 'delivered', limit: RECEIPTS });

		for (const { user_id, read_index } of items) {
			room.receipts.delivered(user_id, conv_index);
			room.receipts.read(user_id, read_index);
		}
		this.m.changed(`room:${room.conv_id}`, 'chats');
	}

	/**
	 * Asks for the figure of a chat if the one that is known may be wrong.
	 * A mark that does not move is answered with it.
	 *
	 * @param {string} conv_id
	 */
	makeSure(conv_id) {
		if (!this.m.chats.get(conv_id)?.count.unsure
			|| this.#asking.has(conv_id))
			return;
		this.#asking.add(conv_id);
		setTimeout(() => {
			this.#asking.delete(conv_id);
			this.#ask(conv_id);
		}, SURE_MS);
	}

	/** @param {string} conv_id */
	async #ask(conv_id) {
		const chat = this.m.chats.get(conv_id);

		if (!chat || this.m.is_stopped)
			return;
		const { withdrawn } = chat.count;

		try {
			const mark = await this.m.client.conversations.read(
				conv_id, chat.read_index);

			this.m.chats.read(conv_id, mark,
				withdrawn === chat.count.withdrawn);
			this.makeSure(conv_id);
			this.m.changed('chats');
		} catch {
			/* the next figure says it */
		}
	}

	/** @param {Room} room */
	async #send(room) {
		const conv_index = room.read_wanted;

		try {
			const mark = await this.m.client.conversations.read(
				room.conv_id, conv_index);

			this.m.chats.read(room.conv_id, mark);
			this.makeSure(room.conv_id);
			room.read_timer = undefined;
			if (room.read_wanted > conv_index)
				room.read_timer = setTimeout(() =>
					this.#send(room), READ_MS);
			this.m.changed('chats');
		} catch (error) {
			room.read_timer = undefined;
			if (isTemporary(error) && !this.m.is_stopped)
				room.read_timer = setTimeout(() =>
					this.#send(room), READ_AGAIN_MS);
		}
	}
}
