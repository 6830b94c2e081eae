-- What users set for themselves: of their chats.

-- hidden_index: out of the list until a message comes above it, or the user
-- comes back to the conversation; -1: it is not hidden.  hidden_ordinal: that
-- of the log then.
ALTER TABLE chat_setting
	DROP COLUMN hidden,
	ADD COLUMN hidden_index BIGINT NOT NULL DEFAULT -1 AFTER pinned,
	ADD COLUMN hidden_ordinal BIGINT NOT NULL DEFAULT 0 AFTER hidden_index,
	ADD KEY chat_setting_folder (user_id, folder),
	ADD KEY chat_setting_marked (user_id, marked_unread);

-- Copies.
ALTER TABLE chat
	DROP COLUMN hidden,
	ADD COLUMN hidden_index BIGINT NOT NULL DEFAULT -1 AFTER pinned,
	ADD COLUMN hidden_ordinal BIGINT NOT NULL DEFAULT 0 AFTER hidden_index;

-- The sum of unread messages of a user as of upto_index of the inbox, over
-- badge_chat; -1: everything has to be counted again.  What has come since is
-- counted when it is asked for.
CREATE TABLE badge (
	user_id		BIGINT NOT NULL,
	upto_index	BIGINT NOT NULL,
	total		BIGINT NOT NULL,
	PRIMARY KEY (user_id)
) ENGINE=InnoDB;

-- The chats in mode push with unread messages then.  counted: what is in the
-- sum, 0 of one that is muted or hidden.  again_ms: when that changes without
-- an event, because a mute ends or a message expires; 0: it does not.
CREATE TABLE badge_chat (
	user_id		BIGINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	unread		BIGINT NOT NULL,
	counted		BIGINT NOT NULL,
	again_ms	BIGINT NOT NULL,
	PRIMARY KEY (user_id, conv_id),
	KEY badge_chat_again (user_id, again_ms)
) ENGINE=InnoDB;

-- What users have set; without a row, the defaults.  dnd_from, dnd_to: minutes of
-- the day in dnd_tz, an IANA zone; dnd_days: bit 0 is Monday; dnd_tz NULL: they
-- may always be disturbed.  last_seen, add_to_groups: 1 everyone 2 contacts
-- 3 nobody.
CREATE TABLE user_setting (
	user_id		BIGINT NOT NULL,
	dnd_from	INT NOT NULL DEFAULT 0,
	dnd_to		INT NOT NULL DEFAULT 0,
	dnd_days	INT NOT NULL DEFAULT 0,
	dnd_tz		VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
	push_preview	TINYINT NOT NULL DEFAULT 1,
	read_receipts	TINYINT NOT NULL DEFAULT 1,
	last_seen	TINYINT NOT NULL DEFAULT 1,
	add_to_groups	TINYINT NOT NULL DEFAULT 1,
	meta		TEXT NULL,			-- JSON object
	PRIMARY KEY (user_id)
) ENGINE=InnoDB;

-- Which sessions a log-in ends besides that of the device: 0 none, 1 those of the
-- platform, 2 all.
ALTER TABLE app
	CHANGE one_per_platform login_policy TINYINT NOT NULL DEFAULT 0;

-- inbox.kind: also 9 settings.
