/*
 * What the worker has to remember: it is stopped whenever it has nothing to do.
 *
 * `session`: the token and device of the user who turned pushes on, with which
 * the worker answers from a notification and registers a subscription that the
 * browser has changed; and the texts of their language. It is in IndexedDB, as a
 * worker has no localStorage, and a cache is no place for what is no answer of a
 * server. That adds no reader: the page keeps the same token in localStorage, and
 * both belong to this origin alone. It is there only while pushes are on, and
 * goes when the session ends: by the page, or when the server refuses the token.
 *
 * `replies`: what was answered from notifications, until the server has it.
 */

/**
 * @typedef {object} Session
 * @property {string} token
 * @property {string} user_id
 * @property {string} device_id
 * @property {string} page    the client's address: '?app=...' or ''
 * @property {string} locale
 * @property {{reply: string, reply_hint: string, failed: string,
 *     later: string}} texts
 *
 * @typedef {object} Reply
 * @property {string} client_msg_id
 * @property {string} user_id
 * @property {string} conv_id
 * @property {string} text
 */

/** @returns {Promise<IDBDatabase>} */
function openStore() {
	return new Promise((resolve, reject) => {
		const asked = indexedDB.open('imcloud-worker', 1);

		asked.onupgradeneeded = () => {
			asked.result.createObjectStore('session');
			asked.result.createObjectStore('replies',
				{ keyPath: 'client_msg_id' });
		};
		asked.onsuccess = () => resolve(asked.result);
		asked.onerror = () => reject(asked.error);
	});
}

/**
 * One transaction; it is durable when this resolves.
 *
 * @template T
 * @param {'session'|'replies'} name
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
async function inStore(name, mode, act) {
	const db = await openStore();

	try {
		return await new Promise((resolve, reject) => {
			const work = db.transaction(name, mode);
			const asked = act(work.objectStore(name));

			work.oncomplete = () => resolve(asked.result);
			work.onabort = () => reject(work.error);
		});
	} finally {
		db.close();
	}
}

/** @returns {Promise<Session|undefined>} */
const savedSession = () => inStore('session', 'readonly',
	(store) => store.get('now'));

/** @param {Session|null} session  null: logged out */
async function saveSession(session) {
	if (session) {
		await inStore('session', 'readwrite', (store) =>
			store.put(session, 'now'));
		return;
	}
	await inStore('session', 'readwrite', (store) => store.clear());
	await inStore('replies', 'readwrite', (store) => store.clear());
}

/** @returns {Promise<Reply[]>} */
const savedReplies = () => inStore('replies', 'readonly',
	(store) => store.getAll());

/** @param {Reply} reply */
const saveReply = (reply) => inStore('replies', 'readwrite',
	(store) => store.put(reply));

/** @param {string} client_msg_id */
const dropReply = (client_msg_id) => inStore('replies', 'readwrite',
	(store) => store.delete(client_msg_id));

/** Of API calls: the server has said no. */
class Refused extends Error {}

/**
 * @param {Session} session
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<{[name: string]: unknown}>}
 */
async function api(session, method, path, body) {
	const answer = await fetch(path, {
		method,
		headers: {
			Accept: 'application/json',
			Authorization: `Bearer ${session.token}`,
			...body && { 'Content-Type': 'application/json' },
		},
		body: body && JSON.stringify(body),
		cache: 'no-store',
		credentials: 'omit',
		redirect: 'error',
	});

	if (answer.status === 401)
		await saveSession(null);
	if (answer.status >= 400 && answer.status < 500
		&& answer.status !== 408 && answer.status !== 429)
		throw new Refused(`${path}: ${answer.status}`);
	if (!answer.ok)
		throw new Error(`${path}: ${answer.status}`);
	return answer.status === 204 ? {} : answer.json();
}
