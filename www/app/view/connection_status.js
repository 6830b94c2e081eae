import { t } from '../strings.js';

/** A shorter loss of the connection is not shown. */
const QUIET_MS = 1500;

/** How it is about the connection, on top of the list and of the open chat. */
export class ConnectionStatus {
	/** @type {import('../../sdk/sleep.js').Timer} */
	#trouble;
	/** What is wrong, for the open chat. */
	wrong = '';

	/**
	 * @param {import('../messenger.js').Messenger} messenger
	 * @param {HTMLElement} status  the line above the list
	 * @param {HTMLElement} page    whose data attributes tell it, too
	 * @param {(wrong: string) => void} onTell
	 */
	constructor(messenger, status, page, onTell) {
		this.m = messenger;
		this.status = status;
		this.page = page;
		this.onTell = onTell;
	}

	close() {
		clearTimeout(this.#trouble);
	}

	render() {
		const { phase, transport } = this.m.live_state;
		const { dataset } = this.page;

		dataset.phase = phase;
		dataset.transport = transport ?? '';
		if (phase === 'online' && !this.m.is_down) {
			clearTimeout(this.#trouble);
			this.#trouble = undefined;
			this.#tell('online', transport === 'poll' ? t.live.poll
				: t.live.online);
		} else {
			this.#trouble ??= setTimeout(() => this.#troubled(),
				QUIET_MS);
		}
	}

	/** The connection is lost for longer than QUIET_MS. */
	#troubled() {
		this.#trouble = undefined;

		const { phase } = this.m.live_state;

		if (phase === 'online' && !this.m.is_down)
			return;
		this.#tell('trouble', !navigator.onLine ? t.live.offline
			: this.m.is_down ? t.live.down : phase === 'waiting' ? t.live.waiting
				: t.live.connecting);
		this.#trouble = setTimeout(() => this.#troubled(), QUIET_MS);
	}

	/** @param {string} kind @param {string} text */
	#tell(kind, text) {
		this.status.className = `status ${kind}`;
		if (this.status.textContent !== text)
			this.status.textContent = text;
		this.wrong = kind === 'trouble' ? text : '';
		this.onTell(this.wrong);
	}
}
