/** Messages that disappear, on a page; the other one uses the API. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { randomId } from '../../www/sdk/index.js';
import { launch, openPage, shoot, signIn } from './chromium.mjs';
import { badge, chatItem, message, open, peopleOf, write } from './people.mjs';
import { useStack } from './stack.mjs';
import { until } from './wait.mjs';

let stack;
let browser;
let made;
let page;
let ada;
let ben;
let conv_id;

before(async () => {
	stack = await useStack();
	browser = await launch();

	const people = peopleOf(stack);

	ada = await people.newPerson('Ada Test');
	ben = await people.newPerson('Ben Test');
	({ conv_id } = await ada.client.conversations.create({ kind: 'direct',
		members: [ben.user.user_id] }));
	await ben.say(conv_id, 'stays');
	made = await openPage(browser);
	page = made.page;
	await page.goto(`${stack.url}/`);
	await signIn(page, ada.username, ada.password);
	await open(page, conv_id);
});

after(async () => {
	await made?.context.close();
	assert.deepEqual(made?.troubles, []);
	await browser?.close();
	await stack?.stop();
});

const choice = () => page.locator('.lifetime-button');
/** @param {string} name */
async function choose(name) {
	await choice().click();
	await page.locator('dialog.menu[open]').getByRole('menuitem', { name })
		.click();
}
const newest = async (who) => (await who.client.messages.list(conv_id,
	{ limit: 1 })).items[0];
const gone = (text) => until(async () =>
	await page.getByText(text).count() === 0);

test('what is sent has the lifetime that was chosen', async () => {
	await choose('1 h');
	await write(page, 'for an hour');
	await message(page, 'for an hour').locator('.lifetime').waitFor();
	await until(async () => (await newest(ben)).content?.text
		=== 'for an hour');

	const { expires_at, sent_at } = await newest(ben);

	assert.equal(expires_at - sent_at, 3600000);
	assert.match(await message(page, 'for an hour').locator('.lifetime')
		.innerText(), /^(60|59) min$/);
	await shoot(page, 'lifetime');
	/* it is kept for the next one, until another is chosen */
	assert.match(await choice().getAttribute('aria-label'), /1 h/);
	await choose('Does not disappear');
	await write(page, 'for good');
	await until(async () => (await newest(ben)).content?.text === 'for good');
	assert.equal((await newest(ben)).expires_at, undefined);
	assert.equal(await message(page, 'for good').locator('.lifetime')
		.count(), 0);
});

test('it goes on time: chat, quote, list, and a reply to it', async () => {
	const { msg_id } = await ben.say(conv_id, 'for moments',
		{ expires_in_s: 4 });

	await message(page, 'for moments').locator('.lifetime').waitFor();
	await ben.say(conv_id, 'what I said', { reply_to: msg_id });
	await message(page, 'what I said').locator('.quote').waitFor();
	await message(page, 'for moments').locator('.bubble').click({
		button: 'right', position: { x: 8, y: 8 } });
	await page.locator('dialog.menu[open]').getByRole('menuitem',
		{ name: 'Reply' }).click();
	await gone('for moments');
	await page.locator('.composer-quote').waitFor({ state: 'hidden' });

	await ben.say(conv_id, 'the last one', { expires_in_s: 3 });
	await chatItem(page, conv_id).getByText('the last one').waitFor();
	await gone('the last one');
	await chatItem(page, conv_id).getByText('what I said').waitFor();
});

test('an unread one that goes is not counted any more', async () => {
	const { conv_id: other } = await ben.client.conversations.create({
		kind: 'group', members: [ada.user.user_id],
		settings: { name: 'Brief', message_ttl_s: 5 },
		client_id: randomId() });

	await ben.say(other, 'brief');
	await badge(page, other).getByText('1').waitFor();
	await until(async () => await badge(page, other).count() === 0
		|| !await badge(page, other).isVisible());
	await open(page, conv_id);
});

test('burning: the time begins with reading, and both lose it', async () => {
	await choose('10 s after reading');
	await write(page, 'read and burn');
	await message(page, 'read and burn').locator('.lifetime')
		.getByText('10 s after reading').waitFor();
	await until(async () => (await newest(ben)).content?.text
		=== 'read and burn');

	const { conv_index } = await newest(ben);

	await ben.client.conversations.read(conv_id, conv_index);
	await message(page, 'read and burn').locator('.lifetime')
		.getByText(/^\d+ s$/).waitFor();
	await gone('read and burn');
	assert.equal((await newest(ben)).hidden, true);
	await choose('Does not disappear');
});

test('a new group has a lifetime for all of its messages', async () => {
	await page.getByRole('button', { name: 'New chat' }).click();
	await page.getByText('New group').click();
	await page.getByLabel('Group name').fill('Fleeting');
	await page.getByLabel('How long messages are there')
		.selectOption('86400');
	await page.getByPlaceholder('Search people').fill(ben.username);
	await page.locator(`.people [data-username="${ben.username}"]`).click();
	await page.getByRole('button', { name: 'Create' }).click();
	await page.getByText('Fleeting').first().waitFor();
	await write(page, 'for a day');
	await message(page, 'for a day').locator('.lifetime').waitFor();
	await page.locator('.head-link').click();
	await page.getByText('Messages disappear after 1 d').waitFor();
});
