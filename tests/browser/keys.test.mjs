/** The whole page by keyboard alone. */

import { before, describe, test } from 'node:test';

import { accessible } from './axe.mjs';
import { PHONE, field, usePages } from './pages.mjs';
import { message } from './people.mjs';
import { until } from './wait.mjs';

const world = usePages();

const hasFocus = (locator) => until(() => locator.evaluate((element) =>
	element === document.activeElement));

describe('keys', { concurrency: false }, () => {
	let c;

	before(async () => {
		c = await world.couple('Kim Keys', 'Lou Lock');
	});

	test('past the list by the first stop, and on with the message', async () => {
		const skip = c.pa.getByRole('button', {
			name: 'Skip to the messages' });

		await c.pa.bringToFront();
		await c.pa.evaluate(() => {
			document.activeElement.blur();
			getSelection().removeAllRanges();
		});
		await skip.focus();
		await until(async () => (await skip.boundingBox()).width > 100);
		await accessible(c.pa);
		await c.pa.keyboard.press('Enter');
		await hasFocus(field(c.pa));
		await c.pa.keyboard.type('by keyboard');
		await c.pa.keyboard.press('Enter');
		await message(c.pb, 'by keyboard').waitFor();
	});

	test('Ctrl+K: to a chat by its name', async () => {
		await c.pa.keyboard.press('Escape');
		await c.pa.locator('.nothing').waitFor();
		await c.pa.keyboard.press('Control+K');
		await hasFocus(c.pa.getByLabel('Search chats'));
		await c.pa.keyboard.type('lou');
		await c.pa.keyboard.press('Enter');
		await message(c.pa, 'by keyboard').waitFor();
	});

	test('Ctrl+K on a narrow page: back to the list', async () => {
		await c.pb.bringToFront();
		await c.pb.setViewportSize(PHONE.viewport);
		await c.pb.getByLabel('Search chats').waitFor({
			state: 'hidden' });
		await c.pb.keyboard.press('Control+K');
		await until(() => c.pb.evaluate(() => location.hash === '#/'));
		await hasFocus(c.pb.getByLabel('Search chats'));
		await c.pb.keyboard.type('kim');
		await c.pb.keyboard.press('Enter');
		await message(c.pb, 'by keyboard').waitFor();
		await c.close();
	});
});
