/*
 * The service worker: the files of the client without a connection, and pushes
 * while no page is open. It is a classic script, as not every browser has
 * service workers that are modules, and has no texts: the page gives them.
 *
 * The browser compares it and what it imports with the server's; VERSION, which
 * is made of all files, changes with each of them.
 */

importScripts('sw-files.js', 'worker/shell.js', 'worker/store.js',
	'worker/notices.js');

/* --- the shell --------------------------------------------------------- */

addEventListener('install', (event) => event.waitUntil(fillCache()));
addEventListener('activate', (event) => event.waitUntil(dropOldCaches()));
addEventListener('fetch', (event) => {
	const path = fileOf(event.request);

	if (path === null)
		return;
	event.respondWith(stored(path));
	if (path === PAGE)
		event.waitUntil(followPage());
});

/* --- pushes ------------------------------------------------------------ */

addEventListener('push', (event) => event.waitUntil(pushed(event.data)));
addEventListener('notificationclick', (event) => event.waitUntil(clicked(
	event.notification, event.action, 'reply' in event
		? /** @type {string|null} */ (event.reply) : null)));
addEventListener('pushsubscriptionchange', (event) => {
	const { newSubscription = null } = /** @type {{newSubscription?:
		PushSubscription|null}} */ (/** @type {unknown} */ (event));

	/** @type {ExtendableEvent} */ (event).waitUntil(
		resubscribe(newSubscription));
});

/* --- pages ------------------------------------------------------------- */

/**
 * What a page asks, each with the answer.
 *
 * @type {{[kind: string]: (asked: {[name: string]: unknown}, id?: string)
 *     => unknown}}
 */
const questions = {
	session: ({ session }) => saveSession(
		/** @type {Session|null} */ (session)),
	replies: ({ user_id }) => handOver(String(user_id)),
	take_over: ({ all }, id) => takeOver(id, all === true),
};

addEventListener('message', (event) => {
	const { data, source, ports: [port] } = event;
	const answer = questions[data?.kind];

	if (answer)
		event.waitUntil((async () => port?.postMessage(await answer(data,
			source instanceof Client ? source.id
				: undefined) ?? null))());
});
