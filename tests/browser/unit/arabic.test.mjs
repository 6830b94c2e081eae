/** Arabic has six forms of a number, and verbs that know who did it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

Object.defineProperty(globalThis, 'navigator', { configurable: true,
	value: { languages: ['ar-EG'] } });

const strings = await import('../../../www/app/strings.js');

await strings.loadTexts();

const { t } = strings;

const plain = (text) => text.replace(/[\u2066-\u2069]/g, '');

test('numbers', () => {
	for (const [n, want] of [
		[1, 'رسالة واحدة غير مقروءة'],
		[2, 'رسالتان غير مقروءتين'],
		[3, '3 رسائل غير مقروءة'],
		[10, '10 رسائل غير مقروءة'],
		[11, '11 رسالة غير مقروءة'],
		[99, '99 رسالة غير مقروءة'],
		[100, '100 رسالة غير مقروءة'],
		[103, '103 رسائل غير مقروءة'],
	])
		assert.equal(t.list.unread(n), want);
});

test('who did it, and to whom', () => {
	assert.equal(plain(t.system.added('Ann', ['Bob', 'Cem'])),
		'أضاف Ann Bob وCem');
	assert.equal(plain(t.system.added(t.you, ['Bob'])), 'أضفتَ Bob');
	assert.equal(plain(t.system.removed('Ann', [t.you_there])),
		'أزال Ann إيّاك');
	assert.equal(plain(t.system.added('Ann', ['B', 'C', 'D', 'E'])),
		'أضاف Ann B وC وشخصان آخران');
	assert.equal(t.stars.remove_of(t.you), 'إزالة النجمة من رسالتك');
});
