import { Problem } from '../../sdk/index.js';
import { h } from '../dom.js';
import { t } from '../strings.js';
import { toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */

/** Notifications of this device: how it is, on and off, a test, the preview. */
export class NoticeSettings {
	#over = new AbortController();
	/** One after the other: a look that was asked before is older. */
	#work = Promise.resolve();

	/** @param {Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
		this.pushes = messenger.pushes;
		this.box = h('input', { type: 'checkbox',
			'aria-describedby': 'notice-state',
			onchange: () => {
				this.#turn();
			} });
		this.state = h('span', { class: 'hint', id: 'notice-state',
			role: 'status' });
		this.preview = h('input', { type: 'checkbox',
			onchange: () => {
				this.#savePreview();
			} });
		this.outcome = h('p', { class: 'hint', role: 'status' });
		/* not disabled while it works: that takes the focus away */
		this.button = h('button', { type: 'button', class: 'button wide',
			onclick: () => this.#test() }, t.notices.test);
		this.tried = h('div', { class: 'own-settings', hidden: true },
			this.button, this.outcome);
		this.previews = h('label', { class: 'switch', hidden: true },
			this.preview,
			h('span', {}, t.notices.preview,
				h('span', { class: 'hint' },
					t.notices.preview_hint)));
		this.element = h('div', { class: 'own-settings' },
			h('h3', {}, t.notices.title),
			h('label', { class: 'switch' }, this.box,
				h('span', {}, t.notices.on_device, this.state)),
			this.previews, this.tried);
		this.unlisten = messenger.listen((topics) => {
			if (topics.has('settings'))
				this.#show();
		});
		this.#show();
		this.#busy(() => this.pushes.look());
	}

	close() {
		this.#over.abort();
		this.unlisten();
	}

	#show() {
		const { level, is_dead, has_push } = this.pushes;
		const text = is_dead ? t.notices.dead : t.notices.levels[level];

		this.box.checked = level === 'on' || level === 'open';
		this.box.disabled = level === 'impossible';
		if (this.state.textContent !== text)
			this.state.textContent = text;
		this.previews.hidden = !has_push;
		this.preview.checked = this.m.own.settings.now?.push_preview
			?? true;
		this.tried.hidden = level !== 'on' || !this.pushes.can_test;
	}

	/** @param {() => Promise<unknown>} work */
	#busy(work) {
		this.#work = this.#work.then(async () => {
			try {
				await work();
			} catch (error) {
				toastError(error);
			}
			this.#show();
		});
		return this.#work;
	}

	#turn() {
		this.outcome.textContent = '';

		const wanted = this.box.checked;

		return this.#busy(() => wanted ? this.pushes.turnOn()
			: this.pushes.turnOff());
	}

	#savePreview() {
		const push_preview = this.preview.checked;

		return this.#busy(() => this.m.own.settings.set({ push_preview }));
	}

	async #test() {
		if (this.button.getAttribute('aria-disabled') === 'true')
			return;
		this.button.setAttribute('aria-disabled', 'true');
		this.outcome.textContent = t.notices.testing;

		let said = '';

		try {
			const { decision, reason } = await this.pushes.test(
				this.#over.signal);
			const text = Object.hasOwn(t.notices.tried, decision)
				? t.notices.tried[decision]
				: t.notices.tried.failed;

			said = reason && decision !== 'sent'
				? t.notices.because(text, reason) : text;
			await this.pushes.look();
		} catch (error) {
			/* a server that has no tests offers none any more */
			if (!(error instanceof Problem && error.status === 404))
				toastError(error);
		}
		this.outcome.textContent = said;
		this.outcome.scrollIntoView({ block: 'nearest' });
		this.button.setAttribute('aria-disabled', 'false');
		this.#show();
	}
}
