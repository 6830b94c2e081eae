/** One line of a message's Markdown; markdown.js has the rules. */

import { linkify, target } from './linkify.js';

/**
 * @typedef {'bold'|'italic'|'strike'|'quote'} Style
 * @typedef {object} Text      @property {'text'|'code'|'pre'} type
 * @property {string} text
 * @typedef {object} Mention   @property {'mention'} type
 * @property {string} text     as written, with the @
 * @property {string} user_id  or `all`
 * @typedef {object} Styled    @property {Style} type
 * @property {Piece[]} children
 * @typedef {object} Link      @property {'link'} type
 * @property {string} href
 * @property {Piece[]} children
 * @typedef {Text|Mention|Styled|Link} Piece
 *
 * @typedef {object} Name      how a message may mention somebody
 * @property {string} name
 * @property {string} user_id
 *
 * @typedef {{left: number}} Budget  addresses that are looked at
 *
 * @typedef {object} Frame     what is open
 * @property {string} mark     '' is the line itself
 * @property {Piece[]} pieces
 */

const SPECIAL = /[*_~`[\]\\@＠]/gu;
const MARKS = new Map([['**', 'bold'], ['*', 'italic'], ['_', 'italic'],
	['~~', 'strike']]);
const ESCAPED = new Set(['*', '~', '`']);
const SPACE = /\s/u;
const WORD = /[\p{L}\p{N}]/u;
/* scripts that put no spaces between words: a mark may stand anywhere */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const ADDRESS = /[^\s<>"[\]]*/uy;

/** @param {string} line @param {number} at  the character that ends there */
function before(line, at) {
	const code = line.charCodeAt(at - 1);

	return at > 1 && code >= 0xdc00 && code < 0xe000
		? line.slice(at - 2, at) : line.slice(Math.max(0, at - 1), at);
}

/** @param {string} line @param {number} at  the character that starts there */
function after(line, at) {
	const code = line.codePointAt(at);

	return code === undefined ? '' : String.fromCodePoint(code);
}

/** @param {string} letter */
export const isWord = (letter) => WORD.test(letter)
	&& !UNSPACED.test(letter);

/** @param {string} letter */
const isBlank = (letter) => letter === '' || SPACE.test(letter);

/** @param {Piece[]} pieces @param {string} text */
export function addText(pieces, text) {
	const last = pieces.at(-1);

	if (text === '')
		return;
	if (last?.type === 'text')
		last.text += text;
	else
		pieces.push({ type: 'text', text });
}

/** @param {Piece[]} to @param {Piece[]} pieces */
export function addAll(to, pieces) {
	for (const piece of pieces)
		if (piece.type === 'text')
			addText(to, piece.text);
		else
			to.push(piece);
}

/**
 * Where the next run of as many backticks starts, for the start of each run.
 *
 * @param {string} line
 * @returns {Map<number, number>}
 */
function pairs(line) {
	/** @type {Map<number, number>} */
	const found = new Map();
	/** @type {Map<number, number>} */
	const last = new Map();

	for (const { 0: { length }, index } of line.matchAll(/`+/gu)) {
		const open = last.get(length);

		if (open !== undefined)
			found.set(open, index);
		last.set(length, index);
	}
	return found;
}

/** One line, from its start to its end. */
export class Line {
	#at = 0;
	/** @type {Frame[]} */
	#open = [{ mark: '', pieces: [] }];
	/** @type {Map<number, number>|null} */
	#ticks = null;

	/** @param {string} line @param {Name[]} names  as `ordered()`
	 * @param {Budget} budget */
	constructor(line, names, budget) {
		const lower = line.toLowerCase();

		this.line = line;
		this.names = names;
		/** A capital may be longer than its small letter. */
		this.lower = lower.length === line.length ? lower : line;
		this.budget = budget;
		/** Addresses in the text, the last one first. */
		this.addresses = addressesIn(line, budget);
	}

	/** @returns {Piece[]} */
	pieces() {
		while (this.#at < this.line.length)
			this.#step();
		this.#unwind(1);
		return this.#open[0].pieces;
	}

	get #top() {
		return this.#open[this.#open.length - 1];
	}

	/** @param {string} text  and what was read of the line */
	#text(text, length = text.length) {
		addText(this.#top.pieces, text);
		this.#at += length;
	}

	#step() {
		const next = this.#nextAddress();

		SPECIAL.lastIndex = this.#at;

		const special = SPECIAL.exec(this.line)?.index
			?? this.line.length;

		if (next && next.start <= special) {
			this.#text(this.line.slice(this.#at, next.start));
			this.#top.pieces.push({ type: 'link', href: next.href,
				children: [{ type: 'text', text: next.text }] });
			this.#at += next.text.length;
			return;
		}
		this.#text(this.line.slice(this.#at, special));
		switch (this.line[this.#at]) {
		case undefined:
			return;
		case '\\':
			this.#escape();
			return;
		case '`':
			this.#code();
			return;
		case '[':
			this.#unwind(this.#find('['));
			this.#open.push({ mark: '[', pieces: [] });
			this.#at++;
			return;
		case ']':
			this.#link();
			return;
		case '@':
		case '＠':
			this.#mention();
			return;
		default:
			this.#marks();
		}
	}

	#nextAddress() {
		while (this.addresses.length > 0) {
			const last = this.addresses[this.addresses.length - 1];

			if (last.start >= this.#at)
				return last;
			this.addresses.pop();
		}
		return null;
	}

	/** @param {string} mark @returns {number} its place, or the end */
	#find(mark) {
		const at = this.#open.findIndex((frame) =>
			frame.mark === mark);

		return at < 0 ? this.#open.length : at;
	}

	/** What is open from there on is text. @param {number} from */
	#unwind(from) {
		while (this.#open.length > from) {
			const { mark, pieces } = /** @type {Frame} */ (
				this.#open.pop());

			addText(this.#top.pieces, mark);
			addAll(this.#top.pieces, pieces);
		}
	}

	#escape() {
		const next = this.line[this.#at + 1] ?? '';

		if (ESCAPED.has(next))
			this.#text(next, 2);
		else if (next === '_') /* somebody shrugs */
			this.#text('\\_');
		else
			this.#text('\\');
	}

	#code() {
		let end = this.#at;

		while (this.line[end] === '`')
			end++;
		this.#ticks ??= pairs(this.line);

		const close = this.#ticks.get(this.#at);

		if (close === undefined) {
			this.#text(this.line.slice(this.#at, end));
			return;
		}

		const inside = this.line.slice(end, close);

		this.#top.pieces.push({ type: 'code',
			text: inside.startsWith(' ') && inside.endsWith(' ')
				&& inside.trim() !== '' ? inside.slice(1, -1)
				: inside });
		this.#at = close + (end - this.#at);
	}

	#link() {
		const open = this.#find('[');

		if (open === this.#open.length
			|| this.line[this.#at + 1] !== '(') {
			this.#unwind(open);
			this.#text(']');
			return;
		}

		const { end, href } = this.#address(this.#at + 2);

		this.#unwind(open + 1);

		const { pieces } = this.#top;

		/* one address may not pose as another */
		if (href === null || pieces.length === 0 || pieces.some((p) =>
			p.type === 'link' || p.type === 'mention')) {
			this.#unwind(open);
			this.#text(']');
			return;
		}
		this.#open.pop();
		this.#top.pieces.push({ type: 'link', href,
			children: pieces });
		this.#at = end;
	}

	/**
	 * The address of a link; it may have brackets in pairs.
	 *
	 * @param {number} from
	 * @returns {{end: number, href: string|null}}
	 */
	#address(from) {
		ADDRESS.lastIndex = from;

		const all = ADDRESS.exec(this.line)?.[0] ?? '';
		let depth = 0;

		for (let at = 0; at < all.length; at++)
			if (all[at] === '(')
				depth++;
			else if (all[at] === ')' && depth-- === 0)
				return { end: from + at + 1,
					href: this.#target(all.slice(0, at)) };
		return { end: from, href: null };
	}

	/** @param {string} address @returns {string|null} */
	#target(address) {
		return /^(?:https?:|www\.|mailto:)/iu.test(address)
			&& this.budget.left-- > 0 ? target(address) : null;
	}

	#mention() {
		const sign = this.line[this.#at];
		const rest = this.#at + 1;
		const found = isWord(before(this.line, this.#at)) ? undefined
			: this.names.find(({ name }) => {
				const end = rest + name.length;

				return this.lower.startsWith(name, rest)
					&& !(isWord(before(this.line, end))
						&& isWord(after(this.line,
							end)));
			});

		if (!found) {
			this.#text(sign);
			return;
		}

		const text = this.line.slice(this.#at,
			rest + found.name.length);

		this.#top.pieces.push({ type: 'mention', text,
			user_id: found.user_id });
		this.#at += text.length;
	}

	/** Marks of one kind, one to three of them. */
	#marks() {
		const start = this.#at;
		const sign = this.line[start];
		let end = start;

		while (this.line[end] === sign)
			end++;

		const run = this.line.slice(start, end);
		const marks = MARKS.has(run) ? [run]
			: run === '***' ? ['**', '*'] : [];
		const left = before(this.line, start);
		const right = after(this.line, end);
		const within = isWord(left) && isWord(right);
		/* a closing `***` closes first what was opened last */
		const closing = marks.length < 2
			|| this.#find('**') > this.#find('*')
			? marks : ['*', '**'];

		this.#at = end;
		for (const mark of closing)
			if (!within && !isBlank(left)
				&& this.#find(mark) < this.#open.length
				&& this.#close(mark))
				continue;
			else if (!within && !isBlank(right)
				&& this.#find(mark) === this.#open.length)
				this.#open.push({ mark, pieces: [] });
			else
				addText(this.#top.pieces, mark);
		if (marks.length === 0)
			addText(this.#top.pieces, run);
	}

	/** @param {string} mark @returns {boolean} */
	#close(mark) {
		const at = this.#find(mark);

		if (at === this.#open.length - 1
			&& this.#top.pieces.length === 0)
			return false;
		this.#unwind(at + 1);

		const { pieces } = /** @type {Frame} */ (this.#open.pop());

		this.#top.pieces.push({ type: /** @type {Style} */ (
			MARKS.get(mark)), children: pieces });
		return true;
	}
}

/**
 * Web and mail addresses that stand in the text, the last one first.
 *
 * @param {string} line
 * @param {Budget} budget
 */
function addressesIn(line, budget) {
	const found = [];
	let start = 0;

	/* no address goes on behind the text of a link */
	for (const part of line.split('](')) {
		for (const { text, href } of linkify(part, budget)) {
			if (href)
				found.push({ start, text, href });
			start += text.length;
		}
		start += 2;
	}
	return found.reverse();
}
