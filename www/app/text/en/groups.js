import { count, isolated, listed, number } from './words.js';

/** Where a group and a channel have different words. */
const group = {
	settings: 'Settings of this group',
	leave: 'Leave group',
	leave_title: 'Leave this group?',
	leave_text: 'You will no longer see its messages. '
		+ 'Somebody in it has to add you again.',
	dissolve: 'Dissolve group',
	dissolve_title: 'Dissolve this group?',
};

const channel = {
	settings: 'Settings of this channel',
	leave: 'Leave channel',
	leave_title: 'Leave this channel?',
	leave_text: 'You will no longer see its messages.',
	dissolve: 'Dissolve channel',
	dissolve_title: 'Dissolve this channel?',
};

/** Texts about groups and channels; part of `t`. */
export const groups = {
	roles: { owner: 'Owner', admin: 'Admin', member: '' },

	/** What became of a group, in its chat. */
	system: {
		/** @param {string} who @param {string} place */
		created: (who, place) => `${isolated(who)} created the ${place}`,
		/** @param {string} who @param {string[]} whom */
		added: (who, whom) => `${isolated(who)} added ${listed(whom)}`,
		/** @param {string[]} whom */
		joined: (whom) => `${listed(whom)} joined`,
		/** @param {string[]} whom */
		left: (whom) => `${listed(whom)} left`,
		/** @param {string} who @param {string[]} whom */
		removed: (who, whom) => `${isolated(who)} removed ${listed(whom)}`,
		/** @param {string} who @param {string[]} whom */
		banned: (who, whom) => `${isolated(who)} banned ${listed(whom)}`,
		/** @param {string} who @param {string[]} whom */
		unbanned: (who, whom) => `${isolated(who)} lifted the ban of `
			+ listed(whom),
		/** @param {string} who @param {string[]} whom */
		admin: (who, whom) => `${isolated(who)} made ${listed(whom)} `
			+ 'an admin',
		/** @param {string} who @param {string[]} whom */
		no_admin: (who, whom) => `${isolated(who)} made ${listed(whom)} `
			+ 'a member without special rights',
		/** @param {string[]} whom @param {string} place */
		owner: (whom, place) => `${listed(whom)} now owns the ${place}`,
		/** @param {string} place */
		owner_me: (place) => `You now own the ${place}`,
		/** @param {string} who @param {string[]} whom @param {string} t */
		muted: (who, whom, t) => `${isolated(who)} muted ${listed(whom)} `
			+ `until ${t}`,
		/** @param {string} who @param {string[]} whom */
		unmuted: (who, whom) => `${isolated(who)} lets ${listed(whom)} `
			+ 'write again',
		/** @param {string} who @param {string[]} whom @param {string} as */
		alias: (who, whom, as) => `${isolated(who)} named `
			+ `${listed(whom)} “${isolated(as)}” here`,
		/** @param {string} who @param {string} as */
		alias_own: (who, as) => `${isolated(who)} took the name `
			+ `“${isolated(as)}” here`,
		/** @param {string} who @param {string[]} whom */
		no_alias: (who, whom) => `${isolated(who)} removed the name of `
			+ `${listed(whom)} here`,
		/** @param {string} who */
		no_alias_mine: (who) => `${isolated(who)} removed your name here`,
		/** @param {string} who */
		no_alias_own: (who) => `${isolated(who)} gave up the name here`,
		/** @param {string} who @param {string} place */
		dissolved: (who, place) => `${isolated(who)} dissolved the `
			+ place,
		/** @param {string} who @param {string} name @param {string} p */
		renamed: (who, name, p) => `${isolated(who)} named the ${p} `
			+ `“${isolated(name)}”`,
		/** @param {string} who @param {string} text */
		announced: (who, text) => `${isolated(who)} announced: `
			+ `“${isolated(text)}”`,
		/** @param {string} who @param {string} what */
		changed: (who, what) => `${isolated(who)} changed the ${what}`,
		/** @param {string} who @param {string} what */
		took_away: (who, what) => `${isolated(who)} removed the ${what}`,
		/** @param {string} who @param {string} what @param {string} to */
		set: (who, what, to) => `${isolated(who)} set “${what}” to `
			+ `“${to}”`,
		/** @param {string} who @param {string} text */
		pinned: (who, text) => `${isolated(who)} pinned `
			+ `“${isolated(text)}”`,
		/** @param {string} who */
		pinned_some: (who) => `${isolated(who)} pinned a message`,
		/** @param {string} who @param {string[]} what */
		settings: (who, what) => what.length === 0
			? `${isolated(who)} changed the settings`
			: `${isolated(who)} changed the settings: `
				+ what.join(', '),
		/** @param {string} who @param {string} place */
		other: (who, place) => `${isolated(who)} changed the ${place}`,
	},

	groups: {
		places: { group: 'group', channel: 'channel' },
		/** @param {string|undefined} kind */
		of: (kind) => kind === 'channel' ? channel : group,
		save: 'Save',
		cancel: 'Cancel',
		saved: 'The settings are changed.',
		need_name: 'A name is needed.',
		/** @param {string} label */
		quoted: (label) => `“${label}”`,
		/** @param {string} what */
		too_long: (what) => `The ${what} is too long.`,
		announcement: 'Announcement',
		announcement_open: 'Show the announcement',
		/** Words in a sentence. */
		texts: { name: 'name', description: 'description',
			announcement: 'announcement', photo: 'photo',
			meta: 'extra data' },
		/** Labels of the settings. */
		labels: {
			name: 'Name',
			description: 'Description',
			announcement: 'Announcement, on top of the chat',
			join: 'Who can join',
			who_can_post: 'Who can write',
			who_can_invite: 'Who can add people',
			who_can_pin: 'Who can pin messages',
			who_can_mention_all: 'Who can mention everyone',
			history: 'New members can read',
			slow_mode_s: 'Slow mode',
			message_ttl_s: 'Messages disappear',
		},
		values: {
			join: { invite: 'Only who is added or invited',
				approval: 'Whoever an admin lets in',
				open: 'Everybody' },
			who: { all: 'All members', admins: 'Admins',
				owner: 'Only the owner' },
			history: { all: 'All messages',
				since_joined: 'Messages since they joined' },
		},
		/** @param {string} time */
		slow_here: (time) => `Slow mode: one message in ${time}`,
		slow_off: 'Off',
		/** @param {string} time */
		slow: (time) => `One message in ${time}`,
		ttl_off: 'Never',
		/** @param {string} time */
		ttl: (time) => `After ${time}`,

		next_owner: 'Who owns it then',
		next_owner_any: 'The admin, or member, of the longest standing',
		/** @param {string} name @param {string} role */
		candidate: (name, role) => role ? `${name} (${role})` : name,
		dissolve_text: 'It ends for all members, and nobody can read its '
			+ 'messages any more. This cannot be undone.',

		search: 'Search members',
		muted: 'Muted',
		/** @param {string} time */
		muted_until: (time) => `Muted until ${time}`,
		/** @param {string} time */
		you_are_muted: (time) => `You are muted here until ${time}`,
		/** @param {string} name */
		acts_of: (name) => `Actions for ${isolated(name)}`,
		make_admin: 'Make admin',
		remove_admin: 'Remove as admin',
		make_owner: 'Make owner',
		/** @param {string} name */
		make_owner_title: (name) => `Make ${isolated(name)} the owner?`,
		make_owner_text: 'You will be an admin then, and cannot take it '
			+ 'back.',
		alias: 'Change name here',
		own_alias: 'Your name here',
		/** @param {string} name */
		alias_of: (name) => `Name of ${isolated(name)} here`,
		alias_label: 'Name',
		alias_hint: 'All members see it. Leave it empty for the usual '
			+ 'name.',
		mute: 'Mute',
		unmute: 'Let write again',
		/** @param {string} name */
		mute_title: (name) => `Mute ${isolated(name)}`,
		mutes: { hour: 'For an hour', day: 'For a day',
			week: 'For a week' },
		mute_do: 'Mute',
		/** @param {string} name @param {string} time */
		is_muted: (name, time) => `${isolated(name)} is muted until ${time}.`,
		remove: 'Remove',
		ban: 'Ban',
		/** @param {string} name */
		ban_title: (name) => `Ban ${isolated(name)}?`,
		ban_text: 'They are removed, and cannot come back until the ban '
			+ 'is lifted.',
		reason: 'Reason, for the admins',
		ban_do: 'Ban',

		close: 'Close',
		requests: 'Requests to join',
		no_requests: 'Nobody waits to be let in.',
		/** @param {number} n @param {boolean} more */
		waiting_count: (n, more) => `${number(n)}${more ? '+'
			: ''} waiting`,
		/** @param {string} who */
		invited_by: (who) => `Invited by ${isolated(who)}`,
		/** @param {string} time */
		asked: (time) => `Asked: ${time}`,
		approve: 'Let in',
		reject: 'Reject',
		decide: {
			/** @param {string} name */
			approve: (name) => `Let ${isolated(name)} in`,
			/** @param {string} name */
			reject: (name) => `Reject ${isolated(name)}`,
		},

		bans: 'Banned users',
		no_bans: 'Nobody is banned.',
		/** @param {string} who @param {string} time */
		banned_by: (who, time) => `Banned by ${isolated(who)}, ${time}.`,
		/** @param {string} time */
		banned_until: (time) => `Until ${time}.`,
		lift: 'Lift ban',
		/** @param {string} name */
		lift_of: (name) => `Lift the ban of ${isolated(name)}`,

		invites: 'Invite links',
		no_invites: 'There is no link that can be used.',
		lasts: 'Can be used for',
		uses: 'How often',
		uses_any: 'Any number',
		make_link: 'Create link',
		copy_link: 'Copy link',
		link_copied: 'The link is copied.',
		end_link: 'End link',
		/** @param {string} time */
		expires: (time) => `Until ${time}`,
		expires_never: 'Without end',
		/** @param {number} n @param {number} [max] */
		used: (n, max) => max ? `used ${number(n)} of `
			+ `${number(max)} times`
			: `used ${count(n, 'time', 'times')}`,
		/** @param {string} who */
		made_by: (who) => `by ${isolated(who)}`,

		invitation: 'Invitation',
		join: 'Join',
		open: 'Open chat',
		/** @param {string} name */
		joined: (name) => `You joined “${isolated(name)}”.`,
		is_member: 'You are a member.',
		waiting: 'You have asked to join. An admin will decide.',
		invite_expired: 'This link has expired.',
		invite_used_up: 'This link is used up, or was ended.',
		invite_ended: 'This link has expired, is used up, or was ended.',
		you_are_banned: 'You are banned there.',
		is_full: 'There is no room for more members.',
	},
};
