import { messageText } from '../naming.js';
import { t } from '../strings.js';
import { OwnPanel } from './own_panel.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Star} Star */

const PAGE = 50;

/**
 * The messages that the user has starred, the newest star first.
 *
 * @param {Messenger} m
 * @param {import('./panel.js').PanelHooks} on
 */
export function starredPanel(m, on) {
	return new OwnPanel(m, {
		name: 'starred',
		text: t.stars,
		topic: 'stars',
		load: (cursor) => m.client.messages.starred(
			{ limit: PAGE, cursor }),
		line: ({ entry }) => {
			const text = messageText(entry);

			return { text: [text], text_key: text };
		},
		remove: (entry) => m.stars.star(entry, false),
		follow: (list) => follow(m, list),
	}, on);
}

/**
 * A star came or went.
 *
 * @param {Messenger} m
 * @param {import('../paged.js').Paged<Star>} list
 */
function follow({ stars }, list) {
	list.change((entry) => stars.has(entry) ? entry : null);
	if (stars.newest !== null && !list.items.some(({ entry }) =>
		entry.msg_id === stars.newest))
		list.restart();
}
