import { language } from './language.js';
import { languages } from './text/languages.js';

/**
 * All texts of the app, in the language of the page. They are there as soon as
 * `loadTexts()` is done, which is before any other module is loaded.
 *
 * @type {import('./text/en/texts.js').Texts}
 */
export let t;

export async function loadTexts() {
	({ texts: t } = await languages[language].load());
}
