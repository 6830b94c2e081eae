import { h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../strings.js';
import { dissolveDialog, leaveDialog } from './group_end.js';
import { groupSettings } from './group_settings.js';
import { MemberList } from './member_list.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */

/**
 * @param {Parameters<typeof icon>[0]} name
 * @param {() => unknown} act
 * @param {string} [more]  a class
 */
export function rowButton(name, act, more = '') {
	const label = h('span', {});

	return { label, button: h('button', { type: 'button',
		class: `row-button ${more}`.trim(), onclick: () => act() },
	icon(name), label) };
}

/**
 * What the details of a group or channel have besides those of any chat. Its
 * controls stay the same elements, so that they keep the focus.
 */
export class GroupPanel {
	/**
	 * @param {Messenger} messenger
	 * @param {string} conv_id
	 * @param {(conv_id: string) => void} onOpen  another chat
	 * @param {AbortSignal} over  closes its dialogs
	 */
	constructor(messenger, conv_id, onOpen, over) {
		this.m = messenger;
		this.conv_id = conv_id;
		this.settings = rowButton('gear', () =>
			groupSettings(messenger, conv_id, over));
		this.members = new MemberList(messenger, conv_id, onOpen, over);
		this.leave = rowButton('leave', () =>
			leaveDialog(messenger, conv_id, over), 'danger');
		this.dissolve = rowButton('trash', () =>
			dissolveDialog(messenger, conv_id, over), 'danger');
		this.tools = h('div', { class: 'details-section' },
			this.settings.button);
		this.element = h('div', {}, this.tools, this.members.element,
			h('div', { class: 'details-section' },
				this.leave.button, this.dissolve.button));
	}

	render() {
		const { kind } = this.m.chats.get(this.conv_id)?.conversation
			?? {};
		const texts = t.groups.of(kind);
		/** @param {string} act */
		const may = (act) => this.m.rights.may(this.conv_id, act);

		this.element.hidden = kind !== 'group' && kind !== 'channel';
		if (this.element.hidden)
			return;
		this.settings.label.textContent = texts.settings;
		this.leave.label.textContent = texts.leave;
		this.dissolve.label.textContent = texts.dissolve;
		this.tools.hidden = !may('change_settings');
		this.dissolve.button.hidden = !may('dissolve');
		this.members.render();
	}
}
