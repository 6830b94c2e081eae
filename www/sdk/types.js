/**
 * The JSON objects of the API, for editors and type checkers. Nothing here
 * runs. An optional member may be missing; clients ignore members and kinds
 * that they do not know.
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
 * @typedef {'ios'|'android'|'web'|'desktop'|'bot'|'other'} Platform
 *
 * @typedef {object} Device
 * @property {string} id         the same for the life of the installation
 * @property {Platform} platform
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
 * @typedef {object} Export      of what is known of the user
 * @property {'running'|'done'|'failed'} state
 * @property {number} created_at
 * @property {string} [file]     where the server has a service for files
 *
 * @typedef {object} Info        version and limits of a server
 * @property {string} version
 * @property {string[]} features
 * @property {{text_bytes?: number, body_bytes?: number,
 *             members_max?: number, recall_s?: number,
 *             edit_s?: number, poll_wait_s?: number}} limits
 * @property {Permissions} [permissions]
 *
 * @typedef {{[act: string]: {[kind in ConversationKind]?: Role[]}}} Permissions
 *     who may do what under the settings of a new conversation
 */

/**
 * Conversations.
 *
 * @typedef {'direct'|'group'|'channel'|'self'} ConversationKind
 * @typedef {'owner'|'admin'|'member'} Role
 *
 * @typedef {object} ConversationSettings
 * @property {string} [name]
 * @property {string} [photo]
 * @property {string} [announcement]
 * @property {string} [description]
 * @property {'invite'|'approval'|'open'} [join]
 * @property {'all'|'admins'} [who_can_post]
 * @property {'all'|'admins'|'owner'} [who_can_invite]
 * @property {'all'|'admins'} [who_can_pin]
 * @property {'all'|'admins'|'owner'} [who_can_mention_all]
 * @property {'all'|'since_joined'} [history]
 * @property {number} [slow_mode_s]
 * @property {number} [message_ttl_s]  how long messages are there; 0: for good
 * @property {object} [meta]
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
 * @property {Role} [my_role]
 * @property {User} [peer]       the other user of a direct conversation
 *
 * @typedef {object} Member
 * @property {string} user_id
 * @property {User} user
 * @property {Role} role
 * @property {string} [alias]
 * @property {number} joined_index
 * @property {number} [muted_until]
 * @property {number} [read_index]
 *
 * @typedef {object} Added       what became of one user who was to be added
 * @property {string} user_id
 * @property {string} outcome
 * @property {Member} [member]
 *
 * @typedef {object} Requested   the user has to be let in
 * @property {string} conv_id
 * @property {'requested'} state
 *
 * @typedef {object} JoinRequest
 * @property {string} user_id
 * @property {User} [user]
 * @property {string} [message]
 * @property {string} [invited_by]
 * @property {number} requested_at
 *
 * @typedef {object} Invite      a code with which users come in
 * @property {string} code
 * @property {string} url        a path of the web client
 * @property {number} [expires_at]
 * @property {number} [max_uses]
 * @property {number} uses
 * @property {string} created_by
 * @property {number} created_at
 *
 * @typedef {object} Preview     of a conversation, for whom a code leads there
 * @property {string} conv_id
 * @property {ConversationKind} kind
 * @property {{name?: string, photo?: string, description?: string}} settings
 * @property {number} member_count
 *
 * @typedef {object} Ban
 * @property {string} user_id
 * @property {string} banned_by
 * @property {number} banned_at
 * @property {number} [banned_until]
 * @property {string} [reason]
 *
 * @typedef {object} ChatMe      the user's own settings of a conversation
 * @property {'all'|'mentions'|'none'} [notify]
 * @property {number|null} [muted_until]
 * @property {boolean} [pinned]
 * @property {string|null} [folder]
 * @property {string|null} [background]
 * @property {boolean} [hidden]  until a message comes: then it is not
 * @property {{text: string, version: number}|null} [draft]
 * @property {boolean} [marked_unread]
 * @property {string|null} [remark]
 *
 * @typedef {object} Settings    of the user
 * @property {{from: string, to: string, tz: string, days: number[]}|null} dnd
 * @property {boolean} push_preview
 * @property {boolean} read_receipts
 * @property {'everyone'|'contacts'|'nobody'} last_seen
 * @property {'everyone'|'contacts'|'nobody'} add_to_groups
 * @property {object|null} meta
 *
 * @typedef {object} Receipts    who has read or received a message
 * @property {number} read_count
 * @property {number} delivered_count
 * @property {number} member_count
 * @property {{user_id: string, read_index: number}[]} items
 * @property {string|null} next
 * @property {Users} [users]
 *
 * @typedef {object} Folder      a name that chats have
 * @property {string} folder
 * @property {number} chats
 * @property {number} unread
 *
 * @typedef {object} ChatItem    a row of the user's list
 * @property {Conversation} conversation
 * @property {Entry|null} last_entry
 * @property {number} unread
 * @property {number} [unread_ordinal]  what `unread` includes
 * @property {number} mentions
 * @property {number} read_index
 * @property {ChatMe} me
 *
 * @typedef {object} ReadMark
 * @property {number} read_index
 * @property {number} delivered_index
 * @property {number} unread
 * @property {number} [unread_ordinal]  what `unread` includes
 * @property {number} mentions
 * @property {number} total_unread
 */

/**
 * The log of a conversation: messages, and control entries about them.
 *
 * @typedef {'text'|'image'|'audio'|'video'|'file'|'location'|'card'|'custom'
 *     |'forward'} MessageType
 *
 * @typedef {object} Content     of a message; the members depend on its type
 * @property {string} [text]
 * @property {string} [caption]
 * @property {string} [name]
 * @property {string} [title]
 * @property {ForwardItem[]} [items]
 *
 * @typedef {object} ForwardItem  a message of a merged forward
 * @property {string} msg_id
 * @property {string} sender_id
 * @property {number} sent_at
 * @property {MessageType} type
 * @property {Content} [content]  absent if it was recalled since
 * @property {boolean} [recalled]
 *
 * @typedef {object} ReplyTo     the message that is replied to
 * @property {string} msg_id
 * @property {number} conv_index
 * @property {string} sender_id
 * @property {string} [preview]
 * @property {boolean} [recalled]
 *
 * @typedef {object} Reaction    all reactions with one emoji
 * @property {number} count
 * @property {boolean} me        the user's own is among them
 *
 * @typedef {Object<string, Reaction>} Reactions   by emoji
 *
 * @typedef {object} ReactionItem  one user's reaction
 * @property {string} emoji
 * @property {string} user_id
 * @property {number} at
 *
 * @typedef {object} Edit        a version of a message
 * @property {Content} content
 * @property {number} edited_at  of the original, when it was sent
 *
 * @typedef {object} Pin
 * @property {MessageEntry} entry
 * @property {string} pinned_by
 * @property {number} pinned_at
 *
 * @typedef {object} Star        the user's own
 * @property {MessageEntry} entry
 * @property {number} starred_at
 *
 * @typedef {object} Contact     one side of a pair
 * @property {string} user_id    the other one
 * @property {User} [user]
 * @property {'sent'|'requested'|'accepted'} state
 * @property {string} [message]  of the request
 * @property {string} [remark]   of the user alone
 * @property {number} created_at
 * @property {number} changed_at
 *
 * @typedef {object} Block
 * @property {string} user_id
 * @property {User} [user]
 * @property {number} blocked_at
 *
 * @typedef {object} Reminder    the user's own, until it is due
 * @property {string} msg_id
 * @property {string} conv_id
 * @property {number} conv_index
 * @property {number} remind_at
 * @property {string} [note]
 * @property {MessageEntry} entry
 *
 * @typedef {object} ScheduledSend
 * @property {string} msg_id
 * @property {'scheduled'|'failed'|'cancelled'} state
 * @property {number} send_at
 *
 * @typedef {object} ScheduledState  of a message to be sent later
 * @property {string} msg_id
 * @property {string} conv_id
 * @property {number} send_at
 * @property {'scheduled'|'failed'} state
 * @property {string} [reason]   why it failed: the code of a problem
 *
 * @typedef {Partial<Message> & ScheduledState} Scheduled
 *
 * @typedef {object} Origin      a message that a forward has
 * @property {string} msg_id
 * @property {string} [sender_id]
 * @property {number} [sent_at]
 * @property {boolean} [recalled]
 * @property {boolean} [hidden]  it has expired
 *
 * @typedef {object} EntryBase   what entries of all kinds have
 * @property {string} conv_id
 * @property {number} conv_index
 * @property {number} ordinal
 * @property {string} msg_id
 * @property {string} [client_msg_id]
 * @property {MessageType} [type]
 * @property {string} sender_id
 * @property {number} sent_at
 * @property {string[]} [mentions]
 * @property {boolean} [mention_all]
 * @property {ReplyTo} [reply_to]
 * @property {Origin[]} [forward_of]
 * @property {string[]} [flags]
 * @property {number} [edited_at]
 * @property {boolean} [recalled]
 * @property {string} [recalled_by]
 * @property {number} [expires_at]  from then on nobody sees it
 * @property {number} [expires_after_read_s]
 * @property {Reactions} [reactions]
 * @property {number} [target_index]  the entry that this one changes
 * @property {MessageEntry} [target]  that one as it is now; in events only
 * @property {boolean} [hidden]  the user may not see what it says
 *
 * @typedef {object} MemberContent
 * @property {string} [action]   created, added, joined, left, removed, role,
 *                               owner, muted, alias, banned,
 *                               unbanned, dissolved
 * @property {string[]} [user_ids]
 * @property {Role} [role]
 * @property {string|null} [alias]
 * @property {number|null} [muted_until]
 *
 * @typedef {EntryBase & {kind: 'message', content?: Content}} MessageEntry
 * @typedef {EntryBase & {kind: 'member', content?: MemberContent}} MemberEntry
 * @typedef {EntryBase & {kind: 'settings',
 *     content?: {changed?: {[name in keyof ConversationSettings]?:
 *         ConversationSettings[name]|null}}}} SettingsEntry
 * @typedef {EntryBase & {kind: 'edit', content?: {content?: Content}}
 *     } EditEntry
 * @typedef {EntryBase & {kind: 'reaction',
 *     content?: {emoji?: string, on?: boolean}}} ReactionEntry
 * @typedef {EntryBase & {kind: 'recall'|'pin'|'unpin', content?: object}
 *     } ControlEntry
 *
 * @typedef {MessageEntry|MemberEntry|SettingsEntry|EditEntry|ReactionEntry
 *     |ControlEntry} Entry
 *
 * @typedef {object} Message     what is sent
 * @property {string} [client_msg_id]
 * @property {MessageType} [type]     without it and content, forward_of says
 *                                    what is sent
 * @property {Content} [content]
 * @property {string[]} [mentions]
 * @property {boolean} [mention_all]
 * @property {string} [reply_to]
 * @property {string[]} [forward_of]  one is copied, several are merged
 * @property {boolean} [merge]        makes a forward of one, too
 * @property {string} [title]         of a merged forward
 * @property {string[]} [flags]
 * @property {object} [meta]
 * @property {number} [seen_index]
 * @property {number} [expires_in_s]
 * @property {number} [expires_after_read_s]  in direct chats: after the other
 *                                            one has read it
 *
 * @typedef {Message & {conv_id: string}} BatchMessage
 *
 * @typedef {object} BatchItem   what the message alone would have got
 * @property {number} status
 * @property {Sent|ProblemBody} body
 *
 * @typedef {object} Stored      the answer: the message is in the log
 * @property {string} msg_id
 * @property {string} conv_id
 * @property {number} conv_index
 * @property {number} ordinal
 * @property {number} sent_at
 * @property {boolean} [duplicate]
 *
 * @typedef {object} Pending     the answer: accepted, not yet in the log
 * @property {string} msg_id
 * @property {string} conv_id
 * @property {'pending'} state
 * @property {undefined} [conv_index]
 * @property {number} [sent_at]
 *
 * @typedef {Stored|Pending} Sent
 *
 * @typedef {object} FoundItem   of a search
 * @property {MessageEntry} entry
 * @property {{start: number, end: number}[]} highlights  characters (not
 *     UTF-16 units) of content.text or content.caption
 *
 * @typedef {object} Found       newest first
 * @property {FoundItem[]} items
 * @property {string|null} next
 * @property {number} indexed_to_at  all that was sent until then is found
 * @property {Users} [users]
 *
 * @typedef {object} History
 * @property {Entry[]} items     ascending, consecutive
 * @property {number} head
 * @property {number} floor
 * @property {boolean} has_before
 * @property {boolean} has_after
 * @property {Users} [users]
 */

/**
 * Events. Durable ones have a user_index and stay in the inbox; ephemeral ones
 * reach whoever is connected.
 *
 * @typedef {object} EntryEvent
 * @property {'entry'} type
 * @property {number} user_index
 * @property {number} at
 * @property {string} conv_id
 * @property {Entry|null} entry  null if the user may no longer see it
 *
 * @typedef {object} ChatEvent   the user's own marks or settings changed
 * @property {'chat'} type
 * @property {number} user_index
 * @property {number} at
 * @property {string} conv_id
 * @property {ChatMe} me
 * @property {number} read_index
 * @property {number} cleared_index
 * @property {number} unread
 * @property {number} [unread_ordinal]  what `unread` includes
 * @property {number} mentions
 *
 * @typedef {object} HiddenEvent the user hid one message, or it has burnt
 * @property {'hidden'} type
 * @property {number} user_index
 * @property {number} at
 * @property {string} conv_id
 * @property {number} conv_index
 * @property {string} [msg_id]
 *
 * @typedef {object} StarEvent   the user starred a message, or no longer
 * @property {'star'} type
 * @property {number} user_index
 * @property {number} at
 * @property {string} conv_id
 * @property {number} conv_index
 * @property {string} msg_id
 * @property {boolean} starred
 *
 * @typedef {object} ReminderEvent
 * @property {'reminder'} type
 * @property {number} user_index
 * @property {number} at
 * @property {string} conv_id
 * @property {number} conv_index
 * @property {string} msg_id
 * @property {'set'|'cancelled'|'due'} state
 * @property {number} remind_at
 *
 * @typedef {object} ContactEvent
 * @property {'contact'} type
 * @property {number} user_index
 * @property {number} at
 * @property {'requested'|'accepted'|'rejected'|'removed'|'remark'} action
 * @property {string} user_id  the other one
 * @property {string} by       who did it
 *
 * @typedef {object} ScheduledEvent
 * @property {'scheduled'} type
 * @property {number} user_index
 * @property {number} at
 * @property {string} conv_id
 * @property {string} msg_id
 * @property {'scheduled'|'changed'|'cancelled'|'sent'|'failed'} state
 * @property {number} [conv_index]   where it is, once it was sent
 * @property {string} [reason]       why it failed
 *
 * @typedef {object} ConversationEvent
 * @property {'conversation'} type
 * @property {number} user_index
 * @property {number} at
 * @property {string} conv_id
 * @property {string} action     added, removed, left, dissolved,
 *                               settings
 * @property {string} [by]
 * @property {Conversation} [conversation]
 *
 * @typedef {object} SettingsEvent
 * @property {'settings'} type
 * @property {number} user_index
 * @property {number} at
 * @property {Settings} settings
 * @property {{user_id: string, blocked: boolean}} [block]  whom the user has
 *     blocked, or blocks no longer
 *
 * @typedef {object} ProfileEvent
 * @property {'profile'} type
 * @property {number} user_index
 * @property {number} at
 * @property {User} user
 *
 * @typedef {object} ExpiringEvent  a message was read and will be gone
 * @property {'expiring'} type
 * @property {undefined} [user_index]
 * @property {number} at
 * @property {string} conv_id
 * @property {number} conv_index
 * @property {string} msg_id
 * @property {number} expires_at
 *
 * @typedef {object} TypingEvent
 * @property {'typing'} type
 * @property {undefined} [user_index]
 * @property {number} at
 * @property {string} conv_id
 * @property {string} user_id
 * @property {'start'|'stop'} state
 * @property {'text'|'voice'|'file'} activity
 *
 * @typedef {object} MarkEvent   another member read or received a message
 * @property {'read'|'delivered'} type
 * @property {undefined} [user_index]
 * @property {number} at
 * @property {string} conv_id
 * @property {string} user_id
 * @property {number} conv_index
 *
 * @typedef {object} PresenceEvent
 * @property {'presence'} type
 * @property {undefined} [user_index]
 * @property {number} at
 * @property {string} user_id
 * @property {Presence} state
 * @property {number} [last_seen_at]
 *
 * @typedef {object} HeadEvent   the head of a large conversation moved
 * @property {'head'} type
 * @property {undefined} [user_index]
 * @property {number} at
 * @property {string} conv_id
 * @property {number} last_index
 * @property {number} last_ordinal
 *
 * @typedef {object} SessionEvent  another session of the user ended
 * @property {'session'} type
 * @property {undefined} [user_index]
 * @property {number} at
 * @property {string} session_id
 * @property {string} reason
 *
 * @typedef {object} EphemeralMessageEvent
 * @property {'ephemeral'} type
 * @property {undefined} [user_index]
 * @property {number} at
 * @property {string} conv_id
 * @property {object} message
 *
 * @typedef {'online'|'away'|'offline'} Presence
 *
 * @typedef {object} PresenceItem
 * @property {string} user_id
 * @property {Presence} state
 * @property {number} [last_seen_at]
 * @property {string[]} platforms
 *
 * @typedef {EntryEvent|ChatEvent|HiddenEvent|StarEvent|ReminderEvent
 *     |ScheduledEvent|ConversationEvent|ProfileEvent|SettingsEvent
 *     |ContactEvent
 *     } DurableEvent
 * @typedef {TypingEvent|MarkEvent|ExpiringEvent|PresenceEvent|HeadEvent|SessionEvent
 *     |EphemeralMessageEvent} EphemeralEvent
 * @typedef {DurableEvent|EphemeralEvent} LiveEvent
 */

/**
 * The inbox.
 *
 * @typedef {object} Position    how far a client has applied the inbox
 * @property {string} stream_id
 * @property {number} user_index
 *
 * @typedef {object} Head        the newest event, and the unread sum
 * @property {number} user_index
 * @property {number} total_unread
 *
 * @typedef {object} ConversationHead  of a conversation without inbox rows
 * @property {string} conv_id
 * @property {number} last_index
 * @property {number} last_ordinal
 *
 * @typedef {object} InboxPage
 * @property {string} stream_id
 * @property {DurableEvent[]} events
 * @property {number} user_index the client's position after the events
 * @property {number} head       the newest
 * @property {boolean} more
 * @property {number} total_unread
 * @property {boolean} [too_old]
 * @property {ConversationHead[]} [large]
 * @property {EphemeralEvent[]} [ephemeral]  only in a long poll
 * @property {Users} [users]
 *
 * @typedef {object} Sync
 * @property {string} stream_id
 * @property {number} user_index
 * @property {User} user
 * @property {Settings} [settings]
 * @property {number} total_unread
 * @property {{items: ChatItem[], next: string|null}} conversations
 * @property {Users} [users]
 */

/**
 * Frames of the WebSocket, and problems (RFC 9457).
 *
 * @typedef {object} Hello       the first frame of a server
 * @property {string} stream_id
 * @property {number} user_index
 * @property {number} heartbeat_s
 * @property {string} session_id
 * @property {number} server_at   its time, ms since 1970
 * @property {string[]} [features]
 *
 * @typedef {object} Bye         why the server closes the connection
 * @property {string} reason
 * @property {number} [retry_after_ms]
 *
 * @typedef {object} ServerFrame one verb each; `id` belongs to an answer, or
 *     to an error about a request
 * @property {Hello} [hello]
 * @property {LiveEvent} [event]
 * @property {Head} [heartbeat]
 * @property {{user_index: number}} [pull]
 * @property {Position} [too_old]
 * @property {Bye} [bye]
 * @property {number} [id]
 * @property {number} [status]
 * @property {unknown} [body]
 * @property {ProblemBody} [error]
 *
 * @typedef {object} Request
 * @property {number} id
 * @property {string} method
 * @property {string} path
 * @property {Object<string, string>} [headers]
 * @property {object} [body]
 *
 * @typedef {{ack: number}|{state: 'foreground'|'background', conv_id?: string}|{ping: number}
 *     |{subscribe: {presence: string[]}}|{unsubscribe: {presence: string[]}}
 *     |Request} ClientFrame
 *
 * @typedef {object} ProblemBody
 * @property {number} status
 * @property {string} code
 * @property {string} [title]
 * @property {string} [detail]
 * @property {string} [field]
 * @property {number} [retry_after_ms]
 * @property {string} [request_id]
 */

export {};
