/** Drafts, on two devices of their writer. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { shoot } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, field, offline, usePages } from './pages.mjs';
import { chatItem, message, open } from './people.mjs';
import { until } from './wait.mjs';

const world = usePages();

const LATER_MS = 3600000;

describe('drafts', { concurrency: false }, () => {
	let c;
	let phone;

	const stored = async (text) => (await c.a.client.own.chat(c.conv_id))
		.draft?.text === text;
	const fieldIs = (page, text) => until(async () =>
		await field(page).inputValue() === text);
	const inList = (page, text) => chatItem(page, c.conv_id).locator(
		'.preview', { hasText: `Draft: ${text}` });

	before(async () => {
		c = await world.couple('Wim Write', 'Xia Write');
		phone = await world.pageOf(c.a, PHONE);
	});
	after(async () => {
		await phone.context.close();
		assert.deepEqual(phone.troubles, []);
		await c.close();
	});

	test('in the list of the other device, and in its field', async () => {
		await c.pa.bringToFront();
		await field(c.pa).focus();
		await c.pa.keyboard.type('about tomorrow');
		await inList(phone.page, 'about tomorrow').waitFor();
		await readableInBoth(phone.page);
		await shoot(phone.page, 'draft-phone');
		await open(phone.page, c.conv_id);
		await fieldIs(phone.page, 'about tomorrow');
		await phone.page.bringToFront();
		await field(phone.page).tap();
		await phone.page.keyboard.press('End');
		await phone.page.keyboard.type(' at nine');
		await fieldIs(c.pa, 'about tomorrow at nine');
		await c.pa.keyboard.press('Escape');
		await inList(c.pa, 'about tomorrow at nine').waitFor();
		assert.equal(await chatItem(c.pb, c.conv_id).locator('.draft')
			.count(), 0);
	});

	test('over a reload, and gone everywhere when it is sent', async () => {
		await until(() => stored('about tomorrow at nine'));
		await c.pa.evaluate(() => {
			for (const key of Object.keys(localStorage))
				if (key.includes('draft'))
					localStorage.removeItem(key);
		});
		await c.pa.reload();
		await inList(c.pa, 'about tomorrow at nine').waitFor();
		await open(c.pa, c.conv_id);
		await fieldIs(c.pa, 'about tomorrow at nine');
		await phone.page.getByRole('button', { name: 'Send',
			exact: true }).tap();
		await message(c.pb, 'about tomorrow at nine').waitFor();
		await fieldIs(c.pa, '');
		await until(async () => (await c.a.client.own.chat(c.conv_id))
			.draft === null);
	});

	test('of a page that is loaded again at once', async () => {
		await c.pa.bringToFront();

		const loaded = c.pa.waitForEvent('load');

		await c.pa.evaluate(() => {
			const text = document.querySelector('.composer textarea');

			text.value = 'in a hurry';
			text.dispatchEvent(new Event('input'));
			setTimeout(() => location.reload());
		});
		await loaded;
		await fieldIs(c.pa, 'in a hurry');
		await field(c.pa).fill('');
		await until(async () => (await c.a.client.own.chat(c.conv_id))
			.draft === null);
	});

	test('what is being written is not overwritten', async () => {
		await c.pa.bringToFront();
		await field(c.pa).focus();
		await c.pa.keyboard.type('mine');
		await until(() => stored('mine'));
		await c.pa.context().setOffline(true);
		await c.pa.keyboard.type(' and more');
		await c.a.client.own.setChat(c.conv_id, { draft: {
			text: 'theirs', version: Date.now() } });
		await fieldIs(phone.page, 'theirs');
		await c.pa.keyboard.type(' of it');
		await c.pa.context().setOffline(false);
		await c.pa.evaluate(() => dispatchEvent(new Event('online')));
		await c.pa.locator('.shell[data-phase="online"]').waitFor();
		assert.equal(await field(c.pa).inputValue(),
			'mine and more of it');
		await c.pa.keyboard.type('!');
		await fieldIs(phone.page, 'mine and more of it!');
		await field(c.pa).fill('');
		await fieldIs(phone.page, '');
	});

	test('a later one of another device stays', async () => {
		const made = { page: c.pa, context: c.pa.context() };

		await offline(made, async () => {
			await field(c.pa).fill('written before');
			await c.a.client.own.setChat(c.conv_id, { draft: {
				text: 'written after',
				version: Date.now() + LATER_MS } });
			await fieldIs(phone.page, 'written after');
			/* the draft is kept on the device meanwhile */
			await until(() => c.pa.evaluate(() =>
				Object.values(localStorage).some((value) =>
					value.includes('written before'))));
		});
		await fieldIs(c.pa, 'written after');
		assert.equal(await stored('written after'), true);
		await until(() => c.pa.evaluate(() =>
			!Object.values(localStorage).some((value) =>
				value.includes('written before'))));
		/* and what is written now is later again */
		await field(c.pa).fill('now');
		await fieldIs(phone.page, 'now');
	});
});
