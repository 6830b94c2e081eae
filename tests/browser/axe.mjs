/** Accessibility as axe-core sees it: https://github.com/dequelabs/axe-core */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const source = await readFile(fileURLToPath(
	import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/**
 * axe-core finds nothing on what the page shows: roles, names, landmarks,
 * labels, contrasts.
 *
 * @param {import('playwright-core').Page} page
 */
export async function accessible(page) {
	if (!await page.evaluate(() => 'axe' in window))
		await page.evaluate(source);

	const found = await page.evaluate(async () => {
		/* on a narrow page the list, or a panel, may be all there is */
		const enabled = Boolean(document.querySelector('main')
			?.checkVisibility());
		const { violations } = await globalThis.axe.run({ rules: {
			'landmark-one-main': { enabled },
			'page-has-heading-one': { enabled } } });

		return violations.flatMap(({ id, help, nodes }) => nodes.map(
			({ html, any }) => [id, help, html.slice(0, 200),
				...any.map(({ message }) => message)].join(' | ')));
	});

	assert.deepEqual(found, []);
}
