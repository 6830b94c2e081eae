import { Client } from '../sdk/index.js';
import { Messenger } from './messenger.js';
import { errorText } from './naming.js';
import { Notices } from './notices.js';
import { forgetDrafts, loginKey, saveLogin, savedLogin } from './preferences.js';
import { forgetSession } from './pushes.js';
import { t } from './strings.js';
import { keepFocus } from './view/focus_keeper.js';
import { showLogin } from './view/login.js';
import { Shell } from './view/shell.js';
import { toast } from './view/toast.js';
import { appOfAddress, appOfPage } from './which_app.js';
import { setHooks, takeOver } from './worker.js';

/** @typedef {import('../sdk/types.js').User} User */

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
	const notices = new Notices(messenger);
	const away = new AbortController();
	const leave = () => {
		away.abort();
		setHooks(null);
		notices.close();
		shell.close();
		messenger.stop();
	};
	const logOut = async () => {
		forgetDrafts(user.user_id);
		await forgetSession();
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
	shell.onNews = (entry, chat, note) => notices.show(entry, chat, note);
	messenger.onWithdrawn = (conv_id, conv_index) =>
		notices.withdraw(conv_id, conv_index);
	setHooks({
		shows: (conv_id) => messenger.open_id === conv_id,
		open: (news, user_id = user.user_id) => {
			if (away.signal.aborted || user_id !== user.user_id)
				return false;
			openNews(messenger, shell, news);
			return true;
		},
		newer: (reload) => toast(t.notices.newer, 'info',
			{ label: t.notices.reload, act: reload }),
	});
	messenger.start().then(() => messenger.pushes.start());
}

/**
 * A notification was chosen. Its message is shown when all before it are.
 *
 * @param {Messenger} messenger
 * @param {Shell} shell
 * @param {import('./worker.js').News} news
 */
async function openNews(messenger, shell, news) {
	await messenger.pull(news);
	messenger.pushes.takeReplies();
	if (!messenger.is_stopped && news.conv_id)
		shell.go(news.conv_id);
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
	forgetSession();
	signedOut(reasonText(reason));
}

/** @param {string} reason */
function reasonText(reason) {
	return Object.hasOwn(t.ended, reason)
		? t.ended[/** @type {keyof typeof t.ended} */ (reason)]
		: t.ended.expired;
}

export async function start() {
	await takeOver();

	const login = savedLogin();

	keepFocus();
	if (login)
		signedIn(new Client({ token: login.token }), login.user);
	else
		signedOut();
}
