import assert from 'node:assert/strict';
import { test } from 'node:test';

import { lifetimeOf, lifetimeText, secondsText }
	from '../../../www/app/expiry.js';
import { Chats } from '../../../www/app/model/chats.js';
import { Receipts } from '../../../www/app/model/receipts.js';
import { Timeline } from '../../../www/app/model/timeline.js';
import { TypingMyself, TypingOthers }
	from '../../../www/app/model/typing.js';
import { buildRows } from '../../../www/app/rows.js';
import { loadTexts } from '../../../www/app/strings.js';
import { BOB, ME, chatItem, entry } from '../entries.mjs';

await loadTexts();

const entries = (low, high) => Array.from({ length: high - low + 1 },
	(_, i) => entry(low + i));
const page = (low, high, head = high) => ({ items: entries(low, high),
	head, floor: 1, has_before: low > 1, has_after: high < head });
const indexes = (timeline) => timeline.entries.map((e) => e.conv_index);

const item = chatItem;

function chats(...items) {
	const made = new Chats(ME);

	made.replace({ items, next: null },
		items.reduce((sum, { unread }) => sum + unread, 0));
	return made;
}

test('archived chats are apart until a message comes', () => {
	const list = chats(item(entry(1), 2));

	list.get('77').me = { hidden: true };
	assert.deepEqual(list.ranked(), []);
	assert.equal(list.archived().length, 1);
	assert.equal(list.total_unread, 0);
	list.take(entry(2, { kind: 'member', content: { action: 'left',
		user_ids: ['3'] } }));
	assert.equal(list.archived().length, 1);
	list.take(entry(3));
	assert.equal(list.ranked().length, 1);
	assert.equal(list.total_unread, 3);
	/* a page that is older than that */
	list.put({ ...item(entry(1), 2), me: { hidden: true } });
	assert.equal(list.ranked().length, 1);
});

test('chats of another page are no longer among those beyond', () => {
	const list = new Chats(ME);
	const of = (conv_id, me) => ({ ...item(entry(1, { conv_id }), 2,
		{ conv_id }), me });

	list.replace({ items: [of('77', {})], next: 'more' }, 6);
	assert.equal(list.total_unread, 6);
	list.putAll([of('78', { hidden: true }), of('79', {})]);
	assert.equal(list.total_unread, 6);
	assert.equal(list.archived().length, 1);
	list.add({ items: [of('80', {})], next: null });
	assert.equal(list.total_unread, 6);
});

test('a timeline grows at both ends and takes what is new', () => {
	const line = new Timeline(ME);

	line.replace(page(51, 100));
	line.prepend(page(41, 50));
	assert.equal(line.low, 41);
	assert.equal(line.take(entry(101)), true);
	assert.equal(line.take(entry(101)), false);
	assert.equal(line.take(entry(60)), false);
	assert.equal(line.high, 101);
	assert.equal(line.entries.length, 61);
});

test('what comes while a page is under way is not lost', () => {
	const line = new Timeline(ME);

	line.take(entry(3));
	line.take(entry(4));
	line.replace(page(1, 2));
	assert.deepEqual(indexes(line), [1, 2, 3, 4]);
	assert.equal(line.at_end, true);
});

test('what would leave a hole is asked for instead', () => {
	const line = new Timeline(ME);

	line.take(entry(5));
	line.replace(page(1, 2));
	assert.deepEqual(indexes(line), [1, 2]);
	assert.equal(line.at_end, false);
	line.append(page(3, 4));
	assert.deepEqual(indexes(line), [1, 2, 3, 4, 5]);
	assert.equal(line.at_end, true);
});

test('in the middle of the log nothing is put at its end', () => {
	const line = new Timeline(ME);

	line.replace(page(10, 20, 90));
	assert.equal(line.take(entry(91)), false);
	assert.equal(line.high, 20);
	line.append(page(21, 90));
	assert.equal(line.high, 91);
});

test('after a gap the newest page joins where it meets', () => {
	const line = new Timeline(ME);

	line.replace(page(1, 20));
	line.merge(page(15, 30));
	assert.deepEqual(indexes(line), indexes({ entries: entries(1, 30) }));
	assert.equal(line.has_before, false);
	line.merge(page(60, 90));
	assert.equal(line.low, 60);
	assert.equal(line.has_before, true);
});

test('one\'s own answer is not put over a hole', () => {
	const line = new Timeline(ME);

	line.replace(page(1, 5));
	assert.equal(line.takeOwn(entry(7, { sender_id: ME })), false);
	assert.equal(line.takeOwn(entry(6, { sender_id: ME })), true);
});

test('control entries change their message', () => {
	const line = new Timeline(ME);

	line.replace(page(1, 5));
	line.take(entry(6, { kind: 'edit', target_index: 2, ordinal: 5,
		content: { content: { text: 'better' } } }));
	line.take(entry(7, { kind: 'recall', target_index: 3, ordinal: 5 }));
	line.take(entry(8, { kind: 'reaction', target_index: 4, ordinal: 5,
		sender_id: ME, content: { emoji: '👍', on: true } }));
	line.take(entry(9, { kind: 'reaction', target_index: 4, ordinal: 5,
		content: { emoji: '👍', on: true } }));
	assert.equal(line.entries[1].content.text, 'better');
	assert.equal(line.entries[1].edited_at, 6000);
	assert.equal(line.entries[2].recalled, true);
	assert.equal(line.entries[2].content, undefined);
	assert.deepEqual(line.entries[3].reactions,
		{ '👍': { count: 2, me: true } });
	line.take(entry(10, { kind: 'reaction', target_index: 4, ordinal: 5,
		sender_id: ME, content: { emoji: '👍', on: false } }));
	assert.deepEqual(line.entries[3].reactions,
		{ '👍': { count: 1, me: false } });
});

test('an event has the message as it is now, whatever was applied before', () => {
	const line = new Timeline(ME);
	const state = { ...entry(4), reactions: { '👍': { count: 1, me: true } } };
	const change = entry(6, { kind: 'reaction', target_index: 4, ordinal: 5,
		sender_id: ME, content: { emoji: '👍', on: true }, target: state });

	line.replace(page(1, 5));
	line.take(change);
	line.take(change);
	assert.deepEqual(line.entries[3], state);
	line.take(entry(7, { kind: 'edit', target_index: 4, ordinal: 5,
		target: { ...entry(4), recalled: true, content: undefined } }));
	assert.equal(line.entries[3].recalled, true);
});

const control = (conv_index, kind, target_index, more = {}) => ({
	...entry(conv_index), kind, type: undefined, content: undefined,
	target_index, ...more });

test('a page that is older than a change has it nevertheless', () => {
	const line = new Timeline(ME);
	const gone = { ...entry(5), recalled: true, content: undefined };

	line.replace(page(10, 20));
	line.take(control(21, 'recall', 5, { target: gone }));
	line.prepend(page(1, 9, 20));
	assert.equal(line.from(5).recalled, true);
	assert.equal(line.from(5).content, undefined);

	/* one that is newer says itself how it is */
	const other = new Timeline(ME);

	other.take(control(21, 'edit', 5, { target: {
		...entry(5), content: { text: 'old' } } }));
	other.replace(page(1, 22));
	assert.equal(other.from(5).content.text, 'text 5');
});

test('pages ahead change what is loaded, once', () => {
	const line = new Timeline(ME);
	const liked = (conv_index) => control(conv_index, 'reaction', 2,
		{ content: { emoji: '👍', on: true } });

	line.replace({ ...page(1, 3, 4), items: [entry(1),
		entry(2, { reactions: { '👍': { count: 1, me: false } } }),
		entry(3)] });
	line.append({ ...page(4, 5), items: [liked(4),
		{ ...liked(5), sender_id: '3' }] });
	assert.deepEqual(line.from(2).reactions,
		{ '👍': { count: 2, me: false } });
});

test('quotes follow the message that they quote', () => {
	const line = new Timeline(ME);
	const quote = { msg_id: '1001', conv_index: 1, sender_id: BOB,
		preview: 'text 1' };

	line.replace({ ...page(2, 3), items: [entry(2, { reply_to: quote }),
		entry(3)] });
	line.take(control(4, 'edit', 1, { target: { ...entry(1),
		content: { text: 'new' }, edited_at: 4000 } }));
	assert.equal(line.from(2).reply_to.preview, 'new');
	line.take(control(5, 'recall', 1));
	assert.equal(line.from(2).reply_to.recalled, true);
	assert.equal(line.from(2).reply_to.preview, undefined);
});

test('what was recalled does not come back with its late event', () => {
	const line = new Timeline(ME);

	line.replace(page(1, 2));
	line.change(2, (old) => ({ ...old, recalled: true,
		content: undefined }));
	line.take(entry(2));
	assert.equal(line.from(2).recalled, true);
});

test('reactions, pins and edits move no chat and are not its last entry',
	() => {
		const list = chats(item(entry(3)));

		for (const [at, kind] of [[4, 'reaction'], [5, 'pin'],
			[6, 'unpin'], [7, 'edit']])
			list.take(control(at, kind, 1, { ordinal: 3 }));
		assert.equal(list.get('77').last_entry.conv_index, 3);
		assert.equal(list.get('77').ranked_at, 3000);
		assert.equal(list.get('77').unread, 0);
		list.change('77', 3, (old) => ({ ...old, recalled: true }));
		assert.equal(list.get('77').last_entry.recalled, true);
	});

test('rows: a pin has one, what only changes a message has none', () => {
	const rows = buildRows({ entries: [entry(1), control(2, 'edit', 1),
		control(3, 'reaction', 1), control(4, 'pin', 1),
		control(5, 'unpin', 1), entry(6, { hidden: true })],
	items: [], me: ME, divider: null });

	assert.deepEqual(rows.map(({ type, conv_index }) =>
		[type, conv_index]), [['day', 0], ['message', 1], ['system', 4]]);
});

test('trimming lets go of the oldest', () => {
	const line = new Timeline(ME);

	line.replace(page(1, 50));
	line.trim(10);
	assert.equal(line.low, 41);
	assert.equal(line.has_before, true);
});

test('unread counts messages of others, once', () => {
	const list = chats(item(entry(10), 2));

	list.take(entry(11));
	list.take(entry(11));
	list.take(entry(12, { sender_id: ME, ordinal: 12 }));
	list.take(entry(13, { kind: 'member', ordinal: 12 }));
	list.take(entry(14, { ordinal: 12, flags: ['no_unread'] }));
	list.take(entry(15, { ordinal: 13 }));
	assert.equal(list.get('77').unread, 4);
	assert.equal(list.total_unread, 4);
});

test('a message that was taken back is unread no longer', () => {
	const list = chats(item(entry(10), 2));

	list.take(entry(11));
	list.take(entry(12));
	list.take(entry(13, { kind: 'recall', target_index: 12, ordinal: 12 }));
	list.take(entry(13, { kind: 'recall', target_index: 12, ordinal: 12 }));
	assert.equal(list.get('77').unread, 3);
	/* as a replay shows it */
	list.take(entry(14, { ordinal: 13, recalled: true }));
	assert.equal(list.get('77').unread, 3);
	/* the figure may know of it already */
	list.take(entry(15, { kind: 'recall', target_index: 10, ordinal: 13 }));
	assert.equal(list.get('77').unread, 3);
});

test('what has expired is gone, and so are its quotes', () => {
	const line = new Timeline(ME);

	line.replace({ ...page(1, 2), items: [entry(1), entry(2, {
		reply_to: { msg_id: '1001', conv_index: 1, sender_id: BOB,
			preview: 'text 1' } })] });
	line.hide(1);
	assert.deepEqual(line.from(1), { conv_id: '77', conv_index: 1,
		ordinal: 1, msg_id: '1001', kind: 'message', sender_id: BOB,
		sent_at: 1000, hidden: true });
	assert.equal(line.from(2).reply_to.preview, undefined);
	assert.deepEqual(indexes(line), [1, 2]);
	/* a late event of it */
	line.take(entry(1));
	assert.equal(line.from(1).hidden, true);
});

test('an expired message is unread no longer, nor the last one', () => {
	const list = chats(item(entry(10), 2));

	list.take(entry(11));
	list.take(entry(12));
	list.hide('77', 12, entry(12));
	list.showBefore('77', entry(11));
	assert.equal(list.get('77').last_entry.conv_index, 11);
	assert.equal(list.get('77').unread, 3);
	list.hide('77', 11, entry(11));
	assert.equal(list.get('77').last_entry.hidden, true);
	assert.equal(list.get('77').unread, 2);
	/* the server's item has what is before it, and counts it no more */
	list.put({ ...item(entry(9), 1), unread_ordinal: 12 });
	assert.equal(list.get('77').last_entry.conv_index, 9);
	assert.equal(list.get('77').unread, 1);
});

test('how long a message is there, in words', () => {
	const left = (ms) => lifetimeText(entry(1, { expires_at: 5000 + ms }),
		5000);

	assert.deepEqual([0, 900, 61000, 119999, 120000, 7200000, 172800000]
		.map(left), ['1 s', '1 s', '61 s', '120 s', '2 min', '2 h',
		'2 d']);
	assert.equal(lifetimeText(entry(1), 0), '');
	assert.equal(lifetimeText(entry(1, { expires_after_read_s: 60 }), 0),
		'1 min after reading');
	assert.deepEqual([10, 60, 90, 3600, 86400].map(secondsText),
		['10 s', '1 min', '90 s', '1 h', '1 d']);
	assert.deepEqual(lifetimeOf({ expires_in_s: 60 }, 30, 1000),
		{ expires_at: 31000 });
	assert.deepEqual(lifetimeOf({ expires_after_read_s: 5 }, 0, 1000),
		{ expires_after_read_s: 5 });
	assert.deepEqual(lifetimeOf({}, 0, 1000), {});
});

test('an own answer ahead of somebody else\'s event hides nothing', () => {
	const list = chats(item(entry(10)));

	list.takeOwn(entry(12, { sender_id: ME }));
	list.take(entry(11));
	list.take(entry(12, { sender_id: ME }));
	assert.equal(list.get('77').unread, 1);
	assert.equal(list.get('77').last_entry.conv_index, 12);
});

test('reading clears the count; an older mark changes nothing', () => {
	const list = chats(item(entry(10), 3));

	list.read('77', { read_index: 8, unread: 2 });
	assert.equal(list.get('77').unread, 2);
	list.read('77', { read_index: 10, unread: 0, unread_ordinal: 10 });
	assert.equal(list.get('77').unread, 0);
	list.read('77', { read_index: 4, unread: 6 });
	assert.equal(list.get('77').unread, 0);
});

test('a late answer to a read wipes nothing that came after it', () => {
	const list = chats(item(entry(10), 3));

	list.readHere('77', 10, 3);
	assert.equal(list.get('77').unread, 0);
	list.take(entry(11));
	list.take(entry(12, { mentions: [ME] }));
	list.read('77', { read_index: 10, unread: 0, mentions: 0,
		unread_ordinal: 10 });
	assert.equal(list.get('77').unread, 2);
	assert.equal(list.get('77').mentions, 1);

	/* an answer that includes the first of them, and a list ahead */
	list.read('77', { read_index: 10, unread: 1, mentions: 0,
		unread_ordinal: 11 });
	assert.equal(list.get('77').unread, 2);
	list.put({ ...item(entry(14), 4), read_index: 10,
		unread_ordinal: 14 });
	list.read('77', { read_index: 10, unread: 0, mentions: 0,
		unread_ordinal: 10 });
	list.take(entry(13));
	list.take(entry(14));
	assert.equal(list.get('77').unread, 4);
});

test('a new chat does not count the entry that brought me', () => {
	const list = chats();

	list.start(item(null, 0, { kind: 'group', last_index: 40,
		last_ordinal: 33 }).conversation);
	list.take(entry(40, { kind: 'member', ordinal: 33 }));
	assert.equal(list.get('77').unread, 0);
	list.take(entry(41, { ordinal: 34 }));
	assert.equal(list.get('77').unread, 1);
});

test('pinned first, then the last activity', () => {
	const make = (conv_id, at, me = {}) => ({
		...item(entry(1, { conv_id, sent_at: at }), 0, { conv_id }),
		me });
	const list = chats(make('1', 10), make('2', 30),
		make('3', 20, { pinned: true }), make('4', 5),
		make('5', 50, { hidden: true }));
	const order = () => list.ranked().map(({ conversation }) =>
		conversation.conv_id);

	assert.deepEqual(order(), ['3', '2', '1', '4']);
	list.take(entry(2, { conv_id: '4', sent_at: 40 }));
	assert.deepEqual(order(), ['3', '4', '2', '1']);
	list.take(entry(2, { conv_id: '1', sent_at: 60,
		flags: ['no_bump'] }));
	assert.deepEqual(order(), ['3', '4', '2', '1']);
	list.take(entry(3, { conv_id: '2', kind: 'reaction', sent_at: 99,
		target_index: 1, content: { emoji: '👍', on: true } }));
	assert.deepEqual(order(), ['3', '4', '2', '1']);
	list.take(entry(2, { conv_id: '5', sent_at: 70 }));
	assert.deepEqual(order(), ['3', '5', '4', '2', '1']);
});

test('the total leaves out muted chats and knows of those not loaded', () => {
	const list = new Chats(ME);
	const muted = { ...item(entry(1), 4, { conv_id: '8' }),
		me: { muted_until: Date.now() + 60000 } };

	list.replace({ items: [item(entry(10), 2), muted], next: 'c' }, 7);
	assert.equal(list.total_unread, 7);
	list.add({ items: [item(entry(1), 5, { conv_id: '9' })],
		next: null });
	assert.equal(list.total_unread, 7);
});

test('receipts only go forward, and reading implies receiving', () => {
	const receipts = new Receipts(ME);

	receipts.setMembers([{ user_id: ME, read_index: 9 },
		{ user_id: BOB, read_index: 5 }, { user_id: '3' }]);
	assert.deepEqual(receipts.of(5), { read: 1, delivered: 1 });
	receipts.read(BOB, 3);
	receipts.delivered('3', 6);
	assert.deepEqual(receipts.of(5), { read: 1, delivered: 2 });
	assert.deepEqual(receipts.readers(5), [BOB]);
	receipts.setMembers([{ user_id: '3' }]);
	assert.deepEqual(receipts.of(1), { read: 0, delivered: 1 });
});

const rows = (what) => buildRows({ entries: [], items: [], me: ME,
	divider: null, ...what });
const at = (day, hour, minute) => new Date(2026, 2, day, hour, minute)
	.getTime();

test('rows: days, blocks by one sender, the divider', () => {
	const made = rows({
		divider: 2,
		entries: [
			entry(1, { sent_at: at(1, 9, 0) }),
			entry(2, { sent_at: at(1, 9, 1) }),
			entry(3, { sent_at: at(1, 9, 2) }),
			entry(4, { sent_at: at(1, 9, 30) }),
			entry(5, { sent_at: at(2, 0, 1), sender_id: ME,
				client_msg_id: 'a' }),
			entry(6, { sent_at: at(2, 0, 2), kind: 'recall',
				target_index: 1 }),
		],
	});

	assert.deepEqual(made.map(({ type, first, last, conv_index }) =>
		type === 'message' ? `${conv_index}${first ? 'f' : ''}${
			last ? 'l' : ''}` : type),
	['day', '1f', '2l', 'divider', '3fl', '4fl', 'day', '5fl']);
});

test('rows: a message on its way out keeps its place when it arrives', () => {
	const out = { client_msg_id: 'a', conv_id: '77', state: 'sending',
		message: { type: 'text', content: { text: 'hi' } },
		created_at: at(1, 9, 0) };
	const before = rows({ items: [out] });
	const after = rows({ items: [out], entries: [entry(1, {
		sender_id: ME, client_msg_id: 'a', sent_at: at(1, 9, 0) })] });

	assert.equal(before.length, 2);
	assert.equal(after.length, 2);
	assert.equal(before[1].key, after[1].key);
	assert.equal(after[1].entry.conv_index, 1);
});

test('typing is said at once, then at most every 3 s, and when it stops',
	(context) => {
		context.mock.timers.enable({ apis: ['setTimeout', 'Date'] });

		const said = [];
		const typing = new TypingMyself((conv_id, state) =>
			said.push(`${conv_id} ${state}`));
		const tick = (ms) => context.mock.timers.tick(ms);

		tick(10000);
		typing.input('77', true);
		typing.input('77', true);
		assert.deepEqual(said.splice(0), ['77 start']);
		typing.sent('77');
		typing.input('77', true);
		tick(2900);
		assert.deepEqual(said.splice(0), []);
		tick(100);
		assert.deepEqual(said.splice(0), ['77 start']);
		typing.input('77', false);
		typing.stop('77');
		assert.deepEqual(said.splice(0), ['77 stop']);
		typing.input('77', true);
		typing.input('88', true);
		tick(5000);
		assert.deepEqual(said.splice(0), ['88 start']);
	});

test('typing is said when the clock was set back', (context) => {
	context.mock.timers.enable({ apis: ['setTimeout', 'Date'],
		now: Date.now() });

	const said = [];
	const typing = new TypingMyself((conv_id, state) =>
		said.push(`${conv_id} ${state}`));

	typing.input('77', true);
	context.mock.timers.setTime(Date.now() - 3600000);
	typing.input('77', true);
	context.mock.timers.tick(3000);
	assert.deepEqual(said, ['77 start', '77 start']);
});

test('others stop typing after 6 s without news', (context) => {
	context.mock.timers.enable({ apis: ['setTimeout'] });

	let changes = 0;
	const typing = new TypingOthers(() => changes++);

	typing.start('77', BOB);
	context.mock.timers.tick(4000);
	typing.start('77', BOB);
	context.mock.timers.tick(4000);
	assert.deepEqual(typing.in('77'), [BOB]);
	context.mock.timers.tick(2000);
	assert.deepEqual(typing.in('77'), []);
	typing.start('77', BOB);
	typing.stop('77', BOB);
	assert.deepEqual(typing.in('77'), []);
	assert.equal(changes, 4);
});
