import { Problem, randomId } from '../sdk/index.js';
import { refusedOr } from './refused.js';
import { t } from './strings.js';

/** @typedef {import('../sdk/types.js').User} User */

const MEMBERS_PAGE = 200;
/** More who wait are not counted one by one. */
const COUNTED_MAX = 100;

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
		try {
			return this.#started(await this.m.client.conversations
				.create({ kind: 'group', members,
					settings: { name, message_ttl_s },
					client_id: randomId() }));
		} catch (error) {
			throw refusedOr(error, error instanceof Problem
				&& error.field === 'members',
			t.blocks.group_refused);
		}
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
		room.aliases = new Map(room.members.flatMap(({ user_id, alias }) =>
			alias ? [[user_id, alias]] : []));
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

	/**
	 * @param {string} conv_id
	 * @param {string} q  any part of a name
	 */
	async findMembers(conv_id, q) {
		const { items } = await this.m.client.conversations.members(
			conv_id, { limit: MEMBERS_PAGE, q });

		for (const { user } of items)
			this.m.people.put(user);
		return items;
	}

	/**
	 * A member's role, alias or mute; null takes the latter away.
	 *
	 * @param {string} conv_id
	 * @param {string} user_id
	 * @param {Parameters<import('../sdk/groups.js').GroupRoutes[
	 *     'member']>[2]} change
	 */
	async changeMember(conv_id, user_id, change) {
		await this.m.client.groups.member(conv_id, user_id, change);
		await this.loadMembers(conv_id);
	}

	/** @param {string} conv_id @param {string} user_id */
	async handOver(conv_id, user_id) {
		await this.m.client.groups.handOver(conv_id, user_id);
		await this.m.refresh(conv_id);
		await this.loadMembers(conv_id);
	}

	/**
	 * @param {string} conv_id
	 * @param {string} user_id
	 * @param {string} reason  or ''
	 */
	async ban(conv_id, user_id, reason) {
		await this.m.client.groups.ban(conv_id, user_id,
			{ reason: reason || undefined });
		await this.loadMembers(conv_id);
	}

	/**
	 * @param {string} conv_id
	 * @param {{limit?: number, cursor?: string}} page
	 */
	async joinRequests(conv_id, page) {
		const { items, next } = await this.m.client.groups.joinRequests(
			conv_id, page);

		await this.#meet(items);
		if (!page.cursor)
			this.#waiting(conv_id, items.length, next !== null);
		return { items, next };
	}

	/** @param {string} conv_id  that the user may decide about */
	async countRequests(conv_id) {
		try {
			await this.joinRequests(conv_id, { limit: COUNTED_MAX });
		} catch {
			/* counted again the next time */
		}
	}

	/**
	 * @param {string} conv_id
	 * @param {string} user_id
	 * @param {'approve'|'reject'} decision
	 */
	async decide(conv_id, user_id, decision) {
		try {
			await this.m.client.groups.decide(conv_id, user_id,
				decision);
		} finally {
			await this.countRequests(conv_id);
		}
	}

	/** @param {string} conv_id @param {number} count @param {boolean} more */
	#waiting(conv_id, count, more) {
		this.m.room(conv_id).requests = { count, more };
		this.m.changed(`room:${conv_id}`);
	}

	/**
	 * @param {string} conv_id
	 * @param {{limit?: number, cursor?: string}} page
	 */
	async bans(conv_id, page) {
		const { items, next } = await this.m.client.groups.bans(conv_id,
			page);

		await this.#meet(items);
		return { items, next };
	}

	/** @param {{user_id: string, user?: User}[]} items */
	async #meet(items) {
		for (const { user } of items)
			this.m.people.put(user);
		await this.m.people.load(items.map(({ user_id }) => user_id));
	}

	/**
	 * Who an item is about, who may be no user any more.
	 *
	 * @param {{user_id: string, user?: User}} item
	 * @returns {User}
	 */
	userOf({ user_id, user }) {
		return this.m.people.get(user_id) ?? user ?? { user_id,
			username: user_id, display_name: '' };
	}

	/**
	 * Comes in with a code.
	 *
	 * @param {string} code
	 * @returns {Promise<boolean>} false: an admin has to decide
	 */
	async accept(code) {
		const answer = await this.m.client.groups.accept(code);

		if ('state' in answer)
			return false;
		this.#started(answer);
		return true;
	}

	/**
	 * Comes into a group that lets people in.
	 *
	 * @param {string} conv_id
	 * @returns {Promise<boolean>} false: an admin has to decide
	 */
	async join(conv_id) {
		const answer = await this.m.client.groups.join(conv_id);

		if ('state' in answer)
			return false;
		this.#started(answer);
		return true;
	}

	/** @param {string} conv_id */
	async dissolve(conv_id) {
		await this.m.client.groups.dissolve(conv_id);
		this.m.forget(conv_id, 'left');
	}

	/**
	 * @param {string} conv_id
	 * @param {string} [owner]  the next one, if the user is the owner
	 */
	async leave(conv_id, owner = undefined) {
		await this.m.client.conversations.leave(conv_id, owner);
		this.m.forget(conv_id, 'left');
	}

	/**
	 * Settings for all members; null takes one away.
	 *
	 * @param {string} conv_id
	 * @param {Parameters<import('../sdk/groups.js').GroupRoutes[
	 *     'change']>[1]} settings
	 */
	async change(conv_id, settings) {
		if (Object.keys(settings).length === 0)
			return;
		this.m.chats.start(await this.m.client.groups.change(conv_id,
			settings));
		this.m.changed('chats', `room:${conv_id}`);
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
