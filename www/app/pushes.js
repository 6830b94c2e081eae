import { Problem } from '../sdk/index.js';
import { sleep } from '../sdk/sleep.js';
import { deviceId, setWantsNotifications, wantsNotifications }
	from './preferences.js';
import { locale } from './language.js';
import { t } from './strings.js';
import { startWorker, tell, theWorker } from './worker.js';

/** How often it is asked what became of a test, and when it is given up. */
const LOOK_MS = 1000;
const LOOKS = 30;

/**
 * How it is about the notifications of this device.
 *
 * `impossible`: the browser has none; `denied`: the user has forbidden them;
 * `off`; `open`: only while a page is open, as the server has no push or the
 * browser cannot; `on`: always.
 *
 * @typedef {'impossible'|'denied'|'off'|'open'|'on'} Level
 */

/** Notifications of this device, and the pushes that bring them. */
export class Pushes {
	/** @type {Level} */
	level = 'off';
	/** Has the server push, and the app a key? */
	has_push = false;
	/** Until the server says that it has no tests. */
	can_test = true;
	/** As the server knows it. */
	/** @type {import('../sdk/types.js').PushDevice|undefined} */
	device;
	/** The push service takes nothing for this device any more. */
	get is_dead() {
		return this.device?.push?.state === 'dead';
	}

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
		this.routes = messenger.client.push;
	}

	/** Could this browser be pushed to? */
	get is_possible() {
		return 'Notification' in globalThis && 'PushManager' in globalThis
			&& 'serviceWorker' in navigator && isSecureContext;
	}

	/** May the user be asked, and would it bring something? */
	async mayOffer() {
		if (!this.is_possible || Notification.permission !== 'default')
			return false;
		try {
			await this.routes.key();
			return true;
		} catch {
			return false;
		}
	}

	/** Asks the server and the browser. @returns {Promise<Level>} */
	async look() {
		this.level = await this.#level();
		return this.level;
	}

	/** @returns {Promise<Level>} */
	async #level() {
		this.device = undefined;
		if (!('Notification' in globalThis))
			return 'impossible';
		if (Notification.permission === 'denied')
			return 'denied';

		const wanted = wantsNotifications()
			&& Notification.permission === 'granted';
		const worker = await theWorker();

		if (!worker || !this.is_possible)
			return wanted ? 'open' : 'off';

		const { state, device } = await this.routes.state(worker,
			deviceId());

		this.device = device;
		this.has_push = state !== 'none';
		return !wanted ? 'off' : state === 'on' ? 'on' : 'open';
	}

	/**
	 * From a click of the user, whom the browser asks.
	 *
	 * @returns {Promise<Level>}
	 */
	async turnOn() {
		if (!('Notification' in globalThis))
			return this.look();
		if (await Notification.requestPermission() !== 'granted') {
			setWantsNotifications(false);
			return this.look();
		}
		setWantsNotifications(true);
		await this.#subscribe();
		return this.look();
	}

	async #subscribe() {
		const worker = this.is_possible ? await startWorker() : null;

		if (!worker)
			return;
		try {
			await this.routes.subscribe(worker, deviceId(),
				{ locale, renew: this.is_dead });
		} catch {
			/* no push here, or the push service cannot be reached:
			 * look() says so */
			return;
		}
		this.can_test = true;
		await this.#tellSession();
	}

	#tellSession() {
		return tell({ kind: 'session', session: {
			token: this.m.client.token,
			user_id: this.m.me,
			device_id: deviceId(),
			page: location.search,
			locale,
			texts: { reply: t.chat.reply,
				reply_hint: t.chat.message,
				failed: t.chat.failed,
				later: t.notices.later },
		} });
	}

	/** @returns {Promise<Level>} */
	async turnOff() {
		const worker = await theWorker();

		setWantsNotifications(false);
		await tell({ kind: 'session', session: null });
		if (worker && this.is_possible)
			await this.routes.unsubscribe(worker, deviceId());
		return this.look();
	}

	/**
	 * The user has signed in, or the page was opened again: what is on stays
	 * on, for this user, and what was answered without a page is sent.
	 */
	async start() {
		if (!await startWorker() || this.m.is_stopped)
			return;
		try {
			const level = await this.look();

			if (level === 'on')
				await this.#tellSession();
			else if (level === 'open')
				await this.#subscribe();
		} catch {
			/* the next time */
		}
		await this.takeReplies();
	}

	async takeReplies() {
		const replies = /** @type {{client_msg_id: string, conv_id: string,
			text: string}[]|null|undefined} */ (await tell({
				kind: 'replies', user_id: this.m.me }));

		for (const { client_msg_id, conv_id, text } of replies ?? [])
			this.m.outbox.add(conv_id, { client_msg_id, type: 'text',
				content: { text } });
	}

	/**
	 * Sends one to this device, and waits a while for what becomes of it.
	 *
	 * @param {AbortSignal} signal  ends the waiting
	 * @returns {Promise<import('../sdk/types.js').PushDecision>}
	 */
	async test(signal) {
		let now = await this.#file();

		for (let i = 0; i < LOOKS && now.decision === 'waiting'
			&& !signal.aborted; i++) {
			await sleep(LOOK_MS, signal);
			now = (await this.routes.explain(deviceId(), { limit: 20 }))
				.items.find(({ conv_id }) => !conv_id) ?? now;
		}
		return now;
	}

	async #file() {
		try {
			return await this.routes.test(deviceId());
		} catch (error) {
			if (error instanceof Problem && error.status === 404)
				this.can_test = false;
			throw error;
		}
	}
}

/** The session is over: the worker forgets it, and nothing of it is shown. */
export async function forgetSession() {
	showBadge(0);
	await tell({ kind: 'session', session: null });
	for (const notice of await (await theWorker())?.getNotifications() ?? [])
		notice.close();
}

/** @param {number} unread  on the icon of the installed client */
export function showBadge(unread) {
	if (!('setAppBadge' in navigator))
		return;
	(unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge())
		.catch(() => {
			/* it is not installed */
		});
}
