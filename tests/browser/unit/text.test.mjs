import assert from 'node:assert/strict';
import { test } from 'node:test';

import { byteLength, dayOf, emojiOnly, folded, initials, listTime, tint }
	from '../../../www/app/format.js';
import { linkify } from '../../../www/app/linkify.js';
import { loadTexts, t } from '../../../www/app/strings.js';

await loadTexts();

const links = (text) => linkify(text).filter(({ href }) => href);

test('a search by name sees no case, accents or widths', () => {
	for (const [text, want] of [
		['Anna WEBER', 'anna weber'],
		['Núñez', 'nunez'],
		['Nu\u0301n\u0303ez', 'nunez'],
		['ＡＢ１', 'ab1'],
		['Straße', 'strasse'],
		['王美玲', '王美玲'],
		['ｶﾞ', 'ガ'],
		['कि', 'कि'],
		['\u1100\u1175\u11b7', '김'],
	])
		assert.equal(folded(text), want);
});

test('addresses are found as a reader would', () => {
	for (const [text, shown, href] of [
		['see https://example.com.', 'https://example.com',
			'https://example.com/'],
		['(https://example.com/a_(b))', 'https://example.com/a_(b)',
			'https://example.com/a_(b)'],
		['go to www.example.org, now', 'www.example.org',
			'https://www.example.org/'],
		['见 https://example.com/路径。好', 'https://example.com/路径',
			'https://example.com/%E8%B7%AF%E5%BE%84'],
		['（www.example.org）', 'www.example.org',
			'https://www.example.org/'],
		['mail bob.k+x@example.com!', 'bob.k+x@example.com',
			'mailto:bob.k+x@example.com'],
		['HTTPS://EXAMPLE.COM/Q?a=1&b=2#c',
			'HTTPS://EXAMPLE.COM/Q?a=1&b=2#c',
			'https://example.com/Q?a=1&b=2#c'],
	]) {
		const [link, ...others] = links(text);

		assert.equal(others.length, 0, text);
		assert.equal(link.text, shown);
		assert.equal(link.href, href);
	}
});

test('the pieces are the text again, whatever it is', () => {
	for (const text of ['', 'plain', 'https://', 'a https://x.y b www.z.zz',
		'https://a.b/https://c.d', '<a href="https://e.f">', '@@.@',
		'https://[', 'x@y.z, q@w.e'])
		assert.equal(linkify(text).map((part) => part.text).join(''),
			text);
});

test('nothing but web and mail becomes a link', () => {
	for (const text of ['javascript:alert(1)', 'data:text/html,x',
		'file:///etc/passwd', 'ftp://example.com', 'https://',
		'https://user:pw@example.com/', 'vbscript:x'])
		assert.deepEqual(links(text).filter(({ href }) =>
			!href.startsWith('mailto:')), [], text);
});

test('initials of any script', () => {
	assert.equal(initials('Alice Martin'), 'AM');
	assert.equal(initials('bob'), 'B');
	assert.equal(initials('anna.maria_x-lee'), 'AL');
	assert.equal(initials('李伟'), '李');
	assert.equal(initials('نور الحسن'), 'ن');
	assert.equal(initials('👩‍🚀 crew'), '👩‍🚀C');
	assert.equal(initials('  '), '?');
});

test('a colour stays the same', () => {
	assert.equal(tint('7316401'), tint('7316401'));
	for (let i = 0; i < 100; i++)
		assert.ok(tint(String(i * 7919)) < 12);
});

test('a few emoji alone are shown large', () => {
	assert.equal(emojiOnly('😀'), 1);
	assert.equal(emojiOnly('👩‍👩‍👧‍👦 ❤️'), 2);
	assert.equal(emojiOnly('🇩🇪'), 1);
	assert.equal(emojiOnly('😀😀😀😀'), 0);
	assert.equal(emojiOnly('ok 👍'), 0);
	assert.equal(emojiOnly('12'), 0);
	assert.equal(emojiOnly(''), 0);
});

test('times in the list get shorter with distance', () => {
	const now = new Date(2026, 4, 20, 15, 30).getTime();
	const day = 86400000;

	assert.match(listTime(now - 60000, now), /\d\d:\d\d/);
	assert.equal(listTime(now - day, now), t.yesterday);
	assert.doesNotMatch(listTime(now - 3 * day, now), /\d/);
	assert.match(listTime(now - 30 * day, now), /\d/);
	assert.equal(dayOf(now) - dayOf(now - day), 1);
});

test('sizes are counted in bytes', () => {
	assert.equal(byteLength('aé漢😀'), 1 + 2 + 3 + 4);
});
