import { h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../strings.js';
import { bansDialog } from './bans.js';
import { dissolveDialog, leaveDialog } from './group_end.js';
import { groupSettings } from './group_settings.js';
import { invitesDialog } from './invites.js';
import { copyJoinLink } from './join.js';
import { requestsDialog } from './join_requests.js';
import { MemberList } from './member_list.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */

/** Nothing tells that somebody asks to be let in. */
const COUNT_MS = 20000;

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
	#is_counting = false;
	/** Since it was opened. */
	#has_counted = false;

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
		this.requests = rowButton('people', () =>
			requestsDialog(messenger, conv_id, over));
		this.invites = rowButton('link', () =>
			invitesDialog(messenger, conv_id, over));
		this.bans = rowButton('alert', () =>
			bansDialog(messenger, conv_id, over));
		this.link = rowButton('copy', () => copyJoinLink(conv_id));
		this.waiting = h('span', { class: 'badge' });
		this.requests.button.append(this.waiting);
		this.members = new MemberList(messenger, conv_id, onOpen, over);
		this.leave = rowButton('leave', () =>
			leaveDialog(messenger, conv_id, over), 'danger');
		this.dissolve = rowButton('trash', () =>
			dissolveDialog(messenger, conv_id, over), 'danger');
		this.tools = h('div', { class: 'details-section' },
			this.settings.button, this.requests.button,
			this.invites.button, this.link.button, this.bans.button);
		this.element = h('div', {}, this.tools, this.members.element,
			h('div', { class: 'details-section' },
				this.leave.button, this.dissolve.button));
		this.counting = setInterval(() => this.#count(), COUNT_MS);
		over.addEventListener('abort', () =>
			clearInterval(this.counting));
	}

	/** Does the user say who comes in? */
	get #decides() {
		return this.m.rights.may(this.conv_id, 'decide_requests');
	}

	async #count() {
		if (!this.#decides || this.#is_counting
			|| document.visibilityState !== 'visible')
			return;
		this.#is_counting = this.#has_counted = true;
		await this.m.groups.countRequests(this.conv_id);
		this.#is_counting = false;
	}

	#renderRequests() {
		const { requests } = this.m.room(this.conv_id);
		const { count = 0, more = false } = requests ?? {};

		if (requests === null || !this.#has_counted)
			this.#count();
		this.requests.button.hidden = !this.#decides;
		this.waiting.hidden = count === 0;
		this.waiting.textContent = t.groups.waiting_count(count, more);
	}

	render() {
		const { kind, settings } = this.m.chats.get(this.conv_id)
			?.conversation ?? {};
		const texts = t.groups.of(kind);
		/** @param {string} act */
		const may = (act) => this.m.rights.may(this.conv_id, act);

		this.element.hidden = kind !== 'group' && kind !== 'channel';
		if (this.element.hidden)
			return;
		this.settings.label.textContent = texts.settings;
		this.leave.label.textContent = texts.leave;
		this.dissolve.label.textContent = texts.dissolve;
		this.settings.button.hidden = !may('change_settings');
		this.requests.label.textContent = t.groups.requests;
		this.invites.label.textContent = t.groups.invites;
		this.invites.button.hidden = !may('create_invites');
		this.link.label.textContent = t.joining.copy_link;
		this.link.button.hidden = (settings?.join ?? 'invite') === 'invite';
		this.bans.label.textContent = t.groups.bans;
		this.bans.button.hidden = !may('ban');
		this.#renderRequests();
		this.tools.hidden = [...this.tools.children].every((one) =>
			/** @type {HTMLElement} */ (one).hidden);
		this.dissolve.button.hidden = !may('dissolve');
		this.members.render();
	}
}
