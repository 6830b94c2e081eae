/** Texts about notifications and the installed client; part of `t`. */
export const notice_texts = {
	notices: {
		title: 'Notifications',
		on_device: 'Show notifications on this device',
		/** How it is on this device. */
		levels: {
			impossible: 'This browser has no notifications.',
			denied: 'The browser forbids them for this page. They can be '
				+ 'allowed in its settings for this site.',
			off: 'Off',
			open: 'On, while imcloud is open.',
			on: 'On, also when imcloud is closed.',
		},
		dead: 'The push service does not know this device any more. Turn '
			+ 'notifications off and on again.',
		preview: 'Show the text of messages',
		preview_hint: 'Without it, notifications say only that there is '
			+ 'something new. On all your devices.',
		test: 'Test push to this device',
		testing: 'Sending…',
		/** What became of the test. */
		tried: {
			sent: 'Sent. The notification should be there in a moment.',
			skipped: 'Not sent, because of a setting.',
			waiting: 'The push service does not answer. It is tried '
				+ 'again later.',
			failed: 'The push service has refused it.',
			dead: 'The push service does not know this device any '
				+ 'more.',
			withdrawn: 'Not sent: it was taken back.',
		},
		/** @param {string} text @param {string} code */
		because: (text, code) => `${text} (${code})`,
		offer: 'Shall this device tell you when an answer comes, also '
			+ 'when imcloud is closed?',
		turn_on: 'Turn on',
		not_now: 'Not now',
		later: 'Not sent yet: open imcloud to send it',
		newer: 'There is a new version of imcloud.',
		reload: 'Load it',
	},
};
