import { count, isolated } from './words.js';

/** Texts about what a person sets for themselves; part of `t`. */
export const own_texts = {
	parts: {
		all: 'All',
		folders: 'Folders',
		archive: 'Archived chats',
		back: 'Back to all chats',
		no_archived: 'No archived chats',
		no_archived_hint: 'A new message brings a chat back to the list.',
		marked: 'Marked as unread',
	},

	chat_menu: {
		/** @param {string} name */
		label: (name) => `Chat: ${isolated(name)}`,
		pin: 'Pin',
		unpin: 'Unpin',
		mute: 'Mute…',
		unmute: 'Unmute',
		mute_for: 'Mute',
		hour: 'For an hour',
		tomorrow: 'Until tomorrow morning',
		always: 'Always',
		mark_unread: 'Mark as unread',
		mark_read: 'Mark as read',
		folder: 'Folder…',
		remark: 'Own name…',
		archive: 'Archive',
		unarchive: 'Take out of the archive',
	},

	folder: {
		title: 'Folder',
		none: 'In no folder',
		fresh: 'New folder',
		move: 'Move',
	},

	remark: {
		title: 'Own name',
		/** @param {string} name */
		hint: (name) => `Only you see it, in place of “${isolated(name)}”.`,
		name: 'Name',
		save: 'Save',
		remove: 'Remove it',
	},

	profile: {
		bio: 'About you',
	},

	language: {
		title: 'Language',
		system: 'As the browser',
		not_kept: 'The browser stores nothing for this page, so its '
			+ 'language cannot be changed.',
	},

	theme: {
		title: 'Appearance',
		system: 'As the device',
		light: 'Light',
		dark: 'Dark',
	},

	privacy: {
		title: 'Privacy',
		read_receipts: 'Read receipts',
		read_receipts_hint: 'Without them nobody sees what you have read, and '
			+ 'you do not see it of others.',
		last_seen: 'Who sees when you were last here',
		add_to_groups: 'Who may add you to groups',
		who: {
			everyone: 'Everyone',
			contacts: 'My contacts',
			nobody: 'Nobody',
		},
		loading: 'Loading…',
	},

	dnd: {
		title: 'Do not disturb',
		on: 'No notifications at set hours',
		from: 'From',
		to: 'To',
		days: 'Days on which it begins',
		zone: 'Time zone',
		need_day: 'Pick at least one day.',
	},

	password: {
		change: 'Change password',
		old: 'Present password',
		fresh: 'New password',
		rule: 'At least 8 characters',
		elsewhere: 'Log out all other devices',
		save: 'Change',
		changed: 'The password was changed.',
		wrong: 'That is not your present password.',
	},

	export: {
		title: 'Your data',
		hint: 'A file with everything that is known of you: profile, settings, '
			+ 'contacts, chats and messages.',
		ask: 'Export my data',
		again: 'Export my data again',
		/** @param {string} time */
		running: (time) => `Asked for: ${time}. The file is being written…`,
		/** @param {string} time */
		done: (time) => `Asked for: ${time}. The file is ready. The operator `
			+ 'of this server has it for you, for some days.',
		failed: 'The file could not be written. You can ask for it again.',
	},

	readers: {
		menu: 'Read by…',
		title: 'Who has read it',
		/** @param {string} time */
		sent: (time) => `Sent ${time}`,
		unread: 'Not read yet',
		off: 'You have turned read receipts off, so you do not see those of '
			+ 'others. Settings can turn them on.',
		/** @param {number} n */
		others: (n) => `${count(n, 'more member does', 'more members do')} `
			+ 'not show it, or came later.',
	},
};
