import { Client, randomId } from '../sdk/index.js';
import { Messenger } from './messenger.js';
import { chatName, errorText, messageText, personName } from './naming.js';
import { forgetDrafts, loginKey, saveLogin, savedLogin, wantsNotifications }
	from './preferences.js';
import { t } from './strings.js';
import { keepFocus } from './view/focus_keeper.js';
import { showLogin } from './view/login.js';
import { Shell } from './view/shell.js';
import { toast } from './view/toast.js';
import { appOfAddress, appOfPage } from './which_app.js';

/** @typedef {import('../sdk/types.js').User} User */
/** @typedef {import('../sdk/types.js').Entry} Entry */

const NOTIFIED_MAX = 100;

const root = /** @type {Element} */ (document.getElementById('app'));

/** @param {string} [notice]  why the user has to sign in again */
function signedOut(notice = '') {
	const client = new Client({ app: appOfAddress() ?? appOfPage() });

	document.title = t.app;
	showLogin(root, client, notice, ({ token, user }) => {
		saveLogin({ token, user });
		signedIn(client, user);
	});
}

/** @param {Client} client @param {User} user */
function signedIn(client, user) {
	const messenger = new Messenger(client, user);
	const shell = new Shell(root, messenger, () => logOut());
	const away = new AbortController();
	const leave = () => {
		away.abort();
		shell.close();
		messenger.stop();
	};
	const logOut = async () => {
		forgetDrafts(user.user_id);
		try {
			await messenger.logOut();
		} catch (error) {
			toast(errorText(error), 'error');
		}
		leave();
		saveLogin(null);
		history.replaceState(null, '',
			location.pathname + location.search);
		signedOut();
	};

	messenger.listen((topics) => {
		if (!topics.has('ended') || away.signal.aborted)
			return;
		leave();
		ended(client, messenger.ended);
	});
	/* another tab logged out, and ended the session that both share */
	window.addEventListener('storage', (event) => {
		if (event.key === loginKey() && event.newValue === null)
			messenger.end('logged_out');
	}, { signal: away.signal });
	shell.onNews = (entry, chat, note) =>
		notify(messenger, entry, chat, note);
	messenger.onWithdrawn = (conv_id, conv_index) => {
		notified.get(`${conv_id}.${conv_index}`)?.close();
		notified.delete(`${conv_id}.${conv_index}`);
	};
	messenger.start();
}

/**
 * The session is over. If another tab has started a new one, this tab uses it;
 * otherwise the user has to sign in again.
 *
 * @param {Client} client @param {string} reason
 */
function ended(client, reason) {
	const saved = savedLogin();

	if (saved && saved.token !== client.token) {
		signedIn(new Client({ token: saved.token }), saved.user);
		return;
	}
	saveLogin(null);
	signedOut(reasonText(reason));
}

/** @param {string} reason */
function reasonText(reason) {
	return Object.hasOwn(t.ended, reason)
		? t.ended[/** @type {keyof typeof t.ended} */ (reason)]
		: t.ended.expired;
}

/**
 * The newest notifications, by message: one that is deleted takes its own away.
 *
 * @type {Map<string, Notification>}
 */
const notified = new Map();

/**
 * @param {Messenger} m
 * @param {Entry} entry
 * @param {import('./model/chats.js').Chat} chat
 * @param {string} [note]  why the user is reminded of it
 */
function notify(m, entry, chat, note = '') {
	if (!wantsNotifications() || !('Notification' in globalThis)
		|| Notification.permission !== 'granted'
		|| (chat.me.muted_until ?? 0) > Date.now()
		|| chat.me.notify === 'none' || m.own.settings.isQuiet
		|| (chat.me.notify === 'mentions' && !entry.mention_all
			&& !entry.mentions?.includes(m.me))
		|| entry.flags?.includes('silent'))
		return;

	const name = chatName(m, chat);
	const text = [note, messageText(entry)].filter(Boolean).join('\n');

	try {
		const shown = new Notification(name, {
			body: chat.conversation.kind === 'direct' ? text
				: t.chat.announce(personName(m,
					entry.sender_id), text),
			tag: `${chat.conversation.conv_id}.${randomId()}`,
		});

		notified.set(`${entry.conv_id}.${entry.conv_index}`, shown);
		for (const old of [...notified.keys()].slice(0,
			-NOTIFIED_MAX))
			notified.delete(old);
		shown.onclick = () => {
			window.focus();
			location.hash = `#/c/${chat.conversation.conv_id}`;
			shown.close();
		};
	} catch {
		/* some mobile browsers allow them only to service workers */
	}
}

export function start() {
	const login = savedLogin();

	keepFocus();
	if (login)
		signedIn(new Client({ token: login.token }), login.user);
	else
		signedOut();
}
