/** @typedef {import('../sdk/types.js').Role} Role */
/** @typedef {import('../sdk/types.js').Member} Member */

/** @type {Object<string, Role[]>} */
const AMONG = { all: ['owner', 'admin', 'member'], admins: ['owner', 'admin'],
	owner: ['owner'] };

/**
 * The settings that say who may do an act.
 *
 * @type {Object<string, 'who_can_post'|'who_can_pin'|'who_can_invite'
 *     |'who_can_mention_all'>}
 */
const SETTING = { send: 'who_can_post', pin: 'who_can_pin',
	mention_all: 'who_can_mention_all', add_members: 'who_can_invite',
	create_invites: 'who_can_invite' };

/** @type {Object<Role, number>} */
const RANK = { owner: 0, admin: 1, member: 2 };

/** @param {{role: Role}} a @param {{role: Role}} b  the higher role first */
export const byRole = (a, b) => RANK[a.role] - RANK[b.role];

/** @param {Member} member @returns {number} 0: they can write */
export const mutedUntil = ({ muted_until = 0 }) =>
	muted_until > Date.now() ? muted_until : 0;

/** What the user may do in a conversation, so that nothing else is offered. */
export class Rights {
	/** @type {import('../sdk/types.js').Permissions|null} */
	#table = null;

	/** @param {import('./messenger.js').Messenger} messenger */
	constructor(messenger) {
		this.m = messenger;
	}

	get known() {
		return this.#table !== null;
	}

	/** @param {import('../sdk/types.js').Permissions|undefined} permissions */
	learn(permissions) {
		this.#table = permissions ?? {};
		this.m.everythingChanged();
	}

	/** @param {string} conv_id @param {string} act */
	may(conv_id, act) {
		const { kind, settings, my_role } = this.m.chats.get(conv_id)
			?.conversation ?? {};

		if (!kind || !my_role)
			return false;

		const who = act === 'decide_requests'
			&& settings?.who_can_invite === 'owner' ? 'owner'
			: settings?.[SETTING[act]];

		return (who ? AMONG[who] : this.#table?.[act]?.[kind] ?? [])
			.includes(my_role);
	}

	/**
	 * May the user do it to another member, of a lower role?
	 *
	 * @param {string} conv_id
	 * @param {string} act
	 * @param {Member} member
	 */
	mayTo(conv_id, act, { user_id, role }) {
		const { my_role } = this.m.chats.get(conv_id)?.conversation ?? {};

		return user_id !== this.m.me && my_role !== undefined
			&& RANK[my_role] < RANK[role] && this.may(conv_id, act);
	}
}
