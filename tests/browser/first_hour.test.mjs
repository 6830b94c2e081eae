/** What people meet in their first hour with the web client. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Client, randomId } from '../../www/sdk/index.js';
import { launch, openPage, shoot, signIn } from './chromium.mjs';
import { readable } from './contrast.mjs';
import { chatItem, hasStatus, message, open, peopleOf, write }
	from './people.mjs';
import { useStack } from './stack.mjs';
import { until } from './wait.mjs';

/** @typedef {import('playwright-core').Page} Page */

const NAMES_AGAIN_MS = 16000;
const MEMBERS_AGAIN_MS = 61000;

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

/** A page on which somebody has signed in. */
async function pageOf(who, options = {}) {
	const made = await openPage(browser, options);

	await made.page.goto(`${stack.url}/`);
	await signIn(made.page, who.username, who.password);
	return made;
}

/** @param {Page} page @param {string} username @param {string} password */
async function fillIn(page, username, password) {
	await page.getByLabel('User name').fill(username);
	await page.getByLabel('Password').fill(password);
	await page.keyboard.press('Enter');
}

describe('a chat that ends', { concurrency: false }, () => {
	let gina;
	let hans;
	let made;

	before(async () => {
		gina = await people.newPerson('Gina Test');
		hans = await people.newPerson('Hans Test');
		made = await pageOf(hans);
	});
	after(() => made.context.close());

	const group = async (name) => {
		const { conv_id } = await gina.client.conversations.create({
			kind: 'group', members: [hans.user.user_id],
			settings: { name }, client_id: randomId() });

		await gina.say(conv_id, 'hello');
		await open(made.page, conv_id);
		await message(made.page, 'hello').waitFor();
		return conv_id;
	};
	const atList = async (conv_id) => {
		await chatItem(made.page, conv_id).waitFor({
			state: 'detached' });
		await made.page.locator('.nothing').waitFor();
		await made.page.locator('.chat').waitFor({ state: 'detached' });
		assert.equal(new URL(made.page.url()).hash, '#/');
	};

	test('removed from the open chat: back at the list, and told', async () => {
		const conv_id = await group('Removed');

		await made.page.locator('.head-link').click();
		await made.page.locator('.details').waitFor();
		await gina.client.conversations.remove(conv_id,
			hans.user.user_id);
		await made.page.getByText('You were removed from “Removed”')
			.waitFor();
		await atList(conv_id);
		await shoot(made.page, 'removed');

		await made.page.goBack();
		await made.page.getByText('You are not in that chat.')
			.waitFor();
		await atList(conv_id);

		/* who is added again can go on */
		await gina.client.conversations.add(conv_id,
			[hans.user.user_id]);
		await chatItem(made.page, conv_id).click();
		await message(made.page, 'hello').waitFor();
		await write(made.page, 'back again');
		await hasStatus(message(made.page, 'back again'), 'sent');
	});

	test('leaving the open chat, on the page or on another device',
		async () => {
			const here = await group('Here');

			await made.page.locator('.head-link').click();
			await made.page.getByRole('button', {
				name: 'Leave group' }).click();
			await made.page.getByRole('dialog').getByRole('button',
				{ name: 'Leave group' }).click();
			await atList(here);

			const there = await group('There');

			await hans.client.conversations.leave(there);
			await atList(there);
		});

	test('dialogs of the chat close with it, others stay', async () => {
		const { page } = made;
		const dialog = page.locator('dialog[open]');
		const remove = (conv_id) => gina.client.conversations.remove(
			conv_id, hans.user.user_id);

		for (const name of ['Add people', 'Leave group']) {
			const conv_id = await group(`Dialog ${name}`);

			await page.locator('.head-link').click();
			await page.locator('.details').getByRole('button',
				{ name }).click();
			await dialog.waitFor();
			await remove(conv_id);
			await atList(conv_id);
			await dialog.waitFor({ state: 'detached' });
		}

		const conv_id = await group('Another dialog');

		await page.getByRole('button', { name: 'Settings' }).click();
		await dialog.waitFor();
		await remove(conv_id);
		await atList(conv_id);
		assert.equal(await dialog.count(), 1);
		await page.keyboard.press('Escape');
	});

	test('a link to a chat that one is not in', async () => {
		await made.page.goto(`${stack.url}/#/c/123456789`);
		await made.page.getByText('You are not in that chat.')
			.waitFor();
		await atList('123456789');
		assert.deepEqual(made.troubles, []);
	});
});

test('a new name reaches the others without a reload', async () => {
	const ida = await people.newPerson('Ida Before');
	const jan = await people.newPerson('Jan Test');
	const made = await openPage(browser);
	const { conv_id } = await ida.client.conversations.create({
		kind: 'group', members: [jan.user.user_id],
		settings: { name: 'Names' }, client_id: randomId() });
	const direct = await ida.client.conversations.create({
		kind: 'direct', members: [jan.user.user_id] });

	await ida.say(conv_id, 'in the group');
	await ida.say(direct.conv_id, 'directly');
	await made.page.clock.install();
	await made.page.goto(`${stack.url}/`);
	await signIn(made.page, jan.username, jan.password);
	await open(made.page, conv_id);
	await made.page.locator('.author', { hasText: 'Ida Before' })
		.first().waitFor();

	await message(made.page, 'in the group').hover();
	await made.page.getByRole('button', { name: 'Reply' }).click();
	await made.page.locator('.head-link').click();
	await made.page.locator('.member', { hasText: 'Ida Before' }).waitFor();

	/* while nothing is written */
	await ida.client.users.update({ display_name: 'Ida After' });
	await made.page.clock.fastForward(NAMES_AGAIN_MS);
	await made.page.locator('.author', { hasText: 'Ida After' }).first()
		.waitFor();
	await chatItem(made.page, direct.conv_id)
		.getByText('Ida After').waitFor();
	await chatItem(made.page, conv_id).getByText('Ida After: in the group')
		.waitFor();
	await made.page.locator('.composer-quote')
		.getByText('Replying to Ida After').waitFor();
	await made.page.clock.fastForward(MEMBERS_AGAIN_MS);
	await made.page.locator('.member', { hasText: 'Ida After' }).waitFor();
	await made.page.locator('.details').getByLabel('Close').click();

	/* who writes is looked up again */
	await made.page.clock.fastForward(NAMES_AGAIN_MS);
	await until(() => made.page.locator('.author', {
		hasText: 'Ida After' }).count());
	await ida.client.users.update({ display_name: 'Ida Third' });
	await made.page.clock.fastForward(6000);
	await ida.say(conv_id, 'and again');
	await made.page.locator('.author', { hasText: 'Ida Third' }).first()
		.waitFor();
	await made.context.close();
});

test('Escape of an input method cancels no reply and leaves no chat',
	async () => {
		const kai = await people.newPerson('Kai Test');
		const lea = await people.newPerson('Lea Test');
		const { conv_id } = await kai.client.conversations.create({
			kind: 'direct', members: [lea.user.user_id] });

		await kai.say(conv_id, 'to be answered');

		const { page, context } = await pageOf(lea);
		const cdp = await context.newCDPSession(page);
		const compose = (text) => cdp.send('Input.imeSetComposition',
			{ text, selectionStart: text.length,
				selectionEnd: text.length });
		const quote = page.locator('.composer-quote');

		await open(page, conv_id);
		await message(page, 'to be answered').hover();
		await page.getByRole('button', { name: 'Reply' }).click();
		await quote.getByText('to be answered').waitFor();
		await compose('にほ');
		await page.keyboard.press('Escape');
		await compose('');
		assert.equal(await quote.isVisible(), true);

		/* without an input method it does both, one after the other */
		await page.keyboard.press('Escape');
		await quote.waitFor({ state: 'hidden' });
		await compose('にほ');
		await page.keyboard.press('Escape');
		await compose('');
		assert.equal(new URL(page.url()).hash, `#/c/${conv_id}`);
		await page.keyboard.press('Escape');
		await page.locator('.nothing').waitFor();
		await context.close();
	});

test('Escape of an input method closes no dialog', async () => {
	const max = await people.newPerson('Max Test');
	const { page, context } = await pageOf(max);
	const cdp = await context.newCDPSession(page);
	const dialog = page.locator('dialog[open]');

	await page.getByRole('button', { name: 'Settings' }).click();
	await dialog.getByLabel('Your name').focus();
	await cdp.send('Input.imeSetComposition', { text: 'にほ',
		selectionStart: 2, selectionEnd: 2 });
	await page.keyboard.press('Escape');
	assert.equal(await dialog.count(), 1);
	await cdp.send('Input.imeSetComposition', { text: '',
		selectionStart: 0, selectionEnd: 0 });
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	await context.close();
});

test('Escape in the search ends the search, the next one leaves the chat',
	async () => {
		const ned = await people.newPerson('Ned Test');
		const { page, context } = await pageOf(ned);
		const { conv_id } = await ned.client.conversations.create({
			kind: 'self' });
		const search = page.getByLabel('Search chats');

		await ned.say(conv_id, 'to myself');
		await open(page, conv_id);
		await search.fill('nobody');
		await page.getByText('No chat of that name').waitFor();
		await page.keyboard.press('Escape');
		await chatItem(page, conv_id).waitFor();
		assert.equal(await search.inputValue(), '');
		assert.equal(new URL(page.url()).hash, `#/c/${conv_id}`);
		await page.keyboard.press('Escape');
		await page.locator('.nothing').waitFor();
		await context.close();
	});

test('a session that ends takes its dialogs with it', async () => {
	const oda = await people.newPerson('Oda Test');
	const { page, context } = await pageOf(oda);
	const { items } = await oda.client.sessions.list();

	await page.getByRole('button', { name: 'Settings' }).click();
	await page.locator('dialog[open]').waitFor();
	await oda.client.sessions.end(items.find(({ current }) => !current)
		.session_id);
	await page.getByLabel('Password').waitFor();
	await page.locator('dialog[open]').waitFor({ state: 'detached' });
	await context.close();
});

test('what happens to oneself is said so', async () => {
	const pam = await people.newPerson('Pam Test');
	const ron = await people.newPerson('Ron Test');
	const { conv_id } = await pam.client.conversations.create({
		kind: 'group', members: [], settings: { name: 'You' },
		client_id: randomId() });
	const { page, context } = await pageOf(ron);

	await pam.client.conversations.add(conv_id, [ron.user.user_id]);
	await chatItem(page, conv_id).click();
	await page.locator('.system').getByText('Pam Test added you',
		{ exact: true }).waitFor();
	await write(page, 'mine');
	await message(page, 'mine').hover();
	await page.getByRole('button', { name: 'Reply' }).click();
	await page.getByText('Replying to yourself').waitFor();
	await context.close();
});

test('a long name from right to left loses its end, not its beginning',
	async () => {
		const nur = await people.newPerson('Nur Test');
		const { page, context } = await pageOf(nur,
			{ viewport: { width: 360, height: 640 } });
		const { conv_id } = await nur.client.conversations.create({
			kind: 'group', members: [], settings: {
				name: 'مجموعة الأصدقاء القدامى والجدد في المدينة' },
			client_id: randomId() });

		await nur.say(conv_id, 'hello');
		await open(page, conv_id);

		/* where its first letter is, and the box that cuts it off */
		const [letter, box] = await page.locator('.chat .head-text h1')
			.evaluate((heading) => {
				const walk = document.createTreeWalker(heading,
					NodeFilter.SHOW_TEXT);
				const range = document.createRange();

				range.setStart(walk.nextNode(), 0);
				range.setEnd(walk.currentNode, 1);
				return [range, heading].map((it) =>
					it.getBoundingClientRect().right);
			});

		assert.ok(letter <= box + 1, `${letter} > ${box}`);
		await context.close();
	});

test('the page speaks to its own origin alone, over a WebSocket too',
	async () => {
		const { page, context } = await pageOf(
			await people.newPerson('Sven Test'));
		const shell = page.locator('.shell');

		assert.equal(await shell.getAttribute('data-transport'),
			'websocket');
		assert.equal(await page.evaluate(() => new Promise((refused) => {
			addEventListener('securitypolicyviolation', (event) =>
				refused(event.effectiveDirective));
			try {
				new WebSocket('ws://elsewhere.test/');
			} catch {
				/* the event says it */
			}
		})), 'connect-src');
		await context.close();
	});

/**
 * Runs in the page: where a time lies on the text, touches it, or leaves its
 * bubble.
 */
function overprinted() {
	const found = [];

	for (const row of document.querySelectorAll('.rows .message')) {
		const text = row.querySelector('.text');
		const time = row.querySelector('.meta').getBoundingClientRect();
		const box = row.querySelector('.bubble')
			.getBoundingClientRect();
		const range = document.createRange();

		range.selectNodeContents(text);
		for (const line of range.getClientRects()) {
			const beside = Math.min(line.bottom, time.bottom)
				- Math.max(line.top, time.top);
			const gap = Math.max(line.left - time.right,
				time.left - line.right);

			if (beside > 2 && gap < 4)
				found.push([text.textContent, gap]);
		}
		if (time.left < box.left || time.right > box.right
			|| time.bottom > box.bottom)
			found.push([text.textContent, 'outside']);
	}
	return found;
}

describe('the time beside the text', { concurrency: false }, () => {
	const TEXTS = ['مرحبا', 'Hello', 'שלום', '123', '你好', '😀', '😀 a',
		'مرحبا hello مرحبا', 'hello مرحبا', 'line 1\nسطر', 'سطر\nline 2',
		'أهلا وسهلا بك في هذا المكان الجميل الذي نحبه جميعا منذ زمن '
			+ 'طويل، وسوف نبقى هنا',
		'A long line of text that fills the bubble and wraps, so that '
			+ 'its last line ends in the middle',
		'https://example.com/an/address/without/any/blank/that/is/long',
		...Array.from({ length: 12 }, (_, i) => 'x'.repeat(20 + 4 * i)),
	];
	let mia;
	let nour;
	let conv_id;

	before(async () => {
		mia = await people.newPerson('Mia Test');
		nour = await people.newPerson('نور الحسن');
		({ conv_id } = await mia.client.conversations.create({
			kind: 'direct', members: [nour.user.user_id] }));
		for (const text of TEXTS)
			for (const who of [mia, nour])
				await who.say(conv_id, text);

		const { items } = await nour.client.messages.list(conv_id);

		for (const reply_to of [items.at(0).msg_id, items.at(-1).msg_id])
			await nour.say(conv_id, 'رد', { reply_to });
	});

	for (const [name, options] of Object.entries({
		'24-hours-wide': { locale: 'en-GB' },
		'am-pm-wide-dark': { locale: 'en-US', colorScheme: 'dark' },
		'am-pm-narrow': { locale: 'en-US',
			viewport: { width: 360, height: 780 } },
		'arabic-narrow-dark': { locale: 'ar-EG', colorScheme: 'dark',
			viewport: { width: 360, height: 780 } },
	}))
		test(name, async () => {
			const { page, context } = await pageOf(mia, options);

			await open(page, conv_id);
			await until(async () => await page.locator(
				'.rows .message').count() > TEXTS.length);
			assert.deepEqual(await page.evaluate(overprinted), []);
			await shoot(page, `time-${name}`);
			await context.close();
		});
});

/** @param {import('playwright-core').Locator} text @returns its lines */
const lines = (text) => text.evaluate((element) => Math.round(
	element.clientHeight / parseFloat(getComputedStyle(element).lineHeight)));

test('without JavaScript the page says that it needs it', async () => {
	const { page, context } = await openPage(browser,
		{ javaScriptEnabled: false });

	await page.goto(`${stack.url}/`);

	const { y } = await page.locator('.noscript').boundingBox();

	assert.ok(y < page.viewportSize().height, `at ${y}`);
	await context.close();
});

test('a notice does not lie on what somebody writes', async () => {
	const tom = await people.newPerson('Tom Test');
	const { page, context } = await pageOf(tom);
	const { conv_id } = await tom.client.conversations.create({
		kind: 'self' });

	await tom.say(conv_id, 'to myself');
	await open(page, conv_id);
	assert.ok(await page.evaluate(async () => {
		const { toast } = await import('/app/view/toast.js');

		toast('A notice');
		return document.querySelector('.toast').getBoundingClientRect()
			.bottom <= document.querySelector('.composer')
			.getBoundingClientRect().top;
	}));
	await context.close();
});

/** The talk of the demo is random: its last page may hold no reply, and no emoji
 * without a bubble. */
async function talkInAurora() {
	const bob = await people.person('bob');
	const alice = await people.person('alice');
	const { conversations } = await bob.client.sync(50);
	const { conv_id } = conversations.items.map((item) =>
		item.conversation).find(({ settings }) =>
		settings.name?.includes('Project Aurora'));
	const first = await bob.say(conv_id, 'a question');

	await bob.say(conv_id, 'an answer', { reply_to: first.msg_id });
	await alice.say(conv_id, '\u{1f602}');
}

for (const colorScheme of ['light', 'dark'])
	test(`every text can be read: ${colorScheme}`, async () => {
		const { page, context } = await openPage(browser,
			{ colorScheme });

		await talkInAurora();
		await page.goto(`${stack.url}/`);
		await page.locator('.demo-user').first().waitFor();
		await readable(page);
		await signIn(page, 'alice', stack.password);
		await page.locator('.chat-item', { hasText: 'Project Aurora' })
			.click();
		await page.locator('.rows .author').first().waitFor();
		await page.locator('.rows .quote').first().waitFor();
		await page.locator('.head-link').click();
		await page.locator('.member').first().waitFor();
		await page.mouse.move(0, 0);
		await readable(page);
		await context.close();
	});

describe('what cannot be is said', { concurrency: false }, () => {
	test('a disabled user is told so', async () => {
		const olaf = await people.newPerson('Olaf Test');
		const { page, context } = await openPage(browser);

		await stack.admin('user', 'disable', stack.app, olaf.username);
		await page.goto(`${stack.url}/`);
		await fillIn(page, olaf.username, olaf.password);
		await page.getByText('This account has been disabled.')
			.waitFor();
		await fillIn(page, olaf.username, 'not-the-password');
		await page.getByText('Wrong user name or password.').waitFor();
		await context.close();
	});

	test('a database that is down', async () => {
		const pia = await people.newPerson('Pia Test');
		const quin = await people.newPerson('Quin Test');
		const { conv_id } = await quin.client.conversations.create({
			kind: 'direct', members: [pia.user.user_id] });

		await quin.say(conv_id, 'hello');

		const inside = await pageOf(pia);
		const phone = await pageOf(pia,
			{ viewport: { width: 360, height: 640 } });
		const reloaded = await pageOf(pia);
		const opened = await pageOf(pia);
		const outside = await openPage(browser);

		await open(inside.page, conv_id);
		await open(phone.page, conv_id);
		await outside.page.goto(`${stack.url}/`);
		await stack.service('down', 'db');
		try {
			await fillIn(outside.page, quin.username,
				quin.password);
			await outside.page.getByText(
				'The server is not available').waitFor();
			await chatItem(opened.page, conv_id).click();
			await opened.page.getByText(
				'The messages could not be loaded.').waitFor();
			await write(inside.page, 'while it is down');
			await write(phone.page, 'on the phone too');
			await reloaded.page.reload();
			for (const { page } of [inside, reloaded])
				await page.locator('.sidebar')
					.getByText('Server problem').waitFor();
			assert.equal(await lines(inside.page.locator(
				'.sidebar .status')), 1);
			await shoot(inside.page, 'database-down');

			/* there the list is not in sight */
			await phone.page.locator('.chat')
				.getByText('Server problem').waitFor();
			assert.equal(await inside.page.locator('.chat')
				.getByText('Server problem').isVisible(), false);
			await shoot(phone.page, 'database-down-phone');
		} finally {
			await stack.service('up', 'db');
		}
		await hasStatus(message(inside.page, 'while it is down'),
			'sent');
		await hasStatus(message(phone.page, 'on the phone too'), 'sent');
		await phone.page.locator('.chat .status').waitFor({
			state: 'hidden' });
		for (const { page } of [inside, reloaded])
			await page.getByText('Connected').waitFor();
		await chatItem(reloaded.page, conv_id).waitFor();
		await message(opened.page, 'hello').waitFor();
		for (const { context } of [inside, phone, reloaded, opened,
			outside])
			await context.close();
	});
});

describe('where a second app exists', { concurrency: false }, () => {
	const app = `second-${randomId().toLowerCase().replace(/[^a-z0-9]/g,
		'0')}`;
	let rosa;

	before(async () => {
		await stack.admin('app', 'create', app);
		rosa = await people.newPerson('Rosa Test', app);
	});

	test('its people sign in: ?app= names it, and keeps naming it',
		async () => {
			const { page, context } = await openPage(browser);

			await page.goto(`${stack.url}/?app=${app}`);
			await signIn(page, rosa.username, rosa.password);
			await page.reload();
			await page.locator('.shell[data-phase="online"]')
				.waitFor();

			/* the other app has a log-in of its own */
			const other = await context.newPage();

			await other.goto(`${stack.url}/?app=${stack.app}`);
			await signIn(other, 'alice', stack.password);
			await page.reload();
			await page.getByText('No chats yet').waitFor();
			await page.getByRole('button', { name: 'Settings' })
				.click();
			await page.getByRole('button', { name: 'Log out' })
				.click();
			await page.getByLabel('Password').waitFor();
			assert.equal(new URL(page.url()).search, `?app=${app}`);
			await other.reload();
			await other.locator('.shell[data-phase="online"]')
				.waitFor();
			await signIn(page, rosa.username, rosa.password);
			await context.close();
		});

	test('what is wrong is said of the app that is named', async () => {
		const { page, context } = await openPage(browser);

		for (const name of ['no-such-app', app]) {
			await page.goto(`${stack.url}/?app=${name}`);
			await fillIn(page, 'alice', stack.password);
			await page.getByText('Wrong user name or password for '
				+ `the app “${name}”.`).waitFor();
		}
		await context.close();
	});

	test('the people of the demo are offered on pages of their app alone',
		async () => {
			const { page, context } = await openPage(browser);
			const offers = async (query) => {
				await page.goto(`${stack.url}/${query}`);
				await page.waitForLoadState('networkidle');
				await page.evaluate(async () => {
					await (await fetch('/demo.json')).json();
				});
				return page.locator('.demo-user').count();
			};

			assert.equal(await offers(`?app=${app}`), 0);
			assert.notEqual(await offers(`?app=${stack.app}`), 0);
			assert.notEqual(await offers(''), 0);
			await context.close();
		});

	/** A page that the demo names no app for. */
	async function unnamed(change = (text) => text) {
		const made = await openPage(browser);

		await made.page.route('**/demo.json', (route) =>
			route.fulfill({ status: 404, body: '' }));
		await made.page.route(`${stack.url}/`, async (route) => {
			const answer = await route.fetch();

			await route.fulfill({ response: answer,
				body: change(await answer.text()) });
		});
		await made.page.goto(`${stack.url}/`);
		return made;
	}

	test('the page names it', async () => {
		const { page, context } = await unnamed((text) => text.replace(
			'name="imcloud-app" content=""',
			`name="imcloud-app" content="${app}"`));

		await signIn(page, rosa.username, rosa.password);
		assert.equal(await page.evaluate(() => document.querySelector(
			'meta[name="imcloud-app"]').content), app);
		await context.close();
	});

	test('nothing names it: the default is meant', async () => {
		const { page, context } = await unnamed();

		await signIn(page, 'alice', stack.password);
		await context.close();
	});

	test('no default either: the form asks, and remembers', async () => {
		await stack.setting('user', 'default_app', '');
		await stack.service('restart', 'user');

		const { page, context } = await unnamed();
		const field = page.getByLabel('App', { exact: false });

		await fillIn(page, rosa.username, rosa.password);
		await page.getByText('This server serves several apps').waitFor();
		await field.fill('no-such-app');
		await page.keyboard.press('Enter');
		await page.getByText('Wrong app, user name or password')
			.waitFor();
		await field.fill(app);
		await shoot(page, 'which-app');
		await page.keyboard.press('Enter');
		await page.locator('.shell[data-phase="online"]').waitFor();
		await page.getByRole('button', { name: 'Settings' }).click();
		await page.getByRole('button', { name: 'Log out' }).click();
		await page.getByLabel('Password').waitFor();
		assert.equal(await field.inputValue(), app);
		await context.close();
	});

	test('the host names it', async () => {
		const url = new URL(stack.url);
		const mine = await launch([`--host-resolver-rules=MAP *.test ${
			url.hostname}`]);
		const { page } = await openPage(mine);

		await page.route('**/demo.json', (route) => route.fulfill({
			status: 404, body: '' }));
		await page.goto(`http://${app}.chat.test:${url.port}/`);
		await signIn(page, rosa.username, rosa.password);
		await mine.close();
	});

	test('the demo still lets its people in', async () => {
		const { page, context } = await openPage(browser);

		await page.goto(`${stack.url}/`);
		await page.locator('.demo-user', { hasText: 'alice' }).click();
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.locator('.shell[data-phase="online"]').waitFor();
		await context.close();
	});

	test('the SDK names it', async () => {
		const who = { username: rosa.username, password: rosa.password,
			device: { id: randomId(), platform: 'other' } };

		await assert.rejects(new Client({ base_url: stack.url })
			.sessions.create(who),
		{ code: 'invalid_argument', field: 'app' });
		await new Client({ base_url: stack.url, app })
			.sessions.create(who);
	});
});
