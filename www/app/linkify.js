/**
 * Finds web and mail addresses in a message, the way a reader would: a full
 * stop or bracket after an address is not part of it. Chinese and Japanese put
 * no space after an address, so their punctuation ends it.
 */

const CANDIDATE = /(?:https?:\/\/|www\.)[^\s<>"'`、。，；：！？「」『』《》【】（）]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const TRAILING = /[.,;:!?…'"”’»]+$/u;
const PAIRS = [['(', ')'], ['[', ']'], ['{', '}']];

/** @param {string} text @param {string} letter */
const times = (text, letter) => text.split(letter).length - 1;

/** @param {string} address */
function trimmed(address) {
	for (;;) {
		const before = address;

		address = address.replace(TRAILING, '');
		for (const [open, close] of PAIRS)
			if (address.endsWith(close)
				&& times(address, close) > times(address, open))
				address = address.slice(0, -close.length);
		if (address === before)
			return address;
	}
}

/** @param {string} address @returns {string|null} a safe target */
function target(address) {
	const text = /^https?:/i.test(address) ? address
		: /^www\./i.test(address) ? `https://${address}`
			: `mailto:${address}`;

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
 * @returns {{text: string, href?: string}[]} the same text, in parts
 */
export function linkify(text) {
	const parts = [];
	let at = 0;

	for (const match of text.matchAll(CANDIDATE)) {
		const address = trimmed(match[0]);
		const href = target(address);

		if (href === null || match.index < at)
			continue;
		if (match.index > at)
			parts.push({ text: text.slice(at, match.index) });
		parts.push({ text: address, href });
		at = match.index + address.length;
	}
	if (at < text.length || parts.length === 0)
		parts.push({ text: text.slice(at) });
	return parts;
}
