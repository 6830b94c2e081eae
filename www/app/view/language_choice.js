import { h } from '../dom.js';
import { icon } from '../icons.js';
import { chooseLanguage, chosenLanguage, language } from '../language.js';
import { t } from '../strings.js';
import { languages } from '../text/languages.js';
import { below, openMenu } from './menu.js';
import { toast } from './toast.js';

/** @typedef {import('../language.js').Id} Id */

/** @param {Id|null} id */
function choose(id) {
	if (id === chosenLanguage())
		return;
	if (chooseLanguage(id))
		location.reload();
	else
		toast(t.language.not_kept, 'error');
}

/**
 * A button that shows the language of this device, and changes it.
 *
 * @param {AbortSignal} over  closes its menu
 */
export function languageButton(over) {
	const { name } = languages[language];
	const ids = /** @type {Id[]} */ (Object.keys(languages));
	/** @type {HTMLButtonElement} */
	const button = h('button', { type: 'button',
		class: 'button language-button', 'aria-haspopup': 'menu',
		'aria-label': `${t.language.title}${t.colon}${name}`,
		onclick: () => openMenu({ label: t.language.title, head: null,
			items: [null, ...ids].map((id) => ({
				label: id ? languages[id].name
					: t.language.system,
				icon: id === chosenLanguage() ? 'tick' : 'globe',
				act: () => choose(id) })),
			at: below(button), over }) },
	icon('globe'), name);

	return button;
}
