import assert from 'node:assert/strict';

import { accessible } from './axe.mjs';

/**
 * Runs in the page: texts with less than 4.5:1 to what they are written on
 * (WCAG 2.1, 1.4.3). The letters of an avatar repeat the name beside it.
 */
function pale() {
	const paint = document.createElement('canvas').getContext('2d',
		{ willReadFrequently: true });
	const rgba = (colour) => {
		paint.clearRect(0, 0, 1, 1);
		paint.fillStyle = colour;
		paint.fillRect(0, 0, 1, 1);

		const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data;

		return { rgb: [r, g, b], a: a / 255 };
	};
	const over = ({ rgb, a }, below) =>
		rgb.map((v, i) => v * a + below[i] * (1 - a));
	const ground = (element) => {
		const colour = rgba(getComputedStyle(element).backgroundColor);

		return colour.a === 1 || !element.parentElement ? colour.rgb
			: over(colour, ground(element.parentElement));
	};
	const light = (rgb) => {
		const [r, g, b] = rgb.map((v) => v / 255 <= 0.03928
			? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);

		return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
	};
	const contrast = (element) => {
		const below = ground(element);
		const [a, b] = [light(below), light(over(rgba(getComputedStyle(
			element).color), below))];

		return Math.max(a, b) / Math.min(a, b);
	};
	const texts = document.createTreeWalker(document.body,
		NodeFilter.SHOW_TEXT);
	const found = new Map();

	while (texts.nextNode()) {
		const element = texts.currentNode.parentElement;

		if (!texts.currentNode.data.trim() || !element.checkVisibility()
			|| element.closest('.avatar, .visually-hidden, :disabled'))
			continue;

		const tinted = element.closest('[class*="tint-"]');
		const as_made = tinted?.className;

		/* every person has a colour of their own */
		for (let i = 0; i < (tinted ? 12 : 1); i++) {
			if (tinted)
				tinted.className = as_made.replace(/tint-\d+/,
					`tint-${i}`);
			if (contrast(element) < 4.5)
				found.set(`${element.tagName}.${element
					.parentElement.className}`, contrast(element));
		}
		if (tinted)
			tinted.className = as_made;
	}
	return [...found];
}

/**
 * Every text on the page can be read, and axe-core finds nothing.
 *
 * @param {import('playwright-core').Page} page
 */
export async function readable(page) {
	/* what fades has faded */
	await page.evaluate(() => Promise.all(document.getAnimations().filter(
		(animation) => animation.effect.getTiming().iterations === 1)
		.map((animation) => animation.finished)));
	assert.deepEqual(await page.evaluate(pale), []);
	await accessible(page);
}

/**
 * The same in light and in dark.
 *
 * @param {import('playwright-core').Page} page
 */
export async function readableInBoth(page) {
	for (const colorScheme of ['light', 'dark']) {
		await page.emulateMedia({ colorScheme });
		await readable(page);
	}
	await page.emulateMedia({ colorScheme: null });
}
