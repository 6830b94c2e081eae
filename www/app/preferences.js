import { randomId } from '../sdk/index.js';
import { appOfAddress } from './which_app.js';

/** @typedef {import('../sdk/types.js').User} User */

/**
 * What the browser stores for this page: the login, the device id, drafts,
 * choices. If it forbids storage, everything lasts as long as the page.
 */

/** @type {Map<string, string>} */
const fallback = new Map();

const PREFIX = 'imcloud.';

/** @param {string} key @returns {string|null} */
function get(key) {
	try {
		return localStorage.getItem(PREFIX + key);
	} catch {
		return fallback.get(key) ?? null;
	}
}

/** @param {string} key @param {string|null} value */
function set(key, value) {
	try {
		if (value === null)
			localStorage.removeItem(PREFIX + key);
		else
			localStorage.setItem(PREFIX + key, value);
	} catch {
		if (value === null)
			fallback.delete(key);
		else
			fallback.set(key, value);
	}
}

/** @returns {string} fixed for this installation */
export function deviceId() {
	let id = get('device');

	/* device ids allow no more than A-Z a-z 0-9 . _ - */
	if (id === null || !/^[A-Za-z0-9._-]{1,64}$/.test(id)) {
		id = randomId();
		set('device', id);
	}
	return id;
}

const BROWSERS = [['Edge', /\bEdg/], ['Opera', /\bOPR\//],
	['Firefox', /\b(Firefox|FxiOS)\//], ['Chrome', /\b(Chrome|CriOS)\//],
	['Safari', /\bSafari\//]];
const SYSTEMS = [['Android', /Android/], ['iPhone', /iPhone/],
	['iPad', /iPad/], ['Windows', /Windows/], ['Mac', /Mac OS X/],
	['Linux', /Linux|X11/]];

/** @returns {string|undefined} "Firefox, Linux": for the list of devices */
export function deviceName() {
	const named = [BROWSERS, SYSTEMS].flatMap((list) => {
		const found = list.find(([, pattern]) =>
			/** @type {RegExp} */ (pattern).test(
				navigator.userAgent));

		return found ? [found[0]] : [];
	});

	return named.length > 0 ? named.join(', ') : undefined;
}

/** Each app that an address names has a log-in of its own. */
const login = () => ['login', appOfAddress()].filter(Boolean).join('.');

/** @returns {string} where the storage has the log-in of this page */
export const loginKey = () => PREFIX + login();

/** @returns {{token: string, user: User}|null} */
export function savedLogin() {
	try {
		const saved = JSON.parse(get(login()) ?? 'null');

		return saved?.token && saved?.user?.user_id ? saved : null;
	} catch {
		return null;
	}
}

/** @param {{token: string, user: User}|null} made */
export function saveLogin(made) {
	set(login(), made && JSON.stringify(made));
}

/** The app that somebody typed when they signed in here last. */
export const typedApp = () => get('app') ?? '';

/** @param {string} name */
export function saveTypedApp(name) {
	set('app', name || null);
}

/**
 * A draft that the server does not have yet; text null: it has it.
 *
 * @param {string} me
 * @param {string} conv_id
 * @param {string|null} text
 * @param {number} [version]
 */
export function saveDraft(me, conv_id, text, version = 0) {
	set(`draft.${me}.${conv_id}`, text === null ? null
		: JSON.stringify([text, version]));
}

/** @param {string} me @returns {string[]} keys */
function draftKeys(me) {
	const prefix = `${PREFIX}draft.${me}.`;

	try {
		return Object.keys(localStorage).filter((key) =>
			key.startsWith(prefix));
	} catch {
		return [];
	}
}

/** @param {string} me @returns {[string, string, number][]} with conv_ids */
export function savedDrafts(me) {
	return draftKeys(me).flatMap((key) => {
		try {
			const [text, version] = JSON.parse(
				localStorage.getItem(key) ?? '');

			return typeof text === 'string'
				&& Number.isSafeInteger(version)
				? [[key.split('.').at(-1) ?? '', text, version]]
				: [];
		} catch {
			return [];
		}
	});
}

/** @param {string} me */
export function forgetDrafts(me) {
	for (const key of draftKeys(me))
		localStorage.removeItem(key);
	fallback.clear();
}

export const wantsNotifications = () => get('notifications') === 'yes';

/** @param {boolean} yes */
export function setWantsNotifications(yes) {
	set('notifications', yes ? 'yes' : null);
}
