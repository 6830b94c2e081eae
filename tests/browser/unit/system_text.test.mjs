/** The lines about a group in its chat. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadTexts } from '../../../www/app/strings.js';
import { memberText, settingsText } from '../../../www/app/system_text.js';

await loadTexts();

const names = { who: 'Ann', named: ['Bob'], whom: ['Bob'], own: false,
	mine: false, place: 'group' };
const settings = (changed) => settingsText(changed, 'Ann', 'channel', (text) =>
	text.slice(0, 5));

test('one entry says all that one request has changed', () => {
	assert.equal(memberText({ action: 'role', role: 'admin', alias: 'Bo',
		muted_until: null }, names), 'Ann made Bob an admin; Ann lets Bob '
		+ 'write again; Ann named Bob “Bo” here');
	assert.match(memberText({ action: 'muted', muted_until: 1e12 }, names),
		/^Ann muted Bob until /);
	assert.equal(memberText({ action: 'muted' }, names),
		'Ann lets Bob write again');
	assert.equal(memberText({ action: 'alias', alias: null },
		{ ...names, own: true }), 'Ann gave up the name here');
});

test('members come, go, and are banned', () => {
	const says = (action, more = {}) => memberText({ action },
		{ ...names, ...more });

	assert.equal(says('created', { place: 'channel' }),
		'Ann created the channel');
	assert.equal(says('banned'), 'Ann banned Bob');
	assert.equal(says('unbanned'), 'Ann lifted the ban of Bob');
	assert.equal(says('owner', { mine: true }), 'You now own the group');
	assert.equal(says('dissolved'), 'Ann dissolved the group');
	assert.equal(says('of a newer kind'), 'Ann changed the group');
});

test('settings, one and several, known and not', () => {
	assert.equal(settings({ name: 'News' }), 'Ann named the channel “News”');
	assert.equal(settings({ announcement: 'Hello, all' }),
		'Ann announced: “Hello”');
	assert.equal(settings({ description: null }),
		'Ann removed the description');
	assert.equal(settings({ who_can_post: 'all' }),
		'Ann set “Who can write” to “All members”');
	assert.equal(settings({ join: 'newer' }),
		'Ann set “Who can join” to “newer”');
	assert.equal(settings({ name: 'News', slow_mode_s: 5, newer: 1 }),
		'Ann changed the settings: name, “Slow mode”');
	assert.equal(settings({ newer: 1 }), 'Ann changed the settings');
	assert.equal(settings({}), 'Ann changed the settings');
});
