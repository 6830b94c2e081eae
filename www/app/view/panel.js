import { h } from '../dom.js';
import { icon } from '../icons.js';

/** @typedef {import('../../sdk/types.js').Entry} Entry */

/**
 * @typedef {object} PanelHooks
 * @property {() => void} close
 * @property {(entry: Entry) => void} open  the message, where it was written
 *
 * @typedef {object} Panel   what stands beside the chat, or over it
 * @property {HTMLElement} element
 * @property {() => void} render
 * @property {() => void} [focus]
 * @property {() => void} close
 * @property {(topics: Set<string>) => void} [changed]
 */

/**
 * The frame of a panel.
 *
 * @param {string} name      a class
 * @param {string} title
 * @param {{label: string, act: () => void}} close
 * @param {...(Node|false)} content
 */
export function panelFrame(name, title, close, ...content) {
	return h('aside', { class: `details ${name}`, 'aria-label': title },
		h('header', { class: 'bar' },
			h('button', { type: 'button', class: 'icon-button',
				'aria-label': close.label, title: close.label,
				onclick: close.act }, icon('close')),
			h('h2', {}, title)),
		...content);
}
