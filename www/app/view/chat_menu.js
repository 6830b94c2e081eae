import { h } from '../dom.js';
import { icon } from '../icons.js';
import { chatName, givenName } from '../naming.js';
import { ALWAYS } from '../own_chats.js';
import { t } from '../strings.js';
import { blockItem } from './block.js';
import { openDialog } from './dialog.js';
import { openMenu } from './menu.js';
import { remarkDialog } from './remark_dialog.js';
import { toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../model/chats.js').Chat} Chat */
/** @typedef {import('../../sdk/types.js').ChatMe} ChatMe */
/** @typedef {import('./menu.js').MenuItem} MenuItem */
/** @typedef {import('./menu.js').Place} Place */

const HOUR_MS = 3600000;
const MORNING = 9;
const FOLDER_MAX = 64;
const REMARK_MAX = 64;

/** @param {Chat} chat */
export const isMuted = ({ me }) => (me.muted_until ?? 0) > Date.now();

/** @param {number} now @returns {number} the next morning */
function tomorrow(now) {
	const day = new Date(now);

	return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1,
		MORNING).getTime();
}

/**
 * What the user can set for a chat.
 *
 * @param {Messenger} m
 * @param {Chat} chat
 * @param {Place} at
 * @param {AbortSignal} over  closes it
 */
export function openChatMenu(m, chat, at, over) {
	const { conversation: { conv_id, kind, peer }, me } = chat;
	/** @param {ChatMe} change */
	const set = (change) => m.own.chats.set(conv_id, change)
		.catch(toastError);
	const unread = chat.unread > 0 || Boolean(me.marked_unread);
	/** @type {(MenuItem|false)[]} */
	const items = [
		{ label: me.pinned ? t.chat_menu.unpin : t.chat_menu.pin,
			icon: 'pin', act: () => set({ pinned: !me.pinned }) },
		isMuted(chat) ? { label: t.chat_menu.unmute, icon: 'bell',
			act: () => set({ muted_until: null }) }
			: { label: t.chat_menu.mute, icon: 'bell_off',
				act: () => openMuteMenu(set, at, over) },
		unread ? { label: t.chat_menu.mark_read, icon: 'tick',
			act: () => m.own.chats.read(conv_id).catch(toastError) }
			: { label: t.chat_menu.mark_unread, icon: 'chat',
				act: () => set({ marked_unread: true }) },
		{ label: t.chat_menu.folder, icon: 'folder',
			act: () => folderDialog(m, chat, over) },
		kind === 'direct' && { label: t.chat_menu.remark, icon: 'edit',
			act: () => remarkDialog({ now: me.remark, max: REMARK_MAX,
				given: givenName(m, chat), over,
				save: (remark) => m.own.chats.set(conv_id,
					{ remark }) }) },
		{ label: me.hidden ? t.chat_menu.unarchive
			: t.chat_menu.archive, icon: 'archive',
		act: () => set({ hidden: !me.hidden }) },
		peer !== undefined && blockItem(m, peer, over),
	];

	openMenu({ label: t.chat_menu.label(chatName(m, chat)), head: null,
		items: items.filter((item) => item !== false), at, over });
}

/**
 * @param {(change: ChatMe) => unknown} set
 * @param {Place} at
 * @param {AbortSignal} over
 */
function openMuteMenu(set, at, over) {
	const now = Date.now();
	/** @type {[string, number][]} */
	const choices = [[t.chat_menu.hour, now + HOUR_MS],
		[t.chat_menu.tomorrow, tomorrow(now)],
		[t.chat_menu.always, ALWAYS]];

	openMenu({ label: t.chat_menu.mute_for, head: null,
		items: choices.map(([label, muted_until]) => ({ label,
			icon: 'clock', act: () => set({ muted_until }) })),
		at, over });
}

/**
 * Closes the dialog once the server has it.
 *
 * @param {Messenger} m
 * @param {Chat} chat
 * @param {HTMLDialogElement} dialog
 * @param {ChatMe} change
 */
async function save(m, { conversation }, dialog, change) {
	try {
		await m.own.chats.set(conversation.conv_id, change);
		dialog.close();
	} catch (error) {
		toastError(error);
	}
}

/** @param {Messenger} m @param {Chat} chat @param {AbortSignal} over */
function folderDialog(m, chat, over) {
	const { dialog, body } = openDialog(t.folder.title, 'own-set', t.cancel,
		over);
	const now = chat.me.folder ?? null;
	/** @param {string|null} folder */
	const move = (folder) => save(m, chat, dialog, { folder });
	const name = h('input', { class: 'input', dir: 'auto', required: true,
		maxlength: FOLDER_MAX, placeholder: t.folder.fresh,
		'aria-label': t.folder.fresh });

	body.append(
		h('div', {}, [null, ...m.own.chats.folders].map((folder) =>
			h('button', { type: 'button', class: 'row-button',
				'aria-pressed': folder === now ? 'true' : 'false',
				onclick: () => move(folder) },
			icon(folder === now ? 'tick' : folder === null
				? 'chat' : 'folder'),
			h('bdi', {}, folder ?? t.folder.none)))),
		h('form', { class: 'input-row', onsubmit: (event) => {
			event.preventDefault();
			if (name.value.trim())
				move(name.value.trim());
		} }, name, h('button', { type: 'submit',
			class: 'button primary' }, t.folder.move)));
	/** @type {HTMLElement|null} */ (body.querySelector('.row-button'))
		?.focus();
}
