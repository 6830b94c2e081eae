import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseMarkdown, plainText } from '../../../www/app/markdown.js';

/** As much of a document as is needed to make elements, and to look at them. */
class FakeNode {}
class FakeText extends FakeNode {
	constructor(text) {
		super();
		this.text = text;
	}
}
class FakeElement extends FakeNode {
	attributes = new Map();
	children = [];

	constructor(tag) {
		super();
		this.tag = tag;
	}

	setAttribute(name, value) {
		this.attributes.set(name, value);
	}

	addEventListener() {
		assert.fail('a message listens to nothing');
	}

	replaceChildren(...children) {
		this.children = children.map((child) =>
			child instanceof FakeNode ? child : new FakeText(child));
	}
}
globalThis.Node = FakeNode;
globalThis.document = { createElement: (tag) => new FakeElement(tag) };

const { richText } = await import('../../../www/app/view/rich_text.js');
const { h } = await import('../../../www/app/dom.js');

const NAMES = [{ name: 'Bob Klein', user_id: '1' },
	{ name: 'bob', user_id: '2' }, { name: '王美', user_id: '3' }];

const made = (text) => h('div', {}, richText(parseMarkdown(text, NAMES), '2'));

/** The tree, short enough to compare. */
function shown(pieces) {
	return pieces.map((piece) => {
		const { type } = piece;
		const inside = 'children' in piece ? shown(piece.children)
			: piece.text;

		return type === 'text' ? inside
			: `<${type}${piece.href ? ` ${piece.href}` : ''}${
				piece.user_id ? ` ${piece.user_id}` : ''}>${
				inside}</>`;
	}).join('');
}

const show = (text) => shown(parseMarkdown(text, NAMES));

test('each kind of mark', () => {
	for (const [text, want] of [
		['**b** *i* _j_ ~~s~~ `c`', '<bold>b</> <italic>i</> '
			+ '<italic>j</> <strike>s</> <code>c</>'],
		['***both***', '<italic><bold>both</></>'],
		['**bold *both***', '<bold>bold <italic>both</></>'],
		['*it **both***', '<italic>it <bold>both</></>'],
		['~~a **b** c~~', '<strike>a <bold>b</> c</>'],
		['(*x*), "**y**"', '(<italic>x</>), "<bold>y</>"'],
		['中文**粗体**中文', '中文<bold>粗体</>中文'],
		['한국어**굵게**는', '한국어<bold>굵게</>는'],
		['``a`b`` ` c `', '<code>a`b</> <code>c</>'],
		['`` `x` ``', '<code>`x`</>'],
		['`**no**`', '<code>**no**</>'],
		['[t](https://x.y/a_(b))', '<link https://x.y/a_(b)>t</>'],
		['[**t**](https://x.y)',
			'<link https://x.y/><bold>t</></>'],
		['[m](mailto:a@b.c)', '<link mailto:a@b.c>m</>'],
	])
		assert.equal(show(text), want, text);
});

test('what is no mark stays as it was written', () => {
	for (const text of ['2**10 and 3**2', 'snake_case_x __init__',
		'a*b*c', '* item\n* item', '** a**', '****', '*', '**a*',
		'**unclosed', 'a **b\nc** d', '¯\\_(ツ)_/¯', '>_<', '>no quote',
		'a > b', '[a] (b)', '[a](b)', '[a](/b)', '`open', '```\nopen',
		'C:\\dir', '~a~', '\\', '\\a', 'x@bob', '@bobby', '5 * 3 * 2'])
		assert.equal(show(text), text);
	assert.equal(show('\\*no\\* \\`no\\` \\~\\~no'), '*no* `no` ~~no');
});

test('blocks: code and quotes', () => {
	for (const [text, want] of [
		['```\na **b**\n\n c\n```', '<pre>a **b**\n\n c</>'],
		['x\n```js\na\n```\ny', 'x<pre>a</>y'],
		['```let a;\nlet b;```', '<pre>let a;\nlet b;</>'],
		['> a *b*\n> c\nd', '<quote>a <italic>b</>\nc</>d'],
		['> a\n>\n> b', '<quote>a\n\nb</>'],
	])
		assert.equal(show(text), want, text);
});

test('addresses: found as ever, and none poses as another', () => {
	for (const [text, want] of [
		['https://x.y/_foo_/a_b', '<link https://x.y/_foo_/a_b>'
			+ 'https://x.y/_foo_/a_b</>'],
		['**https://x.y**', '<bold><link https://x.y/>https://x.y</></>'],
		['[https://a.b](https://c.d)', '[<link https://a.b/>https://a.b'
			+ '</>](<link https://c.d/>https://c.d</>)'],
		['[www.a.bc x](https://c.d)', '[<link https://www.a.bc/>'
			+ 'www.a.bc</> x](<link https://c.d/>https://c.d</>)'],
		['[](https://x.y)', '[](<link https://x.y/>https://x.y</>)'],
	])
		assert.equal(show(text), want, text);
	for (const href of ['javascript:alert(1)', 'JAVASCRIPT:alert(1)',
		'java\tscript:x', 'data:text/html,x', 'vbscript:x', 'file:///x',
		'//x.y', 'https://u:p@x.y', 'blob:https://x.y/1', '&#106;avascript:x',
		'https:javascript:x\u0000'])
		for (const piece of parseMarkdown(`[a](${href})`))
			assert.ok(piece.type !== 'link'
				|| /^https?:/.test(piece.href), href);
});

test('mentions: of those who are meant', () => {
	for (const [text, want] of [
		['hi @Bob Klein, @BOB', 'hi <mention 1>@Bob Klein</>, '
			+ '<mention 2>@BOB</>'],
		['你好@王美，＠王美', '你好<mention 3>@王美</>，<mention 3>'
			+ '＠王美</>'],
		['**@bob**', '<bold><mention 2>@bob</></>'],
		['`@bob` @bobby', '<code>@bob</> @bobby'],
	])
		assert.equal(show(text), want, text);
});

test('a line of a list has no marks', () => {
	for (const [text, want] of [
		['**b** [t](https://x.y) `c`', 'b t c'],
		['a\n> q\nb', 'a\nq\nb'],
		['```\nx\n```\ny', 'x\ny'],
	])
		assert.equal(plainText(parseMarkdown(text)), want);
});

const PARTS = ['*', '**', '_', '~~', '`', '```', '```\n', '[', ']', '](', ')',
	'(', '\\', '> ', '\n> ', '\n', ' ', 'a', 'B', '好', '😀', '\ud800', '@bob',
	'@Bob Klein', '<img src=x onerror=alert(1)>', '<script>', '</script>',
	'"', '\'', 'javascript:alert(1)', '[x](javascript:alert(1))',
	'[x](data:text/html,<b>)', 'https://x.y/', 'https://x.y/"onclick="',
	'www.z.zz', 'a@b.c', '[t](https://x.y)', '&lt;', '\u0000', '\u202e',
	'[x](https://x.y\u0000)', '[x](ht\ntps://x.y)', 'on*=', 'style='];

/** A sequence of numbers that a seed makes, from 0 to n - 1. */
function dice(seed) {
	let state = seed;

	return (n) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor(state / 2 ** 32 * n);
	};
}

const TAGS = new Map(Object.entries({
	div: [], strong: [], em: [], s: [], blockquote: ['dir'],
	code: ['dir'], pre: ['dir', 'tabindex'], bdi: ['class'],
	a: ['href', 'target', 'rel', 'title'],
}));
const VALUES = { dir: /^(ltr|auto)$/, tabindex: /^0$/,
	class: /^mention( me)?$/, target: /^_blank$/,
	rel: /^noopener noreferrer nofollow$/,
	href: /^(https?:\/\/[^/@]+(\/|$)|mailto:)/, title: /^(https?:|mailto:)/ };

/** Nothing but what this client makes of a message. */
function assertSafe(node, text, depth = 0) {
	assert.ok(depth < 10, text);
	if (node instanceof FakeText)
		return;

	const allowed = TAGS.get(node.tag);

	assert.ok(allowed, `${node.tag} from ${text}`);
	for (const [name, value] of node.attributes) {
		assert.ok(allowed.includes(name), `${name} from ${text}`);
		assert.match(String(value), VALUES[name], text);
	}
	for (const child of node.children)
		assertSafe(child, text, depth + 1);
}

/** @returns {string} */
const textOf = (node) => node instanceof FakeText ? node.text
	: node.children.map(textOf).join('');

test('whatever is written makes safe elements, and loses no letter', () => {
	for (let seed = 1; seed <= 20000; seed++) {
		const roll = dice(seed);
		const text = Array.from({ length: 1 + roll(14) }, () =>
			PARTS[roll(PARTS.length)]).join('');
		const node = made(text);
		const letters = (t) => t.replace(/[^aB好]/gu, '');

		assertSafe(node, text);
		/* but for addresses of links, and languages of code */
		if (!/\]\(|```/.test(text))
			assert.equal(letters(textOf(node)), letters(text),
				text);
	}
});

/* Only this: growth.test.mjs shows that the time is linear. */
const limit_ms = Number(process.env.MARKDOWN_DRILL_MS ?? 0);

test('64 KiB are shown in time', { skip: limit_ms === 0 }, () => {
	let worst = 0;

	for (const part of [...PARTS, '*a* ', '[*', 'a\n', '@', '`a`', '**a *b ',
		'好*', '](', '[a](']) {
		const text = part.repeat(Math.ceil(65536 / part.length))
			.slice(0, 65536);
		let least = Infinity;

		for (let run = 0; run < 5; run++) {
			const before = process.cpuUsage();

			parseMarkdown(text, NAMES);

			const { user, system } = process.cpuUsage(before);

			least = Math.min(least, (user + system) / 1000);
		}
		assert.ok(least < limit_ms, `${JSON.stringify(part)}: ${least}`);
		worst = Math.max(worst, least);
	}
	console.log(`# figure: 64 KiB of Markdown, the slowest: ${
		worst.toFixed(1)} ms`);
});
