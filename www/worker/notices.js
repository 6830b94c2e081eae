/*
 * Notifications: one for each conversation, which is of its newest message. What
 * a push says is shown in the notification and nowhere else: messages reach a
 * page in their order, from the server only.
 */

/**
 * The data of a push. It comes encrypted from the app's own server. A test of
 * the device is of no conversation.
 *
 * @typedef {object} News
 * @property {string} [conv_id]
 * @property {number} [conv_index]
 * @property {string} [msg_id]
 * @property {number} [user_index]   the inbox has it up to there
 * @property {string} [stream_id]
 * @property {string} [title]
 * @property {string} [body]
 * @property {number} [badge]        unread in all
 * @property {string} [tag]
 * @property {boolean} [silent]      nothing to tell: take away, set the badge
 * @property {string} [user_id]      of a page's own notification: whose it is
 * @property {string} [page]         and the address of that page
 */

/** How long a page may take to say what it shows. */
const ASK_MS = 1000;

/** @param {unknown} badge */
async function showBadge(badge) {
	if (!Number.isSafeInteger(badge) || !('setAppBadge' in navigator))
		return;
	try {
		if (Number(badge) > 0)
			await navigator.setAppBadge(Number(badge));
		else
			await navigator.clearAppBadge();
	} catch {
		/* the client is not installed */
	}
}

/**
 * Asks a page; undefined: it does not answer.
 *
 * @param {Client} page
 * @param {object} question
 * @returns {Promise<unknown>}
 */
function ask(page, question) {
	return new Promise((resolve) => {
		const { port1, port2 } = new MessageChannel();

		setTimeout(() => resolve(undefined), ASK_MS);
		port1.onmessage = ({ data }) => resolve(data);
		page.postMessage(question, [port2]);
	});
}

/**
 * As text or as a number: providers of other platforms know texts alone.
 *
 * @param {unknown} value
 */
const numberOf = (value) => Number.isSafeInteger(Number(value ?? NaN))
	? Number(value) : undefined;

/**
 * @param {{json: () => unknown}|null} data
 * @returns {News|null} null: it is none of ours
 */
function newsOf(data) {
	try {
		const said = /** @type {{[name: string]: unknown}} */ (
			data?.json());
		const conv_id = /^[1-9][0-9]{0,18}$/.exec(
			String(said.conv_id ?? ''))?.[0];

		if (!conv_id && !said.tag)
			return null;
		return {
			conv_id,
			conv_index: numberOf(said.conv_index),
			user_index: numberOf(said.user_index),
			badge: numberOf(said.badge),
			msg_id: String(said.msg_id ?? ''),
			stream_id: said.stream_id ? String(said.stream_id)
				: undefined,
			title: String(said.title ?? ''),
			body: String(said.body ?? ''),
			tag: String(said.tag || conv_id),
			silent: said.silent === true || said.silent === 'true',
		};
	} catch {
		return null;
	}
}

/** @param {string|undefined} conv_id  does somebody look at it right now? */
async function isSeen(conv_id) {
	if (!conv_id)
		return false;

	const windows = await clients.matchAll({ type: 'window',
		includeUncontrolled: true });
	/* which chat it is, and whether it has the focus, a page knows best */
	const answers = await Promise.all(windows.filter((page) =>
		page.visibilityState === 'visible').map((page) =>
		ask(page, { kind: 'shows', conv_id })));

	return answers.includes(true);
}

/** @param {News} news */
async function shownOf({ conv_id, tag }) {
	const all = await registration.getNotifications();

	return all.filter(({ tag: own, data }) => own === tag
		|| (conv_id && data?.conv_id === conv_id
			&& data.conv_index > 0));
}

/** @param {News} news @param {Session|undefined} session */
function optionsOf(news, session) {
	const { conv_id, conv_index, msg_id, user_index, stream_id } = news;
	const can_reply = session && conv_id
		&& 'reply' in NotificationEvent.prototype;

	return {
		body: news.body,
		tag: news.tag,
		renotify: true,
		dir: /** @type {const} */ ('auto'),
		icon: 'icons/icon-192.png',
		badge: 'icons/badge-96.png',
		data: { conv_id, conv_index, msg_id, user_index, stream_id },
		actions: can_reply ? [{ action: 'reply', type: 'text',
			title: session.texts.reply,
			placeholder: session.texts.reply_hint }] : [],
	};
}

/** @param {{json: () => unknown}|null} data */
async function pushed(data) {
	const news = newsOf(data);

	if (!news)
		return;
	await showBadge(news.badge);

	const shown = await shownOf(news);

	if (news.silent) {
		for (const old of shown)
			old.close();
		return;
	}
	/* a push service may turn their order around */
	if (shown.some((old) => old.data?.conv_index > (news.conv_index ?? 0))
		|| await isSeen(news.conv_id))
		return;

	const options = optionsOf(news, await savedSession());

	/* a page has told of it already */
	options.renotify = !shown.some((old) =>
		old.data?.conv_index === news.conv_index);

	for (const old of shown)
		if (old.tag !== options.tag)
			old.close();
	await registration.showNotification(news.title || news.body || '',
		options);
}

/**
 * @param {Notification} notice
 * @param {string} action
 * @param {string|null|undefined} text  of the answer
 */
async function clicked(notice, action, text) {
	const news = /** @type {News|null} */ (notice.data);

	notice.close();
	if (!news)
		return;
	if (action === 'reply' && text?.trim() && news.conv_id)
		await reply(news.conv_id, news.conv_index ?? 0, text.trim());
	else
		await openChat(news);
}

/**
 * A page that is open shows the chat: it pulls first. A new one reads all anew.
 *
 * @param {News} news
 */
async function openChat(news) {
	const windows = await clients.matchAll({ type: 'window',
		includeUncontrolled: true });
	const session = await savedSession();
	const user_id = news.user_id ?? session?.user_id;
	const address = news.page ?? session?.page ?? '';

	for (const page of windows) {
		if (await ask(page, { kind: 'open', news, user_id }) !== true)
			continue;
		try {
			await page.focus();
		} catch {
			/* the browser does not let it come to the front */
		}
		return;
	}
	await clients.openWindow(registration.scope + address
		+ (news.conv_id ? `#/c/${news.conv_id}` : ''));
}

/* --- answers ----------------------------------------------------------- */

/** @param {string} conv_id @param {number} conv_index @param {string} text */
async function reply(conv_id, conv_index, text) {
	const session = await savedSession();

	if (!session)
		return;

	const { user_id } = session;

	/* kept before it is sent: a repeat has the same id */
	await saveReply({ client_msg_id: crypto.randomUUID(), user_id, conv_id,
		text });
	await sendReplies();
	try {
		await api(session, 'PUT', `/v1/conversations/${conv_id}/read`,
			{ conv_index });
	} catch {
		/* it stays unread */
	}
}

/** Sends what was answered; what cannot be sent now is for the page. */
async function sendReplies() {
	const session = await savedSession();

	for (const one of session ? await savedReplies() : []) {
		const { client_msg_id, user_id, conv_id, text } = one;

		if (user_id !== session?.user_id) {
			await dropReply(client_msg_id);
			continue;
		}
		try {
			await api(session, 'POST',
				`/v1/conversations/${conv_id}/messages`,
				{ client_msg_id, type: 'text',
					content: { text } });
			await dropReply(client_msg_id);
		} catch (error) {
			const is_refused = error instanceof Refused;

			if (is_refused)
				await dropReply(client_msg_id);
			await notSent(is_refused ? session.texts.failed
				: session.texts.later, one);
		}
	}
}

/** @param {string} why @param {Reply} reply */
function notSent(why, { conv_id, text }) {
	return registration.showNotification(why, {
		body: text, tag: `${conv_id}.reply`, dir: 'auto',
		icon: 'icons/icon-192.png', badge: 'icons/badge-96.png',
		data: { conv_id } });
}

/**
 * For the outbox of the page, which tries for as long as it takes.
 *
 * @param {string} user_id
 * @returns {Promise<Reply[]>}
 */
async function handOver(user_id) {
	const all = (await savedReplies()).filter((one) =>
		one.user_id === user_id);

	for (const { client_msg_id } of all)
		await dropReply(client_msg_id);
	return all;
}

/* --- the subscription -------------------------------------------------- */

/** @param {ArrayBuffer|null} bytes @returns {string} base64url */
const base64url = (bytes) => btoa(String.fromCharCode(
	...new Uint8Array(bytes ?? new ArrayBuffer(0))))
	.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/**
 * The browser has ended the subscription, and may have made another one.
 *
 * @param {PushSubscription|null|undefined} made
 */
async function resubscribe(made) {
	const session = await savedSession();

	if (!session)
		return;
	if (!made) {
		const { public_key } = await api(session, 'GET',
			'/v1/push/webpush');

		made = await registration.pushManager.subscribe({
			userVisibleOnly: true,
			applicationServerKey: String(public_key) });
	}
	await api(session, 'PUT', `/v1/devices/${session.device_id}/push`, {
		provider: 'webpush', token: made.endpoint,
		keys: { p256dh: base64url(made.getKey('p256dh')),
			auth: base64url(made.getKey('auth')) },
		locale: session.locale });
}
