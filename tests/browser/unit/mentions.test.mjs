import assert from 'node:assert/strict';
import { test } from 'node:test';

import { matching, mentionAt, mentionsIn }
	from '../../../www/app/mentions.js';

const at = (text) => mentionAt(text.replace('|', ''), text.indexOf('|'));

test('the mention at the cursor', () => {
	for (const [text, start, query] of [
		['@|', 0, ''],
		['hi @an|', 3, 'an'],
		['hi @an| there', 3, 'an'],
		['@Anna L|', 0, 'Anna L'],
		['你好@王|', 2, '王'],
		['＠王|', 0, '王'],
		['(@bob|', 1, 'bob'],
		['a\n@b|', 2, 'b'],
		['@a @b|', 3, 'b'],
		['😀@b|', 2, 'b'],
	])
		assert.deepEqual(at(text), { start, query }, text);
	for (const text of ['|@a', 'mail a@b|', '@ a|', '@a\nb|', 'no|', '|',
		`@${'x'.repeat(60)}|`])
		assert.equal(at(text), null, text);
});

const person = (user_id, ...names) => ({ user_id, name: names[0], names });

test('any part of a name finds it, its start first', () => {
	const all = [person('1', 'Susanna', 'su'), person('2', 'Anna Lee', 'ann'),
		person('3', 'Lea Hannan', 'lea'), person('4', '王美玲', 'wang.ml'),
		person('5', 'Jo Ánnasson', 'jo')];
	const found = (query) => matching(query, all).map((one) =>
		one.user_id);

	assert.deepEqual(found('ann'), ['2', '5', '1', '3']);
	assert.deepEqual(found('ANNA'), ['2', '5', '1', '3']);
	assert.deepEqual(found('anna l'), ['2']);
	assert.deepEqual(found('美'), ['4']);
	assert.deepEqual(found('ml'), ['4']);
	assert.deepEqual(found('zz'), []);
	assert.deepEqual(found('').length, 5);
});

test('a text mentions whom it names', () => {
	const names = [{ name: 'Anna', user_id: '1' },
		{ name: 'Anna Lee', user_id: '2' }, { name: 'Anna', user_id: '3' },
		{ name: 'all', user_id: 'all' }];

	assert.deepEqual(mentionsIn('@Anna Lee and @anna, @Anna', names),
		{ mentions: ['2', '1'], mention_all: undefined });
	assert.deepEqual(mentionsIn('@all, **@Anna**', names),
		{ mentions: ['1'], mention_all: true });
	assert.deepEqual(mentionsIn('`@Anna` a@all @Annabel', names),
		{ mentions: undefined, mention_all: undefined });

	const many = Array.from({ length: 60 }, (_, i) => ({
		name: `n${i}`, user_id: String(i + 1) }));

	assert.equal(mentionsIn(many.map(({ name }) => `@${name}`).join(' '),
		many).mentions.length, 50);
});
