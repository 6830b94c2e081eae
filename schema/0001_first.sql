-- imcloud, the first schema.
--
-- Columns are integers, VARCHAR, VARBINARY, TEXT or BLOB, because readers of
-- binlog rows do not decode ENUM, SET, CHAR, BINARY and DECIMAL.  There are no
-- foreign keys, triggers or AUTO_INCREMENT.  The primary key of every table
-- begins with its shard key.  Keys that a client chooses compare by bytes:
-- VARBINARY, or a collation without PAD SPACE.  *_ms: milliseconds since 1970,
-- UTC.  In ids and times 0 means "none".  docs/architecture.md says who owns
-- each table; tests/job/schema.bats and tests/lint/tables.sh check this.

-- ---- tenants ----

CREATE TABLE app (
	app_id		BIGINT NOT NULL,
	name		VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
	title		VARCHAR(256) NOT NULL DEFAULT '',
	secret		VARBINARY(64) NOT NULL,
	open_signup	TINYINT NOT NULL DEFAULT 1,
	one_per_platform TINYINT NOT NULL DEFAULT 0,
	origins		TEXT NOT NULL DEFAULT '',	-- separated by blanks
	created_ms	BIGINT NOT NULL,
	disabled_ms	BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (app_id),
	UNIQUE KEY app_name (name)
) ENGINE=InnoDB;

CREATE TABLE app_key (
	key_hash	VARBINARY(32) NOT NULL,		-- SHA-256 of imk_...
	key_id		BIGINT NOT NULL,
	app_id		BIGINT NOT NULL,
	name		VARCHAR(64) NOT NULL,
	created_ms	BIGINT NOT NULL,
	revoked_ms	BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (key_hash),
	UNIQUE KEY app_key_id (key_id),
	KEY app_key_app (app_id, created_ms)
) ENGINE=InnoDB;

-- Public keys of the servers that sign JWTs for users; a JWT names one by kid.
-- key_id is a new one whenever the key under a kid changes.
CREATE TABLE jwt_key (
	app_id		BIGINT NOT NULL,
	kid		VARBINARY(128) NOT NULL,
	key_id		BIGINT NOT NULL,
	alg		TINYINT NOT NULL,		-- 1 RS256, 2 ES256
	public_key	VARBINARY(1100) NOT NULL,	-- SPKI in DER
	created_ms	BIGINT NOT NULL,
	PRIMARY KEY (app_id, kid)
) ENGINE=InnoDB;

-- Limits of an app that differ from the defaults (im/site/app_setting.def).
CREATE TABLE app_setting (
	app_id		BIGINT NOT NULL,
	name		VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
	value		BIGINT NOT NULL,
	PRIMARY KEY (app_id, name)
) ENGINE=InnoDB;

-- Durable events that are in no conversation's log: those of users and
-- sessions.  seq is a new id: it ascends with time and is unique, without a row
-- that all writers of an app would have to lock.  kind: enum app_event.
CREATE TABLE app_log (
	app_id		BIGINT NOT NULL,
	seq		BIGINT NOT NULL,
	kind		TINYINT NOT NULL,
	user_id		BIGINT NOT NULL,
	ref_id		BIGINT NOT NULL DEFAULT 0,	-- the session, ...
	arg		BIGINT NOT NULL DEFAULT 0,	-- why, ...
	at_ms		BIGINT NOT NULL,
	PRIMARY KEY (app_id, seq)
) ENGINE=InnoDB;

-- The owner of a username.  Names are unique in an app, so the app is the shard
-- key and the app's region the home.  Inserted in the transaction that creates
-- the user.
CREATE TABLE username (
	app_id		BIGINT NOT NULL,
	username	VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
	user_id		BIGINT NOT NULL,
	PRIMARY KEY (app_id, username)
) ENGINE=InnoDB;

-- Keys of the installation: "ticket" signs live tickets, "cache" the copies of
-- rows in memcached.  Only here are they written.
CREATE TABLE server_key (
	name		VARCHAR(32) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
	value		VARBINARY(64) NOT NULL,
	PRIMARY KEY (name)
) ENGINE=InnoDB;
INSERT INTO server_key (name, value)
	VALUES ('ticket', RANDOM_BYTES(32)), ('cache', RANDOM_BYTES(32));

-- Copies in memcached of a lower generation are not believed.  Raised when
-- memcached did not carry out an invalidation.
CREATE TABLE cache_generation (
	name		VARCHAR(32) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
	generation	BIGINT NOT NULL,
	PRIMARY KEY (name)
) ENGINE=InnoDB;
INSERT INTO cache_generation (name, generation) VALUES ('cache', 1);

-- Which process may make ids with which node number.  high_ms: no id with the
-- number has a later time.  It may rise at any time, and falls only when its
-- holder releases the number.
CREATE TABLE node (
	node_id		INT NOT NULL,
	owner		VARCHAR(96) NOT NULL,		-- '': released
	expires_ms	BIGINT NOT NULL,		-- database time
	high_ms		BIGINT NOT NULL,		-- time of ids
	PRIMARY KEY (node_id)
) ENGINE=InnoDB;

-- ---- a user's home ----

CREATE TABLE user (
	user_id		BIGINT NOT NULL,
	app_id		BIGINT NOT NULL,
	username	VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
	display_name	VARCHAR(64) NOT NULL,		-- as it was sent
	folded		VARBINARY(1100) NOT NULL,	-- both names, for searches
	avatar		VARCHAR(512) NULL,
	bio		VARCHAR(1024) NULL,
	bot		TINYINT NOT NULL DEFAULT 0,
	meta		TEXT NULL,			-- JSON object
	created_ms	BIGINT NOT NULL,
	disabled_ms	BIGINT NOT NULL DEFAULT 0,
	version		BIGINT NOT NULL DEFAULT 1,
	PRIMARY KEY (user_id),
	KEY user_name (app_id, username)
) ENGINE=InnoDB;

-- Where a search may find a user: lib/im/user/search.h.
CREATE TABLE user_part (
	app_id		BIGINT NOT NULL,
	place		TINYINT NOT NULL,		-- 0 start, 1 word, 2 within
	part		VARBINARY(96) NOT NULL,		-- 24 characters
	user_id		BIGINT NOT NULL,
	PRIMARY KEY (app_id, place, part, user_id),
	KEY user_part_user (user_id)
) ENGINE=InnoDB;

CREATE TABLE credential (
	user_id		BIGINT NOT NULL,
	password_hash	VARCHAR(128) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
	changed_ms	BIGINT NOT NULL,
	PRIMARY KEY (user_id)
) ENGINE=InnoDB;

CREATE TABLE session (
	user_id		BIGINT NOT NULL,
	session_id	BIGINT NOT NULL,
	app_id		BIGINT NOT NULL,
	token_hash	VARBINARY(32) NOT NULL,		-- SHA-256 of imu_...; of no token if is_jwt
	device_id	VARBINARY(64) NOT NULL,
	platform	TINYINT NOT NULL,
	device_name	VARCHAR(256) NULL,
	ip		VARCHAR(45) CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
	created_ms	BIGINT NOT NULL,
	last_seen_ms	BIGINT NOT NULL,
	expires_ms	BIGINT NOT NULL,
	ended_ms	BIGINT NOT NULL DEFAULT 0,
	ended_reason	TINYINT NOT NULL DEFAULT 0,
	is_jwt		TINYINT NOT NULL DEFAULT 0,	-- lasts as long as its JWTs
	PRIMARY KEY (user_id, session_id),
	UNIQUE KEY session_token (token_hash),
	UNIQUE KEY session_id (session_id),
	KEY session_device (user_id, device_id, ended_ms)
) ENGINE=InnoDB;

-- The JWTs that were used, until they run out, and the session of each.
CREATE TABLE session_jwt (
	user_id		BIGINT NOT NULL,
	token_hash	VARBINARY(32) NOT NULL,		-- SHA-256 of the text
	session_id	BIGINT NOT NULL,
	until_ms	BIGINT NOT NULL,
	PRIMARY KEY (user_id, token_hash)
) ENGINE=InnoDB;

-- A user's settings of a chat, the same in every region.
CREATE TABLE chat_setting (
	user_id		BIGINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	pinned		TINYINT NOT NULL DEFAULT 0,
	hidden		TINYINT NOT NULL DEFAULT 0,
	muted_until_ms	BIGINT NOT NULL DEFAULT 0,
	notify		TINYINT NOT NULL DEFAULT 0,	-- 0 all 1 mentions 2 none
	marked_unread	TINYINT NOT NULL DEFAULT 0,
	cleared_index	BIGINT NOT NULL DEFAULT 0,
	folder		VARCHAR(64) COLLATE utf8mb4_nopad_bin NULL,
	background	VARCHAR(512) NULL,
	draft		TEXT NULL,
	draft_version	BIGINT NOT NULL DEFAULT 0,
	remark		VARCHAR(256) NULL,
	PRIMARY KEY (user_id, conv_id)
) ENGINE=InnoDB;

-- A user's chats by rank, and the position of fan-out in each.  Each region
-- derives its own rows: pinned, hidden and muted_until_ms repeat chat_setting.
-- mode: 1 push, the row has the position and the counts; 2 pull, they are read
-- from conv_seq and the log, and last_* and own_ordinal are those of some
-- earlier index.
CREATE TABLE chat (
	user_id		BIGINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	mode		TINYINT NOT NULL DEFAULT 1,	-- 1 where not listed
	listed		TINYINT NOT NULL DEFAULT 1,	-- 0: not a member
	pinned		TINYINT NOT NULL DEFAULT 0,
	hidden		TINYINT NOT NULL DEFAULT 0,
	muted_until_ms	BIGINT NOT NULL DEFAULT 0,
	has_setting	TINYINT NOT NULL DEFAULT 0,	-- a row in chat_setting
	last_ms		BIGINT NOT NULL,		-- rank
	last_index	BIGINT NOT NULL DEFAULT 0,	-- fanned out so far
	last_message_index BIGINT NOT NULL DEFAULT 0,	-- the newest message
	last_ordinal	BIGINT NOT NULL DEFAULT 0,
	own_ordinal	BIGINT NOT NULL DEFAULT 0,	-- own messages up to there
	-- The start of the member's present interval: no mark is below it.
	base_index	BIGINT NOT NULL DEFAULT 0,
	base_ordinal	BIGINT NOT NULL DEFAULT 0,
	base_own	BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (user_id, conv_id),
	KEY chat_rank (user_id, mode, listed, pinned, last_ms, conv_id)
) ENGINE=InnoDB;

-- How far a member has read and received.  Only the user's own requests write
-- it, and only forward.  A member without a row has read up to where they
-- joined.
CREATE TABLE mark (
	conv_id		BIGINT NOT NULL,
	user_id		BIGINT NOT NULL,
	read_index	BIGINT NOT NULL DEFAULT 0,
	read_ordinal	BIGINT NOT NULL DEFAULT 0,
	own_at_read	BIGINT NOT NULL DEFAULT 0,
	delivered_index	BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (conv_id, user_id)
) ENGINE=InnoDB;

-- The numbering of a user's inbox.  Locked after conv_seq and before all other
-- rows, in ascending user_id.
CREATE TABLE user_seq (
	user_id		BIGINT NOT NULL,
	stream_id	BIGINT NOT NULL,
	last_index	BIGINT NOT NULL DEFAULT 0,
	floor_index	BIGINT NOT NULL DEFAULT 0,	-- rows above it exist
	PRIMARY KEY (user_id)
) ENGINE=InnoDB;

-- Up to where a user's devices have stored the inbox.  Apart from user_seq, so
-- that acks and fan-out do not wait for each other.
CREATE TABLE inbox_ack (
	user_id		BIGINT NOT NULL,
	acked_index	BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (user_id)
) ENGINE=InnoDB;

-- A user's events.  Rows hold only ids; the rest is read when they are pulled.
-- kind: 1 entry, 2 chat, 3 conversation, 4 profile.
CREATE TABLE inbox (
	user_id		BIGINT NOT NULL,
	user_index	BIGINT NOT NULL,
	kind		TINYINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	action		TINYINT NOT NULL DEFAULT 0,
	by_id		BIGINT NOT NULL DEFAULT 0,
	at_ms		BIGINT NOT NULL,
	PRIMARY KEY (user_id, user_index)
) ENGINE=InnoDB;

-- Messages that mention a user.  The client shows the number above the read
-- mark.
CREATE TABLE mention (
	user_id		BIGINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	PRIMARY KEY (user_id, conv_id, conv_index)
) ENGINE=InnoDB;

-- Answers of POSTs with an Idempotency-Key, written in the transaction of the
-- effect.  shard_id: the key of the effect, a conversation or the user.
CREATE TABLE idempotency (
	shard_id	BIGINT NOT NULL,
	user_id		BIGINT NOT NULL,
	idem_key	VARBINARY(64) NOT NULL,
	request_hash	VARBINARY(32) NOT NULL,
	status		INT NOT NULL,
	body		MEDIUMBLOB NOT NULL,
	created_ms	BIGINT NOT NULL,
	PRIMARY KEY (shard_id, user_id, idem_key),
	KEY idempotency_age (created_ms)
) ENGINE=InnoDB;

-- ---- a conversation's home ----

-- The numbering of a conversation's log: a small, hot row.  Appending locks it,
-- in ascending conv_id.
CREATE TABLE conv_seq (
	conv_id		BIGINT NOT NULL,
	home		INT NOT NULL,
	epoch		INT NOT NULL DEFAULT 1,
	last_index	BIGINT NOT NULL DEFAULT 0,
	last_ordinal	BIGINT NOT NULL DEFAULT 0,
	last_ms		BIGINT NOT NULL DEFAULT 0,
	last_bump_ms	BIGINT NOT NULL DEFAULT 0,	-- newest that moves chats up
	-- The last index at which an earlier entry was changed: cached blocks
	-- of history that were read before it are stale.
	changed_index	BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (conv_id)
) ENGINE=InnoDB;

-- kind: 1 direct, 2 group, 3 channel, 4 self.
CREATE TABLE conversation (
	conv_id		BIGINT NOT NULL,
	app_id		BIGINT NOT NULL,
	kind		TINYINT NOT NULL,
	created_by	BIGINT NOT NULL,
	created_ms	BIGINT NOT NULL,
	member_count	INT NOT NULL,
	mode		TINYINT NOT NULL DEFAULT 1,	-- current: 1 push 2 pull
	version		BIGINT NOT NULL DEFAULT 1,
	dissolved_ms	BIGINT NOT NULL DEFAULT 0,
	name		VARCHAR(128) NULL,
	photo		VARCHAR(512) NULL,
	announcement	TEXT NULL,
	description	TEXT NULL,
	join_policy	TINYINT NOT NULL DEFAULT 1,	-- invite approval open
	who_can_post	TINYINT NOT NULL DEFAULT 1,	-- all admins
	who_can_invite	TINYINT NOT NULL DEFAULT 1,	-- all admins owner
	history		TINYINT NOT NULL DEFAULT 1,	-- all since_joined
	slow_mode_s	INT NOT NULL DEFAULT 0,
	message_ttl_s	INT NOT NULL DEFAULT 0,
	meta		TEXT NULL,			-- JSON object
	PRIMARY KEY (conv_id)
) ENGINE=InnoDB;

-- The mode of a conversation from an entry on: 1 push (an inbox row for each
-- member), 2 pull (rows for those who are added, removed or mentioned).  Without
-- a row it has always been in push mode.  Written under the conv_seq lock with
-- the next index, so no entry changes its mode.
CREATE TABLE conv_mode (
	conv_id		BIGINT NOT NULL,
	from_index	BIGINT NOT NULL,
	mode		TINYINT NOT NULL,
	PRIMARY KEY (conv_id, from_index)
) ENGINE=InnoDB;

-- The one direct conversation of a pair; low = high: the self chat.  Its home
-- is the home region of low_id, the older account.
CREATE TABLE direct (
	low_id		BIGINT NOT NULL,
	high_id		BIGINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	PRIMARY KEY (low_id, high_id)
) ENGINE=InnoDB;

-- Creation is idempotent by (creator, client_id).
CREATE TABLE conv_client (
	user_id		BIGINT NOT NULL,
	client_id	VARBINARY(64) NOT NULL,
	conv_id		BIGINT NOT NULL,
	fingerprint	VARBINARY(32) NOT NULL,
	PRIMARY KEY (user_id, client_id)
) ENGINE=InnoDB;

-- role: 1 member, 2 admin, 3 owner.  left_index 0: a present member.
CREATE TABLE member (
	conv_id		BIGINT NOT NULL,
	user_id		BIGINT NOT NULL,
	role		TINYINT NOT NULL,
	alias		VARCHAR(64) NULL,
	joined_index	BIGINT NOT NULL,
	left_index	BIGINT NOT NULL DEFAULT 0,
	joined_ms	BIGINT NOT NULL,
	muted_until_ms	BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (conv_id, user_id)
) ENGINE=InnoDB;

-- Earlier intervals of members who left and came back.
CREATE TABLE member_past (
	conv_id		BIGINT NOT NULL,
	user_id		BIGINT NOT NULL,
	joined_index	BIGINT NOT NULL,
	left_index	BIGINT NOT NULL,
	PRIMARY KEY (conv_id, user_id, joined_index)
) ENGINE=InnoDB;

-- The log.  kind: 1 message 2 recall 3 edit 4 reaction 5 pin 6 unpin
-- 7 member 8 settings.  type (messages): 1 text 2 image 3 audio 4 video
-- 5 file 6 location 7 card 8 custom.  flags: 1 silent 2 no_unread 4 no_bump
-- 16 mentions 32 mention_all.  ordinal and own_ordinal count the countable
-- messages of the log, and of the sender, up to and including this entry.
CREATE TABLE entry (
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	msg_id		BIGINT NOT NULL,
	sender_id	BIGINT NOT NULL,
	client_msg_id	VARBINARY(64) NULL,
	kind		TINYINT NOT NULL,
	type		TINYINT NOT NULL DEFAULT 0,
	flags		INT NOT NULL DEFAULT 0,
	state		TINYINT NOT NULL DEFAULT 0,	-- 0 as sent 1 recalled 2 gone
	ordinal		BIGINT NOT NULL,
	own_ordinal	BIGINT NOT NULL,
	sent_ms		BIGINT NOT NULL,
	target_index	BIGINT NOT NULL DEFAULT 0,	-- the entry that it changes
	reply_index	BIGINT NOT NULL DEFAULT 0,	-- the message it replies to
	edited_ms	BIGINT NOT NULL DEFAULT 0,
	recalled_by	BIGINT NOT NULL DEFAULT 0,
	version		BIGINT NOT NULL DEFAULT 1,	-- of its current state
	fingerprint	VARBINARY(32) NULL,		-- of the request
	PRIMARY KEY (conv_id, conv_index),
	KEY entry_msg (msg_id),
	KEY entry_sender (conv_id, sender_id, conv_index, own_ordinal),
	UNIQUE KEY entry_client (conv_id, sender_id, client_msg_id)
) ENGINE=InnoDB;

-- The members of the entry object that depend on its content, as JSON without
-- braces ("content":{...},"mentions":[...]).  It holds no copy of another
-- message.
CREATE TABLE body (
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	content		MEDIUMBLOB NOT NULL,
	PRIMARY KEY (conv_id, conv_index)
) ENGINE=InnoDB;

-- Messages that expire.
CREATE TABLE entry_expiry (
	conv_id		BIGINT NOT NULL,
	conv_index	BIGINT NOT NULL,
	expires_ms	BIGINT NOT NULL,
	PRIMARY KEY (conv_id, conv_index),
	KEY entry_expiry_time (expires_ms)
) ENGINE=InnoDB;

-- Counts at the lower end of `entry`, where older entries have moved to an
-- archive: those of a sender, or with sender_id 0 of the whole log.
CREATE TABLE log_base (
	conv_id		BIGINT NOT NULL,
	sender_id	BIGINT NOT NULL,
	base_index	BIGINT NOT NULL,		-- the last one archived
	ordinal		BIGINT NOT NULL,		-- the count up to there
	PRIMARY KEY (conv_id, sender_id)
) ENGINE=InnoDB;

-- ---- of this region only ----

-- Conversations in which a consumer of the logs has work.  head: the last index
-- when the conversation was marked; the row is deleted when the cursor has
-- reached it.  since_ms: when the oldest pending entry was sent.  consumer: 1
-- fan-out, the only one that a send marks; fan-out marks the others.
-- parked_ms: since when the consumer passes the conversation over, because its
-- transaction fails for a reason that another try does not mend; 0: it does not.
CREATE TABLE log_dirty (
	consumer	TINYINT NOT NULL,
	part		TINYINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	head		BIGINT NOT NULL,
	since_ms	BIGINT NOT NULL,
	parked_ms	BIGINT NOT NULL DEFAULT 0,
	reason		VARCHAR(255) NULL,		-- why it is parked
	PRIMARY KEY (consumer, part, conv_id)
) ENGINE=InnoDB;

-- The position of a consumer in a log.  done_index: done for all members.
-- hi_index > done_index: a pass over (done_index, hi_index] is in progress and
-- has served the members up to after_user_id.  A conversation without a row is
-- new to the consumer.
CREATE TABLE log_cursor (
	consumer	TINYINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	done_index	BIGINT NOT NULL DEFAULT 0,
	hi_index	BIGINT NOT NULL DEFAULT 0,
	after_user_id	BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (consumer, conv_id)
) ENGINE=InnoDB;

CREATE TABLE lease (
	name		VARCHAR(64) NOT NULL,
	owner		VARCHAR(96) NOT NULL,
	fence		BIGINT NOT NULL,
	expires_ms	BIGINT NOT NULL,		-- database time
	PRIMARY KEY (name)
) ENGINE=InnoDB;

CREATE TABLE job_run (
	run_id		BIGINT NOT NULL,
	job		VARCHAR(32) NOT NULL,
	host		VARCHAR(96) NOT NULL,
	started_ms	BIGINT NOT NULL,
	ended_ms	BIGINT NOT NULL,
	exit_code	INT NOT NULL,
	done		BIGINT NOT NULL,
	retried		BIGINT NOT NULL,
	dead		BIGINT NOT NULL,
	failed		BIGINT NOT NULL,
	lag_ms		BIGINT NOT NULL,
	PRIMARY KEY (run_id),
	KEY job_run_job (job, started_ms)
) ENGINE=InnoDB;

CREATE TABLE audit (
	audit_id	BIGINT NOT NULL,
	at_ms		BIGINT NOT NULL,
	app_id		BIGINT NOT NULL,
	actor		VARCHAR(96) NOT NULL,		-- app key or tool
	action		VARCHAR(64) NOT NULL,
	user_id		BIGINT NOT NULL DEFAULT 0,
	detail		VARCHAR(512) NOT NULL DEFAULT '',
	PRIMARY KEY (audit_id),
	KEY audit_app (app_id, at_ms)
) ENGINE=InnoDB;
