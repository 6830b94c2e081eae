/**
 * The shapes of the wire contract, for editors and type checkers. Nothing
 * here runs. A member that may be missing is marked optional; clients ignore
 * members that they do not know.
 *
 * @typedef {object} User
 * @property {string} user_id
 * @property {string} username
 * @property {string} display_name
 * @property {string} [avatar]
 * @property {string} [bio]
 * @property {boolean} [bot]
 * @property {number} [created_at]
 *
 * @typedef {Object<string, User>} Users   by user_id
 *
 * @typedef {object} Device
 * @property {string} id         kept for the installation
 * @property {'ios'|'android'|'web'|'desktop'|'bot'|'other'} platform
 * @property {string} [name]
 *
 * @typedef {object} Session
 * @property {string} session_id
 * @property {Device} device
 * @property {number} created_at
 * @property {number} last_seen_at
 * @property {number} expires_at
 * @property {string} [ip]
 * @property {boolean} current
 *
 * @typedef {object} LoggedIn
 * @property {string} token
 * @property {User} user
 * @property {Session} session
 * @property {string} stream_id
 * @property {number} user_index
 *
 * @typedef {'direct'|'group'|'channel'|'self'} ConversationKind
 *
 * @typedef {object} ConversationSettings
 * @property {string} [name]
 * @property {string} [photo]
 * @property {string} [announcement]
 * @property {string} [description]
 * @property {'all'|'admins'} [who_can_post]
 * @property {'all'|'admins'|'owner'} [who_can_invite]
 *
 * @typedef {object} Conversation
 * @property {string} conv_id
 * @property {ConversationKind} kind
 * @property {number} created_at
 * @property {string} [created_by]
 * @property {ConversationSettings} settings
 * @property {number} member_count
 * @property {number} last_index
 * @property {number} last_ordinal
 * @property {'push'|'pull'} [mode]
 * @property {number} version
 * @property {'owner'|'admin'|'member'} [my_role]
 * @property {User} [peer]       the other user of a direct conversation
 *
 * @typedef {object} Member
 * @property {string} user_id
 * @property {User} user
 * @property {'owner'|'admin'|'member'} role
 * @property {string} [alias]
 * @property {number} joined_index
 * @property {number} [muted_until]
 * @property {number} [read_index]
 *
 * @typedef {object} ChatMe      my own settings of a conversation
 * @property {'all'|'mentions'|'none'} [notify]
 * @property {number|null} [muted_until]
 * @property {boolean} [pinned]
 * @property {boolean} [hidden]
 * @property {boolean} [marked_unread]
 * @property {string|null} [remark]
 *
 * @typedef {object} ChatItem    a row of my list
 * @property {Conversation} conversation
 * @property {Entry|null} last_entry
 * @property {number} unread
 * @property {number} mentions
 * @property {number} read_index
 * @property {ChatMe} me
 *
 * @typedef {object} Content
 * @property {string} [text]
 *
 * @typedef {object} Entry
 * @property {string} conv_id
 * @property {number} conv_index
 * @property {number} ordinal
 * @property {string} msg_id
 * @property {string} [client_msg_id]
 * @property {string} kind       message, recall, edit, reaction, pin, unpin,
 *                               member, settings
 * @property {string} [type]     text, image, audio, video, file, location,
 *                               card, custom
 * @property {string} sender_id
 * @property {number} sent_at
 * @property {any} [content]
 * @property {string[]} [mentions]
 * @property {boolean} [mention_all]
 * @property {{msg_id: string, conv_index: number, sender_id: string,
 *             preview?: string, recalled?: boolean}} [reply_to]
 * @property {string[]} [flags]
 * @property {number} [edited_at]
 * @property {boolean} [recalled]
 * @property {string} [recalled_by]
 * @property {Object<string, {count: number, me: boolean}>} [reactions]
 * @property {number} [target_index]
 *
 * @typedef {object} Message     what is sent
 * @property {string} [client_msg_id]
 * @property {string} type
 * @property {Content} content
 * @property {string[]} [mentions]
 * @property {boolean} [mention_all]
 * @property {string} [reply_to]
 * @property {string[]} [flags]
 * @property {object} [meta]
 * @property {number} [seen_index]
 *
 * @typedef {object} Sent
 * @property {string} msg_id
 * @property {string} conv_id
 * @property {number} [conv_index]  missing while `state` is pending
 * @property {number} [ordinal]
 * @property {number} [sent_at]
 * @property {boolean} [duplicate]
 * @property {string} [state]
 *
 * @typedef {object} History
 * @property {Entry[]} items     ascending, consecutive
 * @property {number} head
 * @property {number} floor
 * @property {boolean} has_before
 * @property {boolean} has_after
 * @property {Users} [users]
 *
 * @typedef {object} LiveEvent   durable ones have a user_index
 * @property {string} type
 * @property {number} [user_index]
 * @property {number} at
 * @property {string} [conv_id]
 * @property {Entry|null} [entry]
 *
 * @typedef {object} Position    how far a user's inbox has been taken in
 * @property {string} stream_id
 * @property {number} user_index
 *
 * @typedef {object} InboxPage
 * @property {string} stream_id
 * @property {LiveEvent[]} events
 * @property {number} user_index where one stands after the events
 * @property {number} head       the newest
 * @property {boolean} more
 * @property {number} total_unread
 * @property {boolean} [too_old]
 * @property {{conv_id: string, last_index: number,
 *             last_ordinal: number}[]} [large]
 * @property {LiveEvent[]} [ephemeral]  of a long poll
 * @property {Users} [users]
 *
 * @typedef {object} Sync
 * @property {string} stream_id
 * @property {number} user_index
 * @property {User} user
 * @property {object} [settings]
 * @property {number} total_unread
 * @property {{items: ChatItem[], next: string|null}} conversations
 * @property {Users} [users]
 *
 * @typedef {object} ReadMark
 * @property {number} read_index
 * @property {number} delivered_index
 * @property {number} unread
 * @property {number} mentions
 * @property {number} total_unread
 */

export {};
