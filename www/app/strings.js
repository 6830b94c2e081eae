import { language } from './language.js';
import { languages } from './text/languages.js';

/**
 * All texts of the app, in the language of the page. They are there when
 * `loadTexts()` is done, so functions may use them, and modules while they are
 * loaded may not.
 *
 * @type {import('./text/en/texts.js').Texts}
 */
export let t;

/** @param {Promise<unknown>} [others]  after which they are there */
export async function loadTexts(others) {
	const [{ texts }] = await Promise.all([languages[language].load(),
		others]);

	t = texts;
}
