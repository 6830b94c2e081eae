import { dayOf } from './format.js';
import { isShown } from './model/entries.js';

/** @typedef {import('../sdk/types.js').Entry} Entry */
/** @typedef {import('../sdk/outbox.js').OutboxItem} OutboxItem */

const TOGETHER_MS = 5 * 60 * 1000;

/**
 * @typedef {object} Row   a row of a chat
 * @property {string} key
 * @property {'day'|'divider'|'system'|'message'} type
 * @property {number} at
 * @property {number} conv_index   0 until it has one
 * @property {Entry} [entry]
 * @property {OutboxItem} [item]   an outgoing message
 * @property {boolean} mine
 * @property {string} sender_id
 * @property {boolean} first       of a block by one sender
 * @property {boolean} last
 */

/**
 * @param {object} what
 * @param {Entry[]} what.entries     ascending
 * @param {OutboxItem[]} what.items  oldest first
 * @param {string} what.me
 * @param {number|null} what.divider "new messages" stands after this index
 * @returns {Row[]}
 */
export function buildRows({ entries, items, me, divider }) {
	/** @type {Row[]} */
	const rows = [];
	/** @type {Set<string>} */
	const sent = new Set();
	let divided = divider === null;

	for (const entry of entries) {
		if (entry.sender_id === me && entry.client_msg_id)
			sent.add(entry.client_msg_id);
		if (!isShown(entry))
			continue;

		const row = entryRow(entry, me);

		addDay(rows, row);
		if (!divided && entry.conv_index > Number(divider)
			&& !row.mine && entry.kind !== 'pin') {
			divided = true;
			rows.push(plainRow('divider', 'divider', row.at));
		}
		rows.push(row);
	}
	for (const item of items) {
		if (sent.has(item.client_msg_id))
			continue;

		const row = itemRow(item, me);

		addDay(rows, row);
		rows.push(row);
	}
	return group(rows);
}

/**
 * @param {string} key
 * @param {Row['type']} type
 * @param {number} at
 * @returns {Row}
 */
function plainRow(key, type, at) {
	return { key, type, at, conv_index: 0, mine: false, sender_id: '',
		first: true, last: true };
}

/** @param {Entry} entry @param {string} me @returns {Row} */
function entryRow(entry, me) {
	const mine = entry.sender_id === me;

	return {
		...plainRow(mine && entry.client_msg_id
			? `m${entry.client_msg_id}` : `i${entry.conv_index}`,
		entry.kind === 'message' ? 'message' : 'system',
		entry.sent_at),
		conv_index: entry.conv_index,
		entry,
		mine,
		sender_id: entry.sender_id,
	};
}

/** @param {OutboxItem} item @param {string} me @returns {Row} */
function itemRow(item, me) {
	return {
		...plainRow(`m${item.client_msg_id}`, 'message',
			item.answer?.sent_at ?? item.created_at),
		item,
		mine: true,
		sender_id: me,
	};
}

/** @param {Row[]} rows @param {Row} row */
function addDay(rows, row) {
	const before = rows.at(-1);
	const day = dayOf(row.at);

	/* a wrong clock must not give a day two headings */
	if (before && day <= dayOf(before.at))
		return;
	rows.push(plainRow(`d${day}`, 'day', row.at));
}

/** @param {Row[]} rows @returns {Row[]} */
function group(rows) {
	for (let i = 1; i < rows.length; i++) {
		const a = rows[i - 1];
		const b = rows[i];

		if (a.type === 'message' && b.type === 'message'
			&& a.sender_id === b.sender_id
			&& b.at - a.at < TOGETHER_MS)
			a.last = b.first = false;
	}
	return rows;
}
