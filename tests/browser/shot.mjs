/**
 * Takes the pictures of the documentation, docs/img/*.png, from a running demo
 * stack: IM_URL and IM_DEMO_PASSWORD as `make run` writes them to
 * var/stack.env. It reads, and types without sending; what it opens is read.
 */

import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { launch, openPage, signIn } from './chromium.mjs';
import { useStack } from './stack.mjs';

const folder = fileURLToPath(new URL('../../docs/img', import.meta.url));
const GROUP = /Project Aurora/;

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page @param {RegExp} name */
async function open(page, name) {
	await page.locator('.chat-item', { hasText: name }).click();
	await page.locator('.rows .message').first().waitFor();
	await page.locator('.message .tick.sending').waitFor({
		state: 'detached' });
	/* the mouse lies on nothing, and what fades has faded */
	await page.mouse.move(0, 0);
	await page.evaluate(() => document.fonts.ready);
}

/** @param {Page} page @param {string} name */
async function shoot(page, name) {
	await page.screenshot({ path: `${folder}/${name}.png`,
		animations: 'disabled' });
	console.log(`docs/img/${name}.png`);
}

const pictures = [
	{
		name: 'desktop',
		options: { viewport: { width: 1280, height: 820 } },
		/** @param {Page} page */
		async show(page) {
			await open(page, GROUP);
		},
	},
	{
		name: 'dark',
		options: { viewport: { width: 1280, height: 820 },
			colorScheme: 'dark' },
		/** @param {Page} page */
		async show(page) {
			await open(page, GROUP);
			await page.locator('.head-link').click();
			await page.locator('.member').first().waitFor();
			await page.mouse.move(0, 0);
		},
	},
	{
		name: 'phone-list',
		options: { viewport: { width: 390, height: 780 },
			deviceScaleFactor: 2, isMobile: true, hasTouch: true },
		async show() {},
	},
	{
		name: 'phone-chat',
		options: { viewport: { width: 390, height: 780 },
			deviceScaleFactor: 2, isMobile: true, hasTouch: true },
		/** @param {Page} page */
		async show(page) {
			await open(page, GROUP);
		},
	},
];

const stack = await useStack();
const browser = await launch();

try {
	await mkdir(folder, { recursive: true });

	const { page: first, context: opened } = await openPage(browser,
		{ viewport: { width: 1280, height: 820 } });

	await first.goto(`${stack.url}/`);
	await first.locator('.demo-user').first().waitFor();
	await shoot(first, 'sign-in');
	await opened.close();
	for (const { name, options, show } of pictures) {
		const { page, context } = await openPage(browser, options);

		await page.goto(`${stack.url}/`);
		await signIn(page, 'alice', stack.password);
		await page.locator('.chat-item').first().waitFor();
		await show(page);
		await shoot(page, name);
		await context.close();
	}
} finally {
	await browser.close();
	await stack.stop();
}
