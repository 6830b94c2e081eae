/**
 * Loads the texts of the language, and no other, and then the app. It does so
 * in two steps because modules that import one with a top-level await do not
 * wait for it in every browser.
 */

import { language } from './language.js';
import { loadTexts } from './strings.js';
import { languages } from './text/languages.js';

const { tag, dir } = languages[language];

document.documentElement.lang = tag;
document.documentElement.dir = dir;
await loadTexts();
await import('./main.js');
