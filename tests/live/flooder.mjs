/**
 * Clients that write without a pause, until standard input has ended and each
 * has had an answer: node flooder.mjs URL ID TOKEN..., who all ask for the
 * presence of ID. Prints "open", and at the end how many bytes each was sent, 0
 * if it was cut off.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { rude } from './client.mjs';

const [url, id, ...tokens] = process.argv.slice(2);
const frames = [{ subscribe: { presence: [id] } }, { ping: 1 },
	{ state: 'background' }, { ping: 1 }, { subscribe: { presence: [id] } },
	{ state: 'foreground' }];

const floods = await Promise.all(tokens.map(async (token) => {
	const { socket, frame } = await rude(url, { auth: () =>
		({ authorization: `Bearer ${token}` }) });
	const chunk = Buffer.concat(Array.from({ length: 600 }, (_, i) =>
		frame(1, JSON.stringify(frames[i % frames.length]))));
	const made = { socket, got: 0, isCut: false };

	/* Thrown away, unlike what a Raw reads. */
	socket.removeAllListeners('data');
	socket.on('data', (data) => {
		made.got += data.length;
	});
	socket.on('end', () => {
		made.isCut = true;
	});
	made.pour = () => {
		while (socket.write(chunk))
			;
	};
	socket.on('drain', made.pour);
	return made;
}));

console.log('open');
for (const f of floods)
	f.pour();
process.stdin.on('end', async () => {
	while (!floods.every((f) => f.isCut || f.got))
		await pause(20);
	console.log(JSON.stringify(floods.map((f) =>
		(f.isCut ? 0 : f.got))));
	/* Not to the end of what is still on its way. */
	for (const f of floods)
		f.socket.resetAndDestroy();
}).resume();
