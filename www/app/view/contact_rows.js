import { h } from '../dom.js';
import { listTime } from '../format.js';
import { icon } from '../icons.js';
import { t } from '../strings.js';
import { blockItem } from './block.js';
import { contactErrorText, contactRemarkDialog, removeContact }
	from './contact_dialogs.js';
import { personLine } from './person.js';
import { toast } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Contact} Contact */
/** @typedef {import('./menu.js').MenuItem} MenuItem */

/**
 * What the user may do with a contact, or with who waits to be one.
 *
 * @param {Messenger} m
 * @param {Contact} contact
 * @param {() => void} write  opens the chat
 * @param {AbortSignal} over  closes its dialogs
 * @returns {MenuItem[]}
 */
export function contactItems(m, contact, write, over) {
	/** @type {(MenuItem|false)[]} */
	const items = [
		{ label: t.contacts.open_chat, icon: 'chat', act: write },
		{ label: t.contacts.remark, icon: 'edit',
			act: () => contactRemarkDialog(m, contact, over) },
		contact.state === 'accepted' && { label: t.contacts.remove,
			icon: 'trash', danger: true,
			act: () => removeContact(m, contact, over) },
		blockItem(m, m.own.contacts.userOf(contact), over),
	];

	return items.filter((item) => item !== false);
}

/** @param {Messenger} m @param {Contact} contact  with the user's own name */
function lineOf(m, contact) {
	return personLine({ ...m.own.contacts.userOf(contact),
		display_name: m.own.contacts.nameOf(contact) });
}

/**
 * @param {Messenger} m
 * @param {Contact} contact
 * @param {(button: HTMLElement) => void} act
 */
function moreButton(m, contact, act) {
	const button = h('button', { type: 'button', class: 'icon-button',
		'data-act': 'more', 'aria-haspopup': 'menu',
		'aria-label': t.groups.acts_of(m.own.contacts.nameOf(contact)),
		onclick: () => {
			act(button);
		} }, icon('more'));

	return button;
}

/**
 * @param {Messenger} m
 * @param {Contact} contact
 * @param {() => void} write
 * @param {(button: HTMLElement) => void} more
 */
export function contactRow(m, contact, write, more) {
	return h('li', { class: 'member', 'data-user': contact.user_id },
		h('button', { type: 'button', class: 'person', 'data-act': 'open',
			onclick: write }, ...lineOf(m, contact)),
		moreButton(m, contact, more));
}

/**
 * Somebody who has asked, or was asked.
 *
 * @param {Messenger} m
 * @param {Contact} contact
 * @param {(button: HTMLElement) => void} more
 */
export function pendingRow(m, contact, more) {
	const { user_id, state, message, changed_at } = contact;
	const { contacts } = m.own;
	const name = contacts.nameOf(contact);
	/**
	 * @param {'accept'|'decline'|'take_back'} act
	 * @param {string} kind  a class
	 * @param {() => Promise<void>} run
	 */
	const button = (act, kind, run) => {
		let is_running = false;

		/* not disabled meanwhile: that takes the focus away */
		return h('button', { type: 'button', 'data-act': act,
			class: `button small ${kind}`.trim(),
			'aria-label': t.contacts.of[act](name),
			onclick: async () => {
				if (is_running)
					return;
				is_running = true;
				try {
					await run();
				} catch (error) {
					toast(contactErrorText(error), 'error');
					/* it may be gone */
					contacts.list.load();
				}
				is_running = false;
			} }, t.contacts[act]);
	};

	return h('li', { class: 'contact-request', 'data-user': user_id },
		h('div', { class: 'list-person' }, ...lineOf(m, contact),
			moreButton(m, contact, more)),
		message && h('p', { class: 'contact-note', dir: 'auto' }, message),
		h('div', { class: 'contact-acts' },
			h('span', { class: 'hint' }, t.contacts.asked(
				listTime(changed_at))),
			...state === 'sent' ? [button('take_back', '',
				() => contacts.remove(user_id))]
				: [button('accept', 'primary',
					() => contacts.accept(user_id)),
				button('decline', '',
					() => contacts.reject(user_id))]));
}
