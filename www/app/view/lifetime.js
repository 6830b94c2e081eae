import { secondsText } from '../expiry.js';
import { h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../strings.js';
import { below, openMenu } from './menu.js';

/** @typedef {{expires_in_s?: number, expires_after_read_s?: number}} Lifetime */

const LASTING_S = [60, 3600, 86400, 7 * 86400];
const BURNING_S = [10, 60];

/** @param {Lifetime} lifetime */
function textOf({ expires_in_s, expires_after_read_s }) {
	return expires_in_s ? secondsText(expires_in_s)
		: expires_after_read_s ? t.lifetime.after_reading(secondsText(
			expires_after_read_s)) : t.lifetime.forever;
}

/** A button of the composer: how long what is sent from now on is there. */
export class LifetimeButton {
	/** @type {Lifetime} */
	fields = {};
	#over = new AbortController();

	/** @param {import('../../sdk/types.js').Conversation|undefined} conversation */
	constructor(conversation) {
		const choices = [{}, ...LASTING_S.map((expires_in_s) =>
			({ expires_in_s })),
		...conversation?.kind === 'direct' ? BURNING_S.map(
			(expires_after_read_s) => ({ expires_after_read_s }))
			: []];

		this.button = h('button', { type: 'button',
			class: 'icon-button lifetime-button',
			'aria-haspopup': 'menu',
			onclick: () => this.#open(choices) }, icon('timer'));
		this.#pick({});
	}

	close() {
		this.#over.abort();
	}

	/** @param {Lifetime[]} choices */
	#open(choices) {
		openMenu({ label: t.lifetime.title, head: null,
			items: choices.map((choice) => ({ label: textOf(choice),
				icon: textOf(choice) === textOf(this.fields)
					? 'tick' : 'timer',
				act: () => this.#pick(choice) })),
			at: below(this.button), over: this.#over.signal });
	}

	/** @param {Lifetime} fields */
	#pick(fields) {
		const label = t.lifetime.of_next(textOf(fields));

		this.fields = fields;
		this.button.title = label;
		this.button.setAttribute('aria-label', label);
		this.button.classList.toggle('on',
			Object.keys(fields).length > 0);
	}
}

/** For a new group: how long its messages are there. */
export function lifetimeSelect() {
	return h('select', { class: 'input', 'aria-label': t.lifetime.of_chat },
		[0, ...LASTING_S].map((s) => h('option', { value: s },
			s ? t.lifetime.chat(secondsText(s))
				: t.lifetime.chat_forever)));
}
