import { h } from '../dom.js';
import { icon } from '../icons.js';
import { parseMarkdown } from '../markdown.js';
import { startOf } from '../naming.js';
import { t } from '../strings.js';
import { openDialog } from './dialog.js';
import { richText } from './rich_text.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */

/** What the admins of a group have to say, on top of its chat. */
export class AnnouncementBar {
	/**
	 * @param {Messenger} messenger
	 * @param {string} conv_id
	 * @param {AbortSignal} over
	 */
	constructor(messenger, conv_id, over) {
		this.m = messenger;
		this.conv_id = conv_id;
		this.over = over;
		this.line = h('span', { class: 'announcement-text', dir: 'auto' });
		this.element = h('button', { type: 'button', hidden: true,
			class: 'announcement-bar',
			title: t.groups.announcement_open,
			'aria-haspopup': 'dialog',
			onclick: () => this.#open() },
		icon('announce', t.groups.announcement), this.line);
	}

	get text() {
		return this.m.chats.get(this.conv_id)?.conversation.settings
			?.announcement ?? '';
	}

	render() {
		const line = startOf(this.text).replace(/\s+/gu, ' ').trim();

		this.element.hidden = this.text.trim() === '';
		if (this.line.textContent !== line)
			this.line.textContent = line;
	}

	#open() {
		const { body } = openDialog(t.groups.announcement, 'announcement',
			t.dismiss, this.over);

		body.append(h('div', { class: 'text', dir: 'auto' },
			...richText(parseMarkdown(this.text), this.m.me)
				.flatMap((child) => child || [])));
	}
}
