import { h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../strings.js';

/** @typedef {import('../../sdk/types.js').Entry} Entry */

/**
 * @typedef {object} PanelHooks
 * @property {() => void} close
 * @property {(entry: Entry) => void} open  the message, where it was written
 * @property {(name: import('../route.js').PanelName) => void} show  another one
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

/**
 * Leads from the stars to the reminders, and back.
 *
 * @param {'starred'|'reminders'} shown
 * @param {PanelHooks['show']} show
 */
export function listTabs(shown, show) {
	/** @param {'starred'|'reminders'} name @param {string} label */
	const tab = (name, label) => h('button', { type: 'button', class: 'tab',
		'aria-current': name === shown ? 'page' : undefined,
		onclick: () => show(name) }, label);

	return h('nav', { class: 'tabs', 'aria-label': t.lists },
		tab('starred', t.stars.starred),
		tab('reminders', t.reminders.title));
}
