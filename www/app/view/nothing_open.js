import { h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../strings.js';

/**
 * Where a chat would be.
 *
 * @param {() => void} onNew  starts a chat
 */
export const nothingOpen = (onNew) => h('main', { class: 'nothing' },
	icon('chat'), h('p', {}, t.chat.none),
	h('button', { type: 'button', class: 'button', onclick: onNew },
		t.list.new_chat));
