import { fill, h, reconcile } from '../dom.js';
import { moment } from '../format.js';
import { icon } from '../icons.js';
import { byRole, mutedUntil } from '../rights.js';
import { t } from '../strings.js';
import { memberItems } from './member_menu.js';
import { onLongPress, openMenu } from './menu.js';
import { personLine } from './person.js';
import { addPeopleDialog } from './pick.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Member} Member */

const SEARCH_MS = 180;
/** Fewer are seen at a glance. */
const SEARCHED_MIN = 5;

/** The members of a group, with what the user may do with each. */
export class MemberList {
	/** @type {import('../dom.js').Known<HTMLLIElement>} */
	#known = new Map();
	/** The members whose names are like this. @type {Member[]|null} */
	#found = null;
	/** @type {Member[]|null}  of which #found are */
	#asked = null;
	/** @type {import('../../sdk/sleep.js').Timer} */
	#timer;

	/**
	 * @param {Messenger} messenger
	 * @param {string} conv_id
	 * @param {(conv_id: string) => void} onOpen  another chat
	 * @param {AbortSignal} over
	 */
	constructor(messenger, conv_id, onOpen, over) {
		this.m = messenger;
		this.conv_id = conv_id;
		this.onOpen = onOpen;
		this.over = over;
		this.count = h('h4');
		this.add = h('button', { type: 'button', class: 'person',
			onclick: () => this.#add() },
		h('span', { class: 'avatar medium accent',
			'aria-hidden': 'true' }, icon('add')),
		h('span', { class: 'person-text' },
			h('span', { class: 'person-name' }, t.details.add)));
		this.input = h('input', { type: 'search', class: 'input',
			dir: 'auto', placeholder: t.groups.search,
			'aria-label': t.groups.search,
			oninput: () => this.#later() });
		this.search = h('div', { class: 'search' }, icon('search'),
			this.input);
		this.list = h('ul', { class: 'people' });
		this.note = h('p', { class: 'list-note', role: 'status' });
		this.more = h('button', { type: 'button', class: 'link',
			onclick: () => messenger.groups.loadMembers(conv_id, true)
				.catch(toastError) }, t.details.more);
		this.element = h('div', { class: 'details-section members' },
			this.count, this.add, this.search, this.list, this.note,
			this.more);
		this.list.addEventListener('contextmenu', (event) => {
			if (this.#openAt(event.target, { x: event.clientX,
				y: event.clientY }))
				event.preventDefault();
		});
		onLongPress(this.list, (target, at) => this.#openAt(target, at));
	}

	render() {
		const { members, members_next } = this.m.room(this.conv_id);
		const { member_count = 0 } = this.m.chats.get(this.conv_id)
			?.conversation ?? {};
		const active = document.activeElement;

		if (this.#found && this.#asked !== members)
			this.#search();
		this.count.textContent = t.chat.members(member_count);
		this.add.hidden = !this.m.rights.may(this.conv_id, 'add_members');
		this.search.hidden = member_count < SEARCHED_MIN
			&& this.#found === null;
		this.more.hidden = members_next === null || this.#found !== null;
		this.note.textContent = this.#found?.length === 0
			? t.pick.nobody : '';
		reconcile(this.list, [...this.#found ?? members ?? []].sort(byRole),
			{
				key: ({ user_id }) => user_id,
				signature: (member) => JSON.stringify([member,
					mutedUntil(member) > 0,
					this.m.people.get(member.user_id),
					memberItems(this.m, this.conv_id, member,
						this.over).length]),
				render: (member, old) => this.#row(member, old),
				known: this.#known,
			});
		/* what is moved loses it */
		if (active instanceof HTMLElement && this.list.contains(active)
			&& active !== document.activeElement)
			active.focus({ preventScroll: true });
	}

	/** @param {string} user_id */
	#member(user_id) {
		return [...this.#found ?? [],
			...this.m.room(this.conv_id).members ?? []].find((one) =>
			one.user_id === user_id);
	}

	/** @param {Member} member @param {HTMLLIElement|undefined} old */
	#row(member, old) {
		const { user_id, role, alias } = member;
		const known = this.m.people.get(user_id) ?? member.user;
		const user = { ...known,
			display_name: alias || known.display_name };
		const until = mutedUntil(member);
		const li = old ?? this.#emptyRow(user_id, user.username);
		const [person, more] = li.querySelectorAll('button');

		person.disabled = user_id === this.m.me;
		fill(person, ...personLine(user, until > 0 && h('span', {
			class: 'role quiet',
			title: t.groups.muted_until(moment(until)) },
		t.groups.muted), t.roles[role] && h('span', { class: 'role' },
			t.roles[role])));
		more.hidden = memberItems(this.m, this.conv_id, member,
			this.over).length === 0;
		more.setAttribute('aria-label', t.groups.acts_of(
			user.display_name || user.username));
		return li;
	}

	/** @param {string} user_id @param {string} username */
	#emptyRow(user_id, username) {
		return h('li', { class: 'member', 'data-username': username,
			'data-user': user_id },
		h('button', { type: 'button', class: 'person',
			onclick: () => this.#write(user_id) }),
		h('button', { type: 'button', class: 'icon-button',
			'aria-haspopup': 'menu', onclick: (event) => {
				const { right, bottom } = /** @type {Element} */ (
					event.currentTarget)
					.getBoundingClientRect();

				this.#openAt(event.currentTarget,
					{ x: right, y: bottom });
			} }, icon('more')));
	}

	/**
	 * @param {EventTarget|null} target
	 * @param {import('./menu.js').Place} at
	 * @returns {boolean} is there anything to do?
	 */
	#openAt(target, at) {
		const row = target instanceof Element ? target.closest('li') : null;
		const member = row && this.#member(row.dataset.user ?? '');
		const items = member ? memberItems(this.m, this.conv_id, member,
			this.over) : [];

		if (!row || items.length === 0)
			return false;
		row.querySelectorAll('button')[1].focus({ preventScroll: true });
		openMenu({ label: row.querySelectorAll('button')[1].ariaLabel
			?? '', head: null, items, at, over: this.over });
		return true;
	}

	/** @param {string} user_id */
	async #write(user_id) {
		const user = this.m.people.get(user_id)
			?? this.#member(user_id)?.user;

		if (!user)
			return;
		try {
			this.onOpen(await this.m.groups.startDirect(user));
		} catch (error) {
			toastError(error);
		}
	}

	#later() {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#search(), SEARCH_MS);
	}

	async #search() {
		const q = this.input.value.trim();
		const { members } = this.m.room(this.conv_id);

		this.#asked = members;
		try {
			const found = q === '' ? null
				: await this.m.groups.findMembers(this.conv_id, q);

			if (this.input.value.trim() !== q)
				return;
			this.#found = found;
			this.render();
		} catch (error) {
			toastError(error);
		}
	}

	#add() {
		const here = new Set((this.m.room(this.conv_id).members ?? [])
			.map(({ user_id }) => user_id));

		addPeopleDialog(this.m, here, async (users) => {
			const items = await this.m.groups.addMembers(
				this.conv_id, users.map(({ user_id }) => user_id));

			for (const [outcome, say] of Object.entries(
				t.outcomes)) {
				const who = users.filter((_, i) =>
					items[i]?.outcome === outcome);

				if (who.length > 0)
					toast(say(who.map((user) =>
						user.display_name)),
					outcome === 'requested' ? 'info'
						: 'error');
			}
		}, this.over);
	}
}
