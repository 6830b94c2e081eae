/**
 * Which app of the server this page is for. A server with one app needs no
 * name, nor does the default app of several. Any other is named by the address
 * (`?app=acme`), else by the page (`<meta name="imcloud-app" content="acme">`);
 * where the server has no default, the sign-in form asks, and proposes the first
 * label of the host.
 */

/** @returns {string|undefined} the app that the address names */
export function appOfAddress() {
	return new URLSearchParams(location.search).get('app')?.trim()
		|| undefined;
}

/** @returns {string|undefined} the app that this page names */
export function appOfPage() {
	/** @type {HTMLMetaElement|null} */
	const meta = document.querySelector('meta[name="imcloud-app"]');

	return meta?.content.trim() || undefined;
}

/**
 * `acme` of `acme.chat.example.com`; an address or a single name says nothing.
 *
 * @param {string} host
 * @returns {string|undefined}
 */
export function appOfHost(host) {
	const labels = host.toLowerCase().split('.');

	return labels.length < 2 || labels[0] === 'www'
		|| /^[\d.]+$|[[\]:]/.test(host) ? undefined : labels[0];
}
