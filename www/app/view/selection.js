import { fill, h, isComposing } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../strings.js';
import { FORWARD_MAX, forwardDialog } from './forward.js';
import { hideMessages } from './hide.js';
import { toast } from './toast.js';

/** @typedef {import('../../sdk/types.js').Entry} Entry */

/** Several messages of the open chat, and the bar with what can be done. */
export class Selection {
	/** @type {Map<number, Entry>} by conv_index */
	#chosen = new Map();
	active = false;

	/**
	 * @param {import('../messenger.js').Messenger} messenger
	 * @param {import('../model/room.js').Room} room
	 * @param {object} on
	 * @param {() => void} on.change
	 * @param {() => void} on.end   the focus was in the bar
	 * @param {AbortSignal} on.over
	 */
	constructor(messenger, room, on) {
		this.m = messenger;
		this.room = room;
		this.on = on;
		this.count = h('span', { class: 'select-count', role: 'status' });
		this.forward = this.#button('forward', t.forward.forward,
			() => this.#forward());
		this.hide = this.#button('trash', t.own.hide,
			() => this.#hide());
		this.element = h('div', { class: 'select-bar', role: 'toolbar',
			'aria-label': t.select.label, hidden: true,
			onkeydown: (event) => this.#key(event) },
		h('button', { type: 'button', class: 'icon-button',
			'aria-label': t.select.cancel, title: t.select.cancel,
			onclick: () => this.stop() }, icon('close')),
		this.count, this.forward, this.hide);
	}

	/**
	 * @param {'forward'|'trash'} name
	 * @param {string} label
	 * @param {() => unknown} act
	 */
	#button(name, label, act) {
		return h('button', { type: 'button', class: 'button',
			onclick: act }, icon(name), h('span', {}, label));
	}

	/** @param {Entry} entry */
	has(entry) {
		return this.#chosen.has(entry.conv_index);
	}

	/** @param {Entry} entry  into the selection, or out of it */
	toggle(entry) {
		if (!this.m.acts.isWhole(entry))
			return;
		if (!this.#chosen.delete(entry.conv_index)) {
			if (this.#chosen.size >= FORWARD_MAX) {
				toast(t.forward.too_many(FORWARD_MAX), 'error');
				return;
			}
			this.#chosen.set(entry.conv_index, entry);
		}
		this.active = true;
		this.on.change();
	}

	/** @returns {boolean} was anything selected? */
	stop() {
		const was = this.active;
		const focused = this.element.contains(document.activeElement);

		this.active = false;
		this.#chosen.clear();
		if (!was)
			return false;
		this.on.change();
		if (focused)
			this.on.end();
		return true;
	}

	/** Messages have changed: what was deleted can not be chosen. */
	render() {
		const { timeline } = this.room;

		for (const [conv_index, entry] of this.#chosen) {
			const now = timeline.byId(entry.msg_id) ?? entry;

			if (timeline.sees(conv_index) && !now.recalled)
				this.#chosen.set(conv_index, now);
			else
				this.#chosen.delete(conv_index);
		}
		this.element.hidden = !this.active;
		this.forward.disabled = this.hide.disabled
			= this.#chosen.size === 0;
		if (this.active)
			fill(this.count, t.select.selected(this.#chosen.size));
	}

	/** @returns {Entry[]} oldest first */
	#entries() {
		return [...this.#chosen.values()].sort((a, b) =>
			a.conv_index - b.conv_index);
	}

	#forward() {
		forwardDialog(this.m, this.#entries(), () => this.stop(),
			this.on.over);
	}

	async #hide() {
		if (await hideMessages(this.m, this.#entries(), this.on.over))
			this.stop();
	}

	/** @param {KeyboardEvent} event */
	#key(event) {
		if (event.key !== 'Escape' || isComposing(event))
			return;
		event.preventDefault();
		this.stop();
	}
}
