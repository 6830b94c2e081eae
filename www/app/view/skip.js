import { h } from '../dom.js';
import { t } from '../strings.js';

/**
 * The first stop of the Tab key, seen only there: past the list of chats.
 *
 * @param {() => { focus(): void }|null} open  the chat that is open
 */
export const skipButton = (open) => h('button', { type: 'button',
	class: 'button primary skip', onclick: () => open()?.focus() },
t.chat.skip);
