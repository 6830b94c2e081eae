import { h } from '../dom.js';
import { initials, tint } from '../format.js';
import { icon } from '../icons.js';

/**
 * @param {string} name
 * @param {string} id      gives the colour
 * @param {'small'|'medium'|'large'} [size]
 * @param {string} [more]  further classes
 */
export function avatar(name, id, size = 'medium', more = '') {
	return h('span', {
		class: `avatar ${size} tint-${tint(id)} ${more}`.trim(),
		'aria-hidden': 'true',
	}, initials(name));
}

/**
 * The avatar of a chat; only that of a direct one is round.
 *
 * @param {import('../model/chats.js').Chat} chat
 * @param {string} name
 * @param {string} id
 * @param {'small'|'medium'|'large'} size
 * @param {string|undefined} presence
 */
export function chatAvatar(chat, name, id, size, presence) {
	const made = avatar(name, id, size,
		chat.conversation.kind === 'direct' ? '' : 'square');

	if (chat.conversation.kind === 'self')
		made.replaceChildren(icon('pin'));
	if (presence === 'online')
		made.append(h('span', { class: 'presence' }));
	return made;
}
