/**
 * The unread count of one chat. The server's figures and the entries of the
 * inbox come in any order: an answer to a read may be late, and a replay brings
 * entries that a figure already includes. A figure says up to which ordinal it
 * counts, so the count is the newest figure and the messages after it.
 */

const RECENT_MAX = 1000;
const GONE_MAX = 200;

/** @typedef {import('./types.js').Entry} Entry */

/**
 * @typedef {object} Figure  of a list, a `chat` event, the answer to a read
 * @property {number} read_index
 * @property {number} unread
 * @property {number} [mentions]
 * @property {number} [unread_ordinal]
 */

/**
 * @typedef {object} News
 * @property {number} conv_index
 * @property {number} ordinal
 * @property {boolean} mention
 */

export class UnreadCount {
	/** How far the user has read. */
	read_index = 0;
	/** Messages above read_index. */
	unread = 0;
	/** Those of them that mention the user. */
	mentions = 0;
	/** Only a figure that is asked for now tells for certain. */
	unsure = false;
	/** The newest messages, ascending. @type {News[]} */
	#recent = [];
	/** How many messages went away. */
	withdrawn = 0;
	/**
	 * The newest messages that went away, each with the ordinal that the log
	 * had then: figures up to there may be older.
	 * @type {{conv_index: number, ordinal: number, at: number}[]}
	 */
	#gone = [];
	/** The last entry that was taken. */
	#taken_index = 0;
	/** The ordinal of the newest figure; 0: none says how it is now. */
	#figure_ordinal = 0;
	/** The highest ordinal that is counted. */
	#ordinal = 0;

	/**
	 * @param {string} me  the user's own user_id
	 * @param {Figure} [figure]
	 */
	constructor(me, figure) {
		this.me = me;
		if (figure)
			this.figure(figure);
	}

	/**
	 * The server's figure. One that is out of date is not taken: the mark has
	 * moved since, or more was counted with the same mark.
	 *
	 * @param {Figure} figure
	 * @param {boolean} [asked]  it was made after everything that was taken
	 * @returns {boolean} was it taken?
	 */
	figure({ read_index, unread, mentions = this.mentions,
		unread_ordinal = this.#ordinal }, asked = false) {
		if (read_index < this.read_index
			|| (read_index === this.read_index
				&& unread_ordinal < this.#figure_ordinal))
			return false;

		this.unsure = !asked && this.#gone.some((gone) =>
			gone.conv_index > read_index
			&& gone.ordinal <= unread_ordinal
			&& gone.at >= unread_ordinal);

		const news = this.#recent.filter((entry) =>
			entry.ordinal > unread_ordinal
			&& entry.conv_index > read_index);

		this.read_index = read_index;
		this.unread = unread + news.length;
		this.mentions = mentions + news.filter((entry) =>
			entry.mention).length;
		this.#figure_ordinal = unread_ordinal;
		this.#ordinal = Math.max(unread_ordinal,
			news.at(-1)?.ordinal ?? 0);
		return true;
	}

	/**
	 * An entry of the inbox, in the order of the log; a repeated one changes
	 * nothing.
	 *
	 * @param {Entry} entry
	 */
	entry(entry) {
		if (entry.conv_index <= this.#taken_index)
			return;
		this.#taken_index = entry.conv_index;
		if (entry.kind === 'recall')
			this.gone(entry.target_index ?? 0, entry.target,
				entry.ordinal);

		const news = entry.recalled || entry.hidden ? null
			: this.#newsOf(entry);

		if (news === null)
			return;
		this.#recent.push(news);
		if (this.#recent.length > RECENT_MAX)
			this.#recent.shift();
		if (entry.ordinal <= this.#ordinal
			|| entry.conv_index <= this.read_index)
			return;
		this.#ordinal = entry.ordinal;
		this.unread++;
		if (news.mention)
			this.mentions++;
	}

	/**
	 * A message was taken back, has expired, or the user has deleted it for
	 * themselves: it counts no longer. The newest figure may know that
	 * already, or it is not known whether the message counted: then `unsure`
	 * is set.
	 *
	 * @param {number} conv_index
	 * @param {Entry} [entry]  if it is known
	 * @param {number} [at]    the ordinal that the log had then
	 */
	gone(conv_index, entry, at = Infinity) {
		const place = this.#recent.findIndex((news) =>
			news.conv_index === conv_index);
		const news = place >= 0 ? this.#recent.splice(place, 1)[0]
			: entry && this.#newsOf(entry);

		if (conv_index <= this.read_index || news === null)
			return;
		this.withdrawn++;
		this.#gone.push({ conv_index, at, ordinal: news?.ordinal ?? 0 });
		this.#gone.splice(0, this.#gone.length - GONE_MAX);
		/* it has come as recalled, and was not counted */
		if (place < 0 && news && this.#figure_ordinal > 0
			&& news.ordinal > this.#figure_ordinal)
			return;
		this.unsure ||= place < 0 || news === undefined
			|| news.ordinal <= this.#figure_ordinal;
		if (news === undefined || this.unread === 0)
			return;
		this.unread--;
		if (news.mention)
			this.mentions = Math.max(0, this.mentions - 1);
	}

	/** @param {Entry} entry @returns {News|null} null: it counts for nothing */
	#newsOf(entry) {
		return entry.kind !== 'message' || entry.sender_id === this.me
			|| entry.flags?.includes('no_unread') ? null
			: { conv_index: entry.conv_index,
				ordinal: entry.ordinal,
				mention: Boolean(entry.mention_all
					|| entry.mentions?.includes(this.me)) };
	}

	/**
	 * The user has read up to here, before the server knows.
	 *
	 * @param {number} conv_index
	 * @param {number} passed  messages of others that this passes
	 * @param {boolean} all    nothing is left above
	 */
	read(conv_index, passed, all) {
		if (conv_index <= this.read_index)
			return;
		this.read_index = conv_index;
		this.#figure_ordinal = 0;
		this.unread = all ? 0 : Math.max(0, this.unread - passed);
		if (all)
			this.mentions = 0;
	}
}
