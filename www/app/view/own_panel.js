import { h } from '../dom.js';
import { icon } from '../icons.js';
import { personName } from '../naming.js';
import { Paged } from '../paged.js';
import { t } from '../strings.js';
import { PagedView } from './paged_view.js';
import { listTabs, panelFrame } from './panel.js';
import { toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Entry} Entry */
/** @typedef {import('./paged_view.js').Line} Line */

/**
 * @template {{entry: Entry}} T
 * @typedef {object} OwnList
 * @property {'starred'|'reminders'} name
 * @property {typeof t.stars|typeof t.reminders} text
 * @property {(cursor: string|undefined) => Promise<
 *     import('../../sdk/client.js').Page<T>>} load
 * @property {(item: T) => Pick<Line, 'text'|'text_key'|'due'>} line
 * @property {(entry: Entry) => Promise<void>} remove
 * @property {string} topic
 * @property {(list: Paged<T>) => void} follow  the topic has changed
 */

/**
 * A list of messages that the user keeps for themselves, in a panel.
 *
 * @template {{entry: Entry}} T
 */
export class OwnPanel {
	/**
	 * @param {Messenger} messenger
	 * @param {OwnList<T>} own
	 * @param {import('./panel.js').PanelHooks} on
	 */
	constructor(messenger, own, on) {
		const { name, text } = own;

		this.m = messenger;
		this.own = own;
		/** @type {Paged<T>} */
		this.list = new Paged((cursor) => this.#load(cursor),
			() => this.render());
		this.unfollow = messenger.kept.follow((change) =>
			this.list.change(change));
		this.view = new PagedView(messenger, this.list, {
			label: text.title,
			line: (item) => this.#line(item),
			empty: () => [h('p', {}, h('b', {}, text.empty)),
				h('p', {}, text.hint)],
			onOpen: on.open,
			leave: on.close,
		});
		this.element = panelFrame(name, text.title,
			{ label: text.close, act: on.close },
			listTabs(name, on.show), this.view.element);
		this.list.restart();
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
		if (topics.has('synced'))
			this.list.restart();
		else if (topics.has(this.own.topic))
			this.own.follow(this.list);
		else if (topics.has('live') && this.list.error !== null
			&& this.m.live_state.phase === 'online')
			this.list.retry();
		else if (topics.has('chats'))
			this.render();
	}

	render() {
		this.view.render();
	}

	/** @param {string|undefined} cursor */
	async #load(cursor) {
		const page = await this.own.load(cursor);

		this.m.people.putAll(page.users);
		return page;
	}

	/** @param {T} item @returns {Line} */
	#line(item) {
		const { entry } = item;
		const { text, remove } = this.own;

		return { ...this.own.line(item), entry, at: entry.sent_at,
			in_chat: false,
			more: h('button', { type: 'button',
				class: 'icon-button remove',
				'aria-label': text.remove_of(personName(this.m,
					entry.sender_id)),
				title: text.remove,
				onclick: () => remove(entry).catch(toastError) },
			icon('close')) };
	}
}
