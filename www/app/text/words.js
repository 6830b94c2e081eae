/** Words in the texts of all languages: numbers, names, and lists of them. */

import { locale, right_to_left } from '../language.js';

const number_format = new Intl.NumberFormat(locale);
const plural_rules = new Intl.PluralRules(locale);
const list_format = new Intl.ListFormat(locale, { type: 'conjunction' });

/* Hebrew to Arabic Extended-A, and their presentation forms */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** @param {number} n */
export const number = (n) => number_format.format(n);

/**
 * The form of the language for so many; `#` is the number.
 *
 * @param {number} n
 * @param {{[rule in Intl.LDMLPluralRule]?: string} & {other: string}} forms
 */
export const plural = (n, forms) => (forms[plural_rules.select(n)]
	?? forms.other).replace('#', number(n));

/**
 * A name in a sentence: one of the other direction takes no full stop or
 * quotation mark of the sentence with it.
 *
 * @param {string} name
 */
export const isolated = (name) => right_to_left || RIGHT_TO_LEFT.test(name)
	? `\u2068${name}\u2069` : name;

export const names = {
	/** @param {string[]} list */
	format: (list) => list_format.format(list.map(isolated)),
};

/**
 * A list of names, which ends with the number of those that it leaves out.
 *
 * @param {string[]} list
 * @param {(n: number) => string} others
 * @param {number} [max]
 */
export function listedUpTo(list, others, max = 3) {
	if (list.length <= max)
		return names.format(list);
	return list_format.format([...list.slice(0, max - 1).map(isolated),
		others(list.length - max + 1)]);
}
