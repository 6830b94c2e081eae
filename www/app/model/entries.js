/** @typedef {import('../../sdk/types.js').Entry} Entry */
/** @typedef {import('../../sdk/types.js').Content} Content */

/** Kinds that move a chat up in the list, and show there. */
const LISTED = new Set(['message', 'member', 'settings']);

const PREVIEW_MAX = 200;

/** @param {Entry} entry */
export function isListed(entry) {
	return LISTED.has(entry.kind) && !entry.hidden;
}

/**
 * Does the entry have a row of its own in a chat, or does it only change
 * another one?
 *
 * @param {Entry} entry
 */
export function isShown(entry) {
	return isListed(entry) || (entry.kind === 'pin' && !entry.hidden);
}

/**
 * What is left of an entry that the user has deleted for themselves; the server
 * sends the same.
 *
 * @param {Entry} entry
 * @returns {Entry}
 */
export function hiddenOf({ conv_id, conv_index, ordinal, msg_id, kind, sender_id,
	sent_at }) {
	return /** @type {Entry} */ ({ conv_id, conv_index, ordinal, msg_id,
		kind, sender_id, sent_at, hidden: true });
}

/**
 * An entry after a message was recalled: a merged forward says nothing more of
 * it, at any depth, and a copy says that its original was.
 *
 * @param {Entry} entry
 * @param {string} msg_id
 * @returns {Entry} the same one if it forwards something else
 */
export function withoutForward(entry, msg_id) {
	if (entry.kind !== 'message')
		return entry;

	const content = withoutItem(entry.content, msg_id);
	const is_of = entry.forward_of?.some((origin) =>
		origin.msg_id === msg_id && !origin.recalled);

	return content === entry.content && !is_of ? entry : { ...entry,
		content,
		forward_of: entry.forward_of?.map((origin) =>
			origin.msg_id === msg_id
				? { ...origin, recalled: true } : origin) };
}

/**
 * @param {Content|undefined} content
 * @param {string} msg_id
 * @returns {Content|undefined}
 */
function withoutItem(content, msg_id) {
	const items = content?.items?.map((item) => {
		if (item.msg_id === msg_id && !item.recalled)
			return { ...item, recalled: true, content: undefined };

		const inner = withoutItem(item.content, msg_id);

		return inner === item.content ? item
			: { ...item, content: inner };
	});

	return items?.some((item, i) => item !== content?.items?.[i])
		? { ...content, items } : content;
}

/**
 * A reply, after the message that it quotes has changed.
 *
 * @param {Entry} reply
 * @param {Entry} quoted  as it is now
 * @returns {Entry}
 */
export function requoted(reply, quoted) {
	return reply.reply_to ? { ...reply, reply_to: { ...reply.reply_to,
		recalled: quoted.recalled,
		preview: quoted.recalled || quoted.hidden
			|| quoted.kind !== 'message' ? undefined
			: quoted.content?.text?.slice(0, PREVIEW_MAX)
				?? reply.reply_to.preview,
	} } : reply;
}

/** @param {Entry} reply  to what the user may not see @returns {Entry} */
export const unquoted = (reply) => reply.reply_to ? { ...reply,
	reply_to: { ...reply.reply_to, preview: undefined } } : reply;

/**
 * Applies a control entry to its target. Returns the changed message, or the
 * same one if nothing changes. In an event the entry has the message as it is
 * now, which is right whatever came before; without it, it may be of a page that
 * has the message itself.
 *
 * @param {Entry} target
 * @param {Entry} change
 * @param {string} me
 * @returns {Entry}
 */
export function changed(target, change, me) {
	if (target.hidden)
		return target;
	if (change.target !== undefined)
		return change.target;
	switch (change.kind) {
	case 'recall':
		return { ...target, recalled: true,
			recalled_by: change.sender_id, content: undefined,
			reactions: undefined };
	case 'edit':
		return { ...target, edited_at: change.sent_at,
			content: change.content?.content ?? target.content };
	case 'reaction':
		return { ...target, reactions: reacted(target.reactions ?? {},
			change, me) };
	default:
		return target;
	}
}

/**
 * @param {import('../../sdk/types.js').Reactions} reactions
 * @param {import('../../sdk/types.js').ReactionEntry} change
 * @param {string} me
 */
function reacted(reactions, change, me) {
	const { emoji, on = false } = change.content ?? {};
	const mine = change.sender_id === me;

	if (emoji === undefined)
		return reactions;

	const key = reactionKey(reactions, emoji);
	const before = reactions[key] ?? { count: 0, me: false };

	/* shown already, before the server knew of it */
	if (mine && before.me === on)
		return reactions;

	const count = Math.max(0, before.count + (on ? 1 : -1));
	/** @type {typeof reactions} */
	const after = { ...reactions, [key]: {
		count,
		me: mine ? on : before.me,
	} };

	if (count === 0)
		delete after[key];
	return after;
}

/** @param {string} emoji  U+FE0F makes no difference to the server */
const plainEmoji = (emoji) => emoji.replaceAll('\ufe0f', '');

/**
 * How a message has this emoji.
 *
 * @param {import('../../sdk/types.js').Reactions} reactions
 * @param {string} emoji
 */
export function reactionKey(reactions, emoji) {
	return Object.keys(reactions).find((key) =>
		plainEmoji(key) === plainEmoji(emoji)) ?? emoji;
}
