import { fill, h } from '../dom.js';
import { listTime } from '../format.js';
import { setWantsNotifications, wantsNotifications }
	from '../preferences.js';
import { t } from '../strings.js';
import { avatar } from './avatar.js';
import { blockedDialog } from './block.js';
import { confirmDialog, openDialog } from './dialog.js';
import { languageButton } from './language_choice.js';
import { ExportSettings } from './settings_export.js';
import { passwordDialog } from './settings_password.js';
import { PrivacySettings } from './settings_privacy.js';
import { themeChoice } from './settings_theme.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Session} Session */

const BIO_MAX = 1024;

/** @param {Messenger} m */
function profile(m) {
	const name = h('input', { class: 'input', dir: 'auto', maxlength: 64,
		required: true, 'aria-label': t.settings.name });
	const bio = h('textarea', { class: 'input', dir: 'auto', rows: 2,
		maxlength: BIO_MAX, 'aria-label': t.profile.bio });
	const save = async () => {
		try {
			await m.updateProfile({
				display_name: name.value.trim(),
				bio: bio.value.trim() || null });
			toast(t.settings.saved);
		} catch (error) {
			toastError(error);
		}
	};

	name.value = m.user.display_name;
	bio.value = m.user.bio ?? '';
	return h('form', {
		class: 'profile-form',
		onsubmit: (event) => {
			event.preventDefault();
			if (name.value.trim())
				save();
		},
	},
	h('div', { class: 'profile' },
		avatar(m.user.display_name, m.me, 'large'),
		h('div', { class: 'profile-text' },
			h('label', { class: 'field' },
				h('span', { class: 'label' }, t.settings.name),
				name),
			h('span', { class: 'hint' },
				t.details.username(m.user.username)))),
	h('label', { class: 'field' },
		h('span', { class: 'label' }, t.profile.bio), bio),
	h('button', { type: 'submit', class: 'button' }, t.settings.save));
}

function notifications() {
	const box = h('input', { type: 'checkbox',
		onchange: async () => {
			if (box.checked && await Notification
				.requestPermission() !== 'granted') {
				box.checked = false;
				toast(t.settings.notifications_denied,
					'error');
			}
			setWantsNotifications(box.checked);
		} });

	if (!('Notification' in globalThis))
		return null;
	box.checked = wantsNotifications()
		&& Notification.permission === 'granted';
	return h('label', { class: 'switch' }, box,
		h('span', {}, t.settings.notifications));
}

/** @param {Session} session */
function deviceName({ device }) {
	return device.name || t.platforms[device.platform]
		|| t.platforms.other;
}

/** @param {Messenger} m @param {Element} list */
async function showDevices(m, list) {
	try {
		const { items } = await m.client.sessions.list();

		fill(list, items.map((session) => h('li', { class: 'device' },
			h('span', { class: 'person-text' },
				h('bdi', { class: 'person-name' },
					deviceName(session)),
				h('span', { class: 'person-username' },
					session.current
						? t.settings.this_device
						: t.settings.last_seen(listTime(
							session.last_seen_at)))),
			!session.current && h('button', { type: 'button',
				class: 'button small',
				'aria-label': t.settings.end_device(
					deviceName(session)),
				onclick: async () => {
					try {
						await m.client.sessions.end(
							session.session_id);
					} catch (error) {
						toastError(error);
					}
					showDevices(m, list);
				} }, t.settings.end))));
	} catch (error) {
		toastError(error);
	}
}

/**
 * @param {Messenger} m
 * @param {() => void} onLogOut
 * @param {AbortSignal} over  closes it
 */
export function settingsDialog(m, onLogOut, over) {
	const { dialog, body } = openDialog(t.settings.title, 'settings',
		t.settings.close, over);
	const devices = h('ul', { class: 'people' });
	const privacy = new PrivacySettings(m);
	const data = new ExportSettings(m);

	body.append(...[
		profile(m),
		themeChoice(),
		h('div', { class: 'field' },
			h('span', { class: 'label' }, t.language.title),
			languageButton(over)),
		notifications(),
		privacy.element,
		h('button', { type: 'button', class: 'button wide',
			onclick: () => blockedDialog(m, over) }, t.blocks.list),
		h('h3', {}, t.settings.devices),
		devices,
		h('button', { type: 'button', class: 'button wide',
			onclick: () => passwordDialog(m, over, () =>
				showDevices(m, devices)) }, t.password.change),
		data.element,
		h('button', { type: 'button', class: 'button danger wide',
			onclick: async () => {
				const unsent = m.outbox.size;

				if (unsent > 0 && !await confirmDialog(
					t.settings.log_out_unsent_title,
					t.settings.log_out_unsent(unsent),
					t.settings.log_out, over))
					return;
				dialog.close();
				onLogOut();
			} }, t.settings.log_out),
	].filter((part) => part !== null));
	dialog.addEventListener('close', () => {
		privacy.close();
		data.close();
	});
	showDevices(m, devices);
}
