import { fill, h, reconcile } from '../dom.js';
import { dayName } from '../format.js';
import { icon } from '../icons.js';
import { chatName, errorText, personName, systemText } from '../naming.js';
import { buildRows } from '../rows.js';
import { t } from '../strings.js';
import { rowElement } from './message.js';
import { toastError } from './toast.js';

/** @typedef {import('../rows.js').Row} Row */
/** @typedef {import('./message.js').Look} Look */
/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../model/room.js').Room} Room */

const AT_END_PX = 48;
const LOAD_AHEAD_PX = 700;
const READERS_NAMED = 12;

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
	 * @param {Messenger} messenger
	 * @param {Room} room
	 * @param {(msg_id: string) => void} onReply
	 */
	constructor(messenger, room, onReply) {
		this.m = messenger;
		this.room = room;
		this.onReply = onReply;
		this.top = h('div', { class: 'log-top' });
		this.rows = h('ol', { class: 'rows',
			onclick: (event) =>
				this.#clicked(event) });
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

		const anchor = this.#stick ? null : this.#anchor();
		const rows = timeline.loaded ? buildRows({
			entries: timeline.entries,
			items: timeline.has_after ? []
				: this.m.outbox.items(this.room.conv_id),
			me: this.m.me,
			divider: this.room.divider,
		}) : [];
		const looks = this.#looks(rows);

		reconcile(this.rows, rows, {
			key: (row) => row.key,
			signature: (row) => this.#signature(row,
				looks.get(row)),
			render: (row) => rowElement(this.m, row,
				/** @type {Look} */ (looks.get(row))),
			known: this.#known,
		});
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
		const reply = target.closest('button')?.dataset.reply;
		const to = target.closest('button')?.dataset.to;
		const message = target.closest('.message');

		if (reply)
			this.onReply(reply);
		else if (to)
			this.goTo(Number(to));
		/* without hover, a touch shows the actions */
		for (const other of this.rows.querySelectorAll('.picked'))
			if (other !== message)
				other.classList.remove('picked');
		if (!target.closest('a, button'))
			message?.classList.toggle('picked');
	}

	/** @param {number} conv_index  a message, loaded or not */
	async goTo(conv_index) {
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

		const row = this.rows.querySelector(
			`[data-index="${conv_index}"]`);

		this.#stick = false;
		row?.scrollIntoView({ block: 'center' });
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
		let told = !group;

		for (const row of [...rows].reverse()) {
			/** @type {Look} */
			const look = { status: '', author: '', read_by: '',
				read_title: '', group };

			looks.set(row, look);
			if (row.type !== 'message')
				continue;
			look.author = row.mine ? ''
				: personName(this.m, row.sender_id);
			if (row.entry?.recalled)
				continue;
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
			entry?.reply_to && personName(this.m,
				entry.reply_to.sender_id)]);
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

	/** The first position: the new messages, else the end. */
	#first() {
		const divider = this.rows.querySelector('.divider');

		this.#toBottom();
		if (divider) {
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
