import { Problem, randomId } from '../sdk/index.js';

/** @typedef {import('../sdk/types.js').Scheduled} Scheduled */

const PAGE = 200;

/** The user's messages that are to be sent later, by chat. */
export class ScheduledMessages {
	/** Loads of a chat; only the last one counts. @type {Map<string, number>} */
	#loads = new Map();

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
	}

	/** @param {string} conv_id */
	async load(conv_id) {
		const load = (this.#loads.get(conv_id) ?? 0) + 1;
		/** @type {Scheduled[]} */
		const items = [];
		/** @type {string|undefined} */
		let cursor;

		this.#loads.set(conv_id, load);
		do {
			const page = await this.m.client.messages.scheduled({
				conv_id, cursor, limit: PAGE });

			items.push(...page.items);
			this.m.people.putAll(page.users);
			cursor = page.next ?? undefined;
		} while (cursor);
		if (this.#loads.get(conv_id) !== load)
			return;
		this.m.room(conv_id).scheduled = items;
		this.m.changed(`room:${conv_id}`);
	}

	/** @param {string} conv_id  another device, or the server, did something */
	follow(conv_id) {
		const room = this.m.rooms.get(conv_id);

		if (!room?.scheduled)
			return;
		this.load(conv_id).catch(() => {
			room.scheduled = null;
		});
	}

	/**
	 * @param {string} conv_id
	 * @param {string} text
	 * @param {Partial<import('../sdk/types.js').Message>} more
	 * @param {number} send_at
	 */
	async add(conv_id, text, more, send_at) {
		await this.m.client.messages.schedule(conv_id, {
			client_msg_id: randomId(), type: 'text',
			content: { text }, ...more, send_at });
		await this.load(conv_id);
	}

	/**
	 * @param {Scheduled} item
	 * @param {{send_at?: number,
	 *     content?: import('../sdk/types.js').Content}} what
	 */
	async change({ msg_id, conv_id }, what) {
		await this.m.client.messages.reschedule(msg_id, what);
		await this.load(conv_id);
	}

	/** @param {Scheduled} item */
	async cancel({ msg_id, conv_id }) {
		await this.m.client.messages.unschedule(msg_id);
		await this.load(conv_id);
	}

	/**
	 * Nothing is sent twice: only what could be cancelled is sent now.
	 *
	 * @param {Scheduled} item
	 */
	async sendNow(item) {
		const { msg_id, conv_id, send_at, state, reason, client_msg_id,
			...message } = item;

		try {
			await this.cancel(item);
		} catch (error) {
			if (!(error instanceof Problem)
				|| error.code !== 'not_found')
				throw error;
			await this.load(conv_id);
			return;
		}
		this.m.outbox.add(conv_id, message);
	}
}
