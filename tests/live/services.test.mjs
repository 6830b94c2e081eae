import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isProblem, Live, Raw, refused, signUp } from './client.mjs';
import { startNode } from './node.mjs';
import { privateStack, until } from './stack.mjs';

let stack;

before(async () => {
	stack = await privateStack('services', { 'live.request_s': 300 });
	stack.announce('ev=service_away');
	/* Killed and stopped services cannot end in order. */
	stack.announce('prog=(message|inbox|user|conversation) .*ev=end');
});
after(() => stack?.done());

const send = (live, conv, id) => live.ask('POST',
	`/v1/conversations/${conv}/messages`, { client_msg_id: id, type: 'text',
		content: { text: 'x' } });

async function back(live, method, path, body) {
	return until(async () => {
		const a = await live.ask(method, path, body);

		return a.status < 300 && a;
	}, `${path} to work again`);
}

test('a service that is down: 503 busy, then it works again', async () => {
	const ann = await signUp(stack, 'ann');
	const conv = await ann.group();
	const live = await ann.live();

	await stack.service('down', 'message');
	for (let i = 0; i < 3; i++) {
		const a = await send(live, conv, `down-${i}`);

		assert.equal(a.status, 503);
		isProblem(a.body, 503, 'busy');
	}
	/* The others are as they were. */
	assert.equal((await live.ask('GET', '/v1/users/me')).status, 200);
	await stack.service('up', 'message');
	await back(live, 'POST', `/v1/conversations/${conv}/messages`,
		{ client_msg_id: 'up', type: 'text', content: { text: 'x' } });
	await live.close();
});

test('a service that restarts: served, or told to come back', async () => {
	const ann = await signUp(stack, 'ann');
	const conv = await ann.group();
	const live = await ann.live();
	let over = false;
	const restarting = stack.service('restart', 'message').finally(() => {
		over = true;
	});
	let n = 0;

	while (!over || n < 20) {
		const a = await send(live, conv, `again-${n++}`);

		assert.ok(a.status === 201 || a.status === 503, `${a.status}`);
		if (a.status === 503)
			assert.ok(['busy', 'uncertain'].includes(a.body.code));
	}
	await restarting;
	await back(live, 'POST', `/v1/conversations/${conv}/messages`,
		{ client_msg_id: 'last', type: 'text', content: { text: 'x' } });
	await live.close();
});

test('a service that restarts on its sockets: every send is served', async () => {
	const ann = await signUp(stack, 'ann');
	const conv = await ann.group();
	const live = await ann.live();
	const wave = i => Promise.all([...Array(8).keys()].map(
		k => send(live, conv, `hup-${i}-${k}`)));

	for (let round = 0, i = 0; round < 3; round++) {
		/* The connections that are kept are those of the old process. */
		await wave(i++);
		let over = false;
		const restarting = stack.service('hup', 'message').finally(() => {
			over = true;
		});

		while (!over || i % 20) {
			for (const a of await wave(i++))
				assert.equal(a.status, 201, JSON.stringify(a.body));
		}
		await restarting;
	}
	await live.close();
});

test('a service killed between two sends: the second is not uncertain',
	async () => {
		const ann = await signUp(stack, 'ann');
		const conv = await ann.group();
		const live = await ann.live();

		for (let round = 0; round < 5; round++) {
			await back(live, 'POST', `/v1/conversations/${conv}/messages`, {
				client_msg_id: `before-${round}`, type: 'text',
				content: { text: 'x' } });
			await stack.service('kill', 'message');
			const a = await send(live, conv, `after-${round}`);

			if (a.status !== 201)
				isProblem(a.body, 503, 'busy');
		}
		await back(live, 'GET', `/v1/conversations/${conv}/messages`);
		await live.close();
	});

test('a service that does not answer: busy for reads, uncertain for writes',
	async () => {
		const ann = await signUp(stack, 'ann');
		const conv = await ann.group();
		const { url, live: node } = await startNode(stack, 'hasty',
			['live.request_s=2']);
		const live = await until(async () => {
			const l = new Live(`${url}/v1/live`, { headers: ann.auth() });

			return l.frame('hello').then(() => l, () => null);
		}, 'hello');

		await stack.service('pause', 'message');
		const began = Date.now();
		const [read, write] = await Promise.all([live.ask('GET',
			`/v1/conversations/${conv}/messages`), send(live, conv, 'slow')]);

		assert.ok(Date.now() - began >= 1900);
		isProblem(read.body, 503, 'busy');
		isProblem(write.body, 503, 'uncertain');
		await stack.service('cont', 'message');
		/* It was done, or it was not; a repeat settles it. */
		const again = await back(live, 'POST',
			`/v1/conversations/${conv}/messages`, { client_msg_id: 'slow',
				type: 'text', content: { text: 'x' } });

		assert.ok(again.body.conv_index > 0);
		await live.close();
		node.kill('SIGTERM');
		assert.equal((await node.ended).code, 0);
	});

test('a service killed at work: every request is answered', async () => {
	const ann = await signUp(stack, 'ann');
	const conv = await ann.group();
	const live = await ann.live();
	const answers = [];

	for (let i = 0; i < 40; i++) {
		answers.push(send(live, conv, `kill-${i}`));
		answers.push(live.ask('GET', `/v1/conversations/${conv}/messages`));
	}
	await stack.service('kill', 'message');
	for (const a of await Promise.all(answers)) {
		assert.ok([200, 201, 429, 503].includes(a.status), `${a.status}`);
		if (a.status === 503)
			assert.ok(['busy', 'uncertain'].includes(a.body.code));
	}
	await back(live, 'GET', `/v1/conversations/${conv}/messages`);
	await live.close();
});

test('a client that is gone when the user service answers harms nobody',
	async () => {
		const ann = await signUp(stack, 'ann');
		const other = await ann.live();
		const pid = stack.pid('live');
		const gone = async () => Number(new RegExp('^imcloud_live_opens_' +
			'total\\{(?=[^}]*"im-live")(?=[^}]*"gone")[^}]*\\} (\\d+)',
		'm').exec(await (await fetch(`${stack.url}/metrics`)).text())[1]);
		/* What reached im-live earlier than a ping is handled earlier. */
		const handled = async () => {
			other.send({ ping: 1 });
			await other.frame('pong');
		};
		const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\n' +
			'Sec-WebSocket-Version: 13\r\n' +
			'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
		const heads = [['/v1/live', upgrade], ['/v1/live/events', ''],
			['/v1/live/poll', '']];

		await stack.service('pause', 'user');
		for (const [path, more] of heads) {
			const r = new Raw(stack.liveUrl);

			await r.connected;
			await handled();
			r.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${more}` +
				`Authorization: Bearer ${ann.token}\r\n\r\n`);
			await until(() => r.socket.writableLength === 0, 'written');
			await handled();
			/* The answer cannot be written any more. */
			r.socket.resetAndDestroy();
		}
		await stack.service('cont', 'user');
		await until(async () => await gone() === heads.length,
			'the answers');
		const live = await ann.live();

		assert.equal(stack.pid('live'), pid);
		await live.close();
		await other.close();
	});

test('nobody is refused without evidence: opening gives 503', async () => {
	const ann = await signUp(stack, 'ann');
	const ticket = await ann.ticket();

	await stack.service('down', 'user');
	for (const options of [{ headers: ann.auth() }, {}]) {
		const a = await refused(new Live(ann.url('/v1/live',
			options.headers ? {} : { ticket }), options));

		assert.equal(a.status, 503);
		assert.ok(Number(a.headers['retry-after']) >= 1);
		isProblem(a.body, 503, 'busy');
	}
	const sse = await fetch(ann.url('/v1/live/events'),
		{ headers: ann.auth() });

	assert.equal(sse.status, 503);
	await sse.body.cancel();
	await stack.service('up', 'user');
	const live = await until(() => ann.live().catch(() => null),
		'opening again');

	await live.close();
});

test('without the inbox: hello, polls 503; what came is not lost',
	async () => {
		const ann = await signUp(stack, 'ann');
		const bob = await signUp(stack, 'bob');
		const conv = await ann.group(bob);
		const first = await bob.live({ after: 0 });
		const witness = await bob.live();
		const sent = await ann.say(conv, 'one');
		const { event: { user_index: at } } = await first.next((f) =>
			f.event?.entry?.msg_id === sent.msg_id, 'entry');

		await first.close();
		await ann.say(conv, 'two');
		await stack.service('down', 'inbox');
		const poll = await bob.poll({ after: at, wait_s: 5 });

		assert.equal(poll.status, 503);
		isProblem(poll.body, 503, 'busy');
		const live = await bob.live({ after: at });

		assert.equal(live.hello.resumed_from, at);
		const three = await ann.say(conv, 'three');

		await witness.next((f) => f.event?.entry?.msg_id === three.msg_id,
			'entry');
		live.send({ ping: 1 });
		await live.frame('pong');
		assert.deepEqual(live.seen('event'), []);
		await stack.service('up', 'inbox');
		for (const [i, text] of ['two', 'three'].entries()) {
			const { event } = await live.next((f) => f.event?.user_index,
				'event');

			assert.equal(event.user_index, at + 1 + i);
			assert.equal(event.entry.content.text, text);
		}
		await live.close();
		await witness.close();
	});

test('a watch that cannot be checked is told', async () => {
	const ann = await signUp(stack, 'ann');
	const live = await ann.live();

	await stack.service('down', 'user');
	live.send({ subscribe: { presence: [ann.id] } });
	isProblem(await live.frame('error'), 503, 'busy');
	await stack.service('up', 'user');
	await live.close();
});
