import { randomId } from '../sdk/index.js';

/** @typedef {import('../sdk/types.js').User} User */

const MEMBERS_PAGE = 200;

/** New conversations, and who is in them. */
export class Groups {
	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
	}

	/** @param {User} user @returns {Promise<string>} conv_id */
	async startDirect(user) {
		this.m.people.put(user);
		return this.#started(await this.m.client.conversations.create({
			kind: 'direct', members: [user.user_id] }));
	}

	/**
	 * @param {string} name
	 * @param {string[]} members  the others
	 * @param {number} message_ttl_s
	 * @returns {Promise<string>} conv_id
	 */
	async startGroup(name, members, message_ttl_s) {
		return this.#started(await this.m.client.conversations.create({
			kind: 'group', members,
			settings: { name, message_ttl_s },
			client_id: randomId() }));
	}

	/**
	 * @param {string} conv_id
	 * @param {boolean} [more]  the next page, instead of the first
	 */
	async loadMembers(conv_id, more = false) {
		const room = this.m.room(conv_id);
		const cursor = more ? room.members_next ?? undefined : undefined;
		const page = await this.m.client.conversations.members(conv_id,
			{ limit: MEMBERS_PAGE, cursor });

		for (const { user } of page.items)
			this.m.people.put(user);
		room.members = more ? [...room.members ?? [], ...page.items]
			: page.items;
		room.members_next = page.next;
		room.receipts.setMembers(room.members);
		this.m.changed(`room:${conv_id}`);
	}

	/** @param {string} conv_id @param {string[]} user_ids */
	async addMembers(conv_id, user_ids) {
		const { items } = await this.m.client.conversations.add(conv_id,
			user_ids);

		await this.loadMembers(conv_id);
		return items;
	}

	/** @param {string} conv_id @param {string} user_id */
	async removeMember(conv_id, user_id) {
		await this.m.client.conversations.remove(conv_id, user_id);
		await this.loadMembers(conv_id);
	}

	/** @param {string} conv_id */
	async leave(conv_id) {
		await this.m.client.conversations.leave(conv_id);
		this.m.forget(conv_id, 'left');
	}

	/** @param {import('../sdk/types.js').Conversation} conversation */
	#started(conversation) {
		this.m.chats.start(conversation);
		this.m.people.put(conversation.peer);
		this.m.watchPeers();
		this.m.changed('chats');
		return conversation.conv_id;
	}
}
