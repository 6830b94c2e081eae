/** What people do to messages, on pages of their own, and see of each other. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { shoot } from './chromium.mjs';
import { PHONE, choose, dialog, field, item, menu, offline, recall, touchLong,
	usePages } from './pages.mjs';
import { chatItem, hasStatus, message, open, write } from './people.mjs';
import { until } from './wait.mjs';

/** @typedef {import('playwright-core').Page} Page */

const world = usePages();

const chip = (row, emoji) => row.locator(`.reaction[data-emoji^="${emoji}"]`);
const count = (row, emoji, n) => chip(row, emoji).locator('.reaction-count',
	{ hasText: new RegExp(`^${n}$`) }).waitFor();

describe('a message, by mouse', { concurrency: false }, () => {
	let c;

	before(async () => {
		c = await world.couple('Ada Test', 'Ben Test');
	});
	after(() => c.close());

	test('the menu: by its button and by the second mouse button', async () => {
		const row = message(c.pa, 'second');

		await row.hover();
		await row.getByRole('button', { name: 'More' }).click();
		await item(c.pa, 'Reply').waitFor();
		assert.equal(await item(c.pa, 'Edit').count(), 0);
		assert.equal(await item(c.pa, 'Delete for everyone').count(), 0);
		await shoot(c.pa, 'menu');
		await c.pa.keyboard.press('Escape');
		await menu(c.pa).waitFor({ state: 'detached' });

		await choose(c.pa, 'second', 'Reply');
		await c.pa.locator('.composer-quote').getByText('second').waitFor();
		await write(c.pa, 'an answer');
		await message(c.pb, 'an answer').locator('.quote')
			.getByText('second').waitFor();

		/* outside it closes, and does nothing else */
		await row.locator('.bubble').click({ button: 'right' });
		await menu(c.pa).waitFor();
		await c.pa.mouse.click(5, 5);
		await menu(c.pa).waitFor({ state: 'detached' });
	});

	test('edited: the composer has it, the other side sees it', async () => {
		await write(c.pa, 'a tpyo');
		await hasStatus(message(c.pa, 'a tpyo'), 'read');
		await field(c.pa).fill('half a thought');
		await choose(c.pa, 'a tpyo', 'Edit');
		await c.pa.locator('.composer-quote').getByText('Editing').waitFor();
		assert.equal(await field(c.pa).inputValue(), 'a tpyo');
		await shoot(c.pa, 'editing');
		await write(c.pa, 'a typo');
		for (const page of [c.pa, c.pb])
			await message(page, 'a typo').getByRole('button',
				{ name: 'edited' }).waitFor();
		assert.equal(await field(c.pa).inputValue(), 'half a thought');
		await field(c.pa).fill('');

		/* the other side sees what it was */
		await message(c.pb, 'a typo').getByRole('button',
			{ name: 'edited' }).click();
		await dialog(c.pb).locator('.version', { hasText: 'a tpyo' })
			.waitFor();
		await dialog(c.pb).locator('.version', { hasText: 'a typo' })
			.waitFor();
		await shoot(c.pb, 'versions');
		await c.pb.keyboard.press('Escape');
		await chatItem(c.pb, c.conv_id).getByText('a typo').waitFor();
	});

	test('up-arrow edits the last one, Escape backs out', async () => {
		await write(c.pa, 'my last');
		await hasStatus(message(c.pa, 'my last'), 'read');
		await c.pb.bringToFront();
		await write(c.pb, 'not mine');
		await message(c.pa, 'not mine').waitFor();
		await field(c.pa).focus();
		await c.pa.keyboard.press('ArrowUp');
		assert.equal(await field(c.pa).inputValue(), 'my last');
		await c.pa.keyboard.press('Escape');
		await c.pa.locator('.composer-quote').waitFor({
			state: 'hidden' });
		assert.equal(await field(c.pa).inputValue(), '');
		assert.match(c.pa.url(), /#\/c\//);

		/* in a text it moves the cursor */
		await field(c.pa).fill('x');
		await c.pa.keyboard.press('ArrowUp');
		assert.equal(await field(c.pa).inputValue(), 'x');
		await field(c.pa).fill('');
	});

	test('recalled: gone from list, quotes and the open chat', async () => {
		await write(c.pa, 'a secret');
		await message(c.pb, 'a secret').waitFor();
		await choose(c.pb, 'a secret', 'Reply');
		await write(c.pb, 'I saw it');
		await message(c.pa, 'I saw it').locator('.quote')
			.getByText('a secret').waitFor();
		await choose(c.pa, 'a secret', 'Edit');

		/* asked first */
		await choose(c.pa, 'a secret', 'Delete for everyone');
		await dialog(c.pa).getByRole('button', { name: 'Cancel' })
			.last().click();
		await message(c.pa, 'a secret').waitFor();
		await recall(c.pa, 'a secret');
		for (const page of [c.pa, c.pb]) {
			await message(page, 'I saw it').locator('.quote')
				.getByText('Deleted message').waitFor();
			await message(page, 'This message was deleted').first()
				.waitFor();
			await until(async () => await page.getByText('a secret')
				.count() === 0);
		}
		/* what was edited is no longer there to be edited */
		await c.pa.locator('.composer-quote').waitFor({
			state: 'hidden' });
		assert.equal(await field(c.pa).inputValue(), '');

		/* what is open about it closes */
		await write(c.pa, 'another seceet');
		await message(c.pa, 'another seceet').waitFor();
		await choose(c.pa, 'another seceet', 'Edit');
		await write(c.pa, 'another secret');
		await message(c.pb, 'another secret').getByRole('button',
			{ name: 'edited' }).click();
		await dialog(c.pb).locator('.version').last().waitFor();
		await recall(c.pa, 'another secret');
		await dialog(c.pb).waitFor({ state: 'detached' });

		await write(c.pa, 'the last word');
		await chatItem(c.pb, c.conv_id).getByText('the last word')
			.waitFor();
		await recall(c.pa, 'the last word');
		for (const page of [c.pa, c.pb])
			await chatItem(page, c.conv_id)
				.getByText('This message was deleted').waitFor();
		assert.equal(await c.pb.getByText('edited').count(), 1);
		await shoot(c.pb, 'recalled');
	});

	test('copied', async () => {
		await c.pages[0].context.grantPermissions(['clipboard-read',
			'clipboard-write']);
		await c.pa.bringToFront();
		await write(c.pa, 'copy **this**');
		await message(c.pa, 'copy this').waitFor();
		await choose(c.pa, 'copy this', 'Copy text');
		await c.pa.getByText('Copied').waitFor();
		assert.equal(await c.pa.evaluate(() =>
			navigator.clipboard.readText()), 'copy **this**');
	});

	test('reactions: quick ones, the picker, chips, who it was', async () => {
		const at_a = message(c.pa, 'first');
		const at_b = message(c.pb, 'first');
		const last = await chatItem(c.pb, c.conv_id).innerText();
		const quick = async (page, name) => {
			await message(page, 'first').locator('.bubble').click({
				button: 'right', position: { x: 8, y: 8 } });
			await menu(page).getByRole('button', { name }).click();
			await menu(page).waitFor({ state: 'detached' });
		};

		await quick(c.pa, 'React with ❤️');
		await count(at_a, '❤', 1);
		await count(at_b, '❤', 1);
		await chip(at_b, '❤').click();
		await count(at_a, '❤', 2);
		assert.equal(await chip(at_b, '❤').getAttribute('aria-pressed'),
			'true');

		await quick(c.pb, 'More reactions');
		await dialog(c.pb).getByRole('button', { name: '🚀' }).click();
		await count(at_a, '🚀', 1);
		await shoot(c.pb, 'reactions');

		/* who it was */
		await chip(at_a, '❤').hover();
		await until(async () => /Ben Test/.test(await chip(at_a, '❤')
			.getAttribute('title') ?? ''));
		await choose(c.pa, 'first', 'Who reacted');
		await dialog(c.pa).locator('.person', { hasText: 'Ben Test' })
			.filter({ hasText: '🚀' }).waitFor();
		await dialog(c.pa).locator('.person', { hasText: 'Ada Test' })
			.filter({ hasText: '❤' }).waitFor();
		await shoot(c.pa, 'who-reacted');
		await c.pa.keyboard.press('Escape');

		/* toggled off, one after the other */
		await chip(at_b, '❤').click();
		await count(at_a, '❤', 1);
		await chip(at_a, '❤').click();
		await chip(at_b, '❤').waitFor({ state: 'detached' });

		/* no row, no message, and the chat stays where it was */
		assert.equal(await chatItem(c.pb, c.conv_id).innerText(), last);
		assert.equal(await c.pb.locator('.rows .system').count(), 0);
	});

	test('pinned and unpinned, listed in the details', async () => {
		const pins = (page) => page.locator('.pinned-message');

		await choose(c.pa, 'first', 'Pin');
		await message(c.pb, 'first').getByLabel('Pinned').waitFor();
		await c.pb.locator('.system', {
			hasText: 'Ada Test pinned “first”' }).waitFor();
		await c.pb.locator('.head-link').click();
		await pins(c.pb).getByText('first').waitFor();
		await shoot(c.pb, 'pins');

		/* its place in the chat */
		await pins(c.pb).getByRole('button', { name: 'first' }).click();
		await c.pb.locator('.message.flash').getByText('first',
			{ exact: true }).waitFor();

		/* an edit shows there, too */
		await c.pb.evaluate((hash) => {
			location.hash = hash;
		}, `#/c/${c.conv_id}/details`);
		await choose(c.pa, 'first', 'Edit');
		await write(c.pa, 'first of all');
		await pins(c.pb).getByText('first of all').waitFor();
		await pins(c.pb).getByRole('button', { name: /^Unpin/ }).click();
		await pins(c.pb).waitFor({ state: 'detached' });
		await message(c.pa, 'first of all').getByLabel('Pinned')
			.waitFor({ state: 'detached' });
		await c.pb.evaluate((hash) => {
			location.hash = hash;
		}, `#/c/${c.conv_id}`);
	});

	test('what happened while one was offline', async () => {
		for (const text of ['to be edited', 'to be deleted', 'to be liked'])
			await write(c.pa, text);
		await message(c.pb, 'to be liked').waitFor();
		await offline(c.pages[1], async () => {
			await choose(c.pa, 'to be edited', 'Edit');
			await write(c.pa, 'was changed');
			await message(c.pa, 'was changed').waitFor();
			await recall(c.pa, 'to be deleted');
			await message(c.pa, 'to be liked').locator('.bubble')
				.click({ button: 'right',
					position: { x: 8, y: 8 } });
			await menu(c.pa).getByRole('button', {
				name: 'React with 👍' }).click();
			await count(message(c.pa, 'to be liked'), '👍', 1);
			await choose(c.pa, 'to be liked', 'Pin');
			await message(c.pa, 'to be liked').getByLabel('Pinned')
				.waitFor();

			/* an edit needs the server, and says so */
			await message(c.pb, 'not mine').last().waitFor();
			await choose(c.pb, 'not mine', 'Edit');
			await write(c.pb, 'never stored');
			await c.pb.getByText('No connection to the server.')
				.waitFor();
			assert.equal(await field(c.pb).inputValue(),
				'never stored');
			await c.pb.keyboard.press('Escape');

			/* so does a reaction; a message waits */
			await message(c.pb, 'not mine').last().locator(
				'.bubble').click({ button: 'right',
				position: { x: 8, y: 8 } });
			await menu(c.pb).getByRole('button', {
				name: 'React with 👍' }).click();
			await chip(message(c.pb, 'not mine').last(), '👍')
				.waitFor({ state: 'detached' });
			await choose(c.pb, 'to be liked', 'Reply');
			await write(c.pb, '@Ada Test **later**');
			await hasStatus(message(c.pb, 'later'), 'sending');
		});
		await message(c.pa, '@Ada Test later').locator('.mention.me')
			.waitFor();
		await message(c.pa, '@Ada Test later').locator('.quote')
			.getByText('to be liked').waitFor();
		await message(c.pb, 'was changed').waitFor();
		await count(message(c.pb, 'to be liked'), '👍', 1);
		await message(c.pb, 'to be liked').getByLabel('Pinned').waitFor();
		await until(async () => await c.pb.getByText('to be deleted')
			.count() === 0);
	});
});

test('by keyboard alone', async () => {
	const c = await world.couple('Cid Test', 'Dee Test');
	const { pa } = c;
	const active = () => pa.evaluate(() =>
		document.activeElement?.className ?? '');

	await pa.bringToFront();
	await write(pa, 'third');
	await hasStatus(message(pa, 'third'), 'read');
	await field(pa).focus();
	while (!/\bmessage\b/.test(await active()))
		await pa.keyboard.press('Shift+Tab');
	await pa.keyboard.press('Home');
	await pa.keyboard.press('ArrowDown');
	await pa.keyboard.press('Enter');
	await item(pa, 'Reply').waitFor();

	/* up from the items lie the reactions */
	await pa.keyboard.press('ArrowUp');
	await pa.keyboard.press('ArrowRight');
	await pa.keyboard.press('Enter');
	await count(message(c.pb, 'second'), '❤', 1);
	await menu(pa).waitFor({ state: 'detached' });

	/* the focus is where it was, though the row was made again */
	await until(async () => /\bmessage\b/.test(await active()));
	await count(message(pa, 'second'), '❤', 1);
	assert.match(await pa.evaluate(() =>
		document.activeElement.textContent), /second/);
	await pa.keyboard.press('Shift+F10');
	await item(pa, 'Reply').waitFor();
	await pa.keyboard.press('Enter');
	await pa.locator('.composer-quote').getByText('second').waitFor();
	assert.equal(await active(), '');
	await pa.keyboard.press('Escape');
	await pa.locator('.composer-quote').waitFor({ state: 'hidden' });

	/* the last one deleted: menu, last item, its dialog */
	while (!/\bmessage\b/.test(await active()))
		await pa.keyboard.press('Shift+Tab');
	await pa.keyboard.press('End');
	await pa.keyboard.press('Enter');
	await item(pa, 'Reply').waitFor();
	await pa.keyboard.press('End');
	await pa.keyboard.press('Enter');
	await dialog(pa).getByRole('button', { name: 'Delete' }).focus();
	await pa.keyboard.press('Enter');
	await message(c.pb, 'This message was deleted').waitFor();

	/* Escape goes from a message to the composer, and only then away */
	await pa.locator('.rows .message').first().focus();
	await pa.keyboard.press('Escape');
	assert.equal(await pa.evaluate(() =>
		document.activeElement.tagName), 'TEXTAREA');
	await pa.keyboard.press('Escape');
	await pa.locator('.nothing').waitFor();
	await c.close();
});

test('by touch, on a narrow dark page', async () => {
	const c = await world.couple('Eva Test', 'Fay Test', 'direct',
		[{ ...PHONE, colorScheme: 'dark' }, {}]);
	const { pa } = c;
	const within = async (locator) => {
		const box = await locator.boundingBox();

		assert.ok(box.x >= 0 && box.x + box.width <= 360,
			JSON.stringify(box));
	};

	await touchLong(pa, message(pa, 'second').locator('.text'));
	await item(pa, 'Reply').waitFor();
	await within(menu(pa));
	await shoot(pa, 'menu-phone-dark');
	await menu(pa).getByRole('button', { name: 'React with 👍' }).tap();
	await count(message(c.pb, 'second'), '👍', 1);
	await touchLong(pa, chip(message(pa, 'second'), '👍'));
	await dialog(pa).locator('.person', { hasText: 'Eva Test' }).waitFor();
	await within(dialog(pa));
	await dialog(pa).getByRole('button', { name: 'Close' }).tap();

	/* a tap shows the buttons, and the second one hides them */
	await message(pa, 'first').locator('.text').tap();
	await within(message(pa, 'first').locator('.actions'));
	await message(pa, 'first').getByRole('button', { name: 'More' }).tap();
	await item(pa, 'Edit').tap();
	await field(pa).fill('first, by touch');
	await pa.getByRole('button', { name: 'Save' }).tap();
	await message(c.pb, 'first, by touch').waitFor();
	await touchLong(pa, message(pa, 'first, by touch').locator('.text'));
	await item(pa, 'Pin').tap();
	await pa.locator('.system', { hasText: 'You pinned' }).waitFor();
	await message(pa, 'first, by touch').getByLabel('Pinned').waitFor();

	/* the details cover the chat: what is chosen in them leads back */
	await pa.locator('.head-link').tap();
	await pa.locator('.pinned-message').getByRole('button', {
		name: 'first, by touch' }).waitFor();
	await shoot(pa, 'pins-phone-dark');
	await pa.locator('.pinned-message').getByRole('button', {
		name: 'first, by touch' }).tap();
	await pa.locator('.details').waitFor({ state: 'detached' });
	await pa.locator('.message.flash').getByText('first, by touch')
		.waitFor();
	await touchLong(pa, message(pa, 'first, by touch').locator('.text'));
	await item(pa, 'Delete for everyone').tap();
	await within(dialog(pa));
	await shoot(pa, 'confirm-phone-dark');
	await dialog(pa).getByRole('button', { name: 'Delete' }).tap();
	await message(c.pb, 'This message was deleted').waitFor();
	assert.equal(await pa.evaluate(() =>
		document.documentElement.scrollWidth), 360);
	await c.close();
});

describe('mentions', { concurrency: false }, () => {
	let c;
	let mei;
	const options = () => c.pa.locator('.completion [role="option"]');

	before(async () => {
		mei = await world.people.newPerson('王美玲');
		c = await world.couple('Gus Test', 'Hal Anders', 'group');
		await c.a.client.conversations.add(c.conv_id,
			[mei.user.user_id]);
		await c.pa.locator('.system', { hasText: '王美玲' }).waitFor();
	});
	after(() => c.close());

	test('by any part of a name, by keyboard', async () => {
		await c.pa.bringToFront();
		await field(c.pa).pressSequentially('hello @ande');
		await options().getByText('Hal Anders').waitFor();
		assert.equal(await field(c.pa).getAttribute(
			'aria-activedescendant'),
		await options().first().getAttribute('id'));
		await shoot(c.pa, 'mention');
		await c.pa.keyboard.press('Enter');
		assert.equal(await field(c.pa).inputValue(),
			'hello @Hal Anders ');
		await options().first().waitFor({ state: 'detached' });
		await c.pa.keyboard.type('look');
		await c.pa.keyboard.press('Enter');

		const row = message(c.pb, 'hello @Hal Anders look');

		await row.locator('.mention.me', { hasText: '@Hal Anders' })
			.waitFor();
		await message(c.pa, 'hello @Hal Anders look')
			.locator('.mention:not(.me)').waitFor();

		const { items } = await c.b.client.messages.list(c.conv_id);

		assert.deepEqual(items.at(-1).mentions, [c.b.user.user_id]);
		await shoot(c.pb, 'mentioned');
	});

	test('Chinese, in the middle of a text, by mouse', async () => {
		await field(c.pa).pressSequentially('你好@美');
		await options().getByText('王美玲').click();
		await c.pa.keyboard.type('，看看');
		await c.pa.keyboard.press('Enter');
		await message(c.pb, '你好@王美玲').locator('.mention', {
			hasText: '@王美玲' }).waitFor();
		assert.deepEqual((await c.b.client.messages.list(c.conv_id))
			.items.at(-1).mentions, [mei.user.user_id]);
	});

	test('Escape leaves the sign alone, then the chat', async () => {
		await field(c.pa).pressSequentially('@ha');
		await options().first().waitFor();
		await c.pa.keyboard.press('ArrowUp');
		await c.pa.keyboard.press('Escape');
		await options().first().waitFor({ state: 'detached' });
		assert.match(c.pa.url(), /#\/c\//);
		await field(c.pa).pressSequentially('l');
		assert.equal(await options().count(), 0);
		await field(c.pa).fill('');
	});

	test('everybody, by those who may', async () => {
		await field(c.pa).pressSequentially('@all');
		await options().getByText('Everyone in this chat').waitFor();
		await c.pa.keyboard.press('Tab');
		await c.pa.keyboard.type('wake up');
		await c.pa.keyboard.press('Enter');
		await message(c.pb, '@all wake up').locator('.mention.me')
			.waitFor();
		await field(c.pb).pressSequentially('@all');
		assert.equal(await c.pb.locator('.completion [role="option"]')
			.count(), 0);
		await c.pb.keyboard.press('Enter');
		await message(c.pa, '@all').last().waitFor();
		await until(async () => (await c.b.client.messages.list(
			c.conv_id)).items.at(-1).content.text === '@all');
		assert.equal((await c.b.client.messages.list(c.conv_id))
			.items.at(-1).mention_all, undefined);
	});
});

test('Markdown is shown, and markup is text', async () => {
	const c = await world.couple('Ivo Test', 'Jo Test');
	const rows = c.pb.locator('.rows .message .text');

	for (const text of ['**bold** *italic* ~~gone~~ `code`',
		'```\nlet x = 1 < 2;\n```', '> quoted\nand answered',
		'[our page](https://example.com/a_b)',
		'<img src=x onerror=alert(1)> <b>no</b> &amp;',
		'[click](javascript:alert(1)) [x](data:text/html,hi)'])
		await c.a.say(c.conv_id, text);
	await message(c.pb, 'click').waitFor();
	for (const [tag, text] of [['strong', 'bold'], ['em', 'italic'],
		['s', 'gone'], ['code', 'code'], ['pre code', 'let x = 1 < 2;'],
		['blockquote', 'quoted']])
		assert.equal(await rows.locator(tag).first().innerText(), text);

	const link = rows.getByRole('link', { name: 'our page' });

	assert.equal(await link.getAttribute('href'), 'https://example.com/a_b');
	assert.equal(await link.getAttribute('rel'),
		'noopener noreferrer nofollow');
	assert.equal(await rows.locator('img, b, script').count(), 0);
	assert.equal(await rows.getByRole('link').count(), 1);
	await message(c.pb, '<img src=x onerror=alert(1)> <b>no</b> &amp;')
		.waitFor();
	await chatItem(c.pb, c.conv_id).getByText('[click](javascript')
		.waitFor();
	await shoot(c.pb, 'markdown');
	await c.pb.emulateMedia({ colorScheme: 'dark' });
	await c.pb.setViewportSize({ width: 360, height: 740 });
	await message(c.pb, 'click').waitFor();
	await shoot(c.pb, 'markdown-phone-dark');
	await c.close();
});

describe('a long chat', { concurrency: false }, () => {
	const N = 180;
	let c;
	let other;

	before(async () => {
		c = await world.couple('Kit Test', 'Lee Test');
		other = await c.a.client.conversations.create({ kind: 'self' });
		await c.a.say(other.conv_id, 'a note');
		for (let i = 1; i <= N; i++)
			await c.b.say(c.conv_id, `line ${i}.`);
		await message(c.pa, `line ${N}.`).waitFor();
	});
	after(() => c.close());

	const topOf = (text) => message(c.pa, text).evaluate((row) =>
		Math.round(row.getBoundingClientRect().top));

	test('its place is kept, also over what was missed', async () => {
		const scroller = c.pa.locator('.log');

		await c.pa.bringToFront();
		while (await message(c.pa, 'line 70.').count() === 0)
			await scroller.evaluate((log) => {
				log.scrollTop = 0;
			});
		await message(c.pa, 'line 70.').evaluate((row) =>
			row.scrollIntoView({ block: 'center' }));
		await until(async () => await c.pa.locator('.log-top .spinner')
			.count() === 0 || await c.pa.locator('.spinner.idle')
			.count() === 1);
		await message(c.pa, 'line 70.').evaluate((row) =>
			row.scrollIntoView({ block: 'center' }));

		const top = await topOf('line 70.');

		await open(c.pa, other.conv_id);
		await message(c.pa, 'a note').waitFor();
		await c.b.say(c.conv_id, 'meanwhile');
		await chatItem(c.pa, c.conv_id).getByText('meanwhile').waitFor();
		await open(c.pa, c.conv_id);
		await until(async () => Math.abs(await topOf('line 70.') - top)
			<= 1);
		await c.pa.getByRole('button', {
			name: 'Go to the newest message' }).click();
		await message(c.pa, 'meanwhile').waitFor();

		/* at the end it stays at the end */
		await open(c.pa, other.conv_id);
		await message(c.pa, 'a note').waitFor();
		await open(c.pa, c.conv_id);
		await c.pa.locator('.jump').waitFor({ state: 'hidden' });
	});

	test('to a date, from a day and from the details', async () => {
		const today = await c.pa.evaluate(() => {
			const now = new Date();

			return [now.getFullYear(), now.getMonth() + 1,
				now.getDate()].map((n) =>
				String(n).padStart(2, '0')).join('-');
		});

		await c.pa.locator('.head-link').click();
		await c.pa.getByRole('button', { name: 'Go to a date' }).click();
		await dialog(c.pa).getByLabel('Date').fill(today);
		await shoot(c.pa, 'date');
		await dialog(c.pa).getByRole('button', { name: 'Go' }).click();
		await dialog(c.pa).waitFor({ state: 'detached' });
		await message(c.pa, 'first').waitFor();
		await c.pa.locator('.message.flash').getByText('first',
			{ exact: true }).waitFor();
		await c.pa.locator('.day button').first().click();
		await dialog(c.pa).getByLabel('Date').waitFor();
		await c.pa.keyboard.press('Escape');
		await c.pa.evaluate((hash) => {
			location.hash = hash;
		}, `#/c/${c.conv_id}`);
	});

	test('drafts: one for each chat, over a reload, not of an edit',
		async () => {
			await field(c.pa).fill('to be continued');
			await open(c.pa, other.conv_id);
			await chatItem(c.pa, c.conv_id)
				.getByText('to be continued').waitFor();
			assert.equal(await field(c.pa).inputValue(), '');
			await c.pa.reload();
			await open(c.pa, c.conv_id);
			await until(async () => await field(c.pa).inputValue()
				=== 'to be continued');
			await write(c.pa, 'sent now');
			await hasStatus(message(c.pa, 'sent now'), 'read');
			await field(c.pa).fill('another draft');
			await choose(c.pa, 'sent now', 'Edit');
			await field(c.pa).fill('half an edit');
			await open(c.pa, other.conv_id);
			await open(c.pa, c.conv_id);
			assert.equal(await field(c.pa).inputValue(),
				'another draft');
			await field(c.pa).fill('');
		});
});
