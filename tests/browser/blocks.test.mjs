/** Blocks: whoever blocks, and whoever is blocked, on their pages. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { randomId } from '../../www/sdk/index.js';
import { shoot } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, choose, dialog, field, fits, item, touchLong, usePages }
	from './pages.mjs';
import { chatItem, message, open } from './people.mjs';
import { until } from './wait.mjs';

/** @typedef {import('playwright-core').Page} Page */

const world = usePages();

const button = (page, name) => page.getByRole('button', { name });
const toast = (page, text) => page.locator('.toast', { hasText: text });
const gone = (locator) => locator.waitFor({ state: 'detached' });
/** @param {Page} page */
const details = (page) => page.getByRole('complementary', { name: 'Details' });

/** @param {Page} page */
async function showDetails(page) {
	await page.bringToFront();
	await page.locator('.head-link').click();
	await details(page).waitFor();
}

describe('blocks', { concurrency: false }, () => {
	/** @type {Awaited<ReturnType<typeof world.couple>>} */
	let c;
	/** @type {Page} */
	let pa;
	/** @type {Page} */
	let pb;
	const blocked = async () => (await c.a.client.blocks.list()).items
		.map(({ user_id }) => user_id);

	before(async () => {
		c = await world.couple('Ida Iris', 'Jon Jade', 'direct',
			[{}, PHONE]);
		({ pa, pb } = c);
	});
	after(() => c.close());

	test('blocked from the details, by keyboard', async () => {
		await showDetails(pa);
		await button(details(pa), 'Block…').focus();
		await pa.keyboard.press('Enter');
		await dialog(pa).getByText('They are not told').waitFor();
		await readableInBoth(pa);
		await shoot(pa, 'block');
		await pa.keyboard.press('Escape');
		await gone(dialog(pa));
		assert.deepEqual(await blocked(), []);
		await pa.keyboard.press('Enter');
		await button(dialog(pa), 'Block').focus();
		await pa.keyboard.press('Enter');
		await pa.getByText('You have blocked Jon Jade.').waitFor();
		assert.equal(await field(pa).count(), 0);
		assert.deepEqual(await blocked(), [c.b.user.user_id]);
		await button(details(pa), 'Unblock').waitFor();
		assert.equal(await button(details(pa), 'Add to contacts')
			.count(), 0);
		await readableInBoth(pa);
		await shoot(pa, 'blocked');
	});

	test('what they send, edit, or react with is refused, neutrally',
		async () => {
			await pb.bringToFront();
			await field(pb).fill('are you there?');
			await pb.locator('.send').tap();
			await pb.locator('.failure', { hasText: 'Not sent: this '
				+ 'person cannot receive' }).waitFor();
			await fits(pb);
			await readableInBoth(pb);
			await shoot(pb, 'refused-phone');
			await touchLong(pb, message(pb, 'first').locator('.text'));
			await button(pb, 'React with 👍').tap();
			await toast(pb, 'cannot receive anything').waitFor();
			await until(async () => await pb.locator('.reaction')
				.count() === 0);
			await pb.locator('.toast .icon-button').tap();
			await choose(pb, 'second', 'Edit');
			await field(pb).fill('third');
			await button(pb, 'Save').tap();
			await toast(pb, 'cannot receive anything').waitFor();
			await button(pb, 'Stop editing').tap();
			await assert.rejects(c.b.client.contacts.request(
				c.a.user.user_id), { code: 'forbidden' });
			await pb.locator('.head-link').tap();
			await button(details(pb), 'Add to contacts…').tap();
			await button(dialog(pb), 'Send request').tap();
			await toast(pb, 'does not take requests from you')
				.waitFor();
			await shoot(pb, 'contact-refused-phone');
			await button(dialog(pb), 'Cancel').tap();
			await pb.goBack();
		});

	test('nor can they bring them into a group', async () => {
		await pb.locator('.back').tap();
		await button(pb, 'New chat').first().tap();
		await button(dialog(pb), 'New group').tap();
		await dialog(pb).getByLabel('Group name').fill('All of us');
		await dialog(pb).getByRole('searchbox').fill(c.a.username);
		await dialog(pb).locator(`[data-username="${c.a.username}"]`)
			.tap();
		await button(dialog(pb), 'Create group').tap();
		await toast(pb, 'cannot add somebody whom you have picked')
			.waitFor();
		await button(dialog(pb), 'Close').tap();
	});

	test('unblocked in place of the composer; then it is sent', async () => {
		await pa.bringToFront();
		await pa.locator('.blocked').getByRole('button', {
			name: 'Unblock' }).focus();
		await pa.keyboard.press('Enter');
		await field(pa).waitFor();
		await until(() => field(pa).evaluate((element) =>
			element === document.activeElement));
		assert.deepEqual(await blocked(), []);
		await chatItem(pb, c.conv_id).tap();
		await button(pb, 'Try again').tap();
		await message(pa, 'are you there?').waitFor();
	});

	test('from the menu of the chat, and the list in the settings',
		async () => {
			await pb.locator('.back').tap();
			await touchLong(pb, chatItem(pb, c.conv_id)
				.locator('.chat-name'));
			await item(pb, 'Block…').tap();
			await button(dialog(pb), 'Block').tap();
			await toast(pb, 'Ida Iris is blocked.').waitFor();
			await button(pb, 'Settings').tap();
			await button(dialog(pb), 'Blocked people').tap();

			const list = pb.locator('dialog.list-dialog');

			await list.getByText('Ida Iris').waitFor();
			await fits(pb, list);
			await readableInBoth(pb);
			await shoot(pb, 'blocked-phone');
			/* another device of theirs */
			await c.b.client.blocks.set((await world.people.newPerson(
				'Kim Kale')).user.user_id);
			await button(list, 'Close').tap();
			await button(dialog(pb), 'Blocked people').tap();
			await list.getByText('Kim Kale').waitFor();
			await button(list, 'Unblock Ida Iris').tap();
			await gone(list.locator('li', { hasText: 'Ida Iris' }));
			await button(list, 'Close').tap();
			await button(dialog(pb), 'Close').tap();
			await chatItem(pb, c.conv_id).tap();
			await field(pb).waitFor();
			assert.equal((await c.b.client.blocks.list()).items
				.length, 1);
		});

	test('another device shows it at once', async () => {
		const other = await world.pageOf(c.a, {});

		await other.page.bringToFront();
		await open(other.page, c.conv_id);
		await field(other.page).waitFor();
		await c.a.client.blocks.set(c.b.user.user_id);
		for (const page of [pa, other.page])
			await page.getByText('You have blocked Jon Jade.')
				.waitFor();
		await button(other.page, 'Unblock').click();
		await field(pa).waitFor();
		await other.context.close();
		assert.deepEqual(other.troubles, []);
	});

	test('a page that is opened later knows of it, and so do forwards',
		async () => {
			await c.a.client.blocks.set(c.b.user.user_id);
			await pa.reload();
			await pa.getByText('You have blocked Jon Jade.').waitFor();
			await c.a.client.conversations.create({ kind: 'group',
				members: [], settings: { name: 'Elsewhere' },
				client_id: randomId() });
			await chatItem(pa, c.conv_id).waitFor();
			await choose(pa, 'are you there?', 'Forward');
			await dialog(pa).getByText('Elsewhere').waitFor();
			assert.equal(await dialog(pa).getByText('Jon Jade')
				.count(), 0);
			await pa.keyboard.press('Escape');
		});
});
