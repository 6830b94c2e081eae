import { Receipts } from './receipts.js';
import { Timeline } from './timeline.js';

/** @typedef {import('../../sdk/types.js').Member} Member */

/** What is held of one conversation while the app is open. */
export class Room {
	/** @type {Member[]|null} */
	members = null;
	/** Where the member list goes on. @type {string|null} */
	members_next = null;
	/** "New messages" stands after this index. @type {number|null} */
	divider = null;
	/** Which load is under way. @type {'page'|'before'|'after'|null} */
	loading = null;
	/** Why the last load failed. @type {unknown} */
	error = null;
	/** How far the server is to be told that I have read. */
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
