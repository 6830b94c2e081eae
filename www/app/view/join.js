import { Problem } from '../../sdk/index.js';
import { copyText } from '../clipboard.js';
import { h } from '../dom.js';
import { chatName, errorText } from '../naming.js';
import { entranceOf, hashOf, joinHash } from '../route.js';
import { t } from '../strings.js';
import { openDialog } from './dialog.js';
import { toast } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */

/** @param {string} link */
export async function copyLink(link) {
	try {
		await copyText(link);
		toast(t.groups.link_copied);
	} catch {
		toast(t.errors.copy, 'error');
	}
}

/**
 * The address is that of this page, and for the same app.
 *
 * @param {string} conv_id
 */
export function copyJoinLink(conv_id) {
	const link = new URL(location.href);

	link.hash = joinHash(conv_id);
	return copyLink(link.href);
}

/** @param {unknown} error */
function why(error) {
	const { code } = error instanceof Problem ? error : { code: '' };

	if (code === 'not_found')
		return t.joining.missing;
	if (code === 'gone')
		return t.joining.dissolved;
	if (code === 'forbidden')
		return t.groups.you_are_banned;
	return code === 'conflict' ? t.groups.is_full : errorText(error);
}

/**
 * Asks for a group that lets people in, and comes in.
 *
 * @param {Messenger} m
 * @param {string} text  what is known of it, or ''
 * @param {(conv_id: string) => void} onJoined
 * @param {AbortSignal} over  closes it
 */
export function joinDialog(m, text, onJoined, over) {
	const { dialog, body } = openDialog(t.joining.join, 'join', t.cancel,
		over);
	const input = h('input', { class: 'input', dir: 'auto', required: true,
		value: text, autocomplete: 'off', spellcheck: 'false',
		'aria-describedby': 'join-hint' });
	const wrong = h('p', { class: 'form-error', role: 'alert' });
	const button = h('button', { type: 'submit',
		class: 'button primary wide' }, t.joining.do);
	/** @param {string} conv_id */
	const join = async (conv_id) => {
		const joined = await m.groups.join(conv_id);

		dialog.close();
		toast(joined ? t.groups.joined(chatName(m, m.chats.get(conv_id)))
			: t.groups.waiting);
		if (joined)
			onJoined(conv_id);
	};
	/** @param {Event} event */
	const submit = async (event) => {
		const entrance = entranceOf(input.value);

		event.preventDefault();
		wrong.textContent = entrance ? '' : t.joining.bad;
		if (!entrance)
			return;
		if ('code' in entrance) {
			dialog.close();
			location.hash = `#/invite/${entrance.code}`;
			return;
		}
		button.disabled = true;
		try {
			await join(entrance.conv_id);
		} catch (error) {
			wrong.textContent = why(error);
		}
		button.disabled = false;
	};

	body.append(h('form', { class: 'contact-form', onsubmit: submit },
		h('label', { class: 'field' },
			h('span', { class: 'label' }, t.joining.field), input),
		h('p', { class: 'hint', id: 'join-hint' }, t.joining.hint),
		wrong, button));
	if (text)
		button.focus();
	else
		input.focus();
}

/**
 * The address of the page leads into a group; the history does not lead there
 * again.
 *
 * @param {Messenger} m
 * @param {(conv_id: string) => void} onJoined
 * @param {AbortSignal} over
 */
export function joinByLink(m, onJoined, over) {
	const { href } = location;

	history.replaceState(null, '', hashOf({}));
	joinDialog(m, href, onJoined, over);
}
