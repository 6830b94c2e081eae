import { fill, h } from '../dom.js';
import { icon } from '../icons.js';
import { chatName } from '../naming.js';
import { hashOf, inviteOf, joinOf, routeOf } from '../route.js';
import { t } from '../strings.js';
import { avatar } from './avatar.js';
import { ChatList } from './chat_list.js';
import { ChatView } from './chat_view.js';
import { ConnectionStatus } from './connection_status.js';
import { contactsButton } from './contacts_button.js';
import { showDue } from './due.js';
import { InviteView } from './invite_view.js';
import { nothingOpen } from './nothing_open.js';
import { newChatDialog } from './pick.js';
import { joinByLink } from './join.js';
import { makePanel } from './panels.js';
import { settingsDialog } from './settings.js';
import { shortcut } from './shortcuts.js';
import { skipButton } from './skip.js';
import { toast } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */
/** @typedef {import('../../sdk/types.js').Entry} Entry */

/** Where panels.css puts a panel over the chat. */
const PANEL_OVER = '(max-width: 1180px)';

/** Times turn into "Yesterday", and people take new names, without an event. */
const REDRAW_MS = 15000;

/** The page of a logged-in user: list, chat, details. */
export class Shell {
	/** @type {ChatView|null} */
	#chat = null;
	/** @type {InviteView|null} */
	#invite = null;
	/** Details, search, ... @type {import('./panel.js').Panel|null} */
	#panel = null;
	/** Which one it is. */
	#panel_key = '';
	/** Loads the open chat. @type {Promise<void>} */
	#opening = Promise.resolve();
	/** Ends with the page of this user, and closes its dialogs. */
	#over = new AbortController();

	/**
	 * @param {Element} root
	 * @param {Messenger} messenger
	 * @param {() => void} onLogOut
	 */
	constructor(root, messenger, onLogOut) {
		this.m = messenger;
		this.list = new ChatList(messenger, (words) => {
			this.#openSearch(null);
			this.m.search.ask(words);
		}, (conv_id) => {
			this.go(conv_id);
			this.#show();
			this.#chat?.focus();
		}, this.#over.signal);
		this.self = h('span', { class: 'self' });
		const status = h('p', { class: 'status', role: 'status' });
		/** @type {HTMLElement} */
		this.main = h('div', {});
		this.pane = h('div', { class: 'pane' }, this.main);
		this.element = h('div', { class: 'shell', 'data-pane': 'list' },
			skipButton(() => this.#toMain()),
			h('div', { class: 'sidebar' },
				h('header', { class: 'bar' },
					h('button', { type: 'button',
						class: 'self-button',
						'aria-label': t.list.settings,
						title: t.list.settings,
						onclick: () => settingsDialog(
							messenger, onLogOut,
							this.#over.signal) },
					this.self),
					h('div', { class: 'head-text' },
						h('h1', {}, t.app),
						status),
					contactsButton(messenger, () =>
						this.#openPanel('contacts'),
					this.#over.signal),
					this.#barButton('star', t.stars.title,
						() => this.#openPanel('starred')),
					this.#barButton('search', t.search.title,
						() => this.#openSearch(null),
						'Control+Shift+F'),
					h('button', { type: 'button',
						class: 'icon-button',
						'aria-label': t.list.new_chat,
						title: t.list.new_chat,
						onclick: () => this.#newChat() },
					icon('compose'))),
				this.list.element),
			this.pane);
		this.status = new ConnectionStatus(messenger, status, this.element,
			(wrong) => this.#chat?.tell(wrong));
		fill(root, this.element);
		this.unlisten = messenger.listen((topics) =>
			this.#changed(topics));
		messenger.onMessage = (entry, chat) =>
			this.#message(entry, chat);
		messenger.onGone = (conv_id, why, chat) =>
			this.#gone(conv_id, why, chat);
		messenger.onNotSent = (conv_id) => toast(t.later.failed_in(
			chatName(messenger, messenger.chats.get(conv_id))),
		'error');
		messenger.reminders.onDue = (entry, note) =>
			this.#due(entry, note);
		this.onhash = () => this.#show();
		this.onseen = () => {
			this.#chat?.list.seen();
			this.#redraw();
		};
		this.onkey = (/** @type {KeyboardEvent} */ event) =>
			shortcut(event, {
				back: () => this.#back(),
				step: (by) => this.#step(by),
				find: () => this.#find(event),
				list: () => this.#toList(),
			});
		window.addEventListener('hashchange', this.onhash);
		window.addEventListener('focus', this.onseen);
		document.addEventListener('visibilitychange', this.onseen);
		document.addEventListener('keydown', this.onkey);
		this.redraw = setInterval(() => this.#redraw(), REDRAW_MS);
		this.#openChat(null);
		this.#show();
		this.#self();
		this.status.render();
	}

	close() {
		this.unlisten();
		this.#over.abort();
		this.#panel?.close();
		this.#chat?.close();
		this.status.close();
		clearInterval(this.redraw);
		window.removeEventListener('hashchange', this.onhash);
		window.removeEventListener('focus', this.onseen);
		document.removeEventListener('visibilitychange', this.onseen);
		document.removeEventListener('keydown', this.onkey);
	}

	/** @param {string} conv_id */
	go = (conv_id) => {
		location.hash = `#/c/${conv_id}`;
	};

	#newChat() {
		newChatDialog(this.m, this.go, this.#over.signal);
	}

	/**
	 * @param {'star'|'search'} name
	 * @param {string} label
	 * @param {() => void} act
	 * @param {string} [keys]
	 */
	#barButton(name, label, act, keys) {
		return h('button', { type: 'button', class: 'icon-button',
			'aria-label': label, title: label, onclick: act,
			'aria-keyshortcuts': keys }, icon(name));
	}

	/** Shows what the URL asks for. */
	#show() {
		if (joinOf(location.hash))
			joinByLink(this.m, this.go, this.#over.signal);

		const { conv_id, panel } = routeOf(location.hash);
		const invite = inviteOf(location.hash);

		this.element.dataset.pane = panel ? 'panel'
			: conv_id || invite ? 'chat' : 'list';
		if (this.#chat?.conv_id !== (conv_id ?? undefined)
			|| this.#invite?.code !== (invite ?? undefined))
			this.#openChat(conv_id, invite);
		this.#showPanel(panel, conv_id);
		this.#draw();
		this.list.select(conv_id);
	}

	/**
	 * @param {string|null} conv_id
	 * @param {string|null} [invite]  a code
	 */
	#openChat(conv_id, invite = null) {
		this.#chat?.close();
		this.m.close();
		this.#chat = conv_id ? new ChatView(this.m, conv_id,
			() => this.#openSearch(conv_id)) : null;
		this.#invite = invite ? new InviteView(this.m, invite, (id) =>
			location.replace(hashOf({ conv_id: id }))) : null;
		if (this.#invite) {
			this.#setMain(this.#invite.element);
		} else if (this.#chat) {
			this.#chat.tell(this.status.wrong);
			this.#setMain(this.#chat.element);
			this.#opening = this.m.open(this.#chat.conv_id);
		} else {
			this.#setMain(nothingOpen(() => this.#newChat()));
		}
	}

	/** The panel beside it stays as it is. @param {HTMLElement} main */
	#setMain(main) {
		this.main.replaceWith(main);
		this.main = main;
	}

	/**
	 * @param {import('../route.js').PanelName|null} name
	 * @param {string|null} conv_id
	 */
	#showPanel(name, conv_id) {
		const key = name === 'details' ? `${name} ${conv_id}`
			: name ?? '';

		if (key === this.#panel_key)
			return;
		this.#panel?.close();
		this.#panel_key = key;
		this.#panel = name && makePanel(this.m, name, conv_id ?? '',
			this.#panelHooks(conv_id ?? ''));
		if (!this.#panel)
			return;
		this.pane.append(this.#panel.element);
		this.#panel.focus?.();
	}

	/** @param {string} conv_id  @returns {import('./panels.js').Hooks} */
	#panelHooks(conv_id) {
		return {
			close: () => this.#closePanel(),
			open: (entry) => this.#goTo(entry),
			show: (panel) => this.#openPanel(panel),
			chat: (id) => {
				location.hash = hashOf({ conv_id: id,
					panel: matchMedia(PANEL_OVER).matches
						? null : routeOf(location.hash)
							.panel });
			},
			details: {
				open: this.go,
				goTo: (conv_index) => {
					this.#leaveNarrowDetails(conv_id);
					this.#chat?.list.goTo(conv_index);
				},
				goToDate: () => {
					this.#leaveNarrowDetails(conv_id);
					this.#chat?.list.goToDate();
				},
			},
		};
	}

	/** @param {import('../route.js').PanelName|null} panel */
	#openPanel(panel) {
		const { conv_id } = routeOf(location.hash);

		location.hash = hashOf({ conv_id, panel });
		this.#show();
	}

	/** @param {string|null} conv_id  null: in all chats */
	#openSearch(conv_id) {
		this.m.search.filter({ conv_id });
		this.#openPanel('search');
		this.#panel?.focus?.();
	}

	#closePanel() {
		this.#openPanel(null);
		if (matchMedia('(pointer: fine)').matches)
			this.#chat?.focus();
	}

	/** The keyboard goes past the list. */
	#toMain() {
		if (this.#chat)
			this.#chat.focus();
		else
			this.main.querySelector('button')?.focus();
	}

	/**
	 * Shows a message where it was written. On a narrow page it leaves the
	 * panel, to which the history leads back.
	 *
	 * @param {Entry} entry
	 */
	async #goTo({ conv_id, conv_index }) {
		const { panel } = routeOf(location.hash);
		const room = this.m.room(conv_id);
		const over = matchMedia(PANEL_OVER).matches;

		if (!room.timeline.loaded)
			room.place = { conv_index, top: 0 };
		location.hash = hashOf({ conv_id, panel: over ? null : panel });
		this.#show();
		await this.#opening;

		const row = this.#chat?.conv_id === conv_id
			? await this.#chat.list.goTo(conv_index) : undefined;

		if (over)
			row?.focus({ preventScroll: true });
	}

	/**
	 * On a narrow page the details cover the messages.
	 *
	 * @param {string} conv_id
	 */
	#leaveNarrowDetails(conv_id) {
		if (!matchMedia(PANEL_OVER).matches)
			return;
		history.replaceState(null, '', hashOf({ conv_id }));
		this.#show();
	}

	#draw() {
		this.#chat?.render();
		this.#panel?.render();
	}

	#redraw() {
		if (document.visibilityState === 'visible')
			this.m.refreshNames();
	}

	/** @param {Set<string>} topics */
	#changed(topics) {
		const chat = this.#chat;

		if (topics.has('chats')) {
			this.#invite?.render();
			this.list.render();
			this.#self();
			this.#title();
		}
		if (chat && topics.has(`room:${chat.conv_id}`))
			this.#draw();
		if (topics.has('live'))
			this.status.render();
		this.#panel?.changed?.(topics);
	}

	/**
	 * Nothing can be done in a chat that the user is no longer in: the view
	 * goes back to the list, and the history does not lead there again.
	 *
	 * @param {string} conv_id
	 * @param {import('../messenger.js').Gone} why
	 * @param {import('../model/chats.js').Chat|undefined} chat
	 */
	#gone(conv_id, why, chat) {
		if (this.#chat?.conv_id !== conv_id)
			return;
		history.replaceState(null, '', '#/');
		this.#show();
		if (why !== 'left')
			toast(t.gone[why](chatName(this.m, chat)));
	}

	#self() {
		fill(this.self, avatar(this.m.user.display_name, this.m.me,
			'medium'));
	}

	#title() {
		const unread = this.m.chats.total_unread;

		document.title = unread > 0 ? `(${unread}) ${t.app}` : t.app;
	}

	/**
	 * @param {Entry} entry
	 * @param {import('../model/chats.js').Chat} chat
	 */
	#message(entry, chat) {
		const open = this.#chat?.conv_id === entry.conv_id;
		const looking = document.visibilityState === 'visible'
			&& document.hasFocus();
		const room = this.m.room(entry.conv_id);

		if (open) {
			this.#chat?.announce(entry);
			if (!looking && room.divider === null)
				room.divider = chat.read_index;
		}
		if (!open || !looking)
			this.onNews(entry, chat);
	}

	/** @param {Entry} entry  of which the user is reminded @param {string} note */
	#due(entry, note) {
		const chat = this.m.chats.get(entry.conv_id);

		showDue(this.m, entry, note, () => this.#goTo(entry),
			this.#over.signal);
		if (chat && document.visibilityState !== 'visible')
			this.onNews(entry, chat, note);
	}

	/**
	 * Called for a message that the user does not see; note: why they are
	 * reminded of it.
	 *
	 * @type {(entry: Entry, chat: import('../model/chats.js').Chat,
	 *     note?: string) => void}
	 */
	onNews = () => {};

	/** To the search for chats; on a narrow page, back to the list. */
	#toList() {
		if (!this.list.search.checkVisibility()) {
			this.element.dataset.pane = 'list';
			location.hash = hashOf({});
		}
		this.list.search.focus();
		this.list.search.select();
	}

	/** Out of what was opened last. */
	#back() {
		const { conv_id, panel } = routeOf(location.hash);

		if (this.#chat?.selection.stop())
			return;
		if (panel)
			this.#closePanel();
		else if (conv_id || this.#invite)
			this.#leaveChat(conv_id);
	}

	/** Back to its row of the list. @param {string|null} conv_id */
	#leaveChat(conv_id) {
		location.hash = hashOf({});
		this.#show();
		this.list.focus(conv_id);
	}

	/**
	 * Searches the messages of the open chat, or all with Shift. In the
	 * field of the search, the browser's own search opens.
	 *
	 * @param {KeyboardEvent} event
	 */
	#find(event) {
		const conv_id = event.shiftKey ? null : this.#chat?.conv_id;

		if (conv_id === undefined || (!event.shiftKey
			&& this.#panel?.element.contains(document.activeElement)))
			return;
		event.preventDefault();
		this.#openSearch(conv_id);
	}

	/** @param {number} by  rows of the list */
	#step(by) {
		const ids = this.list.shown();
		const at = ids.indexOf(this.#chat?.conv_id ?? '');
		const next = ids[at < 0 ? 0 : at + by];

		if (next)
			this.go(next);
	}
}
