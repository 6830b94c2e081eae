import { h } from '../dom.js';
import { listTime } from '../format.js';
import { icon } from '../icons.js';
import { t } from '../strings.js';
import { confirmDialog } from './dialog.js';
import { ListDialog } from './list_dialog.js';
import { personLine } from './person.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').User} User */

/** @param {Messenger} m @param {User} user  as the user calls them */
const nameOf = (m, { user_id, display_name, username }) =>
	m.own.contacts.remarkOf(user_id) || m.people.name(user_id)
	|| display_name || username;

/**
 * @param {Messenger} m
 * @param {User} user
 * @param {AbortSignal} over  closes it
 */
export async function block(m, user, over) {
	const name = nameOf(m, user);

	if (!await confirmDialog(t.blocks.title(name), t.blocks.text,
		t.blocks.do, over))
		return;
	try {
		await m.own.blocks.block(user.user_id);
		toast(t.blocks.done(name));
	} catch (error) {
		toastError(error);
	}
}

/** @param {Messenger} m @param {User} user */
export async function unblock(m, user) {
	try {
		await m.own.blocks.unblock(user.user_id);
		toast(t.blocks.undone(nameOf(m, user)));
	} catch (error) {
		toastError(error);
	}
}

/**
 * @param {Messenger} m
 * @param {User} user
 * @param {AbortSignal} over
 * @returns {import('./menu.js').MenuItem}
 */
export const blockItem = (m, user, over) => m.own.blocks.has(user.user_id)
	? { label: t.blocks.unblock, icon: 'block', act: () => unblock(m, user) }
	: { label: t.blocks.block, icon: 'block', danger: true,
		act: () => block(m, user, over) };

/**
 * In place of the composer.
 *
 * @param {Messenger} m
 * @param {User} user
 * @param {string} name  of the chat
 */
export const blockedFoot = (m, user, name) => h('div', {
	class: 'cannot blocked', 'data-name': name },
icon('block'), h('p', {}, t.blocks.here(name)),
h('button', { type: 'button', class: 'button small',
	onclick: () => unblock(m, user) }, t.blocks.unblock));

/**
 * Whom the user has blocked.
 *
 * @param {Messenger} m
 * @param {AbortSignal} over  closes it
 */
export function blockedDialog(m, over) {
	/** @type {ListDialog<import('../../sdk/types.js').Block>} */
	const list = new ListDialog({
		title: t.blocks.list, empty: t.blocks.none, over,
		load: async (page) => {
			if (!page.cursor)
				/* another device may have blocked some */
				m.own.blocks.list.load();
			return m.client.blocks.list(page);
		},
		row: (item) => {
			const user = m.groups.userOf(item);

			return h('li', { class: 'list-row',
				'data-username': user.username },
			h('div', { class: 'list-person' }, ...personLine({
				...user, display_name: nameOf(m, user) })),
			h('div', { class: 'contact-acts' },
				h('span', { class: 'hint' }, t.blocks.since(
					listTime(item.blocked_at))),
				list.button(t.blocks.unblock,
					t.blocks.unblock_of(nameOf(m, user)), '',
					() => m.own.blocks.unblock(
						item.user_id))));
		},
	});
}
