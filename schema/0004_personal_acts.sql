-- What a user does to messages for themselves: deleting, starring, clearing a
-- chat, reminders; and reports.

-- cleared_index -1: never cleared.  cleared_ordinal: that of the log then.
-- has_hidden: there are rows in message_hidden.
ALTER TABLE chat_setting
	ALTER COLUMN cleared_index SET DEFAULT -1,
	ADD COLUMN cleared_ordinal BIGINT NOT NULL DEFAULT 0
		AFTER cleared_index,
	ADD COLUMN has_hidden TINYINT NOT NULL DEFAULT 0 AFTER cleared_ordinal,
	ADD KEY chat_setting_cleared (conv_id, cleared_index);
UPDATE chat_setting SET cleared_index = -1 WHERE cleared_index = 0;

-- Copies, as of pinned, hidden and muted_until_ms.
ALTER TABLE chat
	ADD COLUMN cleared_index BIGINT NOT NULL DEFAULT -1,
	ADD COLUMN cleared_ordinal BIGINT NOT NULL DEFAULT 0,
	ADD COLUMN has_hidden TINYINT NOT NULL DEFAULT 0;

-- has_personal: the user has cleared a chat, or deleted a message for
-- themselves.
ALTER TABLE user_seq
	ADD COLUMN has_personal TINYINT NOT NULL DEFAULT 0;

-- kind: also 5 hidden, 6 star, 7 reminder; by_id is the message then.
ALTER TABLE inbox
	ADD COLUMN arg BIGINT NULL;		-- of a reminder: when

-- Messages that a user has deleted for themselves.  countable: it is in the
-- ordinals of the log.
CREATE TABLE message_hidden (
	user_id		BIGINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	msg_id		BIGINT NOT NULL,
	sender_id	BIGINT NOT NULL,
	countable	TINYINT NOT NULL,
	hidden_ms	BIGINT NOT NULL,
	PRIMARY KEY (user_id, conv_id, conv_index),
	KEY message_hidden_at (conv_id, conv_index)
) ENGINE=InnoDB;

CREATE TABLE star (
	user_id		BIGINT NOT NULL,
	msg_id		BIGINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	starred_ms	BIGINT NOT NULL,
	PRIMARY KEY (user_id, msg_id),
	KEY star_order (user_id, starred_ms, msg_id)
) ENGINE=InnoDB;

-- Until they are due.
CREATE TABLE reminder (
	user_id		BIGINT NOT NULL,
	msg_id		BIGINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	remind_ms	BIGINT NOT NULL,
	note		VARCHAR(512) NULL,
	PRIMARY KEY (user_id, msg_id),
	KEY reminder_order (user_id, remind_ms, msg_id),
	KEY reminder_due (remind_ms, user_id, msg_id)
) ENGINE=InnoDB;

-- What users have reported.  snapshot: the entry, as JSON, as the reporter saw
-- it; it outlives the message.  reason: 1 spam 2 abuse 3 illegal 4 other.
CREATE TABLE report (
	app_id		BIGINT NOT NULL,
	report_id	BIGINT NOT NULL,
	user_id		BIGINT NOT NULL,		-- who reported
	msg_id		BIGINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	sender_id	BIGINT NOT NULL,		-- who is reported
	reason		TINYINT NOT NULL,
	comment		VARCHAR(1024) NULL,
	snapshot	MEDIUMBLOB NOT NULL,
	created_ms	BIGINT NOT NULL,
	PRIMARY KEY (app_id, report_id),
	UNIQUE KEY report_once (app_id, user_id, msg_id)
) ENGINE=InnoDB;
