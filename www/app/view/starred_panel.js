import { h } from '../dom.js';
import { icon } from '../icons.js';
import { messageText, personName } from '../naming.js';
import { Paged } from '../paged.js';
import { t } from '../strings.js';
import { PagedView } from './paged_view.js';
import { listTabs, panelFrame } from './panel.js';
import { toastError } from './toast.js';

/** @typedef {import('../../sdk/types.js').Star} Star */
/** @typedef {import('../../sdk/types.js').Entry} Entry */

const PAGE = 50;

/** The messages that the user has starred. */
export class StarredPanel {
	/**
	 * @param {import('../messenger.js').Messenger} messenger
	 * @param {import('./panel.js').PanelHooks} on
	 */
	constructor(messenger, on) {
		this.m = messenger;
		/** @type {Paged<Star>} */
		this.stars = new Paged((cursor) => this.#load(cursor),
			() => this.render());
		this.unfollow = messenger.kept.follow((change) =>
			this.stars.change(change));
		this.view = new PagedView(messenger, this.stars, {
			label: t.stars.title,
			line: (star) => this.#line(star),
			empty: () => [h('p', {}, h('b', {}, t.stars.empty)),
				h('p', {}, t.stars.hint)],
			onOpen: on.open,
			leave: on.close,
		});
		this.element = panelFrame('starred', t.stars.title,
			{ label: t.stars.close, act: on.close },
			listTabs('starred', on.show), this.view.element);
		this.stars.restart();
	}

	close() {
		this.unfollow();
		this.element.remove();
	}

	focus() {
		this.element.querySelector('button')?.focus();
	}

	/** @param {Set<string>} topics */
	changed(topics) {
		if (topics.has('stars'))
			this.#follow();
		else if (topics.has('live') && this.stars.error !== null
			&& this.m.live_state.phase === 'online')
			this.stars.retry();
		else if (topics.has('chats'))
			this.render();
	}

	/** A star came or went. */
	#follow() {
		const { newest } = this.m.stars;

		this.stars.change((entry) => this.m.stars.has(entry) ? entry
			: null);
		if (newest !== null && !this.stars.items.some(({ entry }) =>
			entry.msg_id === newest))
			this.stars.restart();
	}

	render() {
		this.view.render();
	}

	/** @param {string|undefined} cursor */
	async #load(cursor) {
		const page = await this.m.client.messages.starred(
			{ limit: PAGE, cursor });

		this.m.people.putAll(page.users);
		return page;
	}

	/** @param {Star} star @returns {import('./paged_view.js').Line} */
	#line({ entry }) {
		const text = messageText(entry);

		return { entry, at: entry.sent_at, in_chat: false,
			text: [text], text_key: text,
			more: h('button', { type: 'button',
				class: 'icon-button remove',
				'aria-label': t.stars.remove(personName(this.m,
					entry.sender_id)),
				title: t.stars.unstar,
				onclick: () => this.m.stars.star(entry, false)
					.catch(toastError) }, icon('close')) };
	}
}
