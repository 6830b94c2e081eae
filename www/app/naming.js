import { NetworkError, Problem } from '../sdk/index.js';
import { parseMarkdown, plainText } from './markdown.js';
import { Refused } from './refused.js';
import { t } from './strings.js';
import { memberText, settingsText } from './system_text.js';

/** @typedef {import('./messenger.js').Messenger} Messenger */
/** @typedef {import('./model/chats.js').Chat} Chat */
/** @typedef {import('../sdk/types.js').Entry} Entry */

/** @param {Messenger} m @param {string} user_id */
export function personName(m, user_id) {
	return user_id === m.me ? t.you : m.people.name(user_id) || t.someone;
}

/**
 * The name that somebody has in a conversation.
 *
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {string} user_id
 */
export function memberName(m, conv_id, user_id) {
	return user_id !== m.me && m.rooms.get(conv_id)?.aliases.get(user_id)
		|| personName(m, user_id);
}

/**
 * The same, after a verb.
 *
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {string} user_id
 */
export const doerName = (m, conv_id, user_id) => user_id === m.me ? t.you_there
	: memberName(m, conv_id, user_id);

/** @param {Messenger} m @param {Chat|undefined} chat */
export function chatName(m, chat) {
	if (!chat)
		return t.unknown_chat;

	const { kind, peer } = chat.conversation;

	return (kind === 'direct' && (chat.me.remark
		|| m.own.contacts.remarkOf(peer?.user_id ?? '')))
		|| givenName(m, chat);
}

/** @param {Messenger} m @param {Chat} chat  as others name it */
export function givenName(m, chat) {
	const { kind, peer, settings } = chat.conversation;

	if (kind === 'direct')
		return (peer && (m.people.name(peer.user_id)
			|| peer.display_name)) || t.someone;
	if (kind === 'self')
		return t.saved;
	return settings?.name || (kind === 'channel' ? t.channel : t.group);
}

/**
 * The id that gives a chat's avatar its colour: the peer's, if there is one.
 *
 * @param {Chat} chat
 */
export function chatTintId({ conversation }) {
	return conversation.peer?.user_id ?? conversation.conv_id;
}

const PREVIEW_MAX = 400;
const PINNED_MAX = 80;

/**
 * The start of a text, without the marks of its Markdown.
 *
 * @param {string} text
 */
export const startOf = (text) => plainText(parseMarkdown(
	text.slice(0, PREVIEW_MAX)));

/**
 * What a message says, in short.
 *
 * @param {Entry} entry
 */
export function messageText(entry) {
	if (entry.recalled)
		return t.chat.recalled;

	return contentText(entry.type, entry.kind === 'message' ? entry.content
		: undefined);
}

/**
 * @param {import('../sdk/types.js').MessageType|undefined} type
 * @param {import('../sdk/types.js').Content|undefined} content
 */
export function contentText(type, content) {
	if (type === 'text')
		return startOf(content?.text ?? '');

	const kind = Object.hasOwn(t.types, type ?? '')
		? t.types[/** @type {keyof typeof t.types} */ (type)]
		: t.types.unknown;
	const more = content?.caption ?? content?.name ?? content?.title;

	return more ? `${kind}${t.colon}${more}` : kind;
}

/**
 * The quote of a message in a reply to it.
 *
 * @param {Entry|undefined} entry
 * @returns {Entry['reply_to']}
 */
export function quoteOf(entry) {
	return entry && {
		msg_id: entry.msg_id,
		conv_index: entry.conv_index,
		sender_id: entry.sender_id,
		preview: entry.kind === 'message' && !entry.recalled
			? entry.content?.text?.slice(0, PREVIEW_MAX)
				?? messageText(entry) : undefined,
		recalled: entry.recalled,
	};
}

/**
 * @param {Messenger} m
 * @param {Entry} entry  of kind member, settings or pin
 */
export function systemText(m, entry) {
	const who = memberName(m, entry.conv_id, entry.sender_id);

	if (entry.kind === 'pin') {
		const pinned = m.room(entry.conv_id).timeline.from(
			entry.target_index ?? 0);

		return pinned?.conv_index === entry.target_index
			&& !pinned?.recalled && pinned
			? t.system.pinned(who, messageText(pinned)
				.replace(/\s+/gu, ' ').slice(0, PINNED_MAX))
			: t.system.pinned_some(who);
	}

	const { conversation } = m.chats.get(entry.conv_id) ?? {};
	const { places } = t.groups;
	const place = conversation?.kind === 'channel' ? places.channel
		: places.group;

	if (entry.kind === 'settings')
		return settingsText(entry.content?.changed ?? {}, who, place,
			(text) => startOf(text).replace(/\s+/gu, ' ')
				.slice(0, PINNED_MAX));

	const content = entry.kind === 'member' ? entry.content ?? {} : {};
	const { user_ids = [] } = content;
	const named = user_ids.map((id) => memberName(m, entry.conv_id, id));

	return memberText(content, { who, named, place,
		whom: named.map((name, i) => user_ids[i] === m.me ? t.you_there
			: name),
		own: user_ids[0] === entry.sender_id,
		mine: user_ids.includes(m.me) });
}

/**
 * The second line of a chat in the list.
 *
 * @param {Messenger} m
 * @param {Chat} chat
 * @returns {{sender: string, text: string}} sender '': it goes without saying
 */
export function previewOf(m, chat) {
	const entry = chat.last_entry;

	if (!entry || entry.hidden)
		return { sender: '', text: t.list.no_messages };
	if (entry.kind !== 'message')
		return { sender: '', text: systemText(m, entry) };

	const text = messageText(entry).replace(/\s+/gu, ' ').slice(0, 200);

	return { text, sender: entry.sender_id === m.me
		|| chat.conversation.kind === 'group'
		? memberName(m, entry.conv_id, entry.sender_id) : '' };
}

/**
 * The text of an error, for users.
 *
 * @param {unknown} error
 */
export function errorText(error) {
	const code = error instanceof Problem ? error.code : '';
	const errors = t.errors;

	if (error instanceof Refused)
		return error.message;
	if (error instanceof NetworkError)
		return errors.network;
	if (Object.hasOwn(errors, code))
		return errors[/** @type {keyof typeof errors} */ (code)];
	return /^http_5/.test(code) ? errors.busy : errors.other;
}
