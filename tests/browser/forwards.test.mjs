/** What people delete for themselves, select, and forward, on their pages. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { shoot } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, choose, dialog, field, fits, item, menu, offline, recall,
	touchLong, usePages } from './pages.mjs';
import { badge, chatItem, message, messages, open } from './people.mjs';
import { until } from './wait.mjs';

const world = usePages();

const bar = (page) => page.getByRole('toolbar', { name: 'Selected messages' });
const card = (page, text) => page.locator('.rows .message .forward-card', {
	hasText: text });
const gone = (page, text) => page.waitForFunction((secret) =>
	!document.body.innerHTML.includes(secret)
	&& !Object.values(localStorage).some((value) =>
		value.includes(secret)), text);

/** Picks chats in the dialog, and forwards to them. */
async function forwardTo(page, ...names) {
	for (const name of names) {
		await dialog(page).getByLabel('Search chats').fill(name);
		await dialog(page).locator('.people .person', {
			hasText: name }).click();
	}
	await dialog(page).getByRole('button', { name: 'Forward',
		exact: true }).click();
	await dialog(page).waitFor({ state: 'detached' });
}

describe('delete for me', { concurrency: false }, () => {
	let c;
	let second;

	before(async () => {
		c = await world.couple('Ann Hide', 'Bob Hide');
		second = await world.pageOf(c.b);
		await open(second.page, c.conv_id);
	});
	after(async () => {
		await second.context.close();
		assert.deepEqual(second.troubles, []);
		await c.close();
	});

	test('on all my devices, one of them offline, and for nobody else',
		async () => {
			const { msg_id } = await c.a.say(c.conv_id, 'my secret');

			await c.b.say(c.conv_id, 'the answer',
				{ reply_to: msg_id });
			await c.a.client.messages.pin(c.conv_id, msg_id);
			await message(c.pb, 'the answer').getByText('my secret')
				.waitFor();
			await choose(c.pa, 'my secret', 'Reply');
			await offline(second, async () => {
				await choose(c.pb, 'my secret', 'Delete for me');
				await shoot(c.pb, 'hide-confirm');
				await dialog(c.pb).getByRole('button', {
					name: 'Delete for me' }).click();
				await gone(c.pb, 'my secret');
			});
			await gone(second.page, 'my secret');
			await message(c.pa, 'my secret').waitFor();
			await message(c.pb, 'the answer').waitFor();
			await c.pb.reload();
			await message(c.pb, 'the answer').waitFor();
			await gone(c.pb, 'my secret');
		});

	test('the last one: the list shows the one before, and not as unread',
		async () => {
			await c.pb.evaluate(() => {
				location.hash = '#/';
			});
			await second.page.evaluate(() => {
				location.hash = '#/';
			});
			await c.a.say(c.conv_id, 'the one before');

			const { msg_id } = await c.a.say(c.conv_id, 'the last');

			await chatItem(c.pb, c.conv_id).getByText('the last')
				.waitFor();
			await badge(c.pb, c.conv_id).getByText('2').waitFor();
			await c.b.client.messages.hide(msg_id);
			for (const page of [c.pb, second.page]) {
				await chatItem(page, c.conv_id)
					.getByText('the one before').waitFor();
				await badge(page, c.conv_id).getByText('1')
					.waitFor();
			}
			await gone(c.pb, 'the last');
		});

	test('a recall is unread no longer, at once', async () => {
		const { msg_id } = await c.a.say(c.conv_id, 'a slip');

		await badge(c.pb, c.conv_id).getByText('2').waitFor();
		await c.pb.reload();
		await badge(c.pb, c.conv_id).getByText('2').waitFor();
		await c.a.client.messages.recall(msg_id);
		await badge(c.pb, c.conv_id).getByText('1').waitFor();
	});

	test('by keyboard, in two steps, and a stopped reply', async () => {
		await open(c.pb, c.conv_id);
		await c.a.say(c.conv_id, 'by keyboard');
		await message(c.pb, 'by keyboard').waitFor();
		await choose(c.pb, 'by keyboard', 'Reply');
		await c.pb.locator('.composer-quote').getByText('by keyboard')
			.waitFor();
		await message(c.pb, 'by keyboard').focus();
		await c.pb.keyboard.press('Enter');
		await item(c.pb, 'Delete for me').focus();
		await c.pb.keyboard.press('Enter');
		await dialog(c.pb).getByRole('button', { name: 'Delete for me' })
			.focus();
		await c.pb.keyboard.press('Enter');
		await gone(c.pb, 'by keyboard');
		await c.pb.locator('.composer-quote').waitFor({
			state: 'hidden' });
	});

	test('a chat is cleared, on all devices, until something new comes',
		async () => {
			await open(second.page, c.conv_id);
			await offline(second, async () => {
				await c.pb.locator('.head-link').click();
				await c.pb.getByRole('button', {
					name: 'Clear this chat' }).click();
				await dialog(c.pb).getByRole('button', {
					name: 'Clear' }).click();
				await until(async () => await messages(c.pb)
					.count() === 0);
			});
			await until(async () => await messages(second.page)
				.count() === 0);
			for (const page of [c.pb, second.page])
				await chatItem(page, c.conv_id).waitFor({
					state: 'detached' });
			await gone(second.page, 'the one before');
			await message(c.pa, 'the one before').waitFor();
			await c.a.say(c.conv_id, 'something new');
			for (const page of [c.pb, second.page]) {
				await message(page, 'something new').waitFor();
				await chatItem(page, c.conv_id).waitFor();
			}
			assert.equal(await messages(c.pb).count(), 1);
		});
});

describe('forwards', { concurrency: false }, () => {
	let c;
	let group;

	before(async () => {
		c = await world.couple('Cyd Pass', 'Dee Pass');
		group = await c.a.client.conversations.create({ kind: 'group',
			members: [c.b.user.user_id],
			settings: { name: '転送グループ' }, client_id: 'g' });
		await c.a.say(group.conv_id, 'in the group');
		await chatItem(c.pa, group.conv_id).waitFor();
	});
	after(() => c.close());

	test('one message, to a chat found by a part of its name', async () => {
		await c.b.say(c.conv_id, 'pass **me** on');
		await message(c.pa, 'pass me on').waitFor();
		await choose(c.pa, 'pass me on', 'Forward');
		await dialog(c.pa).getByLabel('Search chats').fill('グルー');
		await shoot(c.pa, 'forward');
		await dialog(c.pa).getByRole('button', { name: 'Forward',
			exact: true }).click();
		await dialog(c.pa).getByText('Pick at least one chat').waitFor();
		await forwardTo(c.pa, '転送');
		await open(c.pb, group.conv_id);

		const row = message(c.pb, 'pass me on');

		await row.getByText('Forwarded from You').waitFor();
		assert.equal(await row.locator('strong').innerText(), 'me');
		await open(c.pa, group.conv_id);
		await message(c.pa, 'pass me on')
			.getByText('Forwarded from Dee Pass').waitFor();
		await shoot(c.pa, 'forwarded');
		await open(c.pa, c.conv_id);
	});

	test('several, selected by keyboard, as one message; one is recalled',
		async () => {
			for (const text of ['one of three', 'two of three',
				'three of three'])
				await c.a.say(c.conv_id, text);
			await message(c.pa, 'three of three').waitFor();
			await c.pa.bringToFront();
			await choose(c.pa, 'one of three', 'Select');
			await bar(c.pa).getByText('1 selected').waitFor();
			await message(c.pa, 'one of three').focus();
			await c.pa.keyboard.press('ArrowDown');
			await c.pa.keyboard.press('Space');
			await bar(c.pa).getByText('2 selected').waitFor();
			await c.pa.keyboard.press('ArrowDown');
			await c.pa.keyboard.press('Space');
			await c.pa.keyboard.press('Space');
			await c.pa.keyboard.press('Enter');
			await bar(c.pa).getByText('3 selected').waitFor();
			assert.equal(await message(c.pa, 'two of three')
				.getByRole('checkbox').getAttribute(
					'aria-checked'), 'true');
			await shoot(c.pa, 'selected');
			await readableInBoth(c.pa);
			await offline(c.pages[1], async () => {
				await bar(c.pa).getByRole('button', {
					name: 'Forward' }).click();
				await dialog(c.pa).getByText('As one message')
					.waitFor();
				await readableInBoth(c.pa);
				await shoot(c.pa, 'forward-several');
				await forwardTo(c.pa, '転送');
			});
			await bar(c.pa).waitFor({ state: 'hidden' });
			await card(c.pb, 'two of three').waitFor();
			await shoot(c.pb, 'forward-card');
			await readableInBoth(c.pb);
			await card(c.pb, '3 messages').click();
			await dialog(c.pb).getByText('three of three').waitFor();
			await shoot(c.pb, 'forward-open');
			await recall(c.pa, 'two of three');
			await dialog(c.pb).getByText('This message was deleted')
				.waitFor();
			await gone(c.pb, 'two of three');
			await c.pb.keyboard.press('Escape');
			await dialog(c.pb).waitFor({ state: 'detached' });
		});

	test('a forward in a forward is opened in its place', async () => {
		await open(c.pb, group.conv_id);
		await c.pb.bringToFront();
		await card(c.pb, '3 messages').click({ button: 'right' });
		await item(c.pb, 'Select').click();
		await message(c.pb, 'pass me on').click();
		await bar(c.pb).getByText('2 selected').waitFor();
		await bar(c.pb).getByRole('button', { name: 'Forward' }).click();
		await forwardTo(c.pb, 'Cyd');
		await open(c.pb, c.conv_id);
		await card(c.pb, '2 messages').waitFor();
		await card(c.pb, '2 messages').focus();
		await c.pb.keyboard.press('Enter');
		await dialog(c.pb).getByText('pass me on').waitFor();

		const inner = dialog(c.pb).locator('.forward-card');

		await inner.focus();
		await c.pb.keyboard.press('Enter');
		await dialog(c.pb).getByText('three of three').last().waitFor();
		assert.equal(await inner.getAttribute('aria-expanded'), 'true');
		await shoot(c.pb, 'forward-nested');
		await readableInBoth(c.pb);
		await c.pb.keyboard.press('Escape');
	});

	test('one by one; the copy says that its original was deleted',
		async () => {
			const { items } = await c.a.client.messages.list(
				c.conv_id);
			const first = items.find(({ content }) =>
				content?.text === 'one of three').msg_id;

			await open(c.pa, c.conv_id);
			await choose(c.pa, 'one of three', 'Select');
			await message(c.pa, 'three of three').click();
			await bar(c.pa).getByRole('button', { name: 'Forward' })
				.click();
			await dialog(c.pa).getByText('One by one').click();
			await forwardTo(c.pa, '転送', 'Dee');
			await open(c.pb, group.conv_id);

			const copy = message(c.pb, 'one of three');

			await copy.getByText('Forwarded from Cyd Pass').waitFor();
			await message(c.pb, 'three of three').waitFor();
			await message(c.pa, 'one of three').nth(1).waitFor();
			await c.a.client.messages.recall(first);
			await copy.getByText('The original was deleted').waitFor();
			await message(c.pa, 'one of three')
				.getByText('The original was deleted').waitFor();
			await shoot(c.pb, 'forward-origin-gone');
			await readableInBoth(c.pb);
			await readableInBoth(c.pa);
		});

	test('Escape stops selecting, and only then leaves the chat',
		async () => {
			await c.pa.reload();
			await open(c.pa, c.conv_id);
			await choose(c.pa, 'one of three', 'Select');
			await message(c.pa, 'one of three').focus();
			await c.pa.keyboard.press('Escape');
			await bar(c.pa).waitFor({ state: 'hidden' });
			assert.match(c.pa.url(), /#\/c\//);
			await field(c.pa).waitFor();
		});
});

test('a phone: select, delete and forward by touch', async () => {
	const c = await world.couple('Eva Thumb', 'Fay Thumb', 'group',
		[{ ...PHONE, colorScheme: 'dark' }, {}]);
	const { pa } = c;

	await c.b.say(c.conv_id, 'touch this');
	await message(pa, 'touch this').waitFor();
	await touchLong(pa, message(pa, 'touch this').locator('.text'));
	await fits(pa, menu(pa));
	await shoot(pa, 'menu-phone-forward');
	await item(pa, 'Select').tap();
	await message(pa, 'second').tap();
	await bar(pa).getByText('2 selected').waitFor();
	await fits(pa, bar(pa));
	await shoot(pa, 'selected-phone');
	await bar(pa).getByRole('button', { name: 'Forward' }).tap();
	await fits(pa, dialog(pa));
	await shoot(pa, 'forward-phone');
	await forwardTo(pa, 'Eva Thumb and');
	await card(pa, '2 messages').waitFor();
	await fits(pa, card(pa, '2 messages'));
	await shoot(pa, 'forward-card-phone');
	await card(pa, '2 messages').tap();
	await fits(pa, dialog(pa));
	await shoot(pa, 'forward-open-phone');
	await dialog(pa).getByRole('button', { name: 'Close' }).tap();
	await touchLong(pa, message(pa, 'touch this').locator('.text'));
	await item(pa, 'Select').tap();
	await bar(pa).getByRole('button', { name: 'Delete for me' }).tap();
	await fits(pa, dialog(pa));
	await dialog(pa).getByRole('button', { name: 'Delete for me' }).tap();
	await message(pa, 'touch this').waitFor({ state: 'detached' });
	await message(c.pb, 'touch this').waitFor();
	await c.close();
});
