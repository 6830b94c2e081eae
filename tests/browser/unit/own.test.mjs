import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isQuietAt, zones } from '../../../www/app/own_settings.js';

/** Monday is 1 January 2024. */
const at = (day, clock) => Date.parse(`2024-01-0${day}T${clock}:00Z`);

test('hours that end on the next day', () => {
	const dnd = { from: '22:00', to: '07:00', tz: 'UTC', days: [1, 7] };

	assert.equal(isQuietAt(null, at(1, '23:00')), false);
	assert.equal(isQuietAt(dnd, at(1, '21:59')), false);
	assert.equal(isQuietAt(dnd, at(1, '22:00')), true);
	assert.equal(isQuietAt(dnd, at(2, '06:59')), true);
	assert.equal(isQuietAt(dnd, at(2, '07:00')), false);
	assert.equal(isQuietAt(dnd, at(2, '22:00')), false);
	assert.equal(isQuietAt(dnd, at(3, '03:00')), false);
	/* they began on Sunday */
	assert.equal(isQuietAt(dnd, at(1, '03:00')), true);
});

test('hours of one day, and of a whole one', () => {
	const dnd = { from: '09:00', to: '17:30', tz: 'UTC', days: [2] };

	assert.equal(isQuietAt(dnd, at(2, '08:59')), false);
	assert.equal(isQuietAt(dnd, at(2, '17:29')), true);
	assert.equal(isQuietAt(dnd, at(2, '17:30')), false);
	assert.equal(isQuietAt(dnd, at(3, '10:00')), false);

	const whole = { ...dnd, to: '09:00' };

	assert.equal(isQuietAt(whole, at(2, '23:00')), true);
	assert.equal(isQuietAt(whole, at(3, '08:59')), true);
	assert.equal(isQuietAt(whole, at(3, '09:00')), false);
});

test('hours of a zone, through a change of its clocks', () => {
	const dnd = { from: '09:00', to: '10:00', tz: 'Europe/Berlin',
		days: [1, 2, 3, 4, 5, 6, 7] };

	assert.equal(isQuietAt(dnd, Date.parse('2024-01-01T08:30Z')), true);
	assert.equal(isQuietAt(dnd, Date.parse('2024-07-01T08:30Z')), false);
	assert.equal(isQuietAt(dnd, Date.parse('2024-07-01T07:30Z')), true);
});

test('zones of the browser, and those in use', () => {
	const names = zones('Etc/GMT+3', 'UTC');

	assert.ok(names.includes('Europe/Berlin'));
	assert.ok(names.includes('Etc/GMT+3'));
	assert.equal(names.filter((name) => name === 'UTC').length, 1);
});
