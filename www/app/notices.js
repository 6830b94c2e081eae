import { chatName, messageText, personName } from './naming.js';
import { wantsNotifications } from './preferences.js';
import { t } from './strings.js';
import { theWorker } from './worker.js';

/** @typedef {import('../sdk/types.js').Entry} Entry */
/** @typedef {import('./messenger.js').Messenger} Messenger */
/** @typedef {import('./model/chats.js').Chat} Chat */

/**
 * The notifications that a page shows for messages that the user does not see.
 * There is one for each chat, as of pushes, and each takes the place of the
 * other: a message that comes both ways is told once.
 */
export class Notices {
	/** Without a worker, by tag. @type {Map<string, Notification>} */
	#own = new Map();
	/** What was shown last, by chat, while it is being shown. */
	#last = new Map();
	#looking = false;

	/** @param {Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
		this.unlisten = messenger.listen((topics) => {
			if (topics.has('chats'))
				this.#takeRead();
		});
	}

	close() {
		this.unlisten();
	}

	/** @param {Entry} entry @param {Chat} chat */
	#isWanted(entry, chat) {
		const { me } = chat;

		return wantsNotifications() && 'Notification' in globalThis
			&& Notification.permission === 'granted'
			&& (me.muted_until ?? 0) <= Date.now()
			&& me.notify !== 'none' && !this.m.own.settings.isQuiet
			&& (me.notify !== 'mentions' || entry.mention_all
				|| entry.mentions?.includes(this.m.me))
			&& !entry.flags?.includes('silent');
	}

	/**
	 * @param {Entry} entry
	 * @param {Chat} chat
	 * @param {string} [note]  why the user is reminded of it
	 */
	async show(entry, chat, note = '') {
		if (!this.#isWanted(entry, chat))
			return;

		const { conv_id, conv_index, msg_id } = entry;
		/* a reminder is of a message that was read */
		const about = { conv_id, user_id: this.m.me, page: location.search,
			...note ? { reminder: conv_index }
				: { conv_index, msg_id } };
		const text = [note, messageText(entry)].filter(Boolean).join('\n');
		const options = {
			body: chat.conversation.kind === 'direct' ? text
				: t.chat.announce(personName(this.m,
					entry.sender_id), text),
			tag: note ? `${conv_id}.${conv_index}` : conv_id,
			renotify: true,
			dir: /** @type {const} */ ('auto'),
			icon: 'icons/icon-192.png',
			badge: 'icons/badge-96.png',
			data: about,
		};

		try {
			await this.#put(chatName(this.m, chat), options);
		} catch {
			/* some mobile browsers allow them only to workers */
		}
	}

	/**
	 * @param {string} title
	 * @param {NotificationOptions & {data: {conv_id: string,
	 *     conv_index?: number}}} options
	 */
	async #put(title, options) {
		const { conv_id, conv_index = 0 } = options.data;
		const worker = await theWorker();

		if (!worker?.active) {
			this.#putOwn(title, options);
			return;
		}
		if (conv_index > 0) {
			this.#last.set(conv_id, conv_index);
			for (const old of await this.#of(worker, conv_id)) {
				if (old.data.conv_index >= conv_index)
					return;
				if (old.tag !== options.tag)
					old.close();
			}
			/* a newer one was put meanwhile */
			if (this.#last.get(conv_id) !== conv_index)
				return;
		}
		await worker.showNotification(title, options);
	}

	/** @param {string} title @param {NotificationOptions} options */
	#putOwn(title, options) {
		const { conv_id } = options.data;
		const shown = new Notification(title, options);

		this.#own.set(shown.tag, shown);
		shown.onclick = () => {
			window.focus();
			location.hash = `#/c/${conv_id}`;
			shown.close();
		};
	}

	/** @param {ServiceWorkerRegistration} worker @param {string} conv_id */
	async #of(worker, conv_id) {
		return (await worker.getNotifications()).filter(({ data }) =>
			data?.conv_id === conv_id && data.conv_index > 0);
	}

	/** @returns {Promise<Notification[]>} of messages */
	async #all() {
		const worker = await theWorker();

		return [...this.#own.values(),
			...await worker?.getNotifications() ?? []]
			.filter((one) => one.data?.conv_id);
	}

	/**
	 * A message was recalled, or the user has deleted it.
	 *
	 * @param {string} conv_id
	 * @param {number} conv_index
	 */
	async withdraw(conv_id, conv_index) {
		for (const one of await this.#all())
			if (one.data.conv_id === conv_id
				&& (one.data.conv_index === conv_index
				|| one.data.reminder === conv_index))
				one.close();
	}

	/** What was read, here or elsewhere, needs none. */
	async #takeRead() {
		if (this.#looking || !wantsNotifications())
			return;
		this.#looking = true;
		try {
			for (const one of await this.#all()) {
				const chat = this.m.chats.get(one.data.conv_id);

				if (chat && chat.read_index
					>= one.data.conv_index)
					one.close();
			}
		} finally {
			this.#looking = false;
		}
	}
}
