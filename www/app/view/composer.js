import { fill, h, isComposing } from '../dom.js';
import { byteLength } from '../format.js';
import { icon } from '../icons.js';
import { TooLate } from '../acts.js';
import { mentionsIn } from '../mentions.js';
import { errorText, memberName, messageText } from '../naming.js';
import { t } from '../strings.js';
import { Completion } from './completion.js';
import { LifetimeButton } from './lifetime.js';
import { emojiButton } from './emoji.js';
import { pickTime } from './scheduled.js';
import { toast } from './toast.js';

const HEIGHT_MAX_PX = 180;
const ONE_LINE_PX = 50;
const TYPING_IDLE_MS = 5000;
const DRAFT_MS = 300;

/** @typedef {import('../../sdk/types.js').Entry} Entry */

/** The form for a new message, or for another text of an old one. */
export class Composer {
	/** @type {import('../../sdk/sleep.js').Timer} */
	#idle;
	/** @type {import('../../sdk/sleep.js').Timer} */
	#draft;
	/** The message to reply to. @type {Entry|null} */
	#reply = null;
	/** The message that is edited. @type {Entry|null} */
	#edited = null;
	/** What was being written before that. */
	#kept = '';
	/** The draft as it is known: the field follows it until it is changed. */
	#followed = '';
	/** Whose names were picked. @type {import('../markdown.js').Name[]} */
	#picked = [];

	/**
	 * @param {import('../messenger.js').Messenger} messenger
	 * @param {string} conv_id
	 * @param {string} name       of the chat
	 * @param {() => void} onSend
	 * @param {AbortSignal} over  closes its dialogs
	 */
	constructor(messenger, conv_id, name, onSend, over) {
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
			/* the cursor may have moved */
			onkeyup: () => {
				this.completion.update();
			},
			onclick: () => {
				this.completion.update();
			},
			onblur: () => {
				this.m.typing_me.stop(conv_id);
				this.completion.close();
			},
		});
		/** @type {Completion} */
		this.completion = new Completion(messenger, conv_id, this.text,
			(candidate) => {
				this.#picked.push(candidate);
				this.#input();
			});
		this.button = h('button', { type: 'submit',
			class: 'icon-button send', 'aria-label': t.chat.send },
		icon('send'));
		this.later = h('button', { type: 'button',
			class: 'icon-button later', 'aria-label': t.later.send,
			title: t.later.send,
			onclick: () => pickTime(null, (at) =>
				this.#sendLater(at), over) }, icon('clock'));
		this.quote = h('div', { class: 'composer-quote', hidden: true });
		this.quoted = h('bdi', { class: 'quote-author' });
		this.warning = h('p', { class: 'composer-warning',
			role: 'status' });
		this.emoji = emojiButton((emoji) => this.insert(emoji),
			icon('smile'));
		this.lifetime = new LifetimeButton(messenger.chats.get(conv_id)
			?.conversation);
		this.element = h('form', {
			class: 'composer',
			onsubmit: (event) => {
				event.preventDefault();
				this.#send();
			},
		},
		this.completion.element, this.warning, this.quote,
		h('div', { class: 'composer-row' },
			h('div', { class: 'composer-field' }, this.emoji.box,
				this.text, this.lifetime.button, this.later),
			this.button));
		this.#followed = messenger.own.drafts.of(conv_id);
		this.text.value = this.#followed;
		addEventListener('pagehide', () => this.#hurry(), { signal: over });
		this.render(name);
		this.#show();
	}

	/** Call it once the element is in the document. */
	attached() {
		this.#fit();
	}

	close() {
		this.lifetime.close();
		this.emoji.close();
		this.completion.close();
		clearTimeout(this.#idle);
		this.#keepDraft();
		this.m.typing_me.stop(this.conv_id);
	}

	/** @param {string} name  of the chat, which may be a new one */
	render(name) {
		const label = t.chat.message_to(name);
		const about = this.#edited ?? this.#reply;
		const replying = about ? this.#about(about) : '';

		this.#follow(about);
		this.#followDraft();

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
		if (this.#edited)
			this.edit(null);
		this.#reply = entry ?? null;
		this.#quote();
		this.focus();
	}

	/** @param {Entry|null} entry  none: leaves it as it is */
	edit(entry) {
		const text = entry?.kind === 'message'
			? entry.content?.text ?? '' : this.#kept;

		if (entry) {
			this.#kept = this.#edited ? this.#kept
				: this.text.value;
			this.#reply = null;
		}
		this.#edited = entry;
		this.text.value = text;
		this.text.setSelectionRange(text.length, text.length);
		this.button.setAttribute('aria-label', entry
			? t.chat.save_edit : t.chat.send);
		fill(this.button, icon(entry ? 'tick' : 'send'));
		this.completion.close();
		this.#quote();
		this.#show();
		this.#fit();
		this.focus();
	}

	/** Shows what the text replies to, or edits. */
	#quote() {
		const entry = this.#edited ?? this.#reply;

		this.quote.hidden = !entry;
		if (!entry) {
			fill(this.quote);
			return;
		}
		this.quoted.textContent = this.#about(entry);
		fill(this.quote, icon(this.#edited ? 'edit' : 'reply'),
			h('div', {}, this.quoted,
				h('span', { class: 'quote-text', dir: 'auto' },
					messageText(entry))),
			h('button', { type: 'button', class: 'icon-button',
				'aria-label': this.#edited ? t.chat.cancel_edit
					: t.chat.cancel_reply,
				onclick: () => this.#back() },
			icon('close')));
	}

	/** Neither replies nor edits. @returns {boolean} did it? */
	#back() {
		const was = this.#edited !== null || this.#reply !== null;

		if (this.#edited)
			this.edit(null);
		else if (was)
			this.reply(null);
		return was;
	}

	/**
	 * The message may have changed, or be gone.
	 *
	 * @param {Entry|null} about
	 */
	#follow(about) {
		const { timeline } = this.m.room(this.conv_id);
		const now = timeline.byId(about?.msg_id ?? '');
		const sees = timeline.sees(about?.conv_index ?? Infinity);

		if (!about || now === about || (!now && sees))
			return;
		if (!sees || !now || now.recalled || now.hidden) {
			if (this.#edited)
				toast(t.chat.edit_gone);
			this.#back();
			return;
		}
		if (this.#edited)
			this.#edited = now;
		else
			this.#reply = now;
		this.#quote();
	}

	/** Another device has left a newer draft, or has sent it. */
	#followDraft() {
		const now = this.m.own.drafts.of(this.conv_id);
		const was = this.#followed;

		this.#followed = now;
		if (now === was || this.#draftHere() !== was)
			return;
		if (this.#edited) {
			this.#kept = now;
			return;
		}
		this.text.value = now;
		this.completion.close();
		this.#show();
		this.#fit();
	}

	/** @returns {string} what is written here, if not for an edit */
	#draftHere() {
		const text = this.#edited ? this.#kept : this.text.value;

		return text.trim() === '' ? '' : text;
	}

	/** @param {Entry} entry */
	#about({ sender_id }) {
		if (this.#edited)
			return t.chat.editing;
		return sender_id === this.m.me ? t.chat.replying_self
			: t.chat.replying(memberName(this.m, this.conv_id,
				sender_id));
	}

	/** @param {KeyboardEvent} event */
	#key(event) {
		if (isComposing(event))
			return;
		if (this.completion.key(event))
			return;
		if (event.key === 'Escape' && this.#back()) {
			event.preventDefault();
			return;
		}
		if (event.key === 'ArrowUp' && this.#editLast()) {
			event.preventDefault();
			return;
		}
		/* a touch keyboard has no Shift+Enter for a new line */
		if (event.key !== 'Enter' || event.shiftKey
			|| matchMedia('(pointer: coarse)').matches)
			return;
		event.preventDefault();
		this.#send();
	}

	/** @returns {boolean} is the user's last message edited now? */
	#editLast() {
		const { timeline } = this.m.room(this.conv_id);
		const last = this.text.value === '' && !this.#reply
			&& timeline.at_end ? timeline.entries.filter((entry) =>
				this.m.acts.mayEdit(entry)).at(-1) : undefined;

		if (last)
			this.edit(last);
		return last !== undefined;
	}

	#input() {
		this.completion.update();
		this.#show();
		this.#fit();
		this.m.typing_me.input(this.conv_id, this.text.value !== '');
		clearTimeout(this.#idle);
		this.#idle = setTimeout(() =>
			this.m.typing_me.stop(this.conv_id), TYPING_IDLE_MS);
		clearTimeout(this.#draft);
		this.#draft = setTimeout(() => this.#keepDraft(), DRAFT_MS);
	}

	/** The page may be gone in a moment. */
	#hurry() {
		if (this.#draft !== undefined)
			this.#keepDraft();
	}

	#keepDraft() {
		clearTimeout(this.#draft);
		this.#draft = undefined;
		this.#followed = this.#draftHere();
		this.m.own.drafts.keep(this.conv_id, this.#followed);
	}

	#show() {
		const over = byteLength(this.text.value) - this.m.limits.text_bytes;

		this.button.disabled = this.text.value.trim() === ''
			|| over > 0;
		this.later.hidden = this.button.disabled
			|| this.#edited !== null;
		this.warning.textContent = over > 0 ? t.chat.too_long(over)
			: '';
	}

	/** Grows with the text, up to a limit. */
	#fit() {
		this.text.style.height = 'auto';
		/* it stays so: then there is more room, in which the text may
		 * be one line again */
		this.text.classList.toggle('tall', this.text.value !== ''
			&& (this.text.classList.contains('tall')
				|| this.text.scrollHeight > ONE_LINE_PX));
		this.text.style.height = `${Math.min(HEIGHT_MAX_PX,
			this.text.scrollHeight)}px`;
		this.text.classList.toggle('full',
			this.text.scrollHeight > HEIGHT_MAX_PX);
	}

	#send() {
		const text = this.text.value.trim();

		if (this.button.disabled || text === '')
			return;
		if (this.#edited) {
			this.#saveEdit(this.#edited, text);
			return;
		}

		const more = this.#more(text);

		this.#clear();
		this.m.sending.send(this.conv_id, text, more);
		this.onSend();
		this.reply(null);
	}

	/** @param {string} text */
	#more(text) {
		return { reply_to: this.#reply?.msg_id,
			...mentionsIn(text, this.#names()),
			...this.lifetime.fields };
	}

	#clear() {
		this.#picked = [];
		this.text.value = '';
		clearTimeout(this.#idle);
		this.#keepDraft();
		this.#show();
		this.#fit();
	}

	/** The text stays until the server has it. @param {number} at */
	async #sendLater(at) {
		const text = this.text.value.trim();

		await this.m.scheduled.add(this.conv_id, text, this.#more(text),
			at);
		this.#clear();
		this.reply(null);
	}

	/** @returns {import('../markdown.js').Name[]} who may be mentioned */
	#names() {
		const here = this.completion.candidates();
		const ids = new Set(here.map(({ user_id }) => user_id));

		return [...this.#picked.filter(({ user_id }) =>
			ids.has(user_id)),
		...here.flatMap(({ user_id, name, names }) =>
			[name, ...names].map((one) => ({ user_id,
				name: one })))];
	}

	/** @param {Entry} entry @param {string} text */
	async #saveEdit(entry, text) {
		if (entry.kind === 'message' && entry.content?.text === text) {
			this.edit(null);
			return;
		}
		this.button.disabled = true;
		try {
			await this.m.acts.edit(entry, text);
			if (this.#edited?.msg_id === entry.msg_id)
				this.edit(null);
		} catch (error) {
			toast(error instanceof TooLate ? t.errors.edit_late
				: errorText(error), 'error');
		}
		this.#show();
	}
}
