import { h } from '../dom.js';
import { t } from '../strings.js';
import { block, unblock } from './block.js';
import { askDialog, contactErrorText, removeContact }
	from './contact_dialogs.js';
import { rowButton } from './group_panel.js';
import { toast } from './toast.js';

/** @typedef {import('../../sdk/types.js').User} User */

/**
 * What the details of a direct chat have besides those of any chat: is the other
 * one a contact, or blocked? Its controls stay the same elements, so that they
 * keep the focus.
 */
export class PersonPanel {
	/**
	 * @param {import('../messenger.js').Messenger} messenger
	 * @param {string} conv_id
	 * @param {AbortSignal} over  closes its dialogs
	 */
	constructor(messenger, conv_id, over) {
		this.m = messenger;
		this.conv_id = conv_id;
		this.over = over;
		this.contact = rowButton('people', () => this.#contact());
		this.decline = rowButton('close', () => this.#run(async (user) => {
			await messenger.own.contacts.reject(user.user_id);
			this.contact.button.focus();
		}));
		this.block = rowButton('block', () => this.#block());
		this.element = h('div', { class: 'details-section' },
			this.contact.button, this.decline.button,
			this.block.button);
	}

	get #peer() {
		return this.m.chats.get(this.conv_id)?.conversation.peer;
	}

	render() {
		const user = this.#peer;

		this.element.hidden = !user;
		if (!user)
			return;

		const { state } = this.m.own.contacts.of(user.user_id) ?? {};
		const blocked = this.m.own.blocks.has(user.user_id);
		const texts = t.contacts;

		this.contact.label.textContent = state === 'accepted'
			? texts.remove : state === 'sent' ? texts.take_back_long
				: state === 'requested' ? texts.accept_long
					: texts.add_person;
		this.contact.button.hidden = blocked && !state;
		this.decline.label.textContent = texts.decline_long;
		this.decline.button.hidden = state !== 'requested';
		this.block.label.textContent = blocked ? t.blocks.unblock
			: t.blocks.block;
		this.block.button.classList.toggle('danger', !blocked);
	}

	/** @param {(user: User) => Promise<unknown>} act */
	async #run(act) {
		const user = this.#peer;

		try {
			if (user)
				await act(user);
		} catch (error) {
			toast(contactErrorText(error), 'error');
			this.m.own.contacts.list.load();
		}
	}

	#contact() {
		const { contacts } = this.m.own;

		this.#run(async (user) => {
			const contact = contacts.of(user.user_id);

			if (!contact)
				askDialog(this.m, user, this.over);
			else if (contact.state === 'accepted')
				await removeContact(this.m, contact, this.over);
			else if (contact.state === 'sent')
				await contacts.remove(user.user_id);
			else
				await contacts.accept(user.user_id);
		});
	}

	#block() {
		const user = this.#peer;

		if (user && this.m.own.blocks.has(user.user_id))
			unblock(this.m, user);
		else if (user)
			block(this.m, user, this.over);
	}
}
