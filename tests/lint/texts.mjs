/** See texts.sh. */

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

import { languages } from '../../www/app/text/languages.js';

const app = fileURLToPath(new URL('../../www/app', import.meta.url));

/** Names, which every language writes as English does. */
const SAME = new Set(['app', 'platforms.android']);

/** Properties and attributes that people see or hear. */
const SHOWN = new Set(['title', 'placeholder', 'alt', 'label', 'body', 'empty',
	'textContent', 'innerText', 'ariaLabel', 'aria-label', 'aria-description',
	'aria-roledescription', 'aria-valuetext']);

/** Functions, and from which argument to which other one they show them. */
const SHOWING = new Map([['h', [2]], ['fill', [1]], ['append', [0]],
	['prepend', [0]], ['replaceChildren', [0]], ['join', [0]], ['toast', [0, 1]],
	['openDialog', [0, 1]], ['confirmDialog', [0, 3]],
	['Notification', [0, 1]]]);

/** Tables of which codes of the server pick a text. */
const PICKED = /^(errors|ended|outcomes|platforms|privacy\.who|contacts\.of|groups\.texts)\./;

/** Texts that are meant for the server, and why they are in one language. */
const KNOWN = new Map([
	/* the name of the device, which all devices of the user show */
	['preferences.js', new Set([', '])],
]);

/** Operators whose value is that of an operand. */
const VALUES = new Map([[ts.SyntaxKind.AmpersandAmpersandToken, ['right']],
	[ts.SyntaxKind.BarBarToken, ['left', 'right']],
	[ts.SyntaxKind.QuestionQuestionToken, ['left', 'right']],
	[ts.SyntaxKind.PlusToken, ['left', 'right']]]);

let bad = 0;

/** @param {string} what */
function complain(what) {
	console.log(what);
	bad++;
}

/**
 * The texts of a table, by their path.
 *
 * @param {object} table
 * @param {string} [path]
 * @returns {Map<string, string|Function>}
 */
function flat(table, path = '') {
	return new Map(Object.entries(table).flatMap(([key, value]) =>
		typeof value === 'object' && value !== null
			? [...flat(value, `${path}${key}.`)]
			: [[path + key, value]]));
}

/** @param {string} id @param {Map<string, string|Function>} english */
async function compare(id, english) {
	const { texts } = await languages[id].load();
	const own = flat(texts);

	for (const [key, text] of english) {
		const other = own.get(key);

		if (other === undefined)
			complain(`${id}: ${key} is missing`);
		else if (typeof other !== typeof text)
			complain(`${id}: ${key} is a ${typeof other}`);
		else if (typeof text === 'function' ? text.length !== other.length
			: (text === '') !== (other === ''))
			complain(`${id}: ${key} has ${typeof text === 'function'
				? `${other.length} parameters, not ${text.length}`
				: 'no text, or one where English has none'}`);
		else if (text === other && /[a-z]{2}/i.test(text)
			&& !SAME.has(key))
			complain(`${id}: ${key} is English`);
	}
	for (const key of own.keys())
		if (!english.has(key))
			complain(`${id}: ${key} is not in English`);
}

/** @param {string} text  letters, or punctuation between texts */
const isText = (text) => /\p{L}/u.test(text) || /[,;:.?!…] |[、，；：。]/u
	.test(text);

/** @param {string} text  a sentence, or a script that no name of code has */
const isProse = (text) => /^\p{Lu}\p{Ll}+ \p{L}|\p{L}{2}…$/u.test(text)
	|| /[\p{Script=Han}\p{Script=Arabic}]/u.test(text);

/**
 * The literals whose value an expression may have, or may contain.
 *
 * @param {ts.Node} node
 * @returns {ts.Node[]}
 */
function literalsOf(node) {
	if (ts.isStringLiteralLike(node))
		return [node];
	if (ts.isTemplateExpression(node))
		return [node.head, ...node.templateSpans.map((span) =>
			span.literal)];
	if (ts.isConditionalExpression(node))
		return [...literalsOf(node.whenTrue),
			...literalsOf(node.whenFalse)];
	if (ts.isBinaryExpression(node))
		return (VALUES.get(node.operatorToken.kind) ?? [])
			.flatMap((side) => literalsOf(node[side]));
	if (ts.isArrayLiteralExpression(node))
		return node.elements.flatMap(literalsOf);
	return ts.isParenthesizedExpression(node)
		? literalsOf(node.expression) : [];
}

/** @param {ts.Node} node @returns {string} */
const nameOf = (node) => ts.isPropertyAccessExpression(node) ? node.name.text
	: ts.isIdentifier(node) || ts.isStringLiteralLike(node) ? node.text : '';

/**
 * The literals that people see because of this node.
 *
 * @param {ts.Node} node
 * @returns {ts.Node[]}
 */
function shownBy(node) {
	if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
		const name = nameOf(node.expression);
		const given = node.arguments ?? [];

		if (name === 'setAttribute' && SHOWN.has(nameOf(given[0])))
			return literalsOf(given[1]);
		return SHOWING.has(name) ? given.slice(...SHOWING.get(name))
			.flatMap(literalsOf) : [];
	}
	if (ts.isPropertyAssignment(node) && SHOWN.has(nameOf(node.name)))
		return literalsOf(node.initializer);
	return ts.isBinaryExpression(node) && SHOWN.has(nameOf(node.left))
		&& ts.isPropertyAccessExpression(node.left)
		&& node.operatorToken.kind === ts.SyntaxKind.EqualsToken
		? literalsOf(node.right) : [];
}

/**
 * @param {string} path
 * @param {Set<string>} named  gets the names that the file uses
 */
function check(path, named) {
	const source = ts.createSourceFile(path, readFileSync(join(app, path),
		'utf8'), ts.ScriptTarget.ES2022, true);
	const found = new Set();
	/** @param {ts.Node} node */
	const walk = (node) => {
		for (const literal of shownBy(node))
			if (isText(literal.text))
				found.add(literal);
		if ((ts.isStringLiteralLike(node) || ts.isTemplateHead(node))
			&& isProse(node.text))
			found.add(node);
		if (ts.isIdentifier(node) || ts.isStringLiteralLike(node))
			named.add(node.text);
		ts.forEachChild(node, walk);
	};

	walk(source);
	for (const literal of found) {
		const { line } = source.getLineAndCharacterOfPosition(
			literal.getStart());

		if (!KNOWN.get(path)?.has(literal.text))
			complain(`www/app/${path}:${line + 1}: "${literal.text}" `
				+ 'belongs into a table of texts');
	}
}

const { texts } = await languages.en.load();
const english = flat(texts);
const named = new Set();

for (const id of Object.keys(languages))
	if (id !== 'en')
		await compare(id, english);
for (const path of readdirSync(app, { recursive: true }).sort())
	if (path.endsWith('.js') && !path.startsWith('text/'))
		check(path, named);
for (const key of english.keys())
	if (!PICKED.test(key) && !named.has(key.split('.').at(-1)))
		complain(`${key} is shown by nothing`);
process.exit(bad > 0 ? 1 : 0);
