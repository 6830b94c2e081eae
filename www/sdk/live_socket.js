import { NetworkError, Problem } from './problem.js';

/** @typedef {import('./sleep.js').Timer} Timer */
/** @typedef {import('./types.js').ServerFrame} ServerFrame */

/**
 * @typedef {object} SocketEnd  how a socket ended
 * @property {number} code      of the close frame; 1006 without one
 * @property {import('./types.js').Bye|null} bye
 * @property {number} lived_ms  since the hello; 0 without one
 */

/**
 * @typedef {object} Waiting   a request that has no answer yet
 * @property {(answer: import('./http.js').Answer) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {Timer} timer
 */

/**
 * Heartbeats of silence after which the server counts as unreachable. The
 * server sends one each heartbeat, so at least three quarters of one are left
 * for delays; with more, a client behind a dead host would be behind for longer.
 */
export const SILENT_BEATS = 1.75;
const REQUEST_MS = 15000;

/**
 * One WebSocket, from its opening to its end: hello, frames, requests and their
 * answers, and the timeout of a silent server. It never reconnects.
 */
export class LiveSocket {
	/** @type {import('./types.js').Hello|null} */
	hello = null;

	/** @type {Map<number, Waiting>} by id */
	#requests = new Map();
	/** @type {SocketEnd['bye']} */
	#bye = null;
	#last_id = 0;
	#last_ping = 0;
	/** performance.now() */
	#hello_at = 0;
	/** @type {Timer} */
	#silence;
	/** @type {(end: SocketEnd) => void} */
	#ended = () => {};
	/** @type {(opened: boolean) => void} */
	#opened = () => {};

	/**
	 * @param {object} options
	 * @param {typeof globalThis.WebSocket} options.WebSocket
	 * @param {string} options.url
	 * @param {number} options.open_ms  how long the hello may take
	 * @param {(frame: ServerFrame, socket: LiveSocket) => void
	 *     } options.onFrame
	 *     gets all frames except hello, bye and answers
	 */
	constructor({ WebSocket, url, open_ms, onFrame }) {
		this.onFrame = onFrame;
		/**
		 * True at the hello, false if the socket ends before.
		 * @type {Promise<boolean>}
		 */
		this.opened = new Promise((resolve) => {
			this.#opened = resolve;
		});
		/** @type {Promise<SocketEnd>} */
		this.ended = new Promise((resolve) => {
			this.#ended = resolve;
		});
		this.#silence = setTimeout(() => this.close(), open_ms);
		try {
			this.ws = new WebSocket(url, ['imcloud.v1']);
		} catch {
			/* a Content-Security-Policy may forbid it */
			this.ws = null;
			queueMicrotask(() => this.#end(1006));
			return;
		}
		this.ws.onmessage = (event) => this.#take(event.data);
		this.ws.onclose = (event) => this.#end(event.code);
		this.ws.onerror = () => {};
	}

	/**
	 * @param {import('./types.js').ClientFrame} frame
	 * @returns {boolean} was it sent?
	 */
	send(frame) {
		if (this.hello === null || this.ws?.readyState !== 1)
			return false;
		this.ws.send(JSON.stringify(frame));
		return true;
	}

	/**
	 * @param {string} method
	 * @param {string} path
	 * @param {{body?: object, headers?: Object<string, string>}} options
	 * @returns {Promise<import('./http.js').Answer>}
	 */
	request(method, path, { body, headers } = {}) {
		const id = ++this.#last_id;

		return new Promise((resolve, reject) => {
			if (!this.send({ id, method, path, headers, body })) {
				reject(new NetworkError('not connected'));
				return;
			}
			const timer = setTimeout(() => {
				this.#requests.delete(id);
				reject(new NetworkError('no answer'));
			}, REQUEST_MS);

			this.#requests.set(id, { resolve, reject, timer });
		});
	}

	/** Pings the server, and closes the socket if there is no answer. */
	probe(within_ms = 4000) {
		if (!this.send({ ping: ++this.#last_ping }))
			return;
		this.#watch(within_ms);
	}

	/** Ends it at once, even if the network is dead. */
	close(code = 1000) {
		if (this.ws) {
			this.ws.onmessage = null;
			this.ws.onclose = null;
			try {
				this.ws.close(code);
			} catch {
				/* it was not open */
			}
		}
		this.#end(1006);
	}

	/** @param {number} ms */
	#watch(ms) {
		clearTimeout(this.#silence);
		this.#silence = setTimeout(() => this.close(), ms);
	}

	/** @param {string} data */
	#take(data) {
		/** @type {ServerFrame} */
		let frame;

		try {
			frame = JSON.parse(data);
		} catch {
			return;
		}
		if (frame.hello) {
			this.hello = frame.hello;
			this.#hello_at = performance.now();
		}
		if (this.hello)
			this.#watch(this.hello.heartbeat_s * 1000
				* SILENT_BEATS);
		if (frame.hello)
			this.#opened(true);
		else if (frame.bye)
			this.#bye = frame.bye;
		else if (frame.id !== undefined)
			this.#answer(frame.id, frame);
		else
			this.onFrame(frame, this);
	}

	/** @param {number} id @param {ServerFrame} frame */
	#answer(id, { status = 0, body, error }) {
		const request = this.#requests.get(id);

		if (request === undefined)
			return;
		this.#requests.delete(id);
		clearTimeout(request.timer);
		if (error)
			request.reject(new Problem(error.status, error));
		else if (status >= 400)
			request.reject(new Problem(status, body));
		else
			request.resolve({ status, body });
	}

	/** @param {number} code */
	#end(code) {
		clearTimeout(this.#silence);
		for (const { reject, timer } of this.#requests.values()) {
			clearTimeout(timer);
			reject(new NetworkError('the connection ended'));
		}
		this.#requests.clear();
		this.#opened(false);
		this.#ended({
			code,
			bye: this.#bye,
			lived_ms: this.#hello_at
				? Math.max(1, performance.now() - this.#hello_at) : 0,
		});
	}
}
