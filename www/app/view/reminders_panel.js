import { moment } from '../format.js';
import { messageText } from '../naming.js';
import { t } from '../strings.js';
import { OwnPanel } from './own_panel.js';

const PAGE = 50;

/**
 * The user's reminders that are to come, the next one first.
 *
 * @param {import('../messenger.js').Messenger} m
 * @param {import('./panel.js').PanelHooks} on
 */
export function remindersPanel(m, on) {
	return new OwnPanel(m, {
		name: 'reminders',
		text: t.reminders,
		topic: 'reminders',
		load: (cursor) => m.client.messages.reminders(
			{ limit: PAGE, cursor }),
		line: ({ entry, remind_at, note }) => {
			const text = [note, messageText(entry)].filter(Boolean)
				.join(t.colon);

			return { text: [text], text_key: `${remind_at} ${text}`,
				due: t.reminders.due_at(moment(remind_at)) };
		},
		remove: (entry) => m.reminders.cancel(entry),
		follow: (list) => list.restart(),
	}, on);
}
