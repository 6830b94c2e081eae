import { Problem } from '../../sdk/index.js';
import { TooLate } from '../acts.js';
import { copyText } from '../clipboard.js';
import { h } from '../dom.js';
import { icon } from '../icons.js';
import { errorText } from '../naming.js';
import { t } from '../strings.js';
import { confirmDialog } from './dialog.js';
import { shownEmoji } from './emoji.js';
import { forwardDialog } from './forward.js';
import { hideMessages } from './hide.js';
import { openMenu } from './menu.js';
import { pickReaction, showEdits, whoReacted } from './message_dialogs.js';
import { showReaders } from './readers.js';
import { remindDialog } from './remind.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Entry} Entry */
/** @typedef {import('./menu.js').MenuItem} MenuItem */

const QUICK = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

/**
 * Sets a reaction of the user, or takes it away.
 *
 * @param {Messenger} m
 * @param {Entry} entry
 * @param {string} emoji
 * @param {boolean} [on]  by default, the other way round
 */
export async function react(m, entry, emoji,
	on = !m.acts.reactsWith(entry, emoji)) {
	try {
		await m.acts.react(entry, emoji, on);
	} catch (error) {
		toast(error instanceof Problem && error.code === 'conflict'
			? t.errors.reactions_full : errorText(error), 'error');
	}
}

/**
 * What can be done with a message.
 *
 * @param {Messenger} m
 * @param {Entry} entry
 * @param {object} how
 * @param {import('./menu.js').Place} how.at
 * @param {(entry: Entry) => void} how.onReply
 * @param {(entry: Entry) => void} how.onEdit
 * @param {(entry: Entry) => void} how.onSelect
 * @param {boolean} how.may_post
 * @param {AbortSignal} how.over  closes it
 */
export function openMessageMenu(m, entry, { at, onReply, onEdit, onSelect,
	may_post, over }) {
	const text = 'text' in (entry.content ?? {})
		|| 'caption' in (entry.content ?? {});
	const pinned = m.acts.isPinned(entry);
	const starred = m.stars.has(entry);
	/** @type {(MenuItem|false)[]} */
	const items = [
		may_post && { label: t.chat.reply, icon: 'reply',
			act: () => onReply(entry) },
		may_post && m.acts.mayEdit(entry) && { label: t.chat.edit,
			icon: 'edit', act: () => onEdit(entry) },
		text && { label: t.chat.copy, icon: 'copy',
			act: () => copy(entry) },
		{ label: t.forward.forward, icon: 'forward',
			act: () => forwardDialog(m, [entry], () => {}, over) },
		{ label: t.select.select, icon: 'select',
			act: () => onSelect(entry) },
		{ label: starred ? t.stars.remove : t.stars.star, icon: 'star',
			act: () => m.stars.star(entry, !starred)
				.catch(toastError) },
		{ label: t.reminders.set, icon: 'clock',
			act: () => remindDialog(m, entry, over) },
		m.acts.mayPin(entry) && {
			label: pinned ? t.chat.unpin : t.chat.pin, icon: 'pin',
			act: () => m.acts.pin(entry, !pinned)
				.catch(toastError) },
		entry.edited_at !== undefined && { label: t.chat.edits,
			icon: 'history',
			act: () => showEdits(m, entry, over) },
		isMineInGroup(m, entry) && { label: t.readers.menu,
			icon: 'ticks', act: () => showReaders(m, entry, over) },
		Object.keys(entry.reactions ?? {}).length > 0 && {
			label: t.chat.who_reacted, icon: 'people',
			act: () => whoReacted(m, entry, undefined, over) },
		{ label: t.own.hide, icon: 'trash', danger: true,
			act: () => hideMessages(m, [entry], over) },
		m.acts.mayRecall(entry) && { label: t.chat.recall,
			icon: 'trash', danger: true,
			act: () => recall(m, entry, over) },
	];

	const dialog = openMenu({
		label: t.chat.actions,
		head: quickRow(m, entry, over, () => dialog.close()),
		items: items.filter((item) => item !== false),
		at,
		over,
	});
}

/** @param {Messenger} m @param {Entry} entry  others may have read it */
function isMineInGroup(m, { conv_id, sender_id }) {
	const kind = m.chats.get(conv_id)?.conversation.kind;

	return sender_id === m.me && (kind === 'group' || kind === 'channel');
}

/**
 * @param {Messenger} m
 * @param {Entry} entry
 * @param {AbortSignal} over
 * @param {() => void} close
 */
function quickRow(m, entry, over, close) {
	return h('div', { class: 'quick', role: 'group',
		'aria-label': t.chat.react },
	QUICK.map((emoji) => h('button', { type: 'button',
		'aria-label': t.chat.react_with(emoji),
		'aria-pressed': m.acts.reactsWith(entry, emoji)
			? 'true' : 'false',
		onclick: () => {
			close();
			react(m, entry, emoji);
		} }, shownEmoji(emoji))),
	h('button', { type: 'button', class: 'more-emoji',
		'aria-label': t.chat.more_emoji, title: t.chat.more_emoji,
		onclick: () => {
			close();
			pickReaction((emoji) => react(m, entry, emoji, true),
				over);
		} }, icon('add')));
}

/** @param {Entry} entry */
async function copy(entry) {
	const { content } = /** @type {import('../../sdk/types.js')
		.MessageEntry} */ (entry);

	try {
		await copyText(content?.text ?? content?.caption ?? '');
		toast(t.chat.copied);
	} catch {
		toast(t.errors.copy, 'error');
	}
}

/** @param {Messenger} m @param {Entry} entry @param {AbortSignal} over */
async function recall(m, entry, over) {
	if (!await confirmDialog(t.chat.recall_title, t.chat.recall_text,
		t.chat.recall_do, over))
		return;
	try {
		await m.acts.recall(entry);
	} catch (error) {
		toast(error instanceof TooLate ? t.errors.recall_late
			: errorText(error), 'error');
	}
}
