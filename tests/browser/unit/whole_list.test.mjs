import assert from 'node:assert/strict';
import { test } from 'node:test';

import { WholeList } from '../../../www/app/whole_list.js';

const ids = (list) => [...list.items.keys()].join();
const one = (user_id) => ({ user_id });

test('all pages, each once', async () => {
	const asked = [];
	const list = new WholeList(async (cursor) => {
		asked.push(cursor);
		return cursor ? { items: [one('3')], next: null }
			: { items: [one('1'), one('2')], next: '2' };
	}, () => {});

	assert.equal(list.loaded, false);
	await Promise.all([list.load(), list.load()]);
	assert.equal(ids(list), '1,2,3');
	assert.equal(list.loaded, true);
	/* the second call made the first one start again */
	assert.deepEqual(asked, [undefined, undefined, '2']);
});

test('a change during a load is not overwritten by what was read before it',
	async () => {
		const pages = [[one('1')], [one('1'), one('2')]];
		const list = new WholeList(async () => {
			if (pages.length === 2)
				queueMicrotask(() => list.change((items) =>
					items.set('2', one('2'))));
			return { items: pages.shift() ?? [], next: null };
		}, () => {});

		await list.load();
		assert.equal(ids(list), '1,2');
		assert.equal(pages.length, 0);
	});

test('a failure is told, and the next load mends it', async () => {
	let fails = true;
	let changes = 0;
	const list = new WholeList(async () => {
		if (fails)
			throw new Error('no network');
		return { items: [one('1')], next: null };
	}, () => changes++);

	list.change((items) => items.set('9', one('9')));
	await list.load();
	assert.match(String(list.error), /no network/);
	assert.equal(list.loading, false);
	assert.equal(ids(list), '9');
	fails = false;
	await list.load();
	assert.equal(list.error, null);
	assert.equal(ids(list), '1');
	assert.equal(changes, 3);
});
