/** Groups that people come into by themselves, with an id or a link. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { randomId } from '../../www/sdk/index.js';
import { openPage, shoot, signIn } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, dialog, fits, usePages } from './pages.mjs';
import { chatItem } from './people.mjs';
import { until } from './wait.mjs';

const world = usePages();

const button = (page, name) => page.getByRole('button', { name, exact: true });
const toast = (page, text) => page.locator('.toast', { hasText: text });
const title = (page, text) => page.locator('.chat h1', { hasText: text });

describe('groups that let people in', { concurrency: false }, () => {
	let owner;
	let pat;
	const made = [];
	let page;

	const group = async (name, join) => (await owner.client.conversations
		.create({ kind: 'group', members: [],
			settings: { name, join }, client_id: randomId() }))
		.conv_id;

	before(async () => {
		owner = await world.people.newPerson('Olga Open');
		pat = await world.people.newPerson('Pat Passer');
		made.push(await world.pageOf(pat));
		[{ page }] = made;
	});
	after(async () => {
		for (const { context, troubles } of made) {
			await context.close();
			assert.deepEqual(troubles, []);
		}
	});

	/** By keyboard, from the new chat. */
	async function type(text) {
		await button(page, 'New chat').first().focus();
		await page.keyboard.press('Enter');
		await button(dialog(page), 'Join a group').press('Enter');
		await page.keyboard.type(text);
		await page.keyboard.press('Enter');
	}

	test('an open one, by its id', async () => {
		const conv_id = await group('Open house', 'open');

		await type('no group');
		await dialog(page).getByText('neither a link nor an id').waitFor();
		await readableInBoth(page);
		await shoot(page, 'join');
		await dialog(page).getByRole('textbox').fill('123456789');
		await page.keyboard.press('Enter');
		await dialog(page).getByText('no such group').waitFor();
		await dialog(page).getByRole('textbox').fill(` ${conv_id} `);
		await page.keyboard.press('Enter');
		await toast(page, 'You joined “Open house”.').waitFor();
		await title(page, 'Open house').waitFor();
		/* once more: they are there already */
		await type(conv_id);
		await title(page, 'Open house').waitFor();
		await dialog(page).waitFor({ state: 'detached' });
	});

	test('one that decides, and one that only invites', async () => {
		const asked = await group('By request', 'approval');
		const closed = await group('Closed', 'invite');

		await type(asked);
		await toast(page, 'An admin will decide').waitFor();
		await owner.client.groups.decide(asked, pat.user.user_id,
			'approve');
		await chatItem(page, asked).waitFor();
		await type(closed);
		await dialog(page).getByText('no such group').waitFor();

		const { url } = await owner.client.groups.invite(closed);

		await dialog(page).getByRole('textbox').fill(new URL(url,
			world.stack.url).href);
		await page.keyboard.press('Enter');
		await page.getByRole('main', { name: 'Invitation' })
			.getByText('Closed').waitFor();
	});

	test('the link of one, on the phone of who is not signed in', async () => {
		const conv_id = await group('Garden', 'open');

		await owner.client.conversations.add(conv_id, [pat.user.user_id]);
		await page.context().grantPermissions(['clipboard-read',
			'clipboard-write']);
		await page.bringToFront();
		await chatItem(page, conv_id).click();
		await page.locator('.head-link').click();
		await page.getByRole('button', { name: 'Copy link to join' })
			.press('Enter');
		await toast(page, 'The link is copied').waitFor();

		const link = await page.evaluate(() =>
			navigator.clipboard.readText());
		const quin = await world.people.newPerson('Quin Quick');

		made.push(await openPage(world.browser, PHONE));

		const phone = made.at(-1).page;

		await phone.goto(link);
		await signIn(phone, quin.username, quin.password);
		await dialog(phone).waitFor();
		await fits(phone, dialog(phone));
		await readableInBoth(phone);
		await shoot(phone, 'join-phone');
		await button(dialog(phone), 'Join').tap();
		await title(phone, 'Garden').waitFor();
		await until(async () => (await owner.client.conversations
			.get(conv_id)).member_count === 3);
		/* a reload joins nothing again */
		await phone.reload();
		await title(phone, 'Garden').waitFor();
		assert.equal(await dialog(phone).count(), 0);
	});
});
