import { h } from '../dom.js';
import { setTheme, theme } from '../theme.js';
import { t } from '../strings.js';

/** Light or dark, on this device. */
export function themeChoice() {
	return h('fieldset', { class: 'choices' },
		h('legend', {}, t.theme.title),
		/** @type {const} */ (['system', 'light', 'dark']).map((name) =>
			h('label', { class: 'choice' },
				h('input', { type: 'radio', name: 'theme',
					value: name, checked: theme() === name,
					onchange: () => setTheme(name) }),
				h('span', {}, t.theme[name]))));
}
