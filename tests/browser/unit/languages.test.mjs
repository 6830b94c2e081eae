/** Which language a page has, and how numbers and dates are written in it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

/** The module, as a browser with these languages has it. */
async function at(...tags) {
	Object.defineProperty(globalThis, 'navigator', { configurable: true,
		value: { languages: tags } });
	return import(`../../../www/app/language.js?${tags.join()}`);
}

test('the first language of the browser that the app has', async () => {
	for (const [tags, want] of [
		[['en-US', 'zh-CN'], 'en'],
		[['zh'], 'zh'],
		[['zh-TW', 'en'], 'zh'],
		[['de-DE', 'ar-EG', 'en'], 'ar'],
		[['de-DE', 'fr'], 'en'],
		[['constructor', 'no language'], 'en'],
		[[], 'en'],
	])
		assert.equal((await at(...tags)).language, want, tags.join());
});

test('dates as in the region of the browser, if it has the language', async () => {
	for (const [tags, want] of [
		[['en-US'], '7/31/2024'],
		[['en-AU', 'en-US'], '31/07/2024'],
		[['de-DE'], '31/07/2024'],
		[['fr-FR', 'en-US'], '7/31/2024'],
		[['zh-CN'], '2024/7/31'],
		/* not with the letters of Taiwan */
		[['zh-Hant-TW'], '2024/7/31'],
	]) {
		const { locale } = await at(...tags);

		assert.equal(new Intl.DateTimeFormat(locale).format(
			new Date(2024, 6, 31)), want, tags.join());
	}
	assert.match(new Intl.DateTimeFormat((await at('zh-TW')).locale,
		{ weekday: 'short' }).format(0), /^周.$/);
});

test('Arabic has the same digits and calendar everywhere', async () => {
	for (const tag of ['ar', 'ar-EG', 'ar-SA', 'ar-MA',
		'ar-SA-u-ca-islamic-nu-arab']) {
		const { locale } = await at(tag);

		assert.equal(new Intl.NumberFormat(locale).format(1234567)
			.replace(/\D/g, ''), '1234567', tag);
		assert.match(new Intl.DateTimeFormat(locale, { year: 'numeric' })
			.format(new Date(2024, 6, 31)), /2024/, tag);
	}
});
