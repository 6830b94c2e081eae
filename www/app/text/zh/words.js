import { isolated, listedUpTo, names, number } from '../words.js';

export { isolated, names, number };

/** @param {string[]} list */
export const listed = (list) => listedUpTo(list, (n) => `另外 ${number(n)} 人`);
