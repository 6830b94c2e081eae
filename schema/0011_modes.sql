-- Who decides the mode of a conversation, and turns of mode between two entries.

-- forced_mode: 0 by size and load, 1 push, 2 pull: somebody has said so, 3 pull
-- as long as fan-out lags.
ALTER TABLE conversation
	ADD COLUMN forced_mode TINYINT NOT NULL DEFAULT 0 AFTER mode;

-- mode: what the chat rows of the members are in, where they have turned ahead of
-- the next entry; 0: as the entry at done_index.  hi_index = done_index and an
-- after_user_id: such a turn is under way.
ALTER TABLE log_cursor
	ADD COLUMN mode TINYINT NOT NULL DEFAULT 0;

-- turns: how many changes of mode have marked it; the mark stays until fan-out
-- has seen them all.
ALTER TABLE log_dirty
	ADD COLUMN turns INT NOT NULL DEFAULT 0;

-- Conversations that are in mode pull because fan-out lags (forced_mode 3).
CREATE TABLE conv_shed (
	conv_id		BIGINT NOT NULL,
	shed_ms		BIGINT NOT NULL,
	PRIMARY KEY (conv_id),
	KEY conv_shed_age (shed_ms, conv_id)
) ENGINE=InnoDB;
