/** A search that is limited to days. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { shoot } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, fits, usePages } from './pages.mjs';
import { until } from './wait.mjs';

const DAY_MS = 86400000;

const world = usePages();

const panel = (page) => page.getByRole('complementary', {
	name: 'Search messages' });
const hits = (page) => page.locator('.hits .hit');
const day = (page, name) => panel(page).getByLabel(name, { exact: true });
const nothing = (page) => panel(page).getByText('Nothing found').waitFor();
const found = (page) => until(async () => await hits(page).count() === 1);

/** As the page has it: the zones of both are the same. */
const local = (ms) => {
	const zone_ms = new Date(ms).getTimezoneOffset() * 60000;

	return new Date(ms - zone_ms).toISOString().slice(0, 10);
};

describe('days of a search', { concurrency: false }, () => {
	let c;
	let pa;
	let pb;
	let sent_at;

	before(async () => {
		c = await world.couple('Uwe Once', 'Vic Once', 'direct',
			[{}, PHONE]);
		({ pa, pb } = c);
		({ sent_at } = await c.a.say(c.conv_id, 'the anemone'));
		await until(async () => (await c.a.client.messages.search({
			q: 'anemone' })).items.length === 1);
	});
	after(() => c.close());

	test('since a day, until a day, by keyboard', async () => {
		await pa.bringToFront();
		await pa.keyboard.press('Control+Shift+F');
		await pa.keyboard.type('anemone');
		await found(pa);
		await day(pa, 'Since').fill(local(sent_at + DAY_MS));
		await nothing(pa);
		await readableInBoth(pa);
		await shoot(pa, 'search-days');
		await panel(pa).getByRole('button', { name: 'Since: any' })
			.focus();
		await pa.keyboard.press('Enter');
		await found(pa);
		assert.equal(await day(pa, 'Since').evaluate((input) =>
			input === document.activeElement), true);
		/* both days are among them */
		await day(pa, 'Since').fill(local(sent_at));
		await day(pa, 'Until').fill(local(sent_at));
		await found(pa);
		await day(pa, 'Until').fill(local(sent_at - DAY_MS));
		await nothing(pa);
	});

	test('the panel that is opened again has them still', async () => {
		await panel(pa).getByRole('button', { name: 'Close the search' })
			.click();
		await pa.keyboard.press('Control+Shift+F');
		assert.equal(await day(pa, 'Until').inputValue(),
			local(sent_at - DAY_MS));
		/* a day that is half typed is none */
		await day(pa, 'Until').focus();
		await pa.keyboard.press('Backspace');
		await found(pa);
	});

	test('a phone', async () => {
		await pb.bringToFront();
		await pb.getByRole('button', { name: 'Search in this chat' })
			.tap();
		await pb.getByLabel('Words in a message').fill('anemone');
		await found(pb);
		await day(pb, 'Since').fill(local(sent_at));
		await day(pb, 'Until').fill(local(sent_at));
		await found(pb);
		await fits(pb, panel(pb));
		await readableInBoth(pb);
		await shoot(pb, 'search-days-phone');
		await panel(pb).getByRole('button', { name: 'Until: any' }).tap();
		await until(async () => await day(pb, 'Until').inputValue()
			=== '');
	});
});
