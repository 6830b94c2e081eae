import { h } from '../dom.js';
import { fullTime, localDay } from '../format.js';
import { parseMarkdown } from '../markdown.js';
import { mentionNames } from '../mentions.js';
import { t } from '../strings.js';
import { openDialog } from './dialog.js';
import { emojiGrid, shownEmoji } from './emoji.js';
import { personLine } from './person.js';
import { richText } from './rich_text.js';
import { toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Entry} Entry */

/**
 * Fills a dialog with pages of a list; a button asks for the next one.
 *
 * @template T
 * @param {HTMLElement} body
 * @param {HTMLElement} list
 * @param {(cursor: string|undefined) => Promise<
 *     import('../../sdk/client.js').Page<T>>} load
 * @param {(item: T) => Node|Promise<Node>} show
 */
async function showPages(body, list, load, show) {
	const more = h('button', { type: 'button', class: 'link' },
		t.details.more);
	/** @type {string|null} */
	let cursor = null;
	const next = async () => {
		more.disabled = true;
		try {
			const page = await load(cursor ?? undefined);

			list.append(...await Promise.all(page.items.map(
				show)));
			cursor = page.next;
			more.hidden = cursor === null;
		} catch (error) {
			toastError(error);
			more.hidden = false;
		} finally {
			more.disabled = false;
		}
	};

	more.hidden = true;
	more.addEventListener('click', next);
	body.append(list, more);
	await next();
}

/**
 * @param {(emoji: string) => void} onPick
 * @param {AbortSignal} over  closes it
 */
export function pickReaction(onPick, over) {
	const { dialog, body } = openDialog(t.chat.react, 'reactions-pick',
		t.cancel, over);
	const grid = emojiGrid((emoji) => {
		dialog.close();
		onPick(emoji);
	});

	body.append(grid);
	/** @type {HTMLElement} */ (grid.firstChild).focus();
}

/**
 * Who reacted, with one emoji or with any.
 *
 * @param {Messenger} m
 * @param {Entry} entry
 * @param {string|undefined} emoji
 * @param {AbortSignal} over  closes it
 */
export function whoReacted(m, entry, emoji, over) {
	const { body } = openDialog(t.chat.who_reacted, 'who', t.pick.close,
		over);

	return showPages(body, h('ul', { class: 'people' }), async (cursor) => {
		const page = await m.client.messages.reactions(entry.msg_id,
			{ emoji, cursor, limit: 100 });

		await m.people.load(page.items.map(({ user_id }) => user_id));
		return page;
	}, ({ user_id, emoji: one }) => {
		const user = m.people.get(user_id) ?? { user_id, username: '',
			display_name: t.someone };

		return h('li', { class: 'person', 'data-username': user.username },
			...personLine(user, h('span', { class: 'who-emoji' },
				shownEmoji(one))));
	});
}

/**
 * What a message said before.
 *
 * @param {Messenger} m
 * @param {Entry} entry
 * @param {AbortSignal} over  closes it
 */
export function showEdits(m, entry, over) {
	const { body } = openDialog(t.chat.edits, 'edits', t.pick.close, over);
	const names = mentionNames(m, entry.conv_id, entry);

	return showPages(body, h('ol', { class: 'versions' }), (cursor) =>
		m.client.messages.edits(entry.msg_id, { cursor }),
	({ content, edited_at }) => h('li', { class: 'version' },
		h('time', { datetime: new Date(edited_at).toISOString() },
			fullTime(edited_at)),
		h('div', { class: 'text', dir: 'auto' },
			...richText(parseMarkdown(content.text
				?? content.caption ?? '', names), m.me))));
}

/**
 * Asks for a day.
 *
 * @param {{from: number, to: number, day: number}} between  the first and the
 *     last one, and the one that is shown
 * @param {(at: number) => Promise<void>} onPick
 * @param {AbortSignal} over  closes it
 */
export function pickDate({ from, to, day: shown }, onPick, over) {
	const { dialog, body } = openDialog(t.chat.to_date, 'date', t.cancel,
		over);
	const day = h('input', { type: 'date', class: 'input', required: true,
		'aria-label': t.chat.date, min: localDay(from),
		max: localDay(to), value: localDay(shown) });
	const button = h('button', { type: 'submit',
		class: 'button primary wide' }, t.chat.go);

	body.append(h('form', { class: 'date-form', onsubmit: async (event) => {
		const [year, month, date] = day.value.split('-').map(Number);

		event.preventDefault();
		button.disabled = true;
		try {
			await onPick(new Date(year, month - 1, date).getTime());
			dialog.close();
		} catch (error) {
			toastError(error);
		}
		button.disabled = false;
	} }, day, button));
	day.focus();
}
