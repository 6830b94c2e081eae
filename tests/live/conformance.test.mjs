/**
 * The 517 cases of the Autobahn Testsuite (RFC 6455, RFC 7692), which kosoku
 * runs against im-live as an echo server (echo.mjs).
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { signUp } from './client.mjs';
import { echoServer } from './echo.mjs';
import { sharedStack } from './stack.mjs';

const KOSOKU = fileURLToPath(new URL('../../build/venv/bin/kosoku',
	import.meta.url));

/* What is not OK, and why: the first pattern that a case begins with. */
const EXPECTED = [
	/* The protocol has no binary messages. */
	[/^(1\.2|9\.2|9\.4|9\.6|9\.8)\./, 'FAILED', 1003],
	/* A message has at most 128 KiB. */
	[/^(9\.1\.[2-6]$|9\.3\.|9\.5\.)/, 'FAILED', 1009],
	[/^7\.1\.6$/, 'INFORMATIONAL', 1009],
	/* A text is checked when the message is complete. */
	[/^6\.4\./, 'NON-STRICT', 1007],
	/* Codes above 4999: the suite has no opinion. */
	[/^7\.13\./, 'INFORMATIONAL', 1002],
	/* There is no compression, so an offer of it is not taken. */
	[/^1[23]\./, 'UNIMPLEMENTED', 1000],
];
/* U+0000, which stands in JSON only escaped. */
const LEFT_OUT = ['6.7.1'];

let stack;
let echo;

before(async () => {
	stack = await sharedStack();
	echo = await echoServer(stack, await signUp(stack, 'ann'));
});
after(async () => {
	echo?.close();
	await stack?.done();
});

/** The results of these cases: [[id, {behavior, remoteCloseCode, ...}], ...] */
async function run(args) {
	const dir = mkdtempSync(path.join(tmpdir(), 'conformance-'));

	try {
		const child = spawn(KOSOKU, [...args, '-p', '4', '-o', dir, echo.url],
			{ stdio: ['ignore', 'ignore', 'pipe'] });
		let said = '';

		child.stderr.on('data', (text) => {
			said += text;
		});
		await new Promise((done) => child.on('exit', done));
		assert.doesNotMatch(said, /Traceback/);
		return Object.entries(Object.values(JSON.parse(readFileSync(
			path.join(dir, 'index.json'), 'utf8')))[0]);
	} finally {
		rmSync(dir, { recursive: true });
	}
}

function isExpected([id, result]) {
	const [, behavior, code] = EXPECTED.find(([ids]) => ids.test(id)) ??
		[null, 'OK'];

	return result.behavior === behavior && (behavior === 'FAILED' ||
		result.behaviorClose === (behavior === 'INFORMATIONAL' ? behavior
			: 'OK')) && (!code || result.remoteCloseCode === code);
}

test('the Autobahn Testsuite', async () => {
	const all = await run(LEFT_OUT.flatMap((id) => ['-x', id]));

	assert.equal(all.length, 517 - LEFT_OUT.length);
	/* Cases give up after half a second; a busy machine gets more of them. */
	let bad = all.filter((r) => !isExpected(r));

	for (let i = 0; bad.length && i < 5; i++)
		bad = (await run(bad.flatMap(([id]) => ['-i', id])))
			.filter((r) => !isExpected(r));
	assert.deepEqual(bad, []);
});
