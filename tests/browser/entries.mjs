/** Objects of the API, for tests of the models. */

export const ME = '1';
export const BOB = '2';

/** An entry; the ordinal is the index unless it is said. */
export const entry = (conv_index, more = {}) => ({
	conv_id: '77', conv_index, ordinal: conv_index,
	msg_id: String(1000 + conv_index), kind: 'message', type: 'text',
	sender_id: BOB, sent_at: conv_index * 1000,
	content: { text: `text ${conv_index}` }, ...more,
});

/** A chat of the list; `more` is of the conversation. */
export const chatItem = (last_entry, unread = 0, more = {}) => ({
	conversation: { conv_id: '77', kind: 'direct', settings: {},
		created_at: 5, member_count: 2, version: 1,
		last_index: last_entry?.conv_index ?? 0,
		last_ordinal: last_entry?.ordinal ?? 0, ...more },
	last_entry, unread, mentions: 0, read_index: 0, me: {},
});
