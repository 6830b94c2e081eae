/** The web client in Chinese and in Arabic, and how its language changes. */

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { randomId } from '../../www/sdk/index.js';
import { openPage, shoot, signIn } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, dialog, field, fits, item, menu, usePages } from './pages.mjs';
import { badge, chatItem, message, open } from './people.mjs';
import { until } from './wait.mjs';

/** @typedef {import('playwright-core').Page} Page */

const CHINESE = { locale: 'zh-CN' };
const ARABIC = { locale: 'ar-EG' };

/** Arabic and Persian ones. */
const OTHER_DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/;

const world = usePages();
const root = (page, name) => page.locator('html').getAttribute(name);
const settings = (page) => page.locator('dialog.settings[open]');
const texts = async (locator) => (await locator.allInnerTexts()).map((text) =>
	text.replace(/[\u2066-\u2069]/g, ''));

/** @param {Page} page @param {string} name  in the language itself */
async function pick(page, name) {
	await page.locator('.language-button').click();
	await Promise.all([page.waitForEvent('load'), item(page, name).click()]);
}

/** @param {Page} page @param {string} label */
async function openSettings(page, label) {
	await page.getByRole('button', { name: label }).click();
	await settings(page).locator('.own-settings input').first().waitFor();
}

/** All that people see or hear of the page. */
const shown = (page) => page.evaluate(() => [document.body.innerText,
	...[...document.querySelectorAll('[aria-label], [title], [placeholder]')]
		.flatMap((one) => ['aria-label', 'title', 'placeholder']
			.map((name) => one.getAttribute(name) ?? ''))].join('\n'));

/** @returns {Promise<[number, number]>} the edges of its first and last letter */
const ends = (text) => text.evaluate((element) => {
	const node = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
		.nextNode();
	const range = document.createRange();

	return [0, node.data.length - 1].map((i) => {
		range.setStart(node, i);
		range.setEnd(node, i + 1);
		return range.getBoundingClientRect().left;
	});
});

describe('languages', { concurrency: false }, () => {
	let ann;
	let ben;
	let conv_id;

	before(async () => {
		ann = await world.people.newPerson('Ann');
		ben = await world.people.newPerson('Ben');

		const cleo = await world.people.newPerson('Cleo');

		({ conv_id } = await ben.client.conversations.create({
			kind: 'group', members: [ann.user.user_id],
			settings: { name: 'Babel' }, client_id: randomId() }));
		await ben.client.conversations.add(conv_id,
			[cleo.user.user_id]);
		await ben.say(conv_id, 'Read from the left.');
		await ben.say(conv_id, 'يُقرأ من اليمين.');
		await ann.say(conv_id, 'mine');
		await ann.client.conversations.read(conv_id, 1e9);
		await ben.say(conv_id, 'two');
		await ben.say(conv_id, 'three');
	});

	test('Chinese: signing in, a plural, a date', async () => {
		const { page, context, troubles } = await openPage(world.browser,
			CHINESE);
		const loaded = [];

		page.on('request', (request) => loaded.push(request.url()));
		await page.goto(`${world.stack.url}/`);
		await page.getByLabel('用户名').fill(ann.username);
		await page.getByLabel('密码').fill('not this one');
		await page.getByRole('button', { name: '登录' }).click();
		await page.getByRole('alert').getByText('用户名或密码错误').waitFor();
		assert.equal(await root(page, 'lang'), 'zh-CN');
		assert.equal(await root(page, 'dir'), 'ltr');
		await readableInBoth(page);
		await shoot(page, 'chinese-sign-in');
		await page.getByLabel('密码').fill(ann.password);
		await page.getByRole('button', { name: '登录' }).click();
		await page.getByText('已连接').waitFor();
		await until(async () => await badge(page, conv_id).getAttribute(
			'aria-label') === '2 条未读消息');
		await open(page, conv_id);
		assert.deepEqual(await texts(page.locator('.rows .system')),
			['Ben创建了群组', 'Ben添加了Cleo']);
		assert.deepEqual(await texts(page.locator('.rows .day')),
			['今天']);
		await page.getByText('3 位成员').first().waitFor();
		assert.match(await message(page, 'mine').locator('.meta time')
			.getAttribute('title'),
		/^\d{4}年\d{1,2}月\d{1,2}日星期. \d\d:\d\d$/);
		/* the texts of no other language */
		assert.deepEqual([...new Set(loaded.flatMap((url) =>
			/\/text\/(\w+)\//.exec(url)?.[1] ?? []))], ['zh']);
		await page.locator('.head-link').click();
		await page.locator('.member').first().waitFor();
		await readableInBoth(page);
		await shoot(page, 'chinese');
		await context.close();
		assert.deepEqual(troubles, []);
	});

	test('Chinese on a narrow page', async () => {
		const { page, context, troubles } = await world.pageOf(ann,
			{ ...CHINESE, ...PHONE, colorScheme: 'dark' });

		await fits(page);
		await open(page, conv_id);
		await fits(page);
		await shoot(page, 'chinese-phone-dark');
		await page.getByRole('link', { name: '返回会话列表' }).click();
		await openSettings(page, '设置');
		await fits(page, settings(page));
		await shoot(page, 'chinese-phone-settings-dark');
		await context.close();
		assert.deepEqual(troubles, []);
	});

	test('Arabic: the page is mirrored, messages are not', async () => {
		const { page, context, troubles } = await world.pageOf(ann,
			ARABIC);
		const box = (selector) => page.locator(selector).boundingBox();

		assert.equal(await root(page, 'lang'), 'ar');
		assert.equal(await root(page, 'dir'), 'rtl');
		await open(page, conv_id);
		await page.locator('.head-link').click();
		await page.locator('.member').first().waitFor();
		await fits(page);

		const list = await box('.sidebar');
		const log = await box('.log');
		const details = await box('.details');

		assert.equal(list.x + list.width, page.viewportSize().width);
		assert.ok(log.x + log.width <= list.x + 1);
		assert.ok(details.x + details.width <= log.x + 1
			|| details.x === 0);

		/* one's own messages are at the end of the line */
		const mine = await message(page, 'mine').locator('.bubble')
			.boundingBox();
		const theirs = await message(page, 'three').locator('.bubble')
			.boundingBox();

		assert.ok(mine.x < log.x + log.width / 2, `at ${mine.x}`);
		assert.ok(mine.x + mine.width < theirs.x + theirs.width);

		const [to_right, to_left] = await Promise.all(['Read', 'يُقرأ']
			.map((text) => ends(message(page, text).locator('.text'))));

		assert.ok(to_right[0] < to_right[1], 'English');
		assert.ok(to_left[0] > to_left[1], 'Arabic');
		/* an arrow in the direction of the line */
		assert.equal(await page.locator('.send .icon').evaluate((one) =>
			getComputedStyle(one).scale), '-1 1');
		/* the hint of an empty field is beside its icon */
		assert.equal(await page.locator('.sidebar input').evaluate((one) =>
			getComputedStyle(one).direction), 'rtl');
		await readableInBoth(page);
		await shoot(page, 'arabic');
		await context.close();
		assert.deepEqual(troubles, []);
	});

	test('Arabic: plurals, names, and the same digits everywhere', async () => {
		await ben.say(conv_id, 'four');
		await ben.say(conv_id, 'five');

		const { page, context, troubles } = await world.pageOf(ann,
			ARABIC);
		const said = new Set();
		const hear = async () => said.add(await shown(page));

		await until(async () => await badge(page, conv_id).getAttribute(
			'aria-label') === 'رسالتان غير مقروءتين');
		await ben.say(conv_id, 'six');
		await until(async () => await badge(page, conv_id).getAttribute(
			'aria-label') === '3 رسائل غير مقروءة');
		await hear();
		await open(page, conv_id);
		assert.deepEqual(await texts(page.locator('.rows .system')),
			['أنشأ Ben المجموعة', 'أضاف Ben Cleo']);
		assert.match(await message(page, 'mine').locator('.meta time')
			.getAttribute('title'), /\p{Script=Arabic}.* 20\d\d/u);
		await page.locator('.head-link').click();
		await page.getByText('3 أعضاء').first().waitFor();
		await hear();
		await openSettings(page, 'الإعدادات');
		await hear();
		assert.match([...said].join(), /\d/);
		assert.doesNotMatch([...said].join(), OTHER_DIGITS);
		await readableInBoth(page);
		await shoot(page, 'arabic-settings');

		/* the menu opens at the button, and not at the edge of the page */
		await settings(page).locator('.language-button').click();

		const button = await settings(page).locator('.language-button')
			.boundingBox();
		const { x, width } = await menu(page).boundingBox();

		assert.ok(Math.abs(x + width - button.x - button.width) < 1);
		await context.close();
		assert.deepEqual(troubles, []);
	});

	test('Arabic on a narrow page', async () => {
		const { page, context, troubles } = await world.pageOf(ann,
			{ ...ARABIC, ...PHONE, colorScheme: 'dark' });

		await ann.say(conv_id, 'A text that begins in English and is '
			+ 'longer than the line');

		/* what does not fit is its end */
		const preview = chatItem(page, conv_id).locator('.preview',
			{ hasText: 'أنت: A text' });

		await preview.waitFor();
		assert.equal(await preview.evaluate((one) =>
			getComputedStyle(one).direction), 'ltr');
		await fits(page);
		await shoot(page, 'arabic-phone-list-dark');
		await open(page, conv_id);
		await fits(page);
		await shoot(page, 'arabic-phone-dark');
		await page.locator('.head-link').click();
		await page.locator('.member').first().waitFor();
		await fits(page);
		await shoot(page, 'arabic-phone-details-dark');
		await page.locator('.details').getByRole('link',
			{ name: 'إغلاق' }).click();
		await page.getByRole('link', { name: 'العودة إلى المحادثات' })
			.click();
		await openSettings(page, 'الإعدادات');
		await fits(page, settings(page));
		await shoot(page, 'arabic-phone-settings-dark');
		await context.close();
		assert.deepEqual(troubles, []);
	});

	test('another language keeps the session, the chat and the draft',
		async () => {
			const { page, context, troubles } = await world.pageOf(ann);
			const sessions = async () => (await ann.client.sessions
				.list()).items.length;
			const before_that = await sessions();

			await open(page, conv_id);
			await field(page).fill('not sent yet');
			await openSettings(page, 'Settings');
			await pick(page, '简体中文');
			await page.getByText('已连接').waitFor();
			assert.equal(await root(page, 'lang'), 'zh-CN');
			await message(page, 'mine').waitFor();
			await until(async () => await field(page).inputValue()
				=== 'not sent yet');
			assert.equal(await sessions(), before_that);

			/* it is chosen for this device, also without a session */
			await page.reload();
			await openSettings(page, '设置');
			await settings(page).getByRole('button',
				{ name: '退出登录' }).click();
			await page.getByLabel('用户名').waitFor();
			await pick(page, 'العربية');
			await page.getByLabel('اسم المستخدم').waitFor();
			assert.equal(await root(page, 'dir'), 'rtl');
			await fits(page);
			await readableInBoth(page);
			await shoot(page, 'arabic-sign-in');
			await pick(page, 'لغة المتصفح');
			await page.getByLabel('User name').waitFor();
			assert.equal(await root(page, 'dir'), 'ltr');
			await context.close();
			assert.deepEqual(troubles, []);
		});

	test('a browser that stores nothing keeps the language and the session',
		async () => {
			const { page, context, troubles } = await openPage(
				world.browser);

			await context.addInitScript(() => {
				Storage.prototype.setItem = () => {
					throw new DOMException('', 'SecurityError');
				};
			});
			await page.goto(`${world.stack.url}/`);
			await signIn(page, ann.username, ann.password);
			await openSettings(page, 'Settings');
			await settings(page).locator('.language-button').click();
			await item(page, 'العربية').click();
			await page.locator('.toast', { hasText: 'stores nothing' })
				.waitFor();
			assert.equal(await root(page, 'lang'), 'en');
			await page.keyboard.press('Escape');
			await chatItem(page, conv_id).waitFor();
			assert.equal(await dialog(page).count(), 0);
			await context.close();
			assert.deepEqual(troubles, []);
		});
});
