import { fill, h } from '../dom.js';
import { clock, dayName, fullTime, tint } from '../format.js';
import { icon } from '../icons.js';
import { parseMarkdown } from '../markdown.js';
import { contentText, personName } from '../naming.js';
import { t } from '../strings.js';
import { avatar } from './avatar.js';
import { openDialog } from './dialog.js';
import { richText } from './rich_text.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Entry} Entry */
/** @typedef {import('../../sdk/types.js').Content} Content */
/** @typedef {import('../../sdk/types.js').ForwardItem} ForwardItem */

const LINES = 3;
const LINE_MAX = 120;

/** @param {Content|undefined} content */
const titleOf = (content) => content?.title || t.forward.card;

/** @param {ForwardItem} item */
const itemText = (item) => item.recalled ? t.forward.gone
	: contentText(item.type, item.content)
		.replace(/\s+/gu, ' ').slice(0, LINE_MAX);

/**
 * Is it a copy of another message? A merged one has its messages in its content.
 *
 * @param {Entry} entry
 */
function isCopy({ forward_of, kind, content }) {
	return forward_of !== undefined && forward_of.length > 0
		&& !(kind === 'message' && content?.items?.[0]?.msg_id
			=== forward_of[0].msg_id);
}

/**
 * Where a copy comes from.
 *
 * @param {Messenger} m
 * @param {Entry} entry
 */
export function originElement(m, entry) {
	if (!isCopy(entry) || entry.recalled)
		return null;

	const [origin, another] = entry.forward_of ?? [];

	return h('span', { class: 'origin' }, icon('forward'),
		h('span', { dir: 'auto' }, origin.sender_id && !another
			? t.forward.from(origin.sender_id === m.me
				? t.you_there : personName(m, origin.sender_id))
			: t.forward.plain),
		origin.recalled && h('span', { class: 'origin-gone' },
			t.forward.origin_gone));
}

/**
 * The names that a forward shows, on which its element depends.
 *
 * @param {Messenger} m
 * @param {Entry} entry
 */
export function forwardNames(m, entry) {
	const items = entry.kind === 'message' ? entry.content?.items ?? [] : [];

	return [...entry.forward_of?.slice(0, 1) ?? [], ...items.slice(0, LINES)]
		.map(({ sender_id }) => sender_id && personName(m, sender_id));
}

/**
 * A merged forward in the list.
 *
 * @param {Messenger} m
 * @param {Content|undefined} content
 */
export function forwardCard(m, content) {
	const items = content?.items ?? [];
	const title = titleOf(content);

	return h('button', { type: 'button', class: 'forward-card', tabindex: -1,
		'aria-haspopup': 'dialog', 'data-forward': '',
		'aria-label': t.forward.open(title, items.length) },
	h('span', { class: 'forward-title', dir: 'auto' }, icon('forward'),
		title),
	items.slice(0, LINES).map((item) => h('span', { class: item.recalled
		? 'forward-line gone' : 'forward-line', dir: 'auto' },
	h('bdi', { class: 'forward-who' }, personName(m, item.sender_id)),
	t.colon, itemText(item))),
	h('span', { class: 'forward-count' }, t.forward.items(items.length)));
}

/** The messages of a forward, in a dialog that follows what becomes of them. */
class ForwardView {
	/** The nested forwards that are shown, by their paths. */
	#open = new Set();

	/** @param {Messenger} m @param {Entry} entry @param {HTMLElement} body */
	constructor(m, entry, body) {
		this.m = m;
		this.entry = entry;
		this.body = body;
	}

	render() {
		const { entry } = this;
		const active = /** @type {HTMLElement|null} */ (
			document.activeElement)?.dataset.path;

		if (entry.kind === 'message')
			fill(this.body, this.#list(entry.content, ''));
		if (active)
			/** @type {HTMLElement|null} */ (this.body.querySelector(
				`[data-path="${active}"]`))?.focus();
	}

	/**
	 * @param {Content|undefined} content
	 * @param {string} path
	 * @returns {HTMLElement}
	 */
	#list(content, path) {
		return h('ol', { class: 'forward-items' },
			(content?.items ?? []).map((item, i) =>
				this.#item(item, `${path}.${i}`)));
	}

	/** @param {ForwardItem} item @param {string} path */
	#item(item, path) {
		const { sender_id, sent_at } = item;
		const name = personName(this.m, sender_id);

		return h('li', { class: 'forward-item' },
			avatar(name, sender_id, 'small'),
			h('div', { class: 'forward-body' },
				h('div', { class: 'forward-head' },
					h('bdi', { class: `author tint-${
						tint(sender_id)}` }, name),
					h('time', { datetime: new Date(sent_at)
						.toISOString(),
					title: fullTime(sent_at) },
					t.moment(dayName(sent_at),
						clock(sent_at)))),
				this.#body(item, path)));
	}

	/** @param {ForwardItem} item @param {string} path */
	#body(item, path) {
		if (item.recalled)
			return h('p', { class: 'text recalled' }, icon('alert'),
				t.forward.gone);
		if (item.type === 'forward')
			return this.#nested(item, path);
		if (item.type === 'text')
			return h('div', { class: 'text', dir: 'auto' },
				...richText(parseMarkdown(item.content?.text
					?? ''), this.m.me));
		return h('p', { class: 'text other', dir: 'auto' },
			itemText(item));
	}

	/** @param {ForwardItem} item @param {string} path @returns {HTMLElement} */
	#nested(item, path) {
		const card = forwardCard(this.m, item.content);
		const is_open = this.#open.has(path);

		card.removeAttribute('tabindex');
		card.removeAttribute('aria-haspopup');
		card.setAttribute('aria-expanded', String(is_open));
		card.dataset.path = path;
		card.addEventListener('click', () => {
			if (!this.#open.delete(path))
				this.#open.add(path);
			this.render();
		});
		return h('div', {}, card,
			is_open && this.#list(item.content, path));
	}
}

/**
 * Opens a merged forward, as it is now.
 *
 * @param {Messenger} m
 * @param {Entry} entry
 * @param {AbortSignal} over  closes it
 */
export function showForward(m, entry, over) {
	const { dialog, body } = openDialog(titleOf(entry.kind === 'message'
		? entry.content : undefined), 'forwarded', t.forward.close, over);
	const view = new ForwardView(m, entry, body);
	/** @param {Entry} now */
	const show = (now) => {
		view.entry = now;
		view.render();
	};
	const ends = [
		m.kept.follow((change) => {
			const now = change(view.entry);

			if (now && now !== view.entry)
				show(now);
		}),
		m.listen((topics) => {
			if (topics.has(`room:${entry.conv_id}`))
				view.render();
		}),
	];

	dialog.addEventListener('close', () => ends.forEach((end) => end()));
	view.render();
	/* what was recalled in chats of others is not told */
	m.client.messages.get(entry.msg_id).then(show).catch(() => {
		/* it stays as it was when it was loaded */
	});
}
