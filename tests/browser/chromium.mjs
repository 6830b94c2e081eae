import { access, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { PATIENCE_MS } from './wait.mjs';

const top = fileURLToPath(new URL('../..', import.meta.url));
const shots = `${top}var/test/screenshots`;

/**
 * Debian's Chromium; CHROMIUM names another one.
 *
 * @param {string[]} [more]  arguments
 */
export async function launch(more = []) {
	const path = process.env.CHROMIUM ?? '/usr/bin/chromium';

	await access(path);
	return chromium.launch({ executablePath: path, timeout: PATIENCE_MS,
		args: ['--no-sandbox', '--disable-dev-shm-usage', ...more] });
}

/**
 * A page of a browser with a memory of its own, and everything that went
 * wrong in it.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function openPage(browser, options = {}) {
	const context = await browser.newContext({
		viewport: { width: 1200, height: 800 },
		locale: 'en-GB',
		...options,
	});
	const page = await context.newPage();
	/** @type {string[]} */
	const troubles = [];

	page.setDefaultTimeout(PATIENCE_MS);
	page.on('pageerror', (error) => troubles.push(String(error)));
	page.on('console', (message) => {
		/* a request that fails is the business of the tests */
		if (['error', 'warning'].includes(message.type())
			&& !/Failed to load resource|WebSocket connection/
				.test(message.text()))
			troubles.push(message.text());
	});
	return { page, context, troubles };
}

/**
 * In any language.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} username
 * @param {string} password
 */
export async function signIn(page, username, password) {
	await page.locator('input[name="username"]').fill(username);
	await page.locator('input[name="password"]').fill(password);
	await page.locator('button[type="submit"]').click();
	await page.locator('.shell[data-phase="online"]').waitFor();
}

/** @param {import('playwright-core').Page} page @param {string} name */
export async function shoot(page, name) {
	await mkdir(shots, { recursive: true });
	await page.screenshot({ path: `${shots}/${name}.png` });
}
