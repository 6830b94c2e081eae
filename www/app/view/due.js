import { messageText, personName } from '../naming.js';
import { t } from '../strings.js';
import { toast } from './toast.js';

/**
 * Reminds the user of a message, until they have seen it or it is deleted.
 *
 * @param {import('../messenger.js').Messenger} m
 * @param {import('../../sdk/types.js').Entry} entry
 * @param {() => void} onShow
 * @param {AbortSignal} over  closes it
 */
export function showDue(m, entry, onShow, over) {
	const close = toast(t.reminders.due(personName(m, entry.sender_id),
		messageText(entry)), 'info', { label: t.reminders.open,
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
