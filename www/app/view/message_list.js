import { fill, h, reconcile } from '../dom.js';
import { icon } from '../icons.js';
import { chatName, errorText } from '../naming.js';
import { buildRows } from '../rows.js';
import { t } from '../strings.js';
import { number } from '../text/words.js';
import { rowElement } from './message.js';
import { pickDate } from './message_dialogs.js';
import { RowActs } from './row_acts.js';
import { RowFocus } from './row_focus.js';
import { looksOf, signatureOf } from './row_looks.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('./message.js').Look} Look */
/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../model/room.js').Room} Room */

const AT_END_PX = 48;
const LOAD_AHEAD_PX = 700;

/** @typedef {import('../../sdk/types.js').Entry} Entry */

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
	 * @param {object} on
	 * @param {(entry: Entry) => void} on.reply
	 * @param {(entry: Entry) => void} on.edit
	 * @param {() => boolean} on.leave  to the composer, if there is one
	 * @param {() => boolean} on.mayPost
	 * @param {import('./selection.js').Selection} on.selection
	 * @param {AbortSignal} on.over   closes its menus and dialogs
	 */
	constructor(messenger, room, on) {
		this.m = messenger;
		this.room = room;
		this.on = on;
		this.top = h('div', { class: 'log-top' });
		this.rows = h('ol', { class: 'rows' });
		this.acts = new RowActs(messenger, room, this.rows, {
			...on,
			goTo: (conv_index) => this.goTo(conv_index),
			goToDate: (day) => this.goToDate(day),
		});
		this.focus = new RowFocus(this.rows, {
			leave: on.leave,
			menu: (row) => this.acts.menuOf(row),
		});
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
		this.acts.update();
		this.rows.classList.toggle('selecting',
			this.on.selection.active);

		const anchor = this.#stick ? null : this.#anchor();
		const rows = timeline.loaded ? buildRows({
			entries: timeline.entries,
			items: timeline.has_after ? []
				: this.m.outbox.items(this.room.conv_id),
			me: this.m.me,
			divider: this.room.divider,
		}) : [];
		const looks = looksOf(this.m, this.room, rows,
			this.on.mayPost(), this.on.selection);
		const refocus = this.focus.keep();

		reconcile(this.rows, rows, {
			key: (row) => row.key,
			signature: (row) => signatureOf(this.m, row,
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
	 * @returns {Promise<HTMLElement|undefined>} its row
	 */
	async goTo(conv_index, block = 'center') {
		const { conv_id, timeline } = this.room;

		if (conv_index < timeline.low || conv_index > timeline.high) {
			try {
				await this.m.history.around(conv_id,
					conv_index);
			} catch (error) {
				toastError(error);
				return undefined;
			}
			this.render();
		}

		/* not every entry has a row */
		const row = [...this.rows.querySelectorAll('li')].find((one) =>
			Number(one.dataset.index ?? 0) >= conv_index);

		this.#stick = false;
		row?.scrollIntoView({ block });
		row?.classList.remove('flash');
		requestAnimationFrame(() => row?.classList.add('flash'));
		return row;
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
		this.count.textContent = number(unread);
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
