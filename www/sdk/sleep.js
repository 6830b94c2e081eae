/** @typedef {ReturnType<typeof setTimeout>|undefined} Timer */

/**
 * @param {number} ms
 * @param {AbortSignal} signal  ends the sleep early
 * @returns {Promise<void>}
 */
export function sleep(ms, signal) {
	return new Promise((resolve) => {
		const done = () => {
			clearTimeout(timer);
			signal.removeEventListener('abort', done);
			resolve();
		};
		const timer = setTimeout(done, ms);

		signal.addEventListener('abort', done);
		if (signal.aborted)
			done();
	});
}
