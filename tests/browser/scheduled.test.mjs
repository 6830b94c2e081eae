/** Messages to be sent later, on two devices of their sender. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { randomId } from '../../www/sdk/index.js';
import { launch, openPage, shoot, signIn } from './chromium.mjs';
import { message, open, peopleOf } from './people.mjs';
import { useStack } from './stack.mjs';

/** @typedef {import('playwright-core').Page} Page */

const SOON_MS = 6000;
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true,
	hasTouch: true };

const field = (page) => page.locator('.composer textarea');
const bar = (page) => page.locator('.scheduled-bar');
const dialog = (page) => page.locator('dialog.dialog[open]');
const row = (page, text) => dialog(page).locator('.scheduled')
	.filter({ hasText: text });
const press = (page, text, name) => row(page, text)
	.getByRole('button', { name }).click();
const closed = (page) => dialog(page).waitFor({ state: 'detached' });

describe('sent later', { concurrency: false }, () => {
	let stack;
	let browser;
	let ann;
	let bob;
	let conv_id;
	/** @type {Page} */
	let one;
	/** @type {Page} */
	let phone;
	const made = [];

	before(async () => {
		stack = await useStack();
		browser = await launch();

		const people = peopleOf(stack);

		ann = await people.newPerson('Ann Test');
		bob = await people.newPerson('Bob Test');
		({ conv_id } = await ann.client.conversations.create({
			kind: 'direct', members: [bob.user.user_id],
			client_id: randomId() }));
		await bob.say(conv_id, 'first');
		for (const options of [{}, PHONE]) {
			made.push(await openPage(browser, options));

			const { page } = made.at(-1);

			await page.goto(`${stack.url}/`);
			await signIn(page, ann.username, ann.password);
			await open(page, conv_id);
		}
		[one, phone] = made.map(({ page }) => page);
	});

	after(async () => {
		for (const { context, troubles } of made) {
			await context.close();
			assert.deepEqual(troubles, []);
		}
		await browser?.close();
		await stack?.stop();
	});

	test('from the composer, with the keyboard', async () => {
		await one.bringToFront();
		assert.equal(await one.locator('.composer .later').isVisible(),
			false);
		await field(one).fill('good morning');
		await field(one).focus();
		/* past the button of its lifetime */
		await one.keyboard.press('Tab');
		await one.keyboard.press('Tab');
		await one.keyboard.press('Enter');
		await dialog(one).getByLabel('Date and time').waitFor();
		await shoot(one, 'send-later');
		await one.keyboard.press('Enter');
		await closed(one);
		assert.equal(await field(one).inputValue(), '');
		for (const page of [one, phone])
			await bar(page).getByText('1 scheduled message').waitFor();
		assert.equal(await message(one, 'good morning').count(), 0);
	});

	test('a time that is too near keeps the text', async () => {
		await field(one).fill('too soon');
		await one.getByRole('button', { name: 'Send later' }).click();

		const time = dialog(one).getByLabel('Date and time');

		await time.evaluate((input) => {
			input.removeAttribute('min');
			input.value = '2020-01-01T10:00';
		});
		await dialog(one).getByRole('button', { name: 'Schedule' })
			.click();
		await one.locator('.toast.error').getByText('Pick a time')
			.waitFor();
		await one.keyboard.press('Escape');
		await closed(one);
		assert.equal(await field(one).inputValue(), 'too soon');
		await field(one).fill('');
	});

	test('changed on one device, the other one follows', async () => {
		await one.bringToFront();
		await bar(one).click();
		await phone.bringToFront();
		await bar(phone).tap();
		await shoot(phone, 'scheduled');
		await press(phone, 'good morning', 'Edit text');
		await dialog(phone).last().getByLabel('Message')
			.fill('good evening');
		await dialog(phone).last().getByRole('button', { name: 'Save' })
			.tap();
		await row(one, 'good evening').waitFor();
		await press(phone, 'good evening', 'Change time');

		const before = await row(one, 'good evening').locator('time')
			.getAttribute('datetime');

		await dialog(phone).last().getByRole('button', {
			name: 'Tomorrow morning' }).tap();
		await dialog(phone).last().getByRole('button', {
			name: 'Schedule' }).tap();
		await row(one, 'good evening').locator(
			`time:not([datetime="${before}"])`).waitFor();
	});

	test('sent now, and deleted', async () => {
		await ann.client.messages.schedule(conv_id, { type: 'text',
			content: { text: 'never' },
			send_at: Date.now() + 3600000 });
		await press(one, 'never', 'Delete');
		await dialog(one).last().locator('.danger').click();
		await row(phone, 'never').waitFor({ state: 'detached' });
		await press(one, 'good evening', 'Send now');
		for (const page of [one, phone]) {
			await closed(page);
			await message(page, 'good evening').waitFor();
			await bar(page).waitFor({ state: 'hidden' });
		}
		assert.equal(await message(one, 'good evening').count(), 1);
	});

	test('when its time has come', async () => {
		await ann.client.messages.schedule(conv_id, { type: 'text',
			content: { text: 'on time' },
			send_at: Date.now() + SOON_MS });
		await bar(one).waitFor();
		for (const page of [one, phone]) {
			await message(page, 'on time').waitFor();
			await bar(page).waitFor({ state: 'hidden' });
		}
	});

	test('one that cannot be sent says why', async () => {
		const { msg_id } = await bob.say(conv_id, 'a secret');

		await message(one, 'a secret').waitFor();
		await ann.client.messages.schedule(conv_id, {
			forward_of: [msg_id], send_at: Date.now() + SOON_MS });
		await bob.client.messages.recall(msg_id);
		for (const page of [one, phone])
			await bar(page).getByText('1 scheduled message not sent')
				.waitFor();
		await one.bringToFront();
		await one.locator('.toast.error').getByText('not sent in')
			.waitFor();
		await bar(one).click();
		await row(one, 'Not sent. That is not allowed here.').waitFor();
		await shoot(one, 'not-sent');
		await press(one, 'Forwarded', 'Delete');
		await dialog(one).last().locator('.danger').click();
		for (const page of [one, phone])
			await bar(page).waitFor({ state: 'hidden' });
	});
});
