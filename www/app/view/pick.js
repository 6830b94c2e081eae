import { fill, h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../strings.js';
import { avatar } from './avatar.js';
import { openDialog } from './dialog.js';
import { joinDialog } from './join.js';
import { lifetimeSelect } from './lifetime.js';
import { personLine } from './person.js';
import { toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').User} User */

const SEARCH_MS = 180;

/** Searches people by the start of a name, and lists the results. */
export class PeopleSearch {
	/** @type {import('../../sdk/sleep.js').Timer} */
	#timer;
	/** @type {AbortController|null} */
	#running = null;
	/** @type {User[]} */
	#found = [];

	/**
	 * @param {Messenger} messenger
	 * @param {object} how
	 * @param {(user: User) => boolean} how.allowed
	 * @param {(user: User) => boolean} how.picked
	 * @param {(user: User) => void} how.onPick
	 * @param {(user: User) => string} [how.known]  what somebody is already,
	 *     who can not be picked for that reason
	 */
	constructor(messenger, { allowed, picked, onPick, known = () => '' }) {
		this.m = messenger;
		this.allowed = allowed;
		this.picked = picked;
		this.onPick = onPick;
		this.known = known;
		this.input = h('input', {
			type: 'search', class: 'input', dir: 'auto',
			placeholder: t.pick.search,
			'aria-label': t.pick.search,
			oninput: () => this.#later(),
		});
		this.list = h('ul', { class: 'people' });
		this.note = h('p', { class: 'list-note', role: 'status' });
		this.element = h('div', { class: 'people-search' },
			h('div', { class: 'search' }, icon('search'),
				this.input),
			h('div', { class: 'people-scroller' }, this.list,
				this.note));
		this.#found = this.#acquainted();
		this.render();
	}

	render() {
		const shown = this.#found.filter((user) =>
			user.user_id !== this.m.me && this.allowed(user));

		fill(this.list, shown.map((user) => h('li', {},
			this.#button(user, this.known(user)))));
		this.note.textContent = shown.length > 0 ? ''
			: this.input.value.trim() ? t.pick.nobody
				: t.pick.hint;
	}

	/** @param {User} user @param {string} known */
	#button(user, known) {
		return h('button', {
			type: 'button', class: 'person', disabled: known !== '',
			'aria-pressed': this.picked(user) ? 'true' : undefined,
			'data-username': user.username,
			onclick: () => this.onPick(user),
		},
		...personLine(user, this.picked(user) && icon('tick'),
			known && h('span', { class: 'role quiet' }, known)));
	}

	/** The peers of direct chats, and contacts, for an empty search field. */
	#acquainted() {
		const { contacts } = this.m.own;
		const peers = this.m.chats.ranked().flatMap(({ conversation }) =>
			conversation.peer
				? [this.m.people.get(conversation.peer.user_id)
					?? conversation.peer] : []);
		const ids = new Set(peers.map(({ user_id }) => user_id));

		return [...peers, ...contacts.in('accepted').filter(
			({ user_id }) => !ids.has(user_id)).map((contact) =>
			contacts.userOf(contact))];
	}

	#later() {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#search(), SEARCH_MS);
	}

	async #search() {
		const q = this.input.value.trim();

		this.#running?.abort();
		if (q === '') {
			this.#found = this.#acquainted();
			this.render();
			return;
		}

		const running = new AbortController();

		this.#running = running;
		try {
			const { items } = await this.m.client.users.find({ q },
				running.signal);

			if (running.signal.aborted)
				return;
			for (const user of items)
				this.m.people.put(user);
			this.#found = items;
			this.render();
		} catch (error) {
			if (!running.signal.aborted)
				toastError(error);
		}
	}
}

/**
 * The people picked so far; each can be removed.
 *
 * @param {Element} box
 * @param {Map<string, User>} picked
 * @param {(user: User) => void} onRemove
 */
function showPicked(box, picked, onRemove) {
	fill(box, [...picked.values()].map((user) => h('button', {
		type: 'button', class: 'chip',
		'aria-label': t.pick.unpick(user.display_name),
		onclick: () => onRemove(user),
	},
	avatar(user.display_name, user.user_id, 'small'),
	h('bdi', {}, user.display_name), icon('close'))));
}

/**
 * A choice of several people, for a new group or an existing one.
 *
 * @param {Messenger} m
 * @param {(user: User) => boolean} allowed
 */
function pickSeveral(m, allowed) {
	/** @type {Map<string, User>} */
	const picked = new Map();
	const chips = h('div', { class: 'chips', role: 'group',
		'aria-label': t.pick.picked });
	/** @param {User} user */
	const toggle = (user) => {
		if (!picked.delete(user.user_id))
			picked.set(user.user_id, user);
		showPicked(chips, picked, toggle);
		search.render();
		search.input.select();
		search.input.focus();
	};
	const search = new PeopleSearch(m, {
		allowed,
		picked: (user) => picked.has(user.user_id),
		onPick: toggle,
	});

	return { picked, chips, search };
}

/**
 * A button for an action that takes time; it runs once at a time.
 *
 * @param {string} label
 * @param {() => Promise<void>} act
 */
export function actButton(label, act) {
	const button = h('button', {
		type: 'submit',
		class: 'button primary wide',
		onclick: async (event) => {
			event.preventDefault();
			button.disabled = true;
			try {
				await act();
			} catch (error) {
				toastError(error);
			} finally {
				button.disabled = false;
			}
		},
	}, label);

	return button;
}

/**
 * Asks for one person, who may be the user.
 *
 * @param {Messenger} m
 * @param {string} title
 * @param {(user: User) => void} onPick
 * @param {AbortSignal} over  closes it
 */
export function pickPerson(m, title, onPick, over) {
	const { dialog, body } = openDialog(title, 'pick', t.cancel, over);
	/** @param {User} user */
	const pick = (user) => {
		dialog.close();
		onPick(user);
	};
	const search = new PeopleSearch(m, {
		allowed: () => true,
		picked: () => false,
		onPick: pick,
	});

	body.append(h('button', { type: 'button', class: 'person new-group',
		onclick: () => pick(m.user) }, ...personLine({ ...m.user,
		display_name: t.you })), search.element);
	search.input.focus();
}

/**
 * @param {Messenger} m
 * @param {(conv_id: string) => void} onStarted
 * @param {AbortSignal} over  closes it
 */
export function newChatDialog(m, onStarted, over) {
	const { dialog, body } = openDialog(t.pick.new_chat, 'pick',
		t.pick.close, over);
	const search = new PeopleSearch(m, {
		allowed: () => true,
		picked: () => false,
		onPick: async (user) => {
			try {
				const conv_id = await m.groups
					.startDirect(user);

				dialog.close();
				onStarted(conv_id);
			} catch (error) {
				toastError(error);
			}
		},
	});

	/**
	 * @param {Parameters<typeof icon>[0]} name
	 * @param {string} label
	 * @param {() => void} act  opens another dialog
	 */
	const row = (name, label, act) => h('button', { type: 'button',
		class: 'person new-group', onclick: () => {
			dialog.close();
			act();
		} },
	h('span', { class: 'avatar medium accent', 'aria-hidden': 'true' },
		icon(name)),
	h('span', { class: 'person-text' },
		h('span', { class: 'person-name' }, label)));

	body.append(
		row('people', t.pick.new_group, () =>
			newGroupDialog(m, onStarted, over)),
		row('link', t.joining.join, () =>
			joinDialog(m, '', onStarted, over)),
		search.element);
	search.input.focus();
}

/**
 * @param {Messenger} m
 * @param {(conv_id: string) => void} onStarted
 * @param {AbortSignal} over  closes it
 */
export function newGroupDialog(m, onStarted, over) {
	const { dialog, body } = openDialog(t.pick.new_group, 'pick',
		t.pick.close, over);
	const { picked, chips, search } = pickSeveral(m, () => true);
	const name = h('input', { class: 'input', dir: 'auto', maxlength: 64,
		placeholder: t.pick.group_name,
		'aria-label': t.pick.group_name });
	const lifetime = lifetimeSelect();
	const error = h('p', { class: 'form-error', role: 'alert' });

	body.append(name, lifetime, chips, search.element, error,
		actButton(t.pick.create, async () => {
			error.textContent = name.value.trim() === ''
				? t.pick.need_name
				: picked.size === 0 ? t.pick.need_people : '';
			if (error.textContent)
				return;
			onStarted(await m.groups.startGroup(name.value.trim(),
				[...picked.keys()], Number(lifetime.value)));
			dialog.close();
		}));
	name.focus();
}

/**
 * @param {Messenger} m
 * @param {Set<string>} here  user_ids that are members already
 * @param {(users: User[]) => Promise<void>} onAdd
 * @param {AbortSignal} over  closes it
 */
export function addPeopleDialog(m, here, onAdd, over) {
	const { dialog, body } = openDialog(t.pick.add, 'pick', t.pick.close,
		over);
	const { picked, chips, search } = pickSeveral(m, (user) =>
		!here.has(user.user_id));
	const error = h('p', { class: 'form-error', role: 'alert' });

	body.append(chips, search.element, error,
		actButton(t.pick.do_add, async () => {
			error.textContent = picked.size === 0
				? t.pick.need_people : '';
			if (error.textContent)
				return;
			await onAdd([...picked.values()]);
			dialog.close();
		}));
	search.input.focus();
}
