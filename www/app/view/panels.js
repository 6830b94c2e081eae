import { ContactsPanel } from './contacts_panel.js';
import { Details } from './details.js';
import { remindersPanel } from './reminders_panel.js';
import { SearchPanel } from './search_panel.js';
import { starredPanel } from './starred_panel.js';

/**
 * @typedef {import('./panel.js').PanelHooks & {
 *     chat: (conv_id: string) => void,
 *     details: ConstructorParameters<typeof Details>[2]}} Hooks
 *     `chat`: shows it beside the panel
 */

/**
 * The panel of a name.
 *
 * @param {import('../messenger.js').Messenger} m
 * @param {import('../route.js').PanelName} name
 * @param {string} conv_id  of the open chat, or ''
 * @param {Hooks} on
 * @returns {import('./panel.js').Panel}
 */
export function makePanel(m, name, conv_id, on) {
	switch (name) {
	case 'search':
		return new SearchPanel(m, m.search, on);
	case 'starred':
		return starredPanel(m, on);
	case 'reminders':
		return remindersPanel(m, on);
	case 'contacts':
		return new ContactsPanel(m, on);
	default:
		return new Details(m, conv_id, on.details);
	}
}
