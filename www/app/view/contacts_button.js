import { h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../strings.js';

const COUNTED_MAX = 99;

/**
 * Leads to the contacts, and says how many wait for an answer.
 *
 * @param {import('../messenger.js').Messenger} m
 * @param {() => void} act
 * @param {AbortSignal} over  ends it
 */
export function contactsButton(m, act, over) {
	const badge = h('span', { class: 'badge', 'aria-hidden': 'true',
		hidden: true });
	const button = h('button', { type: 'button',
		class: 'icon-button contacts-button', title: t.contacts.title,
		'aria-label': t.contacts.title, onclick: act },
	icon('people'), badge);
	const unlisten = m.listen((topics) => {
		if (!topics.has('contacts'))
			return;

		const waiting = m.own.contacts.in('requested').length;
		const label = waiting > 0 ? t.contacts.title_waiting(waiting)
			: t.contacts.title;

		badge.hidden = waiting === 0;
		badge.textContent = waiting > COUNTED_MAX ? `${COUNTED_MAX}+`
			: String(waiting);
		button.title = label;
		button.setAttribute('aria-label', label);
	});

	over.addEventListener('abort', unlisten);
	return button;
}
