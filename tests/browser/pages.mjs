/** What the tests of the web client do on the pages of people. */

import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { randomId } from '../../www/sdk/index.js';
import { launch, openPage, signIn } from './chromium.mjs';
import { message, open, peopleOf } from './people.mjs';
import { useStack } from './stack.mjs';
import { until } from './wait.mjs';

/** @typedef {import('playwright-core').Page} Page */

export const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true,
	hasTouch: true };

/** @param {Page} page */
export const field = (page) => page.locator('.composer textarea');
/** @param {Page} page */
export const menu = (page) => page.locator('dialog.menu[open]');
/** @param {Page} page */
export const dialog = (page) => page.locator('dialog.dialog[open]');
/** @param {Page} page @param {string} name */
export const item = (page, name) => menu(page).getByRole('menuitem',
	{ name, exact: true });

/** @param {Page} page @param {string} text @param {string} name */
export async function choose(page, text, name) {
	await message(page, text).locator('.bubble').click({ button: 'right',
		position: { x: 8, y: 8 } });
	await item(page, name).click();
	await menu(page).waitFor({ state: 'detached' });
}

/** @param {Page} page @param {string} text */
export async function recall(page, text) {
	await choose(page, text, 'Delete for everyone');
	await dialog(page).getByRole('button', { name: 'Delete' }).click();
}

/** A long touch, as a finger does it. */
export async function touchLong(page, locator) {
	let box = null;

	/* its row may just be made again */
	await until(async () => {
		box = await locator.boundingBox();
		return box !== null;
	});

	const { x, y, width, height } = box;
	const cdp = await page.context().newCDPSession(page);
	const points = [{ x: x + width / 2, y: y + height / 2 }];

	await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart',
		touchPoints: points });
	await page.locator('dialog[open]').waitFor();
	await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd',
		touchPoints: [] });
}

/** While it works, the page has no network. */
export async function offline({ context, page }, work) {
	await context.setOffline(true);
	await page.locator('.shell:not([data-phase="online"])').waitFor();
	await work();
	await context.setOffline(false);
	await page.evaluate(() => dispatchEvent(new Event('online')));
	await page.locator('.shell[data-phase="online"]').waitFor();
}

/** Nothing of the page, or of a dialog, is beyond the edges. */
export async function fits(page, locator = page.locator('html')) {
	const { x, width } = await locator.boundingBox();

	assert.ok(x >= 0 && x + width <= page.viewportSize().width);
	assert.deepEqual(await locator.evaluate((element, right) =>
		[...element.querySelectorAll('button, input, select')]
			.filter((one) => one.getClientRects().length > 0
				&& one.getBoundingClientRect().right > right)
			.map((one) => one.outerHTML), x + width), []);
	assert.equal(await page.evaluate(() =>
		document.documentElement.scrollWidth), page.viewportSize().width);
}

/**
 * A stack and a browser for the tests of a file, and pages on which people have
 * signed in.
 */
export function usePages() {
	const world = { stack: null, browser: null, people: null, pageOf, couple };

	before(async () => {
		world.stack = await useStack();
		world.people = peopleOf(world.stack);
		world.browser = await launch();
	});
	after(async () => {
		await world.browser?.close();
		await world.stack?.stop();
	});

	/** A page on which somebody has signed in. */
	async function pageOf(who, options = {}) {
		const made = await openPage(world.browser, options);

		await made.page.goto(`${world.stack.url}/`);
		await signIn(made.page, who.username, who.password);
		return made;
	}

	/** Two people who look at each other's chat, each on a page. */
	async function couple(one, two, kind = 'direct', options = [{}, {}]) {
		const a = await world.people.newPerson(one);
		const b = await world.people.newPerson(two);
		const { conv_id } = await a.client.conversations.create({ kind,
			members: [b.user.user_id], settings: kind === 'group'
				? { name: `${one} and ${two}` } : undefined,
			client_id: randomId() });

		await a.say(conv_id, 'first');
		await b.say(conv_id, 'second');

		const pages = [await pageOf(a, options[0]),
			await pageOf(b, options[1])];

		for (const { page } of pages)
			await open(page, conv_id);
		return { a, b, conv_id, pages, pa: pages[0].page,
			pb: pages[1].page,
			async close() {
				for (const { context, troubles } of pages) {
					await context.close();
					assert.deepEqual(troubles, []);
				}
			} };
	}

	return world;
}
