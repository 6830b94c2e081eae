import { Problem } from '../../sdk/index.js';
import { fill, h } from '../dom.js';
import { fullTime } from '../format.js';
import { icon } from '../icons.js';
import { errorText, startOf } from '../naming.js';
import { t } from '../strings.js';
import { confirmDialog, openDialog } from './dialog.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Scheduled} Scheduled */

const MINUTE_MS = 60000;
const HOUR_MS = 60 * MINUTE_MS;
const AHEAD_MAX_MS = 366 * 24 * HOUR_MS;
const MORNING = 9;

/** @param {number} at @returns {string} local time, as `<input>` has it */
function localTime(at) {
	const zone_ms = new Date(at).getTimezoneOffset() * MINUTE_MS;

	return new Date(at - zone_ms).toISOString().slice(0, 16);
}

/** @returns {number} */
function tomorrowMorning() {
	const day = new Date();

	day.setDate(day.getDate() + 1);
	return day.setHours(MORNING, 0, 0, 0);
}

/** @param {unknown} error */
function toastSchedule(error) {
	const { code, field } = error instanceof Problem ? error
		: { code: '', field: undefined };

	toast(field === 'send_at' ? t.later.bad_time
		: code === 'conflict' && !field ? t.later.full
			: errorText(error), 'error');
}

/**
 * Asks for a time in the future.
 *
 * @param {number|null} at    the one that is shown; null: in an hour
 * @param {(at: number) => Promise<void>} onPick
 * @param {AbortSignal} over  closes it
 */
export function pickTime(at, onPick, over) {
	const { dialog, body } = openDialog(t.later.title, 'date', t.cancel,
		over);
	const now = Date.now();
	const time = h('input', { type: 'datetime-local', class: 'input',
		required: true, 'aria-label': t.later.time,
		min: localTime(now + MINUTE_MS),
		max: localTime(now + AHEAD_MAX_MS) });
	const button = h('button', { type: 'submit',
		class: 'button primary wide' }, t.later.schedule);
	/** @param {string} label @param {number} when */
	const quick = (label, when) => h('button', { type: 'button',
		class: 'button', onclick: () => {
			time.value = localTime(when);
			time.focus();
		} }, label);

	time.value = localTime(Math.max(at ?? 0, now + HOUR_MS));
	body.append(h('form', { class: 'date-form', onsubmit: async (event) => {
		event.preventDefault();
		button.disabled = true;
		try {
			await onPick(new Date(time.value).getTime());
			dialog.close();
		} catch (error) {
			toastSchedule(error);
		}
		button.disabled = false;
	} }, h('div', { class: 'buttons' },
		quick(t.later.in_an_hour, now + HOUR_MS),
		quick(t.later.tomorrow, tomorrowMorning())),
	time, button));
	time.focus();
}

/** @param {Scheduled} item */
function textOf({ type, content, forward_of }) {
	if (content?.text)
		return startOf(content.text);
	return forward_of && !content ? t.later.forward
		: t.types[/** @type {'image'} */ (type)] ?? t.types.unknown;
}

/**
 * @param {Messenger} m
 * @param {Scheduled} item
 * @param {AbortSignal} over  closes it
 */
function editText(m, item, over) {
	const { dialog, body } = openDialog(t.later.edit, 'edit', t.cancel,
		over);
	const text = h('textarea', { class: 'input', rows: 4, dir: 'auto',
		required: true, 'aria-label': t.chat.message });
	const button = h('button', { type: 'submit',
		class: 'button primary wide' }, t.chat.save_edit);

	text.value = item.content?.text ?? '';
	body.append(h('form', { class: 'date-form', onsubmit: async (event) => {
		event.preventDefault();
		button.disabled = true;
		try {
			await m.scheduled.change(item, {
				content: { text: text.value.trim() } });
			dialog.close();
		} catch (error) {
			toastError(error);
		}
		button.disabled = false;
	} }, text, button));
	text.focus();
}

/**
 * @param {Messenger} m
 * @param {Scheduled} item
 * @param {AbortSignal} over
 */
function row(m, item, over) {
	const failed = item.state === 'failed';
	const text = textOf(item);
	/** @param {() => Promise<void>} act */
	const doing = (act) => () => act().catch(toastSchedule);
	const actions = [
		item.content?.text !== undefined
			&& button('edit', t.later.edit, () =>
				editText(m, item, over)),
		button('clock', t.later.change_time, () => pickTime(
			item.send_at, (at) => m.scheduled.change(item,
				{ send_at: at }), over)),
		button('send', t.later.send_now, doing(() =>
			m.scheduled.sendNow(item))),
		button('trash', t.later.cancel, async () => {
			if (await confirmDialog(t.later.cancel_title, text,
				t.later.cancel, over))
				doing(() => m.scheduled.cancel(item))();
		}),
	];

	return h('li', { class: failed ? 'scheduled failed' : 'scheduled',
		'data-msg-id': item.msg_id },
	h('p', { class: 'text', dir: 'auto' }, text),
	h('p', { class: 'scheduled-time' }, icon(failed ? 'alert' : 'clock'),
		failed ? t.later.failed(reasonOf(m, item)) : h('time', {
			datetime: new Date(item.send_at).toISOString() },
		fullTime(item.send_at))),
	h('div', { class: 'scheduled-acts' }, actions));
}

/** @param {Messenger} m @param {Scheduled} item */
const reasonOf = (m, { conv_id, reason }) => reason === 'forbidden'
	&& m.chats.get(conv_id)?.conversation.kind === 'direct'
	? t.blocks.refused : t.errors[
		/** @type {keyof typeof t.errors} */ (reason)] ?? t.errors.other;

/**
 * @param {Parameters<typeof icon>[0]} name
 * @param {string} label
 * @param {() => unknown} onclick
 */
const button = (name, label, onclick) => h('button', { type: 'button',
	class: 'icon-button', 'aria-label': label, title: label, onclick },
icon(name));

/**
 * The scheduled messages of a chat, as they are now.
 *
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {AbortSignal} over  closes it
 */
function openList(m, conv_id, over) {
	const { dialog, body } = openDialog(t.later.list, 'scheduled-list',
		t.pick.close, over);
	const list = h('ul', {});
	let shown = '';
	const show = () => {
		const items = m.room(conv_id).scheduled ?? [];
		const now = JSON.stringify(items);

		if (now === shown)
			return;
		shown = now;
		fill(list, items.map((item) => row(m, item, over)));
		if (items.length === 0)
			dialog.close();
		else if (!dialog.contains(document.activeElement))
			dialog.focus();
	};
	const unlisten = m.listen((topics) => {
		if (topics.has(`room:${conv_id}`))
			show();
	});

	dialog.addEventListener('close', unlisten);
	dialog.tabIndex = -1;
	body.append(list);
	show();
}

/**
 * How many messages of a chat are scheduled; it opens their list.
 *
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {AbortSignal} over  closes that
 */
export function scheduledBar(m, conv_id, over) {
	const element = h('button', { type: 'button', class: 'scheduled-bar',
		hidden: true, onclick: () => openList(m, conv_id, over) });
	let shown = '';

	return { element, render: () => {
		const items = m.room(conv_id).scheduled ?? [];
		const failed = items.filter(({ state }) =>
			state === 'failed').length;
		const now = `${items.length} ${failed}`;

		if (now === shown)
			return;
		shown = now;
		element.hidden = items.length === 0;
		element.classList.toggle('failed', failed > 0);
		fill(element, icon(failed ? 'alert' : 'clock'),
			failed ? t.later.some_failed(failed)
				: t.later.some(items.length));
	} };
}
