/**
 * Loads the texts of the language, and no other, beside the app, and starts it.
 * The app imports no module with a top-level await: not every browser lets all
 * its importers wait for it.
 */

import { language } from './language.js';
import { loadTexts } from './strings.js';
import { languages } from './text/languages.js';

const { tag, dir } = languages[language];
const app = import('./main.js');

document.documentElement.lang = tag;
document.documentElement.dir = dir;
await loadTexts(app);
(await app).start();
