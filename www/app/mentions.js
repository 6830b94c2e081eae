import { folded } from './format.js';
import { parseMarkdown } from './markdown.js';
import { isWord } from './markdown_line.js';

/** @typedef {import('./messenger.js').Messenger} Messenger */
/** @typedef {import('./markdown.js').Name} Name */

/** user_id of a mention of everybody */
export const ALL = 'all';

const QUERY_MAX = 40;
const MENTIONS_MAX = 50;
const SHOWN_MAX = 8;

/**
 * @typedef {object} Candidate  who may be mentioned
 * @property {string} user_id
 * @property {string} name      what is written behind the @
 * @property {string[]} names   all that they are known by
 */

/**
 * The mention that is being written at the cursor.
 *
 * @param {string} text
 * @param {number} caret
 * @returns {{start: number, query: string}|null}
 */
export function mentionAt(text, caret) {
	const from = Math.max(0, caret - QUERY_MAX - 1);
	const near = text.slice(from, caret);
	const sign = Math.max(near.lastIndexOf('@'), near.lastIndexOf('＠'));
	const query = near.slice(sign + 1);
	const before = Array.from(text.slice(Math.max(0, from + sign - 2),
		from + sign)).at(-1) ?? '';

	return sign < 0 || isWord(before) || /^\s|\n/u.test(query) ? null
		: { start: from + sign, query };
}

/**
 * How well a name fits: 0 its start, 1 the start of a word in it, 2 any part;
 * -1 not at all.
 *
 * @param {string} name  folded
 * @param {string} query  folded
 */
function fit(name, query) {
	const at = name.indexOf(query);

	if (at <= 0)
		return at;
	return /[\s._-]/u.test(name[at - 1])
		|| name.includes(` ${query}`) ? 1 : 2;
}

/**
 * Those whom the query may mean, the best first.
 *
 * @param {string} query
 * @param {Candidate[]} candidates
 * @returns {Candidate[]}
 */
export function matching(query, candidates) {
	const wanted = folded(query);

	return candidates.map((candidate, at) => {
		const fits = candidate.names.map((name) =>
			fit(folded(name), wanted)).filter((n) => n >= 0);

		return { candidate, at, best: Math.min(...fits) };
	}).filter(({ best }) => best < Infinity)
		.sort((a, b) => a.best - b.best || a.at - b.at)
		.slice(0, SHOWN_MAX).map(({ candidate }) => candidate);
}

/**
 * Whom a text mentions.
 *
 * @param {string} text
 * @param {Name[]} names  where two have the same, the first is meant
 * @returns {{mentions?: string[], mention_all?: true}}
 */
export function mentionsIn(text, names) {
	/** @type {Set<string>} */
	const found = new Set();
	/** @param {import('./markdown.js').Piece[]} pieces */
	const look = (pieces) => {
		for (const piece of pieces)
			if (piece.type === 'mention')
				found.add(piece.user_id);
			else if ('children' in piece)
				look(piece.children);
	};

	look(parseMarkdown(text, names));

	const all = found.delete(ALL);

	return {
		mentions: found.size > 0
			? [...found].slice(0, MENTIONS_MAX) : undefined,
		mention_all: all || undefined,
	};
}

/**
 * What the people that a message mentions may be called in it.
 *
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {{mentions?: string[], mention_all?: boolean}} message
 * @returns {Name[]}
 */
export function mentionNames(m, conv_id, { mentions = [], mention_all }) {
	const { members } = m.room(conv_id);
	const names = mentions.flatMap((user_id) => {
		const user = m.people.get(user_id);
		const member = members?.find((one) => one.user_id === user_id);

		return [user?.display_name, user?.username, member?.alias]
			.flatMap((name) => name ? [{ name, user_id }] : []);
	});

	return mention_all ? [...names, { name: ALL, user_id: ALL }] : names;
}
