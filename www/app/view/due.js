import { messageText, personName } from '../naming.js';
import { t } from '../strings.js';
import { toast } from './toast.js';

/**
 * Reminds the user of a message, until they have seen it or it is deleted.
 *
 * @param {import('../messenger.js').Messenger} m
 * @param {import('../../sdk/types.js').Entry} entry
 * @param {string} note  or ''
 * @param {() => void} onShow
 * @param {AbortSignal} over  closes it
 */
export function showDue(m, entry, note, onShow, over) {
	const who = personName(m, entry.sender_id);
	const text = messageText(entry);
	const close = toast(note ? t.reminder_note.due(note, who, text)
		: t.reminders.due(who, text), 'info', { label: t.reminders.open,
		act: onShow });
	const unfollow = m.kept.follow((change) => {
		const now = change(entry);

		if (now && !now.recalled)
			return;
		unfollow();
		close();
	});

	over.addEventListener('abort', close);
}
