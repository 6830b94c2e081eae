import { fill, h } from '../dom.js';
import { icon } from '../icons.js';
import { chatName, chatTintId } from '../naming.js';
import { t } from '../strings.js';
import { chatAvatar } from './avatar.js';
import { ChatPicker } from './chat_picker.js';
import { openDialog } from './dialog.js';
import { toast } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Entry} Entry */

/** Messages of one forward. */
export const FORWARD_MAX = 100;

/**
 * Asks for chats, and forwards messages to them.
 *
 * @param {Messenger} m
 * @param {Entry[]} entries  oldest first
 * @param {() => void} onSent
 * @param {AbortSignal} over  closes it
 */
export function forwardDialog(m, entries, onSent, over) {
	const { dialog, body } = openDialog(t.forward.title, 'pick forward',
		t.cancel, over);
	/** @type {Set<string>} */
	const picked = new Set();
	const chips = h('div', { class: 'chips', role: 'group',
		'aria-label': t.forward.picked });
	const how = howChoice();
	const error = h('p', { class: 'form-error', role: 'alert' });
	/** @param {string} conv_id */
	const toggle = (conv_id) => {
		if (!picked.delete(conv_id))
			picked.add(conv_id);
		error.textContent = '';
		showPicked(m, chips, picked, toggle);
		picker.render();
	};
	const picker = new ChatPicker(m, {
		allowed: (chat) => m.acts.mayPost(chat),
		picked: (conv_id) => picked.has(conv_id),
		onPick: toggle,
	});
	const button = h('button', { type: 'submit',
		class: 'button primary wide' }, t.forward.send);

	body.append(h('form', { class: 'forward-form', onsubmit: (event) => {
		event.preventDefault();
		if (picked.size === 0) {
			error.textContent = t.forward.need_chat;
			return;
		}
		m.sending.forward([...picked], entries, entries.length > 1
			&& how.merged());
		dialog.close();
		toast(t.forward.sent(picked.size));
		onSent();
	} }, chips, picker.element, entries.length > 1 && how.element, error,
	button));
	picker.input.focus();
}

/** Several messages: as one, or one by one. */
function howChoice() {
	/** @param {string} value @param {string} label */
	const choice = (value, label) => h('label', { class: 'choice' },
		h('input', { type: 'radio', name: 'how', value,
			checked: value === 'merged' }), label);
	const element = h('fieldset', { class: 'choices' },
		h('legend', { class: 'visually-hidden' }, t.forward.how),
		choice('merged', t.forward.merged),
		choice('single', t.forward.single));

	return { element, merged: () => element.querySelector(
		'input[value="merged"]:checked') !== null };
}

/**
 * @param {Messenger} m
 * @param {Element} box
 * @param {Set<string>} picked
 * @param {(conv_id: string) => void} onRemove
 */
function showPicked(m, box, picked, onRemove) {
	fill(box, [...picked].map((conv_id) => {
		const chat = m.chats.get(conv_id);
		const name = chatName(m, chat);

		return h('button', { type: 'button', class: 'chip',
			'aria-label': t.forward.unpick(name),
			onclick: () => onRemove(conv_id) },
		chat && chatAvatar(chat, name, chatTintId(chat), 'small',
			undefined),
		h('bdi', {}, name), icon('close'));
	}));
}
