-- Groups that are changed: settings, members, dissolving.

-- The entry with which a conversation was dissolved, which is also the end of
-- those who were members then: member.left_index.  0: it was not, or its last
-- member has left it.
ALTER TABLE conversation
	ADD COLUMN dissolved_index BIGINT NOT NULL DEFAULT 0
		AFTER dissolved_ms;
