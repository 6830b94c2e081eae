/** Who has read a message in a group. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { shoot } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, dialog, fits, item, menu, touchLong, usePages }
	from './pages.mjs';
import { message, open } from './people.mjs';
import { until } from './wait.mjs';

const world = usePages();

describe('read by', { concurrency: false }, () => {
	let c;
	let third;
	let fourth;
	let phone;
	let index;
	const section = (page, name) => dialog(page).locator('section', {
		has: page.getByRole('heading', { name }) });
	const names = (page, name) => section(page, name)
		.locator('.person-name').allTextContents();
	const are = (page, name, wanted) => until(async () =>
		(await names(page, name)).sort().join() === wanted);
	const closed = (page) => dialog(page).waitFor({ state: 'detached' });

	before(async () => {
		c = await world.couple('Abe Asks', 'Bea Reads', 'group');
		third = await world.people.newPerson('Cal Waits');
		fourth = await world.people.newPerson('Dot Hides');
		await fourth.client.own.setSettings({ read_receipts: false });
		await c.a.client.conversations.add(c.conv_id,
			[third.user.user_id, fourth.user.user_id]);
		phone = await world.pageOf(c.a, PHONE);
		await open(phone.page, c.conv_id);
		({ conv_index: index } = await c.a.say(c.conv_id,
			'who sees this?'));
		await message(c.pa, 'who sees this?').waitFor();
		await message(phone.page, 'who sees this?').waitFor();
	});
	after(async () => {
		await phone.context.close();
		assert.deepEqual(phone.troubles, []);
		await c.close();
	});

	test('from the menu, by keyboard; it follows', async () => {
		await c.pb.bringToFront();
		await message(c.pb, 'who sees this?').waitFor();
		await until(async () => (await c.a.client.own.receipts(c.conv_id,
			index)).read_count === 1);
		await c.pa.bringToFront();
		await message(c.pa, 'who sees this?').focus();
		await c.pa.keyboard.press('Enter');
		await item(c.pa, 'Read by…').focus();
		await c.pa.keyboard.press('Enter');
		await are(c.pa, 'Read by 1', 'Bea Reads');
		await are(c.pa, 'Not read yet', 'Cal Waits');
		await dialog(c.pa).getByText('1 more member').waitFor();
		await readableInBoth(c.pa);
		await shoot(c.pa, 'read-by');
		await third.client.conversations.read(c.conv_id, index);
		await are(c.pa, 'Read by 2', 'Bea Reads,Cal Waits');
		await c.pa.keyboard.press('Escape');
		await closed(c.pa);
	});

	test('from the line below, by touch', async () => {
		await phone.page.bringToFront();
		await phone.page.getByRole('button', { name: 'Read by 2' }).tap();
		await are(phone.page, 'Read by 2', 'Bea Reads,Cal Waits');
		await fits(phone.page, dialog(phone.page));
		await shoot(phone.page, 'read-by-phone');
		await dialog(phone.page).getByRole('button', { name: 'Close' })
			.tap();
		await closed(phone.page);
	});

	test('not of others\' messages', async () => {
		await touchLong(phone.page, message(phone.page, 'second')
			.locator('.text'));
		assert.equal(await item(phone.page, 'Read by…').count(), 0);
		await phone.page.keyboard.press('Escape');
		await menu(phone.page).waitFor({ state: 'detached' });
	});

	test('nobody sees it without receipts of their own', async () => {
		await c.pa.bringToFront();
		await c.pa.getByRole('button', { name: 'Read by 2' }).click();
		await are(c.pa, 'Read by 2', 'Bea Reads,Cal Waits');
		await c.a.client.own.setSettings({ read_receipts: false });
		await dialog(c.pa).getByText('You have turned read receipts off')
			.waitFor();
		assert.deepEqual(await names(c.pa, 'Read by 2'), []);
		await shoot(c.pa, 'read-by-off');
		await c.pa.keyboard.press('Escape');
		for (const page of [c.pa, phone.page])
			await page.getByRole('button', { name: /Read by/ })
				.waitFor({ state: 'detached' });
		await c.a.client.own.setSettings({ read_receipts: true });
		for (const page of [c.pa, phone.page])
			await page.getByRole('button', { name: 'Read by 2' })
				.waitFor();
	});
});
