-- Recall, edit, reactions and pins.

-- default: admins; in direct and self chats: all
ALTER TABLE conversation
	ADD COLUMN who_can_pin TINYINT NOT NULL DEFAULT 2
		AFTER who_can_invite,		-- all admins
	ADD COLUMN who_can_mention_all TINYINT NOT NULL DEFAULT 2
		AFTER who_can_pin;		-- all admins owner
UPDATE conversation SET who_can_pin = 1, who_can_mention_all = 1
	WHERE kind IN (1, 4);

-- entry.flags also has, set by the server: 64 has reactions, 128 forwards the
-- messages that its body names.
UPDATE entry e JOIN body b
	ON b.conv_id = e.conv_id AND b.conv_index = e.conv_index
	JOIN conv_seq s ON s.conv_id = e.conv_id
	SET e.flags = e.flags | 128, s.changed_index = s.last_index
	WHERE e.kind = 1 AND b.content LIKE '%"forward_of":[%';

-- Messages that no longer count as unread or as a mention, because they were
-- recalled.  countable: they are in the ordinals of the log.
CREATE TABLE entry_away (
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	sender_id	BIGINT NOT NULL,
	countable	TINYINT NOT NULL,
	PRIMARY KEY (conv_id, conv_index)
) ENGINE=InnoDB;

-- The bodies that a message had before it was edited; `body` has the present
-- one.  at_ms: since when it was so.
CREATE TABLE entry_version (
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	version		BIGINT NOT NULL,
	at_ms		BIGINT NOT NULL,
	content		MEDIUMBLOB NOT NULL,
	PRIMARY KEY (conv_id, conv_index, version)
) ENGINE=InnoDB;

CREATE TABLE reaction (
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	emoji		VARBINARY(32) NOT NULL,		-- without U+FE0F
	user_id		BIGINT NOT NULL,
	at_ms		BIGINT NOT NULL,
	PRIMARY KEY (conv_id, conv_index, emoji, user_id)
) ENGINE=InnoDB;

-- pin_index: the entry that pinned it, by which pins are ordered.
CREATE TABLE pin (
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	pin_index	BIGINT NOT NULL,
	pinned_by	BIGINT NOT NULL,
	pinned_ms	BIGINT NOT NULL,
	PRIMARY KEY (conv_id, conv_index),
	UNIQUE KEY pin_order (conv_id, pin_index)
) ENGINE=InnoDB;
