import { isolated, listedUpTo, names, number } from '../words.js';

export { isolated, names, number };

/** @param {number} n @param {string} one @param {string} many */
export const count = (n, one, many) => `${number(n)} ${n === 1 ? one : many}`;

/** @param {string[]} list @param {number} [max] */
export const listed = (list, max) => listedUpTo(list,
	(n) => count(n, 'other', 'others'), max);
