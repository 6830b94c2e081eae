/**
 * The web client in a real browser against a real server, as two of the demo
 * people: once over WebSocket, once where WebSockets are blocked.
 */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Client, randomId } from '../../www/sdk/index.js';
import { launch, openPage, shoot, signIn } from './chromium.mjs';
import { badge, chatItem, hasStatus, message, messages, open, peopleOf, write }
	from './people.mjs';
import { useStack } from './stack.mjs';
import { until } from './wait.mjs';

const HISTORY = 130;

/** @typedef {import('playwright-core').Page} Page */

let stack;
let browser;
let people;

before(async () => {
	stack = await useStack();
	people = peopleOf(stack);
	browser = await launch();
});

after(async () => {
	await browser?.close();
	await stack?.stop();
});

const person = (...who) => people.person(...who);
const newPerson = (...who) => people.newPerson(...who);

for (const mode of ['websocket', 'poll'])
	describe(`over ${mode}`, { concurrency: false }, () => chats(mode));

/** @param {'websocket'|'poll'} mode */
function chats(mode) {
	let alice;
	let bob;
	let conv_id;
	let as_alice;
	let as_bob;
	const run = randomId().slice(0, 6);

	before(async () => {
		alice = await person('alice');
		bob = await person('bob');
		conv_id = (await alice.client.conversations.create({
			kind: 'direct', members: [bob.user.user_id] }))
			.conv_id;
		/* what is there is read, so that the counts are known */
		await alice.say(conv_id, `${run} before`);
		for (const { client } of [alice, bob])
			await client.conversations.read(conv_id, 1e9);
		for (let i = 1; i <= HISTORY; i++)
			await bob.say(conv_id, `${run} line ${i}`);
		as_alice = await newPage();
		as_bob = await newPage();
	});

	after(async () => {
		for (const { context } of [as_alice, as_bob])
			await context?.close();
	});

	async function newPage(options) {
		const made = await openPage(browser, options);

		if (mode === 'poll')
			await made.context.addInitScript(() => {
				/* nothing listens on this port */
				window.WebSocket = class extends WebSocket {
					constructor(url, protocols) {
						super(`ws://${location.hostname
						}:1/`, protocols);
					}
				};
			});
		await made.page.goto(`${stack.url}/`);
		return made;
	}

	test('signing in shows the chats, ranked, with unread counts',
		async () => {
			const { page } = as_alice;

			await signIn(page, 'alice', stack.password);
			assert.equal(await page.locator('.shell')
				.getAttribute('data-transport'), mode);
			await badge(page, conv_id).waitFor();
			await ranked(page, alice.client);
			assert.equal(await badge(page, conv_id).innerText(),
				String(HISTORY));

			const { total_unread } = await alice.client.inbox.head();

			assert.equal(await page.title(),
				`(${total_unread}) imcloud`);
			await shoot(page, `${mode}-list`);
			await signIn(as_bob.page, 'bob', stack.password);
		});

	/** The list on the page is the list of the server. */
	async function ranked(page, client) {
		const { items } = await client.conversations.list({
			limit: 50 });
		const want = items.map(({ conversation, unread }) =>
			[conversation.conv_id, unread]);
		let shown;

		await until(async () => {
			shown = await page.locator('.chat-item').evaluateAll(
				(all) => all.slice(0, 50).map((item) => [
					item.dataset.convId,
					Number(item.querySelector(
						'.badge:not(.mention)')
						?.textContent ?? 0)]));
			return JSON.stringify(shown) === JSON.stringify(want);
		}).catch(() => assert.deepEqual(shown, want));
	}

	test('a chat opens at what is new, and reading clears the count',
		async () => {
			const { page } = as_alice;

			await open(page, conv_id);
			await page.locator('.divider').waitFor();
			assert.ok(await page.locator('.divider')
				.evaluate((divider) => {
					const { top } = divider
						.getBoundingClientRect();

					return top > 0 && top < innerHeight;
				}));
			await page.locator('.jump').click();
			await message(page, `${run} line ${HISTORY}`)
				.waitFor();
			await badge(page, conv_id).waitFor({
				state: 'detached' });

			const { last_index } = await bob.client
				.conversations.get(conv_id);

			await until(async () => (await bob.client
				.conversations.members(conv_id)).items
				.find((m) => m.user_id === alice.user.user_id)
				.read_index === last_index);
			await shoot(page, `${mode}-chat`);
		});

	test('scrolling back loads what is older and moves nothing',
		async () => {
			const { page } = as_alice;
			const first = page.locator('.rows').getByText(
				`${run} line 1`, { exact: true });

			await page.reload();
			await message(page, `${run} line ${HISTORY}`)
				.waitFor();
			assert.equal(await first.count(), 0);

			const drift = await page.evaluate(backToTop,
				`${run} before`);

			assert.ok(drift.loads >= 2, JSON.stringify(drift));
			assert.ok(drift.moved <= 2, JSON.stringify(drift));
			assert.equal(await first.count(), 1);

			const lines = (await messages(page).allInnerTexts())
				.filter((text) => text.startsWith(
					`${run} line `))
				.map((text) => Number(text.split(' ')[2]));

			assert.deepEqual(lines, Array.from({
				length: HISTORY }, (_, i) => i + 1));
			await page.locator('.jump').click();
			await message(page, `${run} line ${HISTORY}`)
				.waitFor();
		});

	test('a message appears on the other page by itself', async () => {
		const a = as_alice.page;
		const b = as_bob.page;

		await open(b, conv_id);
		await b.evaluate(() => {
			window.notReloaded = true;
		});
		await write(a, `${run} hello`);
		await message(b, `${run} hello`).waitFor();
		assert.ok(await b.evaluate(() => window.notReloaded));
		await hasStatus(message(a, `${run} hello`), 'read');
		assert.equal(await message(a, `${run} hello`).count(), 1);
		assert.equal(await message(b, `${run} hello`).count(), 1);
	});

	test('typing is seen while it lasts', async () => {
		const typing = as_bob.page.locator('.subtitle.typing');
		const field = as_alice.page.locator('.composer textarea');

		/* As people do, letter by letter: what is told between two
		 * polls is not told again before the next three seconds. */
		await until(async () => {
			await field.pressSequentially('m', { delay: 100 });
			return typing.isVisible();
		});
		await shoot(as_bob.page, `${mode}-typing`);
		await field.fill('');
		await typing.waitFor({ state: 'detached' });
	});

	test('delivered where it is not looked at, read where it is',
		async () => {
			const a = as_alice.page;
			const b = as_bob.page;

			await b.locator('.shell').press('Escape');
			await b.locator('.nothing').waitFor();
			await write(a, `${run} news`);
			await badge(b, conv_id).waitFor();
			assert.equal(await badge(b, conv_id).innerText(),
				'1');
			await hasStatus(message(a, `${run} news`),
				'delivered');
			await open(b, conv_id);
			await hasStatus(message(a, `${run} news`), 'read');
			await badge(b, conv_id).waitFor({
				state: 'detached' });
		});

	test('text is text: markup, links, line breaks, long words, scripts',
		async () => {
			const a = as_alice.page;
			const b = as_bob.page;
			const markup = `${run} <img src=x onerror=alert(1)>`;
			const long = `${run}${'verylongword'.repeat(60)}`;

			await write(a, markup);
			await write(a, `${run} see https://example.com/a?b=1.`);
			await write(a, long);
			await write(a, `${run} مرحبا 你好 👩‍👩‍👧‍👦`);
			await a.locator('.composer textarea').fill(
				`${run} two`);
			await a.keyboard.press('Shift+Enter');
			await a.keyboard.type('lines');
			await a.keyboard.press('Enter');
			await message(b, `${run} two`).waitFor();
			assert.equal(await message(b, `${run} two`)
				.locator('.text').innerText(),
			`${run} two\nlines`);
			assert.equal(await message(b, markup)
				.locator('.text').innerText(), markup);
			assert.equal(await b.locator('.rows img').count(), 0);

			const link = message(b, `${run} see`).locator('a');

			assert.equal(await link.innerText(),
				'https://example.com/a?b=1');
			assert.match(await link.getAttribute('rel'),
				/noopener/);
			assert.ok(await b.evaluate(() => {
				const log = document.querySelector('.log');

				return log.scrollWidth <= log.clientWidth;
			}));
			await shoot(b, `${mode}-text`);
		});

	test('a reply quotes what it answers, and leads to it', async () => {
		const a = as_alice.page;
		const b = as_bob.page;

		await message(b, `${run} hello`).hover();
		await message(b, `${run} hello`).getByRole('button', {
			name: 'Reply' }).click();
		await b.getByText('Replying to').waitFor();
		await b.keyboard.type(`${run} answer`);
		await b.keyboard.press('Enter');
		for (const page of [a, b]) {
			const quote = message(page, `${run} answer`)
				.locator('.quote');

			await quote.waitFor();
			assert.match(await quote.innerText(),
				new RegExp(`${run} hello`));
			await quote.click();
			await page.locator('.message.flash', {
				hasText: `${run} hello` }).waitFor();
			await write(page, `${run} back`);
			await message(page, `${run} back`).last().waitFor();
		}
		await shoot(a, `${mode}-reply`);
	});

	test('a reload keeps the session, the chat and the draft',
		async () => {
			const { page } = as_bob;

			await page.locator('.composer textarea').fill(
				`${run} half a thought`);
			await page.waitForFunction((words) => Object.values(
				localStorage).some((text) => text.includes(words)),
			`${run} half a thought`);
			await page.reload();
			await message(page, `${run} two`).waitFor();
			assert.equal(await page.locator('.composer textarea')
				.inputValue(), `${run} half a thought`);
			await page.locator('.composer textarea').fill('');
		});

	test('what is written offline arrives once, in order', async () => {
		const a = as_alice;

		await a.context.setOffline(true);
		for (const n of [1, 2, 3])
			await write(a.page, `${run} offline ${n}`);
		await hasStatus(message(a.page, `${run} offline 3`),
			'sending');
		await shoot(a.page, `${mode}-offline`);
		await a.context.setOffline(false);
		await message(as_bob.page, `${run} offline 3`).waitFor();
		await onceEach('offline', 3);
	});

	/** In the log and on both pages, each once and in order. */
	async function onceEach(word, n) {
		const want = Array.from({ length: n }, (_, i) =>
			`${run} ${word} ${i + 1}`);
		const { items } = await bob.client.messages.list(conv_id,
			{ limit: 50 });
		const mark = `${run} ${word} `;

		assert.deepEqual(items.flatMap(({ content }) =>
			content?.text?.startsWith(mark) ? [content.text] : []),
		want);
		for (const { page } of [as_alice, as_bob])
			assert.deepEqual((await messages(page)
				.allInnerTexts()).filter((text) =>
				text.startsWith(mark)), want);
	}

	test('a reload before the answer neither loses nor doubles',
		async () => {
			const { page, context } = as_alice;
			let reached = 0;

			/* the server gets it, the page does not hear of it */
			await context.route('**/messages', async (route) => {
				if (route.request().method() !== 'POST') {
					await route.continue();
					return;
				}
				await route.fetch().catch(() => {});
				reached++;
				await route.abort().catch(() => {});
			});
			if (mode === 'websocket')
				await page.evaluate(() => {
					/* only requests over HTTP can be held */
					const { send } = WebSocket.prototype;

					WebSocket.prototype.send = function f(x) {
						if (!/"method":"POST"/.test(x))
							send.call(this, x);
						else
							this.close();
					};
				});
			await write(page, `${run} reload 1`);
			await until(() => reached > 0);
			await page.reload();
			await context.unroute('**/messages');
			await message(as_bob.page, `${run} reload 1`)
				.waitFor();
			await hasStatus(message(page, `${run} reload 1`),
				'read');
			await onceEach('reload', 1);
		});

	test('nothing went wrong in the pages', () => {
		for (const { troubles } of [as_alice, as_bob])
			assert.deepEqual(troubles.filter((text) =>
				!/ERR_INTERNET_DISCONNECTED|Refused to connect|violates the following Content Security Policy/
					.test(text) || mode === 'websocket'),
			[]);
	});
}

/**
 * Runs in the page: scrolls up, a screen at a time, until a text is there, and
 * looks how far what stands on the screen moves while older pages come in.
 *
 * @param {string} text
 */
async function backToTop(text) {
	const log = document.querySelector('.log');
	const frame = () => new Promise((resolve) =>
		requestAnimationFrame(resolve));
	const found = { loads: 0, moved: 0 };
	const end = Date.now() + 180000;
	let entries = log.querySelectorAll('.message').length;

	while (Date.now() < end) {
		if ([...log.querySelectorAll('.text')].some((element) =>
			element.textContent === text) && log.scrollTop < 200)
			break;
		log.scrollTop = Math.max(150, log.scrollTop
			- log.clientHeight);

		const edge = log.getBoundingClientRect().top;
		const row = [...log.querySelectorAll('.message')].find((r) =>
			r.getBoundingClientRect().top >= edge);
		const at = row.getBoundingClientRect().top;

		for (let i = 0; i < 12; i++)
			await frame();

		const now = log.querySelectorAll('.message').length;

		found.loads += now > entries ? 1 : 0;
		entries = now;
		found.moved = Math.max(found.moved, Math.abs(
			row.getBoundingClientRect().top - at));
		if (found.loads > 0 && log.scrollTop < 200)
			log.scrollTop = 0;
	}
	return found;
}

describe('the rest of the client', { concurrency: false }, () => {
	test('a wrong password is said in words', async () => {
		const { page, context } = await openPage(browser);

		await page.goto(`${stack.url}/`);
		await page.getByLabel('User name').fill('alice');
		await page.getByLabel('Password').fill('not-the-password');
		await page.keyboard.press('Enter');
		await page.getByText('Wrong user name or password.').waitFor();
		await shoot(page, 'sign-in');
		await context.close();
	});

	test('signing up, a group, its members, leaving it, logging out',
		async () => {
			const dora = await newPerson('Dora Test');
			const emil = await newPerson('Emil Test');
			const { page, context, troubles } = await openPage(
				browser);
			const name = `u${randomId().toLowerCase()
				.replace(/[^a-z0-9]/g, '0')}`;

			await page.goto(`${stack.url}/`);
			await page.getByRole('button', {
				name: 'Create account' }).click();
			await page.getByLabel('User name').fill(name);
			await page.getByLabel('Your name').fill('Nina Test');
			await page.getByLabel('Password').fill('long-enough-1');
			await page.getByRole('button', {
				name: 'Create account' }).click();
			await page.getByText('No chats yet').waitFor();

			await page.locator('.sidebar').getByRole('button', {
				name: 'New chat' }).click();
			await page.getByRole('button', { name: 'New group' })
				.click();
			await page.getByLabel('Group name').fill('Trip 🏔️');
			for (const { username } of [dora, emil]) {
				// Any part of a name will do, in any case.
				await page.getByLabel('Search people by name')
					.fill(username.slice(1).toUpperCase());
				await page.locator(`.person[data-username="${
					username}"]`).click();
			}
			await shoot(page, 'new-group');
			await page.getByRole('button', { name: 'Create group' })
				.click();
			await page.getByRole('heading', { name: 'Trip' })
				.waitFor();
			await page.getByText('You created the group')
				.first().waitFor();
			await page.getByText('3 members').first().waitFor();

			const conv_id = /\d+$/.exec(page.url())[0];

			await write(page, 'Who brings the rope?');
			await hasStatus(message(page, 'rope'), 'sent');
			await dora.say(conv_id, 'I do');
			await message(page, 'I do').waitFor();
			await dora.client.conversations.read(conv_id, 1e9);
			await page.getByText('Read by 1').waitFor();

			await page.locator('.head-link').click();
			await page.locator(`.member[data-username="${
				emil.username}"]`).waitFor();
			await shoot(page, 'group-details');
			await page.getByRole('button', {
				name: 'Actions for Emil Test' }).click();
			await page.getByRole('menuitem', { name: 'Remove',
				exact: true }).click();
			await page.getByRole('button', { name: 'Remove',
				exact: true }).click();
			await page.getByText('You removed Emil Test').first()
				.waitFor();
			await page.locator(`.member[data-username="${
				emil.username}"]`).waitFor({
				state: 'detached' });
			await page.getByRole('button', { name: 'Add people' })
				.click();
			await page.getByLabel('Search people by name')
				.fill(emil.username);
			await page.locator(`.person[data-username="${
				emil.username}"]`).last().click();
			await page.getByRole('button', { name: 'Add',
				exact: true }).click();
			await page.getByText('You added Emil Test').first()
				.waitFor();

			await page.getByRole('button', { name: 'Leave group' })
				.click();
			await page.getByRole('dialog').getByRole('button', {
				name: 'Leave group' }).click();
			await page.getByText('No chats yet').waitFor();
			await assert.doesNotReject(dora.client.conversations
				.get(conv_id));

			const token = await page.evaluate(() => JSON.parse(
				localStorage.getItem('imcloud.login')).token);

			await page.getByRole('button', { name: 'Settings' })
				.click();
			await page.getByText('This device', {
				exact: true }).waitFor();
			await page.getByRole('button', { name: 'Log out' })
				.click();
			await page.getByLabel('Password').waitFor();
			await assert.rejects(new Client({ token,
				base_url: stack.url }).sessions.current(),
			{ code: 'unauthenticated' });
			assert.equal(await page.evaluate(() =>
				localStorage.getItem('imcloud.login')), null);
			assert.deepEqual(troubles, []);
			await context.close();
		});

	test('a new direct chat is in the other\'s list from its first message',
		async () => {
			const fred = await newPerson('Fred Test');
			const gina = await newPerson('Gina Test');
			const { page, context } = await openPage(browser);
			const other = await openPage(browser);

			await page.goto(`${stack.url}/`);
			await signIn(page, fred.username, fred.password);
			await other.page.goto(`${stack.url}/`);
			await signIn(other.page, gina.username, gina.password);
			await page.locator('.sidebar').getByRole('button', {
				name: 'New chat' }).click();
			await page.getByLabel('Search people by name')
				.fill(gina.username);
			await page.locator(`.person[data-username="${
				gina.username}"]`).click();
			await page.getByRole('heading', { name: 'Gina Test' })
				.waitFor();
			assert.equal(await other.page.locator('.chat-item')
				.count(), 0);
			await write(page, 'Hello Gina');

			const item = other.page.locator('.chat-item', {
				hasText: 'Fred Test' });

			await item.waitFor();
			assert.match(await item.innerText(), /Hello Gina/);
			assert.equal(await item.locator('.badge').innerText(),
				'1');
			await until(async () => await other.page.title()
				=== '(1) imcloud');
			await context.close();
			await other.context.close();
		});

	test('a session that is ended elsewhere signs the page out',
		async () => {
			const hugo = await newPerson('Hugo Test');
			const { page, context } = await openPage(browser);

			await page.goto(`${stack.url}/`);
			await signIn(page, hugo.username, hugo.password);

			const { items } = await hugo.client.sessions.list();
			const web = items.find(({ device }) =>
				device.platform === 'web');

			await hugo.client.sessions.end(web.session_id);
			await page.getByText('This device was signed out').waitFor();
			await context.close();
		});

	test('a phone shows one pane at a time', async () => {
		const { page, context } = await openPage(browser, {
			viewport: { width: 390, height: 844 }, isMobile: true,
			hasTouch: true, deviceScaleFactor: 2 });

		await page.goto(`${stack.url}/`);
		await signIn(page, 'alice', stack.password);
		await page.locator('.chat-item').first().waitFor();
		assert.equal(await page.locator('.pane').isVisible(), false);
		await shoot(page, 'phone-list');
		await page.locator('.chat-item').first().click();
		await page.locator('.rows .message').first().waitFor();
		assert.equal(await page.locator('.sidebar').isVisible(),
			false);
		assert.ok(await page.evaluate(() => document.documentElement
			.scrollWidth <= innerWidth));
		await shoot(page, 'phone-chat');
		await page.getByRole('link', { name: 'Back to chats' })
			.click();
		await page.locator('.sidebar').waitFor();
		assert.equal(await page.locator('.pane').isVisible(), false);
		await context.close();
	});

	test('everything can be reached by keyboard', async () => {
		const { page, context } = await openPage(browser, {
			colorScheme: 'dark' });

		await page.goto(`${stack.url}/`);
		await page.locator('input[name="username"]:focus').waitFor();
		await page.keyboard.type('alice');
		await page.keyboard.press('Tab');
		await page.keyboard.type(stack.password);
		await page.keyboard.press('Enter');
		await page.locator('.chat-item').first().waitFor();
		await page.keyboard.press('Alt+ArrowDown');
		await page.locator('.composer textarea').waitFor();
		assert.equal(await page.evaluate(() =>
			document.activeElement.tagName), 'TEXTAREA');
		await shoot(page, 'dark');
		await page.keyboard.press('Escape');
		await page.locator('.nothing').waitFor();
		await context.close();
	});
});
