import { randomId } from '../sdk/index.js';

/** @typedef {import('../sdk/types.js').User} User */

/**
 * What the browser stores for this page: the login, the device id, drafts,
 * choices. If it forbids storage, everything lasts as long as the page.
 */

/** @type {Map<string, string>} */
const fallback = new Map();

/** @param {string} key @returns {string|null} */
function get(key) {
	try {
		return localStorage.getItem(`imcloud.${key}`);
	} catch {
		return fallback.get(key) ?? null;
	}
}

/** @param {string} key @param {string|null} value */
function set(key, value) {
	try {
		if (value === null)
			localStorage.removeItem(`imcloud.${key}`);
		else
			localStorage.setItem(`imcloud.${key}`, value);
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

/** @returns {{token: string, user: User}|null} */
export function savedLogin() {
	try {
		const login = JSON.parse(get('login') ?? 'null');

		return login?.token && login?.user?.user_id ? login : null;
	} catch {
		return null;
	}
}

/** @param {{token: string, user: User}|null} login */
export function saveLogin(login) {
	set('login', login && JSON.stringify(login));
}

/** @param {string} me @param {string} conv_id */
export const draft = (me, conv_id) => get(`draft.${me}.${conv_id}`) ?? '';

/** @param {string} me @param {string} conv_id @param {string} text */
export function saveDraft(me, conv_id, text) {
	set(`draft.${me}.${conv_id}`, text || null);
}

/** @param {string} me */
export function forgetDrafts(me) {
	const prefix = `imcloud.draft.${me}.`;

	try {
		for (const key of Object.keys(localStorage))
			if (key.startsWith(prefix))
				localStorage.removeItem(key);
	} catch {
		/* there are none */
	}
	fallback.clear();
}

export const wantsNotifications = () => get('notifications') === 'yes';

/** @param {boolean} yes */
export function setWantsNotifications(yes) {
	set('notifications', yes ? 'yes' : null);
}
