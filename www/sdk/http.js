import { ServerClock } from './clock.js';
import { NetworkError, Problem } from './problem.js';

/** @typedef {Object<string, string|number|boolean|undefined|null>} Query */

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {unknown} body  undefined where there is none
 */

/**
 * A path with its query; members without a value are left out.
 *
 * @param {string} path
 * @param {Query} [query]
 * @returns {string}
 */
export function withQuery(path, query = {}) {
	const parts = Object.entries(query)
		.filter(([, value]) => value !== undefined && value !== null)
		.map(([name, value]) => encodeURIComponent(name) + '='
			+ encodeURIComponent(String(value)));

	return parts.length ? `${path}?${parts.join('&')}` : path;
}

/** @param {string} url @returns {string} without slashes at the end */
function withoutSlashes(url) {
	let end = url.length;

	while (url[end - 1] === '/')
		end--;
	return url.slice(0, end);
}

/** @param {string|null} value of Retry-After, seconds */
function retryAfter(value) {
	const seconds = value === null ? NaN : Number(value);

	return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/** @param {Response} response @returns {Promise<unknown>} */
async function parse(response) {
	const text = await response.text();
	const type = response.headers.get('Content-Type') ?? '';

	if (text === '' || !/^application\/(problem\+)?json/i.test(type))
		return undefined;
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new NetworkError('the answer was cut off', error);
	}
}

/** JSON requests over fetch. Problems are thrown. */
export class Http {
	/** @type {string|null} */
	token = null;
	clock = new ServerClock();

	/**
	 * @param {object} [options]
	 * @param {string} [options.base_url]  '' is the page's own origin
	 * @param {typeof globalThis.fetch} [options.fetch]
	 * @param {number} [options.timeout_ms]
	 */
	constructor({ base_url = '', fetch = undefined,
		timeout_ms = 20000 } = {}) {
		this.base_url = withoutSlashes(base_url);
		this.fetch = fetch ?? ((...args) => globalThis.fetch(...args));
		this.timeout_ms = timeout_ms;
	}

	/**
	 * @param {string} method
	 * @param {string} path      with its query
	 * @param {object} [options]
	 * @param {object} [options.body]
	 * @param {Object<string, string>} [options.headers]
	 * @param {AbortSignal} [options.signal]
	 * @param {number} [options.timeout_ms]
	 * @returns {Promise<Answer>}
	 */
	async request(method, path, options = {}) {
		const abort = new AbortController();
		const stop = () => abort.abort();
		const timer = setTimeout(stop,
			options.timeout_ms ?? this.timeout_ms);

		options.signal?.addEventListener('abort', stop, { once: true });
		if (options.signal?.aborted)
			stop();
		try {
			return await this.#exchange(method, path, options,
				abort.signal);
		} catch (error) {
			if (error instanceof Problem
				|| error instanceof NetworkError)
				throw error;
			throw new NetworkError('no answer', error);
		} finally {
			clearTimeout(timer);
			options.signal?.removeEventListener('abort', stop);
		}
	}

	/**
	 * @param {string} method
	 * @param {string} path
	 * @param {{body?: object, headers?: Object<string, string>}} options
	 * @param {AbortSignal} signal
	 * @returns {Promise<Answer>}
	 */
	async #exchange(method, path, { body, headers }, signal) {
		/** @type {Object<string, string>} */
		const sent = { Accept: 'application/json', ...headers };

		if (this.token !== null)
			sent.Authorization = `Bearer ${this.token}`;
		if (body !== undefined)
			sent['Content-Type'] = 'application/json';

		const response = await this.fetch(this.base_url + path, {
			method,
			headers: sent,
			body: body === undefined ? undefined
				: JSON.stringify(body),
			cache: 'no-store',
			credentials: 'omit',
			redirect: 'error',
			signal,
		});
		const date = Date.parse(response.headers.get('Date') ?? '');
		const answer = await parse(response);

		/* whole seconds: a live connection knows better */
		if (!this.clock.is_known && date)
			this.clock.learn(date + 500);
		if (!response.ok)
			throw new Problem(response.status, answer, retryAfter(
				response.headers.get('Retry-After')));
		return { status: response.status, body: answer };
	}
}
