import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Refused, refusedOr } from '../../../www/app/refused.js';
import { entranceOf, hashOf, joinHash, joinOf, routeOf }
	from '../../../www/app/route.js';
import { dayAt } from '../../../www/app/search.js';
import { Problem } from '../../../www/sdk/index.js';

test('addresses of the contacts, and of groups that let people in', () => {
	for (const conv_id of [null, '77'])
		assert.deepEqual(routeOf(hashOf({ conv_id, panel: 'contacts' })),
			{ conv_id, panel: 'contacts' });
	assert.equal(joinOf(joinHash('77')), '77');
	for (const hash of ['#/join/', '#/join/x', '#/join/7/7', '#/c/7'])
		assert.equal(joinOf(hash), null);
	assert.deepEqual(routeOf(joinHash('77')), { conv_id: null, panel: null });
});

test('what somebody types to come into a group', () => {
	const base = 'https://chat.example/app/?app=demo';

	for (const text of ['77', ' 77\n', '#/join/77', `${base}#/join/77`,
		`${base}#/c/77`, `${base}#/c/77/details`])
		assert.deepEqual(entranceOf(text), { conv_id: '77' }, text);
	assert.deepEqual(entranceOf(`${base}#/invite/aB-9_x`),
		{ code: 'aB-9_x' });
	for (const text of ['', 'group', '77a', '-1', base, `${base}#/`,
		'12345678901234567890', `${base}#/join/x`])
		assert.equal(entranceOf(text), null, text);
});

test('days begin where the user is', () => {
	const day = new Date(2026, 1, 28);

	assert.equal(dayAt('2026-02-28'), day.getTime());
	assert.equal(dayAt('2026-02-28', 1), new Date(2026, 2, 1).getTime());
	/* as it is typed, digit by digit */
	assert.equal(dayAt('0002-01-01'), 0);
});

test('a refusal says what it is, and nothing else does', () => {
	const no = new Problem(403, { code: 'forbidden' });
	const busy = new Problem(503, { code: 'busy' });

	assert.ok(refusedOr(no, true, 'not this one') instanceof Refused);
	assert.equal(refusedOr(no, true, 'not this one').message, 'not this one');
	assert.equal(refusedOr(no, false, 'not this one'), no);
	assert.equal(refusedOr(busy, true, 'not this one'), busy);
});
