/**
 * Draws the icons of the web client, www/icons/*.png, from the *.svg there. Run
 * it after a change of one, and then tools/stack/gen-web.
 */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { launch, openPage } from './chromium.mjs';

const folder = fileURLToPath(new URL('../../www/icons', import.meta.url));
const icons = [['icon', 192], ['icon', 512], ['maskable', 180], ['maskable', 512],
	['badge', 96]];
const browser = await launch();

try {
	for (const [name, size] of icons) {
		const svg = await readFile(`${folder}/${name}.svg`, 'utf8');
		const { page, context } = await openPage(browser, { viewport: {
			width: size, height: size } });

		await page.setContent(`<style>body{margin:0}svg{display:block}</style>${
			svg}`);
		await page.screenshot({ omitBackground: name !== 'maskable',
			path: `${folder}/${name}-${size}.png` });
		await context.close();
	}
} finally {
	await browser.close();
}
