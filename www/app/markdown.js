/**
 * The Markdown that messages may have: bold, italic, strike, code, blocks of
 * code, quotes, links. Whoever writes none of it must not be surprised, so the
 * rules are narrower than CommonMark: a mark stands at the edge of a word
 * (2**10 and snake_case stay as they are), and its pair is in the same line. All
 * else is text, as it was written.
 *
 * A message may hold anything, so the time is linear in its length, and the
 * tree is flat: each kind is open once at most. It holds text and addresses
 * that `target()` allows, never markup.
 */

import { ADDRESSES_MAX } from './linkify.js';
import { Line, addAll, addText } from './markdown_line.js';

/** @typedef {import('./markdown_line.js').Piece} Piece */
/** @typedef {import('./markdown_line.js').Link} Link */
/** @typedef {import('./markdown_line.js').Name} Name */
/** @typedef {import('./markdown_line.js').Budget} Budget */

const LANGUAGE = /^[\w+#.-]{0,20}$/;
const FENCE = '```';

/**
 * For each line, the next one that ends a block of code; -1 if none does.
 *
 * @param {string[]} lines
 */
function fencesAfter(lines) {
	const ends = new Array(lines.length).fill(-1);

	for (let i = lines.length - 2; i >= 0; i--)
		ends[i] = lines[i + 1].trimEnd().endsWith(FENCE)
			? i + 1 : ends[i + 1];
	return ends;
}

/** @param {string} line  may open a block of code */
const isFence = (line) => line.startsWith(FENCE)
	&& !line.includes('`', FENCE.length);

/**
 * The code between two fences. The first may name a language, if the last one
 * stands alone.
 *
 * @param {string[]} lines  with the fences
 */
function fenced(lines) {
	const first = lines[0].slice(FENCE.length);
	const last = lines[lines.length - 1].trimEnd()
		.slice(0, -FENCE.length);
	const code = lines.slice(1, -1);

	if (first.trim() !== '' && !(last === '' && LANGUAGE.test(first)))
		code.unshift(first);
	if (last !== '')
		code.push(last);
	return code.join('\n');
}

/**
 * @param {string[]} lines
 * @param {Name[]} names
 * @param {Budget} budget
 * @param {Piece[]} pieces  where they are added
 */
function addLines(lines, names, budget, pieces) {
	lines.forEach((line, i) => {
		if (i > 0)
			addText(pieces, '\n');
		addAll(pieces, new Line(line, names, budget).pieces());
	});
}

/**
 * In small letters, the longest first: `@Anna Lee` does not mention Anna.
 *
 * @param {Name[]} names
 */
const ordered = (names) => names.filter(({ name }) => name !== '')
	.map(({ name, user_id }) => ({ name: name.toLowerCase(), user_id }))
	.sort((a, b) => b.name.length - a.name.length);

/**
 * @param {string} text
 * @param {Name[]} [names]  who is mentioned
 * @returns {Piece[]}
 */
export function parseMarkdown(text, names = []) {
	const lines = text.split('\n');
	const fences = fencesAfter(lines);
	const sorted = ordered(names);
	const budget = { left: ADDRESSES_MAX };
	/** @type {Piece[]} */
	const pieces = [];
	/** @type {string[]} */
	let plain = [];
	const flush = () => {
		addLines(plain, sorted, budget, pieces);
		plain = [];
	};

	for (let i = 0; i < lines.length; i++) {
		const end = fences[i];

		if (end > 0 && isFence(lines[i])) {
			flush();

			pieces.push({ type: 'pre',
				text: fenced(lines.slice(i, end + 1)) });
			i = end;
		} else if (lines[i].startsWith('> ')) {
			/** @type {string[]} */
			const quoted = [];
			/** @type {Piece[]} */
			const children = [];

			flush();
			for (; /^>(?: |$)/u.test(lines[i] ?? ''); i++)
				quoted.push(lines[i].slice(2));
			i--;
			addLines(quoted, sorted, budget, children);
			pieces.push({ type: 'quote', children });
		} else {
			plain.push(lines[i]);
		}
	}
	flush();
	return pieces;
}

/**
 * The text without its marks, for one line of a list.
 *
 * @param {Piece[]} pieces
 * @returns {string}
 */
export function plainText(pieces) {
	return pieces.map((piece, i) => {
		const text = 'children' in piece ? plainText(piece.children)
			: piece.text;
		const block = piece.type === 'pre' || piece.type === 'quote';

		return block && i > 0 ? `\n${text}`
			: pieces[i - 1]?.type === 'pre'
				|| pieces[i - 1]?.type === 'quote'
				? `\n${text}` : text;
	}).join('');
}
