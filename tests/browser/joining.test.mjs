/** How people come into groups, and how some of them cannot. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { randomId } from '../../www/sdk/index.js';
import { openPage, shoot, signIn } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, dialog, fits, usePages } from './pages.mjs';
import { chatItem, open } from './people.mjs';
import { until } from './wait.mjs';

const world = usePages();

const panel = (page) => page.getByRole('complementary', { name: 'Details' });
const system = (page, text) => page.locator('.rows .system', { hasText: text });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const invitation = (page) => page.getByRole('main', { name: 'Invitation' });
const tool = (page, name) => panel(page).locator('.row-button', {
	hasText: name });
const hasFocus = (locator) => until(() => locator.evaluate((element) =>
	element === document.activeElement));

/** The group of somebody whose page shows its details. */
async function groupOf(name, settings = {}, options = {}) {
	const owner = await world.people.newPerson(name);
	const { conv_id } = await owner.client.conversations.create({
		kind: 'group', members: [],
		settings: { name: `Group of ${name}`, ...settings },
		client_id: randomId() });

	await owner.say(conv_id, 'hello');

	const made = await world.pageOf(owner, options);

	await open(made.page, conv_id);
	await made.page.locator('.head-link').click();
	await panel(made.page).locator('.member').first().waitFor();
	return { owner, conv_id, ...made, groups: owner.client.groups };
}

/** Somebody looks at the page of an invite. */
async function guest(name, url, options = {}) {
	const who = await world.people.newPerson(name);
	const made = await openPage(world.browser, options);

	await made.page.goto(`${world.stack.url}${url}`);
	await signIn(made.page, who.username, who.password);
	return { who, ...made };
}

/** Follows a link on a page that is open. */
const show = (page, url) => page.evaluate((hash) => {
	location.hash = hash;
}, url.slice(1));

async function close(...all) {
	for (const { context, troubles } of all) {
		await context.close();
		assert.deepEqual(troubles, []);
	}
}

describe('requests to join', { concurrency: false }, () => {
	let g;
	let people;

	before(async () => {
		g = await groupOf('Max Door', { join: 'approval' });
		people = [await world.people.newPerson('Nora Asks'),
			await world.people.newPerson('Otto Asks'),
			await world.people.newPerson('Pia Asks')];
		await people[0].client.groups.join(g.conv_id,
			'I am <i>Nora</i>, from Monday');
		await people[1].client.groups.join(g.conv_id);
	});
	after(() => close(g));

	test('counted in the panel, decided by keyboard', async () => {
		const { page } = g;

		/* they have asked since it was opened */
		await panel(page).locator('.bar a').click();
		await page.locator('.head-link').click();
		await tool(page, 'Requests to join').getByText('2 waiting').waitFor();
		await tool(page, 'Requests to join').focus();
		await page.keyboard.press('Enter');
		await dialog(page).getByText('I am <i>Nora</i>, from Monday')
			.waitFor();
		await shoot(page, 'join-requests');
		await readableInBoth(page);
		await button(page, 'Let Nora Asks in').focus();
		await page.keyboard.press('Enter');
		await system(page, 'You added Nora Asks').or(system(page,
			'Nora Asks joined')).first().waitFor();
		await hasFocus(button(page, 'Let Otto Asks in'));
		/* another device has done that before */
		await people[2].client.groups.join(g.conv_id);
		await page.keyboard.press('Escape');
		await tool(page, 'Requests to join').press('Enter');
		await button(page, 'Reject Pia Asks').waitFor();
		await g.groups.decide(g.conv_id, people[2].user.user_id, 'reject');
		await button(page, 'Reject Pia Asks').click();
		await page.locator('.toast', { hasText: 'no longer there' })
			.waitFor();
		await button(page, 'Reject Pia Asks').waitFor({ state: 'detached' });
		await button(page, 'Reject Otto Asks').focus();
		await page.keyboard.press('Enter');
		await dialog(page).getByText('Nobody waits to be let in')
			.waitFor();
		await page.keyboard.press('Escape');
		await hasFocus(tool(page, 'Requests to join'));
		await tool(page, 'Requests to join').locator('.badge').waitFor({
			state: 'hidden' });
		await people[0].client.conversations.get(g.conv_id);
		await assert.rejects(people[1].client.conversations.get(
			g.conv_id));
	});

	test('a member is not offered them', async () => {
		const made = await world.pageOf(people[0]);

		await chatItem(made.page, g.conv_id).click();
		await made.page.locator('.head-link').click();
		await tool(made.page, 'Invite links').waitFor();
		for (const name of ['Requests to join', 'Banned users'])
			await tool(made.page, name).waitFor({ state: 'hidden' });
		await close(made);
	});
});

describe('invites', { concurrency: false }, () => {
	let g;

	before(async () => {
		g = await groupOf('Pam Links', { description: 'For *all* of us' });
	});
	after(() => close(g));

	test('made, copied and ended by keyboard', async () => {
		const { page, context, conv_id, groups } = g;

		await context.grantPermissions(['clipboard-read',
			'clipboard-write']);
		await tool(page, 'Invite links').focus();
		await page.keyboard.press('Enter');
		await dialog(page).getByText('There is no link').waitFor();
		await dialog(page).getByLabel('Can be used for').selectOption(
			'1 d');
		await dialog(page).getByLabel('How often').selectOption('10');
		await button(page, 'Create link').focus();
		await page.keyboard.press('Enter');
		await dialog(page).getByText('used 0 of 10 times').waitFor();
		await shoot(page, 'invites');
		await readableInBoth(page);

		const { items: [invite] } = await groups.invites(conv_id);

		assert.ok(invite.expires_at - Date.now() > 86000000);
		await button(page, 'Copy link').focus();
		await page.keyboard.press('Enter');
		await page.locator('.toast', { hasText: 'link is copied' })
			.waitFor();
		assert.equal(await page.evaluate(() =>
			navigator.clipboard.readText()),
		`${world.stack.url}${invite.url}`);
		await button(page, 'End link').focus();
		await page.keyboard.press('Enter');
		await dialog(page).getByText('There is no link').waitFor();
		await page.keyboard.press('Escape');
		await hasFocus(tool(page, 'Invite links'));

		const late = await guest('Late Guest', invite.url);

		await invitation(late.page).getByText('This link has expired, is '
			+ 'used up, or was ended').waitFor();
		await shoot(late.page, 'invite-ended');
		await readableInBoth(late.page);
		assert.equal(await button(late.page, 'Join').count(), 0);
		await close(late);
	});

	test('the page of a link: after signing in, one joins', async () => {
		const { url } = await g.groups.invite(g.conv_id, { max_uses: 1 });
		const one = await guest('Quin Guest', url);
		const two = await guest('Rob Guest', url);

		await invitation(one.page).getByText('Group of Pam Links').waitFor();
		await invitation(one.page).getByText('1 member').waitFor();
		await invitation(one.page).getByText('For *all* of us').waitFor();
		await shoot(one.page, 'invite');
		await readableInBoth(one.page);
		await button(two.page, 'Join').waitFor();
		await button(one.page, 'Join').focus();
		await one.page.keyboard.press('Enter');
		await one.page.locator('.toast', { hasText:
			'You joined “Group of Pam Links”' }).waitFor();
		await one.page.locator('.composer').waitFor();
		await system(g.page, 'Quin Guest joined').waitFor();
		/* the last use was that one */
		await button(two.page, 'Join').click();
		await invitation(two.page).getByText('used up, or was ended')
			.waitFor();
		await button(two.page, 'Join').waitFor({ state: 'hidden' });
		await two.page.keyboard.press('Escape');
		await until(() => two.page.url().endsWith('#/'));
		await close(one, two);
	});

	test('expired since it was looked at; banned; a member already',
		async () => {
			const { groups, conv_id } = g;
			const lasting = await groups.invite(conv_id);
			const late = await guest('Sue Guest', '/');
			const { url, expires_at } = await groups.invite(conv_id,
				{ expires_in_s: 5 });

			await show(late.page, url);
			await button(late.page, 'Join').waitFor();
			await until(() => Date.now() > expires_at + 100);
			await button(late.page, 'Join').click();
			await invitation(late.page).getByText('This link has '
				+ 'expired.').waitFor();

			await groups.ban(conv_id, late.who.user.user_id);
			await show(late.page, lasting.url);
			await button(late.page, 'Join').click();
			await invitation(late.page).getByText('You are banned '
				+ 'there').waitFor();
			await close(late);

			await show(g.page, lasting.url);
			await invitation(g.page).getByText('You are a member')
				.waitFor();
			await button(g.page, 'Open chat').click();
			await g.page.locator('.composer').waitFor();
		});
});

test('a phone: a request through a link, bans lifted, by touch', async () => {
	const g = await groupOf('Tom Touch', { join: 'approval' },
		{ ...PHONE, colorScheme: 'dark' });
	const { page, conv_id, owner, groups } = g;
	const helper = await world.people.newPerson('Una Helps');

	await owner.client.conversations.add(conv_id, [helper.user.user_id]);

	const { url } = await helper.client.groups.invite(conv_id);
	const v = await guest('Vic Guest', url, PHONE);

	await fits(v.page);
	await shoot(v.page, 'invite-phone');
	await button(v.page, 'Join').tap();
	await invitation(v.page).getByText('You have asked to join').waitFor();
	await shoot(v.page, 'invite-asked-phone');
	await panel(page).locator('.bar a').tap();
	await page.locator('.head-link').tap();
	await tool(page, 'Requests to join').getByText('1 waiting').waitFor();
	await fits(page, panel(page));
	await shoot(page, 'group-panel-phone');
	await tool(page, 'Requests to join').tap();
	await dialog(page).getByText('Invited by Una Helps').waitFor();
	await fits(page, dialog(page));
	await button(page, 'Let Vic Guest in').tap();
	await dialog(page).getByText('Nobody waits').waitFor();
	await dialog(page).getByRole('button', { name: 'Close' }).tap();
	/* the page of the link knows it at once */
	await invitation(v.page).getByText('You are a member').waitFor();
	await button(v.page, 'Open chat').tap();
	await v.page.locator('.composer').waitFor();

	await groups.ban(conv_id, v.who.user.user_id, { reason: 'noise',
		banned_until: Date.now() + 86400000 });
	await v.page.locator('.toast', { hasText: 'You were removed' }).waitFor();
	await tool(page, 'Banned users').tap();
	await dialog(page).getByText('noise').waitFor();
	await dialog(page).getByText('Banned by you').waitFor();
	await fits(page, dialog(page));
	await shoot(page, 'bans-phone');
	await button(page, 'Lift the ban of Vic Guest').tap();
	await dialog(page).getByText('Nobody is banned').waitFor();
	await hasFocus(dialog(page).getByRole('button', { name: 'Close' }));
	await dialog(page).getByRole('button', { name: 'Close' }).tap();
	await system(page, 'You lifted the ban of Vic Guest').waitFor({
		state: 'attached' });
	assert.deepEqual((await groups.bans(conv_id)).items, []);
	await close(g, v);
});
