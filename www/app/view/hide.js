import { t } from '../strings.js';
import { confirmDialog } from './dialog.js';
import { toastError } from './toast.js';

/** @typedef {import('../messenger.js').Messenger} Messenger */

/**
 * Deletes messages for the user alone, after a question.
 *
 * @param {Messenger} m
 * @param {import('../../sdk/types.js').Entry[]} entries
 * @param {AbortSignal} over
 * @returns {Promise<boolean>} were they deleted?
 */
export async function hideMessages(m, entries, over) {
	if (!await confirmDialog(t.own.hide_title(entries.length),
		t.own.hide_text, t.own.hide_do, over))
		return false;
	try {
		for (const entry of entries)
			await m.own.hide(entry);
		return true;
	} catch (error) {
		toastError(error);
		return false;
	}
}

/**
 * Clears a chat for the user alone, after a question.
 *
 * @param {Messenger} m
 * @param {string} conv_id
 * @param {AbortSignal} over
 */
export async function clearChat(m, conv_id, over) {
	if (!await confirmDialog(t.own.clear_title, t.own.clear_text,
		t.own.clear_do, over))
		return;
	try {
		await m.own.clear(conv_id);
	} catch (error) {
		toastError(error);
	}
}
