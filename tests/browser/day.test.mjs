/** A whole day's work, by keyboard alone. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { accessible } from './axe.mjs';
import { openPage } from './chromium.mjs';
import { keyboardOf } from './keyboard.mjs';
import { dialog, field, menu, usePages } from './pages.mjs';
import { message } from './people.mjs';
import { until } from './wait.mjs';

const world = usePages();

const panel = (page, name) => page.getByRole('complementary', { name });
const system = (page, text) => page.locator('.rows .system', { hasText: text });

describe('by keyboard', { concurrency: false }, () => {
	let ada;
	let bo;
	let cy;
	let made;
	/** Of Ada and Bo. */
	let conv_id;
	/** @type {import('playwright-core').Page} */
	let page;
	/** @type {ReturnType<typeof keyboardOf>} */
	let keys;
	/** @type {ReturnType<typeof keyboardOf>['use']} */
	let use;
	const button = (name, within = page) => within.getByRole('button',
		{ name, exact: true });
	const chat = (name) => page.locator('.chat-item', { hasText: name });
	const label = (name, within = page) => within.getByLabel(name,
		{ exact: true });
	/** In the open dialog. */
	const inDialog = (name) => button(name, dialog(page).last());
	const mine = async (id = conv_id) => (await ada.client.conversations
		.list()).items.find(({ conversation }) =>
		conversation.conv_id === id)?.me;

	/** The menu of a message, and what is chosen there. */
	async function act(text, name) {
		await openMenu(text);
		await keys.choose(name);
	}

	async function openMenu(text) {
		/* past the messages, and back into them */
		await keys.to(page.locator('.rows .message').and(
			page.locator('[tabindex="0"]')));
		await keys.press('End');
		await keys.to(message(page, text), 'ArrowUp');
		await keys.press('Enter');
		await menu(page).waitFor();
	}

	async function chatMenu(name, what) {
		await keys.to(chat(name));
		await keys.press('Shift+F10');
		await keys.choose(what);
	}

	before(async () => {
		ada = await world.people.newPerson('Ada Keys');
		bo = await world.people.newPerson('Bo Mouse');
		cy = await world.people.newPerson('Cy Touch');
		({ conv_id } = await bo.client.conversations.create({
			kind: 'direct', members: [ada.user.user_id] }));
		await bo.say(conv_id, 'good morning');

		const other = await cy.client.conversations.create({
			kind: 'direct', members: [ada.user.user_id] });

		await cy.say(other.conv_id, 'lunch?');
		made = await openPage(world.browser);
		({ page } = made);
		keys = keyboardOf(page);
		({ use } = keys);
		await page.goto(`${world.stack.url}/`);
	});

	after(async () => {
		await made?.context.close();
		assert.deepEqual(made?.troubles, []);
	});

	test('log in', async () => {
		await keys.at(page.locator('input[name="username"]'));
		await accessible(page);
		await keys.type(ada.username);
		await keys.press('Tab');
		await keys.type(ada.password);
		await keys.press('Enter');
		await chat('Bo Mouse').waitFor();
		await accessible(page);
		/* before the first stop is one that leads past the list */
		await keys.at(button('Settings'));
		await keys.press('Shift+Tab');
		await keys.at(button('Skip to the messages'));
		await keys.press('Enter');
		await keys.at(button('New chat', page.getByRole('main')));
	});

	test('Ctrl+K finds a chat; read, and write', async () => {
		await keys.press('Control+K');
		await keys.type('bo mo');
		await keys.press('Enter');
		await keys.at(field(page));
		await message(page, 'good morning').waitFor();
		/* which is all that is left of the search */
		await chat('Cy Touch').waitFor();
		await until(async () => (await ada.client.conversations.list())
			.items.every(({ conversation, unread }) =>
				conversation.conv_id !== conv_id || unread === 0));
		await keys.type('good morning to you');
		await keys.press('Enter');
		await message(page, 'good morning to you').waitFor();
		await keys.at(field(page));
		await accessible(page);
	});

	test('reply', async () => {
		await act('good morning', 'Reply');
		await keys.at(field(page));
		await keys.type('an answer');
		await accessible(page);
		await keys.press('Enter');
		await message(page, 'an answer').and(page.locator(
			':has(.quote)')).waitFor();
		await keys.at(field(page));
	});

	test('edit', async () => {
		await act('an answer', 'Edit');
		await keys.at(field(page));
		await page.keyboard.press('Control+A');
		await keys.type('a better answer');
		await keys.press('Enter');
		await message(page, 'a better answer').waitFor();
		await keys.at(field(page));
	});

	test('react', async () => {
		await openMenu('good morning to you');
		await accessible(page);
		await use(menu(page).getByRole('button', { name: /👍/ }), 'ArrowUp');
		await menu(page).waitFor({ state: 'detached' });
		await message(page, 'good morning to you').locator(
			'[data-emoji="👍"]').waitFor();
		await keys.at(message(page, 'good morning to you'));
		/* one of the others */
		await openMenu('good morning to you');
		await keys.press('ArrowUp');
		await use(button('More reactions', menu(page)), 'ArrowRight');
		await accessible(page);
		await keys.press('ArrowRight');
		await keys.press('Enter');
		await message(page, 'good morning to you').locator(
			'[data-emoji="😄"]').waitFor();
		await keys.at(message(page, 'good morning to you'));
	});

	test('forward', async () => {
		await act('a better answer', 'Forward');
		await keys.type('cy');
		await use(dialog(page).locator('.person', {
			hasText: 'Cy Touch' }));
		await accessible(page);
		await keys.answer('Forward');
		await keys.at(message(page, 'a better answer'));
		await chat('Cy Touch').getByText('a better answer').waitFor();
	});

	test('recall, and delete for oneself', async () => {
		await act('a better answer', 'Delete for everyone');
		await accessible(page);
		await keys.answer('Delete');
		await page.locator('.rows .message .recalled').waitFor();
		await keys.at(page.locator('.rows .message').last());
		await act('good morning to you', 'Delete for me');
		await keys.answer('Delete for me');
		await message(page, 'good morning to you').waitFor({
			state: 'detached' });
		await keys.at(page.locator('.rows .message'));
		await keys.press('Escape');
		await keys.at(field(page));
	});

	test('search', async () => {
		await keys.press('Control+Shift+F');
		await keys.at(page.getByLabel('Words in a message'));
		await keys.type('lunch');
		await page.locator('.hit').first().waitFor();
		await accessible(page);
		await keys.press('ArrowDown');
		await keys.press('Enter');
		await message(page, 'lunch?').waitFor();
		await keys.press('Escape');
		await page.locator('.search-panel').waitFor({
			state: 'detached' });
		await keys.kept();
		/* out of the chat: to its row, and from there to another one */
		await keys.to(field(page));
		await keys.press('Escape');
		await keys.at(chat('Cy Touch'));
		await keys.press('Shift+Tab');
		await keys.press('Tab');
		await use(chat('Bo Mouse'));
		await keys.at(field(page));
	});

	describe('in a group', () => {
		let group;
		const member = (name) => panel(page, 'Details').locator(
			'.member', { hasText: name });
		const tool = (name) => panel(page, 'Details').locator(
			'.row-button', { hasText: name });
		const role = async ({ user }) => (await ada.client.conversations
			.members(group)).items.find(({ user_id }) =>
				user_id === user.user_id)?.role;

		async function pick(name) {
			await keys.type(name.toLowerCase());
			await use(dialog(page).last().locator('.person', {
				hasText: name }));
			await keys.at(dialog(page).last().getByLabel(
				'Search people by name'));
		}

		async function withMember(name, what) {
			await use(button(`Actions for ${name}`));
			await accessible(page);
			await keys.choose(what);
		}

		test('create it', async () => {
			await use(page.locator('.sidebar').getByRole('button', {
				name: 'New chat' }), 'Shift+Tab');
			await accessible(page);
			await use(dialog(page).locator('.person', { hasText:
				'New group' }));
			await keys.type('Night shift');
			await keys.to(dialog(page).getByLabel(
				'Search people by name'));
			await pick('Bo Mouse');
			await accessible(page);
			await keys.answer('Create group');
			await keys.at(field(page));
			await page.getByRole('heading', { level: 1,
				name: 'Night shift' }).waitFor();
			group = await page.evaluate(() => location.hash.slice(4));
		});

		test('add people', async () => {
			await use(page.locator('.head-link'), 'Shift+Tab');
			await member('Bo Mouse').waitFor();
			await accessible(page);
			await use(panel(page, 'Details').getByRole('button', {
				name: 'Add people' }));
			await pick('Cy Touch');
			await keys.answer('Add');
			await member('Cy Touch').waitFor();
			await keys.at(panel(page, 'Details').getByRole('button', {
				name: 'Add people' }));
		});

		test('roles, names, mutes', async () => {
			await withMember('Bo Mouse', 'Make admin');
			await until(async () => await role(bo) === 'admin');
			await member('Bo Mouse').getByText('Admin').waitFor();
			await keys.at(button('Actions for Bo Mouse'));
			await withMember('Cy Touch', 'Mute');
			await accessible(page);
			await use(dialog(page).getByRole('button', {
				name: 'For a day' }));
			await member('Cy Touch').getByText('Muted').waitFor();
			await keys.at(button('Actions for Cy Touch'));
			await withMember('Cy Touch', 'Change name here');
			await keys.type('Captain');
			await keys.press('Enter');
			await member('Captain').waitFor();
			await keys.at(button('Actions for Captain'));
			await withMember('Captain', 'Let write again');
			await member('Captain').getByText('Muted').waitFor({
				state: 'detached' });
			await withMember('Bo Mouse', 'Remove as admin');
			await until(async () => await role(bo) === 'member');
			await keys.at(button('Actions for Bo Mouse'));
		});

		test('remove somebody', async () => {
			await withMember('Captain', 'Remove');
			await accessible(page);
			await keys.answer('Remove');
			await member('Captain').waitFor({ state: 'detached' });
			await keys.kept();
			assert.ok(await panel(page, 'Details').evaluate((one) =>
				one.contains(document.activeElement)));
		});

		test('settings, and an announcement', async () => {
			await use(tool('Settings of this group'), 'Shift+Tab');
			await accessible(page);
			await keys.fill(dialog(page).locator('[name=announcement]'),
				'Coffee at three');
			await keys.to(dialog(page).locator('[name=join]'));
			await keys.type('who');
			await keys.answer('Save');
			await keys.at(tool('Settings of this group'));
			await use(page.locator('.announcement-bar'), 'Shift+Tab');
			await dialog(page).getByText('Coffee at three').waitFor();
			await accessible(page);
			await keys.press('Escape');
			await keys.at(page.locator('.announcement-bar'));
		});

		test('requests to join', async () => {
			const guests = [cy,
				await world.people.newPerson('Di Door')];

			for (const { client } of guests)
				await client.groups.join(group);
			await use(tool('Requests to join'));
			await accessible(page);
			await use(inDialog('Let Cy Touch in'));
			await until(async () => await role(cy) === 'member');
			await keys.at(inDialog('Let Di Door in'));
			await use(inDialog('Reject Di Door'));
			await dialog(page).getByText('Nobody waits').waitFor();
			await keys.at(inDialog('Close'));
			await keys.press('Enter');
			await keys.at(tool('Requests to join'));
		});

		test('an invite link', async () => {
			await use(tool('Invite links'));
			await use(inDialog('Create link'));
			await dialog(page).locator('.invite-link').waitFor();
			await keys.at(inDialog('Create link'));
			await accessible(page);
			await use(inDialog('Copy link'));
			await page.getByText('The link is copied.').waitFor();
			await keys.at(inDialog('Copy link'));
			await use(inDialog('End link'));
			await dialog(page).locator('.invite-link').waitFor({
				state: 'detached' });
			await keys.kept();
			await keys.press('Escape');
			await keys.at(tool('Invite links'));
		});

		test('ban, and let back', async () => {
			await withMember('Cy Touch', 'Ban');
			await accessible(page);
			await keys.type('too loud');
			await keys.answer('Ban');
			await member('Cy Touch').waitFor({ state: 'detached' });
			await keys.kept();
			await use(tool('Banned users'), 'Shift+Tab');
			await use(inDialog('Lift the ban of Cy Touch'));
			await keys.at(inDialog('Close'));
			await accessible(page);
			await keys.press('Escape');
			await keys.at(tool('Banned users'));
		});

		test('pin a message, and go back to it', async () => {
			await keys.to(page.locator('.details a[aria-label=Close]'),
				'Shift+Tab');
			await keys.press('Enter');
			await page.locator('.details').waitFor({
				state: 'detached' });
			await keys.to(field(page));
			await keys.type('the plan');
			await keys.press('Enter');
			await message(page, 'the plan').and(page.locator(
				'[data-status]')).waitFor();
			await act('the plan', 'Pin');
			await system(page, 'pinned').waitFor();
			await keys.at(message(page, 'the plan'));
			await use(page.locator('.head-link'), 'Shift+Tab');
			await use(page.locator('.pins .person'));
			await keys.kept();
			await use(button('Unpin the message of You'), 'Tab');
			await page.locator('.pins').waitFor({ state: 'detached' });
			await keys.kept();
		});

		test('leave it', async () => {
			await use(tool('Leave group'));
			await accessible(page);
			await use(inDialog('Leave group'));
			await chat('Night shift').waitFor({ state: 'detached' });
			await keys.kept();
		});
	});

	test('pin, mute, mark, and name a chat', async () => {
		await chatMenu('Cy Touch', 'Pin');
		await until(async () => (await mine()) && (await ada.client
			.conversations.list()).items[0].me.pinned);
		await chat('Cy Touch').locator('.icon-pin').waitFor();
		await keys.at(chat('Cy Touch'));
		await chatMenu('Bo Mouse', 'Pin');
		await until(async () => (await mine()).pinned);
		await keys.at(chat('Bo Mouse'));
		await chatMenu('Bo Mouse', 'Unpin');
		await until(async () => !(await mine()).pinned);
		await keys.at(chat('Bo Mouse'));
		await chatMenu('Bo Mouse', 'Mute…');
		await accessible(page);
		await keys.choose('For an hour');
		await until(async () => (await mine()).muted_until > 0);
		await keys.at(chat('Bo Mouse'));
		await chatMenu('Bo Mouse', 'Mark as unread');
		await until(async () => (await mine()).marked_unread);
		await keys.at(chat('Bo Mouse'));
		await chatMenu('Bo Mouse', 'Own name…');
		await keys.type('Bobby');
		await keys.press('Enter');
		await chat('Bobby').waitFor();
		await keys.at(chat('Bobby'));
		await chatMenu('Bobby', 'Own name…');
		await use(inDialog('Remove it'));
		await chat('Bo Mouse').waitFor();
		await keys.at(chat('Bo Mouse'));
	});

	test('a folder, and the archive', async () => {
		await chatMenu('Bo Mouse', 'Folder…');
		await accessible(page);
		await keys.fill(dialog(page).getByLabel('New folder'), 'Work');
		await keys.press('Enter');
		await until(async () => (await mine()).folder === 'Work');
		await keys.at(chat('Bo Mouse'));
		await use(button('Work'), 'Shift+Tab');
		await chat('Cy Touch').waitFor({ state: 'detached' });
		await accessible(page);
		await use(button('All'), 'Shift+Tab');
		await chatMenu('Cy Touch', 'Archive');
		await chat('Cy Touch').waitFor({ state: 'detached' });
		await keys.at(chat('Bo Mouse'));
		await use(button('Archived chats'), 'Shift+Tab');
		await keys.at(button('Back to all chats'));
		await accessible(page);
		await chatMenu('Cy Touch', 'Take out of the archive');
		await chat('Cy Touch').waitFor({ state: 'detached' });
		await keys.at(button('Back to all chats'));
		await keys.press('Escape');
		await chat('Cy Touch').waitFor();
		await keys.kept();
	});

	test('contacts', async () => {
		const { contacts } = bo.client;

		await contacts.request(ada.user.user_id, 'It is Bo.');
		await use(page.getByRole('button', { name: /^Contacts/u }),
			'Shift+Tab');
		await page.getByText('It is Bo.').waitFor();
		await accessible(page);
		await use(button('Accept the request of Bo Mouse'));
		await button('Accept the request of Bo Mouse').waitFor({
			state: 'detached' });
		await keys.kept();
		await use(page.locator('.contacts-panel').getByRole('button', {
			name: 'Add a contact' }), 'Shift+Tab');
		await keys.type('cy touch');
		await use(dialog(page).locator('.person', {
			hasText: 'Cy Touch' }));
		await keys.type('from work');
		await accessible(page);
		await keys.answer('Send request');
		await keys.at(page.locator('.contacts-panel').getByRole('button', {
			name: 'Add a contact' }));
		await use(button('Take back the request to Cy Touch'));
		await button('Take back the request to Cy Touch').waitFor({
			state: 'detached' });
		await keys.kept();
		await use(button('Actions for Bo Mouse'));
		await keys.choose('Remove contact…');
		await keys.answer('Remove');
		await page.getByText('No contacts yet').waitFor();
		await keys.kept();
		await keys.press('Escape');
		await page.locator('.contacts-panel').waitFor({
			state: 'detached' });
		await keys.kept();
	});

	test('block, and unblock', async () => {
		await chatMenu('Bo Mouse', 'Block…');
		await accessible(page);
		await keys.answer('Block');
		await keys.at(chat('Bo Mouse'));
		await keys.press('Enter');
		await page.locator('.blocked').waitFor();
		await keys.kept();
		await use(button('Unblock'));
		await keys.at(field(page));
	});

	test('stars and reminders', async () => {
		await act('good morning', 'Star');
		await keys.at(message(page, 'good morning'));
		await act('good morning', 'Remind me');
		await accessible(page);
		await use(dialog(page).getByRole('button', {
			name: 'In one hour' }));
		await keys.at(message(page, 'good morning'));
		await use(button('Starred messages'), 'Shift+Tab');
		await page.locator('.hit').waitFor();
		await accessible(page);
		await use(button('Reminders'));
		await page.locator('.hit-due').waitFor();
		await keys.kept();
		await use(button('Cancel the reminder of the message of Bo Mouse'));
		await page.getByText('No reminders').waitFor();
		await keys.kept();
		await keys.press('Escape');
		await keys.at(field(page));
	});

	describe('settings', () => {
		const settings = () => page.locator('dialog.settings[open]');
		const own = () => ada.client.own.settings();

		before(async () => {
			await use(button('Settings'), 'Shift+Tab');
			await settings().getByLabel('Read receipts').waitFor();
		});

		test('profile', async () => {
			await accessible(page);
			await keys.fill(label('Your name', settings()), 'Ada Lock');
			await keys.fill(label('About you', settings()), 'Types');
			await use(button('Save', settings()));
			await until(async () => (await ada.client.users.me())
				.display_name === 'Ada Lock');
			await keys.at(button('Save', settings()));
		});

		test('light and dark', async () => {
			const theme = () => page.evaluate(() =>
				localStorage.getItem('imcloud.theme'));

			await keys.to(settings().locator('[name=theme]'));
			await keys.press('ArrowRight');
			await until(async () => await theme() === 'light');
			await keys.press('ArrowRight');
			await until(async () => await theme() === 'dark');
			await accessible(page);
			await keys.press('ArrowRight');
			await until(async () => !await theme());
		});

		test('do not disturb', async () => {
			await keys.to(settings().getByLabel(
				'No notifications at set hours'));
			await keys.press('Space');
			await until(async () => (await own()).dnd !== null);
			await label('Sunday', settings()).waitFor();
			await accessible(page);
			await keys.to(label('Sunday', settings()));
			await keys.press('Space');
			await until(async () => (await own()).dnd.days.length === 6);
			await keys.to(settings().getByLabel(
				'No notifications at set hours'), 'Shift+Tab');
			await keys.press('Space');
			await until(async () => (await own()).dnd === null);
		});

		test('blocked users', async () => {
			await ada.client.blocks.set(bo.user.user_id);
			await use(button('Blocked people', settings()));
			await accessible(page);
			await use(inDialog('Unblock Bo Mouse'));
			await keys.at(inDialog('Close'));
			await keys.press('Enter');
			await keys.at(button('Blocked people', settings()));
		});

		test('password', async () => {
			await use(button('Change password', settings()));
			await accessible(page);
			await keys.type(ada.password);
			await keys.press('Tab');
			await keys.type('a new password');
			await keys.press('Enter');
			await page.getByText('The password was changed.').waitFor();
			await keys.at(button('Change password', settings()));
		});

		test('an export', async () => {
			await use(button('Export my data', settings()));
			await page.getByText('The file is ready.').waitFor();
			await keys.at(button('Export my data again', settings()));
		});

		test('another device', async () => {
			const end = settings().getByRole('button', {
				name: /^Sign out/u });

			await use(end, 'Shift+Tab');
			await end.waitFor({ state: 'detached' });
			await keys.kept();
			assert.ok(await settings().evaluate((one) =>
				one.contains(document.activeElement)));
		});

		test('language', async () => {
			await use(settings().locator('.language-button'),
				'Shift+Tab');
			await keys.to(page.getByRole('menuitem', {
				name: '中文' }), 'ArrowDown');
			await accessible(page);
			await page.keyboard.press('Enter');
			await page.locator('html[lang^=zh] .chat-item').first()
				.waitFor();
			await page.keyboard.press('Tab');
			await accessible(page);
			await keys.to(page.locator('.self-button'));
			await keys.press('Enter');
		});

		test('log out', async () => {
			await keys.to(settings().locator('.danger'), 'Shift+Tab');
			await keys.press('Enter');
			await keys.at(page.locator('input[name="username"]'));
			await accessible(page);
		});
	});
});
