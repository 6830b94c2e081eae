import { h } from '../dom.js';
import { listTime } from '../format.js';
import { doerName } from '../naming.js';
import { t } from '../strings.js';
import { ListDialog } from './list_dialog.js';
import { personLine } from './person.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */

/**
 * Who waits to be let in.
 *
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {AbortSignal} over  closes it
 */
export function requestsDialog(m, conv_id, over) {
	/** @type {ListDialog<import('../../sdk/types.js').JoinRequest>} */
	const list = new ListDialog({
		title: t.groups.requests, empty: t.groups.no_requests, over,
		load: (page) => m.groups.joinRequests(conv_id, page),
		row: (request) => {
			const user = m.groups.userOf(request);
			const name = user.display_name || user.username;
			/** @param {'approve'|'reject'} decision */
			const decide = (decision) => list.button(
				t.groups[decision],
				t.groups.decide[decision](name),
				decision === 'approve' ? 'primary' : '',
				() => m.groups.decide(conv_id, user.user_id,
					decision));

			return h('li', { class: 'list-row',
				'data-username': user.username },
			h('div', { class: 'list-person' }, ...personLine(user)),
			request.message && h('p', { class: 'list-text',
				dir: 'auto' }, request.message),
			h('p', { class: 'hint' }, request.invited_by
				? t.groups.invited_by(doerName(m, conv_id,
					request.invited_by)) : t.groups.asked(
					listTime(request.requested_at))),
			h('div', { class: 'buttons' }, decide('approve'),
				decide('reject')));
		},
	});
}
