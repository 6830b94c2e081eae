import { h } from '../dom.js';
import { moment } from '../format.js';
import { doerName } from '../naming.js';
import { t } from '../strings.js';
import { ListDialog } from './list_dialog.js';
import { personLine } from './person.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */

/**
 * Who may not come back.
 *
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {AbortSignal} over  closes it
 */
export function bansDialog(m, conv_id, over) {
	/** @type {ListDialog<import('../../sdk/types.js').Ban>} */
	const list = new ListDialog({
		title: t.groups.bans, empty: t.groups.no_bans, over,
		load: (page) => m.groups.bans(conv_id, page),
		row: (ban) => {
			const user = m.groups.userOf(ban);

			return h('li', { class: 'list-row',
				'data-username': user.username },
			h('div', { class: 'list-person' }, ...personLine(user,
				list.button(t.groups.lift, t.groups.lift_of(
					user.display_name || user.username), '',
				() => m.client.groups.unban(conv_id,
					user.user_id)))),
			ban.reason && h('p', { class: 'list-text', dir: 'auto' },
				ban.reason),
			h('p', { class: 'hint' }, t.groups.banned_by(doerName(m,
				conv_id, ban.banned_by), moment(ban.banned_at)),
			ban.banned_until ? ` ${t.groups.banned_until(moment(
				ban.banned_until))}` : ''));
		},
	});
}
