import { count, isolated } from './words.js';

/** Texts about contacts, and people who are blocked; part of `t`. */
export const people_texts = {
	contacts: {
		title: 'Contacts',
		/** @param {number} n */
		title_waiting: (n) => `Contacts: ${count(n, 'request to you',
			'requests to you')}`,
		close: 'Close the contacts',
		add: 'Add a contact',
		search: 'Search contacts',
		incoming: 'Requests to you',
		outgoing: 'Your requests',
		all: 'Your contacts',
		empty: 'No contacts yet',
		empty_hint: 'Add people whom you know, to find them here.',
		nothing_found: 'No contact of that name',

		accept: 'Accept',
		decline: 'Decline',
		take_back: 'Take back',
		of: {
			/** @param {string} name */
			accept: (name) => `Accept the request of ${isolated(name)}`,
			/** @param {string} name */
			decline: (name) => `Decline the request of ${isolated(name)}`,
			/** @param {string} name */
			take_back: (name) => `Take back the request to ${isolated(name)}`,
		},
		/** @param {string} when */
		asked: (when) => `Asked: ${when}`,

		open_chat: 'Open chat',
		remark: 'Own name…',
		remove: 'Remove contact…',
		/** @param {string} name */
		remove_title: (name) => `Remove ${isolated(name)}?`,
		remove_text: 'You are then no contacts, on both sides. Your chat '
			+ 'stays.',
		remove_do: 'Remove',

		to_contacts: 'Add to contacts',
		note: 'Message (optional)',
		send: 'Send request',
		back: 'Back',
		/** @param {string} name */
		sent: (name) => `${isolated(name)} has your request.`,
		/** @param {string} name */
		accepted: (name) => `${isolated(name)} is a contact now.`,
		/** What somebody is who is to be added. */
		states: { accepted: 'Contact', sent: 'Asked',
			requested: 'Has asked you' },
		refused: 'This person does not take requests from you.',
		full: 'You have as many contacts and requests as you can have.',
		add_person: 'Add to contacts…',
		take_back_long: 'Take back the request',
		accept_long: 'Accept the request',
		decline_long: 'Decline the request',
	},

	joining: {
		join: 'Join a group',
		field: 'Link or id of the group',
		hint: 'Of a group that everybody can join, or ask to join; or an '
			+ 'invite link.',
		do: 'Join',
		bad: 'That is neither a link nor an id of a group.',
		missing: 'There is no such group that you can join.',
		dissolved: 'That group was dissolved.',
		copy_link: 'Copy link to join',
	},

	search_days: {
		label: 'Days',
		since: 'Since',
		until: 'Until',
	},

	reminder_note: {
		label: 'Note for yourself (optional)',
		/** @param {string} note @param {string} who @param {string} text */
		due: (note, who, text) => `Reminder: ${isolated(note)} (${
			isolated(who)}: ${text})`,
	},

	blocks: {
		block: 'Block…',
		unblock: 'Unblock',
		/** @param {string} name */
		title: (name) => `Block ${isolated(name)}?`,
		text: 'They can no longer write to you directly, ask to be a contact, '
			+ 'add you to groups, or see when you are here. They are '
			+ 'not told. In groups you still see each other.',
		do: 'Block',
		/** @param {string} name */
		done: (name) => `${isolated(name)} is blocked.`,
		/** @param {string} name */
		undone: (name) => `${isolated(name)} is no longer blocked.`,
		/** @param {string} name */
		here: (name) => `You have blocked ${isolated(name)}.`,
		list: 'Blocked people',
		none: 'Nobody is blocked.',
		/** @param {string} when */
		since: (when) => `Blocked: ${when}`,
		/** @param {string} name */
		unblock_of: (name) => `Unblock ${isolated(name)}`,
		refused: 'This person cannot receive anything from you.',
		not_sent: 'Not sent: this person cannot receive messages from you.',
		group_refused: 'You cannot add somebody whom you have picked.',
	},
};
