import { Problem } from '../../sdk/index.js';
import { h } from '../dom.js';
import { errorText } from '../naming.js';
import { t } from '../strings.js';
import { openDialog } from './dialog.js';
import { toast } from './toast.js';

/**
 * Changes the user's password.
 *
 * @param {import('../messenger.js').Messenger} m
 * @param {AbortSignal} over   closes it
 * @param {() => void} onDone  other devices may have been logged out
 */
export function passwordDialog(m, over, onDone) {
	const { dialog, body } = openDialog(t.password.change, 'own-set',
		t.cancel, over);
	/** @param {'current-password'|'new-password'} kind */
	const input = (kind) => h('input', { class: 'input', type: 'password',
		required: true, autocomplete: kind, maxlength: 256,
		minlength: kind === 'new-password' ? 8 : undefined });
	const old = input('current-password');
	const fresh = input('new-password');
	const elsewhere = h('input', { type: 'checkbox' });
	const wrong = h('p', { class: 'form-error', role: 'alert' });
	const button = h('button', { type: 'submit', class: 'button primary' },
		t.password.save);
	const change = async () => {
		button.disabled = true;
		wrong.textContent = '';
		try {
			await m.client.own.setPassword(old.value, fresh.value,
				{ end_sessions: elsewhere.checked });
			dialog.close();
			toast(t.password.changed);
			onDone();
		} catch (error) {
			wrong.textContent = problemText(error);
			button.disabled = false;
		}
	};

	body.append(h('form', { class: 'password-form',
		onsubmit: (event) => {
			event.preventDefault();
			change();
		} },
	/* for password managers */
	h('input', { type: 'text', autocomplete: 'username', hidden: true,
		value: m.user.username }),
	h('label', { class: 'field' },
		h('span', { class: 'label' }, t.password.old), old),
	h('label', { class: 'field' },
		h('span', { class: 'label' }, t.password.fresh), fresh,
		h('span', { class: 'hint' }, t.password.rule)),
	h('label', { class: 'switch' }, elsewhere,
		h('span', {}, t.password.elsewhere)),
	wrong,
	h('div', { class: 'buttons' }, button)));
	old.focus();
}

/** @param {unknown} error */
function problemText(error) {
	const field = error instanceof Problem ? error.field : undefined;

	return field === 'old' ? t.password.wrong
		: field === 'new' ? t.errors.password_bad : errorText(error);
}
