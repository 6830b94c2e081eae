import { secondsText } from './expiry.js';
import { moment } from './format.js';
import { t } from './strings.js';

/** @typedef {import('../sdk/types.js').MemberContent} MemberContent */
/** @typedef {NonNullable<NonNullable<import('../sdk/types.js')
 *     .SettingsEntry['content']>['changed']>} Changed */

/**
 * @typedef {object} Names   in a sentence
 * @property {string} who       who did it
 * @property {string[]} named   to whom
 * @property {string[]} whom    the same, with "you" in small letters
 * @property {boolean} own      it is done to who did it
 * @property {boolean} mine     it is done to the user
 * @property {string} place     "group", "channel"
 */

/**
 * What became of members.
 *
 * @param {MemberContent} content
 * @param {Names} names
 */
export function memberText({ action, ...content },
	{ who, named, whom, own, mine, place }) {
	switch (action) {
	case 'created':
		return t.system.created(who, place);
	case 'joined':
		return t.system.joined(named);
	case 'left':
		return t.system.left(named);
	case 'added':
	case 'removed':
	case 'banned':
	case 'unbanned':
		return t.system[action](who, whom);
	case 'owner':
		return mine ? t.system.owner_me(place)
			: t.system.owner(named, place);
	case 'dissolved':
		return t.system.dissolved(who, place);
	case 'role':
	case 'muted':
	case 'alias':
		return [...changesOf({ action, ...content },
			{ who, named, whom, own, mine, place })].join(t.semicolon);
	default:
		return t.system.other(who, place);
	}
}

/**
 * One entry has all that one request has changed.
 *
 * @param {MemberContent} content
 * @param {Names} names
 */
function* changesOf({ action, role, muted_until, alias },
	{ who, whom, own, mine }) {
	if (role)
		yield role === 'admin' ? t.system.admin(who, whom)
			: t.system.no_admin(who, whom);
	if (muted_until)
		yield t.system.muted(who, whom, moment(muted_until));
	else if (action === 'muted' || muted_until === null)
		yield t.system.unmuted(who, whom);
	if (alias)
		yield own ? t.system.alias_own(who, alias)
			: t.system.alias(who, whom, alias);
	else if (action === 'alias' || alias === null)
		yield own ? t.system.no_alias_own(who) : mine
			? t.system.no_alias_mine(who) : t.system.no_alias(who, whom);
}

/**
 * The value of a setting, as it is offered.
 *
 * @param {string} name
 * @param {unknown} value
 * @returns {string}
 */
export function settingText(name, value) {
	const { values, slow, slow_off, ttl, ttl_off } = t.groups;

	if (name === 'slow_mode_s')
		return value ? slow(secondsText(Number(value))) : slow_off;
	if (name === 'message_ttl_s')
		return value ? ttl(secondsText(Number(value))) : ttl_off;

	/** @type {Object<string, string>} */
	const words = name === 'join' || name === 'history' ? values[name]
		: values.who;

	return words[String(value)] ?? String(value);
}

/** @param {string} name */
const labelOf = (name) => Object.hasOwn(t.groups.labels, name)
	? t.groups.labels[/** @type {keyof typeof t.groups.labels} */ (name)]
	: '';

/** @param {string} name */
const wordOf = (name) => Object.hasOwn(t.groups.texts, name)
	? t.groups.texts[/** @type {keyof typeof t.groups.texts} */ (name)] : '';

/**
 * @param {Changed} changed
 * @param {string} who
 * @param {string} place
 * @param {(text: string) => string} start  of a text
 */
export function settingsText(changed, who, place, start) {
	const all = Object.entries(changed);
	const [[name, value] = ['', null]] = all;
	const word = wordOf(name);

	if (all.length !== 1)
		return t.system.settings(who, all.flatMap(([one]) =>
			wordOf(one) || (labelOf(one)
				&& t.groups.quoted(labelOf(one))) || []));
	if (word && value === null)
		return t.system.took_away(who, word);
	if (name === 'name')
		return t.system.renamed(who, String(value), place);
	if (name === 'announcement')
		return t.system.announced(who, start(String(value)));
	if (word)
		return t.system.changed(who, word);
	return labelOf(name) ? t.system.set(who, labelOf(name),
		settingText(name, value)) : t.system.settings(who, []);
}
