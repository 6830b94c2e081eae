-- The archive: old entries leave `entry` and `body` for segments.

-- Entries up to it are in segments; 0: none.
ALTER TABLE conv_seq
	ADD COLUMN archived_index BIGINT NOT NULL DEFAULT 0
		AFTER changed_index;

-- The entries from_index to to_index of a log, with their bodies, as zstd of
-- what lib/im/conv/segment.h describes.  The segments of a log follow each
-- other from 1 to conv_seq.archived_index.  ordinal: the countable messages of
-- the log up to to_index.  raw_bytes: before compression; checksum: SHA-256 of
-- content.
CREATE TABLE segment (
	conv_id		BIGINT NOT NULL,
	to_index	BIGINT NOT NULL,
	from_index	BIGINT NOT NULL,
	ordinal		BIGINT NOT NULL,
	made_ms		BIGINT NOT NULL,
	raw_bytes	BIGINT NOT NULL,
	checksum	VARBINARY(32) NOT NULL,
	content		MEDIUMBLOB NOT NULL,
	PRIMARY KEY (conv_id, to_index)
) ENGINE=InnoDB;

-- Who has entries in a segment.  ordinal: their own countable messages up to
-- its end; last_ms: when they sent the newest message in it, 0: they sent none.
CREATE TABLE segment_sender (
	conv_id		BIGINT NOT NULL,
	sender_id	BIGINT NOT NULL,
	to_index	BIGINT NOT NULL,
	ordinal		BIGINT NOT NULL,
	last_ms		BIGINT NOT NULL,
	PRIMARY KEY (conv_id, sender_id, to_index)
) ENGINE=InnoDB;

-- Where an entry of a segment is, by its id, or by what its client called it.
-- client_hash: of sender and client_msg_id, never 0; 0: it has none.
CREATE TABLE archived (
	conv_id		BIGINT NOT NULL,
	client_hash	INT NOT NULL,
	conv_index	BIGINT NOT NULL,
	msg_id		BIGINT NOT NULL,
	PRIMARY KEY (conv_id, client_hash, conv_index),
	KEY archived_msg (msg_id)
) ENGINE=InnoDB;

-- Conversations of which nothing may be lost.
CREATE TABLE legal_hold (
	conv_id		BIGINT NOT NULL,
	since_ms	BIGINT NOT NULL,
	reason		VARCHAR(255) NOT NULL,
	PRIMARY KEY (conv_id)
) ENGINE=InnoDB;

-- What messages of such a conversation said before they were recalled, expired
-- or erased; no reader sees it.
CREATE TABLE held_body (
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	version		BIGINT NOT NULL,
	at_ms		BIGINT NOT NULL,
	content		MEDIUMBLOB NOT NULL,
	PRIMARY KEY (conv_id, conv_index, version)
) ENGINE=InnoDB;
