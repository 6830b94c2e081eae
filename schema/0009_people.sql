-- Contacts and blocks.

-- One side of a pair: what user_id has with other_id, and the other side is a
-- row of other_id.  state: 1 sent (user_id has asked) 2 requested (other_id has)
-- 3 accepted.
CREATE TABLE contact (
	user_id		BIGINT NOT NULL,
	other_id	BIGINT NOT NULL,
	state		TINYINT NOT NULL,
	message		VARCHAR(256) NULL,		-- of the request
	remark		VARCHAR(128) NULL,		-- of user_id alone
	created_ms	BIGINT NOT NULL,
	changed_ms	BIGINT NOT NULL,		-- of the state
	PRIMARY KEY (user_id, other_id)
) ENGINE=InnoDB;

CREATE TABLE block (
	user_id		BIGINT NOT NULL,
	blocked_id	BIGINT NOT NULL,
	blocked_ms	BIGINT NOT NULL,
	PRIMARY KEY (user_id, blocked_id)
) ENGINE=InnoDB;

-- refused: of a direct chat: the other one takes no messages of this member.
-- It repeats `block`, so a send needs no look-up for it.
ALTER TABLE member
	ADD COLUMN refused TINYINT NOT NULL DEFAULT 0;

-- inbox.kind: also 10 contact; by_id is who did it, arg the other user.

-- For the lists of an app's server.
ALTER TABLE user ADD KEY user_app (app_id, user_id);
ALTER TABLE conversation ADD KEY conversation_app (app_id, kind, conv_id);

-- Erased users.  Of `user` only a tombstone is left: a username that begins with
-- '~', which is no name, and nothing else.  pass: what im-erase does next; 1 and
-- 2: the conversations, up to conv_id and there up to conv_index.  due_ms: when
-- it goes on; NULL: it is done.
CREATE TABLE erasure (
	user_id		BIGINT NOT NULL,
	app_id		BIGINT NOT NULL,
	asked_ms	BIGINT NOT NULL,
	due_ms		BIGINT NULL,
	pass		TINYINT NOT NULL DEFAULT 0,
	conv_id		BIGINT NOT NULL DEFAULT 0,
	conv_index	BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (user_id),
	KEY erasure_due (due_ms, user_id)
) ENGINE=InnoDB;

ALTER TABLE direct
	ADD KEY direct_low (low_id, conv_id),
	ADD KEY direct_high (high_id, conv_id);

-- member.refused is also 2: one of the two was erased.

-- A secret that was replaced is good until then, for JWTs that are under way.
ALTER TABLE app
	ADD COLUMN old_secret VARBINARY(64) NULL,
	ADD COLUMN old_secret_until_ms BIGINT NOT NULL DEFAULT 0;
