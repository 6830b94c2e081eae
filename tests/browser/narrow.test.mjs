/** What has little room: on tablets, and on phones. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { PHONE, dialog, field, fits, item, menu, usePages } from './pages.mjs';
import { message } from './people.mjs';
import { until } from './wait.mjs';

const LONG = 'a text that goes over more than one line of the field '.repeat(2);

const world = usePages();

/** @param {import('playwright-core').Locator} locator */
const box = async (locator) => {
	const { x, y, width, height } = await locator.boundingBox();

	return { start: x, end: x + width, top: y, bottom: y + height };
};

describe('little room', { concurrency: false }, () => {
	let c;

	before(async () => {
		c = await world.couple('Nea Narrow', 'Ole Open', 'direct',
			[{ viewport: { width: 720, height: 700 } }, PHONE]);
	});
	after(() => c.close());

	test('the name above the list does not run into the buttons', async () => {
		for (const width of [701, 820, 900, 1200]) {
			await c.pa.setViewportSize({ width, height: 700 });

			const bar = c.pa.locator('.sidebar > .bar');
			const first = await box(bar.getByRole('button').nth(1));

			assert.ok((await box(bar.locator('h1'))).end
				<= first.start);
			/* nor is it cut */
			assert.ok(await bar.locator('h1').evaluate((h1) =>
				h1.scrollWidth <= h1.clientWidth));
			await fits(c.pa);
		}
	});

	test('a long text has the width of the field of a phone', async () => {
		const { pb } = c;
		const around = pb.locator('.composer-field');
		const one_line = (await box(field(pb))).bottom;

		await pb.bringToFront();
		await field(pb).fill(LONG);
		await until(async () => (await box(pb.locator('.later'))).top
			>= (await box(field(pb))).bottom - 1);

		const [text, all] = [await box(field(pb)), await box(around)];

		assert.ok(text.end - text.start > (all.end - all.start) * 0.9);
		await fits(pb);
		await pb.locator('.send').tap();
		await message(pb, 'a text that goes over').waitFor();
		await until(async () => (await box(field(pb))).bottom
			=== one_line);
	});

	test('a date has room for all of it', async () => {
		const { pb } = c;

		await message(pb, 'a text that goes over').locator('.bubble')
			.click({ button: 'right', position: { x: 8, y: 8 } });
		await item(pb, 'Remind me').tap();
		await menu(pb).waitFor({ state: 'detached' });
		await fits(pb, dialog(pb));

		const { start, end } = await box(dialog(pb).locator(
			'[type=datetime-local]'));

		assert.ok(end - start >= 230);
		await dialog(pb).getByRole('button', { name: 'Cancel' }).tap();
	});
});
