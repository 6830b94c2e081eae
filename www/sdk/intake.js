import { Backoff } from './backoff.js';
import { Problem, isTemporary } from './problem.js';
import { Sequence } from './sequence.js';
import { sleep } from './sleep.js';

/** @typedef {import('./sleep.js').Timer} Timer */
/** @typedef {import('./types.js').DurableEvent} DurableEvent */
/** @typedef {import('./types.js').EphemeralEvent} EphemeralEvent */
/** @typedef {import('./types.js').LiveEvent} LiveEvent */
/** @typedef {import('./types.js').Position} Position */
/** @typedef {import('./types.js').Users} Users */

/**
 * @typedef {object} IntakeOptions
 * @property {import('./client.js').Client} client
 * @property {import('./live.js').LiveHandlers} handlers
 * @property {Position} position
 * @property {string} user_id
 * @property {{gap_ms: number, ack_ms: number}} timing
 * @property {(frame: import('./types.js').ClientFrame) => boolean} say
 *     over the socket, if there is one
 * @property {(reason: string) => void} end    the session is over
 */

/**
 * Applies a user's inbox, whatever its source: events of a socket, pages of a
 * poll, heads of heartbeats. It pulls missing events, resyncs if they are too
 * old to be pulled, and acknowledges what is stored.
 */
export class Intake {
	#sequence;
	#stream_id;
	#abort = new AbortController();
	/** Batches are applied one at a time. @type {Promise<void>} */
	#work = Promise.resolve();
	#stored;
	/** @type {Timer} */
	#gap_timer;
	/** @type {Timer} */
	#ack_timer;
	/** @type {Map<string, number>} delivered marks, for a poller to send */
	#delivered = new Map();
	/** @type {Promise<void>|null} */
	#pulling = null;
	#retry = new Backoff();
	/** @type {Promise<void>|null} */
	#resyncing = null;
	#heard = 0;

	/** @param {IntakeOptions} options */
	constructor({ client, handlers, position, user_id, timing, say,
		end }) {
		this.client = client;
		this.handlers = handlers;
		this.user_id = user_id;
		this.timing = timing;
		this.say = say;
		this.end = end;
		this.#sequence = new Sequence(position.user_index);
		this.#stored = position.user_index;
		this.#stream_id = position.stream_id;
	}

	/** How far the inbox is applied. @returns {Position} */
	get position() {
		return {
			stream_id: this.#stream_id,
			user_index: this.#sequence.local,
		};
	}

	/** Resolves when everything taken so far is applied. */
	settled() {
		return this.#work;
	}

	start() {
		this.#abort = new AbortController();
	}

	stop() {
		this.#abort.abort();
		clearTimeout(this.#gap_timer);
		clearTimeout(this.#ack_timer);
		this.#gap_timer = this.#ack_timer = undefined;
	}

	/** @param {Position} hello  the first frame of a socket */
	hello(hello) {
		if (hello.stream_id !== this.#stream_id) {
			this.resync();
			return;
		}
		this.#ackSoon();
		this.#sequence.expect(hello.user_index);
		this.#watchGap();
	}

	/** @param {LiveEvent} event */
	event(event) {
		if (event.user_index === undefined) {
			this.ephemeral(event);
		} else if (this.#resyncing) {
			this.#heard = Math.max(this.#heard, event.user_index);
		} else {
			this.#take(this.#sequence.offer(event), {});
			this.#watchGap();
		}
	}

	/** @param {EphemeralEvent} event */
	ephemeral(event) {
		try {
			this.handlers.ephemeral?.(event);
		} catch (error) {
			this.handlers.failed?.(error);
		}
	}

	/** @param {import('./types.js').Head} head */
	head(head) {
		if (this.#resyncing)
			return;
		this.#sequence.expect(head.user_index);
		this.#watchGap();
		this.handlers.head?.({
			...head,
			local: head.user_index === this.#stored,
		});
	}

	/** @param {number} user_index  the server dropped events */
	missed(user_index) {
		if (this.#sequence.expect(user_index))
			this.#pull();
	}

	/**
	 * A page of the inbox, pulled or polled.
	 *
	 * @param {import('./types.js').InboxPage} page
	 */
	async page(page) {
		if (page.too_old || page.stream_id !== this.#stream_id)
			return this.resync();
		if (this.#resyncing)
			return this.#resyncing;

		const ready = page.events.flatMap((event) =>
			this.#sequence.offer(event));

		ready.push(...this.#sequence.advance(page.user_index));
		this.#take(ready, page.users ?? {});
		if (page.large?.length)
			this.handlers.large?.(page.large);
		await this.#work;
		this.head({ user_index: page.head,
			total_unread: page.total_unread });
	}

	/** Reads everything again; events that arrive meanwhile are pulled. */
	resync() {
		this.#resyncing ??= this.#readAgain().finally(() => {
			this.#resyncing = null;
			this.#sequence.expect(this.#heard);
			this.#watchGap();
		});
		return this.#resyncing;
	}

	/** @param {DurableEvent[]} events @param {Users} users */
	#take(events, users) {
		const last = events.at(-1);

		if (last === undefined)
			return;
		this.#work = this.#work.then(async () => {
			try {
				await this.handlers.apply(events, users);
			} catch (error) {
				this.handlers.failed?.(error);
			}
			this.#stored = last.user_index;
			for (const event of events)
				this.#noteDelivered(event);
			this.#ackSoon();
		});
	}

	/** @param {DurableEvent} event */
	#noteDelivered(event) {
		const entry = event.type === 'entry' ? event.entry : null;

		if (entry && entry.sender_id !== this.user_id)
			this.#delivered.set(entry.conv_id, entry.conv_index);
	}

	#ackSoon() {
		this.#ack_timer ??= setTimeout(() => {
			this.#ack_timer = undefined;
			this.#ack();
		}, this.timing.ack_ms);
	}

	/** Acknowledges what is stored; a poller does so per conversation. */
	#ack() {
		const marks = [...this.#delivered];

		this.#delivered.clear();
		if (this.say({ ack: this.#stored }))
			return;
		for (const [conv_id, conv_index] of marks)
			this.client.conversations.delivered(conv_id,
				conv_index).catch(() => {
				/* a later mark includes it */
			});
	}

	/** Gives a gap some time to close by itself, then pulls. */
	#watchGap() {
		if (!this.#sequence.behind) {
			clearTimeout(this.#gap_timer);
			this.#gap_timer = undefined;
			return;
		}
		if (this.#gap_timer !== undefined || this.#abort.signal.aborted)
			return;

		const at = this.#sequence.local;

		this.#gap_timer = setTimeout(() => {
			this.#gap_timer = undefined;
			if (this.#sequence.local === at)
				this.#pull();
			else
				this.#watchGap();
		}, this.timing.gap_ms);
	}

	/** @returns {Promise<void>} */
	#pull() {
		this.#pulling ??= this.#pullAll().finally(() => {
			this.#pulling = null;
		});
		return this.#pulling;
	}

	async #pullAll() {
		const { signal } = this.#abort;

		while (!signal.aborted && !this.#resyncing) {
			const after = this.#sequence.local;

			try {
				const page = await this.client.inbox.pull({
					after,
					stream_id: this.#stream_id,
				});

				this.#retry.reset();
				await this.page(page);
				if (!page.more
					|| this.#sequence.local === after)
					return;
			} catch (error) {
				await this.#failed(error);
			}
		}
	}

	async #readAgain() {
		const { signal } = this.#abort;

		this.#heard = 0;
		await this.#work;
		while (!signal.aborted) {
			try {
				const at = await this.handlers.resync();

				this.#retry.reset();
				this.#stream_id = at.stream_id;
				this.#stored = at.user_index;
				this.#sequence.reset(at.user_index);
				this.#ackSoon();
				return;
			} catch (error) {
				await this.#failed(error);
			}
		}
	}

	/** @param {unknown} error */
	async #failed(error) {
		if (error instanceof Problem
			&& error.code === 'unauthenticated') {
			this.end('expired');
			return;
		}
		if (!isTemporary(error))
			this.handlers.failed?.(error);
		await sleep(this.#retry.next(error instanceof Problem
			? error.retry_after_ms : 0), this.#abort.signal);
	}
}
