/** @typedef {import('./types.js').ProblemBody} ProblemBody */

/** @param {unknown} body @returns {body is ProblemBody} */
function isProblemBody(body) {
	return typeof body === 'object' && body !== null && 'code' in body
		&& typeof body.code === 'string';
}

/** The server refused the request (RFC 9457). */
export class Problem extends Error {
	/**
	 * @param {number} status
	 * @param {unknown} body    the parsed answer, if it was a problem
	 * @param {number} [retry_after_ms] of the header, if the body has none
	 */
	constructor(status, body, retry_after_ms) {
		const known = isProblemBody(body);

		super(known ? body.detail || body.title || body.code
			: `HTTP status ${status}`);
		this.name = 'Problem';
		this.status = status;
		/**
		 * `http_NNN` if the answer is not from imcloud, but for
		 * example from a web server whose service is down.
		 * @type {string}
		 */
		this.code = known ? body.code : `http_${status}`;
		/** @type {string|undefined} */
		this.field = known ? body.field : undefined;
		/** @type {number|undefined} */
		this.retry_after_ms = known && body.retry_after_ms !== undefined
			? body.retry_after_ms : retry_after_ms;
		/** @type {string|undefined} */
		this.request_id = known ? body.request_id : undefined;
	}
}

/** No answer came: whether the request took effect is unknown. */
export class NetworkError extends Error {
	/** @param {string} message @param {unknown} [cause] */
	constructor(message, cause) {
		super(message);
		this.name = 'NetworkError';
		this.cause = cause;
	}
}

/**
 * May the same request succeed later?
 *
 * @param {unknown} error
 * @returns {boolean}
 */
export function isTemporary(error) {
	if (error instanceof NetworkError)
		return true;
	return error instanceof Problem && (error.status >= 500
		|| error.status === 429 || error.status === 408
		/* a 404 without a problem: a web server without its service */
		|| error.code === 'http_404');
}
