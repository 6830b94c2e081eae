/** What a person sets for their chats, on two of their devices. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { randomId } from '../../www/sdk/index.js';
import { shoot } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, dialog, fits, item, menu, touchLong, usePages }
	from './pages.mjs';
import { badge, chatItem, open } from './people.mjs';
import { until } from './wait.mjs';

/** @typedef {import('playwright-core').Page} Page */

const world = usePages();

/** @param {Page} page */
const names = (page) => page.locator('.chat-item .chat-name')
	.allTextContents();
/** @param {Page} page @param {string} wanted */
const listIs = (page, wanted) => until(async () =>
	(await names(page)).join(', ') === wanted);
const part = (page, name) => page.locator('.chat-parts').getByRole('button',
	{ name });
const closed = (locator) => locator.waitFor({ state: 'detached' });

describe('settings of chats', { concurrency: false }, () => {
	let me;
	let other;
	/** @type {Object<string, string>} conv_ids by name */
	const chats = {};
	const made = [];
	/** @type {Page} */
	let one;
	/** @type {Page} */
	let phone;

	/** By keyboard: the menu of a chat, and an item of it. */
	async function choose(page, conv_id, ...labels) {
		await page.bringToFront();
		await chatItem(page, conv_id).focus();
		await page.keyboard.press('Shift+F10');
		for (const name of labels) {
			await item(page, name).focus();
			await page.keyboard.press('Enter');
		}
	}

	/** The same by touch. */
	async function touch(page, conv_id, ...labels) {
		await page.bringToFront();
		await touchLong(page, chatItem(page, conv_id));
		for (const name of labels)
			await item(page, name).tap();
	}

	before(async () => {
		me = await world.people.newPerson('Una Own');
		other = await world.people.newPerson('Vic Other');
		for (const name of ['Amber', 'Birch', 'Cedar']) {
			const { conv_id } = await other.client.conversations
				.create({ kind: 'group', settings: { name },
					members: [me.user.user_id],
					client_id: randomId() });

			chats[name] = conv_id;
			await other.say(conv_id, `hello from ${name}`);
		}

		const { conv_id } = await other.client.conversations.create({
			kind: 'direct', members: [me.user.user_id],
			client_id: randomId() });

		chats.Vic = conv_id;
		await other.say(conv_id, 'hello from me');
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

	test('pinned by keyboard: first on both devices, and back by touch',
		async () => {
			await listIs(one, 'Vic Other, Cedar, Birch, Amber');
			await choose(one, chats.Amber, 'Pin');
			for (const page of [one, phone]) {
				await listIs(page,
					'Amber, Vic Other, Cedar, Birch');
				await chatItem(page, chats.Amber)
					.getByRole('img', { name: 'Pinned' })
					.waitFor();
			}
			await touchLong(phone, chatItem(phone, chats.Amber));
			await fits(phone, menu(phone));
			await shoot(phone, 'chat-menu-phone');
			await item(phone, 'Unpin').tap();
			for (const page of [one, phone])
				await listIs(page,
					'Vic Other, Cedar, Birch, Amber');
		});

	test('the menu by mouse can be read in light and in dark', async () => {
		await one.bringToFront();
		await chatItem(one, chats.Birch).click({ button: 'right' });
		await item(one, 'Archive').waitFor();
		await readableInBoth(one);
		await shoot(one, 'chat-menu');
		await one.keyboard.press('Escape');
		await closed(menu(one));
	});

	test('muted: a sign, and not in the number of the title', async () => {
		/* on both: a menu offers what its page knows */
		const counts = async (unread) => {
			for (const page of [one, phone])
				await until(async () => await page.title()
					=== `(${unread}) imcloud`);
		};

		await counts(4);
		await touch(phone, chats.Cedar, 'Mute…', 'For an hour');
		for (const page of [one, phone])
			await chatItem(page, chats.Cedar).getByRole('img',
				{ name: 'Muted' }).waitFor();
		await counts(3);

		const { muted_until } = await me.client.own.chat(chats.Cedar);

		assert.equal(Math.round((muted_until - Date.now()) / 60000), 60);
		await choose(one, chats.Cedar, 'Unmute');
		await counts(4);
		await choose(one, chats.Cedar, 'Mute…', 'Until tomorrow morning');
		await until(async () => new Date((await me.client.own.chat(
			chats.Cedar)).muted_until ?? 0).getMinutes() === 0);
		await counts(3);
		await choose(one, chats.Cedar, 'Unmute');
		await counts(4);
		await choose(one, chats.Cedar, 'Mute…', 'Always');
		await counts(3);
	});

	test('archived: a list of its own, until a message comes', async () => {
		await choose(one, chats.Birch, 'Archive');
		for (const page of [one, phone]) {
			await listIs(page, 'Vic Other, Cedar, Amber');
			await until(async () =>
				await page.title() === '(2) imcloud');
		}
		await part(phone, 'Archived chats').tap();
		await listIs(phone, 'Birch');
		await shoot(phone, 'archive-phone');
		/* so it is after the page was loaded again */
		await phone.reload();
		await listIs(phone, 'Vic Other, Cedar, Amber');
		await part(phone, 'Archived chats').tap();
		await listIs(phone, 'Birch');
		await part(one, 'Archived chats').focus();
		await one.bringToFront();
		await one.keyboard.press('Enter');
		await listIs(one, 'Birch');
		await readableInBoth(one);
		await shoot(one, 'archive');
		await one.keyboard.press('Escape');
		await listIs(one, 'Vic Other, Cedar, Amber');
		await other.say(chats.Birch, 'are you there?');
		await listIs(one, 'Birch, Vic Other, Cedar, Amber');
		await phone.getByText('No archived chats').waitFor();
		await part(phone, 'Back to all chats').tap();
		await listIs(phone, 'Birch, Vic Other, Cedar, Amber');
		await part(phone, 'Archived chats').waitFor({
			state: 'detached' });
		await touch(phone, chats.Amber, 'Archive');
		await part(one, 'Archived chats').click();
		await choose(one, chats.Amber, 'Take out of the archive');
		await one.getByText('No archived chats').waitFor();
		await part(one, 'Back to all chats').click();
		for (const page of [one, phone])
			await listIs(page, 'Birch, Vic Other, Cedar, Amber');
	});

	test('marked as unread until it is opened', async () => {
		await me.client.own.setChat(chats.Amber, { marked_unread: false });
		await choose(one, chats.Amber, 'Mark as read');
		await badge(phone, chats.Amber).waitFor({ state: 'detached' });
		await touch(phone, chats.Amber, 'Mark as unread');
		for (const page of [one, phone])
			await chatItem(page, chats.Amber).getByRole('img',
				{ name: 'Marked as unread' }).waitFor();
		await shoot(one, 'marked-unread');
		await open(one, chats.Amber);
		for (const page of [one, phone])
			await badge(page, chats.Amber).waitFor({
				state: 'detached' });
		await one.keyboard.press('Escape');
	});

	test('folders are tabs above the list', async () => {
		await choose(one, chats.Amber, 'Folder…');
		await dialog(one).getByLabel('New folder').fill('Wood');
		await one.keyboard.press('Enter');
		await closed(dialog(one));
		await part(phone, 'Wood').tap();
		await listIs(phone, 'Amber');
		await part(phone, 'All').tap();
		await touch(phone, chats.Birch, 'Folder…');
		await fits(phone, dialog(phone));
		await shoot(phone, 'folder-phone');
		await dialog(phone).getByRole('button', { name: 'Wood' }).tap();
		await closed(dialog(phone));
		await part(one, 'Wood').click();
		await listIs(one, 'Birch, Amber');
		await readableInBoth(one);
		await shoot(one, 'folders');
		await fits(phone);
		for (const name of ['Amber', 'Birch']) {
			await choose(one, chats[name], 'Folder…');
			await dialog(one).getByRole('button', {
				name: 'In no folder' }).press('Enter');
			await closed(dialog(one));
		}
		for (const page of [one, phone]) {
			await part(page, 'All').waitFor({ state: 'detached' });
			await listIs(page, 'Birch, Vic Other, Cedar, Amber');
		}
	});

	test('a name of my own for a direct chat', async () => {
		await choose(one, chats.Vic, 'Own name…');
		await dialog(one).getByText('in place of').waitFor();
		await dialog(one).getByLabel('Name').fill('My neighbour');
		await readableInBoth(one);
		await shoot(one, 'own-name');
		await one.keyboard.press('Enter');
		await closed(dialog(one));
		for (const page of [one, phone])
			await listIs(page,
				'Birch, My neighbour, Cedar, Amber');
		await touchLong(phone, chatItem(phone, chats.Amber));
		assert.equal(await item(phone, 'Own name…').count(), 0);
		await phone.keyboard.press('Escape');
		await closed(menu(phone));
		await touch(phone, chats.Vic, 'Own name…');
		await dialog(phone).getByRole('button', { name: 'Remove it' })
			.tap();
		for (const page of [one, phone])
			await listIs(page, 'Birch, Vic Other, Cedar, Amber');
	});
});
