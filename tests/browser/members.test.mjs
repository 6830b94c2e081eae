/** What can be done with the members of a group, and how it ends. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { randomId } from '../../www/sdk/index.js';
import { shoot } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, dialog, fits, item, menu, touchLong, usePages } from './pages.mjs';
import { chatItem, message, open } from './people.mjs';
import { until } from './wait.mjs';

const world = usePages();

const panel = (page) => page.getByRole('complementary', { name: 'Details' });
const system = (page, text) => page.locator('.rows .system', { hasText: text });
const button = (page, name) => page.getByRole('button', { name, exact: true });
/** A button of the open dialog. */
const answer = (page, name) => dialog(page).getByRole('button',
	{ name, exact: true });
const member = (page, name) => panel(page).locator('.member', { hasText: name });
const hasFocus = (locator) => until(() => locator.evaluate((element) =>
	element === document.activeElement));

/** A group of an owner, a member with a page each, and others. */
async function groupOf(names, settings = {}, options = [{}, {}]) {
	const people = [];

	for (const name of names)
		people.push(await world.people.newPerson(name));

	const [a, b, ...others] = people;
	const { conv_id } = await a.client.conversations.create({ kind: 'group',
		members: people.slice(1).map(({ user }) => user.user_id),
		settings: { name: `Group of ${names[0]}`, ...settings },
		client_id: randomId() });

	await a.say(conv_id, 'hello');

	const pages = [await world.pageOf(a, options[0]),
		await world.pageOf(b, options[1])];

	for (const { page } of pages) {
		await open(page, conv_id);
		await page.locator('.head-link').click();
		await panel(page).locator('.member').nth(names.length - 1)
			.waitFor();
	}
	return { a, b, others, conv_id, pa: pages[0].page, pb: pages[1].page,
		async close() {
			for (const { context, troubles } of pages) {
				await context.close();
				assert.deepEqual(troubles, []);
			}
		} };
}

/** Opens the menu of a member, and chooses, by keyboard. */
async function act(page, name, what) {
	await button(page, `Actions for ${name}`).focus();
	await page.keyboard.press('Enter');
	await item(page, what).focus();
	await page.keyboard.press('Enter');
	await menu(page).waitFor({ state: 'detached' });
}

describe('members', { concurrency: false }, () => {
	let c;

	before(async () => {
		c = await groupOf(['Eva Chair', 'Flo Two', 'Gus Three', 'Hal Four',
			'Ida Five']);
	});
	after(() => c.close());

	test('what is offered depends on the roles', async () => {
		const { pa, pb } = c;

		await member(pa, 'Eva Chair').getByText('Owner').waitFor();
		await button(pa, 'Actions for Flo Two').click();
		await item(pa, 'Make admin').waitFor();
		await shoot(pa, 'member-menu');
		await readableInBoth(pa);
		assert.deepEqual(await menu(pa).getByRole('menuitem')
			.allTextContents(), ['Make admin', 'Make owner',
			'Change name here', 'Mute', 'Remove', 'Ban']);
		await pa.keyboard.press('Escape');
		await hasFocus(button(pa, 'Actions for Flo Two'));
		/* a member: the own name, and nothing with the others */
		assert.equal(await button(pb, 'Actions for Gus Three').count(), 0);
		await button(pb, 'Actions for Flo Two').click();
		assert.deepEqual(await menu(pb).getByRole('menuitem')
			.allTextContents(), ['Your name here']);
		await pb.keyboard.press('Escape');
	});

	test('made an admin, and no more: both see it, the focus stays',
		async () => {
			const { pa, pb } = c;

			await act(pa, 'Hal Four', 'Make admin');
			await member(pa, 'Hal Four').getByText('Admin').waitFor();
			await system(pb, 'Eva Chair made Hal Four an admin').waitFor();
			await hasFocus(button(pa, 'Actions for Hal Four'));
			await panel(pb).locator('.member').nth(1).getByText(
				'Hal Four').waitFor();
			await act(pa, 'Hal Four', 'Remove as admin');
			await system(pb, 'made Hal Four a member without').waitFor();
			await act(pa, 'Flo Two', 'Make admin');
			await button(pb, 'Actions for Gus Three').click();
			await item(pb, 'Mute').waitFor();
			assert.equal(await item(pb, 'Make admin').count(), 0);
			await pb.keyboard.press('Escape');
			await button(pb, 'Settings of this group').waitFor();
		});

	test('a name in this group only', async () => {
		const { pa, pb, b, conv_id } = c;

		await act(pb, 'Flo Two', 'Your name here');
		await dialog(pb).getByLabel('Name').fill('Captain');
		await pb.keyboard.press('Enter');
		await system(pa, 'Flo Two took the name “Captain” here').or(
			system(pa, 'Captain took the name “Captain” here')).waitFor();
		await b.say(conv_id, 'ahoy');
		await message(pa, 'ahoy').locator('.author', {
			hasText: 'Captain' }).waitFor();
		await member(pa, 'Captain').waitFor();
		await act(pa, 'Captain', 'Change name here');
		await dialog(pa).getByLabel('Name').fill('');
		await pa.keyboard.press('Enter');
		await system(pb, 'Eva Chair removed your name here').waitFor();
		await member(pa, 'Flo Two').waitFor();
	});

	test('muted: no composer until it is lifted', async () => {
		const { pa, pb, a, b, conv_id } = c;

		await a.client.groups.member(conv_id, b.user.user_id,
			{ role: 'member' });
		await member(pb, 'Flo Two').getByText('Admin').waitFor({
			state: 'detached' });
		await act(pa, 'Flo Two', 'Mute');
		await shoot(pa, 'member-mute');
		await readableInBoth(pa);
		await answer(pa, 'For an hour').focus();
		await pa.keyboard.press('Enter');
		await pa.locator('.toast', { hasText: 'Flo Two is muted until' })
			.waitFor();
		await member(pa, 'Flo Two').getByText('Muted').waitFor();
		await system(pb, 'Eva Chair muted you until').waitFor();
		await pb.getByText('You are muted here until').waitFor();
		assert.equal(await pb.locator('.composer').count(), 0);
		await shoot(pb, 'muted');
		await readableInBoth(pb);
		await act(pa, 'Flo Two', 'Let write again');
		await system(pb, 'Eva Chair lets you write again').waitFor();
		await pb.locator('.composer').waitFor();
	});

	test('found by a part of the name', async () => {
		const { pa } = c;

		await panel(pa).getByLabel('Search members').fill('three');
		await member(pa, 'Hal Four').waitFor({ state: 'detached' });
		await member(pa, 'Gus Three').waitFor();
		await act(pa, 'Gus Three', 'Mute');
		await answer(pa, 'For a day').click();
		await member(pa, 'Gus Three').getByText('Muted').waitFor();
		await panel(pa).getByLabel('Search members').fill('zzz');
		await panel(pa).getByText('Nobody found').waitFor();
		await panel(pa).getByLabel('Search members').fill('');
		await member(pa, 'Hal Four').waitFor();
	});

	test('removed and banned', async () => {
		const { pa, pb, others, conv_id } = c;

		await act(pa, 'Gus Three', 'Remove');
		await answer(pa, 'Remove').click();
		await system(pb, 'Eva Chair removed Gus Three').waitFor();
		await act(pa, 'Hal Four', 'Ban');
		await dialog(pa).getByLabel('Reason').fill('spam');
		await shoot(pa, 'member-ban');
		await readableInBoth(pa);
		await pa.keyboard.press('Enter');
		await system(pb, 'Eva Chair banned Hal Four').waitFor();
		await member(pa, 'Hal Four').waitFor({ state: 'detached' });
		await member(pb, 'Hal Four').waitFor({ state: 'detached' });
		await assert.rejects(others[1].client.conversations.get(conv_id));
	});

	test('the owner hands over, then the other one dissolves it', async () => {
		const { pa, pb, others, conv_id } = c;

		await act(pa, 'Flo Two', 'Make owner');
		await answer(pa, 'Make owner').click();
		await system(pb, 'You now own the group').waitFor();
		await system(pa, 'Flo Two now owns the group').waitFor();
		await member(pb, 'Eva Chair').getByText('Admin').waitFor();
		await button(pa, 'Dissolve group').waitFor({ state: 'hidden' });
		await button(pb, 'Dissolve group').click();
		await shoot(pb, 'dissolve');
		await readableInBoth(pb);
		await dialog(pb).getByRole('button', { name: 'Cancel' }).first()
			.click();
		await button(pb, 'Dissolve group').click();
		await dialog(pb).getByRole('button', { name: 'Dissolve group' })
			.click();
		for (const page of [pa, pb]) {
			await chatItem(page, conv_id).waitFor({ state: 'detached' });
			await until(() => page.url().endsWith('#/'));
		}
		await pa.locator('.toast', { hasText:
			'“Group of Eva Chair” was dissolved' }).waitFor();
		await pa.goBack();
		await pa.locator('.toast', { hasText: 'was dissolved' }).last()
			.waitFor();
		await assert.rejects(others[2].client.conversations.get(conv_id),
			({ status }) => status === 410);
	});
});

test('a phone: by touch; the owner leaves, and says who is next', async () => {
	const c = await groupOf(['Jon Touch', 'Kim Two', 'Lea Three'], {},
		[{ ...PHONE, colorScheme: 'dark' }, {}]);
	const { pa, pb } = c;

	await member(pa, 'Lea Three').scrollIntoViewIfNeeded();
	await touchLong(pa, member(pa, 'Lea Three').locator('.person'));
	await item(pa, 'Make admin').waitFor();
	await shoot(pa, 'member-menu-phone');
	await fits(pa, menu(pa));
	await item(pa, 'Make admin').tap();
	await member(pa, 'Lea Three').getByText('Admin').waitFor();
	await button(pa, 'Actions for Kim Two').tap();
	await item(pa, 'Mute').tap();
	await fits(pa, dialog(pa));
	await answer(pa, 'For a week').tap();
	await pb.getByText('You are muted here until').waitFor();
	await shoot(pa, 'members-phone');
	await fits(pa, panel(pa));
	await button(pa, 'Leave group').tap();
	await fits(pa, dialog(pa));
	await dialog(pa).getByLabel('Who owns it then').selectOption('Kim Two');
	await shoot(pa, 'leave-phone');
	await dialog(pa).getByRole('button', { name: 'Leave group' }).tap();
	await system(pb, 'You now own the group').waitFor();
	await system(pb, 'Jon Touch left').waitFor();
	await chatItem(pa, c.conv_id).waitFor({ state: 'detached' });
	await c.close();
});

test('a channel has words of its own, and its readers cannot write', async () => {
	const a = await world.people.newPerson('Mia Caster');
	const b = await world.people.newPerson('Ned Reader');
	const { conv_id } = await a.client.conversations.create({
		kind: 'channel', members: [b.user.user_id],
		settings: { name: 'News' }, client_id: randomId() });

	await a.say(conv_id, 'the first');

	const { page, context, troubles } = await world.pageOf(b);

	await open(page, conv_id);
	await system(page, 'Mia Caster created the channel').waitFor();
	await page.getByText('Only admins can write here').waitFor();
	await page.locator('.head-link').click();
	await member(page, 'Mia Caster').waitFor();
	await button(page, 'Leave channel').waitFor();
	for (const name of ['Add people', 'Settings of this channel',
		'Invite links', 'Dissolve channel'])
		assert.equal(await panel(page).getByText(name, { exact: true })
			.filter({ visible: true }).count(), 0, name);
	await a.client.groups.member(conv_id, b.user.user_id, { role: 'admin' });
	await button(page, 'Settings of this channel').waitFor();
	await page.locator('.composer').waitFor();
	await button(page, 'Leave channel').click();
	await dialog(page).getByRole('button', { name: 'Leave channel' })
		.click();
	await chatItem(page, conv_id).waitFor({ state: 'detached' });
	await context.close();
	assert.deepEqual(troubles, []);
});
