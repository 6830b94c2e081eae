import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Sequence } from '../../../www/sdk/index.js';

const ev = (user_index) => ({ type: 'entry', user_index, at: 0 });
const indexes = (events) => events.map(({ user_index }) => user_index);

test('the next event is taken, an old one is ignored', () => {
	const s = new Sequence(41);

	assert.deepEqual(indexes(s.offer(ev(42))), [42]);
	assert.deepEqual(s.offer(ev(42)), []);
	assert.deepEqual(s.offer(ev(7)), []);
	assert.equal(s.local, 42);
	assert.equal(s.behind, false);
});

test('an early event waits for the ones before it', () => {
	const s = new Sequence(0);

	assert.deepEqual(s.offer(ev(3)), []);
	assert.deepEqual(s.offer(ev(2)), []);
	assert.equal(s.behind, true);
	assert.deepEqual(indexes(s.offer(ev(1))), [1, 2, 3]);
	assert.equal(s.behind, false);
});

test('a head says that something is missing', () => {
	const s = new Sequence(5);

	assert.equal(s.expect(5), false);
	assert.equal(s.expect(6), true);
	s.offer(ev(6));
	assert.equal(s.behind, false);
});

test('advancing hands out what was kept', () => {
	const s = new Sequence(0);

	s.offer(ev(4));
	assert.deepEqual(indexes(s.advance(3)), [4]);
	assert.deepEqual(s.advance(2), []);
	assert.equal(s.local, 4);
});

test('any order and any repeats give each event once, in order', () => {
	let seed = 12345;
	const random = (n) => {
		seed = (seed * 1103515245 + 12345) % 2147483648;
		return seed % n;
	};

	for (let round = 0; round < 200; round++) {
		const s = new Sequence(0);
		const deck = [];
		const got = [];

		for (let i = 1; i <= 40; i++)
			for (let n = 0; n <= random(3); n++)
				deck.push(i);
		for (let i = deck.length - 1; i > 0; i--) {
			const j = random(i + 1);

			[deck[i], deck[j]] = [deck[j], deck[i]];
		}
		for (const i of deck)
			got.push(...indexes(s.offer(ev(i))));
		assert.deepEqual(got,
			Array.from({ length: 40 }, (_, i) => i + 1));
	}
});

test('a reset forgets what was kept', () => {
	const s = new Sequence(0);

	s.offer(ev(9));
	s.reset(20);
	assert.equal(s.local, 20);
	assert.equal(s.behind, false);
	assert.deepEqual(indexes(s.offer(ev(21))), [21]);
});
