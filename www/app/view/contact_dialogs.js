import { Problem } from '../../sdk/index.js';
import { fill, h } from '../dom.js';
import { errorText } from '../naming.js';
import { t } from '../strings.js';
import { confirmDialog, openDialog } from './dialog.js';
import { personLine } from './person.js';
import { PeopleSearch, actButton } from './pick.js';
import { remarkDialog } from './remark_dialog.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Contact} Contact */
/** @typedef {import('../../sdk/types.js').User} User */

/** Characters, as the server has them. */
const MESSAGE_MAX = 256;
const REMARK_MAX = 128;

/** @param {User} user */
const nameOf = ({ display_name, username }) => display_name || username;

/** @param {unknown} error  of a request to be a contact, or its answer */
export function contactErrorText(error) {
	const { code } = error instanceof Problem ? error : { code: '' };

	return code === 'forbidden' ? t.contacts.refused
		: code === 'conflict' ? t.contacts.full : errorText(error);
}

/**
 * Asks a person, or accepts if they have asked; it closes the dialog.
 *
 * @param {Messenger} m
 * @param {User} user
 * @param {string} message
 * @param {HTMLDialogElement} dialog
 */
async function ask(m, user, message, dialog) {
	try {
		const { state } = await m.own.contacts.ask(user, message);

		dialog.close();
		toast(state === 'accepted' ? t.contacts.accepted(nameOf(user))
			: t.contacts.sent(nameOf(user)));
	} catch (error) {
		toast(contactErrorText(error), 'error');
	}
}

/**
 * What one writes to the person that one asks.
 *
 * @param {Messenger} m
 * @param {User} user
 * @param {HTMLDialogElement} dialog
 * @param {(() => void)|null} back  to another choice
 */
function askForm(m, user, dialog, back) {
	const note = h('textarea', { class: 'input', dir: 'auto', rows: 3,
		maxlength: MESSAGE_MAX });
	const form = h('form', { class: 'contact-form' },
		h('div', { class: 'list-person' }, ...personLine(user)),
		h('label', { class: 'field' },
			h('span', { class: 'label' }, t.contacts.note), note),
		actButton(t.contacts.send, () => ask(m, user, note.value.trim(),
			dialog)),
		back && h('button', { type: 'button', class: 'link',
			onclick: back }, t.contacts.back));

	return { form, note };
}

/**
 * Asks a person to be a contact.
 *
 * @param {Messenger} m
 * @param {User} user
 * @param {AbortSignal} over  closes it
 */
export function askDialog(m, user, over) {
	const { dialog, body } = openDialog(t.contacts.to_contacts, 'contact',
		t.cancel, over);
	const { form, note } = askForm(m, user, dialog, null);

	body.append(form);
	note.focus();
}

/**
 * Looks for a person, and asks them to be a contact.
 *
 * @param {Messenger} m
 * @param {AbortSignal} over  closes it
 */
export function addContactDialog(m, over) {
	const { dialog, body } = openDialog(t.contacts.add, 'pick', t.cancel,
		over);
	const { contacts } = m.own;
	/** @param {User} user */
	const known = ({ user_id }) => {
		const { state } = contacts.of(user_id) ?? {};

		return state && state !== 'requested' ? t.contacts.states[state]
			: '';
	};
	const search = new PeopleSearch(m, {
		allowed: () => true,
		picked: () => false,
		known,
		onPick: (user) => {
			/* they have asked: there is nothing to say */
			if (contacts.of(user.user_id)) {
				ask(m, user, '', dialog);
				return;
			}

			const { form, note } = askForm(m, user, dialog, back);

			fill(body, form);
			note.focus();
		},
	});
	const back = () => {
		fill(body, search.element);
		search.input.focus();
	};

	back();
}

/**
 * @param {Messenger} m
 * @param {Contact} contact
 * @param {AbortSignal} over  closes it
 */
export function contactRemarkDialog(m, contact, over) {
	remarkDialog({ now: contact.remark, max: REMARK_MAX,
		given: nameOf(m.own.contacts.userOf(contact)), over,
		save: (remark) => m.own.contacts.setRemark(contact.user_id,
			remark) });
}

/**
 * @param {Messenger} m
 * @param {Contact} contact
 * @param {AbortSignal} over  closes it
 */
export async function removeContact(m, contact, over) {
	const name = m.own.contacts.nameOf(contact);

	if (await confirmDialog(t.contacts.remove_title(name),
		t.contacts.remove_text, t.contacts.remove_do, over))
		await m.own.contacts.remove(contact.user_id).catch(toastError);
}
