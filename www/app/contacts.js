import { followedList } from './whole_list.js';

/** @typedef {import('../sdk/types.js').Contact} Contact */
/** @typedef {import('../sdk/types.js').User} User */

/** The user's contacts, and requests of both sides, on all devices. */
export class Contacts {
	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
		this.list = followedList(messenger, messenger.client.contacts,
			'contacts');
	}

	/** @param {string} user_id @returns {Contact|undefined} */
	of(user_id) {
		return this.list.items.get(user_id);
	}

	/** @param {string} user_id @returns {string} or '' */
	remarkOf(user_id) {
		return this.of(user_id)?.remark ?? '';
	}

	/** @param {Contact} contact @returns {User}  as others see them */
	userOf(contact) {
		return this.m.groups.userOf(contact);
	}

	/** @param {Contact} contact  as the user calls them */
	nameOf(contact) {
		const { display_name, username } = this.userOf(contact);

		return contact.remark || display_name || username;
	}

	/** @param {Contact['state']} state @returns {Contact[]} by name */
	in(state) {
		return [...this.list.items.values()].filter((contact) =>
			contact.state === state).sort((a, b) =>
			this.nameOf(a).localeCompare(this.nameOf(b)));
	}

	/**
	 * Asks, or accepts if the other one has asked.
	 *
	 * @param {User} user
	 * @param {string} [message]
	 * @returns {Promise<Contact>}
	 */
	async ask(user, message = undefined) {
		const contact = await this.m.client.contacts.request(
			user.user_id, message || undefined);

		this.m.people.put(user);
		this.list.change((items) => items.set(user.user_id, contact));
		return contact;
	}

	/** @param {string} user_id */
	async accept(user_id) {
		await this.m.client.contacts.accept(user_id);
		this.#accepted(user_id);
	}

	/** @param {string} user_id */
	async reject(user_id) {
		await this.m.client.contacts.reject(user_id);
		this.#gone(user_id);
	}

	/** Takes a request back, or ends a contact. @param {string} user_id */
	async remove(user_id) {
		await this.m.client.contacts.remove(user_id);
		this.#gone(user_id);
	}

	/** @param {string} user_id @param {string|null} remark */
	async setRemark(user_id, remark) {
		const contact = await this.m.client.contacts.remark(user_id,
			remark);

		this.list.change((items) => items.set(user_id, contact));
	}

	/** @param {import('../sdk/types.js').ContactEvent} event */
	event({ action, user_id }) {
		if (action === 'accepted' && this.of(user_id))
			this.#accepted(user_id);
		else if (action === 'rejected' || action === 'removed')
			this.#gone(user_id);
		else
			/* what a request or a remark says is not in the event */
			this.list.load();
	}

	/** @param {string} user_id */
	#accepted(user_id) {
		this.list.change((items) => {
			const known = items.get(user_id);

			if (known)
				items.set(user_id, { ...known, state: 'accepted' });
		});
	}

	/** @param {string} user_id */
	#gone(user_id) {
		this.list.change((items) => items.delete(user_id));
	}
}
