import { fill, h, reconcile } from '../dom.js';
import { lifetimeText } from '../expiry.js';
import { dayName } from '../format.js';
import { icon } from '../icons.js';
import { mentionNames } from '../mentions.js';
import { chatName, errorText, personName, systemText } from '../naming.js';
import { buildRows } from '../rows.js';
import { t } from '../strings.js';
import { onLongPress } from './menu.js';
import { rowElement } from './message.js';
import { pickDate, showEdits, whoReacted } from './message_dialogs.js';
import { openMessageMenu, react } from './message_menu.js';
import { RowFocus } from './row_focus.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('../rows.js').Row} Row */
/** @typedef {import('./message.js').Look} Look */
/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../model/room.js').Room} Room */

const AT_END_PX = 48;
const LOAD_AHEAD_PX = 700;
const READERS_NAMED = 12;

/** @typedef {import('../../sdk/types.js').Entry} Entry */
/** @typedef {import('./menu.js').Place} Place */

/**
 * The messages of the open chat. A view that is at the end stays there; in
 * every other place the visible rows do not move, whatever is loaded above or
 * below.
 */
export class MessageList {
	/** @type {import('../dom.js').Known<HTMLElement>} */
	#known = new Map();
	/** Does it stay at the end? */
	#stick = true;
	#stuck_at = 0; // scrollTop when #stick was decided
	/** Has the first page been shown, and scrolled to its place? */
	#placed = false;
	#frame = 0;
	/**
	 * What is open about a message closes when it is recalled.
	 * @type {{msg_id: string, over: AbortController}|null}
	 */
	#about = null;

	/**
	 * @param {Messenger} messenger
	 * @param {Room} room
	 * @param {object} on
	 * @param {(entry: Entry) => void} on.reply
	 * @param {(entry: Entry) => void} on.edit
	 * @param {() => boolean} on.leave  to the composer, if there is one
	 * @param {() => boolean} on.mayPost
	 * @param {AbortSignal} on.over   closes its menus and dialogs
	 */
	constructor(messenger, room, on) {
		this.m = messenger;
		this.room = room;
		this.on = on;
		this.top = h('div', { class: 'log-top' });
		this.rows = h('ol', { class: 'rows',
			onclick: (event) => this.#clicked(event),
			oncontextmenu: (event) => this.#contextMenu(event),
			onpointerover: (event) => this.#hovered(event) });
		this.focus = new RowFocus(this.rows, {
			leave: on.leave,
			menu: (row) => this.#openFor(row, below(
				row.querySelector('.bubble') ?? row)),
		});
		onLongPress(this.rows, (target, at) =>
			this.#openFor(target, at));
		this.bottom = h('div', { class: 'log-bottom' });
		this.scroller = h('div', { class: 'log', tabindex: '0',
			role: 'region', 'aria-label': t.chat.log,
			onscroll: () => this.#scrolled() },
		this.top, this.rows, this.bottom);
		this.count = h('span', { class: 'badge' });
		this.jump = h('button', { type: 'button', class: 'jump',
			'aria-label': t.chat.to_end, hidden: true,
			onclick: () => this.toEnd() },
		icon('down'), this.count);
		this.element = h('div', { class: 'log-box' }, this.scroller,
			this.jump);
		this.resize = new ResizeObserver(() => {
			this.#settle();
			if (this.#stick && this.#placed)
				this.#toBottom();
			this.#later();
		});
		this.resize.observe(this.scroller);
		this.resize.observe(this.rows);
	}

	close() {
		if (this.#placed)
			this.room.place = this.#stick ? null : this.#leftAt();
		this.resize.disconnect();
		cancelAnimationFrame(this.#frame);
	}

	/** Is the newest message in view? */
	get at_end() {
		return this.#stick && this.room.timeline.at_end;
	}

	render() {
		const { timeline } = this.room;

		this.#settle();
		const about = this.#about && timeline.byId(this.#about.msg_id);

		if (about?.recalled || about?.hidden)
			this.#about?.over.abort();

		const anchor = this.#stick ? null : this.#anchor();
		const rows = timeline.loaded ? buildRows({
			entries: timeline.entries,
			items: timeline.has_after ? []
				: this.m.outbox.items(this.room.conv_id),
			me: this.m.me,
			divider: this.room.divider,
		}) : [];
		const looks = this.#looks(rows);
		const refocus = this.focus.keep();

		reconcile(this.rows, rows, {
			key: (row) => row.key,
			signature: (row) => this.#signature(row,
				looks.get(row)),
			render: (row) => rowElement(this.m, row,
				/** @type {Look} */ (looks.get(row))),
			known: this.#known,
		});
		refocus();
		this.#notes();
		this.#place(anchor);
		this.#later();
	}

	/** Scrolls to the newest message, loaded or not. */
	async toEnd() {
		this.#stick = true;
		this.#stuck_at = this.scroller.scrollTop;
		if (!this.room.timeline.at_end) {
			try {
				await this.m.history.toEnd(this.room.conv_id);
			} catch (error) {
				this.m.loadFailed(this.room, error);
			}
			this.render();
		}
		this.#toBottom();
		this.#later();
	}

	/** @param {Event} event */
	#clicked(event) {
		const target = /** @type {HTMLElement} */ (event.target);
		const button = target.closest('button');
		const message = target.closest('.message');
		const entry = this.#entryOf(target);

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
			this.goTo(Number(dataset.to));
		else if (dataset.day)
			this.goToDate(Number(dataset.day));
		else if (!entry)
			return;
		else if (dataset.reply !== undefined)
			this.on.reply(entry);
		else if (dataset.menu !== undefined)
			this.#openMenu(entry, below(button));
		else if (dataset.edits !== undefined)
			showEdits(this.m, entry, this.#over(entry));
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
			may_post: this.on.mayPost(),
			over: this.#over(entry),
		});
	}

	/** @param {Entry} entry @returns {AbortSignal} for what is about it */
	#over({ msg_id }) {
		const over = new AbortController();

		this.on.over.addEventListener('abort', () => over.abort(),
			{ signal: over.signal });
		this.#about = { msg_id, over };
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
				.join(', ');
		} catch {
			/* only a hint */
		}
	}

	/** @param {number} [day]  where the choice starts */
	goToDate(day = Date.now()) {
		const { conv_id } = this.room;
		const chat = this.m.chats.get(conv_id);

		pickDate({ from: chat?.conversation.created_at ?? 0,
			to: Date.now(), day }, async (at) => {
			const found = await this.m.acts.find(conv_id, at);

			if (found === 0)
				toast(t.chat.nothing_since);
			await (found === 0 ? this.toEnd()
				: this.goTo(found, 'start'));
		}, this.on.over);
	}

	/**
	 * @param {number} conv_index  a message, loaded or not
	 * @param {'center'|'start'} block
	 */
	async goTo(conv_index, block = 'center') {
		const { conv_id, timeline } = this.room;

		if (conv_index < timeline.low || conv_index > timeline.high) {
			try {
				await this.m.history.around(conv_id,
					conv_index);
			} catch (error) {
				toastError(error);
				return;
			}
			this.render();
		}

		/* not every entry has a row */
		const row = [...this.rows.children].find((one) => Number(
			/** @type {HTMLElement} */ (one).dataset.index ?? 0)
				>= conv_index);

		this.#stick = false;
		row?.scrollIntoView({ block });
		row?.classList.remove('flash');
		requestAnimationFrame(() => row?.classList.add('flash'));
	}

	/** @param {Row[]} rows @returns {Map<Row, Look>} */
	#looks(rows) {
		const chat = this.m.chats.get(this.room.conv_id);
		const group = chat?.conversation.kind === 'group'
			|| chat?.conversation.kind === 'channel';
		const others = (chat?.conversation.member_count ?? 2) - 1;
		/** @type {Map<Row, Look>} */
		const looks = new Map();
		const pinned = new Set(this.room.pins?.map(({ entry }) =>
			entry.conv_index));
		const may_post = this.on.mayPost();
		let told = !group;

		for (const row of [...rows].reverse()) {
			/** @type {Look} */
			const look = { status: '', author: '', read_by: '',
				read_title: '', group, may_post, lifetime: '',
				pinned: pinned.has(row.conv_index) };

			looks.set(row, look);
			if (row.type !== 'message')
				continue;
			look.author = row.mine ? ''
				: personName(this.m, row.sender_id);
			if (row.entry?.recalled)
				continue;
			look.lifetime = lifetimeText(row.entry,
				this.m.expiry.now);
			if (row.mine)
				look.status = this.#status(row,
					group ? others : 1);
			if (!told && row.mine && row.entry) {
				told = this.#readBy(row, look);
			}
		}
		return looks;
	}

	/** @param {Row} row @param {number} others @returns {Look['status']} */
	#status(row, others) {
		if (row.item) {
			const { state } = row.item;

			return state === 'queued' ? 'sending' : state;
		}

		const { read, delivered } = this.room.receipts.of(
			row.conv_index);

		return read >= others && others > 0 ? 'read'
			: delivered >= others && others > 0 ? 'delivered'
				: 'sent';
	}

	/** @param {Row} row @param {Look} look @returns {boolean} */
	#readBy(row, look) {
		const readers = this.room.receipts.readers(row.conv_index);

		if (readers.length === 0)
			return false;
		look.read_by = t.chat.read_by(readers.length);
		look.read_title = readers.slice(0, READERS_NAMED).map((id) =>
			personName(this.m, id)).join(', ');
		return true;
	}

	/** @param {Row} row @param {Look|undefined} look */
	#signature(row, look) {
		const { entry, item } = row;

		return JSON.stringify([row.first, row.last, row.at,
			row.conv_index, look, item?.state,
			row.type === 'day' ? dayName(row.at) : '',
			row.type === 'system' && entry
				? systemText(this.m, entry) : '',
			entry?.content, entry?.recalled, entry?.edited_at,
			entry?.reactions, entry?.reply_to?.recalled,
			entry?.reply_to?.preview,
			entry?.reply_to && personName(this.m,
				entry.reply_to.sender_id),
			mentionNames(this.m, this.room.conv_id,
				entry ?? item?.message ?? {})]);
	}

	#notes() {
		const { timeline, loading, error } = this.room;
		const chat = this.m.chats.get(this.room.conv_id);

		if (error)
			fill(this.top, h('div', { class: 'log-note' },
				h('p', {}, t.chat.load_failed, ' ',
					errorText(error)),
				h('button', { type: 'button', class: 'button',
					onclick: () => this.m.open(
						this.room.conv_id) },
				t.chat.retry)));
		else if (loading === 'before' || loading === 'page'
			|| !timeline.loaded)
			fill(this.top, h('div', { class: 'spinner',
				role: 'img', 'aria-label': t.chat.loading }));
		else if (!timeline.has_before)
			fill(this.top, h('p', { class: 'beginning' },
				t.chat.beginning(chatName(this.m, chat))));
		else
			fill(this.top, h('div', { class: 'spinner idle' }));
		fill(this.bottom, loading === 'after'
			&& h('div', { class: 'spinner' }));
	}

	/** @param {{element: Element, top: number}|null} anchor */
	#place(anchor) {
		if (!this.room.timeline.loaded)
			return;
		if (!this.#placed) {
			this.#placed = true;
			this.#first();
		} else if (anchor?.element.isConnected) {
			const moved = anchor.element.getBoundingClientRect().top
				- anchor.top;

			if (moved !== 0)
				this.scroller.scrollTop += moved;
		} else if (this.#stick) {
			this.#toBottom();
		}
	}

	/** Where the user left the chat: a row, and its distance to the top. */
	#leftAt() {
		const edge = this.scroller.getBoundingClientRect().top;

		for (const element of this.rows.children) {
			const { top, bottom } = element.getBoundingClientRect();
			const index = Number(/** @type {HTMLElement} */ (element)
				.dataset.index ?? 0);

			if (bottom > edge && index > 0)
				return { conv_index: index, top: top - edge };
		}
		return null;
	}

	/** The first position: where it was, the new messages, else the end. */
	#first() {
		const divider = this.rows.querySelector('.divider');
		const { place } = this.room;
		const left = place && this.rows.querySelector(
			`[data-index="${place.conv_index}"]`);

		this.#toBottom();
		if (left) {
			this.scroller.scrollTop += left.getBoundingClientRect()
				.top - this.scroller.getBoundingClientRect()
				.top - place.top;
		} else if (divider) {
			const top = divider.getBoundingClientRect().top
				- this.scroller.getBoundingClientRect().top;

			this.scroller.scrollTop += Math.min(0, top
				- this.scroller.clientHeight / 5);
		}
		this.#decide();
	}

	/** Is it scrolled to the end of the chat? */
	get #near_end() {
		const { scrollTop, clientHeight, scrollHeight } = this.scroller;

		return this.room.timeline.at_end
			&& scrollHeight - scrollTop - clientHeight < AT_END_PX;
	}

	#toBottom() {
		this.scroller.scrollTop = this.scroller.scrollHeight;
		this.#stuck_at = this.scroller.scrollTop;
	}

	#decide() {
		this.#stick = this.#near_end;
		this.#stuck_at = this.scroller.scrollTop;
	}

	/**
	 * The scroll event comes with the next frame. Rendering before it must
	 * not scroll back to the end if the user has scrolled up.
	 */
	#settle() {
		if (this.#stick && this.scroller.scrollTop < this.#stuck_at - 1)
			this.#decide();
	}

	/** The first visible row, which must not move. */
	#anchor() {
		const edge = this.scroller.getBoundingClientRect().top;

		for (const element of this.rows.children) {
			const { top, bottom } = element.getBoundingClientRect();

			if (bottom > edge)
				return { element, top };
		}
		return null;
	}

	#scrolled() {
		this.#decide();
		this.#later();
	}

	/** After scrolling or rendering, once per frame. */
	#later() {
		if (this.#frame === 0)
			this.#frame = requestAnimationFrame(() => {
				this.#frame = 0;
				this.#look();
			});
	}

	#look() {
		const { scrollTop, clientHeight, scrollHeight } = this.scroller;
		const { timeline } = this.room;
		const chat = this.m.chats.get(this.room.conv_id);
		const unread = chat?.unread ?? 0;

		if (!this.#placed || clientHeight === 0)
			return;
		this.jump.hidden = this.at_end;
		this.count.hidden = unread === 0;
		this.count.textContent = String(unread);
		this.seen();
		if (this.room.error)
			return;
		if (timeline.has_before && scrollTop < LOAD_AHEAD_PX)
			this.#load(this.m.history.before(this.room.conv_id));
		if (timeline.has_after && scrollHeight - scrollTop
			- clientHeight < LOAD_AHEAD_PX)
			this.#load(this.m.history.after(this.room.conv_id));
	}

	/** @param {Promise<boolean>} loading */
	async #load(loading) {
		try {
			await loading;
		} catch (error) {
			this.m.loadFailed(this.room, error);
		}
	}

	/** Reports how far the user has read, if the page has the focus. */
	seen() {
		if (document.visibilityState !== 'visible'
			|| !document.hasFocus() || !this.#placed)
			return;

		const { timeline } = this.room;

		this.m.marks.read(this.room.conv_id, this.at_end ? timeline.high
			: this.#lastInView());
	}

	/** @returns {number} the index of the last fully visible row */
	#lastInView() {
		const edge = this.scroller.getBoundingClientRect().bottom + 1;
		const rows = this.rows.children;

		for (let i = rows.length - 1; i >= 0; i--) {
			const row = /** @type {HTMLElement} */ (rows[i]);

			if (row.dataset.index
				&& row.getBoundingClientRect().bottom <= edge)
				return Number(row.dataset.index);
		}
		return 0;
	}
}

/** @param {Element} element @returns {Place} below its start */
function below(element) {
	const { left, right, bottom } = element.getBoundingClientRect();

	return { x: document.documentElement.dir === 'rtl' ? right : left,
		y: bottom + 4 };
}
