import { secondsText } from '../expiry.js';
import { h } from '../dom.js';
import { moment } from '../format.js';
import { doerName } from '../naming.js';
import { t } from '../strings.js';
import { number } from '../text/words.js';
import { copyLink } from './join.js';
import { ListDialog } from './list_dialog.js';
import { toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Invite} Invite */

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

const LASTING_S = [HOUR_S, DAY_S, 7 * DAY_S, 30 * DAY_S, 0];
const LASTING_FIRST_S = 7 * DAY_S;
const USES = [0, 1, 10, 100];

/**
 * The address of an invite: of this page, and for the same app.
 *
 * @param {Invite} invite
 */
function linkOf({ url }) {
	const link = new URL(location.href);

	link.hash = new URL(url, location.href).hash;
	return link.href;
}

/** @param {Invite} invite */
async function copy(invite) {
	await copyLink(linkOf(invite));
}

/**
 * @param {string} label
 * @param {number[]} values
 * @param {number} first
 * @param {(value: number) => string} text
 */
function choice(label, values, first, text) {
	const select = h('select', { class: 'input' }, values.map((value) =>
		h('option', { value }, text(value))));

	select.value = String(first);
	return { select, box: h('label', { class: 'field' },
		h('span', { class: 'label' }, label), select) };
}

/**
 * Makes, copies and ends links with which users come in.
 *
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {AbortSignal} over  closes it
 */
export function invitesDialog(m, conv_id, over) {
	/** @type {ListDialog<Invite>} */
	const list = new ListDialog({
		title: t.groups.invites, empty: t.groups.no_invites, over,
		load: (page) => m.client.groups.invites(conv_id, page),
		row: (invite) => h('li', { class: 'list-row' },
			h('p', { class: 'invite-link', dir: 'ltr' },
				linkOf(invite)),
			h('p', { class: 'hint' }, [invite.expires_at
				? t.groups.expires(moment(invite.expires_at))
				: t.groups.expires_never,
			t.groups.used(invite.uses, invite.max_uses),
			t.groups.made_by(doerName(m, conv_id,
				invite.created_by))].join(' · ')),
			h('div', { class: 'buttons' },
				list.button(t.groups.copy_link,
					t.groups.copy_link, 'primary',
					() => copy(invite), false),
				list.button(t.groups.end_link,
					t.groups.end_link, 'danger',
					() => m.client.groups.endInvite(conv_id,
						invite.code)))),
	});
	const lasts = choice(t.groups.lasts, LASTING_S, LASTING_FIRST_S,
		(s) => s ? secondsText(s) : t.groups.expires_never);
	const uses = choice(t.groups.uses, USES, 0, (n) =>
		n ? number(n) : t.groups.uses_any);
	const button = h('button', { type: 'submit',
		class: 'button primary wide' }, t.groups.make_link);

	list.body.prepend(h('form', { class: 'settings-form',
		onsubmit: async (event) => {
			event.preventDefault();
			button.disabled = true;
			try {
				list.add(await m.client.groups.invite(conv_id, {
					expires_in_s: Number(lasts.select.value)
						|| undefined,
					max_uses: Number(uses.select.value)
						|| undefined }));
			} catch (error) {
				toastError(error);
			}
			button.disabled = false;
			button.focus();
		} }, h('div', { class: 'two' }, lasts.box, uses.box), button));
	lasts.select.focus();
}
