/** The people of a browser test, and what they see and do on their pages. */

import { Client, randomId } from '../../www/sdk/index.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {Awaited<ReturnType<import('./stack.mjs').useStack>>} Stack */

/** @param {Stack} stack */
export function peopleOf(stack) {
	/** Somebody who uses the API without a page. */
	async function person(username, password = stack.password,
		app = stack.app) {
		const client = new Client({ base_url: stack.url, app });
		const { user } = await client.sessions.create({ username,
			password, device: { id: `test-${randomId()}`,
				platform: 'other' } });

		return { client, user, say: (conv_id, text, more = {}) =>
			client.messages.send(conv_id, {
				client_msg_id: randomId(), type: 'text',
				content: { text }, ...more }) };
	}

	/** New people, so that nothing of an earlier run is in the way. */
	async function newPerson(display_name, app = stack.app) {
		const username = `t${randomId().toLowerCase()
			.replace(/[^a-z0-9]/g, '0')}`;
		const password = randomId();

		await new Client({ base_url: stack.url, app }).users.create({
			username, password, display_name });
		return { ...await person(username, password, app), username,
			password };
	}

	return { person, newPerson };
}

/** @param {Page} page */
export const messages = (page) => page.locator('.rows .message .text');
/** @param {Page} page @param {string} text */
export const message = (page, text) => page.locator('.rows .message')
	.filter({ has: page.locator('.text', { hasText: text }) });
/** @param {Page} page @param {string} conv_id */
export const chatItem = (page, conv_id) =>
	page.locator(`.chat-item[data-conv-id="${conv_id}"]`);
/** @param {Page} page @param {string} conv_id */
export const badge = (page, conv_id) =>
	chatItem(page, conv_id).locator('.badge');

/** @param {Page} page @param {string} text */
export async function write(page, text) {
	await page.locator('.composer textarea').fill(text);
	await page.keyboard.press('Enter');
}

/** @param {Page} page @param {string} conv_id */
export async function open(page, conv_id) {
	await chatItem(page, conv_id).click();
	await page.locator('.log .message').first().waitFor();
}

/** @param {import('playwright-core').Locator} row @param {string} status */
export const hasStatus = (row, status) => row.and(row.page().locator(
	`[data-status="${status}"]`)).waitFor();
