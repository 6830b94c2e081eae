import { lifetimeText } from '../expiry.js';
import { dayName } from '../format.js';
import { mentionNames } from '../mentions.js';
import { memberName, systemText } from '../naming.js';
import { t } from '../strings.js';
import { forwardNames } from './forwarded.js';

/** @typedef {import('../rows.js').Row} Row */
/** @typedef {import('./message.js').Look} Look */
/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../model/room.js').Room} Room */

/** People that a hint names. */
export const READERS_NAMED = 12;

/**
 * What the elements of rows depend on besides the rows.
 *
 * @param {Messenger} m
 * @param {Room} room
 * @param {Row[]} rows
 * @param {boolean} may_post
 * @param {import('./selection.js').Selection} selection
 * @returns {Map<Row, Look>}
 */
export function looksOf(m, room, rows, may_post, selection) {
	const chat = m.chats.get(room.conv_id);
	const group = chat?.conversation.kind === 'group'
		|| chat?.conversation.kind === 'channel';
	const others = (chat?.conversation.member_count ?? 2) - 1;
	/** @type {Map<Row, Look>} */
	const looks = new Map();
	const pinned = new Set(room.pins?.map(({ entry }) =>
		entry.conv_index));
	let told = !group;

	for (const row of [...rows].reverse()) {
		/** @type {Look} */
		const look = { status: '', author: '', read_by: '',
			read_title: '', group, may_post, lifetime: '',
			pinned: pinned.has(row.conv_index) };

		looks.set(row, look);
		if (row.type !== 'message')
			continue;
		look.author = row.mine ? '' : memberName(m, room.conv_id,
			row.sender_id);
		if (row.entry?.recalled)
			continue;
		look.starred = row.entry !== undefined && m.stars.has(row.entry);
		if (row.entry && selection.active)
			look.selected = selection.has(row.entry);
		look.lifetime = lifetimeText(row.entry, m.expiry.now);
		if (row.mine)
			look.status = statusOf(room, row, group ? others : 1);
		if (!told && row.mine && row.entry)
			told = readBy(m, room, row, look);
	}
	return looks;
}

/**
 * @param {Room} room
 * @param {Row} row
 * @param {number} others
 * @returns {Look['status']}
 */
function statusOf(room, row, others) {
	if (row.item) {
		const { state } = row.item;

		return state === 'queued' ? 'sending' : state;
	}

	const { read, delivered } = room.receipts.of(row.conv_index);

	return read >= others && others > 0 ? 'read'
		: delivered >= others && others > 0 ? 'delivered' : 'sent';
}

/**
 * @param {Messenger} m
 * @param {Room} room
 * @param {Row} row
 * @param {Look} look
 * @returns {boolean} has anybody?
 */
function readBy(m, room, row, look) {
	const readers = room.receipts.readers(row.conv_index);

	if (readers.length === 0)
		return false;
	look.read_by = t.chat.read_by(readers.length);
	look.read_title = readers.slice(0, READERS_NAMED).map((id) =>
		memberName(m, room.conv_id, id)).join(t.comma);
	return true;
}

/**
 * An element is made again when this changes.
 *
 * @param {Messenger} m
 * @param {Row} row
 * @param {Look|undefined} look
 */
export function signatureOf(m, row, look) {
	const { entry, item } = row;

	return JSON.stringify([row.first, row.last, row.at, row.conv_index,
		look, item?.state,
		row.type === 'day' ? dayName(row.at) : '',
		row.type === 'system' && entry ? systemText(m, entry) : '',
		entry?.content, entry?.recalled, entry?.edited_at,
		entry?.reactions, entry?.reply_to?.recalled,
		entry?.reply_to?.preview,
		entry?.reply_to && memberName(m, entry.conv_id,
			entry.reply_to.sender_id),
		entry?.forward_of, entry && forwardNames(m, entry),
		mentionNames(m, entry?.conv_id ?? item?.conv_id ?? '',
			entry ?? item?.message ?? {})]);
}
