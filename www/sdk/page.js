/**
 * Tells a Live and an Outbox what the page knows: whether it is visible, and
 * when the network comes or goes.
 *
 * @param {import('./live.js').Live} live
 * @param {import('./outbox.js').Outbox} [outbox]
 * @returns {() => void} stops it
 */
export function followPage(live, outbox) {
	const seen = () => {
		live.setPresence(document.visibilityState === 'visible'
			? 'foreground' : 'background');
		if (document.visibilityState === 'visible')
			live.nudge();
	};
	const network = () => {
		live.nudge(true);
		outbox?.kick();
	};

	seen();
	document.addEventListener('visibilitychange', seen);
	window.addEventListener('pageshow', seen);
	window.addEventListener('online', network);
	window.addEventListener('offline', network);
	return () => {
		document.removeEventListener('visibilitychange', seen);
		window.removeEventListener('pageshow', seen);
		window.removeEventListener('online', network);
		window.removeEventListener('offline', network);
	};
}
