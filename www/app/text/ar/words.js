import { isolated, listedUpTo, names, number, plural } from '../words.js';

export { isolated, names, number };

/** المستخدم نفسه، فاعلًا ومفعولًا به. */
export const you = 'أنت';
export const you_there = 'إيّاك';

/** @param {string} who */
export const isYou = (who) => who === you || who === you_there;

/** @param {string} who */
export const messageOf = (who) => isYou(who) ? 'رسالتك'
	: `رسالة ${isolated(who)}`;

/**
 * الفعل وفاعله: صيغة المخاطَب إن كان المستخدم نفسه.
 *
 * @param {string} who
 * @param {string} did      فعل الغائب
 * @param {string} you_did  فعل المخاطَب
 */
export const act = (who, did, you_did) => isYou(who)
	? you_did : `${did} ${isolated(who)}`;

/**
 * العدد ومعدوده: 1، 2، 3–10، 11 وما فوق.
 *
 * @param {number} n
 * @param {string} one
 * @param {string} two
 * @param {string} few
 * @param {string} many
 */
export const count = (n, one, two, few, many) => plural(n, { one, two,
	few: `# ${few}`, many: `# ${many}`, other: `# ${many}` });

/** @param {string[]} list */
export const listed = (list) => listedUpTo(list, (n) => count(n,
	'شخص آخر', 'شخصان آخران', 'آخرون', 'شخصًا آخر'));
