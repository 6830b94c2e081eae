/** The service worker of a page, and pushes to it as a push service brings them. */

import { until } from './wait.mjs';

/** @typedef {import('playwright-core').Page} Page */

/**
 * @param {Page} page
 * @param {string} url  of the stack
 */
export async function workerOf(page, url) {
	const { origin } = new URL(url);
	const context = page.context();
	const cdp = await context.newCDPSession(page);
	/** @type {string|undefined} */
	let registrationId;

	cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
		for (const one of registrations)
			if (!one.isDeleted && one.scopeURL === `${origin}/`)
				({ registrationId } = one);
	});
	await cdp.send('ServiceWorker.enable');
	await until(() => registrationId);
	await page.evaluate(async () => {
		await navigator.serviceWorker.ready;
	});

	/** The one that runs; what it is asked wakes it up. */
	const running = () => context.serviceWorkers().find((one) =>
		one.url() === `${origin}/sw.js`);

	return {
		/** @param {object} news  the data of a push */
		push: (news) => cdp.send('ServiceWorker.deliverPushMessage', {
			origin, registrationId, data: JSON.stringify(news) }),
		/** Stops it, as a browser does when it has nothing to do. */
		stop: () => cdp.send('ServiceWorker.stopAllWorkers'),
		/**
		 * In the worker, whose functions are global.
		 *
		 * @param {string|Function} what
		 * @param {unknown} [given]
		 */
		async run(what, given = undefined) {
			await cdp.send('ServiceWorker.startWorker', {
				scopeURL: `${origin}/` });
			await until(running);
			return running().evaluate(what, given);
		},
		/** What the user sees, the newest last. */
		notices: () => page.evaluate(async () => (await (await navigator
			.serviceWorker.ready).getNotifications()).map((one) =>
			({ title: one.title, body: one.body, tag: one.tag,
				...one.data, actions: one.actions.map((act) =>
					act.action) }))),
	};
}
