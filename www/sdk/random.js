/**
 * A random id for a device or a message: printable ASCII, 22 characters, 128
 * bits. crypto.randomUUID() needs a secure context, which a page on `http://`
 * does not have.
 *
 * @returns {string}
 */
export function randomId() {
	const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
		+ '0123456789-_';
	const bytes = crypto.getRandomValues(new Uint8Array(22));

	return Array.from(bytes, (b) => alphabet[b & 63]).join('');
}
