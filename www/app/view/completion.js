import { fill, h } from '../dom.js';
import { ALL, matching, mentionAt } from '../mentions.js';
import { t } from '../strings.js';
import { avatar } from './avatar.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../mentions.js').Candidate} Candidate */
/** @typedef {import('../../sdk/types.js').User} User */

const ASK_MS = 150;

let serial = 0;

/**
 * Completes the name of a member behind the sign for a mention, in a field for
 * text.
 */
export class Completion {
	/** @type {Candidate[]} */
	#shown = [];
	#selected = 0;
	/** Where the mention that is being written starts. */
	#start = -1;
	/** The start of one whose name was picked, or is not wanted. */
	#done = -1;
	/**
	 * Members that the server found, beyond those that are loaded.
	 * @type {Map<string, {user: User, alias?: string}>}
	 */
	#found = new Map();
	/** @type {import('../../sdk/sleep.js').Timer} */
	#timer;
	#asked = '';

	/**
	 * @param {Messenger} messenger
	 * @param {string} conv_id
	 * @param {HTMLTextAreaElement} field
	 * @param {(picked: Candidate) => void} onPick
	 */
	constructor(messenger, conv_id, field, onPick) {
		this.m = messenger;
		this.conv_id = conv_id;
		this.field = field;
		this.onPick = onPick;
		this.element = h('ul', { class: 'completion', role: 'listbox',
			id: `completion-${++serial}`,
			'aria-label': t.chat.mention, hidden: true,
			/* the field keeps the focus */
			onmousedown: (event) => event.preventDefault() });
		field.setAttribute('aria-autocomplete', 'list');
		field.setAttribute('aria-controls', this.element.id);
	}

	close() {
		clearTimeout(this.#timer);
		this.#show([]);
	}

	/** The text or the cursor has changed. */
	update() {
		const { value, selectionStart, selectionEnd } = this.field;
		const at = selectionStart === selectionEnd
			? mentionAt(value, selectionStart) : null;

		if (value[this.#done] !== '@' && value[this.#done] !== '＠')
			this.#done = -1;
		if (!at || at.start === this.#done) {
			this.#show([]);
			return;
		}
		if (at.start !== this.#start)
			this.#selected = 0;
		this.#start = at.start;
		this.#show(matching(at.query, this.candidates()));
		this.#ask(at.query);
	}

	/**
	 * @param {KeyboardEvent} event
	 * @returns {boolean} was it for the list?
	 */
	key(event) {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		const n = this.#shown.length;

		if (n === 0 || event.shiftKey || event.altKey || event.ctrlKey
			|| event.metaKey)
			return false;
		if (step) {
			this.#select((this.#selected + step + n) % n);
		} else if (event.key === 'Enter' || event.key === 'Tab') {
			this.#pick(this.#shown[this.#selected]);
		} else if (event.key === 'Escape') {
			this.#done = this.#start;
			this.#show([]);
		} else {
			return false;
		}
		event.preventDefault();
		return true;
	}

	/** @returns {Candidate[]} everybody whom the user may mention here */
	candidates() {
		const { members } = this.m.room(this.conv_id);
		const peer = this.m.chats.get(this.conv_id)?.conversation.peer;
		/** @type {Map<string, Candidate>} */
		const all = new Map();
		/** @type {Set<string>} */
		const taken = new Set();

		if (peer && !members)
			this.#found.set(peer.user_id, { user: peer });
		for (const { user: known, alias } of [...members ?? [],
			...this.#found.values()]) {
			const { user_id } = known;
			const user = this.m.people.get(user_id) ?? known;
			const shown = alias || user.display_name || user.username;
			/* a name that two have is of no use */
			const name = taken.has(shown) ? user.username : shown;

			if (user_id === this.m.me || all.has(user_id))
				continue;
			taken.add(name);
			all.set(user_id, { user_id, name, names: [alias,
				user.display_name, user.username]
				.flatMap((one) => one ? [one] : []) });
		}
		if (this.m.acts.mayMentionAll(this.conv_id))
			all.set(ALL, { user_id: ALL, name: ALL,
				names: [ALL, t.chat.everybody] });
		return [...all.values()];
	}

	/** Members that are not loaded are searched for. @param {string} query */
	#ask(query) {
		const { members, members_next } = this.m.room(this.conv_id);
		const q = query.trim();

		clearTimeout(this.#timer);
		if (q === '' || q === this.#asked
			|| (members && members_next === null))
			return;
		this.#timer = setTimeout(async () => {
			try {
				const { items } = await this.m.client
					.conversations.members(this.conv_id,
						{ q, limit: 20 });

				this.#asked = q;
				for (const member of items) {
					this.m.people.put(member.user);
					this.#found.set(member.user_id, member);
				}
				if (!this.element.hidden || items.length > 0)
					this.update();
			} catch {
				/* those who are loaded can be picked */
			}
		}, ASK_MS);
	}

	/** @param {Candidate[]} shown */
	#show(shown) {
		this.#shown = shown;
		this.element.hidden = shown.length === 0;
		fill(this.element, shown.map((candidate, i) =>
			this.#option(candidate, i)));
		this.#select(Math.max(0, Math.min(this.#selected,
			shown.length - 1)));
	}

	/** @param {Candidate} candidate @param {number} i */
	#option(candidate, i) {
		const { user_id, name, names } = candidate;
		const second = user_id === ALL ? t.chat.everybody
			: t.details.username(names[names.length - 1]);

		return h('li', { role: 'option', class: 'person',
			id: `${this.element.id}-${i}`, 'data-user-id': user_id,
			onclick: () => this.#pick(candidate) },
		avatar(name, user_id, 'small'),
		h('span', { class: 'person-text' },
			h('bdi', { class: 'person-name' }, name),
			h('span', { class: 'person-username' }, second)));
	}

	/** @param {number} i */
	#select(i) {
		this.#selected = i;
		[...this.element.children].forEach((option, at) =>
			option.setAttribute('aria-selected',
				String(at === i)));
		if (this.#shown.length > 0)
			this.field.setAttribute('aria-activedescendant',
				`${this.element.id}-${i}`);
		else
			this.field.removeAttribute('aria-activedescendant');
		this.element.children[i]?.scrollIntoView({ block: 'nearest' });
	}

	/** @param {Candidate} candidate */
	#pick(candidate) {
		this.field.setRangeText(`@${candidate.name} `, this.#start,
			this.field.selectionEnd, 'end');
		this.#done = this.#start;
		this.#show([]);
		this.onPick(candidate);
	}
}
