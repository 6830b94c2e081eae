import { h } from '../dom.js';
import { t } from '../strings.js';
import { avatar } from './avatar.js';

/** @typedef {import('../../sdk/types.js').User} User */

/**
 * The content of a person's row in a list.
 *
 * @param {User} user
 * @param {...(Node|string|false|null|undefined)} more
 */
export function personLine(user, ...more) {
	return [
		avatar(user.display_name || user.username, user.user_id),
		h('span', { class: 'person-text' },
			h('bdi', { class: 'person-name' },
				user.display_name || user.username),
			h('span', { class: 'person-username' },
				t.details.username(user.username))),
		...more,
	];
}
