/**
 * The languages of the app. One more is a folder of the same shape as `en`, and
 * an entry here.
 *
 * @typedef {object} Language
 * @property {string} name   in the language itself
 * @property {string} tag    BCP 47, for `lang`
 * @property {string} locale for dates and numbers, if the browser is not set to
 *     a region where the language is written
 * @property {'ltr'|'rtl'} dir
 * @property {() => Promise<{texts: import('./en/texts.js').Texts}>} load
 */

/** @type {{en: Language, zh: Language, ar: Language}} */
export const languages = {
	en: { name: 'English', tag: 'en', locale: 'en-GB', dir: 'ltr',
		load: () => import('./en/texts.js') },
	zh: { name: '简体中文', tag: 'zh-CN', locale: 'zh-CN', dir: 'ltr',
		load: () => import('./zh/texts.js') },
	ar: { name: 'العربية', tag: 'ar', locale: 'ar', dir: 'rtl',
		load: () => import('./ar/texts.js') },
};
