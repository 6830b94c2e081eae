import { Receipts } from './receipts.js';
import { Timeline } from './timeline.js';

/** @typedef {import('../../sdk/types.js').Member} Member */
/** @typedef {import('../../sdk/types.js').Pin} Pin */

/** The state of one conversation while the app is open. */
export class Room {
	/** @type {Member[]|null} */
	members = null;
	/**
	 * How many wait to be let in, if the user may see that.
	 * @type {{count: number, more: boolean}|null}
	 */
	requests = null;
	/** The names that members have here. @type {Map<string, string>} */
	aliases = new Map();
	/** The cursor of the next members. @type {string|null} */
	members_next = null;
	/** "New messages" stands after this index. @type {number|null} */
	divider = null;
	/** The load in progress. @type {'page'|'before'|'after'|null} */
	loading = null;
	/** Why the last load failed. @type {unknown} */
	error = null;
	/** The pinned messages, the newest pin first. @type {Pin[]|null} */
	pins = null;
	/** To be sent later. @type {import('../../sdk/types.js').Scheduled[]|null} */
	scheduled = null;
	/**
	 * Where the user left the chat, if not at its end: this message was so
	 * many pixels below the top.
	 * @type {{conv_index: number, top: number}|null}
	 */
	place = null;
	/** The read mark that the server is to have. */
	read_wanted = 0;
	/** @type {import('../../sdk/sleep.js').Timer} */
	read_timer;

	/** @param {string} conv_id @param {string} me */
	constructor(conv_id, me) {
		this.conv_id = conv_id;
		this.timeline = new Timeline(me);
		this.receipts = new Receipts(me);
	}
}
