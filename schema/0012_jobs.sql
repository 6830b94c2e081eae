-- Jobs: those that an operator has paused, and the rounds of im-expire.

-- A job with a row here does nothing until the row is gone.
CREATE TABLE job_pause (
	job		VARCHAR(32) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
	paused_ms	BIGINT NOT NULL,
	paused_by	VARCHAR(96) NOT NULL,
	reason		VARCHAR(255) NOT NULL DEFAULT '',
	PRIMARY KEY (job)
) ENGINE=InnoDB;

-- A walk over all keys of a table, in rounds.  at_id: the last key that is done
-- in this round; due_ms: when it goes on.
CREATE TABLE job_sweep (
	name		VARCHAR(32) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
	at_id		BIGINT NOT NULL DEFAULT 0,
	began_ms	BIGINT NOT NULL DEFAULT 0,
	due_ms		BIGINT NOT NULL DEFAULT 0,
	rounds		BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (name)
) ENGINE=InnoDB;

-- For the erasure of a person.
ALTER TABLE join_request ADD KEY join_request_user (user_id);
