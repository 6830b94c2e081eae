import { h } from '../dom.js';
import { t } from '../strings.js';

/**
 * The first stop of the Tab key, seen only there: past the list of chats.
 *
 * @param {() => void} go
 */
export const skipButton = (go) => h('button', { type: 'button',
	class: 'button primary skip', onclick: go }, t.chat.skip);
