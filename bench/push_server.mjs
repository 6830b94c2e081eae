/**
 * push_server.mjs DIR: a push provider that accepts everything.  Makes its
 * authority in DIR and prints its address.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import path from 'node:path';
import { makeCertificate } from '../tests/push/fake.mjs';
import { apnsCredential } from '../tests/push/fake_apns.mjs';

const [, , dir] = process.argv;
const { ca, cert, key, remove } = makeCertificate();
const server = http2.createSecureServer({ cert: readFileSync(cert),
	key: readFileSync(key), settings: { maxConcurrentStreams: 1000 } });

server.on('stream', (stream) => {
	stream.on('error', () => {});
	stream.resume();
	stream.on('end', () => {
		stream.respond({ ':status': 200 }, { endStream: true });
	});
});
writeFileSync(path.join(dir, 'ca.pem'), readFileSync(ca));
writeFileSync(path.join(dir, 'credential.json'),
	JSON.stringify(apnsCredential()));
remove();
server.listen(0, '127.0.0.1', () => {
	console.log(`https://127.0.0.1:${server.address().port}`);
});
process.stdin.resume().on('end', () => process.exit(0));
