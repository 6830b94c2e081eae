import { h } from '../dom.js';
import { moment } from '../format.js';
import { icon } from '../icons.js';
import { messageText, personName } from '../naming.js';
import { Paged } from '../paged.js';
import { t } from '../strings.js';
import { PagedView } from './paged_view.js';
import { listTabs, panelFrame } from './panel.js';
import { toastError } from './toast.js';

/** @typedef {import('../../sdk/types.js').Reminder} Reminder */

const PAGE = 50;

/** The user's reminders that are to come, the next one first. */
export class RemindersPanel {
	/**
	 * @param {import('../messenger.js').Messenger} messenger
	 * @param {import('./panel.js').PanelHooks} on
	 */
	constructor(messenger, on) {
		this.m = messenger;
		/** @type {Paged<Reminder>} */
		this.reminders = new Paged((cursor) => this.#load(cursor),
			() => this.render());
		this.unfollow = messenger.kept.follow((change) =>
			this.reminders.change(change));
		this.view = new PagedView(messenger, this.reminders, {
			label: t.reminders.title,
			line: (reminder) => this.#line(reminder),
			empty: () => [h('p', {}, h('b', {}, t.reminders.empty)),
				h('p', {}, t.reminders.hint)],
			onOpen: on.open,
			leave: on.close,
		});
		this.element = panelFrame('reminders', t.reminders.title,
			{ label: t.reminders.close, act: on.close },
			listTabs('reminders', on.show), this.view.element);
		this.reminders.restart();
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
		if (topics.has('reminders') || (topics.has('live')
			&& this.reminders.error !== null
			&& this.m.live_state.phase === 'online'))
			this.reminders.restart();
		else if (topics.has('chats'))
			this.render();
	}

	render() {
		this.view.render();
	}

	/** @param {string|undefined} cursor */
	async #load(cursor) {
		const page = await this.m.client.messages.reminders(
			{ limit: PAGE, cursor });

		this.m.people.putAll(page.users);
		return page;
	}

	/** @param {Reminder} reminder @returns {import('./paged_view.js').Line} */
	#line({ entry, remind_at, note }) {
		const text = [note, messageText(entry)].filter(Boolean).join(': ');

		return { entry, at: entry.sent_at, in_chat: false,
			text: [text], text_key: `${remind_at} ${text}`,
			due: t.reminders.due_at(moment(remind_at)),
			more: h('button', { type: 'button',
				class: 'icon-button remove',
				'aria-label': t.reminders.remove(personName(
					this.m, entry.sender_id)),
				title: t.reminders.cancel,
				onclick: () => this.m.reminders.cancel(entry)
					.catch(toastError) }, icon('close')) };
	}
}
