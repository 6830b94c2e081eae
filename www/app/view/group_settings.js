import { fill, h } from '../dom.js';
import { byteLength } from '../format.js';
import { errorText } from '../naming.js';
import { t } from '../strings.js';
import { settingText } from '../system_text.js';
import { openDialog } from './dialog.js';
import { toast } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').ConversationSettings} Settings */
/** @typedef {keyof typeof t.groups.labels} Name */
/** @typedef {HTMLInputElement|HTMLTextAreaElement|HTMLSelectElement} Control */

const NAME_MAX = 128;
const TEXT_BYTES = 4096;

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/** What is offered. @type {[Name, (string|number)[]][]} */
const CHOICES = [
	['join', ['invite', 'approval', 'open']],
	['who_can_post', ['all', 'admins']],
	['who_can_invite', ['all', 'admins', 'owner']],
	['who_can_pin', ['all', 'admins']],
	['who_can_mention_all', ['all', 'admins', 'owner']],
	['history', ['all', 'since_joined']],
	['slow_mode_s', [0, 10, 30, 60, 300, HOUR_S]],
	['message_ttl_s', [0, 60, HOUR_S, DAY_S, 7 * DAY_S, 30 * DAY_S]],
];

/** @param {Name} name @param {Control} control */
function field(name, control) {
	control.setAttribute('name', name);
	return h('label', { class: 'field' },
		h('span', { class: 'label' }, t.groups.labels[name]), control);
}

/**
 * One of the values, among which is the present one.
 *
 * @param {Name} name
 * @param {(string|number)[]} values
 * @param {string|number} now
 */
function choice(name, values, now) {
	const all = values.includes(now) ? values : [...values, now];
	const select = h('select', { class: 'input' }, all.map((value) =>
		h('option', { value }, settingText(name, value))));

	select.value = String(now);
	return select;
}

/** @param {Name} name @param {string} now */
function text(name, now) {
	const control = name === 'name'
		? h('input', { class: 'input', dir: 'auto', maxlength: NAME_MAX })
		: h('textarea', { class: 'input', dir: 'auto', rows: 3 });

	control.value = now;
	return control;
}

/**
 * The settings that differ from those shown at first; null takes one away.
 *
 * @param {Map<Name, Control>} controls
 * @param {Map<Name, string>} before
 */
function changesOf(controls, before) {
	return Object.fromEntries([...controls].flatMap(([name, control]) => {
		const value = control.value.trim();

		if (value === before.get(name))
			return [];
		return [[name, control instanceof HTMLSelectElement
			? name.endsWith('_s') ? Number(value) : value
			: value || null]];
	}));
}

/**
 * What is wrong, before the server says so.
 *
 * @param {Map<Name, Control>} controls
 * @param {Map<Name, string>} before
 * @returns {{control: Control, why: string}|undefined}
 */
function mistakeIn(controls, before) {
	for (const [name, control] of controls) {
		if (name === 'name' && control.value.trim() === ''
			&& before.get(name) !== '')
			return { control, why: t.groups.need_name };
		if ((name === 'description' || name === 'announcement')
			&& byteLength(control.value) > TEXT_BYTES)
			return { control, why: t.groups.too_long(
				t.groups.texts[name]) };
	}
	return undefined;
}

/**
 * Settings of a group or channel, for those who may change them.
 *
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {AbortSignal} over  closes it
 */
export function groupSettings(m, conv_id, over) {
	const { kind, settings } = m.chats.get(conv_id)?.conversation ?? {};
	const { dialog, body } = openDialog(t.groups.of(kind).settings,
		'group-settings', t.groups.cancel, over);
	/** @type {Settings} */
	const now = settings ?? {};
	/** @type {Map<Name, Control>} */
	const controls = new Map();

	for (const name of /** @type {const} */ (['name', 'description',
		'announcement']))
		controls.set(name, text(name, now[name] ?? ''));
	for (const [name, values] of CHOICES)
		controls.set(name, choice(name, values, now[name] ?? values[0]));

	const before = new Map([...controls].map(([name, { value }]) =>
		[name, value]));
	const error = h('p', { class: 'form-error', role: 'alert' });
	const button = h('button', { type: 'submit',
		class: 'button primary wide' }, t.groups.save);

	body.append(h('form', { class: 'settings-form', novalidate: true,
		onsubmit: async (event) => {
			event.preventDefault();

			const mistake = mistakeIn(controls, before);

			fill(error, mistake?.why);
			mistake?.control.focus();
			if (mistake)
				return;
			button.disabled = true;
			try {
				await m.groups.change(conv_id,
					changesOf(controls, before));
				dialog.close();
				toast(t.groups.saved);
			} catch (problem) {
				fill(error, errorText(problem));
			}
			button.disabled = false;
		} }, [...controls].map(([name, control]) =>
		field(name, control)), error, button));
	controls.get('name')?.focus();
}
