import { h } from '../dom.js';
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
			const text = messageText(entry);

			return { text: [note && h('b', { class: 'hit-note',
				dir: 'auto' }, note), text],
			text_key: JSON.stringify([remind_at, note, text]),
				due: t.reminders.due_at(moment(remind_at)) };
		},
		remove: (entry) => m.reminders.cancel(entry),
		follow: (list) => list.restart(),
	}, on);
}
