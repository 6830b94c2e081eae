import { isolated } from './words.js';

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
};
