/** What a person sets for themselves, on two of their devices. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Client } from '../../www/sdk/index.js';
import { shoot } from './chromium.mjs';
import { readable, readableInBoth } from './contrast.mjs';
import { PHONE, dialog, fits, usePages } from './pages.mjs';
import { until } from './wait.mjs';

/** @typedef {import('playwright-core').Page} Page */

const world = usePages();

/** @param {Page} page */
const settings = (page) => page.locator('dialog.settings[open]');
const closed = (locator) => locator.waitFor({ state: 'detached' });

/** @param {Page} page */
async function show(page) {
	await page.bringToFront();
	await page.getByRole('button', { name: 'Settings' }).click();
	await settings(page).getByLabel('Read receipts').waitFor();
}

/** By keyboard: a box. */
async function press(page, name) {
	await page.bringToFront();
	await settings(page).getByLabel(name).focus();
	await page.keyboard.press('Space');
}

describe('own settings', { concurrency: false }, () => {
	let me;
	const made = [];
	/** @type {Page} */
	let one;
	/** @type {Page} */
	let phone;
	const own = async () => me.client.own.settings();
	const isOwn = (check) => until(async () => check(await own()));

	before(async () => {
		me = await world.people.newPerson('Yan Self');
		for (const options of [{}, PHONE])
			made.push(await world.pageOf(me, options));
		[one, phone] = made.map(({ page }) => page);
	});

	after(async () => {
		for (const { context, troubles } of made) {
			await context.close();
			assert.deepEqual(troubles, []);
		}
	});

	test('name and bio', async () => {
		await show(one);
		await show(phone);
		await fits(phone, settings(phone));
		await one.bringToFront();
		await settings(one).getByLabel('Your name').fill('Yan Selfmade');
		await settings(one).getByLabel('About you').fill('Up early');
		await one.keyboard.press('Tab');
		await one.keyboard.press('Enter');
		await until(async () => {
			const { display_name, bio } = await me.client.users.me();

			return display_name === 'Yan Selfmade'
				&& bio === 'Up early';
		});
		await readableInBoth(one);
		await shoot(one, 'settings');
	});

	test('privacy, by keyboard and by touch', async () => {
		await press(one, 'Read receipts');
		await isOwn(({ read_receipts }) => read_receipts === false);
		await until(async () => !await settings(phone)
			.getByLabel('Read receipts').isChecked());
		await settings(one).getByLabel('last here').selectOption('Nobody');
		await isOwn(({ last_seen }) => last_seen === 'nobody');
		await until(async () => await settings(phone)
			.getByLabel('last here').inputValue() === 'nobody');
		for (const [name, field] of [['last here', 'last_seen'],
			['add you', 'add_to_groups']]) {
			await settings(one).getByLabel(name)
				.selectOption('My contacts');
			await until(async () => await settings(phone)
				.getByLabel(name).inputValue() === 'contacts');
			await isOwn((now) => now[field] === 'contacts');
		}
		await settings(phone).getByLabel('add you').selectOption('Nobody');
		await until(async () => await settings(one)
			.getByLabel('add you').inputValue() === 'nobody');
		await isOwn(({ add_to_groups }) => add_to_groups === 'nobody');
		await settings(phone).getByLabel('Read receipts').tap();
		await isOwn(({ read_receipts }) => read_receipts === true);
		await until(async () => await settings(one)
			.getByLabel('Read receipts').isChecked());
	});

	test('hours at which nothing disturbs', async () => {
		const dnd = async () => (await own()).dnd;
		const is = (check) => until(async () => check(await dnd()));

		await press(one, 'No notifications at set hours');
		await settings(one).getByLabel('Time zone').waitFor();
		await is((now) => now?.from === '22:00' && now.to === '07:00'
			&& now.days.length === 7);
		await settings(phone).getByLabel('Time zone').waitFor();
		await settings(phone).getByLabel('From').fill('23:30');
		await is((now) => now.from === '23:30');
		await until(async () => await settings(one).getByLabel('From')
			.inputValue() === '23:30');
		await settings(one).getByLabel('Time zone')
			.selectOption('Asia/Tokyo');
		await is((now) => now.tz === 'Asia/Tokyo');
		await press(one, 'Sunday');
		await is((now) => now.days.join() === '1,2,3,4,5,6');
		await until(async () => !await settings(phone)
			.getByLabel('Sunday').isChecked());
		await settings(phone).getByLabel('Saturday').tap();
		await is((now) => now.days.join() === '1,2,3,4,5');
		await settings(phone).getByLabel('Saturday')
			.scrollIntoViewIfNeeded();
		await fits(phone, settings(phone));
		await readableInBoth(phone);
		await shoot(phone, 'quiet-hours-phone');
		for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday']) {
			const { length } = (await dnd()).days;

			await press(one, day);
			await is((now) => now.days.length === length - 1);
		}
		await press(one, 'Friday');
		await settings(one).getByText('Pick at least one day.').waitFor();
		assert.equal((await dnd()).days.join(), '5');
		await press(one, 'No notifications at set hours');
		await is((now) => now === null);
		await settings(phone).getByLabel('Time zone').waitFor({
			state: 'hidden' });
	});

	test('an export of what is known of oneself', async () => {
		const state = (page) => settings(page).getByRole('status');
		const ask = (page, name = 'Export my data') => settings(page)
			.getByRole('button', { name, exact: true });

		assert.equal(await state(one).textContent(), '');
		await one.bringToFront();
		await ask(one).focus();
		await one.keyboard.press('Enter');
		await state(one).getByText('The file is ready.').waitFor();
		assert.equal((await me.client.users.getExport()).state, 'done');
		await ask(one, 'Export my data again').waitFor();
		assert.ok(await ask(one, 'Export my data again').evaluate((it) =>
			it === document.activeElement));
		await readableInBoth(one);
		await shoot(one, 'export');
		/* the other device sees it the next time */
		await phone.keyboard.press('Escape');
		await closed(settings(phone));
		await show(phone);
		await state(phone).getByText('The file is ready.').waitFor();
		await fits(phone, settings(phone));
	});

	test('light or dark, for this device alone', async () => {
		const ground = (page) => page.evaluate(() =>
			getComputedStyle(document.body).backgroundColor);
		const scheme = (page) => page.evaluate(() =>
			getComputedStyle(document.documentElement).colorScheme);
		const light = await ground(one);

		await one.bringToFront();
		await settings(one).getByLabel('As the device').focus();
		await one.keyboard.press('ArrowRight');
		await one.keyboard.press('ArrowRight');
		assert.notEqual(await ground(one), light);
		assert.equal(await scheme(one), 'dark');
		await readable(one);
		await shoot(one, 'theme-dark');
		assert.equal(await ground(phone), light);
		await one.reload();
		await one.locator('.shell[data-phase="online"]').waitFor();
		assert.equal(await scheme(one), 'dark');
		await show(one);
		await one.emulateMedia({ colorScheme: 'dark' });
		await settings(one).getByLabel('Light', { exact: true })
			.check();
		assert.equal(await ground(one), light);
		await readable(one);
		await settings(one).getByLabel('As the device').check();
		assert.notEqual(await ground(one), light);
		await one.emulateMedia({ colorScheme: null });
	});

	test('a new password, and other devices logged out', async () => {
		await one.bringToFront();
		await settings(one).getByRole('button', {
			name: 'Change password' }).focus();
		await one.keyboard.press('Enter');

		const form = dialog(one).last();

		await form.getByLabel('Present password').fill('not this one');
		await form.getByLabel('New password').fill('another-long-one');
		await one.keyboard.press('Enter');
		await form.getByText('That is not your present password.')
			.waitFor();
		await readableInBoth(one);
		await shoot(one, 'password');
		await form.getByLabel('Present password').fill(me.password);
		await form.getByLabel('Log out all other devices').check();
		await form.getByRole('button', { name: 'Change' }).click();
		await one.locator('.toast', { hasText: 'was changed' }).waitFor();
		await phone.getByLabel('User name').waitFor();
		await until(async () => await settings(one).locator('.device')
			.count() === 1);
		await assert.rejects(world.people.person(me.username,
			me.password), { code: 'unauthenticated' });
		me.password = 'another-long-one';
		me = { ...me, ...await world.people.person(me.username,
			me.password) };
	});

	test('a session ends from the list', async () => {
		await one.keyboard.press('Escape');
		await closed(settings(one));
		await show(one);
		await until(async () => await settings(one).locator('.device')
			.count() === 2);
		await settings(one).locator('.device').getByRole('button')
			.press('Enter');
		await until(async () => await settings(one).locator('.device')
			.count() === 1);
		await assert.rejects(me.client.sessions.current(),
			{ code: 'unauthenticated' });
		await new Client({ base_url: world.stack.url,
			app: world.stack.app }).sessions.create({
			username: me.username, password: me.password,
			device: { id: 'last', platform: 'other' } });
	});
});
