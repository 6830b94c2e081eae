-- Messages that expire.

-- expires_ms: from then on nobody sees it; 0: never.  burn_s: it expires that
-- long after the other one of a direct chat has read it; 0: it does not.
ALTER TABLE entry
	ADD COLUMN expires_ms BIGINT NOT NULL DEFAULT 0 AFTER recalled_by,
	ADD COLUMN burn_s INT NOT NULL DEFAULT 0 AFTER expires_ms;

-- Until im-expire has removed them.  expires_ms 0: not known before it is read.
-- is_unread: the other one of the direct chat has not read it yet.
ALTER TABLE entry_expiry
	ADD COLUMN is_unread TINYINT NOT NULL DEFAULT 0,
	ADD KEY entry_expiry_unread (conv_id, is_unread, conv_index);

-- from_ms: since when it does not count; 0: it was recalled.
ALTER TABLE entry_away
	ADD COLUMN from_ms BIGINT NOT NULL DEFAULT 0;
