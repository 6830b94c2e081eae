/**
 * The service worker, as the pages see it: it is registered, told what it has to
 * know, and answered. A page works without one, too.
 */

/** @typedef {{conv_id?: string, conv_index?: number, user_index?: number,
 *     stream_id?: string}} News   what a notification is of */

/**
 * @typedef {object} Hooks
 * @property {(conv_id: string) => boolean} shows  is the chat in sight?
 * @property {(news: News, user_id?: string) => boolean} open  shows it;
 *     false: cannot, as it is another user's
 * @property {(reload: () => void) => void} newer  another version is there
 */

const ASK_MS = 2000;
const LOOK_MS = 3600000;

/** @type {Promise<ServiceWorkerRegistration|null>|null} */
let registered = null;
/** @type {Hooks|null} of the user who is signed in */
let hooks = null;
let looked_at = 0;

/** Is the browser able to, and the page secure? */
const isPossible = () => 'serviceWorker' in navigator && isSecureContext;

/**
 * @param {ServiceWorker|null|undefined} worker
 * @param {{[name: string]: unknown}} question  by `kind`
 * @returns {Promise<unknown>} undefined: no answer
 */
function ask(worker, question) {
	return new Promise((resolve) => {
		const { port1, port2 } = new MessageChannel();

		setTimeout(() => resolve(undefined), ASK_MS);
		port1.onmessage = ({ data }) => resolve(data);
		if (worker)
			worker.postMessage(question, [port2]);
		else
			resolve(undefined);
	});
}

/** @param {MessageEvent} event  of the worker */
function answer({ data, ports: [port] }) {
	if (data?.kind === 'shows')
		port?.postMessage(document.visibilityState === 'visible'
			&& document.hasFocus()
			&& hooks?.shows(data.conv_id) === true);
	else if (data?.kind === 'open')
		port?.postMessage(hooks?.open(data.news,
			data.user_id) === true);
}

/** @param {ServiceWorkerRegistration} registration */
async function offer({ waiting, active }) {
	if (!waiting || !active)
		return;
	/* if no other page is open, this one is loaded again at once */
	if (document.visibilityState === 'hidden'
		&& await ask(waiting, { kind: 'take_over' }) === true)
		return;
	hooks?.newer(() => ask(waiting, { kind: 'take_over', all: true }));
}

/** @param {ServiceWorkerRegistration} registration */
function followUpdates(registration) {
	registration.addEventListener('updatefound', () => {
		const fresh = registration.installing;

		fresh?.addEventListener('statechange', () => {
			if (fresh.state === 'installed')
				offer(registration);
		});
	});
	document.addEventListener('visibilitychange', () => {
		if (document.visibilityState === 'hidden') {
			offer(registration);
		} else if (Date.now() - looked_at > LOOK_MS) {
			looked_at = Date.now();
			registration.update().catch(() => {
				/* without a connection there is none */
			});
		}
	});
}

/**
 * Before the app starts: a newer version that waits takes over now, if this is
 * the only page. Then the page is loaded again, and the promise stays open.
 */
export async function takeOver() {
	if (!isPossible())
		return;

	const { serviceWorker } = navigator;
	const had = serviceWorker.controller;

	serviceWorker.addEventListener('message', answer);
	serviceWorker.addEventListener('controllerchange', () => {
		if (had)
			location.reload();
	});

	const waiting = had && (await serviceWorker.getRegistration())?.waiting;

	if (waiting && await ask(waiting, { kind: 'take_over' }) === true)
		await new Promise(() => {});
}

/**
 * Registers the worker, once.
 *
 * @returns {Promise<ServiceWorkerRegistration|null>} when it is active; null:
 *     there is none
 */
export function startWorker() {
	registered ??= (async () => {
		if (!isPossible())
			return null;
		try {
			const made = await navigator.serviceWorker
				.register('sw.js', { updateViaCache: 'none' });

			looked_at = Date.now();
			followUpdates(made);
			return await navigator.serviceWorker.ready;
		} catch {
			/* the browser forbids it, or files did not arrive */
			registered = null;
			return null;
		}
	})();
	return registered;
}

/** @returns {Promise<ServiceWorkerRegistration|undefined>} if there is one yet */
export const theWorker = async () => isPossible()
	? navigator.serviceWorker.getRegistration() : undefined;

/** @param {Hooks|null} of  the user who is signed in; null: nobody */
export function setHooks(of) {
	hooks = of;
}

/** @param {{[name: string]: unknown}} question  of an active worker */
export const tell = async (question) => ask((await theWorker())?.active,
	question);
