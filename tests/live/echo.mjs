/**
 * im-live as the echo server that conformance suites ask for. A text message
 * P goes on as {"ping":"P"}, and {"pong":"P"} comes back as P: start and end
 * are put into the first and the last frame of the message, so that frames,
 * bits, masks and the pieces in which bytes arrive stay those of the suite. All
 * else passes as it is. P must be text that stands in JSON unescaped.
 */

import net from 'node:net';

const START = Buffer.from('{"ping":"');
const END = Buffer.from('"}');
const TEXT = 1;
const CONTINUATION = 0;

/** Where a frame's payload is, or null while its head is not complete. */
function frameHead(data) {
	if (data.length < 2)
		return null;
	const short = data[1] & 127;
	const long = short === 127 ? 8 : short === 126 ? 2 : 0;
	const isMasked = data[1] >= 128;
	const head = 2 + long + (isMasked ? 4 : 0);

	if (data.length < head)
		return null;
	return { head, fin: data[0] >= 128, rsv: data[0] & 0x70,
		opcode: data[0] & 15,
		mask: isMasked ? data.subarray(head - 4, head) : null,
		len: long === 8 ? Number(data.readBigUInt64BE(2))
			: long === 2 ? data.readUInt16BE(2) : short };
}

function putHead(first, len, mask) {
	const head = Buffer.alloc(len < 126 ? 2 : len < 65536 ? 4 : 10);

	head[0] = first;
	head[1] = (mask ? 128 : 0) |
		(len < 126 ? len : len < 65536 ? 126 : 127);
	if (head.length === 4)
		head.writeUInt16BE(len, 2);
	else if (head.length === 10)
		head.writeBigUInt64BE(BigInt(len), 2);
	return mask ? Buffer.concat([head, mask]) : head;
}

/** The bytes of a client's frames, wrapped; a piece for each that came. */
class Wrapper {
	constructor() {
		this.data = Buffer.alloc(0);
		this.frame = null; /* the one whose payload is passing */
		this.inText = false;
	}

	begin(head) {
		const isFirst = head.opcode === TEXT && !this.inText;
		const isText = !head.rsv && head.mask && (isFirst ||
			(head.opcode === CONTINUATION && this.inText));
		const end = isText && head.fin ? END : Buffer.alloc(0);
		const start = isText && isFirst ? START : Buffer.alloc(0);

		if (isText)
			this.inText = !head.fin;
		this.frame = { left: head.len, mask: head.mask, from: 0, to: 0, end };
		return [putHead(this.data[0], start.length + head.len + end.length,
			head.mask), this.masked(start)];
	}

	/** Payload of ours, masked for the place where it will stand. */
	masked(bytes) {
		const { mask } = this.frame;

		return Buffer.from(bytes.map((b) => b ^ mask[this.frame.to++ % 4]));
	}

	/** Payload of theirs, which moves by what stands before it. */
	moved(bytes) {
		const { mask } = this.frame;

		if (!mask)
			return bytes;
		return this.masked(bytes.map((b) => b ^ mask[this.frame.from++ % 4]));
	}

	take(data) {
		const out = [];

		this.data = Buffer.concat([this.data, data]);
		for (;;) {
			if (!this.frame) {
				const head = frameHead(this.data);

				if (!head)
					break;
				out.push(...this.begin(head));
				this.data = this.data.subarray(head.head);
			}
			const { frame } = this;
			const piece = this.data.subarray(0, frame.left);

			out.push(this.moved(piece));
			this.data = this.data.subarray(piece.length);
			frame.left -= piece.length;
			if (frame.left)
				break;
			out.push(this.masked(frame.end));
			this.frame = null;
		}
		return Buffer.concat(out);
	}
}

/** The bytes of the server's frames, unwrapped, without its greeting. */
class Unwrapper {
	constructor() {
		this.data = Buffer.alloc(0);
	}

	text(frame, payload) {
		const { hello, pong } = JSON.parse(payload.toString());

		if (hello)
			return [];
		if (typeof pong !== 'string')
			return [frame];
		const text = Buffer.from(pong);

		return [putHead(frame[0], text.length, null), text];
	}

	take(data) {
		const out = [];

		this.data = Buffer.concat([this.data, data]);
		for (;;) {
			const head = frameHead(this.data);

			if (!head || this.data.length < head.head + head.len)
				break;
			const frame = this.data.subarray(0, head.head + head.len);

			this.data = this.data.subarray(frame.length);
			if (head.opcode === TEXT && head.fin)
				out.push(...this.text(frame, frame.subarray(head.head)));
			else
				out.push(frame);
		}
		return Buffer.concat(out);
	}
}

/** An HTTP head goes on as change() makes it, then bytes as take() does. */
function pass(from, to, change, wrapper) {
	let head = Buffer.alloc(0);

	from.on('data', (data) => {
		if (head) {
			head = Buffer.concat([head, data]);
			const end = head.indexOf('\r\n\r\n');

			if (end < 0)
				return;
			to.write(change(head.toString('latin1', 0, end + 4)), 'latin1');
			data = head.subarray(end + 4);
			head = null;
		}
		const out = wrapper.take(data);

		if (out.length)
			to.write(out);
	});
	from.on('end', () => to.end());
	from.on('error', () => to.destroy());
	from.on('close', () => to.destroySoon());
}

/** Opens each connection for this person: {url, close()}. */
export async function echoServer(stack, person) {
	const { hostname, port } = new URL(stack.liveUrl);
	const server = net.createServer({ allowHalfOpen: true, noDelay: true },
		(client) => {
			const live = net.connect({ host: hostname, port: Number(port),
				allowHalfOpen: true, noDelay: true });

			pass(client, live, (head) => head.replace(/^GET \S+ (.*)\r\n/,
				'GET /v1/live $1\r\n' +
				`Authorization: Bearer ${person.token}\r\n`),
			new Wrapper());
			pass(live, client, (head) => head, new Unwrapper());
		});

	await new Promise((done) => {
		server.listen(0, '127.0.0.1', done);
	});
	return { url: `ws://127.0.0.1:${server.address().port}`,
		close: () => server.close() };
}
