import { h } from '../dom.js';
import { localMinute, moment } from '../format.js';
import { icon } from '../icons.js';
import { memberName, personName } from '../naming.js';
import { mutedUntil } from '../rights.js';
import { t } from '../strings.js';
import { confirmDialog, openDialog } from './dialog.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Member} Member */
/** @typedef {import('./menu.js').MenuItem} MenuItem */

const ALIAS_MAX = 64;
const MINUTE_MS = 60000;
const HOUR_MS = 60 * MINUTE_MS;

/** For how long a member is muted. */
const MUTES = /** @type {const} */ ([['hour', HOUR_MS],
	['day', 24 * HOUR_MS], ['week', 7 * 24 * HOUR_MS]]);

/** @param {() => Promise<unknown>} act */
const run = (act) => act().catch(toastError);

/**
 * What the user may do with a member.
 *
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {Member} member
 * @param {AbortSignal} over  closes its dialogs
 * @returns {MenuItem[]}
 */
export function memberItems(m, conv_id, member, over) {
	const { user_id, role } = member;
	const mine = user_id === m.me;
	/** @param {string} act */
	const may = (act) => m.rights.mayTo(conv_id, act, member);
	/** @param {Parameters<import('../groups.js').Groups[
	 *     'changeMember']>[2]} change */
	const change = (change) => run(() => m.groups.changeMember(conv_id,
		user_id, change));
	/** @type {(MenuItem|false)[]} */
	const items = [
		may('change_roles') && (role === 'member' ? {
			label: t.groups.make_admin, icon: 'star',
			act: () => change({ role: 'admin' }) } : {
			label: t.groups.remove_admin, icon: 'star',
			act: () => change({ role: 'member' }) }),
		may('hand_over') && { label: t.groups.make_owner, icon: 'people',
			act: () => handOver(m, conv_id, member, over) },
		m.rights.may(conv_id, mine ? 'alias' : 'alias_others') && {
			label: mine ? t.groups.own_alias : t.groups.alias,
			icon: 'edit',
			act: () => aliasDialog(m, conv_id, member, over) },
		may('mute_members') && (mutedUntil(member) ? {
			label: t.groups.unmute, icon: 'chat',
			act: () => change({ muted_until: null }) } : {
			label: t.groups.mute, icon: 'bell_off',
			act: () => muteDialog(m, conv_id, member, over) }),
		may('remove_members') && { label: t.groups.remove,
			icon: 'close', danger: true,
			act: () => remove(m, conv_id, member, over) },
		may('ban') && { label: t.groups.ban, icon: 'alert', danger: true,
			act: () => ban(m, conv_id, member, over) },
	];

	return items.filter((item) => item !== false);
}

/**
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {Member} member
 * @param {AbortSignal} over
 */
async function handOver(m, conv_id, { user_id }, over) {
	const name = memberName(m, conv_id, user_id);

	if (await confirmDialog(t.groups.make_owner_title(name),
		t.groups.make_owner_text, t.groups.make_owner, over))
		run(() => m.groups.handOver(conv_id, user_id));
}

/**
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {Member} member
 * @param {AbortSignal} over
 */
async function remove(m, conv_id, { user_id }, over) {
	const name = memberName(m, conv_id, user_id);

	if (await confirmDialog(t.details.remove_title(name),
		t.details.remove_text, t.details.remove_do, over))
		run(() => m.groups.removeMember(conv_id, user_id));
}

/**
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {Member} member
 * @param {AbortSignal} over
 */
function ban(m, conv_id, { user_id }, over) {
	const { dialog, body } = openDialog(t.groups.ban_title(memberName(m,
		conv_id, user_id)), 'confirm', t.cancel, over);
	const reason = h('input', { class: 'input', dir: 'auto',
		maxlength: 200 });

	body.append(h('p', {}, t.groups.ban_text),
		h('form', { class: 'settings-form', onsubmit: (event) => {
			event.preventDefault();
			dialog.close();
			run(() => m.groups.ban(conv_id, user_id,
				reason.value.trim()));
		} }, h('label', { class: 'field' }, h('span', { class: 'label' },
			t.groups.reason), reason),
		h('div', { class: 'buttons' },
			h('button', { type: 'button', class: 'button',
				onclick: () => dialog.close() }, t.cancel),
			h('button', { type: 'submit',
				class: 'button danger' }, t.groups.ban_do))));
	reason.focus();
}

/**
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {Member} member
 * @param {AbortSignal} over
 */
function aliasDialog(m, conv_id, { user_id, alias = '' }, over) {
	const { dialog, body } = openDialog(user_id === m.me
		? t.groups.own_alias : t.groups.alias_of(personName(m, user_id)),
	'confirm', t.cancel, over);
	const name = h('input', { class: 'input', dir: 'auto',
		maxlength: ALIAS_MAX, 'aria-label': t.groups.alias_label });

	name.value = alias;
	body.append(h('form', { class: 'settings-form',
		onsubmit: async (event) => {
			event.preventDefault();
			try {
				await m.groups.changeMember(conv_id, user_id, {
					alias: name.value.trim() || null });
				dialog.close();
			} catch (error) {
				toastError(error);
			}
		} }, name, h('span', { class: 'hint' }, t.groups.alias_hint),
	h('button', { type: 'submit', class: 'button primary wide' },
		t.groups.save)));
	name.select();
	name.focus();
}

/**
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {Member} member
 * @param {AbortSignal} over
 */
function muteDialog(m, conv_id, { user_id }, over) {
	const name = memberName(m, conv_id, user_id);
	const { dialog, body } = openDialog(t.groups.mute_title(name), 'remind',
		t.cancel, over);
	const now = Date.now();
	/** @param {number} muted_until */
	const mute = async (muted_until) => {
		try {
			await m.groups.changeMember(conv_id, user_id,
				{ muted_until });
			dialog.close();
			toast(t.groups.is_muted(name, moment(muted_until)));
		} catch (error) {
			toastError(error);
		}
	};
	const time = h('input', { type: 'datetime-local', class: 'input',
		required: true, 'aria-label': t.reminders.time,
		min: localMinute(now + MINUTE_MS),
		value: localMinute(now + 24 * HOUR_MS) });

	body.append(h('div', {}, MUTES.map(([unit, ms]) => h('button', {
		type: 'button', class: 'row-button',
		onclick: () => mute(Date.now() + ms) },
	icon('clock'), t.groups.mutes[unit]))),
	h('form', { class: 'input-row', onsubmit: (event) => {
		event.preventDefault();
		mute(new Date(time.value).getTime());
	} }, time, h('button', { type: 'submit', class: 'button primary' },
		t.groups.mute_do)));
	/** @type {HTMLElement|null} */ (body.querySelector('.row-button'))
		?.focus();
}
