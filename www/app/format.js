import { locale } from './language.js';
import { t } from './strings.js';

const TINTS = 12;

/** UTF-16 units; a family of emoji has 11 */
const GRAPHEMES_OF = 64;

const clock_format = new Intl.DateTimeFormat(locale,
	{ hour: '2-digit', minute: '2-digit' });
const weekday_format = new Intl.DateTimeFormat(locale,
	{ weekday: 'short' });
const short_format = new Intl.DateTimeFormat(locale,
	{ day: 'numeric', month: 'short' });
const short_year_format = new Intl.DateTimeFormat(locale,
	{ day: 'numeric', month: 'numeric', year: '2-digit' });
const day_format = new Intl.DateTimeFormat(locale,
	{ weekday: 'long', day: 'numeric', month: 'long' });
const day_year_format = new Intl.DateTimeFormat(locale,
	{ day: 'numeric', month: 'long', year: 'numeric' });
const moment_format = new Intl.DateTimeFormat(locale, { weekday: 'short',
	day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const full_format = new Intl.DateTimeFormat(locale,
	{ dateStyle: 'full', timeStyle: 'short' });

const segmenter = 'Segmenter' in Intl
	? new Intl.Segmenter(undefined, { granularity: 'grapheme' }) : null;

/**
 * The grapheme clusters at the start of a text. V8 takes quadratic time for
 * all of a long one.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function graphemes(text) {
	const start = text.slice(0, GRAPHEMES_OF);

	return segmenter ? Array.from(segmenter.segment(start),
		({ segment }) => segment) : Array.from(start);
}

/**
 * For a search by name: width, case and accents do not matter. The marks of
 * voiced kana, and vowel signs, are no accents.
 *
 * @param {string} text
 */
export const folded = (text) => text.normalize('NFKC').toLowerCase()
	.replaceAll('ß', 'ss').normalize('NFD')
	.replace(/(?![\u3099\u309a])\p{Script=Inherited}/gu, '').normalize('NFC');

/**
 * One or two letters for an avatar; one if the script has no capitals, where
 * two would read as a word.
 *
 * @param {string} name
 */
export function initials(name) {
	const words = name.trim().split(/[\s._-]+/u).filter((word) =>
		/[\p{L}\p{N}\p{So}]/u.test(word));

	if (words.length === 0)
		return '?';

	const first = graphemes(words[0])[0];
	const last = graphemes(words[words.length - 1])[0];

	if (words.length === 1 || !/\p{Lu}/u.test(last.toUpperCase()))
		return first.toUpperCase();
	return (first + last).toUpperCase();
}

/** @param {string} id @returns {number} a colour, fixed for the id */
export function tint(id) {
	let hash = 0;

	for (const letter of id)
		hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
	return hash % TINTS;
}

/** @param {number} at */
export const clock = (at) => clock_format.format(at);

/** @param {number} at  a day and a time, in short */
export const moment = (at) => moment_format.format(at);

/** @param {number} at */
export const fullTime = (at) => full_format.format(at);

/** @param {number} at @returns {number} the number of its day, in local time */
export function dayOf(at) {
	const date = new Date(at);

	return Math.round(Date.UTC(date.getFullYear(), date.getMonth(),
		date.getDate()) / 86400000);
}

/**
 * A time, short enough for a list.
 *
 * @param {number} at
 * @param {number} [now]
 */
export function listTime(at, now = Date.now()) {
	const ago = dayOf(now) - dayOf(at);

	if (ago <= 0)
		return clock(at);
	if (ago === 1)
		return t.yesterday;
	if (ago < 7)
		return weekday_format.format(at);
	return new Date(at).getFullYear() === new Date(now).getFullYear()
		? short_format.format(at) : short_year_format.format(at);
}

/**
 * The heading of a day.
 *
 * @param {number} at
 * @param {number} [now]
 */
export function dayName(at, now = Date.now()) {
	const ago = dayOf(now) - dayOf(at);

	if (ago === 0)
		return t.today;
	if (ago === 1)
		return t.yesterday;
	return new Date(at).getFullYear() === new Date(now).getFullYear()
		? day_format.format(at) : day_year_format.format(at);
}

/** @param {number} at @returns {string} as `<input type=datetime-local>` has it */
export function localMinute(at) {
	const zone_ms = new Date(at).getTimezoneOffset() * 60000;

	return new Date(at - zone_ms).toISOString().slice(0, 16);
}

/** @param {number} at @returns {string} as `<input type=date>` has it */
export const localDay = (at) => localMinute(at).slice(0, 10);

const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3)/u;

/**
 * The number of emoji, if the text has a few and nothing else.
 *
 * @param {string} text
 * @returns {number} 0, or 1 to 3
 */
export function emojiOnly(text) {
	if (text.length > 40)
		return 0;

	const parts = graphemes(text.replace(/\s+/gu, ''));

	return parts.length >= 1 && parts.length <= 3
		&& parts.every((part) => EMOJI.test(part)) ? parts.length : 0;
}

const encoder = new TextEncoder();

/** @param {string} text @returns {number} UTF-8 bytes */
export const byteLength = (text) => encoder.encode(text).length;
