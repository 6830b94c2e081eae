/** Words in the texts of the app: numbers, names, and lists of them. */

/** @param {number} n @param {string} one @param {string} many */
export const count = (n, one, many) => `${n.toLocaleString()} ${n === 1 ? one
	: many}`;

/* Hebrew to Arabic Extended-A, and their presentation forms */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/**
 * A name in a sentence: one that is written from right to left takes no full
 * stop or quotation mark of the sentence with it.
 *
 * @param {string} name
 */
export const isolated = (name) => RIGHT_TO_LEFT.test(name)
	? `\u2068${name}\u2069` : name;

const list_format = new Intl.ListFormat('en', { type: 'conjunction' });

export const names = {
	/** @param {string[]} list */
	format: (list) => list_format.format(list.map(isolated)),
};

/** @param {string[]} list @param {number} [max] */
export function listed(list, max = 3) {
	if (list.length <= max)
		return names.format(list);
	return list_format.format([...list.slice(0, max - 1).map(isolated),
		count(list.length - max + 1, 'other', 'others')]);
}
