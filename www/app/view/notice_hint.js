import { h } from '../dom.js';
import { icon } from '../icons.js';
import { hintIsSeen, setHintSeen } from '../preferences.js';
import { t } from '../strings.js';
import { toast, toastError } from './toast.js';

/**
 * Offers notifications, once on a device: after a message of the user was sent,
 * as an answer may come then. The browser is asked only if they want them.
 */
export class NoticeHint {
	/** @param {import('../messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.pushes = messenger.pushes;
		this.element = h('div', { class: 'notice-hint', role: 'region',
			'aria-label': t.notices.title, hidden: true },
		icon('bell'),
		h('p', { role: 'status' }),
		h('div', { class: 'notice-hint-buttons' },
			h('button', { type: 'button', class: 'button small',
				onclick: () => this.#close() },
			t.notices.not_now),
			h('button', { type: 'button',
				class: 'button primary small',
				onclick: () => this.#accept() },
			t.notices.turn_on)));
	}

	/** A message was sent. */
	async offer() {
		if (hintIsSeen() || !this.element.hidden
			|| !await this.pushes.mayOffer())
			return;
		this.element.hidden = false;

		const text = this.element.querySelector('p');

		/* after it is there, so that screen readers say it */
		if (text)
			text.textContent = t.notices.offer;
	}

	#close() {
		setHintSeen();
		this.element.hidden = true;
		/* the keyboard goes where the user was writing */
		this.element.parentElement?.querySelector('textarea')?.focus();
	}

	async #accept() {
		this.#close();
		try {
			const level = await this.pushes.turnOn();

			toast(t.notices.levels[level],
				level === 'denied' ? 'error' : 'info');
		} catch (error) {
			toastError(error);
		}
	}
}
