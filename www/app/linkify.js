/**
 * Finds web and mail addresses in a message, the way a reader would: a full
 * stop or bracket after an address is not part of it. Chinese and Japanese put
 * no space after an address, so their punctuation ends it.
 *
 * A message may hold anything, so the time is linear in its length: each
 * letter is looked at a fixed number of times, whatever stands around it.
 */

const WEB = /(?:https?:\/\/|www\.)(?=[^\s<>"'`、。，；：！？「」『』《》【】（）])/giu;
const WEB_END = /[\s<>"'`、。，；：！？「」『』《》【】（）]|$/gu;
const LOCAL = /[\w.+-]/;
const DOMAIN = /[\w-]/;
/* what ends a sentence, or a part of it that is bold */
const TRAILING = new Set('.,;:!?…\'"”’»*~_');
const PAIRS = new Map([[')', '('], [']', '['], ['}', '{']]);
const ADDRESS_MAX = 2048;
/* to check one takes as long as to read a page of text */
export const ADDRESSES_MAX = 200;

/** @typedef {{start: number, end: number}} Span  of a candidate */

/**
 * @param {RegExp} pattern  global
 * @param {string} text
 * @param {number} from
 * @returns {number} where it is found; -1
 */
function search(pattern, text, from) {
	pattern.lastIndex = from;
	return pattern.exec(text)?.index ?? -1;
}

/**
 * The domain of a mail address, with a dot in it.
 *
 * @param {string} text
 * @param {number} from
 * @returns {number} where it ends; -1 if there is none
 */
function domainEnd(text, from) {
	let dots = 0;
	let at = from;

	while (at < text.length && DOMAIN.test(text[at])) {
		while (at < text.length && DOMAIN.test(text[at]))
			at++;
		if (text[at] !== '.' || !DOMAIN.test(text[at + 1] ?? ''))
			break;
		dots++;
		at++;
	}
	return dots > 0 ? at : -1;
}

/**
 * The next mail address.
 *
 * @param {string} text
 * @param {number} from
 * @returns {Span|null}
 */
function nextMail(text, from) {
	for (let at = text.indexOf('@', from); at >= 0;
		at = text.indexOf('@', at + 1)) {
		let start = at;

		while (start > from && LOCAL.test(text[start - 1]))
			start--;

		const end = start < at ? domainEnd(text, at + 1) : -1;

		if (end >= 0)
			return { start, end };
	}
	return null;
}

/**
 * The candidates, in order, none over another. What is found ahead is kept, so
 * that nothing is searched twice.
 *
 * @param {string} text
 * @returns {Generator<Span>}
 */
function* candidates(text) {
	let web = search(WEB, text, 0);
	let mail = nextMail(text, 0);

	while (web >= 0 || mail) {
		const is_web = web >= 0 && (!mail || web <= mail.start);
		/** @type {Span} */
		const found = is_web || !mail
			? { start: web, end: search(WEB_END, text, web) } : mail;

		yield found;
		if (web >= 0 && web < found.end)
			web = search(WEB, text, found.end);
		if (mail && mail.start < found.end)
			mail = nextMail(text, found.end);
	}
}

/** @param {string} text @param {string} letter */
const times = (text, letter) => text.split(letter).length - 1;

/** @param {string} address  without what is not part of it */
function trimmed(address) {
	/** How many brackets close more than is open. */
	const surplus = new Map([...PAIRS].map(([close, open]) => [close,
		times(address, close) - times(address, open)]));
	let end = address.length;

	for (; end > 0; end--) {
		const last = address[end - 1];
		const more = surplus.get(last) ?? 0;

		if (more > 0)
			surplus.set(last, more - 1);
		else if (!TRAILING.has(last))
			break;
	}
	return address.slice(0, end);
}

/** @param {string} address @returns {string|null} a safe target */
export function target(address) {
	const text = /^https?:/i.test(address) || /^mailto:/i.test(address)
		? address
		: /^www\./i.test(address) ? `https://${address}`
			: `mailto:${address}`;

	if (address.length > ADDRESS_MAX)
		return null;
	try {
		const url = new URL(text);

		if (url.protocol === 'mailto:')
			return url.href;
		return ['http:', 'https:'].includes(url.protocol)
			&& url.hostname !== '' && !url.username && !url.password
			? url.href : null;
	} catch {
		return null;
	}
}

/**
 * @param {string} text
 * @param {{left: number}} [budget]  how many addresses are looked at
 * @returns {{text: string, href?: string}[]} the same text, in parts
 */
export function linkify(text, budget = { left: ADDRESSES_MAX }) {
	const parts = [];
	let at = 0;

	for (const { start, end } of candidates(text)) {
		if (budget.left-- <= 0)
			break;

		const address = trimmed(text.slice(start, end));
		const href = target(address);

		if (href === null)
			continue;
		if (start > at)
			parts.push({ text: text.slice(at, start) });
		parts.push({ text: address, href });
		at = start + address.length;
	}
	if (at < text.length || parts.length === 0)
		parts.push({ text: text.slice(at) });
	return parts;
}
