/**
 * What a stranger writes may not freeze a page: the work grows with the length
 * of a text, not with its square. Eight times the text takes eight times the
 * work, and would take 64 times if it were quadratic: what is compared is eight
 * short texts with a long one.
 */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { byteLength, emojiOnly, folded, graphemes, initials }
	from '../../../www/app/format.js';
import { linkify } from '../../../www/app/linkify.js';
import { parseMarkdown } from '../../../www/app/markdown.js';
import { matching, mentionAt, mentionsIn }
	from '../../../www/app/mentions.js';
import { messageText, previewOf } from '../../../www/app/naming.js';
import { loadTexts } from '../../../www/app/strings.js';
import { appOfHost } from '../../../www/app/which_app.js';
import { Http } from '../../../www/sdk/http.js';

await loadTexts();

const SHORT = 8 * 1024;
const LONG = 64 * 1024;
const GROWTH_MAX = 4;
const NOISE_US = 5000;
const RUNS = 5;
const ROUNDS = 4;

const UNITS = ['(', ')', '[', '()', '([', '.', ',', '"', '/', ':', '#', ' ',
	'\n', '-', '_', '+', '@', 'a', 'A', '1', 'a.', '.a', 'a@', 'a@b.',
	'a@b.c', 'www.', 'www.a@', 'x@www.a,', 'http://', 'https://a)',
	'https://x.y ', 'ü', 'a\u0301', '好', '。', '’', 'ع', '😀', '👩‍👩‍👧',
	'🇩🇪', '1\uFE0F\u20E3', '<', '&', '%41', '\u2068', '\ud800', '*', '*a ', 'a* ', '**a',
	'_a ', '~~a', '`', '`a', '```\n', '[*', '](', '[](', '[a](https://x.y)',
	'\\', '\n> ', '@bob ', '@bo'];
const BEFORE = ['', 'https://x.y/', 'www.x.y', 'mail a@b.c', 'x'];

/** @param {string} before @param {string} unit @param {number} length */
const text = (before, unit, length) => (before
	+ unit.repeat(Math.ceil(length / unit.length))).slice(0, length);

/** The processor time of the quickest of some runs, in microseconds. */
function cost(work, input, times) {
	let least = Infinity;

	for (let run = 0; run < RUNS && least > NOISE_US; run++) {
		const before = process.cpuUsage();

		for (let i = 0; i < times; i++)
			work(input);

		const { user, system } = process.cpuUsage(before);

		least = Math.min(least, user + system);
	}
	return least;
}

/** @param {string} name @param {(text: string) => unknown} work */
function growsLinearly(name, work) {
	for (const before of BEFORE)
		for (const unit of UNITS) {
			let long, short, grows = true;

			/* The compiler and the garbage collector of the engine
			   count, too: what grows does so each time. */
			for (let round = 0; grows && round < ROUNDS; round++) {
				long = cost(work, text(before, unit, LONG), 1);
				if (long <= NOISE_US)
					grows = false;
				else {
					short = cost(work, text(before, unit,
						SHORT), LONG / SHORT);
					grows = long > GROWTH_MAX * short + NOISE_US;
				}
			}
			assert.ok(!grows,
				`${name}, ${JSON.stringify(before + unit)}…: ${
					short} µs grow to ${long}`);
		}
}

const entry = (t) => ({ kind: 'message', type: 'text', sender_id: '2',
	content: { text: t } });
const m = { me: '1', people: { name: () => 'Bob' }, rooms: new Map() };

for (const [name, work] of Object.entries({
	linkify,
	emojiOnly,
	graphemes,
	initials,
	folded,
	byteLength,
	parseMarkdown: (t) => parseMarkdown(t, [{ name: 'bob', user_id: '2' }]),
	mentionAt: (t) => mentionAt(t, t.length),
	mentionsIn: (t) => mentionsIn(t, [{ name: 'bob', user_id: '2' }]),
	matching: (t) => matching(t, [{ user_id: '2', name: t, names: [t] }]),
	appOfHost,
	messageText: (t) => messageText(entry(t)),
	previewOf: (t) => previewOf(m, { last_entry: entry(t),
		conversation: { kind: 'group' } }),
	base_url: (t) => new Http({ base_url: t }),
}))
	test(`the work of ${name} grows with the text`, () =>
		growsLinearly(name, work));

/* A regular expression, where one can stand. */
const LITERAL = /(?:[=(,:?&|[]|=>)\s*\/((?:[^/\\\n[*]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])*)\/([dgimsuvy]*)/g;

/** Every regular expression of the client and the SDK. */
function patterns() {
	const top = fileURLToPath(new URL('../../../www', import.meta.url));

	return readdirSync(top, { recursive: true }).filter((path) =>
		/\.js$/.test(path)).flatMap((path) => {
		const code = readFileSync(`${top}/${path}`, 'utf8')
			.replace(/\/\*[^]*?\*\//g, ' ');

		return [...code.matchAll(LITERAL)].map(([, source, flags]) =>
			({ path, source, flags }));
	});
}

test('the work of every pattern grows with the text', () => {
	const all = patterns();

	/* one that is in a call, one after a name, one after an operator */
	for (const source of ['\\s+', 'Firefox|FxiOS', '^https?:', '^www\\.'])
		assert.ok(all.some((p) => p.source.includes(source)), source);
	assert.ok(all.length >= 20, `${all.length} patterns`);
	for (const { path, source, flags } of all) {
		const pattern = new RegExp(source, flags.includes('g') ? flags
			: `${flags}g`);

		growsLinearly(`${path}: /${source}/`, (t) =>
			t.replace(pattern, ''));
	}
});
