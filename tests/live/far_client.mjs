/** A client as a process: node far_client.mjs ws|sse|poll URL TOKEN */

import http from 'node:http';
import { Live, Sse } from './client.mjs';

const [kind, url, token] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };

if (kind === 'poll') {
	const req = http.get(`${url}/v1/live/poll?wait_s=60`, { headers });

	await new Promise((done) => {
		req.on('finish', done);
	});
} else {
	await (kind === 'ws' ? new Live(`${url}/v1/live`, { headers })
		: new Sse(`${url}/v1/live/events`, headers)).frame('hello');
}
console.log('open');
