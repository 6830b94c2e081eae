/**
 * Light or dark, as the device is set or as the user has chosen for it. It is a
 * module of its own, which runs before the others are loaded.
 */

/** @typedef {'system'|'light'|'dark'} Theme */

const KEY = 'imcloud.theme';

/** What the style sheet and the colour of the browser's bar wait for. */
const QUERY = '(prefers-color-scheme: dark)';

/** @returns {Theme} */
export function theme() {
	try {
		const chosen = localStorage.getItem(KEY);

		return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
	} catch {
		return shown;
	}
}

/** If the browser stores nothing, it lasts as long as the page. */
/** @type {Theme} */
let shown = 'system';

/** @param {Theme} chosen */
export function setTheme(chosen) {
	try {
		if (chosen === 'system')
			localStorage.removeItem(KEY);
		else
			localStorage.setItem(KEY, chosen);
	} catch {
		/* it forbids that */
	}
	show(chosen);
}

/** @param {Theme} chosen */
function show(chosen) {
	const root = document.documentElement;
	const dark = chosen === 'system' ? QUERY
		: chosen === 'dark' ? 'all' : 'not all';

	shown = chosen;
	root.style.colorScheme = chosen === 'system' ? '' : chosen;
	for (const part of document.querySelectorAll('[data-theme]')) {
		const light = part.getAttribute('data-theme') === 'light';

		part.setAttribute('media', !light ? dark
			: chosen === 'system' ? '(prefers-color-scheme: light)'
				: chosen === 'light' ? 'all' : 'not all');
	}
}

show(theme());
/* another tab of this device */
window.addEventListener('storage', ({ key }) => {
	if (key === KEY || key === null)
		show(theme());
});
