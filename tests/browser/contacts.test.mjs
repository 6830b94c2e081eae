/** Contacts: requests, answers, names of one's own, on several devices. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { randomId } from '../../www/sdk/index.js';
import { shoot } from './chromium.mjs';
import { readable, readableInBoth } from './contrast.mjs';
import { PHONE, dialog, fits, item, menu, offline, touchLong, usePages }
	from './pages.mjs';
import { chatItem } from './people.mjs';
import { until } from './wait.mjs';

/** @typedef {import('playwright-core').Page} Page */

const world = usePages();

/** @param {Page} page */
const panel = (page) => page.getByRole('complementary', { name: 'Contacts' });
const button = (page, name) => page.getByRole('button', { name });
/** @param {Page} page */
const opener = (page) => page.locator('.contacts-button');
/** A row of a part of the panel. */
const row = (page, state, name) => panel(page).locator(
	`[data-state="${state}"] li`, { hasText: name });
const gone = (locator) => locator.waitFor({ state: 'detached' });

/** @param {Page} page */
async function show(page) {
	await page.bringToFront();
	await opener(page).click();
	await panel(page).waitFor();
}

/** The name of what has the focus. */
const focused = (page) => page.evaluate(() =>
	document.activeElement?.getAttribute('aria-label')
	?? document.activeElement?.textContent ?? '');

describe('contacts', { concurrency: false }, () => {
	let ann;
	let ben;
	const made = [];
	/** @type {Page} */
	let pa;
	/** @type {Page} */
	let pb;
	/** @type {Page} */
	let phone;

	before(async () => {
		ann = await world.people.newPerson('Ann Alder');
		ben = await world.people.newPerson('Ben Birch');
		made.push(await world.pageOf(ann), await world.pageOf(ben),
			await world.pageOf(ben, PHONE));
		[pa, pb, phone] = made.map(({ page }) => page);
	});
	after(async () => {
		for (const { context, troubles } of made) {
			await context.close();
			assert.deepEqual(troubles, []);
		}
	});

	test('asked by keyboard, with some words', async () => {
		await pa.bringToFront();
		await opener(pa).focus();
		await pa.keyboard.press('Enter');
		await panel(pa).getByText('No contacts yet').waitFor();
		await readableInBoth(pa);
		await shoot(pa, 'contacts-empty');
		await until(async () => await focused(pa) === 'Add a contact');
		await pa.keyboard.press('Enter');
		await pa.keyboard.type(ben.username);
		await dialog(pa).locator(`[data-username="${ben.username}"]`)
			.focus();
		await pa.keyboard.press('Enter');
		await pa.keyboard.type('Ann, from the course');
		await readableInBoth(pa);
		await shoot(pa, 'contact-ask');
		await pa.keyboard.press('Tab');
		await pa.keyboard.press('Enter');
		await gone(dialog(pa));
		await row(pa, 'sent', 'Ben Birch').getByText(
			'Ann, from the course').waitFor();
		await button(pa, 'Add a contact').click();
		await dialog(pa).getByRole('searchbox').fill(ben.username);
		await dialog(pa).locator('.person', { hasText: 'Asked' })
			.waitFor();
		assert.equal(await dialog(pa).locator(
			`[data-username="${ben.username}"]`).isDisabled(), true);
		await button(dialog(pa), 'Cancel').click();
		await gone(dialog(pa));
	});

	test('a request comes to all devices, and is counted', async () => {
		for (const page of [pb, phone])
			await button(page, 'Contacts: 1 request to you').waitFor();
		await readableInBoth(pb);
		await shoot(pb, 'contacts-waiting');
		await show(phone);
		await row(phone, 'requested', 'Ann Alder').getByText(
			'Ann, from the course').waitFor();
		await fits(phone, panel(phone));
		await readableInBoth(phone);
		await shoot(phone, 'contacts-phone');
	});

	test('taken back, and asked again', async () => {
		await pa.bringToFront();
		await button(pa, 'Take back the request to Ben Birch').focus();
		await pa.keyboard.press('Enter');
		await gone(row(pa, 'sent', 'Ben Birch'));
		await until(async () => await focused(pa) === 'Add a contact');
		await gone(row(phone, 'requested', 'Ann Alder'));
		await until(async () => await opener(pb).getAttribute(
			'aria-label') === 'Contacts');
		await ann.client.contacts.request(ben.user.user_id, 'once more');
		await row(pa, 'sent', 'Ben Birch').waitFor();
		await row(phone, 'requested', 'once more').waitFor();
	});

	test('declined by touch', async () => {
		await phone.bringToFront();
		await button(phone, 'Decline the request of Ann Alder').tap();
		await gone(row(phone, 'requested', 'Ann Alder'));
		await gone(row(pa, 'sent', 'Ben Birch'));
		await panel(pa).getByText('No contacts yet').waitFor();
		assert.deepEqual((await ben.client.contacts.list()).items, []);
	});

	test('accepted, after a time without connection', async () => {
		await offline(made[1], async () => {
			await ann.client.contacts.request(ben.user.user_id);
			await row(phone, 'requested', 'Ann Alder').waitFor();
		});
		await button(pb, 'Contacts: 1 request to you').click();
		await button(pb, 'Accept the request of Ann Alder').focus();
		await pb.keyboard.press('Enter');
		await row(pb, 'accepted', 'Ann Alder').waitFor();
		await until(async () => /Ann Alder/.test(await focused(pb)));
		await row(phone, 'accepted', 'Ann Alder').waitFor();
		await row(pa, 'accepted', 'Ben Birch').waitFor();
		assert.equal((await ann.client.contacts.list()).items[0].state,
			'accepted');
	});

	test('who has asked is accepted where they are picked', async () => {
		const cid = await world.people.newPerson('Cid Cedar');

		await cid.client.contacts.request(ben.user.user_id);
		await row(pb, 'requested', 'Cid Cedar').waitFor();
		await button(pb, 'Add a contact').click();
		await dialog(pb).getByRole('searchbox').fill(cid.username);
		await dialog(pb).locator(`[data-username="${cid.username}"]`)
			.click();
		await pb.locator('.toast', { hasText: 'is a contact now' })
			.waitFor();
		await row(pb, 'accepted', 'Cid Cedar').waitFor();
	});

	test('a name of one\'s own is the name of the chat', async () => {
		await pb.bringToFront();
		await button(pb, 'Actions for Ann Alder').focus();
		await pb.keyboard.press('Enter');
		await item(pb, 'Own name…').click();
		await dialog(pb).getByLabel('Name', { exact: true }).fill('Annie');
		await readableInBoth(pb);
		await pb.keyboard.press('Enter');
		await row(pb, 'accepted', 'Annie').waitFor();
		await row(phone, 'accepted', 'Annie').waitFor();
		await row(pb, 'accepted', 'Annie').locator('[data-act=open]')
			.press('Enter');
		await pb.locator('.chat h1', { hasText: 'Annie' }).waitFor();
		assert.equal(await panel(pb).isVisible(), true);
		await shoot(pb, 'contacts-chat');
		assert.equal(await row(pa, 'accepted', 'Annie').count(), 0);
	});

	test('a phone: the menu, and the chat in place of the panel', async () => {
		await phone.bringToFront();
		await touchLong(phone, row(phone, 'accepted', 'Annie')
			.locator('.person-name'));
		await fits(phone, menu(phone));
		await shoot(phone, 'contact-menu-phone');
		await item(phone, 'Open chat').tap();
		await phone.locator('.chat h1', { hasText: 'Annie' }).waitFor();
		assert.equal(await panel(phone).count(), 0);
		await phone.goBack();
		await panel(phone).waitFor();
	});

	test('alone may bring somebody into groups who wants it so', async () => {
		await button(pb, 'Settings').click();
		await dialog(pb).getByLabel('add you to groups')
			.selectOption('My contacts');
		await until(async () => (await ben.client.own.settings())
			.add_to_groups === 'contacts');
		await button(dialog(pb), 'Close').click();

		const stranger = await world.people.newPerson('Lea Lime');
		const create = (who) => who.client.conversations.create({
			kind: 'group', members: [ben.user.user_id],
			settings: { name: 'Trees' }, client_id: randomId() });

		await assert.rejects(create(stranger), { code: 'forbidden' });

		const { conv_id } = await create(ann);

		await chatItem(pb, conv_id).waitFor();
	});

	test('removed, on both sides', async () => {
		await pb.bringToFront();
		await button(pb, 'Actions for Annie').click();
		await item(pb, 'Remove contact…').click();
		await dialog(pb).getByText('on both sides').waitFor();
		await readableInBoth(pb);
		await button(dialog(pb), 'Remove').last().click();
		await gone(row(pb, 'accepted', 'Annie'));
		await gone(row(phone, 'accepted', 'Annie'));
		await gone(row(pa, 'accepted', 'Ben Birch'));
		/* the name goes with it */
		await pb.locator('.chat h1', { hasText: 'Ann Alder' }).waitFor();
	});

	test('from the details of a chat', async () => {
		const details = (page) => page.getByRole('complementary', {
			name: 'Details' });

		await pb.locator('.head-link').click();
		await button(details(pb), 'Add to contacts…').focus();
		await pb.keyboard.press('Enter');
		await pb.keyboard.type('me again');
		await button(dialog(pb), 'Send request').click();
		await button(details(pb), 'Take back the request').waitFor();
		await row(pa, 'requested', 'me again').waitFor();
		await pa.bringToFront();
		await button(pa, 'Actions for Ben Birch').click();
		await item(pa, 'Open chat').click();
		await pa.locator('.head-link').click();
		await button(details(pa), 'Decline the request').waitFor();
		await readableInBoth(pa);
		await shoot(pa, 'person-details');
		await button(details(pa), 'Accept the request').press('Enter');
		await button(details(pb), 'Remove contact…').waitFor();
		await button(details(pa), 'Remove contact…').waitFor();
		assert.equal(await button(details(pa), 'Decline').isVisible(),
			false);
		await button(details(pb), 'Remove contact…').click();
		await button(dialog(pb), 'Remove').last().click();
		await button(details(pa), 'Add to contacts…').waitFor();
		await show(pb);
	});

	test('many are searched by any of their names', async () => {
		for (const name of ['Dan Elm', 'Eve Fir', 'Fay Hazel', 'Gus Ivy',
			'Hal Oak'])
			await world.people.newPerson(name).then((one) =>
				one.client.contacts.request(ben.user.user_id));
		await button(pb, 'Contacts: 5 requests to you').waitFor();
		await panel(pb).getByLabel('Search contacts').fill('hÁz');
		await until(async () => await panel(pb).locator('li').count()
			=== 1);
		await row(pb, 'requested', 'Fay Hazel').waitFor();
		await panel(pb).getByLabel('Search contacts').fill('nobody');
		await panel(pb).getByText('No contact of that name').waitFor();
		await pb.keyboard.press('Escape');
		await until(async () => await panel(pb).locator('li').count()
			=== 6);
		await pb.emulateMedia({ colorScheme: 'dark' });
		await readable(pb);
		await shoot(pb, 'contacts-dark');
		await pb.keyboard.press('Escape');
		await gone(panel(pb));
	});
});
