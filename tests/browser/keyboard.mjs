/** Somebody who has a keyboard and nothing else. */

import { until } from './wait.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */

/** More stops than any page has. */
const STOPS_MAX = 150;

/** What is shown of a control that is itself not seen. */
const FACES = '.choice, .day-box';

/** @param {Locator} locator */
const isFocused = (locator) => locator.evaluateAll((elements) =>
	elements.includes(/** @type {any} */ (document.activeElement)));

/**
 * Something has the focus, in sight and not covered, and it can be seen that it
 * has it.
 *
 * @param {Page} page
 */
const focusShows = (page) => page.evaluate((faces) => {
	const element = document.activeElement;
	const face = element?.closest(faces) ?? element;

	if (!face || face === document.body)
		return false;

	const { left, right, top, bottom } = face.getBoundingClientRect();
	const over = document.elementFromPoint(
		(Math.max(left, 0) + Math.min(right, innerWidth)) / 2,
		(Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2);
	const accent = document.createElement('i');

	accent.style.color = 'var(--accent)';
	document.body.append(accent);

	const color = getComputedStyle(accent).color;

	accent.remove();
	return Boolean(over) && (face.contains(over) || over.contains(face))
		&& [face, face.parentElement, face.querySelector('.bubble')]
			.some((one) => {
				const { outlineStyle, borderTopColor } = one
					? getComputedStyle(one) : {};

				return outlineStyle && (outlineStyle !== 'none'
					|| borderTopColor === color);
			});
}, FACES);

/** @param {Page} page */
export function keyboardOf(page) {
	const described = () => page.evaluate(() =>
		document.activeElement?.outerHTML.slice(0, 160));

	/** After whatever was done, the keyboard has a place. */
	const kept = () => until(() => focusShows(page));

	/** @param {string} key */
	async function press(key) {
		await page.keyboard.press(key);
		await kept();
	}

	/** @param {Locator} locator  what has, or gets, the focus by itself */
	async function at(locator) {
		await until(() => isFocused(locator));
		await kept();
	}

	/**
	 * @param {Locator} locator
	 * @param {string} [key]  leads there
	 */
	async function to(locator, key = 'Tab') {
		await locator.first().waitFor();
		await kept();

		const from = await described();

		for (let i = 0; !await isFocused(locator); i++) {
			if (i > STOPS_MAX)
				throw new Error(`no ${key} from ${from} to ${
					locator}, but to ${await described()}`);
			await page.keyboard.press(key);
		}
		await kept();
	}

	/**
	 * @param {Locator} locator
	 * @param {string} [key]
	 */
	async function use(locator, key) {
		await to(locator, key);
		await press('Enter');
	}

	/** @param {string} text */
	const type = (text) => page.keyboard.type(text);

	/** Another text. @param {Locator} input @param {string} text */
	async function fill(input, text, key = 'Tab') {
		await to(input, key);
		await page.keyboard.press('Control+A');
		await type(text);
	}

	/** @param {string} name  of the open menu */
	async function choose(name) {
		await use(page.locator('dialog.menu[open]').getByRole('menuitem',
			{ name, exact: true }), 'ArrowDown');
		await page.locator('dialog.menu[open]').getByText(name,
			{ exact: true }).waitFor({ state: 'detached' });
		await kept();
	}

	/** In the open dialog. @param {string} name */
	async function answer(name) {
		const dialogs = page.locator('dialog.dialog[open]');
		const count = await dialogs.count();

		await use(dialogs.last().getByRole('button',
			{ name, exact: true }));
		await until(async () => await dialogs.count() < count);
		await kept();
	}

	return { press, at, to, use, type, fill, choose, answer, kept };
}
