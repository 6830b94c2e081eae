import { h } from '../dom.js';
import { clock, dayName, emojiOnly, fullTime, tint } from '../format.js';
import { icon } from '../icons.js';
import { parseMarkdown } from '../markdown.js';
import { mentionNames } from '../mentions.js';
import { memberName, messageText, quoteOf, startOf, systemText }
	from '../naming.js';
import { t } from '../strings.js';
import { number } from '../text/words.js';
import { avatar } from './avatar.js';
import { shownEmoji } from './emoji.js';
import { forwardCard, originElement } from './forwarded.js';
import { richText } from './rich_text.js';

/** @typedef {import('../rows.js').Row} Row */
/** @typedef {import('../messenger.js').Messenger} Messenger */

/**
 * @typedef {object} Look     what a row's element depends on besides the row
 * @property {'sending'|'failed'|'pending'|'sent'|'delivered'|'read'|''} status
 * @property {string} author
 * @property {string} read_by     text under the message
 * @property {string} read_title  who they are
 * @property {boolean} group      whether authors are shown
 * @property {boolean} pinned
 * @property {boolean} [starred]
 * @property {boolean} may_post
 * @property {string} lifetime    how long it is still there, or ''
 * @property {boolean} [selected]  undefined: nothing is selected now
 */

/** @param {Row} row @returns {string} of a text message */
function textOf({ entry, item }) {
	return entry?.kind === 'message' ? entry.content?.text ?? ''
		: item?.message.content?.text ?? '';
}

/** @param {Messenger} m @param {Row} row */
function bodyOf(m, row) {
	const { entry, item } = row;

	if (entry?.recalled)
		return h('span', { class: 'text recalled' }, icon('alert'),
			t.chat.recalled);
	if ((entry ?? item?.message)?.type === 'text') {
		const text = textOf(row);
		const big = emojiOnly(text);
		const names = mentionNames(m, entry?.conv_id ?? item?.conv_id
			?? '', entry ?? item?.message ?? {});

		return h('span', { class: big ? `text emoji emoji-${big}`
			: 'text' },
		richText(parseMarkdown(text, names), m.me));
	}
	if (entry?.kind === 'message' && entry.type === 'forward')
		return forwardCard(m, entry.content);
	return h('span', { class: 'text other' }, entry ? messageText(entry)
		: item?.message.forward_of ? t.forward.sending
			: t.types.custom);
}

/** @param {Messenger} m @param {Row} row */
function quoteElement(m, row) {
	const { entry, item } = row;
	const quoted = entry?.reply_to ?? (item?.message.reply_to && quoteOf(
		m.room(item.conv_id).timeline.byId(item.message.reply_to)));

	if (!quoted || entry?.recalled)
		return null;
	return h('button', { type: 'button', title: t.chat.to_quoted,
		tabindex: -1, class: `quote tint-${tint(quoted.sender_id)}`,
		'data-to': quoted.conv_index },
	h('bdi', { class: 'quote-author' }, memberName(m,
		entry?.conv_id ?? item?.conv_id ?? '', quoted.sender_id)),
	h('span', { class: 'quote-text', dir: 'auto' },
		quoted.recalled ? t.chat.reply_gone
			: startOf(quoted.preview ?? '')));
}

/** @param {Row} row */
function reactionsOf(row) {
	const reactions = Object.entries(row.entry?.reactions ?? {});

	return reactions.length === 0 ? null
		: h('span', { class: 'reactions' }, reactions.map(
			([emoji, { count, me }]) => h('button', {
				type: 'button', tabindex: -1,
				class: me ? 'reaction me' : 'reaction',
				'aria-pressed': me ? 'true' : 'false',
				'aria-label': t.chat.reaction(emoji, count,
					me),
				'data-emoji': emoji,
			}, h('span', {}, shownEmoji(emoji)),
			h('span', { class: 'reaction-count' },
				number(count)))));
}

/** @param {Look['status']} status */
function tickOf(status) {
	if (status === '')
		return null;

	const made = icon(status === 'sending' || status === 'pending'
		? 'clock' : status === 'failed' ? 'alert'
			: status === 'sent' ? 'tick' : 'ticks', t.chat[status]);

	made.classList.add('tick', status);
	return made;
}

/** @param {Row} row @param {Look} look */
function metaOf(row, look) {
	return h('span', { class: 'meta' },
		look.starred && icon('star', t.stars.starred),
		look.pinned && icon('pin', t.chat.pinned),
		look.lifetime && h('span', { class: 'lifetime',
			title: t.lifetime.left(look.lifetime) },
		icon('timer', t.lifetime.title), look.lifetime),
		row.entry?.edited_at && !row.entry.recalled && h('button', { type: 'button',
			class: 'edited', 'data-edits': '', tabindex: -1,
			title: t.chat.edits }, t.chat.edited),
		h('time', { dir: 'auto', datetime: new Date(row.at).toISOString(),
			title: fullTime(row.at) }, clock(row.at)),
		tickOf(look.status));
}

/** @param {Messenger} m @param {Row} row */
function failureOf(m, row) {
	const { item } = row;

	if (item?.state !== 'failed')
		return null;

	const { kind } = m.chats.get(item.conv_id)?.conversation ?? {};

	return h('div', { class: 'failure' },
		h('span', {}, kind === 'direct'
			&& item.problem?.code === 'forbidden'
			? t.blocks.not_sent : t.chat.failed),
		h('button', { type: 'button', class: 'link',
			onclick: () => m.outbox.retry(item.client_msg_id) },
		t.chat.retry),
		h('button', { type: 'button', class: 'link',
			onclick: () => m.outbox.discard(item.client_msg_id) },
		t.chat.discard));
}

/** @param {Row} row @param {Look} look */
function checkOf({ entry }, { selected, author }) {
	return selected !== undefined && entry && h('button', {
		type: 'button', role: 'checkbox', class: 'check', tabindex: -1,
		'aria-checked': String(selected),
		'aria-label': t.select.message(author || t.you,
			messageText(entry)) }, selected && icon('tick'));
}

/** @param {Look} look  Beside the message, where the mouse is on it. */
function actionsOf({ may_post }) {
	return h('span', { class: 'actions' },
		may_post && h('button', { type: 'button',
			class: 'icon-button reply', tabindex: -1,
			'aria-label': t.chat.reply, title: t.chat.reply,
			'data-reply': '' }, icon('reply')),
		h('button', { type: 'button', class: 'icon-button menu-button',
			tabindex: -1, 'aria-label': t.chat.more,
			title: t.chat.more, 'aria-haspopup': 'menu',
			'data-menu': '' }, icon('more')));
}

/** @param {Messenger} m @param {Row} row @param {Look} look */
function messageElement(m, row, look) {
	const big = row.entry?.type === 'text' && !row.entry.recalled
		&& !row.entry.reply_to ? emojiOnly(textOf(row)) : 0;
	const classes = ['message', row.mine ? 'mine' : 'theirs',
		row.first && 'first', row.last && 'last',
		look.group && !row.mine && 'with-avatar',
		big > 0 && 'bare', look.status,
		look.selected && 'selected'].filter(Boolean);
	const name = look.group && row.first && !row.mine;

	return h('li', { class: classes.join(' '),
		'data-index': row.conv_index || undefined,
		'data-key': row.key, tabindex: -1,
		'data-status': look.status || undefined },
	row.entry && m.acts.isWhole(row.entry) && checkOf(row, look),
	look.group && !row.mine && row.last
		&& avatar(look.author, row.sender_id, 'small'),
	h('div', { class: 'bubble' },
		h('span', { class: name ? `author tint-${tint(row.sender_id)}`
			: 'visually-hidden' },
		h('bdi', {}, row.mine ? t.you : look.author),
		!name && ':'),
		row.entry && originElement(m, row.entry),
		quoteElement(m, row),
		h('div', { class: 'body', dir: 'auto' }, bodyOf(m, row),
			metaOf(row, look)),
		reactionsOf(row),
		row.entry && m.acts.isWhole(row.entry) && actionsOf(look)),
	failureOf(m, row),
	look.read_by && h('button', { type: 'button', class: 'read-by',
		'data-readers': true, title: look.read_title }, look.read_by));
}

/** @param {Messenger} m @param {Row} row */
function systemElement(m, { entry, at }) {
	const text = entry ? systemText(m, entry) : '';
	const props = { dir: 'auto', title: fullTime(at) };

	return entry?.kind === 'pin' ? h('button', { ...props, type: 'button',
		'data-to': entry.target_index }, icon('pin'), text)
		: h('span', props, text);
}

/**
 * @param {Messenger} m
 * @param {Row} row
 * @param {Look} look
 * @returns {HTMLLIElement}
 */
export function rowElement(m, row, look) {
	switch (row.type) {
	case 'day':
		return h('li', { class: 'day' },
			h('button', { type: 'button', title: t.chat.to_date,
				'data-day': row.at }, dayName(row.at)));
	case 'divider':
		return h('li', { class: 'divider' },
			h('span', {}, t.chat.new_messages));
	case 'system':
		return h('li', { class: 'system',
			'data-index': row.conv_index },
		systemElement(m, row));
	default:
		return messageElement(m, row, look);
	}
}
