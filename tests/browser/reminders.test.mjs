/** How people are reminded of messages. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { shoot } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, choose, dialog, fits, item, offline, recall, touchLong,
	usePages } from './pages.mjs';
import { message, open } from './people.mjs';
import { until } from './wait.mjs';

const AHEAD_MS = 6000;

const world = usePages();

const panel = (page) => page.getByRole('complementary', { name: 'Reminders' });
const hit = (page, text) => page.locator('.hits .hit', { hasText: text });
const toasts = (page, text) => page.locator('.toast', { hasText: text });

/** @param {import('playwright-core').Page} page */
async function showReminders(page) {
	await page.getByRole('button', { name: 'Starred messages' }).click();
	await page.getByRole('button', { name: 'Reminders', exact: true }).click();
	await panel(page).waitFor();
}

describe('reminders', { concurrency: false }, () => {
	let c;
	let second;

	before(async () => {
		c = await world.couple('Max Late', 'Ned Late');
		second = await world.pageOf(c.b);
		await open(second.page, c.conv_id);
		await c.a.say(c.conv_id, 'call me back');
		await message(c.pb, 'call me back').waitFor();
	});
	after(async () => {
		await second.context.close();
		assert.deepEqual(second.troubles, []);
		await c.close();
	});

	test('set by keyboard, for a time that is offered or another one',
		async () => {
			await c.pb.bringToFront();
			await message(c.pb, 'call me back').focus();
			await c.pb.keyboard.press('Enter');
			await item(c.pb, 'Remind me').focus();
			await c.pb.keyboard.press('Enter');
			await dialog(c.pb).getByText('call me back').waitFor();
			await shoot(c.pb, 'remind');
			await readableInBoth(c.pb);
			await c.pb.keyboard.press('Enter');
			await toasts(c.pb, 'You will be reminded').waitFor();
			await showReminders(second.page);
			await hit(second.page, 'call me back').waitFor();

			const { items } = await c.b.client.messages.reminders();

			assert.equal(Math.round((items[0].remind_at - Date.now())
				/ 60000), 20);
			await choose(c.pb, 'call me back', 'Remind me');
			await dialog(c.pb).getByText('Cancel the reminder')
				.waitFor();

			const day = new Date(Date.now() + 86400000);

			day.setHours(7, 30, 0, 0);
			await dialog(c.pb).getByLabel('Date and time').fill(
				await c.pb.evaluate((at) => {
					const zone = new Date(at)
						.getTimezoneOffset() * 60000;

					return new Date(at - zone).toISOString()
						.slice(0, 16);
				}, day.getTime()));
			await dialog(c.pb).getByRole('button', { name: 'Set' })
				.click();
			await until(async () => (await c.b.client.messages
				.reminders()).items[0].remind_at === day.getTime());
		});

	test('the list, on another device; cancelled there', async () => {
		await hit(second.page, 'call me back').locator('.hit-due', {
			hasText: '07:30' }).waitFor();
		await shoot(second.page, 'reminders');
		await readableInBoth(second.page);
		await hit(second.page, 'call me back').getByRole('button', {
			name: 'Cancel the reminder' }).click();
		await panel(second.page).getByText('No reminders').waitFor();
		await choose(c.pb, 'call me back', 'Remind me');
		assert.equal(await dialog(c.pb).getByText('Cancel the reminder')
			.count(), 0);
		await c.pb.keyboard.press('Escape');
	});

	test('with a note, in the list and when it is due, on all my devices',
		async () => {
			const note = 'bring the **plan**';
			const { msg_id } = (await c.b.client.messages.list(
				c.conv_id)).items.at(-1);

			await choose(c.pb, 'call me back', 'Remind me');
			await dialog(c.pb).getByLabel('Note for yourself')
				.fill(note);
			await readableInBoth(c.pb);
			await shoot(c.pb, 'remind-note');
			await dialog(c.pb).getByRole('button', {
				name: 'In one hour' }).press('Enter');
			await hit(second.page, 'call me back').locator(
				'.hit-note', { hasText: note }).waitFor();
			await readableInBoth(second.page);
			await shoot(second.page, 'reminders-note');
			assert.equal((await c.b.client.messages.reminders())
				.items[0].note, note);
			/* a new time keeps it, also on the other device */
			await choose(second.page, 'call me back', 'Remind me');
			assert.equal(await dialog(second.page).getByLabel(
				'Note for yourself').inputValue(), note);
			await dialog(second.page).getByRole('button', {
				name: 'In three hours' }).click();
			await until(async () => {
				const { items } = await c.b.client.messages
					.reminders();

				return items[0].note === note && items[0].remind_at
					> Date.now() + 2 * 3600000;
			});
			await c.b.client.messages.remind(msg_id,
				Date.now() + AHEAD_MS, note);
			for (const page of [c.pb, second.page])
				await toasts(page, 'Reminder: bring the **plan** '
					+ '(Max Late: call me back)').waitFor();
			await readableInBoth(c.pb);
			await shoot(c.pb, 'reminder-due-note');
			for (const page of [c.pb, second.page])
				await toasts(page, 'bring the **plan**').getByRole(
					'button', { name: 'Dismiss' }).click();
			await panel(second.page).getByText('No reminders')
				.waitFor();
		});

	test('due, on all my devices, one of them offline; it leads there',
		async () => {
			const { items } = await c.b.client.messages.list(c.conv_id);
			const { msg_id } = items.at(-1);

			await offline(second, async () => {
				await c.b.client.messages.remind(msg_id,
					Date.now() + AHEAD_MS);
				await toasts(c.pb, 'Reminder: Max Late: call me back')
					.waitFor();
			});
			await toasts(second.page, 'call me back').waitFor();
			await readableInBoth(second.page);
			await shoot(second.page, 'reminder-due');
			await second.page.getByRole('button', { name: 'Show' })
				.click();
			await second.page.locator('.message.flash')
				.getByText('call me back').waitFor();
			assert.equal(await toasts(c.pa, 'Reminder').count(), 0);
			await recall(c.pa, 'call me back');
			await toasts(c.pb, 'call me back').waitFor({
				state: 'detached' });
		});
});

test('a phone: a reminder by touch', async () => {
	const c = await world.couple('Oda Touch', 'Pia Touch', 'direct',
		[{ ...PHONE, colorScheme: 'dark' }, {}]);
	const { pa } = c;

	await c.b.say(c.conv_id, 'buy milk');
	await touchLong(pa, message(pa, 'buy milk').locator('.text'));
	await item(pa, 'Remind me').tap();
	await fits(pa, dialog(pa));
	await shoot(pa, 'remind-phone');
	await dialog(pa).getByRole('button', { name: 'Tomorrow morning' }).tap();
	await dialog(pa).waitFor({ state: 'detached' });
	await pa.locator('.back').tap();
	await showReminders(pa);
	await hit(pa, 'buy milk').locator('.hit-due', { hasText: '09:00' })
		.waitFor();
	await fits(pa, panel(pa));
	await shoot(pa, 'reminders-phone');
	await c.close();
});
