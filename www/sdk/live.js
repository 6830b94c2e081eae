import { Backoff } from './backoff.js';
import { withQuery } from './http.js';
import { Intake } from './intake.js';
import { LiveSocket } from './live_socket.js';
import { NetworkError, Problem } from './problem.js';
import { sleep } from './sleep.js';

/** @typedef {import('./types.js').DurableEvent} DurableEvent */
/** @typedef {import('./types.js').EphemeralEvent} EphemeralEvent */
/** @typedef {import('./types.js').Position} Position */
/** @typedef {import('./types.js').Users} Users */

/**
 * @typedef {object} LiveState
 * @property {'connecting'|'online'|'waiting'|'stopped'|'ended'} phase
 * @property {'websocket'|'poll'|null} transport
 * @property {number} [retry_at]   while waiting
 * @property {Problem} [problem]   why: the server answered, but could not serve
 */

/**
 * @typedef {object} LiveHandlers
 * @property {(events: DurableEvent[], users: Users) =>
 *     void|Promise<void>} apply
 *     durable events, in order, each once; they count as stored when it
 *     resolves
 * @property {() => Promise<Position>} resync
 *     too much was missed: read everything again (Client.sync) and return
 *     its position
 * @property {(event: EphemeralEvent) => void} [ephemeral]
 * @property {(state: LiveState) => void} [state]
 * @property {(head: import('./types.js').Head & {local: boolean}) => void
 *     } [head]  `local`: everything up to there is
 *     applied, so the client's own sum should equal it
 * @property {(moved: import('./types.js').ConversationHead[]) => void
 *     } [large]
 * @property {(reason: string) => void} [ended]  the session is over: kicked,
 *     logged_out, replaced, expired
 * @property {(error: unknown) => void} [failed] what no caller sees
 */

const TIMING = {
	gap_ms: 500,            /* a gap may still close by itself */
	ack_ms: 100,
	open_ms: 6000,          /* from the socket to its hello */
	at_once_ms: 3000,       /* a socket that ended sooner was refused */
	steady_ms: 10000,       /* one that lived so long resets the delays */
	poll_wait_s: 25,
	poll_shared_ms: 1000,   /* another poll of the session took over */
	poll_shared_hidden_ms: 10000,
	retry_first_ms: 500,
	retry_max_ms: 30000,
	upgrade_first_ms: 5000, /* while polling, try the WebSocket again */
	upgrade_max_ms: 300000,
};

const REASONS = new Set(['kicked', 'logged_out', 'replaced', 'expired']);

/**
 * The reason by close code, if the bye was lost.
 * @type {Object<number, string>}
 */
const ENDS = { 4003: 'logged_out', 4009: 'replaced' };

/**
 * One user's live connection. It opens a WebSocket, falls back to long poll
 * if that is refused (and keeps trying), reconnects after every loss and
 * resumes at its position, so that `apply` gets each durable event once, in
 * order, without gaps. Only stop() and the end of the session stop it.
 */
export class Live {
	#timing;
	#intake;
	/** @type {'foreground'|'background'} */
	#presence = 'foreground';
	/** @type {string|null} */
	#shown = null;
	/** @type {LiveState} */
	#state = { phase: 'stopped', transport: null };
	/** @type {AbortController|null} */
	#running = null;
	/** @type {LiveSocket|null} */
	#socket = null;
	/** When the next one is due; as all times here, of performance.now(). */
	#socket_at = 0;
	#retry;
	#upgrade;
	/** @type {() => void} */
	#wake = () => {};
	/** @type {AbortController|null} */
	#waiting_poll = null;
	/** @type {string[]} */
	#watched = [];

	/**
	 * @param {import('./client.js').Client} client
	 * @param {LiveHandlers} handlers
	 * @param {object} options
	 * @param {Position} options.position  how far the inbox is applied
	 * @param {string} options.user_id     the user's own
	 * @param {typeof globalThis.WebSocket|null} [options.WebSocket]
	 *     null: only polls
	 * @param {Partial<typeof TIMING>} [options.timing]
	 */
	constructor(client, handlers, { position, user_id,
		WebSocket = globalThis.WebSocket ?? null, timing = {} }) {
		this.client = client;
		this.handlers = handlers;
		this.WebSocket = WebSocket;
		this.#timing = { ...TIMING, ...timing };
		this.#intake = new Intake({
			client, handlers, position, user_id,
			timing: this.#timing,
			say: (frame) => this.#socket?.send(frame) ?? false,
			end: (reason) => this.end(reason),
		});
		this.#retry = new Backoff({
			first_ms: this.#timing.retry_first_ms,
			max_ms: this.#timing.retry_max_ms,
		});
		this.#upgrade = new Backoff({
			first_ms: this.#timing.upgrade_first_ms,
			max_ms: this.#timing.upgrade_max_ms,
		});
	}

	/** @returns {LiveState} */
	get state() {
		return this.#state;
	}

	/** @returns {Position} */
	get position() {
		return this.#intake.position;
	}

	start() {
		if (this.#running || this.#state.phase === 'ended')
			return;
		this.#running = new AbortController();
		this.#intake.start();
		this.#run(this.#running.signal);
	}

	stop() {
		this.#halt({ phase: 'stopped', transport: null });
	}

	/**
	 * The session is over.
	 *
	 * @param {string} reason
	 */
	end(reason) {
		if (this.#state.phase === 'ended')
			return;
		this.#halt({ phase: 'ended', transport: null });
		this.handlers.ended?.(reason);
	}

	/** @param {'foreground'|'background'} presence */
	setPresence(presence) {
		if (presence === this.#presence)
			return;
		this.#presence = presence;
		this.#socket?.send(this.#look());
	}

	/**
	 * The conversation that the user sees. Of large ones, only this one's
	 * typing and read marks are told.
	 *
	 * @param {string|null} conv_id
	 */
	show(conv_id) {
		if (conv_id === this.#shown)
			return;
		this.#shown = conv_id;
		if (this.#presence === 'foreground')
			this.#socket?.send(this.#look());
	}

	/** @returns {{state: 'foreground'|'background', conv_id?: string}} */
	#look() {
		return this.#shown === null || this.#presence === 'background'
			? { state: this.#presence }
			: { state: this.#presence, conv_id: this.#shown };
	}

	/**
	 * Sets the users whose presence is wanted; at most 500.
	 *
	 * @param {string[]} user_ids
	 */
	watch(user_ids) {
		const before = new Set(this.#watched);
		const wanted = new Set(user_ids.slice(0, 500));
		const added = [...wanted].filter((id) => !before.has(id));
		const gone = this.#watched.filter((id) => !wanted.has(id));

		this.#watched = [...wanted];
		if (gone.length)
			this.#socket?.send({ unsubscribe: { presence: gone } });
		if (added.length)
			this.#socket?.send({ subscribe: { presence: added } });
	}

	/**
	 * The network came back or the page woke up: checks the connection
	 * now.
	 *
	 * @param {boolean} [network] the network changed
	 */
	nudge(network = false) {
		if (network) {
			this.#socket_at = 0;
			this.#waiting_poll?.abort();
		}
		this.#socket?.probe();
		this.#wake();
	}

	/** @param {LiveState} state */
	#halt(state) {
		this.#running?.abort();
		this.#running = null;
		this.#intake.stop();
		this.#socket?.close();
		this.#show(state);
	}

	/** @param {LiveState} state */
	#show(state) {
		if (state.phase === this.#state.phase
			&& state.transport === this.#state.transport
			&& state.retry_at === this.#state.retry_at)
			return;
		this.#state = state;
		this.handlers.state?.(state);
	}

	/** @param {AbortSignal} signal */
	async #run(signal) {
		/** @type {LiveSocket|null} */
		let socket = null;

		while (!signal.aborted) {
			/** @type {unknown} */
			let failure;
			let wait_ms = 0;

			try {
				if (!socket && this.#socketIsDue())
					socket = await this.#connect(signal);
				if (socket) {
					wait_ms = await this.#serve(socket,
						signal);
					socket = null;
				} else if (!signal.aborted) {
					socket = await this.#poll(signal);
				}
			} catch (error) {
				failure = error;
				wait_ms = this.#waitAfter(error);
			}
			if (wait_ms && !signal.aborted)
				await this.#rest(wait_ms, failure, signal);
		}
		socket?.close();
	}

	/** @param {number} ms @param {unknown} why @param {AbortSignal} signal */
	async #rest(ms, why, signal) {
		const woken = new AbortController();

		this.#show({ phase: 'waiting', transport: null,
			retry_at: Date.now() + ms,
			problem: why instanceof Problem ? why : undefined });
		this.#wake = () => woken.abort();
		signal.addEventListener('abort', this.#wake, { once: true });
		await sleep(ms, woken.signal);
		signal.removeEventListener('abort', this.#wake);
		this.#wake = () => {};
	}

	/** @param {unknown} error @returns {number} */
	#waitAfter(error) {
		if (error instanceof Problem) {
			if (error.code !== 'unauthenticated')
				return this.#retry.next(error.retry_after_ms);
			this.end('expired');
			return 0;
		}
		if (!(error instanceof NetworkError))
			this.handlers.failed?.(error);
		return this.#retry.next();
	}

	#socketIsDue() {
		return this.WebSocket !== null
			&& performance.now() >= this.#socket_at;
	}

	/**
	 * A socket after its hello, or null if WebSockets are blocked. Throws
	 * if the server cannot be reached at all.
	 *
	 * @param {AbortSignal} signal
	 * @returns {Promise<LiveSocket|null>}
	 */
	async #connect(signal) {
		if (this.#state.phase !== 'online')
			this.#show({ phase: 'connecting', transport: null });

		const { ticket } = await this.client.ticket();

		if (signal.aborted || this.WebSocket === null)
			return null;

		const socket = new LiveSocket({
			WebSocket: this.WebSocket,
			url: this.#url(ticket),
			open_ms: this.#timing.open_ms,
			onFrame: (frame) => this.#frame(frame),
		});
		const stop = () => socket.close();

		signal.addEventListener('abort', stop);
		socket.ended.then(() =>
			signal.removeEventListener('abort', stop));
		if (await socket.opened)
			return socket;
		if (signal.aborted)
			return null;

		const end = await socket.ended;

		this.#socket_at = performance.now()
			+ this.#upgrade.next(end.bye?.retry_after_ms);
		await this.#judge(end);
		return null;
	}

	/** @param {string} ticket */
	#url(ticket) {
		const base = this.client.http.base_url
			|| globalThis.location.origin;
		const { stream_id, user_index } = this.#intake.position;

		return base.replace(/^http/, 'ws')
			+ withQuery('/v1/live', {
				ticket,
				after: user_index,
				stream_id,
				...this.#look(),
			});
	}

	/**
	 * @param {LiveSocket} socket  after its hello
	 * @param {AbortSignal} signal
	 * @returns {Promise<number>} the delay before the next
	 */
	async #serve(socket, signal) {
		this.#socket = socket;
		this.client.line = socket;
		this.#show({ phase: 'online', transport: 'websocket' });
		socket.send(this.#look());
		if (this.#watched.length)
			socket.send({ subscribe: { presence: this.#watched } });
		if (socket.hello) {
			this.client.http.clock.learn(socket.hello.server_at);
			this.#intake.hello(socket.hello);
		}

		const end = await socket.ended;

		this.#socket = null;
		this.client.line = null;
		if (signal.aborted)
			return 0;
		if (end.lived_ms >= this.#timing.steady_ms) {
			this.#retry.reset();
			this.#upgrade.reset();
		} else if (end.lived_ms < this.#timing.at_once_ms
			&& end.bye === null) {
			this.#socket_at = performance.now() + this.#upgrade.next();
		}
		await this.#judge(end);
		return this.#retry.next(end.bye?.retry_after_ms);
	}

	/**
	 * Does this end of a socket end the session?
	 *
	 * @param {import('./live_socket.js').SocketEnd} end
	 */
	async #judge({ code, bye }) {
		const reason = bye && REASONS.has(bye.reason) ? bye.reason
			: ENDS[code];

		if (reason)
			this.end(reason);
		else if (code === 4001)
			/* if the session has ended too, this throws */
			await this.client.sessions.current();
	}

	/** @param {import('./types.js').ServerFrame} frame */
	#frame(frame) {
		if (frame.event)
			this.#intake.event(frame.event);
		else if (frame.heartbeat)
			this.#intake.head(frame.heartbeat);
		else if (frame.pull)
			this.#intake.missed(frame.pull.user_index);
		else if (frame.too_old)
			this.#intake.resync();
	}

	/**
	 * Polls until a socket opens in parallel.
	 *
	 * @param {AbortSignal} running
	 * @returns {Promise<LiveSocket|null>}
	 */
	async #poll(running) {
		const abort = new AbortController();
		const stop = () => abort.abort();
		/** @type {LiveSocket|null} */
		let socket = null;

		running.addEventListener('abort', stop);
		this.#trySockets(running, abort.signal).then((opened) => {
			if (opened && abort.signal.aborted)
				opened.close();
			else if (opened)
				socket = opened;
			if (opened)
				stop();
		});
		try {
			await this.#pollLoop(abort.signal);
		} catch (error) {
			if (socket === null && !running.aborted)
				throw error;
		} finally {
			running.removeEventListener('abort', stop);
			stop();
		}
		return socket;
	}

	/**
	 * @param {AbortSignal} running
	 * @param {AbortSignal} signal  of the polling
	 * @returns {Promise<LiveSocket|null>}
	 */
	async #trySockets(running, signal) {
		while (this.WebSocket !== null && !signal.aborted) {
			const wait_ms = this.#socket_at - performance.now();

			if (wait_ms > 0) {
				await sleep(Math.min(wait_ms, 1000), signal);
				continue;
			}
			try {
				const socket = await this.#connect(running);

				if (socket)
					return socket;
			} catch {
				/* the parallel poll reports the same error */
				this.#socket_at = performance.now()
					+ this.#upgrade.next();
			}
		}
		return null;
	}

	/** @param {AbortSignal} signal */
	async #pollLoop(signal) {
		let wait_s = 0;

		while (!signal.aborted) {
			const began = performance.now();
			const page = await this.#pollOnce(wait_s, signal);

			if (page === null)
				continue;
			this.#retry.reset();
			this.#show({ phase: 'online', transport: 'poll' });
			for (const event of page.ephemeral ?? [])
				this.#intake.ephemeral(event);
			await this.#intake.page(page);
			if (wait_s > 0 && page.events.length === 0
				&& !page.ephemeral?.length
				&& performance.now() - began < wait_s * 500)
				await sleep(this.#presence === 'foreground'
					? this.#timing.poll_shared_ms
					: this.#timing.poll_shared_hidden_ms,
				signal);
			wait_s = this.#timing.poll_wait_s;
		}
	}

	/**
	 * @param {number} wait_s
	 * @param {AbortSignal} signal
	 * @returns {Promise<import('./types.js').InboxPage|null>} null: it was
	 *     aborted and has to be repeated
	 */
	async #pollOnce(wait_s, signal) {
		const one = new AbortController();
		const stop = () => one.abort();

		await this.#intake.settled();
		signal.addEventListener('abort', stop);
		this.#waiting_poll = one;
		try {
			const { stream_id, user_index } = this.#intake.position;

			return await this.client.inbox.poll({
				after: user_index,
				stream_id,
				wait_s,
				...this.#look(),
			}, one.signal);
		} catch (error) {
			if (one.signal.aborted)
				return null;
			throw error;
		} finally {
			signal.removeEventListener('abort', stop);
			this.#waiting_poll = null;
		}
	}
}
