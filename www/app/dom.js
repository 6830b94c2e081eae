/**
 * @typedef {string|number|Node|null|undefined|false} Child
 */

/**
 * What `h` takes besides children: listeners named `onEVENT`, and attributes.
 *
 * @typedef {string|number|boolean|null|undefined} Attribute
 * @typedef {{[E in keyof HTMLElementEventMap as `on${E}`]?:
 *     (event: HTMLElementEventMap[E]) => unknown}} Listeners
 * @typedef {Listeners & {[name: string]:
 *     Attribute|Listeners[keyof Listeners]}} Props
 */

/**
 * Creates an element. Text becomes text nodes, never markup. In `props`, a
 * function named `onNAME` listens to the event NAME; other names are attributes
 * (true: without a value; false, null, undefined: left out).
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Props} [props]
 * @param {...(Child|Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props = {}, ...children) {
	const element = document.createElement(tag);

	for (const [name, value] of Object.entries(props)) {
		if (value === false || value === null || value === undefined)
			continue;
		if (typeof value === 'function')
			element.addEventListener(name.slice(2),
				/** @type {EventListener} */ (value));
		else
			element.setAttribute(name,
				value === true ? '' : String(value));
	}
	fill(element, ...children);
	return element;
}

/**
 * Does the key belong to an input method, which has text under way? Safari
 * sends the last one after the end of the composition, with the code 229.
 *
 * @param {KeyboardEvent} event
 */
export function isComposing(event) {
	return event.isComposing || event.keyCode === 229;
}

/**
 * Replaces the children of the element.
 *
 * @param {Element} element
 * @param {...(Child|Child[])} children
 */
export function fill(element, ...children) {
	element.replaceChildren(...children.flat().filter((child) =>
		child !== null && child !== undefined && child !== false)
		.map((child) => child instanceof Node ? child
			: String(child)));
}

/**
 * @template {Element} E
 * @typedef {Map<string, {element: E, signature: string}>} Known  by key
 */

/**
 * Makes the children of `parent` match `wanted`, by key. It creates and moves
 * as few as possible, so that focus and selection stay.
 *
 * @template T
 * @template {Element} E
 * @param {Element} parent
 * @param {T[]} wanted
 * @param {object} how
 * @param {(item: T) => string} how.key
 * @param {(item: T) => string} how.signature  what its element depends on
 * @param {(item: T, old: E|undefined) => E} how.render
 * @param {Known<E>} how.known
 *     the caller keeps it between calls
 */
export function reconcile(parent, wanted, { key, signature, render, known }) {
	const keys = new Set(wanted.map(key));

	for (const [old, { element }] of known) {
		if (keys.has(old))
			continue;
		element.remove();
		known.delete(old);
	}

	/** @type {Element|null} */
	let before = parent.firstElementChild;

	for (const item of wanted) {
		const id = key(item);
		const sign = signature(item);
		const have = known.get(id);
		const element = have && have.signature === sign
			? have.element : render(item, have?.element);

		if (have && have.element !== element) {
			if (before === have.element)
				before = element;
			have.element.replaceWith(element);
		}
		known.set(id, { element, signature: sign });
		if (element === before)
			before = before.nextElementSibling;
		else
			parent.insertBefore(element, before);
	}
}
