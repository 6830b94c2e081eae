import { Problem } from '../../sdk/index.js';
import { h } from '../dom.js';
import { moment } from '../format.js';
import { t } from '../strings.js';
import { toastError } from './toast.js';

/** @typedef {Awaited<ReturnType<import('../messenger.js').Messenger[
 *     'client']['users']['getExport']>>} Export */

/** How often the server is asked while the file is being written. */
const LOOK_MS = 2000;

/** @param {Export|null} now */
function stateText(now) {
	if (!now)
		return '';

	const { state, created_at } = now;

	return state === 'running' ? t.export.running(moment(created_at))
		: state === 'done' ? t.export.done(moment(created_at))
			: t.export.failed;
}

/** Asks for a file with what is known of the user, and shows how far it is. */
export class ExportSettings {
	/** @type {Export|null} */
	#now = null;
	/** @type {import('../../sdk/sleep.js').Timer} */
	#timer;
	#over = new AbortController();

	/** @param {import('../messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.users = messenger.client.users;
		/* not disabled while it works: that takes the focus away */
		this.button = h('button', { type: 'button', class: 'button wide',
			onclick: () => this.#ask() });
		this.state = h('p', { class: 'hint', role: 'status' });
		this.element = h('div', { class: 'own-settings' },
			h('h3', {}, t.export.title),
			h('p', { class: 'hint' }, t.export.hint),
			this.button, this.state);
		this.#show(null);
		this.#look();
	}

	close() {
		this.#over.abort();
		clearTimeout(this.#timer);
	}

	/** @param {Export|null} now */
	#show(now) {
		const text = stateText(now);
		const runs = now?.state === 'running';

		this.#now = now;
		this.button.textContent = now && !runs ? t.export.again
			: t.export.ask;
		this.button.setAttribute('aria-disabled', String(runs));
		if (this.state.textContent !== text)
			this.state.textContent = text;
		clearTimeout(this.#timer);
		if (runs && !this.#over.signal.aborted)
			this.#timer = setTimeout(() => this.#look(), LOOK_MS);
	}

	async #look() {
		try {
			this.#show(await this.users.getExport(this.#over.signal));
		} catch (error) {
			if (this.#over.signal.aborted || (error instanceof Problem
				&& error.code === 'not_found'))
				return;
			toastError(error);
			/* it may be back then */
			this.#show(this.#now);
		}
	}

	async #ask() {
		if (this.#now?.state === 'running')
			return;
		try {
			this.#show(await this.users.startExport());
		} catch (error) {
			toastError(error);
		}
	}
}
