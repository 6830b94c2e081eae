import { Problem } from '../sdk/index.js';
import { saveDraft, savedDrafts } from './preferences.js';

/**
 * @typedef {object} Draft    as it was left on this device
 * @property {string} text    '': taken away
 * @property {number} version
 * @property {boolean} stored  the server has it
 */

const SEND_MS = 700;

/**
 * What has been written and not sent, of each chat. The server keeps it for the
 * user's other devices; the newest version stays. The browser keeps what the
 * server does not have yet.
 */
export class Drafts {
	/** @type {Map<string, Draft>} */
	#mine = new Map();
	/** @type {Map<string, import('../sdk/sleep.js').Timer>} */
	#timers = new Map();
	/** Chats of which a draft is under way. @type {Set<string>} */
	#sending = new Set();

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
		for (const [conv_id, text, version] of savedDrafts(messenger.me))
			this.#mine.set(conv_id, { text, version, stored: false });
		messenger.listen((topics) => {
			if (topics.has('synced') || (topics.has('live')
				&& messenger.live_state.phase === 'online'))
				this.#sendAll();
		});
	}

	/** @param {string} conv_id */
	#theirs(conv_id) {
		return this.m.chats.get(conv_id)?.me.draft ?? null;
	}

	/** @param {string} conv_id @returns {string} */
	of(conv_id) {
		const mine = this.#mine.get(conv_id);
		const theirs = this.#theirs(conv_id);

		if (mine && !mine.stored)
			return mine.text;
		/* an event may be older than what this device has stored */
		return mine && theirs && theirs.version < mine.version
			? mine.text : theirs?.text ?? '';
	}

	/** @param {string} conv_id @param {string} text  is written here now */
	keep(conv_id, text) {
		if (text === this.of(conv_id))
			return;

		const version = this.#newer(conv_id);

		this.#mine.set(conv_id, { text, version, stored: false });
		saveDraft(this.m.me, conv_id, text, version);
		clearTimeout(this.#timers.get(conv_id));
		this.#timers.set(conv_id, setTimeout(() =>
			this.#send(conv_id), SEND_MS));
		this.m.changed('chats');
	}

	/**
	 * An event says what the server has: once it is what this device has
	 * stored, nothing older comes.
	 *
	 * @param {string} conv_id
	 */
	followed(conv_id) {
		const mine = this.#mine.get(conv_id);
		const theirs = this.#theirs(conv_id);

		if (mine?.stored && (theirs ? theirs.version >= mine.version
			: mine.text === ''))
			this.#mine.delete(conv_id);
	}

	/** @param {string} conv_id @returns {number} above all that are known */
	#newer(conv_id) {
		return Math.max(Date.now(),
			(this.#mine.get(conv_id)?.version ?? 0) + 1,
			(this.#theirs(conv_id)?.version ?? 0) + 1);
	}

	#sendAll() {
		for (const [conv_id, { stored }] of this.#mine)
			if (!stored && !this.#timers.has(conv_id))
				this.#send(conv_id);
	}

	/** @param {string} conv_id */
	async #send(conv_id) {
		const mine = this.#mine.get(conv_id);

		this.#timers.delete(conv_id);
		if (!mine || mine.stored || this.#sending.has(conv_id)
			|| this.m.is_stopped)
			return;
		/* written and sent at once: the server has never had it */
		if (mine.text === '' && this.m.chats.get(conv_id)
			&& !this.#theirs(conv_id)) {
			this.#forget(conv_id);
			return;
		}
		this.#sending.add(conv_id);
		try {
			await this.#store(conv_id, mine);
		} catch (error) {
			if (error instanceof Problem && error.code === 'conflict')
				await this.#takeNewer(conv_id, mine);
			/* any other stays on this device, and is sent again later */
		} finally {
			this.#sending.delete(conv_id);
		}
		if (this.#mine.get(conv_id) !== mine
			&& !this.#timers.has(conv_id))
			this.#send(conv_id);
	}

	/** @param {string} conv_id @param {Draft} mine */
	async #store(conv_id, mine) {
		const { text, version } = mine;

		await this.m.own.chats.set(conv_id, {
			draft: text === '' ? null : { text, version } });
		mine.stored = true;
		if (this.#mine.get(conv_id) === mine)
			saveDraft(this.m.me, conv_id, null);
	}

	/**
	 * Another device was later; unless more was written here meanwhile.
	 *
	 * @param {string} conv_id
	 * @param {Draft} mine
	 */
	async #takeNewer(conv_id, mine) {
		const { client, own } = this.m;

		try {
			own.chats.follow(conv_id, await client.own.chat(conv_id));
		} catch {
			/* it is refused again, and asked for then */
			return;
		}
		if (this.#mine.get(conv_id) !== mine)
			return;
		this.#forget(conv_id);
		this.m.changed('chats', `room:${conv_id}`);
	}

	/** @param {string} conv_id  the server's is right */
	#forget(conv_id) {
		this.#mine.delete(conv_id);
		saveDraft(this.m.me, conv_id, null);
	}
}
