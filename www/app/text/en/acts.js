import { count, isolated, number } from './words.js';

/** Texts about acts on messages that reach beyond one chat; part of `t`. */
export const acts = {
	own: {
		hide: 'Delete for me',
		/** @param {number} n */
		hide_title: (n) => n === 1 ? 'Delete this message for you?'
			: `Delete ${count(n, 'message', 'messages')} for you?`,
		hide_text: 'It is gone from all your devices. Others still see it.',
		hide_do: 'Delete for me',
		clear: 'Clear this chat',
		clear_title: 'Clear this chat?',
		clear_text: 'All its messages are gone from all your devices. '
			+ 'Others still see them.',
		clear_do: 'Clear',
	},

	select: {
		select: 'Select',
		label: 'Selected messages',
		/** @param {number} n */
		selected: (n) => `${number(n)} selected`,
		cancel: 'Stop selecting',
		/** @param {string} who @param {string} text */
		message: (who, text) => `Select the message of ${isolated(who)}: `
			+ text,
	},

	forward: {
		forward: 'Forward',
		title: 'Forward to',
		search: 'Search chats',
		chats: 'Chats',
		nothing: 'No chat of that name',
		picked: 'Picked chats',
		/** @param {string} name */
		unpick: (name) => `Take ${isolated(name)} out`,
		how: 'Several messages',
		merged: 'As one message',
		single: 'One by one',
		send: 'Forward',
		/** @param {number} n */
		sent: (n) => `Forwarded to ${count(n, 'chat', 'chats')}`,
		need_chat: 'Pick at least one chat',
		/** @param {number} n */
		too_many: (n) => `Up to ${number(n)} messages can be `
			+ 'forwarded at once.',
		/** @param {string} who */
		from: (who) => `Forwarded from ${isolated(who)}`,
		plain: 'Forwarded',
		origin_gone: 'The original was deleted',
		card: 'Forwarded messages',
		/** @param {number} n */
		items: (n) => count(n, 'message', 'messages'),
		/** @param {string} title @param {number} n */
		open: (title, n) => `${title}, ${count(n, 'message',
			'messages')}: open`,
		gone: 'This message was deleted',
		close: 'Close',
		sending: 'Forwarding…',
	},

	lists: 'Lists of messages',

	stars: {
		star: 'Star',
		remove: 'Remove star',
		starred: 'Starred',
		title: 'Starred messages',
		empty: 'No starred messages',
		hint: 'Star messages that you want to find again.',
		close: 'Close the starred messages',
		/** @param {string} who */
		remove_of: (who) => `Remove the star from the message of ${
			isolated(who)}`,
	},

	reminders: {
		set: 'Remind me',
		title: 'Reminders',
		empty: 'No reminders',
		hint: '“Remind me” in the menu of a message sets one.',
		close: 'Close the reminders',
		soon: 'In 20 minutes',
		hour: 'In one hour',
		hours: 'In three hours',
		tomorrow: 'Tomorrow morning',
		week: 'Next Monday',
		time: 'Date and time',
		at: 'Set',
		/** @param {string} when */
		set_for: (when) => `You will be reminded: ${when}`,
		remove: 'Cancel the reminder',
		/** @param {string} when */
		cancel_at: (when) => `Cancel the reminder: ${when}`,
		cancelled: 'The reminder is cancelled',
		/** @param {string} who */
		remove_of: (who) => `Cancel the reminder of the message of ${
			isolated(who)}`,
		/** @param {string} when */
		due_at: (when) => `Due: ${when}`,
		/** @param {string} who @param {string} text */
		due: (who, text) => `Reminder: ${isolated(who)}: ${text}`,
		open: 'Show',
	},

	search: {
		title: 'Search messages',
		label: 'Search messages',
		in_chat: 'Search in this chat',
		field: 'Words in a message',
		close: 'Close the search',
		start: 'Type words, or the beginning of the last one. '
			+ '“In quotes” they have to stand together.',
		nothing: 'Nothing found',
		nothing_hint: 'Check the spelling, or search everywhere.',
		/** @param {number} n @param {boolean} more */
		found: (n, more) => more ? `More than ${count(n, 'message',
			'messages')} found` : `${count(n, 'message',
			'messages')} found`,
		/** @param {string} when */
		behind: (when) => `Messages after ${when} can not be found yet.`,
		chat: 'Chat',
		all_chats: 'All chats',
		sender: 'From',
		anybody: 'Anyone',
		type: 'Type',
		any_type: 'Any type',
		filters: 'Filters',
		results: 'Messages found',
		text: 'Text',
		/** @param {string} filter */
		clear: (filter) => `${filter}: any`,
		/** @param {string} words */
		for_words: (words) => `Search messages for “${isolated(words)}”`,
	},

	pages: {
		more: 'Show more',
		loading: 'Loading…',
		failed: 'That could not be loaded.',
		offline: 'You are offline. It is loaded when you are back.',
		retry: 'Try again',
	},
};
