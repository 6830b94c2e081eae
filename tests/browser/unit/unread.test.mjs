/**
 * The unread count against a recount, whatever the order in which entries,
 * figures and answers come: they are made at random.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UnreadCount } from '../../../www/sdk/index.js';
import { BOB, ME, entry } from '../entries.mjs';

const RUNS = 3000;
const STEPS = 60;

/** @param {number} seed  mulberry32 */
function randomOf(seed) {
	let state = seed;

	return (below) => {
		state = (state + 0x6d2b79f5) | 0;

		let x = Math.imul(state ^ (state >>> 15), 1 | state);

		x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
		return ((x ^ (x >>> 14)) >>> 0) % below;
	};
}

/** What the server knows: the log, what was recalled, the user's mark. */
class Server {
	log = [];
	ordinal = 0;
	read_index = 0;

	/** @param {Partial<ReturnType<typeof entry>>} more */
	say(more) {
		this.log.push(entry(this.log.length + 1,
			{ ordinal: ++this.ordinal, ...more }));
	}

	/** @param {number} conv_index */
	recall(conv_index) {
		const target = this.log[conv_index - 1];

		if (target?.kind !== 'message' || target.recalled)
			return;
		Object.assign(target, { recalled: true, content: undefined });
		this.log.push(entry(this.log.length + 1, { kind: 'recall',
			ordinal: this.ordinal, sender_id: target.sender_id,
			target_index: conv_index }));
	}

	/** As it is shown now. @param {number} conv_index */
	shown(conv_index) {
		const one = this.log[conv_index - 1];

		return one.target_index === undefined ? { ...one }
			: { ...one, target: { ...this.log[one.target_index - 1] } };
	}

	figure() {
		const unread = this.log.filter((one) => one.kind === 'message'
			&& !one.recalled && one.sender_id !== ME
			&& !one.flags && one.conv_index > this.read_index);

		return { read_index: this.read_index, unread: unread.length,
			mentions: unread.filter((one) => one.mentions).length,
			unread_ordinal: this.ordinal };
	}
}

/** @param {number} seed */
function run(seed) {
	const random = randomOf(seed);
	const server = new Server();
	const change = () => {
		switch (random(6)) {
		case 0:
			server.say({ sender_id: ME });
			break;
		case 1:
			server.say({ flags: ['no_unread'] });
			break;
		case 2:
			server.say({ mentions: [ME] });
			break;
		case 3:
			server.say({ sender_id: BOB });
			break;
		default:
			server.recall(1 + random(server.log.length + 1));
		}
	};

	for (let i = random(12); i > 0; i--)
		change();
	server.read_index = random(server.log.length + 1);

	const count = new UnreadCount(ME, server.figure());
	const late = [];
	let taken = server.log.length;
	const take = () => {
		if (taken < server.log.length)
			count.entry(server.shown(++taken));
	};

	const answer = ({ asked, ...figure }) => count.figure(figure,
		asked === count.withdrawn);

	for (let i = 0; i < STEPS; i++)
		switch (random(9)) {
		case 8: /* a question, answered at once or later */
			if (count.unsure && late.length === 0)
				late.push({ asked: count.withdrawn,
					...server.figure() });
			break;
		case 0: /* read on another device: a figure of this moment */
			server.read_index = Math.max(server.read_index,
				random(server.log.length + 1));
			count.figure(server.figure());
			break;
		case 1: /* an answer on its way */
			late.push(server.figure());
			break;
		case 2:
			if (late.length > 0)
				answer(late.shift());
			break;
		case 3:
		case 4:
			take();
			break;
		default:
			change();
		}
	while (taken < server.log.length)
		take();
	if (count.unsure)
		count.figure(server.figure(), true);
	return [count, server.figure()];
}

test('unread and mentions end where a recount does', () => {
	for (let seed = 1; seed <= RUNS; seed++) {
		const [{ unread, mentions, read_index }, now] = run(seed);

		assert.deepEqual({ unread, mentions, read_index }, {
			unread: now.unread, mentions: now.mentions,
			read_index: now.read_index }, `seed ${seed}`);
	}
});
