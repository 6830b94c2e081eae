/** @typedef {'details'|'search'|'starred'|'reminders'|'contacts'} PanelName */

/**
 * @typedef {object} Route   what the address of the page shows
 * @property {string|null} conv_id
 * @property {PanelName|null} panel  beside the chat, or over it
 */

const FORM = new RegExp('^#/(?:c/([0-9]{1,19})(?:/|$))?'
	+ '(details|search|starred|reminders|contacts)?$');

/** @param {string} hash @returns {Route} */
export function routeOf(hash) {
	const [, conv_id = null, panel = null] = FORM.exec(hash) ?? [];

	return { conv_id, panel: panel === 'details' && conv_id === null ? null
		: /** @type {PanelName|null} */ (panel) };
}

/** @param {Partial<Route>} route */
export const hashOf = ({ conv_id = null, panel = null }) => `#/${
	[conv_id && `c/${conv_id}`, panel].filter(Boolean).join('/')}`;

const INVITE = /^#\/invite\/([\w-]{1,64})$/;

/** @param {string} hash @returns {string|null} a code with which users come in */
export const inviteOf = (hash) => INVITE.exec(hash)?.[1] ?? null;

const JOIN = /^#\/join\/([0-9]{1,19})$/;

/** @param {string} hash @returns {string|null} a group that lets people in */
export const joinOf = (hash) => JOIN.exec(hash)?.[1] ?? null;

/** @param {string} conv_id */
export const joinHash = (conv_id) => `#/join/${conv_id}`;

/**
 * What somebody has typed to come into a group: its id, or a link.
 *
 * @param {string} text
 * @returns {{conv_id: string}|{code: string}|null}
 */
export function entranceOf(text) {
	const id = /^[0-9]{1,19}$/.exec(text.trim())?.[0];
	const hash = /#.*$/.exec(text.trim())?.[0] ?? '';
	const conv_id = id ?? joinOf(hash) ?? routeOf(hash).conv_id;
	const code = inviteOf(hash);

	return conv_id ? { conv_id } : code ? { code } : null;
}
