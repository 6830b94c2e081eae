/** How people find messages again: by searching for them, and by stars. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { shoot } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, choose, dialog, field, fits, item, menu, offline, touchLong,
	usePages } from './pages.mjs';
import { message, open } from './people.mjs';
import { until } from './wait.mjs';

const world = usePages();

const input = (page) => page.getByLabel('Words in a message');
const panel = (page, name = 'Search messages') =>
	page.getByRole('complementary', { name });
const hits = (page) => page.locator('.hits .hit');
const hit = (page, text) => hits(page).filter({ hasText: text });
const note = (page) => panel(page).getByRole('status');

/** The index has everything that was sent until now. */
async function indexed(who) {
	const now = Date.now();

	await until(async () => (await who.client.messages.search({ q: 'x' }))
		.indexed_to_at >= now);
}

describe('search', { concurrency: false }, () => {
	const N = 90;
	let c;
	let group;

	before(async () => {
		c = await world.couple('Gil Seek', 'Hua Seek');
		group = await c.a.client.conversations.create({ kind: 'group',
			members: [c.b.user.user_id],
			settings: { name: 'Reading circle' }, client_id: 'r' });
		await c.b.say(c.conv_id,
			'😀😀 Der Löwe sprach: 東京タワーに行きました');
		for (let i = 1; i <= N; i++)
			await (i % 2 ? c.a : c.b).say(c.conv_id, `line ${i}.`);
		await c.b.say(group.conv_id, 'the loewe and the LÖWE again');
		await c.a.say(group.conv_id, 'my own löwe');
		await indexed(c.a);
		await message(c.pa, `line ${N}.`).waitFor();
	});
	after(() => c.close());

	test('in a chat, by keyboard: the hit is marked, and Escape leads back',
		async () => {
			await c.pa.bringToFront();
			await field(c.pa).focus();
			await c.pa.keyboard.press('Control+F');
			await panel(c.pa).getByText('Type words').waitFor();
			await shoot(c.pa, 'search-start');
			await c.pa.keyboard.type('lowe');
			await hit(c.pa, 'Der Löwe').waitFor();
			assert.equal(await hits(c.pa).count(), 1);
			assert.equal(await hits(c.pa).locator('mark')
				.innerText(), 'Löwe');
			await note(c.pa).getByText('1 message found').waitFor();
			await c.pa.keyboard.press('ArrowDown');
			await c.pa.keyboard.press('Enter');
			await c.pa.locator('.message.flash').getByText('Der Löwe')
				.waitFor();
			await c.pa.locator('.jump').waitFor();
			await shoot(c.pa, 'search-jumped');
			await c.pa.getByRole('button', {
				name: 'Go to the newest message' }).click();
			await message(c.pa, `line ${N}.`).waitFor();

			await hits(c.pa).getByRole('button').first().focus();
			await c.pa.keyboard.press('Escape');
			assert.equal(await input(c.pa).evaluate((field) =>
				field === document.activeElement), true);
			await c.pa.keyboard.press('Escape');
			assert.equal(await input(c.pa).inputValue(), '');
			assert.equal(await hits(c.pa).count(), 0);
			await c.pa.keyboard.press('Escape');
			await panel(c.pa).waitFor({ state: 'detached' });
			assert.match(c.pa.url(), new RegExp(`#/c/${c.conv_id}$`));
		});

	test('everywhere, newest first, with sender, chat and filters',
		async () => {
			await c.pa.keyboard.press('Control+Shift+F');
			await c.pa.keyboard.type('löwe');
			await hit(c.pa, 'my own löwe').waitFor();
			assert.deepEqual(await hits(c.pa).locator('.hit-text')
				.allInnerTexts(), ['You: my own löwe',
				'Hua Seek: the loewe and the LÖWE again',
				'😀😀 Der Löwe sprach: 東京タワーに行きました']);
			await hit(c.pa, 'Reading circle').first().waitFor();
			await shoot(c.pa, 'search-everywhere');
			await readableInBoth(c.pa);

			await panel(c.pa).getByRole('button', { name: 'From:' })
				.click();
			await dialog(c.pa).getByText('You', { exact: true })
				.click();
			await until(async () => await hits(c.pa).count() === 1);
			await panel(c.pa).getByRole('button', {
				name: 'From: any' }).click();
			await until(async () => await hits(c.pa).count() === 3);
			await panel(c.pa).getByRole('button', { name: 'Chat:' })
				.click();
			await dialog(c.pa).getByLabel('Search chats').fill('read');
			await dialog(c.pa).getByText('Reading circle').click();
			await until(async () => await hits(c.pa).count() === 2);
			await panel(c.pa).getByLabel('Type').selectOption('image');
			await panel(c.pa).getByText('Nothing found').waitFor();
			await readableInBoth(c.pa);
			await shoot(c.pa, 'search-nothing');
			await panel(c.pa).getByLabel('Type').selectOption('');
			await panel(c.pa).getByRole('button', {
				name: 'Chat: any' }).click();
			await until(async () => await hits(c.pa).count() === 3);
		});

	test('a hit in another chat, whose messages are not loaded',
		async () => {
			await hit(c.pa, 'the loewe').getByRole('button').click();
			await c.pa.locator('.message.flash')
				.getByText('the loewe').waitFor();
			assert.match(c.pa.url(), new RegExp(
				`#/c/${group.conv_id}/search$`));
			assert.equal(await hits(c.pa).count(), 3);
			await open(c.pa, c.conv_id);
		});

	test('Chinese and Japanese; an input method that has not decided',
		async () => {
			await c.pa.keyboard.press('Control+Shift+F');
			await input(c.pa).fill('タワー');
			await hit(c.pa, 'Der Löwe').waitFor();
			await until(async () => await hits(c.pa).count() === 1);
			assert.equal(await hits(c.pa).locator('mark')
				.innerText(), 'タワー');

			const cdp = await c.pa.context().newCDPSession(c.pa);

			await input(c.pa).fill('');
			await cdp.send('Input.imeSetComposition', {
				text: 'x', selectionStart: 1, selectionEnd: 1 });
			await c.pa.keyboard.press('Escape');
			await panel(c.pa).waitFor();
			await cdp.send('Input.imeSetComposition', {
				text: '東京', selectionStart: 2, selectionEnd: 2 });
			await cdp.send('Input.insertText', { text: '東京' });
			await hit(c.pa, 'Der Löwe').waitFor();
			assert.equal(await hits(c.pa).locator('mark')
				.innerText(), '東京');
		});

	test('pages: all hits come, in their order', async () => {
		await input(c.pa).fill('line');
		await hit(c.pa, `line ${N}.`).waitFor();
		await note(c.pa).getByText('More than 30').waitFor();
		await until(async () => {
			await panel(c.pa).locator('.details-body').evaluate(
				(body) => body.scrollTo(0, body.scrollHeight));
			return await hits(c.pa).count() === N;
		});
		assert.deepEqual(await hits(c.pa).locator('mark')
			.allInnerTexts(), Array(N).fill('line'));
		await hit(c.pa, /line 1\./).getByRole('button').click();
		await c.pa.locator('.message.flash').getByText('line 1.')
			.waitFor();
	});

	test('what is recalled, edited or hidden leaves the hits at once',
		async () => {
			const said = [];

			for (const text of ['zebra one', 'zebra two', 'zebra three'])
				said.push(await c.b.say(c.conv_id, text));
			await indexed(c.a);
			await input(c.pa).fill('zebra');
			await until(async () => await hits(c.pa).count() === 3);
			await c.b.client.messages.recall(said[0].msg_id);
			await hit(c.pa, 'zebra one').waitFor({ state: 'detached' });
			await c.b.client.messages.edit(said[1].msg_id,
				{ text: 'a horse' });
			await hit(c.pa, 'a horse').waitFor();
			assert.equal(await hit(c.pa, 'a horse').locator('mark')
				.count(), 0);
			await offline(c.pages[0], async () => {
				await c.a.client.messages.hide(said[2].msg_id);
			});
			await hit(c.pa, 'zebra three').waitFor({
				state: 'detached' });
		});

	test('offline: it says so, and searches when it is back', async () => {
		await offline(c.pages[0], async () => {
			await input(c.pa).fill('sprach');
			await panel(c.pa).getByText('You are offline').waitFor();
			await panel(c.pa).getByRole('button', {
				name: 'Try again' }).waitFor();
			await shoot(c.pa, 'search-offline');
		});
		await hit(c.pa, 'Der Löwe').waitFor();
	});

	test('a server that can not, and an index that is behind', async () => {
		await world.stack.service('stop', 'search');
		await input(c.pa).fill('spra');
		await panel(c.pa).getByText('That could not be loaded').waitFor();
		await shoot(c.pa, 'search-failed');
		await world.stack.service('start', 'search');
		await until(async () => {
			await panel(c.pa).getByRole('button', {
				name: 'Try again' }).click({ timeout: 1000 })
				.catch(() => {});
			return await hit(c.pa, 'Der Löwe').count() === 1;
		});

		await world.stack.service('stop', 'im-search');
		await c.b.say(c.conv_id, 'too new to be found');
		await message(c.pa, 'too new').waitFor();
		await input(c.pa).fill('Löwe');
		await panel(c.pa).getByText('can not be found yet').waitFor();
		await shoot(c.pa, 'search-behind');
		await world.stack.service('start', 'im-search');
		await indexed(c.a);
		await input(c.pa).fill('too new');
		await hit(c.pa, 'too new').waitFor();
		await panel(c.pa).getByText('can not be found yet').waitFor({
			state: 'detached' });
		await input(c.pa).fill('');
		await c.pa.keyboard.press('Escape');
		await panel(c.pa).waitFor({ state: 'detached' });
	});

	test('from the field of the list', async () => {
		await c.pa.getByLabel('Search chats').fill('sprach');
		await c.pa.getByRole('button', {
			name: 'Search messages for “sprach”' }).click();
		await hit(c.pa, 'Der Löwe').waitFor();
		await panel(c.pa).getByRole('button', {
			name: 'Close the search' }).click();
		await panel(c.pa).waitFor({ state: 'detached' });
		await c.pa.getByLabel('Search chats').fill('');
	});
});

describe('stars', { concurrency: false }, () => {
	let c;
	let second;
	const starred = (page) => panel(page, 'Starred messages');

	before(async () => {
		c = await world.couple('Ida Star', 'Jon Star');
		await c.a.say(c.conv_id, 'worth keeping');
		await c.a.say(c.conv_id, 'also nice');
		second = await world.pageOf(c.b);
		await open(second.page, c.conv_id);
		await message(c.pb, 'also nice').waitFor();
	});
	after(async () => {
		await second.context.close();
		assert.deepEqual(second.troubles, []);
		await c.close();
	});

	test('on all my devices, one offline; nobody else sees it', async () => {
		await offline(second, async () => {
			await choose(c.pb, 'worth keeping', 'Star');
			await message(c.pb, 'worth keeping')
				.getByLabel('Starred').waitFor();
		});
		await message(second.page, 'worth keeping').getByLabel('Starred')
			.waitFor();
		await second.page.getByRole('button', {
			name: 'Starred messages' }).click();
		await hit(second.page, 'worth keeping').waitFor();
		await choose(c.pb, 'also nice', 'Star');
		await hit(second.page, 'also nice').waitFor();
		await shoot(second.page, 'starred');
		await readableInBoth(second.page);
		assert.equal(await c.pa.locator('.icon-star').count(), 1);
		await second.page.reload();
		await hit(second.page, 'worth keeping').waitFor();
		await message(second.page, 'worth keeping')
			.getByLabel('Starred').waitFor();
	});

	test('by keyboard: to the message, and the star away', async () => {
		const { page } = second;

		await page.bringToFront();
		await hit(page, 'worth keeping').getByRole('button').first()
			.focus();
		await page.keyboard.press('Enter');
		await page.locator('.message.flash').getByText('worth keeping')
			.waitFor();
		await hit(page, 'worth keeping').getByRole('button', {
			name: 'Remove the star' }).focus();
		await page.keyboard.press('Enter');
		await hit(page, 'worth keeping').waitFor({ state: 'detached' });
		await message(c.pb, 'worth keeping').getByLabel('Starred')
			.waitFor({ state: 'detached' });
		await hits(page).getByRole('button').first().focus();
		await page.keyboard.press('Escape');
		await starred(page).waitFor({ state: 'detached' });
		assert.match(page.url(), /#\/c\/\d+$/);
	});

	test('what is recalled is starred no longer', async () => {
		await c.pb.getByRole('button', { name: 'Starred messages' })
			.click();
		await hit(c.pb, 'also nice').waitFor();
		await choose(c.pa, 'also nice', 'Delete for everyone');
		await dialog(c.pa).getByRole('button', { name: 'Delete' })
			.click();
		await starred(c.pb).getByText('No starred messages').waitFor();
		await c.pb.keyboard.press('Escape');
		await starred(c.pb).waitFor({ state: 'detached' });
	});
});

test('a phone: search and stars by touch, and back to what was found',
	async () => {
		const c = await world.couple('Kim Finger', 'Lou Finger', 'direct',
			[{ ...PHONE, colorScheme: 'dark' }, {}]);
		const { pa } = c;

		await c.b.say(c.conv_id, 'a needle in the hay 針');
		await message(pa, 'a needle').waitFor();
		await indexed(c.a);
		await pa.getByRole('button', { name: 'Search in this chat' })
			.tap();
		await input(pa).fill('needle');
		await hit(pa, 'a needle').waitFor();
		await fits(pa, panel(pa));
		await shoot(pa, 'search-phone');
		await hits(pa).getByRole('button').tap();
		await panel(pa).waitFor({ state: 'detached' });
		await pa.locator('.message.flash').getByText('a needle')
			.waitFor();
		await pa.goBack();
		await hit(pa, 'a needle').waitFor();
		await pa.getByRole('button', { name: 'Close the search' }).tap();
		await touchLong(pa, message(pa, 'a needle').locator('.text'));
		await fits(pa, menu(pa));
		await item(pa, 'Star').tap();
		await message(pa, 'a needle').getByLabel('Starred').waitFor();
		await pa.locator('.back').tap();
		await fits(pa, pa.locator('.sidebar'));
		await shoot(pa, 'list-phone');
		await pa.getByRole('button', { name: 'Starred messages' }).tap();
		await hit(pa, 'a needle').waitFor();
		await fits(pa, panel(pa, 'Starred messages'));
		await shoot(pa, 'starred-phone');
		await hits(pa).getByRole('button').first().tap();
		await pa.locator('.message.flash').getByText('a needle')
			.waitFor();
		await c.close();
	});
