-- Groups that are changed: settings, members, dissolving.

-- The entry with which a conversation was dissolved, which is also the end of
-- those who were members then: member.left_index.  0: it was not, or its last
-- member has left it.
ALTER TABLE conversation
	ADD COLUMN dissolved_index BIGINT NOT NULL DEFAULT 0
		AFTER dissolved_ms;

-- Those who want to come in, or whom a member has invited, until somebody
-- decides.  invited_by 0: they asked themselves.
CREATE TABLE join_request (
	conv_id		BIGINT NOT NULL,
	user_id		BIGINT NOT NULL,
	invited_by	BIGINT NOT NULL DEFAULT 0,
	message		VARCHAR(512) NULL,
	asked_ms	BIGINT NOT NULL,
	PRIMARY KEY (conv_id, user_id)
) ENGINE=InnoDB;

-- Those who cannot come in.  until_ms 0: for good.  One that has ended stays
-- until the next ban in the conversation.
CREATE TABLE ban (
	conv_id		BIGINT NOT NULL,
	user_id		BIGINT NOT NULL,
	banned_by	BIGINT NOT NULL,
	banned_ms	BIGINT NOT NULL,
	until_ms	BIGINT NOT NULL DEFAULT 0,
	reason		VARCHAR(512) NULL,
	PRIMARY KEY (conv_id, user_id)
) ENGINE=InnoDB;

-- Codes with which users come in.  expires_ms, max_uses 0: without a limit.
-- Those that have ended stay for a while, so that whoever has the code learns
-- that.
CREATE TABLE invite (
	conv_id		BIGINT NOT NULL,
	invite_id	BIGINT NOT NULL,
	code		VARBINARY(32) NOT NULL,
	created_by	BIGINT NOT NULL,
	created_ms	BIGINT NOT NULL,
	expires_ms	BIGINT NOT NULL DEFAULT 0,
	max_uses	INT NOT NULL DEFAULT 0,
	uses		INT NOT NULL DEFAULT 0,
	ended_ms	BIGINT NOT NULL DEFAULT 0,	-- deleted
	PRIMARY KEY (conv_id, invite_id),
	UNIQUE KEY invite_code (code)
) ENGINE=InnoDB;
