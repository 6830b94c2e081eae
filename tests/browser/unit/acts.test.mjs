/** What stays of messages that were deleted, recalled, forwarded or found. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Kept, changedItems } from '../../../www/app/kept.js';
import { Chats } from '../../../www/app/model/chats.js';
import { withoutForward } from '../../../www/app/model/entries.js';
import { Timeline } from '../../../www/app/model/timeline.js';
import { Paged } from '../../../www/app/paged.js';
import { presets } from '../../../www/app/reminders.js';
import { hashOf, inviteOf, routeOf } from '../../../www/app/route.js';
import { snippet } from '../../../www/app/search.js';
import { UnreadCount } from '../../../www/sdk/index.js';
import { BOB, ME, chatItem, entry } from '../entries.mjs';

const reply = (conv_index, to, more = {}) => entry(conv_index, { reply_to: {
	msg_id: String(1000 + to), conv_index: to, sender_id: BOB,
	preview: `text ${to}` }, ...more });
const page = (items, more = {}) => ({ items, head: items.at(-1)?.conv_index ?? 0,
	floor: 1, has_before: false, has_after: false, ...more });
const says = (line, text) => JSON.stringify(line.entries).includes(text);
test('a hidden message leaves its place, and nothing that it said', () => {
	const line = new Timeline(ME);

	line.replace(page([entry(1), entry(2), reply(3, 2)]));
	line.hide(2);
	assert.deepEqual(line.entries.map((one) => one.conv_index), [1, 2, 3]);
	assert.deepEqual(line.at(2), { conv_id: '77', conv_index: 2, ordinal: 2,
		msg_id: '1002', kind: 'message', sender_id: BOB, sent_at: 2000,
		hidden: true });
	assert.ok(!says(line, 'text 2'));
	assert.equal(line.sees(2), false);
	assert.equal(line.sees(1), true);

	/* a page in flight, an event, and changes that are older or newer */
	line.replace(page([entry(1), entry(2), reply(3, 2)]));
	line.take(reply(4, 2));
	line.take(entry(5, { kind: 'edit', target_index: 2,
		content: { content: { text: 'text 2, again' } } }));
	line.take(entry(2));
	assert.ok(!says(line, 'text 2'));
	assert.equal(line.high, 5);

	/* hidden before it was loaded */
	const other = new Timeline(ME);

	other.hide(9);
	other.replace(page([entry(8)], { has_after: true }));
	other.append(page([entry(9)]));
	assert.ok(!says(other, 'text 9'));
});

test('a cleared chat is empty, whatever is still on its way', () => {
	const line = new Timeline(ME);

	line.replace(page([entry(1), entry(2)], { has_before: true }));
	line.take(reply(3, 1));
	line.clearTo(2);
	assert.deepEqual(line.entries.map((one) => one.conv_index), [3]);
	assert.ok(!says(line, 'text 1'));
	assert.equal(line.has_before, false);
	line.replace(page([entry(1), entry(2), reply(3, 2)]));
	assert.ok(!says(line, 'text 2'));
	line.clearTo(1);
	assert.equal(line.sees(2), false);
});

test('the list: hidden, the one before, cleared, and back', () => {
	const list = new Chats(ME);

	list.replace({ items: [chatItem(entry(3), 1)], next: null }, 1);
	list.hide('77', 3, entry(3));
	assert.equal(list.get('77').last_entry.content, undefined);
	assert.equal(list.get('77').unread, 0);
	list.showBefore('77', entry(2));
	assert.equal(list.get('77').last_entry.conv_index, 2);
	list.showBefore('77', entry(1));
	assert.equal(list.get('77').last_entry.conv_index, 2);
	list.clearTo('77', 3);
	assert.equal(list.ranked().length, 0);
	list.take(entry(4, { kind: 'reaction', target_index: 1,
		content: { emoji: '👍', on: true } }));
	assert.equal(list.ranked().length, 0);
	list.take(entry(5));
	assert.equal(list.ranked().length, 1);
	list.clearTo('77', 3);
	assert.equal(list.ranked().length, 1);
});

test('unread follows a recall at once, and says when to ask', () => {
	const recall = (conv_index, target, more = {}) => entry(conv_index, {
		kind: 'recall', target_index: target.conv_index,
		ordinal: target.ordinal,
		target: { ...target, recalled: true, content: undefined },
		...more });
	const count = new UnreadCount(ME, { read_index: 5, unread: 3,
		mentions: 1, unread_ordinal: 8 });

	/* after the figure: certain */
	count.entry(entry(9, { mention_all: true }));
	count.entry(recall(10, entry(9, { mention_all: true })));
	assert.deepEqual([count.unread, count.mentions, count.unsure],
		[3, 1, false]);
	/* own, read, not countable: certain, and nothing */
	count.entry(recall(11, entry(6, { sender_id: ME })));
	count.entry(recall(12, entry(4)));
	count.entry(recall(13, entry(7, { flags: ['no_unread'] })));
	assert.deepEqual([count.unread, count.unsure], [3, false]);
	/* of the figure: it may know of it */
	count.entry(recall(14, entry(8, { mentions: [ME] })));
	assert.deepEqual([count.unread, count.mentions, count.unsure],
		[2, 0, true]);
	count.entry(recall(14, entry(8)));
	assert.equal(count.unread, 2);
	/* a figure that was on its way may not; one that was asked for does */
	for (const asked of [false, true]) {
		count.figure({ read_index: 5, unread: 3, mentions: 0,
			unread_ordinal: 8 }, asked);
		assert.deepEqual([count.unread, count.unsure],
			[3, !asked]);
	}
	/* nothing is known of it */
	count.gone(7);
	assert.deepEqual([count.unread, count.unsure], [3, true]);
});

test('what was recalled is gone from forwards, at any depth', () => {
	const item = (msg_id, more = {}) => ({ msg_id, sender_id: BOB,
		sent_at: 1, type: 'text', content: { text: `says ${msg_id}` },
		...more });
	const merged = entry(3, { type: 'forward',
		forward_of: [{ msg_id: '5' }, { msg_id: '6' }],
		content: { title: 'T', items: [item('5'), item('6', {
			type: 'forward',
			content: { items: [item('7'), item('8')] } })] } });
	const now = withoutForward(merged, '7');

	assert.equal(now.content.items[1].content.items[0].recalled, true);
	assert.ok(!JSON.stringify(now).includes('says 7'));
	assert.ok(JSON.stringify(now).includes('says 8'));
	assert.equal(withoutForward(merged, '9'), merged);
	assert.equal(withoutForward(now, '7'), now);

	const copy = entry(4, { forward_of: [{ msg_id: '5', sender_id: BOB }] });

	assert.equal(withoutForward(copy, '5').forward_of[0].recalled, true);
	assert.equal(withoutForward(copy, '5').content, copy.content);
});

test('lists of messages drop what is hidden or recalled', () => {
	const kept = new Kept();
	let items = [{ entry: entry(1), x: 1 }, { entry: entry(2), x: 2 }];
	const end = kept.follow((change) => {
		items = changedItems(items, change);
	});

	kept.change((one) => one.conv_index === 1
		? { ...one, content: { text: 'new' } } : one);
	assert.deepEqual(items[0], { entry: entry(1,
		{ content: { text: 'new' } }), x: 1 });
	kept.change((one) => one.conv_index === 1
		? { ...one, recalled: true } : one);
	assert.equal(items.length, 1);
	end();
	kept.forget('77');
	assert.equal(items.length, 1);
});

test('pages: an answer that was overtaken is dropped', async () => {
	const answers = [];
	const paged = new Paged((cursor) => new Promise((resolve, reject) => {
		answers.push({ cursor, resolve, reject });
	}), () => {});
	const first = paged.restart();
	const second = paged.restart();

	answers[1].resolve({ items: [{ entry: entry(2) }], next: 'c' });
	await second;
	answers[0].resolve({ items: [{ entry: entry(1) }], next: null });
	await first;
	assert.equal(paged.items[0].entry.conv_index, 2);

	const more = paged.more();

	paged.more();
	assert.equal(answers.length, 3);
	answers[2].reject(new Error('no'));
	await more;
	assert.equal(paged.error.message, 'no');
	assert.equal(paged.items.length, 1);

	const again = paged.retry();

	assert.equal(answers[3].cursor, 'c');
	answers[3].resolve({ items: [{ entry: entry(1) }], next: null });
	await again;
	assert.equal(paged.items.length, 2);

	const other = paged.restart();

	answers[4].reject(new Error('no'));
	await other;
	assert.equal(paged.items.length, 0);
	paged.clear();
	assert.deepEqual([paged.items, paged.loaded], [[], false]);
});

test('a snippet counts characters, not UTF-16 units', () => {
	const marked = (text, ...marks) => snippet(text, marks.map(
		([start, end]) => ({ start, end })))
		.map((part) => part.marked ? `[${part.text}]` : part.text)
		.join('');

	assert.equal(marked('😀😀 Der Löwe', [7, 11]), '😀😀 Der [Löwe]');
	assert.equal(marked('👍🏽 a\nb', [0, 2], [3, 4]), '[👍🏽] [a] b');
	assert.equal(marked(`${'word '.repeat(40)}here it is`, [200, 204]),
		`…${'word '.repeat(6)}[here] it is`);
	assert.equal(marked(`${'文'.repeat(100)}京大`, [100, 102]),
		`…${'文'.repeat(30)}[京大]`);
	assert.equal(marked('a'.repeat(400)), `${'a'.repeat(180)}…`);
	assert.equal(marked(''), '');
});

test('addresses of chats and panels', () => {
	for (const [hash, conv_id, panel] of [['#/', null, null],
		['', null, null], ['#/c/12', '12', null],
		['#/c/12/details', '12', 'details'],
		['#/c/12/search', '12', 'search'], ['#/search', null, 'search'],
		['#/starred', null, 'starred'], ['#/details', null, null],
		['#/c/x', null, null], ['#/c/12/x', null, null]]) {
		assert.deepEqual(routeOf(hash), { conv_id, panel }, hash);
		assert.deepEqual(routeOf(hashOf({ conv_id, panel })),
			{ conv_id, panel }, hash);
	}
});

test('addresses of invites', () => {
	assert.equal(inviteOf('#/invite/aZ0_-9'), 'aZ0_-9');
	for (const hash of ['', '#/', '#/invite/', '#/invite/a b', '#/c/12',
		'#/invite/a/b', `#/invite/${'a'.repeat(65)}`])
		assert.equal(inviteOf(hash), null, hash);
	assert.deepEqual(routeOf('#/invite/abc'), { conv_id: null, panel: null });
});

test('times for reminders are ahead, in order', () => {
	for (const day of [1, 2, 7, 8]) {
		const now = new Date(2026, 5, day, 22, 30).getTime();
		const times = Object.fromEntries(presets(now).map(
			({ name, at }) => [name, new Date(at)]));

		assert.ok(Object.values(times).every((at) =>
			at.getTime() > now + 60000));
		assert.equal(times.tomorrow.getDate(), day + 1);
		assert.equal(times.tomorrow.getHours(), 9);
		assert.equal(times.week.getDay(), 1);
	}
});
