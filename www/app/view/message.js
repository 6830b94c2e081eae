import { h } from '../dom.js';
import { clock, dayName, emojiOnly, fullTime, tint } from '../format.js';
import { icon } from '../icons.js';
import { linkify } from '../linkify.js';
import { messageText, personName, quoteOf, systemText } from '../naming.js';
import { t } from '../strings.js';
import { avatar } from './avatar.js';

/** @typedef {import('../rows.js').Row} Row */
/** @typedef {import('../messenger.js').Messenger} Messenger */

/**
 * @typedef {object} Look     what a row's element depends on besides the row
 * @property {'sending'|'failed'|'pending'|'sent'|'delivered'|'read'|''} status
 * @property {string} author
 * @property {string} read_by     text under the message
 * @property {string} read_title  who they are
 * @property {boolean} group      whether authors are shown
 */

/** @param {string} text */
function textParts(text) {
	return linkify(text).map(({ text: part, href }) => href
		? h('a', { href, target: '_blank',
			rel: 'noopener noreferrer nofollow' }, part)
		: part);
}

/** @param {Row} row */
function bodyOf(row) {
	const { entry, item } = row;

	if (entry?.recalled)
		return h('span', { class: 'text recalled' }, icon('alert'),
			t.chat.recalled);
	if ((entry ?? item?.message)?.type === 'text') {
		const text = entry ? messageText(entry)
			: item?.message.content.text ?? '';
		const big = emojiOnly(text);

		return h('span', { class: big ? `text emoji emoji-${big}`
			: 'text' }, textParts(text));
	}
	return h('span', { class: 'text other' },
		entry ? messageText(entry) : t.types.custom);
}

/** @param {Messenger} m @param {Row} row */
function quoteElement(m, row) {
	const { entry, item } = row;
	const quoted = entry?.reply_to ?? (item?.message.reply_to && quoteOf(
		m.room(item.conv_id).timeline.byId(item.message.reply_to)));

	if (!quoted || entry?.recalled)
		return null;
	return h('button', { type: 'button', title: t.chat.to_quoted,
		class: `quote tint-${tint(quoted.sender_id)}`,
		'data-to': quoted.conv_index },
	h('bdi', { class: 'quote-author' }, personName(m, quoted.sender_id)),
	h('span', { class: 'quote-text', dir: 'auto' },
		quoted.recalled ? t.chat.reply_gone : quoted.preview ?? ''));
}

/** @param {Row} row */
function reactionsOf(row) {
	const reactions = Object.entries(row.entry?.reactions ?? {});

	return reactions.length === 0 ? null
		: h('span', { class: 'reactions' }, reactions.map(
			([emoji, { count, me }]) => h('span', {
				class: me ? 'reaction me' : 'reaction',
			}, emoji, count > 1 && ` ${count}`)));
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
		row.entry?.edited_at && h('span', {}, t.chat.edited),
		h('time', { dir: 'auto', datetime: new Date(row.at).toISOString(),
			title: fullTime(row.at) }, clock(row.at)),
		tickOf(look.status));
}

/** @param {Messenger} m @param {Row} row */
function failureOf(m, row) {
	const { item } = row;

	if (item?.state !== 'failed')
		return null;
	return h('div', { class: 'failure' },
		h('span', {}, t.chat.failed),
		h('button', { type: 'button', class: 'link',
			onclick: () => m.outbox.retry(item.client_msg_id) },
		t.chat.retry),
		h('button', { type: 'button', class: 'link',
			onclick: () => m.outbox.discard(item.client_msg_id) },
		t.chat.discard));
}

/** @param {Messenger} m @param {Row} row @param {Look} look */
function messageElement(m, row, look) {
	const big = row.entry?.type === 'text' && !row.entry.recalled
		&& !row.entry.reply_to
		? emojiOnly(messageText(row.entry)) : 0;
	const classes = ['message', row.mine ? 'mine' : 'theirs',
		row.first && 'first', row.last && 'last',
		look.group && !row.mine && 'with-avatar',
		big > 0 && 'bare', look.status].filter(Boolean);
	const name = look.group && row.first && !row.mine;

	return h('li', { class: classes.join(' '),
		'data-index': row.conv_index || undefined,
		'data-status': look.status || undefined },
	look.group && !row.mine && row.last
		&& avatar(look.author, row.sender_id, 'small'),
	h('div', { class: 'bubble' },
		h('span', { class: name ? `author tint-${tint(row.sender_id)}`
			: 'visually-hidden' },
		h('bdi', {}, row.mine ? t.you : look.author),
		!name && ':'),
		quoteElement(m, row),
		h('div', { class: 'body', dir: 'auto' }, bodyOf(row),
			metaOf(row, look)),
		reactionsOf(row),
		row.entry && !row.entry.recalled && h('button', {
			type: 'button', class: 'icon-button reply',
			'aria-label': t.chat.reply, title: t.chat.reply,
			'data-reply': row.entry.msg_id,
		}, icon('reply'))),
	failureOf(m, row),
	look.read_by && h('div', { class: 'read-by', title: look.read_title },
		look.read_by));
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
			h('span', {}, dayName(row.at)));
	case 'divider':
		return h('li', { class: 'divider', role: 'separator' },
			h('span', {}, t.chat.new_messages));
	case 'system':
		return h('li', { class: 'system',
			'data-index': row.conv_index },
		h('span', { dir: 'auto', title: fullTime(row.at) },
			row.entry ? systemText(m, row.entry) : ''));
	default:
		return messageElement(m, row, look);
	}
}
