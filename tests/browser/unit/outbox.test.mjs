import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Backoff, NetworkError, Outbox, Problem }
	from '../../../www/sdk/index.js';
import { MemoryStorage } from '../../../www/sdk/storage.js';
import { until } from '../wait.mjs';

const text = (words) => ({ type: 'text', content: { text: words } });

/** A server that takes a message once, by its client id. */
class Log {
	entries = [];
	attempts = [];

	/** What the next attempts meet: an error, or 'lost': the answer is. */
	constructor(...fate) {
		this.fate = fate;
	}

	send = async (conv_id, message) => {
		const fate = this.fate.shift();
		const { client_msg_id } = message;

		this.attempts.push(message.content.text);
		if (fate instanceof Error)
			throw fate;

		let at = this.entries.findIndex((entry) =>
			entry.client_msg_id === client_msg_id);

		if (at < 0)
			at = this.entries.push({ ...message, conv_id }) - 1;
		if (fate === 'lost')
			throw new NetworkError('no answer');
		return { msg_id: String(at), conv_id, conv_index: at + 1,
			sent_at: 1, duplicate: false };
	};

	get texts() {
		return this.entries.map(({ content }) => content.text);
	}
}

function outbox(log, storage = new MemoryStorage(), more = {}) {
	const box = new Outbox({ owner: '1', storage, send: log.send,
		backoff: { first_ms: 2, max_ms: 4 }, ...more });

	box.start();
	return box;
}

test('messages of a conversation go out one by one, in order', async () => {
	const log = new Log(new NetworkError('down'), undefined,
		new Problem(503, { code: 'busy' }));
	const box = outbox(log);

	for (const words of ['a', 'b', 'c'])
		box.add('77', text(words));
	await until(() => log.entries.length === 3);
	assert.deepEqual(log.texts, ['a', 'b', 'c']);
	assert.deepEqual(log.attempts, ['a', 'a', 'b', 'b', 'c']);
});

test('a lost answer does not double the message', async () => {
	const log = new Log('lost', 'lost');
	const box = outbox(log);

	box.add('77', text('once'));
	await until(() => box.size === 0);
	assert.deepEqual(log.texts, ['once']);
	assert.equal(log.attempts.length, 3);
});

test('another page goes on with what was left, as the same message',
	async () => {
		const storage = new MemoryStorage();
		const dead = new Log('lost');
		const first = outbox(dead, storage,
			{ backoff: { first_ms: 60000, max_ms: 60000 } });

		first.add('77', text('one'));
		first.add('77', text('two'));
		await until(() => dead.attempts.length === 1);
		first.stop();

		const second = outbox(dead, storage);

		await until(() => second.size === 0);
		assert.deepEqual(dead.texts, ['one', 'two']);
		assert.equal(storage.length, 0);
	});

test('a clock that is set back changes no order, across pages neither',
	async (context) => {
		const clock = context.mock.timers;
		const storage = new MemoryStorage();
		const none = new Log();
		const made = () => new Outbox({ owner: '1', storage,
			send: none.send });

		clock.enable({ apis: ['Date'], now: Date.now() });

		const pages = [made(), made()];
		const words = Array.from({ length: 8 }, (_, i) => `word ${i}`);

		for (const [i, word] of words.entries()) {
			pages[i % 3 % 2].add('77', text(word));
			clock.setTime(Date.now() - 3600000);
		}

		const later = outbox(none, storage);

		await until(() => later.size === 0);
		assert.deepEqual(none.texts, words);
	});

test('a refusal ends one message, not those after it', async () => {
	const log = new Log(new Problem(403, { code: 'forbidden' }));
	const box = outbox(log);
	const refused = box.add('77', text('no'));

	box.add('77', text('yes'));
	await until(() => log.entries.length === 1);
	assert.equal(refused.state, 'failed');
	assert.equal(refused.problem.code, 'forbidden');
	assert.deepEqual(log.texts, ['yes']);

	box.retry(refused.client_msg_id);
	await until(() => log.entries.length === 2);
	assert.deepEqual(log.texts, ['yes', 'no']);
});

test('conversations do not wait for each other', async () => {
	let free;
	const held = new Promise((resolve) => {
		free = resolve;
	});
	const sent = [];
	const box = new Outbox({ owner: '1', storage: new MemoryStorage(),
		send: async (conv_id) => {
			if (conv_id === '1')
				await held;
			sent.push(conv_id);
			return { msg_id: '1', conv_id, conv_index: 1 };
		} });

	box.start();
	box.add('1', text('slow'));
	box.add('2', text('quick'));
	await until(() => sent.length === 1);
	assert.deepEqual(sent, ['2']);
	free();
	await until(() => sent.length === 2);
});

test('an entry that is seen settles its message', async () => {
	const box = outbox(new Log());
	const item = box.add('77', text('hi'));

	await until(() => item.state === 'sent');
	assert.equal(box.items('77').length, 1);
	assert.equal(box.settle(item.client_msg_id), true);
	assert.equal(box.items('77').length, 0);
	assert.equal(box.settle(item.client_msg_id), false);
});

test('a lost session keeps the message for the next one', async () => {
	const storage = new MemoryStorage();
	const box = outbox(new Log(new Problem(401,
		{ code: 'unauthenticated' })), storage);
	const item = box.add('77', text('later'));

	await until(() => item.state === 'queued' && storage.length === 1);

	const log = new Log();

	outbox(log, storage);
	await until(() => log.entries.length === 1);
	assert.deepEqual(log.texts, ['later']);
});

test('each user has their own', () => {
	const storage = new MemoryStorage();

	new Outbox({ owner: '1', storage, send: async () => {} })
		.add('77', text('mine'));

	const other = new Outbox({ owner: '2', storage,
		send: async () => {} });

	assert.equal(other.size, 0);
	other.clear();
	assert.equal(storage.length, 1);
});

test('waits double, stay below the bound, heed the server', () => {
	const low = new Backoff({ first_ms: 100, max_ms: 1000,
		random: () => 0 });
	const high = new Backoff({ first_ms: 100, max_ms: 1000,
		random: () => 1 });

	assert.deepEqual([1, 2, 3, 4, 5, 6].map(() => low.next()),
		[50, 100, 200, 400, 500, 500]);
	assert.deepEqual([1, 2, 3, 4, 5, 6].map(() => high.next()),
		[100, 200, 400, 800, 1000, 1000]);
	low.reset();
	assert.equal(low.next(), 50);
	assert.equal(low.next(7000), 7000);
	high.reset();
	assert.equal(high.next(30), 100);
	/* Random also above the server's time. */
	assert.equal(high.next(7000), 7100);
});
