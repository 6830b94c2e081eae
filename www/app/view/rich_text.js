import { h } from '../dom.js';
import { linkify } from '../linkify.js';
import { ALL } from '../mentions.js';

/** @typedef {import('../markdown.js').Piece} Piece */
/** @typedef {import('../dom.js').Child} Child */

const TAGS = /** @type {const} */ ({ bold: 'strong', italic: 'em', strike: 's',
	quote: 'blockquote' });

/**
 * The elements of a parsed message. Text becomes text nodes, and the only
 * attribute that the writer has a say in is the address of a link, which the
 * parser checked.
 *
 * @param {Piece[]} pieces
 * @param {string} me
 * @returns {Child[]}
 */
export function richText(pieces, me) {
	return pieces.map((piece) => {
		switch (piece.type) {
		case 'text':
			return piece.text;
		case 'code':
			return h('code', { dir: 'ltr' }, piece.text);
		case 'pre':
			return h('pre', { dir: 'ltr', tabindex: 0 },
				h('code', {}, piece.text));
		case 'mention':
			return h('bdi', { class: piece.user_id === me
				|| piece.user_id === ALL ? 'mention me'
				: 'mention' }, piece.text);
		case 'link':
			return linkElement(piece, me);
		default:
			return h(TAGS[piece.type], piece.type === 'quote'
				? { dir: 'auto' } : {},
			...richText(piece.children, me));
		}
	});
}

/** @param {import('../markdown.js').Link} link @param {string} me */
function linkElement({ href, children }, me) {
	const [only] = children;
	const is_bare = children.length === 1 && only.type === 'text'
		&& linkify(only.text)[0].href === href;

	return h('a', { href, target: '_blank',
		rel: 'noopener noreferrer nofollow',
		title: is_bare ? undefined : href },
	...richText(children, me));
}
