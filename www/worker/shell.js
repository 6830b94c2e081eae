/*
 * The offline shell: the files of the client, of one version, in one cache.
 *
 * Invariant: a page gets all its files from one version. A version is fetched
 * as a whole when its worker is installed (each file is compared with the hash
 * in sw-files.js, so that a half-finished copy on the server fails and is tried
 * again later), takes over as a whole, and the pages that it takes over are
 * loaded again. Nothing else is ever stored: answers of the API, tokens and
 * what other servers say pass by.
 */

const PREFIX = 'imcloud-';
const CACHE = PREFIX + VERSION;
const PAGE = './';

/** @param {string} path @returns {Request} */
function fresh(path) {
	/* an operator names the app in the page, so it has other hashes */
	return new Request(path, { cache: 'no-cache', credentials: 'omit',
		redirect: 'error',
		integrity: path === PAGE ? '' : FILES[path] });
}

/** Installs this version, or fails as a whole. */
async function fillCache() {
	const cache = await caches.open(CACHE);

	try {
		await Promise.all(Object.keys(FILES).map(async (path) => {
			const answer = await fetch(fresh(path));

			if (!answer.ok)
				throw new Error(`${path}: ${answer.status}`);
			await cache.put(path, answer);
		}));
	} catch (error) {
		await caches.delete(CACHE);
		throw error;
	}
}

/** This version is the active one: the others go. */
async function dropOldCaches() {
	const names = await caches.keys();

	await Promise.all(names.filter((name) => name.startsWith(PREFIX)
		&& name !== CACHE).map((name) => caches.delete(name)));
}

/**
 * Which file of the client a request is for; null: it is none of our business.
 *
 * @param {Request} request
 * @returns {string|null}
 */
function fileOf(request) {
	const { origin, pathname } = new URL(request.url);
	const scope = new URL(registration.scope);

	if (request.method !== 'GET' || origin !== scope.origin
		|| !pathname.startsWith(scope.pathname))
		return null;

	const path = pathname.slice(scope.pathname.length);

	if (request.mode === 'navigate')
		return path === '' || path === 'index.html' ? PAGE : null;
	return path !== '' && Object.hasOwn(FILES, path) ? path : null;
}

/**
 * The file of this version. If the browser has dropped it, and the server has
 * another version, the hash makes this fail instead of mixing them.
 *
 * @param {string} path
 * @returns {Promise<Response>}
 */
async function stored(path) {
	return await (await caches.open(CACHE)).match(path)
		?? fetch(fresh(path));
}

/**
 * An operator may have changed the page, which has no hash. It is read again
 * after it was shown, if the server has no newer version.
 */
async function followPage() {
	try {
		await registration.update();
		if (registration.installing || registration.waiting)
			return;

		const answer = await fetch(fresh(PAGE));

		if (answer.ok)
			await (await caches.open(CACHE)).put(PAGE, answer);
	} catch {
		/* without a connection it stays as it is */
	}
}

/** @param {string|undefined} [except]  the id of a client */
async function otherWindows(except) {
	const all = await clients.matchAll({ type: 'window',
		includeUncontrolled: true });

	return all.filter(({ id }) => id !== except);
}

/**
 * This version waits, and a page asks it to take over: at once if `all` (the
 * user wants it), otherwise only if no other page is open.
 *
 * @param {string|undefined} id  of the page
 * @param {boolean} all
 * @returns {Promise<boolean>} does it?
 */
async function takeOver(id, all) {
	if (!all && (await otherWindows(id)).length > 0)
		return false;
	await skipWaiting();
	return true;
}
