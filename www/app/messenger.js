import { Backoff, Client, Live, Outbox, Problem, followPage, isTemporary }
	from '../sdk/index.js';
import { Acts } from './acts.js';
import { Expiry } from './expiry.js';
import { Feed } from './feed.js';
import { Groups } from './groups.js';
import { HistoryLoader } from './history.js';
import { Kept, changedItems } from './kept.js';
import { Marks } from './marks.js';
import { Chats } from './model/chats.js';
import { People } from './model/people.js';
import { Room } from './model/room.js';
import { ScheduledMessages } from './scheduled.js';
import { TypingMyself, TypingOthers } from './model/typing.js';
import { Own } from './own.js';
import { Reminders } from './reminders.js';
import { Rights } from './rights.js';
import { Search } from './search.js';
import { Sending } from './sending.js';
import { Stars } from './stars.js';
import { Topics } from './topics.js';

/** @typedef {import('../sdk/types.js').Entry} Entry */
/** @typedef {import('../sdk/types.js').User} User */
/** @typedef {import('../sdk/live.js').LiveState} LiveState */
/** @typedef {import('./model/chats.js').Chat} Chat */
/** @typedef {'removed'|'left'|'dissolved'|'missing'} Gone  why a chat is */

const PAGE = 50;
const KEEP_ENTRIES = 500;
const FORGET_ENTRIES = 5000;
const NAMES_MS = 15000;
const NAMES_OF_LAST = 100;

/**
 * The state of the logged-in user, kept up to date, and the user's actions.
 * Views read it, call it, and listen to topics: `chats` (the list), `live` (the
 * connection), `room:ID` (one conversation), `settings` (of the user), `ended` (the session
 * is over).
 */
export class Messenger {
	/** @type {Map<string, Room>} */
	rooms = new Map();
	#topics = new Topics();
	/** @type {Live|null} */
	#live = null;
	/** @type {() => void} */
	#unfollow = () => {};
	is_stopped = false;
	/** @type {LiveState} */
	live_state = { phase: 'connecting', transport: null };
	/** @type {Map<string, import('../sdk/types.js').Presence>} */
	presence = new Map();
	/** The server answers that it cannot: a store is down. */
	is_down = false;
	/** Has the first sync succeeded? */
	ready = false;
	/** @type {string} why the session ended */
	ended = '';
	/** @type {string|null} the chat on the screen */
	open_id = null;
	/** Delays before the open chat is loaded again. */
	#open_retry = new Backoff();
	/** Of the server; an app may have others. */
	limits = { text_bytes: 16384, recall_s: 120, edit_s: 86400 };
	/** @type {(entry: Entry, chat: Chat) => void} */
	onMessage = () => {};
	/**
	 * A message was recalled, or the user has deleted it.
	 * @type {(conv_id: string, conv_index: number) => void}
	 */
	onWithdrawn = () => {};
	/** @type {(conv_id: string, why: Gone, chat: Chat|undefined) => void} */
	onGone = () => {};
	/** @type {(conv_id: string) => void}  a scheduled message has failed */
	onNotSent = () => {};

	/** @param {Client} client  logged in @param {User} user */
	constructor(client, user) {
		this.client = client;
		this.user = user;
		this.me = user.user_id;
		this.people = new People(async (ids) =>
			(await client.users.find({ ids })).items,
		() => this.everythingChanged());
		this.people.put(user);
		this.chats = new Chats(this.me);
		this.history = new HistoryLoader(this);
		this.marks = new Marks(this);
		this.acts = new Acts(this);
		this.scheduled = new ScheduledMessages(this);
		this.expiry = new Expiry(this);
		this.groups = new Groups(this);
		this.rights = new Rights(this);
		this.sending = new Sending(this);
		this.own = new Own(this);
		this.kept = new Kept();
		this.kept.follow((change) => this.#changePins(change));
		this.stars = new Stars(this);
		this.reminders = new Reminders(this);
		this.search = new Search(this);
		this.typing = new TypingOthers((conv_id) =>
			this.changed('chats', `room:${conv_id}`));
		this.typing_me = new TypingMyself((conv_id, state) => {
			client.conversations.typing(conv_id, state)
				.catch(() => {
					/* only a hint */
				});
		});
		this.outbox = new Outbox({
			owner: this.me,
			send: (conv_id, message) => this.#watched(() =>
				client.messages.send(conv_id, message)),
			onChange: (item) => this.changed('chats',
				`room:${item.conv_id}`),
			onSent: (item, answer) => this.sending.sent(item, answer),
		});
		client.onUnauthenticated = () => this.end('expired');
	}

	/** @param {(topics: Set<string>) => void} listener */
	listen(listener) {
		return this.#topics.listen(listener);
	}

	/** @param {string} conv_id */
	room(conv_id) {
		let room = this.rooms.get(conv_id);

		if (room === undefined) {
			room = new Room(conv_id, this.me);
			this.rooms.set(conv_id, room);
		}
		return room;
	}

	/** Reads the list, then connects. Retries until it succeeds. */
	async start() {
		const retry = new Backoff();
		let position = null;

		while (position === null && !this.is_stopped) {
			try {
				position = await this.#watched(() =>
					this.#sync());
			} catch {
				await this.#pause(retry.next());
			}
		}
		if (position === null || this.is_stopped)
			return;
		const feed = new Feed(this);

		this.#live = new Live(this.client, {
			apply: (events, users) => feed.apply(events, users),
			ephemeral: (event) => feed.ephemeral(event),
			resync: () => this.#watched(() => this.#sync()),
			state: (state) => this.#liveState(state),
			head: (head) => feed.head(head),
			large: (moved) => moved.forEach((head) =>
				feed.moved(head)),
			ended: (reason) => this.end(reason),
			failed: (error) => console.error(error),
		}, { position, user_id: this.me });
		this.watchPeers();
		this.#live.show(this.open_id);
		this.#live.start();
		this.outbox.start();
		this.#unfollow = followPage(this.#live, this.outbox);
	}

	stop() {
		this.is_stopped = true;
		this.#unfollow();
		this.#live?.stop();
		this.outbox.stop();
		this.expiry.stop();
		this.typing.clear();
	}

	/** Ends the session on the server, and deletes unsent messages. */
	async logOut() {
		this.stop();
		this.outbox.clear();
		this.client.onUnauthenticated = null;
		await this.client.sessions.end();
	}

	/* --- reading ------------------------------------------------------- */

	/**
	 * Opens a chat, and loads what is missing.
	 *
	 * @param {string} conv_id
	 */
	async open(conv_id) {
		const room = this.room(conv_id);

		this.open_id = conv_id;
		this.#live?.show(conv_id);
		room.error = null;
		try {
			if (!this.chats.get(conv_id))
				await this.adopt(conv_id);

			const chat = this.chats.get(conv_id);

			this.refreshNames();
			this.own.chats.opened(conv_id);
			room.divider = chat && chat.unread > 0
				? chat.read_index : null;
			if (!room.timeline.loaded)
				await this.history.page(room, chat);
			if (room.pins === null && chat)
				this.acts.loadPins(conv_id).catch(() => {
					/* asked for again the next time */
				});
			if (room.scheduled === null)
				this.scheduled.load(conv_id).catch(() => {
					/* asked for again the next time */
				});
			if (room.members === null && chat
				&& chat.conversation.kind !== 'channel')
				this.groups.loadMembers(conv_id).catch(() => {
					/* only the ticks are out of date */
				});
		} catch (error) {
			if (error instanceof Problem
				&& (error.code === 'not_found'
					|| error.code === 'gone')) {
				this.forget(conv_id, error.code === 'gone'
					? 'dissolved' : 'missing');
				return;
			}
			this.loadFailed(room, error);
			return;
		}
		this.changed(`room:${conv_id}`, 'chats');
	}

	/** Messages of some chat were loaded. */
	loaded() {
		this.#open_retry.reset();
	}

	/**
	 * Shows why messages could not be loaded. What may succeed later is
	 * tried again while the chat is open.
	 *
	 * @param {Room} room
	 * @param {unknown} error
	 */
	loadFailed(room, error) {
		room.error = error;
		this.changed(`room:${room.conv_id}`, 'chats');
		if (isTemporary(error))
			setTimeout(() => this.#loadAgain(room, error),
				this.#open_retry.next());
	}

	/** @param {Room|undefined} room @param {unknown} error */
	#loadAgain(room, error) {
		if (room && error && room.error === error && !this.is_stopped
			&& room.conv_id === this.open_id)
			this.open(room.conv_id);
	}

	close() {
		const room = this.open_id ? this.room(this.open_id) : null;

		this.open_id = null;
		this.#live?.show(null);
		if (room && !room.place)
			room.timeline.trim(KEEP_ENTRIES);
		else if (room && room.timeline.entries.length > FORGET_ENTRIES)
			room.timeline.forget();
	}

	async loadMoreChats() {
		const cursor = this.chats.next;

		if (cursor === null)
			return;

		const page = await this.client.conversations.list({
			limit: PAGE, cursor });

		this.people.putAll(page.users);
		if (this.chats.next === cursor)
			this.chats.add(page);
		this.watchPeers();
		this.changed('chats');
	}

	/* --- actions ------------------------------------------------------- */

	/** @param {{display_name?: string, bio?: string|null}} changes */
	async updateProfile(changes) {
		this.user = await this.client.users.update(changes);
		this.people.put(this.user);
		this.everythingChanged();
	}

	/* --- incoming ------------------------------------------------------ */

	async #sync() {
		const sync = await this.client.sync(PAGE);

		this.people.putAll(sync.users);
		this.people.put(sync.user);
		this.user = sync.user;
		this.own.settings.follow(sync.settings);
		for (const { conversation } of sync.conversations.items)
			this.people.put(conversation.peer);
		this.chats.replace(sync.conversations, sync.total_unread);
		this.ready = true;
		for (const room of this.rooms.values()) {
			room.members = room.pins = room.scheduled = null;
			room.requests = null;
			if (room.conv_id !== this.open_id)
				room.timeline.forget();
		}
		if (this.open_id) {
			this.history.reload(this.room(this.open_id));
			this.scheduled.load(this.open_id).catch(() => {
				/* when the chat is opened again */
			});
		}
		this.watchPeers();
		this.stars.load();
		this.reminders.load();
		this.search.again();
		this.changed('synced');
		this.everythingChanged();
		return { stream_id: sync.stream_id,
			user_index: sync.user_index };
	}

	/** @param {LiveState} state */
	#liveState(state) {
		const was = this.live_state;

		this.live_state = state;
		if (state.problem)
			this.is_down = true;
		else if (state.phase === 'online')
			this.is_down = false;
		this.changed('live');
		if (state.phase !== 'online')
			return;
		this.outbox.kick();
		if (was.phase === 'online')
			return;
		this.marks.refresh();
		if (!this.rights.known)
			this.#limits();

		const room = this.rooms.get(this.open_id ?? '');

		this.#loadAgain(room, room?.error);
	}

	/**
	 * Reads a chat that is not in the list, or is out of date there.
	 *
	 * @param {string} conv_id
	 */
	async adopt(conv_id) {
		const page = await this.client.conversations.list({
			limit: 20 });
		const item = page.items.find(({ conversation }) =>
			conversation.conv_id === conv_id);

		this.people.putAll(page.users);
		if (item)
			this.chats.put(item);
		else
			await this.own.chats.adopt(conv_id);
		this.marks.makeSure(conv_id);
		this.watchPeers();
	}

	/** Counts and last messages of the first chats, as the server knows them. */
	async rereadList() {
		try {
			const { items, users } = await this.client
				.conversations.list({ limit: PAGE });

			this.people.putAll(users);
			for (const item of items) {
				this.chats.put(item);
				this.marks.makeSure(item.conversation.conv_id);
			}
			this.changed('chats');
		} catch {
			/* the next heartbeat finds the difference again */
		}
	}

	/** @param {string} conv_id */
	async refresh(conv_id) {
		const chat = this.chats.get(conv_id);

		if (chat)
			chat.conversation = await this.client.conversations
				.get(conv_id);
	}

	async #limits() {
		try {
			const { limits, permissions } = await this.client.info();

			this.limits = { ...this.limits, ...limits };
			this.rights.learn(permissions);
		} catch {
			/* the defaults stay until the next connection */
		}
	}

	/* --- internal ------------------------------------------------------ */

	/**
	 * Notes whether the server can do what it is asked to.
	 *
	 * @template T
	 * @param {() => Promise<T>} ask
	 * @returns {Promise<T>}
	 */
	async #watched(ask) {
		let is_down = false;

		try {
			return await ask();
		} catch (error) {
			is_down = error instanceof Problem
				&& error.status >= 500;
			throw error;
		} finally {
			if (is_down !== this.is_down) {
				this.is_down = is_down;
				this.changed('live');
			}
		}
	}

	/**
	 * The user is no longer in a chat.
	 *
	 * @param {string} conv_id
	 * @param {Gone} why
	 */
	forget(conv_id, why) {
		const chat = this.chats.get(conv_id);

		clearTimeout(this.rooms.get(conv_id)?.read_timer);
		this.chats.remove(conv_id);
		this.rooms.delete(conv_id);
		this.kept.forget(conv_id);
		this.onGone(conv_id, why, chat);
		this.changed('chats', `room:${conv_id}`);
	}

	/** @param {import('./kept.js').Change} change */
	#changePins(change) {
		for (const room of this.rooms.values())
			room.pins = room.pins && changedItems(room.pins, change);
	}

	watchPeers() {
		this.#live?.watch(this.chats.all().flatMap(
			({ conversation }) => conversation.peer
				? [conversation.peer.user_id] : []));
	}

	/** Looks for new names of the people in the open chat. */
	refreshNames() {
		const room = this.open_id ? this.rooms.get(this.open_id)
			: undefined;
		const peer = this.chats.get(this.open_id ?? '')
			?.conversation.peer;

		const senders = (room?.timeline.entries ?? [])
			.slice(-NAMES_OF_LAST)
			.map(({ sender_id }) => sender_id);

		for (const id of [...senders, peer?.user_id ?? this.me])
			if (id !== this.me)
				this.people.refresh(id, NAMES_MS);
		this.everythingChanged();
	}

	/** @param {string} reason */
	end(reason) {
		if (this.ended)
			return;
		this.ended = reason;
		this.stop();
		this.changed('ended');
	}

	/** @param {number} ms */
	#pause(ms) {
		return new Promise((resolve) => setTimeout(resolve, ms));
	}

	everythingChanged() {
		this.changed('chats', ...[...this.rooms.keys()].map((id) =>
			`room:${id}`));
	}

	/** @param {...string} topics */
	changed(...topics) {
		this.#topics.changed(topics);
	}
}
