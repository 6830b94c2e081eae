import { h } from '../dom.js';
import { byRole } from '../rights.js';
import { personName } from '../naming.js';
import { t } from '../strings.js';
import { confirmDialog, openDialog } from './dialog.js';
import { toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */

/**
 * Leaves a group; its owner says who owns it then.
 *
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {AbortSignal} over  closes it
 */
export function leaveDialog(m, conv_id, over) {
	const { kind, my_role } = m.chats.get(conv_id)?.conversation ?? {};
	const texts = t.groups.of(kind);
	const { dialog, body } = openDialog(texts.leave_title, 'confirm',
		t.cancel, over);
	const others = (m.room(conv_id).members ?? []).filter(({ user_id }) =>
		user_id !== m.me).sort(byRole);
	const owner = my_role === 'owner' && others.length > 0
		? h('select', { class: 'input' },
			h('option', { value: '' }, t.groups.next_owner_any),
			others.map(({ user_id, alias, role }) => h('option',
				{ value: user_id }, t.groups.candidate(
					alias || personName(m, user_id),
					t.roles[role])))) : null;

	body.append(h('p', {}, texts.leave_text),
		...owner ? [h('label', { class: 'field' }, h('span', {
			class: 'label' }, t.groups.next_owner), owner)] : [],
		h('div', { class: 'buttons' },
			h('button', { type: 'button', class: 'button',
				onclick: () => dialog.close() }, t.cancel),
			h('button', { type: 'button', class: 'button danger',
				onclick: async () => {
					try {
						await m.groups.leave(conv_id,
							owner?.value || undefined);
					} catch (error) {
						toastError(error);
					}
				} }, texts.leave)));
}

/**
 * Ends a group for all its members.
 *
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {AbortSignal} over
 */
export async function dissolveDialog(m, conv_id, over) {
	const { kind } = m.chats.get(conv_id)?.conversation ?? {};
	const texts = t.groups.of(kind);

	if (!await confirmDialog(texts.dissolve_title, t.groups.dissolve_text,
		texts.dissolve, over))
		return;
	try {
		await m.groups.dissolve(conv_id);
	} catch (error) {
		toastError(error);
	}
}
