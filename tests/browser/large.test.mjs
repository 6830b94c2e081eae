/** A group in mode pull, whose messages are in no inbox. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { randomId } from '../../www/sdk/index.js';
import { offline, usePages } from './pages.mjs';
import { badge, chatItem, message, open, write } from './people.mjs';
import { until } from './wait.mjs';

const world = usePages();

describe('a large group', { concurrency: false }, () => {
	let a;
	let b;
	let c;
	let conv_id;
	let other_id;
	let pages;

	const preview = (page, text) => chatItem(page, conv_id).locator(
		'.preview', { hasText: text });

	before(async () => {
		a = await world.people.newPerson('Ada Large');
		b = await world.people.newPerson('Ben Large');
		c = await world.people.newPerson('Cem Large');
		const ids = [b, c].map(({ user }) => user.user_id);

		({ conv_id } = await a.client.conversations.create({ kind: 'group',
			members: ids, settings: { name: 'Large' },
			client_id: randomId() }));
		({ conv_id: other_id } = await a.client.conversations.create({
			kind: 'group', members: ids, settings: { name: 'Small' },
			client_id: randomId() }));
		await a.say(other_id, 'in the small one');
		await a.say(conv_id, 'before');
		pages = await Promise.all([a, b, c].map((who) =>
			world.pageOf(who)));
		await open(pages[0].page, conv_id);
		await open(pages[1].page, conv_id);
		await open(pages[2].page, other_id);
		await world.stack.admin('conversation', 'mode', conv_id, 'pull');
	});
	after(async () => {
		for (const { context } of pages)
			await context.close();
		for (const { troubles } of pages)
			assert.deepEqual(troubles, []);
	});

	test('whoever has it open reads on; others see it in the list', async () => {
		await write(pages[0].page, 'to many');
		await message(pages[1].page, 'to many').waitFor();
		await preview(pages[2].page, 'to many').waitFor();
		await until(async () => await badge(pages[2].page, conv_id)
			.textContent() === '2');
	});

	test('it is read, answered and corrected like any other', async () => {
		await open(pages[2].page, conv_id);
		await message(pages[2].page, 'to many').waitFor();
		await until(async () => await badge(pages[2].page, conv_id)
			.count() === 0);
		await write(pages[2].page, 'an answer');
		await message(pages[0].page, 'an answer').waitFor();
		await message(pages[1].page, 'an answer').waitFor();
	});

	test('what was said while one was away is there', async () => {
		await offline(pages[1], async () => {
			await a.say(conv_id, 'while Ben was away');
			await message(pages[2].page, 'while Ben was away').waitFor();
		});
		await message(pages[1].page, 'while Ben was away').waitFor();
	});
});
