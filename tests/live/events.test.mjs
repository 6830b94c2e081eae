import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bus, isProblem, Raw, signUp } from './client.mjs';
import { sharedStack } from './stack.mjs';

let stack;
let bus;

before(async () => {
	stack = await sharedStack();
	bus = new Bus(stack.bus);
});
after(() => {
	bus?.close();
	return stack?.done();
});

/** The next n durable events, in the order in which they came. */
async function durable(live, n) {
	const events = [];

	while (events.length < n)
		events.push((await live.next((f) => f.event?.user_index,
			`durable event ${events.length + 1} of ${n}`)).event);
	return events;
}

/** A group of both, when all that its making brings is in bob's inbox. */
async function meet(ann, bob) {
	const conv = await ann.group(bob);
	const live = await bob.live({ after: 0 });
	const sent = await ann.say(conv, 'ready');
	const { event } = await live.next((f) => f.event?.entry?.msg_id ===
		sent.msg_id, 'the first entry');

	await live.close();
	return { conv, at: event.user_index };
}

const indexes = (events) => events.map((e) => e.user_index);
const range = (from, to) => Array.from({ length: to - from + 1 },
	(_, i) => from + i);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

test('every connection of every session gets every event', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const conv = await ann.group(bob);
	const bob2 = await bob.session('bob-2', 'ios');
	const lives = [await bob.live(), await bob.live(), await bob2.live(),
		await ann.live(), await bob.sse()];
	const sent = await ann.say(conv, 'to all');

	for (const live of lives) {
		const f = await live.next((m) => m.event?.entry?.msg_id ===
			sent.msg_id, 'entry');

		assert.equal(f.event.type, 'entry');
		assert.equal(f.event.conv_id, conv);
		assert.equal(f.event.entry.conv_index, sent.conv_index);
		assert.ok(Number.isInteger(f.event.at));
	}
	for (const live of lives)
		live.close();
});

test('an event is the same object on WebSocket, SSE and in the inbox',
	async () => {
		const ann = await signUp(stack, 'ann');
		const bob = await signUp(stack, 'bob');
		const conv = await ann.group(bob);
		const live = await bob.live();
		const sse = await bob.sse();
		const sent = await ann.say(conv, 'same "everywhere" ä\n😀');
		const mine = (m) => m.event?.entry?.msg_id === sent.msg_id;
		const { event } = await live.next(mine, 'entry');

		assert.deepEqual((await sse.next(mine, 'entry')).event, event);
		const page = await bob.must('GET',
			`/v1/inbox?after=${event.user_index - 1}&limit=1`);

		assert.deepEqual(page.events[0], event);
		const again = await bob.live({ after: event.user_index - 1 });

		assert.deepEqual((await durable(again, 1))[0], event);
		for (const l of [live, sse, again])
			l.close();
	});

test('after: what came since comes first, in order, each once', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const { conv, at: first } = await meet(ann, bob);

	for (let i = 0; i < 250; i++)
		await ann.say(conv, `${i}`);
	const live = await bob.live({ after: first });
	const sending = (async () => {
		for (let i = 250; i < 300; i++)
			await ann.say(conv, `${i}`);
	})();
	const events = await durable(live, 300);

	await sending;
	assert.deepEqual(indexes(events), range(first + 1, first + 300));
	assert.deepEqual(events.map((e) => e.entry.content.text),
		range(0, 299).map(String));
	assert.equal(live.hello.resumed_from, first);
	await live.close();
});

test('many reconnects while events come: none missing, none twice',
	async () => {
		const ann = await signUp(stack, 'ann');
		const bob = await signUp(stack, 'bob');
		const { conv, at: first } = await meet(ann, bob);
		let at = first;
		const end = at + 200;
		const sending = (async () => {
			for (let i = 0; i < 200; i++)
				await ann.say(conv, `${i}`);
		})();
		let rounds = 0;

		while (at < end) {
			const live = await bob.live({ after: at });

			for (const e of await durable(live,
				Math.min(1 + rounds % 7, end - at)))
				assert.equal(e.user_index, ++at);
			live.ws.terminate();
			rounds++;
		}
		await sending;
		assert.ok(rounds > 20);
	});

test('without after: from hello.user_index on', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const { conv } = await meet(ann, bob);

	/* Connections that open while events come miss none of them. */
	const sending = (async () => {
		for (let i = 0; i < 100; i++)
			await ann.say(conv, `${i}`);
	})();

	for (let i = 0; i < 15; i++) {
		const live = await bob.live();
		const events = await durable(live, 3);

		assert.deepEqual(indexes(events), range(live.hello.user_index + 1,
			live.hello.user_index + 3));
		live.ws.terminate();
	}
	await sending;
});

test('too_old: above the head, or another stream; then it goes on',
	async () => {
		const ann = await signUp(stack, 'ann');
		const bob = await signUp(stack, 'bob');
		const { conv, at: head } = await meet(ann, bob);

		for (const query of [{ after: head + 5 },
			{ after: 0, stream_id: 'another' }, { stream_id: '1' }]) {
			const live = await bob.live(query);
			const { user_index: now } = live.hello;

			assert.equal('resumed_from' in live.hello, false);
			assert.deepEqual(await live.frame('too_old'),
				{ stream_id: bob.streamId, user_index: now });
			await ann.say(conv, 'on');
			assert.equal((await durable(live, 1))[0].user_index, now + 1);
			await live.close();
		}
	});

test('too_old: below the floor', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const { conv, at: head } = await meet(ann, bob);

	await stack.sql(`UPDATE user_seq SET floor_index = ${head} WHERE
		user_id = ${bob.id}; DELETE FROM inbox WHERE user_id = ${bob.id}
		AND user_index <= ${head}`);
	const live = await bob.live({ after: 1 });

	assert.deepEqual(await live.frame('too_old'),
		{ stream_id: bob.streamId, user_index: head });
	await ann.say(conv, 'on');
	assert.equal((await durable(live, 1))[0].user_index, head + 1);
	await live.close();
});

/* ---- order, with frames of our own on the bus ---- */

test('out of order: sorted; doubled: once', async () => {
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();
	const at = live.hello.user_index + 1;

	/* Comes once the opening has read the inbox, which lacks our frames. */
	await bus.event(ann.id, at);
	await durable(live, 1);
	for (const i of [3, 1, 1, 2, 3, 2, 6, 5, 4, 4, 7, 1])
		await bus.event(ann.id, at + i);
	const events = await durable(live, 7);

	assert.deepEqual(indexes(events), range(at + 1, at + 7));
	assert.deepEqual(events.map((e) => e.n), range(at + 1, at + 7));
	live.send({ ping: 1 });
	await live.frame('pong');
	assert.deepEqual(live.items, []);
	await live.close();
});

test('a hole is held for 500 ms, then pull; then it goes on', async () => {
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();
	const at = live.hello.user_index;

	await bus.event(ann.id, at + 1);
	await durable(live, 1);
	const began = Date.now();

	await bus.event(ann.id, at + 3);
	await bus.event(ann.id, at + 4);
	assert.deepEqual(await live.frame('pull'), { user_index: at + 4 });
	/* Nothing but the end of that time causes it. */
	assert.ok(Date.now() - began >= 490);
	/* What the pull brings does not come again. */
	await bus.event(ann.id, at + 2);
	await bus.event(ann.id, at + 3);
	await bus.event(ann.id, at + 5);
	assert.deepEqual(indexes(await durable(live, 1)), [at + 5]);
	await live.close();
});

test('a hole that is filled in time needs no pull', async () => {
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();
	let at = live.hello.user_index;
	let took;

	/* Once more, when this machine was too slow to be in time. */
	do {
		const began = Date.now();

		await bus.event(ann.id, at + 2);
		await pause(100);
		await bus.event(ann.id, at + 1);
		await live.next((f) => f.pull || f.event?.user_index === at + 2,
			'the second event');
		took = Date.now() - began;
		at += 2;
	} while (took >= 490);
	assert.equal(live.seen('pull').length, 0);
	/* The next hole is given up after this one would have been. */
	await bus.event(ann.id, at + 2);
	assert.deepEqual(await live.frame('pull'), { user_index: at + 2 });
	await live.close();
});

test('small holes that are filled need no pull, however many', async () => {
	let pulled;
	let slowest;

	do {
		const ann = await signUp(stack, 'ann');
		const live = await ann.live();
		const at = live.hello.user_index;
		const began = Date.now();
		let filled = began;

		pulled = false;
		slowest = 0;
		/* There is always a hole, and none is open for long. */
		await bus.event(ann.id, at + 2);
		for (let i = 1; !pulled && filled - began < 2000; i += 2) {
			await bus.event(ann.id, at + i + 3);
			await bus.event(ann.id, at + i);
			pulled = 'pull' in await live.next((f) => f.pull ||
				f.event?.user_index === at + i, 'the missing one');
			slowest = Math.max(slowest, Date.now() - filled);
			filled = Date.now();
			await pause(5);
		}
		await live.close();
		/* Once more, when this machine left one open for too long. */
	} while (pulled && slowest >= 200);
	assert.equal(pulled, false);
});

test('holes that follow each other: pulls become rare', async () => {
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();
	const at = live.hello.user_index;
	const times = [];

	for (let i = 1; times.length < 4; i += 2) {
		const began = Date.now(); // the hole is open from now on, or later

		await bus.event(ann.id, at + 2 * i);
		await live.frame('pull');
		times.push(Date.now() - began);
	}
	/* Nothing but the end of these times causes them. */
	[490, 990, 1990, 3990].forEach((ms, i) => assert.ok(times[i] >= ms,
		`${times}`));
	await live.close();
});

test('more than can be held: pull, and nothing out of order', async () => {
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();
	const at = live.hello.user_index;

	for (let i = 2; i < 1000; i++)
		bus.event(ann.id, at + i);
	await bus.event(ann.id, at + 1000);
	/* A slow node gives up the hole before all of them are there. */
	let known = at;

	while (known < at + 1000) {
		const f = await live.next((m) => m.pull || m.event, 'pull');
		const index = f.pull?.user_index ?? f.event.user_index;

		assert.ok(f.pull ? index > known : index === known + 1);
		known = index;
	}
	await bus.event(ann.id, at + 1001);
	assert.deepEqual(indexes(await durable(live, 1)), [at + 1001]);
	await live.close();
});

test('ephemeral events pass a hole', async () => {
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();
	const at = live.hello.user_index;

	await bus.event(ann.id, at + 2);
	await bus.publish(1, [[ann.id, 0]], { type: 'typing', at: 1,
		conv_id: '7', user_id: '8', state: 'start' });
	const { event } = await live.next((f) => f.event || f.pull,
		'the first frame');

	assert.deepEqual(event, { type: 'typing', at: 1, conv_id: '7', user_id: '8',
		state: 'start' });
	await live.close();
});

test('an event with a large body, and to many users', async () => {
	const ann = await signUp(stack, 'ann');
	const bob = await signUp(stack, 'bob');
	const a = await ann.live();
	const b = await bob.live();
	const sse = await bob.sse();
	const to = [[ann.id, a.hello.user_index + 1]];

	for (let i = 1; i < 2000; i++)
		to.push([String(i), 5]);
	to.push([bob.id, b.hello.user_index + 1]);
	for (const n of [100, 130, 65480, 65500, 70000, 200000]) {
		await bus.publish(1, to, { type: 'test', at: 1,
			text: 'x'.repeat(n) });
		assert.equal((await durable(a, 1))[0].text.length, n);
		assert.equal((await durable(b, 1))[0].text.length, n);
		assert.equal((await durable(sse, 1))[0].text.length, n);
		to[0][1]++;
		to[to.length - 1][1]++;
	}
	for (const l of [a, b, sse])
		l.close();
});

test('a publisher that talks nonsense is shut out, others go on',
	async () => {
		stack.announce('ev=bus not a frame');
		const bad = new Bus(stack.bus);

		await bad.ready;
		const gone = new Promise((done) => {
			bad.socket.on('close', done);
		});

		bad.socket.resume();
		bad.socket.write(Buffer.alloc(64, 0xff));
		await gone;
		const ann = await signUp(stack, 'ann');
		const live = await ann.live();

		await bus.event(ann.id, live.hello.user_index + 1);
		await durable(live, 1);
		await live.close();
	});

test('a frame that comes in pieces', async () => {
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();
	const own = new Bus(stack.bus);

	await own.ready;
	own.socket.setNoDelay?.(true);
	const write = own.socket.write.bind(own.socket);
	const pieces = [];

	own.socket.write = (b) => pieces.push(b);
	await own.event(ann.id, live.hello.user_index + 1);
	await own.event(ann.id, live.hello.user_index + 2);
	const all = Buffer.concat(pieces);

	for (let i = 0; i < all.length; i += 7) {
		write(all.subarray(i, i + 7));
		await new Promise(setImmediate);
	}
	await durable(live, 2);
	own.close();
	await live.close();
});

test('a client that only listens is served to the end', async () => {
	const ann = await signUp(stack, 'ann');
	const r = new Raw(stack.liveUrl);

	await r.upgrade('/v1/live', ann.auth());
	const at = await r.opened(bus, ann);

	for (let i = 1; i <= 1000; i++)
		bus.event(ann.id, at + i, { pad: 'x'.repeat(100) });
	for (let i = 1; i <= 1000; i++)
		assert.equal(JSON.parse((await r.receive()).payload).event.user_index,
			at + i);
	r.destroy();
});

test('bad frames on the bus about sessions and presence do no harm',
	async () => {
		const ann = await signUp(stack, 'ann');
		const live = await ann.live();

		for (const body of ['', '"x"', '"session_id":1',
			'"session_id":"1","reason":5', '"user_id":"1","state":"gone"']) {
			await bus.publish(2, [[ann.id, 0]], body);
			await bus.publish(3, [[ann.id, 0]], body);
			await bus.publish(9, [[ann.id, 0]], body);
		}
		await bus.publish(1, [[ann.id, 1]], '');
		await bus.publish(1, [], '"type":"x"');
		await bus.event(ann.id, live.hello.user_index + 1);
		await durable(live, 1);
		const me = await live.ask('GET', '/v1/users/me');

		assert.equal(me.status, 200);
		await live.close();
	});

test('another user sees nothing', async () => {
	const ann = await signUp(stack, 'ann');
	const eve = await signUp(stack, 'eve');
	const a = await ann.live();
	const e = await eve.live();
	const conv = await ann.group();

	await ann.say(conv, 'secret');
	await a.event('entry');
	const none = await e.ask('GET', `/v1/conversations/${conv}`);

	isProblem(none.body, 404, 'not_found');
	assert.deepEqual(e.items, []);
	await a.close();
	await e.close();
});
