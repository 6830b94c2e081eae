import { personName } from '../naming.js';
import { t } from '../strings.js';
import { below, onLongPress } from './menu.js';
import { showForward } from './forwarded.js';
import { showEdits, whoReacted } from './message_dialogs.js';
import { openMessageMenu, react } from './message_menu.js';
import { showReaders } from './readers.js';
import { READERS_NAMED } from './row_looks.js';

/** @typedef {import('../../sdk/types.js').Entry} Entry */
/** @typedef {import('./menu.js').Place} Place */

/** What mouse, touch and keys do on the rows of a chat. */
export class RowActs {
	/**
	 * What is open about a message closes when it is recalled or hidden.
	 * @type {{entry: Entry, over: AbortController}|null}
	 */
	#about = null;

	/**
	 * @param {import('../messenger.js').Messenger} messenger
	 * @param {import('../model/room.js').Room} room
	 * @param {HTMLElement} rows
	 * @param {object} on
	 * @param {(conv_index: number) => void} on.goTo
	 * @param {(day: number) => void} on.goToDate
	 * @param {(entry: Entry) => void} on.reply
	 * @param {(entry: Entry) => void} on.edit
	 * @param {() => boolean} on.mayPost
	 * @param {import('./selection.js').Selection} on.selection
	 * @param {AbortSignal} on.over   closes its menus and dialogs
	 */
	constructor(messenger, room, rows, on) {
		this.m = messenger;
		this.room = room;
		this.rows = rows;
		this.on = on;
		rows.addEventListener('click', (event) => this.#clicked(event));
		rows.addEventListener('contextmenu', (event) =>
			this.#contextMenu(event));
		rows.addEventListener('pointerover', (event) =>
			this.#hovered(event));
		onLongPress(rows, (target, at) => this.#openFor(target, at));
	}

	/** @param {HTMLElement} row  a key asks for its menu, or selects it */
	menuOf(row) {
		const entry = this.#entryOf(row);

		if (this.on.selection.active && entry)
			this.on.selection.toggle(entry);
		else
			this.#openFor(row, below(row.querySelector('.bubble')
				?? row));
	}

	/** Messages have changed. */
	update() {
		const { timeline } = this.room;
		const entry = this.#about?.entry;

		if (entry && (!timeline.sees(entry.conv_index)
			|| timeline.byId(entry.msg_id)?.recalled))
			this.#about?.over.abort();
	}

	/** @param {Event} event */
	#clicked(event) {
		const target = /** @type {HTMLElement} */ (event.target);
		const button = target.closest('button');
		const message = target.closest('.message');
		const entry = this.#entryOf(target);

		if (this.on.selection.active && entry) {
			event.preventDefault();
			this.on.selection.toggle(entry);
			return;
		}
		if (button)
			this.#pressed(button, entry);
		/* without hover, a touch shows the actions */
		for (const other of this.rows.querySelectorAll('.picked'))
			if (other !== message)
				other.classList.remove('picked');
		if (!target.closest('a, button'))
			message?.classList.toggle('picked');
	}

	/** @param {HTMLElement} button @param {Entry|undefined} entry */
	#pressed(button, entry) {
		const { dataset } = button;

		if (dataset.to)
			this.on.goTo(Number(dataset.to));
		else if (dataset.day)
			this.on.goToDate(Number(dataset.day));
		else if (!entry)
			return;
		else if (dataset.reply !== undefined)
			this.on.reply(entry);
		else if (dataset.menu !== undefined)
			this.#openMenu(entry, below(button));
		else if (dataset.edits !== undefined)
			showEdits(this.m, entry, this.#over(entry));
		else if (dataset.readers !== undefined)
			showReaders(this.m, entry, this.#over(entry));
		else if (dataset.forward !== undefined)
			showForward(this.m, entry, this.#over(entry));
		else if (dataset.emoji)
			react(this.m, entry, dataset.emoji);
	}

	/** @param {Element} inside  a row @returns {Entry|undefined} */
	#entryOf(inside) {
		const row = /** @type {HTMLElement|null} */ (
			inside.closest('.message'));
		const index = Number(row?.dataset.index ?? 0);
		const entry = index > 0 ? this.room.timeline.from(index)
			: undefined;

		return entry?.conv_index === index ? entry : undefined;
	}

	/** @param {Entry} entry @param {Place} at */
	#openMenu(entry, at) {
		openMessageMenu(this.m, entry, {
			at,
			onReply: this.on.reply,
			onEdit: this.on.edit,
			onSelect: (one) => this.on.selection.toggle(one),
			may_post: this.on.mayPost(),
			over: this.#over(entry),
		});
	}

	/** @param {Entry} entry @returns {AbortSignal} for what is about it */
	#over(entry) {
		const over = new AbortController();

		this.on.over.addEventListener('abort', () => over.abort(),
			{ signal: over.signal });
		this.#about = { entry, over };
		return over.signal;
	}

	/**
	 * What a long touch or the second mouse button asks for.
	 *
	 * @param {HTMLElement} target
	 * @param {Place} at
	 * @returns {boolean}
	 */
	#openFor(target, at) {
		const entry = this.#entryOf(target);
		const emoji = target.closest('button')?.dataset.emoji;

		/* a link has a menu of its own */
		if (!entry || target.closest('a') || !this.m.acts.isWhole(entry)
			|| this.on.selection.active
			|| document.querySelector('dialog[open]'))
			return false;
		if (emoji)
			whoReacted(this.m, entry, emoji, this.#over(entry));
		else
			this.#openMenu(entry, at);
		return true;
	}

	/** @param {MouseEvent} event */
	#contextMenu(event) {
		const target = /** @type {HTMLElement} */ (event.target);
		const chosen = getSelection();
		const row = target.closest('.message');

		/* so has a text that is selected */
		if (row && chosen && !chosen.isCollapsed
			&& chosen.containsNode(row, true))
			return;
		/* a key has no place */
		const at = event.clientX || event.clientY
			? { x: event.clientX, y: event.clientY }
			: below(target);

		if (this.#openFor(target, at)
			|| (row && document.querySelector('dialog[open]')))
			event.preventDefault();
	}

	/** Says who reacted. @param {PointerEvent} event */
	async #hovered(event) {
		const button = /** @type {HTMLElement} */ (event.target)
			.closest('button');
		const emoji = button?.dataset.emoji;
		const entry = button ? this.#entryOf(button) : undefined;

		if (!button || !emoji || !entry || button.title
			|| event.pointerType !== 'mouse')
			return;
		button.title = emoji;
		try {
			const { items } = await this.m.client.messages.reactions(
				entry.msg_id, { emoji, limit: READERS_NAMED });
			const ids = items.map(({ user_id }) => user_id);

			await this.m.people.load(ids);
			button.title = ids.map((id) => personName(this.m, id))
				.join(t.comma);
		} catch {
			/* only a hint */
		}
	}
}
