/** What admins do with a group, and how its chat shows it. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { shoot } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, dialog, fits, usePages } from './pages.mjs';
import { until } from './wait.mjs';

const world = usePages();

const panel = (page) => page.getByRole('complementary', { name: 'Details' });
const system = (page, text) => page.locator('.rows .system', { hasText: text });
const button = (page, name) => page.getByRole('button', { name, exact: true });
/** A button of the open dialog. */
const answer = (page, name) => dialog(page).getByRole('button',
	{ name, exact: true });

/** @param {import('playwright-core').Page} page */
async function details(page) {
	if (!await panel(page).isVisible())
		await page.locator('.head-link').click();
	await panel(page).locator('.member').first().waitFor();
}

/** Tab leads to a control. */
async function tabTo(page, locator) {
	await until(async () => {
		await page.keyboard.press('Tab');
		return locator.evaluate((element) =>
			element === document.activeElement);
	});
}

describe('settings of a group', { concurrency: false }, () => {
	let c;

	before(async () => {
		c = await world.couple('Ada Chair', 'Bo Guest', 'group');
	});
	after(() => c.close());

	test('changed by keyboard; the chat says what became of them',
		async () => {
			const { pa, pb } = c;

			await details(pa);
			await tabTo(pa, button(pa, 'Settings of this group'));
			await pa.keyboard.press('Enter');
			await dialog(pa).getByLabel('Name').fill('The club');
			await pa.keyboard.press('Tab');
			await pa.keyboard.type('Those who <b>meet</b> on Mondays');
			await pa.keyboard.press('Tab');
			await pa.keyboard.type('Next time: **room 7**, see '
				+ 'https://example.org/plan');
			await shoot(pa, 'group-settings');
			await readableInBoth(pa);
			await dialog(pa).getByLabel('Name').press('Enter');
			await dialog(pa).waitFor({ state: 'detached' });
			await system(pb, 'Ada Chair changed the settings: name, '
				+ 'announcement, description').waitFor();
			await system(pa, 'You changed the settings').waitFor();
			await pb.locator('.chat h1', { hasText: 'The club' })
				.waitFor();

			const { settings } = await c.b.client.conversations.get(
				c.conv_id);

			assert.equal(settings.description,
				'Those who <b>meet</b> on Mondays');
			assert.equal(settings.who_can_post, 'all');
		});

	test('the focus is back where it was; Escape changes nothing', async () => {
		const { pa } = c;

		await until(() => button(pa, 'Settings of this group')
			.evaluate((element) => element === document.activeElement));
		await pa.keyboard.press('Enter');
		await dialog(pa).getByLabel('Name').fill('Nothing');
		await pa.keyboard.press('Escape');
		await dialog(pa).waitFor({ state: 'detached' });
		await panel(pa).getByRole('heading', { name: 'The club' }).waitFor();
	});

	test('the announcement is on top, and can be opened', async () => {
		const { pb } = c;
		const bar = pb.locator('.announcement-bar');

		await bar.getByText('Next time: room 7').waitFor();
		await bar.focus();
		await pb.keyboard.press('Enter');
		await dialog(pb).getByRole('link').waitFor();
		assert.equal(await dialog(pb).locator('strong').textContent(),
			'room 7');
		await shoot(pb, 'announcement');
		await readableInBoth(pb);
		await pb.keyboard.press('Escape');
		await until(() => bar.evaluate((element) =>
			element === document.activeElement));
	});

	test('a member is offered none of it', async () => {
		const { pb } = c;

		await details(pb);
		await panel(pb).getByText('Those who <b>meet</b> on Mondays')
			.waitFor();
		assert.equal(await button(pb, 'Settings of this group').count(), 0);
	});

	test('each setting has words of its own, and works at once', async () => {
		const { pa, pb, a, conv_id } = c;
		const set = (settings) => a.client.groups.change(conv_id, settings);
		const says = (text) => system(pb, `Ada Chair ${text}`).waitFor();

		await button(pa, 'Settings of this group').click();
		await dialog(pa).getByLabel('Who can write').selectOption('Admins');
		await answer(pa, 'Save').click();
		await says('set “Who can write” to “Admins”');
		await pb.getByText('Only admins can write here').waitFor();
		assert.equal(await button(pb, 'Add people').count(), 1);
		await set({ who_can_invite: 'owner' });
		await says('set “Who can add people” to “Only the owner”');
		await until(async () =>
			await button(pb, 'Add people').count() === 0);
		await set({ join: 'open' });
		await says('set “Who can join” to “Everybody”');
		await set({ slow_mode_s: 30 });
		await says('set “Slow mode” to “One message in 30 s”');
		await panel(pb).getByText('Slow mode: one message in 30 s').waitFor();
		await set({ message_ttl_s: 7200, slow_mode_s: 0 });
		await says('changed the settings: “Slow mode”, '
			+ '“Messages disappear”');
		await set({ message_ttl_s: 0 });
		await says('set “Messages disappear” to “Never”');
		await set({ history: 'since_joined' });
		await says('set “New members can read” to “Messages since');
		await set({ name: 'The new club' });
		await says('named the group “The new club”');
		await set({ announcement: 'All **read** this' });
		await says('announced: “All read this”');
		await set({ announcement: null });
		await says('removed the announcement');
		await pb.locator('.announcement-bar').waitFor({ state: 'hidden' });
		await set({ who_can_post: 'all' });
		await pb.locator('.composer').waitFor();
		await shoot(pb, 'group-lines');
		await readableInBoth(pb);
	});

	test('a value that is not offered stays; a mistake is told', async () => {
		const { pa, a, conv_id } = c;

		await a.client.groups.change(conv_id, { slow_mode_s: 77 });
		await system(pa, 'One message in 77 s').waitFor();
		await button(pa, 'Settings of this group').click();
		assert.equal(await dialog(pa).getByLabel('Slow mode').inputValue(),
			'77');
		await dialog(pa).getByLabel('Name').fill('  ');
		await answer(pa, 'Save').click();
		await dialog(pa).getByText('A name is needed').waitFor();
		await dialog(pa).getByLabel('Name').fill('Club 3');
		await dialog(pa).getByLabel('Description').fill('ü'.repeat(2049));
		await answer(pa, 'Save').click();
		await dialog(pa).getByText('The description is too long').waitFor();
		await dialog(pa).getByLabel('Description').fill('');
		await answer(pa, 'Save').click();
		await dialog(pa).waitFor({ state: 'detached' });

		const { settings } = await a.client.conversations.get(conv_id);

		assert.equal(settings.description, undefined);
		assert.equal(settings.name, 'Club 3');
		assert.equal(settings.slow_mode_s, 77);
	});
});

test('a phone: settings by touch, in the dark', async () => {
	const c = await world.couple('Cy Touch', 'Di Touch', 'group',
		[{ ...PHONE, colorScheme: 'dark' }, {}]);
	const { pa, pb } = c;

	await pa.locator('.head-link').tap();
	await button(pa, 'Settings of this group').tap();
	await fits(pa, dialog(pa));
	await dialog(pa).getByLabel('Announcement').fill(
		'A rather long announcement that does not fit into a line');
	await dialog(pa).getByLabel('Who can join').selectOption('approval');
	await shoot(pa, 'group-settings-phone');
	await answer(pa, 'Save').tap();
	await dialog(pa).waitFor({ state: 'detached' });
	await system(pb, 'Cy Touch changed the settings').waitFor();
	await pa.locator('.details .bar a').tap();
	await pa.locator('.announcement-bar').tap();
	await fits(pa, dialog(pa));
	await shoot(pa, 'announcement-phone');
	await dialog(pa).getByRole('button', { name: 'Dismiss' }).tap();
	await fits(pa);
	await c.close();
});
