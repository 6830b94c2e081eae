/** All texts of the app; those of the other languages have the same shape. */

import { acts } from './acts.js';
import { groups } from './groups.js';
import { own_texts } from './own.js';
import { people_texts } from './people.js';
import { count, isolated, listed, names, number } from './words.js';

/** @typedef {typeof texts} Texts */

export const texts = {
	...acts,
	...groups,
	...own_texts,
	...people_texts,
	app: 'imcloud',
	/** Between two texts. */
	colon: ': ',
	comma: ', ',
	semicolon: '; ',
	/** @param {string} day @param {string} time */
	moment: (day, time) => `${day}, ${time}`,
	someone: 'Someone',
	you: 'You',
	/** In a sentence of somebody else's doing. */
	you_there: 'you',
	unknown_chat: 'Conversation',
	saved: 'Saved messages',
	group: 'Group',
	channel: 'Channel',

	login: {
		tagline: 'Sign in to your conversations',
		tagline_new: 'Create your account',
		sign_in: 'Sign in',
		sign_up: 'Create account',
		app: 'App',
		app_hint: 'to which the account belongs',
		username: 'User name',
		display_name: 'Your name',
		display_name_hint: 'as others see it',
		password: 'Password',
		password_rule: 'At least 8 characters',
		username_rule: 'Small letters a–z, digits, dot, dash, '
			+ 'underscore',
		to_sign_up: 'New here?',
		to_sign_in: 'Already have an account?',
		demo: 'Demo server. Sign in as',
		/** @param {string} password */
		demo_password: (password) => `Password: ${password}`,
		/** @param {string} app */
		wrong_in: (app) => 'Wrong user name or password for the app '
			+ `“${isolated(app)}”.`,
		busy: 'One moment…',
	},

	list: {
		label: 'Chats',
		search: 'Search chats',
		new_chat: 'New chat',
		empty: 'No chats yet',
		empty_hint: 'Start one with somebody you know.',
		nothing_found: 'No chat of that name',
		loading: 'Loading chats…',
		/** @param {number} n */
		unread: (n) => count(n, 'unread message', 'unread messages'),
		mentioned: 'You were mentioned',
		pinned: 'Pinned',
		muted: 'Muted',
		draft: 'Draft:',
		more: 'Loading more…',
		settings: 'Settings',
		no_messages: 'No messages yet',
	},

	chat: {
		none: 'Pick a chat to read and write',
		skip: 'Skip to the messages',
		back: 'Back to chats',
		details: 'Details',
		/** @param {number} n */
		members: (n) => count(n, 'member', 'members'),
		online: 'online',
		away: 'away',
		offline: 'offline',
		log: 'Messages',
		loading: 'Loading messages…',
		/** @param {string} name */
		beginning: (name) => `This is the beginning of ${isolated(name)}.`,
		new_messages: 'New messages',
		to_end: 'Go to the newest message',
		message: 'Message',
		/** @param {string} name */
		message_to: (name) => `Message ${isolated(name)}`,
		send: 'Send',
		emoji: 'Insert emoji',
		/** @param {number} n */
		too_long: (n) => `${number(n)} bytes too long`,
		typing: 'typing…',
		/** @param {string[]} who */
		typing_who: (who) => who.length > 2 ? 'several people typing…'
			: `${names.format(who)} typing…`,
		recalled: 'This message was deleted',
		edited: 'edited',
		sending: 'Sending',
		pending: 'Waiting for delivery',
		sent: 'Sent',
		delivered: 'Delivered',
		read: 'Read',
		failed: 'Not sent',
		retry: 'Try again',
		discard: 'Discard',
		/** @param {number} n */
		read_by: (n) => `Read by ${number(n)}`,
		cannot_post: 'Only admins can write here',
		load_failed: 'The messages could not be loaded.',
		/** @param {string} who @param {string} text */
		announce: (who, text) => `${isolated(who)}: ${text}`,
		reply_gone: 'Deleted message',
		reply: 'Reply',
		actions: 'Message actions',
		more: 'More',
		edit: 'Edit',
		copy: 'Copy text',
		copied: 'Copied',
		pin: 'Pin',
		unpin: 'Unpin',
		pinned: 'Pinned',
		edits: 'Earlier versions',
		recall: 'Delete for everyone',
		recall_title: 'Delete this message?',
		recall_text: 'It is deleted for everyone in this chat.',
		recall_do: 'Delete',
		react: 'React',
		/** @param {string} emoji */
		react_with: (emoji) => `React with ${emoji}`,
		more_emoji: 'More reactions',
		who_reacted: 'Who reacted',
		/** @param {string} emoji @param {number} n @param {boolean} me */
		reaction: (emoji, n, me) => `${emoji}, ${count(n, 'person',
			'people')}${me ? ', you too' : ''}`,
		editing: 'Editing',
		cancel_edit: 'Stop editing',
		save_edit: 'Save',
		edit_gone: 'The message that you were editing was deleted.',
		to_date: 'Go to a date',
		date: 'Date',
		go: 'Go',
		nothing_since: 'Nothing was written on that day or later.',
		mention: 'People to mention',
		everybody: 'Everyone in this chat',
		/** @param {string} name */
		replying: (name) => `Replying to ${isolated(name)}`,
		replying_self: 'Replying to yourself',
		cancel_reply: 'Do not reply to it',
		to_quoted: 'Go to this message',
	},

	later: {
		send: 'Send later',
		title: 'When to send it',
		time: 'Date and time',
		in_an_hour: 'In an hour',
		tomorrow: 'Tomorrow morning',
		schedule: 'Schedule',
		list: 'Scheduled messages',
		/** @param {number} n */
		some: (n) => count(n, 'scheduled message',
			'scheduled messages'),
		/** @param {number} n */
		some_failed: (n) => `${count(n, 'scheduled message',
			'scheduled messages')} not sent`,
		/** @param {string} why */
		failed: (why) => `Not sent. ${why}`,
		/** @param {string} name */
		failed_in: (name) => 'A scheduled message was not sent in '
			+ `“${isolated(name)}”.`,
		edit: 'Edit text',
		change_time: 'Change time',
		send_now: 'Send now',
		cancel: 'Delete',
		cancel_title: 'Delete this scheduled message?',
		forward: 'Forwarded messages',
		bad_time: 'Pick a time within a year from now.',
		full: 'So many messages are scheduled that there is no room '
			+ 'for another.',
	},

	lifetime: {
		title: 'Disappears',
		forever: 'Does not disappear',
		/** @param {string} time */
		after_reading: (time) => `${time} after reading`,
		/** @param {string} time */
		left: (time) => `Disappears: ${time}`,
		/** @param {string} time */
		of_next: (time) => `New messages disappear: ${time}`,
		of_chat: 'How long messages are there',
		/** @param {string} time */
		chat: (time) => `Messages disappear after ${time}`,
		chat_forever: 'Messages do not disappear',
		units: {
			/** @param {number} n */
			second: (n) => `${number(n)} s`,
			/** @param {number} n */
			minute: (n) => `${number(n)} min`,
			/** @param {number} n */
			hour: (n) => `${number(n)} h`,
			/** @param {number} n */
			day: (n) => `${number(n)} d`,
		},
	},

	types: {
		image: 'Photo',
		audio: 'Voice message',
		video: 'Video',
		file: 'File',
		location: 'Location',
		card: 'Contact',
		custom: 'Message',
		forward: 'Forwarded messages',
		unknown: 'Message of a newer kind',
	},

	/** Why an open chat was left. */
	gone: {
		/** @param {string} name */
		removed: (name) => `You were removed from “${isolated(name)}”.`,
		/** @param {string} name */
		dissolved: (name) => `“${isolated(name)}” was dissolved.`,
		missing: () => 'You are not in that chat.',
	},

	details: {
		title: 'Details',
		close: 'Close',
		members: 'Members',
		pins: 'Pinned messages',
		/** @param {string} name */
		unpin: (name) => `Unpin the message of ${isolated(name)}`,
		/** @param {string} who @param {string} when */
		pinned_by: (who, when) => `Pinned by ${isolated(who)}, ${when}`,
		more: 'Show more',
		add: 'Add people',
		/** @param {string} name */
		remove_title: (name) => `Remove ${isolated(name)}?`,
		remove_text: 'They will no longer see new messages here.',
		remove_do: 'Remove',
		message: 'Message',
		/** @param {string} name */
		username: (name) => `@${name}`,
	},

	pick: {
		new_chat: 'New chat',
		new_group: 'New group',
		add: 'Add people',
		search: 'Search people by name',
		nobody: 'Nobody found',
		hint: 'Type the start of a name',
		group_name: 'Group name',
		create: 'Create group',
		do_add: 'Add',
		/** @param {string} name */
		unpick: (name) => `Take ${isolated(name)} out`,
		back: 'Back',
		close: 'Close',
		need_people: 'Pick at least one person',
		need_name: 'Give the group a name',
		picked: 'Picked',
	},

	/** The outcome for people who were to be added. */
	outcomes: {
		/** @param {string[]} who */
		already: (who) => `${listed(who)} already in the group`,
		/** @param {string[]} who */
		not_found: (who) => `${listed(who)} could not be found`,
		/** @param {string[]} who */
		forbidden: (who) => `${listed(who)} can not be added by you`,
		/** @param {string[]} who */
		requested: (who) => `${listed(who)} can come in when an admin `
			+ 'agrees',
		/** @param {string[]} who */
		full: (who) => `The group is full: ${listed(who)} not added`,
	},

	settings: {
		title: 'Settings',
		profile: 'Profile',
		name: 'Your name',
		save: 'Save',
		saved: 'Saved',
		notifications: 'Show notifications on this device',
		notifications_denied: 'The browser forbids notifications '
			+ 'for this page.',
		devices: 'Where you are signed in',
		this_device: 'This device',
		/** @param {string} when */
		last_seen: (when) => `Last seen ${when}`,
		end: 'Sign out',
		/** @param {string} name */
		end_device: (name) => `Sign out ${isolated(name)}`,
		log_out: 'Log out',
		log_out_unsent_title: 'Log out with unsent messages?',
		/** @param {number} n */
		log_out_unsent: (n) => `${count(n, 'message has',
			'messages have')} not been sent yet and will be `
			+ 'lost.',
		close: 'Close',
	},

	live: {
		connecting: 'Connecting…',
		waiting: 'No connection, retrying…',
		down: 'Server problem, retrying…',
		offline: 'You are offline',
		online: 'Connected',
		poll: 'Connected (long poll)',
	},

	platforms: {
		ios: 'iPhone or iPad', android: 'Android', web: 'Web browser',
		desktop: 'Desktop app', bot: 'Bot', other: 'Other device',
	},

	cancel: 'Cancel',
	ok: 'OK',
	yesterday: 'Yesterday',
	today: 'Today',
	dismiss: 'Dismiss',

	ended: {
		expired: 'Your session has ended. Please sign in again.',
		logged_out: 'You were signed out.',
		kicked: 'This device was signed out from elsewhere.',
		replaced: 'You signed in elsewhere with this device.',
	},

	/** By problem code; `network` if no answer came. */
	errors: {
		invalid_argument: 'That is not allowed here.',
		unauthenticated: 'Wrong user name or password.',
		forbidden: 'You are not allowed to do that.',
		not_found: 'That is no longer there.',
		conflict: 'That does not fit with what is there now.',
		gone: 'That is no longer there.',
		too_large: 'That is too large.',
		rate_limited: 'Too fast. Wait a moment, then try again.',
		busy: 'The server is not available at the moment. Try again '
			+ 'soon.',
		uncertain: 'The server is not available at the moment. Try '
			+ 'again soon.',
		internal: 'Something went wrong on the server.',
		network: 'No connection to the server.',
		other: 'That did not work. Try again.',
		recall_late: 'It is too late to delete this message for '
			+ 'everyone.',
		edit_late: 'It is too late to edit this message.',
		reactions_full: 'This message has as many different reactions '
			+ 'as it can have.',
		copy: 'The browser does not allow copying.',
		username_taken: 'This user name is taken.',
		username_bad: 'A user name has small letters, digits, dot, '
			+ 'dash and underscore.',
		app_needed: 'This server serves several apps. Name yours.',
		app_bad: 'There is no such app here.',
		wrong_in_app: 'Wrong app, user name or password.',
		disabled: 'This account has been disabled.',
		password_bad: 'A password has 8 to 256 characters.',
		name_bad: 'A name has 1 to 64 characters in one line, and none '
			+ 'that cannot be seen.',
		sign_up_closed: 'This server does not take new accounts.',
	},
};
