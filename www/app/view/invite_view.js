import { Problem } from '../../sdk/index.js';
import { fill, h } from '../dom.js';
import { icon } from '../icons.js';
import { errorText } from '../naming.js';
import { t } from '../strings.js';
import { avatar } from './avatar.js';
import { toast } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {Awaited<ReturnType<import('../../sdk/groups.js').GroupRoutes[
 *     'lookAt']>>} Seen */

/** @param {Seen['conversation']} conversation */
const nameOf = ({ kind, settings }) => settings.name
	|| (kind === 'channel' ? t.channel : t.group);

/** Where a link leads that somebody was given: a group that they can join. */
export class InviteView {
	/** @type {Seen|null} */
	#seen = null;
	/** What became of it; then there is nothing more to do. */
	#said = '';

	/**
	 * @param {Messenger} messenger
	 * @param {string} code
	 * @param {(conv_id: string) => void} onOpen  the chat, instead of this
	 */
	constructor(messenger, code, onOpen) {
		this.m = messenger;
		this.code = code;
		this.onOpen = onOpen;
		this.body = h('div', { class: 'invite-body' },
			h('div', { class: 'spinner', role: 'img',
				'aria-label': t.list.loading }));
		this.note = h('p', { class: 'invite-note', role: 'status' });
		this.button = h('button', { type: 'button', hidden: true,
			class: 'button primary', onclick: () => this.#act() });
		this.element = h('main', { class: 'chat invite',
			'aria-label': t.groups.invitation },
		h('header', { class: 'bar' },
			h('a', { class: 'icon-button back', href: '#/',
				'aria-label': t.chat.back }, icon('back')),
			h('h1', {}, t.groups.invitation)),
		h('div', { class: 'invite-page' }, this.body, this.note,
			this.button));
		this.#look();
	}

	get conversation() {
		return this.#seen?.conversation;
	}

	render() {
		const { conversation } = this;
		const known = this.m.chats.get(conversation?.conv_id ?? '');

		this.button.hidden = !conversation || (this.#said !== '' && !known);
		this.button.textContent = known ? t.groups.open
			: t.groups.join;
		this.note.textContent = known ? t.groups.is_member : this.#said;
	}

	async #look() {
		try {
			this.#seen = await this.m.client.groups.lookAt(this.code);
		} catch (error) {
			this.#said = this.#why(error);
			fill(this.body, h('span', { class: 'invite-icon' },
				icon('link')));
			this.render();
			return;
		}

		const { conv_id, settings, member_count }
			= this.#seen.conversation;
		const name = nameOf(this.#seen.conversation);

		fill(this.body, avatar(name, conv_id, 'large', 'square'),
			h('h2', {}, h('bdi', {}, name)),
			h('p', {}, t.chat.members(member_count)),
			settings.description && h('p', { class: 'description',
				dir: 'auto' }, settings.description));
		this.render();
		if (document.activeElement === document.body
			|| this.element.contains(document.activeElement))
			this.button.focus();
	}

	async #act() {
		const { conversation } = this;

		if (!conversation)
			return;
		if (this.m.chats.get(conversation.conv_id)) {
			this.onOpen(conversation.conv_id);
			return;
		}
		this.button.disabled = true;
		try {
			if (await this.m.groups.accept(this.code)) {
				toast(t.groups.joined(nameOf(conversation)));
				this.onOpen(conversation.conv_id);
				return;
			}
			this.#said = t.groups.waiting;
		} catch (error) {
			this.#said = this.#why(error);
		}
		this.button.disabled = false;
		this.render();
	}

	/** @param {unknown} error */
	#why(error) {
		const { code } = error instanceof Problem ? error : { code: '' };
		const { expires_at = Infinity, max_uses } = this.#seen ?? {};

		if (code === 'gone' && expires_at <= Date.now())
			return t.groups.invite_expired;
		if (code === 'gone' && max_uses)
			return t.groups.invite_used_up;
		if (code === 'gone' || code === 'not_found')
			return t.groups.invite_ended;
		if (code === 'forbidden')
			return t.groups.you_are_banned;
		return code === 'conflict' ? t.groups.is_full : errorText(error);
	}
}
