-- Messages that are sent at a time.

-- has_scheduled: the conversation has rows in scheduled.  It changes under the
-- lock of the row, so a send that holds it knows whether to look for client ids
-- there.
ALTER TABLE conv_seq
	ADD COLUMN has_scheduled TINYINT NOT NULL DEFAULT 0;

-- Until they are sent.  state: 1 scheduled 2 failed 3 cancelled; cancelled ones
-- keep their client id for a day.  due_ms: when im-schedule looks at it; NULL:
-- it does not.  reason: the status of the problem for which it failed.
-- content: the request, without the braces; it holds no copy of another
-- message.
CREATE TABLE scheduled (
	conv_id		BIGINT NOT NULL,
	msg_id		BIGINT NOT NULL,
	user_id		BIGINT NOT NULL,
	client_msg_id	VARBINARY(64) NULL,
	fingerprint	VARBINARY(32) NOT NULL,		-- of the request
	send_ms		BIGINT NOT NULL,
	due_ms		BIGINT NULL,
	state		TINYINT NOT NULL,
	reason		SMALLINT NOT NULL DEFAULT 0,
	content		MEDIUMBLOB NOT NULL,
	PRIMARY KEY (conv_id, msg_id),
	UNIQUE KEY scheduled_client (conv_id, user_id, client_msg_id),
	KEY scheduled_order (user_id, send_ms, msg_id),
	KEY scheduled_mine (user_id, msg_id),
	KEY scheduled_due (due_ms, conv_id, msg_id)
) ENGINE=InnoDB;

-- inbox.kind: also 8 scheduled; by_id is the message, arg the status of the
-- problem for which it failed.
