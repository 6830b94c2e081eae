/** What a row of a list is about, so that it is known when it is made again. */
const NAMES = /** @type {const} */ (['key', 'user', 'convId', 'msgId',
	'username', 'part', 'act']);

const FOCUSABLE = 'a[href], button, input, select, textarea, [tabindex]';

/**
 * @typedef {object} Step  from an element to the one around it
 * @property {Element} element
 * @property {number} at    among its siblings
 * @property {string} name
 *
 * @typedef {object} Place  where the keyboard was
 * @property {Step[]} path         outwards
 * @property {Place|null} before  where the dialog was opened in which it is
 */

/** @param {Element} element */
function nameOf(element) {
	const { dataset } = /** @type {HTMLElement} */ (element);

	return NAMES.map((name) => dataset[name] ?? '').join(' ').trim();
}

/** @param {Element} element */
const takesFocus = (element) => element.matches(FOCUSABLE)
	&& !element.matches(':disabled') && element.checkVisibility()
	&& (/** @type {HTMLElement} */ (element).tabIndex >= 0
		|| element.matches('.message'));

/**
 * Without the way past the list, which lies on top of others while it has the
 * focus: only who asks for it with Tab comes there.
 *
 * @param {Element} box
 * @returns {Element[]} what takes it in there
 */
const focusable = (box) => [box, ...box.querySelectorAll(FOCUSABLE)]
	.filter((element) => takesFocus(element) && !element.matches('.skip'));

/**
 * @param {Element} element
 * @param {Place|null} before
 * @returns {Place}
 */
export function placeOf(element, before) {
	/** @type {Step[]} */
	const path = [];

	for (let one = /** @type {Element|null} */ (element); one;
		one = one.parentElement)
		path.push({ element: one, name: nameOf(one),
			at: [...one.parentElement?.children ?? []].indexOf(one) });
	return { path, before };
}

/**
 * What stands where a step led: the same made again, or what came after it, or
 * before it.
 *
 * @param {Element} box
 * @param {Step[]} inwards  from the child of the box
 * @returns {Element|undefined}
 */
function nearest(box, inwards) {
	const [{ at, name }, ...deeper] = inwards;
	const children = [...box.children];
	const same = name === '' ? undefined
		: children.find((child) => nameOf(child) === name);
	const now = same ? children.indexOf(same) : at;
	/** @type {Element|undefined} */
	let twin = same;

	for (const step of deeper)
		twin = twin?.children[step.at];
	if (twin && takesFocus(twin))
		return twin;
	return children.slice(now).flatMap(focusable)[0]
		?? children.slice(0, now).flatMap(focusable).at(-1);
}

/**
 * Where the keyboard goes on when what had the focus is gone.
 *
 * @param {Place} place
 * @returns {Element|undefined}
 */
export function goOnFrom({ path, before }) {
	const dialog = path.find(({ element }) =>
		element instanceof HTMLDialogElement)?.element;

	if (before && !dialog?.isConnected)
		return goOnFrom(before);
	if (takesFocus(path[0].element))
		return path[0].element;
	for (const [i, { element }] of path.entries()) {
		if (i === 0 || !element.isConnected
			|| !element.checkVisibility())
			continue;

		const to = nearest(element, path.slice(0, i).reverse());

		if (to)
			return to;
	}
	return undefined;
}
