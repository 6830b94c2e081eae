/**
 * A push provider that is ours: TLS and HTTP/2 on loopback, with a certificate
 * of its own authority.  What it takes is checked by check(); what it does, by
 * `behave`.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http2 from 'node:http2';
import os from 'node:os';
import path from 'node:path';

export const { constants: H2 } = http2;

/** An authority, and a certificate for 127.0.0.1 and localhost: paths. */
export function makeCertificate() {
	const dir = mkdtempSync(path.join(os.tmpdir(), 'push-'));
	const at = (name) => path.join(dir, name);
	const openssl = (...args) => execFileSync('openssl', args,
		{ stdio: ['ignore', 'ignore', 'pipe'] });
	const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
		'-nodes'];

	openssl('req', '-x509', ...key, '-keyout', at('ca.key'), '-out',
		at('ca.pem'), '-days', '2', '-subj', '/CN=authority of a test',
		'-addext', 'basicConstraints=critical,CA:TRUE');
	openssl('req', '-x509', ...key, '-keyout', at('key.pem'), '-out',
		at('cert.pem'), '-days', '2', '-subj', '/CN=provider of a test',
		'-CA', at('ca.pem'), '-CAkey', at('ca.key'),
		'-addext', 'basicConstraints=critical,CA:FALSE',
		'-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost');
	return { dir, ca: at('ca.pem'), cert: at('cert.pem'), key: at('key.pem'),
		remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export class Fake {
	/**
	 * What was asked: {method, path, headers, body (bytes), session (a number),
	 * answer}.
	 */
	requests = [];
	/** What check() has found wrong with them. */
	problems = [];
	/**
	 * What to do with a request that is right, for the next ones, then for all:
	 * (request, stream, fake) => {status, headers, body}, or null where it has
	 * done something else with the stream.
	 */
	next = [];
	behave = () => this.accept();
	/** Sessions, the oldest first. */
	sessions = [];
	/** By the port of the other side. */
	sockets = new Map();
	/** How far its clock is ahead. */
	aheadMs = 0;

	/** settings: of HTTP/2; host: an address of this host. */
	constructor(certificate, { settings = {}, host = '127.0.0.1' } = {}) {
		this.certificate = certificate;
		this.settings = settings;
		this.host = host;
	}

	async start() {
		const { cert, key } = this.certificate;

		this.server = http2.createSecureServer({ cert: readFileSync(cert),
			key: readFileSync(key), settings: this.settings,
			allowHTTP1: false });
		this.server.on('secureConnection', (socket) => {
			this.sockets.set(socket.remotePort, socket);
		});
		this.server.on('session', (session) => {
			session.number = this.sessions.push(session);
			session.on('error', () => {});
			this.onSession?.(session);
		});
		this.server.on('stream', (stream, headers) => {
			stream.on('error', () => {});
			this.take(stream, headers).catch((e) => {
				this.problems.push(`${e.stack}`);
				stream.destroyed || stream.close(H2.NGHTTP2_INTERNAL_ERROR);
			});
		});
		await new Promise((done) => {
			this.server.listen(0, this.host, done);
		});
		this.port = this.server.address().port;
		this.url = `https://${this.host}:${this.port}`;
		return this;
	}

	async stop() {
		for (const session of this.sessions)
			session.destroy();
		await new Promise((done) => {
			this.server.close(done);
		});
	}

	nowMs() {
		return Date.now() + this.aheadMs;
	}

	async take(stream, headers) {
		const parts = [];

		for await (const part of stream)
			parts.push(part);
		const request = { method: headers[':method'], path: headers[':path'],
			headers, body: Buffer.concat(parts), at: Date.now(),
			session: stream.session?.number };

		this.requests.push(request);
		const wrong = await this.check(request);
		const does = wrong ? () => wrong : this.next.shift() ?? this.behave;
		const answer = await does(request, stream, this);

		request.answer = answer;
		if (answer)
			this.answer(stream, answer);
	}

	answer(stream, { status = 200, headers = {}, body = '' }) {
		if (stream.destroyed)
			return;
		stream.respond({ ':status': status, ...headers });
		stream.end(typeof body === 'string' || Buffer.isBuffer(body)
			? body : JSON.stringify(body));
	}

	/** Null, or the answer to a request that is wrong. */
	async check(request) {
		void request;
		return null;
	}

	accept() {
		return { status: 200 };
	}
}

/* ---- misbehaviour, for `next` and `behave` ---- */

/** Nothing, ever. */
export const silence = () => null;

/** The stream alone ends. */
export const reset = (code = H2.NGHTTP2_CANCEL) => (request, stream) => {
	stream.close(code);
	return null;
};

/** Some of the answer, then the end of the connection. */
export const halfAnAnswer = (request, stream) => {
	stream.respond({ ':status': 200, 'content-length': 100 });
	stream.write('{"half":');
	setImmediate(() => stream.session?.destroy());
	return null;
};

/** The end of the connection, without a word. */
export const hangUp = (request, stream, fake) => {
	fake.sockets.get(stream.session.socket.remotePort).destroy();
	return null;
};

/**
 * GOAWAY that leaves this stream out: nothing of it was processed.  It cannot
 * be the first of its connection.
 */
export const goAway = (request, stream) => {
	stream.session.goaway(H2.NGHTTP2_NO_ERROR, stream.id - 2);
	return null;
};

/** Answers, and says that the connection takes nothing more. */
export const lastAnswer = (answer) => (request, stream) => {
	const { session } = stream;

	stream.respond({ ':status': answer.status ?? 200 });
	stream.end(JSON.stringify(answer.body ?? ''));
	session.close();
	return null;
};
