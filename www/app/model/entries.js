/** @typedef {import('../../sdk/types.js').Entry} Entry */

/** Kinds that have a row of their own in a chat. */
const SHOWN = new Set(['message', 'member', 'settings']);

/**
 * Does the entry show in a chat and in the list, or does it only change
 * another one?
 *
 * @param {Entry} entry
 */
export function isShown(entry) {
	return SHOWN.has(entry.kind);
}

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

	if (emoji === undefined)
		return reactions;

	const before = reactions[emoji] ?? { count: 0, me: false };
	const count = Math.max(0, before.count + (on ? 1 : -1));
	/** @type {typeof reactions} */
	const after = { ...reactions, [emoji]: {
		count,
		me: change.sender_id === me ? on : before.me,
	} };

	if (count === 0)
		delete after[emoji];
	return after;
}
