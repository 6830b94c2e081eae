import { fill, h } from '../dom.js';
import { fullTime } from '../format.js';
import { t } from '../strings.js';
import { openDialog } from './dialog.js';
import { personLine } from './person.js';
import { toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Entry} Entry */
/** @typedef {import('../../sdk/types.js').Receipts} Receipts */

const PAGE = 100;

/** The people who have read a message, or who have not. */
class ReaderList {
	/** @type {string[]} */
	#ids = [];
	/** @type {string|null} */
	next = null;

	/**
	 * @param {Messenger} messenger
	 * @param {Entry} entry
	 * @param {'read'|'unread'} state
	 * @param {() => void} onMore
	 */
	constructor(messenger, entry, state, onMore) {
		this.m = messenger;
		this.entry = entry;
		this.state = state;
		this.heading = h('h3', {});
		this.list = h('ul', { class: 'people' });
		this.more = h('button', { type: 'button', class: 'link',
			onclick: onMore }, t.pages.more);
		this.element = h('section', { hidden: true }, this.heading,
			this.list, this.more);
	}

	get length() {
		return this.#ids.length;
	}

	/** @param {boolean} more  the next page, in place of the first */
	async load(more) {
		const { conv_id, conv_index } = this.entry;
		const page = await this.m.client.own.receipts(conv_id, conv_index,
			{ state: this.state, limit: PAGE,
				cursor: more ? this.next ?? undefined : undefined });

		this.m.people.putAll(page.users);
		this.#ids = [...more ? this.#ids : [],
			...page.items.map(({ user_id }) => user_id)];
		this.next = page.next;
		return page;
	}

	/** @param {string} heading */
	render(heading) {
		this.heading.textContent = heading;
		this.element.hidden = this.#ids.length === 0;
		this.more.hidden = this.next === null;
		fill(this.list, this.#ids.map((user_id) => {
			const user = this.m.people.get(user_id) ?? { user_id,
				username: '', display_name: t.someone };

			return h('li', { class: 'person',
				'data-username': user.username },
			...personLine(user));
		}));
	}
}

/**
 * Who has read a message of the user, as far as they let it be seen.
 *
 * @param {Messenger} m
 * @param {Entry} entry
 * @param {AbortSignal} over  closes it
 */
export function showReaders(m, entry, over) {
	const { dialog, body } = openDialog(t.readers.title, 'readers',
		t.pick.close, over);
	const note = h('p', { class: 'hint', role: 'status' });
	const read = new ReaderList(m, entry, 'read', () => load(read));
	const unread = new ReaderList(m, entry, 'unread', () => load(unread));
	/** @type {Receipts|null} */
	let counts = null;
	let shown = -1;
	const marks = () => m.room(entry.conv_id).receipts.of(entry.conv_index)
		.read;
	const isOff = () => m.own.settings.now?.read_receipts === false;

	const render = () => {
		const off = isOff();
		const rest = (counts?.member_count ?? 0) - 1 - read.length
			- unread.length;

		read.render(t.chat.read_by(counts?.read_count ?? 0));
		unread.render(t.readers.unread);
		if (off)
			read.element.hidden = unread.element.hidden = true;
		note.textContent = off ? t.readers.off
			: !counts ? t.pages.loading
				: rest > 0 && read.next === null
					&& unread.next === null
					? t.readers.others(rest) : '';
	};
	/** @param {ReaderList} [more]  of which one; else both again */
	const load = async (more) => {
		shown = marks();
		if (isOff()) {
			render();
			return;
		}
		try {
			counts = await (more ? more.load(true) : read.load(false));
			if (!more)
				await unread.load(false);
		} catch (error) {
			toastError(error);
		}
		render();
	};
	const unlisten = m.listen((topics) => {
		if (topics.has('settings') || (marks() !== shown
			&& topics.has(`room:${entry.conv_id}`)))
			load();
	});

	dialog.addEventListener('close', unlisten);
	body.append(h('p', { class: 'hint' }, t.readers.sent(fullTime(
		entry.sent_at))), read.element, unread.element, note);
	render();
	load();
}
