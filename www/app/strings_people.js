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
		/** @param {string} name */
		accept_of: (name) => `Accept the request of ${isolated(name)}`,
		/** @param {string} name */
		decline_of: (name) => `Decline the request of ${isolated(name)}`,
		/** @param {string} name */
		take_back_of: (name) => `Take back the request to ${isolated(name)}`,
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
	},
};
