/**
 * The language of the page: the one that the user has chosen on this device,
 * else the first of the browser's that the app has. It stays as it is until the
 * page is loaded again.
 */

import { languages } from './text/languages.js';

/** @typedef {keyof typeof languages} Id */

const KEY = 'imcloud.language';

/** @param {string|null|undefined} id @returns {id is Id} */
const isKnown = (id) => Object.hasOwn(languages, id ?? '');

/** @returns {Id|null} */
export function chosenLanguage() {
	try {
		const id = localStorage.getItem(KEY);

		return isKnown(id) ? id : null;
	} catch {
		return null;
	}
}

/**
 * The page shows it when it is loaded again.
 *
 * @param {Id|null} id  null: as the browser
 * @returns {boolean} false: the browser stores nothing
 */
export function chooseLanguage(id) {
	try {
		if (id)
			localStorage.setItem(KEY, id);
		else
			localStorage.removeItem(KEY);
		return true;
	} catch {
		return false;
	}
}

const wanted = (globalThis.navigator?.languages ?? []).flatMap((tag) => {
	try {
		return [new Intl.Locale(tag)];
	} catch {
		return [];
	}
});

/** @type {Id} */
export const language = chosenLanguage() ?? wanted.map((one) => one.language)
	.find(isKnown) ?? 'en';

export const right_to_left = languages[language].dir === 'rtl';

/**
 * For Intl: as it is written where the browser is set to, with the digits and
 * the calendar of the addresses, names and date fields on the same page. All
 * languages have 0-9 for that reason, Arabic too.
 */
function localeOf() {
	const own = new Intl.Locale(languages[language].locale);
	const { script } = own.maximize();
	const regional = wanted.find((one) => one.language === own.language
		&& one.maximize().script === script) ?? own;

	return new Intl.Locale(regional.baseName, { calendar: 'gregory',
		numberingSystem: 'latn' }).toString();
}

export const locale = localeOf();
