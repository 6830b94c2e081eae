-- Exports: files with what is known of a person (conv_id 0), or with the log of a
-- conversation (user_id 0).  state: 1 running 2 done 3 failed 4 gone (to be
-- removed, with its file).  due_ms: when im-export works on it, which also
-- removes the file of one that has ended; NULL: it has nothing to do.  part,
-- at_id, at_index: where it goes on, behind the first `bytes` bytes of the file.
-- ended_id: 0 while it is running, then export_id, so that of each person and
-- conversation one is running at most.
CREATE TABLE export (
	app_id		BIGINT NOT NULL,
	export_id	BIGINT NOT NULL,
	user_id		BIGINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	state		TINYINT NOT NULL,
	asked_ms	BIGINT NOT NULL,
	ended_ms	BIGINT NOT NULL DEFAULT 0,
	due_ms		BIGINT NULL,
	part		TINYINT NOT NULL DEFAULT 0,
	at_id		BIGINT NOT NULL DEFAULT 0,
	at_index	BIGINT NOT NULL DEFAULT 0,
	bytes		BIGINT NOT NULL DEFAULT 0,
	file_lines	BIGINT NOT NULL DEFAULT 0,
	tries		INT NOT NULL DEFAULT 0,		-- that have failed
	reason		VARCHAR(255) NULL,		-- of the last one
	name		VARBINARY(64) NULL,		-- of the file; NULL: removed
	ended_id	BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (app_id, export_id),
	UNIQUE KEY export_subject (app_id, user_id, conv_id, ended_id),
	KEY export_due (due_ms, app_id, export_id)
) ENGINE=InnoDB;
