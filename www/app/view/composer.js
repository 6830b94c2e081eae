import { fill, h, isComposing } from '../dom.js';
import { byteLength } from '../format.js';
import { icon } from '../icons.js';
import { messageText, personName } from '../naming.js';
import { draft, saveDraft } from '../preferences.js';
import { t } from '../strings.js';
import { emojiButton } from './emoji.js';

const HEIGHT_MAX_PX = 180;
const TYPING_IDLE_MS = 5000;
const DRAFT_MS = 300;

/** @typedef {import('../../sdk/types.js').Entry} Entry */

/** The form for a new message. */
export class Composer {
	/** @type {import('../../sdk/sleep.js').Timer} */
	#idle;
	/** @type {import('../../sdk/sleep.js').Timer} */
	#draft;
	/** The message to reply to. @type {Entry|null} */
	#reply = null;

	/**
	 * @param {import('../messenger.js').Messenger} messenger
	 * @param {string} conv_id
	 * @param {string} name       of the chat
	 * @param {() => void} onSend
	 */
	constructor(messenger, conv_id, name, onSend) {
		this.m = messenger;
		this.conv_id = conv_id;
		this.onSend = onSend;
		this.text = h('textarea', {
			rows: 1,
			dir: 'auto',
			placeholder: t.chat.message,
			enterkeyhint: 'send',
			oninput: () => this.#input(),
			onkeydown: (event) =>
				this.#key(event),
			onblur: () => this.m.typing_me.stop(conv_id),
		});
		this.button = h('button', { type: 'submit',
			class: 'icon-button send', 'aria-label': t.chat.send },
		icon('send'));
		this.quote = h('div', { class: 'composer-quote', hidden: true });
		this.quoted = h('bdi', { class: 'quote-author' });
		this.warning = h('p', { class: 'composer-warning',
			role: 'status' });
		this.emoji = emojiButton((emoji) => this.insert(emoji),
			icon('smile'));
		this.element = h('form', {
			class: 'composer',
			onsubmit: (event) => {
				event.preventDefault();
				this.#send();
			},
		},
		this.warning, this.quote,
		h('div', { class: 'composer-row' },
			h('div', { class: 'composer-field' }, this.emoji.box,
				this.text),
			this.button));
		this.text.value = draft(messenger.me, conv_id);
		this.render(name);
		this.#show();
	}

	/** Call it once the element is in the document. */
	attached() {
		this.#fit();
	}

	close() {
		this.emoji.close();
		clearTimeout(this.#idle);
		clearTimeout(this.#draft);
		this.#keepDraft();
		this.m.typing_me.stop(this.conv_id);
	}

	/** @param {string} name  of the chat, which may be a new one */
	render(name) {
		const label = t.chat.message_to(name);
		const replying = this.#reply ? this.#replying(this.#reply) : '';

		if (this.text.getAttribute('aria-label') !== label)
			this.text.setAttribute('aria-label', label);
		if (this.quoted.textContent !== replying)
			this.quoted.textContent = replying;
	}

	focus() {
		this.text.focus({ preventScroll: true });
	}

	/** @param {string} text  at the cursor */
	insert(text) {
		const { selectionStart, selectionEnd } = this.text;

		this.text.setRangeText(text, selectionStart, selectionEnd,
			'end');
		this.#input();
	}

	/** @param {Entry|null|undefined} entry  none: cancels the reply */
	reply(entry) {
		this.#reply = entry ?? null;
		this.quote.hidden = !entry;
		if (entry) {
			this.quoted.textContent = this.#replying(entry);
			fill(this.quote, icon('reply'),
				h('div', {}, this.quoted,
					h('span', { class: 'quote-text',
						dir: 'auto' },
					messageText(entry))),
				h('button', { type: 'button',
					class: 'icon-button',
					'aria-label': t.chat.cancel_reply,
					onclick: () => this.reply(null) },
				icon('close')));
		}
		this.focus();
	}

	/** @param {Entry} entry */
	#replying({ sender_id }) {
		return sender_id === this.m.me ? t.chat.replying_self
			: t.chat.replying(personName(this.m, sender_id));
	}

	/** @param {KeyboardEvent} event */
	#key(event) {
		if (isComposing(event))
			return;
		if (event.key === 'Escape' && this.#reply) {
			event.preventDefault();
			this.reply(null);
			return;
		}
		/* a touch keyboard has no Shift+Enter for a new line */
		if (event.key !== 'Enter' || event.shiftKey
			|| matchMedia('(pointer: coarse)').matches)
			return;
		event.preventDefault();
		this.#send();
	}

	#input() {
		this.#show();
		this.#fit();
		this.m.typing_me.input(this.conv_id, this.text.value !== '');
		clearTimeout(this.#idle);
		this.#idle = setTimeout(() =>
			this.m.typing_me.stop(this.conv_id), TYPING_IDLE_MS);
		clearTimeout(this.#draft);
		this.#draft = setTimeout(() => this.#keepDraft(), DRAFT_MS);
	}

	#keepDraft() {
		saveDraft(this.m.me, this.conv_id,
			this.text.value.trim() === '' ? '' : this.text.value);
	}

	#show() {
		const over = byteLength(this.text.value) - this.m.text_bytes;

		this.button.disabled = this.text.value.trim() === ''
			|| over > 0;
		this.warning.textContent = over > 0 ? t.chat.too_long(over)
			: '';
	}

	/** Grows with the text, up to a limit. */
	#fit() {
		this.text.style.height = 'auto';
		this.text.style.height = `${Math.min(HEIGHT_MAX_PX,
			this.text.scrollHeight)}px`;
		this.text.classList.toggle('full',
			this.text.scrollHeight > HEIGHT_MAX_PX);
	}

	#send() {
		const text = this.text.value.trim();

		if (this.button.disabled || text === '')
			return;
		this.text.value = '';
		clearTimeout(this.#idle);
		clearTimeout(this.#draft);
		this.#keepDraft();
		this.#show();
		this.#fit();
		this.m.send(this.conv_id, text, this.#reply?.msg_id);
		this.onSend();
		this.reply(null);
	}
}
